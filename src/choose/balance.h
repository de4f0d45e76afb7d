/*
 * balance.h - what the user wants of a race, and all that came out of one: the data behind the verdict, its JSON and its
 * report, whether it ran live or on a matrix.
 *
 * Ownership: a balance owns its arena; fl_balance_release. Threads: one at a time. Limits: the race's. Failure: INVALID
 * for wishes that contradict each other or the data, and what race.h and session.h say.
 */
#ifndef FL_BALANCE_H
#define FL_BALANCE_H

#include "choose/race.h"
#include "choose/rehearse.h"
#include "choose/worth.h"
#include "eval/matrix.h"
#include "eval/session.h"

#include <signal.h>

/* What is wanted. -1, or an empty name, where something is not given. */
struct fl_wish {
	enum fl_race_goal goal;
	enum fl_race_mode mode;
	enum fl_race_bar bar;
	double confidence;      /* in (0,1) */
	int64_t value_nusd;     /* of a right answer; known for the goal value, else -1 */
	int64_t wage_nusd_hour; /* 0: not given */
	double wait_usd_per_s;
	int64_t epsilon_nusd;
	double within, floor, margin, slack;
	struct fl_str baseline;
	double traffic_month; /* 0: not given */
	int64_t budget_nusd;
	int64_t max_cost_nusd;
	double p95_s;
	int64_t cap_nusd; /* largest cost of one item, stated */
	uint64_t seed;
};
/* Defaults: cheapest within 2 points, finite, 95 %, seed 1. */
void fl_wish_init(struct fl_wish *w);
/* What a task file says. */
enum fl_code fl_wish_of_task(struct fl_wish *w, const struct fl_task *t, struct fl_err *err) FL_MUST_USE;

struct fl_balance_candidate {
	struct fl_str name;
	enum fl_race_arm_state state;
	int by;                /* -1: nobody */
	const char *reason;    /* static words */
	size_t at_item, items; /* decided after so many items; called on so many */
	double score, score_interval[2];
	int64_t cost_nusd;    /* mean an item */
	double latency_ms;    /* mean an item */
	int64_t utility_nusd; /* mean an item; goal value */
	double cut_share;
	int64_t cap_nusd;
	uint64_t failed[-FL_E_CODES]; /* items by class of failure, [-code] */
	uint64_t outcome[FL_OUTCOMES];
	uint64_t in_tokens, out_tokens;
};

struct fl_balance_step { /* the race over time, in items */
	size_t item;
	int candidate, by;
	enum fl_race_arm_state kind;
	const char *reason;
};

struct fl_balance {
	struct fl_arena arena;
	struct fl_wish wish;
	struct fl_str task; /* name of the task, or the matrix's file */
	struct fl_str about;
	bool live, cost_known, latency_known, clustered, cap_in_hindsight;
	size_t items, positions;
	enum fl_race_state state;
	int chosen, baseline;
	int64_t regret_bound_nusd, future_regret_bound_nusd; /* future: -1 = not available */
	double quality_bound;
	size_t open_count;
	bool saves_known;
	struct fl_month saves; /* against the baseline, a month */
	int64_t epsilon_nusd;  /* that held: given, by default, or -1 for the volume rule */
	uint64_t spent_cells, grid_cells, fresh_cells;
	int64_t spent_nusd, grid_nusd; /* of the grid -1: not known yet */
	size_t candidate_count, baseline_index;
	struct fl_balance_candidate *candidate;
	struct fl_tread *tread;
	size_t tread_count;
	struct fl_balance_step *step;
	size_t step_count;
	enum fl_code stopped; /* FL_OK, or why it ended early */
	struct fl_err stop_err;
	struct fl_str run;         /* of the store; empty on a matrix */
	struct fl_str *assumption; /* that the guarantee rests on, one sentence each */
	size_t assumption_count;
	bool rehearsed;
	struct fl_rehearsal rehearsal;
	const struct fl_removed *removed; /* by needs, before anything was spent */
	size_t removed_count;
	const struct fl_catalog *catalog;  /* of the prices below; NULL when none is from it */
	const struct fl_offer_ref *priced; /* offers whose price is the catalogue's, each once */
	size_t priced_count;
	int64_t began_ms;
};
void fl_balance_release(struct fl_balance *b);

/* A race, or `rehearse` > 0 rehearsals besides, over a matrix. `watch` (may be NULL) is called after each batch. */
struct fl_watch {
	void (*batch)(void *arg, struct fl_balance *b, struct fl_race *r); /* b is filled to the present state */
	void *arg;
	uint64_t every_ns; /* at most that often */
	const volatile sig_atomic_t
	    *stop; /* of a matrix: set from a signal handler, ends it at the next batch; may be NULL */
};
enum fl_code fl_balance_matrix(struct fl_balance *b, const struct fl_wish *wish, const struct fl_matrix *m,
                               const char *file, size_t rehearse, const struct fl_watch *watch,
                               struct fl_err *err) FL_MUST_USE;
/* A race on real calls. The session is open; what an earlier run paid is used first. */
enum fl_code fl_balance_live(struct fl_balance *b, const struct fl_wish *wish, struct fl_session *s,
                             const struct fl_watch *watch, struct fl_err *err) FL_MUST_USE;

#endif
