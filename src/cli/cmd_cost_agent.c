/* cost agent: a session of calls whose context grows, with and without the prefix cache and compaction. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "price/agent_loop.h"

static const struct fl_option options[] = {
    {"system", "TOKENS", "what stands in front of the first call: instructions, tools, the task"},
    {"growth", "TOKENS", "what a call adds to the context: its answer and what is new"},
    {"out", "TOKENS", "of the growth, the answer"},
    {"calls", "N", "calls of the session"},
    {"no-cache", NULL, "lines and total without the prefix cache"},
    {"compact-at", "TOKENS", "a context longer than this is summarised before the next call"},
    {"summary", "TOKENS", "length of a summary; else 1,000"},
    {"measured", "IN,UNIQUE,OUT",
     "a session that was recorded, instead of --system, --growth and --out: all input of its --calls, the part of it "
     "that "
     "was new, all output"},
    FL_PRICE_OPTIONS,
};

static const struct fl_cost_figure columns[] = {
    {.name = "way", .label = "way", .kind = FL_COST_TEXT},
    {.name = "calls", .label = "calls", .kind = FL_COST_COUNT},
    {.name = "input", .label = "input", .kind = FL_COST_TOKENS},
    {.name = "cache_read", .label = "cache read", .kind = FL_COST_TOKENS},
    {.name = "cache_write", .label = "written", .kind = FL_COST_TOKENS},
    {.name = "longest", .label = "longest", .kind = FL_COST_TOKENS},
    {.name = "total", .label = "total", .kind = FL_COST_MONEY},
};

/* Ways to run the session: bit 0 cached, bit 1 compacted. */
enum { CACHED = 1, COMPACTED = 2, WAYS = 4 };
static const char *const way_words[WAYS] = {"no cache", "cache", "no cache, compacted", "cache, compacted"};

struct session {
	struct fl_priced priced;
	struct fl_agent_loop loop;
	struct fl_agent_cost cost[WAYS];
};

static enum fl_code read_loop(const struct fl_cli *cli, struct fl_agent_loop *l, struct fl_err *err)
{
	l->summary = 1000;
	FL_CLI_NEEDS(cli, err, "system", "growth", "out", "calls");
	FL_TRY(fl_cli_tokens(cli, "system", &l->system, err));
	FL_TRY(fl_cli_tokens(cli, "growth", &l->growth, err));
	FL_TRY(fl_cli_tokens(cli, "out", &l->out, err));
	FL_TRY(fl_cli_tokens(cli, "compact-at", &l->compact_at, err));
	FL_TRY(fl_cli_tokens(cli, "summary", &l->summary, err));
	FL_TRY(fl_cli_u64(cli, "calls", 1, &l->calls, err));
	if (l->calls > FL_AGENT_CALLS)
		return fl_err_set(err, FL_E_LIMIT, "--calls: at most %d calls are looked at", FL_AGENT_CALLS);
	if (l->out <= l->growth)
		return FL_OK;
	fl_err_set(err, FL_E_USAGE, "an answer cannot be longer than what a call adds to the context");
	fl_err_found(err, "--out %llu of --growth %llu", (unsigned long long)l->out, (unsigned long long)l->growth);
	fl_err_expected(err, "--growth is the answer and what is new, together");
	return FL_E_USAGE;
}

static enum fl_code price_ways(struct session *s, struct fl_err *err)
{
	for (int way = 0; way < WAYS; way++) {
		struct fl_agent_loop l = s->loop;
		l.cached = way & CACHED;
		l.compact_at = way & COMPACTED ? s->loop.compact_at : 0;
		if (!fl_agent_loop_cost(&l, &s->priced.price, &s->priced.served, &s->cost[way]))
			FL_TRY(fl_cli_unpriced(&s->priced, &s->cost[way].receipt, err));
	}
	return FL_OK;
}

/* `total` over `calls` calls, as evenly as whole tokens go: the share of call `i`. */
static uint64_t share_of(uint64_t total, uint64_t calls, uint64_t i)
{
	return total / calls + (i < total % calls);
}

