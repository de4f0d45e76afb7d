#include "catalog/catalog.h"
#include "catalog/index.h"

#include <stdio.h>

const void *fl_catalog_named(const struct fl_list *list, size_t size, struct fl_str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (fl_str_eq(list->name[i], name))
			return (const char *)list->p + i * size;
	return NULL;
}

const struct fl_source *fl_catalog_source(const struct fl_catalog *c, struct fl_str name)
{
	return fl_catalog_named(&c->sources, sizeof(struct fl_source), name);
}

const struct fl_lab *fl_catalog_lab(const struct fl_catalog *c, struct fl_str id)
{
	return fl_catalog_named(&c->labs, sizeof(struct fl_lab), id);
}

/* Looks a folded name up; names longer than any that exist are not folded at all. */
static void *get(const struct fl_map *m, struct fl_str name)
{
	struct fl_arena a;
	if (name.n > 256)
		return NULL;
	fl_arena_init(&a);
	void *found = fl_map_get(m, fl_catalog_fold(name, &a));
	fl_arena_release(&a);
	return found;
}

const struct fl_catalog_model *fl_catalog_find(const struct fl_catalog *c, struct fl_str name)
{
	return get(&c->model_by_name, name);
}

/* --- providers ---------------------------------------------------------------------------------------------------- */

static bool host_matches(struct fl_str pattern, struct fl_str host)
{
	return fl_str_eq_nocase(pattern, host) ||
	       (pattern.n && strchr(".-", pattern.p[0]) && host.n > pattern.n &&
	        fl_str_eq_nocase(fl_str_sub(host, host.n - pattern.n, host.n), pattern));
}

const struct fl_catalog_provider *fl_catalog_provider(const struct fl_catalog *c, struct fl_str name, struct fl_str *id)
{
	const struct fl_catalog_provider *p = c->providers.p;
	for (size_t i = 0; name.n && i < c->providers.n; i++) {
		bool found = fl_str_eq_nocase(c->providers.name[i], name);
		for (size_t k = 0; k < p[i].aliases.n; k++)
			found |= fl_str_eq_nocase(((const struct fl_str *)p[i].aliases.p)[k], name);
		for (size_t k = 0; k < p[i].hosts.n; k++)
			found |= host_matches(((const struct fl_str *)p[i].hosts.p)[k], name);
		if (found) {
			*id = c->providers.name[i];
			return &p[i];
		}
	}
	return NULL;
}

/* --- the nearest names -------------------------------------------------------------------------------------------- */

struct near {
	struct fl_str name;
	size_t distance;
};

/* Keeps the three nearest, each name once. A name that begins with the word, or holds it, counts as nearer. */
static void consider(struct near best[3], struct fl_str word, struct fl_str name)
{
	size_t d = fl_str_distance(word, name) * 2;
	if (word.n >= 3 && fl_str_find(name, word, 0) >= 0)
		d /= 2;
	for (int i = 0; i < 3; i++) {
		if (best[i].name.n && fl_str_eq(best[i].name, name))
			return;
		if (best[i].name.n && best[i].distance <= d)
			continue;
		memmove(&best[i + 1], &best[i], sizeof *best * (size_t)(2 - i));
		best[i] = (struct near){name, d};
		return;
	}
}

size_t fl_catalog_near(const struct fl_catalog *c, struct fl_str name, struct fl_str out[3])
{
	struct near best[3] = {0};
	ptrdiff_t slash = fl_str_find_char(name, '/', 0);
	struct fl_str word = slash < 0 ? name : fl_str_sub(name, (size_t)slash + 1, name.n);
	size_t n = 0;
	for (size_t i = 0; i < c->models.n; i++)
		consider(best, word, c->models.name[i]);
	while (n < 3 && best[n].name.n) {
		out[n] = best[n].name;
		n++;
	}
	return n;
}

