/*
 * select.c - the rules of price.h as a filter: most conditions, then the highest band, then dates.
 */
#include "price/select.h"

#include <stdio.h>

void fl_price_case_init(struct fl_price_case *k, const struct fl_price *p, const struct fl_served *s,
                        uint64_t prompt_tokens)
{
	*k = (struct fl_price_case){
	    .price = p, .served = *s, .prompt_tokens = prompt_tokens, .day = fl_date_at(s->at_ms)};
	if (fl_str_is(s->tier, "standard") || fl_str_is(s->tier, "default"))
		k->served.tier = (struct fl_str){0};
}

const struct fl_calendar *fl_price_calendar(const struct fl_price *p, struct fl_str name)
{
	for (size_t i = 0; i < p->calendars; i++)
		if (fl_str_eq(p->calendar_name[i], name))
			return &p->calendar[i];
	return NULL;
}

static bool meets(const struct fl_price_case *k, const struct fl_price_row *row)
{
	const struct fl_price_when *w = &row->when;
	const struct fl_served *s = &k->served;
	const struct fl_calendar *hours = w->hours.n ? fl_price_calendar(k->price, w->hours) : NULL;
	bool dated = row->from != FL_DATE_NONE || row->to != FL_DATE_NONE;
	return fl_price_row_on(row, k->day) && (dated || !k->price->since || k->day >= k->price->since) &&
	       (!w->tier.n || fl_str_eq(w->tier, s->tier)) && (!w->above || k->prompt_tokens > (uint64_t)w->above) &&
	       (!w->thinking || w->thinking == s->thinking) &&
	       (!w->region.n || fl_str_eq_nocase(w->region, s->region)) &&
	       (!w->hours.n || (hours && fl_calendar_holds(hours, s->at_ms))) &&
	       (!w->snapshot.n || fl_str_eq(w->snapshot, s->model)) && (!w->fine_tuned || s->fine_tuned);
}

/* Conditions that a row states, a snapshot among them. */
static int narrowness(const struct fl_price_row *row)
{
	return __builtin_popcount(fl_price_row_conditions(row)) + (row->when.snapshot.n > 0);
}

/* Two ends outrank a start, a start an end, and that no date. */
static int datedness(const struct fl_price_row *row)
{
	return 2 * (row->from != FL_DATE_NONE) + (row->to != FL_DATE_NONE);
}

static bool speaks_of(const struct fl_price_case *k, const struct fl_price_row *row, enum fl_usage_class class)
{
	return !row->factor_billionths && row->rate[class] >= 0 && meets(k, row);
}

/* How narrow the narrowest rows are, and the highest band that one of those states; 0 without one. */
static void find_rank(const struct fl_price_case *k, enum fl_usage_class class, int *narrowest, int64_t *band)
{
	*narrowest = -1;
	*band = 0;
	for (size_t i = 0; i < k->price->rows; i++) {
		const struct fl_price_row *row = &k->price->row[i];
		int n = speaks_of(k, row, class) ? narrowness(row) : -1;
		if (n < 0 || n < *narrowest)
			continue;
		*band = n > *narrowest ? row->when.above : FL_MAX(*band, row->when.above);
		*narrowest = n;
	}
}

/* One stage after the other, so that the order of the rows decides nothing: pairs alone may go round in a circle. */
const struct fl_price_row *fl_price_select(const struct fl_price_case *k, enum fl_usage_class class, bool *tie)
{
	const struct fl_price_row *best = NULL;
	int narrowest;
	int64_t band;
	find_rank(k, class, &narrowest, &band);
	*tie = false;
	for (size_t i = 0; i < k->price->rows; i++) {
		const struct fl_price_row *row = &k->price->row[i];
		if (!speaks_of(k, row, class) || narrowness(row) != narrowest ||
		    (row->when.above && row->when.above != band) || (best && datedness(row) < datedness(best)))
			continue;
		*tie = best && datedness(row) == datedness(best);
		best = row;
	}
	return *tie ? NULL : best;
}

static bool stacks_with(const struct fl_price_row *factor, unsigned conditions)
{
	unsigned allowed = 0;
	for (size_t i = 0; i < factor->stacks.n; i++)
		allowed |= 1u << ((const int *)factor->stacks.p)[i];
	return (conditions & ~allowed & ~fl_price_row_conditions(factor)) == 0;
}

static void say(char problem[FL_RECEIPT_PROBLEM], const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(problem, FL_RECEIPT_PROBLEM, fmt, ap);
	va_end(ap);
}

bool fl_price_factors(const struct fl_price_case *k, const struct fl_price_row *row,
                      const struct fl_price_row *factor[FL_PRICE_FACTORS], size_t *factors,
                      char problem[FL_RECEIPT_PROBLEM])
{
	unsigned covered = fl_price_row_conditions(row), used = covered;
	*factors = 0;
	for (size_t i = 0; i < k->price->rows; i++) {
		const struct fl_price_row *f = &k->price->row[i];
		if (!f->factor_billionths || !meets(k, f) || (fl_price_row_conditions(f) & covered))
			continue;
		if (*factors == FL_PRICE_FACTORS) {
			say(problem, "more than %d factors apply to this call", FL_PRICE_FACTORS);
			return false;
		}
		factor[(*factors)++] = f;
		used |= fl_price_row_conditions(f);
	}
	for (size_t i = 0; i < *factors; i++) {
		if (!stacks_with(factor[i], used)) {
			say(problem,
			    "whether a factor (tier '%.*s', region '%.*s') stacks with the other conditions is not "
			    "stated",
			    FL_FMT(factor[i]->when.tier), FL_FMT(factor[i]->when.region));
			return false;
		}
	}
	if (k->served.tier.n && !(used & 1u << FL_COND_TIER)) {
		say(problem, "no price is known for the service tier '%.*s'", FL_FMT(k->served.tier));
		return false;
	}
	return true;
}
