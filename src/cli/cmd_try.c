/*
 * One prompt, several models: answers as they come, side by side; with --blind the user says which is better.
 */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/rng.h"
#include "eval/preference.h"
#include "io/file.h"
#include "present/progress.h"
#include "present/trial_view.h"
#include "task/config.h"
#include "task/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct fl_option options[] = {
    {"models", "LIST", "models to ask, provider/model[@effort], several by commas", .letter = 'm'},
    {"data", "FILE", "ask for each item of a JSONL, CSV or YAML file; the prompt is a template over its fields"},
    {"items", "N", "of the data only the first N"},
    {"system", "TEXT", "message of the system before the prompt"},
    {"max-output", "TOKENS", "of an answer, thinking included; 1,024 unless given, 8,192 for what thinks"},
    {"temperature", "NUMBER", "sent only when given"},
    {"timeout", "DURATION", "of one call, 60s unless given; a bare number is in seconds"},
    {"draw", "N", "the Nth answer to the same question: one that was not paid yet"},
    {"blind", NULL, "hide names, shuffle, and ask which answer is better; votes are kept"},
    {"set", "NAME", "name under which votes are kept, `default` unless given"},
    {"seed", "N", "of the shuffling, else another one each time"},
    {"labels", "FILE", "write votes and corrections as labelled items (JSON lines) at the end"},
    {"budget", "USD", "the most that may be spent, 1 USD unless given; a bare number is in USD; none: no limit"},
};

enum { LABEL_BYTES = 1 << 30, LIVE_LINES = 12, LONGEST_MS = 24 * 3600 * 1000 };

/* One run of the command. */
struct trying {
	struct fl_cli *cli;
	struct fl_providers providers;
	struct fl_trial trial;
	struct fl_trial_question question;
	struct fl_task items; /* with --data */
	bool has_items, blind, live, first;
	size_t count; /* of questions */
	struct fl_template *prompt;
	struct fl_str prompt_text, system, set;
	struct fl_rng rng;
	size_t order[FL_TRIAL_MODELS];
	size_t width, drawn; /* lines of the live view on the screen */
	bool quit;
	struct fl_json_writer json;
};

