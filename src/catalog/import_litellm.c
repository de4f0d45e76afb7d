/*
 * import_litellm.c - LiteLLM's model_prices_and_context_window.json: one flat map of names, often led by a provider.
 *
 *   {"gpt-4.1": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1047576, "max_output_tokens": 32768,
 *     "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06, "cache_read_input_token_cost": 5e-07,
 *     "input_cost_per_token_batches": 1e-06, "supports_vision": true, "deprecation_date": "2026-12-01", ...},
 *    "vertex_ai/claude-opus-4-5": {"litellm_provider": "vertex_ai-anthropic_models", ...}}
 *
 * Dollars each. A price's name is a base (input_cost_per_token) and what it holds for, in any combination:
 * _above_200k_tokens, _batches, _flex, _priority, ..., _above_1hr. sample_spec describes the fields. Absent means not
 * known, false means no. Of the modes only those that answer with text are taken.
 */
#include "catalog/import_int.h"

struct base {
	const char *name;
	enum fl_usage_class class;
};
static const struct base bases[] = {
    {"input_cost_per_token_cache_hit", FL_USE_CACHE_READ}, /* before its own beginning */
    {"input_cost_per_token", FL_USE_INPUT},
    {"output_cost_per_token", FL_USE_OUTPUT},
    {"output_cost_per_reasoning_token", FL_USE_REASONING},
    {"cache_read_input_token_cost", FL_USE_CACHE_READ},
    {"cache_creation_input_token_cost", FL_USE_CACHE_WRITE_5M},
    {"cache_read_input_audio_token_cost", FL_USE_AUDIO_CACHE_READ},
    {"input_cost_per_audio_token", FL_USE_AUDIO_INPUT},
    {"output_cost_per_audio_token", FL_USE_AUDIO_OUTPUT},
    {"input_cost_per_image_token", FL_USE_IMAGE_INPUT},
    {"output_cost_per_image_token", FL_USE_IMAGE_OUTPUT},
    {"input_cost_per_video_token", FL_USE_VIDEO_INPUT},
    {"output_cost_per_video_token", FL_USE_VIDEO_OUTPUT},
    {"input_cost_per_request", FL_USE_REQUEST},
};
static const struct {
	const char *suffix, *tier;
} tiers[] = {
    {"_batches", "batch"}, {"_flex", "flex"},         {"_priority", "priority"},
    {"_fast", "fast"},     {"_balanced", "balanced"}, {"_ultrafast", "ultrafast"},
};
static const struct {
	const char *suffix;
	enum fl_usage_class class;
} lifetimes[] = {{"_above_1hr", FL_USE_CACHE_WRITE_1H}, {"_above_12hr", FL_USE_CACHE_WRITE_24H}};
static const char *const modes[] = {"chat", "completion", "responses"};
static const struct {
	const char *theirs, *ours;
} abilities[] = {
    {"supports_function_calling", "tools"},
    {"supports_response_schema", "structured_output"},
    {"supports_reasoning", "reasons"},
    {"supports_web_search", "web_search"},
};
static const struct {
	const char *supports, *word;
} modalities[] = {{"supports_vision", "image"},
                  {"supports_pdf_input", "pdf"},
                  {"supports_audio_input", "audio"},
                  {"supports_video_input", "video"}};

static bool detect(const struct fl_json *root)
{
	int looked = 0;
	for (const struct fl_json *c = root->type == FL_JSON_OBJECT ? fl_json_first(root) : NULL; c && looked < 20;
	     c = fl_json_next(root, c), looked++)
		if (fl_json_get(c, FL_S("litellm_provider")))
			return true;
	return false;
}

/* --- names of prices ---------------------------------------------------------------------------------------------- */

static bool cut(struct fl_str *s, const char *head)
{
	struct fl_str h = fl_str_from(head);
	if (!fl_str_starts(*s, h))
		return false;
	*s = fl_str_sub(*s, h.n, s->n);
	return true;
}

/* "_above_200k_tokens": tokens, and the rest of the name. */
static bool cut_above(struct fl_str *s, int64_t *above)
{
	struct fl_str rest = *s;
	size_t n = 0;
	uint64_t k;
	if (!cut(&rest, "_above_"))
		return false;
	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	if (!fl_str_to_u64(fl_str_sub(rest, 0, n), &k) || k > 1000000)
		return false;
	rest = fl_str_sub(rest, n, rest.n);
	if (!cut(&rest, "k_tokens"))
		return false;
	*above = (int64_t)k * 1000;
	*s = rest;
	return true;
}

