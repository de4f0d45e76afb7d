/* cost value, cost success: two or more ways to get an answer, weighed by what a right one is worth. */
#include "cli/commands.h"

#include "choose/thinking.h"
#include "choose/worth.h"
#include "cli/cost_option.h"
#include "lang/quantity.h"
#include "price/value.h"

#include <math.h>

enum { ARMS = 24 };

/* What both commands read of each way. */
#define ARM_OPTIONS                                                                                                    \
	{"in", "TOKENS", "input of a call, for models"}, {"out", "TOKENS", "answer of a call, for models"},            \
	    {"reasoning", "TOKENS",                                                                                    \
	     "thinking of a call, for models, on top of the answer; else what the effort of the score takes"},         \
	    {"benchmark", "NAME", "whose scores stand for the share of right answers; else one that all models have"}, \
	    {"tier", "NAME", "service tier of models"},                                                                \
	{                                                                                                              \
		"at", "DATE", "prices of that day or instant; else now"                                                \
	}

struct arm {
	struct fl_str name;
	const struct fl_catalog_model *model; /* NULL = figures were stated */
	struct fl_priced priced;              /* of a model */
	double score, latency_s;              /* latency 0 = not known */
	int64_t cost_nusd;
};
struct arms {
	const struct fl_catalog *catalog;
	uint64_t in, out, reasoning; /* of a call of models */
	bool reasoning_stated;
	struct arm arm[ARMS];
	size_t n;
};

/* --- scores of models --------------------------------------------------------------------------------------------- */

static const struct fl_score *score_at(const struct fl_catalog_model *m, size_t i)
{
	return &((const struct fl_score *)m->scores.p)[i];
}

/*
 * A model's score on the whole of a benchmark's release: the best of those that name their setting, for only such say how
 * much was thought; where no thinking was asked for, first of a setting that does not think.
 */
static const struct fl_score *best_score(const struct fl_catalog_model *m, const struct fl_score *like, bool plain)
{
	const struct fl_score *best = NULL;
	int best_rank = 0;
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = score_at(m, i);
		if (!fl_str_eq(s->benchmark, like->benchmark) || !fl_str_eq(s->release, like->release) || s->category.n)
			continue;
		int rank = 2 * (plain && !fl_effort_thinks(fl_effort_of(m, s->variant))) + (s->variant.n > 0);
		if (best && (rank < best_rank || (rank == best_rank && s->value <= best->value)))
			continue;
		best = s;
		best_rank = rank;
	}
	return best;
}

static double scale_of(const struct fl_catalog *c, const struct fl_score *s)
{
	const struct fl_benchmark *b = fl_catalog_named(&c->benchmarks, sizeof *b, s->benchmark);
	return b && !b->lower_is_better ? b->scale : 0;
}

static bool all_have(const struct arms *a, const struct fl_score *like)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->arm[i].model && !best_score(a->arm[i].model, like, false))
			return false;
	return true;
}

/* The newest benchmark with a perfect score that all models have, or the one asked for. */
static const struct fl_score *shared_score(const struct arms *a, const struct fl_catalog_model *m, struct fl_str asked)
{
	const struct fl_score *best = NULL;
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = score_at(m, i);
		if (s->category.n || scale_of(a->catalog, s) <= 0 || (asked.n && !fl_str_eq(s->benchmark, asked)) ||
		    (best && s->date <= best->date) || !all_have(a, s))
			continue;
		best = s;
	}
	return best;
}

/* Time to the whole answer, by the newest measurement at that effort; 0 when none is known. */
static double latency_of(const struct fl_catalog_model *m, enum fl_effort effort, uint64_t out)
{
	const struct fl_speed *best = NULL;
	for (size_t i = 0; i < m->speed.n; i++) {
		const struct fl_speed *s = &((const struct fl_speed *)m->speed.p)[i];
		if (s->tokens_per_s > 0 && fl_effort_of(m, s->variant) == effort && (!best || s->date > best->date))
			best = s;
	}
	if (!best)
		return 0;
	return fmax(best->first_answer_s, best->first_token_s) + (double)out / best->tokens_per_s;
}

