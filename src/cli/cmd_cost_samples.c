/* cost votes, cost best, cost moa, cost odds: several samples of one answer, what they cost and what they are good for. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "price/expect.h"
#include "price/odds.h"
#include "price/votes.h"

/* --- votes -------------------------------------------------------------------------------------------------------- */

static const struct fl_option votes_options[] = {
    {"prefix", "TOKENS", "the prompt, the same for all samples"},
    {"out", "TOKENS", "one answer"},
    {"samples", "N", "answers, at most 10,000"},
    {"how", "WAY", "lines and total of this way: parameter, separate (else this), staggered"},
    {"right", "SHARE", "chance that one answer is right: adds the majority's, and votes that stop once decided"},
    FL_PRICE_OPTIONS,
};

static const struct fl_cost_figure votes_columns[] = {
    {.name = "how", .label = "how", .kind = FL_COST_TEXT},
    {.name = "requests", .label = "requests", .kind = FL_COST_COUNT},
    {.name = "total", .label = "total", .kind = FL_COST_MONEY},
    {.name = "sample", .label = "a sample", .kind = FL_COST_MONEY},
};

struct votes {
	struct fl_priced priced;
	uint64_t prefix, out, samples;
	enum fl_votes_how how;
	struct fl_receipt sum[FL_VOTES_HOWS];
};

static enum fl_code read_how(const struct fl_cli *cli, enum fl_votes_how *how, struct fl_err *err)
{
	struct fl_str text = FL_S("separate");
	fl_cli_get(cli, "how", &text);
	for (int i = 0; fl_votes_words[i]; i++)
		if (fl_str_is(text, fl_votes_words[i])) {
			*how = (enum fl_votes_how)i;
			return FL_OK;
		}
	return fl_cli_bad(err, "how", text, "parameter, separate or staggered");
}

static enum fl_code read_samples(const struct fl_cli *cli, uint64_t *samples, struct fl_err *err)
{
	FL_CLI_NEEDS(cli, err, "samples");
	FL_TRY(fl_cli_u64(cli, "samples", 1, samples, err));
	if (*samples > FL_ODDS_SAMPLES)
		return fl_err_set(err, FL_E_LIMIT, "--samples: at most %d", FL_ODDS_SAMPLES);
	return FL_OK;
}

static enum fl_code read_votes(struct fl_cli *cli, struct votes *v, struct fl_err *err)
{
	FL_TRY(fl_cli_priced_argument(cli, &v->priced, err));
	FL_CLI_NEEDS(cli, err, "prefix", "out");
	FL_TRY(fl_cli_tokens(cli, "prefix", &v->prefix, err));
	FL_TRY(fl_cli_tokens(cli, "out", &v->out, err));
	FL_TRY(read_samples(cli, &v->samples, err));
	FL_TRY(read_how(cli, &v->how, err));
	v->priced.served.thinking = FL_THINKING_OFF;
	for (int h = 0; h < FL_VOTES_HOWS; h++)
		if (!fl_votes_cost((enum fl_votes_how)h, v->prefix, v->out, v->samples, &v->priced.price,
		                   &v->priced.served, &v->sum[h]))
			FL_TRY(fl_cli_unpriced(&v->priced, &v->sum[h], err));
	return FL_OK;
}

