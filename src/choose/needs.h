/*
 * needs.h - takes the candidates of a task that break a need out of it, before anything is spent.
 *
 * Only what the catalogue knows counts: a server of the user's own is not in it and stays. A candidate of which a needed
 * fact is not known stays and is told, unless `strict`.
 *
 * Ownership: reasons live in the task's arena. Threads: one at a time. Failure: CHECK when nobody is left, INVALID when
 * the baseline would go.
 */
#ifndef FL_CHOOSE_NEEDS_H
#define FL_CHOOSE_NEEDS_H

#include "choose/eliminate.h"
#include "task/task.h"

enum fl_code fl_needs_apply(struct fl_task *t, const struct fl_catalog *c, fl_date day, bool strict,
                            struct fl_err *err) FL_MUST_USE;

#endif