/* Says whose score it is, and what thinking the cost holds beside it. */
static void tell_thinking(struct fl_cost *c, const struct arms *a, const struct arm *k, enum fl_effort effort,
                          uint64_t reasoning, const struct fl_thinks *t)
{
	struct fl_str level =
	    effort == FL_EFFORT_PLAIN ? FL_S("") : fl_arena_printf(c->arena, " at effort %s", fl_effort_words[effort]);
	struct fl_str basis = a->reasoning_stated ? FL_S("as stated") : fl_thinks_text(t, c->arena);
	if (!a->reasoning_stated && t->basis == FL_THINKS_NOT && fl_known_to_think(a->catalog, k->model, effort))
		fl_cost_assume(c, "%.*s: its score%.*s; how much it thinks is not known and not in the cost",
		               FL_FMT(k->name), FL_FMT(level));
	else
		fl_cost_assume(c, "%.*s: its score%.*s, with %llu tokens of thinking in the cost (%.*s)",
		               FL_FMT(k->name), FL_FMT(level), (unsigned long long)reasoning, FL_FMT(basis));
}

/* Score, cost and latency of a model at one and the same effort. */
static enum fl_code fill_model(const struct arms *a, struct arm *k, const struct fl_score *like,
                               const struct fl_suite *suite, struct fl_cost *c, struct fl_err *err)
{
	const struct fl_score *s = best_score(k->model, like, a->reasoning_stated && a->reasoning == 0);
	enum fl_effort effort = fl_effort_of(k->model, s->variant);
	struct fl_thinks t = fl_thinks_of(a->catalog, suite, k->model, effort);
	struct fl_usage u = fl_usage_text(a->in, 0, 0, a->out);
	u.units[FL_USE_REASONING] =
	    a->reasoning_stated ? a->reasoning : (uint64_t)llround(fl_thinking_tokens(t.times, (int64_t)a->out));
	k->score = fmin(fmax(s->value / scale_of(a->catalog, like), 0), 1);
	k->latency_s = latency_of(k->model, effort, a->out);
	tell_thinking(c, a, k, effort, u.units[FL_USE_REASONING], &t);
	return fl_cli_call(c, &k->priced, u, &k->cost_nusd, err);
}

static enum fl_code fill_scores(struct fl_cli *cli, struct arms *a, struct fl_cost *c, struct fl_err *err)
{
	const struct fl_catalog_model *first = NULL;
	struct fl_str asked = {0};
	fl_cli_get(cli, "benchmark", &asked);
	for (size_t i = 0; i < a->n && !first; i++)
		first = a->arm[i].model;
	if (!first)
		return FL_OK;
	const struct fl_score *like = shared_score(a, first, asked);
	if (!like) {
		fl_err_set(err, FL_E_NOT_FOUND, "the catalogue holds no score of these models on %s%.*s",
		           asked.n ? "" : "one and the same benchmark", FL_FMT(asked));
		fl_err_help(err,
		            "state the figures: name=score,cost in USD,latency in s; `fulcrum models show A B` lists "
		            "the scores of both");
		return FL_E_NOT_FOUND;
	}
	fl_cost_assume(c, "the score on %.*s %.*s is the share of answers that are right on your task too",
	               FL_FMT(like->benchmark), FL_FMT(like->release));
	struct fl_suite suite = fl_suite_of(a->catalog);
	for (size_t i = 0; i < a->n; i++)
		if (a->arm[i].model)
			FL_TRY(fill_model(a, &a->arm[i], like, &suite, c, err));
	return FL_OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_stated(struct fl_str text, struct arm *a, struct fl_err *err)
{
	struct fl_str rest = text, figures, part[3];
	fl_cli_part(&rest, '=', &a->name);
	figures = rest;
	size_t n = fl_cli_parts(figures, ',', part, 3);
	if (!a->name.n || n < 2 || n > 3) {
		fl_err_set(err, FL_E_USAGE, "a way to answer cannot be read");
		fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(text, 0, 80)));
		fl_err_expected(err, "a model, or name=score,cost in USD,latency in s such as small=81%%,0.0004,1.2");
		return FL_E_USAGE;
	}
	FL_TRY(fl_cli_share_in("score", part[0], &a->score, err));
	FL_TRY(fl_cli_money_in("cost", part[1], &a->cost_nusd, err));
	return n == 3 ? fl_cli_real_in("latency", part[2], 0, &a->latency_s, err) : FL_OK;
}