/* Expected cost of a vote that stops once it is decided: the first sample, then as many more as it takes. */
static enum fl_code stop_early(struct fl_cost *c, const struct votes *v, double right, struct fl_err *err)
{
	double length = fl_vote_length(v->samples, right);
	struct fl_usage first = fl_usage_text(v->prefix, 0, 0, v->out), next = first;
	int64_t a, b, total;
	fl_cost_real(c, "majority", "the majority is right", FL_COST_SHARE, fl_majority(v->samples, right));
	fl_cost_real(c, "stopping_samples", "samples until it is decided", FL_COST_NUMBER, length);
	if (v->how == FL_VOTES_PARAMETER) {
		fl_cost_nothing(c, "stopping", "a vote that stops then costs", FL_COST_MONEY,
		                "one request cannot stop early");
		return FL_OK;
	}
	if (v->how == FL_VOTES_STAGGERED) {
		first = fl_usage_text(0, 0, v->prefix, v->out);
		next = fl_usage_text(0, v->prefix, 0, v->out);
	}
	FL_TRY(fl_cli_call(c, &v->priced, first, &a, err));
	FL_TRY(fl_cli_call(c, &v->priced, next, &b, err));
	if (!fl_expect_nusd((double)a + (length - 1) * (double)b, &total))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	fl_cost_money(c, "stopping", "a vote that stops then costs", total);
	fl_cost_assume(c, "samples are independent, and all wrong answers agree: the worst case for a majority");
	return FL_OK;
}

static enum fl_code build_votes(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct votes *v = FL_NEW(&cli->arena, struct votes);
	double right = -1;
	FL_TRY(read_votes(cli, v, err));
	FL_TRY(fl_cli_share(cli, "right", &right, err));
	c->offer = v->priced.offer;
	struct fl_usage one = fl_usage_text(v->prefix, 0, 0, v->out);
	fl_cli_window(c, &v->priced, &one);
	fl_cost_receipt(c, &v->sum[v->how], 1);
	if (right >= 0)
		FL_TRY(stop_early(c, v, right, err));
	fl_cost_table(c, "ways", votes_columns, FL_COUNT(votes_columns));
	for (int h = 0; h < FL_VOTES_HOWS; h++) {
		fl_cost_cell(c, 0, 0, fl_str_from(fl_votes_words[h]));
		fl_cost_cell(c, h == FL_VOTES_PARAMETER ? 1 : (int64_t)v->samples, 0, FL_S(""));
		fl_cost_cell(c, v->sum[h].total_nusd, 0, FL_S(""));
		fl_cost_cell(c, v->sum[h].total_nusd / (int64_t)v->samples, 0, FL_S(""));
	}
	fl_cost_assume(
	    c, "parameter: the endpoint takes n and bills the prompt once; staggered: the others start after the "
	       "first byte of the first answer, else the cache is still empty");
	return FL_OK;
}

static enum fl_code run_votes(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_votes, err);
}

const struct fl_command fl_cmd_cost_votes = {
    .name = "cost votes",
    .summary = "several samples of one prompt, asked for in three ways",
    .usage = "cost votes MODEL --prefix P --out O --samples N [--how WAY] [options]",
    .text =
        "parameter: one request for N answers, P in + N O out. separate: N requests, N (P in + O out). staggered: the "
        "first "
        "writes the prefix cache, the others read it, P write + (N - 1) P read + N O out. JSON: ways (how, requests, "
        "total_nusd, sample_nusd); with --right majority, stopping_samples, stopping_nusd.",
    .example =
        "fulcrum cost votes --price in=3,out=15,cache_read=0.30,cache_write=3.75 --prefix 3000 --out 300 --samples 8 "
        "--how staggered\n"
        "fulcrum cost votes gpt-6-luna --prefix 3k --out 300 --samples 5 --right 60%",
    .option = votes_options,
    .option_count = FL_COUNT(votes_options),
    .most = 1,
    .run = run_votes,
};

/* --- best of n ---------------------------------------------------------------------------------------------------- */

static const struct fl_option best_options[] = {
    {"samples", "N", "answers, at most 10,000"},
    {"judge", "HOW", "pointwise (else this): each answer; pairwise: each pair"},
    FL_ONE_CALL_OPTIONS,
    {"judge-cost", "USD", "one verdict; else the judge's price of the prompt, the answers and --judge-out"},
    {"judge-model", "MODEL", "who judges; else the model itself"},
    {"judge-out", "TOKENS", "one verdict; else 50"},
    FL_PRICE_OPTIONS,
};

