/* cost monthly, cost tune: what a traffic costs, beside a subscription, and whether training a model pays for itself. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "lang/quantity.h"
#include "price/monthly.h"
#include "price/tune.h"

#include <math.h>

/* "50000", "50k" or "50k/month". */
static enum fl_code read_traffic(const struct fl_cli *cli, uint64_t *calls, struct fl_err *err)
{
	struct fl_str text;
	int64_t n;
	if (!fl_cli_get(cli, "traffic", &text))
		return FL_OK;
	if (fl_str_find_char(text, '/', 0) < 0)
		return fl_cli_tokens_in("traffic", text, calls, NULL) == FL_OK
		           ? FL_OK
		           : fl_cli_bad(err, "traffic", text, "calls a month such as 50000 or 50k/month");
	FL_TRY(fl_quantity_read(FL_Q_PER_MONTH, text, NULL, &n, err));
	*calls = (uint64_t)n;
	return FL_OK;
}

/* --- a month ------------------------------------------------------------------------------------------------------ */

static const struct fl_option monthly_options[] = {
    {"traffic", "CALLS", "calls a month: 50000 or 50k/month"},
    {"in", "TOKENS", "input of a call"},
    {"out", "TOKENS", "answer of a call"},
    {"reasoning", "TOKENS", "thinking of a call, on top of the answer"},
    {"cache-share", "SHARE", "of the input, what is read from the cache"},
    FL_PRICE_OPTIONS,
};
static const struct fl_cost_figure plan_columns[] = {
    {.name = "plan", .label = "plan", .kind = FL_COST_TEXT},
    {.name = "month", .label = "a month", .kind = FL_COST_MONEY},
    {.name = "overtaken_at_calls", .label = "calls cost as much at", .kind = FL_COST_NUMBER},
    {.name = "cheaper", .label = "cheaper here", .kind = FL_COST_TEXT},
};

static void plans(struct fl_cost *c, const struct fl_priced *p, const struct fl_month_job *job, int64_t month_nusd)
{
	size_t shown = 0;
	for (size_t i = 0; p->catalog && i < p->catalog->plans.n; i++) {
		const struct fl_plan *plan = &((const struct fl_plan *)p->catalog->plans.p)[i];
		if (plan->month_nusd < 0 || !fl_str_eq(plan->vendor, p->ref.model->lab))
			continue;
		if (shown++ == 0)
			fl_cost_table(c, "plans", plan_columns, FL_COUNT(plan_columns));
		fl_cost_cell(c, 0, 0, plan->name);
		fl_cost_cell(c, plan->month_nusd, 0, FL_S(""));
		fl_cost_cell(c, 0, fl_plan_overtakes(plan->month_nusd, month_nusd, job->calls), FL_S(""));
		fl_cost_cell(c, 0, 0, plan->month_nusd < month_nusd ? FL_S("plan") : FL_S("calls"));
	}
	if (shown)
		fl_cost_assume(c, "a plan is for one person in the vendor's own programs, within its limits; it is no "
		                  "interface for a program of yours");
}

static enum fl_code build_monthly(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_priced p;
	struct fl_month_job job = {0};
	struct fl_receipt *sum = FL_NEW(&cli->arena, struct fl_receipt);
	FL_TRY(fl_cli_priced_argument(cli, &p, err));
	FL_CLI_NEEDS(cli, err, "traffic", "in", "out");
	FL_TRY(read_traffic(cli, &job.calls, err));
	FL_TRY(fl_cli_tokens(cli, "in", &job.in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &job.out, err));
	FL_TRY(fl_cli_tokens(cli, "reasoning", &job.reasoning, err));
	FL_TRY(fl_cli_quantity(cli, "cache-share", FL_Q_SHARE, NULL, &job.cache_share_billionths, err));
	if (job.calls == 0)
		return fl_err_set(err, FL_E_USAGE, "--traffic: at least one call a month");
	p.served.thinking = job.reasoning ? FL_THINKING_ON : FL_THINKING_OFF;
	if (!fl_month_cost(&job, &p.price, &p.served, sum))
		FL_TRY(fl_cli_unpriced(&p, sum, err));
	c->offer = p.offer;
	struct fl_usage one = fl_usage_text(job.in, 0, 0, job.out);
	one.units[FL_USE_REASONING] = job.reasoning;
	fl_cli_window(c, &p, &one);
	fl_cost_receipt(c, sum, 1);
	fl_cost_money(c, "call", "a call", sum->total_nusd / (int64_t)job.calls);
	fl_cost_money(c, "day", "a day", sum->total_nusd / 30);
	int64_t year;
	if (fl_mul_i64(sum->total_nusd, 12, &year))
		fl_cost_money(c, "year", "a year", year);
	plans(c, &p, &job, sum->total_nusd);
	fl_cost_assume(c, "prices stay as they are on that day");
	return FL_OK;
}

