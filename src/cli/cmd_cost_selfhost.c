/* cost selfhost: tokens on hardware of one's own against an interface. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "fit/catalog_model.h"
#include "fit/fit.h"
#include "fit/quant.h"
#include "lang/quantity.h"
#include "price/offer_price.h"
#include "price/selfhost.h"

#include <math.h>

enum { USUAL_SEQUENCES = 32 };

static const struct fl_option options[] = {
    {"model", "MODEL",
     "the open model that runs there; gives the speed and the interface's price where these are not stated"},
    {"device", "NAME", "the hardware: h100, rtx-4090, ..."},
    {"count", "N", "devices of one machine; else 1"},
    {"gpu-hour", "USD", "one device, an hour; else the rental prices of the catalogue"},
    {"throughput", "TOK/S", "output of one machine, all requests together; else an estimate"},
    {"prefill", "TOK/S", "input of one machine; else an estimate, when --in is given"},
    {"utilisation", "SHARE", "of the hours, what does work; else 50%"},
    {"sequences", "N", "requests at once, for the estimate; else 32, or what fits"},
    {"context", "TOKENS", "length of each, for the estimate; else 8192"},
    {"quant", "NAME", "number format of the weights, for the estimate; else as published, or the widest that fits"},
    {"in", "TOKENS", "input of a query"},
    {"out", "TOKENS", "answer of a query"},
    {"machines", "N", "that serve; else 1"},
    {"spare", "N", "that stand by: 1 for N + 1; else 0"},
    {"power", "USD", "a kilowatt-hour, when power is not in the price of the hour"},
    {"watts", "W", "of one machine; else the catalogue's of its devices"},
    {"staff", "USD", "a month, for those who run it"},
    {"api", "MODEL", "the offer to compare with; else --price, else the cheapest of the model"},
    FL_PRICE_OPTIONS,
};

struct own {
	const struct fl_catalog *catalog;
	const struct fl_catalog_model *model; /* NULL = not named */
	const struct fl_device *device;       /* the same */
	struct fl_str device_key;
	uint64_t count;
	struct fl_priced api;
	bool has_api;
	struct fl_selfhost host;
};

/* --- what it runs on ---------------------------------------------------------------------------------------------- */

static enum fl_code find_device(struct fl_cli *cli, struct own *o, struct fl_err *err)
{
	struct fl_str name, near[3];
	if (!fl_cli_get(cli, "device", &name))
		return FL_OK;
	o->device = fl_device_find(&o->catalog->devices, name, &o->device_key);
	if (o->device)
		return FL_OK;
	size_t n = fl_device_near(&o->catalog->devices, name, near);
	fl_err_set(err, FL_E_NOT_FOUND, "the catalogue knows no device '%.*s'", FL_FMT(name));
	fl_err_expected(err, "the nearest are %.*s%s%.*s%s%.*s", FL_FMT(n > 0 ? near[0] : FL_S("none")),
	                n > 1 ? ", " : "", FL_FMT(n > 1 ? near[1] : FL_S("")), n > 2 ? ", " : "",
	                FL_FMT(n > 2 ? near[2] : FL_S("")));
	return FL_E_NOT_FOUND;
}

/* An hour of one device: as stated, else the middle of what renting costs. */
static enum fl_code device_hour(struct fl_cli *cli, const struct own *o, struct fl_cost *c, int64_t *nusd,
                                struct fl_err *err)
{
	const struct fl_rental *rent = NULL;
	char day[FL_DATE_TEXT];
	if (fl_cli_has(cli, "gpu-hour"))
		return fl_cli_money(cli, "gpu-hour", nusd, err);
	for (size_t i = 0; o->device && i < o->catalog->rentals.n; i++) {
		const struct fl_rental *r = &((const struct fl_rental *)o->catalog->rentals.p)[i];
		if (fl_str_eq(r->device, o->device_key) && (!rent || r->date > rent->date))
			rent = r;
	}
	if (!rent) {
		fl_err_set(err, FL_E_INVALID, "what an hour costs is not known%s%.*s", o->device ? " of " : "",
		           FL_FMT(o->device ? o->device->name : FL_S("")));
		fl_err_help(err, "--gpu-hour states what one device costs an hour");
		return FL_E_INVALID;
	}
	*nusd = rent->median_nusd_per_hour ? rent->median_nusd_per_hour
	                                   : (rent->low_nusd_per_hour + rent->high_nusd_per_hour) / 2;
	fl_cost_assume(c, "an hour of one %.*s costs %.*s: the middle of rents of %.*s", FL_FMT(o->device->name),
	               FL_FMT(fl_arena_dup(c->arena, fl_money_format(*nusd, (char[FL_MONEY_TEXT]){0}))),
	               FL_FMT(fl_date_format(rent->date, day)));
	return FL_OK;
}

