#include "price/price.h"

const char *fl_usage_class_name(enum fl_usage_class c)
{
	static const char *const name[FL_USE_CLASSES] = {"input", "cache_read", "cache_write_5m", "output",
	                                                 "reasoning"};
	FL_ASSERT(c < FL_USE_CLASSES);
	return name[c];
}

uint64_t fl_usage_input(const struct fl_usage *u)
{
	return u->tokens[FL_USE_INPUT] + u->tokens[FL_USE_CACHE_READ] + u->tokens[FL_USE_CACHE_WRITE];
}

uint64_t fl_usage_output(const struct fl_usage *u)
{
	return u->tokens[FL_USE_OUTPUT] + u->tokens[FL_USE_REASONING];
}

static bool token_cost(const struct fl_price *p, const struct fl_usage *u, int64_t *cost_nusd)
{
	int64_t total = 0;
	for (int c = 0; c < FL_USE_CLASSES; c++) {
		int64_t line;
		if (!fl_money_line(u->tokens[c], p->rate_nusd_per_mtok[c], &line) || !fl_add_i64(total, line, &total))
			return false;
	}
	*cost_nusd = total;
	return true;
}

bool fl_price_cost(const struct fl_price *p, const struct fl_usage *u, uint64_t wall_us, int64_t *cost_nusd)
{
	switch (p->kind) {
	case FL_PRICE_UNKNOWN:
		return false;
	case FL_PRICE_FREE:
		*cost_nusd = 0;
		return true;
	case FL_PRICE_TOKENS:
		return token_cost(p, u, cost_nusd);
	case FL_PRICE_SECONDS:
		return fl_money_time(u->compute_us ? u->compute_us : wall_us, p->rate_nusd_per_mega_s, cost_nusd);
	}
	FL_BUG("unknown kind of price %d", (int)p->kind);
}

bool fl_price_worst(const struct fl_price *p, uint64_t request_bytes, uint64_t messages, uint64_t max_output,
                    uint64_t timeout_ms, int64_t *worst_nusd)
{
	struct fl_usage u = {.compute_us = timeout_ms * 1000};
	const int64_t *rate = p->rate_nusd_per_mtok;
	int in = rate[FL_USE_CACHE_WRITE] > rate[FL_USE_INPUT] ? FL_USE_CACHE_WRITE : FL_USE_INPUT;
	if (rate[FL_USE_CACHE_READ] > rate[in])
		in = FL_USE_CACHE_READ;
	int out = rate[FL_USE_REASONING] > rate[FL_USE_OUTPUT] ? FL_USE_REASONING : FL_USE_OUTPUT;
	u.tokens[in] = request_bytes + messages * FL_TOKENS_A_MESSAGE;
	u.tokens[out] = max_output;
	if (!fl_price_cost(p, &u, u.compute_us, worst_nusd))
		return false;
	/* the same tokens spread over all classes are that many lines, each rounded up */
	return p->kind != FL_PRICE_TOKENS || *worst_nusd == 0 || fl_add_i64(*worst_nusd, FL_USE_CLASSES, worst_nusd);
}
