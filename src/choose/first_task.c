#include "choose/first_task.h"

#include "base/money.h"
#include "call/bound.h"
#include "choose/quality.h"
#include "choose/thinking.h"
#include "codec/yaml_write.h"
#include "price/offer_price.h"
#include "provider/honour.h"

#include <math.h>
#include <stdlib.h>

enum {
	FRONT = 400, /* models of one vendor that are compared */
	VENDORS = 64,
	RECENT_DAYS = 550,
	PROMPT_BYTES = 600,     /* what the prompt adds to an item */
	REQUEST_BYTES = 400,    /* what a request adds to its prompt */
	THINKING_OUTPUT = 8192, /* as a task without max_output has them */
	PLAIN_OUTPUT = 1024,
	WORD_OUTPUT = 64, /* for an answer of one word: a sentence around it still fits */
	TIMEOUT_MS = 60000
};
#define BEST_WITHIN 0.02 /* as good as the best */
#define CHEAP_LEAST 0.4  /* of the strong one's share: a cheap model must be able to win */

const char *const fl_first_role_words[] = {"cheap", "middle", "strong", "local", "named", "application"};

#define SAY(t, ...) fl_arena_printf((t)->arena, __VA_ARGS__)
#define NOTE(t, ...) FL_VEC_PUSH(&(t)->note, SAY(t, __VA_ARGS__))

/* --- models of a vendor ------------------------------------------------------------------------------------------- */

/* A model that could be taken. */
struct option {
	const struct fl_catalog_model *model;
	const struct fl_offer *offer;
	double share;
	bool inherited; /* the share is its predecessor's */
	int64_t call_nusd;
	fl_date since;
};
struct vendor {
	const struct fl_provider *provider;
	struct option pick[FL_FIRST_OF_VENDOR]; /* cheap, middle, strong; offer NULL = none */
};

struct choosing {
	struct fl_first_task *task;
	struct fl_qualities quality;
	struct fl_suite suite;
	uint64_t in_tokens, out_tokens, context; /* of a call; and the context that the longest needs */
	bool image, pdf;
};

static bool has_word(const struct fl_claim *claim, const char *word)
{
	for (size_t i = 0; claim && i < claim->words.n; i++)
		if (fl_str_is(((const struct fl_str *)claim->words.p)[i], word))
			return true;
	return false;
}

static bool fits(const struct choosing *c, const struct fl_catalog_model *m)
{
	const struct fl_catalog *k = c->task->wish->catalog;
	const struct fl_claim *in = fl_claim_best(k, &m->inputs), *out = fl_claim_best(k, &m->outputs);
	int64_t context = fl_claim_number(k, &m->context, -1);
	if ((in && !has_word(in, "text")) || (out && !has_word(out, "text")))
		return false;
	if ((c->image && !has_word(in, "image")) || (c->pdf && !has_word(in, "pdf")))
		return false;
	return context < 0 || (uint64_t)context >= c->context;
}

static bool stays(const struct choosing *c, const struct fl_catalog_model *m)
{
	const struct fl_first_wish *w = c->task->wish;
	int64_t until = w->day + FL_FIRST_STAYS_DAYS;
	return fl_model_out_on(w->catalog, m, w->day) &&
	       fl_model_status_on(w->catalog, m, w->day) == FL_MODEL_CURRENT && !m->access.n &&
	       fl_claim_number(w->catalog, &m->retires, INT64_MAX) > until &&
	       fl_claim_number(w->catalog, &m->deprecates, INT64_MAX) > until;
}

static bool on_sale(const struct choosing *c, const struct fl_catalog_offer *o)
{
	fl_date day = c->task->wish->day;
	return (o->from == FL_DATE_NONE || o->from <= day) &&
	       (o->to == FL_DATE_NONE || o->to > day + FL_FIRST_STAYS_DAYS) &&
	       fl_offer_rate(c->task->wish->catalog, o, FL_USE_INPUT, day) >= 0 &&
	       fl_offer_rate(c->task->wish->catalog, o, FL_USE_OUTPUT, day) >= 0;
}

/* At the level that a call without a word has; where that was not measured, the lowest that was. */
static bool find_share(const struct choosing *c, struct option *o)
{
	const struct fl_ability *best = NULL;
	struct fl_ability before;
	enum fl_effort standard = fl_effort_standard(o->model);
	for (size_t i = 0; i < c->quality.count; i++) {
		const struct fl_ability *a = &c->quality.ability[i];
		bool better = best && best->effort != standard && (a->effort == standard || a->mean < best->mean);
		if (a->model == o->model && (!best || better))
			best = a;
	}
	o->inherited = !best;
	if (!best && fl_ability_inherited(c->task->wish->catalog, &c->quality, o->model, &before))
		best = &before;
	o->share = best ? best->share : -1;
	return best != NULL;
}

