/*
 * betting.h - a test of a bounded mean that may be read at any time, and the interval that follows from it.
 *
 * Sixteen gamblers start with 1/16 each and bet fixed shares against "the mean is at most m0". Their joint wealth is a
 * nonnegative supermartingale under that hypothesis, so it ever reaches 1/alpha with probability at most alpha,
 * whenever one looks. The m0 that are not refuted form a confidence sequence.
 *
 * Two modes: future (terms are independent draws from a source) and finite (terms come without replacement from a list
 * of `total`, and the mean is the list's). Ownership: a plain value; data are borrowed. Threads: pure. Limits: 10^7
 * terms without loss (wealth is kept as mantissa and exponent). Failure: a term below its stated bound aborts, since
 * every claim would be void.
 */
#ifndef FL_BETTING_H
#define FL_BETTING_H

#include "base/base.h"

enum { FL_BETS = 16 };

struct fl_betting {
	double lo, m0;          /* known lower bound of a term; mean under the null */
	double total;           /* length of the list in finite mode, 0 in future mode */
	double sum;             /* of the terms so far */
	double log_scale;       /* wealth = mean of wealth[] * exp(log_scale) */
	double wealth[FL_BETS]; /* one a gambler */
	size_t n;
	bool certain; /* the null has become impossible: wealth is infinite */
};

void fl_betting_init(struct fl_betting *b, double lo, double m0, size_t total);
void fl_betting_add(struct fl_betting *b, double x);
/* ln of the joint wealth; +infinity when the null is impossible. */
double fl_betting_log_wealth(const struct fl_betting *b);

/* Terms for an interval. In clusters, sum[i] adds up size[i] items, total counts clusters, `largest` is the size of the
 * largest one in the list; plain items have size NULL. */
struct fl_betting_data {
	const double *sum;
	const uint32_t *size;
	size_t n, total, largest;
	double lo, hi; /* bounds of one item */
};
/* ln wealth against "the mean of an item is at most m0". */
double fl_betting_log_wealth_at(const struct fl_betting_data *d, double m0);
/* Interval for the mean of an item, valid at level 1 - alpha over all times together: alpha/2 on each side. */
void fl_betting_interval(const struct fl_betting_data *d, double alpha, double out[2]);

#endif