static enum fl_code read_model(struct fl_cli *cli, struct fl_str text, struct arms *all, struct arm *a,
                               struct fl_err *err)
{
	FL_TRY(fl_cli_priced_name(cli, text, &a->priced, err));
	FL_CLI_NEEDS(cli, err, "in", "out");
	all->catalog = a->priced.catalog;
	a->model = a->priced.ref.model;
	a->name = a->priced.offer;
	return FL_OK;
}

static enum fl_code read_arms(struct fl_cli *cli, struct arms *a, struct fl_cost *c, struct fl_err *err)
{
	if (cli->argument.n > ARMS)
		return fl_err_set(err, FL_E_LIMIT, "at most %d ways are compared", ARMS);
	FL_TRY(fl_cli_tokens(cli, "in", &a->in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &a->out, err));
	FL_TRY(fl_cli_tokens(cli, "reasoning", &a->reasoning, err));
	a->reasoning_stated = fl_cli_has(cli, "reasoning");
	for (size_t i = 0; i < cli->argument.n; i++, a->n++) {
		struct fl_str text = cli->argument.p[i];
		if (fl_str_find_char(text, '=', 0) >= 0)
			FL_TRY(read_stated(text, &a->arm[i], err));
		else
			FL_TRY(read_model(cli, text, a, &a->arm[i], err));
	}
	if (!a->catalog)
		FL_CLI_UNUSED(cli, "all figures are stated, and no model is compared", err, "in", "out", "reasoning",
		              "benchmark", "tier", "at");
	return fill_scores(cli, a, c, err);
}

/* --- value -------------------------------------------------------------------------------------------------------- */

static const struct fl_option value_options[] = {
    {"wage", "USD/HOUR", "pay of those whose time is saved or lost"},
    {"saved", "TIME", "what a right answer saves them; a bare number is in minutes"},
    {"lost", "TIME", "what a wrong answer costs them; a bare number is in minutes"},
    {"waiting", "SHARE", "of the latency, what somebody sits through; else 0"},
    {"value", "USD", "what a right answer is worth, instead of --saved and --lost"},
    ARM_OPTIONS,
};
static const struct fl_cost_figure value_columns[] = {
    {.name = "name", .label = "way", .kind = FL_COST_TEXT},
    {.name = "score", .label = "right", .kind = FL_COST_SHARE},
    {.name = "cost", .label = "cost", .kind = FL_COST_MONEY},
    {.name = "latency", .label = "latency", .kind = FL_COST_SECONDS},
    {.name = "worth", .label = "worth", .kind = FL_COST_MONEY},
    {.name = "best_from", .label = "best from", .kind = FL_COST_MONEY},
    {.name = "best_to", .label = "to", .kind = FL_COST_MONEY},
};

struct weighing {
	struct arms arms;
	struct fl_pay pay;
	struct fl_worth worth;
	bool has_value;
	struct fl_worth_point point[ARMS];
	struct fl_tread tread[ARMS];
	size_t treads, best; /* best: index of the arm at the value */
};

