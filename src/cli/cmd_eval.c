#include "cli/commands.h"

#include "eval/evaluate.h"
#include "io/file.h"
#include "present/eval_view.h"
#include "present/progress.h"

#include <unistd.h>

enum { EXPORT_BYTES = 1 << 30 };

static const struct fl_option options[] = {
    {"only", "NAME", "that candidate alone; may be given several times"},
    {"export", "FILE", "write the outcomes as a matrix (CSV)"},
    {"cells", "FILE", "write one JSON object a cell (JSON lines)"},
    {"junit", "FILE", "write JUnit XML for CI: a case for each candidate and item"},
    {"summary", "FILE", "write the figures as Markdown, for the summary of a CI job"},
    {"matrix", "FILE", "show the figures of a matrix of known outcomes (CSV) instead of a task"},
    {"cluster", "COLUMN", "column of the matrix whose equal values mark dependent items"},
    {"strict", NULL, "take out candidates also where a needed fact is not known"},
    {"allow-commands", NULL, "run the programs that the task file names, and let it call other machines"},
    {"drop-unsupported", NULL, "leave out, aloud, what an endpoint or model does not honour"},
};

static enum fl_code choose(struct fl_cli *cli, const struct fl_task *t, bool **use, struct fl_err *err)
{
	*use = NULL;
	for (size_t i = 0; i < cli->value.n; i++) {
		if (strcmp(cli->value.p[i].option->name, "only") != 0)
			continue;
		ptrdiff_t c = fl_task_candidate(t, cli->value.p[i].text);
		if (c < 0) {
			fl_err_set(err, FL_E_USAGE, "--only names no candidate");
			fl_err_found(err, "'%.*s'", FL_FMT(cli->value.p[i].text));
			fl_err_expected(err, "a candidate such as '%.*s'", FL_FMT(t->candidate[0].name));
			return FL_E_USAGE;
		}
		if (!*use)
			*use = FL_NEW_ARRAY(&cli->arena, bool, t->candidate_count);
		(*use)[c] = true;
	}
	return FL_OK;
}

static bool under_bar(const struct fl_evaluation *e)
{
	bool under = false;
	for (size_t i = 0; i < e->candidate_count; i++)
		under |= e->pass_share >= 0 && e->candidate[i].score < e->pass_share;
	return under;
}

