/* From offers to settings: what is removed, what stays, and what is known of it. */
#include "choose/advise.h"

#include "base/money.h"
#include "choose/advise_int.h"

#include <math.h>

void fl_advise_wish_init(struct fl_advise_wish *w)
{
	*w = (struct fl_advise_wish){.in_tokens = -1, .out_tokens = -1, .value_nusd = -1, .budget_month_nusd = -1};
	fl_schema_defaults(&fl_needs_table, &w->needs);
}

struct fl_str fl_advice_money(struct fl_arena *a, double usd)
{
	char text[FL_MONEY_TEXT];
	double nusd = FL_MIN(FL_MAX(usd, -9e9), 9e9) * (double)FL_NUSD_PER_USD;
	return fl_arena_dup(a, fl_money_format(llround(nusd), text));
}

struct fl_str fl_advice_tokens(struct fl_arena *a, int64_t tokens)
{
	return tokens >= 1000000 ? fl_arena_printf(a, "%.4gM", (double)tokens / 1e6)
	       : tokens >= 1000  ? fl_arena_printf(a, "%.4gk", (double)tokens / 1e3)
	                         : fl_arena_printf(a, "%lld", (long long)tokens);
}

int64_t fl_advice_month(const struct fl_advice *v, const struct fl_setting *s)
{
	int64_t month;
	return s->priced && v->wish->traffic_month > 0 && fl_mul_i64(s->cost_nusd, v->wish->traffic_month, &month)
	           ? month
	           : -1;
}

size_t fl_advice_not_known(const struct fl_advice *v, const struct fl_setting *s, struct fl_str *need, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < v->unknown.n && n < most; i++) {
		bool told = !fl_str_eq(v->unknown.p[i].candidate, s->offer.id);
		for (size_t k = 0; k < n; k++)
			told |= fl_str_eq(need[k], v->unknown.p[i].finding.need);
		if (!told)
			need[n++] = v->unknown.p[i].finding.need;
	}
	return n;
}

/* --- the wish is checked ------------------------------------------------------------------------------------------ */

static enum fl_code check_labs(const struct fl_catalog *c, const struct fl_list *labs, struct fl_err *err)
{
	const char *names[512];
	size_t n = 0;
	for (size_t i = 0; i < c->labs.n && n < FL_COUNT(names); i++)
		names[n++] = c->labs.name[i].p;
	for (size_t i = 0; i < labs->n; i++) {
		struct fl_str lab = ((const struct fl_str *)labs->p)[i];
		if (fl_catalog_lab(c, lab))
			continue;
		const char *near = fl_suggest(lab, names, n);
		fl_err_set(err, FL_E_NOT_FOUND, "exclude.labs: the catalogue knows no lab '%.*s'", FL_FMT(lab));
		fl_err_found(err, "'%.*s'", FL_FMT(lab));
		fl_err_expected(err, "an id such as %s, openai, anthropic or google", near ? near : "xai");
		if (near)
			fl_err_help(err, "did you mean '%s'?", near);
		return FL_E_NOT_FOUND;
	}
	return FL_OK;
}

static enum fl_code check_devices(const struct fl_catalog *c, const struct fl_list *devices, struct fl_err *err)
{
	for (size_t i = 0; i < devices->n; i++) {
		struct fl_str name = ((const struct fl_str *)devices->p)[i], near[3];
		if (fl_device_find(&c->devices, name, NULL))
			continue;
		size_t n = fl_device_near(&c->devices, name, near);
		fl_err_set(err, FL_E_NOT_FOUND, "there is no device '%.*s' in the catalogue", FL_FMT(name));
		fl_err_found(err, "'%.*s'", FL_FMT(name));
		if (n)
			fl_err_expected(err, "a device such as %.*s or rtx-4090", FL_FMT(near[0]));
		return FL_E_NOT_FOUND;
	}
	return FL_OK;
}

static enum fl_code check_words(const char *need, const struct fl_list *l, const char *const *known, size_t n,
                                struct fl_err *err)
{
	for (size_t i = 0; i < l->n; i++) {
		struct fl_str word = ((const struct fl_str *)l->p)[i];
		bool found = false;
		for (size_t k = 0; k < n; k++)
			found |= fl_str_eq_nocase(word, fl_str_from(known[k]));
		if (found)
			continue;
		const char *near = fl_suggest(word, known, n);
		fl_err_set(err, FL_E_INVALID, "%s: '%.*s' is no word of this need", need, FL_FMT(word));
		fl_err_found(err, "'%.*s'", FL_FMT(word));
		fl_err_expected(err, "%s, %s, %s, ...", known[0], known[1], known[2]);
		if (near)
			fl_err_help(err, "did you mean '%s'?", near);
		return FL_E_INVALID;
	}
	return FL_OK;
}

