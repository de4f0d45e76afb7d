/*
 * The machine that feeds wire formats: it tells the framing, cuts the bytes into JSON objects, and closes the reply.
 */
#include "codec/base64.h"
#include "provider/wire_int.h"

#include <stdlib.h>

static const struct fl_wire *const wires[] = {
    &fl_wire_openai_chat,     &fl_wire_openai_completions, &fl_wire_openai_responses, &fl_wire_anthropic_messages,
    &fl_wire_gemini_generate, &fl_wire_ollama_chat,        &fl_wire_cohere,           &fl_wire_bedrock_converse,
    &fl_wire_bedrock_invoke,  &fl_wire_embeddings,         &fl_wire_rerank,           &fl_wire_other,
};

const struct fl_wire *fl_wire_find(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(wires); i++)
		if (fl_str_is(name, wires[i]->name))
			return wires[i];
	return NULL;
}

/* Members that only one format has; of several rows that fit, the first. */
static const struct {
	const char *member, *value; /* value: NULL = any but null */
	const struct fl_wire *wire;
} shapes[] = {
    {"object", "response", &fl_wire_openai_responses},
    {"object", "response.compaction", &fl_wire_openai_responses},
    {"object", "text_completion", &fl_wire_openai_completions},
    {"object", "rerank", &fl_wire_rerank},
    {"choices", NULL, &fl_wire_openai_chat},
    {"candidates", NULL, &fl_wire_gemini_generate},
    {"promptFeedback", NULL, &fl_wire_gemini_generate},
    {"embedding", NULL, &fl_wire_embeddings},
    {"embeddings", NULL, &fl_wire_embeddings},
    {"object", "list", &fl_wire_embeddings},
    {"done_reason", NULL, &fl_wire_ollama_chat},
    {"eval_count", NULL, &fl_wire_ollama_chat},
    {"created_at", NULL, &fl_wire_ollama_chat},
    {"stopReason", NULL, &fl_wire_bedrock_converse},
    {"messageStart", NULL, &fl_wire_bedrock_converse},
    {"contentBlockStart", NULL, &fl_wire_bedrock_converse},
    {"contentBlockDelta", NULL, &fl_wire_bedrock_converse},
    {"messageStop", NULL, &fl_wire_bedrock_converse},
    {"type", "message", &fl_wire_anthropic_messages},
    {"type", "message_start", &fl_wire_anthropic_messages},
    {"type", "completion", &fl_wire_anthropic_messages},
    {"completion", NULL, &fl_wire_anthropic_messages},
    {"type", "message-start", &fl_wire_cohere},
    {"event_type", "stream-start", &fl_wire_cohere},
    {"event_type", "text-generation", &fl_wire_cohere},
    {"generation_id", NULL, &fl_wire_cohere},
    {"type", "response.created", &fl_wire_openai_responses},
};

/* Chat completions have messages, plain completions texts. */
static bool is_plain_completion(const struct fl_json *v)
{
	const struct fl_json *choice = fl_json_at(fl_wire_get(v, "choices"), 0);
	return fl_wire_some(choice, "text") && !fl_wire_some(choice, "message") && !fl_wire_some(choice, "delta");
}

const struct fl_wire *fl_wire_of_object(const struct fl_json *v)
{
	if (is_plain_completion(v))
		return &fl_wire_openai_completions;
	for (size_t i = 0; v && i < FL_COUNT(shapes); i++) {
		const struct fl_json *m = fl_wire_some(v, shapes[i].member);
		if (!m)
			continue;
		struct fl_str s = m->type == FL_JSON_STRING ? fl_str_sub(m->raw, 1, m->raw.n - 1) : FL_S("");
		if (!shapes[i].value || fl_str_is(s, shapes[i].value))
			return shapes[i].wire;
	}
	return &fl_wire_other;
}

/* --- objects ------------------------------------------------------------------------------------------------------ */

