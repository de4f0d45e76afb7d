/* cost levers: model, thinking, samples, context and steps of one job, all settings together. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "io/file.h"
#include "present/figure.h"
#include "present/levers_page.h"
#include "price/levers.h"
#include "price/offer_price.h"

#include <math.h>
#include <stdlib.h>

static const struct fl_option options[] = {
    {"in", "TOKENS,...", "lengths of the prompt; with one alone, ten times it is looked at too"},
    {"out", "TOKENS,...", "the answer beside each length; one for all"},
    {"reasoning", "TOKENS,...", "thinking on top of the answer; else 0, 2000 and 20000"},
    {"samples", "N,...", "answers to choose from; else 1 and 10"},
    {"steps", "N,...", "steps of the job; else 1"},
    {"report", "FILE", "also write a page with the costs drawn"},
    {"tier", "NAME", "service tier: standard, batch, flex, priority, fast"},
    {"at", "DATE", "prices of that day or instant; else now"},
};
static const struct fl_cost_figure columns[] = {
    {.name = "model", .label = "model", .kind = FL_COST_TEXT},
    {.name = "reasoning", .label = "thinking", .kind = FL_COST_TOKENS},
    {.name = "samples", .label = "samples", .kind = FL_COST_COUNT},
    {.name = "in", .label = "prompt", .kind = FL_COST_TOKENS},
    {.name = "out", .label = "answer", .kind = FL_COST_TOKENS},
    {.name = "steps", .label = "steps", .kind = FL_COST_COUNT},
    {.name = "cost", .label = "cost", .kind = FL_COST_MONEY},
};

struct levers {
	struct fl_lever_job job;
	struct fl_lever_model model[FL_LEVER_SETTINGS];
	struct fl_str name[FL_LEVER_SETTINGS];
	struct fl_levers found;
	struct fl_corner corner[FL_LEVER_CORNERS];
	const struct fl_corner *rank[FL_LEVER_CORNERS]; /* priced ones, cheapest first */
	int64_t at_ms;
	bool usual_models;
};

/* --- settings ----------------------------------------------------------------------------------------------------- */

/* A list of counts of a lever; keeps the default when the option was not given. */
static enum fl_code read_list(const struct fl_cli *cli, const char *name, uint64_t *out, size_t *n, struct fl_err *err)
{
	struct fl_str text, part[FL_LEVER_SETTINGS];
	if (!fl_cli_get(cli, name, &text))
		return FL_OK;
	*n = fl_cli_parts(text, ',', part, FL_LEVER_SETTINGS);
	if (*n == 0 || *n > FL_LEVER_SETTINGS)
		return fl_cli_bad(err, name, text, "one to sixteen numbers, commas between");
	for (size_t i = 0; i < *n; i++)
		FL_TRY(fl_cli_tokens_in(name, part[i], &out[i], err));
	return FL_OK;
}

static enum fl_code read_context(const struct fl_cli *cli, struct fl_lever_job *job, struct fl_err *err)
{
	size_t outs = 0, *ins = &job->settings[FL_LEVER_CONTEXT];
	uint64_t *in = job->setting[FL_LEVER_CONTEXT];
	FL_CLI_NEEDS(cli, err, "in", "out");
	FL_TRY(read_list(cli, "in", in, ins, err));
	FL_TRY(read_list(cli, "out", job->output, &outs, err));
	if (*ins == 1 && outs == 1) {
		in[1] = 10 * in[0];
		*ins = 2;
	}
	if (outs != 1 && outs != *ins)
		return fl_err_set(err, FL_E_USAGE, "--out has %zu lengths and --in %zu: one for all, or one for each",
		                  outs, *ins);
	for (size_t i = 1; outs == 1 && i < *ins; i++)
		job->output[i] = job->output[0];
	return FL_OK;
}

