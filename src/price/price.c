/*
 * price.c - receipts and worst cases. Rows are chosen in select.c; here they become amounts.
 */
#include "price/price.h"

#include "price/select.h"

#include <stdio.h>

/* Rule 5: whose rate a class takes when no row names it; FL_USE_CLASSES = nobody's. */
static const uint8_t billed_as[FL_USE_CLASSES] = {
    [FL_USE_INPUT] = FL_USE_CLASSES,
    [FL_USE_CACHE_READ] = FL_USE_INPUT,
    [FL_USE_CACHE_WRITE_5M] = FL_USE_INPUT,
    [FL_USE_CACHE_WRITE_1H] = FL_USE_CLASSES,
    [FL_USE_CACHE_WRITE_24H] = FL_USE_CACHE_WRITE_5M,
    [FL_USE_AUDIO_INPUT] = FL_USE_CLASSES,
    [FL_USE_IMAGE_INPUT] = FL_USE_INPUT,
    [FL_USE_VIDEO_INPUT] = FL_USE_INPUT,
    [FL_USE_AUDIO_CACHE_READ] = FL_USE_AUDIO_INPUT,
    [FL_USE_TOOL_PROMPT] = FL_USE_INPUT,
    [FL_USE_OUTPUT] = FL_USE_CLASSES,
    [FL_USE_REASONING] = FL_USE_OUTPUT,
    [FL_USE_AUDIO_OUTPUT] = FL_USE_CLASSES,
    [FL_USE_IMAGE_OUTPUT] = FL_USE_CLASSES,
    [FL_USE_VIDEO_OUTPUT] = FL_USE_CLASSES,
    [FL_USE_REQUEST] = FL_USE_CLASSES,
    [FL_USE_SEARCH] = FL_USE_CLASSES,
    [FL_USE_IMAGE] = FL_USE_CLASSES,
    [FL_USE_SECOND] = FL_USE_CLASSES,
};

static bool fail(struct fl_receipt *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (!r->problem[0])
		vsnprintf(r->problem, sizeof r->problem, fmt, ap);
	va_end(ap);
	r->priced = false;
	return false;
}

/* The row that bills the class, by its own name or rule 5's. */
static const struct fl_price_row *row_for(const struct fl_price_case *k, enum fl_usage_class class,
                                          enum fl_usage_class *as, bool *tie)
{
	const struct fl_price_row *row = NULL;
	for (*as = class; *as < FL_USE_CLASSES; *as = (enum fl_usage_class)billed_as[*as]) {
		row = fl_price_select(k, *as, tie);
		if (row || *tie)
			break;
	}
	return row;
}

static bool rate_with(const struct fl_price_row *const factor[FL_PRICE_FACTORS], size_t factors, int64_t *rate)
{
	for (size_t i = 0; i < factors; i++)
		if (!fl_muldiv_up(*rate, factor[i]->factor_billionths, 1000000000, rate))
			return false;
	return true;
}

static bool add_line(const struct fl_price_case *k, struct fl_receipt *r, const struct fl_receipt_line *proto,
                     const struct fl_price_row *row, uint64_t units)
{
	struct fl_receipt_line *line = &r->line[r->lines];
	if (units == 0)
		return true;
	*line = *proto;
	line->row = row;
	line->units = units;
	line->rate = row->rate[line->billed_as];
	/* tiers and regions change what tokens cost; requests, searches and images have one price */
	if (line->class < FL_USE_TOKEN_CLASSES && !fl_price_factors(k, row, line->factor, &line->factors, r->problem))
		return r->priced = false;
	if (!rate_with(line->factor, line->factors, &line->rate) ||
	    !fl_money_line(units, line->rate, &line->amount_nusd) ||
	    !fl_add_i64(r->total_nusd, line->amount_nusd, &r->total_nusd))
		return fail(r, "the amount for %s does not fit 64 bits", fl_usage_class_name(line->class));
	r->unverified |= row->stated_to != FL_DATE_NONE && k->day >= row->stated_to;
	const struct fl_calendar *hours = row->when.hours.n ? fl_price_calendar(k->price, row->when.hours) : NULL;
	r->unverified |= hours && hours->except_known_to != FL_DATE_NONE && k->day > hours->except_known_to;
	r->lines++;
	return true;
}

/*
 * A marginal band re-prices only the tokens above its threshold: input classes lose the part of the prompt below it, in
 * the order of the classes (fresh input first, as the cheapest reading of what stands in front is not known), output
 * classes are billed by the band as a whole.
 */
