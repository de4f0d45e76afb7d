/*
 * Answers of OpenAI's chat completions and completions, which most servers speak.
 *
 * Source: platform.openai.com/docs/api-reference/chat (response, streaming), and recorded traffic of servers that differ
 * from it: xAI counts reasoning outside completion_tokens, Azure's Grok reports more cached than prompt tokens, some put
 * reasoning_tokens at the top of usage, some errors are plain strings, some come inside a 200, beside choices and usage.
 * Groq streams usage in x_groq; Perplexity and Databricks repeat it (the last counts), and Perplexity ends with an object
 * "chat.completion.done" instead of "[DONE]".
 */
#include "provider/wire_int.h"

/* --- usage -------------------------------------------------------------------------------------------------------- */

static const struct fl_json *details(const struct fl_json *usage, const char *name, const char *misspelt)
{
	const struct fl_json *v = fl_wire_some(usage, name);
	return v ? v : fl_wire_get(usage, misspelt);
}

static uint64_t largest(struct fl_decoder *d, const struct fl_json *usage, const char *const *names, size_t n)
{
	uint64_t most = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t v = fl_wire_count(d, usage, names[i]);
		most = FL_MAX(most, v);
	}
	return most;
}

static void read_prompt(struct fl_decoder *d, const struct fl_json *usage, uint64_t prompt)
{
	static const char *const read_names[] = {"prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens",
	                                         "num_cached_tokens"};
	uint64_t *units = d->reply.usage.units;
	const struct fl_json *in = details(usage, "prompt_tokens_details", "prompt_token_details");
	uint64_t cached =
	    FL_MAX(fl_wire_count(d, in, "cached_tokens"), largest(d, usage, read_names, FL_COUNT(read_names)));
	uint64_t written =
	    FL_MAX(fl_wire_count(d, in, "cache_write_tokens"), fl_wire_count(d, usage, "cache_creation_input_tokens"));
	uint64_t audio = fl_wire_count(d, in, "audio_tokens");
	if (cached + written > prompt)
		fl_wire_odd(d,
		            "%llu tokens read from and %llu written to the cache are more than the %llu of the prompt",
		            (unsigned long long)cached, (unsigned long long)written, (unsigned long long)prompt);
	uint64_t fresh = cached + written > prompt ? prompt : prompt - cached - written;
	if (audio > fresh && cached == 0)
		fl_wire_odd(d, "%llu tokens of audio are more than the %llu of the prompt", (unsigned long long)audio,
		            (unsigned long long)fresh);
	audio = FL_MIN(audio, fresh); /* the rest was cached */
	units[FL_USE_CACHE_READ] = cached;
	units[FL_USE_CACHE_WRITE_5M] = written;
	units[FL_USE_AUDIO_INPUT] = audio;
	units[FL_USE_INPUT] = fresh - audio;
}

/* Returns all output. Thinking stands inside completion_tokens, but for xAI and some that translate Gemini, outside. */
static uint64_t read_completion(struct fl_decoder *d, const struct fl_json *usage, uint64_t prompt)
{
	uint64_t *units = d->reply.usage.units;
	const struct fl_json *out = details(usage, "completion_tokens_details", "completion_token_details");
	uint64_t completion = fl_wire_count(d, usage, "completion_tokens"),
	         total = fl_wire_count(d, usage, "total_tokens");
	uint64_t reasoning =
	    FL_MAX(fl_wire_count(d, out, "reasoning_tokens"), fl_wire_count(d, usage, "reasoning_tokens"));
	uint64_t audio = fl_wire_count(d, out, "audio_tokens");
	bool outside = reasoning > 0 && total == prompt + completion + reasoning;
	if (!outside && reasoning > completion) {
		fl_wire_odd(d, "%llu tokens of thinking are more than the %llu of the answer that should contain them",
		            (unsigned long long)reasoning, (unsigned long long)completion);
		outside = true;
	} else {
		fl_wire_check_total(d, usage, "total_tokens", prompt + completion + (outside ? reasoning : 0));
	}
	uint64_t visible = outside ? completion : completion - reasoning;
	if (audio > visible)
		fl_wire_odd(d, "%llu tokens of audio are more than the %llu of the answer", (unsigned long long)audio,
		            (unsigned long long)visible);
	audio = FL_MIN(audio, visible);
	units[FL_USE_REASONING] = reasoning;
	units[FL_USE_AUDIO_OUTPUT] = audio;
	units[FL_USE_OUTPUT] = visible - audio;
	return completion + (outside ? reasoning : 0);
}