static bool parse(struct fl_decoder *d, struct fl_json_doc *doc, struct fl_str text, struct fl_err *err)
{
	if (fl_json_parse(doc, &d->scratch, text, FL_JSON_LIMITS, err) == FL_OK)
		return true;
	if (err->code != FL_E_INVALID || !fl_wire_mend(d, text, &text) ||
	    fl_json_parse(doc, &d->scratch, text, FL_JSON_LIMITS, NULL) != FL_OK)
		return false;
	fl_wire_problem(d, "the answer holds text that is not Unicode: replaced by U+FFFD");
	return true;
}

static void take_object(struct fl_decoder *d, struct fl_str text, struct fl_str event)
{
	struct fl_json_doc doc;
	struct fl_err err;
	fl_arena_reset(&d->scratch);
	if (parse(d, &doc, text, &err)) {
		if (fl_json_root(&doc)->type != FL_JSON_OBJECT)
			return;
		d->wire->object(d, fl_json_root(&doc), event);
		fl_wire_bedrock_metrics(d, fl_json_root(&doc));
		if (d->metrics && d->reply.finish.n) /* the last chunk of an invoke stream */
			d->clean |= d->wire->done_word;
	} else if (d->flushing) {
		d->cut = true;
	} else if (d->wire != &fl_wire_other) { /* whose events may be anything */
		fl_wire_fail(d, FL_E_PROTOCOL, fl_str_from(err.message));
	}
}

static enum fl_code on_sse(void *arg, const struct fl_sse_event *event, struct fl_err *ignored)
{
	struct fl_decoder *d = arg;
	(void)ignored;
	if (d->done && d->wire->done_word)
		return FL_OK;
	if (fl_str_is(fl_str_trim(event->data), "[DONE]"))
		d->clean |= d->done = d->wire->done_word;
	else if (fl_str_trim(event->data).n)
		take_object(d, event->data, event->event);
	return FL_OK;
}

static enum fl_code on_value(void *arg, struct fl_str value, struct fl_err *ignored)
{
	(void)ignored;
	take_object(arg, value, FL_S(""));
	return FL_OK;
}

/* The payload of an invoke chunk is the model's own event, in base64. */
static struct fl_str inner_bytes(struct fl_decoder *d, struct fl_str payload)
{
	struct fl_json_doc doc;
	fl_arena_reset(&d->scratch);
	if (fl_json_parse(&doc, &d->scratch, payload, FL_JSON_LIMITS, NULL) != FL_OK)
		return payload;
	const struct fl_json *bytes = fl_wire_get(fl_json_root(&doc), "bytes");
	fl_buf_reset(&d->inner);
	if (!bytes || !fl_base64_decode(fl_json_string(bytes, &d->scratch), &d->inner))
		return payload;
	return fl_buf_slice(&d->inner);
}

static void take_exception(struct fl_decoder *d, struct fl_str payload, struct fl_str name)
{
	struct fl_json_doc doc;
	fl_arena_reset(&d->scratch);
	struct fl_str text = payload;
	if (fl_json_parse(&doc, &d->scratch, payload, FL_JSON_LIMITS, NULL) == FL_OK) {
		const struct fl_json *m = fl_wire_get(fl_json_root(&doc), "message");
		text = m ? fl_json_string(m, &d->scratch) : payload;
	}
	struct fl_buf json;
	struct fl_json_writer w;
	fl_buf_init(&json, FL_REPLY_LINE_BYTES);
	fl_json_begin(&w, &json, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "message", text.n ? text : name);
	fl_json_member_str(&w, "__type", name);
	fl_json_close(&w);
	if (fl_json_done(&w) && fl_json_parse(&doc, &d->scratch, fl_buf_slice(&json), FL_JSON_LIMITS, NULL) == FL_OK)
		fl_wire_error(d, fl_json_root(&doc));
	fl_wire_fail(d, FL_E_SERVER, name);
	fl_buf_release(&json);
}

