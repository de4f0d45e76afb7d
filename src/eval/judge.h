/*
 * judge.h - graders that are programs, asked beside the loop: a cell is graded once each of them has said what it thinks.
 *
 * Ownership: _create/_destroy (which ends the programs); the arena and texts of a request must live until its done.
 * Threads: the loop's thread. Limits: io/child.h, and FL_JUDGE_TRIES a verdict. Failure: in done: no verdict is never a
 * score of 0. `hopeless` then tells that the program is not to be had at all, so that asking on makes no sense.
 */
#ifndef FL_JUDGE_H
#define FL_JUDGE_H

#include "call/app_call.h"
#include "grade/grader.h"

enum { FL_JUDGE_TRIES = 2 };

/* said: a row for each grader of the set; NULL when err says why there is none. */
typedef void fl_judge_done(void *arg, const struct fl_said *said, bool hopeless, const struct fl_err *err);

struct fl_judge;
struct fl_judge *fl_judge_create(struct fl_loop *loop);
/* Nothing may be asked any more. */
void fl_judge_destroy(struct fl_judge *j);
/* Whether a set has programs at all. */
bool fl_judge_needed(const struct fl_grader_set *set);
/* Asks them all. done may be called inside this. */
void fl_judge_ask(struct fl_judge *j, const struct fl_grader_set *set, const struct fl_json *item, struct fl_str answer,
                  struct fl_arena *a, fl_judge_done *done, void *arg);

#endif
