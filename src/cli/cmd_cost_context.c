/* cost context, cost cliff, cost cache: the lever of context. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "price/context.h"

#include <math.h>

/* "from the 2nd use on", "always", "never". */
static struct fl_str pays_text(struct fl_arena *a, const struct fl_break_even *b, const char *what)
{
	switch (b->pays) {
	case FL_PAYS_ALWAYS:
		return FL_S("always");
	case FL_PAYS_NEVER:
		return FL_S("never");
	case FL_PAYS_FROM:
		return fl_arena_printf(a, "from %s %llu on", what, (unsigned long long)b->from);
	}
	FL_BUG("unknown kind of break-even %d", (int)b->pays);
}

static void break_even_figures(struct fl_cost *c, const struct fl_break_even *b, const char *name, const char *label,
                               const char *what)
{
	if (b->pays == FL_PAYS_FROM)
		fl_cost_real(c, name, label, FL_COST_NUMBER, b->uses);
	else
		fl_cost_nothing(c, name, label, FL_COST_NUMBER, b->pays == FL_PAYS_ALWAYS ? "none: always" : "never");
	fl_cost_text(c, "pays", "it pays", pays_text(c->arena, b, what));
}

/* --- a document, cached or retrieved from ------------------------------------------------------------------------- */

static const struct fl_option context_options[] = {
    {"document", "TOKENS", "the whole document, in front of each question"},
    {"retrieved", "TOKENS", "what retrieval would put there instead, all chunks together"},
    {"questions", "N", "questions to price; else 100"},
    FL_PRICE_OPTIONS,
};
static const struct fl_cost_figure context_columns[] = {
    {.name = "way", .label = "way", .kind = FL_COST_TEXT},
    {.name = "first", .label = "first question", .kind = FL_COST_MONEY},
    {.name = "later", .label = "each later one", .kind = FL_COST_MONEY},
    {.name = "total", .label = "all", .kind = FL_COST_MONEY},
};

enum { CACHED, RETRIEVED, PLAIN, CONTEXT_WAYS };
static const char *const context_words[CONTEXT_WAYS] = {"document, cached", "retrieval", "document, not cached"};

struct document {
	struct fl_priced priced;
	uint64_t tokens, retrieved, questions;
	struct fl_usage first[CONTEXT_WAYS], later[CONTEXT_WAYS];
	int64_t first_nusd[CONTEXT_WAYS], later_nusd[CONTEXT_WAYS];
	struct fl_receipt sum[CONTEXT_WAYS];
};

static enum fl_code price_document(struct fl_cost *c, struct document *d, struct fl_err *err)
{
	d->first[CACHED] = fl_usage_text(0, 0, d->tokens, 0);
	d->later[CACHED] = fl_usage_text(0, d->tokens, 0, 0);
	d->first[RETRIEVED] = d->later[RETRIEVED] = fl_usage_text(d->retrieved, 0, 0, 0);
	d->first[PLAIN] = d->later[PLAIN] = fl_usage_text(d->tokens, 0, 0, 0);
	for (int w = 0; w < CONTEXT_WAYS; w++) {
		FL_TRY(fl_cli_call(c, &d->priced, d->first[w], &d->first_nusd[w], err));
		FL_TRY(fl_cli_call(c, &d->priced, d->later[w], &d->later_nusd[w], err));
		fl_tally_init(&d->sum[w]);
		fl_tally_add(&d->sum[w], &d->priced.price, &d->priced.served, &d->first[w], 1);
		fl_tally_add(&d->sum[w], &d->priced.price, &d->priced.served, &d->later[w], d->questions - 1);
		FL_TRY(fl_cli_unpriced(&d->priced, &d->sum[w], err));
	}
	return FL_OK;
}