static enum fl_code unknown(const struct fl_catalog *c, struct fl_str name, const char *what, struct fl_err *err)
{
	struct fl_str near[3];
	char list[200];
	int at = 0;
	size_t n = err ? fl_catalog_near(c, name, near) : 0; /* a look at every name, for the message alone */
	for (size_t i = 0; i < n; i++)
		at += snprintf(list + at, sizeof list - (size_t)at, "%s%.*s", i ? ", " : "",
		               FL_FMT(fl_str_sub(near[i], 0, 50)));
	struct fl_str shown = fl_str_sub(name, 0, 80);
	fl_err_set(err, FL_E_NOT_FOUND, "the catalogue knows no %s '%.*s'", what, FL_FMT(shown));
	fl_err_found(err, "'%.*s'", FL_FMT(shown));
	if (n) {
		ptrdiff_t slash = fl_str_find_char(name, '/', 0);
		struct fl_str word = fl_str_sub(name, (size_t)(slash + 1), name.n);
		bool typo = fl_str_distance(word, near[0]) <= FL_MAX((size_t)2, word.n / 3);
		fl_err_expected(err, "the id of a model; the nearest are %s", list);
		if (typo)
			fl_err_help(err, "did you mean %.*s? `fulcrum models WORDS` searches", FL_FMT(near[0]));
		else
			fl_err_help(err, "`fulcrum models WORDS` searches");
	}
	return FL_E_NOT_FOUND;
}

enum fl_code fl_catalog_model(const struct fl_catalog *c, struct fl_str name, const struct fl_catalog_model **out,
                              struct fl_err *err)
{
	struct fl_offer_ref *ref;
	*out = fl_catalog_find(c, name);
	if (!*out && (ref = get(&c->offer_by_name, name)))
		*out = ref->model;
	return *out ? FL_OK : unknown(c, name, "model", err);
}

/* --- offers ------------------------------------------------------------------------------------------------------- */

/* "provider/rest" with the provider by any of its names. */
static const struct fl_offer_ref *find_offer(const struct fl_catalog *c, struct fl_str provider, struct fl_str rest)
{
	struct fl_arena a;
	struct fl_str id = provider;
	fl_catalog_provider(c, provider, &id);
	fl_arena_init(&a);
	const struct fl_offer_ref *ref =
	    get(&c->offer_by_name, fl_arena_printf(&a, "%.*s/%.*s", FL_FMT(id), FL_FMT(rest)));
	fl_arena_release(&a);
	return ref;
}

bool fl_catalog_offer_at(const struct fl_catalog *c, const struct fl_catalog_model *m, size_t i,
                         struct fl_offer_ref *out)
{
	struct fl_str key = m->offers.name[i];
	ptrdiff_t colon = fl_str_find_char(key, ':', 0);
	size_t at = colon < 0 ? key.n : (size_t)colon;
	struct fl_arena a;
	fl_arena_init(&a);
	const struct fl_offer_ref *ref =
	    get(&c->offer_by_name, fl_arena_printf(&a, "%.*s/%.*s%.*s", FL_FMT(fl_str_sub(key, 0, at)), FL_FMT(m->id),
	                                           FL_FMT(fl_str_sub(key, at, key.n))));
	fl_arena_release(&a);
	if (ref)
		*out = *ref;
	return ref != NULL;
}

static struct fl_offer_ref offer_at(const struct fl_catalog *c, const struct fl_catalog_model *m, size_t i)
{
	struct fl_offer_ref ref;
	FL_ASSERT(fl_catalog_offer_at(c, m, i, &ref));
	return ref;
}

