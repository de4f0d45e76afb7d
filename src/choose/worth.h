/*
 * worth.h - what time is worth: from pay to the value of a right answer, from there to the rule between two candidates
 * and to the staircase of winners.
 *
 * Go from b to a iff V (q_a - q_b) > (c_a - c_b) + w (l_a - l_b): V the worth of a right answer, q the share of right
 * ones, c the cost and l the time of a call, w the worth of a second waited. Ownership: plain values; arrays are the
 * caller's. Threads: pure. Limits: money as in base/money.h. Failure: FL_E_LIMIT when a worth does not fit.
 */
#ifndef FL_WORTH_H
#define FL_WORTH_H

#include "base/err.h"

/* What the user says of his time. */
struct fl_pay {
	int64_t wage_nusd_per_hour;
	int64_t saved_if_right_ms, lost_if_wrong_ms;
	int64_t waiting_ppm; /* share of the latency that somebody sits through, in millionths */
};
struct fl_worth {
	int64_t value_nusd;      /* V, of a right answer */
	int64_t wait_nusd_per_s; /* w, rounded */
	double wait_usd_per_s;   /* w, as the race wants it */
};
enum fl_code fl_worth_of(const struct fl_pay *pay, struct fl_worth *out, struct fl_err *err) FL_MUST_USE;

/* Means of one candidate. */
struct fl_worth_point {
	double score, cost_usd, latency_s;
};

enum fl_step_kind {
	FL_STEP_WORTH_IT_ABOVE, /* better and dearer: worth it where a right answer is worth more than the break-even */
	FL_STEP_ALWAYS,         /* at least as good and not dearer, one of them strictly */
	FL_STEP_NEVER,          /* no better, and dearer */
	FL_STEP_WORTH_IT_BELOW, /* worse and cheaper: worth it where a right answer is worth less */
	FL_STEP_EQUAL
};
/* Going from one candidate to another. */
struct fl_step {
	enum fl_step_kind kind;
	double more_score, more_cost_usd, more_latency_s;
	double more_total_usd;   /* cost and waiting */
	double break_even_usd;   /* V*; meaningful for WORTH_IT_ABOVE and _BELOW, else 0 */
	double break_even_pay_s; /* V* in seconds of pay; NaN without a wage */
};
/* `wage_usd_per_hour` 0 = not given. */
struct fl_step fl_step_between(struct fl_worth_point from, struct fl_worth_point to, double wait_usd_per_s,
                               double wage_usd_per_hour);

/* One tread of the staircase: who is best while a right answer is worth from_nusd to to_nusd. */
struct fl_tread {
	size_t candidate;
	int64_t from_nusd, to_nusd; /* to_nusd < 0 = no upper end */
};
/* The upper hull over all worths, ascending, into out (room for n). `use` may leave candidates out; NULL = all. Returns
 * the number of treads, 0 when there is no candidate. */
size_t fl_staircase(const struct fl_worth_point *point, const bool *use, size_t n, double wait_usd_per_s,
                    struct fl_tread *out);

/* A figure an item and its interval, times the traffic of a month. */
struct fl_month {
	int64_t nusd, interval_nusd[2];
};
struct fl_month fl_month_of(double usd_per_item, const double interval_usd[2], double traffic_month);

#endif
