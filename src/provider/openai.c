/*
 * The dialect of OpenAI's chat completions and completions, which most servers speak.
 *
 * Source: platform.openai.com/docs/api-reference/chat (request, response, streaming), and recorded traffic of servers
 * that differ from it: xAI counts reasoning outside completion_tokens, Azure's Grok reports more cached than prompt
 * tokens, some put reasoning_tokens at the top of usage, some errors are plain strings, some come inside a 200.
 *
 * A stream ends well only with "data: [DONE]". What came before a missing one is kept (text, usage: it was paid for) but
 * the code is FL_E_TRUNCATED.
 */
#include "codec/json.h"
#include "codec/sse.h"
#include "provider/dialect.h"

#include <stdlib.h>

struct fl_decoder {
	int status;
	bool is_stream;
	struct fl_sse sse;
	struct fl_arena arena;   /* of the reply */
	struct fl_arena scratch; /* of one event */
	struct fl_buf body;      /* the whole JSON body; for a stream only what is needed for an error */
	struct fl_buf text, reasoning, refusal;
	struct fl_reply reply;
	bool done; /* [DONE] came */
	bool seen_choice;
	bool overflow;
};

static struct fl_str path(const struct fl_chat *chat)
{
	return chat->endpoint == FL_ENDPOINT_CHAT ? FL_S("/chat/completions") : FL_S("/completions");
}

/* --- request ------------------------------------------------------------------------------------------------------ */

static void write_messages(struct fl_json_writer *w, const struct fl_chat *chat)
{
	fl_json_name(w, "messages");
	fl_json_open(w, '[');
	for (size_t i = 0; i < chat->message_count; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "role", chat->message[i].role);
		fl_json_member_str(w, "content", chat->message[i].text);
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* A base model reads one text: the messages with an empty line between them. */
static bool write_prompt(struct fl_json_writer *w, const struct fl_chat *chat)
{
	if (chat->message_count == 1) {
		fl_json_member_str(w, "prompt", chat->message[0].text);
		return true;
	}
	struct fl_buf joined;
	fl_buf_init(&joined, w->out->max);
	for (size_t i = 0; i < chat->message_count; i++) {
		if (i)
			fl_buf_z(&joined, "\n\n");
		fl_buf_str(&joined, chat->message[i].text);
	}
	fl_json_member_str(w, "prompt", fl_buf_slice(&joined));
	bool ok = !joined.full;
	fl_buf_release(&joined);
	return ok;
}

static bool write_params(struct fl_json_writer *w, struct fl_str params)
{
	struct fl_arena a;
	struct fl_json_doc doc;
	if (params.n == 0)
		return true;
	fl_arena_init(&a);
	bool ok = fl_json_parse(&doc, &a, params, FL_JSON_LIMITS, NULL) == FL_OK;
	const struct fl_json *root = ok ? fl_json_root(&doc) : NULL;
	for (const struct fl_json *m = root ? fl_json_first(root) : NULL; m; m = fl_json_next(root, m)) {
		fl_json_name_str(w, fl_json_key(m, &a));
		fl_json_put_raw(w, m->raw);
	}
	fl_arena_release(&a);
	return ok;
}

static bool encode(const struct fl_chat *chat, struct fl_buf *body)
{
	struct fl_json_writer w;
	bool ok = true;
	fl_json_begin(&w, body, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "model", chat->model);
	if (chat->endpoint == FL_ENDPOINT_CHAT)
		write_messages(&w, chat);
	else
		ok = write_prompt(&w, chat);
	fl_json_name_str(&w, chat->limit_name);
	fl_json_put_u64(&w, chat->max_output);
	if (chat->effort.n)
		fl_json_member_str(&w, "reasoning_effort", chat->effort);
	if (chat->temperature.n) {
		fl_json_name(&w, "temperature");
		fl_json_put_raw(&w, chat->temperature);
	}
	if (chat->has_seed)
		fl_json_member_u64(&w, "seed", chat->seed);
	ok &= write_params(&w, chat->params);
	if (chat->stream) {
		fl_json_member_bool(&w, "stream", true);
		fl_json_name(&w, "stream_options");
		fl_json_put_raw(&w, FL_S("{\"include_usage\":true}"));
	}
	fl_json_close(&w);
	return fl_json_done(&w) && ok;
}

static size_t auth(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2])
{
	if (key.n == 0)
		return 0;
	headers[0] = (struct fl_http_header){FL_S("Authorization"), fl_arena_printf(a, "Bearer %.*s", FL_FMT(key))};
	return 1;
}

/* --- usage -------------------------------------------------------------------------------------------------------- */

