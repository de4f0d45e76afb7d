/*
 * race.h - PACT, the paired, anytime, cost-aware tournament, as a pure state machine.
 *
 * It is told the candidates ("arms"), the positions of a fixed random order, and outcomes as they come in; it says which
 * (arm, position) cells it wants next and, at any time, what may be claimed. No clock, no I/O, no randomness: the
 * decision is a function of the configuration and the outcomes in position order, whatever the order of arrival.
 *
 *   create -> [ want -> caller obtains cells -> supply ... -> advance ]* -> verdict -> destroy
 *
 * A position is one item, or one cluster of items: then the caller supplies each item of it and the position counts when
 * all of its items are there. Ownership: heap, copies its configuration. Threads: one at a time. Limits: 4,096 arms,
 * 10,000,000 positions; memory is about 120 bytes a cell and, for the goal value, 80 bytes a pair of arms. Failure:
 * FL_E_INVALID for a configuration or an outcome outside its bounds (score not in [0,1], negative cost or latency). A
 * cost above its cap is no error here: the race ends before the batch that would have read it (fl_race_over_cap).
 */
#ifndef FL_RACE_H
#define FL_RACE_H

#include "base/err.h"
#include "base/str.h"

enum fl_race_goal { FL_GOAL_VALUE, FL_GOAL_CHEAPEST };
enum fl_race_bar { FL_BAR_NONE, FL_BAR_WITHIN, FL_BAR_FLOOR, FL_BAR_BASELINE };
enum fl_race_mode { FL_MODE_FINITE, FL_MODE_FUTURE };

struct fl_race_arm_config {
	double cap_usd;       /* largest possible cost of one item, retries included */
	double timeout_s;     /* t_k: latency is cut there, and a failed item counts as that long */
	bool cannot_be_named; /* takes part as baseline only */
};

struct fl_race_config {
	enum fl_race_goal goal;
	enum fl_race_mode mode;
	size_t arms, positions;
	const struct fl_race_arm_config *arm;
	const uint32_t *cluster_size; /* items at each position; NULL = 1 each */
	double delta;                 /* 1 - confidence, in (0,1) */
	double wait_usd_per_s;        /* w */
	/* goal value */
	double value_usd;   /* V, of a right answer */
	double epsilon_usd; /* indifference; < 0 = none fixed (volume rule when traffic is given). cheapest: E, >= 0 */
	double traffic_month; /* 0 = not given */
	/* goal cheapest */
	enum fl_race_bar bar;
	double margin;   /* m of within and baseline, or the floor f */
	size_t baseline; /* arm, with FL_BAR_BASELINE */
	double slack;    /* eta */
	/* constraints; < 0 = none */
	double max_cost_usd; /* mean cost */
	double p95_s;        /* t_max */
};

/* What one item gave one arm. */
struct fl_race_outcome {
	double score;     /* in [0,1]; 0 when failed */
	double cost_usd;  /* as paid */
	double latency_s; /* cut at timeout_s by the race */
};

enum fl_race_arm_state { FL_ARM_ALIVE, FL_ARM_RESTING, FL_ARM_ELIMINATED, FL_ARM_INFEASIBLE, FL_ARM_CHOSEN };
enum fl_race_state {
	FL_RACE_RUNNING,
	FL_RACE_CERTIFIED,
	FL_RACE_BEST_SO_FAR,
	FL_RACE_FEASIBILITY_OPEN,
	FL_RACE_NONE_FEASIBLE
};

struct fl_race_arm {
	enum fl_race_arm_state state;
	int by; /* arm that it lost to or rests under; -1 = none */
	const char *
	    reason; /* static words: "worse than", "rests under", "not good enough beside", "dear beside", "over the cost limit", … */
	size_t at_position;                                                 /* positions seen when that was decided */
	size_t positions;                                                   /* positions called */
	double mean_score, mean_cost_usd, mean_latency_s, mean_utility_usd; /* over its positions */
	double score_interval[2];                                           /* anytime-valid, level 1 - delta */
};

struct fl_race_want {
	uint32_t arm, from, to; /* positions from..to-1 */
};

struct fl_race_verdict {
	enum fl_race_state state;
	int chosen;                     /* arm, -1 when none */
	double regret_bound_usd;        /* per item, against the finite or future mean of the mode */
	double future_regret_bound_usd; /* goal value: same with future-mode means; < 0 = not available */
	double quality_bound;           /* goal cheapest: how far below the bar the named one may be */
	size_t open_count;              /* arms not yet settled */
};

struct fl_race;

enum fl_code fl_race_create(struct fl_race **out, const struct fl_race_config *config, struct fl_err *err) FL_MUST_USE;
void fl_race_destroy(struct fl_race *r);
/* The next batch: cells that must be supplied before fl_race_advance makes progress, cheap arms first (by mean cost so
 * far). Stable until advance. Returns the count; 0 when the race has ended. The array lives until advance or destroy. */
size_t fl_race_want(struct fl_race *r, const struct fl_race_want **want);
/* Adds the outcome of item `sub` (0..cluster_size-1) of a position. Any order; cells not yet wanted are kept for later;
 * supplying the same cell twice is a bug. */
enum fl_code fl_race_supply(struct fl_race *r, size_t arm, size_t position, size_t sub, const struct fl_race_outcome *o,
                            struct fl_err *err) FL_MUST_USE;
bool fl_race_has(const struct fl_race *r, size_t arm, size_t position, size_t sub);
/* True when every wanted cell is there: then reads the batch and moves on. Returns false and does nothing otherwise. */
bool fl_race_advance(struct fl_race *r);
bool fl_race_ended(const struct fl_race *r);
/* What may be claimed now; also when interrupted in the middle of a batch (uses completed batches). */
void fl_race_verdict(struct fl_race *r, struct fl_race_verdict *out);
/* The arm that would be named now, -1 = none, without the cost of a whole verdict. */
int fl_race_chosen(struct fl_race *r);
/* True when the race ended because a cell cost more than its cap_usd: every claim then rests on the batches before it. */
bool fl_race_over_cap(const struct fl_race *r);
/* State of one arm after the last advance. */
void fl_race_arm(const struct fl_race *r, size_t arm, struct fl_race_arm *out);

/* The race over time: every change of an arm's state, in order. Lives until advance or destroy; returns the count. */
struct fl_race_event {
	size_t position;             /* positions that the arm had been called on */
	int arm, by;                 /* by: -1 = none */
	enum fl_race_arm_state kind; /* the state that it went into; FL_ARM_ALIVE = called again after a rest */
	const char *reason;          /* static words */
};
size_t fl_race_events(const struct fl_race *r, const struct fl_race_event **out);

/* a minus b, item by item, over the positions that both were called on; intervals are at level 1 - delta each:
 * valid at any time; at the end of a finite list those of the traffic that its items stand for. */
struct fl_race_difference {
	size_t positions; /* 0 = never called together: intervals are the whole range */
	double score, score_interval[2];
	double cost_usd, cost_interval_usd[2];   /* as paid */
	double total_usd, total_interval_usd[2]; /* cost and the worth of the waiting */
};
void fl_race_compare(const struct fl_race *r, size_t a, size_t b, struct fl_race_difference *out);

#endif
