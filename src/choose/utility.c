/* Utility, ties, and who is named; the same rule for the advice itself and for every circumstance that is tried. */
#include "choose/advise_int.h"

#include "base/money.h"

#include <math.h>

struct fl_scene fl_advice_scene(const struct fl_advice *v)
{
	return (struct fl_scene){.value_usd = (double)v->value_nusd / (double)FL_NUSD_PER_USD,
	                         .wait_usd_per_s = v->wait_usd_per_s,
	                         .in_tokens = v->in_tokens,
	                         .out_tokens = v->out_tokens,
	                         .traffic_month = v->wish->traffic_month,
	                         .day = v->wish->day};
}

/* Settings of one model share most of their error: half of it is taken as common. */
double fl_utility_margin(const struct fl_setting *x, const struct fl_setting *y, double value_usd)
{
	double squares = x->share_error * x->share_error + y->share_error * y->share_error;
	if (x->offer.model == y->offer.model)
		squares /= 2;
	return 1.96 * fabs(value_usd) * sqrt(squares);
}

/* A setting in some circumstances. */
struct place {
	size_t i;
	double total_usd; /* cost and waiting */
	double utility_usd;
	int doubt; /* as of doubt_of: the least is named */
	bool thin; /* too little is known of it to be named for its price */
};

/* 0: may be named; 1: not while such a one is left; 2: nor while 1 is left, for a hard need comes before a good score. */
static int doubt_of(const struct fl_setting *s)
{
	return s->unknown ? 2 : !s->measured || s->leaves.n;
}

static bool within_money(const struct fl_advice *v, const struct fl_scene *x, int64_t cost)
{
	const struct fl_advise_wish *w = v->wish;
	if (w->needs.cost_nusd >= 0 && cost > w->needs.cost_nusd)
		return false;
	int64_t month;
	return w->budget_month_nusd < 0 || x->traffic_month == 0 ||
	       (fl_mul_i64(cost, x->traffic_month, &month) && month <= w->budget_month_nusd);
}

static bool place_of(const struct fl_advice *v, const struct fl_scene *x, size_t i, struct place *out)
{
	const struct fl_setting *s = &v->setting.p[i];
	struct fl_str problem;
	int64_t cost;
	if (!s->known || !fl_setting_cost(v, s, x, &cost, &problem) || !within_money(v, x, cost))
		return false;
	double wait_s = x->wait_usd_per_s > 0 ? fl_setting_wait(v, s, x) : 0;
	*out = (struct place){.i = i, .doubt = doubt_of(s), .thin = s->ability.tests < FL_TESTS_LEAST && !s->own_items};
	out->total_usd = (double)cost / (double)FL_NUSD_PER_USD + x->wait_usd_per_s * wait_s;
	out->utility_usd = x->value_usd * s->share - out->total_usd;
	return true;
}

static bool preferred(const struct fl_advice *v, size_t i)
{
	bool open = v->setting.p[i].open;
	return v->wish->prefer == FL_PREFER_ANY || open == (v->wish->prefer == FL_PREFER_OPEN);
}

/* Cheaper first, then the better, then by name, so that nothing depends on an order. */
static bool named_before(const struct fl_advice *v, const struct place *a, const struct place *b)
{
	if (preferred(v, a->i) != preferred(v, b->i))
		return preferred(v, a->i);
	if (a->total_usd != b->total_usd)
		return a->total_usd < b->total_usd;
	if (a->utility_usd != b->utility_usd)
		return a->utility_usd > b->utility_usd;
	return fl_str_cmp(v->setting.p[a->i].name, v->setting.p[b->i].name) < 0;
}

