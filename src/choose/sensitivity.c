/*
 * Where the verdict changes. Along each parameter the winner is sought at points one step apart, outwards from where we
 * stand, by the same rule as the verdict itself; between the last point with the same winner and the first with another
 * the place is found by bisection, to one part in a thousand. The nearest change in each direction is reported, up to
 * FL_REACH times away.
 *
 * Announced prices: every day within a year on which a row of a candidate's price list begins or ends.
 */
#include "choose/advise_int.h"

#include "base/money.h"

#include <math.h>

enum { STEPS = 12, BISECTIONS = 14, FL_REACH = 1000, NEWS_DAYS = 366 };

const char *const fl_break_words[] = {
    "value_nusd", "wage_nusd_per_hour", "output_tokens", "input_tokens", "traffic_month", "announced_price", NULL};

struct along {
	struct fl_advice *v;
	enum fl_break_kind kind;
	double now;
};

static struct fl_scene scene_at(const struct along *p, double at)
{
	struct fl_scene x = fl_advice_scene(p->v);
	double times = at / p->now;
	switch (p->kind) {
	case FL_BREAK_VALUE:
		x.value_usd = at;
		break;
	case FL_BREAK_WAGE:
		x.value_usd *= times;
		x.wait_usd_per_s *= times;
		break;
	case FL_BREAK_OUTPUT:
		x.out_tokens = llround(at);
		break;
	case FL_BREAK_INPUT:
		x.in_tokens = llround(at);
		break;
	case FL_BREAK_TRAFFIC:
		x.traffic_month = llround(at);
		break;
	case FL_BREAK_PRICE:
		break;
	}
	return x;
}

static ptrdiff_t winner_at(const struct along *p, double at)
{
	struct fl_scene x = scene_at(p, at);
	return fl_advice_winner(p->v, &x);
}

static struct fl_str say(const struct along *p, double at, bool above, ptrdiff_t winner)
{
	struct fl_advice *v = p->v;
	struct fl_str name = winner >= 0 ? v->setting.p[winner].name : FL_S("nobody");
	const char *side = above ? "above" : "below";
	switch (p->kind) {
	case FL_BREAK_VALUE:
		return FL_SAY(v, "%s %.*s per right answer: %.*s", side, FL_FMT(fl_advice_money(v->arena, at)),
		              FL_FMT(name));
	case FL_BREAK_WAGE:
		return FL_SAY(v, "%s a pay of %.*s an hour: %.*s", side, FL_FMT(fl_advice_money(v->arena, at)),
		              FL_FMT(name));
	case FL_BREAK_OUTPUT:
	case FL_BREAK_INPUT:
		return FL_SAY(v, "%s %.*s tokens of %s a call: %.*s", side,
		              FL_FMT(fl_advice_tokens(v->arena, llround(at))),
		              p->kind == FL_BREAK_OUTPUT ? "answer" : "input", FL_FMT(name));
	case FL_BREAK_TRAFFIC:
		return FL_SAY(v, "%s %lld calls a month: %.*s", side, llround(at), FL_FMT(name));
	case FL_BREAK_PRICE:
		break;
	}
	return name;
}

static void search(struct along *p, bool up)
{
	double step = pow(FL_REACH, 1.0 / STEPS), same = p->now, other = 0;
	ptrdiff_t winner = p->v->verdict;
	for (int i = 1; i <= STEPS && winner == p->v->verdict; i++) {
		other = up ? p->now * pow(step, i) : p->now / pow(step, i);
		winner = winner_at(p, other);
		same = winner == p->v->verdict ? other : same;
	}
	if (winner == p->v->verdict)
		return;
	for (int i = 0; i < BISECTIONS; i++) {
		double middle = sqrt(same * other);
		if (winner_at(p, middle) == p->v->verdict)
			same = middle;
		else
			other = middle;
	}
	winner = winner_at(p, other);
	FL_VEC_PUSH(&p->v->sensitivity, (struct fl_break){.kind = p->kind,
	                                                  .now = p->now,
	                                                  .at = other,
	                                                  .winner = winner < 0 ? SIZE_MAX : (size_t)winner,
	                                                  .changes = true,
	                                                  .text = say(p, other, up, winner)});
}

