/* What text, JSON and page say alike. */
#include "present/advise_view.h"

#include "present/figure.h"

#include <math.h>

enum { TRUST_SHOWN = 3 }; /* entries of a lab's record */

/* ", though its context and p95 are not known"; empty when all needs are known to be met. */
static struct fl_str though(const struct fl_advice *v, const struct fl_setting *s)
{
	struct fl_str need[FL_ADVISE_NEEDS], list = {0};
	size_t n = fl_advice_not_known(v, s, need, FL_COUNT(need));
	for (size_t i = 0; i < n; i++)
		list = fl_arena_printf(v->arena, "%.*s%s%.*s", FL_FMT(list),
		                       i == 0      ? ""
		                       : i + 1 < n ? ", "
		                                   : " and ",
		                       FL_FMT(need[i]));
	return n ? fl_arena_printf(v->arena, ", though its %.*s %s not known", FL_FMT(list), n > 1 ? "are" : "is")
	         : list;
}

struct fl_str fl_advise_sentence(const struct fl_advice *v)
{
	struct fl_arena *a = v->arena;
	if (v->verdict < 0)
		return v->removed.n && !v->setting.n
		           ? FL_S("No model of the catalogue meets all needs.")
		           : FL_S("No model is left that has both comparable scores and a price on that day.");
	const struct fl_setting *s = &v->setting.p[v->verdict];
	size_t tied = 0;
	for (size_t i = 0; i < v->ranked; i++)
		tied += v->setting.p[i].tie == s->tie;
	int64_t month = fl_advice_month(v, s);
	struct fl_str text = fl_arena_printf(
	    a, "%.*s: about %.*s right (+- %.*s) on an average public test of %s, %.*s a call%s", FL_FMT(s->name),
	    FL_FMT(fl_show_share(a, s->share)), FL_FMT(fl_show_points(a, 1.96 * s->share_error)), v->category->name,
	    FL_FMT(fl_show_money(a, s->cost_nusd)),
	    month >= 0 ? fl_arena_printf(a, ", %.*s a month", FL_FMT(fl_show_money(a, month))).p : "");
	if (s->own && s->fit.device)
		text = fl_arena_printf(a, "%.*s, on your %.*s in %s", FL_FMT(text), FL_FMT(s->fit.device->name),
		                       s->fit.want.quant->name);
	text = fl_arena_printf(
	    a, "%s%.*s%.*s",
	    v->met ? "" : "No model of the catalogue is known to meet all needs. Of those that may: ", FL_FMT(text),
	    FL_FMT(though(v, s)));
	if (s->own_items)
		text = fl_arena_printf(a, "%.*s. Your own %zu results (%.*s) count for %.0f %% of that", FL_FMT(text),
		                       s->own_items, FL_FMT(fl_show_share(a, s->own_share)),
		                       100 * (double)s->own_items / (double)(s->own_items + FL_OWN_PRIOR));
	if (!s->measured)
		text = fl_arena_printf(a, "%.*s. It has no comparable public scores: %s", FL_FMT(text),
		                       s->ability.of
		                           ? fl_arena_printf(a, "those of %.*s stand in", FL_FMT(s->ability.of->id)).p
		                           : "nothing is known of how good it is");
	if (s->leaves.n)
		text = fl_arena_printf(a, "%.*s. It will not last: %.*s", FL_FMT(text), FL_FMT(s->leaves));
	const char *kind = v->wish->prefer == FL_PREFER_OPEN     ? " with open weights, where there is one"
	                   : v->wish->prefer == FL_PREFER_CLOSED ? " of the closed ones, where there is one"
	                                                         : "";
	if (tied > 1)
		text = fl_arena_printf(
		    a,
		    "%.*s. Public scores cannot tell %zu settings apart at this worth; of those at most "
		    "%.0f points below the best it is the cheapest%s",
		    FL_FMT(text), tied, FL_CHEAPER_WITHIN * 100, kind);
	return fl_arena_printf(a, "%.*s.", FL_FMT(text));
}

