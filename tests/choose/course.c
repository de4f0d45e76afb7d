#include "course.h"

#include <math.h>
#include <stdlib.h>

void course_init(struct course *c, size_t arms, size_t items)
{
	*c = (struct course){arms, items, NULL, NULL, NULL};
	c->score = fl_alloc_zero(arms * items, sizeof(double));
	c->cost = fl_alloc_zero(arms * items, sizeof(double));
	c->latency = fl_alloc_zero(arms * items, sizeof(double));
}

void course_release(struct course *c)
{
	free(c->score);
	free(c->cost);
	free(c->latency);
}

struct fl_race_config course_config(const struct course *c, enum fl_race_goal goal, struct fl_race_arm_config *arm)
{
	for (size_t k = 0; k < c->arms; k++) {
		double most = 0;
		for (size_t i = 0; i < c->items; i++)
			most = fmax(most, c->cost[k * c->items + i]);
		arm[k] = (struct fl_race_arm_config){.cap_usd = 2 * most, .timeout_s = 10};
	}
	return (struct fl_race_config){.goal = goal,
	                               .mode = FL_MODE_FINITE,
	                               .arms = c->arms,
	                               .positions = c->items,
	                               .arm = arm,
	                               .delta = 0.05,
	                               .value_usd = 1,
	                               .bar = goal == FL_GOAL_CHEAPEST ? FL_BAR_WITHIN : FL_BAR_NONE,
	                               .max_cost_usd = -1,
	                               .p95_s = -1};
}

struct fl_race *course_race(const struct fl_race_config *config)
{
	struct fl_race *r;
	struct fl_err err = {0};
	if (fl_race_create(&r, config, &err) != FL_OK)
		FL_BUG("%s", err.message);
	return r;
}

void course_cell(const struct course *c, struct fl_race *r, const uint32_t *order, size_t arm, size_t position)
{
	size_t cell = arm * c->items + (order ? order[position] : position);
	struct fl_race_outcome o = {c->score[cell], c->cost[cell], c->latency[cell]};
	struct fl_err err = {0};
	if (fl_race_supply(r, arm, position, 0, &o, &err) != FL_OK)
		FL_BUG("%s", err.message);
}

bool course_step(const struct course *c, struct fl_race *r, const uint32_t *order)
{
	const struct fl_race_want *want;
	size_t n = fl_race_want(r, &want);
	for (size_t i = 0; i < n; i++)
		for (size_t p = want[i].from; p < want[i].to; p++)
			if (!fl_race_has(r, want[i].arm, p, 0))
				course_cell(c, r, order, want[i].arm, p);
	return fl_race_advance(r) && !fl_race_ended(r);
}

void course_run(const struct course *c, struct fl_race *r, const uint32_t *order)
{
	while (!fl_race_ended(r))
		course_step(c, r, order);
}

double course_mean(const double *track, const struct course *c, size_t arm)
{
	double sum = 0;
	for (size_t i = 0; i < c->items; i++)
		sum += track[arm * c->items + i];
	return sum / (double)c->items;
}

double course_utility(const struct course *c, const struct fl_race_config *config, size_t arm)
{
	return config->value_usd * course_mean(c->score, c, arm) - course_mean(c->cost, c, arm) -
	       config->wait_usd_per_s * course_mean(c->latency, c, arm);
}

void course_draw(struct course *c, struct fl_rng *rng, const double *q)
{
	for (size_t i = 0; i < c->items; i++) {
		bool shared = fl_rng_double(rng) < 0.5;
		double luck = fl_rng_double(rng);
		for (size_t k = 0; k < c->arms; k++)
			c->score[k * c->items + i] = (shared ? luck : fl_rng_double(rng)) < q[k];
	}
}
