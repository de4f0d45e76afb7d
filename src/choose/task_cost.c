/*
 * What a call costs and how long it takes.
 *
 *   thinking tokens as in thinking.h; input and answer are multiplied by the tokenizer's factor where one is known.
 *
 *   seconds = to the first token of the answer + answer / tokens a second, as measured at that level; on own machines
 *   prefill and decode of fit/, at their low ends. Where waiting has a price and a level was not measured, the slowest level
 *   of the model stands in, else the median of what was measured (of levels that think, or of those that do not): unknown
 *   is not free.
 */
#include "choose/advise_int.h"

#include <math.h>

void fl_setting_tokens(const struct fl_advice *v, struct fl_setting *s)
{
	const struct fl_catalog_model *m = s->offer.model;
	const struct fl_claim *factor = fl_claim_best(v->catalog, &m->token_factor);
	struct fl_thinks t = fl_thinks_of(v->catalog, &v->suite, m, s->effort);
	s->token_factor = factor && factor->figure > 0 ? factor->figure : 1;
	s->tokens_times = t.times;
	s->tokens_basis = fl_thinks_text(&t, v->arena);
	s->thinking_tokens = llround(fl_thinking_tokens(t.times, v->out_tokens) * s->token_factor);
}

/* One web search a call: the offer's own price, else that of the provider's tool. */
static int64_t search_nusd(const struct fl_advice *v, const struct fl_setting *s, const struct fl_price *p,
                           const struct fl_served *served)
{
	int64_t rate;
	if (fl_price_find(p, FL_USE_SEARCH, 1, served, &rate))
		return rate / 1000000;
	for (size_t i = 0; i < v->catalog->searches.n; i++) {
		const struct fl_search_offer *o = &((const struct fl_search_offer *)v->catalog->searches.p)[i];
		if (fl_str_eq(o->provider, s->offer.provider_id) && o->per_thousand_nusd >= 0)
			return o->per_thousand_nusd / 1000;
	}
	return -1;
}

bool fl_setting_cost(const struct fl_advice *v, const struct fl_setting *s, const struct fl_scene *x, int64_t *nusd,
                     struct fl_str *problem)
{
	*problem = (struct fl_str){0};
	*nusd = s->cost_nusd;
	if (s->cost_is_own)
		return true;
	if (s->own) {
		*nusd = 0;
		return true;
	}
	struct fl_price p = fl_offer_price(v->catalog, s->offer.offer);
	struct fl_served served = {.thinking = s->thinking_tokens > 0 ? FL_THINKING_ON : FL_THINKING_OFF,
	                           .at_ms = x->day * FL_DAY_MS + FL_DAY_MS / 2};
	if (v->wish->needs.region.n) /* what is processed in a region has that region's price */
		served.region = *(const struct fl_str *)v->wish->needs.region.p;
	double more = fl_thinking_tokens(s->tokens_times, x->out_tokens);
	struct fl_usage u = {.reported = true};
	struct fl_receipt r;
	u.units[FL_USE_INPUT] = (uint64_t)llround((double)x->in_tokens * s->token_factor);
	u.units[FL_USE_OUTPUT] = (uint64_t)llround((double)x->out_tokens * s->token_factor);
	u.units[FL_USE_REASONING] = (uint64_t)llround(more * s->token_factor);
	fl_price_receipt(&p, &u, &served, 0, &r);
	int64_t search = v->searches ? search_nusd(v, s, &p, &served) : 0;
	if (!r.priced || p.kind == FL_PRICE_UNKNOWN) {
		*problem = p.kind == FL_PRICE_UNKNOWN ? FL_S("no price is known")
		                                      : fl_arena_dup(v->arena, fl_str_from(r.problem));
		return false;
	}
	if (search < 0) {
		*problem = FL_S("what a web search costs there is not known");
		return false;
	}
	*nusd = r.total_nusd + search;
	return true;
}

static double seconds_of(const struct fl_speed *m, double out)
{
	return (m->first_answer_s > 0 ? m->first_answer_s : m->first_token_s) + out / m->tokens_per_s;
}

static bool was_measured(const struct fl_speed *m)
{
	return m->tokens_per_s > 0 && (m->first_answer_s > 0 || m->first_token_s > 0);
}

double fl_setting_latency(const struct fl_setting *s, const struct fl_scene *x)
{
	const struct fl_list *speed = &s->offer.model->speed;
	const struct fl_speed *best = NULL;
	double out = (double)x->out_tokens * s->token_factor;
	if (s->own) {
		double more = fl_thinking_tokens(s->tokens_times, x->out_tokens);
		if (!s->fit.device || !s->fit.fit.decode.known)
			return -1;
		double read = s->fit.fit.prefill.known ? (double)x->in_tokens / s->fit.fit.prefill.low : 0;
		return read + (out + more) / s->fit.fit.decode.low;
	}
	for (size_t i = 0; i < speed->n; i++) {
		const struct fl_speed *m = &((const struct fl_speed *)speed->p)[i];
		if (fl_effort_of(s->offer.model, m->variant) == s->effort && was_measured(m) &&
		    (!best || m->date > best->date))
			best = m;
	}
	return best ? seconds_of(best, out) : -1;
}

/* Median time to the first token of the answer, and median speed, of all that was measured. */
void fl_advice_speeds(struct fl_advice *v)
{
	double first[2][1024], rate[1024];
	size_t n[2] = {0}, rates = 0;
	for (size_t i = 0; i < v->catalog->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)v->catalog->models.p)[i];
		for (size_t j = 0; j < m->speed.n && rates < FL_COUNT(rate); j++) {
			const struct fl_speed *x = &((const struct fl_speed *)m->speed.p)[j];
			int thinks = fl_effort_thinks(fl_effort_of(m, x->variant));
			if (!was_measured(x))
				continue;
			first[thinks][n[thinks]++] = seconds_of(x, 0);
			rate[rates++] = x->tokens_per_s;
		}
	}
	v->usual_first_s[0] = fl_median(first[0], n[0]);
	v->usual_first_s[1] = fl_median(first[1], n[1]);
	v->usual_tokens_per_s = fl_median(rate, rates);
}

double fl_setting_wait(const struct fl_advice *v, const struct fl_setting *s, const struct fl_scene *x)
{
	const struct fl_list *speed = &s->offer.model->speed;
	double out = (double)x->out_tokens * s->token_factor, known = fl_setting_latency(s, x), most = 0;
	if (known >= 0)
		return known;
	for (size_t i = 0; i < speed->n; i++) {
		const struct fl_speed *m = &((const struct fl_speed *)speed->p)[i];
		if (was_measured(m))
			most = FL_MAX(most, seconds_of(m, out));
	}
	if (most > 0)
		return most;
	return v->usual_first_s[fl_known_to_think(v->catalog, s->offer.model, s->effort)] +
	       (v->usual_tokens_per_s > 0 ? out / v->usual_tokens_per_s : 0);
}
