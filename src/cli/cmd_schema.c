#include "cli/commands.h"

#include "cli/completion.h"
#include "cli/manual.h"
#include "io/file.h"
#include "lang/schema.h"
#include "task/task.h"

enum { PAGE_BYTES = 1 << 20 };

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

/* The page of the words, which name a command or a kind of file. */
static enum fl_code page_of(struct fl_cli *cli, struct fl_str words, struct fl_err *err)
{
	size_t n;
	const struct fl_command *const *c = fl_commands(&n);
	for (size_t i = 0; i < n; i++)
		if (fl_str_is(words, c[i]->name)) {
			fl_manual(c[i], &cli->out);
			return FL_OK;
		}
	for (size_t i = 0; i < fl_manual_file_count; i++)
		if (fl_str_is(words, fl_manual_files[i].word)) {
			fl_manual_of_file(&fl_manual_files[i], &cli->out);
			return FL_OK;
		}
	fl_err_set(err, FL_E_USAGE, "there is no manual page '%.*s'", FL_FMT(words));
	fl_err_expected(err, "a command that `fulcrum --help` lists, task-file or config-file");
	return FL_E_USAGE;
}

static enum fl_code write_page(struct fl_cli *cli, struct fl_str folder, struct fl_str page, int section,
                               struct fl_buf *text, struct fl_err *err)
{
	const char *path = fl_arena_printf(&cli->arena, "%.*s/%.*s.%d", FL_FMT(folder), FL_FMT(page), section).p;
	return fl_file_write(path, fl_buf_slice(text), err);
}

static enum fl_code write_pages(struct fl_cli *cli, struct fl_str folder, struct fl_err *err)
{
	size_t n;
	const struct fl_command *const *c = fl_commands(&n);
	struct fl_buf text;
	enum fl_code code = FL_OK;
	fl_buf_init(&text, PAGE_BYTES);
	for (size_t i = 0; i <= n && code == FL_OK; i++) {
		const struct fl_command *of = i < n ? c[i] : NULL; /* the last is the program's own */
		fl_buf_reset(&text);
		fl_manual(of, &text);
		code = write_page(cli, folder, fl_manual_page(of, &cli->arena), 1, &text, err);
	}
	for (size_t i = 0; i < fl_manual_file_count && code == FL_OK; i++) {
		fl_buf_reset(&text);
		fl_manual_of_file(&fl_manual_files[i], &text);
		code = write_page(cli, folder, fl_str_from(fl_manual_files[i].page), 5, &text, err);
	}
	fl_buf_release(&text);
	return code;
}

static enum fl_code run_manual(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_str folder, *word = cli->argument.p;
	if (fl_cli_get(cli, "write", &folder)) {
		if (cli->argument.n)
			return fl_err_set(err, FL_E_USAGE, "--write writes all pages and takes no name of one");
		return write_pages(cli, folder, err);
	}
	if (cli->argument.n == 0) {
		fl_manual(NULL, &cli->out);
		return FL_OK;
	}
	if (cli->argument.n == 1)
		return page_of(cli, word[0], err);
	return page_of(cli, fl_arena_printf(&cli->arena, "%.*s %.*s", FL_FMT(word[0]), FL_FMT(word[1])), err);
}

static const struct fl_option manual_options[] = {
    {"write", "FOLDER", "write all pages into this folder: fulcrum.1, fulcrum-balance.1, ..., fulcrum-task.5"},
};

const struct fl_command fl_cmd_manual = {
    .name = "manual",
    .summary = "print a manual page (roff)",
    .usage = "manual [COMMAND]\nmanual task-file|config-file\nmanual --write FOLDER",
    .text = "What `man fulcrum`, `man fulcrum-balance` and `man 5 fulcrum-task` show after an installation.",
    .example = "fulcrum manual balance | man -l -\nfulcrum manual task-file | man -l -",
    .option = manual_options,
    .option_count = FL_COUNT(manual_options),
    .most = 2,
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
