/*
 * verdict.h - a balance in words: the sentences that text, JSON and report share.
 *
 * Ownership: texts live in the arena. Threads: pure. Failure: none. Names of candidates are not made safe here: that is
 * done where the text goes out (plain.h, the report's escaping, JSON strings).
 */
#ifndef FL_VERDICT_H
#define FL_VERDICT_H

#include "choose/balance.h"

/* The verdict in one sentence. */
struct fl_str fl_verdict_statement(const struct fl_balance *b, struct fl_arena *a);
/* What is promised, and what it rests on: a few sentences. */
struct fl_str fl_verdict_guarantee(const struct fl_balance *b, struct fl_arena *a);
/* "worse than X", "dear beside X", "the cheapest that is good enough". */
struct fl_str fl_verdict_reason(const struct fl_balance *b, const struct fl_balance_candidate *c, struct fl_arena *a);
/* The goal in words: "the cheapest that is within 2 points of the best". */
struct fl_str fl_verdict_goal(const struct fl_balance *b, struct fl_arena *a);
/* One tread of the staircase: "below $3.05 per right answer take A" and the rule at its upper end. */
struct fl_str fl_verdict_tread(const struct fl_balance *b, size_t tread, struct fl_arena *a);
/* The rule between the choice and the rival that ran longest beside it, from their means so far; empty without either. */
struct fl_str fl_verdict_rule(const struct fl_balance *b, struct fl_arena *a);
/* Words of the interfaces: chosen, alive, resting, eliminated, infeasible, removed; certified, best-so-far, ... */
const char *fl_arm_state_word(enum fl_race_arm_state s);
const char *fl_race_state_word(enum fl_race_state s);

/* One sentence for each candidate that was taken out, and each row of the catalogue that priced the race on its day; calls
 * each(arg, sentence). */
void fl_verdict_removed(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg);
void fl_verdict_prices(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg);
/* One sentence for each candidate whose server cut inputs in silence; and that sentence, for an evaluation too. */
void fl_verdict_input_cut(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg);
struct fl_str fl_input_cut_sentence(struct fl_str candidate, uint64_t cut, uint64_t items, struct fl_arena *a);

#endif
