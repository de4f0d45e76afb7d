/* What the page says first: the verdict, what it is worth, and the certificate that it rests on. */
#include "present/report_int.h"

#include <math.h>

static void tile(struct fl_page *p, const char *title, struct fl_str figure, struct fl_str more)
{
	fl_buf_printf(p->out, "<div class=\"tile\"><dt>%s</dt><dd><b>%.*s</b>", title, FL_FMT(figure));
	if (more.n)
		fl_buf_printf(p->out, "<span>%.*s</span>", FL_FMT(more));
	fl_buf_z(p->out, "</dd></div>\n");
}

/* "$210 a month at 50,000 a month". */
static struct fl_str by_month(struct fl_page *p, int64_t nusd_item)
{
	double traffic = p->b->wish.traffic_month, month = fl_usd(nusd_item) * traffic;
	if (traffic <= 0 || month > 9e9)
		return FL_S("");
	return fl_arena_printf(&p->a, "%.*s a month at %.*s items",
	                       FL_FMT(fl_show_money(&p->a, llround(month * FL_NUSD_PER_USD))),
	                       FL_FMT(fl_show_count(&p->a, (uint64_t)traffic)));
}

static void chosen_tiles(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	const struct fl_balance_candidate *c = &b->candidate[b->chosen];
	if (c->items == 0)
		return;
	tile(p, "Score", fl_show_share(a, c->score),
	     fl_arena_printf(a, "%.*s, on %.*s items", FL_FMT(fl_page_interval(p, c)),
	                     FL_FMT(fl_show_count(a, c->items))));
	if (b->cost_known)
		tile(p, fl_arena_printf(a, "Cost %s", p->cost_of).p, fl_show_cost(a, p->cost_unit, c->cost_nusd),
		     by_month(p, c->cost_nusd));
	if (b->latency_known)
		tile(p, "Latency", fl_show_ms(a, c->latency_ms), FL_S("mean an item"));
	if (b->wish.goal == FL_GOAL_VALUE)
		tile(p, "Net worth an item", fl_show_money(a, c->utility_nusd),
		     fl_arena_printf(a, "a right answer is worth %.*s", FL_FMT(fl_show_money(a, b->wish.value_nusd))));
}

static void saves_tile(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	if (!b->saves_known || b->baseline == b->chosen)
		return;
	bool saves = b->saves.nusd >= 0;
	int64_t low = b->saves.interval_nusd[saves ? 0 : 1], high = b->saves.interval_nusd[saves ? 1 : 0];
	tile(p, saves ? "Saves a month" : "Costs more a month",
	     fl_show_money(a, saves ? b->saves.nusd : -b->saves.nusd),
	     fl_arena_printf(a, "%.*s to %.*s, against %.*s", FL_FMT(fl_show_money(a, saves ? low : -low)),
	                     FL_FMT(fl_show_money(a, saves ? high : -high)), FL_FMT(p->brief[b->baseline])));
}

static void spent_tile(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	if (b->grid_cells == 0)
		return;
	struct fl_str more = fl_arena_printf(a, "%.*s of %.*s %s", FL_FMT(fl_show_count(a, b->spent_cells)),
	                                     FL_FMT(fl_show_count(a, b->grid_cells)), b->live ? "calls" : "cells");
	if (b->cost_known && b->spent_nusd < b->grid_nusd)
		more = fl_arena_printf(a, "%.*s; %.*s instead of %s%.*s", FL_FMT(more),
		                       FL_FMT(fl_show_money(a, b->spent_nusd)), b->live ? "about " : "",
		                       FL_FMT(fl_show_money(a, b->grid_nusd)));
	else if (b->cost_known)
		more = fl_arena_printf(a, "%.*s; %.*s", FL_FMT(more), FL_FMT(fl_show_money(a, b->spent_nusd)));
	tile(p, "Used of the full grid", fl_show_share(a, (double)b->spent_cells / (double)b->grid_cells), more);
}

