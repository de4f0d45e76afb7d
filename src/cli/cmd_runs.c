#include "cli/commands.h"

#include "base/clock.h"
#include "codec/json.h"
#include "eval/run.h"
#include "present/figure.h"
#include "present/progress.h"
#include "present/table.h"

#include <unistd.h>

struct listing {
	struct fl_arena *arena;
	FL_VEC(struct fl_run_row) row;
};

static bool each(void *arg, const struct fl_run_row *row)
{
	struct listing *l = arg;
	struct fl_run_row own = *row;
	own.name = fl_arena_dup(l->arena, row->name);
	own.task = fl_arena_dup(l->arena, row->task);
	own.kind = fl_arena_dup(l->arena, row->kind);
	own.state = fl_arena_dup(l->arena, row->state);
	FL_VEC_PUSH(&l->row, own);
	return true;
}

static void print_json(const struct listing *l, struct fl_buf *out)
{
	struct fl_json_writer w;
	char time[FL_TIME_TEXT];
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.runs/1"));
	fl_json_name(&w, "runs");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < l->row.n; i++) {
		const struct fl_run_row *r = &l->row.p[i];
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "run", r->name);
		fl_json_member_str(&w, "task", r->task);
		fl_json_member_str(&w, "kind", r->kind);
		fl_json_member_str(&w, "state", r->state);
		fl_json_member_str(&w, "started", fl_time_format(r->started_ms, time));
		fl_json_name(&w, "ended");
		if (r->ended_ms)
			fl_json_put_str(&w, fl_time_format(r->ended_ms, time));
		else
			fl_json_put_null(&w);
		fl_json_member_i64(&w, "cells", r->cells);
		fl_json_member_i64(&w, "spent_nusd", r->spent_nusd);
		fl_json_close(&w);
	}
	fl_json_close(&w);
	fl_json_close(&w);
	if (fl_json_done(&w))
		fl_buf_char(out, '\n');
}

static void print_text(const struct listing *l, struct fl_buf *out)
{
	static const struct fl_text_column column[] = {{"run", true},     {"kind", true},   {"state", true},
	                                               {"started", true}, {"cells", false}, {"paid", false}};
	enum { N = FL_COUNT(column) };
	char time[FL_TIME_TEXT];
	if (l->row.n == 0) {
		fl_buf_z(out, "No runs yet. `fulcrum balance TASK.yaml` makes one.\n");
		return;
	}
	struct fl_str *cell = FL_NEW_ARRAY(l->arena, struct fl_str, l->row.n * N);
	for (size_t i = 0; i < l->row.n; i++) {
		const struct fl_run_row *r = &l->row.p[i];
		struct fl_str *row = cell + i * N;
		row[0] = r->name;
		row[1] = r->kind;
		row[2] = r->state;
		row[3] = fl_arena_dup(l->arena, fl_time_format(r->started_ms, time));
		row[4] = fl_show_count(l->arena, (uint64_t)r->cells);
		row[5] = fl_show_money(l->arena, r->spent_nusd);
	}
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = l->row.n};
	fl_table_write(out, &t, fl_terminal_width(STDOUT_FILENO), "");
}

/* A run whose process died still stands there as going: nobody holds its task's lock then. */
static void find_dead(struct listing *l, struct fl_store *store)
{
	for (size_t i = 0; i < l->row.n; i++) {
		struct fl_lock *lock;
		struct fl_err ignored;
		if (!fl_str_is(l->row.p[i].state, "going") ||
		    fl_store_lock(store, l->row.p[i].task, &lock, &ignored) != FL_OK)
			continue;
		fl_store_unlock(lock);
		l->row.p[i].state = FL_S("stopped");
	}
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct listing l = {.arena = &cli->arena};
	struct fl_loop *loop = fl_loop_create();
	struct fl_store *store;
	enum fl_code code = fl_cli_store(cli, loop, &store, err);
	if (code == FL_OK) {
		code = fl_runs(store, each, &l, err);
		find_dead(&l, store);
		fl_store_close(store);
	}
	fl_loop_destroy(loop);
	if (code == FL_OK)
		(cli->json ? print_json : print_text)(&l, &cli->out);
	FL_VEC_RELEASE(&l.row);
	return code;
}

const struct fl_command fl_cmd_runs = {
    .name = "runs",
    .summary = "list the runs that the state file holds",
    .usage = "runs",
    .text = "Newest first, with what each has paid. `fulcrum show RUN` tells more of one.",
    .example = "fulcrum runs",
    .run = run,
};