static enum fl_code check_wish(const struct fl_catalog *c, const struct fl_advise_wish *w, struct fl_err *err)
{
	static const char *const kinds[] = {"text", "image", "pdf", "audio", "video", "youtube"};
	static const char *const methods[] = {"any", "sft", "dpo", "rft", "lora"};
	FL_TRY(check_labs(c, &w->needs.exclude.labs, err));
	FL_TRY(check_devices(c, &w->needs.devices, err));
	FL_TRY(check_devices(c, &w->device, err));
	FL_TRY(check_words("inputs", &w->needs.inputs, kinds, FL_COUNT(kinds), err));
	FL_TRY(check_words("outputs", &w->needs.outputs, kinds, FL_COUNT(kinds) - 1, err));
	return check_words("fine_tuning", &w->needs.fine_tuning, methods, FL_COUNT(methods), err);
}

/* --- one setting -------------------------------------------------------------------------------------------------- */

static struct fl_str setting_name(const struct fl_advice *v, const struct fl_offer_ref *ref, enum fl_effort e)
{
	return e == FL_EFFORT_PLAIN ? ref->id : FL_SAY(v, "%.*s@%s", FL_FMT(ref->id), fl_effort_words[e]);
}

/* Why a model will not last: marked as deprecated, or its end is near. */
static struct fl_str leaving(const struct fl_advice *v, const struct fl_catalog_model *m)
{
	const struct fl_claim *retires = fl_claim_best(v->catalog, &m->retires);
	bool deprecated = fl_model_status_on(v->catalog, m, v->wish->day) == FL_MODEL_DEPRECATED;
	bool soon = retires && retires->number <= v->wish->day + FL_LEAVING_DAYS;
	if (!deprecated && !soon)
		return FL_S("");
	return retires ? FL_SAY(v, "%s, ends on %.*s", deprecated ? "deprecated" : "in service", FL_FMT(retires->text))
	               : FL_S("deprecated");
}

/* The setting that a config names: an offer or a model, with the level if any, else at its standard one. */
static bool names_setting(const struct fl_advice *v, struct fl_str config, const struct fl_setting *s)
{
	struct fl_offer_ref ref;
	ptrdiff_t space = fl_str_find_char(config, ' ', 0), at = fl_str_find_char(config, '@', 0);
	if (fl_str_find(config, FL_S(" x"), 0) >= 0)
		return false; /* votes: another thing at another price */
	struct fl_str name = fl_str_sub(config, 0, space < 0 ? config.n : (size_t)space);
	struct fl_str level = at < 0 ? FL_S("") : fl_str_sub(name, (size_t)at + 1, name.n);
	name = fl_str_sub(name, 0, at < 0 ? name.n : (size_t)at);
	ptrdiff_t slash = fl_str_find_char(name, '/', 0);
	struct fl_str provider = fl_str_sub(name, 0, slash < 0 ? 0 : (size_t)slash);
	bool same = fl_catalog_offer(v->catalog, name, &ref, NULL) == FL_OK ? ref.model == s->offer.model
	            : slash >= 0 && fl_catalog_served(v->catalog, provider, fl_str_sub(name, (size_t)slash + 1, name.n),
	                                              v->wish->day, &ref)
	                ? ref.model == s->offer.model
	                : fl_catalog_find(v->catalog, name) == s->offer.model;
	if (level.n)
		return same && fl_str_is(level, fl_effort_words[s->effort]);
	return same && (s->effort == FL_EFFORT_PLAIN || s->effort == fl_effort_standard(s->offer.model));
}

/* The user's own result of a setting, that with most items; NULL = none. */
static const struct fl_own_result *own_result(const struct fl_advice *v, const struct fl_setting *s)
{
	const struct fl_own_result *best = NULL;
	for (size_t k = 0; k < v->wish->owns; k++) {
		const struct fl_own_result *r = &v->wish->own[k];
		if (r->items && (!best || r->items > best->items) && names_setting(v, r->config, s))
			best = r;
	}
	return best;
}

