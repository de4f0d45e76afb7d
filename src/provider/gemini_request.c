/*
 * The dialect of Google's generateContent: how a request is written. Answers are read by gemini.c.
 *
 * Source: ai.google.dev/api/generate-content (GenerationConfig, Content, Part), .../gemini-api/docs/thinking,
 * .../docs/structured-output, .../docs/file-input-methods. What other formats have on the top level stands in
 * generationConfig here; the names that OpenAI's users write are translated by a table.
 */
#include "provider/members.h"
#include "provider/wire_int.h"

#include <ctype.h>

/* --- path --------------------------------------------------------------------------------------------------------- */

/* One segment of a path (RFC 3986: unreserved characters stay). */
static struct fl_str percent(struct fl_str s, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, 3 * s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (isalnum(c) || (c && strchr("-._~", c)))
			fl_buf_char(&b, (char)c);
		else
			fl_buf_printf(&b, "%%%02X", c);
	}
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static struct fl_str path(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a)
{
	struct fl_str model = chat->model, prefix = FL_S("models/");
	if (fl_str_starts(model, prefix))
		model = fl_str_sub(model, prefix.n, model.n);
	/* Vertex names its publishers behind the version */
	bool versioned = fl_url_has_version(url) || fl_str_ends(url, FL_S("/publishers/google"));
	return fl_arena_printf(a, "%s/models/%.*s:%s", versioned ? "" : "/v1beta", FL_FMT(percent(model, a)),
	                       chat->stream ? "streamGenerateContent?alt=sse" : "generateContent");
}

/* --- contents ----------------------------------------------------------------------------------------------------- */

static void write_attachment(struct fl_json_writer *w, const struct fl_attachment *at)
{
	fl_json_open(w, '{');
	fl_json_name(w, at->bytes.n ? "inlineData" : "fileData");
	fl_json_open(w, '{');
	if (at->type.n)
		fl_json_member_str(w, "mimeType", at->type);
	if (at->bytes.n) {
		fl_json_name(w, "data");
		fl_json_put_base64(w, FL_S(""), at->bytes);
	} else {
		fl_json_member_str(w, "fileUri", at->url);
	}
	fl_json_close(w);
	fl_json_close(w);
}

static void write_text(struct fl_json_writer *w, struct fl_str text)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "text", text);
	fl_json_close(w);
}

static void write_turn(struct fl_json_writer *w, const struct fl_chat *chat, const struct fl_turn *t)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "role", fl_str_is(t->role, "assistant") ? FL_S("model") : t->role);
	fl_json_name(w, "parts");
	fl_json_open(w, '[');
	for (size_t i = t->from; i < t->end; i++) {
		const struct fl_message *m = &chat->message[i];
		if (!fl_str_eq(m->role, t->role))
			continue;
		for (size_t k = 0; k < m->attachment_count; k++)
			write_attachment(w, &m->attachment[k]);
		if (m->text.n || !m->attachment_count)
			write_text(w, m->text);
	}
	fl_json_close(w);
	fl_json_close(w);
}

static void write_contents(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_arena *a)
{
	struct fl_turn t = {0};
	struct fl_str system = fl_system_text(chat, a);
	if (system.n) {
		fl_json_name(w, "systemInstruction");
		fl_json_open(w, '{');
		fl_json_name(w, "parts");
		fl_json_open(w, '[');
		write_text(w, system);
		fl_json_close(w);
		fl_json_close(w);
	}
	fl_json_name(w, "contents");
	fl_json_open(w, '[');
	while (fl_turn_next(chat, &t))
		write_turn(w, chat, &t);
	fl_json_close(w);
}

/* --- parameters --------------------------------------------------------------------------------------------------- */

/* The two objects that parameters go into, and the third one inside the second. */
struct target {
	struct fl_members top, config, thinking;
};

static void text_or_list(struct target *t, const char *to, const struct fl_json *v)
{
	struct fl_str one = fl_arena_printf(t->config.arena, "[%.*s]", FL_FMT(v->raw));
	fl_members_add(&t->config, fl_str_from(to), v->type == FL_JSON_STRING ? one : v->raw);
}

/* OpenAI has a switch and a number; here the switch has another name. */
static void logprobs(struct target *t, const char *to, const struct fl_json *v)
{
	bool is_switch = v->type == FL_JSON_TRUE || v->type == FL_JSON_FALSE;
	fl_members_add(&t->config, is_switch ? FL_S("responseLogprobs") : fl_str_from(to), v->raw);
}

