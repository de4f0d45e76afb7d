#include "present/verdict.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/removed.h"

#include <math.h>

const char *fl_arm_state_word(enum fl_race_arm_state s)
{
	static const char *const word[] = {[FL_ARM_ALIVE] = "alive",
	                                   [FL_ARM_RESTING] = "resting",
	                                   [FL_ARM_ELIMINATED] = "eliminated",
	                                   [FL_ARM_INFEASIBLE] = "infeasible",
	                                   [FL_ARM_CHOSEN] = "chosen"};
	return word[s];
}

const char *fl_race_state_word(enum fl_race_state s)
{
	static const char *const word[] = {[FL_RACE_RUNNING] = "running",
	                                   [FL_RACE_CERTIFIED] = "certified",
	                                   [FL_RACE_BEST_SO_FAR] = "best-so-far",
	                                   [FL_RACE_FEASIBILITY_OPEN] = "feasibility-open",
	                                   [FL_RACE_NONE_FEASIBLE] = "none-feasible"};
	return word[s];
}

/* 0.02 -> "2 points", 0.01 -> "1 point", 0.015 -> "1.5 points". */
static struct fl_str points(double share, struct fl_arena *a)
{
	return fl_arena_printf(a, "%.4g point%s", share * 100, fabs(share - 0.01) < 1e-12 ? "" : "s");
}

static struct fl_str percent(double share, struct fl_arena *a)
{
	return fl_arena_printf(a, "%.6g %%", share * 100);
}

static struct fl_str name_of(const struct fl_balance *b, int candidate)
{
	return candidate >= 0 ? b->candidate[candidate].name : FL_S("nobody");
}

/* "is good enough": what the bar says of the named one, `short_by` below it at most. */
static struct fl_str good_enough(const struct fl_balance *b, double short_by, struct fl_arena *a)
{
	const struct fl_wish *w = &b->wish;
	if (w->bar == FL_BAR_FLOOR)
		return fl_arena_printf(a, "scores at least %.*s", FL_FMT(percent(FL_MAX(w->floor - short_by, 0), a)));
	if (w->bar == FL_BAR_BASELINE && b->chosen == b->baseline)
		return FL_S("is the baseline itself");
	double margin = (w->bar == FL_BAR_BASELINE ? w->margin : w->within) + short_by;
	struct fl_str of = w->bar == FL_BAR_BASELINE ? name_of(b, b->baseline) : FL_S("the best");
	if (margin <= 0)
		return fl_arena_printf(a, "is as good as %.*s", FL_FMT(of));
	return fl_arena_printf(a, "is within %.*s of %.*s", FL_FMT(points(margin, a)), FL_FMT(of));
}

struct fl_str fl_verdict_goal(const struct fl_balance *b, struct fl_arena *a)
{
	const struct fl_wish *w = &b->wish;
	if (w->goal == FL_GOAL_VALUE)
		return fl_arena_printf(a, "the most worth, where a right answer is worth %.*s%s",
		                       FL_FMT(fl_show_money(a, w->value_nusd)),
		                       w->wait_usd_per_s > 0 ? " and waiting costs time" : "");
	if (w->bar == FL_BAR_FLOOR)
		return fl_arena_printf(a, "the cheapest that scores at least %.*s", FL_FMT(percent(w->floor, a)));
	if (w->bar == FL_BAR_BASELINE)
		return fl_arena_printf(a, "the cheapest that is at most %.*s below %.*s", FL_FMT(points(w->margin, a)),
		                       FL_FMT(w->baseline));
	return fl_arena_printf(a, "the cheapest that is within %.*s of the best", FL_FMT(points(w->within, a)));
}

static struct fl_str where(const struct fl_balance *b, struct fl_arena *a)
{
	if (b->wish.mode == FL_MODE_FUTURE)
		return FL_S("on traffic like these items");
	return fl_arena_printf(a, "on your %.*s", FL_FMT(fl_show_counted(a, b->items, "item")));
}

