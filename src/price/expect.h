/*
 * expect.h - expectations of money: real numbers of nano-USD, made from exact amounts and probabilities.
 *
 * A probability makes an amount real. It is computed in double from exact integer amounts and rounded to nano-USD once,
 * by fl_expect_nusd, at its very end. A double holds every amount up to $9 million exactly.
 *
 * Ownership: plain values. Threads: pure. Limits: amounts within 64 bits of nano-USD. Failure: false, never wrapped.
 */
#ifndef FL_EXPECT_H
#define FL_EXPECT_H

#include "base/money.h"

#include <math.h>

#define FL_EXPECT_MOST 9.2e18 /* nano-USD */

/* The nearest nano-dollar; false for what is no number or does not fit. */
static inline bool fl_expect_nusd(double nusd, int64_t *out)
{
	bool fits = isfinite(nusd) && fabs(nusd) <= FL_EXPECT_MOST;
	*out = fits ? llround(nusd) : 0;
	return fits;
}

/* Whether a real number is a probability. */
static inline bool fl_is_probability(double p)
{
	return p >= 0 && p <= 1;
}

#endif