static enum fl_code read_pay(const struct fl_cli *cli, struct weighing *w, struct fl_err *err)
{
	struct fl_str wage;
	double waiting = 0;
	if (fl_cli_get(cli, "wage", &wage) &&
	    fl_quantity_read(FL_Q_PER_HOUR, wage, "USD/hour", &w->pay.wage_nusd_per_hour, err) != FL_OK)
		return fl_cli_bad(err, "wage", wage, "an amount an hour such as 40 or 40 USD/hour");
	FL_TRY(fl_cli_quantity(cli, "saved", FL_Q_DURATION, "min", &w->pay.saved_if_right_ms, err));
	FL_TRY(fl_cli_quantity(cli, "lost", FL_Q_DURATION, "min", &w->pay.lost_if_wrong_ms, err));
	FL_TRY(fl_cli_share(cli, "waiting", &waiting, err));
	w->pay.waiting_ppm = llround(waiting * 1e6);
	bool times = fl_cli_has(cli, "saved") || fl_cli_has(cli, "lost");
	FL_TRY(fl_worth_of(&w->pay, &w->worth, err));
	w->has_value = times;
	if (!fl_cli_has(cli, "value"))
		return FL_OK;
	w->has_value = true;
	return fl_cli_money(cli, "value", &w->worth.value_nusd, err);
}

/* V q - c - w l, in USD. */
static double worth_of(const struct weighing *w, size_t i)
{
	const struct fl_worth_point *p = &w->point[i];
	return (double)w->worth.value_nusd / (double)FL_NUSD_PER_USD * p->score - p->cost_usd -
	       w->worth.wait_usd_per_s * p->latency_s;
}

static void weigh(struct weighing *w)
{
	for (size_t i = 0; i < w->arms.n; i++) {
		const struct arm *a = &w->arms.arm[i];
		w->point[i] =
		    (struct fl_worth_point){a->score, (double)a->cost_nusd / (double)FL_NUSD_PER_USD, a->latency_s};
	}
	w->treads = fl_staircase(w->point, NULL, w->arms.n, w->worth.wait_usd_per_s, w->tread);
	for (size_t i = 1; i < w->arms.n; i++)
		if (worth_of(w, i) > worth_of(w, w->best))
			w->best = i;
}

/*
 * The pay at which going from one to the other is even: with t the time that a right answer is worth and y the share of
 * waiting, W (t dq - y dl) = dc. NaN when no pay does it.
 */
static double even_wage(const struct weighing *w, const struct fl_step *s)
{
	double t = (double)(w->pay.saved_if_right_ms + w->pay.lost_if_wrong_ms) / 3.6e6;
	double hours = t * s->more_score - (double)w->pay.waiting_ppm / 1e6 * s->more_latency_s / 3600;
	double wage = s->more_cost_usd / hours;
	return t > 0 && wage > 0 && isfinite(wage) ? wage : (double)NAN;
}

static const char *step_text(enum fl_step_kind kind)
{
	static const char *const text[] = {
	    [FL_STEP_WORTH_IT_ABOVE] = "where a right answer is worth more than the break-even",
	    [FL_STEP_ALWAYS] = "always: at least as good and not dearer",
	    [FL_STEP_NEVER] = "never: dearer and no better",
	    [FL_STEP_WORTH_IT_BELOW] = "where a right answer is worth less than the break-even",
	    [FL_STEP_EQUAL] = "they are equal"};
	return text[kind];
}

static bool usd_to_nusd(double usd, int64_t *nusd)
{
	double v = usd * (double)FL_NUSD_PER_USD;
	*nusd = fabs(v) < 9.2e18 ? llround(v) : 0;
	return fabs(v) < 9.2e18;
}

/* From the first way to the second: the rule of thumb of pay. */
static void step_figures(struct fl_cost *c, const struct weighing *w)
{
	struct fl_step s = fl_step_between(w->point[0], w->point[1], w->worth.wait_usd_per_s,
	                                   (double)w->pay.wage_nusd_per_hour / (double)FL_NUSD_PER_USD);
	double wage = even_wage(w, &s);
	int64_t nusd;
	fl_cost_text(c, "step", "the second is worth it", fl_str_from(step_text(s.kind)));
	if (s.break_even_usd > 0 && usd_to_nusd(s.break_even_usd, &nusd))
		fl_cost_money(c, "break_even", "break-even: a right answer at", nusd);
	else
		fl_cost_nothing(c, "break_even", "break-even: a right answer at", FL_COST_MONEY, "none");
	if (isfinite(s.break_even_pay_s) && s.break_even_usd > 0)
		fl_cost_real(c, "break_even_pay", "which is pay for", FL_COST_SECONDS, s.break_even_pay_s);
	if (isfinite(wage) && usd_to_nusd(wage, &nusd))
		fl_cost_money(c, "break_even_wage", "break-even pay an hour", nusd);
}

