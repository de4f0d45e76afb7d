/* Plots of one row a candidate: intervals of quality, the race over time, the staircase. Names and notes are HTML, so
 * that they stay readable on a narrow screen; only the bars are SVG. */
#include "present/plot.h"
#include "present/report_int.h"

#include <math.h>

enum {
	ROW = 22,   /* pixels */
	BESIDE = 18 /* columns of a name in a note */
};

struct rows {
	struct fl_page *page;
	struct fl_scale scale;
	double tick[FL_TICKS];
	size_t ticks;
	struct fl_str (*text)(struct fl_arena *a, double v); /* of a tick */
};

static void axis(struct rows *r)
{
	struct fl_page *p = r->page;
	fl_buf_z(p->out, "<div class=\"row axis\" aria-hidden=\"true\"><span class=\"name\"></span><svg class=\"bar\" "
	                 "height=\"20\">");
	for (size_t i = 0; i < r->ticks; i++) {
		double x = fl_scale_at(&r->scale, r->tick[i]) * 100;
		fl_buf_printf(p->out, "<text class=\"tick%s\" x=\"%.2f%%\" y=\"13\" text-anchor=\"%s\">%.*s</text>",
		              i % 2 ? " odd" : "", x,
		              x < 3    ? "start"
		              : x > 97 ? "end"
		                       : "middle",
		              FL_FMT(r->text(&p->a, r->tick[i])));
	}
	fl_buf_z(p->out, "</svg><span class=\"note\"></span></div>\n");
}

static void rows_begin(struct rows *r, double gap)
{
	r->ticks = fl_scale_ticks(&r->scale, gap, r->tick);
	fl_buf_z(r->page->out, "<div class=\"rows\">\n");
	axis(r);
	fl_buf_z(r->page->out, "<ol>\n");
}

static void rows_end(struct rows *r, size_t left_out)
{
	fl_buf_z(r->page->out, "</ol>\n</div>\n");
	if (left_out > 0)
		fl_buf_printf(r->page->out, "<p class=\"more\">%zu more in the table below.</p>\n", left_out);
}

/* Opens a row up to its bar. `label` says in words what the bar shows. */
static void row_begin(struct rows *r, size_t candidate, const char *kind, struct fl_str label)
{
	struct fl_page *p = r->page;
	fl_buf_printf(p->out,
	              "<li class=\"row %s s-%s\" data-c=\"%zu\"><span class=\"name\" title=\"%.*s\">%.*s</span>"
	              "<svg class=\"bar\" height=\"%d\" role=\"img\" aria-label=\"%.*s\">",
	              kind, fl_arm_state_word(p->b->candidate[candidate].state), candidate, FL_FMT(p->name[candidate]),
	              FL_FMT(p->brief[candidate]), ROW, FL_FMT(label));
	for (size_t i = 0; i < r->ticks; i++) {
		double x = fl_scale_at(&r->scale, r->tick[i]) * 100;
		fl_buf_printf(p->out, "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\"/>", x, x,
		              ROW);
	}
}

static void row_end(struct rows *r, struct fl_str note)
{
	fl_buf_printf(r->page->out, "</svg><span class=\"note\">%.*s</span></li>\n", FL_FMT(note));
}

static void draw_bar(struct rows *r, double from, double to)
{
	double x0 = fl_scale_at(&r->scale, from) * 100, x1 = fl_scale_at(&r->scale, to) * 100;
	fl_buf_printf(r->page->out, "<rect x=\"%.2f%%\" width=\"%.2f%%\" y=\"7\" height=\"8\" rx=\"2\"/>", x0,
	              fmax(x1 - x0, 0.2));
}

/* --- intervals ---------------------------------------------------------------------------------------------------- */

static struct fl_str tick_share(struct fl_arena *a, double v)
{
	return fl_arena_printf(a, "%.4g %%", v * 100);
}

static void interval_row(struct rows *r, const struct fl_balance_candidate *c)
{
	struct fl_page *p = r->page;
	struct fl_arena *a = &p->a;
	struct fl_str score = fl_show_share(a, c->score), range = fl_page_interval(p, c);
	row_begin(r, fl_page_index(p, c), "interval",
	          fl_arena_printf(a, "score %.*s, interval %.*s", FL_FMT(score), FL_FMT(range)));
	double x0 = fl_scale_at(&r->scale, c->score_interval[0]), x1 = fl_scale_at(&r->scale, c->score_interval[1]);
	fl_buf_printf(p->out, "<line class=\"whisker\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"11\" y2=\"11\"/>", x0 * 100,
	              x1 * 100);
	fl_page_mark(p, fl_scale_at(&r->scale, c->score), ROW / 2.0, c->state);
	row_end(r, fl_arena_printf(a, "<b>%.*s</b> <span>%.*s</span>", FL_FMT(score), FL_FMT(range)));
}

