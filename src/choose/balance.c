#include "choose/balance.h"
#include "choose/balance_int.h"

#include <math.h>

int64_t fl_nusd_of(double usd)
{
	double n = usd * (double)FL_NUSD_PER_USD;
	if (!(n > -9.2e18))
		return INT64_MIN / 2;
	return n < 9.2e18 ? (int64_t)llround(n) : INT64_MAX / 2;
}

void fl_balance_release(struct fl_balance *b)
{
	fl_arena_release(&b->arena);
}

void fl_balance_assume(struct fl_balance *b, const char *fmt, ...)
{
	enum { MOST = 64 };
	va_list ap;
	if (!b->assumption)
		b->assumption = FL_NEW_ARRAY(&b->arena, struct fl_str, MOST);
	if (b->assumption_count == MOST)
		return;
	va_start(ap, fmt);
	b->assumption[b->assumption_count++] = fl_arena_vprintf(&b->arena, fmt, ap);
	va_end(ap);
}

static size_t items_before(const struct fl_order *o, size_t position)
{
	return o->start[position];
}

static void fill_candidates(struct fl_balance *b, struct fl_race *r, const struct fl_order *order)
{
	for (size_t i = 0; i < b->candidate_count; i++) {
		struct fl_balance_candidate *c = &b->candidate[i];
		struct fl_race_arm arm;
		fl_race_arm(r, i, &arm);
		c->state = arm.state;
		c->by = arm.by;
		c->reason = arm.reason;
		c->at_item = items_before(order, arm.at_position);
		c->items = items_before(order, arm.positions);
		c->score = arm.mean_score;
		c->score_interval[0] = arm.score_interval[0];
		c->score_interval[1] = arm.score_interval[1];
		c->cost_nusd = fl_nusd_of(arm.mean_cost_usd);
		c->latency_ms = arm.mean_latency_s * 1000;
		c->utility_nusd = fl_nusd_of(arm.mean_utility_usd);
	}
}

static void fill_steps(struct fl_balance *b, struct fl_race *r, const struct fl_order *order)
{
	const struct fl_race_event *e;
	b->step_count = fl_race_events(r, &e);
	b->step = FL_NEW_ARRAY(&b->arena, struct fl_balance_step, b->step_count);
	for (size_t i = 0; i < b->step_count; i++)
		b->step[i] = (struct fl_balance_step){.item = items_before(order, e[i].position),
		                                      .candidate = e[i].arm,
		                                      .by = e[i].by,
		                                      .kind = e[i].kind,
		                                      .reason = e[i].reason};
}

static void fill_saves(struct fl_balance *b, struct fl_race *r)
{
	struct fl_race_difference d;
	b->saves_known = false;
	if (b->baseline < 0 || b->chosen < 0 || b->wish.traffic_month <= 0 || !b->cost_known)
		return;
	fl_race_compare(r, (size_t)b->baseline, (size_t)b->chosen, &d);
	if (d.positions == 0 && b->baseline != b->chosen)
		return;
	b->saves_known = true;
	b->saves = fl_month_of(d.cost_usd, d.cost_interval_usd, b->wish.traffic_month);
	if (b->baseline == b->chosen)
		b->saves = (struct fl_month){0};
}

void fl_balance_name(struct fl_balance *b)
{
	if (b->chosen >= 0 && b->candidate[b->chosen].state == FL_ARM_ALIVE)
		b->candidate[b->chosen].state = FL_ARM_CHOSEN;
}

void fl_balance_fill(struct fl_balance *b, struct fl_race *r, const struct fl_order *order)
{
	struct fl_race_verdict v;
	fl_race_verdict(r, &v);
	b->state = v.state;
	b->chosen = v.chosen;
	b->open_count = v.open_count;
	b->quality_bound = v.quality_bound;
	b->regret_bound_nusd = fl_nusd_of(v.regret_bound_usd);
	b->future_regret_bound_nusd = v.future_regret_bound_usd < 0 ? -1 : fl_nusd_of(v.future_regret_bound_usd);
	fill_candidates(b, r, order);
	fill_steps(b, r, order);
	fill_saves(b, r);
}
