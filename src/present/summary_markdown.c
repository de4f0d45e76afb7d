#include "present/summary_markdown.h"

#include "present/figure.h"
#include "present/plain.h"
#include "present/rank.h"
#include "present/removed.h"
#include "present/verdict.h"

enum { COLUMNS = 400 }; /* of one text */

/* The colon of "http://", the dot of "www.": GitHub makes links of them. */
static bool begins_address(const struct fl_buf *b, size_t i)
{
	struct fl_str s = fl_buf_slice(b);
	return (s.p[i] == ':' && fl_str_starts(fl_str_sub(s, i, s.n), FL_S("://"))) ||
	       (s.p[i] == '.' && i >= 3 && fl_str_eq_nocase(fl_str_sub(s, i - 3, i), FL_S("www")));
}

/* On one line, with all that Markdown or GitHub would take for its own escaped. */
static void text(struct fl_buf *out, struct fl_str s)
{
	struct fl_buf plain;
	fl_buf_init(&plain, (size_t)COLUMNS * 16);
	fl_plain_line(&plain, s, COLUMNS);
	for (size_t i = 0; i < plain.n; i++) {
		char c = plain.p[i];
		if (c == '<')
			fl_buf_z(out, "&lt;");
		else if (c == '&')
			fl_buf_z(out, "&amp;");
		else if (c == '@' || begins_address(&plain, i))
			fl_buf_printf(out, "&#%d;", c);
		else if (strchr("\\`*_[]>|#~!$", c))
			fl_buf_printf(out, "\\%c", c);
		else
			fl_buf_char(out, c);
	}
	fl_buf_release(&plain);
}

static void cell(struct fl_buf *out, struct fl_str s)
{
	fl_buf_z(out, " ");
	text(out, s);
	fl_buf_z(out, " |");
}

static void head(struct fl_buf *out, const char *what, struct fl_str task)
{
	fl_buf_printf(out, "## fulcrum %s: ", what);
	text(out, task);
	fl_buf_z(out, "\n\n");
}

static void paragraph(struct fl_buf *out, struct fl_str s)
{
	if (!s.n)
		return;
	text(out, s);
	fl_buf_z(out, "\n\n");
}

static void columns(struct fl_buf *out, const char *const *title, size_t n)
{
	fl_buf_char(out, '|');
	for (size_t i = 0; i < n; i++)
		fl_buf_printf(out, " %s |", title[i]);
	fl_buf_z(out, "\n|");
	for (size_t i = 0; i < n; i++)
		fl_buf_z(out, i == 0 || strcmp(title[i], "state") == 0 ? " --- |" : " ---: |");
	fl_buf_char(out, '\n');
}

static void more(struct fl_buf *out, size_t rows)
{
	if (rows > FL_SUMMARY_ROWS)
		fl_buf_printf(out, "\n... and %zu more\n", rows - FL_SUMMARY_ROWS);
	fl_buf_char(out, '\n');
}

static struct fl_str interval(struct fl_arena *a, const double between[2])
{
	return fl_arena_printf(a, "%.1f to %.1f", between[0] * 100, between[1] * 100);
}

static void removed(struct fl_buf *out, const struct fl_removed *r, size_t n, struct fl_arena *a)
{
	for (size_t i = 0; i < n && i < FL_SUMMARY_ROWS; i++) {
		fl_buf_z(out, "- ");
		text(out, fl_removed_text(&r[i], a));
		fl_buf_char(out, '\n');
	}
	if (n)
		more(out, n);
}

