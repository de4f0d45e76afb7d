/*
 * value.h - cost against quality: dollars a success, the price of an error, and the steps of a ladder of effort.
 *
 *   a success costs E[c] / q; with a loss L on each error an answer costs E[c] + (1 - q) L, and the least of it is the
 *   choice
 *   a step of effort is worth it while its price a point of quality, dc / dq, is below what a point is worth
 *
 * What time is worth stands in choose/worth.h. Ownership: plain values; arrays are the caller's. Threads: pure. Limits:
 * money as in base/money.h. Failure: false when a share is none or an amount does not fit.
 */
#ifndef FL_VALUE_H
#define FL_VALUE_H

#include "base/base.h"

struct fl_success {
	bool possible;        /* q > 0 */
	int64_t success_nusd; /* a right answer */
	int64_t error_nusd;   /* (1 - q) L */
	int64_t total_nusd;   /* an answer with its errors: c + error_nusd */
};
bool fl_success_cost(int64_t call_nusd, double quality, int64_t loss_nusd, struct fl_success *out) FL_MUST_USE;

struct fl_rung {
	int64_t cost_nusd;
	double quality;
	bool dominated;      /* another rung is no dearer and no worse, and one of them strictly */
	bool has_step;       /* there is a cheaper rung that is not dominated */
	int64_t step_nusd;   /* dc to it */
	double step_quality; /* dq to it */
	double per_point;    /* nano-USD a point of quality */
};
/* Sorts the rungs by cost and fills in the steps between those that are not dominated. */
void fl_ladder(struct fl_rung *rung, size_t n, size_t *order);

#endif
