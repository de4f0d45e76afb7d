/* models, models show, models check: the catalogue as it stands. */
#include "cli/commands.h"

#include "choose/listing.h"
#include "io/file.h"
#include "present/history_page.h"
#include "present/models_text.h"
#include "present/progress.h"

#include <unistd.h>

static const struct fl_option list_options[] = {
    {"open", NULL, "models whose weights can be had"},
    {"closed", NULL, "models that are only to be had by an API"},
    {"lab", "ID", "models of that lab"},
    {"input", "KINDS", "models that take these kinds of input: text, image, pdf, audio, video, by commas"},
    {"output", "KINDS", "models that give these kinds of output"},
    {"min-context", "TOKENS", "with at least that many tokens of context"},
    {"max-price", "USD", "at most that many dollars per million input tokens"},
    {"reasoning", NULL, "models that can think before they answer"},
    {"gone", NULL, "retired models too"},
    {"score", "BENCHMARK", "show and sort by the score of that benchmark, such as livebench"},
    {"category", "NAME", "scores for that task category or industry only: code, reasoning, math, finance, ..."},
    {"sort", "KEY", "by match, name, price (input and output together), context, released or score"},
    {"offers", NULL, "every host of each model, with its number format, context and price"},
    {"history", NULL, "the input price since the release, as a sparkline"},
    {"report", "FILE", "with --history: a page with the prices over time"},
    {"table", "NAME", "a published list: leading-closed or leading-open, the tables of August 2025"},
    {"as-of", "DATE", "as it stood on that day"},
};

static struct fl_str option_text(const struct fl_cli *cli, const char *name)
{
	struct fl_str text = {0};
	fl_cli_get(cli, name, &text);
	return text;
}

static enum fl_code read_sort(const struct fl_cli *cli, struct fl_listing_query *q, struct fl_err *err)
{
	struct fl_str key;
	if (!fl_cli_get(cli, "sort", &key))
		return FL_OK;
	q->sort_given = true;
	for (int i = 0; fl_sort_words[i]; i++) {
		q->sort = (enum fl_sort)i;
		if (fl_str_is(key, fl_sort_words[i]))
			return FL_OK;
	}
	return fl_cli_bad(err, "sort", key, "match, name, price, context, released or score");
}

static enum fl_code read_query(struct fl_cli *cli, struct fl_listing_query *q, struct fl_err *err)
{
	int64_t price = -1;
	*q = (struct fl_listing_query){.word = cli->argument.p, .words = cli->argument.n, .price_most = -1};
	if (fl_cli_has(cli, "open") && fl_cli_has(cli, "closed"))
		return fl_err_set(err, FL_E_USAGE, "--open and --closed together leave nothing");
	q->open_weights = fl_cli_has(cli, "open") ? FL_YES : fl_cli_has(cli, "closed") ? FL_NO : FL_UNKNOWN;
	q->lab = option_text(cli, "lab");
	q->input = option_text(cli, "input");
	q->output = option_text(cli, "output");
	q->benchmark = option_text(cli, "score");
	q->category = option_text(cli, "category");
	q->table = option_text(cli, "table");
	q->reasons = fl_cli_has(cli, "reasoning");
	q->gone = fl_cli_has(cli, "gone");
	FL_TRY(fl_cli_quantity(cli, "min-context", FL_Q_TOKENS, NULL, &q->context_least, err));
	FL_TRY(fl_cli_quantity(cli, "max-price", FL_Q_MONEY, "USD", &price, err));
	q->price_most = price; /* nano-USD per million tokens is the same number */
	FL_TRY(read_sort(cli, q, err));
	return fl_cli_day(cli, "as-of", &q->day, err);
}

static enum fl_code print_json(struct fl_cli *cli, const struct fl_listing *l, const struct fl_models_view *v,
                               struct fl_err *err)
{
	struct fl_json_writer w;
	fl_json_begin(&w, &cli->out, 0);
	fl_models_json(l, v, &w);
	if (!fl_json_done(&w) || !fl_buf_char(&cli->out, '\n'))
		return fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
	return FL_OK;
}

