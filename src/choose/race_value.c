/*
 * The race for the goal `value`: who has the largest mean utility U = V * score - cost - w * latency?
 *
 * Every arm a has one wealth against "a is the best":
 *
 *   T_a = P_a / 2 + sum over b != a of E_{b,a} / (2 (K - 1))
 *
 * E_{b,a} bets at each position where b was running that U_b - U_a has a positive mean; P_a is the product of the same
 * factors of whoever led at each position (or was second, where a led itself). All bets are fixed by earlier positions,
 * so T_a is a nonnegative supermartingale from 1 if a is the best, and reaches 1/delta with probability at most delta
 * (Ville). Nothing but this one event is used, whoever else is eliminated, so no union over arms is paid.
 *
 * After each batch: the leader b stays; who has T_a >= 1/delta goes; who reaches it with -epsilon in the place of 0
 * against b rests under b, that is, is not called as long as b leads. When the lead changes and the test under the new
 * leader fails, a resting arm catches up over the positions that it missed, against the recorded sets and opponents.
 * If a position's running set saw that position, the bets would be no martingale: sets and leaders are recorded before.
 */
#include "choose/race_value_int.h"

enum { CATCH_UP_STEP = 8 };

static bool eligible(const struct fl_race *r, size_t arm)
{
	return fl_limit_met(r, arm) && !fl_limit_broken(r, arm);
}

static double indifference(const struct fl_race *r)
{
	return fmax(0, r->c.epsilon_usd);
}

/* Higher utility over the first n positions, then cheaper, then earlier in the file. */
static bool ahead(const struct fl_race *r, size_t a, size_t b, size_t n)
{
	double ua = r->lane[a].sum[FL_TRACK_UTILITY][n], ub = r->lane[b].sum[FL_TRACK_UTILITY][n];
	if (ua != ub)
		return ua > ub;
	double ca = r->lane[a].sum[FL_TRACK_COST][n], cb = r->lane[b].sum[FL_TRACK_COST][n];
	return ca != cb ? ca < cb : a < b;
}

/* The leader of the running arms that may lead, -1 = none. */
static int find_leader(const struct fl_race *r)
{
	int best = -1;
	for (size_t k = 0; k < r->arms; k++)
		if (r->value->arm[k].running && eligible(r, k) &&
		    (best < 0 || ahead(r, k, (size_t)best, r->value->prefix)))
			best = (int)k;
	return best;
}

static size_t running_count(const struct fl_race *r)
{
	size_t n = 0;
	for (size_t k = 0; k < r->arms; k++)
		n += r->value->arm[k].running;
	return n;
}

/* Index of the set of arms that run now; a new entry only when it changed. */
static uint32_t current_set(struct fl_race *r)
{
	struct fl_value_race *v = r->value;
	struct fl_value_set s = {0, fl_alloc(r->arms * sizeof(uint32_t)),
	                         fl_alloc_zero(r->arms / 64 + 1, sizeof(uint64_t))};
	for (size_t k = 0; k < r->arms; k++)
		if (v->arm[k].running) {
			s.arm[s.n++] = (uint32_t)k;
			s.member[k / 64] |= UINT64_C(1) << (k % 64);
		}
	if (v->set.n) {
		const struct fl_value_set *last = &v->set.p[v->set.n - 1];
		if (last->n == s.n && memcmp(last->arm, s.arm, s.n * sizeof *s.arm) == 0) {
			free(s.arm);
			free(s.member);
			return (uint32_t)(v->set.n - 1);
		}
	}
	FL_VEC_PUSH(&v->set, s);
	return (uint32_t)(v->set.n - 1);
}

static struct fl_value_place place_of(const struct fl_race *r, uint32_t set, size_t i)
{
	struct fl_value_place p = {-1, -1, set};
	const struct fl_value_set *s = &r->value->set.p[set];
#if FL_RACE_MUTANT == 1 /* the opponent sees the item */
	size_t seen = i + 1;
#else
	size_t seen = i;
#endif
	for (size_t m = 0; seen && m < s->n; m++) {
		size_t k = s->arm[m];
		if (!eligible(r, k))
			continue;
		if (p.leader < 0 || ahead(r, k, (size_t)p.leader, seen)) {
			p.second = p.leader;
			p.leader = (int32_t)k;
		} else if (p.second < 0 || ahead(r, k, (size_t)p.second, seen)) {
			p.second = (int32_t)k;
		}
	}
	return p;
}

