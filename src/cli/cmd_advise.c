/* advise: which model for a kind of task, before anything is paid. */
#include "cli/advise_wish.h"
#include "cli/commands.h"
#include "io/file.h"
#include "present/advise_view.h"
#include "present/progress.h"

#include <unistd.h>

enum { TOP_USUAL = 12, ANSWER_BYTES = 64 << 20 };

static const struct fl_option options[] = {
    {"need", "KEY=VALUE", "a hard need, as under needs in a task file: data=no-training, exclude.labs=xai; repeatable"},
    {"category", "KIND",
     "general, code, web-search, dialogue, extraction, long-context, agents, reasoning, math, data, "
     "vision"},
    {"traffic", "N/month", "calls a month; a bare number is a month's calls: 50000, 50k or 1M"},
    {"in", "TOKENS", "tokens that a call reads"},
    {"out", "TOKENS", "tokens of an answer, thinking apart"},
    {"context", "TOKENS", "the same as --in"},
    {"value", "USD", "worth of a right answer; a bare number is in USD"},
    {"wage", "USD/hour", "pay of the person whose time it is; a bare number is in USD an hour"},
    {"saved", "TIME", "time that a right answer saves, such as 90s; a bare number is in minutes"},
    {"lost", "TIME", "time that a wrong answer costs, such as 1h; a bare number is in minutes"},
    {"waiting", "SHARE", "share of the latency that somebody sits through, such as 50%"},
    {"budget", "USD", "the most that a month may cost; a bare number is in USD"},
    {"device", "NAME", "a machine of yours, such as rtx-4090: models that fit it take part; repeatable"},
    {"prefer", "open|closed", "whom to name among those that cannot be told apart"},
    {"strict", NULL, "take out candidates also where a needed fact is not known"},
    {"lenient", NULL, "keep them and say so (the default)"},
    {"top", "N", "rows of the ranking (12)"},
    {"matrix", "FILE", "outcomes of your own (CSV): they outrank public scores"},
    {"cluster", "COLUMN", "column of --matrix whose equal values mark dependent items"},
    {"as-of", "DATE", "by what was known on that day; else today"},
    {"ask", NULL, "ask each question on the terminal"},
    {"all", NULL, "every removed candidate, not only the near misses"},
    {"task-file", "FILE", "write the shortlist as a task file; beside TASK, for it names the same files"},
    {"report", "FILE", "write the advice as a page"},
};

static bool nothing_said(const struct fl_cli *cli)
{
	static const char *const says[] = {"need",  "category", "traffic", "in",     "out",    "context",
	                                   "value", "wage",     "device",  "prefer", "budget", "matrix"};
	for (size_t i = 0; i < FL_COUNT(says); i++)
		if (fl_cli_has(cli, says[i]))
			return false;
	return cli->argument.n == 0;
}

/* A terminal without any wish is asked; --ask elsewhere than on a terminal is a mistake. */
static enum fl_code ask_if_wanted(struct fl_cli *cli, struct fl_err *err)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	if (fl_cli_has(cli, "ask") && !terminal) {
		fl_err_set(err, FL_E_USAGE, "--ask needs a terminal to ask on");
		fl_err_help(err, "give the answers as options: --category, --traffic, --value, --need key=value");
		return FL_E_USAGE;
	}
	if (fl_cli_has(cli, "ask") || (terminal && nothing_said(cli) && !cli->json))
		return fl_cli_advise_ask(cli, err);
	return FL_OK;
}

static enum fl_code write_text(struct fl_cli *cli, const char *option, struct fl_str text, const char **path,
                               struct fl_err *err)
{
	struct fl_str name;
	if (!fl_cli_get(cli, option, &name))
		return FL_OK;
	*path = fl_arena_dupz(&cli->arena, name);
	return fl_file_write(*path, text, err);
}