/* The page that --report names, when it is given. */
static enum fl_code write_page(const struct fl_cli *cli, const struct fl_listing *l, const struct fl_models_view *v,
                               struct fl_err *err)
{
	struct fl_str path;
	struct fl_buf page;
	if (!fl_cli_get(cli, "report", &path))
		return FL_OK;
	struct fl_arena a;
	fl_arena_init(&a);
	fl_buf_init(&page, 64 << 20);
	fl_history_page(l, v, &page);
	enum fl_code code = page.full ? fl_err_set(err, FL_E_LIMIT, "the page is larger than is accepted")
	                              : fl_file_write(fl_arena_dupz(&a, path), fl_buf_slice(&page), err);
	fl_buf_release(&page);
	fl_arena_release(&a);
	return code;
}

static enum fl_code run_list(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *c;
	struct fl_listing_query q;
	struct fl_listing l;
	FL_TRY(fl_cli_catalog(cli, &c, err));
	FL_TRY(read_query(cli, &q, err));
	if (fl_cli_has(cli, "report") && !fl_cli_has(cli, "history"))
		return fl_err_set(err, FL_E_USAGE, "--report shows prices over time: give --history with it");
	FL_TRY(fl_cli_may_write(cli, "report", NULL, err));
	FL_TRY(fl_listing_make(c, &q, &l, err));
	struct fl_models_view v = {.catalog = c, .day = q.day, .as_of = fl_cli_has(cli, "as-of")};
	enum fl_code code = FL_OK;
	size_t width = fl_terminal_width(STDOUT_FILENO);
	if (cli->json)
		code = print_json(cli, &l, &v, err);
	else if (l.row.n == 0)
		fl_buf_z(&cli->out,
		         "No model fits. `fulcrum models` lists all; leave out a filter to see what it removes.\n");
	else if (fl_cli_has(cli, "offers"))
		fl_models_offers(&l, &v, &cli->out, width);
	else
		fl_models_list(&l, &v, fl_cli_has(cli, "history"), &cli->out, width);
	if (code == FL_OK)
		code = write_page(cli, &l, &v, err);
	fl_listing_release(&l);
	return code;
}

const struct fl_command fl_cmd_models = {
    .name = "models",
    .summary = "what models there are, at which price, with which scores",
    .usage = "models [WORDS] [options]",
    .text = "Lists the models of the catalogue that match all words (in id, name, lab, family, alias or tag; typing "
            "errors are forgiven) and filters, with context, price and a public score. Everything is offline; every "
            "number has a source and a day, which `models show` and --json give. Your own facts go into YAML files in "
            "the folder catalog/ beside the configuration file; `models check` validates them.",
    .example = "fulcrum models --open --min-context 128k --sort price\n"
               "fulcrum models --table leading-closed --as-of 2025-08-26\n"
               "fulcrum models --table leading-open --as-of 2025-08-26",
    .option = list_options,
    .option_count = FL_COUNT(list_options),
    .most = 20,
    .run = run_list,
};

/* --- models show -------------------------------------------------------------------------------------------------- */

static const struct fl_option show_options[] = {
    {"as-of", "DATE", "as it stood on that day"},
    {"score", "BENCHMARK", "the benchmark that a comparison shows"},
    {"report", "FILE", "a page with the prices over time"},
};

static enum fl_code run_show(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *c;
	struct fl_listing all, l = {0};
	FL_TRY(fl_cli_catalog(cli, &c, err));
	struct fl_listing_query q = {.price_most = -1, .gone = true, .benchmark = option_text(cli, "score")};
	FL_TRY(fl_cli_day(cli, "as-of", &q.day, err));
	FL_TRY(fl_cli_may_write(cli, "report", NULL, err));
	for (size_t i = 0; i < cli->argument.n; i++) {
		const struct fl_catalog_model *m;
		FL_TRY(fl_catalog_model(c, cli->argument.p[i], &m, err));
	}
	FL_TRY(fl_listing_make(c, &q, &all, err));
	for (size_t i = 0; i < cli->argument.n; i++) {
		const struct fl_catalog_model *m;
		FL_TRY(fl_catalog_model(c, cli->argument.p[i], &m, err));
		for (size_t k = 0; k < all.row.n; k++)
			if (all.row.p[k].model == m)
				FL_VEC_PUSH(&l.row, all.row.p[k]);
	}
	l.benchmark = all.benchmark;
	l.release = all.release;
	struct fl_models_view v = {.catalog = c, .day = q.day, .as_of = fl_cli_has(cli, "as-of"), .details = true};
	enum fl_code code = FL_OK;
	if (l.row.n < cli->argument.n)
		code = fl_err_set(err, FL_E_NOT_FOUND, "a model was not released yet on that day");
	else if (cli->json)
		code = print_json(cli, &l, &v, err);
	else if (l.row.n == 1)
		fl_model_show(&l.row.p[0], &v, &cli->out, fl_terminal_width(STDOUT_FILENO));
	else
		fl_models_compare(&l, &v, &cli->out, fl_terminal_width(STDOUT_FILENO));
	if (code == FL_OK)
		code = write_page(cli, &l, &v, err);
	fl_listing_release(&all);
	fl_listing_release(&l);
	return code;
}

