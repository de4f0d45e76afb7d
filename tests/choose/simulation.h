/*
 * simulation.h - the race held against its promise by repetition; run briefly by the tests and at length by
 * tools/simulate.c. Every experiment draws from its own seed, prints nothing and returns counts. Threads: one.
 */
#ifndef FL_SIMULATION_H
#define FL_SIMULATION_H

#include "choose/race.h"

struct simulation_count {
	size_t runs;
	size_t wrong; /* runs that broke the promise */
	size_t best_eliminated;
};

/* One setting of the grid: `arms` candidates with a shared difficulty, the first one better by `gap`. */
struct simulation_setting {
	size_t arms;
	double gap;
	enum fl_race_mode mode;
};
/* Wrong: certified, and worse than the best by more than epsilon (0.02). */
struct simulation_count simulate_choice(struct simulation_setting s, size_t runs, uint64_t seed);
/* The goal `cheapest`, within 2 points: wrong when the named one is not good enough or a good one is cheaper than
 * promised. */
struct simulation_count simulate_cheapest(struct simulation_setting s, size_t runs, uint64_t seed);
/* Either goal with limits on cost and latency that some candidates miss by a little. Wrong: the named one breaks a limit
 * on the list, or is not as good or as cheap as promised among those that meet them. */
struct simulation_count simulate_limits(enum fl_race_goal goal, struct simulation_setting s, size_t runs,
                                        uint64_t seed);
/* An attacker who knows all outcomes stops after the batch that suits him. Wrong: at some batch the bound stated is below
 * the true loss. */
struct simulation_count simulate_look_ahead(struct simulation_setting s, size_t runs, uint64_t seed);
/* Two equal arms read item by item. Wrong: a paired z-test at 0.05 ever rejects (the control that must fail) ... */
struct simulation_count simulate_peeking(size_t runs, uint64_t seed);
/* ... and the same arms in a race: wrong when the first is eliminated. */
struct simulation_count simulate_peeking_race(size_t runs, uint64_t seed);
/* Two equal arms on items that come in three identical copies. Wrong: the first arm is eliminated, with the copies told
 * as clusters or, naively, as items. */
struct simulation_count simulate_copies(bool clustered, size_t runs, uint64_t seed);

#endif
