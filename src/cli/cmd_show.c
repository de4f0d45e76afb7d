#include "cli/commands.h"

#include "call/record.h"
#include "codec/json.h"
#include "eval/run.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/progress.h"
#include "present/table.h"

#include <unistd.h>

struct showing {
	struct fl_cli *cli;
	struct fl_store *store;
	struct fl_json_writer *json;
	size_t cells;
	enum fl_code code;
	struct fl_err *err;
	FL_VEC(struct fl_run_cell) kept;
};

static bool keep(void *arg, const struct fl_run_cell *c)
{
	struct showing *s = arg;
	struct fl_arena *a = &s->cli->arena;
	struct fl_run_cell own = *c;
	own.item_id = fl_arena_dup(a, c->item_id);
	own.candidate = fl_arena_dup(a, c->candidate);
	own.keys = fl_arena_dup(a, c->keys);
	own.answer = fl_arena_dup(a, c->answer);
	own.grades = fl_arena_dup(a, c->grades);
	own.code = fl_arena_dup(a, c->code);
	own.message = fl_arena_dup(a, c->message);
	FL_VEC_PUSH(&s->kept, own);
	return true;
}

static void exchange_json(struct fl_json_writer *w, const struct fl_exchange *x)
{
	fl_json_open(w, '{');
	fl_json_member_u64(w, "draw", x->draw);
	fl_json_member_str(w, "url", x->url);
	fl_json_name(w, "request");
	fl_json_put_raw(w, x->request);
	fl_json_member_i64(w, "status", x->status);
	fl_json_member_str(w, "response", x->response);
	fl_json_member_str(w, "text", x->cell.text);
	fl_json_member_str(w, "finish", x->cell.finish);
	fl_json_member_str(w, "model", x->cell.model);
	fl_json_member_double(w, "latency_ms", (double)x->cell.latency_us / 1000);
	fl_json_member_u64(w, "attempts", x->cell.attempts);
	fl_json_close(w);
}