static enum fl_code build_context(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct document *d = FL_NEW(&cli->arena, struct document);
	int best = CACHED;
	d->questions = 100;
	FL_TRY(fl_cli_priced_argument(cli, &d->priced, err));
	FL_CLI_NEEDS(cli, err, "document", "retrieved");
	FL_TRY(fl_cli_tokens(cli, "document", &d->tokens, err));
	FL_TRY(fl_cli_tokens(cli, "retrieved", &d->retrieved, err));
	FL_TRY(fl_cli_u64(cli, "questions", 1, &d->questions, err));
	d->priced.served.thinking = FL_THINKING_OFF;
	FL_TRY(price_document(c, d, err));
	for (int w = 0; w < CONTEXT_WAYS; w++)
		if (d->sum[w].total_nusd < d->sum[best].total_nusd)
			best = w;
	struct fl_break_even b =
	    fl_break_even_of(d->first_nusd[CACHED], d->later_nusd[CACHED], d->first_nusd[RETRIEVED]);
	c->offer = d->priced.offer;
	fl_cost_receipt(c, &d->sum[best], 1);
	fl_cost_text(c, "cheapest", "cheapest way", fl_str_from(context_words[best]));
	fl_cost_whole(c, "questions", "questions", FL_COST_COUNT, (int64_t)FL_MIN(d->questions, (uint64_t)INT64_MAX));
	break_even_figures(c, &b, "break_even_questions", "the cached document breaks even at", "question");
	fl_cost_table(c, "ways", context_columns, FL_COUNT(context_columns));
	for (int w = 0; w < CONTEXT_WAYS; w++) {
		fl_cost_cell(c, 0, 0, fl_str_from(context_words[w]));
		fl_cost_cell(c, d->first_nusd[w], 0, FL_S(""));
		fl_cost_cell(c, d->later_nusd[w], 0, FL_S(""));
		fl_cost_cell(c, d->sum[w].total_nusd, 0, FL_S(""));
	}
	fl_cost_assume(c,
	               "questions and answers cost the same either way; the cache lives from one question to the next");
	return FL_OK;
}

static enum fl_code run_context(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_context, err);
}

const struct fl_command fl_cmd_cost_context = {
    .name = "cost context",
    .summary = "a whole document in the cache against retrieval",
    .usage = "cost context MODEL --document D --retrieved K [--questions Q] [options]",
    .text = "A cached document costs D write once, then D read a question; retrieval K in a question. The document "
            "wins after "
            "D (write - read) / (K in - D read) questions, never when that is not positive. Lines and total are those "
            "of the "
            "cheapest way. JSON: cheapest, break_even_questions (null: never or always, see pays), ways (first_nusd, "
            "later_nusd, total_nusd).",
    .example =
        "fulcrum cost context --price in=3,out=15,cache_read=0.30,cache_write=3.75 --document 50k --retrieved 6000\n"
        "fulcrum cost context gpt-6-sol --document 200k --retrieved 8k --questions 500",
    .option = context_options,
    .option_count = FL_COUNT(context_options),
    .most = 1,
    .run = run_context,
};

/* --- cliffs ------------------------------------------------------------------------------------------------------- */

static const struct fl_option cliff_options[] = {
    {"in", "TOKENS", "the prompt"},
    {"out", "TOKENS", "the answer"},
    {"above", "TOKENS,RATES", "with --price: rates of a prompt above so many tokens: 200k,in=2.50,out=15"},
    FL_PRICE_OPTIONS,
};

/* A second row of stated rates, for prompts above a threshold. */
static enum fl_code add_band(struct fl_cli *cli, struct fl_price *p, struct fl_err *err)
{
	struct fl_str text, rest, part;
	struct fl_price band;
	uint64_t above;
	if (!fl_cli_get(cli, "above", &text))
		return FL_OK;
	if (!fl_cli_has(cli, "price"))
		return fl_err_set(err, FL_E_USAGE, "--above goes with --price: a model's bands are in the catalogue");
	rest = text;
	if (!fl_cli_part(&rest, ',', &part))
		return fl_cli_bad(err, "above", text, "a number of tokens and rates");
	FL_TRY(fl_cli_tokens_in("above", part, &above, err));
	FL_TRY(fl_cli_rates(&cli->arena, rest, &band, err));
	struct fl_price_row *row = FL_NEW_ARRAY(&cli->arena, struct fl_price_row, p->rows + 1);
	memcpy(row, p->row, p->rows * sizeof *row);
	row[p->rows] = band.row[0];
	row[p->rows].when.above = (int64_t)above;
	p->row = row;
	p->rows++;
	return FL_OK;
}