/* First and last step of the staircase, which is drawn whole further down. */
static void worth_decides(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	if (b->tread_count == 0)
		return;
	fl_buf_printf(p->out, "<p class=\"worth\">%.*s", FL_FMT(fl_html_line(&p->a, fl_verdict_tread(b, 0, &p->a))));
	if (b->tread_count > 1)
		fl_buf_printf(p->out, " %.*s",
		              FL_FMT(fl_html_line(&p->a, fl_verdict_tread(b, b->tread_count - 1, &p->a))));
	if (b->tread_count > 2)
		fl_buf_printf(p->out, " <a href=\"#staircase\">%zu more between them</a>.", b->tread_count - 2);
	fl_buf_z(p->out, "</p>\n");
}

/* The sentence, with the name of the chosen one set off. */
static void statement(struct fl_page *p)
{
	struct fl_str text = fl_html_line(&p->a, fl_verdict_statement(p->b, &p->a));
	struct fl_str name = p->b->chosen >= 0 ? p->name[p->b->chosen] : FL_S("");
	ptrdiff_t at = fl_str_find(text, fl_arena_printf(&p->a, " %.*s", FL_FMT(name)), 0) + 1;
	if (at <= 0 || !name.n) {
		fl_buf_printf(p->out, "<h1>%.*s</h1>\n", FL_FMT(text));
		return;
	}
	fl_buf_printf(p->out, "<h1>%.*s<strong>%.*s</strong>%.*s</h1>\n", FL_FMT(fl_str_sub(text, 0, (size_t)at)),
	              FL_FMT(name), FL_FMT(fl_str_sub(text, (size_t)at + name.n, text.n)));
}

void fl_report_verdict(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	const char *state = fl_race_state_word(b->state);
	fl_buf_printf(p->out,
	              "<header>\n<p class=\"eyebrow\"><bdi>%.*s</bdi> <span class=\"badge v-%s\">%s</span></p>\n",
	              FL_FMT(fl_html_line(&p->a, b->task)), state, state);
	statement(p);
	if (b->about.n)
		fl_buf_printf(p->out, "<p class=\"about\">%.*s</p>\n", FL_FMT(fl_html_line(&p->a, b->about)));
	fl_buf_z(p->out, "</header>\n");
	fl_page_section(p, "worth", b->chosen >= 0 ? "What it is worth" : "What it took");
	fl_buf_z(p->out, "<dl class=\"tiles\">\n");
	saves_tile(p);
	if (b->chosen >= 0)
		chosen_tiles(p);
	spent_tile(p);
	fl_buf_z(p->out, "</dl>\n");
	worth_decides(p);
	fl_page_section_end(p);
}

/* --- certificate -------------------------------------------------------------------------------------------------- */

static void fact(struct fl_page *p, const char *title, struct fl_str text)
{
	if (text.n)
		fl_buf_printf(p->out, "<dt>%s</dt><dd>%.*s</dd>\n", title, FL_FMT(text));
}

static struct fl_str tested(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	struct fl_str n = fl_show_count(a, b->items), grouped = FL_S("");
	if (b->clustered)
		grouped = fl_arena_printf(a, " in %.*s clusters", FL_FMT(fl_show_count(a, b->positions)));
	return fl_arena_printf(a, "%zu candidate%s on %.*s item%s%.*s", b->candidate_count,
	                       b->candidate_count == 1 ? "" : "s", FL_FMT(n), b->items == 1 ? "" : "s",
	                       FL_FMT(grouped));
}

static struct fl_str asked(struct fl_page *p)
{
	const struct fl_wish *w = &p->b->wish;
	struct fl_arena *a = &p->a;
	struct fl_str text = fl_verdict_goal(p->b, a);
	if (w->max_cost_nusd >= 0)
		text = fl_arena_printf(a, "%.*s; at most %.*s an item", FL_FMT(text),
		                       FL_FMT(fl_show_money(a, w->max_cost_nusd)));
	if (w->p95_s >= 0)
		text = fl_arena_printf(a, "%.*s; 95 %% of the answers within %.*s", FL_FMT(text),
		                       FL_FMT(fl_show_seconds(a, w->p95_s)));
	if (w->budget_nusd >= 0)
		text = fl_arena_printf(a, "%.*s; for at most %.*s of evaluation", FL_FMT(text),
		                       FL_FMT(fl_show_money(a, w->budget_nusd)));
	char first = text.p[0] >= 'a' && text.p[0] <= 'z' ? (char)(text.p[0] - 'a' + 'A') : text.p[0];
	return fl_html_line(a, fl_arena_printf(a, "%c%.*s", first, FL_FMT(fl_str_sub(text, 1, text.n))));
}

