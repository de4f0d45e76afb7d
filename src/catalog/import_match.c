/*
 * import_match.c - whose offer an entry of a price list speaks of.
 *
 * First by the exact names that the catalogue has at that provider (its id, the string that is sent, aliases, declared
 * dated forms), then by the names that mean one model everywhere. What begins alike never matches. What matches nothing is
 * a new model, whose id is the last part of its name in small letters, so that several hosts of it meet.
 *
 *   openrouter  meta-llama/Llama-4-Scout:free  ->  model llama-4-scout, offer openrouter:free
 */
#include "catalog/import_int.h"
#include "catalog/index.h"

const struct fl_table *fl_import_model_table(void)
{
	for (size_t i = 0; i < fl_catalog_table.fields; i++)
		if (strcmp(fl_catalog_table.field[i].key, "models") == 0)
			return fl_catalog_table.field[i].table;
	FL_BUG("the catalogue has no models");
}

static struct fl_str head_of(struct fl_str s, char end)
{
	ptrdiff_t at = fl_str_find_char(s, end, 0);
	return at < 0 ? s : fl_str_sub(s, 0, (size_t)at);
}

static struct fl_str last_of(struct fl_str s, char sign)
{
	size_t from = s.n;
	while (from && s.p[from - 1] != sign)
		from--;
	return fl_str_sub(s, from, s.n);
}

/* Small letters, digits and . _ + - alone: what may stand in an id. */
static struct fl_str slug(struct fl_str s, struct fl_arena *a)
{
	struct fl_str out = fl_catalog_fold(s, a);
	char *p = (char *)(uintptr_t)out.p;
	for (size_t i = 0; i < out.n; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= '0' && p[i] <= '9') || strchr("._+", p[i])))
			p[i] = '-';
	return out;
}

/* --- providers ---------------------------------------------------------------------------------------------------- */

static struct fl_str provider_of(struct fl_import *im, const struct fl_import_entry *e)
{
	struct fl_str theirs = e->provider, id;
	for (const struct fl_import_name *n = e->file->format->provider; n->theirs; n++)
		if (fl_str_is(theirs, n->theirs))
			theirs = fl_str_from(n->ours);
	if (fl_catalog_provider(im->catalog, theirs, &id))
		return id;
	id = slug(theirs, im->arena);
	return fl_catalog_provider(im->catalog, id, &theirs) ? theirs : id;
}

/* The same, remembered: price lists name few providers often. */
static struct fl_str known_provider(struct fl_import *im, struct fl_map *seen, const struct fl_import_entry *e)
{
	struct fl_str *id = fl_map_get(seen, e->provider);
	if (!id) {
		id = FL_NEW(im->arena, struct fl_str);
		*id = provider_of(im, e);
		fl_map_put(seen, e->provider, id);
	}
	return *id;
}