/* --- options ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_models(struct trying *t, struct fl_str *name, size_t *n, struct fl_err *err)
{
	*n = 0;
	for (size_t i = 0; i < t->cli->value.n; i++) {
		struct fl_str rest = t->cli->value.p[i].text;
		if (strcmp(t->cli->value.p[i].option->name, "models") != 0)
			continue;
		while (rest.n) {
			ptrdiff_t comma = fl_str_find_char(rest, ',', 0);
			size_t end = comma < 0 ? rest.n : (size_t)comma;
			struct fl_str one = fl_str_trim(fl_str_sub(rest, 0, end));
			rest = fl_str_sub(rest, comma < 0 ? end : end + 1, rest.n);
			if (!one.n)
				continue;
			if (*n == FL_TRIAL_MODELS)
				return fl_err_set(err, FL_E_LIMIT, "more than %d models at once", FL_TRIAL_MODELS);
			name[(*n)++] = one;
		}
	}
	if (*n)
		return FL_OK;
	fl_err_set(err, FL_E_USAGE, "no model to ask");
	fl_err_expected(err, "-m openai/gpt-6-luna,anthropic/claude-haiku-4.5");
	fl_err_help(err, "`fulcrum providers` lists who can be called, `fulcrum models` what they serve");
	return FL_E_USAGE;
}

static enum fl_code read_numbers(struct trying *t, struct fl_trial_options *o, struct fl_err *err)
{
	struct fl_str text;
	uint64_t draw = 1, seed = (uint64_t)fl_wall_ms();
	int64_t timeout = 60000, output = 0;
	double v;
	FL_TRY(fl_cli_u64(t->cli, "draw", 1, &draw, err));
	FL_TRY(fl_cli_u64(t->cli, "seed", 0, &seed, err));
	FL_TRY(fl_cli_quantity(t->cli, "timeout", FL_Q_DURATION, "s", &timeout, err));
	FL_TRY(fl_cli_quantity(t->cli, "max-output", FL_Q_TOKENS, "tokens", &output, err));
	o->budget_nusd = FL_NUSD_PER_USD;
	o->budget_none = fl_cli_get(t->cli, "budget", &text) && fl_str_is(text, "none");
	if (!o->budget_none)
		FL_TRY(fl_cli_quantity(t->cli, "budget", FL_Q_MONEY, "USD", &o->budget_nusd, err));
	if (fl_cli_get(t->cli, "temperature", &text) && !(fl_double_parse(text, &v) && v >= 0 && v <= 10))
		return fl_cli_bad(err, "temperature", text, "a number from 0, such as 0.7");
	if (draw > UINT32_MAX || timeout <= 0 || timeout > LONGEST_MS || output < 0)
		return fl_err_set(err, FL_E_USAGE,
		                  "--draw and --max-output are counts from 1, --timeout a time of at most 24h");
	t->question = (struct fl_trial_question){
	    .max_output = (uint64_t)output, .timeout_ms = (uint64_t)timeout, .draw = (uint32_t)draw};
	fl_cli_get(t->cli, "temperature", &t->question.temperature);
	fl_rng_init(&t->rng, seed);
	return FL_OK;
}

static enum fl_code read_questions(struct trying *t, struct fl_err *err)
{
	struct fl_str file;
	uint64_t most = UINT64_MAX;
	FL_TRY(fl_cli_u64(t->cli, "items", 1, &most, err));
	fl_cli_get(t->cli, "system", &t->system);
	t->count = 1;
	if (t->cli->argument.n)
		t->prompt_text = t->cli->argument.p[0];
	if (!fl_cli_get(t->cli, "data", &file)) {
		if (t->prompt_text.n)
			return FL_OK;
		fl_err_set(err, FL_E_USAGE, "nothing to ask");
		fl_err_expected(err, "fulcrum try \"...\" -m MODEL,MODEL, or --data FILE");
		return FL_E_USAGE;
	}
	if (!t->prompt_text.n)
		t->prompt_text = FL_S("{{ input }}");
	FL_TRY(fl_template_compile(&t->prompt, &t->cli->arena, t->prompt_text, "prompt", err));
	FL_TRY(fl_task_read_items(&t->items, fl_arena_dupz(&t->cli->arena, file), err));
	t->has_items = true;
	t->count = (size_t)FL_MIN(most, (uint64_t)t->items.item_count);
	return FL_OK;
}

/* Messages of question i, in the arena; its item as JSON. */
static enum fl_code ask_for(struct trying *t, size_t i, struct fl_arena *a, struct fl_message message[2],
                            struct fl_str *item, struct fl_err *err)
{
	size_t n = 0;
	struct fl_str text = t->prompt_text;
	if (t->has_items) {
		struct fl_json_doc doc;
		struct fl_buf out;
		FL_TRY(fl_task_item(&t->items, i, a, &doc, err));
		fl_buf_init(&out, FL_TASK_PROMPT_BYTES);
		struct fl_template_var scope = {.value = fl_json_root(&doc)};
		enum fl_code code = fl_template_render(t->prompt, &scope, 1, &out, a, err);
		text = fl_arena_dup(a, fl_buf_slice(&out));
		fl_buf_release(&out);
		if (code != FL_OK)
			return fl_err_while(err, "writing the prompt for item '%.*s'", FL_FMT(t->items.item[i].id));
		*item = t->items.item[i].json;
	} else {
		struct fl_buf b;
		struct fl_json_writer w;
		fl_buf_init(&b, FL_TASK_PROMPT_BYTES * 2);
		fl_json_begin(&w, &b, 0);
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "input", text);
		fl_json_close(&w);
		*item = fl_json_done(&w) ? fl_arena_dup(a, fl_buf_slice(&b)) : FL_S("{}");
		fl_buf_release(&b);
	}
	if (t->system.n)
		message[n++] = (struct fl_message){.role = FL_S("system"), .text = t->system};
	message[n++] = (struct fl_message){.role = FL_S("user"), .text = text};
	t->question.message = message;
	t->question.message_count = n;
	return FL_OK;
}

/* --- showing ------------------------------------------------------------------------------------------------------ */

static void shuffle(struct trying *t)
{
	uint32_t order[FL_TRIAL_MODELS];
	if (t->blind)
		fl_rng_permutation(&t->rng, order, t->trial.answers);
	for (size_t i = 0; i < t->trial.answers; i++)
		t->order[i] = t->blind ? order[i] : i;
}

