/*
 * The tests of the goal `cheapest`. Every test belongs to one pair (or to one arm and the floor) and bets on every
 * position that both have, so its wealth is a supermartingale under its null whatever is called when: any schedule is
 * valid, and a flag once raised stays. Where both have read a whole finite list the sum answers and no wealth is asked.
 *
 * What a flag costs of delta: half on naming one that is not good enough, a quarter on missing the cheapest good one
 * because it was called out, a quarter because it was called dear. The thresholds count the events of each kind.
 */
#include "choose/race_cheapest_int.h"

/* A candidate within 5 % of the named one's cost is no bargain. */
static const double near_cost = 0.95;
static const double sum_tolerance = 1e-9;

double fl_cheapest_margin(const struct fl_race *r)
{
	return r->c.bar == FL_BAR_FLOOR ? fmax(0, r->c.margin - r->c.slack) : r->c.margin + r->c.slack;
}

/* sign_b * s_b - sign_a * s_a + constant; the floor has no a. */
static struct fl_linear score_term(const struct fl_race *r, size_t b, size_t a, double sign, double constant, double lo)
{
	const struct fl_lane *lb = &r->lane[b], *la = &r->lane[a];
	struct fl_linear t = {.x = lb->at[FL_TRACK_SCORE],
	                      .x_sum = lb->sum[FL_TRACK_SCORE],
	                      .p = sign,
	                      .q = sign,
	                      .constant = constant,
	                      .lo = lo,
	                      .top = 1 + fabs(constant)};
	if (r->c.bar != FL_BAR_FLOOR) {
		t.y = la->at[FL_TRACK_SCORE];
		t.y_sum = la->sum[FL_TRACK_SCORE];
	}
	return t;
}

struct fl_linear fl_cheapest_clears(const struct fl_race *r, size_t b, size_t a)
{
	double margin = fl_cheapest_margin(r);
	if (r->c.bar == FL_BAR_FLOOR)
		return score_term(r, b, b, 1, -margin, -margin);
	return score_term(r, b, a, 1, margin, margin - 1);
}

struct fl_linear fl_cheapest_out(const struct fl_race *r, size_t b, size_t a)
{
	if (r->c.bar == FL_BAR_FLOOR)
		return score_term(r, b, b, -1, r->c.margin, r->c.margin - 1);
	return score_term(r, b, a, 1, -r->c.margin, -1 - r->c.margin);
}

struct fl_linear fl_cheapest_dear(const struct fl_race *r, size_t b, size_t a)
{
	const struct fl_lane *lb = &r->lane[b], *la = &r->lane[a];
	double cap = fl_race_cap_total(r, b), scale = cap > 0 ? 1 / cap : 1, allowance = r->c.epsilon_usd * scale;
	return (struct fl_linear){.x = la->at[FL_TRACK_TOTAL],
	                          .x_sum = la->sum[FL_TRACK_TOTAL],
	                          .y = lb->at[FL_TRACK_TOTAL],
	                          .y_sum = lb->sum[FL_TRACK_TOTAL],
	                          .p = scale,
	                          .q = near_cost * scale,
	                          .constant = allowance,
	                          .lo = allowance - (cap > 0 ? near_cost : 0),
	                          .top = fl_race_cap_total(r, a) * scale + allowance};
}

bool fl_cheapest_exact(const struct fl_race *r, size_t b, size_t a)
{
	return r->frame.finite && r->lane[b].read == r->positions && r->lane[a].read == r->positions;
}

/* Among how many events a part of delta is divided. */
static double events(double n)
{
#if FL_RACE_MUTANT == 4 /* delta is not divided among the events */
	n = 0.5 + 0 * n;
#endif
	return n;
}

static void set_thresholds(struct fl_race *r)
{
	struct fl_cheapest_race *q = r->cheapest;
	double others = (double)(r->arms - 1), limits = (double)r->limits, delta = r->c.delta;
	double n1 = r->limits ? (double)r->arms + limits : r->c.bar == FL_BAR_FLOOR ? (double)r->arms : others;
	double n2 = (r->c.bar == FL_BAR_WITHIN ? others : 1) + limits;
	q->wealth_clears = q->wealth_meets = events(n1) * 2 / delta;
	q->wealth_out = q->wealth_breaks = events(n2) * 4 / delta;
	q->wealth_dear = events(others) * 4 / delta;
}