static enum fl_code judge_cost(struct fl_cli *cli, struct fl_cost *c, const struct fl_priced *model, bool pairwise,
                               int64_t *nusd, struct fl_err *err)
{
	struct fl_priced judge = *model;
	struct fl_str name;
	uint64_t in = 0, out = 0, verdict = 50;
	if (fl_cli_has(cli, "judge-cost"))
		return fl_cli_money(cli, "judge-cost", nusd, err);
	if (fl_cli_get(cli, "judge-model", &name))
		FL_TRY(fl_cli_priced_name(cli, name, &judge, err));
	else if (fl_cli_has(cli, "cost"))
		FL_CLI_NEEDS(cli, err, "judge-cost");
	FL_TRY(fl_cli_tokens(cli, "in", &in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &out, err));
	FL_TRY(fl_cli_tokens(cli, "judge-out", &verdict, err));
	return fl_cli_call(c, &judge, fl_usage_text(in + out * (pairwise ? 2 : 1), 0, 0, verdict), nusd, err);
}

static enum fl_code build_best(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_priced p;
	struct fl_str how = FL_S("pointwise");
	uint64_t samples = 0, verdicts;
	int64_t answer = 0, verdict = 0, answers, judging;
	FL_TRY(fl_cli_one_call(cli, c, &p, &answer, err));
	FL_TRY(read_samples(cli, &samples, err));
	fl_cli_get(cli, "judge", &how);
	bool pairwise = fl_str_is(how, "pairwise");
	if (!pairwise && !fl_str_is(how, "pointwise"))
		return fl_cli_bad(err, "judge", how, "pointwise or pairwise");
	FL_TRY(judge_cost(cli, c, &p, pairwise, &verdict, err));
	if (!fl_judgements(samples, pairwise, &verdicts) || !fl_mul_i64(answer, (int64_t)samples, &answers) ||
	    !fl_mul_i64(verdict, (int64_t)verdicts, &judging))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	c->offer = p.offer;
	fl_cost_add(c, "answers", samples, -1, answers, "samples to choose from");
	fl_cost_add(c, "judge", verdicts, -1, judging, pairwise ? "each pair once" : "each answer once");
	fl_cost_money(c, "answer", "an answer", answer);
	fl_cost_money(c, "verdict", "a verdict", verdict);
	fl_cost_whole(c, "verdicts", "verdicts", FL_COST_COUNT, (int64_t)verdicts);
	return FL_OK;
}

static enum fl_code run_best(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_best, err);
}

const struct fl_command fl_cmd_cost_best = {
    .name = "cost best",
    .summary = "the best of several answers by a judge",
    .usage = "cost best MODEL --samples N --in TOKENS --out TOKENS [--judge pairwise] [options]\n"
             "cost best --cost USD --judge-cost USD --samples N [--judge pairwise]",
    .text =
        "N answers and a verdict on each (pointwise, N) or on each pair (pairwise, N (N - 1) / 2). JSON: answer_nusd, "
        "verdict_nusd, verdicts.",
    .example = "fulcrum cost best gpt-6-luna --in 1500 --out 400 --samples 8 --judge pairwise --judge-model gpt-6-sol",
    .option = best_options,
    .option_count = FL_COUNT(best_options),
    .most = 1,
    .run = run_best,
};

/* --- layers of models --------------------------------------------------------------------------------------------- */

enum { LAYERS = 8, WIDTH = 16 };

static const struct fl_option moa_options[] = {
    {"prefix", "TOKENS", "the prompt that every model reads"},
    {"layer", "MODEL=OUT,...",
     "models of a layer with the length of their answers; with --price lengths alone. Given once a layer"},
    FL_PRICE_OPTIONS,
};

