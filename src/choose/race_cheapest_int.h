/*
 * race_cheapest_int.h - the state of a race for the goal `cheapest`, shared by race_pair.c (tests) and race_cheapest.c
 * (who is called, when to stop). Ownership: belongs to its fl_race. Threads and failure as there.
 */
#ifndef FL_RACE_CHEAPEST_INT_H
#define FL_RACE_CHEAPEST_INT_H

#include "choose/race_int.h"

/* Tests of an ordered pair (b, a), over the positions that both have. */
struct fl_cheapest_pair {
	struct fl_stream clears; /* s_b - s_a + m */
	struct fl_wealth beats;  /* s_b - s_a, with the shares of `clears` */
	struct fl_stream out;    /* s_b - s_a - m: a is not good enough beside b */
	struct fl_stream dear;   /* (cost_a - .95 cost_b + E) / kappa_b: a is no bargain beside b */
	uint32_t seen;           /* positions that are in */
	bool has_cleared, has_beaten, is_out, is_dear;
};

/* Tests of one arm against a floor, and how it stands. */
struct fl_cheapest_arm {
	struct fl_stream clears, out; /* s - f and f - s */
	size_t seen;
	bool has_cleared, is_out; /* floor */
	bool plays;               /* may be called */
	bool may_be_named;
	int out_by, beaten_by; /* -1 = not (out_by: own number when below the floor) */
};

struct fl_cheapest_race {
	struct fl_cheapest_pair *pair; /* [b * arms + a] */
	struct fl_cheapest_arm *arm;
	bool *called;                                                               /* scratch of one round */
	int target;                                                                 /* -1 before the first batch */
	double wealth_clears, wealth_out, wealth_dear, wealth_meets, wealth_breaks; /* thresholds */
};

static inline struct fl_cheapest_pair *fl_cheapest_pair(const struct fl_race *r, size_t b, size_t a)
{
	return &r->cheapest->pair[b * r->arms + a];
}

/* What a test adds up; `a` is ignored by the floor's. */
struct fl_linear fl_cheapest_clears(const struct fl_race *r, size_t b, size_t a);
struct fl_linear fl_cheapest_out(const struct fl_race *r, size_t b, size_t a);
struct fl_linear fl_cheapest_dear(const struct fl_race *r, size_t b, size_t a);
/* The margin that a certificate uses (the floor, or how far below the best), slack included. */
double fl_cheapest_margin(const struct fl_race *r);

/* Thresholds, and the flags that hold without a call. */
void fl_cheapest_tests_begin(struct fl_race *r);
/* Takes in what was read since the last time and raises flags. */
void fl_cheapest_tests_read(struct fl_race *r);

/* Is a test of b against a (floor: of b) answered exactly, both being read to the end of a finite list? */
bool fl_cheapest_exact(const struct fl_race *r, size_t b, size_t a);

#endif
