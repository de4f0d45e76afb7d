/*
 * race_int.h - what the files of the race share; nobody else includes it (tests do, to check the arithmetic).
 *
 *   race.c           outcomes, batches, the public functions; knows no rule of choice
 *   race_limit.c     tests of the constraints (mean cost, p95), used by both goals
 *   race_stream.c    streams whose every position is bet on
 *   race_pair.c      the tests of the goal `cheapest`: a few streams a pair
 *   race_value.c     goal `value`: the race itself
 *   race_bound.c     goal `value`: wealth replayed at other means: regret bounds
 *   race_cheapest.c  goal `cheapest`: who is called, when to stop, what may be said
 *
 * An arm's outcomes are kept twice: by item as supplied, and by position, with running sums, once read. Only what is
 * read has any influence. Ownership and threads as in race.h.
 */
#ifndef FL_RACE_INT_H
#define FL_RACE_INT_H

#include "base/vec.h"
#include "choose/race.h"
#include "choose/wealth.h"

#include <float.h>
#include <stdlib.h>

#define FL_RACE_ARMS_MAX 4096
#define FL_RACE_POSITIONS_MAX 10000000

/* Sums over the items of a position. */
enum fl_track {
	FL_TRACK_SCORE,
	FL_TRACK_COST,    /* as paid */
	FL_TRACK_LATENCY, /* cut at the timeout */
	FL_TRACK_TOTAL,   /* cost and the worth of the waiting */
	FL_TRACK_UTILITY, /* V * score - total */
	FL_TRACK_LATE,    /* items slower than the p95 limit */
	FL_TRACKS
};

/* One arm. */
struct fl_lane {
	/* By item, as supplied; `items` is the room. */
	double *score, *cost, *latency;
	uint8_t *have;
	size_t items;
	/* By position, as read: at[t][i], and sum[t][i] over the positions before i (read + 1 entries). */
	double *at[FL_TRACKS], *sum[FL_TRACKS];
	size_t read, room;
	/* How it stands. */
	enum fl_race_arm_state state;
	int by;
	const char *reason;
	size_t at_position;
	/* The last score interval that was asked for, and at how many positions. */
	size_t interval_read;
	double interval[2];
};

/* Tests of one arm against the limits on cost and latency. */
struct fl_limit_state {
	struct fl_wealth meets[2], breaks[2];
	double meets_squares[2], breaks_squares[2];
	size_t seen;
	bool met[2], broken[2];
};

/* One goal's part: a table of functions. */
struct fl_goal {
	void (*begin)(struct fl_race *r);
	/* All wanted cells have been read: judge, then want more or end. */
	void (*step)(struct fl_race *r);
	void (*verdict)(struct fl_race *r, struct fl_race_verdict *out);
	/* The arm that would be named now, -1 = none. */
	int (*leader)(struct fl_race *r);
	void (*release)(struct fl_race *r);
};
extern const struct fl_goal fl_goal_value, fl_goal_cheapest;

struct fl_race {
	struct fl_race_config c; /* arm and cluster_size point to copies */
	uint64_t *item_start;    /* items before each position, positions + 1 entries; NULL without clusters */
	struct fl_frame frame;
	size_t arms, positions;
	struct fl_lane *lane;
	struct fl_limit_state *limit; /* one an arm; NULL without constraints */
	size_t limits;                /* number of constraints, R */
	FL_VEC(struct fl_race_want) want;
	FL_VEC(struct fl_race_event) event;
	enum fl_race_state state;
	bool over_cap; /* ended because a cell cost more than its cap */
	const struct fl_goal *goal;
	struct fl_value_race *value;
	struct fl_cheapest_race *cheapest;
};

/* kappa: the largest cost of an item, waiting included. */
static inline double fl_race_cap_total(const struct fl_race *r, size_t arm)
{
	return r->c.arm[arm].cap_usd + r->c.wait_usd_per_s * r->c.arm[arm].timeout_s;
}

/* Items in the first `positions` positions. */
static inline double fl_race_items(const struct fl_race *r, size_t positions)
{
	return r->item_start ? (double)r->item_start[positions] : (double)positions;
}

/* Mean of a track over the first n positions (n <= read); 0 when n is 0. */
static inline double fl_race_mean(const struct fl_race *r, size_t arm, enum fl_track t, size_t n)
{
	return n ? r->lane[arm].sum[t][n] / fl_race_items(r, n) : 0;
}

/* Still in question: neither eliminated nor infeasible. */
static inline bool fl_race_open(const struct fl_race *r, size_t arm)
{
	enum fl_race_arm_state s = r->lane[arm].state;
	return s != FL_ARM_ELIMINATED && s != FL_ARM_INFEASIBLE;
}

/* Positions in a batch of `called` arms that starts at `from`. */
size_t fl_race_batch(const struct fl_race *r, size_t called, size_t from);
/* Asks for positions from..to-1 of an arm; nothing when from >= to. */
void fl_race_plan(struct fl_race *r, size_t arm, size_t from, size_t to);
/* Records a change of an arm's state. */
void fl_race_mark(struct fl_race *r, size_t arm, enum fl_race_arm_state state, int by, const char *reason,
                  size_t position);
void fl_race_end(struct fl_race *r, enum fl_race_state state);

/* race_limit.c. `threshold_*` are wealths. All are trivially true or false without constraints. */
void fl_limit_begin(struct fl_race *r);
void fl_limit_read(struct fl_race *r, size_t arm, double threshold_meets, double threshold_breaks);
bool fl_limit_met(const struct fl_race *r, size_t arm);
bool fl_limit_broken(const struct fl_race *r, size_t arm);
/* The observed means break one. */
bool fl_limit_observed_broken(const struct fl_race *r, size_t arm);
const char *fl_limit_reason(const struct fl_race *r, size_t arm);

/* race_stream.c: a term that is linear in two tracks, p * x - q * y + constant an item. */
struct fl_linear {
	const double *x, *x_sum, *y, *y_sum; /* y may be NULL */
	double p, q, constant;
	double lo, top; /* bounds of an item's term */
};
/* A wealth over all positions so far. */
struct fl_stream {
	struct fl_wealth w;
	double squares; /* of the terms so far; their sum follows from the tracks */
};
static inline double fl_linear_at(const struct fl_frame *f, const struct fl_linear *t, size_t i)
{
	double x = t->p * t->x[i] + t->constant * fl_frame_size(f, i);
	return t->y ? x - t->q * t->y[i] : x;
}
/* Sum over the positions before i. */
static inline double fl_linear_sum(const struct fl_frame *f, const struct fl_linear *t, size_t i)
{
	double x = t->p * t->x_sum[i] + t->constant * fl_frame_before(f, i);
	return t->y ? x - t->q * t->y_sum[i] : x;
}
/* Bets on position i against mean <= 0; returns the share that was bet. */
double fl_stream_bet(const struct fl_frame *f, const struct fl_linear *t, struct fl_stream *s, size_t i);
/* The same share bet against mean <= m0. */
void fl_stream_follow(const struct fl_frame *f, const struct fl_linear *t, struct fl_wealth *w, double share, size_t i,
                      double m0);
/* Wealth over the first n positions against mean <= m0, with the shares that aim at 0. */
double fl_stream_replay(const struct fl_frame *f, const struct fl_linear *t, size_t n, double m0);

#endif