static int64_t cost_of(const struct choosing *c, const struct option *o)
{
	const struct fl_catalog *k = c->task->wish->catalog;
	struct fl_thinks t = fl_thinks_of(k, &c->suite, o->model, fl_effort_standard(o->model));
	double more = fl_thinking_tokens(t.times, (int64_t)c->out_tokens);
	struct fl_served served = {.thinking = more > 0 ? FL_THINKING_ON : FL_THINKING_OFF,
	                           .at_ms = c->task->wish->day * FL_DAY_MS + FL_DAY_MS / 2};
	struct fl_usage u = {.reported = true};
	int64_t nusd;
	u.units[FL_USE_INPUT] = c->in_tokens;
	u.units[FL_USE_OUTPUT] = c->out_tokens;
	u.units[FL_USE_REASONING] = (uint64_t)llround(more);
	return fl_price_cost(o->offer->price, &u, &served, 0, &nusd) ? nusd : -1;
}

/* The model at that provider under the name that a task file gives it; false when it could not be called and priced so. */
static bool option_at(const struct choosing *c, const struct fl_provider *p, const struct fl_offer_ref *ref,
                      struct option *out)
{
	const struct fl_first_wish *w = c->task->wish;
	struct fl_str sent = ref->offer->model.n ? ref->offer->model : ref->model->id;
	struct fl_str name = SAY(c->task, "%.*s/%.*s", FL_FMT(p->name), FL_FMT(sent));
	*out = (struct option){.model = ref->model, .since = fl_model_since(w->catalog, ref->model)};
	if (!stays(c, ref->model) || !on_sale(c, ref->offer) || !fits(c, ref->model) || !find_share(c, out) ||
	    fl_providers_offer(w->providers, name, &out->offer, NULL) != FL_OK ||
	    out->offer->price->kind != FL_PRICE_TOKENS || out->offer->fact.model != ref->model)
		return false;
	out->call_nusd = cost_of(c, out);
	return out->call_nusd >= 0;
}

static size_t options_of(const struct choosing *c, const struct fl_provider *p, struct option *option)
{
	const struct fl_catalog *k = c->task->wish->catalog;
	size_t n = 0;
	for (size_t i = 0; i < k->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)k->models.p)[i];
		for (size_t j = 0; j < m->offers.n && n < FRONT; j++) {
			struct fl_offer_ref ref;
			if (!fl_catalog_offer_at(k, m, j, &ref) || !fl_str_is(ref.provider_id, p->vendor->name) ||
			    ref.id.n != ref.provider_id.n + 1 + m->id.n) /* a variant: batch, another number format */
				continue;
			n += option_at(c, p, &ref, &option[n]);
		}
	}
	return n;
}

/* y is at least as good in both, and better in one; of equals the newer. */
static bool beats(const struct option *y, const struct option *x)
{
	if (y->call_nusd > x->call_nusd || y->share < x->share)
		return false;
	return y->call_nusd < x->call_nusd || y->share > x->share || y->since > x->since ||
	       (y->since == x->since && y < x);
}

static int by_cost(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	return x->call_nusd < y->call_nusd ? -1 : x->call_nusd > y->call_nusd;
}

/* Keeps those that nobody beats, cheapest first. */
static size_t front(struct option *option, size_t n)
{
	struct option *kept = fl_alloc(n * sizeof *kept + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		bool beaten = false;
		for (size_t j = 0; j < n && !beaten; j++)
			beaten = j != i && beats(&option[j], &option[i]);
		if (!beaten)
			kept[k++] = option[i];
	}
	memcpy(option, kept, k * sizeof *kept);
	free(kept);
	qsort(option, k, sizeof *option, by_cost);
	return k;
}