void fl_report_intervals(struct fl_page *p)
{
	double low = 1, high = 0;
	size_t shown = 0, ran = 0;
	for (size_t i = 0; i < p->b->candidate_count; i++)
		if (p->rank[i]->items > 0 && ++ran <= FL_REPORT_ROWS) {
			low = fmin(low, p->rank[i]->score_interval[0]);
			high = fmax(high, p->rank[i]->score_interval[1]);
		}
	if (ran == 0)
		return;
	struct rows r = {.page = p,
	                 .scale = {FL_SCALE_LINEAR, floor(low * 10) / 10, high > 0 ? ceil(high * 10) / 10 : 1, false},
	                 .text = tick_share};
	fl_page_section(p, "quality", "Quality");
	fl_buf_z(p->out, "<p>The score of each candidate and its interval, valid at any time. Short races leave wide "
	                 "intervals: a candidate "
	                 "is not measured further once its place is certain.</p>\n");
	fl_page_legend(p);
	rows_begin(&r, 0.19);
	for (size_t i = 0; i < p->b->candidate_count && shown < FL_REPORT_ROWS; i++)
		if (p->rank[i]->items > 0) {
			interval_row(&r, p->rank[i]);
			shown++;
		}
	rows_end(&r, ran - shown);
	fl_page_section_end(p);
}

/* --- the race ----------------------------------------------------------------------------------------------------- */

static struct fl_str tick_count(struct fl_arena *a, double v)
{
	return fl_show_count(a, (uint64_t)v);
}

/* Where it rested or went on, besides its end. */
static void turns(struct rows *r, const struct fl_balance_candidate *c)
{
	const struct fl_balance *b = r->page->b;
	for (size_t i = 0; i < b->step_count; i++) {
		const struct fl_balance_step *s = &b->step[i];
		if ((size_t)s->candidate != fl_page_index(r->page, c) || s->item >= c->items)
			continue;
		double x = fl_scale_at(&r->scale, (double)s->item) * 100;
		fl_buf_printf(r->page->out, "<line class=\"turn\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"4\" y2=\"18\"/>", x,
		              x);
	}
}

static bool has_turns(const struct fl_balance *b)
{
	for (size_t i = 0; i < b->step_count; i++)
		if (b->step[i].item < b->candidate[b->step[i].candidate].items)
			return true;
	return false;
}

static void race_row(struct rows *r, const struct fl_balance_candidate *c)
{
	struct fl_page *p = r->page;
	struct fl_arena *a = &p->a;
	struct fl_str reason = fl_html_line(a, fl_verdict_reason(p->b, c, a)), items = fl_show_count(a, c->items);
	const char *state = fl_arm_state_word(c->state);
	row_begin(r, fl_page_index(p, c), "race", fl_arena_printf(a, "%s after %.*s items", state, FL_FMT(items)));
	draw_bar(r, 0, (double)c->items);
	turns(r, c);
	fl_page_mark(p, fl_scale_at(&r->scale, (double)c->items), ROW / 2.0, c->state);
	struct fl_str note = c->by < 0 || !reason.n ? reason
	                                            : fl_arena_printf(a, "%s %.*s", c->reason,
	                                                              FL_FMT(fl_page_brief(p, (size_t)c->by, BESIDE)));
	row_end(r, fl_arena_printf(a, "<b>%.*s</b> <span title=\"%.*s\">%.*s</span>", FL_FMT(items), FL_FMT(reason),
	                           FL_FMT(note.n ? note : fl_str_from(state))));
}