/* --- how fast ----------------------------------------------------------------------------------------------------- */

static enum fl_code read_want(const struct fl_cli *cli, struct fl_fit_want *w, bool *stated, struct fl_err *err)
{
	struct fl_str text;
	uint64_t sequences = USUAL_SEQUENCES, context = FL_FIT_CONTEXT_USUAL;
	FL_TRY(fl_cli_u64(cli, "sequences", 1, &sequences, err));
	FL_TRY(fl_cli_tokens(cli, "context", &context, err));
	if (sequences > (uint64_t)FL_FIT_SEQUENCES || context < 1 || context > (uint64_t)FL_FIT_CONTEXT)
		return fl_err_set(err, FL_E_LIMIT, "--sequences or --context is larger than is looked at");
	*stated = fl_cli_has(cli, "sequences");
	*w = (struct fl_fit_want){.context = (int64_t)context, .sequences = (int64_t)sequences, .cache_bits = 16};
	if (!fl_cli_get(cli, "quant", &text))
		return FL_OK;
	w->quant = fl_quant_find(text);
	return w->quant ? FL_OK
	                : fl_cli_bad(err, "quant", text, "a number format such as f16, fp8, q8_0, q4_k_m, mxfp4");
}

static double middle(struct fl_span s)
{
	return s.known && s.low > 0 ? sqrt(s.low * s.high) : 0;
}

static enum fl_code estimate(struct fl_cli *cli, struct own *o, struct fl_cost *c, struct fl_err *err)
{
	struct fl_fit_want want = {0};
	bool stated = false;
	if (!o->model || !o->device) {
		fl_err_set(err, FL_E_USAGE, "the speed is not known: --throughput, or --model and --device, is needed");
		return FL_E_USAGE;
	}
	if (fl_claim_yes(o->catalog, &o->model->open_weights) == FL_NO)
		return fl_err_set(err, FL_E_INVALID, "%.*s cannot be run by oneself: its weights are not published",
		                  FL_FMT(o->model->id));
	FL_TRY(read_want(cli, &want, &stated, err));
	struct fl_fit_model model = fl_fit_model_of(o->catalog, o->model);
	struct fl_fit_machine machine = fl_fit_machine_of(o->device, (int64_t)o->count);
	struct fl_fit_want one = want;
	one.sequences = 1;
	if (!want.quant)
		want.quant = fl_fit_widest(&model, &machine, &one);
	if (!want.quant)
		want.quant = fl_fit_native(&model);
	one.quant = want.quant;
	struct fl_fit fit = fl_fit(&model, &machine, &one);
	if (!stated && fit.max_sequences > 0)
		want.sequences = FL_MIN(want.sequences, fit.max_sequences);
	fit = fl_fit(&model, &machine, &want);
	if (fit.fits != FL_FIT_YES || !fit.decode.known || middle(fit.decode) <= 0) {
		fl_err_set(err, FL_E_INVALID, "%.*s on %llu x %.*s: %s", FL_FMT(o->model->id),
		           (unsigned long long)o->count, FL_FMT(o->device->name),
		           fit.fits == FL_FIT_NO ? "it does not fit" : "its speed cannot be told");
		fl_err_help(
		    err,
		    "`fulcrum fit %.*s --device %.*s` shows each term and what would fit; --throughput states a "
		    "measured speed",
		    FL_FMT(o->model->id), FL_FMT(o->device_key));
		return FL_E_INVALID;
	}
	if (!fl_cli_has(cli, "throughput"))
		o->host.tokens_per_s = middle(fit.decode);
	if (!fl_cli_has(cli, "prefill"))
		o->host.prefill_per_s = middle(fit.prefill);
	fl_cost_assume(
	    c,
	    "%lld requests of %lld tokens at once, %s weights: an estimated %.0f to %.0f tokens/s; a measured run "
	    "replaces it by --throughput",
	    (long long)want.sequences, (long long)want.context, want.quant->name, fit.decode.low, fit.decode.high);
	return FL_OK;
}

/* --- the interface ------------------------------------------------------------------------------------------------ */

/* The offer of the model that sells output cheapest today. */
static bool cheapest_offer(const struct own *o, fl_date day, struct fl_offer_ref *best)
{
	struct fl_offer_ref ref;
	int64_t least = -1;
	for (size_t i = 0; o->model && i < o->model->offers.n; i++) {
		if (!fl_catalog_offer_at(o->catalog, o->model, i, &ref))
			continue;
		int64_t rate = fl_offer_rate(o->catalog, ref.offer, FL_USE_OUTPUT, day);
		if (rate <= 0 || (least >= 0 && rate >= least))
			continue;
		least = rate;
		*best = ref;
	}
	return least >= 0;
}

