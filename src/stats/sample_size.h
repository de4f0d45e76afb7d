/*
 * sample_size.h - how many items it takes to tell two candidates apart, when both answer the same items.
 *
 * With right and wrong answers only the items on which the two disagree count. Let psi be the share of them and delta the
 * difference of the mean scores (delta <= psi). McNemar's test at level alpha finds a difference of delta with power
 * 1 - beta with
 *
 *   n = (z_{1-alpha/2} sqrt(psi) + z_{1-beta} sqrt(psi - delta^2))^2 / delta^2
 *
 * Source: R. J. Connor, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 43
 * (1987) 207-211. This is for planning a test of fixed size; a race that may stop early is bounded otherwise (betting.h).
 *
 * Ownership: none. Threads: pure. Limits: none. Failure: arguments outside their ranges abort.
 */
#ifndef FL_SAMPLE_SIZE_H
#define FL_SAMPLE_SIZE_H

#include "base/base.h"

/* Items, rounded up. delta in (0, 1], psi in [delta, 1], confidence and power in (0, 1). */
double fl_items_for_difference(double delta, double psi, double confidence, double power);
/* The smallest difference that n items tell, n >= 1; psi when even that takes more. */
double fl_difference_of_items(double n, double psi, double confidence, double power);

#endif
