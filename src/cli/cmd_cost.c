/* cost: one call, line by line. */
#include "cli/commands.h"

#include "cli/cost_option.h"

static const struct fl_option options[] = {
    {"in", "TOKENS", "the whole input, cached parts included"},
    {"out", "TOKENS", "the visible answer"},
    {"reasoning", "TOKENS", "thinking, on top of the answer"},
    {"cache-read", "TOKENS", "part of the input that is read from the cache"},
    {"cache-write", "TOKENS", "part of the input that is written to the cache (5 minutes)"},
    {"cache-write-1h", "TOKENS", "part of the input that is written to the cache for an hour"},
    {"audio-in", "TOKENS", "audio tokens, on top of the input"},
    {"image-in", "TOKENS", "image tokens, on top of the input"},
    {"images", "N", "images made"},
    {"searches", "N", "web searches by the provider's tool"},
    {"samples", "N", "that many equal calls"},
    FL_PRICE_OPTIONS,
};

static enum fl_code read_usage(const struct fl_cli *cli, struct fl_usage *u, struct fl_err *err)
{
	static const struct {
		const char *option;
		enum fl_usage_class class;
	} part[] = {{"in", FL_USE_INPUT},
	            {"out", FL_USE_OUTPUT},
	            {"reasoning", FL_USE_REASONING},
	            {"cache-read", FL_USE_CACHE_READ},
	            {"cache-write", FL_USE_CACHE_WRITE_5M},
	            {"cache-write-1h", FL_USE_CACHE_WRITE_1H},
	            {"audio-in", FL_USE_AUDIO_INPUT},
	            {"image-in", FL_USE_IMAGE_INPUT},
	            {"images", FL_USE_IMAGE},
	            {"searches", FL_USE_SEARCH}};
	size_t given = 0;
	*u = (struct fl_usage){.reported = true};
	for (size_t i = 0; i < FL_COUNT(part); i++)
		given += fl_cli_has(cli, part[i].option);
	if (given == 0) {
		fl_err_set(err, FL_E_USAGE, "what a call uses is missing: --in, --out or another amount");
		fl_err_expected(err, "--in TOKENS --out TOKENS, or --images, --searches and the like");
		return FL_E_USAGE;
	}
	for (size_t i = 0; i < FL_COUNT(part); i++)
		FL_TRY(fl_cli_tokens(cli, part[i].option, &u->units[part[i].class], err));
	uint64_t cached =
	    u->units[FL_USE_CACHE_READ] + u->units[FL_USE_CACHE_WRITE_5M] + u->units[FL_USE_CACHE_WRITE_1H];
	if (cached > u->units[FL_USE_INPUT]) {
		fl_err_set(err, FL_E_USAGE, "more tokens are cached than the input has");
		fl_err_found(err, "%llu cached of --in %llu", (unsigned long long)cached,
		             (unsigned long long)u->units[FL_USE_INPUT]);
		fl_err_expected(err, "--in is the whole input, cached parts included");
		return FL_E_USAGE;
	}
	u->units[FL_USE_INPUT] -= cached;
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_priced p;
	struct fl_usage u;
	struct fl_receipt r;
	struct fl_cost cost;
	uint64_t samples = 1;
	FL_TRY(fl_cli_compatible(cli, err));
	FL_TRY(fl_cli_priced(cli, cli->argument.n ? cli->argument.p[0] : (struct fl_str){0}, &p, err));
	FL_TRY(read_usage(cli, &u, err));
	FL_TRY(fl_cli_u64(cli, "samples", 1, &samples, err));
	p.served.thinking = u.units[FL_USE_REASONING] ? FL_THINKING_ON : FL_THINKING_OFF;
	fl_price_receipt(&p.price, &u, &p.served, 0, &r);
	FL_TRY(fl_cli_unpriced(&p, &r, err));
	fl_cost_init(&cost, &cli->arena);
	cost.offer = p.offer;
	fl_cli_window(&cost, &p, &u);
	fl_cost_receipt(&cost, &r, samples);
	if (!cost.priced) {
		fl_err_set(err, FL_E_LIMIT, "this cannot be priced: %.*s", FL_FMT(cost.problem));
		fl_cost_release(&cost);
		return FL_E_LIMIT;
	}
	if (samples > 1)
		fl_cost_assume(&cost, "%llu separate calls, each at full price; `cost votes` compares ways to sample",
		               (unsigned long long)samples);
	return fl_cli_cost(cli, &cost, err);
}

const struct fl_command fl_cmd_cost = {
    .name = "cost",
    .summary = "what a call costs, line by line",
    .usage = "cost MODEL --in TOKENS --out TOKENS [options]\ncost --price RATES --in TOKENS --out TOKENS",
    .text =
        "Prices one call to the nano-dollar: each class of usage with its units, rate, amount and the row of the "
        "price list that it is from. The row is chosen by day, tier and length of the prompt. The other forms price "
        "votes, cascades, agents, caches and your own hardware: see `fulcrum --help`.",
    .example = "fulcrum cost gpt-6-luna --in 1500 --out 400\n"
               "fulcrum cost --price in=3,out=15,cache_read=0.30 --in 10k --cache-read 8k --out 500",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};
