/* models news: what changed in the catalogue, and which of the user's tasks it concerns. */
#include "base/clock.h"
#include "choose/news.h"
#include "cli/commands.h"
#include "present/news_view.h"
#include "present/progress.h"

#include <unistd.h>

enum { LAST_DAYS = 30 };

static const struct fl_option options[] = {
    {"since", "DATE", "changes after that day; else after 30 days before --until"},
    {"until", "DATE", "changes until that day; else until today"},
    {"against", "FILE", "what this catalogue file, and those behind it, change in the built-in catalogue"},
};

static enum fl_code between(struct fl_cli *cli, struct fl_news *n, struct fl_err *err)
{
	const struct fl_catalog *c;
	fl_date since, until;
	if (cli->argument.n)
		return fl_err_set(err, FL_E_USAGE, "a file is compared with --against FILE");
	FL_TRY(fl_cli_catalog(cli, &c, err));
	FL_TRY(fl_cli_day(cli, "until", &until, err));
	since = until - LAST_DAYS;
	if (fl_cli_has(cli, "since"))
		FL_TRY(fl_cli_day(cli, "since", &since, err));
	if (since >= until)
		return fl_err_set(err, FL_E_USAGE, "--since must be a day before --until");
	fl_news_between(n, c, since, until, &cli->arena);
	return FL_OK;
}

static enum fl_code against(struct fl_cli *cli, struct fl_news *n, struct fl_err *err)
{
	static struct fl_catalog other; /* lives until the program ends, as fl_cli_catalog's */
	struct fl_str *file = FL_NEW_ARRAY(&cli->arena, struct fl_str, cli->value.n + cli->argument.n);
	size_t files = 0;
	fl_date day;
	if (fl_cli_has(cli, "since"))
		return fl_err_set(err, FL_E_USAGE, "--since compares days, --against files: one of them");
	FL_TRY(fl_cli_day(cli, "until", &day, err));
	for (size_t i = 0; i < cli->value.n; i++)
		if (strcmp(cli->value.p[i].option->name, "against") == 0)
			file[files++] = cli->value.p[i].text;
	for (size_t i = 0; i < cli->argument.n; i++)
		file[files++] = cli->argument.p[i];
	FL_TRY(fl_catalog_load(&other, file, files, err));
	fl_news_against(n, fl_catalog_builtin(), &other, day);
	return FL_OK;
}

/* SIZE_MAX when there is no state file: none is made. */
static enum fl_code read_tasks(struct fl_cli *cli, struct fl_news *n, size_t *tasks, struct fl_err *err)
{
	struct fl_db *db;
	struct fl_news_task *task;
	enum fl_code code = fl_store_peek(&db, cli->state_path, err);
	*tasks = SIZE_MAX;
	if (code == FL_E_NOT_FOUND)
		return FL_OK;
	if (code != FL_OK)
		return code;
	code = fl_news_tasks(db, &cli->arena, &task, tasks, err);
	if (code == FL_OK)
		fl_news_concerns(n, task, *tasks, &cli->arena);
	fl_store_peek_end(db);
	return code;
}

static enum fl_code print(struct fl_cli *cli, const struct fl_news *n, size_t tasks, struct fl_err *err)
{
	struct fl_json_writer w;
	if (!cli->json) {
		fl_news_text(n, tasks, &cli->out, fl_terminal_width(STDOUT_FILENO));
		return FL_OK;
	}
	fl_json_begin(&w, &cli->out, 0);
	fl_news_json(n, tasks, &w);
	return fl_json_done(&w) && fl_buf_char(&cli->out, '\n')
	           ? FL_OK
	           : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_news n;
	size_t tasks;
	FL_TRY(fl_cli_has(cli, "against") ? against(cli, &n, err) : between(cli, &n, err));
	enum fl_code code = read_tasks(cli, &n, &tasks, err);
	if (code == FL_OK)
		code = print(cli, &n, tasks, err);
	fl_news_release(&n);
	return code;
}

const struct fl_command fl_cmd_models_news = {
    .name = "models news",
    .summary = "what is new, dearer, cheaper, deprecated, retired or announced",
    .usage = "models news [--since DATE] [--until DATE]\nmodels news --against FILE [FILE ...]",
    .text =
        "Lists what changed in the catalogue between two days, or what a catalogue file changes in it; what is "
        "announced for the year to come stands apart with its day. Where a run of yours raced an offer that changed or "
        "goes, or a newcomer of the same provider is cheaper than your choice at no lower public score, it says so, "
        "with the command that chooses again.",
    .example = "fulcrum models news\nfulcrum models news --since 2026-09-01\n"
               "fulcrum models news --against ~/.config/fulcrum/catalog/litellm.yaml",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 50,
    .run = run,
};
