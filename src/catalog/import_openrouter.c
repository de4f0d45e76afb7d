/*
 * import_openrouter.c - what GET https://openrouter.ai/api/v1/models answers: the reseller's own prices.
 *
 *   {"data": [{"id": "openai/gpt-4.1", "name": "OpenAI: GPT-4.1", "created": 1744651385, "context_length": 1047576,
 *     "hugging_face_id": "", "architecture": {"input_modalities": [...], "output_modalities": [...]},
 *     "pricing": {"prompt": "0.000002", "completion": "0.000008", "request": "0", "image": "0", "web_search": "0.01",
 *                 "internal_reasoning": "0", "input_cache_read", "input_cache_write", "input_cache_write_1h",
 *                 "overrides": [{"min_prompt_tokens": 200000, "prompt": ...}]},
 *     "top_provider": {"context_length", "max_completion_tokens", "is_moderated"}, "supported_parameters": [...],
 *     "expiration_date": "2026-12-01"}]}
 *
 * Dollars each, as texts. -1 marks a router without a price of its own. 0 of anything but prompt and completion means that
 * it does not apply. An id behind ":" is a variant of the offer. `image` prices images that are sent, which no class of
 * usage counts by the piece.
 */
#include "catalog/import_int.h"

static const struct {
	const char *key;
	enum fl_usage_class class;
	bool zero_counts;
} rates[] = {
    {"prompt", FL_USE_INPUT, true},
    {"completion", FL_USE_OUTPUT, true},
    {"internal_reasoning", FL_USE_REASONING, false},
    {"input_cache_read", FL_USE_CACHE_READ, false},
    {"input_cache_write", FL_USE_CACHE_WRITE_5M, false},
    {"input_cache_write_1h", FL_USE_CACHE_WRITE_1H, false},
    {"audio", FL_USE_AUDIO_INPUT, false},
    {"request", FL_USE_REQUEST, false},
    {"web_search", FL_USE_SEARCH, false},
};

static const struct {
	const char *parameter, *fact;
} honours[] = {
    {"tools", "tools"},       {"structured_outputs", "structured_output"},
    {"reasoning", "reasons"}, {"temperature", "temperature"},
    {"seed", "seed"},         {"logprobs", "logprobs"},
};

static bool detect(const struct fl_json *root)
{
	const struct fl_json *data = fl_json_get(root, FL_S("data"));
	return data && data->type == FL_JSON_ARRAY;
}

/* A price of -1 is none. */
static bool is_router(const struct fl_json *pricing, struct fl_arena *a)
{
	for (size_t i = 0; i < FL_COUNT(rates); i++) {
		const struct fl_json *v = fl_json_get(pricing, fl_str_from(rates[i].key));
		if (v && v->type == FL_JSON_STRING && fl_str_is(fl_json_string(v, a), "-1"))
			return true;
	}
	return false;
}

static enum fl_code read_rates(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *pricing,
                               const struct fl_price_when *when)
{
	struct fl_price_row *row;
	FL_TRY(fl_import_row(r, e, when, FL_DATE_NONE, FL_DATE_NONE, &row));
	for (size_t i = 0; i < FL_COUNT(rates); i++) {
		int64_t *rate = &row->rate[rates[i].class];
		FL_TRY(fl_import_rate(r, fl_json_get(pricing, fl_str_from(rates[i].key)), FL_IMPORT_EACH, rate));
		if (*rate == 0 && !rates[i].zero_counts)
			*rate = -1;
	}
	if (row->rate[FL_USE_REASONING] == row->rate[FL_USE_OUTPUT])
		row->rate[FL_USE_REASONING] = -1;
	return FL_OK;
}

static enum fl_code read_overrides(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *pricing)
{
	const struct fl_json *list;
	FL_TRY(fl_import_array(r, pricing, "overrides", &list));
	for (const struct fl_json *o = list ? fl_json_first(list) : NULL; o; o = fl_json_next(list, o)) {
		int64_t above;
		if (o->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, o, "an object");
		FL_TRY(fl_import_tokens(r, o, "min_prompt_tokens", &above));
		if (above)
			FL_TRY(read_rates(r, e, o, &(struct fl_price_when){.above = above}));
		else
			e->doubt =
			    "its price changes under conditions that are not understood, such as hours of the day";
	}
	return FL_OK;
}