static enum fl_code on_message(void *arg, const struct fl_eventstream_message *m, struct fl_err *ignored)
{
	struct fl_decoder *d = arg;
	(void)ignored;
	struct fl_str kind = fl_eventstream_header(m, FL_S(":message-type"));
	struct fl_str event = fl_eventstream_header(m, FL_S(":event-type"));
	if (fl_str_is(kind, "exception"))
		take_exception(d, m->payload, fl_eventstream_header(m, FL_S(":exception-type")));
	else if (fl_str_is(kind, "error"))
		take_exception(d, m->payload, fl_eventstream_header(m, FL_S(":error-code")));
	else
		take_object(d, fl_str_is(event, "chunk") ? inner_bytes(d, m->payload) : m->payload, event);
	return FL_OK;
}

/* --- framing ------------------------------------------------------------------------------------------------------ */

static const struct {
	const char *type;
	enum fl_framing framing;
} types[] = {
    {"text/event-stream", FL_FRAME_SSE},
    {"application/x-ndjson", FL_FRAME_VALUES},
    {"application/ndjson", FL_FRAME_VALUES},
    {"application/stream+json", FL_FRAME_VALUES},
    {"application/jsonl", FL_FRAME_VALUES},
    {"application/json-seq", FL_FRAME_VALUES},
    {"application/vnd.amazon.eventstream", FL_FRAME_EVENTS},
};

static enum fl_framing hint_of(struct fl_str content_type)
{
	for (size_t i = 0; i < FL_COUNT(types); i++) {
		struct fl_str t = fl_str_from(types[i].type);
		if (fl_str_eq_nocase(fl_str_sub(content_type, 0, t.n), t))
			return types[i].framing;
	}
	return FL_FRAME_UNKNOWN;
}

static bool looks_like_sse(struct fl_str head)
{
	static const char *const fields[] = {":", "data:", "event:", "id:", "retry:"};
	for (size_t i = 0; i < FL_COUNT(fields); i++)
		if (fl_str_starts(head, fl_str_from(fields[i])))
			return true;
	return false;
}

/* Bytes that are enough to tell. */
enum { HEAD = 8 };

/* The first bytes decide where they can, the content type where they cannot. `last`: no more will come. */
static enum fl_framing framing_of(const struct fl_decoder *d, struct fl_str head, bool last)
{
	if (d->status != 200)
		return FL_FRAME_BODY;
	if (!last && head.n < 3 && fl_str_starts(FL_S("\xef\xbb\xbf"), head))
		return FL_FRAME_UNKNOWN; /* it may become a byte order mark */
	if (fl_str_starts(head, FL_S("\xef\xbb\xbf")))
		head = fl_str_sub(head, 3, head.n);
	while (head.n && strchr(" \t\r\n", head.p[0]) && head.p[0])
		head = fl_str_sub(head, 1, head.n);
	if (!head.n)
		return !last ? FL_FRAME_UNKNOWN : d->hint ? d->hint : FL_FRAME_BODY;
	if (head.p[0] == '{')
		return d->hint == FL_FRAME_VALUES ? FL_FRAME_VALUES : FL_FRAME_BODY;
	if (head.p[0] == '[')
		return FL_FRAME_VALUES;
	if (d->hint == FL_FRAME_SSE || d->hint == FL_FRAME_EVENTS)
		return d->hint;
	if (head.p[0] == 0)
		return FL_FRAME_EVENTS;
	if (head.n < HEAD && !last)
		return FL_FRAME_UNKNOWN;
	return looks_like_sse(head) ? FL_FRAME_SSE : FL_FRAME_BODY;
}

static void feed_framing(struct fl_decoder *d, struct fl_str bytes)
{
	struct fl_err err;
	enum fl_code code = FL_OK;
	if (d->broken)
		return;
	if (d->framing == FL_FRAME_SSE)
		code = fl_sse_feed(&d->sse, bytes, &err);
	else if (d->framing == FL_FRAME_VALUES)
		code = fl_json_stream_feed(&d->values, bytes, &err);
	else if (d->framing == FL_FRAME_EVENTS)
		code = fl_eventstream_feed(&d->events, bytes, &err);
	else
		d->overflow |= !fl_buf_str(&d->body, bytes);
	if (code == FL_OK)
		return;
	d->broken = true;
	fl_wire_fail(d, code == FL_E_LIMIT ? FL_E_LIMIT : FL_E_PROTOCOL, fl_str_from(err.message));
}

