#include "cli/cli.h"

#include "codec/json.h"
#include "present/error_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST_OUTPUT = 1 << 30 };

static const struct fl_option *find_option(const struct fl_command *c, struct fl_str name)
{
	for (size_t i = 0; c && i < c->option_count; i++)
		if (fl_str_is(name, c->option[i].name))
			return &c->option[i];
	for (size_t i = 0; i < fl_global_option_count; i++)
		if (fl_str_is(name, fl_global_options[i].name))
			return &fl_global_options[i];
	return NULL;
}

static enum fl_code unknown_option(const struct fl_command *c, struct fl_str name, struct fl_err *err)
{
	const char *words[128];
	size_t n = 0;
	for (size_t i = 0; c && i < c->option_count && n < FL_COUNT(words); i++)
		words[n++] = c->option[i].name;
	for (size_t i = 0; i < fl_global_option_count && n < FL_COUNT(words); i++)
		words[n++] = fl_global_options[i].name;
	const char *near = fl_suggest(name, words, n);
	fl_err_set(err, FL_E_USAGE, "unknown option --%.*s", FL_FMT(name));
	if (near)
		fl_err_help(err, "did you mean --%s?", near);
	else
		fl_err_help(err, "`fulcrum %s%s--help` lists the options", c ? c->name : "", c ? " " : "");
	return FL_E_USAGE;
}

static enum fl_code unknown_command(struct fl_str name, struct fl_err *err)
{
	const char *words[64];
	size_t n;
	const struct fl_command *const *all = fl_commands(&n);
	for (size_t i = 0; i < n && i < FL_COUNT(words); i++)
		words[i] = all[i]->name;
	const char *near = fl_suggest(name, words, n);
	fl_err_set(err, FL_E_USAGE, "unknown command '%.*s'", FL_FMT(name));
	if (near)
		fl_err_help(err, "did you mean '%s'?", near);
	else
		fl_err_help(err, "`fulcrum --help` lists the commands");
	return FL_E_USAGE;
}

static const struct fl_command *find_command(struct fl_str name)
{
	size_t n;
	const struct fl_command *const *all = fl_commands(&n);
	for (size_t i = 0; i < n; i++)
		if (fl_str_is(name, all[i]->name))
			return all[i];
	return NULL;
}

/* A command of two words ("models show") if the next word makes one, else of one; *words says how many it took. */
static const struct fl_command *find_words(const char *first, const char *second, int *words)
{
	char both[64];
	const struct fl_command *c = NULL;
	if (second && snprintf(both, sizeof both, "%s %s", first, second) < (int)sizeof both)
		c = find_command(fl_str_from(both));
	*words = c ? 2 : 1;
	return c ? c : find_command(fl_str_from(first));
}

/* --name VALUE, --name=VALUE, --flag. Advances *i over a separate value. */
static enum fl_code read_option(struct fl_cli *cli, int argc, char **argv, int *i, struct fl_err *err)
{
	struct fl_str word = fl_str_from(argv[*i] + 2), value = {0};
	ptrdiff_t eq = fl_str_find_char(word, '=', 0);
	if (eq >= 0) {
		value = fl_str_sub(word, (size_t)eq + 1, word.n);
		word.n = (size_t)eq;
	}
	const struct fl_option *o = find_option(cli->command, word);
	if (!o)
		return unknown_option(cli->command, word, err);
	if (!o->argument && eq >= 0)
		return fl_err_set(err, FL_E_USAGE, "--%s takes no value", o->name);
	if (o->argument && eq < 0) {
		if (*i + 1 >= argc)
			return fl_err_set(err, FL_E_USAGE, "--%s needs a value: --%s %s", o->name, o->name,
			                  o->argument);
		value = fl_str_from(argv[++*i]);
	}
	FL_VEC_PUSH(&cli->value, (struct fl_cli_value){o, value});
	return FL_OK;
}

/* The option that "-m" or "-mVALUE" means; NULL when there is none. */
static const struct fl_option *letter_option(const struct fl_command *c, const char *word)
{
	for (size_t i = 0; c && i < c->option_count; i++)
		if (c->option[i].letter && c->option[i].letter == word[1])
			return &c->option[i];
	return NULL;
}