static enum fl_code read_settings(const struct fl_cli *cli, struct fl_lever_job *job, struct fl_err *err)
{
	static const uint64_t thinking[] = {0, 2000, 20000}, samples[] = {1, 10};
	memcpy(job->setting[FL_LEVER_THINKING], thinking, sizeof thinking);
	memcpy(job->setting[FL_LEVER_SAMPLES], samples, sizeof samples);
	job->setting[FL_LEVER_STEPS][0] = 1;
	job->settings[FL_LEVER_THINKING] = FL_COUNT(thinking);
	job->settings[FL_LEVER_SAMPLES] = FL_COUNT(samples);
	job->settings[FL_LEVER_STEPS] = 1;
	FL_TRY(read_context(cli, job, err));
	FL_TRY(read_list(cli, "reasoning", job->setting[FL_LEVER_THINKING], &job->settings[FL_LEVER_THINKING], err));
	FL_TRY(read_list(cli, "samples", job->setting[FL_LEVER_SAMPLES], &job->settings[FL_LEVER_SAMPLES], err));
	FL_TRY(read_list(cli, "steps", job->setting[FL_LEVER_STEPS], &job->settings[FL_LEVER_STEPS], err));
	for (int l = FL_LEVER_SAMPLES; l <= FL_LEVER_STEPS; l++)
		for (size_t i = 0; i < job->settings[l]; i++)
			if (l != FL_LEVER_CONTEXT && job->setting[l][i] == 0)
				return fl_err_set(err, FL_E_USAGE, "--%s: from 1 on", fl_lever_words[l]);
	return FL_OK;
}

/* --- models ------------------------------------------------------------------------------------------------------- */

struct candidate {
	struct fl_offer_ref ref;
	double score;
	int64_t nusd;
};

static int by_price(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	if (a->nusd != b->nusd)
		return a->nusd < b->nusd ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return fl_str_cmp(a->ref.id, b->ref.id);
}

/* The best score on the newest release of the index that the catalogue holds most of; NaN without one. */
static double index_of(const struct fl_catalog_model *m)
{
	double best = (double)NAN;
	fl_date day = FL_DATE_NONE;
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)m->scores.p)[i];
		if (!fl_str_is(s->benchmark, "aa-intelligence-index") || s->category.n)
			continue;
		if (!(best >= s->value) || s->date > day)
			best = isnan(best) ? s->value : fmax(best, s->value);
		day = FL_MAX(day, s->date);
	}
	return best;
}

/* Whether a model is one to take today, and what the job costs at its lab's own offer. */
static bool is_candidate(const struct fl_catalog *c, const struct fl_catalog_model *m, const struct levers *l,
                         struct candidate *k)
{
	fl_date day = fl_date_at(l->at_ms);
	enum fl_model_status status = fl_model_status_on(c, m, day);
	struct fl_served served = {.at_ms = l->at_ms, .thinking = FL_THINKING_OFF};
	struct fl_usage u = fl_usage_text(l->job.setting[FL_LEVER_CONTEXT][0], 0, 0, l->job.output[0]);
	k->score = index_of(m);
	if (status != FL_MODEL_CURRENT || !fl_model_out_on(c, m, day) || isnan(k->score) ||
	    fl_catalog_offer(c, m->id, &k->ref, NULL) != FL_OK)
		return false;
	struct fl_price p = fl_offer_price(c, k->ref.offer);
	return fl_price_cost(&p, &u, &served, 0, &k->nusd) && k->nusd > 0;
}

/* Of the current models with a score those that no other beats for less money: the cheapest, the middle, the best. */
static enum fl_code usual_models(struct fl_cli *cli, struct levers *l, struct fl_str out[3], struct fl_err *err)
{
	const struct fl_catalog *c;
	FL_TRY(fl_cli_catalog(cli, &c, err));
	struct candidate *k = FL_NEW_ARRAY(&cli->arena, struct candidate, c->models.n + 1);
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < c->models.n; i++)
		n += is_candidate(c, &((const struct fl_catalog_model *)c->models.p)[i], l, &k[n]);
	qsort(k, n, sizeof *k, by_price);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || k[i].score > k[kept - 1].score)
			k[kept++] = k[i];
	if (kept < 3)
		return fl_err_set(err, FL_E_NOT_FOUND,
		                  "fewer than three models of that day have a price and a score: name some");
	out[0] = k[0].ref.id;
	out[1] = k[kept / 2].ref.id;
	out[2] = k[kept - 1].ref.id;
	l->usual_models = true;
	return FL_OK;
}

