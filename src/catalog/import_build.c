/*
 * import_build.c - the overlay that an import writes, as a YAML tree: sources, labs, providers, calendars and models, with
 * whatever the overlay held before and the import does not renew.
 */
#include "catalog/import_int.h"
#include "codec/yaml_write.h"

#include <inttypes.h>
#include <stdio.h>

#define TEXT(z) fl_yaml_text(im->arena, fl_str_from(z))

/* --- small values ------------------------------------------------------------------------------------------------- */

/* An integer with `scale` digits behind the point, exact: 1250000000 with 9 is 1.25. */
static const struct fl_yaml *decimal(struct fl_arena *a, int64_t v, int scale)
{
	char text[48], digits[32];
	int n = snprintf(digits, sizeof digits, "%0*" PRId64, scale + 1, v), at = 0;
	memcpy(text, digits, (size_t)(n - scale));
	at = n - scale;
	text[at++] = '.';
	memcpy(text + at, digits + n - scale, (size_t)scale);
	at += scale;
	while (text[at - 1] == '0')
		at--;
	if (text[at - 1] == '.')
		at--;
	return fl_yaml_plain(a, (struct fl_str){text, (size_t)at});
}

static int scale_of(int class)
{
	return class < FL_USE_TOKEN_CLASSES                        ? FL_IMPORT_MILLION
	       : class == FL_USE_REQUEST || class == FL_USE_SEARCH ? FL_IMPORT_THOUSAND
	                                                           : FL_IMPORT_EACH;
}

static void put_day(struct fl_yaml_pen *p, const char *key, fl_date day)
{
	char text[FL_DATE_TEXT];
	if (day != FL_DATE_NONE)
		fl_yaml_pen_put(p, fl_str_from(key), fl_yaml_plain(p->arena, fl_date_format(day, text)));
}

static void put_text(struct fl_yaml_pen *p, const char *key, struct fl_str text)
{
	if (text.n)
		fl_yaml_pen_put(p, fl_str_from(key), fl_yaml_text(p->arena, text));
}

static void put_number(struct fl_yaml_pen *p, const char *key, int64_t n)
{
	if (n)
		fl_yaml_pen_put(p, fl_str_from(key), decimal(p->arena, n, 0));
}

static void put_true(struct fl_yaml_pen *p, const char *key, bool yes)
{
	if (yes)
		fl_yaml_pen_put(p, fl_str_from(key), fl_yaml_plain(p->arena, FL_S("true")));
}

/* One text alone, several as a list. */
static void put_texts(struct fl_yaml_pen *p, const char *key, const struct fl_list *list)
{
	const struct fl_str *s = list->p;
	struct fl_yaml_pen all;
	if (list->n == 1)
		put_text(p, key, s[0]);
	if (list->n < 2)
		return;
	fl_yaml_pen_init(&all, p->arena, FL_YAML_LIST);
	for (size_t i = 0; i < list->n; i++)
		fl_yaml_pen_push(&all, fl_yaml_text(p->arena, s[i]));
	fl_yaml_pen_put(p, fl_str_from(key), all.node);
}

/* --- price rows --------------------------------------------------------------------------------------------------- */

static const struct fl_field *field_of(const struct fl_table *t, const char *key)
{
	for (size_t i = 0; i < t->fields; i++)
		if (strcmp(t->field[i].key, key) == 0)
			return &t->field[i];
	FL_BUG("a price row lacks a field");
}

static void put_when(struct fl_yaml_pen *row, const struct fl_price_when *w)
{
	struct fl_yaml_pen p;
	const struct fl_table *table = field_of(&fl_price_row_table, "when")->table;
	fl_yaml_pen_init(&p, row->arena, FL_YAML_MAP);
	put_text(&p, "tier", w->tier);
	put_number(&p, "above", w->above);
	put_true(&p, "marginal", w->marginal);
	if (w->thinking)
		put_text(&p, "thinking", fl_str_from(field_of(table, "thinking")->words[w->thinking]));
	put_text(&p, "region", w->region);
	put_text(&p, "hours", w->hours);
	put_text(&p, "snapshot", w->snapshot);
	put_true(&p, "fine_tuned", w->fine_tuned);
	if (p.node->count)
		fl_yaml_pen_put(row, FL_S("when"), p.node);
}