static void cliff_figures(struct fl_cost *c, const struct fl_cliff *k)
{
	if (k->above) {
		fl_cost_whole(c, "threshold", "re-priced above", FL_COST_TOKENS, (int64_t)k->threshold);
		fl_cost_whole(c, "trim", "trim", FL_COST_TOKENS, (int64_t)k->trim_tokens);
		fl_cost_money(c, "trimmed", "it then costs", k->trimmed_nusd);
		fl_cost_money(c, "saving", "trimming saves", k->now_nusd - k->trimmed_nusd);
	} else {
		fl_cost_nothing(c, "threshold", "re-priced above", FL_COST_TOKENS,
		                "the prompt is under every threshold");
	}
	if (k->next_threshold)
		fl_cost_whole(c, "next_threshold", "next threshold", FL_COST_TOKENS, (int64_t)k->next_threshold);
	else
		fl_cost_nothing(c, "next_threshold", "next threshold", FL_COST_TOKENS, "none");
}

static enum fl_code build_cliff(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct fl_priced p;
	struct fl_cliff k;
	uint64_t in = 0, out = 0;
	FL_TRY(fl_cli_priced_argument(cli, &p, err));
	FL_CLI_NEEDS(cli, err, "in", "out");
	FL_TRY(fl_cli_tokens(cli, "in", &in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &out, err));
	FL_TRY(add_band(cli, &p.price, err));
	p.served.thinking = FL_THINKING_OFF;
	struct fl_usage u = fl_usage_text(in, 0, 0, out);
	struct fl_receipt *r = FL_NEW(&cli->arena, struct fl_receipt);
	fl_price_receipt(&p.price, &u, &p.served, 0, r);
	FL_TRY(fl_cli_unpriced(&p, r, err));
	if (!fl_cliff_of(&p.price, &p.served, in, out, &k))
		return fl_err_set(err, FL_E_INVALID, "the prompt trimmed to the threshold cannot be priced");
	c->offer = p.offer;
	fl_cli_window(c, &p, &u);
	fl_cost_receipt(c, r, 1);
	cliff_figures(c, &k);
	return FL_OK;
}

static enum fl_code run_cliff(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_cliff, err);
}

const struct fl_command fl_cmd_cost_cliff = {
    .name = "cost cliff",
    .summary = "what trimming a prompt below a price threshold saves",
    .usage = "cost cliff MODEL --in TOKENS --out TOKENS [options]\ncost cliff --price RATES --above TOKENS,RATES --in "
             "N --out N",
    .text = "Some prices re-price the whole request when its prompt is above a threshold; exactly the threshold is "
            "still below. "
            "JSON: threshold_tokens, trim_tokens, trimmed_nusd, saving_nusd, next_threshold_tokens.",
    .example = "fulcrum cost cliff gemini-2.5-pro --in 200001 --out 1000\n"
               "fulcrum cost cliff --price in=1.25,out=10 --above 200k,in=2.50,out=15 --in 200001 --out 1000",
    .option = cliff_options,
    .option_count = FL_COUNT(cliff_options),
    .most = 1,
    .run = run_cliff,
};

/* --- the cache ---------------------------------------------------------------------------------------------------- */

static const struct fl_option cache_options[] = {
    {"prefix", "TOKENS", "what is cached; else 10,000"},
    {"uses", "N", "calls that share it; else 10"},
    {"write", "FACTOR", "instead of a price: what writing costs, as a multiple of plain input"},
    {"read", "FACTOR", "the same of reading"},
    FL_PRICE_OPTIONS,
};
static const struct fl_cost_figure cache_columns[] = {
    {.name = "lifetime", .label = "lifetime", .kind = FL_COST_TEXT},
    {.name = "write_factor", .label = "write x", .kind = FL_COST_NUMBER},
    {.name = "read_factor", .label = "read x", .kind = FL_COST_NUMBER},
    {.name = "break_even_uses", .label = "break-even", .kind = FL_COST_NUMBER},
    {.name = "pays", .label = "pays", .kind = FL_COST_TEXT},
    {.name = "total", .label = "all uses", .kind = FL_COST_MONEY},
};
static const struct {
	const char *name;
	enum fl_usage_class class;
} lifetimes[] = {
    {"5 minutes", FL_USE_CACHE_WRITE_5M}, {"1 hour", FL_USE_CACHE_WRITE_1H}, {"1 day", FL_USE_CACHE_WRITE_24H}};