/* Own results outrank: the posterior of a share whose prior counts as FL_OWN_PRIOR items. */
static void mix_own(const struct fl_advice *v, struct fl_setting *s)
{
	const struct fl_own_result *r = own_result(v, s);
	if (!r)
		return;
	size_t n = r->items;
	double share = r->share;
	double weight = (double)n / (double)(n + FL_OWN_PRIOR);
	double prior = s->known ? s->share : fl_share_for(&v->quality, 0);
	double error = s->known ? s->share_error : fl_share_error_for(&v->quality, 0, 1);
	double own_error = sqrt(FL_MAX(share * (1 - share), 0.25 / (double)n) / (double)n);
	s->own_items = n;
	s->own_share = share;
	s->share = weight * share + (1 - weight) * prior;
	s->share_error = sqrt(weight * weight * own_error * own_error + (1 - weight) * (1 - weight) * error * error);
	s->known = s->measured = true;
	if (r->cost_nusd >= 0) {
		s->cost_nusd = r->cost_nusd;
		s->cost_is_own = s->priced = true;
	}
}

static void judge(const struct fl_advice *v, struct fl_setting *s, const struct fl_ability *ability)
{
	struct fl_ability inherited;
	s->open = fl_claim_yes(v->catalog, &s->offer.model->open_weights) == FL_YES;
	s->leaves = leaving(v, s->offer.model);
	s->measured = ability != NULL;
	if (!ability && fl_ability_inherited(v->catalog, &v->quality, s->offer.model, &inherited))
		ability = &inherited;
	if (ability) {
		s->known = true;
		s->ability = *ability;
		s->share = ability->share;
		s->share_error = ability->share_error;
	}
	mix_own(v, s);
	fl_setting_tokens(v, s);
	struct fl_scene x = fl_advice_scene(v);
	s->priced = fl_setting_cost(v, s, &x, &s->cost_nusd, &s->cost_problem);
}

/* --- what a setting breaks beyond the facts of its offer ---------------------------------------------------------- */

static void remove_setting(struct fl_advice *v, const struct fl_setting *s, struct fl_finding f)
{
	f.state = FL_NEED_BROKEN;
	FL_VEC_PUSH(
	    &v->removed,
	    (struct fl_removal){.candidate = s->name, .finding = f, .broken = 1, .share = s->known ? s->share : -1});
	v->removed_candidates++;
}

static bool too_dear(struct fl_advice *v, const struct fl_setting *s)
{
	const struct fl_advise_wish *w = v->wish;
	int64_t month = fl_advice_month(v, s);
	struct fl_finding f = {.source = FL_S("its price list"), .date = w->day};
	if (!s->priced)
		return false;
	if (w->needs.cost_nusd >= 0 && s->cost_nusd > w->needs.cost_nusd) {
		f.need = FL_S("cost");
		f.wanted =
		    FL_SAY(v, "%.*s a call", FL_FMT(fl_advice_money(v->arena, (double)w->needs.cost_nusd / 1e9)));
		f.found = FL_SAY(v, "%.*s", FL_FMT(fl_advice_money(v->arena, (double)s->cost_nusd / 1e9)));
		f.relax =
		    FL_SAY(v, "cost: %.*s USD/call",
		           FL_FMT(fl_str_sub(fl_advice_money(v->arena, (double)s->cost_nusd / 1e9 * 1.0005), 1, 40)));
	} else if (w->budget_month_nusd >= 0 && month > w->budget_month_nusd) {
		f.need = FL_S("budget");
		f.wanted =
		    FL_SAY(v, "%.*s a month", FL_FMT(fl_advice_money(v->arena, (double)w->budget_month_nusd / 1e9)));
		f.found = FL_SAY(v, "%.*s a month", FL_FMT(fl_advice_money(v->arena, (double)month / 1e9)));
		f.relax = FL_SAY(v, "--budget %.*s",
		                 FL_FMT(fl_str_sub(fl_advice_money(v->arena, ceil((double)month / 1e9)), 1, 40)));
	} else {
		return false;
	}
	remove_setting(v, s, f);
	return true;
}

/* fl_needs_check takes the fastest level of a model; each level must keep the time itself. */
static bool too_slow(struct fl_advice *v, const struct fl_setting *s)
{
	int64_t wanted = v->wish->needs.first_token_ms;
	const struct fl_list *speed = &s->offer.model->speed;
	for (size_t i = 0; i < speed->n && wanted >= 0 && !s->own; i++) {
		const struct fl_speed *m = &((const struct fl_speed *)speed->p)[i];
		double seconds = m->first_answer_s > 0 ? m->first_answer_s : m->first_token_s;
		if (fl_effort_of(s->offer.model, m->variant) != s->effort || seconds * 1000 <= (double)wanted)
			continue;
		remove_setting(
		    v, s,
		    (struct fl_finding){.need = FL_S("first_token"),
		                        .wanted = FL_SAY(v, "%.4g s", (double)wanted / 1000),
		                        .found = FL_SAY(v, "%.3g s to the first token of the answer (median)", seconds),
		                        .source = fl_sources_text(&m->source, v->arena, 2),
		                        .date = m->date,
		                        .relax = FL_SAY(v, "first_token: %.4g s", fl_relaxed_seconds(seconds))});
		return true;
	}
	return false;
}