static void put_stacks(struct fl_yaml_pen *row, const struct fl_list *stacks)
{
	const char *const *words = field_of(&fl_price_row_table, "stacks")->words;
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, row->arena, FL_YAML_LIST);
	for (size_t i = 0; i < stacks->n; i++)
		fl_yaml_pen_push(&p, fl_yaml_text(row->arena, fl_str_from(words[((const int *)stacks->p)[i]])));
	if (stacks->n)
		fl_yaml_pen_put(row, FL_S("stacks"), p.node);
}

static const struct fl_yaml *row_node(struct fl_arena *a, const struct fl_price_row *r)
{
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, a, FL_YAML_MAP);
	for (int c = 0; c < FL_USE_CLASSES; c++)
		if (r->rate[c] >= 0)
			fl_yaml_pen_put(&p, fl_str_from(fl_usage_class_name((enum fl_usage_class)c)),
			                decimal(a, r->rate[c], scale_of(c)));
	if (r->factor_billionths)
		fl_yaml_pen_put(&p, FL_S("factor"), decimal(a, r->factor_billionths, 9));
	put_stacks(&p, &r->stacks);
	put_when(&p, &r->when);
	put_day(&p, "from", r->from);
	put_day(&p, "to", r->to);
	put_day(&p, "stated_to", r->stated_to);
	if (r->status != FL_PRICE_LIST)
		put_text(&p, "status", fl_str_from(fl_price_status_words[r->status]));
	put_texts(&p, "source", &r->source);
	put_day(&p, "checked", r->checked);
	put_text(&p, "note", r->note);
	return p.node;
}

/* --- models ------------------------------------------------------------------------------------------------------- */

static const struct fl_yaml *claim_node(struct fl_arena *a, const struct fl_import_fact *f, struct fl_str source)
{
	struct fl_yaml_pen p, words;
	fl_yaml_pen_init(&p, a, FL_YAML_MAP);
	if (f->kind == FL_IMPORT_WORDS) {
		fl_yaml_pen_init(&words, a, FL_YAML_LIST);
		for (size_t i = 0; i < f->words.n; i++)
			fl_yaml_pen_push(&words, fl_yaml_text(a, ((const struct fl_str *)f->words.p)[i]));
		fl_yaml_pen_put(&p, FL_S("value"), words.node);
	} else {
		fl_yaml_pen_put(&p, FL_S("value"), fl_yaml_plain(a, fl_import_fact_text(f, a)));
	}
	put_text(&p, "source", source);
	put_text(&p, "note", fl_str_from(f->note));
	return p.node;
}

/* Limits of a host that serves less, or more, than its model is known for. */
static void put_served(struct fl_import *im, struct fl_yaml_pen *p, const struct fl_import_target *t)
{
	const struct fl_import_entry *e = t->sound, *told = t->model->told;
	static const char *const key[] = {"context", "max_output"};
	for (size_t k = 0; k < FL_COUNT(key) && e != told; k++) {
		const struct fl_catalog_model *m = t->model->model;
		const struct fl_import_fact *found = NULL;
		int64_t model = -1;
		for (size_t i = 0; i < e->facts; i++)
			if (strcmp(e->fact[i].key, key[k]) == 0)
				found = &e->fact[i];
		for (size_t i = 0; told && i < told->facts; i++)
			if (strcmp(told->fact[i].key, key[k]) == 0)
				model = told->fact[i].number;
		if (m)
			model = fl_claim_number(im->catalog, k ? &m->max_output : &m->context, model);
		if (found && found->number != model)
			fl_yaml_pen_put(p, fl_str_from(key[k]), claim_node(im->arena, found, e->file->source));
	}
}