/* --- labs --------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *prefix, *lab;
} lab_of_name[] = {
    {"gpt-", "openai"},       {"chatgpt", "openai"},    {"o1", "openai"},         {"o3", "openai"},
    {"o4", "openai"},         {"davinci", "openai"},    {"babbage", "openai"},    {"codex", "openai"},
    {"claude", "anthropic"},  {"gemini", "google"},     {"gemma", "google"},      {"palm-", "google"},
    {"llama", "meta"},        {"meta-llama", "meta"},   {"mistral", "mistral"},   {"mixtral", "mistral"},
    {"codestral", "mistral"}, {"ministral", "mistral"}, {"magistral", "mistral"}, {"devstral", "mistral"},
    {"pixtral", "mistral"},   {"voxtral", "mistral"},   {"open-mi", "mistral"},   {"deepseek", "deepseek"},
    {"qwen", "alibaba"},      {"qwq", "alibaba"},       {"qvq", "alibaba"},       {"grok", "xai"},
    {"command", "cohere"},    {"c4ai", "cohere"},       {"aya", "cohere"},        {"kimi", "moonshot"},
    {"moonshot", "moonshot"}, {"glm", "zai"},           {"chatglm", "zai"},       {"minimax", "minimax"},
    {"abab", "minimax"},      {"nova-", "amazon"},      {"titan", "amazon"},      {"nemotron", "nvidia"},
    {"nvidia", "nvidia"},     {"sonar", "perplexity"},  {"pplx", "perplexity"},   {"mimo", "xiaomi"},
    {"hunyuan", "tencent"},   {"hy3", "tencent"},
};
static const struct {
	const char *org, *lab;
} lab_of_org[] = {
    {"meta-llama", "meta"},      {"mistralai", "mistral"}, {"x-ai", "xai"},           {"qwen", "alibaba"},
    {"moonshotai", "moonshot"},  {"z-ai", "zai"},          {"zai-org", "zai"},        {"thudm", "zai"},
    {"deepseek-ai", "deepseek"}, {"minimaxai", "minimax"}, {"cohereforai", "cohere"}, {"coherelabs", "cohere"},
};

static struct fl_str known_lab(const struct fl_import *im, struct fl_str name, struct fl_str org)
{
	for (size_t i = 0; i < FL_COUNT(lab_of_org); i++)
		if (fl_str_is(org, lab_of_org[i].org))
			return fl_str_from(lab_of_org[i].lab);
	if (org.n && fl_catalog_lab(im->catalog, org))
		return org;
	for (size_t i = 0; i < FL_COUNT(lab_of_name); i++)
		if (fl_str_starts(name, fl_str_from(lab_of_name[i].prefix)))
			return fl_str_from(lab_of_name[i].lab);
	return (struct fl_str){0};
}

/* Who made a new model: by the organisation before the slash, by how its name begins, or the provider when it is a lab. */
static struct fl_str lab_of(const struct fl_import *im, const struct fl_import_entry *e, struct fl_str id,
                            struct fl_str provider)
{
	struct fl_str full = slug(e->id, im->arena), org = head_of(fl_catalog_fold(e->id, im->arena), '/');
	if (org.n == e->id.n)
		org = head_of(full, '.').n < full.n ? head_of(full, '.') : (struct fl_str){0};
	struct fl_str lab = known_lab(im, id, org);
	if (lab.n && fl_catalog_lab(im->catalog, lab))
		return lab;
	return fl_catalog_lab(im->catalog, provider) ? provider : FL_S("unknown");
}

/* --- models ------------------------------------------------------------------------------------------------------- */

enum { NAMES = 8 };
struct names {
	struct fl_str name[NAMES];
	size_t n;
};

static void put_name(struct names *l, struct fl_str name)
{
	for (size_t i = 0; i < l->n; i++)
		if (fl_str_eq(l->name[i], name))
			return;
	if (name.n && l->n < NAMES)
		l->name[l->n++] = name;
}

/* "claude-opus-4-5" -> "claude-opus-4.5": single digits that a dash parts. */
static struct fl_str dotted(struct fl_str s, struct fl_arena *a)
{
	struct fl_str out = fl_arena_dup(a, s);
	char *p = (char *)(uintptr_t)out.p;
#define DIGIT(i) ((i) < s.n && s.p[i] >= '0' && s.p[i] <= '9')
	for (size_t i = 2; i + 1 < s.n; i++)
		if (s.p[i] == '-' && DIGIT(i - 1) && !DIGIT(i - 2) && DIGIT(i + 1) && !DIGIT(i + 2))
			p[i] = '.';
#undef DIGIT
	return out;
}

/* "anthropic.claude-opus-4-5-20251101-v1:0" -> "claude-opus-4-5-20251101"; other names stay. */
static struct fl_str without_edition(struct fl_str s)
{
	ptrdiff_t dot = fl_str_find_char(s, '.', 0), v = -1;
	if (dot <= 0 || (s.p[dot - 1] >= '0' && s.p[dot - 1] <= '9'))
		return s;
	for (ptrdiff_t at = dot; (at = fl_str_find(s, FL_S("-v"), (size_t)at + 1)) >= 0;)
		v = at;
	struct fl_str edition = v < 0 ? (struct fl_str){0} : fl_str_sub(s, (size_t)v + 2, s.n);
	size_t n = 0;
	while (n < edition.n && strchr("0123456789:", edition.p[n]))
		n++;
	return fl_str_sub(s, (size_t)dot + 1, n && n == edition.n ? (size_t)v : s.n);
}

static void collect_names(struct names *l, const struct fl_import_entry *e, struct fl_arena *a)
{
	struct fl_str base = e->variant.n ? fl_str_sub(e->id, 0, e->id.n - e->variant.n - 1) : e->id;
	l->n = 0;
	put_name(l, base);
	for (size_t i = 0; i < e->alias.n && i < 2; i++)
		put_name(l, ((const struct fl_str *)e->alias.p)[i]);
	put_name(l, last_of(base, '/'));
	put_name(l, without_edition(last_of(base, '/')));
	put_name(l, dotted(without_edition(last_of(base, '/')), a));
}

