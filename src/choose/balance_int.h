/*
 * balance_int.h - what wish.c, balance.c, replay_balance.c and live.c share.
 *
 * Internal to choose/. Ownership, threads: as balance.h. Failure: INVALID for wishes that the data cannot meet.
 */
#ifndef FL_BALANCE_INT_H
#define FL_BALANCE_INT_H

#include "choose/balance.h"

/* Fills in what was left to defaults and refuses what cannot be had. */
enum fl_code fl_wish_settle(struct fl_wish *w, bool cost_known, bool latency_known, struct fl_err *err) FL_MUST_USE;
/* Writes goal, bar, limits into a race's configuration. `baseline`: its arm, -1 without. */
void fl_wish_race(const struct fl_wish *w, ptrdiff_t baseline, struct fl_race_config *c);
/* Reads the race's state into the balance: candidates, verdict, steps. */
void fl_balance_fill(struct fl_balance *b, struct fl_race *r, const struct fl_order *order);
/* At the end: who is named stands there as chosen, also where it is not certain. */
void fl_balance_name(struct fl_balance *b);
void fl_balance_assume(struct fl_balance *b, const char *fmt, ...) FL_PRINTF(2, 3);
/* Nano-USD, nearest; clamped to the range. */
int64_t fl_nusd_of(double usd);

#endif
