/*
 * Rehearsals: the same race, the same rules, over cells that are already known. A trial's order comes from the seed and
 * the trial's number alone. What the trials are held against is computed by brute force from the whole matrix, by none
 * of the race's code.
 */
#include "choose/rehearse.h"

#include "base/money.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

static const double cap_over_largest = 1.2;
static const double near_cost = 0.95, late_share = 0.05, tolerance = 1e-9;

static double usd_of(int64_t nusd)
{
	return (double)nusd / (double)FL_NUSD_PER_USD;
}

void fl_replay_arms(const struct fl_matrix *m, int64_t cap_nusd, struct fl_race_arm_config *arm)
{
	double slowest = 0;
	for (size_t i = 0; m->latency_s && i < m->configs * m->items; i++)
		slowest = fmax(slowest, m->latency_s[i]);
	for (size_t k = 0; k < m->configs; k++) {
		int64_t largest = 0;
		for (size_t i = 0; m->cost_nusd && i < m->items; i++)
			largest = FL_MAX(largest, m->cost_nusd[fl_matrix_cell(m, k, i)]);
		arm[k] = (struct fl_race_arm_config){
		    .cap_usd = cap_nusd >= 0 ? usd_of(cap_nusd) : cap_over_largest * usd_of(largest),
		    .timeout_s = slowest,
		};
	}
}

/* Calls `cell` for each wanted item that is not there yet. */
#define FOR_EACH_MISSING(p, r, arm_, pos_, sub_)                                                                       \
	const struct fl_race_want *want_;                                                                              \
	size_t wants_ = fl_race_want((r), &want_);                                                                     \
	for (size_t w_ = 0; w_ < wants_; w_++)                                                                         \
		for (size_t arm_ = want_[w_].arm, pos_ = want_[w_].from; pos_ < want_[w_].to; pos_++)                  \
			for (size_t sub_ = 0; sub_ < fl_order_size((p)->order, pos_); sub_++)                          \
				if (!fl_race_has((r), arm_, pos_, sub_))

static int64_t cost_of(const struct fl_replay *p, size_t arm, size_t position, size_t sub)
{
	const struct fl_matrix *m = p->matrix;
	return m->cost_nusd ? m->cost_nusd[fl_matrix_cell(m, arm, fl_order_item(p->order, position, sub))] : 0;
}

int64_t fl_replay_batch_cost(const struct fl_replay *p, struct fl_race *r)
{
	int64_t sum = 0;
	FOR_EACH_MISSING(p, r, arm, position, sub)
	{
		sum += cost_of(p, arm, position, sub);
	}
	return sum;
}

enum fl_code fl_replay_supply(struct fl_replay *p, struct fl_race *r, struct fl_err *err)
{
	const struct fl_matrix *m = p->matrix;
	FOR_EACH_MISSING(p, r, arm, position, sub)
	{
		size_t cell = fl_matrix_cell(m, arm, fl_order_item(p->order, position, sub));
		struct fl_race_outcome o = {m->score[cell], m->cost_nusd ? usd_of(m->cost_nusd[cell]) : 0,
		                            m->latency_s ? m->latency_s[cell] : 0};
		FL_TRY(fl_race_supply(r, arm, position, sub, &o, err));
		p->cost_nusd += cost_of(p, arm, position, sub);
		p->cells++;
	}
	return FL_OK;
}

static void measure_arm(struct fl_truth *t, size_t k, const struct fl_matrix *m, const struct fl_race_config *c)
{
	double score = 0, latency = 0, late = 0, n = (double)m->items;
	int64_t cost = 0;
	for (size_t i = 0; i < m->items; i++) {
		size_t cell = fl_matrix_cell(m, k, i);
		double l = m->latency_s ? fmin(m->latency_s[cell], c->arm[k].timeout_s) : 0;
		score += m->score[cell];
		cost += m->cost_nusd ? m->cost_nusd[cell] : 0;
		latency += l;
		late += c->p95_s >= 0 && l > c->p95_s;
	}
	t->score[k] = score / n;
	t->cost_usd[k] = usd_of(cost) / n;
	t->total_usd[k] = t->cost_usd[k] + c->wait_usd_per_s * latency / n;
	t->utility_usd[k] = c->value_usd * t->score[k] - t->total_usd[k];
	t->feasible[k] = !c->arm[k].cannot_be_named &&
	                 (c->max_cost_usd < 0 || t->cost_usd[k] <= c->max_cost_usd + tolerance / n) &&
	                 (c->p95_s < 0 || late / n <= late_share + tolerance / n);
}

/* The score from which on one is good enough. */
static double bar_of(const struct fl_truth *t, const struct fl_race_config *c)
{
	if (c->bar == FL_BAR_FLOOR)
		return c->margin;
	return (c->bar == FL_BAR_BASELINE ? t->score[c->baseline] : t->best_score) - c->margin;
}

static void judge_arms(struct fl_truth *t, const struct fl_race_config *c)
{
	t->best_score = -1;
	for (size_t k = 0; k < t->arms; k++)
		if (t->feasible[k])
			t->best_score = fmax(t->best_score, t->score[k]);
	double bar = bar_of(t, c);
	for (size_t k = 0; k < t->arms; k++) {
		t->good[k] = t->feasible[k] && (c->goal == FL_GOAL_VALUE || t->score[k] >= bar - tolerance);
		bool ahead = c->goal == FL_GOAL_VALUE ? t->best < 0 || t->utility_usd[k] > t->utility_usd[t->best]
		                                      : t->best < 0 || t->total_usd[k] < t->total_usd[t->best];
		if (t->good[k] && ahead)
			t->best = (int)k;
	}
}