static void draw(struct trying *t, bool whole)
{
	struct fl_buf out;
	fl_buf_init(&out, LABEL_BYTES);
	if (t->drawn)
		fl_buf_printf(&out, "\033[%zuF\033[J", t->drawn);
	struct fl_trial_look look = {
	    .width = t->width, .lines = whole ? 0 : LIVE_LINES, .blind = t->blind, .order = t->order};
	size_t lines = fl_trial_text(&t->trial, &look, &out);
	t->drawn = whole ? 0 : lines;
	fwrite(out.p, 1, out.n, stdout);
	fflush(stdout);
	fl_buf_release(&out);
}

static void changed(void *arg, const struct fl_trial *trial)
{
	(void)trial;
	draw(arg, false);
}

/* --- votes -------------------------------------------------------------------------------------------------------- */

static bool read_line(struct fl_arena *a, struct fl_str *line)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t n = getline(&text, &room, stdin);
	if (n >= 0)
		*line = fl_str_trim(fl_arena_dup(a, (struct fl_str){text, (size_t)n}));
	free(text);
	return n >= 0;
}

static struct fl_str list_of(struct trying *t, bool names, struct fl_arena *a)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, LABEL_BYTES);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '[');
	for (size_t k = 0; k < t->trial.answers; k++) {
		const struct fl_trial_answer *x = &t->trial.answer[t->order[k]];
		fl_json_put_str(&w, names ? x->name : x->cell.text);
	}
	fl_json_close(&w);
	struct fl_str out = fl_json_done(&w) ? fl_arena_dup(a, fl_buf_slice(&b)) : FL_S("[]");
	fl_buf_release(&b);
	return out;
}

/* Reads a vote: its winner's place, -1 for a tie; false to skip. */
static bool read_vote(struct trying *t, struct fl_arena *a, struct fl_preference *p)
{
	for (;;) {
		struct fl_str line;
		uint64_t which;
		fprintf(
		    stderr,
		    "Which is better? 1-%zu, t: all alike, c TEXT: none, the right answer is TEXT, s: skip, q: quit > ",
		    t->trial.answers);
		if (!read_line(a, &line) || fl_str_is(line, "q")) {
			t->quit = true;
			return false;
		}
		if (fl_str_is(line, "s"))
			return false;
		p->winner = FL_PREFERRED_NONE;
		if (fl_str_is(line, "t"))
			return true;
		if (fl_str_starts(line, FL_S("c ")) && fl_str_trim(fl_str_sub(line, 2, line.n)).n) {
			p->correction = fl_str_trim(fl_str_sub(line, 2, line.n));
			return true;
		}
		if (fl_str_to_u64(line, &which) && which >= 1 && which <= t->trial.answers) {
			p->winner = (int64_t)which - 1;
			return true;
		}
	}
}

static enum fl_code vote(struct trying *t, struct fl_str item, struct fl_arena *a, struct fl_err *err)
{
	struct fl_preference p = {.at_ms = fl_wall_ms(), .set = t->set, .item = item};
	size_t answered = 0;
	for (size_t i = 0; i < t->trial.answers; i++)
		answered += t->trial.answer[i].cell.code == FL_OK;
	if (answered < 2) {
		fprintf(stderr, "Fewer than two answers came: there is nothing to compare.\n");
		return FL_OK;
	}
	if (!read_vote(t, a, &p))
		return FL_OK;
	p.names = list_of(t, true, a);
	p.answers = list_of(t, false, a);
	FL_TRY(fl_preference_add(t->trial.store, &p, err));
	for (size_t k = 0; k < t->trial.answers; k++)
		fprintf(stderr, "%sAnswer %zu: %.*s", k ? ", " : "", k + 1, FL_FMT(t->trial.answer[t->order[k]].name));
	fprintf(stderr, "\n\n");
	return FL_OK;
}

static enum fl_code write_labels(struct fl_cli *cli, struct fl_store *store, struct fl_str set, struct fl_err *err)
{
	struct fl_str path;
	struct fl_buf out;
	size_t lines, left_out;
	if (!fl_cli_get(cli, "labels", &path))
		return FL_OK;
	fl_buf_init(&out, LABEL_BYTES);
	enum fl_code code = fl_preference_labels(fl_store_reader(store), set, &out, &lines, &left_out, err);
	if (code == FL_OK)
		code = fl_file_write(fl_arena_dupz(&cli->arena, path), fl_buf_slice(&out), err);
	if (code == FL_OK && !cli->quiet)
		fprintf(stderr, "%zu labelled item%s written to %.*s; votes that name no best answer, left out: %zu.\n",
		        lines, lines == 1 ? "" : "s", FL_FMT(path), left_out);
	fl_buf_release(&out);
	return code;
}