/* The entry of an opponent in P_a, made when it is new; the last one is the likeliest. */
static struct fl_value_share *share_of(struct fl_value_arm *arm, uint32_t opponent)
{
	for (size_t i = arm->share.n; i > 0; i--)
		if (arm->share.p[i - 1].opponent == opponent)
			return &arm->share.p[i - 1];
	FL_VEC_PUSH(&arm->share, (struct fl_value_share){opponent, FL_WEALTH_ONE, FL_WEALTH_ONE});
	return &arm->share.p[arm->share.n - 1];
}

/* Bets of b on a over positions from..to-1, all with one running set that b is in. */
static void judge_pair(struct fl_race *r, size_t a, size_t b, size_t from, size_t to)
{
	struct fl_value_race *v = r->value;
	struct fl_value_pair *pair = &v->pair[a * r->arms + b];
	const struct fl_frame *f = &r->frame;
	const double *ua = r->lane[a].at[FL_TRACK_UTILITY], *ub = r->lane[b].at[FL_TRACK_UTILITY];
	const double *sa = r->lane[a].sum[FL_TRACK_UTILITY], *sb = r->lane[b].sum[FL_TRACK_UTILITY];
	double lo = fl_value_lo(r, b), slack = fl_bet_slack(lo, fl_value_top(r, a));
	for (size_t i = from; i < to; i++) {
		double x = ub[i] - ua[i], prior = sb[i] - sa[i];
#if FL_RACE_MUTANT == 2 /* a running set that sees the item */
		if (x < 0)
			continue;
#endif
		struct fl_point at_aim = fl_frame_point(f, i, x, prior, lo, v->aim);
		double bet = fl_bet_share(&pair->past, at_aim);
		double indulgent = fl_bet_factor(bet, at_aim, slack), even = indulgent;
		if (v->aim != 0)
			even = fl_bet_factor(bet, fl_frame_point(f, i, x, prior, lo, 0), slack);
		fl_past_add(&pair->past, at_aim.term);
		fl_wealth_times(&pair->even, even);
		fl_wealth_times(&pair->indulgent, indulgent);
		if (fl_value_opponent(&v->place.p[i], a) != (int)b)
			continue;
		struct fl_value_share *share = share_of(&v->arm[a], (uint32_t)b);
		fl_wealth_times(&share->even, even);
		fl_wealth_times(&share->indulgent, indulgent);
	}
}

/* Takes in the bets against a up to position `to`. */
static void judge(struct fl_race *r, size_t a, size_t to)
{
	struct fl_value_race *v = r->value;
	size_t from = v->arm[a].judged;
	while (from < to) {
		uint32_t set = v->place.p[from].set;
		size_t end = from + 1;
		while (end < to && v->place.p[end].set == set)
			end++;
		const struct fl_value_set *s = &v->set.p[set];
		for (size_t m = 0; m < s->n; m++)
			if (s->arm[m] != a)
				judge_pair(r, a, s->arm[m], from, end);
		from = end;
	}
	v->arm[a].judged = to;
}

/* T_a, with the indulgent wealth in the place of the even one against `soft` (-1 = nobody). */
static double total(const struct fl_race *r, size_t a, int soft)
{
	const struct fl_value_race *v = r->value;
	struct fl_wealth product = FL_WEALTH_ONE;
	for (size_t i = 0; i < v->arm[a].share.n; i++) {
		const struct fl_value_share *s = &v->arm[a].share.p[i];
		fl_wealth_times_wealth(&product, (int)s->opponent == soft ? s->indulgent : s->even);
	}
	double sum = 0;
	for (size_t b = 0; b < r->arms; b++) {
		const struct fl_value_pair *pair = &v->pair[a * r->arms + b];
		if (b == a || !eligible(r, b))
			continue;
		sum += fl_wealth_value((int)b == soft ? pair->indulgent : pair->even);
	}
#if FL_RACE_MUTANT == 5 /* the union over opponents is not paid */
	return fl_wealth_value(product) + sum;
#else
	return fl_wealth_value(product) / 2 + sum / (2 * (double)(r->arms - 1));
#endif
}