static bool effort_is_wanted(const struct fl_advice *v, const struct fl_setting *s)
{
	bool can = s->offer.model->reasoning.n || fl_claim_yes(v->catalog, &s->offer.model->reasons) == FL_YES;
	switch ((enum fl_need_reasoning)v->wish->needs.reasoning) {
	case FL_REASON_ANY:
		return true;
	case FL_REASON_NONE:
		return s->effort == FL_EFFORT_NONE || (s->effort == FL_EFFORT_PLAIN && !can);
	case FL_REASON_SOME:
	case FL_REASON_DEEP:
		return s->effort != FL_EFFORT_NONE && can;
	}
	return true;
}

/* --- offers into settings ----------------------------------------------------------------------------------------- */

static bool better_host(const struct fl_setting *x, const struct fl_setting *y)
{
	if (x->own != y->own)
		return false; /* never each other's host */
	if (x->priced != y->priced)
		return x->priced;
	bool resells = x->offer.provider && x->offer.provider->reseller;
	if (resells != (y->offer.provider && y->offer.provider->reseller))
		return !resells;
	if (x->unknown != y->unknown)
		return x->unknown < y->unknown;
	if (x->cost_nusd != y->cost_nusd)
		return x->cost_nusd < y->cost_nusd;
	return fl_str_eq(x->offer.provider_id, x->offer.model->lab);
}

/* One setting a model, level and kind of host: the best host stays. */
static void keep_setting(struct fl_advice *v, struct fl_setting s)
{
	for (size_t i = v->setting.n; i-- > 0 && v->setting.p[i].offer.model == s.offer.model;) {
		struct fl_setting *other = &v->setting.p[i];
		if (other->effort != s.effort || other->own != s.own)
			continue;
		size_t hosts = other->other_hosts + 1;
		if (better_host(&s, other))
			*other = s;
		other->other_hosts = hosts;
		return;
	}
	FL_VEC_PUSH(&v->setting, s);
}

static void add_setting(struct fl_advice *v, struct fl_setting s, const struct fl_ability *ability)
{
	s.effort = ability ? ability->effort : FL_EFFORT_PLAIN;
	s.name = setting_name(v, &s.offer, s.effort);
	judge(v, &s, ability);
	if (!effort_is_wanted(v, &s) || too_dear(v, &s) || too_slow(v, &s))
		return;
	keep_setting(v, s);
}

static double best_share(const struct fl_advice *v, const struct fl_catalog_model *m)
{
	double best = -1;
	for (size_t i = 0; i < v->quality.count; i++)
		if (v->quality.ability[i].model == m)
			best = FL_MAX(best, v->quality.ability[i].share);
	return best;
}

static void take_findings(struct fl_advice *v, const struct fl_offer_ref *ref, const struct fl_findings *f)
{
	bool gone = f->broken > 0 || (v->wish->strict && f->unknown > 0);
	size_t broken = f->broken + (v->wish->strict ? f->unknown : 0);
	v->removed_candidates += gone;
	for (size_t i = 0; i < f->p.n; i++) {
		const struct fl_finding *x = &f->p.p[i];
		if (gone && (x->state == FL_NEED_BROKEN || v->wish->strict))
			FL_VEC_PUSH(&v->removed, (struct fl_removal){.candidate = ref->id,
			                                             .finding = *x,
			                                             .broken = broken,
			                                             .share = best_share(v, ref->model)});
		else if (!gone)
			FL_VEC_PUSH(&v->unknown, (struct fl_unknown_fact){ref->id, *x});
	}
}

