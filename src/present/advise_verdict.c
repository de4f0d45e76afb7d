/* What text, JSON and page say alike. */
#include "present/advise_view.h"

#include "present/figure.h"

struct fl_str fl_advise_sentence(const struct fl_advice *v)
{
	struct fl_arena *a = v->arena;
	if (v->verdict < 0)
		return v->removed.n ? FL_S("No model of the catalogue meets all needs.")
		                    : FL_S("No model has both comparable scores and a price on that day.");
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
