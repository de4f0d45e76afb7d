/*
 * Answers of Anthropic's Messages endpoint, also on Bedrock, Vertex and Azure; and of the text completions before it.
 *
 * Source: platform.claude.com/docs/en/api/messages and .../build-with-claude/streaming. A stream ends with message_stop.
 * input_tokens leaves out what the cache did. message_delta rewrites the counts of message_start (a server tool or a
 * compaction ran in between), so the last value of each count holds. The split of cache writes by lifetime may stay
 * behind their total: what has no stated lifetime counts as written for 5 minutes. `iterations` may list work
 * (compaction, an advisor) that the top level leaves out, which is said as a problem.
 */
#include "provider/wire_int.h"

enum count { INPUT, READ, WRITTEN, WRITTEN_5M, WRITTEN_1H, OUTPUT, THINKING, SEARCHES, COUNTS };

static const struct {
	const char *in; /* the object that holds it; NULL = usage itself */
	const char *name;
} counts[COUNTS] = {
    [INPUT] = {NULL, "input_tokens"},
    [READ] = {NULL, "cache_read_input_tokens"},
    [WRITTEN] = {NULL, "cache_creation_input_tokens"},
    [WRITTEN_5M] = {"cache_creation", "ephemeral_5m_input_tokens"},
    [WRITTEN_1H] = {"cache_creation", "ephemeral_1h_input_tokens"},
    [OUTPUT] = {NULL, "output_tokens"},
    [THINKING] = {"output_tokens_details", "thinking_tokens"},
    [SEARCHES] = {"server_tool_use", "web_search_requests"},
};

struct state {
	bool has[COUNTS];
	uint64_t n[COUNTS];
	uint64_t all_input, all_output; /* of the iterations, where they are listed */
	bool iterations;
	struct fl_str kinds; /* of iterations that are no message */
	struct fl_str id;    /* of the message */
	bool fast;
	bool final; /* a count of output came behind the beginning */
};

/* --- usage -------------------------------------------------------------------------------------------------------- */

static void read_iterations(struct fl_decoder *d, struct state *s, const struct fl_json *list)
{
	if (!list || !fl_json_first(list))
		return;
	s->iterations = true;
	s->all_input = s->all_output = 0;
	struct fl_str kinds = FL_S("");
	FL_WIRE_EACH(it, list)
	{
		for (int c = INPUT; c <= WRITTEN; c++)
			s->all_input += fl_wire_count(d, it, counts[c].name);
		s->all_output += fl_wire_count(d, it, counts[OUTPUT].name);
		struct fl_str kind = fl_json_string(fl_wire_get(it, "type"), &d->scratch);
		if (!fl_str_is(kind, "message") && kinds.n < 100 && fl_str_find(kinds, kind, 0) < 0)
			kinds = fl_arena_printf(&d->scratch, "%.*s%s%.*s", FL_FMT(kinds), kinds.n ? ", " : "",
			                        FL_FMT(kind));
	}
	s->kinds = fl_arena_dup(&d->arena, fl_str_sub(kinds, 0, 100));
}

static void read_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	struct state *s = fl_wire_state(d);
	if (!usage || usage->type != FL_JSON_OBJECT)
		return;
	fl_wire_keep_usage(d, usage);
	for (int c = 0; c < COUNTS; c++) {
		const struct fl_json *in = counts[c].in ? fl_wire_get(usage, counts[c].in) : usage;
		if (!fl_wire_some(in, counts[c].name))
			continue;
		s->has[c] = true;
		s->n[c] = fl_wire_count(d, in, counts[c].name);
	}
	read_iterations(d, s, fl_wire_get(usage, "iterations"));
	fl_wire_keep_tier(d, fl_wire_get(usage, "service_tier"));
	s->fast |= fl_wire_is(d, usage, "speed", "fast");
}