struct caching {
	struct fl_priced priced;
	uint64_t prefix, uses;
	int64_t least;           /* shortest prefix that is cached; -1 = not known */
	struct fl_receipt plain; /* all uses as plain input */
};

static struct fl_usage use_of(enum fl_usage_class class, uint64_t tokens)
{
	struct fl_usage u = {.reported = true};
	u.units[class] = tokens;
	return u;
}

/* Whether a row names the class itself, rather than another that it is billed as. */
static bool has_row(const struct fl_priced *p, enum fl_usage_class class)
{
	int64_t rate;
	const struct fl_price_row *row = fl_price_find(&p->price, class, 1, &p->served, &rate);
	return row && row->rate[class] >= 0;
}

/* Who caches without being told, and bills no writing, states no lifetime. */
static struct fl_str lifetime_text(const struct fl_priced *p, size_t i)
{
	return has_row(p, lifetimes[i].class) ? fl_str_from(lifetimes[i].name) : FL_S("automatic");
}

/* One lifetime: its row of the table, and the sum of its uses. */
static enum fl_code add_lifetime(struct fl_cost *c, const struct caching *k, size_t i, bool first,
                                 struct fl_receipt *sum, struct fl_err *err)
{
	const struct fl_priced *p = &k->priced;
	int64_t plain = fl_cli_rate(p, FL_USE_INPUT), write = fl_cli_rate(p, lifetimes[i].class),
	        read = fl_cli_rate(p, FL_USE_CACHE_READ);
	double u = (double)write / (double)plain, v = (double)read / (double)plain;
	struct fl_break_even b = fl_cache_break_even(u, v);
	struct fl_usage once = use_of(lifetimes[i].class, k->prefix), later = use_of(FL_USE_CACHE_READ, k->prefix);
	fl_tally_init(sum);
	fl_tally_add(sum, &p->price, &p->served, &once, 1);
	fl_tally_add(sum, &p->price, &p->served, &later, k->uses - 1);
	FL_TRY(fl_cli_unpriced(p, sum, err));
	fl_cost_cell(c, 0, 0, lifetime_text(p, i));
	fl_cost_cell(c, 0, u, FL_S(""));
	fl_cost_cell(c, 0, v, FL_S(""));
	fl_cost_cell(c, 0, b.pays == FL_PAYS_FROM ? b.uses : (double)NAN, FL_S(""));
	fl_cost_cell(c, 0, 0, pays_text(c->arena, &b, "use"));
	fl_cost_cell(c, sum->total_nusd, 0, FL_S(""));
	if (first)
		break_even_figures(c, &b, "break_even_uses", "breaks even at uses", "use");
	return FL_OK;
}

static enum fl_code read_caching(struct fl_cli *cli, struct fl_cost *c, struct caching *k, struct fl_err *err)
{
	int64_t one;
	k->prefix = 10000;
	k->uses = 10;
	FL_TRY(fl_cli_priced_argument(cli, &k->priced, err));
	FL_TRY(fl_cli_tokens(cli, "prefix", &k->prefix, err));
	FL_TRY(fl_cli_u64(cli, "uses", 1, &k->uses, err));
	const struct fl_priced *p = &k->priced;
	k->priced.served.thinking = FL_THINKING_OFF;
	k->least = p->ref.model ? fl_claim_number(p->catalog, &p->ref.model->cache_least, -1) : -1;
	struct fl_usage u = fl_usage_text(k->prefix, 0, 0, 0);
	FL_TRY(fl_cli_call(c, p, u, &one, err));
	if (one <= 0 || fl_cli_rate(p, FL_USE_INPUT) <= 0)
		return fl_err_set(err, FL_E_INVALID, "plain input is free: there is nothing to save");
	fl_tally_init(&k->plain);
	fl_tally_add(&k->plain, &p->price, &p->served, &u, k->uses);
	return fl_cli_unpriced(p, &k->plain, err);
}

