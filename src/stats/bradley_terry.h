/*
 * bradley_terry.h - how good things are, from which of two was preferred.
 *
 * P(i is preferred to j) = 1 / (1 + e^{-(s_i - s_j)}); a tie counts as half a win for either. Scores are the posterior mode
 * under a prior of one half win and one half loss of each against a thing of score 0 (so that they stay finite where one
 * always wins, and a thing without comparisons stays at 0), found by Newton's method; they are shifted to mean 0.
 * Intervals are normal, from the inverse of the Hessian at the mode, of each score against the mean of all.
 *
 * Source: R. A. Bradley and M. E. Terry, Biometrika 39 (1952) 324-345; D. R. Hunter, Annals of Statistics 32 (2004)
 * 384-406; the prior is that of F. Caron and A. Doucet (2012) with a virtual opponent.
 *
 * Ownership: the caller's arrays. Threads: pure. Limits: FL_BT_THINGS. Failure: nonsense arguments abort.
 */
#ifndef FL_BRADLEY_TERRY_H
#define FL_BRADLEY_TERRY_H

#include "base/base.h"

enum { FL_BT_THINGS = 64 };

struct fl_bt_score {
	double score;     /* natural log-odds against the mean of all */
	double low, high; /* its interval */
	double wins;      /* ties as halves */
	double played;
	double share; /* probability of being preferred to one drawn evenly from the others; 0.5 when it is alone */
};
/* wins[i * n + j]: how often i was preferred to j, a tie as 0.5 on both sides. */
void fl_bradley_terry(const double *wins, size_t n, double confidence, struct fl_bt_score *out);

#endif
