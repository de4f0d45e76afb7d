/*
 * problems.h - going on after an error, so that a user learns all that is wrong at once.
 *
 * A reader that is given a struct fl_problems tells each problem and continues where that makes sense; one that is given
 * NULL stops at the first. What follows from a problem already told is not told again: the reader skips what depends on
 * it.
 *
 * Ownership: the caller's; a problem lives for the call of `each`. Threads: the reader's. Limits: none. Failure: none.
 */
#ifndef FL_PROBLEMS_H
#define FL_PROBLEMS_H

#include "base/err.h"

struct fl_problems {
	void (*each)(void *arg, const struct fl_err *problem);
	void *arg;
	size_t count;
};

/* The code as it is without `p`; with it the problem is told and FL_OK returned, so that the reader goes on. */
static inline enum fl_code fl_problem(struct fl_problems *p, enum fl_code code, const struct fl_err *err)
{
	if (code == FL_OK || !p)
		return code;
	p->count++;
	p->each(p->arg, err);
	return FL_OK;
}

#endif