static int strongest_against(const struct fl_race *r, size_t a)
{
	int best = -1;
	double most = -1;
	for (size_t b = 0; b < r->arms; b++) {
		double wealth = fl_wealth_value(r->value->pair[a * r->arms + b].even);
		if (b != a && eligible(r, b) && wealth > most) {
			most = wealth;
			best = (int)b;
		}
	}
	return best;
}

static void eliminate(struct fl_race *r, size_t a)
{
	r->value->arm[a].running = r->value->arm[a].catching = false;
	fl_race_mark(r, a, FL_ARM_ELIMINATED, strongest_against(r, a), "worse than", r->value->arm[a].judged);
}

static void rest(struct fl_race *r, size_t a, int leader)
{
	r->value->arm[a].running = r->value->arm[a].catching = false;
	fl_race_mark(r, a, FL_ARM_RESTING, leader, "rests under", r->value->arm[a].judged);
}

/* Reads the constraints of arms that got new positions; an arm that breaks one leaves. */
static void read_limits(struct fl_race *r)
{
	if (!r->limits)
		return;
	double threshold = 2 * (double)(r->arms + r->limits) / r->c.delta;
	for (size_t k = 0; k < r->arms; k++) {
		if (!fl_race_open(r, k))
			continue;
		fl_limit_read(r, k, threshold, threshold);
		if (!fl_limit_broken(r, k))
			continue;
		r->value->arm[k].running = r->value->arm[k].catching = false;
		fl_race_mark(r, k, FL_ARM_INFEASIBLE, -1, fl_limit_reason(r, k), r->lane[k].read);
	}
}

static void plan_batch(struct fl_race *r)
{
	size_t from = r->value->prefix, to = from + fl_race_batch(r, running_count(r), from);
	r->value->phase = FL_VALUE_BATCH;
	for (size_t k = 0; k < r->arms; k++)
		if (r->value->arm[k].running)
			fl_race_plan(r, k, from, to);
}

static bool any_catching(const struct fl_race *r)
{
	for (size_t k = 0; k < r->arms; k++)
		if (r->value->arm[k].catching)
			return true;
	return false;
}

/* Wants the next step of every arm that catches up; false when none does. */
static bool plan_catch_up(struct fl_race *r, int leader)
{
	struct fl_value_race *v = r->value;
	for (size_t k = 0; k < r->arms; k++)
		if (v->arm[k].catching)
			fl_race_plan(r, k, v->arm[k].judged, FL_MIN(v->arm[k].judged + CATCH_UP_STEP, v->prefix));
	v->phase = FL_VALUE_CATCH_UP;
	v->catch_leader = leader;
	return any_catching(r);
}

static void eliminate_the_worse(struct fl_race *r, int leader)
{
	for (size_t a = 0; a < r->arms; a++)
		if (r->value->arm[a].running && (int)a != leader && total(r, a, -1) >= r->value->threshold)
			eliminate(r, a);
}

/* An arm that rested is called again: at once when it missed nothing, else it catches up first. */
static void wake(struct fl_race *r, size_t a, int leader)
{
	struct fl_value_arm *arm = &r->value->arm[a];
	arm->catching = arm->judged < r->value->prefix;
	if (arm->catching)
		return;
	arm->running = r->value->woken = true;
	fl_race_mark(r, a, FL_ARM_ALIVE, leader, "runs again beside", arm->judged);
}

/* Rests who may rest under the leader, and wakes those who rest under another and may not. */
static void rest_the_close(struct fl_race *r, int leader)
{
	if (indifference(r) <= 0)
		return;
	for (size_t a = 0; a < r->arms; a++) {
		bool resting = r->lane[a].state == FL_ARM_RESTING;
		if ((int)a == leader || !fl_race_open(r, a) || (resting && r->lane[a].by == leader))
			continue;
		if (total(r, a, leader) >= r->value->threshold)
			rest(r, a, leader);
		else if (resting)
			wake(r, a, leader);
	}
}

static bool all_others_settled(const struct fl_race *r, int leader)
{
	for (size_t a = 0; a < r->arms; a++)
		if ((int)a != leader && r->value->arm[a].running)
			return false;
	return true;
}