void fl_cheapest_tests_begin(struct fl_race *r)
{
	struct fl_cheapest_race *q = r->cheapest;
	const struct fl_stream fresh = {FL_WEALTH_ONE, 0};
	set_thresholds(r);
	for (size_t b = 0; b < r->arms; b++) {
		struct fl_cheapest_arm *arm = &q->arm[b];
		arm->clears = arm->out = fresh;
		arm->out_by = arm->beaten_by = -1;
		arm->has_cleared = r->c.bar == FL_BAR_FLOOR && fl_cheapest_clears(r, b, b).lo >= 0;
		for (size_t a = 0; a < r->arms; a++) {
			struct fl_cheapest_pair *p = fl_cheapest_pair(r, b, a);
			*p = (struct fl_cheapest_pair){.clears = fresh, .beats = fresh.w, .out = fresh, .dear = fresh};
			p->has_cleared = r->c.bar != FL_BAR_FLOOR && fl_cheapest_clears(r, b, a).lo >= 0;
			p->is_dear = fl_cheapest_dear(r, b, a).lo >= 0;
		}
	}
}

/* Which tests of (b, a) can still change anything. */
struct needs {
	bool clears, beats, out, dear;
};

static bool contender(const struct fl_race *r, size_t k)
{
	const struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
	return arm->may_be_named && arm->out_by < 0 && !fl_limit_broken(r, k);
}

static struct needs needs_of(const struct fl_race *r, size_t b, size_t a, const struct fl_cheapest_pair *p)
{
	const struct fl_cheapest_arm *arm_a = &r->cheapest->arm[a];
	bool within = r->c.bar == FL_BAR_WITHIN, floor = r->c.bar == FL_BAR_FLOOR;
	bool a_measures = within ? arm_a->beaten_by < 0 && !fl_limit_broken(r, a) : !floor && a == r->c.baseline;
	bool b_measures = within || (!floor && b == r->c.baseline);
	return (struct needs){
	    .clears = !p->has_cleared && a_measures && contender(r, b),
	    .beats = within && !p->has_beaten && arm_a->beaten_by < 0,
	    .out = !p->is_out && b_measures && arm_a->out_by < 0 && arm_a->may_be_named,
	    .dear = !p->is_dear && contender(r, a) && contender(r, b),
	};
}

static double whole_sum(const struct fl_race *r, struct fl_linear t)
{
	return fl_linear_sum(&r->frame, &t, r->positions);
}

static void answer_exactly(struct fl_race *r, size_t b, size_t a, struct fl_cheapest_pair *p)
{
	double gap = r->lane[b].sum[FL_TRACK_SCORE][r->positions] - r->lane[a].sum[FL_TRACK_SCORE][r->positions];
	if (r->c.bar != FL_BAR_FLOOR) {
		p->has_cleared = whole_sum(r, fl_cheapest_clears(r, b, a)) >= -sum_tolerance;
		p->has_beaten = gap > sum_tolerance;
		p->is_out = whole_sum(r, fl_cheapest_out(r, b, a)) > sum_tolerance;
	}
	p->is_dear = p->is_dear || whole_sum(r, fl_cheapest_dear(r, b, a)) >= -sum_tolerance;
}

