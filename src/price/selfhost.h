/*
 * selfhost.h - what tokens cost on hardware of one's own, and from which load on that is cheaper than an interface.
 *
 *   $ a million output tokens = G / 3600 / (thr u) 10^6      G $ an hour of a machine, thr tokens/s, u utilisation
 *   the same, taken apart: busy time G / 3600 / thr, idle time the rest; spare machines (N + 1), power and staff beside
 *   break-even tokens a day = what all machines cost a day / price of a token by the interface
 *   GPU seconds a query = n_in / prefill + n_out / decode; a query costs G / 3600 s / u
 *
 * Speeds are estimates (fit/speed.h) unless measured, so all is real arithmetic, rounded once a line. A month has
 * FL_MONTH_HOURS hours. Ownership: plain values. Threads: pure. Limits: 64-bit money. Failure: false when a figure makes
 * no sense or an amount does not fit.
 */
#ifndef FL_SELFHOST_H
#define FL_SELFHOST_H

#include "base/base.h"

enum { FL_MONTH_HOURS = 730 };

struct fl_selfhost {
	int64_t hour_nusd;      /* G: one machine, all its devices */
	double tokens_per_s;    /* thr: output of one machine */
	double prefill_per_s;   /* input of one machine; 0 = not known: no figures of a query */
	double utilisation;     /* u, above 0 */
	double machines, spare; /* that serve, and that stand by */
	double power_kw;        /* of one machine; 0 = in the price of the hour */
	int64_t kwh_nusd;
	int64_t staff_month_nusd;
	uint64_t in, out;       /* tokens of a query; 0 = no figures of a query */
	int64_t api_query_nusd; /* the same query by the interface; -1 = none */
	int64_t api_out_rate;   /* nano-USD per million output tokens there; -1 = none */
};
struct fl_selfhost_cost {
	int64_t busy_nusd, idle_nusd, spare_nusd, power_nusd, staff_nusd; /* a million output tokens; sum = total */
	int64_t total_nusd;
	int64_t day_nusd;                                        /* all machines, a day */
	double capacity_tokens_a_day;                            /* at full use */
	double break_even_tokens_a_day, break_even_utilisation;  /* NaN without an interface's price */
	double query_s;                                          /* of a machine; NaN when not known */
	int64_t query_nusd;                                      /* -1 when not known */
	double capacity_queries_a_day, break_even_queries_a_day; /* NaN when not known */
};
bool fl_selfhost_cost(const struct fl_selfhost *h, struct fl_selfhost_cost *out) FL_MUST_USE;

#endif
