/*
 * The race for the goal `cheapest`: the cheapest candidate that is good enough, where good enough means within a margin
 * of the best, above a floor, or no more than a margin below a baseline; and within the limits on cost and latency.
 *
 * First every candidate takes four positions. Then a target is kept: the cheapest of those that look good. It is called
 * together with the references that it has not cleared, one pair at a time, the one with fewer positions first; whoever
 * looks cheaper is called until it is out, and whoever looks dearer waits at four positions until the target is
 * certified and then needs only to be shown dear. So a dear candidate costs a few calls, and one that lies on the bar
 * costs its own row and its references', never the grid. Every test is one pair's (race_pair.c), so choosing whom to
 * call by what was seen is allowed; only items may not be chosen.
 */
#include "choose/race_cheapest_int.h"

enum { FIRST_POSITIONS = 4, BISECTIONS = 45 };
static const double near_cost = 0.95; /* the target changes for a gain of more than 5 % */
static const double sum_tolerance = 1e-9;

static double mean_score(const struct fl_race *r, size_t k)
{
	return fl_race_mean(r, k, FL_TRACK_SCORE, r->lane[k].read);
}

static double mean_cost(const struct fl_race *r, size_t k)
{
	return fl_race_mean(r, k, FL_TRACK_TOTAL, r->lane[k].read);
}

/* May still be named. */
static bool is_left(const struct fl_race *r, size_t k)
{
	const struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
	return arm->may_be_named && arm->out_by < 0 && !fl_limit_broken(r, k);
}

static bool is_reference(const struct fl_race *r, size_t k)
{
	const struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
	if (r->c.bar == FL_BAR_WITHIN)
		return arm->plays && arm->beaten_by < 0 && !fl_limit_broken(r, k);
	return r->c.bar == FL_BAR_BASELINE && k == r->c.baseline;
}

static bool is_certified(const struct fl_race *r, size_t b)
{
	if (!is_left(r, b) || !fl_limit_met(r, b))
		return false;
	if (r->c.bar == FL_BAR_FLOOR)
		return r->cheapest->arm[b].has_cleared;
	for (size_t a = 0; a < r->arms; a++)
		if (a != b && is_reference(r, a) && !fl_cheapest_pair(r, b, a)->has_cleared)
			return false;
	return true;
}

static bool is_settled(const struct fl_race *r, size_t k, size_t under)
{
	return !is_left(r, k) || fl_cheapest_pair(r, under, k)->is_dear;
}

/* The reference that measures: the baseline, or the best of the references so far; -1 with a floor. */
static int find_leader(const struct fl_race *r)
{
	if (r->c.bar == FL_BAR_FLOOR)
		return -1;
	int best = -1;
	for (size_t k = 0; k < r->arms; k++)
		if (is_reference(r, k) && (best < 0 || mean_score(r, k) > mean_score(r, (size_t)best)))
			best = (int)k;
	return best;
}

static bool looks_good(const struct fl_race *r, size_t k, int leader)
{
	if (!is_left(r, k))
		return false;
	if (is_certified(r, k))
		return true;
	if (fl_limit_observed_broken(r, k))
		return false;
	if (leader == (int)k)
		return true;
	size_t n = leader < 0 ? r->lane[k].read : FL_MIN(r->lane[k].read, r->lane[leader].read);
	double own = r->lane[k].sum[FL_TRACK_SCORE][n], items = fl_race_items(r, n);
	if (r->c.bar == FL_BAR_FLOOR)
		return own >= r->c.margin * items - sum_tolerance;
	return leader < 0 || own >= r->lane[leader].sum[FL_TRACK_SCORE][n] - r->c.margin * items - sum_tolerance;
}

/* Cheaper, then better, then earlier in the file. */
static bool cheaper(const struct fl_race *r, size_t a, size_t b)
{
	if (mean_cost(r, a) != mean_cost(r, b))
		return mean_cost(r, a) < mean_cost(r, b);
	return mean_score(r, a) > mean_score(r, b);
}

/* The arm to be certified next; -1 when none is left. */
static int find_target(const struct fl_race *r, int leader)
{
	int last = r->cheapest->target, best = -1, top = -1;
	for (size_t k = 0; k < r->arms; k++) {
		if (!is_left(r, k))
			continue;
		if (top < 0 || mean_score(r, k) > mean_score(r, (size_t)top))
			top = (int)k;
		if (looks_good(r, k, leader) && (best < 0 || cheaper(r, k, (size_t)best)))
			best = (int)k;
	}
	if (best < 0)
		return top;
	if (last >= 0 && looks_good(r, (size_t)last, leader) &&
	    mean_cost(r, (size_t)best) >= near_cost * mean_cost(r, (size_t)last))
		return last;
	return best;
}

/* Of two, the one with fewer positions is called, both when equal. */
static void call_pair(struct fl_race *r, size_t a, size_t b)
{
	size_t na = r->lane[a].read, nb = r->lane[b].read;
	r->cheapest->called[a] |= na <= nb;
	r->cheapest->called[b] |= nb <= na;
}