static void take_offer(struct fl_advice *v, const struct fl_offer_ref *ref, bool own, const struct fl_needs *needs)
{
	struct fl_findings found = {0};
	struct fl_setting s = {.offer = *ref, .own = own};
	fl_needs_check(v->catalog, needs, ref, v->wish->day, v->arena, &found);
	take_findings(v, ref, &found);
	s.unknown = found.unknown;
	bool gone = found.broken || (v->wish->strict && found.unknown);
	fl_findings_release(&found);
	v->offers++;
	if (gone)
		return;
	if (own && needs->devices.n) {
		int64_t context = FL_MAX(needs->context, needs->effective_context);
		fl_own_fit_best(v->catalog, ref->model, &needs->devices, FL_MAX(context, FL_FIT_CONTEXT_USUAL), &s.fit);
	}
	bool any = false;
	for (size_t i = 0; i < v->quality.count; i++)
		if (v->quality.ability[i].model == ref->model) {
			any = true;
			add_setting(v, s, &v->quality.ability[i]);
		}
	if (!any)
		add_setting(v, s, NULL);
}

static bool served_on(const struct fl_catalog_offer *o, fl_date day)
{
	return (o->from == FL_DATE_NONE || o->from <= day) && (o->to == FL_DATE_NONE || day < o->to);
}

/* The model on the user's machine, as an offer; its needs are those of the wish with the user's devices. */
static void take_own(struct fl_advice *v, const struct fl_catalog_model *m)
{
	struct fl_needs needs = v->wish->needs;
	struct fl_catalog_offer *o = FL_NEW(v->arena, struct fl_catalog_offer);
	struct fl_offer_ref ref = {.model = m, .offer = o, .provider_id = FL_S(FL_OWN_PROVIDER)};
	if (fl_claim_yes(v->catalog, &m->open_weights) != FL_YES)
		return;
	*o = (struct fl_catalog_offer){.model = m->id, .from = FL_DATE_NONE, .to = FL_DATE_NONE};
	ref.id = FL_SAY(v, FL_OWN_PROVIDER "/%.*s", FL_FMT(m->id));
	if (!needs.devices.n)
		needs.devices = v->wish->device;
	take_offer(v, &ref, true, &needs);
}

static bool gives_text(const struct fl_advice *v, const struct fl_catalog_model *m)
{
	const struct fl_claim *out = fl_claim_best(v->catalog, &m->outputs);
	for (size_t i = 0; out && i < out->words.n; i++)
		if (fl_str_is(((const struct fl_str *)out->words.p)[i], "text"))
			return true;
	return !out;
}

static void gather(struct fl_advice *v)
{
	const struct fl_advise_wish *w = v->wish;
	bool own = w->device.n || w->needs.devices.n || w->needs.data == FL_DATA_OWN_MACHINES;
	for (size_t i = 0; i < v->catalog->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)v->catalog->models.p)[i];
		if (!fl_model_out_on(v->catalog, m, w->day) || !gives_text(v, m))
			continue;
		bool retired = fl_model_status_on(v->catalog, m, w->day) == FL_MODEL_RETIRED;
		v->models += !retired;
		for (size_t k = 0; k < m->offers.n && !retired; k++) {
			struct fl_offer_ref ref;
			if (fl_catalog_offer_at(v->catalog, m, k, &ref) && served_on(ref.offer, w->day))
				take_offer(v, &ref, false, &w->needs);
		}
		if (own)
			take_own(v, m);
	}
}

/* Near misses first, of these the ablest. */
static int by_nearness(const void *a, const void *b)
{
	const struct fl_removal *x = a, *y = b;
	if (x->broken != y->broken)
		return x->broken < y->broken ? -1 : 1;
	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	int d = fl_str_cmp(x->candidate, y->candidate);
	return d ? d : fl_str_cmp(x->finding.need, y->finding.need);
}

/* --- assumptions -------------------------------------------------------------------------------------------------- */

#define ASSUME(v, ...) FL_VEC_PUSH(&(v)->assumption, FL_SAY(v, __VA_ARGS__))

static enum fl_code settle_worth(struct fl_advice *v, struct fl_err *err)
{
	const struct fl_advise_wish *w = v->wish;
	struct fl_worth worth;
	FL_TRY(fl_worth_of(&w->pay, &worth, err));
	v->wait_usd_per_s = worth.wait_usd_per_s;
	v->value_nusd = w->value_nusd >= 0 ? w->value_nusd : worth.value_nusd;
	v->value_assumed = w->value_nusd < 0 && worth.value_nusd == 0;
	if (v->value_assumed)
		v->value_nusd = v->category->value_nusd;
	return FL_OK;
}