/* One model of a layer: "MODEL=OUT", or "OUT" at the stated price. */
static enum fl_code read_mixer(struct fl_cli *cli, struct fl_str text, struct fl_priced *p, uint64_t *out,
                               struct fl_err *err)
{
	struct fl_str part[2];
	size_t n = fl_cli_parts(text, '=', part, 2);
	if (n == 2)
		FL_TRY(fl_cli_priced_name(cli, part[0], p, err));
	else if (n == 1 && fl_cli_has(cli, "price"))
		FL_TRY(fl_cli_priced(cli, (struct fl_str){0}, p, err));
	else
		return fl_cli_bad(err, "layer", text, "MODEL=OUT such as gpt-6-luna=300, or with --price a length");
	return fl_cli_tokens_in("layer", part[n - 1], out, err);
}

static enum fl_code add_layer(struct fl_cli *cli, struct fl_cost *c, struct fl_str text, uint64_t input, uint64_t *out,
                              size_t *width, struct fl_err *err)
{
	struct fl_str model[WIDTH];
	int64_t layer = 0;
	*width = fl_cli_parts(text, ',', model, WIDTH);
	if (*width == 0 || *width > WIDTH)
		return fl_cli_bad(err, "layer", text, "one to sixteen models");
	for (size_t i = 0; i < *width; i++) {
		struct fl_priced p;
		int64_t nusd;
		FL_TRY(read_mixer(cli, model[i], &p, &out[i], err));
		FL_TRY(fl_cli_call(c, &p, fl_usage_text(input, 0, 0, out[i]), &nusd, err));
		if (!fl_add_i64(layer, nusd, &layer))
			return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	}
	fl_cost_add(c, "layer", *width, -1, layer,
	            fl_arena_dupz(&cli->arena, fl_arena_printf(&cli->arena, "%llu tokens of input each",
	                                                       (unsigned long long)input)));
	return FL_OK;
}

static enum fl_code run_layers(struct fl_cli *cli, struct fl_cost *c, uint64_t prefix, struct fl_err *err)
{
	uint64_t out[WIDTH] = {0}, input = prefix;
	size_t width = 0, layers = 0;
	for (size_t i = 0; i < cli->value.n; i++) {
		if (strcmp(cli->value.p[i].option->name, "layer") != 0)
			continue;
		if (layers++ == LAYERS)
			return fl_err_set(err, FL_E_LIMIT, "--layer: at most %d layers", LAYERS);
		if (!fl_layer_input(prefix, out, width, &input))
			return fl_err_set(err, FL_E_LIMIT, "more tokens than fit 64 bits");
		FL_TRY(add_layer(cli, c, cli->value.p[i].text, input, out, &width, err));
	}
	fl_cost_whole(c, "layers", "layers", FL_COST_COUNT, (int64_t)layers);
	return FL_OK;
}

static enum fl_code build_moa(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	uint64_t prefix = 0;
	FL_CLI_NEEDS(cli, err, "prefix", "layer");
	FL_TRY(fl_cli_tokens(cli, "prefix", &prefix, err));
	FL_TRY(run_layers(cli, c, prefix, err));
	fl_cost_assume(c, "each model reads the prompt and all answers of the layer before, without a cache");
	return FL_OK;
}

static enum fl_code run_moa(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_moa, err);
}

const struct fl_command fl_cmd_cost_moa = {
    .name = "cost moa",
    .summary = "a mixture of agents: layers of models that read each other's answers",
    .usage = "cost moa --prefix P --layer MODEL=OUT,MODEL=OUT --layer MODEL=OUT",
    .text = "A model of a layer reads the prompt and all answers of the layer before: the sum over layers and models "
            "of (P + their "
            "answers) in + OUT out. JSON: layers; a line each.",
    .example = "fulcrum cost moa --prefix 1000 --layer gpt-6-luna=300,claude-haiku-5.5=300 --layer gpt-6-sol=500\n"
               "fulcrum cost moa --price in=3,out=15 --prefix 1000 --layer 300,300,300 --layer 300",
    .option = moa_options,
    .option_count = FL_COUNT(moa_options),
    .run = run_moa,
};

/* --- odds --------------------------------------------------------------------------------------------------------- */