void fl_report_race(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	size_t most = 0, least = SIZE_MAX, shown = FL_MIN(b->candidate_count, (size_t)FL_REPORT_ROWS);
	for (size_t i = 0; i < b->candidate_count; i++) {
		most = FL_MAX(most, b->candidate[i].items);
		if (b->candidate[i].items > 0)
			least = FL_MIN(least, b->candidate[i].items);
	}
	if (most == 0)
		return;
	struct rows r = {.page = p,
	                 .scale = {most > least * 12 ? FL_SCALE_ROOT : FL_SCALE_LINEAR, 0, (double)most * 1.02, false},
	                 .text = tick_count};
	fl_page_section(p, "race", "The race");
	fl_buf_printf(
	    p->out,
	    "<p>How many of the %.*s items each candidate was called on before its place was certain%s.%s</p>\n",
	    FL_FMT(fl_show_count(&p->a, b->items)), r.scale.kind == FL_SCALE_ROOT ? " (square-root scale)" : "",
	    has_turns(b) ? " Strokes across a bar: where it rested and was called again." : "");
	rows_begin(&r, 0.09);
	for (size_t i = 0; i < shown; i++)
		race_row(&r, p->rank[i]);
	rows_end(&r, b->candidate_count - shown);
	fl_page_section_end(p);
}

/* --- the staircase ------------------------------------------------------------------------------------------------ */

static struct fl_str tick_money(struct fl_arena *a, double v)
{
	return fl_show_money(a, llround(v * (double)FL_NUSD_PER_USD));
}

static struct fl_str tread_range(struct fl_page *p, const struct fl_tread *t)
{
	struct fl_arena *a = &p->a;
	if (t->to_nusd < 0)
		return fl_arena_printf(a, "above %.*s", FL_FMT(fl_show_money(a, t->from_nusd)));
	if (t->from_nusd <= 0)
		return fl_arena_printf(a, "below %.*s", FL_FMT(fl_show_money(a, t->to_nusd)));
	return fl_arena_printf(a, "%.*s to %.*s", FL_FMT(fl_show_money(a, t->from_nusd)),
	                       FL_FMT(fl_show_money(a, t->to_nusd)));
}

static void draw_treads(struct fl_page *p, size_t shown)
{
	const struct fl_balance *b = p->b;
	double low = INFINITY, high = 0, value = b->wish.goal == FL_GOAL_VALUE ? fl_usd(b->wish.value_nusd) : 0;
	for (size_t i = 1; i < b->tread_count; i++) {
		low = fmin(low, fl_usd(b->tread[i].from_nusd));
		high = fmax(high, fl_usd(b->tread[i].from_nusd));
	}
	if (value > 0) {
		low = fmin(low, value);
		high = fmax(high, value);
	}
	low = fmax(low, 1e-9);
	struct rows r = {.page = p, .scale = {FL_SCALE_LOG, low / 4, fmax(high, low) * 4, false}, .text = tick_money};
	rows_begin(&r, 0.14);
	for (size_t k = 0; k < shown; k++) { /* the dearest on top, so that the stair rises to the right */
		const struct fl_tread *t = &b->tread[b->tread_count - 1 - k];
		struct fl_str range = tread_range(p, t);
		row_begin(&r, t->candidate, "tread", range);
		draw_bar(&r, t->from_nusd <= 0 ? r.scale.lo : fl_usd(t->from_nusd),
		         t->to_nusd < 0 ? r.scale.hi : fl_usd(t->to_nusd));
		if (value > 0)
			fl_buf_printf(p->out, "<line class=\"value\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\"/>",
			              fl_scale_at(&r.scale, value) * 100, fl_scale_at(&r.scale, value) * 100, ROW);
		row_end(&r, range);
	}
	rows_end(&r, b->tread_count - shown);
}

void fl_report_staircase(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	if (b->tread_count == 0)
		return;
	size_t shown = FL_MIN(b->tread_count, (size_t)FL_REPORT_ROWS);
	fl_page_section(p, "staircase", "What a right answer is worth decides");
	fl_buf_printf(
	    p->out, "<p>Who is best for which worth of a right answer, against the cost of an item%s; over %s.%s</p>\n",
	    b->wish.wait_usd_per_s > 0 ? " and the time waited for it" : "",
	    b->live ? "the candidates that answered all items" : "all candidates on all items",
	    b->tread_count > 1 && b->wish.goal == FL_GOAL_VALUE ? " The dashed line is the worth that was stated."
	                                                        : "");
	if (b->tread_count > 1)
		draw_treads(p, shown);
	fl_buf_z(p->out, b->tread_count > 1 ? "<ol class=\"treads\">\n" : "<ul class=\"treads one\">\n");
	for (size_t i = 0; i < shown; i++)
		fl_buf_printf(p->out, "<li>%.*s</li>\n", FL_FMT(fl_html_line(&p->a, fl_verdict_tread(b, i, &p->a))));
	fl_buf_z(p->out, b->tread_count > 1 ? "</ol>\n" : "</ul>\n");
	fl_page_section_end(p);
}
