/*
 * select.c - the rules of price.h as a filter and a ranking.
 *
 * A row's rank is the number of conditions it states; then the height of its context band; then whether it has dates
 * (both, a start, an end). All rows considered meet the call, so more conditions mean a narrower statement.
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

bool fl_price_row_on(const struct fl_price_row *row, fl_date day)
{
	return row->status != FL_PRICE_CANCELLED && row->status != FL_PRICE_DISPUTED &&
	       (row->from == FL_DATE_NONE || day >= row->from) && (row->to == FL_DATE_NONE || day < row->to);
}

unsigned fl_price_row_conditions(const struct fl_price_row *row)
{
	const struct fl_price_when *w = &row->when;
	return (w->tier.n ? 1u << FL_COND_TIER : 0) | (w->above ? 1u << FL_COND_ABOVE : 0) |
	       (w->thinking ? 1u << FL_COND_THINKING : 0) | (w->region.n ? 1u << FL_COND_REGION : 0) |
	       (w->hours.n ? 1u << FL_COND_HOURS : 0) | (w->fine_tuned ? 1u << FL_COND_FINE_TUNED : 0);
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
	return fl_price_row_on(row, k->day) && (!w->tier.n || fl_str_eq(w->tier, s->tier)) &&
	       (!w->above || k->prompt_tokens > (uint64_t)w->above) && (!w->thinking || w->thinking == s->thinking) &&
	       (!w->region.n || fl_str_eq_nocase(w->region, s->region)) &&
	       (!w->hours.n || (hours && fl_calendar_holds(hours, s->at_ms))) &&
	       (!w->snapshot.n || fl_str_eq(w->snapshot, s->model)) && (!w->fine_tuned || s->fine_tuned);
}

static int rank(const struct fl_price_row *row)
{
	int conditions = __builtin_popcount(fl_price_row_conditions(row)) + (row->when.snapshot.n > 0);
	return conditions * 4 + (row->from != FL_DATE_NONE ? 2 : 0) + (row->to != FL_DATE_NONE ? 1 : 0);
}

static bool outranks(const struct fl_price_row *a, const struct fl_price_row *b)
{
	if (a->when.above && b->when.above && a->when.above != b->when.above && rank(a) / 4 == rank(b) / 4)
		return a->when.above > b->when.above;
	return rank(a) > rank(b);
}

const struct fl_price_row *fl_price_select(const struct fl_price_case *k, enum fl_usage_class class, bool *tie)
{
	const struct fl_price_row *best = NULL;
	*tie = false;
	for (size_t i = 0; i < k->price->rows; i++) {
		const struct fl_price_row *row = &k->price->row[i];
		if (row->factor_billionths || row->rate[class] < 0 || !meets(k, row))
			continue;
		if (best && !outranks(row, best)) {
			*tie |= !outranks(best, row);
			continue;
		}
		best = row;
		*tie = false;
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
                      const struct fl_price_row *factor[3], size_t *factors, char problem[FL_RECEIPT_PROBLEM])
{
	unsigned covered = fl_price_row_conditions(row), used = covered;
	*factors = 0;
	for (size_t i = 0; i < k->price->rows && *factors < 3; i++) {
		const struct fl_price_row *f = &k->price->row[i];
		if (!f->factor_billionths || !meets(k, f) || (fl_price_row_conditions(f) & covered))
			continue;
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

/* --- rows that tie ------------------------------------------------------------------------------------------------ */

static bool days_overlap(const struct fl_price_row *a, const struct fl_price_row *b)
{
	return (a->to == FL_DATE_NONE || b->from == FL_DATE_NONE || b->from < a->to) &&
	       (b->to == FL_DATE_NONE || a->from == FL_DATE_NONE || a->from < b->to);
}

static bool same_conditions(const struct fl_price_when *a, const struct fl_price_when *b)
{
	return fl_str_eq(a->tier, b->tier) && a->above == b->above && a->thinking == b->thinking &&
	       fl_str_eq_nocase(a->region, b->region) && fl_str_eq(a->hours, b->hours) &&
	       fl_str_eq(a->snapshot, b->snapshot) && a->fine_tuned == b->fine_tuned;
}

static bool bills(const struct fl_price_row *row)
{
	return row->status != FL_PRICE_CANCELLED && row->status != FL_PRICE_DISPUTED;
}

bool fl_price_tie(const struct fl_price *p, const struct fl_price_row **a, const struct fl_price_row **b,
                  enum fl_usage_class *class)
{
	for (size_t i = 0; i < p->rows; i++) {
		for (size_t j = i + 1; j < p->rows; j++) {
			*a = &p->row[i];
			*b = &p->row[j];
			if (!bills(*a) || !bills(*b) || !same_conditions(&(*a)->when, &(*b)->when) ||
			    rank(*a) != rank(*b) || !days_overlap(*a, *b) ||
			    !(*a)->factor_billionths != !(*b)->factor_billionths)
				continue;
			for (int c = 0; c < FL_USE_CLASSES; c++) {
				*class = (enum fl_usage_class)c;
				if ((*a)->factor_billionths || ((*a)->rate[c] >= 0 && (*b)->rate[c] >= 0))
					return true;
			}
		}
	}
	return false;
}
