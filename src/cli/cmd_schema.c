#include "cli/commands.h"

#include "cli/completion.h"
#include "lang/schema.h"
#include "task/task.h"

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	static const struct {
		const char *word;
		const struct fl_table *table;
		const char *title;
	} row[] = {{"task", &fl_task_table, "Fulcrum task file"},
	           {"config", &fl_config_table, "Fulcrum configuration file"}};
	for (size_t i = 0; i < FL_COUNT(row); i++)
		if (fl_str_is(cli->argument.p[0], row[i].word)) {
			struct fl_json_writer w;
			fl_json_begin(&w, &cli->out, 2);
			fl_schema_print(row[i].table, row[i].title, &w);
			return fl_json_done(&w) && fl_buf_char(&cli->out, '\n')
			           ? FL_OK
			           : fl_err_set(err, FL_E_LIMIT, "the schema is too large");
		}
	fl_err_set(err, FL_E_USAGE, "there is no schema '%.*s'", FL_FMT(cli->argument.p[0]));
	fl_err_expected(err, "task or config");
	return FL_E_USAGE;
}

const struct fl_command fl_cmd_schema = {
    .name = "schema",
    .summary = "print the JSON Schema of a task or configuration file",
    .usage = "schema task|config",
    .text = "From the same tables that check the file. Editors use it for completion and checks.",
    .example = "fulcrum schema task > task.schema.json",
    .least = 1,
    .most = 1,
    .run = run,
};

static enum fl_code run_manual(struct fl_cli *cli, struct fl_err *err)
{
	(void)err;
	fl_manual(&cli->out);
	return FL_OK;
}

const struct fl_command fl_cmd_manual = {
    .name = "manual",
    .summary = "print the manual page (roff)",
    .usage = "manual",
    .text = "What `man fulcrum` shows after an installation.",
    .example = "fulcrum manual | man -l -",
    .run = run_manual,
};

static enum fl_code run_completion(struct fl_cli *cli, struct fl_err *err)
{
	if (fl_completion(cli->argument.p[0], &cli->out))
		return FL_OK;
	fl_err_set(err, FL_E_USAGE, "there is no completion for '%.*s'", FL_FMT(cli->argument.p[0]));
	fl_err_expected(err, "bash, zsh or fish");
	return FL_E_USAGE;
}

const struct fl_command fl_cmd_completion = {
    .name = "completion",
    .summary = "print the completion script of a shell",
    .usage = "completion bash|zsh|fish",
    .text = "From the same tables that read the command line. Packages install it; by hand, load it where your shell "
            "starts, or keep it where the shell looks: completions/ under the bash-completion or fish folder of your "
            "home, or as _fulcrum in a folder of zsh's fpath.",
    .example = "source <(fulcrum completion bash)\nfulcrum completion fish > ~/.config/fish/completions/fulcrum.fish",
    .least = 1,
    .most = 1,
    .run = run_completion,
};