static enum fl_code write_page(struct fl_cli *cli, const struct fl_advise_view *v, struct fl_err *err)
{
	struct fl_buf page;
	const char *path;
	if (!fl_cli_has(cli, "report"))
		return FL_OK;
	fl_buf_init(&page, ANSWER_BYTES);
	enum fl_code code = fl_advise_page(v, &page)
	                        ? write_text(cli, "report", fl_buf_slice(&page), &path, err)
	                        : fl_err_set(err, FL_E_LIMIT, "the page is larger than is accepted");
	fl_buf_release(&page);
	return code;
}

static enum fl_code answer(struct fl_cli *cli, const struct fl_advice *advice, struct fl_err *err)
{
	uint64_t top = TOP_USUAL;
	struct fl_advise_view v = {.advice = advice,
	                           .all = fl_cli_has(cli, "all"),
	                           .color = cli->color,
	                           .width = fl_terminal_width(STDOUT_FILENO)};
	FL_TRY(fl_cli_u64(cli, "top", 1, &top, err));
	v.top = (size_t)FL_MIN(top, (uint64_t)100000);
	if (advice->task_file.n)
		FL_TRY(write_text(cli, "task-file", advice->task_file, &v.task_path, err));
	FL_TRY(write_page(cli, &v, err));
	bool ok = cli->json ? fl_advise_json(&v, &cli->out) : fl_advise_text(&v, &cli->out);
	return ok ? FL_OK : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code advise(struct fl_cli *cli, const struct fl_catalog *c, const struct fl_task *task,
                           struct fl_err *err)
{
	struct fl_advise_wish wish;
	struct fl_advice advice;
	FL_TRY(fl_cli_advise_wish(cli, task, &wish, err));
	FL_TRY(fl_cli_advise_own(cli, task, &wish, err));
	enum fl_code code = fl_advise(c, &wish, &cli->arena, &advice, err);
	if (code == FL_E_CHECK) /* nobody is known to meet all needs: what is removed and not known is the answer */
		cli->exit_status = fl_code_row(code)->exit_status;
	if (code == FL_OK || code == FL_E_CHECK)
		code = answer(cli, &advice, err);
	fl_advice_release(&advice);
	return code;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *c;
	struct fl_task task;
	FL_TRY(fl_cli_may_write(cli, "report", NULL, err));
	FL_TRY(fl_cli_may_write(cli, "task-file", NULL, err));
	FL_TRY(fl_cli_catalog(cli, &c, err));
	FL_TRY(ask_if_wanted(cli, err));
	if (cli->argument.n == 0)
		return advise(cli, c, NULL, err);
	struct fl_task_options how = {
	    .config_path = cli->config_path, .config_given = cli->config_given, .catalog = c, .allow_commands = true};
	FL_TRY(fl_task_read(&task, fl_arena_dupz(&cli->arena, cli->argument.p[0]), &how, err));
	enum fl_code code = advise(cli, c, &task, err);
	fl_task_release(&task);
	return code;
}

const struct fl_command fl_cmd_advise = {
    .name = "advise",
    .summary = "which models suit a task, why the others do not, and what would change that",
    .usage = "advise [TASK.yaml] [--need KEY=VALUE ...] [options]",
    .text =
        "Takes out every model of the catalogue that breaks a hard need, with what was wanted and found, the source "
        "and the smallest change that brings it back. Ranks the rest by public scores of that kind of task, prices "
        "and your worth of a right answer; says which cannot be told apart, where the verdict would change, and "
        "ends with a task file for `fulcrum balance`, which measures on your own examples. Offline. Options stand "
        "over the task file. Exit status 1: no model is known to meet all needs.",
    .example = "fulcrum advise --category extraction --traffic 1000000 --in 800 --out 20 --need data=no-training\n"
               "fulcrum advise --category long-context --need effective_context=60k --need exclude.labs=xai\n"
               "fulcrum advise examples/triage.yaml --device rtx-4090 --prefer open --task-file examples/race.yaml",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};
