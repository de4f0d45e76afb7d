#include "eval/evaluate.h"

#include "base/clock.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "stats/interval.h"
#include "stats/spread.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double level = 0.95;

void fl_evaluation_release(struct fl_evaluation *e)
{
	fl_arena_release(&e->arena);
}

/* --- figures ------------------------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Smallest value that at least `share` of the values do not exceed (nearest rank). */
static double quantile(const double *sorted, size_t n, double share)
{
	if (n == 0)
		return 0;
	size_t rank = (size_t)ceil(share * (double)n);
	return sorted[rank ? rank - 1 : 0];
}

static void interval_of(const double *score, const uint32_t *cluster, size_t n, size_t clusters, double out[2])
{
	bool binary = true;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		binary &= score[i] == 0 || score[i] == 1;
		sum += score[i];
	}
	if (n == 0) {
		out[0] = 0;
		out[1] = 1;
	} else if (binary && !cluster) {
		fl_wilson(sum, (double)n, level, out);
	} else {
		struct fl_spread s =
		    cluster ? fl_spread_clustered(score, cluster, n, clusters) : fl_spread_of(score, n);
		fl_spread_interval(s, level, out);
		out[0] = FL_MAX(out[0], 0);
		out[1] = FL_MIN(out[1], 1);
	}
}

/* Columns of one candidate: n scores, latencies in ms (NULL: not known); the latencies are sorted in place. */
static void figures(struct fl_eval_candidate *c, const double *score, double *latency_ms, size_t n,
                    const uint32_t *cluster, size_t clusters)
{
	double sum = 0, wait = 0;
	for (size_t i = 0; i < n; i++) {
		sum += score[i];
		wait += latency_ms ? latency_ms[i] : 0;
	}
	c->items = n;
	c->score = n ? sum / (double)n : 0;
	c->latency_ms = n ? wait / (double)n : 0;
	interval_of(score, cluster, n, clusters, c->score_interval);
	if (latency_ms) {
		qsort(latency_ms, n, sizeof *latency_ms, by_value);
		c->p50_ms = quantile(latency_ms, n, 0.5);
		c->p95_ms = quantile(latency_ms, n, 0.95);
	}
	c->cost_nusd = n ? (int64_t)llround((double)c->total_nusd / (double)n) : 0;
}

/* --- live --------------------------------------------------------------------------------------------------------- */

struct live {
	struct fl_session *s;
	const struct fl_eval_watch *watch;
	uint64_t all, done, shown_ns;
};

static void on_cell(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell)
{
	struct live *l = arg;
	(void)item;
	(void)candidate;
	(void)cell;
	l->done++;
	l->s->done = l->done >= l->all;
	uint64_t now = fl_mono_ns();
	if (l->watch && l->watch->tick && (now - l->shown_ns >= l->watch->every_ns || l->s->done)) {
		l->shown_ns = now;
		l->watch->tick(l->watch->arg, l->done, l->all, l->s->run.budget.spent_nusd,
		               l->s->run.budget.limited ? l->s->run.budget.limit_nusd : -1);
	}
}

static void gather(struct fl_evaluation *e, const struct fl_session *s, size_t candidate, struct fl_eval_candidate *c)
{
	const struct fl_task *t = s->task;
	struct fl_arena a;
	size_t n = 0, cut = 0;
	fl_arena_init(&a);
	double *score = FL_NEW_ARRAY(&a, double, t->item_count), *ms = FL_NEW_ARRAY(&a, double, t->item_count);
	uint32_t *cluster = FL_NEW_ARRAY(&a, uint32_t, t->item_count);
	*c = (struct fl_eval_candidate){.name = t->candidate[candidate].name, .cost_known = true};
	for (size_t i = 0; i < t->item_count; i++) {
		const struct fl_grid_cell *cell = fl_grid_at(s->grid, i, candidate);
		if (!cell)
			continue;
		score[n] = cell->score;
		ms[n] = cell->latency_ms;
		cluster[n++] = t->item[i].cluster;
		cut += cell->cut;
		c->total_nusd += cell->cost_nusd;
		c->cost_known &= cell->priced;
		c->in_tokens += cell->in_tokens;
		c->out_tokens += cell->out_tokens;
		c->outcome[cell->outcome]++;
		if (cell->outcome == FL_OUT_FAILED)
			c->failed[-cell->code]++;
	}
	figures(c, score, ms, n, t->clustered ? cluster : NULL, t->cluster_count);
	c->cut_share = n ? (double)cut / (double)n : 0;
	e->cost_known &= c->cost_known;
	fl_arena_release(&a);
}

