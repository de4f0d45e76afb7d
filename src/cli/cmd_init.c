/* init: a first task file for somebody's examples. */
#include "base/clock.h"
#include "call/server.h"
#include "cli/commands.h"
#include "io/file.h"
#include "present/init_view.h"
#include "present/plain.h"
#include "present/progress.h"
#include "provider/command.h"
#include "task/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVERS = 16, SERVER_MS = 2000, FEW_ITEMS = 50, ANSWER_BYTES = 4096 };

static const char *const goals[] = {"cheapest", "value"};
static const struct fl_option options[] = {
    {"label", "COLUMN", "the column that holds the right answer; else it is found by its name or its few values"},
    {"goal", "cheapest|value", "cheapest: of those within 2 points of the best (the default); value: see --value"},
    {"value", "USD", "what a right answer is worth, instead of the goal; a bare number is in USD"},
    {"budget", "USD", "the most that the evaluation may spend; 1 unless one call may cost more"},
    {"model", "PROVIDER/NAME", "race this one instead of those that are found; repeatable"},
    {"app", "COMMAND", "race an application of your own too, such as 'python3 app.py'"},
    {"task-file", "FILE", "write there instead of beside the data"},
};

struct init {
	struct fl_cli *cli;
	struct fl_providers providers;
	struct fl_look look;
	struct fl_first_wish wish;
	const char *data; /* NULL: examples to be replaced */
	const char *task_file;
	bool asks; /* there is a terminal */
};

/* --- where -------------------------------------------------------------------------------------------------------- */

static struct fl_str folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? (struct fl_str){path, (size_t)(slash - path) + 1} : FL_S("");
}

static struct fl_str stem_of(const char *path)
{
	struct fl_str name = fl_str_from(path + folder_of(path).n);
	ptrdiff_t dot = -1;
	for (size_t i = 1; i < name.n; i++)
		if (name.p[i] == '.')
			dot = (ptrdiff_t)i;
	return fl_str_sub(name, 0, dot < 0 ? name.n : (size_t)dot);
}

/* tickets.csv -> tickets.yaml beside it; data that is YAML itself -> tickets.task.yaml. */
static void name_task_file(struct init *in)
{
	struct fl_arena *a = &in->cli->arena;
	struct fl_str said, stem = in->data ? stem_of(in->data) : FL_S("task");
	struct fl_str folder = in->data ? folder_of(in->data) : FL_S("");
	if (fl_cli_get(in->cli, "task-file", &said)) {
		in->task_file = fl_arena_dupz(a, said);
		return;
	}
	in->task_file = fl_arena_printf(a, "%.*s%.*s.yaml", FL_FMT(folder), FL_FMT(stem)).p;
	if (in->data && strcmp(in->task_file, in->data) == 0)
		in->task_file = fl_arena_printf(a, "%.*s%.*s.task.yaml", FL_FMT(folder), FL_FMT(stem)).p;
}

