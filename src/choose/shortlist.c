/*
 * The shortlist and its task file: three to six settings that are worth measuring, at vendors that the program can call.
 *
 * Taken in this order, each model once (the verdict's at two levels): the verdict; the cheaper and the more capable
 * alternative; those tied with the verdict, best first, of labs that are not there yet; a newer model without public
 * scores whose predecessor is among the good ones; those that follow. A model whose host the program has no entry for goes
 * by OpenRouter, where that meets the needs too; own machines by llama-server.
 */
#include "choose/advise_int.h"

#include "base/money.h"
#include "codec/yaml_write.h"
#include "provider/honour.h"

#include <math.h>

enum { SHORTLIST = 6, MODELS_LEAST = 3, COMMENT_WIDTH = 76 /* shown by four columns further in */ };

/* --- who can be called -------------------------------------------------------------------------------------------- */

static bool meets(const struct fl_advice *v, const struct fl_offer_ref *ref)
{
	struct fl_findings f = {0};
	fl_needs_check(v->catalog, &v->wish->needs, ref, v->wish->day, v->arena, &f);
	bool ok = f.broken == 0 && !(v->wish->strict && f.unknown);
	fl_findings_release(&f);
	return ok && fl_offer_rate(v->catalog, ref->offer, FL_USE_INPUT, v->wish->day) >= 0;
}

/* The program knows where to call it: not so a vendor whose address is each customer's own. */
static bool has_address(struct fl_str provider)
{
	const struct fl_vendor *v = fl_vendor_find(provider);
	return v && v->url;
}

/* The offer of the model that the program can call: the setting's own, else OpenRouter's, else any. */
static bool callable(const struct fl_advice *v, const struct fl_setting *s, struct fl_offer_ref *out)
{
	bool found = false;
	if (has_address(s->offer.provider_id)) {
		*out = s->offer;
		return true;
	}
	for (size_t i = 0; i < s->offer.model->offers.n; i++) {
		struct fl_offer_ref ref;
		if (!fl_catalog_offer_at(v->catalog, s->offer.model, i, &ref) || !has_address(ref.provider_id) ||
		    (found && !fl_str_is(ref.provider_id, "openrouter")) || !meets(v, &ref))
			continue;
		*out = ref;
		found = true;
	}
	return found;
}

/* The offer that a name in the task file will mean; NULL when there is none. */
static const struct fl_offer *offer_of(const struct fl_advice *v, struct fl_str name)
{
	const struct fl_offer *o;
	struct fl_err ignored;
	return fl_providers_offer(v->providers, name, &o, &ignored) == FL_OK ? o : NULL;
}

/* The effort as a task may set it for that model; empty where it takes no such level. */
static struct fl_str takes_effort(const struct fl_advice *v, struct fl_str model, enum fl_effort e)
{
	struct fl_str level[FL_EFFORTS];
	const struct fl_offer *o = offer_of(v, model);
	size_t n = o ? fl_honour_levels(o, level) : 0;
	for (size_t i = 0; i < n && e != FL_EFFORT_PLAIN; i++)
		if (fl_str_is(level[i], fl_effort_words[e]))
			return fl_str_from(fl_effort_words[e]);
	return FL_S("");
}

static void note(struct fl_advice *v, struct fl_str text)
{
	for (size_t i = 0; i < v->task_note.n; i++)
		if (fl_str_eq(v->task_note.p[i], text))
			return;
	FL_VEC_PUSH(&v->task_note, text);
}
#define NOTE(v, ...) note(v, FL_SAY(v, __VA_ARGS__))

static bool listed(const struct fl_advice *v, struct fl_str model, struct fl_str effort)
{
	for (size_t i = 0; i < v->shortlist.n; i++)
		if (fl_str_eq(v->shortlist.p[i].model, model) && fl_str_eq(v->shortlist.p[i].effort, effort))
			return true;
	return false;
}

