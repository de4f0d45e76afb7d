/* cost retry, cost cascade, cost chain: what chances do to costs. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "price/cascade.h"
#include "price/chain.h"
#include "price/retry.h"

static enum fl_code too_much(struct fl_err *err)
{
	return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
}

/* --- retries ------------------------------------------------------------------------------------------------------ */

static const struct fl_option retry_options[] = {
    {"fail", "SHARE", "chance that an attempt fails"},
    {"retries", "N", "further attempts, at most; else 3"},
    {"billed", "SHARE", "what a failed attempt is billed of its price; else 100%"},
    FL_ONE_CALL_OPTIONS,
    FL_PRICE_OPTIONS,
};

static enum fl_code build_retry(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_priced p;
	struct fl_retry r;
	int64_t call = 0;
	double fails = 0, billed = 1;
	uint64_t retries = 3;
	FL_CLI_NEEDS(cli, err, "fail");
	FL_TRY(fl_cli_one_call(cli, c, &p, &call, err));
	FL_TRY(fl_cli_share(cli, "fail", &fails, err));
	FL_TRY(fl_cli_share(cli, "billed", &billed, err));
	FL_TRY(fl_cli_u64(cli, "retries", 0, &retries, err));
	if (!fl_retry_cost(call, fails, retries, billed, &r))
		return too_much(err);
	c->offer = p.offer;
	fl_cost_add(c, "answers", 1, -1, r.ok_nusd, "attempts that succeed");
	fl_cost_add(c, "failures", 1, -1, r.failed_nusd, "attempts that fail, as billed");
	fl_cost_money(c, "call", "an attempt", call);
	fl_cost_real(c, "attempts", "attempts, expected", FL_COST_NUMBER, r.attempts);
	fl_cost_real(c, "p_ok", "it succeeds in the end", FL_COST_SHARE, r.p_ok);
	fl_cost_assume(c, "attempts fail independently of each other");
	return FL_OK;
}

static enum fl_code run_retry(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_retry, err);
}

const struct fl_command fl_cmd_cost_retry = {
    .name = "cost retry",
    .summary = "a call whose attempts fail now and then",
    .usage = "cost retry MODEL --in TOKENS --out TOKENS --fail SHARE [--retries N] [--billed SHARE]\n"
             "cost retry --cost USD --fail SHARE [--retries N] [--billed SHARE]",
    .text = "With f the chance of failure, R retries and b the billed share: attempts (1 - f^(R+1)) / (1 - f), success "
            "1 - f^(R+1), cost c success + b c (attempts - success). The total is an expectation. JSON: call_nusd, "
            "attempts, "
            "p_ok.",
    .example = "fulcrum cost retry --cost 0.0105 --fail 10% --retries 3 --billed 40%",
    .option = retry_options,
    .option_count = FL_COUNT(retry_options),
    .most = 1,
    .run = run_retry,
};

/* --- cascades ----------------------------------------------------------------------------------------------------- */

static const struct fl_option cascade_options[] = {
    {"stage", "COST[,VERIFY],ESCALATE",
     "a stage: its call in USD (or a model, priced with --in and --out), its check in USD, the share that goes on. The "
     "last "
     "goes on to nothing: COST[,VERIFY]. Given once a stage"},
    {"in", "TOKENS", "input of a call, for stages that are models"},
    {"out", "TOKENS", "answer of a call, for stages that are models"},
    {"latency", "S,S,...", "seconds of each stage"},
    {"tier", "NAME", "service tier of stages that are models"},
    {"at", "DATE", "prices of that day or instant; else now"},
};
static const struct fl_cost_figure cascade_columns[] = {
    {.name = "stage", .label = "stage", .kind = FL_COST_COUNT},
    {.name = "call", .label = "call", .kind = FL_COST_MONEY},
    {.name = "verify", .label = "check", .kind = FL_COST_MONEY},
    {.name = "escalate", .label = "goes on", .kind = FL_COST_SHARE},
    {.name = "reached", .label = "reached by", .kind = FL_COST_SHARE},
    {.name = "expected", .label = "expected", .kind = FL_COST_MONEY},
};

static bool looks_like_money(struct fl_str s)
{
	return s.n > 0 &&
	       (s.p[0] == '$' || s.p[0] == '.' || s.p[0] == '-' || s.p[0] == '+' || (s.p[0] >= '0' && s.p[0] <= '9'));
}