static void bet_pair(struct fl_race *r, size_t b, size_t a, struct fl_cheapest_pair *p, struct needs need, size_t to)
{
	const struct fl_frame *f = &r->frame;
	struct fl_linear clears = fl_cheapest_clears(r, b, a), out = fl_cheapest_out(r, b, a);
	struct fl_linear dear = fl_cheapest_dear(r, b, a);
	double even = fl_cheapest_margin(r);
	for (size_t i = p->seen; i < to; i++) {
		if (need.clears || need.beats) {
			double share = fl_stream_bet(f, &clears, &p->clears, i);
			if (need.beats)
				fl_stream_follow(f, &clears, &p->beats, share, i, even);
		}
		if (need.out)
			fl_stream_bet(f, &out, &p->out, i);
		if (need.dear)
			fl_stream_bet(f, &dear, &p->dear, i);
	}
	const struct fl_cheapest_race *q = r->cheapest;
	p->has_cleared |= need.clears && fl_wealth_value(p->clears.w) >= q->wealth_clears;
	p->has_beaten |= need.beats && fl_wealth_value(p->beats) >= q->wealth_clears;
	p->is_out |= need.out && fl_wealth_value(p->out.w) >= q->wealth_out;
	p->is_dear |= need.dear && fl_wealth_value(p->dear.w) >= q->wealth_dear;
}

static void read_pair(struct fl_race *r, size_t b, size_t a)
{
	struct fl_cheapest_pair *p = fl_cheapest_pair(r, b, a);
	size_t to = FL_MIN(r->lane[a].read, r->lane[b].read);
	if (p->seen == to)
		return;
	if (fl_cheapest_exact(r, b, a)) {
		answer_exactly(r, b, a, p);
	} else {
		struct needs need = needs_of(r, b, a, p);
		if (need.clears || need.beats || need.out || need.dear)
			bet_pair(r, b, a, p, need, to);
	}
	p->seen = (uint32_t)to;
}

static void read_floor(struct fl_race *r, size_t k)
{
	struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
	struct fl_linear clears = fl_cheapest_clears(r, k, k), out = fl_cheapest_out(r, k, k);
	size_t to = r->lane[k].read;
	if (r->frame.finite && to == r->positions) {
		arm->has_cleared = whole_sum(r, clears) >= -sum_tolerance;
		arm->is_out = whole_sum(r, out) > sum_tolerance;
		return;
	}
	for (size_t i = arm->seen; i < to; i++) {
		fl_stream_bet(&r->frame, &clears, &arm->clears, i);
		fl_stream_bet(&r->frame, &out, &arm->out, i);
	}
	arm->has_cleared |= fl_wealth_value(arm->clears.w) >= r->cheapest->wealth_clears;
	arm->is_out |= fl_wealth_value(arm->out.w) >= r->cheapest->wealth_out;
}

/* Who is out, and who is no reference any more. Within: only one that meets the constraints is a measure. */
static void conclude(struct fl_race *r, size_t k)
{
	struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
	if (r->c.bar == FL_BAR_FLOOR) {
		arm->out_by = arm->is_out ? (int)k : -1;
		return;
	}
	if (r->c.bar == FL_BAR_BASELINE) {
		bool out = k != r->c.baseline && fl_cheapest_pair(r, r->c.baseline, k)->is_out;
		arm->out_by = out ? (int)r->c.baseline : -1;
		return;
	}
	int out_by = -1, beaten_by = -1;
	for (size_t j = 0; j < r->arms; j++) {
		if (j == k || !fl_limit_met(r, j) || fl_limit_broken(r, j))
			continue;
		const struct fl_cheapest_pair *p = fl_cheapest_pair(r, j, k);
		if (p->is_out && out_by < 0)
			out_by = (int)j;
		if (p->has_beaten && beaten_by < 0)
			beaten_by = (int)j;
	}
	arm->out_by = out_by;
	arm->beaten_by = beaten_by;
}

void fl_cheapest_tests_read(struct fl_race *r)
{
	struct fl_cheapest_race *q = r->cheapest;
	for (size_t k = 0; k < r->arms; k++) {
		if (r->lane[k].read == q->arm[k].seen)
			continue;
		fl_limit_read(r, k, q->wealth_meets, q->wealth_breaks);
		if (r->c.bar == FL_BAR_FLOOR)
			read_floor(r, k);
		for (size_t other = 0; other < r->arms; other++) {
			if (other == k)
				continue;
			read_pair(r, k, other);
			read_pair(r, other, k);
		}
	}
	for (size_t k = 0; k < r->arms; k++) {
		q->arm[k].seen = r->lane[k].read;
		conclude(r, k);
	}
}
