#include "catalog/index.h"

struct fl_str fl_catalog_fold(struct fl_str s, struct fl_arena *a)
{
	char *p = fl_arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	p[s.n] = '\0';
	return (struct fl_str){p, s.n};
}

/* The first to take a name keeps it: ids are put in before aliases. */
static void put(struct fl_map *m, struct fl_str name, void *value, struct fl_arena *a)
{
	struct fl_str key = fl_catalog_fold(name, a);
	if (name.n && !fl_map_get(m, key))
		fl_map_put(m, key, value);
}

/* "groq:fp8" -> "groq" and ":fp8". */
static void split_variant(struct fl_str key, struct fl_str *provider, struct fl_str *variant)
{
	ptrdiff_t colon = fl_str_find_char(key, ':', 0);
	size_t at = colon < 0 ? key.n : (size_t)colon;
	*provider = fl_str_sub(key, 0, at);
	*variant = fl_str_sub(key, at, key.n);
}

static struct fl_str path(struct fl_arena *a, struct fl_str provider, struct fl_str model, struct fl_str variant)
{
	return fl_arena_printf(a, "%.*s/%.*s%.*s", FL_FMT(provider), FL_FMT(model), FL_FMT(variant));
}

static void index_offer(struct fl_catalog *c, const struct fl_catalog_model *m, size_t i, bool aliases)
{
	const struct fl_catalog_offer *o = &((const struct fl_catalog_offer *)m->offers.p)[i];
	struct fl_str provider, variant;
	split_variant(m->offers.name[i], &provider, &variant);
	struct fl_str id = path(&c->arena, provider, m->id, variant);
	struct fl_offer_ref *ref = aliases ? fl_map_get(&c->offer_by_name, fl_catalog_fold(id, &c->arena)) : NULL;
	if (!aliases) {
		ref = FL_NEW(&c->arena, struct fl_offer_ref);
		*ref = (struct fl_offer_ref){.model = m, .offer = o, .id = id, .provider_id = provider};
		ref->provider = fl_catalog_named(&c->providers, sizeof(struct fl_catalog_provider), ref->provider_id);
		put(&c->offer_by_name, id, ref, &c->arena);
		return;
	}
	if (o->model.n)
		put(&c->offer_by_name, path(&c->arena, provider, o->model, variant), ref, &c->arena);
	for (size_t k = 0; k < m->aliases.n; k++) {
		const struct fl_alias *alias = &((const struct fl_alias *)m->aliases.p)[k];
		if (!alias->provider.n || fl_str_eq(alias->provider, provider))
			put(&c->offer_by_name, path(&c->arena, provider, alias->name, variant), ref, &c->arena);
	}
}

void fl_catalog_index(struct fl_catalog *c)
{
	struct fl_catalog_model *model = c->models.p;
	for (size_t i = 0; i < c->models.n; i++) {
		struct fl_catalog_offer *offer = model[i].offers.p;
		fl_date since = fl_model_since(c, &model[i]);
		model[i].id = c->models.name[i];
		for (size_t k = 0; k < model[i].offers.n; k++)
			offer[k].since = since;
		put(&c->model_by_name, model[i].id, &model[i], &c->arena);
		for (size_t k = 0; k < model[i].offers.n; k++)
			index_offer(c, &model[i], k, false);
	}
	for (size_t i = 0; i < c->models.n; i++) {
		put(&c->model_by_name, model[i].name, &model[i], &c->arena);
		const struct fl_catalog_offer *own = fl_catalog_named(&model[i].offers, sizeof *own, model[i].lab);
		if (own) /* what its own lab calls it */
			put(&c->model_by_name, own->model, &model[i], &c->arena);
		for (size_t k = 0; k < model[i].aliases.n; k++)
			put(&c->model_by_name, ((const struct fl_alias *)model[i].aliases.p)[k].name, &model[i],
			    &c->arena);
		for (size_t k = 0; k < model[i].offers.n; k++)
			index_offer(c, &model[i], k, true);
	}
}