static struct fl_str only_one(struct fl_str name, struct fl_arena *a)
{
	return fl_arena_printf(
	    a, "Take %.*s: it is the only candidate, so nothing was compared. `fulcrum eval` measures it.",
	    FL_FMT(name));
}

static struct fl_str certified_value(const struct fl_balance *b, struct fl_arena *a)
{
	struct fl_str who = name_of(b, b->chosen), confidence = percent(b->wish.confidence, a), on = where(b, a);
	if (b->candidate_count == 1)
		return only_one(who, a);
	if (b->regret_bound_nusd <= 0)
		return fl_arena_printf(a, "Take %.*s: with %.*s confidence no other candidate is worth more %.*s.",
		                       FL_FMT(who), FL_FMT(confidence), FL_FMT(on));
	return fl_arena_printf(
	    a, "Take %.*s: with %.*s confidence no other candidate is worth more than %.*s more an item %.*s.",
	    FL_FMT(who), FL_FMT(confidence), FL_FMT(fl_show_money(a, b->regret_bound_nusd)), FL_FMT(on));
}

static struct fl_str certified_cheapest(const struct fl_balance *b, struct fl_arena *a)
{
	const struct fl_balance_candidate *c = &b->candidate[b->chosen];
	struct fl_str confidence = percent(b->wish.confidence, a), on = where(b, a),
	              good = good_enough(b, b->quality_bound, a);
	if (b->candidate_count == 1 && b->wish.bar == FL_BAR_WITHIN)
		return only_one(c->name, a);
	if (b->wish.bar == FL_BAR_BASELINE && b->chosen == b->baseline)
		return fl_arena_printf(a,
		                       "Stay with %.*s: with %.*s confidence nothing that costs less than 95 %% of it "
		                       "is good enough %.*s.",
		                       FL_FMT(c->name), FL_FMT(confidence), FL_FMT(on));
	if (c->cost_nusd == 0)
		return fl_arena_printf(a, "Take %.*s: with %.*s confidence it %.*s %.*s, and it is free.",
		                       FL_FMT(c->name), FL_FMT(confidence), FL_FMT(good), FL_FMT(on));
	return fl_arena_printf(
	    a,
	    "Take %.*s: with %.*s confidence it %.*s %.*s, and no good enough candidate costs less than 95 %% of its "
	    "%.*s.",
	    FL_FMT(c->name), FL_FMT(confidence), FL_FMT(good), FL_FMT(on), FL_FMT(fl_show_item_cost(a, c->cost_nusd)));
}

static const char *why_stopped(const struct fl_balance *b)
{
	switch (b->stopped) {
	case FL_OK:
		return "all items are used";
	case FL_E_BUDGET:
		return "the budget is used up";
	case FL_E_CANCELLED:
		return "it was interrupted";
	case FL_E_OVER_HOLD:
		return b->live ? "a server used more than was held for its call"
		               : "a cell costs more than the largest possible cost that was stated with --cap";
	default:
		return "it was stopped";
	}
}

static struct fl_str so_far(const struct fl_balance *b, struct fl_arena *a)
{
	if (b->chosen < 0)
		return fl_arena_printf(a, "No choice yet: %s before anything could be said.", why_stopped(b));
	struct fl_str who = name_of(b, b->chosen), confidence = percent(b->wish.confidence, a);
	if (b->wish.goal == FL_GOAL_VALUE)
		return fl_arena_printf(a,
		                       "So far %.*s is best (%s): with %.*s confidence no other candidate is worth "
		                       "more than %.*s more an item.",
		                       FL_FMT(who), why_stopped(b), FL_FMT(confidence),
		                       FL_FMT(fl_show_money(a, b->regret_bound_nusd)));
	return fl_arena_printf(a,
	                       "So far %.*s is the choice (%s): with %.*s confidence it %.*s, and no good enough "
	                       "candidate is cheaper by more "
	                       "than %.*s.",
	                       FL_FMT(who), why_stopped(b), FL_FMT(confidence),
	                       FL_FMT(good_enough(b, b->quality_bound, a)),
	                       FL_FMT(fl_show_item_cost(a, b->regret_bound_nusd)));
}