static void assume(struct fl_advice *v)
{
	const struct fl_advise_wish *w = v->wish;
	if (!w->category)
		ASSUME(v, "kind of task: general (--category says another)");
	if (v->value_assumed)
		ASSUME(v, "a right answer is worth %.*s, our round figure for %s (--value)",
		       FL_FMT(fl_advice_money(v->arena, (double)v->value_nusd / 1e9)), v->category->name);
	if (v->lengths_assumed)
		ASSUME(v, "a call reads %.*s tokens and answers with %.*s, thinking apart (--in, --out)",
		       FL_FMT(fl_advice_tokens(v->arena, v->in_tokens)),
		       FL_FMT(fl_advice_tokens(v->arena, v->out_tokens)));
	if (!w->traffic_month)
		ASSUME(v, "no traffic is known, so nothing is counted per month (--traffic)");
	ASSUME(v,
	       "thinking takes as many times the answer's tokens as on the suite of Artificial Analysis; easier tasks "
	       "take less");
	ASSUME(v, "no part of the input comes from a cache; off-peak hours; the standard tier");
	if (w->device.n || w->needs.devices.n || w->needs.data == FL_DATA_OWN_MACHINES)
		ASSUME(
		    v,
		    "your own machines cost nothing a call: power, purchase and care are not counted; scores are those "
		    "of the published weights, narrower formats answer a little worse");
	if (w->owns)
		ASSUME(v, "your own results are those of %.*s", FL_FMT(w->own_from));
	if (v->wait_usd_per_s > 0)
		ASSUME(
		    v,
		    "where a level's time was not measured, the slowest level of its model stands in, else the median");
	if (v->category->missing)
		ASSUME(v, "%s", v->category->missing);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static void settle(struct fl_advice *v)
{
	const struct fl_advise_wish *w = v->wish;
	v->in_tokens = w->in_tokens >= 0 ? w->in_tokens : v->category->in_tokens;
	v->out_tokens = w->out_tokens >= 0 ? w->out_tokens : v->category->out_tokens;
	v->lengths_assumed = w->in_tokens < 0 || w->out_tokens < 0;
	v->searches = w->needs.web_search || fl_str_is(fl_str_from(v->category->name), "web-search");
	v->verdict = v->cheaper = v->stronger = -1;
}

static enum fl_code nothing_left(const struct fl_advice *v, struct fl_err *err)
{
	fl_err_set(err, FL_E_CHECK, "no model of the catalogue %s all needs",
	           v->verdict < 0 ? "meets" : "is known to meet");
	if (v->removed.n && v->removed.p[0].finding.relax.n) {
		const struct fl_removal *r = &v->removed.p[0];
		fl_err_found(err, "%.*s", FL_FMT(fl_str_sub(fl_finding_text(&r->finding, v->arena), 0, 240)));
		fl_err_help(err, "the nearest is %.*s; it comes back with %.*s", FL_FMT(r->candidate),
		            FL_FMT(r->finding.relax));
	}
	return FL_E_CHECK;
}

enum fl_code fl_advise(const struct fl_catalog *c, const struct fl_advise_wish *w, struct fl_arena *a,
                       struct fl_advice *out, struct fl_err *err)
{
	*out = (struct fl_advice){.catalog = c, .wish = w, .arena = a};
	FL_TRY(check_wish(c, w, err));
	out->category = w->category ? w->category : fl_category_find(FL_S("general"));
	settle(out);
	FL_TRY(settle_worth(out, err));
	assume(out);
	fl_qualities_of(c, out->category, w->day, a, &out->quality);
	out->suite = fl_suite_of(out->catalog);
	fl_advice_speeds(out);
	gather(out);
	if (out->removed.n > 1)
		qsort(out->removed.p, out->removed.n, sizeof *out->removed.p, by_nearness);
	fl_advice_rank(out);
	if (out->verdict < 0)
		return nothing_left(out, err);
	fl_advice_sensitivity(out);
	fl_advice_steps(out);
	fl_advice_ask(out);
	fl_advice_shortlist(out);
	return out->met ? FL_OK : nothing_left(out, err);
}

void fl_advice_release(struct fl_advice *v)
{
	FL_VEC_RELEASE(&v->setting);
	FL_VEC_RELEASE(&v->removed);
	FL_VEC_RELEASE(&v->unknown);
	FL_VEC_RELEASE(&v->sensitivity);
	FL_VEC_RELEASE(&v->assumption);
	FL_VEC_RELEASE(&v->shortlist);
	FL_VEC_RELEASE(&v->task_note);
	for (size_t i = 0; i < FL_ADVICE_STEPS; i++)
		FL_VEC_RELEASE(&v->step[i].because);
}