/* A month of traffic at the present bound would cost less than the next batch. */
static bool cheaper_to_stop(const struct fl_race *r, int leader)
{
	const struct fl_value_race *v = r->value;
	if (r->c.epsilon_usd >= 0 || r->c.traffic_month <= 0)
		return false;
	size_t from = v->prefix, to = from + fl_race_batch(r, running_count(r), from);
	double batch = 0, items = fl_race_items(r, to) - fl_race_items(r, from);
	for (size_t k = 0; k < r->arms; k++)
		if (v->arm[k].running)
			batch += fl_race_mean(r, k, FL_TRACK_COST, from) * items;
	double bearable = batch / r->c.traffic_month * (1 - 1e-12);
	if (bearable <= 0)
		return false;
	/* The bound is at most `bearable` iff every T_a reaches the threshold there, which is one replay an arm. */
	for (size_t a = 0; a < r->arms; a++)
		if ((int)a != leader && fl_race_open(r, a) &&
		    fl_value_total_against(r, a, (size_t)leader, bearable) < v->threshold)
			return false;
	return true;
}

/* The whole list was read: who is worse than the leader is so for certain. */
static void settle_at_the_end(struct fl_race *r, int leader)
{
	for (size_t a = 0; a < r->arms; a++) {
		if (!r->value->arm[a].running || (int)a == leader)
			continue;
		double gap = r->lane[leader].sum[FL_TRACK_UTILITY][r->positions] -
		             r->lane[a].sum[FL_TRACK_UTILITY][r->positions];
		if (gap > 1e-9)
			fl_race_mark(r, a, FL_ARM_ELIMINATED, leader, "worse on all items than", r->positions);
	}
}

static void end(struct fl_race *r, int leader, enum fl_race_state state)
{
	if (leader >= 0 && state == FL_RACE_CERTIFIED)
		fl_race_mark(r, (size_t)leader, FL_ARM_CHOSEN, -1, "the best", r->value->prefix);
	fl_race_end(r, state);
}

/* No running arm may lead: its constraints are open. Whoever rested under one that has left runs again. */
static void go_on_without_leader(struct fl_race *r)
{
	for (size_t k = 0; k < r->arms; k++)
		if (r->lane[k].state == FL_ARM_RESTING)
			wake(r, k, -1);
	if (plan_catch_up(r, -1))
		return;
	if (!running_count(r))
		end(r, -1, FL_RACE_NONE_FEASIBLE);
	else if (r->value->prefix == r->positions)
		end(r, -1, FL_RACE_FEASIBILITY_OPEN);
	else
		plan_batch(r);
}

static void go_on(struct fl_race *r, int leader)
{
	struct fl_value_race *v = r->value;
	bool at_end = v->prefix == r->positions;
	if (at_end && r->frame.finite)
		settle_at_the_end(r, leader);
	if (all_others_settled(r, leader) || (at_end && r->frame.finite))
		end(r, leader, FL_RACE_CERTIFIED);
	else if (at_end)
		end(r, leader, FL_RACE_BEST_SO_FAR);
	else if (cheaper_to_stop(r, leader))
		end(r, leader, FL_RACE_CERTIFIED);
	else
		plan_batch(r);
}

/* Judges everybody at the present prefix; again, when one that rested and missed nothing runs again. */
static void settle(struct fl_race *r)
{
	int leader;
	read_limits(r);
	do {
		r->value->woken = false;
		leader = find_leader(r);
		if (leader < 0) {
			go_on_without_leader(r);
			return;
		}
		eliminate_the_worse(r, leader);
		rest_the_close(r, leader);
	} while (r->value->woken && !any_catching(r));
	/* With both, the ones that catch up come first and lead back here. */
	if (!plan_catch_up(r, leader))
		go_on(r, leader);
}

static void step_batch(struct fl_race *r)
{
	struct fl_value_race *v = r->value;
	uint32_t set = current_set(r);
	size_t to = r->lane[v->set.p[set].arm[0]].read;
	for (size_t i = v->place.n; i < to; i++)
		FL_VEC_PUSH(&v->place, place_of(r, set, i));
	for (size_t k = 0; k < r->arms; k++)
		if (v->arm[k].running)
			judge(r, k, to);
	v->prefix = to;
	settle(r);
}

