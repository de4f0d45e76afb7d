/*
 * odds.h - chances behind sampling: one of k right, a majority right, and which of two is the better.
 *
 *   pass@k          1 - C(n - c, k) / C(n, k)           (Chen et al. 2021, arXiv 2107.03374)
 *   majority        P(Bin(n, p) > n / 2), a tie of an even n counted half
 *   first better    P(p1 > p2 | w wins, l losses) = 1 - I_1/2(w + 1, l + 1), uniform prior, on items where they differ
 *   stopping early  a vote of n ends when one side has n / 2 + 1; its expected length
 *
 * Ownership: plain numbers. Threads: pure. Limits: FL_ODDS_SAMPLES. Failure: NaN for arguments that make no sense.
 */
#ifndef FL_ODDS_H
#define FL_ODDS_H

#include "base/base.h"

enum { FL_ODDS_SAMPLES = 10000 };

double fl_pass_at(uint64_t n, uint64_t right, uint64_t k);
double fl_majority(uint64_t n, double p);
double fl_first_is_better(uint64_t wins, uint64_t losses);
/* Expected samples of a vote of n between a right and one wrong answer that stops once it is decided. */
double fl_vote_length(uint64_t n, double p);

#endif