/* The one in between, on the front; else, for a front of two, the best that has scores of its own. */
static const struct option *middle_of(const struct option *front, size_t strong, const struct option *all, size_t n)
{
	const struct option *cheap = &front[0], *best = NULL;
	double between = sqrt((double)cheap->call_nusd * (double)front[strong].call_nusd), nearest = INFINITY;
	for (size_t i = 1; i < strong; i++) {
		double away = fabs(log((double)front[i].call_nusd / between));
		if (away < nearest) {
			nearest = away;
			best = &front[i];
		}
	}
	for (size_t i = 0; i < n && nearest == INFINITY; i++)
		if (!all[i].inherited && all[i].call_nusd > cheap->call_nusd && all[i].model != front[strong].model &&
		    all[i].call_nusd <= front[strong].call_nusd && (!best || all[i].share > best->share))
			best = &all[i];
	return best;
}

/* Models of the last year and a half, where there are some. */
static size_t recent(const struct choosing *c, struct option *option, size_t n)
{
	size_t kept = 0;
	fl_date since = c->task->wish->day - RECENT_DAYS;
	for (size_t i = 0; i < n; i++)
		if (option[i].since != FL_DATE_NONE && option[i].since >= since)
			option[kept++] = option[i];
	return kept ? kept : n;
}

/* Where one model is ahead of all others in both, by its predecessor's scores most often: the best of the others. */
static const struct option *second(const struct option *first, const struct option *all, size_t n)
{
	const struct option *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (all[i].model != first->model && all[i].call_nusd > first->call_nusd &&
		    (!best || all[i].inherited < best->inherited ||
		     (all[i].inherited == best->inherited && all[i].share > best->share)))
			best = &all[i];
	return best;
}

static void pick_of_vendor(const struct choosing *c, struct vendor *v)
{
	struct option *all = fl_alloc_zero(FRONT, sizeof *all), *best = fl_alloc_zero(FRONT + 1, sizeof *best);
	size_t n = recent(c, all, options_of(c, v->provider, all)), strong = 0, cheap = 0;
	memcpy(best, all, n * sizeof *all);
	size_t kept = front(best, n);
	while (kept && best[strong].share < best[kept - 1].share - BEST_WITHIN)
		strong++;
	while (kept && best[cheap].share < best[strong].share * CHEAP_LEAST)
		cheap++;
	const struct option *other = kept && cheap == strong ? second(&best[cheap], all, n) : NULL;
	if (other)
		best[++strong] = *other;
	if (kept)
		v->pick[FL_FIRST_CHEAP] = best[cheap];
	if (strong > cheap) {
		const struct option *middle = middle_of(best + cheap, strong - cheap, all, n);
		v->pick[FL_FIRST_STRONG] = best[strong];
		if (middle)
			v->pick[FL_FIRST_MIDDLE] = *middle;
	}
	free(all);
	free(best);
}

/* --- who races ---------------------------------------------------------------------------------------------------- */

bool fl_first_usable(const struct fl_provider *p)
{
	enum fl_key_state key = fl_provider_key_state(p);
	return p->url.n && key != FL_KEY_MISSING;
}

static bool taken(const struct fl_first_task *t, const struct fl_catalog_model *m)
{
	for (size_t i = 0; i < t->candidate.n; i++)
		if (m && t->candidate.p[i].offer && t->candidate.p[i].offer->fact.model == m)
			return true;
	return false;
}

static void take(struct fl_first_task *t, const struct vendor *v, enum fl_first_role role)
{
	const struct option *o = &v->pick[role];
	char money[FL_MONEY_TEXT];
	if (!o->offer || taken(t, o->model))
		return;
	FL_VEC_PUSH(&t->candidate,
	            (struct fl_first_candidate){.name = o->offer->name,
	                                        .role = role,
	                                        .offer = o->offer,
	                                        .call_nusd = o->call_nusd,
	                                        .share = o->share,
	                                        .why = SAY(t, "%s, about %.*s a call; public tests%s: %.0f %% right",
	                                                   fl_first_role_words[role],
	                                                   FL_FMT(fl_money_format(o->call_nusd, money)),
	                                                   o->inherited ? " of its predecessor" : "", o->share * 100)});
}

/* In turns: the first vendor's cheap one, the second's strong one, ... until the places are filled. */
static void take_turns(struct fl_first_task *t, const struct vendor *vendor, size_t n, size_t most)
{
	static const enum fl_first_role order[] = {FL_FIRST_CHEAP, FL_FIRST_STRONG, FL_FIRST_MIDDLE};
	for (size_t round = 0; round < FL_COUNT(order); round++)
		for (size_t v = 0; v < n && t->candidate.n < most; v++)
			take(t, &vendor[v], order[(v + round) % FL_COUNT(order)]);
}