static bool cut_word(struct fl_str *s, struct fl_price_when *when, enum fl_usage_class *class)
{
	for (size_t i = 0; i < FL_COUNT(tiers); i++) {
		if (!when->tier.n && cut(s, tiers[i].suffix)) {
			when->tier = fl_str_from(tiers[i].tier);
			return true;
		}
	}
	for (size_t i = 0; i < FL_COUNT(lifetimes); i++) {
		if (*class == FL_USE_CACHE_WRITE_5M && cut(s, lifetimes[i].suffix)) {
			*class = lifetimes[i].class;
			return true;
		}
	}
	return !when->above && cut_above(s, &when->above);
}

/* What a member prices; false when it is no price of ours. */
static bool price_of(struct fl_str key, struct fl_price_when *when, enum fl_usage_class *class)
{
	*when = (struct fl_price_when){0};
	for (size_t i = 0; i < FL_COUNT(bases); i++) {
		struct fl_str rest = key;
		if (!cut(&rest, bases[i].name))
			continue;
		*class = bases[i].class;
		while (rest.n && cut_word(&rest, when, class))
			;
		return !rest.n;
	}
	return false;
}

static enum fl_code read_prices(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m,
                                int64_t above)
{
	for (const struct fl_json *c = fl_json_first(m); c; c = fl_json_next(m, c)) {
		struct fl_price_when when;
		struct fl_price_row *row;
		enum fl_usage_class class;
		if (c->type == FL_JSON_NULL || !price_of(c->key, &when, &class))
			continue;
		when.above = FL_MAX(when.above, above);
		FL_TRY(fl_import_row(r, e, &when, FL_DATE_NONE, FL_DATE_NONE, &row));
		FL_TRY(fl_import_rate(r, c, FL_IMPORT_EACH, &row->rate[class]));
	}
	return FL_OK;
}

/* "tiered_pricing": [{"range": [0, 32000.0], "input_cost_per_token": ...}, ...]: bands of the prompt's length. */
static enum fl_code read_bands(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *list, *range;
	FL_TRY(fl_import_array(r, m, "tiered_pricing", &list));
	for (const struct fl_json *b = list ? fl_json_first(list) : NULL; b; b = fl_json_next(list, b)) {
		uint64_t from;
		if (b->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, b, "an object");
		FL_TRY(fl_import_array(r, b, "range", &range));
		if (!range) {
			e->doubt = "its price has bands of something else than the length of the prompt";
			continue;
		}
		if (!fl_json_u64(fl_json_at(range, 0), &from) || from > INT64_MAX)
			return fl_import_wrong(r, range, "two numbers of tokens");
		FL_TRY(read_prices(r, e, b, (int64_t)from));
	}
	return FL_OK;
}

