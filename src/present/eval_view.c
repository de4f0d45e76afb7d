#include "present/eval_view.h"

#include "codec/json.h"
#include "present/figure.h"
#include "present/removed.h"
#include "present/table.h"
#include "present/verdict.h"

static void failed_json(struct fl_json_writer *w, const uint64_t *failed)
{
	fl_json_name(w, "failed");
	fl_json_open(w, '{');
	for (int code = 1; code < -FL_E_CODES; code++)
		if (failed[code])
			fl_json_member_u64(w, fl_code_name((enum fl_code) - code), failed[code]);
	fl_json_close(w);
}

static void number_or_null(struct fl_json_writer *w, const char *name, double v, bool known)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_double(w, v);
	else
		fl_json_put_null(w);
}

static void money_or_null(struct fl_json_writer *w, const char *name, int64_t nusd, bool known)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_i64(w, nusd);
	else
		fl_json_put_null(w);
}

static void candidate_json(const struct fl_evaluation *e, const struct fl_eval_candidate *c, struct fl_json_writer *w)
{
	bool ran = c->items > 0;
	fl_json_open(w, '{');
	fl_json_member_str(w, "name", c->name);
	fl_json_member_u64(w, "items", c->items);
	number_or_null(w, "score", c->score, ran);
	fl_json_name(w, "score_interval");
	fl_json_open(w, '[');
	fl_json_put_double(w, c->score_interval[0]);
	fl_json_put_double(w, c->score_interval[1]);
	fl_json_close(w);
	money_or_null(w, "cost_nusd", c->cost_nusd, ran && c->cost_known);
	money_or_null(w, "total_cost_nusd", c->total_nusd, c->cost_known);
	number_or_null(w, "latency_ms", c->latency_ms, ran && e->latency_known);
	number_or_null(w, "latency_p50_ms", c->p50_ms, ran && e->latency_known);
	number_or_null(w, "latency_p95_ms", c->p95_ms, ran && e->latency_known);
	fl_json_member_double(w, "cut_share", c->cut_share);
	fl_json_name(w, "outcomes");
	fl_json_open(w, '{');
	for (int o = 0; o < FL_OUTCOMES; o++)
		if (c->outcome[o])
			fl_json_member_u64(w, fl_outcome_name((enum fl_outcome)o), c->outcome[o]);
	fl_json_close(w);
	failed_json(w, c->failed);
	number_or_null(w, "input_tokens", (double)c->in_tokens, e->in_tokens_known);
	number_or_null(w, "output_tokens", (double)c->out_tokens, e->out_tokens_known);
	fl_json_close(w);
}

bool fl_eval_json(const struct fl_evaluation *e, struct fl_buf *out)
{
	struct fl_json_writer w;
	uint64_t failed[-FL_E_CODES] = {0};
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.eval/1"));
	fl_json_name(&w, "run");
	if (e->run.n)
		fl_json_put_str(&w, e->run);
	else
		fl_json_put_null(&w);
	fl_json_member_str(&w, "task", e->task);
	fl_json_member_u64(&w, "items", e->items);
	fl_json_name(&w, "candidates");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < e->candidate_count; i++) {
		candidate_json(e, &e->candidate[i], &w);
		for (int code = 0; code < -FL_E_CODES; code++)
			failed[code] += e->candidate[i].failed[code];
	}
	fl_json_close(&w);
	fl_removed_json(e->removed, e->removed_count, &w);
	fl_json_name(&w, "spent");
	fl_json_open(&w, '{');
	fl_json_member_u64(&w, "cells", e->spent_cells);
	money_or_null(&w, "cost_nusd", e->spent_nusd, e->cost_known);
	fl_json_close(&w);
	failed_json(&w, failed);
	if (e->stopped != FL_OK)
		fl_json_member_str(&w, "stopped", fl_str_from(fl_code_name(e->stopped)));
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