void fl_truth_init(struct fl_truth *t, const struct fl_matrix *m, const struct fl_race_config *c)
{
	size_t n = m->configs;
	*t = (struct fl_truth){.arms = n, .best = -1};
	t->score = fl_alloc_zero(n, sizeof *t->score);
	t->cost_usd = fl_alloc_zero(n, sizeof *t->cost_usd);
	t->total_usd = fl_alloc_zero(n, sizeof *t->total_usd);
	t->utility_usd = fl_alloc_zero(n, sizeof *t->utility_usd);
	t->feasible = fl_alloc_zero(n, sizeof *t->feasible);
	t->good = fl_alloc_zero(n, sizeof *t->good);
	for (size_t k = 0; k < n; k++)
		measure_arm(t, k, m, c);
	judge_arms(t, c);
}

void fl_truth_release(struct fl_truth *t)
{
	free(t->score);
	free(t->cost_usd);
	free(t->total_usd);
	free(t->utility_usd);
	free(t->feasible);
	free(t->good);
	*t = (struct fl_truth){0};
}

static void count_value(struct fl_rehearsal *out, const struct fl_truth *t, const struct fl_race_config *c,
                        struct fl_race *r)
{
	int named = fl_race_chosen(r);
	if (t->best < 0)
		return;
	double allowed = c->epsilon_usd;
	if (allowed < 0) {
		struct fl_race_verdict v;
		fl_race_verdict(r, &v);
		allowed = v.regret_bound_usd;
	}
	double best = t->utility_usd[t->best];
	bool infeasible = named < 0 || !t->feasible[named];
	out->missed_best += infeasible || t->utility_usd[named] < best - tolerance;
	out->worse_than_epsilon += infeasible || t->utility_usd[named] < best - allowed - tolerance;
}

static void count_cheapest(struct fl_rehearsal *out, const struct fl_truth *t, const struct fl_race_config *c,
                           struct fl_race *r)
{
	struct fl_race_verdict v;
	fl_race_verdict(r, &v);
	if (v.chosen < 0) {
		out->missed_cheaper += t->best >= 0;
		return;
	}
	double quality = c->bar == FL_BAR_BASELINE && (size_t)v.chosen == c->baseline ? INFINITY : t->score[v.chosen];
	bool broken = v.state != FL_RACE_FEASIBILITY_OPEN && !t->feasible[v.chosen];
	out->broken_promises += broken || quality < bar_of(t, c) - v.quality_bound - tolerance;
	double allowed = v.state == FL_RACE_CERTIFIED ? near_cost * t->total_usd[v.chosen] - c->epsilon_usd
	                                              : t->total_usd[v.chosen] - v.regret_bound_usd;
	out->missed_cheaper += t->best >= 0 && t->total_usd[t->best] < allowed - tolerance * t->total_usd[v.chosen];
}

static enum fl_code run_trial(const struct fl_matrix *m, struct fl_race_config c, uint64_t seed,
                              const struct fl_truth *t, struct fl_replay *spent, struct fl_rehearsal *out,
                              struct fl_err *err)
{
	struct fl_order order;
	struct fl_race *r = NULL;
	fl_order_init(&order, m->items, m->cluster, m->clusters, seed);
	c.positions = order.positions;
	c.cluster_size = order.size;
	spent->order = &order;
	enum fl_code code = fl_race_create(&r, &c, err);
	while (code == FL_OK && !fl_race_ended(r)) {
		code = fl_replay_supply(spent, r, err);
		fl_race_advance(r);
	}
	if (code == FL_OK)
		(c.goal == FL_GOAL_VALUE ? count_value : count_cheapest)(out, t, &c, r);
	fl_race_destroy(r);
	fl_order_release(&order);
	return code;
}

static double grid_cost(const struct fl_matrix *m)
{
	double sum = 0;
	for (size_t i = 0; m->cost_nusd && i < m->configs * m->items; i++)
		sum += (double)m->cost_nusd[i];
	return sum;
}

enum fl_code fl_rehearse(const struct fl_matrix *m, const struct fl_race_config *config, uint64_t seed, size_t trials,
                         struct fl_rehearsal *out, struct fl_err *err)
{
	return fl_rehearse_from(m, config, seed, 0, trials, out, err);
}

enum fl_code fl_rehearse_from(const struct fl_matrix *m, const struct fl_race_config *config, uint64_t seed,
                              size_t first, size_t trials, struct fl_rehearsal *out, struct fl_err *err)
{
	struct fl_truth truth;
	double cells = 0, cost = 0;
	enum fl_code code = FL_OK;
	*out = (struct fl_rehearsal){.trials = trials};
	fl_truth_init(&truth, m, config);
	struct fl_rng root;
	fl_rng_init(&root, seed);
	for (size_t i = 0; i < trials && code == FL_OK; i++) {
		struct fl_replay spent = {.matrix = m};
		struct fl_rng trial = fl_rng_split(&root, first + i);
		code = run_trial(m, *config, fl_rng_u64(&trial), &truth, &spent, out, err);
		cells += (double)spent.cells;
		cost += (double)spent.cost_nusd;
	}
	double grids = (double)FL_MAX(trials, 1);
	out->cells_share = cells / (grids * (double)(m->configs * m->items));
	out->cost_share = m->cost_nusd && grid_cost(m) > 0 ? cost / (grids * grid_cost(m)) : (double)NAN;
	fl_truth_release(&truth);
	return code;
}
