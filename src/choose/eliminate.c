#include "choose/eliminate.h"

#include "choose/own.h"

#include <math.h>
#include <stdio.h>

/* What a need looks at, and where its finding goes. */
struct looking {
	const struct fl_catalog *c;
	const struct fl_needs *needs;
	const struct fl_offer_ref *offer;
	const struct fl_policy *policy;
	fl_date day;
	struct fl_arena *a;
	struct fl_findings *out;
};

#define TEXT(k, ...) fl_arena_printf((k)->a, __VA_ARGS__)

static void report(struct looking *k, enum fl_need_state state, const char *need, struct fl_str wanted,
                   struct fl_str found, const struct fl_list *source, fl_date own, struct fl_str relax)
{
	static const struct fl_list nothing;
	struct fl_finding f = {.state = state,
	                       .need = fl_str_from(need),
	                       .wanted = wanted,
	                       .found = found,
	                       .source = fl_sources_text(source ? source : &nothing, k->a, 3),
	                       .date = fl_sourced_on(k->c, source ? source : &nothing, own),
	                       .relax = relax};
	if (state == FL_NEED_MET)
		return;
	k->out->broken += state == FL_NEED_BROKEN;
	k->out->unknown += state == FL_NEED_UNKNOWN;
	FL_VEC_PUSH(&k->out->p, f);
}

static void unknown(struct looking *k, const char *need, struct fl_str wanted)
{
	report(k, FL_NEED_UNKNOWN, need, wanted, FL_S("not known"), NULL, FL_DATE_NONE, FL_S(""));
}

static bool is_own(const struct looking *k)
{
	return fl_str_is(k->offer->provider_id, FL_OWN_PROVIDER);
}

/* --- lists of words ----------------------------------------------------------------------------------------------- */

static struct fl_str word_at(const struct fl_list *l, size_t i)
{
	return ((const struct fl_str *)l->p)[i];
}

static bool has_word(const struct fl_list *l, struct fl_str word)
{
	for (size_t i = 0; i < l->n; i++)
		if (fl_str_eq_nocase(word_at(l, i), word))
			return true;
	return false;
}

/* A name that stands inside another: "SOC 2" in "SOC 2 Type II". */
static bool has_part(const struct fl_list *l, struct fl_str word)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t at = 0; at + word.n <= word_at(l, i).n; at++)
			if (fl_str_eq_nocase(fl_str_sub(word_at(l, i), at, at + word.n), word))
				return true;
	return false;
}