struct fl_str fl_verdict_statement(const struct fl_balance *b, struct fl_arena *a)
{
	switch (b->state) {
	case FL_RACE_CERTIFIED:
		return b->wish.goal == FL_GOAL_VALUE ? certified_value(b, a) : certified_cheapest(b, a);
	case FL_RACE_NONE_FEASIBLE:
		return fl_arena_printf(
		    a, "None is good enough: with %.*s confidence no candidate meets what is asked %.*s.",
		    FL_FMT(percent(b->wish.confidence, a)), FL_FMT(where(b, a)));
	case FL_RACE_FEASIBILITY_OPEN:
		return fl_arena_printf(a, "%.*s (That it keeps the limits on cost and latency is not certain yet.)",
		                       FL_FMT(so_far(b, a)));
	default:
		return so_far(b, a);
	}
}

struct fl_str fl_verdict_guarantee(const struct fl_balance *b, struct fl_arena *a)
{
	const char *kind = b->wish.mode == FL_MODE_FUTURE
	                       ? "It speaks of future traffic of which these items are a fair sample."
	                       : "It speaks of these items: the choice is the one that the full grid would have given, "
	                         "within the bound stated.";
	return fl_arena_printf(a,
	                       "Paired race over one random order of the %s (seed %llu), read at batch ends fixed by "
	                       "the rules, so that looking "
	                       "early costs nothing. The probability that the statement is wrong is at most %.*s. %s",
	                       b->clustered ? "clusters" : "items", (unsigned long long)b->wish.seed,
	                       FL_FMT(percent(1 - b->wish.confidence, a)), kind);
}

struct fl_str fl_verdict_reason(const struct fl_balance *b, const struct fl_balance_candidate *c, struct fl_arena *a)
{
	if (!c->reason || !*c->reason)
		return FL_S("");
	if (c->by < 0)
		return fl_str_from(c->reason);
	return fl_arena_printf(a, "%s %.*s", c->reason, FL_FMT(b->candidate[c->by].name));
}

struct fl_str fl_verdict_tread(const struct fl_balance *b, size_t i, struct fl_arena *a)
{
	const struct fl_tread *t = &b->tread[i];
	struct fl_str who = b->candidate[t->candidate].name;
	if (b->tread_count == 1)
		return fl_arena_printf(a, "Whatever a right answer is worth: %.*s.", FL_FMT(who));
	if (i == 0)
		return fl_arena_printf(a, "Below %.*s per right answer: %.*s.", FL_FMT(fl_show_money(a, t->to_nusd)),
		                       FL_FMT(who));
	struct fl_str from = fl_show_money(a, t->from_nusd);
	struct fl_str pay = FL_S("");
	if (b->wish.wage_nusd_hour > 0)
		pay = fl_arena_printf(
		    a, ", that is %.*s of pay at %.*s an hour",
		    FL_FMT(fl_show_seconds(a, (double)t->from_nusd / (double)b->wish.wage_nusd_hour * 3600)),
		    FL_FMT(fl_show_money(a, b->wish.wage_nusd_hour)));
	return fl_arena_printf(a, "%.*s is worth it if a right answer is worth more than %.*s%.*s%s%.*s.", FL_FMT(who),
	                       FL_FMT(from), FL_FMT(pay), t->to_nusd >= 0 ? ", up to " : "",
	                       FL_FMT(t->to_nusd >= 0 ? fl_show_money(a, t->to_nusd) : FL_S("")));
}

static struct fl_worth_point point_of(const struct fl_balance_candidate *c)
{
	return (struct fl_worth_point){.score = c->score,
	                               .cost_usd = (double)c->cost_nusd / (double)FL_NUSD_PER_USD,
	                               .latency_s = c->latency_ms / 1000};
}

/* The candidate beside the chosen one that was called on most items; -1 when there is none. */
static int rival_of(const struct fl_balance *b)
{
	int rival = -1;
	for (size_t i = 0; i < b->candidate_count; i++) {
		const struct fl_balance_candidate *c = &b->candidate[i];
		if ((int)i != b->chosen && c->items > 0 && (rival < 0 || c->items > b->candidate[rival].items))
			rival = (int)i;
	}
	return rival;
}