static void call_for_target(struct fl_race *r, size_t t)
{
	bool *called = r->cheapest->called;
	called[t] |= r->c.bar == FL_BAR_FLOOR && !r->cheapest->arm[t].has_cleared;
	called[t] |= !fl_limit_met(r, t);
	for (size_t a = 0; a < r->arms; a++)
		if (a != t && is_reference(r, a) && !fl_cheapest_pair(r, t, a)->has_cleared)
			call_pair(r, t, a);
}

static void call_for_other(struct fl_race *r, size_t k, size_t t, bool certified, int leader)
{
	if (mean_cost(r, k) + r->c.epsilon_usd < near_cost * mean_cost(r, t)) {
		if (leader < 0 || leader == (int)k)
			r->cheapest->called[k] = true;
		else
			call_pair(r, (size_t)leader, k);
		r->cheapest->called[k] |= !fl_limit_met(r, k);
	} else if (certified) {
		call_pair(r, t, k);
	}
}

/* Wants the next batch of everybody who is called; false when nobody has positions left. */
static bool plan_called(struct fl_race *r)
{
	size_t n = 0;
	for (size_t k = 0; k < r->arms; k++) {
		r->cheapest->called[k] &= r->lane[k].read < r->positions;
		n += r->cheapest->called[k];
	}
	for (size_t k = 0; k < r->arms; k++)
		if (r->cheapest->called[k])
			fl_race_plan(r, k, r->lane[k].read, r->lane[k].read + fl_race_batch(r, n, r->lane[k].read));
	return n > 0;
}

/* Writes down how an arm stands, when that has changed. */
static void note(struct fl_race *r, size_t k, enum fl_race_arm_state state, int by, const char *reason)
{
	if (r->lane[k].state != state)
		fl_race_mark(r, k, state, by, reason, r->lane[k].read);
}

static const char *out_reason(const struct fl_race *r)
{
	return r->c.bar == FL_BAR_FLOOR ? "below the floor" : "not good enough beside";
}

static void note_all(struct fl_race *r, int t, bool certified)
{
	for (size_t k = 0; k < r->arms; k++) {
		const struct fl_cheapest_arm *arm = &r->cheapest->arm[k];
		if (!arm->may_be_named)
			note(r, k, FL_ARM_INFEASIBLE, -1, "cannot be named");
		else if (fl_limit_broken(r, k))
			note(r, k, FL_ARM_INFEASIBLE, -1, fl_limit_reason(r, k));
		else if (arm->out_by >= 0)
			note(r, k, FL_ARM_ELIMINATED, arm->out_by == (int)k ? -1 : arm->out_by, out_reason(r));
		else if (t >= 0 && certified && (int)k != t && fl_cheapest_pair(r, (size_t)t, k)->is_dear)
			note(r, k, FL_ARM_ELIMINATED, t, "dear beside");
		else if (r->lane[k].state != FL_ARM_ALIVE)
			note(r, k, FL_ARM_ALIVE, t, "in question again beside");
	}
}

static void end_with(struct fl_race *r, size_t t, enum fl_race_state state)
{
	if (state == FL_RACE_CERTIFIED)
		note(r, t, FL_ARM_CHOSEN, -1, "the cheapest that is good enough");
	fl_race_end(r, state);
}

/* Judges all tests, then stops or calls. */
static void settle(struct fl_race *r)
{
	struct fl_cheapest_race *q = r->cheapest;
	int leader = find_leader(r), t = find_target(r, leader);
	q->target = t;
	bool certified = t >= 0 && is_certified(r, (size_t)t), open = false;
	note_all(r, t, certified);
	if (t < 0) {
		fl_race_end(r, FL_RACE_NONE_FEASIBLE);
		return;
	}
	memset(q->called, 0, r->arms * sizeof *q->called);
	if (!certified)
		call_for_target(r, (size_t)t);
	for (size_t k = 0; k < r->arms; k++) {
		if ((int)k == t || is_settled(r, k, (size_t)t))
			continue;
		open = true;
		call_for_other(r, k, (size_t)t, certified, leader);
	}
	if (certified && !open)
		end_with(r, (size_t)t, FL_RACE_CERTIFIED);
	else if (!plan_called(r))
		end_with(r, (size_t)t, fl_limit_met(r, (size_t)t) ? FL_RACE_BEST_SO_FAR : FL_RACE_FEASIBILITY_OPEN);
}

static void cheapest_step(struct fl_race *r)
{
	fl_cheapest_tests_read(r);
	settle(r);
}