/* -m VALUE, -mVALUE. */
static enum fl_code read_letter(struct fl_cli *cli, int argc, char **argv, int *i, struct fl_err *err)
{
	const struct fl_option *o = letter_option(cli->command, argv[*i]);
	const char *value = argv[*i] + 2;
	if (!o->argument && *value)
		return fl_err_set(err, FL_E_USAGE, "-%c takes no value", o->letter);
	if (o->argument && !*value) {
		if (*i + 1 >= argc)
			return fl_err_set(err, FL_E_USAGE, "-%c needs a value: -%c %s", o->letter, o->letter,
			                  o->argument);
		value = argv[++*i];
	}
	FL_VEC_PUSH(&cli->value, (struct fl_cli_value){o, fl_str_from(value)});
	return FL_OK;
}

/* The next word behind argv[i]; options of every command may stand between. NULL when there is none, or another option. */
static const char *next_word(int argc, char **argv, int i)
{
	for (i++; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		const struct fl_option *o = find_option(NULL, fl_str_from(argv[i] + 2));
		if (!o)
			return NULL;
		i += o->argument != NULL;
	}
	return i < argc && argv[i][0] != '-' ? argv[i] : NULL;
}

static enum fl_code parse(struct fl_cli *cli, int argc, char **argv, struct fl_err *err)
{
	bool only_arguments = false;
	int words = 0;
	for (int i = 1; i < argc && !cli->command; i++) /* the command decides which options there are: find it first */
		if (argv[i][0] != '-') {
			cli->command = find_words(argv[i], next_word(argc, argv, i), &words);
			if (!cli->command)
				return unknown_command(fl_str_from(argv[i]), err);
		} else {
			struct fl_str word = fl_str_from(argv[i] + (argv[i][1] == '-' ? 2 : 1));
			const struct fl_option *o = find_option(NULL, word);
			i += o && o->argument;
		}
	for (int i = 1; i < argc; i++) {
		if (!only_arguments && strcmp(argv[i], "--") == 0)
			only_arguments = true;
		else if (!only_arguments && strncmp(argv[i], "--", 2) == 0)
			FL_TRY(read_option(cli, argc, argv, &i, err));
		else if (!only_arguments && argv[i][0] == '-' && argv[i][1] != '\0' &&
		         letter_option(cli->command, argv[i]))
			FL_TRY(read_letter(cli, argc, argv, &i, err));
		else if (!only_arguments && argv[i][0] == '-' && argv[i][1] != '\0') {
			fl_err_set(err, FL_E_USAGE, "unknown option %s", argv[i]);
			fl_err_expected(err, "options in their long form, such as --help");
			return FL_E_USAGE;
		} else if (words > 0)
			words--;
		else
			FL_VEC_PUSH(&cli->argument, fl_str_from(argv[i]));
	}
	return FL_OK;
}

static enum fl_code check_arguments(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_command *c = cli->command;
	if (cli->argument.n >= c->least && cli->argument.n <= c->most)
		return FL_OK;
	fl_err_set(err, FL_E_USAGE, "fulcrum %s: %s", c->name,
	           cli->argument.n < c->least ? "something is missing" : "there is more than it takes");
	fl_err_expected(err, "fulcrum %.*s", (int)strcspn(c->usage, "\n"), c->usage);
	return FL_E_USAGE;
}

/* $VARIABLE, else $XDG/fulcrum/name, else $HOME/fallback/fulcrum/name. */
static const char *default_path(struct fl_arena *a, const char *variable, const char *xdg, const char *fallback,
                                const char *name)
{
	const char *v = getenv(variable), *base = getenv(xdg), *home = getenv("HOME");
	if (v && *v)
		return v;
	if (base && base[0] == '/')
		return fl_arena_printf(a, "%s/fulcrum/%s", base, name).p;
	return fl_arena_printf(a, "%s/%s/fulcrum/%s", home && *home ? home : ".", fallback, name).p;
}