static void response_format(struct target *t, const char *to, const struct fl_json *v)
{
	struct fl_arena *a = t->config.arena;
	struct fl_str type = fl_json_string(fl_wire_get(v, "type"), a);
	const struct fl_json *schema = fl_wire_get(fl_wire_get(v, "json_schema"), "schema");
	(void)to;
	if (fl_str_is(type, "text"))
		return;
	if (!fl_str_is(type, "json_object") && !(fl_str_is(type, "json_schema") && schema)) {
		if (fl_members_refuse(&t->top, FL_E_UNSUPPORTED,
		                      "the dialect gemini does not know this response_format"))
			fl_err_expected(&t->top.err,
			                "{type: json_object}, or {type: json_schema, json_schema: {schema: ...}}");
		return;
	}
	fl_members_add(&t->config, FL_S("responseMimeType"), FL_S("\"application/json\""));
	if (schema)
		fl_members_add(&t->config, FL_S("responseJsonSchema"), schema->raw);
}

static void thinking(struct target *t, const char *to, const struct fl_json *v)
{
	fl_members_add_all(&t->thinking, v, to);
}

/* Several answers cost several times what was held. */
static void several(struct target *t, const char *to, const struct fl_json *v)
{
	uint64_t n;
	if (fl_json_u64(v, &n) && n == 1)
		return;
	if (fl_members_refuse(&t->top, FL_E_UNSUPPORTED, "params ask for several answers at once (%s)", to))
		fl_err_help(&t->top.err, "use the lever samples, whose draws are priced and kept one by one");
}

static void config(struct target *t, const char *to, const struct fl_json *v);

struct rule {
	const char *name, *other; /* as they are written by users; other may be NULL */
	bool top;                 /* beside generationConfig, else in it */
	const char *to;           /* as it is sent */
	void (*special)(struct target *t, const char *to, const struct fl_json *v); /* NULL: as it is */
};
static const struct rule rules[] = {
    {"generationConfig", "generation_config", true, "generationConfig", config},
    {"thinkingConfig", "thinking_config", false, "thinkingConfig", thinking},
    {"response_format", NULL, false, "response_format", response_format},
    {"candidateCount", "candidate_count", false, "candidateCount", several},
    {"stop", NULL, false, "stopSequences", text_or_list},
    {"stopSequences", "stop_sequences", false, "stopSequences", text_or_list},
    {"logprobs", "top_logprobs", false, "logprobs", logprobs},
    {"responseLogprobs", "response_logprobs", false, "responseLogprobs", NULL},
    {"temperature", NULL, false, "temperature", NULL},
    {"seed", NULL, false, "seed", NULL},
    {"maxOutputTokens", "max_output_tokens", false, "maxOutputTokens", NULL},
    {"topP", "top_p", false, "topP", NULL},
    {"topK", "top_k", false, "topK", NULL},
    {"presencePenalty", "presence_penalty", false, "presencePenalty", NULL},
    {"frequencyPenalty", "frequency_penalty", false, "frequencyPenalty", NULL},
    {"responseMimeType", "response_mime_type", false, "responseMimeType", NULL},
    {"responseSchema", "response_schema", false, "responseSchema", NULL},
    {"responseJsonSchema", "response_json_schema", false, "responseJsonSchema", NULL},
    {"responseModalities", "response_modalities", false, "responseModalities", NULL},
    {"mediaResolution", "media_resolution", false, "mediaResolution", NULL},
    {"speechConfig", "speech_config", false, "speechConfig", NULL},
    {"imageConfig", "image_config", false, "imageConfig", NULL},
    {"audioTimestamp", "audio_timestamp", false, "audioTimestamp", NULL},
    {"routingConfig", "routing_config", false, "routingConfig", NULL},
    {"enableEnhancedCivicAnswers", NULL, false, "enableEnhancedCivicAnswers", NULL},
    {"contents", NULL, true, "contents", NULL},
    {"systemInstruction", "system_instruction", true, "systemInstruction", NULL},
    {"toolConfig", "tool_config", true, "toolConfig", NULL},
    {"safetySettings", "safety_settings", true, "safetySettings", NULL},
    {"cachedContent", "cached_content", true, "cachedContent", NULL},
    {"service_tier", "serviceTier", true, "service_tier", NULL},
};

static const struct rule *rule_of(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(rules); i++)
		if (fl_str_is(name, rules[i].name) || (rules[i].other && fl_str_is(name, rules[i].other)))
			return &rules[i];
	return NULL;
}

/* What has no rule goes where it stands: beside generationConfig, or in it. */
static void add_param(struct target *t, const struct fl_json *v, bool inside)
{
	struct fl_str name = fl_json_key(v, t->top.arena);
	const struct rule *r = rule_of(name);
	struct fl_members *to = inside || (r && !r->top) ? &t->config : &t->top;
	if (r && r->special && !(inside && r->top))
		r->special(t, r->to, v);
	else
		fl_members_add(to, r && !(inside && r->top) ? fl_str_from(r->to) : name, v->raw);
}