static bool is_embedding(struct fl_str name)
{
	static const char *const words[] = {"embed", "rerank", "whisper", "bge-", "bge_", "minilm", "clip", "tts"};
	for (size_t i = 0; i < FL_COUNT(words); i++)
		for (size_t at = 0; at + strlen(words[i]) <= name.n; at++)
			if (fl_str_eq_nocase(fl_str_sub(name, at, at + strlen(words[i])), fl_str_from(words[i])))
				return true;
	return false;
}

static void add_model(struct fl_first_task *t, struct fl_str name, enum fl_first_role role, struct fl_str why)
{
	struct fl_first_candidate c = {.name = name, .role = role, .why = why, .call_nusd = -1, .share = -1};
	if (fl_providers_offer(t->wish->providers, name, &c.offer, NULL) != FL_OK ||
	    c.offer->price->kind == FL_PRICE_UNKNOWN)
		return;
	if (c.offer->price->kind == FL_PRICE_FREE)
		c.call_nusd = 0;
	FL_VEC_PUSH(&t->candidate, c);
}

/* One model of this machine. */
static void take_local(struct fl_first_task *t)
{
	size_t before = t->candidate.n;
	for (size_t i = 0; i < t->wish->locals && t->candidate.n == before; i++) {
		const struct fl_first_server *l = &t->wish->local[i];
		for (size_t m = 0; m < l->models && t->candidate.n == before; m++)
			if (!is_embedding(l->model[m]))
				add_model(t, SAY(t, "%.*s/%.*s", FL_FMT(l->provider->name), FL_FMT(l->model[m])),
				          FL_FIRST_LOCAL,
				          SAY(t, "on this machine, free of charge: %.*s lists %zu model%s",
				              FL_FMT(l->provider->name), l->models, l->models == 1 ? "" : "s"));
	}
}

/* Models that the user's configuration prices, of providers of their own. */
static void take_configured(struct fl_first_task *t, size_t most)
{
	const struct fl_map *all = &t->wish->providers->by_name;
	for (size_t i = 0; i < all->n; i++) {
		const struct fl_provider *p = all->entry[i].value;
		if (!p->configured || p->app || p->vendor || !fl_str_eq(all->entry[i].key, p->name) ||
		    !fl_first_usable(p))
			continue;
		for (size_t m = 0; m < p->model_price.n && m < FL_FIRST_OF_VENDOR && t->candidate.n < most; m++)
			add_model(t, SAY(t, "%.*s/%.*s", FL_FMT(p->name), FL_FMT(p->model_price.entry[m].key)),
			          FL_FIRST_NAMED, FL_S("your configuration has its price"));
	}
}

static size_t vendors_of(const struct choosing *c, bool any, struct vendor *vendor)
{
	static const char *const known[] = {"openai", "anthropic", "google"};
	const struct fl_map *all = &c->task->wish->providers->by_name;
	size_t n = 0;
	for (size_t i = 0; i < all->n && n < VENDORS; i++) {
		const struct fl_provider *p = all->entry[i].value;
		bool one = !any;
		for (size_t k = 0; k < FL_COUNT(known); k++)
			one |= fl_str_is(p->name, known[k]);
		if (!p->vendor || p->own_server || !fl_str_is(p->name, p->vendor->name) ||
		    !fl_str_eq(all->entry[i].key, p->name) || !one || (!any && !fl_first_usable(p)))
			continue;
		vendor[n] = (struct vendor){.provider = p};
		pick_of_vendor(c, &vendor[n]);
		n += vendor[n].pick[FL_FIRST_CHEAP].offer != NULL;
	}
	return n;
}

static int dearer(const void *a, const void *b)
{
	const struct fl_first_candidate *x = a, *y = b;
	return x->call_nusd < y->call_nusd ? -1 : x->call_nusd > y->call_nusd;
}

static void find_candidates(struct choosing *c)
{
	struct fl_first_task *t = c->task;
	struct vendor vendor[VENDORS];
	take_local(t);
	bool local = t->candidate.n > 0;
	take_configured(t, FL_FIRST);
	take_turns(t, vendor, vendors_of(c, false, vendor), FL_FIRST);
	t->nobody = t->candidate.n == 0 && !t->wish->command;
	size_t n = t->nobody ? vendors_of(c, true, vendor) : 0;
	for (size_t i = 0; i < n; i++)
		take(t, &vendor[i], FL_FIRST_CHEAP);
	if (t->candidate.n > local)
		qsort(t->candidate.p + local, t->candidate.n - local, sizeof *t->candidate.p, dearer);
	if (local) { /* it stands last */
		struct fl_first_candidate first = t->candidate.p[0];
		memmove(t->candidate.p, t->candidate.p + 1, (t->candidate.n - 1) * sizeof first);
		t->candidate.p[t->candidate.n - 1] = first;
	}
}

