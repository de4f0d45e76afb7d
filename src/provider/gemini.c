/*
 * Answers of Google's generateContent and streamGenerateContent, on the Gemini API and on Vertex.
 *
 * Source: ai.google.dev/api/generate-content and cloud.google.com/vertex-ai/.../GenerateContentResponse. A stream is SSE
 * (alt=sse) or one JSON array; every element is a whole response object, of which the parts add up and the last
 * usageMetadata counts. There is no terminal event: the end of the bytes behind a finishReason is one.
 *
 * promptTokenCount contains what the cache gave; candidatesTokenCount leaves out thoughts; toolUsePromptTokenCount stands
 * beside both. Counts may be absent. Enums are words or, with enum-encoding=int, numbers. Arguments of a call come whole
 * or in pieces (partial_args.h).
 */
#include "provider/partial_args.h"
#include "provider/wire_int.h"

struct state {
	bool open;        /* the last tool call goes on */
	uint64_t queries; /* that Google's search was asked for this answer */
	struct fl_partial_args args;
};

/* Google's numbers of the words that matter here. */
enum modality { TEXT = 1, IMAGE, VIDEO, AUDIO };
static const char *const modality_words[] = {"", "TEXT", "IMAGE", "VIDEO", "AUDIO"};

/* --- usage -------------------------------------------------------------------------------------------------------- */

static uint64_t modality_count(struct fl_decoder *d, const struct fl_json *usage, const char *list, enum modality m)
{
	uint64_t sum = 0, number;
	FL_WIRE_EACH(row, fl_wire_get(usage, list))
	{
		const struct fl_json *which = fl_wire_get(row, "modality");
		bool is = fl_json_u64(which, &number) ? number == (uint64_t)m
		                                      : fl_wire_is(d, row, "modality", modality_words[m]);
		sum += is ? fl_wire_count(d, row, "tokenCount") : 0;
	}
	return sum;
}

static void read_prompt(struct fl_decoder *d, const struct fl_json *usage, uint64_t prompt)
{
	uint64_t *units = d->reply.usage.units;
	uint64_t cached = fl_wire_count(d, usage, "cachedContentTokenCount");
	uint64_t audio = modality_count(d, usage, "promptTokensDetails", AUDIO);
	uint64_t cached_audio = modality_count(d, usage, "cacheTokensDetails", AUDIO);
	if (cached > prompt)
		fl_wire_odd(d, "%llu tokens read from the cache are more than the %llu of the prompt",
		            (unsigned long long)cached, (unsigned long long)prompt);
	uint64_t fresh = cached > prompt ? prompt : prompt - cached;
	if (cached_audio)
		fl_wire_problem(d, "%llu of the tokens read from the cache are audio: counted as text",
		                (unsigned long long)cached_audio);
	audio = audio > cached_audio ? FL_MIN(audio - cached_audio, fresh) : 0;
	units[FL_USE_CACHE_READ] = cached;
	units[FL_USE_AUDIO_INPUT] = audio;
	units[FL_USE_INPUT] = fresh - audio;
}

static void read_candidates(struct fl_decoder *d, const struct fl_json *usage, uint64_t candidates)
{
	uint64_t *units = d->reply.usage.units;
	uint64_t audio = FL_MIN(modality_count(d, usage, "candidatesTokensDetails", AUDIO), candidates);
	uint64_t image = FL_MIN(modality_count(d, usage, "candidatesTokensDetails", IMAGE), candidates - audio);
	units[FL_USE_AUDIO_OUTPUT] = audio;
	units[FL_USE_IMAGE_OUTPUT] = image;
	units[FL_USE_OUTPUT] = candidates - audio - image;
}

static void read_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	uint64_t *units = d->reply.usage.units;
	if (!usage)
		return;
	uint64_t prompt = fl_wire_count(d, usage, "promptTokenCount");
	uint64_t tools = fl_wire_count(d, usage, "toolUsePromptTokenCount");
	uint64_t thoughts = fl_wire_count(d, usage, "thoughtsTokenCount");
	uint64_t candidates = fl_wire_count(d, usage, "candidatesTokenCount");
	uint64_t total = fl_wire_count(d, usage, "totalTokenCount"), rest = prompt + tools + thoughts;
	d->reply.usage.reported = true;
	if (!fl_wire_some(usage, "candidatesTokenCount") && total > rest) {
		candidates = total - rest;
		fl_wire_problem(
		    d, "candidatesTokenCount is absent: the %llu tokens that the total has beside the rest are told",
		    (unsigned long long)candidates);
	}
	fl_wire_check_total(d, usage, "totalTokenCount", rest + candidates);
	read_prompt(d, usage, prompt);
	read_candidates(d, usage, candidates);
	units[FL_USE_TOOL_PROMPT] = tools;
	units[FL_USE_REASONING] = thoughts;
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

/* Puts what came in pieces so far into the open call. */
static void fold_args(struct fl_decoder *d)
{
	struct state *s = fl_wire_state(d);
	struct fl_tool_parts *t = d->tool.n ? &d->tool.p[d->tool.n - 1] : NULL;
	if (!s->open || !t)
		return;
	s->open = false;
	if (s->args.nodes == 0 && t->arguments.n)
		return;
	fl_wire_tool_clear(d, t);
	d->overflow |= !fl_partial_write(&s->args, &t->arguments);
	d->tool_bytes += t->arguments.n;
}