static const struct fl_yaml *offer_node(struct fl_import *im, const struct fl_import_target *t)
{
	struct fl_yaml_pen p, rows;
	fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
	if (t->taken && !fl_str_eq(t->sound->id, t->model->id) && !(t->offer && t->offer->model.n))
		put_text(&p, "model", t->sound->id);
	if (t->taken)
		put_served(im, &p, t);
	fl_yaml_pen_init(&rows, im->arena, FL_YAML_LIST);
	for (size_t i = 0; i < t->row.n; i++)
		fl_yaml_pen_push(&rows, row_node(im->arena, &t->row.p[i]));
	fl_yaml_pen_put(&p, FL_S("prices"), rows.node);
	if (t->taken)
		put_day(&p, "to", t->sound->gone);
	return p.node;
}

/* Members of the old map that the new one does not have, behind its own; maps named in `deep` are merged one by one. */
static void put_old(struct fl_yaml_pen *p, const struct fl_yaml *old)
{
	for (const struct fl_yaml *c = old && old->kind == FL_YAML_MAP ? old->first : NULL; c; c = c->next)
		if (!fl_yaml_get(p->node, c->key))
			fl_yaml_pen_put(p, c->key, c);
}

static void put_offers(struct fl_import *im, struct fl_yaml_pen *model, const struct fl_import_model *m,
                       const struct fl_yaml *old)
{
	const struct fl_yaml *before = fl_yaml_get(old, FL_S("offers"));
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < m->target.n; i++) {
		const struct fl_import_target *t = m->target.p[i];
		if (!t->listed)
			continue;
		struct fl_yaml_pen offer;
		fl_yaml_pen_init(&offer, im->arena, FL_YAML_MAP);
		put_old(&offer, offer_node(im, t));
		put_old(&offer, fl_yaml_get(before, t->key));
		fl_yaml_pen_put(&p, t->key, offer.node);
	}
	put_old(&p, before);
	if (p.node->count)
		fl_yaml_pen_put(model, FL_S("offers"), p.node);
}

static const struct fl_yaml *model_node(struct fl_import *im, const struct fl_import_model *m)
{
	const struct fl_yaml *old = fl_import_old_model(im, m->id);
	const struct fl_import_entry *e = m->told;
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
	if (m->model && !fl_catalog_find(im->carried, m->id)) {
		put_text(&p, "name", m->model->name);
		put_text(&p, "lab", m->lab);
	}
	if (!m->model) {
		put_text(&p, "name", e->name.n ? e->name : e->id);
		put_text(&p, "lab", m->lab);
		if (e->status != FL_MODEL_CURRENT)
			put_text(&p, "status", fl_str_from(fl_model_status_words[e->status]));
	}
	for (size_t i = 0; i < m->fact.n; i++)
		fl_yaml_pen_put(&p, fl_str_from(m->fact.p[i]->key),
		                claim_node(im->arena, m->fact.p[i], e->file->source));
	put_offers(im, &p, m, old);
	put_old(&p, old);
	return p.node;
}

/* --- what models name ---------------------------------------------------------------------------------------------
 * The overlay stands by itself over the built-in catalogue: what its models name of other overlays is held here too.
 */

static void put_source(struct fl_import *im, struct fl_yaml_pen *all, struct fl_str name)
{
	const struct fl_source *s = fl_catalog_source(im->catalog, name);
	struct fl_yaml_pen p;
	if (!s || fl_catalog_source(im->carried, name) || fl_yaml_get(all->node, name))
		return;
	fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
	put_text(&p, "name", s->name);
	put_text(&p, "url", s->url);
	put_text(&p, "kind", s->kind);
	put_text(&p, "licence", s->licence);
	put_day(&p, "as_of", s->as_of);
	put_number(&p, "rank", s->rank);
	put_true(&p, "second_hand", s->second_hand);
	fl_yaml_pen_put(all, name, p.node);
}

static void put_files(struct fl_import *im, struct fl_yaml_pen *all)
{
	for (size_t i = 0; i < im->file.n; i++) {
		const struct fl_import_file *f = im->file.p[i];
		struct fl_yaml_pen p;
		if (fl_yaml_get(all->node, f->source))
			continue;
		fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
		put_text(&p, "name", fl_str_from(f->format->title));
		put_text(&p, "url", fl_str_from(f->format->url));
		put_text(&p, "kind", fl_str_from(f->format->kind));
		put_text(&p, "licence", fl_str_from(f->format->licence));
		put_day(&p, "as_of", f->as_of);
		put_number(&p, "rank", f->format->rank);
		put_true(&p, "second_hand", true);
		fl_yaml_pen_put(all, f->source, p.node);
	}
}