static enum fl_code named_candidates(struct fl_first_task *t, struct fl_err *err)
{
	for (size_t i = 0; i < t->wish->models; i++) {
		struct fl_str name = t->wish->model[i], near[3];
		struct fl_first_candidate c = {
		    .name = name, .role = FL_FIRST_NAMED, .why = FL_S("you named it"), .call_nusd = -1, .share = -1};
		FL_TRY(fl_providers_offer(t->wish->providers, name, &c.offer, err));
		if (c.offer->price->kind == FL_PRICE_UNKNOWN) {
			size_t n = fl_catalog_near(t->wish->catalog, c.offer->model, near);
			fl_err_set(err, FL_E_INVALID, "%.*s has no known price, so it could not run under a budget",
			           FL_FMT(name));
			if (n)
				fl_err_help(err, "did you mean %.*s? `fulcrum models` lists all", FL_FMT(near[0]));
			else
				fl_err_help(err,
				            "`fulcrum models` lists those with a price; fulcrum.yaml may state one");
			return FL_E_INVALID;
		}
		if (c.offer->price->kind == FL_PRICE_FREE)
			c.call_nusd = 0;
		FL_VEC_PUSH(&t->candidate, c);
	}
	return FL_OK;
}

static void add_app(struct fl_first_task *t)
{
	FL_VEC_PUSH(&t->candidate, (struct fl_first_candidate){.name = FL_S("app"),
	                                                       .role = FL_FIRST_APP,
	                                                       .why = FL_S("your application"),
	                                                       .call_nusd = -1,
	                                                       .share = -1});
}

/* --- limits and money --------------------------------------------------------------------------------------------- */

static uint64_t label_longest(const struct fl_look *l)
{
	return l->label.kind == FL_LABEL_NONE ? 0 : l->column[l->label.column].longest;
}

/* Of a local model, of an application, and of one that the catalogue does not know, nobody knows whether it thinks. */
static bool may_think(const struct fl_first_task *t, const struct fl_offer *o)
{
	if (!o || !o->fact.model || o->provider->own_server || fl_honour_thinks(o, FL_S("")))
		return true;
	return !o->fact.model->reasoning.n && fl_claim_yes(t->wish->catalog, &o->fact.model->reasons) != FL_NO;
}

static void limit_output(struct fl_first_task *t)
{
	const struct fl_look *l = t->wish->look;
	uint64_t longest = label_longest(l), need = fl_look_tokens(longest) * 2;
	bool word = l->label.kind == FL_LABEL_CHOICE || l->label.kind == FL_LABEL_NUMBER;
	for (size_t i = 0; i < t->candidate.n; i++)
		t->thinks |= may_think(t, t->candidate.p[i].offer);
	if (need > PLAIN_OUTPUT)
		t->max_output = need + (t->thinks ? THINKING_OUTPUT : 0);
	else if (word && !t->thinks)
		t->max_output = WORD_OUTPUT + longest;
}

static bool attaches(const struct fl_look *l, bool pdf)
{
	for (size_t i = 0; i < l->columns; i++) {
		struct fl_str e = fl_str_trim(l->column[i].example);
		bool is_pdf = e.n > 4 && fl_str_eq_nocase(fl_str_sub(e, e.n - 4, e.n), FL_S(".pdf"));
		if (l->attach[i] && is_pdf == pdf)
			return true;
	}
	return false;
}

/* The most that one call of any candidate can cost, on the longest item; as balance holds it. */
static int64_t worst_call(const struct fl_first_task *t)
{
	const struct fl_look *l = t->wish->look;
	struct fl_served asked = {.at_ms = t->wish->day * FL_DAY_MS};
	int64_t most = 0;
	for (size_t i = 0; i < t->candidate.n; i++) {
		const struct fl_offer *o = t->candidate.p[i].offer;
		int64_t worst = 0;
		if (!o || o->price->kind == FL_PRICE_FREE)
			continue;
		uint64_t bytes =
		    l->item_longest + l->item_longest / 4 + PROMPT_BYTES + REQUEST_BYTES + o->provider->preamble_tokens;
		for (size_t k = 0; k < l->columns; k++)
			bytes += l->attach[k] ? FL_TOKENS_OF_IMAGE : 0;
		if (attaches(l, true))
			bytes = FL_MAX(bytes, fl_context_most(o));
		uint64_t output = t->max_output                   ? t->max_output
		                  : fl_honour_thinks(o, FL_S("")) ? THINKING_OUTPUT
		                                                  : PLAIN_OUTPUT;
		if (fl_price_worst(o->price, bytes, 1, output, &asked, TIMEOUT_MS, &worst))
			most = FL_MAX(most, worst);
	}
	return most;
}