/* Web searches, where the server counts them: xAI's sources and tool calls, Perplexity's and OpenRouter's queries. */
static uint64_t searches(struct fl_decoder *d, const struct fl_json *usage)
{
	static const char *const names[] = {"num_sources_used", "num_search_queries"};
	uint64_t n = largest(d, usage, names, FL_COUNT(names));
	uint64_t used = fl_wire_count(d, fl_wire_get(usage, "server_tool_use"), "web_search_requests");
	return FL_MAX(n, used);
}

void fl_wire_openai_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	if (!fl_wire_some(usage, "prompt_tokens"))
		return;
	uint64_t prompt = fl_wire_count(d, usage, "prompt_tokens");
	d->reply.usage.reported = true;
	read_prompt(d, usage, prompt);
	read_completion(d, usage, prompt);
	d->reply.usage.units[FL_USE_SEARCH] = searches(d, usage);
	uint64_t citations = fl_wire_count(d, usage, "citation_tokens"); /* Perplexity's deep research */
	if (citations)
		fl_wire_problem(d, "%llu citation tokens are billed apart and not counted here",
		                (unsigned long long)citations);
}

/* llama.cpp's own account of its compute time. */
static void read_timings(struct fl_decoder *d, const struct fl_json *timings)
{
	double prompt_ms = 0, predicted_ms = 0;
	if (!fl_json_double(fl_wire_get(timings, "prompt_ms"), &prompt_ms) ||
	    !fl_json_double(fl_wire_get(timings, "predicted_ms"), &predicted_ms))
		return;
	double us = (prompt_ms + predicted_ms) * 1000;
	if (us > 0 && us < 1e15)
		d->reply.usage.compute_us = (uint64_t)us;
}

/* --- choices ------------------------------------------------------------------------------------------------------ */

/*
 * The call that a piece belongs to. Pieces go by index; but servers that translate give every call index 0 (a new id and
 * name then begins a new call), or none (then the place in the list counts).
 */
static struct fl_tool_parts *tool_of(struct fl_decoder *d, const struct fl_json *piece, uint64_t place,
                                     const struct fl_json *function)
{
	uint64_t index = place;
	if (!fl_json_u64(fl_wire_get(piece, "index"), &index))
		index = place;
	struct fl_str id = fl_json_string(fl_wire_get(piece, "id"), &d->scratch);
	struct fl_tool_parts *t = fl_wire_tool(d, index);
	bool named = fl_json_string(fl_wire_get(function, "name"), &d->scratch).n > 0;
	bool begins = !t || d->whole || (named && id.n && t->id.n && !fl_str_eq(id, t->id));
	if (begins)
		t = fl_wire_add_tool(d, index);
	if (t && id.n && !t->id.n)
		t->id = fl_arena_dup(&d->arena, id);
	return t;
}

static void read_tools(struct fl_decoder *d, const struct fl_json *list)
{
	uint64_t place = 0;
	FL_WIRE_EACH(piece, list)
	{
		const struct fl_json *f = fl_wire_some(piece, "function");
		f = f ? f : fl_wire_get(piece, "custom");
		struct fl_tool_parts *t = tool_of(d, piece, place++, f);
		const struct fl_json *arguments = fl_wire_some(f, "arguments");
		fl_wire_tool_name(d, t, fl_wire_get(f, "name"));
		fl_wire_tool_arguments(d, t, arguments ? arguments : fl_wire_get(f, "input"));
	}
}

