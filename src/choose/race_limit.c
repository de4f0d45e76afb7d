/*
 * Limits on an arm's mean cost and on the share of its slow answers (P(latency > p95) <= 0.05), tested by one stream
 * for "meets" and one for "breaks" each, over all positions of the arm. At the last position of a finite list the
 * answer is exact. A flag once reached stays.
 */
#include "choose/race_int.h"

enum { LIMIT_COST, LIMIT_LATE, LIMITS };
static const double late_share = 0.05;

static const char *const limit_reason[LIMITS] = {"over the cost limit", "over the latency limit"};

static bool limit_asked(const struct fl_race *r, int which)
{
	return which == LIMIT_COST ? r->c.max_cost_usd >= 0 : r->c.p95_s >= 0;
}

/* The term of "meets" (sign 1) or "breaks" (sign -1): positive on average when the flag is right. */
static struct fl_linear limit_term(const struct fl_race *r, size_t arm, int which, double sign)
{
	const struct fl_lane *lane = &r->lane[arm];
	enum fl_track track = which == LIMIT_COST ? FL_TRACK_COST : FL_TRACK_LATE;
	double scale = which == LIMIT_COST ? r->c.arm[arm].cap_usd : 1;
	double limit = which == LIMIT_COST ? r->c.max_cost_usd : late_share;
	if (scale <= 0)
		scale = 1;
	double most = (limit - (which == LIMIT_COST ? r->c.arm[arm].cap_usd : 1)) / scale;
	struct fl_linear t = {
	    lane->at[track], lane->sum[track], NULL, NULL, -sign / scale, 0, sign * limit / scale, most, limit / scale};
	if (sign < 0) {
		t.lo = -limit / scale;
		t.top = -most;
	}
	return t;
}

void fl_limit_begin(struct fl_race *r)
{
	r->limits = (size_t)limit_asked(r, LIMIT_COST) + (size_t)limit_asked(r, LIMIT_LATE);
	if (!r->limits)
		return;
	r->limit = fl_alloc_zero(r->arms, sizeof *r->limit);
	for (size_t k = 0; k < r->arms; k++)
		for (int which = 0; which < LIMITS; which++) {
			struct fl_limit_state *l = &r->limit[k];
			l->meets[which] = l->breaks[which] = FL_WEALTH_ONE;
			l->met[which] = !limit_asked(r, which) || limit_term(r, k, which, 1).lo >= 0;
		}
}

/* Whole finite list: met iff the sum is not negative. */
static void decide_exactly(struct fl_race *r, size_t arm, int which)
{
	struct fl_linear t = limit_term(r, arm, which, 1);
	bool met = fl_linear_sum(&r->frame, &t, r->positions) >= -1e-9;
	r->limit[arm].met[which] = met;
	r->limit[arm].broken[which] = !met;
}

static void bet(struct fl_race *r, size_t arm, int which, double sign, struct fl_wealth *w, double *squares)
{
	struct fl_linear t = limit_term(r, arm, which, sign);
	struct fl_stream s = {*w, *squares};
	for (size_t i = r->limit[arm].seen; i < r->lane[arm].read; i++)
		fl_stream_bet(&r->frame, &t, &s, i);
	*w = s.w;
	*squares = s.squares;
}

void fl_limit_read(struct fl_race *r, size_t arm, double threshold_meets, double threshold_breaks)
{
	if (!r->limits || r->limit[arm].seen == r->lane[arm].read)
		return;
	struct fl_limit_state *l = &r->limit[arm];
	bool whole = r->frame.finite && r->lane[arm].read == r->positions;
	for (int which = 0; which < LIMITS; which++) {
		if (!limit_asked(r, which))
			continue;
		if (whole) {
			decide_exactly(r, arm, which);
			continue;
		}
		bet(r, arm, which, 1, &l->meets[which], &l->meets_squares[which]);
		bet(r, arm, which, -1, &l->breaks[which], &l->breaks_squares[which]);
		l->met[which] |= fl_wealth_value(l->meets[which]) >= threshold_meets;
		l->broken[which] |= fl_wealth_value(l->breaks[which]) >= threshold_breaks;
	}
	l->seen = r->lane[arm].read;
}

bool fl_limit_met(const struct fl_race *r, size_t arm)
{
	return !r->limits || (r->limit[arm].met[LIMIT_COST] && r->limit[arm].met[LIMIT_LATE]);
}

bool fl_limit_broken(const struct fl_race *r, size_t arm)
{
	return r->limits && (r->limit[arm].broken[LIMIT_COST] || r->limit[arm].broken[LIMIT_LATE]);
}

bool fl_limit_observed_broken(const struct fl_race *r, size_t arm)
{
	for (int which = 0; r->limits && which < LIMITS; which++) {
		if (!limit_asked(r, which))
			continue;
		struct fl_linear t = limit_term(r, arm, which, 1);
		if (r->lane[arm].read && fl_linear_sum(&r->frame, &t, r->lane[arm].read) < -1e-9)
			return true;
	}
	return false;
}

const char *fl_limit_reason(const struct fl_race *r, size_t arm)
{
	return limit_reason[r->limit[arm].broken[LIMIT_COST] ? LIMIT_COST : LIMIT_LATE];
}