static enum fl_code show_standing(struct fl_cli *cli, struct fl_store *store, struct fl_str set,
                                  struct fl_json_writer *json, struct fl_buf *out, struct fl_err *err)
{
	struct fl_standing s;
	FL_TRY(fl_standing(fl_store_reader(store), set, 0.95, &cli->arena, &s, err));
	if (json)
		fl_standing_json(&s, json);
	else if (s.votes == 0)
		fl_buf_z(out, "There are no votes yet: fulcrum try \"...\" -m MODEL,MODEL --blind\n");
	else
		fl_standing_text(&s, fl_terminal_width(STDOUT_FILENO), out);
	FL_VEC_RELEASE(&s.name);
	return FL_OK;
}

/* --- one question after the other --------------------------------------------------------------------------------- */

static enum fl_code ask(struct trying *t, size_t i, struct fl_err *err)
{
	struct fl_arena a;
	struct fl_message message[2];
	struct fl_str item = {0};
	fl_arena_init(&a);
	enum fl_code code = ask_for(t, i, &a, message, &item, err);
	if (code == FL_OK) {
		shuffle(t);
		if (t->has_items && !t->cli->json)
			printf("%sItem %.*s\n", i ? "\n" : "", FL_FMT(t->items.item[i].id));
		code = fl_trial_ask(&t->trial, &t->question, err);
	}
	if (code == FL_OK && t->cli->json) {
		fl_json_open(&t->json, '{');
		if (t->has_items)
			fl_json_member_str(&t->json, "item", t->items.item[i].id);
		fl_json_name(&t->json, "answers");
		fl_trial_json(&t->trial, &t->json);
		fl_json_close(&t->json);
	} else if (code == FL_OK) {
		draw(t, true);
	}
	if (code == FL_OK && t->blind && !t->trial.interrupted)
		code = vote(t, item, &a, err);
	fl_arena_release(&a);
	return code;
}

/* 4 when nobody answered the last question, 3 when it was interrupted. */
static int status_of(const struct trying *t)
{
	size_t failed = 0;
	int status = 0;
	for (size_t i = 0; i < t->trial.answers; i++) {
		const struct fl_cell *c = &t->trial.answer[i].cell;
		failed += c->code != FL_OK;
		if (c->code != FL_OK && status == 0)
			status = fl_code_row(c->code)->exit_status;
	}
	return t->trial.interrupted ? 3 : failed == t->trial.answers ? status : 0;
}

static enum fl_code ask_all(struct trying *t, struct fl_err *err)
{
	enum fl_code code = FL_OK;
	t->live = !t->cli->json && isatty(STDOUT_FILENO);
	t->width = fl_terminal_width(STDOUT_FILENO);
	if (t->live) {
		t->trial.changed = changed;
		t->trial.arg = t;
	}
	if (t->cli->json) {
		fl_json_begin(&t->json, &t->cli->out, 0);
		fl_json_open(&t->json, '{');
		fl_json_member_str(&t->json, "schema", FL_S("fulcrum.try/1"));
		fl_json_name(&t->json, "questions");
		fl_json_open(&t->json, '[');
	}
	for (size_t i = 0; i < t->count && code == FL_OK && !t->quit && !t->trial.interrupted; i++)
		code = ask(t, i, err);
	if (code == FL_OK && t->cli->json) {
		fl_json_close(&t->json);
		fl_json_member_i64(&t->json, "spent_nusd", t->trial.budget.spent_nusd);
		fl_json_close(&t->json);
		if (!fl_json_done(&t->json) || !fl_buf_char(&t->cli->out, '\n'))
			code = fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
	}
	if (code == FL_OK && t->blind)
		code = show_standing(t->cli, t->trial.store, t->set, NULL, &t->cli->out, err);
	if (code == FL_OK)
		code = write_labels(t->cli, t->trial.store, t->set, err);
	t->cli->exit_status = status_of(t);
	return code;
}

