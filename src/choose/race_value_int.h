/*
 * race_value_int.h - the state of a race for the goal `value`, shared by race_value.c and race_bound.c.
 * Ownership: belongs to its fl_race. Threads and failure as there.
 */
#ifndef FL_RACE_VALUE_INT_H
#define FL_RACE_VALUE_INT_H

#include "choose/race_int.h"

/* The stream "b beats a". */
struct fl_value_pair {
	struct fl_past past;              /* positions that were bet on: those where b was running */
	struct fl_wealth even, indulgent; /* E_{b,a} against mean 0, and against mean -epsilon */
};

/* The part of P_a that was won by one opponent. */
struct fl_value_share {
	uint32_t opponent;
	struct fl_wealth even, indulgent;
};

/* Arms that were called on a run of positions. */
struct fl_value_set {
	size_t n;
	uint32_t *arm;    /* ascending */
	uint64_t *member; /* the same as bits */
};

/* Who led at a position, seen from the positions before it. */
struct fl_value_place {
	int32_t leader, second; /* -1 = none */
	uint32_t set;           /* index of the running set */
};

struct fl_value_arm {
	FL_VEC(struct fl_value_share) share;
	size_t judged; /* positions whose bets are in */
	bool running, catching;
};

enum fl_value_phase { FL_VALUE_BATCH, FL_VALUE_CATCH_UP };

struct fl_value_race {
	struct fl_value_pair *pair; /* [a * arms + b] */
	struct fl_value_arm *arm;
	FL_VEC(struct fl_value_place) place;
	FL_VEC(struct fl_value_set) set;
	double aim;       /* -epsilon, 0 where none is fixed */
	double threshold; /* wealth that refutes "a is the best" */
	size_t prefix;    /* j: positions judged for the running arms */
	enum fl_value_phase phase;
	int catch_leader; /* under whom arms rest while others catch up */
	bool woken;       /* an arm runs again since the lead was last looked at */
	size_t bound_at, bound_events;
	double future_bound; /* as of bound_at and bound_events */
};

static inline bool fl_value_in_set(const struct fl_value_set *s, size_t arm)
{
	return s->member[arm / 64] >> (arm % 64) & 1;
}
/* o_n(a): the opponent of a at a place, -1 = none. */
static inline int fl_value_opponent(const struct fl_value_place *p, size_t a)
{
	return p->leader == (int)a ? p->second : p->leader;
}
/* Bounds of U_b - U_a. */
static inline double fl_value_lo(const struct fl_race *r, size_t b)
{
#if FL_RACE_MUTANT == 6 /* a bound that is too tight */
	return -0.25 * (r->c.value_usd + fl_race_cap_total(r, b));
#else
	return -(r->c.value_usd + fl_race_cap_total(r, b));
#endif
}
static inline double fl_value_top(const struct fl_race *r, size_t a)
{
	return r->c.value_usd + fl_race_cap_total(r, a);
}

/* Wealth of "b beats a" against mean m0 over the first n positions, and the part of P_a that b won. */
struct fl_value_replay {
	struct fl_wealth wealth, opponent;
};
struct fl_value_replay fl_value_replay(const struct fl_race *r, size_t a, size_t b, double m0, bool finite);
/* T_a with m0[b] against each b, over what has been judged of a: replayed from the outcomes. */
double fl_value_total(const struct fl_race *r, size_t a, const double *m0, bool finite);
/* T_a^{b,r} of the race's own mode, from the kept wealths for everybody but b. */
double fl_value_total_against(const struct fl_race *r, size_t a, size_t b, double regret);
/* The most that naming b may lose to a candidate still in question; upper end when nothing can be said. */
double fl_value_regret_bound(const struct fl_race *r, size_t b);
/* The same over all candidates with future-mode means. */
double fl_value_future_bound(struct fl_race *r, size_t b);

#endif