/* Why nothing is read from a cache; NULL when it is. */
static const char *not_cached(const struct caching *k)
{
	if (!has_row(&k->priced, FL_USE_CACHE_READ))
		return k->priced.offer.n ? "not cached: the price has no rate for reading from a cache"
		                         : "not cached: --price names no cache_read";
	return k->least >= 0 && k->prefix < (uint64_t)k->least ? "not cached: the prefix is shorter than the least"
	                                                       : NULL;
}

static enum fl_code cached_figures(struct fl_cost *c, const struct caching *k, struct fl_receipt *sum,
                                   struct fl_err *err)
{
	size_t found = 0;
	for (size_t i = 0; i < FL_COUNT(lifetimes); i++)
		if (has_row(&k->priced, lifetimes[i].class)) {
			FL_TRY(add_lifetime(c, k, i, found == 0, &sum[found > 0], err));
			found++;
		}
	if (!found)
		FL_TRY(add_lifetime(c, k, 0, true, sum, err));
	return FL_OK;
}

static enum fl_code price_cache(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct caching *k = FL_NEW(&cli->arena, struct caching);
	struct fl_receipt *sum = FL_NEW_ARRAY(&cli->arena, struct fl_receipt, 2);
	FL_TRY(read_caching(cli, c, k, err));
	const char *why = not_cached(k);
	c->offer = k->priced.offer;
	fl_cost_table(c, "lifetimes", cache_columns, FL_COUNT(cache_columns));
	if (why) {
		sum[0] = k->plain;
		fl_cost_nothing(c, "break_even_uses", "breaks even at uses", FL_COST_NUMBER, "never");
		fl_cost_text(c, "pays", "it pays", fl_str_from(why));
	} else {
		FL_TRY(cached_figures(c, k, sum, err));
	}
	fl_cost_receipt(c, &sum[0], 1);
	fl_cost_money(c, "uncached", "without the cache", k->plain.total_nusd);
	fl_cost_money(c, "saving", "the cache saves", k->plain.total_nusd - sum[0].total_nusd);
	if (k->least >= 0)
		fl_cost_whole(c, "least", "shortest prefix that is cached", FL_COST_TOKENS, k->least);
	fl_cost_assume(c,
	               why ? "%llu uses of a prefix of %llu tokens, each billed as plain input"
	                   : "%llu uses of a prefix of %llu tokens, each within the lifetime of the cache",
	               (unsigned long long)k->uses, (unsigned long long)k->prefix);
	return FL_OK;
}

static enum fl_code build_cache(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	double write = 1, read = 1;
	if (!fl_cli_has(cli, "write"))
		return price_cache(cli, c, err);
	FL_TRY(fl_cli_real(cli, "write", 0, &write, err));
	FL_TRY(fl_cli_real(cli, "read", 0, &read, err));
	struct fl_break_even b = fl_cache_break_even(write, read);
	c->no_total = true;
	break_even_figures(c, &b, "break_even_uses", "breaks even at uses", "use");
	return FL_OK;
}

static enum fl_code run_cache(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build_cache, err);
}

const struct fl_command fl_cmd_cost_cache = {
    .name = "cost cache",
    .summary = "from how many uses on a prompt cache pays",
    .usage = "cost cache MODEL [--prefix TOKENS] [--uses N] [options]\ncost cache --write FACTOR --read FACTOR",
    .text =
        "With u what writing and v what reading cost as multiples of plain input, a cached prefix is cheaper when used "
        "more "
        "than (u - v) / (1 - v) times; always when u is at most 1. A prefix under the least, or without a rate for "
        "reading, is "
        "not cached. JSON: break_even_uses (null: always or never, see pays), uncached_nusd, saving_nusd, least_tokens "
        "(the shortest prefix that is cached), lifetimes.",
    .example = "fulcrum cost cache claude-opus-5.5 --prefix 20k --uses 50\nfulcrum cost cache --write 1.25 --read 0.1",
    .option = cache_options,
    .option_count = FL_COUNT(cache_options),
    .most = 1,
    .run = run_cache,
};