static void both_ways(struct fl_advice *v, enum fl_break_kind kind, double now)
{
	struct along p = {v, kind, now};
	if (now <= 0)
		return;
	search(&p, false);
	search(&p, true);
}

/* --- announced prices --------------------------------------------------------------------------------------------- */

static void tell_price(struct fl_advice *v, size_t i, fl_date day, const struct fl_price_row *row)
{
	struct fl_setting *s = &v->setting.p[i];
	struct fl_scene before = fl_advice_scene(v), after = before;
	struct fl_str problem;
	int64_t was, will;
	after.day = day;
	before.day = FL_MAX(v->wish->day, day - 1);
	if (!fl_setting_cost(v, s, &before, &was, &problem) || !fl_setting_cost(v, s, &after, &will, &problem) ||
	    was == will || was == 0)
		return;
	for (size_t k = 0; k < v->sensitivity.n; k++) { /* other levels of the same offer tell nothing new */
		const struct fl_break *b = &v->sensitivity.p[k];
		if (b->kind == FL_BREAK_PRICE && (fl_date)b->at == day &&
		    v->setting.p[b->winner].offer.offer == s->offer.offer)
			return;
	}
	char text[FL_DATE_TEXT];
	ptrdiff_t winner = fl_advice_winner(v, &after);
	bool changes = winner >= 0 && winner != v->verdict;
	double times = (double)will / (double)was;
	struct fl_str how = times > 1.95 && times < 2.05 ? FL_S("doubles")
	                    : times > 1                  ? FL_SAY(v, "rises by %.0f %%", (times - 1) * 100)
	                                                 : FL_SAY(v, "falls by %.0f %%", (1 - times) * 100);
	FL_VEC_PUSH(&v->sensitivity,
	            (struct fl_break){.kind = FL_BREAK_PRICE,
	                              .now = v->wish->day,
	                              .at = day,
	                              .winner = i,
	                              .changes = changes,
	                              .source = fl_sources_text(&row->source, v->arena, 2),
	                              .text = FL_SAY(v, "%.*s %.*s on %.*s: %s%.*s", FL_FMT(s->offer.id), FL_FMT(how),
	                                             FL_FMT(fl_date_format(day, text)),
	                                             changes ? "the winner becomes " : "the winner stays",
	                                             FL_FMT(changes ? v->setting.p[winner].name : FL_S("")))});
}

static void news_of(struct fl_advice *v, size_t i)
{
	const struct fl_list *prices = &v->setting.p[i].offer.offer->prices;
	for (size_t k = 0; k < prices->n; k++) {
		const struct fl_price_row *row = &((const struct fl_price_row *)prices->p)[k];
		const fl_date day[] = {row->from, row->to};
		for (size_t d = 0; d < FL_COUNT(day); d++)
			if (day[d] != FL_DATE_NONE && day[d] > v->wish->day && day[d] <= v->wish->day + NEWS_DAYS)
				tell_price(v, i, day[d], row);
	}
}

static int changes_first(const void *a, const void *b)
{
	const struct fl_break *x = a, *y = b;
	if (x->changes != y->changes)
		return x->changes ? -1 : 1;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	return x->at < y->at ? -1 : x->at > y->at;
}

void fl_advice_sensitivity(struct fl_advice *v)
{
	struct fl_scene x = fl_advice_scene(v);
	both_ways(v, FL_BREAK_VALUE, x.value_usd);
	if (v->wish->value_nusd < 0 && v->wish->pay.wage_nusd_per_hour > 0)
		both_ways(v, FL_BREAK_WAGE, (double)v->wish->pay.wage_nusd_per_hour / (double)FL_NUSD_PER_USD);
	both_ways(v, FL_BREAK_OUTPUT, (double)x.out_tokens);
	both_ways(v, FL_BREAK_INPUT, (double)x.in_tokens);
	if (v->wish->budget_month_nusd >= 0)
		both_ways(v, FL_BREAK_TRAFFIC, (double)x.traffic_month);
	for (size_t i = 0; i < v->setting.n; i++)
		if (v->setting.p[i].priced && !v->setting.p[i].own)
			news_of(v, i);
	if (v->sensitivity.n > 1)
		qsort(v->sensitivity.p, v->sensitivity.n, sizeof *v->sensitivity.p, changes_first);
}