/* Says where a setting is longer than what the model takes. */
static void tell_window(struct fl_cost *c, const struct fl_priced *p, const struct levers *l, size_t model)
{
	struct fl_usage u = {.reported = true};
	for (size_t i = 0; i < l->job.settings[FL_LEVER_CONTEXT]; i++)
		for (size_t k = 0; k < l->job.settings[FL_LEVER_THINKING]; k++) {
			uint64_t thinking = l->job.setting[FL_LEVER_THINKING][k];
			u.units[FL_USE_INPUT] = l->job.setting[FL_LEVER_CONTEXT][i];
			u.units[FL_USE_OUTPUT] = l->job.output[i];
			u.units[FL_USE_REASONING] = thinking;
			if (!l->model[model].never_thinks || !thinking)
				fl_cli_window(c, p, &u);
		}
}

static enum fl_code read_models(struct fl_cli *cli, struct fl_cost *c, struct levers *l, struct fl_err *err)
{
	struct fl_str usual[3] = {0};
	const struct fl_str *name = cli->argument.p;
	size_t n = cli->argument.n;
	FL_TRY(fl_cli_instant(cli, "at", &l->at_ms, err));
	if (n == 0) {
		FL_TRY(usual_models(cli, l, usual, err));
		name = usual;
		n = FL_COUNT(usual);
	}
	for (size_t i = 0; i < n; i++) {
		struct fl_priced p;
		FL_TRY(fl_cli_priced_name(cli, name[i], &p, err));
		l->model[i] =
		    (struct fl_lever_model){p.price, p.served, fl_claim_yes(p.catalog, &p.ref.model->reasons) == FL_NO};
		tell_window(c, &p, l, i);
		l->name[i] = p.offer;
	}
	l->job.model = l->model;
	l->job.settings[FL_LEVER_MODEL] = n;
	return FL_OK;
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static int by_cost(const void *x, const void *y)
{
	const struct fl_corner *a = *(const struct fl_corner *const *)x, *b = *(const struct fl_corner *const *)y;
	if (a->nusd != b->nusd)
		return a->nusd < b->nusd ? -1 : 1;
	return memcmp(a->at, b->at, sizeof a->at);
}

static uint64_t setting(const struct levers *l, const struct fl_corner *k, enum fl_lever lever)
{
	return l->job.setting[lever][k->at[lever]];
}

/* "1,000/200, 2,000 thinking, x 10 samples". */
static struct fl_str setting_text(const struct levers *l, const struct fl_corner *k, struct fl_arena *a)
{
	uint64_t thinking = setting(l, k, FL_LEVER_THINKING), samples = setting(l, k, FL_LEVER_SAMPLES),
	         steps = setting(l, k, FL_LEVER_STEPS);
	struct fl_str s = fl_arena_printf(a, "%.*s/%.*s", FL_FMT(fl_show_count(a, setting(l, k, FL_LEVER_CONTEXT))),
	                                  FL_FMT(fl_show_count(a, l->job.output[k->at[FL_LEVER_CONTEXT]])));
	if (thinking)
		s = fl_arena_printf(a, "%.*s, %.*s thinking", FL_FMT(s), FL_FMT(fl_show_count(a, thinking)));
	if (samples > 1)
		s = fl_arena_printf(a, "%.*s, x %llu samples", FL_FMT(s), (unsigned long long)samples);
	if (steps > 1)
		s = fl_arena_printf(a, "%.*s, x %llu steps", FL_FMT(s), (unsigned long long)steps);
	return s;
}

static struct fl_str model_text(const struct levers *l, const struct fl_corner *k)
{
	return l->name[k->at[FL_LEVER_MODEL]];
}

static struct fl_str corner_text(const struct levers *l, const struct fl_corner *k, struct fl_arena *a)
{
	return fl_arena_printf(a, "%.*s %.*s", FL_FMT(model_text(l, k)), FL_FMT(setting_text(l, k, a)));
}

static void corners(struct fl_cost *c, const struct levers *l)
{
	fl_cost_table(c, "corners", columns, FL_COUNT(columns));
	for (size_t i = 0; i < l->found.priced; i++) {
		const struct fl_corner *k = l->rank[i];
		fl_cost_cell(c, 0, 0, l->name[k->at[FL_LEVER_MODEL]]);
		fl_cost_cell(c, (int64_t)setting(l, k, FL_LEVER_THINKING), 0, FL_S(""));
		fl_cost_cell(c, (int64_t)setting(l, k, FL_LEVER_SAMPLES), 0, FL_S(""));
		fl_cost_cell(c, (int64_t)setting(l, k, FL_LEVER_CONTEXT), 0, FL_S(""));
		fl_cost_cell(c, (int64_t)l->job.output[k->at[FL_LEVER_CONTEXT]], 0, FL_S(""));
		fl_cost_cell(c, (int64_t)setting(l, k, FL_LEVER_STEPS), 0, FL_S(""));
		fl_cost_cell(c, k->nusd, 0, FL_S(""));
	}
}

static void figures(struct fl_cost *c, const struct levers *l)
{
	static const char *const name[FL_LEVERS] = {"model_spread", "thinking_spread", "samples_spread",
	                                            "context_spread", "steps_spread"};
	static const char *const label[FL_LEVERS] = {"the model alone: times", "thinking alone", "samples alone",
	                                             "context alone", "steps alone"};
	const struct fl_corner *low = l->rank[0], *high = l->rank[l->found.priced - 1];
	fl_cost_text(c, "cheapest_corner", "cheapest", corner_text(l, low, c->arena));
	fl_cost_money(c, "cheapest", "which costs", low->nusd);
	fl_cost_text(c, "dearest_corner", "dearest", corner_text(l, high, c->arena));
	fl_cost_money(c, "dearest", "which costs", high->nusd);
	fl_cost_real(c, "spread", "spread: times", FL_COST_NUMBER, l->found.spread);
	for (int i = 0; i < FL_LEVERS; i++)
		fl_cost_real(c, name[i], label[i], FL_COST_NUMBER, l->found.lever_spread[i]);
}

static enum fl_code write_page(struct fl_cli *cli, const struct levers *l, struct fl_err *err)
{
	static const size_t largest = 32 << 20;
	struct fl_str path;
	char day[FL_DATE_TEXT];
	if (!fl_cli_get(cli, "report", &path))
		return FL_OK;
	struct fl_levers_bar *bar = FL_NEW_ARRAY(&cli->arena, struct fl_levers_bar, l->found.priced);
	for (size_t i = 0; i < l->found.priced; i++)
		bar[i] = (struct fl_levers_bar){model_text(l, l->rank[i]), setting_text(l, l->rank[i], &cli->arena),
		                                l->rank[i]->nusd, i == 0 || i + 1 == l->found.priced};
	struct fl_levers_view v = {.title = FL_S("The levers of one job"),
	                           .bar = bar,
	                           .bars = l->found.priced,
	                           .lever = fl_lever_words,
	                           .spread = l->found.lever_spread,
	                           .levers = FL_LEVERS,
	                           .whole = l->found.spread,
	                           .day = fl_date_format(fl_date_at(l->at_ms), day)};
	struct fl_buf page;
	fl_buf_init(&page, largest);
	fl_levers_page(&v, &page);
	enum fl_code code = page.full ? fl_err_set(err, FL_E_LIMIT, "the page is larger than is accepted")
	                              : fl_file_write(fl_arena_dupz(&cli->arena, path), fl_buf_slice(&page), err);
	fl_buf_release(&page);
	return code;
}

static void tell_left_out(struct fl_cost *c, const struct levers *l)
{
	size_t plain = 0, unpriced = l->found.corners - l->found.priced;
	for (size_t i = 0; i < l->found.corners; i++) {
		const struct fl_corner *k = &l->corner[i];
		plain += l->model[k->at[FL_LEVER_MODEL]].never_thinks && setting(l, k, FL_LEVER_THINKING) > 0;
	}
	if (plain)
		fl_cost_assume(c, "%zu of %zu settings are left out, for their models do not think", plain,
		               l->found.corners);
	if (unpriced > plain)
		fl_cost_assume(c, "%zu of %zu settings are left out, for they cannot be priced", unpriced - plain,
		               l->found.corners);
}

static enum fl_code price_corners(struct levers *l, struct fl_cost *c, struct fl_err *err)
{
	struct fl_receipt r;
	size_t n = 0;
	if (!fl_levers_cost(&l->job, l->corner, &l->found))
		return fl_err_set(err, FL_E_LIMIT, "more than %d settings together: give shorter lists",
		                  FL_LEVER_CORNERS);
	for (size_t i = 0; i < l->found.corners; i++)
		if (l->corner[i].priced)
			l->rank[n++] = &l->corner[i];
	if (n == 0) {
		fl_corner_receipt(&l->job, &l->corner[0], &r);
		return fl_err_set(err, FL_E_INVALID, "no setting can be priced: %s", r.problem);
	}
	qsort(l->rank, n, sizeof *l->rank, by_cost);
	tell_left_out(c, l);
	return FL_OK;
}

static enum fl_code build(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct levers *l = FL_NEW(&cli->arena, struct levers);
	struct fl_receipt *r = FL_NEW(&cli->arena, struct fl_receipt);
	FL_TRY(fl_cli_may_write(cli, "report", NULL, err));
	FL_TRY(read_settings(cli, &l->job, err));
	FL_TRY(read_models(cli, c, l, err));
	FL_TRY(price_corners(l, c, err));
	fl_corner_receipt(&l->job, l->rank[0], r);
	c->offer = l->name[l->rank[0]->at[FL_LEVER_MODEL]];
	fl_cost_receipt(c, r, 1);
	figures(c, l);
	corners(c, l);
	fl_cost_assume(c, "samples and steps are separate calls of the same length, without a cache");
	if (l->usual_models)
		fl_cost_assume(c, "the cheapest, the middle and the best of the models that no other beats on "
		                  "aa-intelligence-index for less money");
	return write_page(cli, l, err);
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build, err);
}

const struct fl_command fl_cmd_cost_levers = {
    .name = "cost levers",
    .summary = "model, thinking, samples and context of one job, all together",
    .usage = "cost levers [MODEL ...] --in TOKENS,... --out TOKENS,... [options]",
    .text = "Every combination of the settings of each lever, priced; the cheapest and the dearest; and by how much "
            "each lever "
            "alone moves the cost while the others stand still. Lines and total are those of the cheapest. Without a "
            "MODEL a "
            "cheap, a middle and a strong one of the catalogue are taken. JSON: cheapest_corner, cheapest_nusd, "
            "dearest_corner, dearest_nusd, spread, model_spread, thinking_spread, samples_spread, context_spread, "
            "steps_spread, corners.",
    .example =
        "fulcrum cost levers --in 2k --out 400\n"
        "fulcrum cost levers gemini-2.5-flash-lite gpt-5.5-pro --in 1k,100k --out 200,20k --reasoning 0 --samples 1,10 "
        "--steps 1,20 --report levers.html",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = FL_LEVER_SETTINGS,
    .run = run,
};
