#include "cli/commands.h"

#include "base/clock.h"
#include "call/call.h"
#include "choose/needs.h"
#include "eval/matrix.h"
#include "eval/preference.h"
#include "eval/run.h"
#include "io/file.h"
#include "present/progress.h"
#include "present/providers_view.h"

static const struct fl_command *const commands[] = {
    &fl_cmd_init,         &fl_cmd_try,         &fl_cmd_try_votes,     &fl_cmd_advise,       &fl_cmd_check,
    &fl_cmd_balance,      &fl_cmd_eval,        &fl_cmd_providers,     &fl_cmd_runs,         &fl_cmd_show,
    &fl_cmd_schema,       &fl_cmd_models,      &fl_cmd_models_show,   &fl_cmd_models_check, &fl_cmd_models_import,
    &fl_cmd_models_news,  &fl_cmd_cost,        &fl_cmd_cost_exchange, &fl_cmd_cost_agent,   &fl_cmd_cost_votes,
    &fl_cmd_cost_best,    &fl_cmd_cost_moa,    &fl_cmd_cost_cascade,  &fl_cmd_cost_retry,   &fl_cmd_cost_chain,
    &fl_cmd_cost_context, &fl_cmd_cost_cliff,  &fl_cmd_cost_cache,    &fl_cmd_cost_think,   &fl_cmd_cost_value,
    &fl_cmd_cost_success, &fl_cmd_cost_levers, &fl_cmd_cost_monthly,  &fl_cmd_cost_tune,    &fl_cmd_cost_selfhost,
    &fl_cmd_cost_odds,    &fl_cmd_fit,         &fl_cmd_export,        &fl_cmd_import,       &fl_cmd_limits,
    &fl_cmd_manual,       &fl_cmd_completion,
};

const struct fl_command *const *fl_commands(size_t *count)
{
	*count = FL_COUNT(commands);
	return commands;
}

enum fl_code fl_cli_matrix(struct fl_cli *cli, struct fl_matrix *m, struct fl_str *file, struct fl_err *err)
{
	static const size_t largest = (size_t)4000000000;
	struct fl_str text, cluster = {0};
	fl_cli_get(cli, "matrix", file);
	fl_cli_get(cli, "cluster", &cluster);
	const char *path = fl_arena_dupz(&cli->arena, *file);
	struct fl_arena a;
	fl_arena_init(&a);
	enum fl_code code = fl_file_read_gzip(path, largest, &a, &text, err);
	if (code == FL_OK)
		code = fl_matrix_read(m, text, path, cluster, err);
	fl_arena_release(&a);
	if (code != FL_OK)
		return code;
	struct fl_progress p;
	fl_progress_init(&p, cli->quiet, cli->color);
	for (size_t i = 0; i < m->notes; i++)
		fl_progress_note(&p, m->note[i]);
	return FL_OK;
}

/* Who only reads a task runs nothing of it; who would run it needs the user's word. */
static bool may_name_commands(const struct fl_cli *cli)
{
	bool runs = false;
	for (size_t i = 0; i < cli->command->option_count; i++)
		runs |= strcmp(cli->command->option[i].name, "allow-commands") == 0;
	return !runs || fl_cli_has(cli, "allow-commands") || fl_cli_has(cli, "dry-run");
}

enum fl_code fl_cli_task(struct fl_cli *cli, struct fl_task *task, struct fl_err *err)
{
	return fl_cli_task_all(cli, task, NULL, err);
}

enum fl_code fl_cli_task_all(struct fl_cli *cli, struct fl_task *task, struct fl_problems *problems, struct fl_err *err)
{
	const struct fl_catalog *catalog;
	FL_TRY(fl_cli_catalog(cli, &catalog, err));
	struct fl_task_options options = {.config_path = cli->config_path,
	                                  .config_given = cli->config_given,
	                                  .catalog = catalog,
	                                  .drop_unsupported = fl_cli_has(cli, "drop-unsupported"),
	                                  .problems = problems,
	                                  .allow_commands = may_name_commands(cli)};
	FL_TRY(fl_task_read(task, fl_arena_dupz(&cli->arena, cli->argument.p[0]), &options, err));
	enum fl_code code = fl_needs_apply(task, catalog, fl_date_at(fl_wall_ms()), fl_cli_has(cli, "strict"), err);
	if (code != FL_OK)
		fl_task_release(task);
	return code;
}

enum fl_code fl_cli_may_write(struct fl_cli *cli, const char *option, const char *fallback, struct fl_err *err)
{
	struct fl_str text;
	const char *path = fl_cli_get(cli, option, &text) ? fl_arena_dupz(&cli->arena, text) : fallback;
	return path ? fl_file_may_write(path, err) : FL_OK;
}

enum fl_code fl_cli_store(struct fl_cli *cli, struct fl_loop *loop, struct fl_store **store, struct fl_err *err)
{
	static const struct fl_store_tables *const tables[] = {&fl_call_tables, &fl_run_tables, &fl_preference_tables};
	return fl_store_open(store, cli->state_path, tables, FL_COUNT(tables), loop, err);
}

void fl_cli_server_note(void *progress, const struct fl_offer *offer, const struct fl_server_facts *facts,
                        size_t at_once)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_progress_note(progress, fl_server_note(offer, facts, at_once, &a));
	fl_arena_release(&a);
}