static void measure(struct session *s, bool cached, uint64_t input, uint64_t unique, uint64_t output)
{
	uint64_t n = s->loop.calls;
	struct fl_agent_cost *c = &s->cost[cached ? CACHED : 0];
	fl_tally_init(&c->receipt);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t fresh = share_of(unique, n, i), known = share_of(input - unique, n, i),
		         out = share_of(output, n, i);
		struct fl_usage u =
		    cached ? fl_usage_text(0, known, fresh, out) : fl_usage_text(fresh + known, 0, 0, out);
		fl_tally_add(&c->receipt, &s->priced.price, &s->priced.served, &u, 1);
		c->longest = FL_MAX(c->longest, fresh + known);
	}
	c->input = input;
	c->output = output;
	c->cache_read = cached ? input - unique : 0;
	c->cache_write = cached ? unique : 0;
}

static enum fl_code read_measured(const struct fl_cli *cli, struct fl_str text, struct session *s, struct fl_err *err)
{
	struct fl_str part[3];
	uint64_t n[3] = {0};
	FL_CLI_NEEDS(cli, err, "calls");
	FL_TRY(fl_cli_u64(cli, "calls", 1, &s->loop.calls, err));
	if (s->loop.calls > FL_AGENT_CALLS)
		return fl_err_set(err, FL_E_LIMIT, "--calls: at most %d calls are looked at", FL_AGENT_CALLS);
	if (fl_cli_parts(text, ',', part, 3) != 3)
		return fl_cli_bad(err, "measured", text, "three counts of tokens: input, unique part, output");
	for (int i = 0; i < 3; i++)
		FL_TRY(fl_cli_tokens_in("measured", part[i], &n[i], err));
	if (n[1] > n[0])
		return fl_cli_bad(err, "measured", text, "a unique part that is no larger than the input");
	for (int cached = 0; cached < 2; cached++) {
		measure(s, cached, n[0], n[1], n[2]);
		FL_TRY(fl_cli_unpriced(&s->priced, &s->cost[cached].receipt, err));
	}
	return FL_OK;
}

/* What the last call would cost more if the cache held nothing: another model has to read all of it anew. */
static enum fl_code switch_cost(struct fl_cost *c, const struct session *s, int64_t *nusd, struct fl_err *err)
{
	uint64_t longest = s->cost[CACHED].longest;
	int64_t kept;
	FL_TRY(fl_cli_call(c, &s->priced, fl_usage_text(0, 0, longest, 0), nusd, err));
	FL_TRY(fl_cli_call(c, &s->priced, fl_usage_text(0, longest, 0, 0), &kept, err));
	*nusd -= kept;
	return FL_OK;
}

static void table(struct fl_cost *c, const struct session *s)
{
	fl_cost_table(c, "ways", columns, FL_COUNT(columns));
	for (int way = 0; way < WAYS; way++) {
		const struct fl_agent_cost *l = &s->cost[way];
		if ((way & COMPACTED) && !s->loop.compact_at)
			continue;
		fl_cost_cell(c, 0, 0, fl_str_from(way_words[way]));
		fl_cost_cell(c, (int64_t)(s->loop.calls + l->compactions), 0, FL_S(""));
		fl_cost_cell(c, (int64_t)l->input, 0, FL_S(""));
		fl_cost_cell(c, (int64_t)l->cache_read, 0, FL_S(""));
		fl_cost_cell(c, (int64_t)l->cache_write, 0, FL_S(""));
		fl_cost_cell(c, (int64_t)l->longest, 0, FL_S(""));
		fl_cost_cell(c, l->receipt.total_nusd, 0, FL_S(""));
	}
}