static void decide(struct fl_decoder *d, bool last)
{
	d->framing = framing_of(d, fl_buf_slice(&d->body), last);
	if (d->framing == FL_FRAME_UNKNOWN || d->framing == FL_FRAME_BODY)
		return;
	struct fl_buf head = d->body;
	fl_buf_init(&d->body, FL_REPLY_BYTES);
	struct fl_str bytes = fl_buf_slice(&head);
	if (d->framing == FL_FRAME_VALUES && fl_str_starts(bytes, FL_S("\xef\xbb\xbf")))
		bytes = fl_str_sub(bytes, 3, bytes.n);
	feed_framing(d, bytes);
	fl_buf_release(&head);
}

void fl_wire_feed(struct fl_decoder *d, struct fl_str bytes)
{
	if (d->framing != FL_FRAME_UNKNOWN) {
		feed_framing(d, bytes);
		return;
	}
	d->overflow |= !fl_buf_str(&d->body, bytes);
	decide(d, false);
}

struct fl_str fl_wire_so_far(const struct fl_decoder *d, struct fl_str *thinking)
{
	*thinking = fl_buf_slice(&d->reasoning);
	return fl_buf_slice(&d->text);
}

struct fl_decoder *fl_wire_begin(const struct fl_wire *wire, int status, struct fl_str content_type)
{
	struct fl_decoder *d = fl_alloc_zero(1, sizeof *d);
	d->wire = wire;
	d->status = status >= 200 && status < 300 ? 200 : status;
	d->hint = hint_of(content_type);
	fl_arena_init(&d->arena);
	fl_arena_init(&d->scratch);
	struct fl_buf *bufs[] = {&d->body, &d->text, &d->reasoning, &d->refusal, &d->usage, &d->inner};
	for (size_t i = 0; i < FL_COUNT(bufs); i++)
		fl_buf_init(bufs[i], FL_REPLY_BYTES);
	fl_sse_init(&d->sse,
	            (struct fl_sse_limits){.line_bytes = FL_REPLY_LINE_BYTES, .data_bytes = FL_REPLY_LINE_BYTES},
	            on_sse, d);
	fl_json_stream_init(&d->values, FL_REPLY_BYTES, on_value, d);
	fl_eventstream_init(&d->events, on_message, d);
	return d;
}