static void fold_cache_writes(struct fl_decoder *d, const struct state *s)
{
	uint64_t *units = d->reply.usage.units;
	uint64_t split = s->n[WRITTEN_5M] + s->n[WRITTEN_1H];
	uint64_t written = s->has[WRITTEN] ? s->n[WRITTEN] : split;
	uint64_t hour = FL_MIN(s->n[WRITTEN_1H], written);
	units[FL_USE_CACHE_WRITE_1H] = hour;
	units[FL_USE_CACHE_WRITE_5M] = written - hour;
	if (split > written)
		fl_wire_odd(d, "%llu tokens written to the cache by lifetime are more than the %llu in all",
		            (unsigned long long)split, (unsigned long long)written);
	else if (split < written && s->has[WRITTEN_5M])
		fl_wire_problem(
		    d, "%llu of %llu tokens written to the cache have no stated lifetime: counted as 5 minutes",
		    (unsigned long long)(written - split), (unsigned long long)written);
}

static void fold_output(struct fl_decoder *d, const struct state *s)
{
	uint64_t *units = d->reply.usage.units;
	uint64_t thinking = FL_MIN(s->n[THINKING], s->n[OUTPUT]);
	if (s->n[THINKING] > s->n[OUTPUT])
		fl_wire_odd(d, "%llu tokens of thinking are more than the %llu of the output that should contain them",
		            (unsigned long long)s->n[THINKING], (unsigned long long)s->n[OUTPUT]);
	units[FL_USE_REASONING] = thinking;
	units[FL_USE_OUTPUT] = s->n[OUTPUT] - thinking;
}

static void check_iterations(struct fl_decoder *d, const struct state *s)
{
	uint64_t input = s->n[INPUT] + s->n[READ] + s->n[WRITTEN];
	if (!s->iterations || (s->all_input <= input && s->all_output <= s->n[OUTPUT]))
		return;
	fl_wire_problem(
	    d,
	    "usage lists iterations (%.*s) with %llu more input and %llu more output tokens than its totals: "
	    "the totals are told",
	    FL_FMT(s->kinds.n ? s->kinds : FL_S("message")),
	    (unsigned long long)(s->all_input > input ? s->all_input - input : 0),
	    (unsigned long long)(s->all_output > s->n[OUTPUT] ? s->all_output - s->n[OUTPUT] : 0));
}

static void end(struct fl_decoder *d)
{
	struct state *s = fl_wire_state(d);
	struct fl_usage *u = &d->reply.usage;
	if (s->fast)
		d->reply.tier = FL_S("fast");
	if (d->tool.n)
		for (size_t i = 0; i < d->tool.n; i++)
			if (d->tool.p[i].arguments.n == 0)
				fl_buf_z(&d->tool.p[i].arguments, "{}");
	if (!s->has[INPUT] && !s->has[OUTPUT])
		return;
	u->reported = true;
	d->unsure = !s->final;
	u->units[FL_USE_INPUT] = s->n[INPUT];
	u->units[FL_USE_CACHE_READ] = s->n[READ];
	u->units[FL_USE_SEARCH] = s->n[SEARCHES];
	fold_cache_writes(d, s);
	fold_output(d, s);
	check_iterations(d, s);
}

/* --- blocks ------------------------------------------------------------------------------------------------------- */

/* Marks a call whose arguments came with its beginning. */
#define WHOLE "whole"

/* A whole block, or its beginning. Calls of the server's own tools are no tool calls of the answer. */
static void read_block(struct fl_decoder *d, const struct fl_json *b, uint64_t index)
{
	if (fl_wire_is(d, b, "type", "text"))
		fl_wire_append(d, &d->text, fl_wire_get(b, "text"));
	else if (fl_wire_is(d, b, "type", "thinking"))
		fl_wire_append(d, &d->reasoning, fl_wire_get(b, "thinking"));
	if (!fl_wire_is(d, b, "type", "tool_use"))
		return;
	struct fl_tool_parts *t = fl_wire_add_tool(d, index);
	const struct fl_json *input = fl_wire_get(b, "input");
	fl_wire_tool_name(d, t, fl_wire_get(b, "name"));
	if (d->whole || (input && fl_json_first(input))) /* a stream begins with {} and sends the text after it */
		fl_wire_tool_arguments(d, t, input);
	if (t && t->arguments.n)
		t->id = FL_S(WHOLE);
}

