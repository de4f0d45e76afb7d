#include "price/context.h"

#include "price/expect.h"
#include "price/select.h"

/* The first whole number above x, at least 1. */
static uint64_t first_above(double x)
{
	double n = floor(x) + 1;
	return n < 1 ? 1 : n < 9e18 ? (uint64_t)n : UINT64_MAX;
}

struct fl_break_even fl_cache_break_even(double write, double read)
{
	if (write <= 1 && read <= 1)
		return (struct fl_break_even){FL_PAYS_ALWAYS, 0, 1};
	if (read >= 1)
		return (struct fl_break_even){FL_PAYS_NEVER, 0, 0};
	double uses = (write - read) / (1 - read);
	return (struct fl_break_even){FL_PAYS_FROM, uses, first_above(uses)};
}

struct fl_break_even fl_break_even_of(int64_t first_nusd, int64_t later_nusd, int64_t plain_nusd)
{
	if (first_nusd <= plain_nusd && later_nusd <= plain_nusd)
		return (struct fl_break_even){FL_PAYS_ALWAYS, 0, 1};
	if (later_nusd >= plain_nusd)
		return (struct fl_break_even){FL_PAYS_NEVER, 0, 0};
	double uses = ((double)first_nusd - (double)later_nusd) / ((double)plain_nusd - (double)later_nusd);
	return (struct fl_break_even){FL_PAYS_FROM, uses, first_above(uses)};
}

/* Thresholds of rows that hold on that day, for a tier that can apply. */
static void thresholds(const struct fl_price *p, const struct fl_served *s, uint64_t prompt, struct fl_cliff *c)
{
	struct fl_price_case k;
	fl_price_case_init(&k, p, s, prompt);
	for (size_t i = 0; i < p->rows; i++) {
		const struct fl_price_row *row = &p->row[i];
		uint64_t above = (uint64_t)row->when.above;
		if (!above || !fl_price_row_on(row, k.day) ||
		    (row->when.tier.n && !fl_str_eq(row->when.tier, k.served.tier)))
			continue;
		if (above < prompt)
			c->threshold = FL_MAX(c->threshold, above);
		else
			c->next_threshold = c->next_threshold ? FL_MIN(c->next_threshold, above) : above;
	}
}

bool fl_cliff_of(const struct fl_price *p, const struct fl_served *s, uint64_t prompt, uint64_t out, struct fl_cliff *c)
{
	struct fl_usage now = fl_usage_text(prompt, 0, 0, out);
	*c = (struct fl_cliff){0};
	thresholds(p, s, prompt, c);
	if (!fl_price_cost(p, &now, s, 0, &c->now_nusd))
		return false;
	c->trimmed_nusd = c->now_nusd;
	c->above = c->threshold > 0;
	if (!c->above)
		return true;
	c->trim_tokens = prompt - c->threshold;
	struct fl_usage less = fl_usage_text(c->threshold, 0, 0, out);
	return fl_price_cost(p, &less, s, 0, &c->trimmed_nusd);
}