static void list(struct fl_advice *v, size_t i, const char *why)
{
	const struct fl_setting *s = &v->setting.p[i];
	struct fl_offer_ref ref;
	struct fl_listed l = {.setting = i, .why = why};
	if (v->shortlist.n == SHORTLIST)
		return;
	if (s->own) {
		l.model = FL_SAY(v, "llama-server/%.*s", FL_FMT(s->offer.model->id));
	} else if (callable(v, s, &ref)) {
		const struct fl_vendor *vendor = fl_vendor_find(ref.provider_id);
		struct fl_str sent = ref.offer->model.n ? ref.offer->model : s->offer.model->id;
		l.model = FL_SAY(v, "%s/%.*s", vendor->name, FL_FMT(sent));
		l.effort = takes_effort(v, l.model, s->effort);
		if (!l.effort.n && s->effort != FL_EFFORT_PLAIN && s->effort != fl_effort_standard(s->offer.model))
			NOTE(v, "%.*s runs at its standard level: %s takes no '%s'", FL_FMT(l.model), vendor->name,
			     fl_effort_words[s->effort]);
		if (!fl_str_eq(ref.provider_id, s->offer.provider_id))
			NOTE(v, "%.*s stands for %.*s, whose host cannot be called yet", FL_FMT(l.model),
			     FL_FMT(s->offer.id));
	} else {
		NOTE(v, "%.*s is left out: none of its hosts that meet your needs can be called yet", FL_FMT(s->name));
		return;
	}
	if (!listed(v, l.model, l.effort))
		FL_VEC_PUSH(&v->shortlist, l);
}

/* --- who is worth it ---------------------------------------------------------------------------------------------- */

static bool has_model(const struct fl_advice *v, const struct fl_catalog_model *m)
{
	for (size_t i = 0; i < v->shortlist.n; i++)
		if (v->setting.p[v->shortlist.p[i].setting].offer.model == m)
			return true;
	return false;
}

static bool has_lab(const struct fl_advice *v, struct fl_str lab)
{
	for (size_t i = 0; i < v->shortlist.n; i++)
		if (fl_str_eq(v->setting.p[v->shortlist.p[i].setting].offer.model->lab, lab))
			return true;
	return false;
}

/* The verdict's model at the level below, where there is one: what its thinking is worth shows best so. */
static void list_other_level(struct fl_advice *v)
{
	const struct fl_setting *won = &v->setting.p[v->verdict];
	ptrdiff_t best = -1;
	for (size_t i = 0; i < v->ranked; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->offer.model == won->offer.model && s->own == won->own && s->effort != won->effort &&
		    (best < 0 || s->utility_usd > v->setting.p[best].utility_usd))
			best = (ptrdiff_t)i;
	}
	if (best >= 0)
		list(v, (size_t)best, "the same model at another level");
}

static void list_ties(struct fl_advice *v, size_t most)
{
	const struct fl_setting *won = &v->setting.p[v->verdict];
	for (size_t i = 0; i < v->ranked && v->shortlist.n < most; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->tie == won->tie && !has_lab(v, s->offer.model->lab))
			list(v, i, "cannot be told from the verdict by public scores");
	}
}

/* A newer model whose predecessor is good enough: the cheapest such, and only one. */
static void list_new(struct fl_advice *v)
{
	const struct fl_setting *won = &v->setting.p[v->verdict];
	ptrdiff_t best = -1;
	for (size_t i = 0; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		struct fl_offer_ref ref;
		if (s->measured || !s->known || !s->priced || s->leaves.n ||
		    s->share < won->share - FL_CHEAPER_WITHIN || s->own || has_model(v, s->offer.model) ||
		    !callable(v, s, &ref))
			continue;
		if (best < 0 || s->utility_usd > v->setting.p[best].utility_usd)
			best = (ptrdiff_t)i;
	}
	if (best >= 0)
		list(v, (size_t)best, "newer, without public scores: its predecessor is good");
}

static void list_rest(struct fl_advice *v)
{
	for (size_t i = 0; i < v->ranked && v->shortlist.n < MODELS_LEAST; i++)
		if (!has_model(v, v->setting.p[i].offer.model))
			list(v, i, "next by utility");
}

static void choose(struct fl_advice *v)
{
	list(v, (size_t)v->verdict, "the verdict");
	if (v->cheaper >= 0)
		list(v, (size_t)v->cheaper, "cheaper, at most 5 points less");
	if (v->stronger >= 0)
		list(v, (size_t)v->stronger, "more capable");
	list_ties(v, SHORTLIST - 2);
	list_new(v);
	list_other_level(v);
	list_rest(v);
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static void put_text(struct fl_yaml_pen *p, const char *key, struct fl_str text)
{
	fl_yaml_pen_put(p, fl_str_from(key), fl_yaml_text(p->arena, text));
}

/* A quantity that only looks like a text: written without quotes. */
static void put_plain(struct fl_yaml_pen *p, const char *key, struct fl_str text)
{
	fl_yaml_pen_put(p, fl_str_from(key), fl_yaml_plain(p->arena, text));
}

static const struct fl_yaml *candidates_tree(const struct fl_advice *v)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, v->arena, FL_YAML_LIST);
	for (size_t i = 0; i < v->shortlist.n; i++) {
		const struct fl_listed *l = &v->shortlist.p[i];
		struct fl_yaml_pen one;
		fl_yaml_pen_init(&one, v->arena, FL_YAML_MAP);
		put_plain(&one, "model", l->model);
		if (l->effort.n)
			put_text(&one, "effort", l->effort);
		fl_yaml_pen_push(&all, one.node);
	}
	return all.node;
}

