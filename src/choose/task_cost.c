/*
 * What a call costs and how long it takes.
 *
 *   thinking tokens = (m - 1) x max(answer, FL_THINKING_LEAST), m the output tokens of the setting on the suite of
 *   Artificial Analysis relative to the median of models that do not think (the same questions for all). A setting without
 *   a run of its own takes that of another level of the model, scaled by the ladder of effort.h, else the median of all that
 *   think. Input and answer are multiplied by the tokenizer's factor where one is known.
 *
 *   seconds = to the first token of the answer + answer / tokens a second, as measured at that level; on own machines
 *   prefill and decode of fit/, at their low ends. Where waiting has a price and a level was not measured, the slowest level
 *   of the model stands in, else the median of what was measured (of levels that think, or of those that do not): unknown
 *   is not free.
 */
#include "choose/advise_int.h"

#include <math.h>

enum { FL_THINKING_LEAST = 100 }; /* tokens: a one-word answer is thought over too */

static const char suite[] = "aa-intelligence-index";

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(double *v, size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof *v, ascending);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Median output tokens of the suite: of models that do not think, and of those that do, per unit of their effort. */
void fl_advice_medians(struct fl_advice *v)
{
	const struct fl_catalog *c = v->catalog;
	double p[512], t[512];
	size_t np = 0, nt = 0;
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
		for (size_t j = 0; j < m->run_costs.n; j++) {
			const struct fl_run_cost *r = &((const struct fl_run_cost *)m->run_costs.p)[j];
			enum fl_effort e = fl_effort_of(m, r->variant);
			if (!fl_str_is(r->benchmark, suite) || r->output_tokens <= 0)
				continue;
			if (fl_effort_thinks(e) && nt < FL_COUNT(t))
				t[nt++] = (double)r->output_tokens / fl_effort_scale(e);
			else if (!fl_effort_thinks(e) && fl_claim_yes(c, &m->reasons) != FL_YES && np < FL_COUNT(p))
				p[np++] = (double)r->output_tokens;
		}
	}
	v->suite_plain = median(p, np);
	v->suite_thinking = median(t, nt);
}

static const struct fl_run_cost *run_of(const struct fl_catalog_model *m, enum fl_effort wanted, bool exact,
                                        enum fl_effort *found)
{
	const struct fl_run_cost *best = NULL;
	for (size_t j = 0; j < m->run_costs.n; j++) {
		const struct fl_run_cost *r = &((const struct fl_run_cost *)m->run_costs.p)[j];
		enum fl_effort e = fl_effort_of(m, r->variant);
		if (!fl_str_is(r->benchmark, suite) || r->output_tokens <= 0 ||
		    (exact ? e != wanted : !fl_effort_thinks(e)))
			continue;
		best = r;
		*found = e;
	}
	return best;
}

static bool known_to_think(const struct fl_advice *v, const struct fl_setting *s)
{
	return fl_effort_thinks(s->effort) ||
	       (s->effort == FL_EFFORT_PLAIN && fl_claim_yes(v->catalog, &s->offer.model->reasons) == FL_YES);
}

void fl_setting_tokens(const struct fl_advice *v, struct fl_setting *s)
{
	const struct fl_catalog_model *m = s->offer.model;
	const struct fl_claim *factor = fl_claim_best(v->catalog, &m->token_factor);
	double plain = v->suite_plain, thinking = v->suite_thinking;
	enum fl_effort at = FL_EFFORT_PLAIN;
	s->token_factor = factor && factor->figure > 0 ? factor->figure : 1;
	s->tokens_times = 1;
	s->tokens_basis = FL_S("does not think");
	const struct fl_run_cost *r = run_of(m, s->effort, true, &at);
	double level = fl_effort_scale(s->effort == FL_EFFORT_PLAIN ? FL_EFFORT_ON : s->effort);
	if (r && plain > 0) {
		s->tokens_times = (double)r->output_tokens / plain;
		s->tokens_basis = FL_S("measured on the suite of Artificial Analysis");
	} else if (known_to_think(v, s) && (r = run_of(m, s->effort, false, &at)) && plain > 0) {
		double excess = (double)r->output_tokens / plain - 1;
		s->tokens_times = 1 + FL_MAX(excess, 0.0) * level / fl_effort_scale(at);
		s->tokens_basis = FL_SAY(v, "from its run at %s, by the ladder of efforts", fl_effort_words[at]);
	} else if (known_to_think(v, s) && plain > 0) {
		s->tokens_times = 1 + FL_MAX(thinking / plain - 1, 0.0) * level;
		s->tokens_basis = FL_S("median of models that think");
	}
	double answer = FL_MAX((double)v->out_tokens, (double)FL_THINKING_LEAST);
	s->thinking_tokens = s->tokens_times > 1 ? llround((s->tokens_times - 1) * answer * s->token_factor) : 0;
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
	double answer = FL_MAX((double)x->out_tokens, (double)FL_THINKING_LEAST);
	double more = s->tokens_times > 1 ? (s->tokens_times - 1) * answer : 0;
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
		double more = s->tokens_times > 1
		                  ? (s->tokens_times - 1) * FL_MAX((double)x->out_tokens, (double)FL_THINKING_LEAST)
		                  : 0;
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
	v->usual_first_s[0] = median(first[0], n[0]);
	v->usual_first_s[1] = median(first[1], n[1]);
	v->usual_tokens_per_s = median(rate, rates);
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
	return v->usual_first_s[known_to_think(v, s)] + (v->usual_tokens_per_s > 0 ? out / v->usual_tokens_per_s : 0);
}
