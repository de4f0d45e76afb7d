/*
 * chain.h - many steps in a row, each of which may go wrong: small errors multiply.
 *
 *   n steps of reliability r succeed together with r^n; to reach R every step needs R^(1/n)
 *   stronger models at m of them, of reliabilities s_k: r^(n-m) s_1 ... s_m
 *
 * Ownership: plain values; the array is the caller's. Threads: pure. Limits: 64-bit money. Failure: false when a share is none or an amount does not
 * fit.
 */
#ifndef FL_CHAIN_H
#define FL_CHAIN_H

#include "base/base.h"

/* A step that a stronger model takes. */
struct fl_strong_step {
	double reliability;
	int64_t nusd;
};
struct fl_chain {
	uint64_t steps;
	double reliability; /* of one step */
	int64_t step_nusd;
	const struct fl_strong_step *stronger;
	size_t stronger_steps; /* of the steps, how many these are */
};
struct fl_chain_cost {
	double whole, with_stronger; /* reliability of all steps together */
	int64_t plain_nusd, with_stronger_nusd;
	bool success_known;            /* whole > 0 and with_stronger > 0 */
	int64_t success_nusd;          /* a run that succeeds, every run paid to its end */
	int64_t success_stronger_nusd; /* the same with the stronger model */
	double points_per_usd; /* what the stronger model adds to reliability a dollar; NaN when it is not dearer */
};
bool fl_chain_cost(const struct fl_chain *c, struct fl_chain_cost *out) FL_MUST_USE;
/* Reliability that each of n steps needs for the whole to have it. */
double fl_step_needed(double whole, uint64_t steps);

#endif