/* A model's own offer: at a provider of the lab's name, else the only one that is no reseller, else the only one. */
static enum fl_code own_offer(const struct fl_catalog *c, const struct fl_catalog_model *m, struct fl_offer_ref *out,
                              struct fl_err *err)
{
	size_t direct = 0, last = 0;
	char list[240];
	int n = 0;
	for (size_t i = 0; i < m->offers.n; i++) {
		*out = offer_at(c, m, i);
		if (fl_str_eq(m->offers.name[i], m->lab))
			return FL_OK;
		if (!out->provider || !out->provider->reseller) {
			direct++;
			last = i;
		}
		if (n < (int)sizeof list)
			n += snprintf(list + n, sizeof list - (size_t)n, "%s%.*s", i ? ", " : "", FL_FMT(out->id));
	}
	if (direct == 1 || m->offers.n == 1) {
		*out = offer_at(c, m, direct == 1 ? last : 0);
		return FL_OK;
	}
	if (m->offers.n == 0) {
		fl_err_set(err, FL_E_NOT_FOUND, "nobody is known to offer '%.*s' by an API", FL_FMT(m->id));
		fl_err_help(err, "give its price with --price, or run it yourself: `fulcrum fit %.*s`", FL_FMT(m->id));
		return FL_E_NOT_FOUND;
	}
	fl_err_set(err, FL_E_INVALID, "'%.*s' is offered by several providers", FL_FMT(m->id));
	fl_err_found(err, "'%.*s'", FL_FMT(m->id));
	fl_err_expected(err, "one of %s", list);
	fl_err_help(err, "name the offer, provider first: --offer %.*s", FL_FMT(offer_at(c, m, 0).id));
	return FL_E_INVALID;
}

enum fl_code fl_catalog_offer(const struct fl_catalog *c, struct fl_str name, struct fl_offer_ref *out,
                              struct fl_err *err)
{
	ptrdiff_t slash = fl_str_find_char(name, '/', 0);
	const struct fl_offer_ref *ref = NULL;
	if (slash > 0)
		ref = find_offer(c, fl_str_sub(name, 0, (size_t)slash), fl_str_sub(name, (size_t)slash + 1, name.n));
	if (ref) {
		*out = *ref;
		return FL_OK;
	}
	const struct fl_catalog_model *m = fl_catalog_find(c, name);
	return m ? own_offer(c, m, out, err) : unknown(c, name, slash > 0 ? "offer" : "model", err);
}

size_t fl_catalog_date_suffix(struct fl_str s)
{
	static const char *const shape[] = {"-####-##-##", "-########", "@########", "-####", "-##-##"};
	for (size_t k = 0; k < FL_COUNT(shape); k++) {
		size_t n = strlen(shape[k]), i = 0;
		if (s.n <= n)
			continue;
		const char *p = s.p + s.n - n;
		while (i < n && (shape[k][i] == '#' ? p[i] >= '0' && p[i] <= '9' : p[i] == shape[k][i]))
			i++;
		if (i == n)
			return n;
	}
	return 0;
}

static bool alias_holds(const struct fl_offer_ref *ref, struct fl_str name, fl_date day, bool dated)
{
	for (size_t k = 0; k < ref->model->aliases.n; k++) {
		const struct fl_alias *alias = &((const struct fl_alias *)ref->model->aliases.p)[k];
		bool here = !alias->provider.n || fl_str_eq(alias->provider, ref->provider_id);
		if (here && fl_str_eq_nocase(alias->name, name) && (!dated || alias->dated))
			return (alias->from == FL_DATE_NONE || day >= alias->from) &&
			       (alias->to == FL_DATE_NONE || day < alias->to);
	}
	return !dated; /* its id, or the string that the offer sends */
}

bool fl_catalog_served(const struct fl_catalog *c, struct fl_str provider, struct fl_str model, fl_date day,
                       struct fl_offer_ref *out)
{
	static const struct fl_str path = {"models/", 7}; /* Gemini's resource names */
	if (fl_str_starts(model, path))
		model = fl_str_sub(model, path.n, model.n);
	const struct fl_offer_ref *ref = find_offer(c, provider, model);
	size_t cut = fl_catalog_date_suffix(model);
	bool found = ref && alias_holds(ref, model, day, false);
	if (!found && cut) {
		struct fl_str base = fl_str_sub(model, 0, model.n - cut);
		ref = find_offer(c, provider, base);
		found = ref && alias_holds(ref, base, day, true);
	}
	if (found)
		*out = *ref;
	return found;
}