static const struct fl_yaml *value_tree(const struct fl_advice *v)
{
	const struct fl_advise_wish *w = v->wish;
	const struct fl_pay *pay = &w->pay;
	char text[FL_MONEY_TEXT];
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, v->arena, FL_YAML_MAP);
	if (w->value_nusd >= 0)
		put_plain(&p, "right", FL_SAY(v, "%.*s USD", FL_FMT(fl_money_exact(w->value_nusd, text))));
	if (pay->wage_nusd_per_hour > 0) {
		put_plain(&p, "wage",
		          FL_SAY(v, "%.*s USD/hour", FL_FMT(fl_money_exact(pay->wage_nusd_per_hour, text))));
		put_plain(&p, "waiting", FL_SAY(v, "%.6g", (double)pay->waiting_ppm / 1e6));
	}
	if (pay->wage_nusd_per_hour > 0 && w->value_nusd < 0) {
		put_plain(&p, "saved_if_right", FL_SAY(v, "%lldms", (long long)pay->saved_if_right_ms));
		put_plain(&p, "lost_if_wrong", FL_SAY(v, "%lldms", (long long)pay->lost_if_wrong_ms));
	}
	return p.node->count ? p.node : NULL;
}

/* Three items that say how an item looks; the first thing to replace. */
static const struct fl_yaml *data_tree(const struct fl_advice *v)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, v->arena, FL_YAML_LIST);
	for (int i = 1; i <= 3; i++) {
		struct fl_yaml_pen one;
		fl_yaml_pen_init(&one, v->arena, FL_YAML_MAP);
		put_text(&one, "id", FL_SAY(v, "example-%d", i));
		put_text(&one, "input", FL_SAY(v, "Put your example %d here", i));
		put_text(&one, "target", FL_SAY(v, "right answer %d", i));
		fl_yaml_pen_push(&all, one.node);
	}
	return all.node;
}

static bool replaced(struct fl_str key, bool value)
{
	static const char *const keys[] = {"candidates", "needs", "traffic", "category", "params"};
	static const char *const goal[] = {"value", "goal", "within", "floor", "margin", "baseline"};
	for (size_t i = 0; i < FL_COUNT(keys); i++)
		if (fl_str_is(key, keys[i]))
			return true;
	for (size_t i = 0; i < FL_COUNT(goal); i++)
		if (fl_str_is(key, goal[i]))
			return value || fl_str_is(key, "baseline");
	return false;
}

static struct fl_str json_of(const struct fl_yaml *value, struct fl_arena *a)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, FL_YAML_BYTES);
	fl_json_begin(&w, &b, 0);
	struct fl_err ignored;
	bool ok = fl_yaml_to_json(value, &w, &ignored) == FL_OK && fl_json_done(&w);
	struct fl_str text = ok ? fl_arena_dup(a, fl_buf_slice(&b)) : FL_S("");
	fl_buf_release(&b);
	return text;
}

static bool takes_param(const struct fl_advice *v, const struct fl_listed *l, const struct fl_yaml *param)
{
	const struct fl_offer *o = offer_of(v, l->model);
	struct fl_err ignored;
	return !o || fl_honour_param(o, param->key, json_of(param, v->arena), l->effort, &ignored) == FL_OK;
}

/* Whether listed model i is the first of its name: parameters are said once a model. */
static bool first_of_model(const struct fl_advice *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (fl_str_eq(v->shortlist.p[k].model, v->shortlist.p[i].model))
			return false;
	return true;
}

/* A model takes a parameter when it does so at every level at which it is listed. */
static bool model_takes_param(const struct fl_advice *v, struct fl_str model, const struct fl_yaml *param)
{
	bool takes = true;
	for (size_t i = 0; i < v->shortlist.n; i++)
		if (fl_str_eq(v->shortlist.p[i].model, model))
			takes &= takes_param(v, &v->shortlist.p[i], param);
	return takes;
}

