/*
 * Regret bounds for the goal `value`: how much the named arm b may lose, whenever one stops.
 *
 * For each other arm a still in question, the least r for which T_a with mean -r against b reaches the threshold; the
 * bound is the largest of them. T rises in r, so a bisection finds it; only the bets of b on a depend on r, and these
 * are replayed from the outcomes, their shares being the same for every r. The future-mode bound replays all pairs,
 * since its means differ, and takes in the eliminated: an elimination speaks about the items of the list.
 */
#include "choose/race_value_int.h"

enum { BISECTIONS = 45 };

/* Calls `factor` of "b on a" for each position that b bet on. The past is kept at the aim, so shares do not see m0. */
struct fl_value_replay fl_value_replay(const struct fl_race *r, size_t a, size_t b, double m0, bool finite)
{
	const struct fl_value_race *v = r->value;
	struct fl_value_replay out = {FL_WEALTH_ONE, FL_WEALTH_ONE};
	struct fl_frame f = r->frame;
	struct fl_past past = {0, 0, 0};
	f.finite = finite;
	const double *ua = r->lane[a].at[FL_TRACK_UTILITY], *ub = r->lane[b].at[FL_TRACK_UTILITY];
	const double *sa = r->lane[a].sum[FL_TRACK_UTILITY], *sb = r->lane[b].sum[FL_TRACK_UTILITY];
	double lo = fl_value_lo(r, b), slack = fl_bet_slack(lo, fl_value_top(r, a));
	for (size_t i = 0; i < v->arm[a].judged; i++) {
		const struct fl_value_place *place = &v->place.p[i];
		if (!fl_value_in_set(&v->set.p[place->set], b))
			continue;
		double x = ub[i] - ua[i], prior = sb[i] - sa[i];
#if FL_RACE_MUTANT == 2
		if (x < 0)
			continue;
#endif
		struct fl_point at_aim = fl_frame_point(&f, i, x, prior, lo, v->aim);
		double share = fl_bet_share(&past, at_aim);
		double factor = fl_bet_factor(share, fl_frame_point(&f, i, x, prior, lo, m0), slack);
		fl_past_add(&past, at_aim.term);
		fl_wealth_times(&out.wealth, factor);
		if (fl_value_opponent(place, a) == (int)b)
			fl_wealth_times(&out.opponent, factor);
	}
	return out;
}

/* T_a out of what all others than b contribute and a replay of b. */
static double combine(const struct fl_race *r, struct fl_wealth product, double sum, struct fl_value_replay b)
{
	fl_wealth_times_wealth(&product, b.opponent);
	return fl_wealth_value(product) / 2 + (sum + fl_wealth_value(b.wealth)) / (2 * (double)(r->arms - 1));
}

double fl_value_total(const struct fl_race *r, size_t a, const double *m0, bool finite)
{
	struct fl_wealth product = FL_WEALTH_ONE;
	double sum = 0;
	for (size_t b = 0; b < r->arms; b++) {
		if (b == a)
			continue;
		struct fl_value_replay one = fl_value_replay(r, a, b, m0[b], finite);
		fl_wealth_times_wealth(&product, one.opponent);
		sum += fl_wealth_value(one.wealth);
	}
	return fl_wealth_value(product) / 2 + sum / (2 * (double)(r->arms - 1));
}

/* What everybody but b contributes to T_a. */
struct others {
	struct fl_wealth product;
	double sum;
};

static struct others others_kept(const struct fl_race *r, size_t a, size_t b)
{
	const struct fl_value_race *v = r->value;
	struct others o = {FL_WEALTH_ONE, 0};
	for (size_t i = 0; i < v->arm[a].share.n; i++)
		if (v->arm[a].share.p[i].opponent != b)
			fl_wealth_times_wealth(&o.product, v->arm[a].share.p[i].even);
	for (size_t c = 0; c < r->arms; c++)
		if (c != a && c != b && fl_limit_met(r, c) && !fl_limit_broken(r, c))
			o.sum += fl_wealth_value(v->pair[a * r->arms + c].even);
	return o;
}

static struct others others_future(const struct fl_race *r, size_t a, size_t b)
{
	struct others o = {FL_WEALTH_ONE, 0};
	for (size_t c = 0; c < r->arms; c++) {
		if (c == a || c == b)
			continue;
		struct fl_value_replay one = fl_value_replay(r, a, c, 0, false);
		fl_wealth_times_wealth(&o.product, one.opponent);
		o.sum += fl_wealth_value(one.wealth);
	}
	return o;
}

double fl_value_total_against(const struct fl_race *r, size_t a, size_t b, double regret)
{
	struct others o = others_kept(r, a, b);
	return combine(r, o.product, o.sum, fl_value_replay(r, a, b, -regret, r->frame.finite));
}

static double least_regret(const struct fl_race *r, size_t a, size_t b, struct others o, bool finite)
{
	double low = 0, high = -fl_value_lo(r, b), threshold = r->value->threshold;
	if (combine(r, o.product, o.sum, fl_value_replay(r, a, b, 0, finite)) >= threshold)
		return 0;
	for (int i = 0; i < BISECTIONS && high - low > 1e-12 * high; i++) {
		double mid = 0.5 * (low + high);
		bool reached = combine(r, o.product, o.sum, fl_value_replay(r, a, b, -mid, finite)) >= threshold;
		*(reached ? &high : &low) = mid;
	}
	return high;
}

/* Both read to the end of the list: the difference is known. */
static bool known_exactly(const struct fl_race *r, size_t a, size_t b)
{
	return r->frame.finite && r->lane[a].read == r->positions && r->lane[b].read == r->positions;
}

double fl_value_regret_bound(const struct fl_race *r, size_t b)
{
	double bound = 0;
	for (size_t a = 0; a < r->arms; a++) {
		if (a == b || !fl_race_open(r, a))
			continue;
		double regret = known_exactly(r, a, b) ? fl_race_mean(r, a, FL_TRACK_UTILITY, r->positions) -
		                                             fl_race_mean(r, b, FL_TRACK_UTILITY, r->positions)
		                                       : least_regret(r, a, b, others_kept(r, a, b), r->frame.finite);
		bound = fmax(bound, regret);
	}
	return bound;
}

double fl_value_future_bound(struct fl_race *r, size_t b)
{
	struct fl_value_race *v = r->value;
	if (v->bound_at == v->prefix && v->bound_events == r->event.n)
		return v->future_bound;
	double bound = 0;
	for (size_t a = 0; a < r->arms; a++)
		if (a != b && !r->c.arm[a].cannot_be_named)
			bound = fmax(bound, least_regret(r, a, b, others_future(r, a, b), false));
	v->bound_at = v->prefix;
	v->bound_events = r->event.n;
	v->future_bound = bound;
	return bound;
}
