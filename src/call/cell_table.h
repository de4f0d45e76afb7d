/*
 * cell_table.h - the tables behind call.h: cells (answers by key), holds, the ledger, budgets.
 *
 * Internal to call/. Functions that take a fl_db run on whichever thread owns it. Ownership: rows are copied into the
 * caller's arena. Failure: as store.h.
 *
 *   cell    key -> answer, usage, times, then the exact request and response (last, so that a look-up does not read them)
 *   hold    money reserved for an attempt that has not been settled
 *   ledger  one row per attempt, append-only
 *   budget  scope -> spent
 */
#ifndef FL_CELL_TABLE_H
#define FL_CELL_TABLE_H

#include "call/record.h"

/* The outcome of one attempt, as the ledger keeps it. */
struct fl_ledger_row {
	struct fl_str scope, offer;
	const uint8_t *key;
	uint32_t attempt;
	enum fl_code code;
	int64_t status;
	struct fl_usage usage;
	int64_t hold_nusd, cost_nusd;
	struct fl_str flags; /* "", "unreported", "over_hold", "lost", "unpriced", "warm_up" */
	uint64_t latency_us;
	int64_t at_ms;
};

enum fl_code fl_cell_insert(struct fl_db *db, const struct fl_exchange *x, bool *added, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cell_find(struct fl_db *db, const uint8_t *key, struct fl_arena *a, struct fl_cell *out,
                          struct fl_err *err) FL_MUST_USE;
enum fl_code fl_hold_insert(struct fl_db *db, struct fl_str scope, const uint8_t *key, uint32_t attempt,
                            int64_t amount_nusd, int64_t at_ms, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_hold_delete(struct fl_db *db, struct fl_str scope, const uint8_t *key, uint32_t attempt,
                            struct fl_err *err) FL_MUST_USE;
/* Appends and adds the cost to the scope's budget. */
enum fl_code fl_ledger_append(struct fl_db *db, const struct fl_ledger_row *row, struct fl_err *err) FL_MUST_USE;

#endif
