/*
 * retry.h - what a call costs when some attempts fail and are tried again.
 *
 *   attempts = (1 - f^(R+1)) / (1 - f)      expected, f the chance that an attempt fails, at most R retries
 *   P_ok     = 1 - f^(R+1)
 *   cost     = c P_ok + beta c (attempts - P_ok)      beta: share of an attempt's price that a failed one is billed
 *
 * Source: the geometric series cut off after R + 1 terms. Ownership: plain values. Threads: pure. Limits: money as in
 * base/money.h. Failure: false when a share is none or an amount does not fit.
 */
#ifndef FL_RETRY_H
#define FL_RETRY_H

#include "base/base.h"

struct fl_retry {
	double attempts, p_ok;
	int64_t ok_nusd, failed_nusd; /* each rounded once; their sum is the cost */
};
bool fl_retry_cost(int64_t call_nusd, double fails, uint64_t retries, double billed, struct fl_retry *out) FL_MUST_USE;

#endif
