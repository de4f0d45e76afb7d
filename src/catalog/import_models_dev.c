/*
 * import_models_dev.c - https://models.dev/api.json: providers by id, each with models by id.
 *
 *   {"openai": {"id": "openai", "name": "OpenAI", "api": URL, "models": {"gpt-4.1": {
 *      "id", "name", "family", "attachment", "reasoning": true, "tool_call": true, "structured_output": true,
 *      "temperature": true, "knowledge": "2024-04", "release_date", "last_updated", "open_weights": false,
 *      "modalities": {"input": ["text"], "output": ["text"]}, "limit": {"context", "input", "output"},
 *      "cost": {"input": 2, "output": 8, "cache_read", "cache_write", "reasoning", "input_audio", "output_audio",
 *               "tiers": [{"input": 4, ..., "tier": {"type": "context", "size": 200000}}], "context_over_200k": {...}},
 *      "status": "beta", "experimental": {"modes": {"fast": {"cost": {...}}}}}}}}
 *
 * Dollars per million tokens. context_over_200k is the older way to say tiers and was wrong for half of its rows, so it
 * counts only where there are no tiers.
 */
#include "catalog/import_int.h"

static const struct {
	const char *key;
	enum fl_usage_class class;
} rates[] = {
    {"input", FL_USE_INPUT},
    {"output", FL_USE_OUTPUT},
    {"reasoning", FL_USE_REASONING},
    {"cache_read", FL_USE_CACHE_READ},
    {"cache_write", FL_USE_CACHE_WRITE_5M},
    {"input_audio", FL_USE_AUDIO_INPUT},
    {"output_audio", FL_USE_AUDIO_OUTPUT},
};

static const struct fl_json *providers_of(const struct fl_json *root)
{
	const struct fl_json *p = fl_json_get(root, FL_S("providers"));
	return p && p->type == FL_JSON_OBJECT ? p : root;
}

static bool detect(const struct fl_json *root)
{
	const struct fl_json *first = fl_json_first(providers_of(root));
	const struct fl_json *models = fl_json_get(first, FL_S("models"));
	return root->type == FL_JSON_OBJECT && models && models->type == FL_JSON_OBJECT;
}

static enum fl_code read_cost(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *cost,
                              const struct fl_price_when *when)
{
	struct fl_price_row *row;
	FL_TRY(fl_import_row(r, e, when, FL_DATE_NONE, FL_DATE_NONE, &row));
	for (size_t i = 0; i < FL_COUNT(rates); i++)
		FL_TRY(fl_import_rate(r, fl_json_get(cost, fl_str_from(rates[i].key)), FL_IMPORT_MILLION,
		                      &row->rate[rates[i].class]));
	return FL_OK;
}

static enum fl_code read_tiers(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *cost)
{
	const struct fl_json *tiers, *old, *tier;
	FL_TRY(fl_import_array(r, cost, "tiers", &tiers));
	FL_TRY(fl_import_object(r, cost, "context_over_200k", &old));
	if (!tiers && old)
		return read_cost(r, e, old, &(struct fl_price_when){.above = 200000});
	for (const struct fl_json *t = tiers ? fl_json_first(tiers) : NULL; t; t = fl_json_next(tiers, t)) {
		int64_t size;
		if (t->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, t, "an object");
		FL_TRY(fl_import_object(r, t, "tier", &tier));
		FL_TRY(fl_import_tokens(r, tier, "size", &size));
		if (!size)
			return fl_import_wrong(r, t, "a tier with its size in tokens");
		FL_TRY(read_cost(r, e, t, &(struct fl_price_when){.above = size}));
	}
	return FL_OK;
}

/* Faster modes at a price of their own. */
static enum fl_code read_modes(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *experimental, *modes, *fast, *cost;
	FL_TRY(fl_import_object(r, m, "experimental", &experimental));
	FL_TRY(fl_import_object(r, experimental, "modes", &modes));
	FL_TRY(fl_import_object(r, modes, "fast", &fast));
	FL_TRY(fl_import_object(r, fast, "cost", &cost));
	return cost ? read_cost(r, e, cost, &(struct fl_price_when){.tier = FL_S("fast")}) : FL_OK;
}

