#include "choose/balance.h"
#include "choose/balance_int.h"

#include "lang/quantity.h"

void fl_wish_init(struct fl_wish *w)
{
	*w = (struct fl_wish){.goal = FL_GOAL_CHEAPEST,
	                      .mode = FL_MODE_FINITE,
	                      .bar = FL_BAR_NONE,
	                      .confidence = 0.95,
	                      .value_nusd = -1,
	                      .epsilon_nusd = -1,
	                      .within = -1,
	                      .floor = -1,
	                      .margin = -1,
	                      .slack = 0,
	                      .budget_nusd = -1,
	                      .max_cost_nusd = -1,
	                      .p95_s = -1,
	                      .cap_nusd = -1,
	                      .seed = 1};
}

static enum fl_code worth(struct fl_wish *w, const struct fl_task *t, struct fl_err *err)
{
	struct fl_pay pay = {.wage_nusd_per_hour = t->value.wage_nusd_hour,
	                     .saved_if_right_ms = t->value.saved_ms,
	                     .lost_if_wrong_ms = t->value.lost_ms,
	                     .waiting_ppm = t->value.waiting / 1000};
	struct fl_worth out;
	FL_TRY(fl_worth_of(&pay, &out, err));
	w->value_nusd = t->value.right_nusd >= 0 ? t->value.right_nusd : out.value_nusd;
	w->wait_usd_per_s = out.wait_usd_per_s;
	w->wage_nusd_hour = t->value.wage_nusd_hour;
	return FL_OK;
}

enum fl_code fl_wish_of_task(struct fl_wish *w, const struct fl_task *t, struct fl_err *err)
{
	fl_wish_init(w);
	w->confidence = fl_share_double(t->confidence);
	w->traffic_month = (double)t->traffic_month;
	w->max_cost_nusd = t->max_cost_nusd;
	w->p95_s = t->p95_ms >= 0 ? (double)t->p95_ms / 1000 : -1;
	w->budget_nusd = t->budget_given && !t->budget_none ? t->budget_nusd : -1;
	if (t->baseline >= 0)
		w->baseline = t->candidate[t->baseline].name;
	if (t->goal == FL_TASK_VALUE) {
		w->goal = FL_GOAL_VALUE;
		return worth(w, t, err);
	}
	w->within = t->within >= 0 ? fl_share_double(t->within) : -1;
	w->floor = t->floor >= 0 ? fl_share_double(t->floor) : -1;
	w->margin = t->margin >= 0 ? fl_share_double(t->margin) : -1;
	return FL_OK;
}

/* The bar of goal cheapest: floor, within, else the baseline, else within 2 points. */
static void bar(struct fl_wish *w)
{
	if (w->goal != FL_GOAL_CHEAPEST)
		return;
	if (w->floor >= 0) {
		w->bar = FL_BAR_FLOOR;
	} else if (w->within >= 0 || !w->baseline.n) {
		w->bar = FL_BAR_WITHIN;
		w->within = w->within >= 0 ? w->within : 0.02;
	} else {
		w->bar = FL_BAR_BASELINE;
		w->margin = w->margin >= 0 ? w->margin : 0;
	}
}

static double usd(int64_t nusd)
{
	return (double)nusd / (double)FL_NUSD_PER_USD;
}

/* Epsilon of the goal value: given, by traffic (none is fixed), or 2 % of the worth. E of cheapest: given, 1 % of the
 * budget spread over a month of traffic, or 0. */
static double epsilon(const struct fl_wish *w)
{
	if (w->epsilon_nusd >= 0)
		return usd(w->epsilon_nusd);
	if (w->goal == FL_GOAL_VALUE)
		return w->traffic_month > 0 ? -1 : 0.02 * usd(w->value_nusd);
	return w->traffic_month > 0 && w->budget_nusd > 0 ? 0.01 * usd(w->budget_nusd) / w->traffic_month : 0;
}

enum fl_code fl_wish_settle(struct fl_wish *w, bool cost_known, bool latency_known, struct fl_err *err)
{
	bar(w);
	if (w->goal == FL_GOAL_VALUE && w->value_nusd < 0) {
		fl_err_set(err, FL_E_INVALID, "nothing says what a right answer is worth");
		fl_err_expected(err, "--value USD, or value: in the task file");
		return FL_E_INVALID;
	}
	if (w->goal == FL_GOAL_CHEAPEST && !cost_known) {
		fl_err_set(err, FL_E_INVALID, "the cheapest cannot be found: the costs are not known");
		fl_err_help(err, "add cost_usd to the matrix, or say what a right answer is worth with --value");
		return FL_E_INVALID;
	}
	if (w->max_cost_nusd >= 0 && !cost_known)
		return fl_err_set(err, FL_E_INVALID, "a limit on the cost needs costs, which are not known");
	if ((w->p95_s >= 0 || w->wait_usd_per_s > 0) && !latency_known)
		return fl_err_set(err, FL_E_INVALID, "%s needs latencies, which are not known",
		                  w->p95_s >= 0 ? "a limit on the latency" : "a price on waiting");
	return FL_OK;
}

void fl_wish_race(const struct fl_wish *w, ptrdiff_t baseline, struct fl_race_config *c)
{
	c->goal = w->goal;
	c->mode = w->mode;
	c->delta = 1 - w->confidence;
	c->wait_usd_per_s = w->wait_usd_per_s;
	c->value_usd = w->value_nusd >= 0 ? usd(w->value_nusd) : 0;
	c->epsilon_usd = epsilon(w);
	c->traffic_month = w->traffic_month;
	c->bar = w->bar;
	c->margin = w->bar == FL_BAR_FLOOR ? w->floor : w->bar == FL_BAR_BASELINE ? w->margin : w->within;
	c->baseline = baseline >= 0 ? (size_t)baseline : 0;
	c->slack = w->slack;
	c->max_cost_usd = w->max_cost_nusd >= 0 ? usd(w->max_cost_nusd) : -1;
	c->p95_s = w->p95_s;
}
