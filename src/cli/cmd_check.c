#include "cli/commands.h"

#include "base/problems.h"
#include "present/check_view.h"
#include "present/progress.h"

#include <string.h>
#include <unistd.h>

static const struct fl_option options[] = {
    {"strict", NULL, "take out candidates also where a needed fact is not known"},
    {"drop-unsupported", NULL, "leave out, aloud, what an endpoint or model does not honour"},
};

struct found {
	struct fl_err problem[FL_CHECK_PROBLEMS];
	size_t n, in_all;
};

static bool same(const struct fl_err *a, const struct fl_err *b)
{
	return a->line == b->line && a->column == b->column && strcmp(a->file, b->file) == 0 &&
	       strcmp(a->message, b->message) == 0;
}

/* One thing that is wrong is told once, however many settings it spoils. */
static void keep(void *arg, const struct fl_err *problem)
{
	struct found *f = arg;
	for (size_t i = 0; i < f->n; i++)
		if (same(&f->problem[i], problem))
			return;
	f->in_all++;
	if (f->n < FL_CHECK_PROBLEMS)
		f->problem[f->n++] = *problem;
}

/* Keys that calls will need: a missing one is wrong too. */
static void check_keys(const struct fl_task *t, struct fl_problems *problems)
{
	for (size_t c = 0; c < t->candidate_count; c++) {
		struct fl_provider *p = t->candidate[c].offer->provider;
		struct fl_err err = {0};
		bool told = false; /* once a provider, however many candidates it serves */
		for (size_t i = 0; i < c && !told; i++)
			told = t->candidate[i].offer->provider == p;
		if (!told && !p->key_read && fl_provider_key(p, &err) != FL_OK) {
			if (!err.file[0])
				fl_err_place(&err, t->candidate[c].at->file, t->candidate[c].at->line,
				             t->candidate[c].at->column);
			problems->each(problems->arg, &err);
		}
	}
}

static int status_of(const struct found *f)
{
	return f->n ? fl_code_row(f->problem[0].code)->exit_status : 0;
}

static enum fl_code answer(struct fl_cli *cli, const struct fl_check *c, struct fl_err *err)
{
	if (!cli->json) {
		fl_check_text(c, &cli->out, fl_terminal_width(STDOUT_FILENO));
		return FL_OK;
	}
	return fl_check_json(c, &cli->out) ? FL_OK
	                                   : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct found *found = FL_NEW(&cli->arena, struct found);
	struct fl_problems problems = {.each = keep, .arg = found};
	struct fl_check check = {.file = fl_arena_dupz(&cli->arena, cli->argument.p[0]), .problem = found->problem};
	struct fl_task task;
	struct fl_first_request *request = NULL;
	enum fl_code code = fl_cli_task_all(cli, &task, &problems, err);
	if (code == FL_OK) {
		check_keys(&task, &problems);
		code = fl_first_requests(&task, &cli->arena, &request, err);
		check.task = code == FL_OK ? &task : NULL;
		check.request = request;
	}
	if (code != FL_OK && problems.count == 0) /* it could not be read at all: no YAML, or no need can be met */
		keep(found, err);
	check.problems = found->n;
	check.problems_in_all = found->in_all;
	if (check.task)
		fl_check_sizes(&check);
	cli->exit_status = status_of(found);
	enum fl_code answered = answer(cli, &check, err);
	if (check.task || request)
		fl_task_release(&task);
	return answered;
}

const struct fl_command fl_cmd_check = {
    .name = "check",
    .summary = "all that is wrong with a task, what it would send and cost; nothing is sent",
    .usage = "check TASK.yaml [options]",
    .text = "Reads the task and everything it names, and tells all problems at once, each with its place and remedy. "
            "Shows the first request of each candidate as it would be sent, what the whole grid costs at most and "
            "probably, and how many items it takes to tell a difference of two points. Programs that the file names "
            "are not run. Exits with 0 when nothing is wrong, 2 for a wrong file, 4 for a missing key.",
    .example = "fulcrum check examples/triage.yaml",
    .option = options,
    .option_count = FL_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run,
};