static enum fl_code run_monthly(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_monthly, err);
}

const struct fl_command fl_cmd_cost_monthly = {
    .name = "cost monthly",
    .summary = "a month of traffic, beside the vendor's subscriptions",
    .usage = "cost monthly MODEL --traffic CALLS --in TOKENS --out TOKENS [--cache-share SHARE] [options]",
    .text = "The calls of a month, line by line, and the plans of the model's lab with the number of calls at which a "
            "plan costs "
            "as much. JSON: call_nusd, day_nusd, year_nusd, plans (plan, month_nusd, overtaken_at_calls, cheaper).",
    .example = "fulcrum cost monthly gpt-6-luna --traffic 50k/month --in 1500 --out 400 --cache-share 60%",
    .option = monthly_options,
    .option_count = FL_COUNT(monthly_options),
    .most = 1,
    .run = run_monthly,
};

/* --- training ----------------------------------------------------------------------------------------------------- */

static const struct fl_option tune_options[] = {
    {"train", "USD", "what training costs in all; else by --tokens, --epochs and the catalogue's rate"},
    {"tokens", "TOKENS", "training tokens of one epoch"},
    {"epochs", "N", "epochs; else 3"},
    {"in", "TOKENS", "input of a call now, with its instructions and examples"},
    {"out", "TOKENS", "answer of a call"},
    {"tuned-in", "TOKENS", "input of a call afterwards; else as now"},
    {"tuned-out", "TOKENS", "answer afterwards; else as now"},
    {"now", "MODEL", "what answers now; else the model itself, not tuned"},
    {"tuned-price", "RATES", "rates of the tuned model; else the catalogue's, else those of the model"},
    {"traffic", "CALLS", "calls a month: 50000 or 50k/month"},
    FL_PRICE_OPTIONS,
};

struct tuning {
	struct fl_priced priced, now;
	const struct fl_tuning *offer; /* NULL = none in the catalogue */
	uint64_t in, out, tuned_in, tuned_out, traffic;
	int64_t training_nusd, now_nusd, after_nusd;
};

/* The offer that trains: an open one with a rate a million tokens before all others. */
static const struct fl_tuning *find_offer(const struct fl_catalog_model *m)
{
	const struct fl_tuning *best = NULL;
	for (size_t i = 0; m && i < m->tuning.n; i++) {
		const struct fl_tuning *t = &((const struct fl_tuning *)m->tuning.p)[i];
		if (!best || (!t->closed && best->closed) ||
		    (t->closed == best->closed && t->train_per_mtok >= 0 && best->train_per_mtok < 0))
			best = t;
	}
	return best;
}

static enum fl_code training_cost(struct fl_cli *cli, struct tuning *t, struct fl_cost *c, struct fl_err *err)
{
	uint64_t tokens = 0, epochs = 3;
	if (fl_cli_has(cli, "train")) {
		FL_TRY(fl_cli_money(cli, "train", &t->training_nusd, err));
		fl_cost_add(c, "training", 1, -1, t->training_nusd, "as stated");
		return FL_OK;
	}
	if (!t->offer || t->offer->train_per_mtok < 0) {
		fl_err_set(err, FL_E_INVALID, "the catalogue knows no rate for training %s%.*s",
		           t->priced.ref.model ? "" : "at a stated price",
		           FL_FMT(t->priced.ref.model ? t->priced.ref.model->id : FL_S("")));
		fl_err_help(err, "--train states what training costs in all");
		return FL_E_INVALID;
	}
	FL_CLI_NEEDS(cli, err, "tokens");
	FL_TRY(fl_cli_tokens(cli, "tokens", &tokens, err));
	FL_TRY(fl_cli_u64(cli, "epochs", 1, &epochs, err));
	if (!fl_tune_training(tokens, epochs, t->offer->train_per_mtok, &t->training_nusd))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	fl_cost_add(c, "training", tokens * epochs, t->offer->train_per_mtok, t->training_nusd,
	            fl_arena_dupz(c->arena, fl_arena_printf(c->arena, "%.*s, %llu epochs", FL_FMT(t->offer->provider),
	                                                    (unsigned long long)epochs)));
	return FL_OK;
}