void fl_summary_evaluation(const struct fl_evaluation *e, struct fl_buf *out)
{
	struct fl_arena a;
	int64_t most = 0;
	size_t under = 0;
	fl_arena_init(&a);
	for (size_t i = 0; i < e->candidate_count; i++) {
		most = FL_MAX(most, e->candidate[i].cost_nusd);
		under += e->pass_share >= 0 && e->candidate[i].score < e->pass_share;
	}
	struct fl_cost_unit unit = fl_cost_unit_for(most);
	const char *const title[] = {"candidate", "score %", "95 %", unit.title, "p50", "p95", "failed", "items"};
	head(out, "eval", e->task);
	paragraph(out, fl_arena_printf(&a, "%.*s, %.*s.", FL_FMT(fl_show_counted(&a, e->items, "item")),
	                               FL_FMT(fl_show_counted(&a, e->candidate_count, "candidate"))));
	if (e->stopped != FL_OK)
		paragraph(out, fl_arena_printf(&a, "Stopped early: %s.", e->stop_err.message));
	if (e->pass_share >= 0)
		paragraph(out, fl_arena_printf(&a, "%zu of %zu under the bar of %.*s.", under, e->candidate_count,
		                               FL_FMT(fl_show_share(&a, e->pass_share))));
	columns(out, title, FL_COUNT(title));
	for (size_t i = 0; i < e->candidate_count && i < FL_SUMMARY_ROWS; i++) {
		const struct fl_eval_candidate *c = &e->candidate[i];
		bool ran = c->items > 0, timed = ran && e->latency_known;
		fl_buf_char(out, '|');
		cell(out, c->name);
		cell(out, ran ? fl_show_points(&a, c->score) : FL_S("-"));
		cell(out, ran ? interval(&a, c->score_interval) : FL_S("-"));
		cell(out, ran && c->cost_known ? fl_show_cost(&a, unit, c->cost_nusd) : FL_S("-"));
		cell(out, timed ? fl_show_ms(&a, c->p50_ms) : FL_S("-"));
		cell(out, timed ? fl_show_ms(&a, c->p95_ms) : FL_S("-"));
		cell(out, fl_show_count(&a, c->outcome[FL_OUT_FAILED]));
		cell(out, fl_show_count(&a, c->items));
		fl_buf_char(out, '\n');
	}
	more(out, e->candidate_count);
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct fl_eval_candidate *c = &e->candidate[i];
		if (c->outcome[FL_OUT_CUT_INPUT])
			paragraph(out, fl_input_cut_sentence(c->name, c->outcome[FL_OUT_CUT_INPUT], c->items, &a));
	}
	removed(out, e->removed, e->removed_count, &a);
	fl_arena_release(&a);
}

static void sentence(void *arg, struct fl_str words)
{
	paragraph(arg, words);
}

void fl_summary_balance(const struct fl_balance *b, struct fl_buf *out)
{
	struct fl_arena a;
	int64_t most = 0;
	fl_arena_init(&a);
	const struct fl_balance_candidate **c = fl_candidates_ranked(b, &a);
	for (size_t i = 0; i < b->candidate_count; i++)
		most = FL_MAX(most, b->candidate[i].cost_nusd);
	struct fl_cost_unit unit = fl_cost_unit_for(most);
	const char *const title[] = {"candidate", "state", "score %", "95 %", unit.title, "latency", "failed", "items"};
	head(out, "balance", b->task);
	fl_buf_z(out, "**");
	text(out, fl_verdict_statement(b, &a));
	fl_buf_z(out, "**\n\n");
	columns(out, title, FL_COUNT(title));
	for (size_t i = 0; i < b->candidate_count && i < FL_SUMMARY_ROWS; i++) {
		bool ran = c[i]->items > 0;
		fl_buf_char(out, '|');
		cell(out, c[i]->name);
		cell(out, fl_str_from(fl_arm_state_word(c[i]->state)));
		cell(out, ran ? fl_show_points(&a, c[i]->score) : FL_S("-"));
		cell(out, ran ? interval(&a, c[i]->score_interval) : FL_S("-"));
		cell(out, ran && b->cost_known ? fl_show_cost(&a, unit, c[i]->cost_nusd) : FL_S("-"));
		cell(out, ran && b->latency_known ? fl_show_ms(&a, c[i]->latency_ms) : FL_S("-"));
		cell(out, fl_show_count(&a, fl_candidate_failures(c[i])));
		cell(out, fl_show_count(&a, c[i]->items));
		fl_buf_char(out, '\n');
	}
	more(out, b->candidate_count);
	fl_verdict_input_cut(b, sentence, out);
	paragraph(out, fl_verdict_guarantee(b, &a));
	if (b->stopped != FL_OK)
		paragraph(out, fl_arena_printf(&a, "Stopped early: %s.", b->stop_err.message));
	if (b->cost_known)
		paragraph(out, fl_arena_printf(&a, "Spent %.*s on %.*s; the full grid has %.*s.",
		                               FL_FMT(fl_show_money(&a, b->spent_nusd)),
		                               FL_FMT(fl_show_counted(&a, b->spent_cells, b->live ? "call" : "cell")),
		                               FL_FMT(fl_show_count(&a, b->grid_cells))));
	removed(out, b->removed, b->removed_count, &a);
	fl_arena_release(&a);
}