static bool on_day(const struct fl_alias *alias, fl_date day)
{
	return (alias->from == FL_DATE_NONE || day >= alias->from) && (alias->to == FL_DATE_NONE || day < alias->to);
}

/* The name means this model wherever it stands: its id, its name, or an alias that never meant another. */
static bool is_everywhere(const struct fl_catalog_model *m, struct fl_str name, fl_date day)
{
	bool means = fl_str_eq_nocase(m->id, name) || fl_str_eq_nocase(m->name, name);
	for (size_t i = 0; i < m->aliases.n && !means; i++) {
		const struct fl_alias *alias = &((const struct fl_alias *)m->aliases.p)[i];
		bool free = !alias->provider.n || (alias->from == FL_DATE_NONE && alias->to == FL_DATE_NONE &&
		                                   !fl_str_ends(name, FL_S("-latest")));
		means = free && fl_str_eq_nocase(alias->name, name) && on_day(alias, day);
	}
	return means;
}

/* A name with a date behind it, where the catalogue says of the name that its dated forms are the same model. */
static const struct fl_catalog_model *dated_form(const struct fl_import *im, struct fl_str name)
{
	size_t cut = fl_catalog_date_suffix(name);
	struct fl_str base = fl_str_sub(name, 0, name.n - cut);
	const struct fl_catalog_model *m = cut ? fl_catalog_find(im->catalog, base) : NULL;
	for (size_t i = 0; m && i < m->aliases.n; i++) {
		const struct fl_alias *alias = &((const struct fl_alias *)m->aliases.p)[i];
		if (alias->dated && fl_str_eq_nocase(alias->name, base))
			return m;
	}
	return NULL;
}

struct match {
	const struct fl_catalog_model *model;
	struct fl_str key; /* of the offer, when an exact name of it was found */
	bool exact;        /* the entry's own id, not a dated form of another name */
	bool reserved;     /* a name that the catalogue uses otherwise: the entry cannot be told apart */
};

static struct fl_str key_of(const struct fl_catalog_model *m, const struct fl_catalog_offer *o)
{
	return m->offers.name[o - (const struct fl_catalog_offer *)m->offers.p];
}

/* The string is the model's id, what its offer sends, or one of its aliases as it stands. */
static bool is_named(const struct fl_offer_ref *ref, struct fl_str name)
{
	bool found = fl_str_eq_nocase(ref->model->id, name) || fl_str_eq_nocase(ref->offer->model, name);
	for (size_t i = 0; i < ref->model->aliases.n; i++)
		found |= fl_str_eq_nocase(((const struct fl_alias *)ref->model->aliases.p)[i].name, name);
	return found;
}

static struct match find_model(struct fl_import *im, const struct fl_import_entry *e, struct fl_str provider)
{
	struct names l = {0};
	struct match found = {0};
	struct fl_offer_ref ref;
	collect_names(&l, e, im->arena);
	/* What the entry is called itself decides before further names of it: a name of two models is never guessed by them. */
	const struct fl_catalog_model *own = fl_catalog_find(im->catalog, l.name[0]);
	if (own && !is_everywhere(own, l.name[0], e->file->as_of) &&
	    !fl_catalog_served(im->catalog, provider, l.name[0], e->file->as_of, &ref))
		return (struct match){.reserved = true};
	for (size_t i = 0; i < l.n; i++)
		if (fl_catalog_served(im->catalog, provider, l.name[i], e->file->as_of, &ref))
			return (struct match){.model = ref.model,
			                      .key = key_of(ref.model, ref.offer),
			                      .exact = i == 0 && is_named(&ref, l.name[i])};
	for (size_t i = 0; i < l.n; i++) {
		const struct fl_catalog_model *m = fl_catalog_find(im->catalog, l.name[i]);
		if (m && is_everywhere(m, l.name[i], e->file->as_of))
			return (struct match){.model = m, .exact = true};
		found.reserved |= m != NULL;
	}
	for (size_t i = 0; i < l.n && !found.model; i++)
		found.model = dated_form(im, l.name[i]);
	return found;
}

static struct fl_import_model *model_of(struct fl_import *im, const struct fl_catalog_model *known, struct fl_str id,
                                        const struct fl_import_entry *e, struct fl_str provider)
{
	struct fl_import_model *m = fl_map_get(&im->model, id);
	if (m)
		return m;
	m = FL_NEW(im->arena, struct fl_import_model);
	m->model = known;
	m->id = id;
	m->lab = known ? known->lab : lab_of(im, e, id, provider);
	fl_map_put(&im->model, id, m);
	return m;
}