static enum fl_code find_api(struct fl_cli *cli, struct fl_cost *c, struct own *o, struct fl_err *err)
{
	struct fl_str name = {0};
	struct fl_offer_ref ref;
	int64_t at;
	fl_cli_get(cli, "api", &name);
	FL_TRY(fl_cli_instant(cli, "at", &at, err));
	if (!name.n && !fl_cli_has(cli, "price") && !fl_cli_has(cli, "offer")) {
		if (!cheapest_offer(o, fl_date_at(at), &ref))
			return FL_OK;
		name = ref.id;
	}
	FL_TRY(fl_cli_priced(cli, name, &o->api, err));
	o->api.served.thinking = FL_THINKING_OFF;
	o->has_api = true;
	o->host.api_out_rate = fl_cli_rate(&o->api, FL_USE_OUTPUT);
	if (o->host.in + o->host.out == 0)
		return FL_OK;
	return fl_cli_call(c, &o->api, fl_usage_text(o->host.in, 0, 0, o->host.out), &o->host.api_query_nusd, err);
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static enum fl_code read_host(struct fl_cli *cli, struct own *o, struct fl_cost *c, struct fl_err *err)
{
	struct fl_selfhost *h = &o->host;
	uint64_t machines = 1, spare = 0;
	double watts = o->device ? (double)o->device->watts * (double)o->count : 0;
	int64_t device_nusd = 0;
	*h = (struct fl_selfhost){.utilisation = 0.5, .api_query_nusd = -1, .api_out_rate = -1};
	FL_TRY(device_hour(cli, o, c, &device_nusd, err));
	if (o->count > INT64_MAX || !fl_mul_i64(device_nusd, (int64_t)o->count, &h->hour_nusd))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	FL_TRY(fl_cli_real(cli, "throughput", 0.001, &h->tokens_per_s, err));
	FL_TRY(fl_cli_real(cli, "prefill", 0.001, &h->prefill_per_s, err));
	FL_TRY(fl_cli_share(cli, "utilisation", &h->utilisation, err));
	FL_TRY(fl_cli_tokens(cli, "in", &h->in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &h->out, err));
	FL_TRY(fl_cli_u64(cli, "machines", 1, &machines, err));
	FL_TRY(fl_cli_u64(cli, "spare", 0, &spare, err));
	FL_TRY(fl_cli_money(cli, "power", &h->kwh_nusd, err));
	FL_TRY(fl_cli_real(cli, "watts", 0, &watts, err));
	FL_TRY(fl_cli_money(cli, "staff", &h->staff_month_nusd, err));
	if (h->kwh_nusd > 0 && watts <= 0)
		FL_CLI_NEEDS(cli, err, "watts");
	if (h->utilisation <= 0)
		return fl_err_set(err, FL_E_USAGE, "--utilisation: above 0, for idle hours alone make no token");
	h->machines = (double)machines;
	h->spare = (double)spare;
	h->power_kw = h->kwh_nusd > 0 ? watts / 1000 : 0;
	return FL_OK;
}

static void real_or_nothing(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, double v)
{
	if (isfinite(v))
		fl_cost_real(c, name, label, kind, v);
}

static void lines(struct fl_cost *c, const struct fl_selfhost *h, const struct fl_selfhost_cost *k)
{
	fl_cost_add(c, "gpu", 1000000, -1, k->busy_nusd, "time at work, a million output tokens");
	fl_cost_add(c, "idle", 1000000, -1, k->idle_nusd, "time without work");
	if (h->spare > 0)
		fl_cost_add(c, "redundancy", 1000000, -1, k->spare_nusd, "machines that stand by");
	if (h->power_kw > 0)
		fl_cost_add(c, "power", 1000000, -1, k->power_nusd, "");
	if (h->staff_month_nusd > 0)
		fl_cost_add(c, "staff", 1000000, -1, k->staff_nusd, "");
}

static void figures(struct fl_cost *c, const struct own *o, const struct fl_selfhost_cost *k)
{
	const struct fl_selfhost *h = &o->host;
	fl_cost_money(c, "hour", "a machine, an hour", h->hour_nusd);
	fl_cost_money(c, "day", "all machines, a day", k->day_nusd);
	fl_cost_real(c, "tokens_per_s", "output tokens a second", FL_COST_NUMBER, h->tokens_per_s);
	fl_cost_real(c, "capacity_tokens_a_day", "capacity, tokens a day", FL_COST_NUMBER, k->capacity_tokens_a_day);
	if (o->has_api && h->api_out_rate > 0)
		fl_cost_money(c, "api_output", "the interface, 1M output tokens", h->api_out_rate);
	real_or_nothing(c, "break_even_tokens_a_day", "break-even, tokens a day", FL_COST_NUMBER,
	                k->break_even_tokens_a_day);
	real_or_nothing(c, "break_even_utilisation", "which is a use of", FL_COST_SHARE, k->break_even_utilisation);
	if (!isfinite(k->query_s))
		return;
	fl_cost_real(c, "query_gpu", "machine time of a query", FL_COST_SECONDS, k->query_s);
	fl_cost_money(c, "query", "a query here", k->query_nusd);
	if (h->api_query_nusd >= 0)
		fl_cost_money(c, "api_query", "a query by the interface", h->api_query_nusd);
	real_or_nothing(c, "break_even_queries_a_day", "break-even, queries a day", FL_COST_NUMBER,
	                k->break_even_queries_a_day);
	fl_cost_real(c, "capacity_queries_a_day", "capacity, queries a day", FL_COST_NUMBER, k->capacity_queries_a_day);
}

/* Whether the interface can be beaten at all: its break-even lies within the capacity. */
static void verdict(struct fl_cost *c, const struct fl_selfhost_cost *k)
{
	bool queries = isfinite(k->break_even_queries_a_day);
	double need = queries ? k->break_even_queries_a_day : k->break_even_tokens_a_day,
	       have = queries ? k->capacity_queries_a_day : k->capacity_tokens_a_day;
	if (!isfinite(need))
		fl_cost_nothing(c, "verdict", "verdict", FL_COST_TEXT,
		                "no interface to compare with: --api or --price names one");
	else
		fl_cost_text(c, "verdict", "verdict",
		             need <= have ? FL_S("cheaper than the interface above the break-even")
		                          : FL_S("the interface is cheaper, even at full use"));
}

static enum fl_code build(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct own *o = FL_NEW(&cli->arena, struct own);
	struct fl_str name;
	struct fl_selfhost_cost k;
	o->count = 1;
	FL_TRY(fl_cli_catalog(cli, &o->catalog, err));
	if (fl_cli_get(cli, "model", &name))
		FL_TRY(fl_catalog_model(o->catalog, name, &o->model, err));
	FL_TRY(find_device(cli, o, err));
	FL_TRY(fl_cli_u64(cli, "count", 1, &o->count, err));
	FL_TRY(read_host(cli, o, c, err));
	bool needs_prefill = o->host.in > 0 && o->host.prefill_per_s <= 0 && o->model && o->device;
	if (o->host.tokens_per_s <= 0 || needs_prefill)
		FL_TRY(estimate(cli, o, c, err));
	else
		FL_CLI_UNUSED(cli, "the speed is stated, and nothing is estimated", err, "sequences", "context",
		              "quant");
	FL_TRY(find_api(cli, c, o, err));
	if (!fl_selfhost_cost(&o->host, &k))
		return fl_err_set(err, FL_E_LIMIT, "the amount does not fit 64 bits");
	c->offer = o->api.offer;
	lines(c, &o->host, &k);
	figures(c, o, &k);
	verdict(c, &k);
	fl_cost_assume(c, "machines are paid for all hours and work %.4g %% of them", o->host.utilisation * 100);
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build, err);
}