/* One step of the arms that catch up: each is eliminated, rests, runs again, or takes another step. */
static void step_catch_up(struct fl_race *r)
{
	struct fl_value_race *v = r->value;
	read_limits(r);
	for (size_t a = 0; a < r->arms; a++) {
		if (!v->arm[a].catching)
			continue;
		judge(r, a, r->lane[a].read);
		if (total(r, a, -1) >= v->threshold) {
			eliminate(r, a);
		} else if (v->catch_leader >= 0 && total(r, a, v->catch_leader) >= v->threshold) {
			rest(r, a, v->catch_leader);
		} else {
			wake(r, a, v->catch_leader);
		}
	}
	if (plan_catch_up(r, v->catch_leader))
		return;
	if (v->woken || v->catch_leader < 0)
		settle(r);
	else
		go_on(r, v->catch_leader);
}

static void value_step(struct fl_race *r)
{
	if (r->value->phase == FL_VALUE_BATCH)
		step_batch(r);
	else
		step_catch_up(r);
}

static void value_begin(struct fl_race *r)
{
	struct fl_value_race *v = r->value = fl_alloc_zero(1, sizeof *v);
	v->pair = fl_alloc_zero(r->arms * r->arms, sizeof *v->pair);
	for (size_t i = 0; i < r->arms * r->arms; i++)
		v->pair[i].even = v->pair[i].indulgent = FL_WEALTH_ONE;
	v->arm = fl_alloc_zero(r->arms, sizeof *v->arm);
	v->aim = -indifference(r);
	v->threshold = (r->limits ? 2 : 1) / r->c.delta;
	v->bound_at = SIZE_MAX;
	for (size_t k = 0; k < r->arms; k++) {
		v->arm[k].running = !r->c.arm[k].cannot_be_named;
		if (!v->arm[k].running)
			fl_race_mark(r, k, FL_ARM_INFEASIBLE, -1, "cannot be named", 0);
	}
	size_t running = running_count(r);
	if (!running)
		end(r, -1, FL_RACE_NONE_FEASIBLE);
	else if (running == 1 && find_leader(r) >= 0)
		end(r, find_leader(r), FL_RACE_CERTIFIED);
	else
		plan_batch(r);
}

/* Before any arm meets the constraints: the best of those that do not look as if they broke one. */
static int value_leader(struct fl_race *r)
{
	const struct fl_value_race *v = r->value;
	if (!v->prefix && running_count(r) > 1)
		return -1;
	int best = find_leader(r);
	if (best >= 0 || !v->prefix)
		return best;
	for (size_t k = 0; k < r->arms; k++)
		if (v->arm[k].running && !fl_limit_observed_broken(r, k) &&
		    (best < 0 || ahead(r, k, (size_t)best, v->prefix)))
			best = (int)k;
	return best;
}

static void value_verdict(struct fl_race *r, struct fl_race_verdict *out)
{
	const struct fl_value_race *v = r->value;
	for (size_t a = 0; a < r->arms; a++)
		out->open_count += v->arm[a].running && (int)a != out->chosen && r->lane[a].state != FL_ARM_ELIMINATED;
	if (out->chosen < 0 || !eligible(r, (size_t)out->chosen)) {
		if (r->limits && out->state == FL_RACE_BEST_SO_FAR)
			out->state = FL_RACE_FEASIBILITY_OPEN;
		double worst = 0;
		for (size_t k = 0; k < r->arms; k++)
			if (out->chosen < 0 || (int)k == out->chosen)
				worst = fmax(worst, -fl_value_lo(r, k));
		out->regret_bound_usd = worst;
		return;
	}
	out->regret_bound_usd = fl_value_regret_bound(r, (size_t)out->chosen);
	if (!r->limits)
		out->future_regret_bound_usd =
		    r->frame.finite ? fl_value_future_bound(r, (size_t)out->chosen) : out->regret_bound_usd;
}

static void value_release(struct fl_race *r)
{
	struct fl_value_race *v = r->value;
	for (size_t k = 0; k < r->arms; k++)
		FL_VEC_RELEASE(&v->arm[k].share);
	for (size_t i = 0; i < v->set.n; i++) {
		free(v->set.p[i].arm);
		free(v->set.p[i].member);
	}
	FL_VEC_RELEASE(&v->set);
	FL_VEC_RELEASE(&v->place);
	free(v->pair);
	free(v->arm);
	free(v);
}

const struct fl_goal fl_goal_value = {value_begin, value_step, value_verdict, value_leader, value_release};
