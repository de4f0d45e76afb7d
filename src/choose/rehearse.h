/*
 * rehearse.h - a race over a matrix that is already known: once, to choose; or many times in random orders, to see how
 * often the choice would have been wrong and what it would have cost.
 *
 * Ownership: everything is borrowed for the call. Threads: one race, one thread. Limits: the race's. Failure: what
 * fl_race_create and fl_race_supply say.
 */
#ifndef FL_REHEARSE_H
#define FL_REHEARSE_H

#include "choose/order.h"
#include "choose/race.h"
#include "eval/matrix.h"

/* A replay: the race's arm k is the matrix's config k. */
struct fl_replay {
	const struct fl_matrix *matrix;
	const struct fl_order *order;
	uint64_t cells;    /* items supplied so far, all arms */
	int64_t cost_nusd; /* of these */
};

/* Arms of a replay, configs of them: `cap_nusd` where it is not negative, else 1.2 times the largest cost of that
 * candidate in the matrix (hindsight; 0 without costs). The timeout is the largest latency in the whole matrix. */
void fl_replay_arms(const struct fl_matrix *m, int64_t cap_nusd, struct fl_race_arm_config *arm);
/* What the wanted cells that are not there yet cost. */
int64_t fl_replay_batch_cost(const struct fl_replay *p, struct fl_race *r);
/* Supplies them. */
enum fl_code fl_replay_supply(struct fl_replay *p, struct fl_race *r, struct fl_err *err) FL_MUST_USE;

/* The truth on the whole grid, by brute force. */
struct fl_truth {
	size_t arms;
	double *score, *cost_usd, *total_usd, *utility_usd; /* means an item; total = cost and waiting */
	bool *feasible;                                     /* meets the limits on cost and latency */
	bool *good;                                         /* goal cheapest: feasible and good enough */
	int best;          /* value: best feasible; cheapest: cheapest good; -1 = none */
	double best_score; /* of the feasible */
};
void fl_truth_init(struct fl_truth *t, const struct fl_matrix *m, const struct fl_race_config *c);
void fl_truth_release(struct fl_truth *t);

struct fl_rehearsal {
	size_t trials;
	size_t worse_than_epsilon, missed_best; /* goal value */
	size_t broken_promises, missed_cheaper; /* goal cheapest */
	double cells_share;
	double cost_share; /* NaN when the matrix has no costs */
};
/* Runs `trials` races in orders drawn from the seed. `config` is as for one race, without positions and cluster sizes. */
enum fl_code fl_rehearse(const struct fl_matrix *m, const struct fl_race_config *config, uint64_t seed, size_t trials,
                         struct fl_rehearsal *out, struct fl_err *err) FL_MUST_USE;
/* The same for trials number first, first + 1, ... of that seed, so that many can be run a few at a time. */
enum fl_code fl_rehearse_from(const struct fl_matrix *m, const struct fl_race_config *config, uint64_t seed,
                              size_t first, size_t trials, struct fl_rehearsal *out, struct fl_err *err) FL_MUST_USE;

#endif