static enum fl_code stage_call(struct fl_cli *cli, struct fl_cost *c, struct fl_str text, int64_t *nusd,
                               struct fl_err *err)
{
	struct fl_priced p;
	uint64_t in = 0, out = 0;
	if (looks_like_money(text))
		return fl_cli_money_in("stage", text, nusd, err);
	FL_TRY(fl_cli_priced_name(cli, text, &p, err));
	FL_CLI_NEEDS(cli, err, "in", "out");
	FL_TRY(fl_cli_tokens(cli, "in", &in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &out, err));
	return fl_cli_call(c, &p, fl_usage_text(in, 0, 0, out), nusd, err);
}

static enum fl_code read_stage(struct fl_cli *cli, struct fl_cost *c, struct fl_str text, bool last, struct fl_stage *s,
                               struct fl_err *err)
{
	struct fl_str part[3];
	size_t n = fl_cli_parts(text, ',', part, 3);
	bool checks = n == 3 || (last && n == 2), escalates = n == 3 || !last;
	if (n < (last ? 1 : 2) || n > 3)
		return fl_cli_bad(err, "stage", text,
		                  last ? "COST or COST,VERIFY for the last stage, which goes on to nothing"
		                       : "COST,ESCALATE or COST,VERIFY,ESCALATE such as 0.0005,0.0002,30%");
	FL_TRY(stage_call(cli, c, part[0], &s->call_nusd, err));
	if (checks)
		FL_TRY(fl_cli_money_in("stage", part[1], &s->check_nusd, err));
	if (escalates)
		FL_TRY(fl_cli_share_in("stage", part[n - 1], &s->escalates, err));
	if (last && s->escalates > 0)
		return fl_cli_bad(err, "stage", text, "a last stage that goes on to nothing");
	return FL_OK;
}

static enum fl_code read_stages(struct fl_cli *cli, struct fl_cost *c, struct fl_stage *stage, size_t *n,
                                struct fl_err *err)
{
	struct fl_str text[FL_CASCADE_STAGES], latency, part[FL_CASCADE_STAGES];
	FL_CLI_NEEDS(cli, err, "stage");
	for (size_t i = 0; i < cli->value.n; i++) {
		if (strcmp(cli->value.p[i].option->name, "stage") != 0)
			continue;
		if (*n == FL_CASCADE_STAGES)
			return fl_err_set(err, FL_E_LIMIT, "--stage: at most %d stages", FL_CASCADE_STAGES);
		text[(*n)++] = cli->value.p[i].text;
	}
	if (*n < 2)
		return fl_err_set(err, FL_E_USAGE, "a cascade has two stages or more: --stage is given once for each");
	bool models = false;
	for (size_t i = 0; i < *n; i++) {
		models |= !looks_like_money(text[i]);
		FL_TRY(read_stage(cli, c, text[i], i + 1 == *n, &stage[i], err));
	}
	if (!models)
		FL_CLI_UNUSED(cli, "no stage is a model", err, "in", "out", "tier", "at");
	if (!fl_cli_get(cli, "latency", &latency))
		return FL_OK;
	if (fl_cli_parts(latency, ',', part, FL_CASCADE_STAGES) != *n)
		return fl_cli_bad(err, "latency", latency, "seconds of each stage, commas between");
	for (size_t i = 0; i < *n; i++)
		FL_TRY(fl_cli_real_in("latency", part[i], 0, &stage[i].latency_s, err));
	return FL_OK;
}

static void cascade_figures(struct fl_cost *c, const struct fl_stage *stage, size_t n, const struct fl_cascade *k,
                            bool latency)
{
	fl_cost_money(c, "strong", "the last stage alone", k->strong_nusd);
	fl_cost_money(c, "saving", "the cascade saves", k->strong_nusd - k->total_nusd);
	if (k->has_break_even && k->break_even <= 1)
		fl_cost_real(c, "break_even_escalation", "pays while the first passes on less than", FL_COST_SHARE,
		             k->break_even);
	else
		fl_cost_nothing(c, "break_even_escalation", "pays while the first passes on less than", FL_COST_SHARE,
		                k->has_break_even ? "all: it always pays" : "nothing: it never pays");
	if (latency) {
		fl_cost_real(c, "latency", "latency, expected", FL_COST_SECONDS, k->latency_s);
		fl_cost_real(c, "hedged_latency", "all started at once", FL_COST_SECONDS, k->hedged_latency_s);
		fl_cost_money(c, "hedged", "which costs", k->hedged_nusd);
	}
	fl_cost_table(c, "stages", cascade_columns, FL_COUNT(cascade_columns));
	for (size_t i = 0; i < n; i++) {
		fl_cost_cell(c, (int64_t)i + 1, 0, FL_S(""));
		fl_cost_cell(c, stage[i].call_nusd, 0, FL_S(""));
		fl_cost_cell(c, stage[i].check_nusd, 0, FL_S(""));
		fl_cost_cell(c, 0, stage[i].escalates, FL_S(""));
		fl_cost_cell(c, 0, k->reached[i], FL_S(""));
		fl_cost_cell(c, k->stage_nusd[i], 0, FL_S(""));
	}
}