static enum fl_code start(struct trying *t, struct fl_err *err)
{
	struct fl_str name[FL_TRIAL_MODELS];
	struct fl_trial_options o = {.state_path = t->cli->state_path};
	size_t n;
	t->blind = fl_cli_has(t->cli, "blind");
	if (!fl_cli_get(t->cli, "set", &t->set))
		t->set = FL_S("default");
	if (t->blind && t->cli->json)
		return fl_err_set(err, FL_E_USAGE, "--blind asks a person, so it takes no --json");
	FL_TRY(read_models(t, name, &n, err));
	if (t->blind && n < 2)
		return fl_err_set(err, FL_E_USAGE, "--blind compares at least two models");
	FL_TRY(read_numbers(t, &o, err));
	FL_TRY(fl_cli_may_write(t->cli, "labels", NULL, err));
	FL_TRY(read_questions(t, err));
	FL_TRY(fl_config_read(&t->providers, t->cli->config_path, t->cli->config_given, err));
	FL_TRY(fl_trial_open(&t->trial, &t->providers, name, n, &o, err));
	enum fl_code code = fl_budget_open(t->trial.store, &t->trial.budget, err);
	if (code == FL_OK)
		code = ask_all(t, err);
	fl_trial_close(&t->trial);
	return code;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *catalog;
	struct trying *t = FL_NEW(&cli->arena, struct trying);
	t->cli = cli;
	FL_TRY(fl_cli_catalog(cli, &catalog, err));
	fl_providers_init(&t->providers, catalog);
	enum fl_code code = start(t, err);
	if (t->has_items)
		fl_task_release(&t->items);
	fl_providers_release(&t->providers);
	return code;
}

const struct fl_command fl_cmd_try = {
    .name = "try",
    .summary = "ask several models the same, and see their answers side by side",
    .usage =
        "try \"PROMPT\" -m MODEL[,MODEL ...] [options]\ntry [\"TEMPLATE\"] --data FILE -m MODEL[,MODEL ...] [options]",
    .text =
        "Answers stream side by side, in columns where the terminal is wide enough, with cost, time to the first text, "
        "whole time and tokens. What was asked before comes from the state file and costs nothing. With --blind names "
        "are "
        "hidden and the order is shuffled; you say which is better, and votes are kept with Bradley-Terry scores "
        "(`fulcrum "
        "try votes`). --labels writes votes and corrections as data for an evaluation.",
    .example = "fulcrum try \"Explain a heat pump\" -m openai/gpt-6-luna,ollama/qwen3:8b\n"
               "fulcrum try --data items.jsonl --blind -m openai/gpt-6-luna,ollama/qwen3:8b",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};

/* --- try votes ---------------------------------------------------------------------------------------------------- */

static const struct fl_option vote_options[] = {
    {"set", "NAME", "votes kept under that name; all unless given"},
    {"labels", "FILE", "write votes and corrections as labelled items (JSON lines)"},
};

static enum fl_code run_votes(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_store *store;
	struct fl_str set = {0};
	struct fl_loop *loop = fl_loop_create();
	fl_cli_get(cli, "set", &set);
	enum fl_code code = fl_cli_may_write(cli, "labels", NULL, err);
	if (code == FL_OK)
		code = fl_cli_store(cli, loop, &store, err);
	if (code == FL_OK) {
		struct fl_json_writer w;
		fl_json_begin(&w, &cli->out, 0);
		if (cli->json) {
			fl_json_open(&w, '{');
			fl_json_member_str(&w, "schema", FL_S("fulcrum.votes/1"));
			fl_json_name(&w, "models");
		}
		code = show_standing(cli, store, set, cli->json ? &w : NULL, &cli->out, err);
		if (code == FL_OK && cli->json) {
			fl_json_close(&w);
			if (!fl_json_done(&w) || !fl_buf_char(&cli->out, '\n'))
				code = fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
		}
		if (code == FL_OK)
			code = write_labels(cli, store, set, err);
		fl_store_close(store);
	}
	fl_loop_destroy(loop);
	return code;
}

const struct fl_command fl_cmd_try_votes = {
    .name = "try votes",
    .summary = "who is preferred in blind tries, and the votes as labelled data",
    .usage = "try votes [--set NAME] [--labels FILE]",
    .text = "Scores by Bradley and Terry from all votes of a set, with 95 % intervals, and how often each model was "
            "preferred.",
    .example = "fulcrum try votes --labels labelled.jsonl",
    .option = vote_options,
    .option_count = FL_COUNT(vote_options),
    .run = run_votes,
};