/* Candidate by candidate in blocks of items: a server then finds the beginning of a setting's prompts in its cache, as it
 * would in use, and what is there when a run is stopped is still about as much of each. */
static void want_all(struct fl_session *s, const bool *use)
{
	enum { BLOCK = 32 };
	const struct fl_task *t = s->task;
	for (size_t from = 1; from < t->item_count; from += BLOCK)
		for (size_t c = 0; c < t->candidate_count; c++)
			for (size_t i = from; i < FL_MIN(from + BLOCK, t->item_count) && (!use || use[c]); i++)
				fl_grid_want(s->grid, i, c);
}

enum fl_code fl_evaluate(struct fl_evaluation *e, struct fl_session *s, const bool *use,
                         const struct fl_eval_watch *watch, struct fl_err *err)
{
	const struct fl_task *t = s->task;
	struct live l = {.s = s, .watch = watch};
	*e = (struct fl_evaluation){.task = t->name,
	                            .removed = t->removed,
	                            .removed_count = t->removed_count,
	                            .run = s->run.name,
	                            .items = t->item_count,
	                            .pass_share = t->pass_share,
	                            .live = true,
	                            .cost_known = true,
	                            .latency_known = true,
	                            .in_tokens_known = true,
	                            .out_tokens_known = true};
	fl_arena_init(&e->arena);
	size_t used = 0;
	for (size_t c = 0; c < t->candidate_count; c++)
		used += !use || use[c];
	l.all = (uint64_t)used * t->item_count;
	s->arg = &l;
	s->on_cell = on_cell;
	enum fl_code code = fl_session_probe(s, 0, use, err);
	if (code != FL_OK) {
		fl_evaluation_release(e);
		return code;
	}
	want_all(s, use);
	fl_session_run(s);
	e->candidate = FL_NEW_ARRAY(&e->arena, struct fl_eval_candidate, used);
	for (size_t c = 0; c < t->candidate_count; c++)
		if (!use || use[c])
			gather(e, s, c, &e->candidate[e->candidate_count++]);
	struct fl_grid_spent spent = fl_grid_spent(s->grid);
	e->spent_cells = spent.draws;
	e->fresh_cells = spent.fresh_draws;
	e->spent_nusd = spent.cost_nusd;
	e->stopped = s->stopped;
	e->stop_err = s->err;
	return FL_OK;
}

/* --- matrix ------------------------------------------------------------------------------------------------------- */

enum fl_code fl_evaluate_matrix(struct fl_evaluation *e, const struct fl_matrix *m, const char *file,
                                struct fl_err *err)
{
	(void)err;
	*e = (struct fl_evaluation){.items = m->items,
	                            .pass_share = -1,
	                            .cost_known = m->cost_nusd != NULL,
	                            .latency_known = m->latency_s != NULL,
	                            .in_tokens_known = m->in_tokens != NULL,
	                            .out_tokens_known = m->out_tokens != NULL,
	                            .candidate_count = m->configs,
	                            .run = FL_S("")};
	fl_arena_init(&e->arena);
	e->task = fl_arena_dup(&e->arena, fl_str_from(file));
	e->candidate = FL_NEW_ARRAY(&e->arena, struct fl_eval_candidate, m->configs);
	double *ms = fl_alloc(m->items * sizeof *ms);
	for (size_t k = 0; k < m->configs; k++) {
		struct fl_eval_candidate *c = &e->candidate[k];
		c->name = fl_arena_dup(&e->arena, m->config[k]);
		c->cost_known = e->cost_known;
		for (size_t i = 0; i < m->items; i++) {
			size_t at = fl_matrix_cell(m, k, i);
			c->total_nusd += m->cost_nusd ? m->cost_nusd[at] : 0;
			ms[i] = m->latency_s ? m->latency_s[at] * 1000 : 0;
		}
		c->in_tokens = m->in_tokens ? (uint64_t)m->in_tokens[k] : 0;
		c->out_tokens = m->out_tokens ? (uint64_t)m->out_tokens[k] : 0;
		figures(c, m->score + k * m->items, m->latency_s ? ms : NULL, m->items, m->cluster, m->clusters);
		e->spent_nusd += c->total_nusd;
	}
	for (size_t i = 0; i < m->outcomes; i++) {
		struct fl_eval_candidate *c = &e->candidate[m->outcome[i].config];
		enum fl_outcome o = fl_outcome_of(m->outcome[i].outcome);
		c->outcome[o == FL_OUTCOMES ? FL_OUT_FAILED : o] += m->outcome[i].count;
		if (o == FL_OUT_TRUNCATED)
			c->cut_share = (double)c->outcome[o] / (double)m->items;
		if (o == FL_OUT_FAILED || o == FL_OUTCOMES)
			c->failed[-FL_E_SERVER] += m->outcome[i].count;
	}
	free(ms);
	e->spent_cells = m->rows;
	return FL_OK;
}