static enum fl_code build_cascade(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_stage stage[FL_CASCADE_STAGES] = {{0}};
	struct fl_cascade k;
	size_t n = 0;
	FL_TRY(read_stages(cli, c, stage, &n, err));
	if (!fl_cascade_cost(stage, n, &k))
		return too_much(err);
	for (size_t i = 0; i < n; i++)
		fl_cost_add(c, i == 0 ? "first stage" : "escalation", 1, -1, k.stage_nusd[i],
		            fl_arena_dupz(c->arena, fl_arena_printf(c->arena, "stage %zu, reached by %.4g %%", i + 1,
		                                                    k.reached[i] * 100)));
	cascade_figures(c, stage, n, &k, fl_cli_has(cli, "latency"));
	fl_cost_assume(c, "each query is checked at its stage and goes on, or stays with the answer it has");
	return FL_OK;
}

static enum fl_code run_cascade(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_cascade, err);
}

const struct fl_command fl_cmd_cost_cascade = {
    .name = "cost cascade",
    .summary = "weak models first, stronger ones for what they do not settle",
    .usage = "cost cascade --stage COST[,VERIFY],ESCALATE ... --stage COST[,VERIFY] [options]",
    .text =
        "Expected cost: the sum over stages of (call + check) times the share of queries that get there. It beats the "
        "last "
        "stage alone while the first passes on less than the break-even, 1 - (weak + check) / strong with two stages. "
        "JSON: strong_nusd, saving_nusd, break_even_escalation, stages; with --latency latency_s, hedged_latency_s and "
        "hedged_nusd (all stages started at once).",
    .example =
        "fulcrum cost cascade --stage 0.0005,0.0002,30% --stage 0.0105\n"
        "fulcrum cost cascade --stage gpt-6-luna,0.0001,20% --stage gpt-6-sol --in 1500 --out 400 --latency 1.2,4",
    .option = cascade_options,
    .option_count = FL_COUNT(cascade_options),
    .run = run_cascade,
};

/* --- chains of steps ---------------------------------------------------------------------------------------------- */

enum { STRONG_STEPS = 64 };

static const struct fl_option chain_options[] = {
    {"steps", "N", "steps that must all succeed"},
    {"reliability", "SHARE", "chance that one step succeeds"},
    {"stronger", "K:SHARE:COST", "a stronger model at step K, its reliability and its cost in USD; may be given again"},
    FL_ONE_CALL_OPTIONS,
    FL_PRICE_OPTIONS,
};
static const struct fl_cost_figure chain_columns[] = {
    {.name = "whole", .label = "to have the whole at", .kind = FL_COST_SHARE},
    {.name = "step", .label = "a step needs", .kind = FL_COST_TEXT},
    {.name = "one_error_in", .label = "one error in steps", .kind = FL_COST_NUMBER},
};

static enum fl_code read_stronger(struct fl_cli *cli, uint64_t steps, struct fl_strong_step *out, size_t *n,
                                  struct fl_err *err)
{
	uint64_t taken[STRONG_STEPS];
	for (size_t i = 0; i < cli->value.n; i++) {
		struct fl_str text = cli->value.p[i].text, part[3];
		if (strcmp(cli->value.p[i].option->name, "stronger") != 0)
			continue;
		if (*n == STRONG_STEPS)
			return fl_err_set(err, FL_E_LIMIT, "--stronger: at most %d steps", STRONG_STEPS);
		if (fl_cli_parts(text, ':', part, 3) != 3 || !fl_str_to_u64(part[0], &taken[*n]) || taken[*n] < 1 ||
		    taken[*n] > steps)
			return fl_cli_bad(err, "stronger", text,
			                  "K:RELIABILITY:COST such as 3:99.9%:0.02, K one of the steps");
		for (size_t k = 0; k < *n; k++)
			if (taken[k] == taken[*n])
				return fl_cli_bad(err, "stronger", text, "each step once");
		FL_TRY(fl_cli_share_in("stronger", part[1], &out[*n].reliability, err));
		FL_TRY(fl_cli_money_in("stronger", part[2], &out[*n].nusd, err));
		(*n)++;
	}
	return FL_OK;
}

static void nines(struct fl_cost *c, uint64_t steps)
{
	static const double whole[] = {0.5, 0.9, 0.99, 0.999};
	fl_cost_table(c, "nines", chain_columns, FL_COUNT(chain_columns));
	for (size_t i = 0; i < FL_COUNT(whole); i++) {
		double step = fl_step_needed(whole[i], steps);
		fl_cost_cell(c, 0, whole[i], FL_S(""));
		fl_cost_cell(c, 0, 0, fl_arena_printf(c->arena, "%.6g %%", step * 100));
		fl_cost_cell(c, 0, 1 / (1 - step), FL_S(""));
	}
}