static uint64_t count(const struct fl_json *v, struct fl_str key)
{
	uint64_t n = 0;
	return fl_json_u64(fl_json_get(v, key), &n) ? n : 0;
}

static const struct fl_json *details(const struct fl_json *usage, struct fl_str name, struct fl_str misspelt)
{
	const struct fl_json *v = fl_json_get(usage, name);
	return v && v->type == FL_JSON_OBJECT ? v : fl_json_get(usage, misspelt);
}

static void read_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	struct fl_usage *u = &d->reply.usage;
	uint64_t prompt, completion, total, cached, written, reasoning;
	if (!usage || usage->type != FL_JSON_OBJECT || !fl_json_u64(fl_json_get(usage, FL_S("prompt_tokens")), &prompt))
		return;
	const struct fl_json *in = details(usage, FL_S("prompt_tokens_details"), FL_S("prompt_token_details"));
	const struct fl_json *out = details(usage, FL_S("completion_tokens_details"), FL_S("completion_token_details"));
	completion = count(usage, FL_S("completion_tokens"));
	total = count(usage, FL_S("total_tokens"));
	cached = FL_MAX(count(in, FL_S("cached_tokens")), count(usage, FL_S("prompt_cache_hit_tokens")));
	written = count(in, FL_S("cache_write_tokens"));
	reasoning = FL_MAX(count(out, FL_S("reasoning_tokens")), count(usage, FL_S("reasoning_tokens")));
	bool outside = reasoning > 0 && total == prompt + completion + reasoning;
	*u = (struct fl_usage){.reported = true, .compute_us = u->compute_us};
	u->odd = cached + written > prompt || (!outside && reasoning > completion);
	u->units[FL_USE_CACHE_READ] = cached;
	u->units[FL_USE_CACHE_WRITE_5M] = written;
	u->units[FL_USE_INPUT] = cached + written > prompt ? prompt : prompt - cached - written;
	u->units[FL_USE_REASONING] = reasoning;
	u->units[FL_USE_OUTPUT] = outside || reasoning > completion ? completion : completion - reasoning;
	d->reply.usage_json = fl_arena_dup(&d->arena, usage->raw);
}

/* llama.cpp's own account of its compute time. */
static void read_timings(struct fl_decoder *d, const struct fl_json *timings)
{
	double prompt_ms = 0, predicted_ms = 0;
	if (!fl_json_double(fl_json_get(timings, FL_S("prompt_ms")), &prompt_ms) ||
	    !fl_json_double(fl_json_get(timings, FL_S("predicted_ms")), &predicted_ms))
		return;
	double us = (prompt_ms + predicted_ms) * 1000;
	if (us > 0 && us < 1e15)
		d->reply.usage.compute_us = (uint64_t)us;
}

/* --- response ----------------------------------------------------------------------------------------------------- */

static void append(struct fl_decoder *d, struct fl_buf *to, const struct fl_json *v)
{
	if (!v)
		return;
	if (v->type == FL_JSON_STRING)
		d->overflow |= !fl_buf_str(to, fl_json_string(v, &d->scratch));
	if (v->type == FL_JSON_ARRAY) /* parts: only what is text counts */
		for (const struct fl_json *p = fl_json_first(v); p; p = fl_json_next(v, p))
			append(d, to, fl_json_get(p, FL_S("text")));
}

static void fail(struct fl_decoder *d, enum fl_code code, struct fl_str message)
{
	if (d->reply.code != FL_OK)
		return;
	size_t n = FL_MIN(message.n, (size_t)FL_REPLY_MESSAGE_BYTES);
	while (n > 0 && n < message.n && ((uint8_t)message.p[n] & 0xc0) == 0x80)
		n--; /* never half a character */
	d->reply.code = code;
	d->reply.outcome = FL_OUT_FAILED;
	d->reply.message = fl_arena_dup(&d->arena, fl_str_sub(message, 0, n));
}

struct status_row {
	int status;
	enum fl_code code;
};
static const struct status_row status_codes[] = {
    {400, FL_E_PARAM},  {401, FL_E_AUTH},  {402, FL_E_QUOTA}, {403, FL_E_AUTH}, {404, FL_E_MODEL}, {408, FL_E_SERVER},
    {409, FL_E_SERVER}, {413, FL_E_PARAM}, {422, FL_E_PARAM}, {429, FL_E_RATE}, {501, FL_E_PARAM},
};
struct word_row {
	const char *word; /* error.code or error.type */
	enum fl_code code;
};
static const struct word_row word_codes[] = {
    {"model_not_found", FL_E_MODEL},
    {"context_length_exceeded", FL_E_CONTEXT},
    {"exceed_context_size_error", FL_E_CONTEXT},
    {"insufficient_quota", FL_E_QUOTA},
    {"invalid_api_key", FL_E_AUTH},
    {"authentication_error", FL_E_AUTH},
    {"rate_limit_exceeded", FL_E_RATE},
};