size_t fl_advise_needs(const struct fl_advice *v, struct fl_need_count out[FL_ADVISE_NEEDS])
{
	size_t n = 0;
	for (size_t i = 0; i < v->removed.n; i++) {
		const struct fl_removal *r = &v->removed.p[i];
		size_t k = 0;
		while (k < n && !fl_str_eq(out[k].need, r->finding.need))
			k++;
		if (k == FL_ADVISE_NEEDS)
			continue;
		if (k == n)
			out[n++] = (struct fl_need_count){.need = r->finding.need};
		bool again = i > 0 && fl_str_eq(v->removed.p[i - 1].candidate, r->candidate) &&
		             fl_str_eq(v->removed.p[i - 1].finding.need, r->finding.need);
		out[k].candidates += !again;
		out[k].near += r->broken == 1;
	}
	return n;
}

const struct fl_score *fl_advise_steadiness(const struct fl_advice *v, const struct fl_setting *s)
{
	const struct fl_list *scores = &s->offer.model->scores;
	const struct fl_score *best = NULL;
	for (size_t i = 0; i < scores->n; i++) {
		const struct fl_score *x = &((const struct fl_score *)scores->p)[i];
		if (!fl_str_is(x->benchmark, "aa-omniscience-non-hallucination") ||
		    (x->date != FL_DATE_NONE && x->date > v->wish->day))
			continue;
		if (!best || fl_effort_of(s->offer.model, x->variant) == s->effort)
			best = x;
	}
	return best;
}

/* The host of an address; names of sources as they are. */
static struct fl_str brief(struct fl_str source)
{
	ptrdiff_t slashes = fl_str_find(source, FL_S("://"), 0);
	if (slashes < 0)
		return source;
	struct fl_str host = fl_str_sub(source, (size_t)slashes + 3, source.n);
	ptrdiff_t end = fl_str_find_char(host, '/', 0);
	return fl_str_sub(host, 0, end < 0 ? host.n : (size_t)end);
}

struct fl_str fl_advise_sourced(const struct fl_advice *v, struct fl_str fact, struct fl_str source, fl_date date)
{
	char day[FL_DATE_TEXT];
	fl_date_format(date, day);
	source = brief(source);
	if (!source.n && !day[0])
		return fact;
	return fl_arena_printf(v->arena, "%.*s (%.*s%s%s)", FL_FMT(fact), FL_FMT(source),
	                       source.n && day[0] ? ", " : "", day);
}

/* --- alternatives, trust ------------------------------------------------------------------------------------------- */

/* Why a more capable one is not named although its scores, taken at their word, would pay at this worth. */
static void tie_rule(const struct fl_advice *v, fl_sentence_fn *each, void *arg, const struct fl_setting *to,
                     double break_even_usd)
{
	const struct fl_setting *s = &v->setting.p[v->verdict];
	double value = (double)v->value_nusd / 1e9;
	if (to->utility_usd - s->utility_usd > fl_utility_margin(to, s, value))
		return;
	each(arg, fl_arena_printf(
	              v->arena,
	              "%.*s would be worth its price from %.*s a right answer on, and here one is worth %.*s%s; but "
	              "public scores cannot tell the two apart, so the tie rule named the %s",
	              FL_FMT(to->name), FL_FMT(fl_show_money(v->arena, llround(break_even_usd * 1e9))),
	              FL_FMT(fl_show_money(v->arena, v->value_nusd)), v->value_assumed ? " (assumed)" : "",
	              s->cost_nusd < to->cost_nusd ? "cheaper" : "preferred"));
}

static void pay_rule(const struct fl_advice *v, fl_sentence_fn *each, void *arg, const struct fl_setting *to)
{
	const struct fl_setting *s = &v->setting.p[v->verdict];
	double wage = (double)v->wish->pay.wage_nusd_per_hour / 1e9;
	struct fl_worth_point a = {s->share, (double)s->cost_nusd / 1e9, FL_MAX(s->latency_s, 0.0)},
	                      b = {to->share, (double)to->cost_nusd / 1e9, FL_MAX(to->latency_s, 0.0)};
	struct fl_step step = fl_step_between(a, b, v->wait_usd_per_s, wage);
	if (step.kind != FL_STEP_WORTH_IT_ABOVE)
		return;
	if ((double)v->value_nusd / 1e9 > step.break_even_usd) {
		tie_rule(v, each, arg, to, step.break_even_usd);
		return;
	}
	struct fl_str text =
	    fl_arena_printf(v->arena, "%.*s is worth its price where a right answer is worth more than %.*s",
	                    FL_FMT(to->name), FL_FMT(fl_show_money(v->arena, llround(step.break_even_usd * 1e9))));
	double minutes = (double)(v->wish->pay.saved_if_right_ms + v->wish->pay.lost_if_wrong_ms) / 60000;
	if (wage > 0 && minutes > 0)
		text = fl_arena_printf(
		    v->arena, "%.*s: at %.3g minutes a failure, from a pay of %.*s an hour on", FL_FMT(text), minutes,
		    FL_FMT(fl_show_money(v->arena, llround(step.break_even_usd / minutes * 60 * 1e9))));
	each(arg, text);
}

