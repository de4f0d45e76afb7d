/*
 * Answers of OpenAI's Responses endpoint.
 *
 * Source: platform.openai.com/docs/api-reference/responses and .../responses-streaming. A stream ends with
 * response.completed, .incomplete, .failed or error, never with "[DONE]". The final event holds the whole response, which
 * counts more than the pieces before: recordings and proxies leave pieces out. Where it holds no output, the items that
 * were done count, and else the pieces.
 *
 * `finish` is the response's status, with its reason where it is incomplete: "incomplete:max_output_tokens".
 */
#include "provider/wire_int.h"

/* The text of one output item while it grows. */
struct piece {
	uint64_t index;
	struct fl_buf text;
};

struct state {
	FL_VEC(struct piece) piece;
	struct fl_str id; /* of the response */
	uint64_t searches;
};

static void drop_pieces(struct state *s)
{
	for (size_t i = 0; i < s->piece.n; i++)
		fl_buf_release(&s->piece.p[i].text);
	s->piece.n = 0;
	s->searches = 0;
}

static struct fl_buf *piece_text(struct fl_decoder *d, uint64_t index)
{
	struct state *s = fl_wire_state(d);
	for (size_t i = s->piece.n; i > 0; i--)
		if (s->piece.p[i - 1].index == index)
			return &s->piece.p[i - 1].text;
	if (s->piece.n >= FL_REPLY_TOOLS) {
		d->overflow = true;
		return NULL;
	}
	struct piece fresh = {.index = index};
	fl_buf_init(&fresh.text, FL_REPLY_LINE_BYTES);
	FL_VEC_PUSH(&s->piece, fresh);
	return &s->piece.p[s->piece.n - 1].text;
}

/* --- items -------------------------------------------------------------------------------------------------------- */

static void read_message(struct fl_decoder *d, const struct fl_json *item, uint64_t index)
{
	struct fl_buf *text = piece_text(d, index);
	if (!text)
		return;
	fl_buf_reset(text);
	fl_wire_append(d, text, fl_wire_get(item, "content"));
	FL_WIRE_EACH(part, fl_wire_get(item, "content"))
	if (part->type == FL_JSON_OBJECT && fl_wire_some(part, "refusal")) {
		fl_buf_reset(&d->refusal);
		fl_wire_append(d, &d->refusal, fl_wire_get(part, "refusal"));
	}
}

static void read_call(struct fl_decoder *d, const struct fl_json *item, uint64_t index)
{
	struct fl_tool_parts *t = fl_wire_tool(d, index);
	t = t ? t : fl_wire_add_tool(d, index);
	if (!t)
		return;
	const struct fl_json *arguments = fl_wire_some(item, "arguments");
	arguments = arguments ? arguments : fl_wire_some(item, "input");
	fl_wire_tool_name(d, t, fl_wire_get(item, "name"));
	if (arguments)
		fl_wire_tool_clear(d, t);
	fl_wire_tool_arguments(d, t, arguments);
}

static void read_reasoning(struct fl_decoder *d, const struct fl_json *item)
{
	fl_wire_append(d, &d->reasoning, fl_wire_get(item, "summary"));
	fl_wire_append(d, &d->reasoning, fl_wire_get(item, "content"));
}

/* An item as a whole replaces its pieces. */
static void read_item(struct fl_decoder *d, const struct fl_json *item, uint64_t index)
{
	if (fl_wire_is(d, item, "type", "message"))
		read_message(d, item, index);
	else if (fl_wire_is(d, item, "type", "function_call") || fl_wire_is(d, item, "type", "custom_tool_call"))
		read_call(d, item, index);
}

static void read_output(struct fl_decoder *d, const struct fl_json *output)
{
	struct state *s = fl_wire_state(d);
	uint64_t index = 0;
	if (!output || !fl_json_first(output))
		return;
	drop_pieces(s);
	fl_wire_drop_tools(d);
	bool thinks = d->reasoning.n == 0;
	FL_WIRE_EACH(item, output)
	{
		if (item->type != FL_JSON_OBJECT)
			continue;
		read_item(d, item, index++);
		if (thinks && fl_wire_is(d, item, "type", "reasoning"))
			read_reasoning(d, item);
		s->searches += fl_wire_is(d, item, "type", "web_search_call");
	}
}

/* --- the response ------------------------------------------------------------------------------------------------- */