/* The task's parameters: those that every listed model takes stay common, the others go to the models that take them. */
static void put_params(struct fl_advice *v, const struct fl_yaml *params, struct fl_yaml_pen *task)
{
	struct fl_yaml_pen common, own[SHORTLIST];
	fl_yaml_pen_init(&common, v->arena, FL_YAML_MAP);
	for (size_t i = 0; i < v->shortlist.n; i++)
		fl_yaml_pen_init(&own[i], v->arena, FL_YAML_MAP);
	for (const struct fl_yaml *m = params->first; m; m = m->next) {
		bool all = true;
		if (fl_str_find_char(m->key, '/', 0) >= 0)
			continue; /* of a model that was a candidate before */
		for (size_t i = 0; i < v->shortlist.n; i++)
			all &= takes_param(v, &v->shortlist.p[i], m);
		if (all)
			fl_yaml_pen_put(&common, m->key, m);
		for (size_t i = 0; i < v->shortlist.n && !all; i++) {
			struct fl_str model = v->shortlist.p[i].model;
			if (!first_of_model(v, i))
				continue;
			if (model_takes_param(v, model, m))
				fl_yaml_pen_put(&own[i], m->key, m);
			else
				NOTE(v, "%.*s does not take %.*s and runs without it", FL_FMT(model), FL_FMT(m->key));
		}
	}
	for (size_t i = 0; i < v->shortlist.n; i++)
		if (own[i].node->count)
			fl_yaml_pen_put(&common, v->shortlist.p[i].model, own[i].node);
	if (common.node->count)
		fl_yaml_pen_put(task, FL_S("params"), common.node);
}

static const struct fl_yaml *task_tree(struct fl_advice *v)
{
	const struct fl_advise_wish *w = v->wish;
	const struct fl_yaml *value = value_tree(v);
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, v->arena, FL_YAML_MAP);
	for (const struct fl_yaml *m = w->task ? w->task->first : NULL; m; m = m->next)
		if (!replaced(m->key, value != NULL))
			fl_yaml_pen_put(&p, m->key, m);
	if (!w->task) {
		put_text(&p, "task", FL_SAY(v, "my-%s", v->category->name));
		put_text(&p, "about", fl_str_from(v->category->about));
		fl_yaml_pen_put(&p, FL_S("data"), data_tree(v));
	}
	put_text(&p, "category", fl_str_from(v->category->name));
	if (w->needs_tree && w->needs_tree->count)
		fl_yaml_pen_put(&p, FL_S("needs"), w->needs_tree);
	if (w->traffic_month)
		put_plain(&p, "traffic", FL_SAY(v, "%lld/month", (long long)w->traffic_month));
	if (value) {
		fl_yaml_pen_put(&p, FL_S("value"), value);
	} else if (!w->task) {
		put_text(&p, "goal", FL_S("cheapest"));
		put_plain(&p, "within", FL_S("2 points"));
	}
	if (w->task && fl_yaml_get(w->task, FL_S("params")))
		put_params(v, fl_yaml_get(w->task, FL_S("params")), &p);
	fl_yaml_pen_put(&p, FL_S("candidates"), candidates_tree(v));
	if (!w->task)
		put_plain(&p, "budget", FL_S("5 USD"));
	return p.node;
}

static void comment(struct fl_buf *b, struct fl_str text)
{
	fl_yaml_comment(b, text, COMMENT_WIDTH, 2);
}

static void write_task(struct fl_advice *v)
{
	struct fl_buf b;
	fl_buf_init(&b, FL_YAML_BYTES);
	const struct fl_yaml *tree = task_tree(v); /* which may add notes */
	comment(&b, FL_S("Written by `fulcrum advise`: the shortlist, to be measured on your own examples."));
	if (!v->wish->task)
		comment(&b,
		        FL_S("Put your own examples under data (or the name of a JSONL or CSV file): 50 tell much more "
		             "than 3."));
	for (size_t i = 0; i < v->shortlist.n; i++) {
		const struct fl_listed *l = &v->shortlist.p[i];
		comment(&b, FL_SAY(v, "%.*s%s%.*s: %s", FL_FMT(l->model), l->effort.n ? "@" : "", FL_FMT(l->effort),
		                   l->why));
	}
	for (size_t i = 0; i < v->task_note.n; i++)
		comment(&b, v->task_note.p[i]);
	struct fl_err err;
	if (v->shortlist.n && fl_yaml_write(tree, &b, &err) == FL_OK)
		v->task_file = fl_arena_dup(v->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
}

void fl_advice_shortlist(struct fl_advice *v)
{
	struct fl_providers providers;
	fl_providers_init(&providers, v->catalog);
	v->providers = &providers;
	choose(v);
	write_task(v);
	v->providers = NULL;
	fl_providers_release(&providers);
}