static enum fl_code code_of(int status, struct fl_str type, struct fl_str code)
{
	for (size_t i = 0; i < FL_COUNT(word_codes); i++)
		if (fl_str_is(code, word_codes[i].word) || fl_str_is(type, word_codes[i].word))
			return word_codes[i].code;
	for (size_t i = 0; i < FL_COUNT(status_codes); i++)
		if (status_codes[i].status == status)
			return status_codes[i].code;
	return status >= 500 || status == 200 ? FL_E_SERVER : FL_E_PROTOCOL;
}

/* Any shape of error body: {"error":{...}}, {"error":"..."}, {"detail":...}, {"message":...}. */
static void read_error(struct fl_decoder *d, const struct fl_json *root)
{
	const struct fl_json *e = fl_json_get(root, FL_S("error"));
	const struct fl_json *from = e && e->type == FL_JSON_OBJECT ? e : root;
	const struct fl_json *message = fl_json_get(from, FL_S("message"));
	if (e && e->type == FL_JSON_STRING)
		message = e;
	if (!message)
		message = fl_json_get(root, FL_S("detail"));
	struct fl_str type = fl_json_string(fl_json_get(from, FL_S("type")), &d->scratch);
	struct fl_str code = fl_json_string(fl_json_get(from, FL_S("code")), &d->scratch);
	struct fl_str text = message && message->type == FL_JSON_STRING ? fl_json_string(message, &d->scratch)
	                     : message                                  ? message->raw
	                                                                : root->raw;
	fail(d, code_of(d->status, type, code), text);
}

static void keep_str(struct fl_decoder *d, struct fl_str *to, const struct fl_json *v)
{
	struct fl_str s = fl_json_string(v, &d->scratch);
	if (s.n)
		*to = fl_arena_dup(&d->arena, s);
}

/* The first choice is the answer; others (n > 1) are not asked for by this program. */
static void read_choice(struct fl_decoder *d, const struct fl_json *choice)
{
	uint64_t index = 0;
	if (fl_json_u64(fl_json_get(choice, FL_S("index")), &index) && index != 0)
		return;
	const struct fl_json *m = fl_json_get(choice, FL_S("message"));
	if (!m)
		m = fl_json_get(choice, FL_S("delta"));
	d->seen_choice = true;
	append(d, &d->text, m ? fl_json_get(m, FL_S("content")) : fl_json_get(choice, FL_S("text")));
	const struct fl_json *r = fl_json_get(m, FL_S("reasoning_content"));
	append(d, &d->reasoning, r ? r : fl_json_get(m, FL_S("reasoning")));
	append(d, &d->refusal, fl_json_get(m, FL_S("refusal")));
	keep_str(d, &d->reply.finish, fl_json_get(choice, FL_S("finish_reason")));
}

static void read_object(struct fl_decoder *d, const struct fl_json *root)
{
	const struct fl_json *e = fl_json_get(root, FL_S("error"));
	if (e && e->type != FL_JSON_NULL) {
		read_error(d, root);
		return;
	}
	keep_str(d, &d->reply.model, fl_json_get(root, FL_S("model")));
	const struct fl_json *choices = fl_json_get(root, FL_S("choices"));
	for (const struct fl_json *c = choices ? fl_json_first(choices) : NULL; c; c = fl_json_next(choices, c))
		read_choice(d, c);
	const struct fl_json *usage = fl_json_get(root, FL_S("usage"));
	if (!usage || usage->type != FL_JSON_OBJECT) /* Groq streams */
		usage = fl_json_get(fl_json_get(root, FL_S("x_groq")), FL_S("usage"));
	read_timings(d, fl_json_get(root, FL_S("timings")));
	read_usage(d, usage);
}

static enum fl_code on_event(void *arg, const struct fl_sse_event *event, struct fl_err *ignored)
{
	struct fl_decoder *d = arg;
	(void)ignored;
	if (d->done || d->reply.code != FL_OK)
		return FL_OK;
	if (fl_str_is(event->data, "[DONE]")) {
		d->done = true;
		return FL_OK;
	}
	struct fl_json_doc doc;
	struct fl_err err;
	fl_arena_reset(&d->scratch);
	if (fl_json_parse(&doc, &d->scratch, event->data, FL_JSON_LIMITS, &err) != FL_OK) {
		fail(d, FL_E_PROTOCOL, fl_str_from(err.message));
		return FL_OK;
	}
	if (fl_str_is(event->event, "error"))
		read_error(d, fl_json_root(&doc));
	else
		read_object(d, fl_json_root(&doc));
	return FL_OK;
}