/* The tuned model's price: stated, or the tuning offer's rates, or the rows for tuned models, or as the model itself. */
static enum fl_code tuned_price(struct fl_cli *cli, const struct tuning *t, struct fl_priced *out, struct fl_cost *c,
                                struct fl_err *err)
{
	struct fl_str text;
	*out = t->priced;
	if (fl_cli_get(cli, "tuned-price", &text)) {
		out->offer = (struct fl_str){0};
		return fl_cli_rates(&cli->arena, text, &out->price, err);
	}
	out->served.fine_tuned = true;
	if (t->offer && t->offer->input_per_mtok >= 0 && t->offer->output_per_mtok >= 0) {
		struct fl_price_row *row = FL_NEW(&cli->arena, struct fl_price_row);
		fl_schema_defaults(&fl_price_row_table, row);
		row->rate[FL_USE_INPUT] = t->offer->input_per_mtok;
		row->rate[FL_USE_OUTPUT] = t->offer->output_per_mtok;
		out->price = (struct fl_price){.kind = FL_PRICE_TOKENS, .row = row, .rows = 1};
		return FL_OK;
	}
	fl_cost_assume(c,
	               "a call of the tuned model costs what the catalogue says of the model, where it says nothing of "
	               "tuned ones");
	return FL_OK;
}

static enum fl_code read_tuning(struct fl_cli *cli, struct tuning *t, struct fl_err *err)
{
	struct fl_str now;
	FL_TRY(fl_cli_priced_argument(cli, &t->priced, err));
	FL_CLI_NEEDS(cli, err, "in", "out");
	FL_TRY(fl_cli_tokens(cli, "in", &t->in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &t->out, err));
	t->tuned_in = t->in;
	t->tuned_out = t->out;
	FL_TRY(fl_cli_tokens(cli, "tuned-in", &t->tuned_in, err));
	FL_TRY(fl_cli_tokens(cli, "tuned-out", &t->tuned_out, err));
	FL_TRY(read_traffic(cli, &t->traffic, err));
	t->now = t->priced;
	if (fl_cli_get(cli, "now", &now))
		FL_TRY(fl_cli_priced_name(cli, now, &t->now, err));
	t->offer = find_offer(t->priced.ref.model);
	return FL_OK;
}

static enum fl_code build_tune(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct tuning *t = FL_NEW(&cli->arena, struct tuning);
	struct fl_priced tuned;
	struct fl_tune k;
	FL_TRY(read_tuning(cli, t, err));
	c->offer = t->priced.offer;
	FL_TRY(training_cost(cli, t, c, err));
	FL_TRY(tuned_price(cli, t, &tuned, c, err));
	FL_TRY(fl_cli_call(c, &t->now, fl_usage_text(t->in, 0, 0, t->out), &t->now_nusd, err));
	FL_TRY(fl_cli_call(c, &tuned, fl_usage_text(t->tuned_in, 0, 0, t->tuned_out), &t->after_nusd, err));
	if (!fl_tune_break_even(t->training_nusd, t->now_nusd, t->after_nusd, (double)t->traffic, &k))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	fl_cost_money(c, "now", "a call now", t->now_nusd);
	fl_cost_money(c, "tuned", "a call afterwards", t->after_nusd);
	fl_cost_money(c, "saving", "a call saves", k.saving_nusd);
	if (k.pays)
		fl_cost_real(c, "break_even_calls", "paid back after calls", FL_COST_NUMBER, ceil(k.calls));
	else
		fl_cost_nothing(c, "break_even_calls", "paid back after calls", FL_COST_NUMBER,
		                "never: a call costs no less afterwards");
	if (k.pays && t->traffic)
		fl_cost_real(c, "break_even_months", "months at that traffic", FL_COST_NUMBER, k.months);
	if (t->offer && (t->offer->closed || t->offer->status.n))
		fl_cost_text(c, "status", t->offer->closed ? "closed to new jobs" : "status", t->offer->status);
	return FL_OK;
}

static enum fl_code run_tune(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_tune, err);
}

const struct fl_command fl_cmd_cost_tune = {
    .name = "cost tune",
    .summary = "after how many calls training a model has paid for itself",
    .usage = "cost tune MODEL --tokens N --in TOKENS --out TOKENS [--tuned-in TOKENS] [--now MODEL] [options]\n"
             "cost tune MODEL --train USD --in TOKENS --out TOKENS ...",
    .text = "Training costs tokens x epochs at the catalogue's rate, or --train. It has paid after training / (a call "
            "now - a call "
            "afterwards) calls. The quality of the tuned model is yours to measure. JSON: now_nusd, tuned_nusd, "
            "saving_nusd, "
            "break_even_calls (null: never), break_even_months, status.",
    .example = "fulcrum cost tune gpt-4.1-mini --train 150 --now gpt-4.1 --in 3000 --tuned-in 400 --out 200 --traffic "
               "50k/month",
    .option = tune_options,
    .option_count = FL_COUNT(tune_options),
    .most = 1,
    .run = run_tune,
};