static void alternative(const struct fl_advice *v, fl_sentence_fn *each, void *arg, ptrdiff_t i, const char *lead)
{
	if (i < 0)
		return;
	const struct fl_setting *s = &v->setting.p[i], *won = &v->setting.p[v->verdict];
	int64_t month = fl_advice_month(v, s);
	double points = round((s->share - won->share) * 100);
	struct fl_str apart = points == 0 ? FL_S("about as good")
	                                  : fl_arena_printf(v->arena, "%.0f point%s %s", fabs(points),
	                                                    fabs(points) == 1 ? "" : "s", points < 0 ? "less" : "more");
	struct fl_str a_month =
	    month >= 0 ? fl_arena_printf(v->arena, ", %.*s a month", FL_FMT(fl_show_money(v->arena, month))) : FL_S("");
	each(arg, fl_arena_printf(v->arena, "%s: %.*s, %.*s, %.*s a call%.*s", lead, FL_FMT(s->name), FL_FMT(apart),
	                          FL_FMT(fl_show_money(v->arena, s->cost_nusd)), FL_FMT(a_month)));
}

void fl_advise_alternatives(const struct fl_advice *v, fl_sentence_fn *each, void *arg)
{
	alternative(v, each, arg, v->cheaper, "Cheaper");
	alternative(v, each, arg, v->stronger, "More capable");
	if (v->stronger >= 0)
		pay_rule(v, each, arg, &v->setting.p[v->stronger]);
}

static void trust(const struct fl_advice *v, fl_sentence_fn *each, void *arg, ptrdiff_t i, bool record)
{
	if (i < 0)
		return;
	const struct fl_setting *s = &v->setting.p[i];
	const struct fl_lab *lab = fl_catalog_lab(v->catalog, s->offer.model->lab);
	const struct fl_score *steady = fl_advise_steadiness(v, s);
	struct fl_str name = lab ? lab->name : s->offer.model->lab;
	if (steady)
		each(arg, fl_advise_sourced(
		              v,
		              fl_arena_printf(v->arena,
		                              "%.*s: abstains rather than errs in %.0f %% of what it does not know",
		                              FL_FMT(s->offer.model->id), steady->value * 100),
		              fl_sources_text(&steady->source, v->arena, 1), steady->date));
	for (size_t k = 0; lab && record && k < FL_MIN(lab->trust.n, (size_t)TRUST_SHOWN); k++) {
		const struct fl_trust *t = &((const struct fl_trust *)lab->trust.p)[k];
		each(arg, fl_advise_sourced(v,
		                            fl_arena_printf(v->arena, "%.*s, %.*s: %.*s%s%.*s", FL_FMT(name),
		                                            FL_FMT(t->kind), FL_FMT(t->summary),
		                                            t->resolved.n ? " Resolved: " : "", FL_FMT(t->resolved)),
		                            fl_sources_text(&t->source, v->arena, 1), t->date));
	}
	if (record && (!lab || !lab->trust.n))
		each(arg, fl_arena_printf(v->arena, "%.*s: the catalogue records nothing, which is no praise",
		                          FL_FMT(name)));
}

/* --- removed ------------------------------------------------------------------------------------------------------ */

void fl_advise_trust(const struct fl_advice *v, fl_sentence_fn *each, void *arg)
{
	const ptrdiff_t told[] = {v->verdict, v->cheaper, v->stronger};
	for (size_t i = 0; i < FL_COUNT(told); i++) {
		bool record = true; /* a lab's record once */
		for (size_t k = 0; k < i && told[i] >= 0; k++)
			record &= told[k] < 0 || !fl_str_eq(v->setting.p[told[k]].offer.model->lab,
			                                    v->setting.p[told[i]].offer.model->lab);
		trust(v, each, arg, told[i], record);
	}
}