static struct fl_decoder *begin(int status, struct fl_str content_type)
{
	struct fl_decoder *d = fl_alloc_zero(1, sizeof *d);
	d->status = status >= 200 && status < 300 ? 200 : status;
	d->is_stream = d->status == 200 && fl_str_starts(content_type, FL_S("text/event-stream"));
	fl_arena_init(&d->arena);
	fl_arena_init(&d->scratch);
	fl_buf_init(&d->body, FL_REPLY_BYTES);
	fl_buf_init(&d->text, FL_REPLY_BYTES);
	fl_buf_init(&d->reasoning, FL_REPLY_BYTES);
	fl_buf_init(&d->refusal, FL_REPLY_BYTES);
	fl_sse_init(&d->sse,
	            (struct fl_sse_limits){.line_bytes = FL_REPLY_LINE_BYTES, .data_bytes = FL_REPLY_LINE_BYTES},
	            on_event, d);
	return d;
}

static void feed(struct fl_decoder *d, struct fl_str bytes)
{
	if (!d->is_stream) {
		d->overflow |= !fl_buf_str(&d->body, bytes);
		return;
	}
	struct fl_err err;
	if (d->reply.code == FL_OK && fl_sse_feed(&d->sse, bytes, &err) != FL_OK)
		fail(d, FL_E_LIMIT, fl_str_from(err.message));
}

static void end_body(struct fl_decoder *d)
{
	struct fl_json_doc doc;
	struct fl_err err;
	struct fl_str body = fl_buf_slice(&d->body);
	enum fl_code parsed = fl_json_parse(&doc, &d->scratch, body, FL_JSON_LIMITS, &err);
	if (d->status != 200) {
		if (d->status >= 300 &&
		    d->status < 400) /* another address could be anybody's: the key must not go there */
			fail(
			    d, FL_E_PROTOCOL,
			    fl_arena_printf(&d->scratch, "a redirect (status %d), which is never followed", d->status));
		else if (parsed == FL_OK)
			read_error(d, fl_json_root(&doc));
		else
			fail(d, code_of(d->status, FL_S(""), FL_S("")),
			     body.n ? body : fl_arena_printf(&d->scratch, "status %d without a body", d->status));
		return;
	}
	if (parsed != FL_OK)
		fail(d, FL_E_PROTOCOL, fl_arena_printf(&d->scratch, "the answer is not JSON: %s", err.message));
	else
		read_object(d, fl_json_root(&doc));
}

static enum fl_outcome outcome_of(const struct fl_decoder *d)
{
	struct fl_str finish = d->reply.finish;
	if (fl_str_is(finish, "length") || fl_str_is(finish, "max_tokens") || fl_str_is(finish, "model_length"))
		return FL_OUT_TRUNCATED;
	if (fl_str_is(finish, "content_filter"))
		return FL_OUT_FILTERED;
	if (d->refusal.n || fl_str_is(finish, "refusal"))
		return FL_OUT_REFUSED;
	return FL_OUT_OK;
}

static const struct fl_reply *end(struct fl_decoder *d)
{
	struct fl_reply *r = &d->reply;
	if (!d->is_stream)
		end_body(d);
	else if (!d->done)
		fail(d, FL_E_TRUNCATED, FL_S("the stream ended without its [DONE]"));
	if (d->overflow)
		fail(d, FL_E_LIMIT, FL_S("the answer is larger than is accepted"));
	if (!d->seen_choice)
		fail(d, FL_E_PROTOCOL, FL_S("the answer holds no choice: is this a model server's url?"));
	if (fl_str_is(r->finish, "error"))
		fail(d, FL_E_SERVER, FL_S("the server ended the answer with an error"));
	r->text = fl_buf_slice(&d->text);
	r->reasoning = fl_buf_slice(&d->reasoning);
	if (r->code == FL_OK)
		r->outcome = outcome_of(d);
	if (r->outcome == FL_OUT_REFUSED && r->text.n == 0)
		r->text = fl_buf_slice(&d->refusal);
	return r;
}

static void release(struct fl_decoder *d)
{
	fl_sse_release(&d->sse);
	fl_buf_release(&d->body);
	fl_buf_release(&d->text);
	fl_buf_release(&d->reasoning);
	fl_buf_release(&d->refusal);
	fl_arena_release(&d->arena);
	fl_arena_release(&d->scratch);
	free(d);
}

const struct fl_dialect fl_dialect_openai = {
    .name = "openai",
    .path = path,
    .encode = encode,
    .auth = auth,
    .begin = begin,
    .feed = feed,
    .end = end,
    .release = release,
};
