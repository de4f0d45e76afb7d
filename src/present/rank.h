/*
 * rank.h - the order in which candidates are shown: the chosen one, those still in, then those that went out, latest
 * first.
 *
 * Ownership: the array lives in the arena. Threads: pure; the order is total, so equal data give equal order. Failure:
 * none.
 */
#ifndef FL_RANK_H
#define FL_RANK_H

#include "choose/balance.h"

/* All candidates of a balance, best first: candidate_count pointers into it. */
const struct fl_balance_candidate **fl_candidates_ranked(const struct fl_balance *b, struct fl_arena *a);
/* Items on which a candidate failed, of whatever class. */
uint64_t fl_candidate_failures(const struct fl_balance_candidate *c);

#endif