static const struct fl_option odds_options[] = {
    {"pass", "N,RIGHT,K", "pass@k: one of K answers right, when RIGHT of N drawn were"},
    {"majority", "N,SHARE", "the majority of N answers is right, each with that chance"},
    {"wins", "W,L", "the first of two is the better one, having won W and lost L of the items where they differed"},
};

static enum fl_code read_counts(const struct fl_cli *cli, const char *name, size_t n, double *out, struct fl_err *err)
{
	struct fl_str text = {0}, part[3];
	fl_cli_get(cli, name, &text);
	if (fl_cli_parts(text, ',', part, 3) != n)
		return fl_cli_bad(err, name, text,
		                  n == 3 ? "three numbers with commas between" : "two numbers with a comma between");
	for (size_t i = 0; i < n; i++)
		FL_TRY(i + 1 == n && strcmp(name, "majority") == 0 ? fl_cli_share_in(name, part[i], &out[i], err)
		                                                   : fl_cli_real_in(name, part[i], 0, &out[i], err));
	for (size_t i = 0; i < n; i++)
		if (out[i] > 1 && out[i] != floor(out[i]))
			return fl_cli_bad(err, name, text, "whole numbers of answers");
		else if (out[i] > FL_ODDS_SAMPLES)
			return fl_err_set(err, FL_E_LIMIT, "--%s: at most %d", name, FL_ODDS_SAMPLES);
	return FL_OK;
}

static enum fl_code add_odds(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	double v[3] = {0};
	if (fl_cli_has(cli, "pass")) {
		FL_TRY(read_counts(cli, "pass", 3, v, err));
		double p = fl_pass_at((uint64_t)v[0], (uint64_t)v[1], (uint64_t)v[2]);
		if (isnan(p))
			return fl_err_set(err, FL_E_USAGE,
			                  "--pass: N answers hold at most N right ones and K drawn of them");
		fl_cost_real(c, "pass_at_k", "one of k is right", FL_COST_SHARE, p);
	}
	if (fl_cli_has(cli, "majority")) {
		FL_TRY(read_counts(cli, "majority", 2, v, err));
		if (v[0] < 1)
			return fl_err_set(err, FL_E_USAGE, "--majority: a vote needs an answer");
		fl_cost_real(c, "majority", "the majority is right", FL_COST_SHARE, fl_majority((uint64_t)v[0], v[1]));
		fl_cost_real(c, "stopping_samples", "samples until it is decided", FL_COST_NUMBER,
		             fl_vote_length((uint64_t)v[0], v[1]));
	}
	if (fl_cli_has(cli, "wins")) {
		FL_TRY(read_counts(cli, "wins", 2, v, err));
		fl_cost_real(c, "first_better", "the first is the better", FL_COST_SHARE,
		             fl_first_is_better((uint64_t)v[0], (uint64_t)v[1]));
	}
	return FL_OK;
}

static enum fl_code build_odds(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	if (!fl_cli_has(cli, "pass") && !fl_cli_has(cli, "majority") && !fl_cli_has(cli, "wins"))
		return fl_err_set(err, FL_E_USAGE, "--pass, --majority or --wins is needed");
	c->no_total = true;
	return add_odds(cli, c, err);
}

static enum fl_code run_odds(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_odds, err);
}

const struct fl_command fl_cmd_cost_odds = {
    .name = "cost odds",
    .summary = "chances behind samples: one of k, a majority, the better of two",
    .usage = "cost odds [--pass N,RIGHT,K] [--majority N,SHARE] [--wins W,L]",
    .text = "pass@k = 1 - C(N - RIGHT, K) / C(N, K). A majority of N independent answers, a tie counted half. The "
            "better of two "
            "from the items on which they differ, with a uniform prior: 1 - I(1/2; W + 1, L + 1). JSON: pass_at_k, "
            "majority, "
            "stopping_samples, first_better; total_nusd is null.",
    .example = "fulcrum cost odds --pass 10,3,2 --majority 5,60% --wins 5,1",
    .option = odds_options,
    .option_count = FL_COUNT(odds_options),
    .run = run_odds,
};