static void cell_json(struct showing *s, const struct fl_run_cell *c, bool whole)
{
	struct fl_json_writer *w = s->json;
	fl_json_open(w, '{');
	fl_json_member_str(w, "item", c->item_id);
	fl_json_member_str(w, "candidate", c->candidate);
	fl_json_member_str(w, "outcome", fl_str_from(fl_outcome_name(c->outcome)));
	if (c->code.n)
		fl_json_member_str(w, "failure", c->code);
	if (c->message.n)
		fl_json_member_str(w, "message", c->message);
	fl_json_member_str(w, "answer", c->answer);
	fl_json_member_double(w, "score", c->score);
	fl_json_name(w, "grades");
	fl_json_put_raw(w, c->grades);
	fl_json_name(w, "cost_nusd");
	if (c->priced)
		fl_json_put_i64(w, c->cost_nusd);
	else
		fl_json_put_null(w);
	fl_json_member_double(w, "latency_ms", (double)c->latency_us / 1000);
	if (whole) {
		fl_json_name(w, "draws");
		fl_json_open(w, '[');
		for (size_t at = 0; at + FL_CELL_KEY <= c->keys.n; at += FL_CELL_KEY) {
			struct fl_exchange x;
			struct fl_err ignored; /* a failed draw has no exchange */
			if (fl_exchange_read(s->store, (const uint8_t *)c->keys.p + at, &s->cli->arena, &x, &ignored) ==
			    FL_OK)
				exchange_json(w, &x);
		}
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void block(struct fl_buf *out, const char *title, struct fl_str text)
{
	fl_buf_printf(out, "  %s:\n", title);
	struct fl_buf safe;
	fl_buf_init(&safe, 64 << 20);
	fl_plain(&safe, text);
	struct fl_str s = fl_buf_slice(&safe);
	for (size_t i = 0; i <= s.n;) {
		ptrdiff_t nl = fl_str_find_char(s, '\n', i);
		size_t end = nl < 0 ? s.n : (size_t)nl;
		fl_buf_printf(out, "    %.*s\n", FL_FMT(fl_str_sub(s, i, end)));
		i = end + 1;
	}
	fl_buf_release(&safe);
}

static void line(struct fl_buf *out, const char *title, struct fl_str text)
{
	fl_buf_printf(out, "  %s: ", title);
	fl_plain_line(out, text, 2000);
	fl_buf_char(out, '\n');
}

static void cell_text(struct showing *s, const struct fl_run_cell *c)
{
	struct fl_buf *out = &s->cli->out;
	struct fl_arena *a = &s->cli->arena;
	fl_buf_z(out, "item ");
	fl_plain_line(out, c->item_id, 200);
	fl_buf_z(out, ", ");
	fl_plain_line(out, c->candidate, 200);
	fl_buf_printf(out, ": score %.4g, %s, %.*s, %.*s\n", c->score, fl_outcome_name(c->outcome),
	              FL_FMT(c->priced ? fl_show_money(a, c->cost_nusd) : FL_S("cost unknown")),
	              FL_FMT(fl_show_ms(a, (double)c->latency_us / 1000)));
	for (size_t at = 0; at + FL_CELL_KEY <= c->keys.n; at += FL_CELL_KEY) {
		struct fl_exchange x;
		struct fl_err ignored;
		if (fl_exchange_read(s->store, (const uint8_t *)c->keys.p + at, a, &x, &ignored) != FL_OK)
			continue;
		line(out, "sent to", x.url);
		block(out, "request", x.request);
		block(out, "answer", x.cell.text);
	}
	if (c->message.n)
		line(out, c->outcome == FL_OUT_CUT_INPUT ? "why" : "failure", c->message);
	line(out, "read out", c->answer);
	line(out, "grades", c->grades);
	fl_buf_char(out, '\n');
}

/* What was read out of the answer; where nothing was, the text of its first draw: that tells why. */
static struct fl_str answer_of(struct showing *s, const struct fl_run_cell *c)
{
	struct fl_exchange x;
	struct fl_err ignored; /* a failed draw has no exchange */
	if (c->answer.n || c->keys.n < FL_CELL_KEY ||
	    fl_exchange_read(s->store, (const uint8_t *)c->keys.p, &s->cli->arena, &x, &ignored) != FL_OK)
		return c->answer;
	return x.cell.text;
}

static void table(struct showing *s)
{
	static const struct fl_text_column column[] = {{"item", true},    {"candidate", true}, {"score", false},
	                                               {"outcome", true}, {"cost", false},     {"latency", false},
	                                               {"answer", true}};
	enum { N = FL_COUNT(column), GAP = 2, ANSWER_LEAST = 6, ANSWER_MOST = 24 };
	struct fl_arena *a = &s->cli->arena;
	struct fl_str *cell = FL_NEW_ARRAY(a, struct fl_str, s->kept.n * N);
	size_t width = fl_terminal_width(STDOUT_FILENO), widest[N] = {0}, others = 0;
	for (size_t i = 0; i < s->kept.n; i++) {
		const struct fl_run_cell *c = &s->kept.p[i];
		struct fl_str *row = cell + i * N;
		row[0] = c->item_id;
		row[1] = c->candidate;
		row[2] = fl_arena_printf(a, "%.4g", c->score);
		row[3] = fl_str_from(fl_outcome_name(c->outcome));
		row[4] = c->priced ? fl_show_money(a, c->cost_nusd) : FL_S("-");
		row[5] = fl_show_ms(a, (double)c->latency_us / 1000);
		for (size_t k = 0; k < N - 1; k++)
			widest[k] = FL_MAX(FL_MAX(widest[k], fl_columns(row[k])), strlen(column[k].title));
	}
	for (size_t k = 0; k < N - 1; k++)
		others += widest[k] + GAP;
	size_t left = width > others ? width - others : 0; /* for the answer, which is the last column */
	for (size_t i = 0; i < s->kept.n; i++) {
		struct fl_buf answer;
		fl_buf_init(&answer, 4096);
		fl_plain_line(&answer, answer_of(s, &s->kept.p[i]),
		              FL_MIN(FL_MAX(left, (size_t)ANSWER_LEAST), (size_t)ANSWER_MOST));
		cell[i * N + N - 1] = fl_arena_dup(a, fl_buf_slice(&answer));
		fl_buf_release(&answer);
	}
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = s->kept.n};
	fl_table_write(&s->cli->out, &t, FL_MAX(width, others + ANSWER_LEAST), "");
}

static enum fl_code print(struct showing *s, struct fl_str run, bool whole)
{
	struct fl_json_writer w;
	if (!s->cli->json) {
		if (!whole)
			table(s);
		for (size_t i = 0; whole && i < s->kept.n; i++)
			cell_text(s, &s->kept.p[i]);
		return FL_OK;
	}
	s->json = &w;
	fl_json_begin(&w, &s->cli->out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.show/1"));
	fl_json_member_str(&w, "run", run);
	fl_json_name(&w, "cells");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < s->kept.n; i++)
		cell_json(s, &s->kept.p[i], whole);
	fl_json_close(&w);
	fl_json_close(&w);
	bool ok = fl_json_done(&w) && fl_buf_char(&s->cli->out, '\n');
	return ok ? FL_OK : fl_err_set(s->err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct showing s = {.cli = cli, .err = err};
	struct fl_str name = cli->argument.p[0], item = cli->argument.n > 1 ? cli->argument.p[1] : FL_S("");
	struct fl_loop *loop = fl_loop_create();
	enum fl_code code = fl_cli_store(cli, loop, &s.store, err);
	if (code == FL_OK) {
		code = fl_run_cells(s.store, name, item, false, 0, keep, &s, err);
		if (code == FL_OK && s.kept.n == 0) {
			code = fl_err_set(err, FL_E_NOT_FOUND,
			                  item.n ? "run '%.*s' has no answer to item %.*s"
			                         : "there is no run '%.*s' with answers%.*s",
			                  FL_FMT(name), FL_FMT(item));
			fl_err_help(err, "`fulcrum runs` lists the runs");
		}
		if (code == FL_OK)
			code = print(&s, name, item.n > 0);
		fl_store_close(s.store);
	}
	fl_loop_destroy(loop);
	FL_VEC_RELEASE(&s.kept);
	return code;
}

const struct fl_command fl_cmd_show = {
    .name = "show",
    .summary = "show what was sent, answered, graded and paid",
    .usage = "show RUN [ITEM]",
    .text = "Without an item: one line a cell. With one: every candidate's exact request and answer.",
    .example = "fulcrum show ticket-triage-1 17",
    .least = 1,
    .most = 2,
    .run = run,
};