static void value_table(struct fl_cost *c, const struct weighing *w)
{
	fl_cost_table(c, "ways", value_columns, FL_COUNT(value_columns));
	for (size_t i = 0; i < w->arms.n; i++) {
		const struct arm *a = &w->arms.arm[i];
		const struct fl_tread *t = NULL;
		int64_t nusd;
		for (size_t k = 0; k < w->treads; k++)
			if (w->tread[k].candidate == i)
				t = &w->tread[k];
		fl_cost_cell(c, 0, 0, fl_arena_dup(c->arena, a->name));
		fl_cost_cell(c, 0, a->score, FL_S(""));
		fl_cost_cell(c, a->cost_nusd, 0, FL_S(""));
		a->latency_s > 0 ? fl_cost_cell(c, 0, a->latency_s, FL_S("")) : fl_cost_no_cell(c);
		w->has_value &&usd_to_nusd(worth_of(w, i), &nusd) ? fl_cost_cell(c, nusd, 0, FL_S(""))
		                                                  : fl_cost_no_cell(c);
		t ? fl_cost_cell(c, t->from_nusd, 0, FL_S("")) : fl_cost_no_cell(c);
		t && t->to_nusd >= 0 ? fl_cost_cell(c, t->to_nusd, 0, FL_S("")) : fl_cost_no_cell(c);
	}
}

static enum fl_code build_value(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct weighing *w = FL_NEW(&cli->arena, struct weighing);
	bool unknown_latency = false;
	FL_TRY(read_arms(cli, &w->arms, c, err));
	FL_TRY(read_pay(cli, w, err));
	weigh(w);
	c->no_total = !w->has_value;
	if (w->has_value) {
		const struct arm *a = &w->arms.arm[w->best];
		fl_cost_add(c, "call", 1, -1, a->cost_nusd, fl_arena_dupz(c->arena, a->name));
		fl_cost_text(c, "best", "best", a->name);
		fl_cost_money(c, "value", "a right answer is worth", w->worth.value_nusd);
	}
	if (w->worth.wait_nusd_per_s)
		fl_cost_money(c, "waiting", "a second of waiting costs", w->worth.wait_nusd_per_s);
	step_figures(c, w);
	value_table(c, w);
	for (size_t i = 0; i < w->arms.n; i++)
		unknown_latency |= w->arms.arm[i].latency_s <= 0;
	if (unknown_latency && w->pay.waiting_ppm)
		fl_cost_assume(c, "a latency that is not known takes no time");
	return FL_OK;
}

static enum fl_code run_value(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_value, err);
}

const struct fl_command fl_cmd_cost_value = {
    .name = "cost value",
    .summary = "is the dearer one worth it, for people of this pay",
    .usage = "cost value A B [...] --wage USD/HOUR --saved TIME --lost TIME [--waiting SHARE]\n"
             "cost value A B [...] [--value USD]",
    .text =
        "A way to answer is a model (with --in and --out) or name=score,cost in USD,latency in s. A right answer is "
        "worth the "
        "pay of the time it saves and does not lose: V = wage x (saved + lost). Go from the first to the second while "
        "V "
        "(q2 - q1) > (c2 - c1) + w (l2 - l1). JSON: best, value_nusd, waiting_nusd (a second), step, break_even_nusd, "
        "break_even_pay_s, break_even_wage_nusd (pay an hour), ways with the worths of a right answer between which "
        "each "
        "is best (best_to_nusd null: no end).",
    .example =
        "fulcrum cost value small=81%,0.0004,1.2 large=93%,0.0105,4 --wage 40 --saved 2min --lost 6min --waiting 20%\n"
        "fulcrum cost value gpt-5.6-luna gpt-5.6-sol --in 1500 --out 400 --wage 40 --saved 2 --lost 6",
    .option = value_options,
    .option_count = FL_COUNT(value_options),
    .least = 2,
    .most = ARMS,
    .run = run_value,
};