static enum fl_code read_parameters(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *list;
	FL_TRY(fl_import_array(r, m, "supported_parameters", &list));
	for (size_t i = 0; i < FL_COUNT(honours) && list && list->count; i++) {
		enum fl_known known = FL_NO;
		for (const struct fl_json *p = fl_json_first(list); p; p = fl_json_next(list, p))
			if (fl_str_is(fl_json_string(p, r->arena), honours[i].parameter))
				known = FL_YES;
		/* That no host of it takes a parameter today does not say that the model lacks the ability. */
		if (known == FL_YES)
			fl_import_fact_yes(e, honours[i].fact, known);
	}
	return FL_OK;
}

static enum fl_code read_facts(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *architecture, *top;
	struct fl_str weights;
	int64_t created;
	FL_TRY(fl_import_object(r, m, "architecture", &architecture));
	FL_TRY(fl_import_object(r, m, "top_provider", &top));
	FL_TRY(fl_import_text(r, m, "hugging_face_id", &weights));
	FL_TRY(fl_import_tokens(r, m, "created", &created));
	FL_TRY(fl_import_take_tokens(r, e, m, "context_length", "context"));
	FL_TRY(fl_import_take_tokens(r, e, top, "max_completion_tokens", "max_output"));
	FL_TRY(fl_import_take_words(r, e, architecture, "input_modalities", "inputs"));
	FL_TRY(fl_import_take_words(r, e, architecture, "output_modalities", "outputs"));
	if (created && created < INT64_C(7258118400)) /* the year 2200 */
		fl_import_fact_day(e, "released", fl_date_at(created * 1000),
		                   "day on which OpenRouter listed the model");
	fl_import_fact_yes(e, "open_weights", weights.n ? FL_YES : FL_UNKNOWN);
	FL_TRY(fl_import_day(r, m, "expiration_date", &e->gone));
	return read_parameters(r, e, m);
}

/* "OpenAI: GPT-4.1 (free)" -> "GPT-4.1". */
static struct fl_str plain_name(struct fl_str name)
{
	ptrdiff_t colon = fl_str_find(name, FL_S(": "), 0), bracket = fl_str_find(name, FL_S(" (free)"), 0);
	return fl_str_sub(name, colon < 0 ? 0 : (size_t)colon + 2, bracket < 0 ? name.n : (size_t)bracket);
}

static enum fl_code read_model(struct fl_import_reader *r, const struct fl_json *m)
{
	const struct fl_json *pricing;
	struct fl_import_entry *e;
	struct fl_str id, name;
	if (m->type != FL_JSON_OBJECT)
		return fl_import_wrong(r, m, "an object: a model");
	FL_TRY(fl_import_text(r, m, "id", &id));
	FL_TRY(fl_import_object(r, m, "pricing", &pricing));
	if (!pricing || is_router(pricing, r->arena)) {
		fl_import_skip(r, "routers and models without a price of their own");
		return FL_OK;
	}
	FL_TRY(fl_import_entry(r, m, FL_S("openrouter"), id, &e));
	FL_TRY(fl_import_text(r, m, "name", &name));
	e->name = plain_name(name);
	ptrdiff_t colon = fl_str_find_char(id, ':', 0);
	if (colon > 0)
		e->variant = fl_str_sub(id, (size_t)colon + 1, id.n);
	FL_TRY(read_facts(r, e, m));
	FL_TRY(read_rates(r, e, pricing, &(struct fl_price_when){0}));
	return read_overrides(r, e, pricing);
}

static enum fl_code read(struct fl_import_reader *r, const struct fl_json *root)
{
	const struct fl_json *data;
	FL_TRY(fl_import_array(r, root, "data", &data));
	for (const struct fl_json *m = data ? fl_json_first(data) : NULL; m; m = fl_json_next(data, m))
		FL_TRY(read_model(r, m));
	return FL_OK;
}

static const struct fl_import_name names[] = {{NULL, NULL}};
const struct fl_import_format fl_import_openrouter = {
    .name = "openrouter",
    .title = "OpenRouter GET /api/v1/models",
    .url = "https://openrouter.ai/api/v1/models",
    .kind = "reseller",
    .licence = "",
    .rank = 6,
    .detect = detect,
    .read = read,
    .provider = names,
};