static bool add_class(struct fl_price_case *k, struct fl_receipt *r, enum fl_usage_class class, uint64_t units,
                      uint64_t *below)
{
	struct fl_receipt_line proto = {.class = class};
	bool tie;
	const struct fl_price_row *row = row_for(k, class, &proto.billed_as, &tie);
	if (tie)
		return fail(r, "two rows for %s apply to this call and none speaks of both their conditions",
		            fl_usage_class_name(class));
	if (!row)
		return fail(r, "no row prices %s on that day", fl_usage_class_name(class));
	if (!row->when.marginal || class >= FL_USE_FIRST_OUTPUT)
		return add_line(k, r, &proto, row, units);
	uint64_t kept = FL_MIN(units, *below), all = k->prompt_tokens;
	*below -= kept;
	k->prompt_tokens = (uint64_t)row->when.above;
	const struct fl_price_row *under = row_for(k, class, &proto.billed_as, &tie);
	k->prompt_tokens = all;
	if (kept && !under)
		return fail(r, "no row prices %s below the context band", fl_usage_class_name(class));
	return (!kept || add_line(k, r, &proto, under, kept)) && add_line(k, r, &proto, row, units - kept);
}

/* Where a marginal band of input begins for this call. */
static uint64_t band_start(const struct fl_price_case *k)
{
	bool tie;
	const struct fl_price_row *row = fl_price_select(k, FL_USE_INPUT, &tie);
	return row && row->when.marginal ? (uint64_t)row->when.above : 0;
}

static void token_receipt(const struct fl_price *p, const struct fl_usage *u, const struct fl_served *s,
                          struct fl_receipt *r)
{
	struct fl_price_case k;
	bool tie;
	fl_price_case_init(&k, p, s, fl_usage_input(u));
	uint64_t below = band_start(&k);
	r->priced = true;
	r->estimated = !u->reported;
	for (int c = 0; c < FL_USE_CLASSES && r->priced; c++) {
		uint64_t units = u->units[c];
		if (c == FL_USE_REQUEST) {
			units = FL_MAX(units, 1);
			if (!fl_price_select(&k, FL_USE_REQUEST, &tie) && !tie)
				continue; /* most vendors bill no requests */
		}
		if (units)
			add_class(&k, r, (enum fl_usage_class)c, units, &below);
	}
}

void fl_price_receipt(const struct fl_price *p, const struct fl_usage *u, const struct fl_served *s, uint64_t wall_us,
                      struct fl_receipt *r)
{
	memset(r, 0, sizeof *r);
	switch (p->kind) {
	case FL_PRICE_UNKNOWN:
		fail(r, "no price is known");
		return;
	case FL_PRICE_FREE:
		r->priced = true;
		return;
	case FL_PRICE_TOKENS:
		token_receipt(p, u, s, r);
		return;
	case FL_PRICE_SECONDS:
		r->priced =
		    fl_money_time(u->compute_us ? u->compute_us : wall_us, p->rate_nusd_per_mega_s, &r->total_nusd);
		if (!r->priced)
			fail(r, "the amount does not fit 64 bits");
		return;
	case FL_PRICE_REPORTED:
		r->priced = true;
		r->total_nusd = u->cost_reported ? u->cost_nusd : p->most_nusd;
		return;
	}
	FL_BUG("unknown kind of price %d", (int)p->kind);
}

bool fl_price_cost(const struct fl_price *p, const struct fl_usage *u, const struct fl_served *s, uint64_t wall_us,
                   int64_t *cost_nusd)
{
	struct fl_receipt r;
	fl_price_receipt(p, u, s, wall_us, &r);
	*cost_nusd = r.total_nusd;
	return r.priced;
}

const struct fl_price_row *fl_price_find(const struct fl_price *p, enum fl_usage_class class, uint64_t prompt_tokens,
                                         const struct fl_served *s, int64_t *rate)
{
	struct fl_price_case k;
	const struct fl_price_row *factor[FL_PRICE_FACTORS];
	char problem[FL_RECEIPT_PROBLEM];
	enum fl_usage_class as;
	size_t factors = 0;
	bool tie;
	if (p->kind != FL_PRICE_TOKENS)
		return NULL;
	fl_price_case_init(&k, p, s, prompt_tokens);
	const struct fl_price_row *row = row_for(&k, class, &as, &tie);
	if (!row || (class < FL_USE_TOKEN_CLASSES && !fl_price_factors(&k, row, factor, &factors, problem)))
		return NULL;
	*rate = row->rate[as];
	return rate_with(factor, factors, rate) ? row : NULL;
}

/* --- worst cases -------------------------------------------------------------------------------------------------- */

struct window {
	const struct fl_price *price;
	const struct fl_served *asked;
	fl_date first, last;
	uint64_t prompt_most;
	bool tier_factor; /* one of them knows the tier that was asked for */
};

/* The row may bill somewhere in the window; what the request does not decide (hour, band, thinking, snapshot) is open. */
static bool may_apply(const struct window *w, const struct fl_price_row *row, struct fl_str tier)
{
	bool on = false;
	for (fl_date d = w->first; d <= w->last && !on; d++)
		on = fl_price_row_on(row, d);
	return on && fl_str_eq(row->when.tier, tier) && (uint64_t)row->when.above <= w->prompt_most &&
	       (!row->when.region.n || fl_str_eq_nocase(row->when.region, w->asked->region)) &&
	       (!row->when.fine_tuned || w->asked->fine_tuned);
}

