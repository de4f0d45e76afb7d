/*
 * The dialect of OpenAI's chat completions and completions, which most servers speak: how a request is written. Answers
 * are read by openai_chat.c.
 *
 * Source: platform.openai.com/docs/api-reference/chat (request), .../docs/guides/images-vision, .../docs/guides/pdf-files.
 */
#include "provider/members.h"
#include "provider/wire_int.h"

#include <stdio.h>

static struct fl_str path(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a)
{
	(void)url;
	(void)a;
	return chat->endpoint == FL_ENDPOINT_CHAT ? FL_S("/chat/completions") : FL_S("/completions");
}

/* --- request ------------------------------------------------------------------------------------------------------ */

/* Bytes go as a data: URL, for which image_url has a place and a file another one. */
static enum fl_code write_attachment(struct fl_json_writer *w, const struct fl_attachment *at, struct fl_err *err)
{
	bool image = at->kind == FL_ATTACH_IMAGE;
	if (!image && at->bytes.n == 0) {
		fl_err_set(err, FL_E_UNSUPPORTED, "the dialect openai takes no PDF by address");
		fl_err_found(err, "%.*s", FL_FMT(at->url));
		fl_err_help(err, "give a path: download the file and attach it");
		return FL_E_UNSUPPORTED;
	}
	char prefix[64];
	snprintf(prefix, sizeof prefix, "data:%.*s;base64,", FL_FMT(at->type));
	fl_json_open(w, '{');
	fl_json_member_str(w, "type", image ? FL_S("image_url") : FL_S("file"));
	fl_json_name(w, image ? "image_url" : "file");
	fl_json_open(w, '{');
	if (!image)
		fl_json_member_str(w, "filename", at->name);
	fl_json_name(w, image ? "url" : "file_data");
	if (at->bytes.n)
		fl_json_put_base64(w, fl_str_from(prefix), at->bytes);
	else
		fl_json_put_str(w, at->url);
	fl_json_close(w);
	fl_json_close(w);
	return FL_OK;
}

/* A text alone is no list of parts: every server knows it so. */
static enum fl_code write_content(struct fl_json_writer *w, const struct fl_message *m, struct fl_err *err)
{
	if (m->attachment_count == 0) {
		fl_json_member_str(w, "content", m->text);
		return FL_OK;
	}
	fl_json_name(w, "content");
	fl_json_open(w, '[');
	for (size_t i = 0; i < m->attachment_count; i++)
		FL_TRY(write_attachment(w, &m->attachment[i], err));
	if (m->text.n) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "type", FL_S("text"));
		fl_json_member_str(w, "text", m->text);
		fl_json_close(w);
	}
	fl_json_close(w);
	return FL_OK;
}

static enum fl_code write_messages(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_err *err)
{
	fl_json_name(w, "messages");
	fl_json_open(w, '[');
	for (size_t i = 0; i < chat->message_count; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "role", chat->message[i].role);
		FL_TRY(write_content(w, &chat->message[i], err));
		fl_json_close(w);
	}
	fl_json_close(w);
	return FL_OK;
}

/* A base model reads one text: the messages with an empty line between them. */
static enum fl_code write_prompt(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_err *err)
{
	struct fl_buf joined;
	for (size_t i = 0; i < chat->message_count; i++)
		if (chat->message[i].attachment_count)
			return fl_err_set(err, FL_E_UNSUPPORTED,
			                  "a base model reads text alone, no images and no PDFs");
	if (chat->message_count == 1) {
		fl_json_member_str(w, "prompt", chat->message[0].text);
		return FL_OK;
	}
	fl_buf_init(&joined, w->out->max);
	for (size_t i = 0; i < chat->message_count; i++) {
		if (i)
			fl_buf_z(&joined, "\n\n");
		fl_buf_str(&joined, chat->message[i].text);
	}
	fl_json_member_str(w, "prompt", fl_buf_slice(&joined));
	w->out->full |= joined.full;
	fl_buf_release(&joined);
	return FL_OK;
}

/* All members behind the messages. */
static enum fl_code write_rest(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_arena *a,
                               struct fl_err *err)
{
	struct fl_members m;
	const struct fl_json *params;
	FL_TRY(fl_params_read(chat, a, &params, err));
	fl_members_init(&m, a, "the request");
	fl_members_own(&m, "model", FL_S(""));
	fl_members_own(&m, chat->endpoint == FL_ENDPOINT_CHAT ? "messages" : "prompt", FL_S(""));
	fl_members_own_u64(&m, fl_arena_dupz(a, chat->limit_name), chat->max_output);
	if (chat->effort.n)
		fl_members_own_str(&m, "reasoning_effort", chat->effort);
	if (chat->temperature.n)
		fl_members_own(&m, "temperature", chat->temperature);
	if (chat->has_seed)
		fl_members_own_u64(&m, chat->seed_name.n ? fl_arena_dupz(a, chat->seed_name) : "seed", chat->seed);
	fl_members_add_all(&m, params, "params");
	if (chat->stream) {
		fl_members_own(&m, "stream", FL_S("true"));
		fl_members_own(&m, "stream_options", FL_S("{\"include_usage\":true}"));
	}
	return fl_members_write(&m, w, err);
}

static enum fl_code encode(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err)
{
	struct fl_json_writer w;
	struct fl_arena a;
	fl_json_begin(&w, body, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "model", chat->model);
	FL_TRY(chat->endpoint == FL_ENDPOINT_CHAT ? write_messages(&w, chat, err) : write_prompt(&w, chat, err));
	fl_arena_init(&a);
	enum fl_code code = write_rest(&w, chat, &a, err);
	fl_arena_release(&a);
	if (code != FL_OK)
		return code;
	fl_json_close(&w);
	return fl_request_done(&w, err);
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
