/*
 * run.h - runs of a task in the store: which there are, what each cell gave, and going on with one that was stopped.
 *
 * A run is named <task>-<number>. An unfinished run of the same task and kind is gone on with; so is a finished one of
 * an unchanged task, for it needs no new call. Otherwise a new one begins. While a process runs a task it holds the
 * task's lock; another one is refused.
 *
 * Ownership: a run is embedded in its owner; rows read go into the caller's arena. Threads: the loop's thread.
 * Failure: LOCKED, and those of store.h.
 */
#ifndef FL_RUN_H
#define FL_RUN_H

#include "store/store.h"
#include "task/task.h"

extern const struct fl_store_tables fl_run_tables;

struct fl_run {
	struct fl_str name; /* in the task's arena */
	const char *kind;   /* eval, balance */
	struct fl_lock *lock;
	struct fl_budget budget;
};

/* Takes the lock, finds or begins the run, opens its budget. */
enum fl_code fl_run_open(struct fl_run *run, struct fl_store *store, struct fl_task *task, const char *kind,
                         struct fl_err *err) FL_MUST_USE;
/* Marks it finished when `finished` (else it can be gone on with), and lets the lock go. */
enum fl_code fl_run_close(struct fl_run *run, struct fl_store *store, bool finished, struct fl_err *err) FL_MUST_USE;

/* Keeps which candidate was named at the end of a race. */
enum fl_code fl_run_choose(const struct fl_run *run, struct fl_store *store, struct fl_str candidate,
                           struct fl_err *err) FL_MUST_USE;

/* What a run raced: a candidate and the offer that serves it. */
struct fl_run_offer {
	struct fl_str run, task, file; /* file: of the task, as it was named */
	struct fl_str candidate;
	struct fl_str offer; /* its id in the catalogue, else provider/model as the task writes it */
	bool chosen;
};
/* Runs newest first, candidates in their order. Of a state file that older programs wrote, nothing. */
enum fl_code fl_run_offers(struct fl_db *db, bool (*each)(void *arg, const struct fl_run_offer *row), void *arg,
                           struct fl_err *err) FL_MUST_USE;

/* One cell as it is kept: what `show` prints and `--cells` exports. */
struct fl_run_cell {
	struct fl_str item_id, candidate;
	uint32_t item, candidate_index;
	uint32_t draw;        /* from 1, the one whose answer counts */
	struct fl_str keys;   /* FL_CELL_KEY bytes a draw */
	struct fl_str answer; /* as read out */
	struct fl_str grades; /* JSON array of {kind, score, weight, expected, reason} */
	double score;
	enum fl_outcome outcome;
	struct fl_str code; /* name of the failure's class, "" */
	struct fl_str message;
	bool cut, priced;
	int64_t cost_nusd;
	uint64_t latency_us, in_tokens, out_tokens, reasoning_tokens, cached_tokens;
};
/* Adds or replaces; copies what it needs; batches writes. */
struct fl_run_writer;
struct fl_run_writer *fl_run_writer_create(struct fl_store *store, struct fl_str run);
void fl_run_writer_put(struct fl_run_writer *w, const struct fl_run_cell *cell);
/* True while so many cells wait for the disk that it is better to bring no more. */
bool fl_run_writer_busy(const struct fl_run_writer *w);
/* Writes what is there and waits until it is durable. */
enum fl_code fl_run_writer_flush(struct fl_run_writer *w, struct fl_err *err);
/* Writes what is left, waits, frees. */
enum fl_code fl_run_writer_destroy(struct fl_run_writer *w, struct fl_err *err) FL_MUST_USE;

/* Calls each(arg, cell) for the cells of a run in (candidate, item) order; slices live for the call. item_id empty: all;
 * worst_first: by score, then order, at most `most` (0 = all). Stops when each returns false. */
enum fl_code fl_run_cells(struct fl_store *store, struct fl_str run, struct fl_str item_id, bool worst_first,
                          size_t most, bool (*each)(void *arg, const struct fl_run_cell *cell), void *arg,
                          struct fl_err *err) FL_MUST_USE;

struct fl_run_row {
	struct fl_str name, task, kind, state; /* going, stopped, finished */
	int64_t started_ms, ended_ms, spent_nusd, cells;
};
/* Newest first. */
enum fl_code fl_runs(struct fl_store *store, bool (*each)(void *arg, const struct fl_run_row *row), void *arg,
                     struct fl_err *err) FL_MUST_USE;

#endif