ptrdiff_t fl_advice_winner(const struct fl_advice *v, const struct fl_scene *x)
{
	struct place *place = fl_alloc(FL_MAX(v->setting.n, (size_t)1) * sizeof *place);
	size_t n = 0, best = SIZE_MAX, named = SIZE_MAX;
	for (size_t i = 0; i < v->setting.n; i++)
		if (place_of(v, x, i, &place[n])) {
			const struct place *b = best == SIZE_MAX ? NULL : &place[best];
			if (!b || place[n].doubt < b->doubt ||
			    (place[n].doubt == b->doubt && place[n].utility_usd > b->utility_usd))
				best = n;
			n++;
		}
	for (size_t i = 0; i < n; i++) {
		double less = place[best].utility_usd - place[i].utility_usd;
		double margin =
		    fl_utility_margin(&v->setting.p[place[best].i], &v->setting.p[place[i].i], x->value_usd);
		double points = v->setting.p[place[best].i].share - v->setting.p[place[i].i].share;
		bool ties = i == best || (place[i].doubt == place[best].doubt && !place[i].thin && less <= margin &&
		                          points <= FL_CHEAPER_WITHIN);
		if (ties && (named == SIZE_MAX || named_before(v, &place[i], &place[named])))
			named = i;
	}
	ptrdiff_t winner = named == SIZE_MAX ? -1 : (ptrdiff_t)place[named].i;
	free(place);
	return winner;
}

/* --- the ranking -------------------------------------------------------------------------------------------------- */

enum { UNRANKED = 3 };

static int class_of(const struct fl_setting *s)
{
	return !s->known || !s->priced ? UNRANKED : doubt_of(s);
}

static int by_utility(const void *a, const void *b)
{
	const struct fl_setting *x = a, *y = b;
	if (class_of(x) != class_of(y))
		return class_of(x) - class_of(y);
	if (class_of(x) < UNRANKED && x->utility_usd != y->utility_usd)
		return x->utility_usd < y->utility_usd ? 1 : -1;
	return fl_str_cmp(x->name, y->name);
}

static void group_ties(struct fl_advice *v)
{
	double value = fl_advice_scene(v).value_usd;
	size_t first = 0, group = 1;
	for (size_t i = 0; i < v->ranked; i++) {
		struct fl_setting *s = &v->setting.p[i], *best = &v->setting.p[first];
		if (best->utility_usd - s->utility_usd > fl_utility_margin(best, s, value)) {
			first = i;
			group++;
		}
		s->tie = group;
	}
}

/* Best utility of those that the test takes, apart from the verdict's model. */
static ptrdiff_t alternative(const struct fl_advice *v, bool stronger)
{
	const struct fl_setting *won = &v->setting.p[v->verdict];
	ptrdiff_t found = -1;
	for (size_t i = 0; i < v->ranked; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->offer.model == won->offer.model)
			continue;
		bool fits = stronger ? s->share >= won->share + FL_STRONGER_BY
		                     : s->cost_nusd < won->cost_nusd && s->share >= won->share - FL_CHEAPER_WITHIN;
		const struct fl_setting *best = found < 0 ? NULL : &v->setting.p[found];
		if (fits && (!best || (stronger ? s->utility_usd > best->utility_usd : s->cost_nusd < best->cost_nusd)))
			found = (ptrdiff_t)i;
	}
	return found;
}

void fl_advice_rank(struct fl_advice *v)
{
	struct fl_scene x = fl_advice_scene(v);
	size_t of_class[UNRANKED + 1] = {0};
	v->ranked = v->met = 0;
	for (size_t i = 0; i < v->setting.n; i++) {
		struct fl_setting *s = &v->setting.p[i];
		s->latency_s = fl_setting_latency(s, &x);
		s->utility_usd = x.value_usd * s->share - (double)s->cost_nusd / (double)FL_NUSD_PER_USD -
		                 x.wait_usd_per_s * fl_setting_wait(v, s, &x);
		of_class[class_of(s)]++;
		v->met += s->unknown == 0;
	}
	for (int c = 0; c < UNRANKED && !v->ranked; c++)
		v->ranked = of_class[c];
	if (v->setting.n > 1)
		qsort(v->setting.p, v->setting.n, sizeof *v->setting.p, by_utility);
	group_ties(v);
	v->verdict = fl_advice_winner(v, &x);
	v->cheaper = v->verdict >= 0 ? alternative(v, false) : -1;
	v->stronger = v->verdict >= 0 ? alternative(v, true) : -1;
}
