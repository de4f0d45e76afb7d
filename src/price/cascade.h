/*
 * cascade.h - weak models first, stronger ones for what they do not settle.
 *
 *   E[c] = sum over stages i of (c_i + v_i) e_1 ... e_(i-1)      v: what the check costs, e: share that goes on
 *   it beats the strong stage alone iff e_1 < (c_strong - c_1 - v_1) / E[rest], with two stages 1 - (c_w + v) / c_s
 *   latency: the stages that are reached, one after the other; started all at once (hedged), the slowest of those
 *   that were needed, while every stage is paid
 *
 * Source: FrugalGPT (Chen, Zaharia, Zou 2023, arXiv 2305.05176) for the form of a cascade. Ownership: plain values;
 * arrays are the caller's. Threads: pure. Limits: FL_CASCADE_STAGES. Failure: false when a share is none or an amount
 * does not fit.
 */
#ifndef FL_CASCADE_H
#define FL_CASCADE_H

#include "base/base.h"

enum { FL_CASCADE_STAGES = 16 };

struct fl_stage {
	int64_t call_nusd, check_nusd;
	double escalates; /* share that goes on; of the last stage nothing does */
	double latency_s; /* 0 = not stated */
};
struct fl_cascade {
	double reached[FL_CASCADE_STAGES];     /* share of queries that get to a stage */
	int64_t stage_nusd[FL_CASCADE_STAGES]; /* expected, rounded once each; the total is their sum */
	int64_t total_nusd;
	int64_t strong_nusd; /* the last stage alone, without its check */
	bool has_break_even; /* false when the first stage alone costs as much as the strong one */
	double break_even; /* share going on from the first stage at which the cascade costs what the strong one does */
	double latency_s, hedged_latency_s;
	int64_t hedged_nusd; /* every stage started at once */
};
bool fl_cascade_cost(const struct fl_stage *stage, size_t n, struct fl_cascade *out) FL_MUST_USE;

#endif