static void cheapest_begin(struct fl_race *r)
{
	struct fl_cheapest_race *q = r->cheapest = fl_alloc_zero(1, sizeof *q);
	q->pair = fl_alloc(r->arms * r->arms * sizeof *q->pair);
	q->arm = fl_alloc_zero(r->arms, sizeof *q->arm);
	q->called = fl_alloc_zero(r->arms, sizeof *q->called);
	q->target = -1;
	fl_cheapest_tests_begin(r);
	size_t contenders = 0, last = 0, first = FL_MIN(FIRST_POSITIONS, r->positions);
	for (size_t k = 0; k < r->arms; k++) {
		bool baseline = r->c.bar == FL_BAR_BASELINE && k == r->c.baseline;
		q->arm[k].may_be_named = !r->c.arm[k].cannot_be_named;
		q->arm[k].plays = baseline || q->arm[k].may_be_named;
		if (!q->arm[k].may_be_named)
			continue;
		contenders++;
		last = k;
	}
	note_all(r, -1, false);
	if (!contenders)
		fl_race_end(r, FL_RACE_NONE_FEASIBLE);
	else if (r->arms == 1 && is_certified(r, last)) {
		q->target = (int)last;
		end_with(r, last, FL_RACE_CERTIFIED);
	} else
		for (size_t k = 0; k < r->arms; k++)
			if (q->arm[k].plays)
				fl_race_plan(r, k, 0, first);
}

/* The cheapest certified one, else the target. */
static int cheapest_leader(struct fl_race *r)
{
	int best = -1;
	if (r->cheapest->target < 0)
		return -1;
	for (size_t k = 0; k < r->arms; k++)
		if (is_certified(r, k) && (best < 0 || cheaper(r, k, (size_t)best)))
			best = (int)k;
	/* The race ends on its target; one that is cheaper by less than 5 % is no reason to name another. */
	if (r->state == FL_RACE_CERTIFIED || best < 0)
		return r->cheapest->target;
	return best;
}

/* The least r at which a stream reaches a threshold against mean -r. */
static double least_shift(const struct fl_race *r, struct fl_linear t, size_t n, double threshold)
{
	double low = 0, high = -t.lo;
	if (high <= 0 || fl_stream_replay(&r->frame, &t, n, 0) >= threshold)
		return 0;
	for (int i = 0; i < BISECTIONS && high - low > 1e-12; i++) {
		double mid = 0.5 * (low + high);
		*(fl_stream_replay(&r->frame, &t, n, -mid) >= threshold ? &high : &low) = mid;
	}
	return high;
}

/* By how much b may fail the margin that a certificate would use, against a (floor: a = b). */
static double shortfall(const struct fl_race *r, size_t b, size_t a)
{
	struct fl_linear t = fl_cheapest_clears(r, b, a);
	size_t n = FL_MIN(r->lane[a].read, r->lane[b].read);
	if (fl_cheapest_exact(r, b, a))
		return fmax(0, -fl_linear_sum(&r->frame, &t, n) / fl_race_items(r, n));
	return least_shift(r, t, n, r->cheapest->wealth_clears);
}

static double quality_bound(const struct fl_race *r, size_t b)
{
	double bound = 0;
	if (r->c.bar == FL_BAR_FLOOR)
		return r->cheapest->arm[b].has_cleared ? 0 : shortfall(r, b, b);
	for (size_t a = 0; a < r->arms; a++)
		if (a != b && is_reference(r, a) && !fl_cheapest_pair(r, b, a)->has_cleared)
			bound = fmax(bound, shortfall(r, b, a));
	return bound;
}

/* How much cheaper than promised k may be beside b, in USD. */
static double saving_missed(const struct fl_race *r, size_t b, size_t k)
{
	struct fl_linear t = fl_cheapest_dear(r, b, k);
	size_t n = FL_MIN(r->lane[b].read, r->lane[k].read);
	double cap = fl_race_cap_total(r, b);
	if (fl_cheapest_exact(r, b, k))
		return fmax(0, -fl_linear_sum(&r->frame, &t, n) / fl_race_items(r, n)) * cap;
	return least_shift(r, t, n, r->cheapest->wealth_dear) * cap;
}

static void cheapest_verdict(struct fl_race *r, struct fl_race_verdict *out)
{
	if (out->chosen < 0) {
		for (size_t k = 0; k < r->arms; k++)
			out->open_count += is_left(r, k);
		return;
	}
	size_t b = (size_t)out->chosen;
	double missed = 0;
	for (size_t k = 0; k < r->arms; k++) {
		if (k == b || is_settled(r, k, b))
			continue;
		out->open_count++;
		missed = fmax(missed, saving_missed(r, b, k));
	}
	out->regret_bound_usd = (1 - near_cost) * mean_cost(r, b) + r->c.epsilon_usd + missed;
	out->quality_bound = quality_bound(r, b) + r->c.slack;
	if (out->state == FL_RACE_BEST_SO_FAR && !fl_limit_met(r, b))
		out->state = FL_RACE_FEASIBILITY_OPEN;
}

static void cheapest_release(struct fl_race *r)
{
	free(r->cheapest->pair);
	free(r->cheapest->arm);
	free(r->cheapest->called);
	free(r->cheapest);
}

const struct fl_goal fl_goal_cheapest = {cheapest_begin, cheapest_step, cheapest_verdict, cheapest_leader,
                                         cheapest_release};