static struct fl_import_target *target_of(struct fl_import *im, struct fl_import_model *m, struct fl_str key,
                                          struct fl_str provider)
{
	struct fl_str rest = fl_str_sub(key, provider.n, key.n);
	struct fl_str path = fl_arena_printf(im->arena, "%.*s/%.*s%.*s", FL_FMT(provider), FL_FMT(m->id), FL_FMT(rest));
	struct fl_import_target *t = fl_map_get(&im->target, path);
	if (t)
		return t;
	t = FL_NEW(im->arena, struct fl_import_target);
	t->model = m;
	t->key = key;
	t->provider = provider;
	if (m->model)
		t->offer = fl_catalog_named(&m->model->offers, sizeof(struct fl_catalog_offer), key);
	fl_map_put(&im->target, path, t);
	FL_VEC_PUSH(&m->target, t);
	return t;
}

/* A new offer's name and the string that it sends must not mean another offer. */
static bool claim_string(struct fl_import *im, struct fl_import_target *t, struct fl_str name)
{
	struct fl_str rest = fl_str_sub(t->key, t->provider.n, t->key.n);
	struct fl_str path = fl_catalog_fold(
	    fl_arena_printf(im->arena, "%.*s/%.*s%.*s", FL_FMT(t->provider), FL_FMT(name), FL_FMT(rest)), im->arena);
	const struct fl_import_target *other = fl_map_get(&im->sent, path);
	struct fl_offer_ref ref;
	if (fl_catalog_offer(im->catalog, path, &ref, NULL) == FL_OK && ref.model != t->model->model)
		return false;
	if (!other)
		fl_map_put(&im->sent, path, t);
	return !other || other == t;
}

/* One entry a file: an exact name goes before a dated form; two that say different things are told. */
static void put_entry(struct fl_import *im, struct fl_import_target *t, struct fl_import_entry *e, bool exact)
{
	for (size_t i = 0; i < t->entry.n; i++) {
		struct fl_import_entry *other = t->entry.p[i];
		if (other->file != e->file)
			continue;
		if (exact && !other->exact)
			t->entry.p[i] = e;
		if (!fl_import_agree(other, e)) {
			struct fl_import_item *item =
			    fl_import_say(im, FL_IMPORT_REFUSED, t, exact && !other->exact ? other : e);
			item->reason = FL_S("another row of the file prices the same offer otherwise");
		}
		return;
	}
	FL_VEC_PUSH(&t->entry, e);
}

static void match_entry(struct fl_import *im, struct fl_map *seen, struct fl_import_entry *e)
{
	struct fl_str provider = known_provider(im, seen, e);
	struct match found = find_model(im, e, provider);
	e->exact = found.exact || !found.model;
	struct fl_str base = e->variant.n ? fl_str_sub(e->id, 0, e->id.n - e->variant.n - 1) : e->id;
	struct fl_str id = found.model ? found.model->id : slug(without_edition(last_of(base, '/')), im->arena);
	if (!found.model && (found.reserved || fl_catalog_find(im->catalog, id))) {
		struct fl_import_item *item = fl_import_say(im, FL_IMPORT_REFUSED, NULL, e);
		item->reason = FL_S("the catalogue gives this name to different models by provider and day");
		return;
	}
	struct fl_str key = found.key.n && !e->variant.n ? found.key
	                    : e->variant.n               ? fl_arena_printf(im->arena, "%.*s:%.*s", FL_FMT(provider),
	                                                                   FL_FMT(slug(e->variant, im->arena)))
	                                                 : provider;
	struct fl_import_model *m = model_of(im, found.model, id, e, provider);
	if (!fl_catalog_named(&im->catalog->providers, sizeof(struct fl_catalog_provider), provider) &&
	    !fl_map_get(&im->provider, provider))
		fl_map_put(&im->provider, provider, e);
	struct fl_import_target *t = target_of(im, m, key, provider);
	if (!t->offer && (!claim_string(im, t, m->id) || !claim_string(im, t, e->id))) {
		fl_import_say(im, FL_IMPORT_REFUSED, t, e)->reason =
		    FL_S("its name means another offer of this provider");
		return;
	}
	put_entry(im, t, e, e->exact);
}

void fl_import_match(struct fl_import *im)
{
	for (size_t f = 0; f < im->file.n; f++) {
		struct fl_map seen;
		fl_map_init(&seen);
		for (size_t i = 0; i < im->file.p[f]->entry.n; i++)
			match_entry(im, &seen, im->file.p[f]->entry.p[i]);
		fl_map_release(&seen);
	}
}