static struct fl_str bound(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	struct fl_str regret = fl_show_money(a, FL_MAX(b->regret_bound_nusd, 0));
	if (b->chosen < 0)
		return FL_S("");
	if (b->wish.goal == FL_GOAL_CHEAPEST) {
		struct fl_str below = b->quality_bound > 0
		                          ? fl_arena_printf(a, "At most %.*s points below the bar",
		                                            FL_FMT(fl_show_points(a, b->quality_bound)))
		                          : FL_S("Not below the bar");
		return fl_arena_printf(a, "%.*s; no good enough candidate is cheaper by more than %.*s an item.",
		                       FL_FMT(below), FL_FMT(regret));
	}
	struct fl_str text =
	    b->regret_bound_nusd <= 0
	        ? FL_S("No other candidate is worth more")
	        : fl_arena_printf(a, "No other candidate is worth more than %.*s more an item", FL_FMT(regret));
	if (b->wish.mode == FL_MODE_FINITE && b->future_regret_bound_nusd >= 0)
		return fl_arena_printf(a, "%.*s on these items; at most %.*s more an item on future traffic like them.",
		                       FL_FMT(text), FL_FMT(fl_show_money(a, b->future_regret_bound_nusd)));
	return fl_arena_printf(a, "%.*s.", FL_FMT(text));
}

static struct fl_str indifference(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	if (b->wish.goal == FL_GOAL_CHEAPEST && b->epsilon_nusd <= 0)
		return FL_S("");
	if (b->epsilon_nusd < 0)
		return FL_S(
		    "No fixed epsilon: the race ends when a month at the bound would cost less than the next calls.");
	struct fl_str month = by_month(p, b->epsilon_nusd);
	return fl_arena_printf(a, "%.*s an item%s%.*s: differences below it do not matter",
	                       FL_FMT(fl_show_money(a, b->epsilon_nusd)), month.n ? ", " : "", FL_FMT(month));
}

/* "a, b, c and 4 more". */
static struct fl_str names_of(struct fl_page *p, enum fl_race_arm_state state, size_t *count)
{
	enum { MOST = 8 };
	struct fl_arena *a = &p->a;
	struct fl_str list = FL_S("");
	*count = 0;
	for (size_t i = 0; i < p->b->candidate_count; i++) {
		if (p->rank[i]->state != state)
			continue;
		if (++*count <= MOST)
			list = fl_arena_printf(a, "%.*s%s<bdi>%.*s</bdi>", FL_FMT(list), list.n ? ", " : "",
			                       FL_FMT(p->name[fl_page_index(p, p->rank[i])]));
	}
	return *count > MOST ? fl_arena_printf(a, "%.*s and %zu more", FL_FMT(list), *count - MOST) : list;
}

static struct fl_str uncertain(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	struct fl_str text = FL_S("");
	size_t open, resting;
	struct fl_str opened = names_of(p, FL_ARM_ALIVE, &open), rested = names_of(p, FL_ARM_RESTING, &resting);
	if (b->stopped != FL_OK)
		text = fl_arena_printf(a, "It ended early: %.*s. ",
		                       FL_FMT(fl_html_line(a, fl_str_from(b->stop_err.message))));
	if (b->state == FL_RACE_FEASIBILITY_OPEN)
		text = fl_arena_printf(a, "%.*sThat the named one keeps the limits is not settled. ", FL_FMT(text));
	if (open > 0)
		text = fl_arena_printf(a, "%.*sNot settled (%zu): %.*s. ", FL_FMT(text), open, FL_FMT(opened));
	if (resting > 0)
		text = fl_arena_printf(
		    a, "%.*sNot told apart beyond the bound, so perhaps as good or a little better (%zu): %.*s. ",
		    FL_FMT(text), resting, FL_FMT(rested));
	if (!text.n)
		return FL_S("Nothing is left open: every other candidate was ruled out.");
	return text;
}