static void figures(struct fl_cost *c, const struct session *s, bool no_cache)
{
	int compacted = s->loop.compact_at ? COMPACTED : 0;
	const struct fl_agent_cost *cached = &s->cost[CACHED | compacted], *plain = &s->cost[compacted];
	int64_t cached_nusd = cached->receipt.total_nusd, uncached_nusd = plain->receipt.total_nusd;
	fl_cost_receipt(c, no_cache ? &plain->receipt : &cached->receipt, 1);
	fl_cost_whole(c, "input", "input, all calls", FL_COST_TOKENS, (int64_t)cached->input);
	fl_cost_whole(c, "cache_read", "read from the cache", FL_COST_TOKENS, (int64_t)cached->cache_read);
	fl_cost_whole(c, "cache_write", "written to it", FL_COST_TOKENS, (int64_t)cached->cache_write);
	fl_cost_whole(c, "output", "output, all calls", FL_COST_TOKENS, (int64_t)cached->output);
	fl_cost_money(c, "uncached", "without the cache", uncached_nusd);
	fl_cost_money(c, "cached", "with the cache", cached_nusd);
	fl_cost_money(c, "saving", "the cache saves", uncached_nusd - cached_nusd);
	if (uncached_nusd > 0)
		fl_cost_real(c, "cached_share", "cached of uncached", FL_COST_SHARE,
		             (double)cached_nusd / (double)uncached_nusd);
	if (compacted)
		fl_cost_whole(c, "compactions", "compactions", FL_COST_COUNT, (int64_t)cached->compactions);
}

static enum fl_code build(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	struct session *s = FL_NEW(&cli->arena, struct session);
	struct fl_str measured = {0};
	int64_t again;
	FL_TRY(fl_cli_priced_argument(cli, &s->priced, err));
	s->priced.served.thinking = FL_THINKING_OFF;
	if (fl_cli_get(cli, "measured", &measured)) {
		FL_TRY(read_measured(cli, measured, s, err));
	} else {
		FL_TRY(read_loop(cli, &s->loop, err));
		FL_TRY(price_ways(s, err));
	}
	FL_TRY(switch_cost(c, s, &again, err));
	c->offer = s->priced.offer;
	const struct fl_agent_cost *shown = &s->cost[CACHED | (s->loop.compact_at ? COMPACTED : 0)];
	struct fl_usage longest =
	    fl_usage_text(0, shown->longest, 0, measured.n ? shown->output / s->loop.calls : s->loop.out);
	fl_cli_window(c, &s->priced, &longest);
	figures(c, s, fl_cli_has(cli, "no-cache"));
	fl_cost_money(c, "switch", "another model near the end", again);
	table(c, s);
	fl_cost_assume(c, "each call begins with the whole text of the one before, within the lifetime of the cache");
	if (s->loop.compact_at)
		fl_cost_assume(c,
		               "a compaction reads the whole context once more and answers with %llu tokens; the next "
		               "call writes the cache anew",
		               (unsigned long long)s->loop.summary);
	if (measured.n)
		fl_cost_assume(c, "the calls are equally long; only their sums were given");
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build, err);
}

const struct fl_command fl_cmd_cost_agent = {
    .name = "cost agent",
    .summary = "a session of calls with a growing context, cached or not",
    .usage = "cost agent MODEL --system S --growth G --out O --calls T [options]\n"
             "cost agent --price RATES --measured IN,UNIQUE,OUT --calls T",
    .text =
        "Call t of T has S + (t - 1) G tokens of input, so the input of a session is T S + G T (T - 1) / 2: it grows "
        "with "
        "the square of the calls. With the prefix cache (T - 1) S + G (T - 1)(T - 2) / 2 of it are read and S + (T - "
        "1) G "
        "written. Every call is priced at its own length. JSON: input_tokens, cache_read_tokens, cache_write_tokens, "
        "output_tokens, uncached_nusd, cached_nusd, saving_nusd, cached_share, switch_nusd (what the last call costs "
        "more when another model takes over and the cache is lost), compactions, ways.",
    .example =
        "fulcrum cost agent --price in=3,out=15,cache_read=0.30,cache_write=3.75 --system 2000 --growth 500 --out 200 "
        "--calls 20\n"
        "fulcrum cost agent gpt-6-sol --system 8k --growth 1500 --out 400 --calls 60 --compact-at 40k\n"
        "fulcrum cost agent --price in=2.5,out=10,cache_read=0.25,cache_write=3.125 --measured 38.4k,4060,970 --calls "
        "12",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};
