/*
 * The dialect of OpenAI's chat completions and completions, which most servers speak: how a request is written. Answers
 * are read by openai_chat.c.
 *
 * Source: platform.openai.com/docs/api-reference/chat (request).
 */
#include "provider/dialect.h"
#include "provider/wire_int.h"

static struct fl_str path(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a)
{
	(void)url;
	(void)a;
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

static enum fl_code encode(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err)
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
	return fl_json_done(&w) && ok ? FL_OK
	                              : fl_err_set(err, FL_E_LIMIT, "the request is larger than %zu bytes", body->max);
}

static size_t auth(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2])
{
	if (key.n == 0)
		return 0;
	headers[0] = (struct fl_http_header){FL_S("Authorization"), fl_arena_printf(a, "Bearer %.*s", FL_FMT(key))};
	return 1;
}

/* --- response ----------------------------------------------------------------------------------------------------- */

static struct fl_decoder *begin(int status, struct fl_str content_type)
{
	return fl_wire_begin(&fl_wire_openai_chat, status, content_type);
}

/* A refusal that is said apart is what there is to read. */
static const struct fl_reply *end(struct fl_decoder *d)
{
	const struct fl_reply *r = fl_wire_end(d);
	if (r->outcome == FL_OUT_REFUSED && r->text.n == 0)
		d->reply.text = r->refusal;
	return r;
}

const struct fl_dialect fl_dialect_openai = {
    .name = "openai",
    .wire = &fl_wire_openai_chat,
    .path = path,
    .encode = encode,
    .auth = auth,
    .begin = begin,
    .feed = fl_wire_feed,
    .end = end,
    .release = fl_wire_release,
};
