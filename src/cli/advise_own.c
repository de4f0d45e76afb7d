/* What the user measured: a matrix, or the newest run of the task. */
#include "cli/advise_wish.h"

#include "cli/commands.h"
#include "eval/matrix.h"
#include "eval/run.h"

#include <unistd.h>

struct sum {
	struct fl_str config;
	size_t items, priced;
	double score;
	int64_t cost_nusd;
};
struct gathering {
	struct fl_arena *arena;
	struct fl_str task, run; /* the newest run of the task that has cells */
	FL_VEC(struct sum) sum;
};

static bool newest(void *arg, const struct fl_run_row *row)
{
	struct gathering *g = arg;
	if (!fl_str_eq(row->task, g->task) || row->cells == 0)
		return true;
	g->run = fl_arena_dup(g->arena, row->name);
	return false;
}

static bool add_cell(void *arg, const struct fl_run_cell *cell)
{
	struct gathering *g = arg;
	size_t i = 0;
	if (cell->outcome == FL_OUT_FAILED || cell->outcome == FL_OUT_CUT_INPUT)
		return true;
	while (i < g->sum.n && !fl_str_eq(g->sum.p[i].config, cell->candidate))
		i++;
	if (i == g->sum.n)
		FL_VEC_PUSH(&g->sum, (struct sum){.config = fl_arena_dup(g->arena, cell->candidate)});
	struct sum *s = &g->sum.p[i];
	s->items++;
	s->score += cell->score;
	s->priced += cell->priced;
	s->cost_nusd += cell->priced ? cell->cost_nusd : 0;
	return true;
}

static void take_sums(struct gathering *g, struct fl_advise_wish *w)
{
	struct fl_own_result *own = FL_NEW_ARRAY(g->arena, struct fl_own_result, g->sum.n + 1);
	for (size_t i = 0; i < g->sum.n; i++) {
		const struct sum *s = &g->sum.p[i];
		own[i] =
		    (struct fl_own_result){.config = s->config,
		                           .items = s->items,
		                           .share = s->score / (double)s->items,
		                           .cost_nusd = s->priced == s->items ? s->cost_nusd / (int64_t)s->items : -1};
	}
	w->own = own;
	w->owns = g->sum.n;
}

static enum fl_code of_run(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *w, struct fl_err *err)
{
	struct gathering g = {.arena = &cli->arena, .task = task->name};
	struct fl_store *store;
	if (access(cli->state_path, F_OK) != 0)
		return FL_OK;
	struct fl_loop *loop = fl_loop_create();
	enum fl_code code = fl_cli_store(cli, loop, &store, err);
	if (code == FL_OK) {
		code = fl_runs(store, newest, &g, err);
		if (code == FL_OK && g.run.n)
			code = fl_run_cells(store, g.run, FL_S(""), false, 0, add_cell, &g, err);
		fl_store_close(store);
	}
	fl_loop_destroy(loop);
	if (code == FL_OK && g.sum.n) {
		take_sums(&g, w);
		w->own_from = fl_arena_printf(&cli->arena, "the run %.*s", FL_FMT(g.run));
	}
	FL_VEC_RELEASE(&g.sum);
	return code;
}

static enum fl_code of_matrix(struct fl_cli *cli, struct fl_advise_wish *w, struct fl_err *err)
{
	struct gathering g = {.arena = &cli->arena};
	struct fl_matrix m;
	FL_TRY(fl_cli_matrix(cli, &m, &w->own_from, err));
	for (size_t k = 0; k < m.configs; k++) {
		struct sum s = {.config = fl_arena_dup(&cli->arena, m.config[k]), .items = m.items};
		for (size_t i = 0; i < m.items; i++) {
			s.score += m.score[fl_matrix_cell(&m, k, i)];
			s.cost_nusd += m.cost_nusd ? m.cost_nusd[fl_matrix_cell(&m, k, i)] : 0;
		}
		s.priced = m.cost_nusd ? m.items : 0;
		if (m.items)
			FL_VEC_PUSH(&g.sum, s);
	}
	take_sums(&g, w);
	FL_VEC_RELEASE(&g.sum);
	fl_matrix_release(&m);
	return FL_OK;
}

enum fl_code fl_cli_advise_own(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *w,
                               struct fl_err *err)
{
	if (fl_cli_has(cli, "matrix"))
		return of_matrix(cli, w, err);
	return task ? of_run(cli, task, w, err) : FL_OK;
}