static void config(struct target *t, const char *to, const struct fl_json *v)
{
	if (v->type != FL_JSON_OBJECT)
		fl_members_refuse(&t->top, FL_E_INVALID, "the parameter '%s' must be a map", to);
	if (v->type == FL_JSON_OBJECT)
		FL_WIRE_EACH(m, v)
	add_param(t, m, true);
}

/* No level means none, so a budget of nothing says it. A switch leaves it to the model how much it thinks (-1). */
static void add_thinking(struct target *t, const struct fl_chat *chat)
{
	if (!chat->effort.n)
		return;
	if (fl_str_is(chat->effort, "none"))
		fl_members_own_u64(&t->thinking, "thinkingBudget", 0);
	else if (chat->think_by == FL_THINK_BY_LEVEL)
		fl_members_own_str(&t->thinking, "thinkingLevel", chat->effort);
	else if (chat->think_by == FL_THINK_BY_BUDGET)
		fl_members_own_u64(&t->thinking, "thinkingBudget", fl_thinking_budget(chat));
	else
		fl_members_own(&t->thinking, "thinkingBudget", FL_S("-1"));
}

/* A level and a budget in one request are refused by the server. */
static void check_thinking(struct target *t)
{
	size_t ways = 0;
	for (size_t i = 0; i < t->thinking.n; i++) {
		struct fl_str name = t->thinking.member[i].name;
		ways += fl_str_is(name, "thinkingLevel") || fl_str_is(name, "thinkingBudget") ||
		        fl_str_is(name, "thinking_level") || fl_str_is(name, "thinking_budget");
	}
	if (ways > 1 && fl_members_refuse(&t->top, FL_E_UNSUPPORTED, "how much is thought is said twice"))
		fl_err_help(&t->top.err, "leave out the lever effort, or thinkingConfig of params");
}

static enum fl_code write_rest(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_arena *a,
                               struct fl_err *err)
{
	const struct fl_json *params;
	struct target *t = FL_NEW(a, struct target);
	FL_TRY(fl_params_read(chat, a, &params, err));
	fl_members_init(&t->top, a, "the request");
	fl_members_init(&t->config, a, "generationConfig");
	fl_members_init(&t->thinking, a, "thinkingConfig");
	fl_members_own(&t->top, "contents", FL_S(""));
	fl_members_own(&t->top, "systemInstruction", FL_S(""));
	fl_members_own_u64(&t->config, "maxOutputTokens", chat->max_output);
	if (chat->temperature.n)
		fl_members_own(&t->config, "temperature", chat->temperature);
	if (chat->has_seed)
		fl_members_own_u64(&t->config, "seed", chat->seed);
	add_thinking(t, chat);
	FL_WIRE_EACH(v, params)
	add_param(t, v, false);
	check_thinking(t);
	struct fl_str text = fl_members_text(&t->thinking, &t->config);
	if (text.n)
		fl_members_own(&t->config, "thinkingConfig", text);
	text = fl_members_text(&t->config, &t->top);
	fl_members_own(&t->top, "generationConfig", text);
	return fl_members_write(&t->top, w, err);
}

static enum fl_code encode(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err)
{
	struct fl_json_writer w;
	struct fl_arena a;
	FL_TRY(fl_turns_check(chat, "gemini", err));
	fl_arena_init(&a);
	fl_json_begin(&w, body, 0);
	fl_json_open(&w, '{');
	write_contents(&w, chat, &a);
	enum fl_code code = write_rest(&w, chat, &a, err);
	fl_arena_release(&a);
	if (code != FL_OK)
		return code;
	fl_json_close(&w);
	return fl_request_done(&w, err);
}

static size_t auth(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2])
{
	(void)a;
	if (key.n == 0)
		return 0;
	headers[0] = (struct fl_http_header){FL_S("x-goog-api-key"), key};
	return 1;
}

/* --- response ----------------------------------------------------------------------------------------------------- */

static struct fl_decoder *begin(int status, struct fl_str content_type)
{
	return fl_wire_begin(&fl_wire_gemini_generate, status, content_type);
}

const struct fl_dialect fl_dialect_gemini = {
    .name = "gemini",
    .wire = &fl_wire_gemini_generate,
    .path = path,
    .encode = encode,
    .auth = auth,
    .begin = begin,
    .feed = fl_wire_feed,
    .end = fl_wire_end,
    .release = fl_wire_release,
};