static enum fl_code read_facts(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *limit, *modalities, *tools;
	fl_date released, knowledge;
	FL_TRY(fl_import_object(r, m, "limit", &limit));
	FL_TRY(fl_import_object(r, m, "modalities", &modalities));
	FL_TRY(fl_import_take_tokens(r, e, limit, "context", "context"));
	FL_TRY(fl_import_take_tokens(r, e, limit, "input", "max_input"));
	FL_TRY(fl_import_take_tokens(r, e, limit, "output", "max_output"));
	FL_TRY(fl_import_take_words(r, e, modalities, "input", "inputs"));
	FL_TRY(fl_import_take_words(r, e, modalities, "output", "outputs"));
	FL_TRY(fl_import_day(r, m, "release_date", &released));
	FL_TRY(fl_import_day(r, m, "knowledge", &knowledge));
	fl_import_fact_day(e, "released", released, NULL);
	fl_import_fact_day(e, "knowledge", knowledge, NULL);
	FL_TRY(fl_import_take_yes(r, e, m, "open_weights", "open_weights"));
	FL_TRY(fl_import_take_yes(r, e, m, "reasoning", "reasons"));
	FL_TRY(fl_import_take_yes(r, e, m, "structured_output", "structured_output"));
	FL_TRY(fl_import_take_yes(r, e, m, "temperature", "temperature"));
	tools = fl_json_get(m, FL_S("tool_call"));
	return tools && tools->type == FL_JSON_OBJECT ? fl_import_take_yes(r, e, tools, "supported", "tools")
	                                              : fl_import_take_yes(r, e, m, "tool_call", "tools");
}

/* "https://api.groq.com/openai/v1" -> "api.groq.com". */
static struct fl_str host_of(struct fl_str url)
{
	ptrdiff_t at = fl_str_find(url, FL_S("://"), 0);
	struct fl_str rest = at < 0 ? (struct fl_str){0} : fl_str_sub(url, (size_t)at + 3, url.n);
	size_t n = 0;
	while (n < rest.n && !strchr("/:?$", rest.p[n]))
		n++;
	return fl_str_sub(rest, 0, n);
}

static enum fl_code read_model(struct fl_import_reader *r, const struct fl_json *provider, struct fl_str provider_id,
                               const struct fl_json *m)
{
	struct fl_import_entry *e;
	const struct fl_json *cost;
	struct fl_str status, url;
	fl_date updated;
	if (m->type != FL_JSON_OBJECT)
		return fl_import_wrong(r, m, "an object");
	FL_TRY(fl_import_object(r, m, "cost", &cost));
	if (!cost) {
		fl_import_skip(r, "models without a price");
		return FL_OK;
	}
	FL_TRY(fl_import_entry(r, m, provider_id, fl_json_key(m, r->arena), &e));
	FL_TRY(fl_import_text(r, provider, "name", &e->provider_name));
	FL_TRY(fl_import_text(r, provider, "api", &url));
	e->host = host_of(url);
	FL_TRY(fl_import_text(r, m, "name", &e->name));
	FL_TRY(fl_import_text(r, m, "status", &status));
	e->status = fl_str_is(status, "deprecated")                           ? FL_MODEL_DEPRECATED
	            : fl_str_is(status, "alpha") || fl_str_is(status, "beta") ? FL_MODEL_PREVIEW
	                                                                      : FL_MODEL_CURRENT;
	FL_TRY(read_facts(r, e, m));
	FL_TRY(read_cost(r, e, cost, &(struct fl_price_when){0}));
	FL_TRY(read_tiers(r, e, cost));
	FL_TRY(read_modes(r, e, m));
	FL_TRY(fl_import_day(r, m, "last_updated", &updated));
	r->file->own_day = FL_MAX(r->file->own_day, updated);
	return FL_OK;
}

static enum fl_code read(struct fl_import_reader *r, const struct fl_json *root)
{
	const struct fl_json *all = providers_of(root), *models;
	for (const struct fl_json *p = fl_json_first(all); p; p = fl_json_next(all, p)) {
		if (p->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, p, "an object: a provider");
		FL_TRY(fl_import_object(r, p, "models", &models));
		struct fl_str id = fl_json_key(p, r->arena);
		for (const struct fl_json *m = models ? fl_json_first(models) : NULL; m; m = fl_json_next(models, m))
			FL_TRY(read_model(r, p, id, m));
	}
	return FL_OK;
}

static const struct fl_import_name names[] = {{"google-vertex-anthropic", "vertex"}, {NULL, NULL}};
const struct fl_import_format fl_import_models_dev = {
    .name = "models.dev",
    .title = "models.dev api.json",
    .url = "https://models.dev/api.json",
    .kind = "community",
    .licence = "MIT",
    .rank = 4,
    .detect = detect,
    .read = read,
    .provider = names,
};