/* It applies to every call of the window, so that it may lower the hold. */
static bool surely_applies(const struct window *w, const struct fl_price_row *factor)
{
	const unsigned decided = 1u << FL_COND_TIER | 1u << FL_COND_REGION | 1u << FL_COND_FINE_TUNED;
	return fl_price_row_on(factor, w->first) && fl_price_row_on(factor, w->last) &&
	       !(fl_price_row_conditions(factor) & ~decided) && !factor->when.snapshot.n;
}

/* A row or factor for the tier that was asked for, or for any. */
static bool fits(const struct window *w, const struct fl_price_row *row)
{
	return may_apply(w, row, w->asked->tier) || may_apply(w, row, (struct fl_str){0});
}

/* The rate with each factor that may multiply it; one that may be absent counts only where it raises. */
static bool raise(const struct window *w, const struct fl_price_row *row, int64_t *rate)
{
	for (size_t i = 0; i < w->price->rows; i++) {
		const struct fl_price_row *f = &w->price->row[i];
		bool lowers = f->factor_billionths < 1000000000;
		if (!f->factor_billionths || !fits(w, f) ||
		    (fl_price_row_conditions(f) & fl_price_row_conditions(row)) || (lowers && !surely_applies(w, f)))
			continue;
		if (!fl_muldiv_up(*rate, f->factor_billionths, 1000000000, rate))
			return false;
	}
	return true;
}

/* Dearest rate of the classes from..to-1, with factors where they are tokens; -1 when none is known, false when it does
 * not fit. A row of every tier bills tokens of another than the standard one only where a factor knows that tier. */
static bool dearest(const struct window *w, int from, int to, int64_t *rate)
{
	bool tokens = from < FL_USE_TOKEN_CLASSES, all_tiers = !tokens || !w->asked->tier.n || w->tier_factor;
	*rate = -1;
	for (size_t i = 0; i < w->price->rows; i++) {
		const struct fl_price_row *row = &w->price->row[i];
		int64_t most = -1;
		if (row->factor_billionths || !fits(w, row) || (!row->when.tier.n && !all_tiers))
			continue;
		for (int c = from; c < to; c++)
			most = FL_MAX(most, row->rate[c]);
		if (most >= 0 && tokens && !raise(w, row, &most))
			return false;
		*rate = FL_MAX(*rate, most);
	}
	return true;
}

static void find_tier_factor(struct window *w)
{
	for (size_t i = 0; i < w->price->rows; i++) {
		const struct fl_price_row *f = &w->price->row[i];
		w->tier_factor |= f->factor_billionths && f->when.tier.n && may_apply(w, f, w->asked->tier);
	}
}

static bool worst_of_tokens(const struct fl_price *p, uint64_t in, uint64_t out, const struct fl_served *asked,
                            uint64_t timeout_ms, int64_t *worst_nusd)
{
	struct fl_price_case k;
	int64_t in_rate, out_rate, request_rate, a, b, c = 0;
	fl_price_case_init(&k, p, asked, in);
	struct window w = {.price = p,
	                   .asked = &k.served,
	                   .first = k.day,
	                   .last = fl_date_at(asked->at_ms + (int64_t)FL_MIN(timeout_ms, (uint64_t)(30 * FL_DAY_MS))),
	                   .prompt_most = in};
	find_tier_factor(&w);
	if (!dearest(&w, FL_USE_INPUT, FL_USE_AUDIO_INPUT, &in_rate) ||
	    !dearest(&w, FL_USE_OUTPUT, FL_USE_AUDIO_OUTPUT, &out_rate) || in_rate < 0 || out_rate < 0)
		return false;
	if (dearest(&w, FL_USE_REQUEST, FL_USE_REQUEST + 1, &request_rate) && request_rate >= 0 &&
	    !fl_money_line(1, request_rate, &c))
		return false;
	if (!fl_money_line(in, in_rate, &a) || !fl_money_line(out, out_rate, &b) || !fl_add_i64(a, b, &a) ||
	    !fl_add_i64(a, c, &a))
		return false;
	/* the same tokens spread over all classes are that many lines, each rounded up */
	*worst_nusd = a;
	return a == 0 || fl_add_i64(a, FL_USE_TOKEN_CLASSES, worst_nusd);
}

bool fl_price_worst(const struct fl_price *p, uint64_t request_bytes, uint64_t messages, uint64_t max_output,
                    const struct fl_served *asked, uint64_t timeout_ms, int64_t *worst_nusd)
{
	uint64_t in = request_bytes + messages * FL_TOKENS_A_MESSAGE;
	switch (p->kind) {
	case FL_PRICE_UNKNOWN:
		return false;
	case FL_PRICE_FREE:
		*worst_nusd = 0;
		return true;
	case FL_PRICE_TOKENS:
		return worst_of_tokens(p, in, max_output, asked, timeout_ms, worst_nusd);
	case FL_PRICE_SECONDS:
		return fl_money_time(timeout_ms * 1000, p->rate_nusd_per_mega_s, worst_nusd);
	case FL_PRICE_REPORTED:
		*worst_nusd = p->most_nusd;
		return true;
	}
	FL_BUG("unknown kind of price %d", (int)p->kind);
}