static enum fl_code read_search(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	const struct fl_json *search;
	struct fl_price_row *row;
	FL_TRY(fl_import_object(r, m, "search_context_cost_per_query", &search));
	const struct fl_json *medium = fl_json_get(search, FL_S("search_context_size_medium"));
	if (!medium || medium->type == FL_JSON_NULL)
		return FL_OK;
	FL_TRY(fl_import_row(r, e, &(struct fl_price_when){0}, FL_DATE_NONE, FL_DATE_NONE, &row));
	FL_TRY(fl_import_rate(r, medium, FL_IMPORT_EACH, &row->rate[FL_USE_SEARCH]));
	if (row->rate[FL_USE_SEARCH] == 0) /* "included" is written so, and so is "not filled in" */
		row->rate[FL_USE_SEARCH] = -1;
	return FL_OK;
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_inputs(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	struct fl_list words = {.p = FL_NEW_ARRAY(r->arena, struct fl_str, FL_COUNT(modalities) + 1)};
	bool said = false;
	((struct fl_str *)words.p)[words.n++] = FL_S("text");
	for (size_t i = 0; i < FL_COUNT(modalities); i++) {
		enum fl_known known;
		FL_TRY(fl_import_yes(r, m, modalities[i].supports, &known));
		said |= known != FL_UNKNOWN;
		if (known == FL_YES)
			((struct fl_str *)words.p)[words.n++] = fl_str_from(modalities[i].word);
	}
	if (said)
		fl_import_fact_words(e, "inputs", words);
	return fl_import_take_words(r, e, m, "supported_output_modalities", "outputs");
}

static enum fl_code read_facts(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *m)
{
	fl_date deprecated;
	FL_TRY(fl_import_take_tokens(r, e, m, "max_input_tokens", "context"));
	FL_TRY(fl_import_take_tokens(r, e, m, "max_output_tokens", "max_output"));
	FL_TRY(fl_import_day(r, m, "deprecation_date", &deprecated));
	fl_import_fact_day(e, "deprecates", deprecated, NULL);
	for (size_t i = 0; i < FL_COUNT(abilities); i++)
		FL_TRY(fl_import_take_yes(r, e, m, abilities[i].theirs, abilities[i].ours));
	return read_inputs(r, e, m);
}

static struct fl_str head_of(struct fl_str s, char end)
{
	ptrdiff_t at = fl_str_find_char(s, end, 0);
	return at < 0 ? s : fl_str_sub(s, 0, (size_t)at);
}

/* us-east-1, eu, global: prices of one region, which stand beside those of the model. */
static bool is_region(struct fl_str s)
{
	bool digit = s.n > 5 && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9' && s.p[s.n - 2] == '-' && s.p[2] == '-';
	return digit || fl_str_is(s, "eu") || fl_str_is(s, "us") || fl_str_is(s, "global") || fl_str_is(s, "us-gov") ||
	       fl_str_is(s, "global-standard") || fl_str_is(s, "commitment") || fl_str_starts(s, FL_S("*"));
}

/* "azure/gpt-4.1" of azure -> "gpt-4.1"; "vertex_ai/x" of vertex_ai-anthropic_models -> "x". */
static struct fl_str without_provider(struct fl_str key, struct fl_str provider)
{
	struct fl_str head = head_of(key, '/');
	bool leads = head.n < key.n && (fl_str_eq(head, provider) || fl_str_starts(provider, head));
	return leads ? fl_str_sub(key, head.n + 1, key.n) : key;
}

static const char *skip_reason(struct fl_str mode, struct fl_str provider, struct fl_str id, struct fl_str alias)
{
	bool text = false;
	for (size_t i = 0; i < FL_COUNT(modes); i++)
		text |= fl_str_is(mode, modes[i]);
	if (!provider.n)
		return "rows without a provider";
	if (!text)
		return "other kinds of models: embeddings, images, audio, ranking";
	if (alias.n)
		return "other names of a row";
	bool regional = id.n != head_of(id, '/').n && is_region(head_of(id, '/'));
	bool profile = fl_str_starts(provider, FL_S("bedrock")) && fl_import_is_profile(id);
	return regional || profile ? "prices of one region" : NULL;
}

static enum fl_code read_model(struct fl_import_reader *r, const struct fl_json *m)
{
	struct fl_import_entry *e;
	struct fl_str provider, mode, alias, key = fl_json_key(m, r->arena);
	if (m->type != FL_JSON_OBJECT)
		return fl_import_wrong(r, m, "an object: a model");
	FL_TRY(fl_import_text(r, m, "litellm_provider", &provider));
	FL_TRY(fl_import_text(r, m, "mode", &mode));
	FL_TRY(fl_import_text(r, m, "alias_of", &alias));
	struct fl_str id = without_provider(key, provider);
	const char *reason = skip_reason(mode, provider, id, alias);
	if (reason) {
		fl_import_skip(r, reason);
		return FL_OK;
	}
	FL_TRY(fl_import_entry(r, m, provider, id, &e));
	FL_TRY(read_facts(r, e, m));
	FL_TRY(read_prices(r, e, m, 0));
	FL_TRY(read_bands(r, e, m));
	return read_search(r, e, m);
}

static enum fl_code read(struct fl_import_reader *r, const struct fl_json *root)
{
	for (const struct fl_json *m = fl_json_first(root); m; m = fl_json_next(root, m))
		if (!fl_str_is(m->key, "sample_spec"))
			FL_TRY(read_model(r, m));
	return FL_OK;
}

static const struct fl_import_name names[] = {
    {"bedrock_converse", "bedrock"},
    {"bedrock_mantle", "bedrock"},
    {"vertex_ai-language-models", "vertex"},
    {"vertex_ai-anthropic_models", "vertex"},
    {"vertex_ai-mistral_models", "vertex"},
    {"vertex_ai-llama_models", "vertex"},
    {"vertex_ai-ai21_models", "vertex"},
    {"vertex_ai-deepseek_models", "vertex"},
    {"vertex_ai-qwen_models", "vertex"},
    {"vertex_ai-openai_models", "vertex"},
    {"vertex_ai-moonshot_models", "vertex"},
    {"vertex_ai-minimax_models", "vertex"},
    {"vertex_ai-zai_models", "vertex"},
    {"vertex_ai-xai_models", "vertex"},
    {"vertex_ai-chat-models", "vertex"},
    {"vertex_ai-text-models", "vertex"},
    {"vertex_ai-vision-models", "vertex"},
    {"azure_text", "azure"},
    {"text-completion-openai", "openai"},
    {"cohere_chat", "cohere"},
    {"deepseek_chat", "deepseek"},
    {"codestral", "mistral"},
    {"text-completion-codestral", "mistral"},
    {NULL, NULL},
};
const struct fl_import_format fl_import_litellm = {
    .name = "litellm",
    .title = "LiteLLM model_prices_and_context_window.json",
    .url = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
    .kind = "community",
    .licence = "MIT",
    .rank = 4,
    .detect = detect,
    .read = read,
    .provider = names,
};