static void read_delta(struct fl_decoder *d, const struct fl_json *delta, uint64_t index)
{
	fl_wire_append(d, &d->text, fl_wire_is(d, delta, "type", "text_delta") ? fl_wire_get(delta, "text") : NULL);
	fl_wire_append(d, &d->reasoning,
	               fl_wire_is(d, delta, "type", "thinking_delta") ? fl_wire_get(delta, "thinking") : NULL);
	struct fl_tool_parts *t = fl_wire_tool(d, index);
	if (!t || !fl_wire_is(d, delta, "type", "input_json_delta"))
		return;
	const struct fl_json *piece = fl_wire_get(delta, "partial_json");
	if (t->id.n &&
	    fl_json_string(piece, &d->scratch).n) { /* some proxies send all first, and then again in pieces */
		fl_wire_tool_clear(d, t);
		t->id = FL_S("");
	}
	fl_wire_tool_arguments(d, t, piece);
}

static void read_message(struct fl_decoder *d, const struct fl_json *m)
{
	uint64_t index = 0;
	d->seen = true;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(m, "model"));
	FL_WIRE_EACH(block, fl_wire_get(m, "content"))
	read_block(d, block, index++);
	fl_wire_append(d, &d->text, fl_wire_get(m, "completion"));
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(m, "stop_reason"));
	read_usage(d, fl_wire_get(m, "usage"));
}

/* --- events ------------------------------------------------------------------------------------------------------- */

static void on_start(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	struct state *s = fl_wire_state(d);
	const struct fl_json *m = fl_wire_get(v, "message");
	struct fl_str id = fl_json_string(fl_wire_get(m, "id"), &d->scratch);
	d->clean = d->done = false;
	if (d->seen && !fl_str_eq(id, s->id)) {
		fl_wire_problem(d, "more than one message came in one stream: the last is told");
		fl_wire_restart(d);
		*s = (struct state){.fast = false};
	}
	s->id = fl_arena_dup(&d->arena, id);
	read_message(d, m);
}

static void on_block(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	read_block(d, fl_wire_get(v, "content_block"), index);
}

static void on_delta(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	read_delta(d, fl_wire_get(v, "delta"), index);
}

static void on_message_delta(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(fl_wire_get(v, "delta"), "stop_reason"));
	read_usage(d, fl_wire_get(v, "usage"));
	if (fl_wire_some(fl_wire_get(v, "usage"), counts[OUTPUT].name))
		((struct state *)fl_wire_state(d))->final = true;
}

static void on_stop(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)v;
	(void)index;
	d->clean = d->done = d->seen;
}

/* Text completions: pieces of text, the last with a reason. */
static void on_completion(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	read_message(d, v);
	d->clean |= d->reply.finish.n > 0;
}

static const struct fl_wire_event events[] = {
    {"content_block_delta", on_delta},   {"content_block_start", on_block}, {"message_start", on_start},
    {"message_delta", on_message_delta}, {"message_stop", on_stop},         {"error", fl_wire_on_error},
    {"completion", on_completion},
};

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	struct fl_str type = fl_json_string(fl_wire_get(v, "type"), &d->scratch);
	if (d->whole) {
		if (fl_wire_some(v, "error"))
			fl_wire_error(d, v);
		else if (fl_wire_some(v, "content") || fl_wire_some(v, "completion"))
			read_message(d, v);
		return;
	}
	if (!type.n)
		type = fl_wire_some(v, "completion") ? FL_S("completion") : event;
	if (!d->done || fl_str_is(type, "message_start"))
		fl_wire_dispatch(d, events, FL_COUNT(events), type, v, "index");
}

const struct fl_wire fl_wire_anthropic_messages = {
    .name = "anthropic_messages",
    .cut = "the stream ended without its message_stop",
    .nothing = "the answer holds no message: is this a model server's url?",
    .state_bytes = sizeof(struct state),
    .object = object,
    .end = end,
};