/* --- dollars a success -------------------------------------------------------------------------------------------- */

static const struct fl_option success_options[] = {
    {"loss", "USD", "what an error costs; else 0"},
    ARM_OPTIONS,
};
static const struct fl_cost_figure success_columns[] = {
    {.name = "name", .label = "way", .kind = FL_COST_TEXT},
    {.name = "score", .label = "right", .kind = FL_COST_SHARE},
    {.name = "cost", .label = "an answer", .kind = FL_COST_MONEY},
    {.name = "success", .label = "a right one", .kind = FL_COST_MONEY},
    {.name = "errors", .label = "its errors", .kind = FL_COST_MONEY},
    {.name = "with_errors", .label = "with errors", .kind = FL_COST_MONEY},
};

/* Whether a is the better choice: with a loss the cheaper answer with its errors, else the cheaper success. */
static bool is_better(const struct fl_success *a, const struct fl_success *b, bool loss)
{
	if (loss)
		return a->total_nusd < b->total_nusd;
	return a->possible && (!b->possible || a->success_nusd < b->success_nusd);
}

static enum fl_code build_success(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct arms *a = FL_NEW(&cli->arena, struct arms);
	struct fl_success s[ARMS] = {0};
	int64_t loss = 0;
	size_t best = 0;
	FL_TRY(read_arms(cli, a, c, err));
	FL_TRY(fl_cli_money(cli, "loss", &loss, err));
	fl_cost_table(c, "ways", success_columns, FL_COUNT(success_columns));
	for (size_t i = 0; i < a->n; i++) {
		const struct arm *k = &a->arm[i];
		if (!fl_success_cost(k->cost_nusd, k->score, loss, &s[i]))
			return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
		best = i && is_better(&s[i], &s[best], fl_cli_has(cli, "loss")) ? i : best;
		fl_cost_cell(c, 0, 0, fl_arena_dup(c->arena, k->name));
		fl_cost_cell(c, 0, k->score, FL_S(""));
		fl_cost_cell(c, k->cost_nusd, 0, FL_S(""));
		s[i].possible ? fl_cost_cell(c, s[i].success_nusd, 0, FL_S("")) : fl_cost_no_cell(c);
		fl_cost_cell(c, s[i].error_nusd, 0, FL_S(""));
		fl_cost_cell(c, s[i].total_nusd, 0, FL_S(""));
	}
	fl_cost_add(c, "call", 1, -1, a->arm[best].cost_nusd, fl_arena_dupz(c->arena, a->arm[best].name));
	if (loss)
		fl_cost_add(c, "errors", 1, -1, s[best].error_nusd, "share of wrong answers times the loss");
	fl_cost_text(c, "best", "best", a->arm[best].name);
	if (s[best].possible)
		fl_cost_money(c, "success", "a right answer costs", s[best].success_nusd);
	return FL_OK;
}

static enum fl_code run_success(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_success, err);
}

const struct fl_command fl_cmd_cost_success = {
    .name = "cost success",
    .summary = "dollars a right answer, and the price of errors",
    .usage = "cost success A [B ...] [--loss USD] [options]",
    .text = "A way to answer is a model (with --in and --out) or name=score,cost in USD. A right answer costs c / q; "
            "with a loss L on "
            "each error an answer costs c + (1 - q) L, and the least of it is best. JSON: best, success_nusd, ways.",
    .example = "fulcrum cost success small=81%,0.0004 large=93%,0.0105 --loss 0.10",
    .option = success_options,
    .option_count = FL_COUNT(success_options),
    .least = 1,
    .most = ARMS,
    .run = run_success,
};