static struct fl_str joined(struct looking *k, const struct fl_list *l)
{
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	for (size_t i = 0; i < l->n; i++)
		fl_buf_printf(&b, "%s%.*s", i ? ", " : "", FL_FMT(word_at(l, i)));
	struct fl_str s = fl_arena_dup(k->a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return s;
}

static struct fl_str tokens_text(struct looking *k, int64_t tokens)
{
	return tokens >= 1000000 ? TEXT(k, "%.4gM", (double)tokens / 1e6)
	       : tokens >= 1000  ? TEXT(k, "%.4gk", (double)tokens / 1e3)
	                         : TEXT(k, "%lld", (long long)tokens);
}

/* A length that is not over what was found, in few digits: what brings it back must really do so. */
static struct fl_str relaxed_tokens(struct looking *k, int64_t tokens)
{
	return tokens >= 10000 ? TEXT(k, "%lldk", (long long)tokens / 1000) : TEXT(k, "%lld", (long long)tokens);
}

double fl_relaxed_seconds(double seconds)
{
	double unit = seconds < 10 ? 0.01 : seconds < 100 ? 0.1 : 1;
	return ceil(seconds / unit) * unit;
}

/* --- data --------------------------------------------------------------------------------------------------------- */

const struct fl_policy *fl_policy_for(const struct fl_catalog *c, struct fl_str provider, struct fl_str model)
{
	const struct fl_policy *p = c->policies.p, *general = NULL;
	for (size_t i = 0; i < c->policies.n; i++) {
		if (!fl_str_eq(p[i].provider, provider))
			continue;
		if (p[i].models.n && has_word(&p[i].models, model))
			return &p[i];
		if (!p[i].models.n && p[i].general && !general)
			general = &p[i];
	}
	return general;
}

static void check_training(struct looking *k)
{
	static const char *const found[] = {"not known", "no", "yes", "yes, unless you opt out"};
	const struct fl_policy *p = k->policy;
	if (!p || p->trains == FL_POLICY_UNKNOWN) {
		unknown(k, "data", FL_S("no-training"));
		return;
	}
	report(k, p->trains == FL_POLICY_NO ? FL_NEED_MET : FL_NEED_BROKEN, "data", FL_S("no-training"),
	       TEXT(k, "trains on inputs: %s", found[p->trains]), &p->source, p->checked,
	       p->trains == FL_POLICY_OPT_OUT ? FL_S("opt out in the account, then data: anywhere")
	                                      : FL_S("data: anywhere"));
}

static void check_retention(struct looking *k)
{
	const struct fl_policy *p = k->policy;
	struct fl_str wanted = FL_S("zero-retention");
	if (!p || (p->zero_retention == FL_ZDR_UNKNOWN && p->retention_days < 0)) {
		unknown(k, "data", wanted);
		return;
	}
	if (p->retention_days == 0 || p->zero_retention == FL_ZDR_DEFAULT || p->zero_retention == FL_ZDR_SELF_SERVE)
		return;
	struct fl_str found =
	    p->retention_text.n ? p->retention_text : TEXT(k, "kept %lld days", (long long)p->retention_days);
	if (p->zero_retention == FL_ZDR_REQUEST)
		report(k, FL_NEED_UNKNOWN, "data", wanted, TEXT(k, "only by agreement; else %.*s", FL_FMT(found)),
		       &p->source, p->checked, FL_S("agree zero retention with the provider"));
	else
		report(k, FL_NEED_BROKEN, "data", wanted, found, &p->source, p->checked, FL_S("data: no-training"));
}

static void check_data(struct looking *k)
{
	if (is_own(k))
		return;
	switch ((enum fl_need_data)k->needs->data) {
	case FL_DATA_ANYWHERE:
		return;
	case FL_DATA_ZERO_RETENTION:
		check_training(k);
		check_retention(k);
		return;
	case FL_DATA_NO_TRAINING:
		check_training(k);
		return;
	case FL_DATA_OWN_MACHINES:
		report(k, FL_NEED_BROKEN, "data", FL_S("own-machines"),
		       TEXT(k, "calls go to %.*s", FL_FMT(k->offer->provider_id)), NULL, FL_DATE_NONE,
		       fl_claim_yes(k->c, &k->offer->model->open_weights) == FL_YES
		           ? FL_S("its weights are open: run it on your own machines")
		           : FL_S("data: zero-retention"));
		return;
	}
}

/* Places that stand for the EU where a provider names them: members with data centres, and cities of regions. */
static const char *const eu_places[] = {
    "EU", "AT", "BE",     "DE",        "DK",     "ES",    "FI",        "FR",     "IE",    "IT",     "NL",       "PL",
    "PT", "SE", "Europe", "Frankfurt", "Dublin", "Paris", "Amsterdam", "Madrid", "Milan", "Warsaw", "Stockholm"};

static bool names_word(struct fl_str place, struct fl_str word)
{
	for (size_t from = 0, i = 0; i <= place.n; i++) {
		if (i < place.n && !strchr(" ,;/-", place.p[i]))
			continue;
		if (fl_str_eq_nocase(fl_str_sub(place, from, i), word))
			return true;
		from = i + 1;
	}
	return false;
}

/* "EU data zone" is the EU, "Frankfurt" too. */
static bool lies_in(struct fl_str place, struct fl_str region)
{
	if (names_word(place, region))
		return true;
	for (size_t i = 0; fl_str_eq_nocase(region, FL_S("eu")) && i < FL_COUNT(eu_places); i++)
		if (names_word(place, fl_str_from(eu_places[i])))
			return true;
	return false;
}

/* A place that is had by choosing it, or by agreement. */
static bool by_choice(struct fl_str place)
{
	return names_word(place, FL_S("chosen")) || names_word(place, FL_S("selectable")) ||
	       names_word(place, FL_S("resource")) || names_word(place, FL_S("enterprise"));
}

static void check_region(struct looking *k)
{
	const struct fl_list *wanted = &k->needs->region,
	                     *processed = k->offer->provider ? &k->offer->provider->processed : NULL,
	                     *promised = k->policy ? &k->policy->residency : NULL;
	bool met = is_own(k), choice = false;
	for (size_t i = 0; i < wanted->n; i++) {
		struct fl_str w = word_at(wanted, i);
		met |= lies_in(k->offer->offer->region, w);
		met |= processed && processed->n == 1 && lies_in(word_at(processed, 0), w);
		for (size_t j = 0; promised && j < promised->n; j++) {
			met |= lies_in(word_at(promised, j), w) && !by_choice(word_at(promised, j));
			choice |= by_choice(word_at(promised, j));
		}
	}
	if (!wanted->n || met)
		return;
	const struct fl_list *known = promised && promised->n ? promised : processed;
	if (!known || !known->n) {
		unknown(k, "region", joined(k, wanted));
		return;
	}
	report(k, choice ? FL_NEED_UNKNOWN : FL_NEED_BROKEN, "region", joined(k, wanted), joined(k, known),
	       known == processed ? &k->offer->provider->source : &k->policy->source,
	       known == processed ? FL_DATE_NONE : k->policy->checked,
	       choice ? FL_S("choose or agree the region with the provider")
	              : TEXT(k, "region: %.*s", FL_FMT(word_at(known, 0))));
}

static void check_certificates(struct looking *k)
{
	const struct fl_list *wanted = &k->needs->certificates;
	for (size_t i = 0; i < wanted->n; i++) {
		struct fl_str w = word_at(wanted, i);
		if (!k->policy || !k->policy->certificates.n)
			unknown(k, "certificates", w);
		else if (!has_part(&k->policy->certificates, w))
			report(k, FL_NEED_BROKEN, "certificates", w, joined(k, &k->policy->certificates),
			       &k->policy->source, k->policy->checked, TEXT(k, "certificates without %.*s", FL_FMT(w)));
	}
}

/* --- what goes in and out ----------------------------------------------------------------------------------------- */

/* A media rule names the model: the only place where the catalogue speaks of YouTube addresses. */
static const struct fl_media *media_rule(const struct looking *k, struct fl_str kind)
{
	for (size_t i = 0; i < k->c->media.n; i++) {
		const struct fl_media *m = &((const struct fl_media *)k->c->media.p)[i];
		if (has_word(&m->models, k->offer->model->id) &&
		    fl_str_eq_nocase(fl_str_sub(m->capability, 0, kind.n), kind))
			return m;
	}
	return NULL;
}

/* Who reads addresses of YouTube is the lab's own service: of the same model at another host it is not known. */
static bool check_youtube(struct looking *k, const char *need, struct fl_str kind)
{
	const struct fl_media *m = fl_str_eq_nocase(kind, FL_S("youtube")) ? media_rule(k, kind) : NULL;
	if (m && !fl_str_eq(k->offer->provider_id, k->offer->model->lab))
		report(k, FL_NEED_UNKNOWN, need, kind,
		       TEXT(k, "%.*s at %.*s itself; not known of %.*s", FL_FMT(m->capability),
		            FL_FMT(k->offer->model->lab), FL_FMT(k->offer->provider_id)),
		       &m->source, m->checked, FL_S(""));
	return m != NULL;
}

static bool takes(const struct fl_claim *claim, struct fl_str kind)
{
	return has_word(&claim->words, kind) || (fl_str_is(kind, "pdf") && has_word(&claim->words, FL_S("file")));
}

static void check_kinds(struct looking *k, const char *need, const struct fl_list *wanted,
                        const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(k->c, claims);
	for (size_t i = 0; i < wanted->n; i++) {
		struct fl_str w = word_at(wanted, i);
		if (check_youtube(k, need, w) || media_rule(k, w) || (best && takes(best, w)))
			continue;
		if (!best)
			unknown(k, need, w);
		else
			report(k, FL_NEED_BROKEN, need, w, best->text, &best->source, best->checked,
			       TEXT(k, "%s without %.*s", need, FL_FMT(w)));
	}
}

static void check_inputs(struct looking *k)
{
	check_kinds(k, "inputs", &k->needs->inputs, &k->offer->model->inputs);
}

static void check_outputs(struct looking *k)
{
	check_kinds(k, "outputs", &k->needs->outputs, &k->offer->model->outputs);
}

static void check_context(struct looking *k)
{
	const struct fl_claims *claims =
	    k->offer->offer->context.n ? &k->offer->offer->context : &k->offer->model->context;
	const struct fl_claim *best = fl_claim_best(k->c, claims);
	if (!k->needs->context)
		return;
	if (!best)
		unknown(k, "context", tokens_text(k, k->needs->context));
	else if (best->number < k->needs->context)
		report(k, FL_NEED_BROKEN, "context", tokens_text(k, k->needs->context), tokens_text(k, best->number),
		       &best->source, best->checked, TEXT(k, "context: %.*s", FL_FMT(relaxed_tokens(k, best->number))));
}

/* What was found, in binary thousands where it is such a number: 8,192 is "8k", and 8k is what brings it back. */
static struct fl_str found_tokens(struct looking *k, int64_t tokens)
{
	return tokens > 0 && tokens % 1024 == 0 && tokens < 1048576 ? TEXT(k, "%lldk", (long long)tokens / 1024)
	                                                            : tokens_text(k, tokens);
}

static struct fl_str test_name(const struct looking *k, struct fl_str id)
{
	const struct fl_benchmark *b = fl_catalog_named(&k->c->benchmarks, sizeof *b, id);
	return b && b->name.n ? b->name : id;
}

/* Tokens of context that one test vouches for; *short_of tells that it also found an end. */
static int64_t vouched(const struct fl_context_eval *e, bool *short_of)
{
	*short_of = true;
	if (e->is_length) {
		*short_of = !e->more;
		return e->less ? 0 : (int64_t)e->value;
	}
	double share = e->value > 1 ? e->value / 100 : e->value;
	return share >= FL_CONTEXT_SHARE ? e->length : 0;
}

static void check_effective(struct looking *k)
{
	const struct fl_list *evals = &k->offer->model->context_evals;
	const struct fl_context_eval *best = NULL;
	int64_t most = -1, wanted = k->needs->effective_context;
	bool ends = false;
	for (size_t i = 0; i < evals->n && wanted; i++) {
		const struct fl_context_eval *e = &((const struct fl_context_eval *)evals->p)[i];
		bool short_of;
		int64_t length = vouched(e, &short_of);
		if ((e->date != FL_DATE_NONE && e->date > k->day) || length <= most)
			continue;
		most = length;
		ends = short_of;
		best = e;
	}
	if (!wanted || most >= wanted)
		return;
	if (!best || (most > 0 && !ends)) {
		unknown(k, "effective_context", tokens_text(k, wanted));
		return;
	}
	report(k, FL_NEED_BROKEN, "effective_context", tokens_text(k, wanted),
	       TEXT(k, "%.*s by %.*s", FL_FMT(found_tokens(k, most)), FL_FMT(test_name(k, best->benchmark))),
	       &best->source, best->date,
	       TEXT(k, "effective_context: %.*s",
	            FL_FMT(most % 1024 == 0 ? found_tokens(k, most) : relaxed_tokens(k, most))));
}

/* --- time --------------------------------------------------------------------------------------------------------- */

static void check_seconds(struct looking *k, const char *need, int64_t wanted_ms, bool whole)
{
	const struct fl_list *speed = &k->offer->model->speed;
	const struct fl_speed *best = NULL;
	double least = 0;
	for (size_t i = 0; i < speed->n; i++) {
		const struct fl_speed *s = &((const struct fl_speed *)speed->p)[i];
		double seconds = whole ? s->whole_s : s->first_answer_s > 0 ? s->first_answer_s : s->first_token_s;
		if (seconds > 0 && (!best || seconds < least)) {
			best = s;
			least = seconds;
		}
	}
	if (wanted_ms < 0 || is_own(k))
		return;
	struct fl_str wanted = TEXT(k, "%.4g s", (double)wanted_ms / 1000);
	if (!best)
		unknown(k, need, wanted);
	else if (least * 1000 > (double)wanted_ms)
		report(k, FL_NEED_BROKEN, need, wanted,
		       TEXT(k, "%.3g s%s (median, %.*s)", least, whole ? "" : " to the first token of the answer",
		            FL_FMT(best->variant)),
		       &best->source, best->date, TEXT(k, "%s: %.4g s", need, fl_relaxed_seconds(least)));
}

static void check_first_token(struct looking *k)
{
	check_seconds(k, "first_token", k->needs->first_token_ms, false);
}

static void check_p95(struct looking *k)
{
	check_seconds(k, "p95", k->needs->p95_ms, true);
}

/* --- abilities ---------------------------------------------------------------------------------------------------- */

static bool can_be_off(const struct fl_reasoning *r)
{
	return r->kind == FL_REASONING_NONE || r->kind == FL_REASONING_TOGGLE || has_word(&r->levels, FL_S("none")) ||
	       (r->kind == FL_REASONING_BUDGET && r->budget_least == 0);
}

static void check_reasoning(struct looking *k)
{
	const struct fl_catalog_model *m = k->offer->model;
	enum fl_known reasons = fl_claim_yes(k->c, &m->reasons);
	bool off = reasons == FL_NO, deep = false, known = reasons != FL_UNKNOWN || m->reasoning.n;
	const struct fl_reasoning *r = m->reasoning.p;
	for (size_t i = 0; i < m->reasoning.n; i++) {
		off |= can_be_off(&r[i]);
		deep |= r[i].levels.n >= 3 || r[i].kind == FL_REASONING_ALWAYS || r[i].kind == FL_REASONING_BUDGET;
	}
	bool some = reasons == FL_YES || (m->reasoning.n && r[0].kind != FL_REASONING_NONE);
	const struct fl_claim *claim = fl_claim_best(k->c, &m->reasons);
	const struct fl_list *source = claim ? &claim->source : m->reasoning.n ? &r[0].source : NULL;
	struct fl_str wanted = fl_str_from(fl_need_reasoning_words[k->needs->reasoning]);
	bool met = k->needs->reasoning == FL_REASON_NONE ? off : k->needs->reasoning == FL_REASON_SOME ? some : deep;
	if (k->needs->reasoning == FL_REASON_ANY || met)
		return;
	if (!known || (k->needs->reasoning == FL_REASON_DEEP && some && !m->reasoning.n))
		unknown(k, "reasoning", wanted);
	else
		report(k, FL_NEED_BROKEN, "reasoning", wanted,
		       some ? off ? FL_S("thinks when asked") : FL_S("always thinks") : FL_S("cannot think"), source,
		       FL_DATE_NONE, FL_S("reasoning: any"));
}

static void check_yes(struct looking *k, const char *need, bool wanted, const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(k->c, claims);
	if (!wanted)
		return;
	if (!best)
		unknown(k, need, FL_S("true"));
	else if (!best->number)
		report(k, FL_NEED_BROKEN, need, FL_S("true"), FL_S("no"), &best->source, best->checked,
		       TEXT(k, "%s: false", need));
}

static void check_tools(struct looking *k)
{
	check_yes(k, "tools", k->needs->tools, &k->offer->model->tools);
}

static void check_schema(struct looking *k)
{
	check_yes(k, "schema", k->needs->schema, &k->offer->model->structured_output);
}

static void check_web_search(struct looking *k)
{
	for (size_t i = 0; k->needs->web_search && i < k->offer->offer->prices.n; i++)
		if (((const struct fl_price_row *)k->offer->offer->prices.p)[i].rate[FL_USE_SEARCH] >= 0)
			return; /* its searches have a price: it searches */
	check_yes(k, "web_search", k->needs->web_search, &k->offer->model->web_search);
}

static void check_knowledge(struct looking *k)
{
	const struct fl_claim *best = fl_claim_best(k->c, &k->offer->model->knowledge);
	char wanted[FL_DATE_TEXT];
	if (k->needs->knowledge_after == FL_DATE_NONE)
		return;
	struct fl_str text = fl_arena_dup(k->a, fl_date_format(k->needs->knowledge_after, wanted));
	if (!best)
		unknown(k, "knowledge_after", text);
	else if (best->number < k->needs->knowledge_after)
		report(k, FL_NEED_BROKEN, "knowledge_after", text, best->text, &best->source, best->checked,
		       TEXT(k, "knowledge_after: %.*s", FL_FMT(best->text)));
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

static struct fl_str gigabytes(struct looking *k, int64_t bytes)
{
	return TEXT(k, "%.1f GB", (double)bytes / 1e9);
}

static void check_devices(struct looking *k)
{
	const struct fl_list *wanted = &k->needs->devices;
	struct fl_own_fit f;
	if (!wanted->n)
		return;
	struct fl_str names = TEXT(k, "runs on %.*s", FL_FMT(joined(k, wanted)));
	if (!is_own(k)) {
		report(k, FL_NEED_BROKEN, "devices", names, TEXT(k, "runs at %.*s", FL_FMT(k->offer->provider_id)),
		       NULL, FL_DATE_NONE, FL_S("leave out devices"));
		return;
	}
	int64_t context = FL_MAX(k->needs->context, k->needs->effective_context);
	if (!fl_own_fit_best(k->c, k->offer->model, wanted, FL_MAX(context, FL_FIT_CONTEXT_USUAL), &f)) {
		unknown(k, "devices", names);
		return;
	}
	if (f.fit.fits == FL_FIT_YES)
		return;
	report(k, f.fit.fits == FL_FIT_UNKNOWN ? FL_NEED_UNKNOWN : FL_NEED_BROKEN, "devices", names,
	       TEXT(k, "needs %.*s in %s at %.*s tokens, %.*s has %.*s for it", FL_FMT(gigabytes(k, f.fit.total.low)),
	            f.want.quant->name, FL_FMT(tokens_text(k, f.want.context)), FL_FMT(f.device->name),
	            FL_FMT(gigabytes(k, f.fit.available_bytes))),
	       &f.device->source, f.device->checked, fl_own_relax(&f, k->a));
}

/* --- weights, licence, who -------------------------------------------------------------------------------------- */

static void check_open(struct looking *k)
{
	check_yes(k, "open_weights", k->needs->open_weights, &k->offer->model->open_weights);
}

static void check_licence(struct looking *k)
{
	const struct fl_catalog_model *m = k->offer->model;
	const struct fl_claim *licence = fl_claim_best(k->c, &m->licence),
	                      *commercial = fl_claim_best(k->c, &m->commercial);
	const struct fl_list *wanted = &k->needs->licence;
	if (!wanted->n)
		return;
	for (size_t i = 0; i < wanted->n; i++) {
		struct fl_str text = licence ? licence->text : FL_S("");
		struct fl_list one = {.p = &text, .n = licence != NULL};
		if (fl_str_is(word_at(wanted, i), "commercial") ? commercial && commercial->number
		                                                : licence && has_part(&one, word_at(wanted, i)))
			return;
	}
	if (!licence && !commercial)
		unknown(k, "licence", joined(k, wanted));
	else
		report(
		    k, FL_NEED_BROKEN, "licence", joined(k, wanted), licence ? licence->text : FL_S("not for business"),
		    licence ? &licence->source : &commercial->source, licence ? licence->checked : commercial->checked,
		    licence ? TEXT(k, "licence: [%.*s, %.*s]", FL_FMT(joined(k, wanted)), FL_FMT(licence->text))
		            : FL_S("leave out licence"));
}

static void check_excluded(struct looking *k)
{
	const struct fl_need_exclude *x = &k->needs->exclude;
	const struct fl_lab *lab = fl_catalog_lab(k->c, k->offer->model->lab);
	const struct fl_catalog_provider *p = k->offer->provider;
	if (has_word(&x->labs, k->offer->model->lab))
		report(k, FL_NEED_BROKEN, "exclude.labs", TEXT(k, "not %.*s", FL_FMT(k->offer->model->lab)),
		       TEXT(k, "made by %.*s", FL_FMT(lab ? lab->name : k->offer->model->lab)), NULL, FL_DATE_NONE,
		       TEXT(k, "exclude.labs without %.*s", FL_FMT(k->offer->model->lab)));
	if (x->lab_countries.n && (!lab || !lab->country.n))
		unknown(k, "exclude.lab_countries", TEXT(k, "not %.*s", FL_FMT(joined(k, &x->lab_countries))));
	else if (x->lab_countries.n && has_word(&x->lab_countries, lab->country))
		report(k, FL_NEED_BROKEN, "exclude.lab_countries",
		       TEXT(k, "not %.*s", FL_FMT(joined(k, &x->lab_countries))),
		       TEXT(k, "%.*s is in %.*s", FL_FMT(lab->name), FL_FMT(lab->country)), NULL, FL_DATE_NONE,
		       TEXT(k, "exclude.lab_countries without %.*s", FL_FMT(lab->country)));
	if (!x->processing.n || is_own(k))
		return;
	struct fl_str wanted = TEXT(k, "not in %.*s", FL_FMT(joined(k, &x->processing)));
	if (!p || !p->processed.n) {
		unknown(k, "exclude.processing", wanted);
		return;
	}
	for (size_t i = 0; i < p->processed.n; i++)
		if (has_word(&x->processing, word_at(&p->processed, i)))
			report(k, FL_NEED_BROKEN, "exclude.processing", wanted,
			       TEXT(k, "%.*s processes in %.*s", FL_FMT(k->offer->provider_id),
			            FL_FMT(word_at(&p->processed, i))),
			       &p->source, FL_DATE_NONE, FL_S("choose another host of the same model"));
}

static void check_tuning(struct looking *k)
{
	const struct fl_catalog_model *m = k->offer->model;
	const struct fl_list *wanted = &k->needs->fine_tuning;
	if (!wanted->n || fl_claim_yes(k->c, &m->open_weights) == FL_YES)
		return; /* who has the weights can tune them */
	bool closed = false;
	for (size_t i = 0; i < m->tuning.n; i++) {
		const struct fl_tuning *t = &((const struct fl_tuning *)m->tuning.p)[i];
		closed |= t->closed;
		for (size_t j = 0; j < wanted->n && !t->closed; j++)
			if (fl_str_is(word_at(wanted, j), "any") || has_word(&t->methods, word_at(wanted, j)))
				return;
	}
	report(k, FL_NEED_BROKEN, "fine_tuning", joined(k, wanted),
	       closed ? FL_S("takes no new jobs") : FL_S("no offer to tune it is known"),
	       m->tuning.n ? &((const struct fl_tuning *)m->tuning.p)->source : NULL, FL_DATE_NONE,
	       FL_S("leave out fine_tuning"));
}

static void check_there(struct looking *k)
{
	const struct fl_catalog_model *m = k->offer->model;
	const struct fl_claim *retires = fl_claim_best(k->c, &m->retires);
	if (fl_model_status_on(k->c, m, k->day) != FL_MODEL_RETIRED)
		return;
	struct fl_str next = m->answered_by.n ? m->answered_by : m->replaced_by;
	report(k, FL_NEED_BROKEN, "available", FL_S("served"),
	       retires ? TEXT(k, "retired %.*s%s%.*s", FL_FMT(retires->text), m->answered_by.n ? ", answered by " : "",
	                      FL_FMT(m->answered_by))
	               : FL_S("retired"),
	       retires ? &retires->source : NULL, retires ? retires->checked : FL_DATE_NONE,
	       next.n ? TEXT(k, "use %.*s", FL_FMT(next)) : FL_S(""));
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

void fl_needs_check(const struct fl_catalog *c, const struct fl_needs *needs, const struct fl_offer_ref *offer,
                    fl_date day, struct fl_arena *a, struct fl_findings *out)
{
	static void (*const check[])(struct looking *) = {
	    check_there,     check_data,    check_region,    check_certificates, check_inputs,
	    check_outputs,   check_context, check_effective, check_first_token,  check_p95,
	    check_reasoning, check_tools,   check_schema,    check_web_search,   check_knowledge,
	    check_open,      check_licence, check_excluded,  check_tuning,       check_devices,
	};
	struct looking k = {.c = c,
	                    .needs = needs,
	                    .offer = offer,
	                    .policy = fl_policy_for(c, offer->provider_id, offer->model->id),
	                    .day = day,
	                    .a = a,
	                    .out = out};
	for (size_t i = 0; i < FL_COUNT(check); i++)
		check[i](&k);
}

void fl_findings_release(struct fl_findings *f)
{
	FL_VEC_RELEASE(&f->p);
	f->broken = f->unknown = 0;
}

struct fl_str fl_finding_text(const struct fl_finding *f, struct fl_arena *a)
{
	char day[FL_DATE_TEXT];
	fl_date_format(f->date, day);
	bool sourced = f->source.n || day[0];
	return fl_arena_printf(a, "%.*s: wanted %.*s, found %.*s%s%.*s%s%s%s", FL_FMT(f->need), FL_FMT(f->wanted),
	                       FL_FMT(f->found), sourced ? " (" : "", FL_FMT(f->source),
	                       f->source.n && day[0] ? ", " : "", day, sourced ? ")" : "");
}
