/*
 * Answers of Cohere's chat (versions 2 and 1) and of its generate endpoint.
 *
 * Source: docs.cohere.com/reference/chat, chat-stream, chat-v1, generate. Version 2 streams SSE that ends with
 * message-end (a "[DONE]" may follow); version 1 streams NDJSON that ends with stream-end, which repeats the whole answer.
 *
 * `tokens` are what the model saw, `billed_units` what is charged; the former are told, the latter only where they stand
 * alone. cached_tokens stand inside input_tokens, image_tokens outside, reasoning_tokens inside output_tokens.
 */
#include "provider/wire_int.h"

/* --- usage -------------------------------------------------------------------------------------------------------- */

static void read_tokens(struct fl_decoder *d, const struct fl_json *usage, const struct fl_json *tokens)
{
	uint64_t *units = d->reply.usage.units;
	uint64_t input = fl_wire_count(d, tokens, "input_tokens"), output = fl_wire_count(d, tokens, "output_tokens");
	uint64_t cached = fl_wire_count(d, usage, "cached_tokens");
	uint64_t reasoning = fl_wire_count(d, tokens, "reasoning_tokens");
	if (cached > input)
		fl_wire_odd(d, "%llu tokens read from the cache are more than the %llu of the input",
		            (unsigned long long)cached, (unsigned long long)input);
	if (reasoning > output)
		fl_wire_odd(d, "%llu tokens of thinking are more than the %llu of the output that should contain them",
		            (unsigned long long)reasoning, (unsigned long long)output);
	units[FL_USE_CACHE_READ] = cached;
	units[FL_USE_INPUT] = cached > input ? input : input - cached;
	units[FL_USE_IMAGE_INPUT] = fl_wire_count(d, tokens, "image_tokens");
	units[FL_USE_REASONING] = reasoning;
	units[FL_USE_OUTPUT] = reasoning > output ? output : output - reasoning;
}

static void end(struct fl_decoder *d)
{
	const struct fl_json *usage = fl_wire_usage(d), *tokens = fl_wire_some(usage, "tokens");
	const struct fl_json *billed = fl_wire_some(usage, "billed_units");
	if (!tokens && billed)
		fl_wire_problem(d, "only billed units are told, no tokens: they are taken for tokens");
	tokens = tokens ? tokens : billed;
	if (!fl_wire_some(tokens, "input_tokens") && !fl_wire_some(tokens, "output_tokens") &&
	    !fl_wire_some(billed, "search_units"))
		return;
	d->reply.usage.reported = true;
	read_tokens(d, usage, tokens);
	d->reply.usage.units[FL_USE_SEARCH] = fl_wire_count(d, billed, "search_units");
}

/* --- version 2 ---------------------------------------------------------------------------------------------------- */

static void add_call(struct fl_decoder *d, const struct fl_json *call, uint64_t key)
{
	const struct fl_json *f = fl_wire_some(call, "function");
	struct fl_tool_parts *t = fl_wire_add_tool(d, key);
	fl_wire_tool_name(d, t, fl_wire_get(f ? f : call, "name"));
	fl_wire_tool_arguments(d, t, f ? fl_wire_get(f, "arguments") : fl_wire_get(call, "parameters"));
}

static void read_content(struct fl_decoder *d, const struct fl_json *part)
{
	fl_wire_append(d, &d->text, fl_wire_get(part, "text"));
	fl_wire_append(d, &d->reasoning, fl_wire_get(part, "thinking"));
}

static void read_message(struct fl_decoder *d, const struct fl_json *m)
{
	d->seen = true;
	fl_wire_append(d, &d->reasoning, fl_wire_get(m, "tool_plan"));
	const struct fl_json *content = fl_wire_get(m, "content");
	if (content && content->type == FL_JSON_STRING)
		fl_wire_append(d, &d->text, content);
	FL_WIRE_EACH(part, content)
	if (part->type == FL_JSON_OBJECT)
		read_content(d, part);
	FL_WIRE_EACH(call, fl_wire_get(m, "tool_calls"))
	add_call(d, call, d->tool.n);
}