static void read_finish(struct fl_decoder *d, const struct fl_json *response)
{
	struct fl_str status = fl_json_string(fl_wire_get(response, "status"), &d->scratch);
	const struct fl_json *why = fl_wire_get(fl_wire_get(response, "incomplete_details"), "reason");
	struct fl_str reason = fl_json_string(why, &d->scratch);
	if (fl_str_is(status, "incomplete") && reason.n)
		status = fl_arena_printf(&d->scratch, "incomplete:%.*s", FL_FMT(reason));
	d->reply.finish = fl_arena_dup(&d->arena, status);
}

static void read_response(struct fl_decoder *d, const struct fl_json *r)
{
	d->seen = true;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(r, "model"));
	fl_wire_keep_tier(d, fl_wire_get(r, "service_tier"));
	read_output(d, fl_wire_get(r, "output"));
	read_finish(d, r);
	fl_wire_keep_usage(d, fl_wire_get(r, "usage"));
	if (fl_wire_some(r, "error"))
		fl_wire_error(d, r);
}

/* Another response in the same body: the last one is the answer. */
static void begin_response(struct fl_decoder *d, const struct fl_json *r)
{
	struct state *s = fl_wire_state(d);
	struct fl_str id = fl_json_string(fl_wire_get(r, "id"), &d->scratch);
	if (s->id.n && !fl_str_eq(s->id, id))
		fl_wire_problem(d, "more than one response came in one stream: the last is told");
	if (!fl_str_eq(s->id, id)) {
		s->id = fl_arena_dup(&d->arena, id);
		drop_pieces(s);
		fl_wire_restart(d);
	}
	d->seen = true;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(r, "model"));
}

/* --- events ------------------------------------------------------------------------------------------------------- */

static void on_created(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	begin_response(d, fl_wire_get(v, "response"));
}

static void on_item(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	struct state *s = fl_wire_state(d);
	const struct fl_json *item = fl_wire_get(v, "item");
	read_item(d, item, index);
	s->searches +=
	    fl_wire_is(d, v, "type", "response.output_item.done") && fl_wire_is(d, item, "type", "web_search_call");
}

static void on_text(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	struct fl_buf *text = piece_text(d, index);
	if (text)
		fl_wire_append(d, text, fl_wire_get(v, "delta"));
}

static void on_refusal(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	fl_wire_append(d, &d->refusal, fl_wire_get(v, "delta"));
}

static void on_thinking(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	fl_wire_append(d, &d->reasoning, fl_wire_get(v, "delta"));
}

static void on_arguments(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	struct fl_tool_parts *t = fl_wire_tool(d, index);
	fl_wire_tool_arguments(d, t, fl_wire_get(v, "delta"));
}

static void on_arguments_done(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	struct fl_tool_parts *t = fl_wire_tool(d, index);
	const struct fl_json *whole = fl_wire_some(v, "arguments");
	whole = whole ? whole : fl_wire_some(v, "input");
	if (!t || !whole)
		return;
	fl_wire_tool_clear(d, t);
	fl_wire_tool_arguments(d, t, whole);
}

static void on_terminal(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	const struct fl_json *r = fl_wire_get(v, "response");
	read_response(d, r);
	if (fl_wire_is(d, v, "type", "response.failed"))
		fl_wire_fail(d, FL_E_SERVER, FL_S("the response failed, and nothing says why"));
	d->clean = true;
}

static const struct fl_wire_event events[] = {
    {"response.output_text.delta", on_text},
    {"response.function_call_arguments.delta", on_arguments},
    {"response.custom_tool_call_input.delta", on_arguments},
    {"response.reasoning_text.delta", on_thinking},
    {"response.reasoning_summary_text.delta", on_thinking},
    {"response.refusal.delta", on_refusal},
    {"response.output_item.added", on_item},
    {"response.output_item.done", on_item},
    {"response.function_call_arguments.done", on_arguments_done},
    {"response.custom_tool_call_input.done", on_arguments_done},
    {"response.created", on_created},
    {"response.completed", on_terminal},
    {"response.incomplete", on_terminal},
    {"response.failed", on_terminal},
    {"response.cancelled", on_terminal},
    {"error", fl_wire_on_error},
};

