#include "price/offer_price.h"

#include <stdlib.h>

struct fl_price fl_offer_price(const struct fl_catalog *c, const struct fl_catalog_offer *o)
{
	return (struct fl_price){.kind = o->prices.n ? FL_PRICE_TOKENS : FL_PRICE_UNKNOWN,
	                         .row = o->prices.p,
	                         .rows = o->prices.n,
	                         .calendar = c->calendars.p,
	                         .calendar_name = c->calendars.name,
	                         .calendars = c->calendars.n,
	                         .since = o->since};
}

/* Noon of the day, off any peak that a calendar knows: a list shows the plain row. */
static struct fl_served plain_on(fl_date day)
{
	return (struct fl_served){.thinking = FL_THINKING_OFF, .at_ms = day * FL_DAY_MS + FL_DAY_MS / 2};
}

int64_t fl_offer_rate(const struct fl_catalog *c, const struct fl_catalog_offer *o, enum fl_usage_class class,
                      fl_date day)
{
	struct fl_price p = fl_offer_price(c, o);
	struct fl_served s = plain_on(day);
	int64_t rate;
	if ((o->from != FL_DATE_NONE && day < o->from) || (o->to != FL_DATE_NONE && day >= o->to))
		return -1;
	const struct fl_price_row *row = fl_price_find(&p, class, 1, &s, &rate);
	return row && row->rate[class] >= 0 ? rate : -1;
}

static int by_day(const void *a, const void *b)
{
	const struct fl_rate_step *x = a, *y = b;
	return x->from < y->from ? -1 : x->from > y->from;
}

size_t fl_offer_history(const struct fl_catalog *c, const struct fl_offer_ref *ref, enum fl_usage_class class,
                        struct fl_arena *a, struct fl_rate_step **out)
{
	const struct fl_catalog_offer *o = ref->offer;
	struct fl_rate_step *step = FL_NEW_ARRAY(a, struct fl_rate_step, 2 * o->prices.n + 1);
	struct fl_price p = fl_offer_price(c, o);
	size_t n = 0, kept = 0;
	step[n++].from = o->since;
	for (size_t i = 0; i < o->prices.n; i++) {
		const struct fl_price_row *row = &((const struct fl_price_row *)o->prices.p)[i];
		if (row->from != FL_DATE_NONE)
			step[n++].from = row->from;
		if (row->to != FL_DATE_NONE)
			step[n++].from = row->to;
	}
	qsort(step, n, sizeof *step, by_day);
	for (size_t i = 0; i < n; i++) {
		fl_date day = step[i].from == FL_DATE_NONE ? step[n - 1].from : step[i].from;
		struct fl_served s = plain_on(day == FL_DATE_NONE ? 0 : day);
		int64_t rate = -1;
		const struct fl_price_row *row = fl_price_find(&p, class, 1, &s, &rate);
		if ((kept && step[kept - 1].rate == rate) || (!kept && !row))
			continue;
		step[kept++] = (struct fl_rate_step){day, row ? rate : -1, row};
	}
	*out = step;
	return kept;
}