static const struct fl_yaml *sources_node(struct fl_import *im)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, im->arena, FL_YAML_MAP);
	put_files(im, &all);
	for (size_t i = 0; i < im->target.n; i++) {
		const struct fl_import_target *t = im->target.entry[i].value;
		for (size_t r = 0; r < t->row.n && t->listed; r++)
			for (size_t k = 0; k < t->row.p[r].source.n; k++)
				put_source(im, &all, ((const struct fl_str *)t->row.p[r].source.p)[k]);
	}
	put_old(&all, fl_yaml_get(im->old, FL_S("sources")));
	return all.node;
}

static const struct fl_yaml *labs_node(struct fl_import *im)
{
	struct fl_yaml_pen all, p;
	fl_yaml_pen_init(&all, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < im->model.n; i++) {
		const struct fl_import_model *m = im->model.entry[i].value;
		const struct fl_lab *known = fl_catalog_lab(im->catalog, m->lab);
		if (!m->taken || fl_catalog_lab(im->carried, m->lab) || fl_yaml_get(all.node, m->lab))
			continue;
		fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
		put_text(&p, "name", known && known->name.n ? known->name : FL_S("maker not known"));
		fl_yaml_pen_put(&all, m->lab, p.node);
	}
	put_old(&all, fl_yaml_get(im->old, FL_S("labs")));
	return all.node;
}

static const struct fl_yaml *provider_node(struct fl_import *im, struct fl_str id, const struct fl_import_entry *e)
{
	const struct fl_catalog_provider *known =
	    fl_catalog_named(&im->catalog->providers, sizeof(struct fl_catalog_provider), id);
	struct fl_str taken;
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
	if (known) {
		put_text(&p, "name", known->name);
		put_texts(&p, "aliases", &known->aliases);
		put_texts(&p, "hosts", &known->hosts);
		put_true(&p, "reseller", known->reseller);
		return p.node;
	}
	put_text(&p, "name", e->provider_name.n ? e->provider_name : e->provider);
	if (e->host.n && !fl_catalog_provider(im->catalog, e->host, &taken))
		put_text(&p, "hosts", e->host);
	put_text(&p, "source", e->file->source);
	return p.node;
}

static const struct fl_yaml *providers_node(struct fl_import *im)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < im->target.n; i++) {
		const struct fl_import_target *t = im->target.entry[i].value;
		if (t->listed && !fl_yaml_get(all.node, t->provider) &&
		    !fl_catalog_named(&im->carried->providers, sizeof(struct fl_catalog_provider), t->provider))
			fl_yaml_pen_put(&all, t->provider, provider_node(im, t->provider, t->sound));
	}
	put_old(&all, fl_yaml_get(im->old, FL_S("providers")));
	return all.node;
}

static void put_hours(struct fl_yaml_pen *p, const struct fl_import_hours *h)
{
	struct fl_yaml_pen spans;
	struct fl_arena *a = p->arena;
	bool over_midnight = h->to_min && h->to_min < h->from_min;
	fl_yaml_pen_init(&spans, a, FL_YAML_LIST);
	int first_end = over_midnight || !h->to_min ? 24 * 60 : h->to_min;
#define SPAN(from, to)                                                                                                 \
	fl_yaml_text(a, fl_arena_printf(a, "%02d:%02d-%02d:%02d", (from) / 60, (from) % 60, (to) / 60, (to) % 60))
	fl_yaml_pen_push(&spans, SPAN(h->from_min, first_end));
	if (over_midnight)
		fl_yaml_pen_push(&spans, SPAN(0, h->to_min));
#undef SPAN
	fl_yaml_pen_put(p, FL_S("hours"), spans.node);
}