static bool is_going_on(struct fl_str status)
{
	return fl_str_is(status, "queued") || fl_str_is(status, "in_progress");
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	struct fl_str type = fl_json_string(fl_wire_get(v, "type"), &d->scratch);
	if (fl_wire_some(v, "choices") && !fl_wire_some(v, "output")) {
		fl_wire_problem(d, "the answer has the shape of a chat completion and was read as one");
		fl_wire_switch(d, &fl_wire_openai_chat);
		d->wire->object(d, v, event);
	} else if (!d->whole) {
		fl_wire_dispatch(d, events, FL_COUNT(events), type.n ? type : event, v, "output_index");
	} else if (fl_wire_some(v, "output") || fl_wire_some(v, "status") || fl_wire_some(v, "object")) {
		read_response(d, v);
		d->clean = !is_going_on(d->reply.finish);
		if (!d->clean)
			fl_wire_fail(d, FL_E_TRUNCATED, FL_S("the response is not finished: ask for it again"));
	} else if (fl_wire_some(v, "error")) {
		fl_wire_error(d, v);
	}
}

/* --- usage -------------------------------------------------------------------------------------------------------- */

/* xAI counts what its own tools did; it names sources where it does not. */
static uint64_t searches(struct fl_decoder *d, const struct fl_json *usage, uint64_t items)
{
	const struct fl_json *details = fl_wire_some(usage, "server_side_tool_usage_details");
	if (details)
		return fl_wire_count(d, details, "web_search_calls") + fl_wire_count(d, details, "x_search_calls");
	uint64_t sources = fl_wire_count(d, usage, "num_sources_used");
	return FL_MAX(items, sources);
}

static void read_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	uint64_t *units = d->reply.usage.units;
	const struct fl_json *in = fl_wire_get(usage, "input_tokens_details");
	const struct fl_json *out = fl_wire_get(usage, "output_tokens_details");
	uint64_t input = fl_wire_count(d, usage, "input_tokens"), output = fl_wire_count(d, usage, "output_tokens");
	uint64_t cached = fl_wire_count(d, in, "cached_tokens"), written = fl_wire_count(d, in, "cache_write_tokens");
	uint64_t audio = fl_wire_count(d, in, "audio_tokens"), reasoning = fl_wire_count(d, out, "reasoning_tokens");
	uint64_t total = fl_wire_count(d, usage, "total_tokens");
	bool outside = reasoning > 0 && total == input + output + reasoning;
	d->reply.usage.reported = true;
	if (cached + written > input)
		fl_wire_odd(d,
		            "%llu tokens read from and %llu written to the cache are more than the %llu of the input",
		            (unsigned long long)cached, (unsigned long long)written, (unsigned long long)input);
	uint64_t fresh = cached + written > input ? input : input - cached - written;
	if (!outside && reasoning > output) {
		fl_wire_odd(d, "%llu tokens of thinking are more than the %llu of the output that should contain them",
		            (unsigned long long)reasoning, (unsigned long long)output);
		outside = true;
	} else {
		fl_wire_check_total(d, usage, "total_tokens", input + output + (outside ? reasoning : 0));
	}
	units[FL_USE_CACHE_READ] = cached;
	units[FL_USE_CACHE_WRITE_5M] = written;
	units[FL_USE_AUDIO_INPUT] = FL_MIN(audio, fresh);
	units[FL_USE_INPUT] = fresh - FL_MIN(audio, fresh);
	units[FL_USE_REASONING] = reasoning;
	units[FL_USE_OUTPUT] = outside ? output : output - reasoning;
}

static int by_index(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void end(struct fl_decoder *d)
{
	struct state *s = fl_wire_state(d);
	if (s->piece.n)
		qsort(s->piece.p, s->piece.n, sizeof *s->piece.p, by_index);
	for (size_t i = 0; i < s->piece.n; i++)
		d->overflow |= !fl_buf_str(&d->text, fl_buf_slice(&s->piece.p[i].text));
	const struct fl_json *usage = fl_wire_usage(d);
	if (fl_wire_some(usage, "input_tokens"))
		read_usage(d, usage);
	else
		fl_wire_openai_usage(d, usage);
	if (d->reply.usage.reported || s->searches)
		d->reply.usage.units[FL_USE_SEARCH] = searches(d, usage, s->searches);
}

static void release(struct fl_decoder *d)
{
	struct state *s = d->state;
	drop_pieces(s);
	FL_VEC_RELEASE(&s->piece);
}

const struct fl_wire fl_wire_openai_responses = {
    .name = "openai_responses",
    .cut = "the stream ended without response.completed, .incomplete or .failed",
    .nothing = "the answer is no response: is this a model server's url?",
    .state_bytes = sizeof(struct state),
    .object = object,
    .end = end,
    .release = release,
};