/* A word for a shell: quoted where it needs it. */
static struct fl_str shell_word(struct fl_arena *a, struct fl_str s)
{
	bool plain = s.n > 0;
	struct fl_buf b;
	for (size_t i = 0; i < s.n; i++)
		plain &= (s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') ||
		         strchr("_-./:@%+=,", s.p[i]);
	if (plain)
		return s;
	fl_buf_init(&b, 8 * PATH_MAX);
	fl_buf_char(&b, '\'');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			fl_buf_z(&b, "'\\''");
		else
			fl_buf_char(&b, s.p[i]);
	fl_buf_char(&b, '\'');
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static enum fl_code refuse_existing(const struct init *in, struct fl_err *err)
{
	struct stat st;
	if (lstat(in->task_file, &st) != 0)
		return fl_file_may_write(in->task_file, err);
	fl_err_set(err, FL_E_INVALID, "this file is there already, and it is not overwritten");
	fl_err_place(err, in->task_file, 0, 0);
	fl_err_help(err, "fulcrum check %.*s looks at it; --task-file NAME writes another",
	            FL_FMT(shell_word(&in->cli->arena, fl_str_from(in->task_file))));
	return FL_E_INVALID;
}

/* How the task file names its data: by the name alone where it stands beside it. */
static enum fl_code place_data(struct init *in, struct fl_err *err)
{
	struct fl_arena *a = &in->cli->arena;
	char whole[PATH_MAX];
	if (!in->data)
		return FL_OK;
	if (fl_str_eq(folder_of(in->data), folder_of(in->task_file))) {
		in->wish.data = fl_str_from(in->data + folder_of(in->data).n);
		return FL_OK;
	}
	if (!realpath(in->data, whole))
		return fl_err_set(err, FL_E_IO, "the whole path of %s cannot be told", in->data);
	in->wish.data = fl_arena_dup(a, fl_str_from(whole));
	in->wish.attach_in = fl_arena_dup(a, folder_of(in->wish.data.p));
	return FL_OK;
}

/* As `meson install` puts it: ../share/fulcrum beside the program's folder. */
static void find_schema(struct init *in)
{
	struct fl_arena *a = &in->cli->arena;
	char program[PATH_MAX], whole[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program);
	if (n <= 0 || n == sizeof program)
		return;
	program[n] = '\0';
	struct fl_str folder = folder_of(program);
	if (realpath(fl_arena_printf(a, "%.*s../share/fulcrum/task.schema.json", FL_FMT(folder)).p, whole))
		in->wish.schema = fl_arena_dup(a, fl_str_from(whole));
}

/* --- what the options say ----------------------------------------------------------------------------------------- */

static enum fl_code read_goal(struct init *in, struct fl_err *err)
{
	struct fl_str goal;
	bool by_value = false;
	in->wish.value_nusd = in->wish.budget_nusd = -1;
	if (fl_cli_get(in->cli, "goal", &goal)) {
		if (!fl_str_is(goal, goals[0]) && !fl_str_is(goal, goals[1]))
			return fl_cli_bad(err, "goal", goal, "cheapest or value");
		by_value = fl_str_is(goal, goals[1]);
		if (by_value && !fl_cli_has(in->cli, "value"))
			return fl_err_set(err, FL_E_USAGE,
			                  "--goal value needs --value, what a right answer is worth in USD");
		if (!by_value && fl_cli_has(in->cli, "value"))
			return fl_err_set(err, FL_E_USAGE, "--value is for --goal value");
	}
	FL_TRY(fl_cli_quantity(in->cli, "value", FL_Q_MONEY, "USD", &in->wish.value_nusd, err));
	FL_TRY(fl_cli_quantity(in->cli, "budget", FL_Q_MONEY, "USD", &in->wish.budget_nusd, err));
	if (in->wish.value_nusd == 0 || in->wish.value_nusd < -1)
		return fl_err_set(err, FL_E_USAGE, "--value must be more than 0");
	if (in->wish.budget_nusd == 0 || in->wish.budget_nusd < -1)
		return fl_err_set(err, FL_E_USAGE, "--budget must be more than 0");
	return FL_OK;
}

/* Words as a shell takes them apart: spaces, quotes, backslashes. What only a shell does is refused: none is started. */
static enum fl_code split_words(struct fl_arena *a, struct fl_str s, struct fl_str *word, size_t *n, struct fl_err *err)
{
	char *out = fl_arena_alloc(a, s.n + 1);
	size_t at = 0, begin = 0;
	char quote = 0;
	bool open = false;
	*n = 0;
	for (size_t i = 0; i <= s.n; i++) {
		char c = i < s.n ? s.p[i] : ' ';
		bool space = !quote && (c == ' ' || c == '\t' || c == '\n');
		if (space && open) {
			if (*n == FL_COMMAND_ARGUMENTS)
				return fl_err_set(err, FL_E_USAGE, "--app has more than %d words",
				                  FL_COMMAND_ARGUMENTS);
			word[(*n)++] = (struct fl_str){out + begin, at - begin};
			begin = at;
			open = false;
		}
		if (space || i == s.n)
			continue;
		open = true;
		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? 0 : c;
			continue;
		}
		if (quote != '\'' && (c == '$' || c == '`'))
			return fl_cli_bad(err, "app", s, "plain words: no shell is started that would fill in $ or `");
		if (!quote && strchr("|&;<>()*?", c))
			return fl_cli_bad(err, "app", s, "plain words: no shell is started; put them into a script");
		if (c == '\\' && quote != '\'' && i + 1 < s.n)
			c = s.p[++i];
		out[at++] = c;
	}
	if (quote)
		return fl_cli_bad(err, "app", s, "a closing quote");
	return *n ? FL_OK : fl_cli_bad(err, "app", s, "a command, such as 'python3 app.py'");
}

static enum fl_code read_candidates(struct init *in, struct fl_err *err)
{
	struct fl_str *model = FL_NEW_ARRAY(&in->cli->arena, struct fl_str, FL_FIRST_GIVEN);
	struct fl_str *word = FL_NEW_ARRAY(&in->cli->arena, struct fl_str, FL_COMMAND_ARGUMENTS);
	struct fl_str app;
	for (size_t i = 0; i < in->cli->value.n; i++) {
		const struct fl_cli_value *v = &in->cli->value.p[i];
		bool again = strcmp(v->option->name, "model") != 0;
		for (size_t k = 0; k < in->wish.models; k++)
			again |= fl_str_eq(model[k], v->text);
		if (again)
			continue;
		if (in->wish.models == FL_FIRST_GIVEN)
			return fl_err_set(err, FL_E_USAGE, "--model is given more than %d times", FL_FIRST_GIVEN);
		model[in->wish.models++] = v->text;
	}
	in->wish.model = model;
	if (!fl_cli_get(in->cli, "app", &app))
		return FL_OK;
	in->wish.command = word;
	return split_words(&in->cli->arena, app, word, &in->wish.arguments, err);
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

/* False at the end of the input, which leaves all else open. */
static bool ask(struct init *in, struct fl_str question, struct fl_str *answer)
{
	char text[ANSWER_BYTES];
	fprintf(stderr, "%.*s ", FL_FMT(question));
	if (!fgets(text, sizeof text, stdin)) {
		in->asks = false;
		return false;
	}
	*answer = fl_str_trim(fl_arena_dup(&in->cli->arena, fl_str_from(text)));
	return answer->n > 0;
}

static void say_wrong(struct fl_err *err)
{
	struct fl_buf safe; /* it may repeat what a file says */
	fl_buf_init(&safe, 1 << 16);
	fl_plain(&safe, fl_str_from(err->message));
	fl_plain(&safe, fl_str_from(err->help[0] ? "; " : ""));
	fl_plain(&safe, fl_str_from(err->help));
	fprintf(stderr, "%.*s\n", FL_FMT(fl_buf_slice(&safe)));
	fl_buf_release(&safe);
	fl_err_clear(err);
}

static enum fl_code look_at(struct init *in, struct fl_err *err)
{
	return in->data ? fl_look_file(&in->look, in->data, err)
	                : fl_look_items(&in->look, fl_first_examples(&in->cli->arena), err);
}

/* The file of examples: an argument, else the answer on a terminal, asked again while it cannot be read. */
static enum fl_code find_data(struct init *in, struct fl_err *err)
{
	struct fl_str answer;
	if (in->cli->argument.n) {
		in->data = fl_arena_dupz(&in->cli->arena, in->cli->argument.p[0]);
		return look_at(in, err);
	}
	while (in->asks &&
	       ask(in,
	           FL_S("Which file holds your examples (CSV, JSONL or YAML)? Enter: begin with three to fill "
	                "in."),
	           &answer)) {
		in->data = fl_arena_dupz(&in->cli->arena, answer);
		if (look_at(in, err) == FL_OK)
			return FL_OK;
		say_wrong(err);
		in->data = NULL;
	}
	return look_at(in, err);
}

static void ask_label(struct init *in, struct fl_err *err)
{
	struct fl_look *l = &in->look;
	struct fl_str answer, guess = l->label.kind == FL_LABEL_NONE ? FL_S("none") : l->column[l->label.column].name;
	struct fl_buf names;
	struct fl_buf safe;
	fl_buf_init(&names, 1 << 20);
	fl_buf_init(&safe, 1 << 20);
	for (size_t i = 0; i < l->columns && i < 40; i++)
		fl_buf_printf(&names, "%s%.*s", i ? ", " : "", FL_FMT(l->column[i].name));
	fl_plain_line(&safe,
	              fl_arena_printf(&in->cli->arena, "Which column holds the right answer (%.*s)? Enter: %.*s.",
	                              FL_FMT(fl_buf_slice(&names)), FL_FMT(guess)),
	              2000);
	while (in->asks && ask(in, fl_buf_slice(&safe), &answer)) {
		if (fl_look_set_label(l, answer, err) == FL_OK)
			break;
		say_wrong(err);
	}
	fl_buf_release(&safe);
	fl_buf_release(&names);
}

static void ask_money(struct init *in, const char *question, int64_t *nusd, struct fl_err *err)
{
	struct fl_str answer;
	while (in->asks && ask(in, fl_str_from(question), &answer)) {
		if (fl_quantity_read(FL_Q_MONEY, answer, "USD", nusd, err) == FL_OK && *nusd > 0)
			return;
		if (err->code == FL_OK)
			fl_err_set(err, FL_E_INVALID, "it must be more than 0");
		say_wrong(err);
		*nusd = -1;
	}
}

static enum fl_code ask_rest(struct init *in, struct fl_err *err)
{
	struct fl_str label;
	if (fl_cli_get(in->cli, "label", &label))
		FL_TRY(fl_look_set_label(&in->look, label, err));
	else if (in->data)
		ask_label(in, err);
	if (!fl_cli_has(in->cli, "value") && !fl_cli_has(in->cli, "goal"))
		ask_money(in,
		          "What is a right answer worth, in USD? Enter: the cheapest that is good enough is wanted.",
		          &in->wish.value_nusd, err);
	if (!fl_cli_has(in->cli, "budget"))
		ask_money(in, "How much may the evaluation spend, in USD? Enter: 1.", &in->wish.budget_nusd, err);
	return FL_OK;
}

/* --- who is there ------------------------------------------------------------------------------------------------- */

struct listing {
	struct fl_arena *arena;
	struct fl_first_server *server;
};

static void listed(void *arg, const struct fl_server_facts *facts)
{
	struct listing *l = arg;
	struct fl_str *name = FL_NEW_ARRAY(l->arena, struct fl_str, facts->names + 1);
	for (size_t i = 0; i < facts->names; i++)
		name[i] = fl_arena_dup(l->arena, facts->name[i]);
	l->server->model = name;
	l->server->models = facts->names;
}

/* Servers on this machine, or where the user's environment or configuration says. Asked for their models, without a key. */
static void ask_servers(struct init *in)
{
	struct fl_first_server *server = FL_NEW_ARRAY(&in->cli->arena, struct fl_first_server, SERVERS);
	struct listing listing[SERVERS];
	struct fl_http_options http = fl_http_options_of_environment();
	struct fl_loop *loop = fl_loop_create();
	struct fl_http_client *client = fl_http_client_create(loop, &http);
	const struct fl_map *all = &in->providers.by_name;
	size_t n = 0;
	for (size_t i = 0; i < all->n && n < SERVERS; i++) {
		struct fl_provider *p = all->entry[i].value;
		bool near = p->url.n && (fl_url_is_loopback(p->url) || p->url_source.n);
		if (p->own_server && near && !p->app && !p->model_price.n && fl_str_eq(all->entry[i].key, p->name) &&
		    fl_provider_key_state(p) == FL_KEY_NOT_NEEDED && p->dialect == &fl_dialect_openai) {
			struct fl_server_question q = {.provider = p, .what = FL_ASK_NAMES, .within_ms = SERVER_MS};
			server[n].provider = p;
			listing[n] = (struct listing){&in->cli->arena, &server[n]};
			fl_server_ask(client, loop, &q, listed, &listing[n]);
			n++;
		}
	}
	fl_loop_run(loop);
	fl_http_client_destroy(client);
	fl_loop_destroy(loop);
	in->wish.local = server;
	in->wish.locals = n;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static void add_notes(struct init *in, struct fl_first_task *f)
{
	const struct fl_look *l = &in->look;
	const struct fl_column *c = l->label.kind == FL_LABEL_NONE ? NULL : &l->column[l->label.column];
	if (in->data && l->items < FEW_ITEMS)
		FL_VEC_PUSH(&f->note,
		            fl_arena_printf(&in->cli->arena, "%zu item%s: %d or more tell candidates apart much better",
		                            l->items, l->items == 1 ? "" : "s", FEW_ITEMS));
	if (c && c->filled < l->items)
		FL_VEC_PUSH(&f->note,
		            fl_arena_printf(&in->cli->arena, "%zu of %zu items have no right answer: take them out",
		                            l->items - c->filled, l->items));
}

static void add_next(struct init *in, const struct fl_first_task *f, struct fl_init_view *v)
{
	struct fl_arena *a = &in->cli->arena;
	struct fl_str file = shell_word(a, fl_str_from(in->task_file));
	if (f->nobody)
		v->next[v->nexts++] = FL_S("export OPENAI_API_KEY=...  # or another vendor's key; or: ollama serve");
	v->next[v->nexts++] = fl_arena_printf(a, "fulcrum check %.*s", FL_FMT(file));
	v->next[v->nexts++] =
	    fl_arena_printf(a, "fulcrum balance %.*s%s", FL_FMT(file), in->wish.command ? " --allow-commands" : "");
}

static enum fl_code answer(struct init *in, struct fl_first_task *f, struct fl_err *err)
{
	struct fl_init_view v = {.look = &in->look,
	                         .first = f,
	                         .task_file = fl_str_from(in->task_file),
	                         .data = fl_str_from(in->data ? in->data : ""),
	                         .width = fl_terminal_width(STDOUT_FILENO)};
	add_notes(in, f);
	add_next(in, f, &v);
	bool ok = in->cli->json ? fl_init_json(&v, &in->cli->out) : fl_init_text(&v, &in->cli->out);
	return ok ? FL_OK : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code write_first(struct init *in, struct fl_err *err)
{
	struct fl_first_task first;
	struct fl_str stem = stem_of(in->data && !fl_cli_has(in->cli, "task-file") ? in->data : in->task_file);
	in->wish.look = &in->look;
	in->wish.task = fl_utf8_valid(stem) && stem.n && stem.n <= 100 ? stem : FL_S("task");
	in->wish.task_file = fl_str_from(in->task_file + folder_of(in->task_file).n);
	FL_TRY(place_data(in, err));
	find_schema(in);
	FL_TRY(fl_first_task(&in->wish, &in->cli->arena, &first, err));
	enum fl_code code = fl_file_write_new(in->task_file, first.text, err);
	if (code == FL_OK)
		code = answer(in, &first, err);
	fl_first_task_release(&first);
	return code;
}

static enum fl_code with_look(struct init *in, struct fl_err *err)
{
	FL_TRY(ask_rest(in, err));
	if (!in->wish.models)
		ask_servers(in);
	return write_first(in, err);
}

static enum fl_code with_providers(struct init *in, struct fl_err *err)
{
	FL_TRY(fl_config_read(&in->providers, in->cli->config_path, in->cli->config_given, err));
	if (in->cli->argument.n) { /* what is there already is told before anything is read or asked */
		in->data = fl_arena_dupz(&in->cli->arena, in->cli->argument.p[0]);
		name_task_file(in);
		struct stat st;
		if (stat(in->data, &st) == 0 && S_ISREG(st.st_mode))
			FL_TRY(refuse_existing(in, err));
	}
	FL_TRY(find_data(in, err));
	name_task_file(in);
	enum fl_code code = refuse_existing(in, err);
	if (code == FL_OK)
		code = with_look(in, err);
	fl_look_release(&in->look);
	return code;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct init in = {.cli = cli, .asks = !cli->json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO)};
	FL_TRY(read_goal(&in, err));
	FL_TRY(read_candidates(&in, err));
	FL_TRY(fl_cli_catalog(cli, &in.wish.catalog, err));
	in.wish.day = fl_date_at(fl_wall_ms());
	in.wish.providers = &in.providers;
	fl_providers_init(&in.providers, in.wish.catalog);
	enum fl_code code = with_providers(&in, err);
	fl_providers_release(&in.providers);
	return code;
}

const struct fl_command fl_cmd_init = {
    .name = "init",
    .summary = "write a first task file for your examples; nothing is sent to a model",
    .usage = "init [DATA] [options]",
    .text = "Looks at a CSV, JSONL, YAML or JSON file of examples and writes a task file beside it (tickets.csv gives "
            "tickets.yaml): the columns as variables of a prompt, the column of right answers as grader, and as "
            "candidates cheap, middle and strong models of the vendors whose key is in the environment, and one of a "
            "local server that answers. On a terminal it asks what it cannot know, elsewhere it decides; every "
            "decision is told and stands as a comment in the file. Without DATA it writes task.yaml with three "
            "examples to replace. Never overwrites a file.",
    .example = "fulcrum init tickets.csv\n"
               "fulcrum init tickets.csv --label queue --model openai/gpt-6-luna\n"
               "fulcrum init questions.jsonl --app 'python3 app.py'",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};
