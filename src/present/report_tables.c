/* The table of candidates, and the receipt. */
#include "present/rank.h"
#include "present/report_int.h"

#include <math.h>
#include <stdio.h>

static void scroll_begin(struct fl_page *p, const char *id, const char *label)
{
	fl_buf_printf(p->out,
	              "<div class=\"scroll\" role=\"region\" aria-label=\"%s\" tabindex=\"0\">\n<table id=\"%s\">\n",
	              label, id);
}

static void scroll_end(struct fl_page *p)
{
	fl_buf_z(p->out, "</tbody>\n</table>\n</div>\n");
}

static void head(struct fl_page *p, const char *const *title, size_t n, size_t left)
{
	fl_buf_z(p->out, "<thead><tr>");
	for (size_t i = 0; i < n; i++)
		if (title[i])
			fl_buf_printf(p->out, "<th scope=\"col\"%s>%s</th>",
			              i < left || i + 1 == n ? " class=\"text\"" : "", title[i]);
	fl_buf_z(p->out, "</tr></thead>\n<tbody>\n");
}

/* A figure, with the value that it is sorted by. */
static void figure(struct fl_page *p, double value, struct fl_str text)
{
	fl_buf_printf(p->out, "<td data-v=\"%.9g\">%.*s</td>", isfinite(value) ? value : -1, FL_FMT(text));
}

/* "3 timeout, 1 server". */
static struct fl_str failures(struct fl_page *p, const struct fl_balance_candidate *c)
{
	struct fl_str list = FL_S("");
	for (int code = 1; code < -FL_E_CODES; code++)
		if (c->failed[code])
			list = fl_arena_printf(&p->a, "%.*s%s%.*s %s", FL_FMT(list), list.n ? ", " : "",
			                       FL_FMT(fl_show_count(&p->a, c->failed[code])),
			                       fl_code_name((enum fl_code) - code));
	return list;
}

static void candidate_row(struct fl_page *p, const struct fl_balance_candidate *c, bool cut, bool failed)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	size_t at = fl_page_index(p, c);
	const char *state = fl_arm_state_word(c->state);
	bool ran = c->items > 0;
	fl_buf_printf(p->out,
	              "<tr class=\"s-%s\" data-c=\"%zu\"><th scope=\"row\"><bdi>%.*s</bdi>%s</th><td class=\"text "
	              "state\">%s</td>",
	              state, at, FL_FMT(p->name[at]),
	              (int)at == b->baseline ? " <span class=\"tag\">baseline</span>" : "", state);
	figure(p, ran ? c->score : -1, ran ? fl_show_points(a, c->score) : FL_S("\xe2\x80\x93"));
	figure(p, ran ? c->score_interval[0] : -1, ran ? fl_page_interval(p, c) : FL_S("\xe2\x80\x93"));
	if (b->cost_known)
		figure(p, ran ? fl_usd(c->cost_nusd) : -1,
		       ran ? fl_show_cost(a, p->cost_unit, c->cost_nusd) : FL_S("\xe2\x80\x93"));
	if (b->latency_known)
		figure(p, ran ? c->latency_ms : -1, ran ? fl_show_ms(a, c->latency_ms) : FL_S("\xe2\x80\x93"));
	if (cut)
		figure(p, c->cut_share, c->cut_share > 0 ? fl_show_points(a, c->cut_share) : FL_S(""));
	if (failed)
		fl_buf_printf(p->out, "<td class=\"failed\" data-v=\"%llu\">%.*s</td>",
		              (unsigned long long)fl_candidate_failures(c), FL_FMT(failures(p, c)));
	figure(p, (double)c->items, fl_show_count(a, c->items));
	fl_buf_printf(p->out, "<td class=\"text reason\">%.*s</td></tr>\n",
	              FL_FMT(fl_html_line(a, fl_verdict_reason(b, c, a))));
}