static struct fl_str rehearsed(struct fl_page *p)
{
	const struct fl_rehearsal *r = &p->b->rehearsal;
	bool value = p->b->wish.goal == FL_GOAL_VALUE;
	if (!p->b->rehearsed)
		return FL_S("");
	return fl_arena_printf(
	    &p->a, "%zu random orders: %s in %zu, %s in %zu; %.*s of the cells used", r->trials,
	    value ? "worse than epsilon" : "the promise broken", value ? r->worse_than_epsilon : r->broken_promises,
	    value ? "the very best missed" : "a good one cheaper than promised",
	    value ? r->missed_best : r->missed_cheaper, FL_FMT(fl_show_share(&p->a, r->cells_share)));
}

static void assumptions(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	if (b->assumption_count == 0)
		return;
	fl_buf_z(p->out, "<dt>Assumed</dt><dd><ul>");
	for (size_t i = 0; i < b->assumption_count; i++)
		fl_buf_printf(p->out, "<li>%.*s</li>", FL_FMT(fl_html_line(&p->a, b->assumption[i])));
	fl_buf_z(p->out, "</ul></dd>\n");
}

static void item(void *arg, struct fl_str sentence)
{
	struct fl_page *p = arg;
	fl_buf_printf(p->out, "<li>%.*s</li>", FL_FMT(fl_html_line(&p->a, sentence)));
}

/* Whose inputs a server cut, the rows that priced the race, and who was taken out before it. */
static void before_the_race(struct fl_page *p)
{
	bool cut = false;
	for (size_t i = 0; i < p->b->candidate_count; i++)
		cut |= p->b->candidate[i].outcome[FL_OUT_CUT_INPUT] > 0;
	if (cut) {
		fl_buf_z(p->out, "<dt>Input cut</dt><dd><ul>");
		fl_verdict_input_cut(p->b, item, p);
		fl_buf_z(p->out, "</ul></dd>\n");
	}
	if (p->b->priced_count) {
		fl_buf_z(p->out, "<dt>Prices</dt><dd><ul>");
		fl_verdict_prices(p->b, item, p);
		fl_buf_z(p->out, "</ul></dd>\n");
	}
	if (p->b->removed_count) {
		fl_buf_z(p->out, "<dt>Taken out</dt><dd><ul>");
		fl_verdict_removed(p->b, item, p);
		fl_buf_z(p->out, "</ul></dd>\n");
	}
}

void fl_report_certificate(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	fl_page_section(p, "certificate", "Certificate");
	fl_buf_z(p->out, "<dl class=\"facts\">\n");
	fact(p, "Asked for", asked(p));
	fact(p, "Tested", tested(p));
	fact(p, "Speaks of",
	     b->wish.mode == FL_MODE_FINITE
	         ? fl_arena_printf(a, "These %.*s items, and no others", FL_FMT(fl_show_count(a, b->items)))
	         : fl_arena_printf(a, "Future traffic of which these %.*s items are a fair sample",
	                           FL_FMT(fl_show_count(a, b->items))));
	fact(p, "Guarantee", fl_html_line(a, fl_verdict_guarantee(b, a)));
	fact(p, "Bound", bound(p));
	fact(p, "Indifference", indifference(p));
	fact(p, "Confidence",
	     fl_arena_printf(a, "%.6g %%, over one random order of the items (order seed %llu)",
	                     b->wish.confidence * 100, (unsigned long long)b->wish.seed));
	fact(p, "Not certain", uncertain(p));
	assumptions(p);
	before_the_race(p);
	fact(p, "Rehearsed", rehearsed(p));
	if (b->run.n)
		fact(p, "Every call",
		     fl_arena_printf(a, "<code>fulcrum show %.*s</code>", FL_FMT(fl_html_line(a, b->run))));
	fl_buf_z(p->out, "</dl>\n");
	fl_page_section_end(p);
}