static enum fl_code answer(struct fl_cli *cli, const struct fl_evaluation *e, struct fl_err *err)
{
	cli->exit_status = e->stopped != FL_OK ? fl_code_row(e->stopped)->exit_status : under_bar(e) ? 1 : 0;
	if (!cli->json) {
		fl_eval_text(e, &cli->out, fl_terminal_width(STDOUT_FILENO));
		if (e->stopped != FL_OK)
			fl_buf_printf(&cli->out, "Stopped early: %s.\n", e->stop_err.message);
		else if (under_bar(e))
			fl_buf_printf(&cli->out, "A candidate is under the bar of %.4g %%.\n", e->pass_share * 100);
		return FL_OK;
	}
	return fl_eval_json(e, &cli->out) ? FL_OK
	                                  : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code write_exports(struct fl_cli *cli, const struct fl_session *s, const bool *use, struct fl_err *err)
{
	struct fl_str path;
	struct fl_buf out;
	enum fl_code code = FL_OK;
	fl_buf_init(&out, EXPORT_BYTES);
	if (fl_cli_get(cli, "export", &path)) {
		code = fl_evaluation_csv(s, use, &out) ? FL_OK
		                                       : fl_err_set(err, FL_E_LIMIT, "the matrix is larger than 1 GiB");
		if (code == FL_OK)
			code = fl_file_write(fl_arena_dupz(&cli->arena, path), fl_buf_slice(&out), err);
	}
	fl_buf_reset(&out);
	if (code == FL_OK && fl_cli_get(cli, "cells", &path)) {
		code = fl_evaluation_cells(s, use, &out, err);
		if (code == FL_OK)
			code = fl_file_write(fl_arena_dupz(&cli->arena, path), fl_buf_slice(&out), err);
	}
	fl_buf_release(&out);
	return code;
}

static void tick(void *arg, uint64_t done, uint64_t all, int64_t spent_nusd, int64_t budget_nusd)
{
	fl_progress_eval(arg, done, all, spent_nusd, budget_nusd);
}

static enum fl_code evaluate(struct fl_cli *cli, struct fl_task *task, struct fl_err *err)
{
	struct fl_session s;
	struct fl_evaluation e;
	struct fl_progress p;
	bool *use;
	FL_TRY(choose(cli, task, &use, err));
	FL_TRY(fl_cli_may_write(cli, "export", NULL, err));
	FL_TRY(fl_cli_may_write(cli, "cells", NULL, err));
	FL_TRY(fl_cli_may_write_ci(cli, err));
	fl_progress_init(&p, cli->quiet, cli->color);
	struct fl_session_options session = {
	    .state_path = cli->state_path, .kind = "eval", .on_server = fl_cli_server_note, .server_arg = &p};
	FL_TRY(fl_session_open(&s, task, &session, err));
	for (size_t i = 0; i < task->note_count; i++)
		fl_progress_note(&p, task->note[i]);
	enum fl_code code = fl_evaluate(&e, &s, use, &(struct fl_eval_watch){tick, &p, 100000000}, err);
	fl_progress_end(&p);
	bool finished = false;
	if (code == FL_OK) {
		finished = e.stopped == FL_OK;
		code = fl_grid_flush(s.grid, err);
		if (code == FL_OK)
			code = write_exports(cli, &s, use, err);
		if (code == FL_OK)
			code = fl_cli_ci_evaluation(cli, &e, s.store, err);
		if (code == FL_OK && e.stopped != FL_OK && fl_code_row(e.stopped)->exit_status == 4) {
			*err = e.stop_err;
			code = e.stopped;
		}
		if (code == FL_OK)
			code = answer(cli, &e, err);
		fl_evaluation_release(&e);
	}
	struct fl_err second;
	enum fl_code closed = fl_session_close(&s, finished, code == FL_OK ? err : &second);
	return code != FL_OK ? code : closed;
}

static enum fl_code on_matrix(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_matrix m;
	struct fl_evaluation e;
	struct fl_str file;
	if (cli->argument.n)
		return fl_err_set(err, FL_E_USAGE, "an evaluation is of a task or of --matrix, not both");
	FL_TRY(fl_cli_may_write_ci(cli, err));
	FL_TRY(fl_cli_matrix(cli, &m, &file, err));
	enum fl_code code = fl_evaluate_matrix(&e, &m, fl_arena_dupz(&cli->arena, file), err);
	if (code == FL_OK) {
		code = fl_cli_ci_evaluation(cli, &e, NULL, err);
		if (code == FL_OK)
			code = answer(cli, &e, err);
		fl_evaluation_release(&e);
	}
	fl_matrix_release(&m);
	return code;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_task task;
	if (fl_cli_has(cli, "matrix"))
		return on_matrix(cli, err);
	if (cli->argument.n == 0) {
		fl_err_set(err, FL_E_USAGE, "nothing to evaluate");
		fl_err_expected(err, "fulcrum eval TASK.yaml, or fulcrum eval --matrix FILE.csv");
		return FL_E_USAGE;
	}
	FL_TRY(fl_cli_task(cli, &task, err));
	enum fl_code code = evaluate(cli, &task, err);
	fl_task_release(&task);
	return code;
}

const struct fl_command fl_cmd_eval = {
    .name = "eval",
    .summary = "run every candidate on every item and show the figures",
    .usage = "eval TASK.yaml [options]\neval --matrix FILE.csv [--cluster COLUMN]",
    .text = "Runs the whole grid. Answers that are in the store are not paid for again; a run that was "
            "stopped goes on where it stopped. Exits with 1 when a candidate is under the task's bar (pass:).",
    .example = "fulcrum eval examples/triage.yaml --export outcomes.csv --cells cells.jsonl",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};