static struct fl_str spending(const struct fl_evaluation *e, struct fl_arena *a)
{
	struct fl_str calls = fl_show_count(a, e->spent_cells), text;
	if (e->cost_known)
		text = fl_arena_printf(a, "%.*s calls, %.*s.", FL_FMT(calls), FL_FMT(fl_show_money(a, e->spent_nusd)));
	else
		text = fl_arena_printf(a, "%.*s calls; their cost is not known.", FL_FMT(calls));
	if (!e->run.n)
		return text;
	return fl_arena_printf(a, "%.*s Run %.*s; %.*s calls were made now.", FL_FMT(text), FL_FMT(e->run),
	                       FL_FMT(fl_show_count(a, e->fresh_cells)));
}

void fl_eval_text(const struct fl_evaluation *e, struct fl_buf *out, size_t width)
{
	struct fl_text_column column[] = {{"candidate", true},  {"score %", false}, {"95 %", false},
	                                  {"cost/item", false}, {"p50", false},     {"p95", false},
	                                  {"cut %", false},     {"failed", false},  {"items", false}};
	enum { N = FL_COUNT(column) };
	struct fl_arena a;
	fl_arena_init(&a);
	int64_t most = 0;
	for (size_t i = 0; i < e->candidate_count; i++)
		most = FL_MAX(most, e->candidate[i].cost_nusd);
	struct fl_cost_unit unit = fl_cost_unit_for(most);
	column[3].title = unit.title;
	struct fl_str *cell = FL_NEW_ARRAY(&a, struct fl_str, e->candidate_count * N);
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct fl_eval_candidate *c = &e->candidate[i];
		struct fl_str *row = cell + i * N;
		bool ran = c->items > 0;
		row[0] = c->name;
		row[1] = ran ? fl_show_points(&a, c->score) : FL_S("-");
		row[2] = fl_arena_printf(&a, "%.0f-%.0f", c->score_interval[0] * 100, c->score_interval[1] * 100);
		row[3] = ran && c->cost_known ? fl_show_cost(&a, unit, c->cost_nusd) : FL_S("-");
		row[4] = ran && e->latency_known ? fl_show_ms(&a, c->p50_ms) : FL_S("-");
		row[5] = ran && e->latency_known ? fl_show_ms(&a, c->p95_ms) : FL_S("-");
		row[6] = c->cut_share > 0 ? fl_show_points(&a, c->cut_share) : FL_S("");
		row[7] = c->outcome[FL_OUT_FAILED] ? fl_show_count(&a, c->outcome[FL_OUT_FAILED]) : FL_S("");
		row[8] = fl_show_count(&a, c->items);
	}
	fl_wrap(out,
	        fl_arena_printf(&a, "%.*s: %.*s, %.*s", FL_FMT(e->task), FL_FMT(fl_show_counted(&a, e->items, "item")),
	                        FL_FMT(fl_show_counted(&a, e->candidate_count, "candidate"))),
	        width, "");
	fl_buf_char(out, '\n');
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = e->candidate_count};
	fl_table_write(out, &t, width, "  ");
	for (size_t i = 0; i < e->removed_count; i++)
		fl_wrap(out, fl_removed_text(&e->removed[i], &a), width, "");
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct fl_eval_candidate *c = &e->candidate[i];
		if (c->outcome[FL_OUT_CUT_INPUT])
			fl_wrap(out, fl_input_cut_sentence(c->name, c->outcome[FL_OUT_CUT_INPUT], c->items, &a), width,
			        "  ");
	}
	for (size_t i = 0; i < e->candidate_count; i++)
		for (int code = 1; code < -FL_E_CODES; code++)
			if (e->candidate[i].failed[code])
				fl_wrap(out,
				        fl_arena_printf(&a, "%.*s: %llu failed with %s", FL_FMT(e->candidate[i].name),
				                        (unsigned long long)e->candidate[i].failed[code],
				                        fl_code_name((enum fl_code) - code)),
				        width, "  ");
	fl_buf_char(out, '\n');
	fl_wrap(out, spending(e, &a), width, "");
	fl_arena_release(&a);
}