void fl_report_candidates(struct fl_page *p)
{
	char cost[32];
	const struct fl_balance *b = p->b;
	bool cut = false, failed = false;
	for (size_t i = 0; i < b->candidate_count; i++) {
		cut |= b->candidate[i].cut_share > 0;
		failed |= fl_candidate_failures(&b->candidate[i]) > 0;
	}
	snprintf(cost, sizeof cost, "Cost %s", p->cost_of);
	const char *const title[] = {"Candidate",
	                             "State",
	                             "Score\xc2\xa0%",
	                             "Interval",
	                             b->cost_known ? cost : NULL,
	                             b->latency_known ? "Latency" : NULL,
	                             cut ? "Cut\xc2\xa0%" : NULL,
	                             failed ? "Failed" : NULL,
	                             "Items",
	                             "Reason"};
	fl_page_section(p, "candidates", "Candidates");
	fl_buf_z(p->out, "<form class=\"tools\" id=\"tools\" hidden><label>Find <input id=\"find\" type=\"search\" "
	                 "autocomplete=\"off\"></label> "
	                 "<label>State <select id=\"state\"><option value=\"\">all</option></select></label> "
	                 "<output id=\"count\"></output></form>\n");
	scroll_begin(p, "table", "All candidates");
	head(p, title, FL_COUNT(title), 2);
	for (size_t i = 0; i < b->candidate_count; i++)
		candidate_row(p, p->rank[i], cut, failed);
	scroll_end(p);
	fl_page_section_end(p);
}

/* --- receipt ------------------------------------------------------------------------------------------------------ */

static void receipt_row(struct fl_page *p, const struct fl_balance_candidate *c, bool tokens)
{
	struct fl_arena *a = &p->a;
	int64_t total = 0;
	fl_buf_printf(p->out, "<tr data-c=\"%zu\"><th scope=\"row\"><bdi>%.*s</bdi></th>", fl_page_index(p, c),
	              FL_FMT(p->name[fl_page_index(p, c)]));
	figure(p, (double)c->items, fl_show_count(a, c->items));
	if (tokens) {
		figure(p, (double)c->in_tokens, fl_show_count(a, c->in_tokens));
		figure(p, (double)c->out_tokens, fl_show_count(a, c->out_tokens));
	}
	if (p->b->cost_known) {
		bool fits = fl_mul_i64(c->cost_nusd, (int64_t)c->items, &total);
		figure(p, fl_usd(c->cost_nusd), fl_show_cost(a, p->cost_unit, c->cost_nusd));
		figure(p, fl_usd(total), fits ? fl_show_money(a, total) : FL_S("\xe2\x80\x93"));
	}
	fl_buf_z(p->out, "</tr>\n");
}

static void receipt_sum(struct fl_page *p, bool tokens)
{
	const struct fl_balance *b = p->b;
	struct fl_arena *a = &p->a;
	uint64_t in = 0, out = 0;
	for (size_t i = 0; i < b->candidate_count; i++) {
		in += b->candidate[i].in_tokens;
		out += b->candidate[i].out_tokens;
	}
	fl_buf_printf(p->out, "</tbody><tfoot><tr><th scope=\"row\">Spent in all</th><td>%.*s %s</td>",
	              FL_FMT(fl_show_count(a, b->spent_cells)), b->live ? "calls" : "cells");
	if (tokens)
		fl_buf_printf(p->out, "<td>%.*s</td><td>%.*s</td>", FL_FMT(fl_show_count(a, in)),
		              FL_FMT(fl_show_count(a, out)));
	if (b->cost_known)
		fl_buf_printf(p->out, "<td></td><td>%.*s</td>", FL_FMT(fl_show_money(a, b->spent_nusd)));
	fl_buf_z(p->out, "</tr></tfoot>\n</table>\n</div>\n");
}

void fl_report_receipt(struct fl_page *p)
{
	char cost[32];
	const struct fl_balance *b = p->b;
	bool tokens = false, ran = false;
	for (size_t i = 0; i < b->candidate_count; i++) {
		tokens |= b->candidate[i].in_tokens > 0 || b->candidate[i].out_tokens > 0;
		ran |= b->candidate[i].items > 0;
	}
	if (!ran || (!tokens && !b->cost_known))
		return;
	snprintf(cost, sizeof cost, "Cost %s", p->cost_of);
	const char *const title[] = {"Candidate",
	                             "Items",
	                             tokens ? "Tokens in" : NULL,
	                             tokens ? "Tokens out" : NULL,
	                             b->cost_known ? cost : NULL,
	                             b->cost_known ? "Mean \xc3\x97 items" : NULL,
	                             NULL};
	fl_page_section(p, "receipt", "Cost receipt");
	if (b->live)
		fl_buf_z(p->out, "<p>What was used to reach the verdict. Candidates with equal requests share their "
		                 "calls, and a shared call is "
		                 "paid once; so the sum can be less than its parts.</p>\n");
	scroll_begin(p, "paid", "Cost receipt");
	head(p, title, FL_COUNT(title), 1);
	for (size_t i = 0; i < b->candidate_count; i++)
		if (p->rank[i]->items > 0)
			receipt_row(p, p->rank[i], tokens);
	receipt_sum(p, tokens);
	fl_page_section_end(p);
}
