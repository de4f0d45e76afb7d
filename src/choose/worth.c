/*
 * Utility U = V q - c - w l is linear in V, so the winners over all V are the upper hull of the points (c + w l, q): from
 * the cheapest on, the next tread is the candidate whose break-even with the present one comes first.
 */
#include "choose/worth.h"

#include "base/money.h"

#include <math.h>

static enum fl_code too_large(struct fl_err *err)
{
	return fl_err_set(err, FL_E_LIMIT, "the worth of a right answer does not fit into 9.2 billion USD");
}

enum fl_code fl_worth_of(const struct fl_pay *pay, struct fl_worth *out, struct fl_err *err)
{
	const int64_t hour_ms = 3600 * 1000, million = 1000000;
	int64_t time_ms, attended;
	if (!fl_add_i64(pay->saved_if_right_ms, pay->lost_if_wrong_ms, &time_ms) ||
	    !fl_muldiv(pay->wage_nusd_per_hour, time_ms, hour_ms, &out->value_nusd) ||
	    !fl_muldiv(pay->wage_nusd_per_hour, pay->waiting_ppm, million, &attended))
		return too_large(err);
	if (!fl_muldiv(attended, 1, 3600, &out->wait_nusd_per_s))
		return too_large(err);
	out->wait_usd_per_s = (double)attended / 3600 / (double)FL_NUSD_PER_USD;
	return FL_OK;
}

static double total_of(struct fl_worth_point p, double wait_usd_per_s)
{
	return p.cost_usd + wait_usd_per_s * p.latency_s;
}

static enum fl_step_kind kind_of(double more_score, double more_total)
{
	if (more_score == 0 && more_total == 0)
		return FL_STEP_EQUAL;
	if (more_score >= 0 && more_total <= 0)
		return FL_STEP_ALWAYS;
	if (more_score <= 0 && more_total >= 0)
		return FL_STEP_NEVER;
	return more_score > 0 ? FL_STEP_WORTH_IT_ABOVE : FL_STEP_WORTH_IT_BELOW;
}

struct fl_step fl_step_between(struct fl_worth_point from, struct fl_worth_point to, double wait_usd_per_s,
                               double wage_usd_per_hour)
{
	struct fl_step s = {.more_score = to.score - from.score,
	                    .more_cost_usd = to.cost_usd - from.cost_usd,
	                    .more_latency_s = to.latency_s - from.latency_s,
	                    .more_total_usd = total_of(to, wait_usd_per_s) - total_of(from, wait_usd_per_s)};
	s.kind = kind_of(s.more_score, s.more_total_usd);
	if (s.kind == FL_STEP_WORTH_IT_ABOVE || s.kind == FL_STEP_WORTH_IT_BELOW)
		s.break_even_usd = s.more_total_usd / s.more_score;
	s.break_even_pay_s = wage_usd_per_hour > 0 ? s.break_even_usd / wage_usd_per_hour * 3600 : (double)NAN;
	return s;
}

/* Best when a right answer is worth nothing: the cheapest, of these the best, of these the first. */
static ptrdiff_t first_tread(const struct fl_worth_point *p, const bool *use, size_t n, double wait)
{
	ptrdiff_t best = -1;
	for (size_t k = 0; k < n; k++) {
		if (use && !use[k])
			continue;
		double gap = best < 0 ? -1 : total_of(p[k], wait) - total_of(p[best], wait);
		if (gap < 0 || (gap == 0 && p[k].score > p[best].score))
			best = (ptrdiff_t)k;
	}
	return best;
}

/* The candidate that overtakes `now` first, and at which V; of several the best. */
static ptrdiff_t next_tread(const struct fl_worth_point *p, const bool *use, size_t n, double wait, size_t now,
                            double *at)
{
	ptrdiff_t next = -1;
	for (size_t k = 0; k < n; k++) {
		if ((use && !use[k]) || p[k].score <= p[now].score)
			continue;
		double v = (total_of(p[k], wait) - total_of(p[now], wait)) / (p[k].score - p[now].score);
		if (next < 0 || v < *at || (v == *at && p[k].score > p[next].score)) {
			next = (ptrdiff_t)k;
			*at = v;
		}
	}
	return next;
}

/* The largest worth that fits; nobody pays nine billion for an answer. */
static int64_t nusd_of(double usd)
{
	double nusd = usd * (double)FL_NUSD_PER_USD;
	if (nusd >= 9.2e18)
		return INT64_C(9200000000000000000);
	if (nusd <= -9.2e18)
		return -INT64_C(9200000000000000000);
	return llround(nusd);
}

size_t fl_staircase(const struct fl_worth_point *point, const bool *use, size_t n, double wait_usd_per_s,
                    struct fl_tread *out)
{
	size_t treads = 0;
	int64_t from = 0;
	ptrdiff_t now = first_tread(point, use, n, wait_usd_per_s);
	while (now >= 0) {
		double at = 0;
		ptrdiff_t next = next_tread(point, use, n, wait_usd_per_s, (size_t)now, &at);
		int64_t to = next < 0 ? -1 : nusd_of(at);
		if (to != from)
			out[treads++] = (struct fl_tread){(size_t)now, from, to};
		from = to;
		now = next;
	}
	return treads;
}

struct fl_month fl_month_of(double usd_per_item, const double interval_usd[2], double traffic_month)
{
	return (struct fl_month){
	    nusd_of(usd_per_item * traffic_month),
	    {nusd_of(interval_usd[0] * traffic_month), nusd_of(interval_usd[1] * traffic_month)},
	};
}
