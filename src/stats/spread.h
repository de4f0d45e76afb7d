/*
 * spread.h - means and their standard errors: plain, clustered, and of a paired difference.
 *
 * Ownership: inputs are borrowed. Threads: pure. Limits: none of its own. Failure: an error is NaN where it cannot be
 * known (fewer than two values or clusters), never 0.
 */
#ifndef FL_SPREAD_H
#define FL_SPREAD_H

#include "base/base.h"

struct fl_spread {
	double mean, error; /* standard error of the mean */
};

/* SE = sqrt(sum (x - mean)^2 / (n (n - 1))). */
struct fl_spread fl_spread_of(const double *x, size_t n);
/* SE^2 = (1/n^2) * sum over clusters of (sum of (x - mean) in the cluster)^2; cluster[i] names the cluster of x[i] by a
 * number below `clusters`. */
struct fl_spread fl_spread_clustered(const double *x, const uint32_t *cluster, size_t n, size_t clusters);
/* Mean and error of a - b, item by item; `cluster` may be NULL. */
struct fl_spread fl_spread_paired(const double *a, const double *b, const uint32_t *cluster, size_t n, size_t clusters);
/* mean +- z * error, by the normal approximation. */
void fl_spread_interval(struct fl_spread s, double confidence, double out[2]);

#endif