static void stronger_figures(struct fl_cost *c, const struct fl_chain_cost *k)
{
	fl_cost_real(c, "reliability_stronger", "with the stronger model", FL_COST_SHARE, k->with_stronger);
	fl_cost_money(c, "plain", "without it a run costs", k->plain_nusd);
	if (k->points_per_usd == k->points_per_usd)
		fl_cost_real(c, "points_per_usd", "points of reliability a dollar", FL_COST_NUMBER, k->points_per_usd);
	else
		fl_cost_nothing(c, "points_per_usd", "points of reliability a dollar", FL_COST_NUMBER,
		                "it costs nothing more");
	if (k->success_known) {
		fl_cost_money(c, "success_plain", "a run that succeeds, without it", k->success_nusd);
		fl_cost_text(c, "worth_it", "the stronger model pays for itself",
		             k->success_stronger_nusd < k->success_nusd
		                 ? FL_S("yes: a run that succeeds is cheaper")
		                 : FL_S("no: a run that succeeds is no cheaper"));
	}
}

static void chain_lines(struct fl_cost *c, const struct fl_chain *ch)
{
	int64_t strong = 0;
	uint64_t rest = ch->steps - ch->stronger_steps;
	fl_cost_add(c, "steps", rest, -1, (int64_t)rest * ch->step_nusd, "");
	for (size_t i = 0; i < ch->stronger_steps; i++)
		strong += ch->stronger[i].nusd;
	if (ch->stronger_steps)
		fl_cost_add(c, "stronger", ch->stronger_steps, -1, strong, "steps of the stronger model");
}

static enum fl_code build_chain(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_priced p = {0};
	struct fl_strong_step strong[STRONG_STEPS];
	struct fl_chain ch = {.steps = 1, .stronger = strong};
	struct fl_chain_cost k;
	FL_CLI_NEEDS(cli, err, "steps", "reliability");
	FL_TRY(fl_cli_u64(cli, "steps", 1, &ch.steps, err));
	FL_TRY(fl_cli_share(cli, "reliability", &ch.reliability, err));
	bool priced =
	    fl_cli_has(cli, "cost") || cli->argument.n || fl_cli_has(cli, "price") || fl_cli_has(cli, "offer");
	if (priced)
		FL_TRY(fl_cli_one_call(cli, c, &p, &ch.step_nusd, err));
	else
		FL_CLI_UNUSED(cli, "no model is priced", err, "in", "out", "tier", "at");
	FL_TRY(read_stronger(cli, ch.steps, strong, &ch.stronger_steps, err));
	if (ch.stronger_steps && !priced)
		FL_CLI_NEEDS(cli, err, "cost");
	if (!fl_chain_cost(&ch, &k))
		return too_much(err);
	c->offer = p.offer;
	c->no_total = !priced;
	if (priced)
		chain_lines(c, &ch);
	fl_cost_real(c, "reliability", "all steps succeed", FL_COST_SHARE, k.whole);
	if (ch.stronger_steps)
		stronger_figures(c, &k);
	if (priced && k.success_known)
		fl_cost_money(c, "success", "a run that succeeds", k.success_stronger_nusd);
	nines(c, ch.steps);
	fl_cost_assume(c, "steps fail independently, one failure spoils the run, and every run is paid to its end");
	return FL_OK;
}

static enum fl_code run_chain(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_chain, err);
}

const struct fl_command fl_cmd_cost_chain = {
    .name = "cost chain",
    .summary = "many steps in a row: small errors multiply",
    .usage = "cost chain --steps N --reliability SHARE [--cost USD] [--stronger K:SHARE:COST ...]\n"
             "cost chain MODEL --in TOKENS --out TOKENS --steps N --reliability SHARE",
    .text = "N steps of reliability r all succeed with r^N; to have the whole at R each step needs R^(1/N). With "
            "--stronger, what "
            "a stronger model at those steps adds and what that costs. JSON: reliability, reliability_stronger, "
            "plain_nusd, "
            "points_per_usd, success_nusd (a run that succeeds), success_plain_nusd, nines; total_nusd is null without "
            "a cost.",
    .example = "fulcrum cost chain --steps 20 --reliability 99%\n"
               "fulcrum cost chain --steps 20 --reliability 95% --cost 0.001 --stronger 3:99.9%:0.02",
    .option = chain_options,
    .option_count = FL_COUNT(chain_options),
    .most = 1,
    .run = run_chain,
};