static void begin_call(struct fl_decoder *d, const struct fl_json *call)
{
	struct state *s = fl_wire_state(d);
	fold_args(d);
	struct fl_tool_parts *t = fl_wire_add_tool(d, d->tool.n);
	fl_wire_tool_name(d, t, fl_wire_get(call, "name"));
	const struct fl_json *args = fl_wire_some(call, "args");
	if (args)
		fl_wire_tool_arguments(d, t, args);
	s->open = !args;
	fl_partial_init(&s->args, &d->arena);
}

static void read_call(struct fl_decoder *d, const struct fl_json *call)
{
	struct state *s = fl_wire_state(d);
	if (fl_wire_some(call, "name") || !s->open)
		begin_call(d, call);
	FL_WIRE_EACH(piece, fl_wire_get(call, "partialArgs"))
	if (!fl_partial_add(&s->args, piece))
		fl_wire_problem(d, "a piece of a tool call's arguments has a path that was not understood");
	const struct fl_json *more = fl_wire_get(call, "willContinue");
	if (!more || more->type != FL_JSON_TRUE)
		fold_args(d);
}

static void read_part(struct fl_decoder *d, const struct fl_json *part)
{
	const struct fl_json *thought = fl_wire_get(part, "thought");
	bool thinks = thought && thought->type == FL_JSON_TRUE;
	const struct fl_json *call = fl_wire_some(part, "functionCall");
	fl_wire_append(d, thinks ? &d->reasoning : &d->text, fl_wire_get(part, "text"));
	if (call && call->type == FL_JSON_OBJECT)
		read_call(d, call);
}

/* A word, or the number of one. */
static void keep_enum(struct fl_decoder *d, struct fl_str *to, const struct fl_json *v)
{
	if (v && v->type == FL_JSON_NUMBER)
		*to = fl_arena_dup(&d->arena, v->raw);
	fl_wire_keep(d, to, v);
}

static void read_candidate(struct fl_decoder *d, const struct fl_json *c)
{
	uint64_t index = 0;
	if (fl_json_u64(fl_wire_get(c, "index"), &index) && index != 0)
		return;
	d->seen = true;
	FL_WIRE_EACH(part, fl_wire_get(fl_wire_get(c, "content"), "parts"))
	if (part->type == FL_JSON_OBJECT)
		read_part(d, part);
	keep_enum(d, &d->reply.finish, fl_wire_get(c, "finishReason"));
	const struct fl_json *queries = fl_wire_get(fl_wire_get(c, "groundingMetadata"), "webSearchQueries");
	struct state *s = fl_wire_state(d);
	s->queries = FL_MAX(s->queries, queries && queries->type == FL_JSON_ARRAY ? queries->count : 0);
}

/* Up to Gemini 2 a prompt that was grounded is billed, since Gemini 3 each query (ai.google.dev/gemini-api/docs/pricing). */
static void count_searches(struct fl_decoder *d, uint64_t queries)
{
	struct fl_str model = d->reply.model;
	bool a_prompt = fl_str_starts(model, FL_S("gemini-1")) || fl_str_starts(model, FL_S("gemini-2"));
	d->reply.usage.units[FL_USE_SEARCH] = a_prompt ? FL_MIN(queries, (uint64_t)1) : queries;
	if (queries)
		fl_wire_problem(
		    d, "Google searched the web for this answer: searches that a day has free are counted too");
}

/* Vertex numbers the kinds of traffic: 1 on demand, 2 provisioned. */
static void read_tier(struct fl_decoder *d, const struct fl_json *usage)
{
	uint64_t n;
	const struct fl_json *traffic = fl_wire_get(usage, "trafficType");
	fl_wire_keep_tier(d, traffic);
	if (fl_json_u64(traffic, &n) && n == 2)
		d->reply.tier = FL_S("provisioned");
	fl_wire_keep_tier(d, fl_wire_get(usage, "serviceTier"));
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	(void)event;
	if (fl_wire_some(v, "error"))
		fl_wire_error(d, v);
	if (fl_wire_some(fl_wire_get(v, "promptFeedback"), "blockReason"))
		d->seen = d->filtered = true;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "modelVersion"));
	FL_WIRE_EACH(candidate, fl_wire_get(v, "candidates"))
	read_candidate(d, candidate);
	const struct fl_json *usage = fl_wire_get(v, "usageMetadata");
	if (fl_wire_some(usage, "promptTokenCount") ||
	    fl_wire_some(usage, "totalTokenCount")) /* Vertex: in the last alone */
		fl_wire_keep_usage(d, usage);
	read_tier(d, usage);
}

static void end(struct fl_decoder *d)
{
	fold_args(d);
	read_usage(d, fl_wire_usage(d));
	count_searches(d, ((struct state *)fl_wire_state(d))->queries);
	if (!d->cut && !d->broken)
		d->clean |= d->reply.finish.n > 0 || d->filtered;
}

const struct fl_wire fl_wire_gemini_generate = {
    .name = "gemini_generate",
    .cut = "the stream ended without a finishReason",
    .nothing = "the answer holds no candidate: is this a model server's url?",
    .state_bytes = sizeof(struct state),
    .object = object,
    .end = end,
};
