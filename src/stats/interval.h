/*
 * interval.h - intervals and exact tests for one rate or one pair of rates, read once, at a size fixed beforehand.
 *
 * For intervals that stay valid while one looks again and again, see betting.h. Ownership: none, plain numbers.
 * Threads: pure. Limits: counts up to 2^53. Failure: nonsense arguments (n < 0, successes outside [0,n], confidence
 * outside (0,1)) abort; n = 0 gives the whole range.
 */
#ifndef FL_INTERVAL_H
#define FL_INTERVAL_H

#include "base/base.h"

/* Phi(x), the standard normal distribution, and its inverse (0 < p < 1). */
double fl_normal_cdf(double x);
double fl_normal_quantile(double p);
/* I_x(a, b), the regularised incomplete beta function, a, b > 0, and its inverse in x. */
double fl_beta_cdf(double x, double a, double b);
double fl_beta_quantile(double p, double a, double b);

/* Wilson's score interval. `successes` may be fractional: a sum of graded scores in [0,1] is then treated as that many
 * successes, which is wider than its own variance asks for, never narrower. */
void fl_wilson(double successes, double n, double confidence, double out[2]);
/* Clopper and Pearson's exact interval for k of n. */
void fl_clopper_pearson(double k, double n, double confidence, double out[2]);
/* The equal-tailed credible interval under a uniform prior: quantiles of Beta(k + 1, n - k + 1). */
void fl_credible(double k, double n, double confidence, double out[2]);
/* Exact two-sided McNemar test: `a_only` and `b_only` count the items that only one of two got right. */
double fl_mcnemar_exact(double a_only, double b_only);

#endif