static void globals(struct fl_cli *cli)
{
	struct fl_str text;
	const char *plain = getenv("NO_COLOR"), *config = getenv("FULCRUM_CONFIG");
	cli->json = fl_cli_has(cli, "json");
	cli->quiet = fl_cli_has(cli, "quiet");
	cli->color = !fl_cli_has(cli, "no-color") && !(plain && *plain) && isatty(STDOUT_FILENO);
	cli->state_path = fl_cli_get(cli, "state", &text) ? fl_arena_dupz(&cli->arena, text)
	                                                  : default_path(&cli->arena, "FULCRUM_STATE", "XDG_STATE_HOME",
	                                                                 ".local/state", "fulcrum.db");
	cli->config_given = fl_cli_has(cli, "config") || (config && *config);
	cli->config_path =
	    fl_cli_get(cli, "config", &text)
	        ? fl_arena_dupz(&cli->arena, text)
	        : default_path(&cli->arena, "FULCRUM_CONFIG", "XDG_CONFIG_HOME", ".config", "fulcrum.yaml");
}

/* --json anywhere counts, also when the rest of the line cannot be read. */
static bool asks_for_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

static void print_error_json(const struct fl_err *err)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, 1 << 20);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.error/1"));
	fl_json_name(&w, "error");
	fl_error_json(err, &w);
	fl_json_close(&w);
	if (fl_json_done(&w))
		printf("%s\n", b.p);
	fl_buf_release(&b);
}

static void print_error(const struct fl_err *err)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 21);
	fl_buf_z(&b, "fulcrum: ");
	fl_error_text(err, &b);
	fwrite(b.p, 1, b.n, stderr);
	fl_buf_release(&b);
}

/* The program's word on itself: as it is, or with --json as the one member of an object. */
static enum fl_code say(struct fl_cli *cli, const char *what, struct fl_str text, struct fl_err *err)
{
	struct fl_json_writer w;
	if (!cli->json) {
		bool version = strcmp(what, "version") == 0;
		fl_buf_printf(&cli->out, version ? "fulcrum %.*s\n" : "%.*s", FL_FMT(text));
		return FL_OK;
	}
	fl_json_begin(&w, &cli->out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", fl_arena_printf(&cli->arena, "fulcrum.%s/1", what));
	fl_json_member_str(&w, what, text);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(&cli->out, '\n')
	           ? FL_OK
	           : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code run(struct fl_cli *cli, int argc, char **argv, struct fl_err *err)
{
	FL_TRY(parse(cli, argc, argv, err));
	globals(cli);
	if (fl_cli_has(cli, "version"))
		return say(cli, "version", fl_str_from(FL_VERSION), err);
	if (fl_cli_has(cli, "help") || (!cli->command && !cli->json)) {
		struct fl_buf text;
		fl_buf_init(&text, 1 << 20);
		fl_help(cli->command, &text);
		enum fl_code code = say(cli, "help", fl_buf_slice(&text), err);
		fl_buf_release(&text);
		if (!fl_cli_has(cli, "help"))
			cli->exit_status = 2;
		return code;
	}
	if (!cli->command) {
		fl_err_set(err, FL_E_USAGE, "no command");
		fl_err_expected(err, "fulcrum [options] COMMAND ...");
		fl_err_help(err, "`fulcrum --help` lists the commands");
		return FL_E_USAGE;
	}
	FL_TRY(check_arguments(cli, err));
	return cli->command->run(cli, err);
}

int fl_cli_main(int argc, char **argv)
{
	struct fl_cli cli = {.exit_status = -1};
	struct fl_err err = {0};
	fl_arena_init(&cli.arena);
	fl_buf_init(&cli.out, LARGEST_OUTPUT);
	bool unwritten = false;
	enum fl_code code = run(&cli, argc, argv, &err);
	if (code != FL_OK && asks_for_json(argc, argv))
		print_error_json(&err);
	else if (code != FL_OK)
		print_error(&err);
	else if (cli.out.n && fwrite(cli.out.p, 1, cli.out.n, stdout) < cli.out.n)
		unwritten = true;
	int status = code != FL_OK ? fl_code_row(code)->exit_status : cli.exit_status >= 0 ? cli.exit_status : 0;
	unwritten |= fflush(stdout) != 0 || ferror(stdout);
	if (unwritten && status == 0) {
		fprintf(stderr, "fulcrum: standard output cannot be written\n");
		status = 4;
	}
	FL_VEC_RELEASE(&cli.value);
	FL_VEC_RELEASE(&cli.argument);
	fl_buf_release(&cli.out);
	fl_arena_release(&cli.arena);
	return status;
}