const struct fl_wire *fl_wire_decoded(const struct fl_decoder *d)
{
	return d->wire;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void end_error(struct fl_decoder *d, bool is_json, const struct fl_json *root)
{
	struct fl_str body = fl_buf_slice(&d->body);
	if (d->status >= 300 && d->status < 400) /* another address could be anybody's: the key must not go there */
		fl_wire_fail(d, FL_E_PROTOCOL,
		             fl_arena_printf(&d->arena, "a redirect (status %d), which is never followed", d->status));
	else if (is_json)
		fl_wire_error(d, root);
	else
		fl_wire_error(
		    d, &(struct fl_json){
		           .raw = body.n ? body : fl_arena_printf(&d->arena, "status %d without a body", d->status)});
}

/* Lines of JSON under another content type. True when the body was a row of at least two values. */
static bool end_values(struct fl_decoder *d)
{
	struct fl_json_stream s;
	struct fl_err err;
	fl_json_stream_init(&s, FL_REPLY_BYTES, on_value, d);
	bool first = fl_str_find_char(fl_buf_slice(&d->body), '\n', 0) > 0;
	bool row = first && fl_json_stream_feed(&s, fl_buf_slice(&d->body), &err) == FL_OK && s.values > 0;
	fl_json_stream_release(&s);
	if (row)
		d->framing = FL_FRAME_VALUES;
	return row;
}

static void end_body(struct fl_decoder *d)
{
	struct fl_json_doc doc;
	struct fl_err err;
	fl_arena_reset(&d->scratch);
	struct fl_str body = fl_buf_slice(&d->body);
	if (fl_str_starts(body, FL_S("\xef\xbb\xbf")))
		body = fl_str_sub(body, 3, body.n);
	bool is_json = parse(d, &doc, body, &err);
	const struct fl_json *root = is_json ? fl_json_root(&doc) : NULL;
	if (d->status != 200) {
		d->clean = is_json;
		end_error(d, is_json, root);
	} else if (root && root->type == FL_JSON_OBJECT) {
		d->whole = d->clean = true;
		d->wire->object(d, root, FL_S(""));
	} else if (root || !end_values(d)) {
		fl_wire_fail(d, FL_E_PROTOCOL,
		             root ? FL_S("the answer is JSON, but no object")
		                  : fl_arena_printf(&d->arena, "the answer is not JSON: %s", err.message));
	}
}

/* What stands behind the last separator: a whole event whose empty line was lost, or half of one. */
static void end_stream(struct fl_decoder *d)
{
	struct fl_err err;
	d->flushing = true;
	if (d->framing == FL_FRAME_SSE && !d->broken && fl_sse_end(&d->sse) &&
	    fl_sse_feed(&d->sse, FL_S("\n\n"), &err) != FL_OK)
		d->cut = true;
	if (d->framing == FL_FRAME_VALUES)
		d->cut = !fl_json_stream_whole(&d->values);
	if (d->framing == FL_FRAME_EVENTS)
		d->cut = fl_eventstream_end(&d->events);
	if (d->cut || d->broken)
		d->clean = false;
}

/* What a finish word means, in any format's spelling; all else is an answer. */
static const struct {
	const char *finish;
	enum fl_outcome outcome;
} finishes[] = {
    {"length", FL_OUT_TRUNCATED},
    {"max_tokens", FL_OUT_TRUNCATED},
    {"model_length", FL_OUT_TRUNCATED},
    {"model_context_window_exceeded", FL_OUT_TRUNCATED},
    {"pause_turn", FL_OUT_TRUNCATED},
    {"2", FL_OUT_TRUNCATED}, /* Gemini's MAX_TOKENS as a number */
    {"incomplete", FL_OUT_TRUNCATED},
    {"incomplete:max_output_tokens", FL_OUT_TRUNCATED},
    {"content_filter", FL_OUT_FILTERED},
    {"incomplete:content_filter", FL_OUT_FILTERED},
    {"content_filtered", FL_OUT_FILTERED},
    {"guardrail_intervened", FL_OUT_FILTERED},
    {"error_toxic", FL_OUT_FILTERED},
    {"safety", FL_OUT_FILTERED},
    {"3", FL_OUT_FILTERED},
    {"recitation", FL_OUT_FILTERED},
    {"4", FL_OUT_FILTERED},
    {"blocklist", FL_OUT_FILTERED},
    {"prohibited_content", FL_OUT_FILTERED},
    {"spii", FL_OUT_FILTERED},
    {"image_safety", FL_OUT_FILTERED},
    {"model_armor", FL_OUT_FILTERED},
    {"language", FL_OUT_FILTERED},
    {"image_prohibited_content", FL_OUT_FILTERED},
    {"image_recitation", FL_OUT_FILTERED},
    {"6", FL_OUT_FILTERED}, /* from here on the numbers of Gemini and of Vertex differ, but not in what they mean */
    {"7", FL_OUT_FILTERED},
    {"8", FL_OUT_FILTERED},
    {"other", FL_OUT_TRUNCATED}, /* stopped before its end, for a reason that is not told */
    {"5", FL_OUT_TRUNCATED},
    {"refusal", FL_OUT_REFUSED},
    {"malformed_function_call", FL_OUT_UNPARSABLE},
    {"unexpected_tool_call", FL_OUT_UNPARSABLE},
    {"too_many_tool_calls", FL_OUT_UNPARSABLE},
    {"missing_thought_signature", FL_OUT_UNPARSABLE},
    {"malformed_response", FL_OUT_UNPARSABLE},
    {"malformed_model_output", FL_OUT_UNPARSABLE},
    {"malformed_tool_use", FL_OUT_UNPARSABLE},
    {"error", FL_OUT_FAILED},
    {"failed", FL_OUT_FAILED},
    {"cancelled", FL_OUT_FAILED},
    {"insufficient_system_resource", FL_OUT_FAILED},
};

static enum fl_outcome outcome_of(const struct fl_decoder *d)
{
	for (size_t i = 0; i < FL_COUNT(finishes); i++)
		if (fl_str_eq_nocase(d->reply.finish, fl_str_from(finishes[i].finish)))
			return finishes[i].outcome;
	return d->filtered ? FL_OUT_FILTERED : d->refusal.n ? FL_OUT_REFUSED : FL_OUT_OK;
}

static void fold_tools(struct fl_decoder *d)
{
	struct fl_tool_call *call = FL_NEW_ARRAY(&d->arena, struct fl_tool_call, d->tool.n);
	for (size_t i = 0; i < d->tool.n; i++)
		call[i] =
		    (struct fl_tool_call){fl_buf_slice(&d->tool.p[i].name), fl_buf_slice(&d->tool.p[i].arguments)};
	d->reply.tool = call;
	d->reply.tools = d->tool.n;
}

static void fold(struct fl_decoder *d)
{
	struct fl_reply *r = &d->reply;
	r->text = fl_buf_slice(&d->text);
	r->reasoning = fl_buf_slice(&d->reasoning);
	r->refusal = fl_buf_slice(&d->refusal);
	r->usage_json = fl_buf_slice(&d->usage);
	r->complete = d->clean;
	fold_tools(d);
	if (r->code == FL_OK)
		r->outcome = outcome_of(d);
	if (r->code == FL_OK && r->outcome == FL_OUT_FAILED)
		fl_wire_fail(d, FL_E_SERVER, FL_S("the server ended the answer with an error"));
}

/* Counts that came before the last ones would have come, and counts of nothing for an answer that is there. */
static void weigh_usage(struct fl_decoder *d)
{
	struct fl_usage *u = &d->reply.usage;
	bool early = !d->whole && (d->unsure || (!d->clean && !d->reply.finish.n));
	bool nothing = (d->text.n || d->tool.n) && fl_usage_input(u) + fl_usage_output(u) == 0;
	u->low = u->reported && (early || nothing);
	if (u->low)
		fl_wire_problem(d, early ? "the last counts of usage never came: those before them are told"
		                         : "usage says 0 tokens of an answer that has some");
}

const struct fl_reply *fl_wire_end(struct fl_decoder *d)
{
	if (d->framing == FL_FRAME_UNKNOWN)
		decide(d, true);
	if (d->framing == FL_FRAME_BODY || d->framing == FL_FRAME_UNKNOWN)
		end_body(d);
	else
		end_stream(d);
	fl_arena_reset(&d->scratch);
	d->reply.ended = d->clean && !d->whole && d->status == 200;
	if (d->wire->end)
		d->wire->end(d);
	fl_wire_bedrock_usage(d);
	weigh_usage(d);
	if (d->overflow)
		fl_wire_fail(d, FL_E_LIMIT, FL_S("the answer is larger than is accepted"));
	if (!d->clean && (d->seen || d->framing != FL_FRAME_BODY))
		fl_wire_fail(d, FL_E_TRUNCATED, fl_str_from(d->wire->cut));
	if (!d->seen)
		fl_wire_fail(d, FL_E_PROTOCOL, fl_str_from(d->wire->nothing));
	fold(d);
	return &d->reply;
}

void fl_wire_release(struct fl_decoder *d)
{
	if (d->state && d->wire->release)
		d->wire->release(d);
	fl_sse_release(&d->sse);
	fl_json_stream_release(&d->values);
	fl_eventstream_release(&d->events);
	struct fl_buf *bufs[] = {&d->body, &d->text, &d->reasoning, &d->refusal, &d->usage, &d->inner};
	for (size_t i = 0; i < FL_COUNT(bufs); i++)
		fl_buf_release(bufs[i]);
	fl_wire_drop_tools(d);
	FL_VEC_RELEASE(&d->tool);
	fl_arena_release(&d->arena);
	fl_arena_release(&d->scratch);
	free(d);
}