static void set_budget(struct fl_first_task *t)
{
	const int64_t usd = FL_NUSD_PER_USD;
	bool costs = false;
	char money[FL_MONEY_TEXT];
	for (size_t i = 0; i < t->candidate.n; i++)
		costs |= t->candidate.p[i].offer && t->candidate.p[i].offer->price->kind != FL_PRICE_FREE;
	t->call_worst_nusd = worst_call(t);
	if (t->wish->budget_nusd >= 0) {
		t->budget_nusd = t->wish->budget_nusd;
		if (t->call_worst_nusd > t->budget_nusd)
			NOTE(t, "one call may cost up to %.*s, more than that budget",
			     FL_FMT(fl_money_format(t->call_worst_nusd, money)));
		return;
	}
	if (!costs)
		return;
	t->budget_nusd = usd;
	if (t->call_worst_nusd > usd / 2) { /* two calls at once must fit, or nothing races */
		t->budget_nusd = (t->call_worst_nusd / usd + 1) * 2 * usd;
		NOTE(t, "the budget is larger than 1 USD because one call may cost up to %.*s",
		     FL_FMT(fl_money_format(t->call_worst_nusd, money)));
	}
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

const struct fl_yaml *fl_first_examples(struct fl_arena *a)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, a, FL_YAML_LIST);
	static const char *const example[][3] = {{"example-1", "Put your first example here", "right answer 1"},
	                                         {"example-2", "Put your second example here", "right answer 2"},
	                                         {"example-3", "Put your third example here", "right answer 3"}};
	for (size_t i = 0; i < FL_COUNT(example); i++) {
		struct fl_yaml_pen one;
		fl_yaml_pen_init(&one, a, FL_YAML_MAP);
		fl_yaml_pen_put(&one, FL_S("id"), fl_yaml_text(a, fl_str_from(example[i][0])));
		fl_yaml_pen_put(&one, FL_S("text"), fl_yaml_text(a, fl_str_from(example[i][1])));
		fl_yaml_pen_put(&one, FL_S("label"), fl_yaml_text(a, fl_str_from(example[i][2])));
		fl_yaml_pen_push(&all, one.node);
	}
	return all.node;
}

static void lengths(struct choosing *c)
{
	const struct fl_look *l = c->task->wish->look;
	const struct fl_column *label = l->label.kind == FL_LABEL_NONE ? NULL : &l->column[l->label.column];
	c->image = attaches(l, false);
	c->pdf = attaches(l, true);
	c->in_tokens = fl_look_tokens(l->item_bytes + PROMPT_BYTES);
	c->out_tokens = label && label->filled ? FL_MAX(fl_look_tokens(label->bytes / label->filled), (uint64_t)5) : 50;
	c->context = fl_look_tokens(l->item_longest + PROMPT_BYTES) + THINKING_OUTPUT;
}

static enum fl_code choose(struct choosing *c, struct fl_err *err)
{
	const struct fl_first_wish *w = c->task->wish;
	if (w->models)
		return named_candidates(c->task, err);
	fl_qualities_of(w->catalog, fl_category_find(FL_S("general")), w->day, c->task->arena, &c->quality);
	c->suite = fl_suite_of(w->catalog);
	find_candidates(c);
	return FL_OK;
}

enum fl_code fl_first_task(const struct fl_first_wish *w, struct fl_arena *a, struct fl_first_task *out,
                           struct fl_err *err)
{
	struct choosing c = {.task = out};
	*out = (struct fl_first_task){.wish = w, .arena = a};
	lengths(&c);
	enum fl_code code = choose(&c, err);
	if (code == FL_OK) {
		if (w->command)
			add_app(out);
		limit_output(out);
		set_budget(out);
		code = fl_first_text(out, err);
	}
	if (code != FL_OK)
		fl_first_task_release(out);
	return code;
}

void fl_first_task_release(struct fl_first_task *t)
{
	FL_VEC_RELEASE(&t->candidate);
	FL_VEC_RELEASE(&t->note);
}