const struct fl_command fl_cmd_cost_selfhost = {
    .name = "cost selfhost",
    .summary = "tokens on hardware of your own against an interface",
    .usage = "cost selfhost --model MODEL --device NAME [--count N] [--api MODEL] [options]\n"
             "cost selfhost --gpu-hour USD --throughput TOK/S [--utilisation SHARE] --price RATES [options]",
    .text =
        "The total is what a million output tokens cost: G / 3600 / (throughput x utilisation) x 10^6, G the price of "
        "a "
        "machine's hour, taken apart into work, idle time, spare machines, power and staff. Break-even tokens a day: "
        "what "
        "all machines cost a day over the interface's price of output. A query takes in / prefill + out / throughput "
        "seconds. JSON: hour_nusd, day_nusd, tokens_per_s, capacity_tokens_a_day, api_output_nusd, "
        "break_even_tokens_a_day, break_even_utilisation, query_gpu_s, query_nusd, api_query_nusd, "
        "break_even_queries_a_day, capacity_queries_a_day, verdict.",
    .example = "fulcrum cost selfhost --gpu-hour 2.5 --throughput 2500 --prefill 20000 --price in=0.15,out=0.60 --in "
               "1500 --out 400\n"
               "fulcrum cost selfhost --model llama-3.1-8b --device h100 --utilisation 40% --spare 1 --staff 2000",
    .option = options,
    .option_count = FL_COUNT(options),
    .run = run,
};