const struct fl_command fl_cmd_models_show = {
    .name = "models show",
    .summary = "one model with all sources, or up to five side by side",
    .usage = "models show ID [ID ...] [options]",
    .text = "Shows all that is known of a model: each fact with its source and day, what other sources say, every row "
            "of its price lists with conditions and days, scores, and the lab's record. Two to five models are shown "
            "side by side.",
    .example = "fulcrum models show gemini-2.5-flash-lite\nfulcrum models show gpt-6-luna claude-haiku-5.5",
    .option = show_options,
    .option_count = FL_COUNT(show_options),
    .least = 1,
    .most = 5,
    .run = run_show,
};

/* --- models check ------------------------------------------------------------------------------------------------- */

static const struct fl_option check_options[] = {
    {"alone", NULL, "check the files by themselves, not over the built-in catalogue"},
};

static void say(void *arg, const struct fl_err *e)
{
	struct fl_cli *cli = arg;
	if (e->line)
		fl_buf_printf(&cli->out, "%s:%d:%d: %s\n", e->file, e->line, e->column, e->message);
	else
		fl_buf_printf(&cli->out, "%s: %s\n", e->file[0] ? e->file : "catalogue", e->message);
}

static void count_only(void *arg, const struct fl_err *e)
{
	struct fl_err *first = arg;
	if (first->code == FL_OK)
		*first = *e;
}

static enum fl_code run_check(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_catalog c;
	struct fl_err first = {0};
	FL_TRY(fl_cli_has(cli, "alone") ? fl_catalog_read(&c, cli->argument.p, cli->argument.n, err)
	                                : fl_catalog_load(&c, cli->argument.p, cli->argument.n, err));
	size_t problems = cli->json ? fl_catalog_check(&c, count_only, &first) : fl_catalog_check(&c, say, cli);
	enum fl_code code = FL_OK;
	if (problems && cli->json) {
		*err = first;
		code = FL_E_INVALID;
	} else if (problems) {
		code = fl_err_set(err, FL_E_INVALID, "%zu problem%s found", problems, problems == 1 ? "" : "s");
	} else if (cli->json) {
		struct fl_json_writer w;
		fl_json_begin(&w, &cli->out, 0);
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "schema", FL_S("fulcrum.models_check/1"));
		fl_json_member_u64(&w, "problems", 0);
		fl_json_member_u64(&w, "models", c.models.n);
		fl_json_close(&w);
		if (fl_json_done(&w))
			fl_buf_char(&cli->out, '\n');
	} else {
		fl_buf_printf(&cli->out, "%zu models, no problems.\n", c.models.n);
	}
	fl_catalog_release(&c);
	return code;
}

const struct fl_command fl_cmd_models_check = {
    .name = "models check",
    .summary = "validate catalogue files",
    .usage = "models check FILE [FILE ...] [--alone]",
    .text = "Reads catalogue files as they would be laid over the built-in catalogue and reports everything that is "
            "wrong with file, line and column: unknown keys, names that do not exist, prices beyond all bounds, rows "
            "that contradict each other, circles of replaced_by.",
    .example = "fulcrum models check ~/.config/fulcrum/catalog/prices.yaml",
    .option = check_options,
    .option_count = FL_COUNT(check_options),
    .least = 1,
    .most = 200,
    .run = run_check,
};