/* --- export ------------------------------------------------------------------------------------------------------- */

static void put_number(struct fl_csv_writer *w, const char *fmt, double v)
{
	char text[48];
	snprintf(text, sizeof text, fmt, v);
	fl_csv_put(w, fl_str_from(text));
}

bool fl_evaluation_csv(const struct fl_session *s, const bool *use, struct fl_buf *out)
{
	static const char *const header[] = {"item",      "config",     "score", "cost_usd", "latency_s",
	                                     "in_tokens", "out_tokens", "trial", "outcome"};
	const struct fl_task *t = s->task;
	struct fl_csv_writer w;
	fl_csv_begin(&w, out);
	for (size_t i = 0; i < FL_COUNT(header); i++)
		fl_csv_put(&w, fl_str_from(header[i]));
	bool ok = fl_csv_end(&w);
	for (size_t c = 0; c < t->candidate_count; c++)
		for (size_t i = 0; i < t->item_count && ok; i++) {
			const struct fl_grid_cell *cell = use && !use[c] ? NULL : fl_grid_at(s->grid, i, c);
			char text[FL_MONEY_TEXT];
			if (!cell)
				continue;
			fl_csv_put(&w, t->item[i].id);
			fl_csv_put(&w, t->candidate[c].name);
			put_number(&w, "%.9g", cell->score);
			fl_csv_put(&w, cell->priced ? fl_money_exact(cell->cost_nusd, text) : FL_S(""));
			put_number(&w, "%.3f", cell->latency_ms / 1000.0);
			put_number(&w, "%.0f", cell->in_tokens);
			put_number(&w, "%.0f", cell->out_tokens);
			fl_csv_put(&w, FL_S("1"));
			fl_csv_put(&w, fl_str_from(fl_outcome_name((enum fl_outcome)cell->outcome)));
			ok = fl_csv_end(&w);
		}
	return ok;
}

struct cells {
	struct fl_buf *out;
	const bool *use;
};

static bool one_cell(void *arg, const struct fl_run_cell *c)
{
	const struct cells *cells = arg;
	struct fl_buf *out = cells->out;
	struct fl_json_writer w;
	if (cells->use && !cells->use[c->candidate_index])
		return true;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "item", c->item_id);
	fl_json_member_str(&w, "candidate", c->candidate);
	fl_json_member_u64(&w, "draw", c->draw);
	fl_json_member_u64(&w, "draws", c->keys.n / FL_CELL_KEY);
	fl_json_member_str(&w, "outcome", fl_str_from(fl_outcome_name(c->outcome)));
	if (c->code.n)
		fl_json_member_str(&w, "failure", c->code);
	if (c->message.n)
		fl_json_member_str(&w, "message", c->message);
	fl_json_member_str(&w, "answer", c->answer);
	fl_json_member_double(&w, "score", c->score);
	fl_json_name(&w, "grades");
	fl_json_put_raw(&w, c->grades);
	fl_json_name(&w, "usage");
	fl_json_open(&w, '{');
	fl_json_member_u64(&w, "input_tokens", c->in_tokens);
	fl_json_member_u64(&w, "cached_tokens", c->cached_tokens);
	fl_json_member_u64(&w, "output_tokens", c->out_tokens);
	fl_json_member_u64(&w, "reasoning_tokens", c->reasoning_tokens);
	fl_json_close(&w);
	fl_json_name(&w, "cost_nusd");
	if (c->priced)
		fl_json_put_i64(&w, c->cost_nusd);
	else
		fl_json_put_null(&w);
	fl_json_member_double(&w, "latency_ms", (double)c->latency_us / 1000);
	fl_json_member_bool(&w, "cut", c->cut);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

enum fl_code fl_evaluation_cells(const struct fl_session *s, const bool *use, struct fl_buf *out, struct fl_err *err)
{
	struct cells cells = {out, use};
	FL_TRY(fl_run_cells(s->store, s->run.name, FL_S(""), false, 0, one_cell, &cells, err));
	return out->full ? fl_err_set(err, FL_E_LIMIT, "the cells do not fit into %zu bytes", out->max) : FL_OK;
}