struct fl_str fl_verdict_rule(const struct fl_balance *b, struct fl_arena *a)
{
	int rival = b->chosen >= 0 && b->cost_known ? rival_of(b) : -1;
	if (rival < 0 || b->candidate[b->chosen].items == 0)
		return FL_S("");
	double wage = (double)b->wish.wage_nusd_hour / (double)FL_NUSD_PER_USD;
	struct fl_step s = fl_step_between(point_of(&b->candidate[rival]), point_of(&b->candidate[b->chosen]),
	                                   b->wish.wait_usd_per_s, wage);
	struct fl_str who = name_of(b, b->chosen), other = name_of(b, rival);
	if (s.kind != FL_STEP_WORTH_IT_ABOVE && s.kind != FL_STEP_WORTH_IT_BELOW)
		return fl_arena_printf(a, "By their means so far %.*s is %s %.*s, whatever a right answer is worth.",
		                       FL_FMT(who),
		                       s.kind == FL_STEP_ALWAYS  ? "worth it over"
		                       : s.kind == FL_STEP_EQUAL ? "worth the same as"
		                                                 : "not worth it over",
		                       FL_FMT(other));
	struct fl_str pay = FL_S("");
	if (wage > 0)
		pay = fl_arena_printf(a, ", that is %.*s of pay at %.*s an hour",
		                      FL_FMT(fl_show_seconds(a, s.break_even_pay_s)),
		                      FL_FMT(fl_show_money(a, b->wish.wage_nusd_hour)));
	return fl_arena_printf(
	    a, "By their means so far %.*s is worth it over %.*s if a right answer is worth %s than %.*s%.*s.",
	    FL_FMT(who), FL_FMT(other), s.kind == FL_STEP_WORTH_IT_ABOVE ? "more" : "less",
	    FL_FMT(fl_show_money(a, (int64_t)llround(s.break_even_usd * (double)FL_NUSD_PER_USD))), FL_FMT(pay));
}

/* --- what stood before the race ----------------------------------------------------------------------------------- */

void fl_verdict_removed(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg)
{
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < b->removed_count; i++)
		each(arg, fl_removed_text(&b->removed[i], &a));
	fl_arena_release(&a);
}

struct fl_str fl_input_cut_sentence(struct fl_str candidate, uint64_t cut, uint64_t items, struct fl_arena *a)
{
	return fl_arena_printf(
	    a,
	    "%.*s: its server cut %.*s of %.*s in silence (outcome input_cut): they have no answer and "
	    "count as 0. Give the server a larger context, or send less; `fulcrum show` tells which.",
	    FL_FMT(candidate), FL_FMT(fl_show_count(a, cut)), FL_FMT(fl_show_counted(a, items, "input")));
}

void fl_verdict_input_cut(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg)
{
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < b->candidate_count; i++) {
		const struct fl_balance_candidate *c = &b->candidate[i];
		if (c->outcome[FL_OUT_CUT_INPUT])
			each(arg, fl_input_cut_sentence(c->name, c->outcome[FL_OUT_CUT_INPUT], c->items, &a));
	}
	fl_arena_release(&a);
}

void fl_verdict_prices(const struct fl_balance *b, void (*each)(void *arg, struct fl_str sentence), void *arg)
{
	fl_date day = fl_date_at(b->began_ms);
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < b->priced_count; i++) {
		const struct fl_list *rows = &b->priced[i].offer->prices;
		for (size_t k = 0; k < rows->n; k++) {
			const struct fl_price_row *row = &((const struct fl_price_row *)rows->p)[k];
			bool plain =
			    !row->when.tier.n && !row->when.region.n && !row->when.fine_tuned && !row->when.snapshot.n;
			if (plain && fl_price_row_on(row, day))
				each(arg, fl_arena_printf(&a, "Price of %.*s: %.*s.", FL_FMT(b->priced[i].id),
				                          FL_FMT(fl_price_row_text(b->catalog, row, &a))));
		}
	}
	fl_arena_release(&a);
}