static void finish(struct fl_decoder *d, const struct fl_json *v)
{
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(v, "finish_reason"));
	fl_wire_keep_usage(d, fl_wire_get(v, "usage"));
	fl_wire_keep_usage(d, fl_wire_get(v, "meta"));
	if (fl_wire_some(v, "error"))
		fl_wire_error(d, v);
	d->seen = true;
}

static void on_event(struct fl_decoder *d, const struct fl_json *v, struct fl_str type)
{
	const struct fl_json *delta = fl_wire_get(v, "delta"), *m = fl_wire_get(delta, "message");
	const struct fl_json *calls = fl_wire_get(m, "tool_calls");
	uint64_t index = 0;
	if (!fl_json_u64(fl_wire_get(v, "index"), &index))
		index = 0;
	d->seen |= fl_str_is(type, "message-start");
	if (fl_str_is(type, "content-start") || fl_str_is(type, "content-delta"))
		read_content(d, fl_wire_get(m, "content"));
	else if (fl_str_is(type, "tool-plan-delta"))
		fl_wire_append(d, &d->reasoning, fl_wire_get(m, "tool_plan"));
	else if (fl_str_is(type, "tool-call-start"))
		add_call(d, calls, index);
	else if (fl_str_is(type, "tool-call-delta"))
		fl_wire_tool_arguments(d, fl_wire_tool(d, index),
		                       fl_wire_get(fl_wire_get(calls, "function"), "arguments"));
	else if (fl_str_is(type, "message-end"))
		finish(d, delta);
	d->clean |= fl_str_is(type, "message-end");
}

/* --- version 1 ---------------------------------------------------------------------------------------------------- */

static void read_whole_1(struct fl_decoder *d, const struct fl_json *v)
{
	const struct fl_json *generations = fl_wire_get(v, "generations");
	const struct fl_json *first = generations ? fl_json_first(generations) : NULL;
	d->seen = true;
	fl_wire_append(d, &d->text, fl_wire_get(first ? first : v, "text"));
	FL_WIRE_EACH(call, fl_wire_get(v, "tool_calls"))
	add_call(d, call, d->tool.n);
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(first, "finish_reason"));
	finish(d, v);
}

static void on_event_1(struct fl_decoder *d, const struct fl_json *v, struct fl_str type)
{
	d->seen = true;
	if (fl_str_is(type, "text-generation"))
		fl_wire_append(d, &d->text, fl_wire_get(v, "text"));
	if (!fl_str_is(type, "stream-end"))
		return;
	const struct fl_json *whole = fl_wire_some(v, "response");
	fl_buf_reset(&d->text); /* it holds all of it again */
	if (whole)
		read_whole_1(d, whole);
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(v, "finish_reason"));
	d->clean = true;
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	struct fl_str type = fl_json_string(fl_wire_get(v, "type"), &d->scratch);
	struct fl_str type_1 = fl_json_string(fl_wire_get(v, "event_type"), &d->scratch);
	const struct fl_json *m = fl_wire_get(v, "message");
	if (type_1.n) {
		d->clean = false; /* also when it is the only object */
		on_event_1(d, v, type_1);
	} else if (!d->whole) {
		on_event(d, v, type.n ? type : event);
	} else if (m && m->type == FL_JSON_OBJECT) {
		read_message(d, m);
		finish(d, v);
	} else if (fl_wire_some(v, "text") || fl_wire_some(v, "generations")) {
		read_whole_1(d, v);
	} else if (m) {
		fl_wire_error(d, v);
	}
}

const struct fl_wire fl_wire_cohere = {
    .name = "cohere",
    .cut = "the stream ended without message-end or stream-end",
    .nothing = "the answer holds no message: is this a model server's url?",
    .object = object,
    .end = end,
};