/* The one call of the protocol before tools. What is there is told: Snowflake sends one without a name, always. */
static void read_function_call(struct fl_decoder *d, const struct fl_json *f)
{
	if (!f || f->type != FL_JSON_OBJECT)
		return;
	struct fl_tool_parts *t = fl_wire_tool(d, UINT64_MAX);
	t = t ? t : fl_wire_add_tool(d, UINT64_MAX);
	fl_wire_tool_name(d, t, fl_wire_get(f, "name"));
	fl_wire_tool_arguments(d, t, fl_wire_get(f, "arguments"));
}

static void read_message(struct fl_decoder *d, const struct fl_json *m)
{
	const struct fl_json *content = fl_wire_get(m, "content");
	const struct fl_json *thinking = fl_wire_some(m, "reasoning_content");
	fl_wire_append(d, &d->text, content);
	fl_wire_append(d, &d->reasoning, thinking ? thinking : fl_wire_get(m, "reasoning"));
	if (content && content->type == FL_JSON_ARRAY) /* Mistral */
		FL_WIRE_EACH(part, content)
	fl_wire_append(d, &d->reasoning, part->type == FL_JSON_OBJECT ? fl_wire_get(part, "thinking") : NULL);
	fl_wire_append(d, &d->refusal, fl_wire_get(m, "refusal"));
	read_function_call(d, fl_wire_get(m, "function_call"));
	read_tools(d, fl_wire_get(m, "tool_calls"));
}

/* The first choice is the answer. */
static void read_choice(struct fl_decoder *d, const struct fl_json *choice)
{
	uint64_t index = 0;
	if (fl_json_u64(fl_wire_get(choice, "index"), &index) && index != 0)
		return;
	const struct fl_json *m = fl_wire_some(choice, "delta"); /* Perplexity sends the whole message beside it */
	m = m ? m : fl_wire_some(choice, "message");
	d->seen = true;
	if (m)
		read_message(d, m);
	else
		fl_wire_append(d, &d->text, fl_wire_get(choice, "text"));
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(choice, "finish_reason"));
	if (fl_wire_some(choice, "error")) /* OpenRouter */
		fl_wire_error(d, choice);
	fl_wire_keep_usage(d, fl_wire_get(choice, "usage")); /* Moonshot streams */
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	const struct fl_json *groq = fl_wire_get(v, "x_groq");
	if (fl_wire_some(v, "error") || fl_str_is(event, "error") || fl_wire_is(d, v, "object", "error"))
		fl_wire_error(d, v);
	if (fl_wire_some(groq, "error"))
		fl_wire_error(d, groq);
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "model"));
	fl_wire_keep_tier(d, fl_wire_get(v, "service_tier"));
	FL_WIRE_EACH(choice, fl_wire_get(v, "choices"))
	if (choice->type == FL_JSON_OBJECT)
		read_choice(d, choice);
	fl_wire_keep_usage(d, fl_wire_get(groq, "usage")); /* its streams */
	fl_wire_keep_usage(d, fl_wire_get(v, "usage"));
	read_timings(d, fl_wire_get(v, "timings"));
	if (fl_wire_is(d, v, "object", "chat.completion.done"))
		d->clean = true;
}

static void end(struct fl_decoder *d)
{
	fl_wire_openai_usage(d, fl_wire_usage(d));
}

#define ROW(title)                                                                                                     \
	{                                                                                                              \
		.name = title, .cut = "the stream ended without its [DONE]",                                           \
		.nothing = "the answer holds no choice: is this a model server's url?", .done_word = true,             \
		.object = object, .end = end                                                                           \
	}
const struct fl_wire fl_wire_openai_chat = ROW("openai_chat");
const struct fl_wire fl_wire_openai_completions = ROW("openai_completions");