/* Calendars that rows of other overlays name. */
static void put_calendars(struct fl_import *im, struct fl_yaml_pen *all, const struct fl_import_target *t)
{
	static const char *const day[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	for (size_t i = 0; i < t->row.n && t->listed; i++) {
		struct fl_str name = t->row.p[i].when.hours;
		const struct fl_calendar *c = fl_catalog_named(&im->catalog->calendars, sizeof *c, name);
		struct fl_yaml_pen p, days;
		if (!name.n || !c || fl_catalog_named(&im->carried->calendars, sizeof *c, name) ||
		    fl_yaml_get(all->node, name))
			continue;
		fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
		put_text(&p, "zone", c->zone);
		fl_yaml_pen_init(&days, im->arena, FL_YAML_LIST);
		for (size_t d = 0; d < c->days.n; d++)
			fl_yaml_pen_push(&days, TEXT(day[((const int *)c->days.p)[d]]));
		fl_yaml_pen_put(&p, FL_S("days"), days.node);
		put_texts(&p, "hours", &c->hours);
		put_text(&p, "note", c->note);
		fl_yaml_pen_put(all, name, p.node);
	}
}

static const struct fl_yaml *calendars_node(struct fl_import *im)
{
	static const char *const day[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	struct fl_yaml_pen all, p, days;
	fl_yaml_pen_init(&all, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < im->file.n; i++) {
		for (size_t k = 0; k < im->file.p[i]->hours.n; k++) {
			fl_yaml_pen_init(&p, im->arena, FL_YAML_MAP);
			put_text(&p, "zone", FL_S("UTC"));
			fl_yaml_pen_init(&days, im->arena, FL_YAML_LIST);
			for (size_t d = 0; d < FL_COUNT(day); d++)
				fl_yaml_pen_push(&days, TEXT(day[d]));
			fl_yaml_pen_put(&p, FL_S("days"), days.node);
			put_hours(&p, &im->file.p[i]->hours.p[k]);
			put_text(&p, "source", im->file.p[i]->source);
			if (!fl_yaml_get(all.node, im->file.p[i]->hours.p[k].name))
				fl_yaml_pen_put(&all, im->file.p[i]->hours.p[k].name, p.node);
		}
	}
	for (size_t i = 0; i < im->target.n; i++)
		put_calendars(im, &all, im->target.entry[i].value);
	put_old(&all, fl_yaml_get(im->old, FL_S("calendars")));
	return all.node;
}

static const struct fl_yaml *models_node(struct fl_import *im, size_t *taken)
{
	struct fl_yaml_pen all;
	fl_yaml_pen_init(&all, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < im->model.n; i++) {
		const struct fl_import_model *m = im->model.entry[i].value;
		if (m->taken)
			fl_yaml_pen_put(&all, m->id, model_node(im, m));
		*taken += m->taken;
	}
	/* Whatever the overlay held of models that this import does not touch. */
	const struct fl_yaml *old = fl_yaml_get(im->old, FL_S("models"));
	for (const struct fl_yaml *c = old && old->kind == FL_YAML_MAP ? old->first : NULL; c; c = c->next) {
		const struct fl_import_model *m = fl_map_get(&im->model, c->key);
		if (!m || !m->taken)
			fl_yaml_pen_put(&all, c->key, c);
	}
	return all.node;
}

const struct fl_yaml *fl_import_overlay(struct fl_import *im)
{
	size_t taken = 0;
	struct fl_yaml_pen root;
	const struct fl_yaml *models = models_node(im, &taken);
	if (!taken)
		return NULL;
	const struct {
		const char *key;
		const struct fl_yaml *node;
	} part[] = {
	    {"sources", sources_node(im)},     {"labs", labs_node(im)}, {"providers", providers_node(im)},
	    {"calendars", calendars_node(im)}, {"models", models},
	};
	fl_yaml_pen_init(&root, im->arena, FL_YAML_MAP);
	for (size_t i = 0; i < FL_COUNT(part); i++)
		if (part[i].node->count)
			fl_yaml_pen_put(&root, fl_str_from(part[i].key), part[i].node);
	put_old(&root, im->old);
	return root.node;
}
