/*
 * Answers of Ollama's own endpoints, /api/chat and /api/generate.
 *
 * Source: github.com/ollama/ollama/blob/main/docs/api.md. A stream is NDJSON, whose last object has done:true; a whole
 * answer is that object. Arguments of tool calls are objects. Counts may be absent: prompt_eval_count is, when the prompt
 * was still in memory.
 */
#include "provider/wire_int.h"

static void read_message(struct fl_decoder *d, const struct fl_json *m)
{
	fl_wire_append(d, &d->text, fl_wire_get(m, "content"));
	fl_wire_append(d, &d->reasoning, fl_wire_get(m, "thinking"));
	FL_WIRE_EACH(call, fl_wire_get(m, "tool_calls"))
	{
		const struct fl_json *f = fl_wire_get(call, "function");
		struct fl_tool_parts *t = fl_wire_add_tool(d, d->tool.n);
		fl_wire_tool_name(d, t, fl_wire_get(f, "name"));
		fl_wire_tool_arguments(d, t, fl_wire_get(f, "arguments"));
	}
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	(void)event;
	if (fl_wire_some(v, "error"))
		fl_wire_error(d, v);
	const struct fl_json *m = fl_wire_some(v, "message"), *response = fl_wire_some(v, "response");
	const struct fl_json *done = fl_wire_get(v, "done");
	d->seen |= m || response || done;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "model"));
	read_message(d, m);
	fl_wire_append(d, &d->text, response);
	fl_wire_append(d, &d->reasoning, fl_wire_get(v, "thinking"));
	d->clean = done && done->type == FL_JSON_TRUE;
	if (!d->clean)
		return;
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(v, "done_reason"));
	fl_wire_keep_usage(d, v);
}

static uint64_t microseconds(struct fl_decoder *d, const struct fl_json *v, const char *name)
{
	return fl_wire_count(d, v, name) / 1000;
}

static void end(struct fl_decoder *d)
{
	const struct fl_json *v = fl_wire_usage(d);
	struct fl_usage *u = &d->reply.usage;
	if (!v)
		return;
	u->reported = fl_wire_some(v, "prompt_eval_count") || fl_wire_some(v, "eval_count");
	u->units[FL_USE_INPUT] = fl_wire_count(d, v, "prompt_eval_count");
	u->units[FL_USE_OUTPUT] = fl_wire_count(d, v, "eval_count");
	u->compute_us = microseconds(d, v, "prompt_eval_duration") + microseconds(d, v, "eval_duration");
	if (u->reported && !fl_wire_some(v, "prompt_eval_count"))
		fl_wire_problem(d, "the server left out prompt_eval_count: input is counted as 0");
	if (u->reported && !fl_wire_some(v, "eval_count"))
		fl_wire_problem(d, "the server left out eval_count: output is counted as 0");
}

const struct fl_wire fl_wire_ollama_chat = {
    .name = "ollama_chat",
    .cut = "the stream ended without done:true",
    .nothing = "the answer holds no message: is this a model server's url?",
    .object = object,
    .end = end,
};
