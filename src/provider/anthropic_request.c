/*
 * The dialect of Anthropic's Messages endpoint: how a request is written. Answers are read by anthropic.c.
 *
 * Source: platform.claude.com/docs/en/api/messages; .../build-with-claude/effort, adaptive-thinking, extended-thinking,
 * vision, pdf-support. Thinking is asked for in two ways: newer models take a word (output_config.effort) and decide
 * themselves how much they think (thinking.type adaptive; a number of tokens is refused by Opus 4.7 and later), older
 * ones take a number of tokens (thinking.type enabled). There is no seed.
 */
#include "provider/members.h"
#include "provider/wire_int.h"

static struct fl_str path(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a)
{
	(void)chat;
	(void)a;
	return fl_url_has_version(url) ? FL_S("/messages") : FL_S("/v1/messages");
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static void write_attachment(struct fl_json_writer *w, const struct fl_attachment *at)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "type", at->kind == FL_ATTACH_IMAGE ? FL_S("image") : FL_S("document"));
	fl_json_name(w, "source");
	fl_json_open(w, '{');
	fl_json_member_str(w, "type", at->bytes.n ? FL_S("base64") : FL_S("url"));
	if (at->bytes.n) {
		fl_json_member_str(w, "media_type", at->type);
		fl_json_name(w, "data");
		fl_json_put_base64(w, FL_S(""), at->bytes);
	} else {
		fl_json_member_str(w, "url", at->url);
	}
	fl_json_close(w);
	fl_json_close(w);
}

/* A block of no text is refused by the server. */
static void write_text(struct fl_json_writer *w, struct fl_str text)
{
	if (text.n == 0)
		return;
	fl_json_open(w, '{');
	fl_json_member_str(w, "type", FL_S("text"));
	fl_json_member_str(w, "text", text);
	fl_json_close(w);
}

/* Messages of one role that follow each other are one turn, as the server would make them, for not all who speak this
 * format do. */
static void write_turn(struct fl_json_writer *w, const struct fl_chat *chat, const struct fl_turn *t)
{
	const struct fl_message *m = &chat->message[t->from];
	fl_json_open(w, '{');
	fl_json_member_str(w, "role", t->role);
	if (t->end == t->from + 1 && m->attachment_count == 0) {
		fl_json_member_str(w, "content", m->text);
	} else {
		fl_json_name(w, "content");
		fl_json_open(w, '[');
		for (size_t i = t->from; i < t->end; i++) {
			if (!fl_str_eq(chat->message[i].role, t->role))
				continue;
			for (size_t k = 0; k < chat->message[i].attachment_count; k++)
				write_attachment(w, &chat->message[i].attachment[k]);
			write_text(w, chat->message[i].text);
		}
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void write_messages(struct fl_json_writer *w, const struct fl_chat *chat)
{
	struct fl_turn t = {0};
	fl_json_name(w, "messages");
	fl_json_open(w, '[');
	while (fl_turn_next(chat, &t))
		write_turn(w, chat, &t);
	fl_json_close(w);
}

/* --- thinking and parameters -------------------------------------------------------------------------------------- */

/* What the effort says, and beside it what else a parameter says of the same object (display, format, task_budget). */
static void add_object(struct fl_members *m, const char *name, struct fl_members *inner, const struct fl_json *params)
{
	fl_members_add_all(inner, fl_wire_get(params, name), name);
	struct fl_str text = fl_members_text(inner, m);
	if (text.n)
		fl_members_own(m, name, text);
}

static void add_thinking(struct fl_members *m, const struct fl_chat *chat, const struct fl_json *params)
{
	bool none = fl_str_is(chat->effort, "none"), level = chat->think_by == FL_THINK_BY_LEVEL;
	struct fl_members thinking, output;
	if (!chat->effort.n)
		return;
	fl_members_init(&thinking, m->arena, "thinking");
	fl_members_init(&output, m->arena, "output_config");
	fl_members_own_str(&thinking, "type", none ? FL_S("disabled") : level ? FL_S("adaptive") : FL_S("enabled"));
	if (!none && level)
		fl_members_own_str(&output, "effort", chat->effort);
	else if (!none)
		fl_members_own_u64(&thinking, "budget_tokens", fl_thinking_budget(chat));
	add_object(m, "thinking", &thinking, params);
	add_object(m, "output_config", &output, params);
}

static void add_params(struct fl_members *m, const struct fl_chat *chat, const struct fl_json *params)
{
	FL_WIRE_EACH(v, params)
	{
		struct fl_str name = fl_json_key(v, m->arena);
		bool merged = fl_str_is(name, "thinking") || fl_str_is(name, "output_config");
		if (!merged || !chat->effort.n)
			fl_members_add(m, name, v->raw);
	}
}

static enum fl_code write_rest(struct fl_json_writer *w, const struct fl_chat *chat, struct fl_arena *a,
                               struct fl_err *err)
{
	struct fl_members m;
	const struct fl_json *params;
	FL_TRY(fl_params_read(chat, a, &params, err));
	fl_members_init(&m, a, "the request");
	fl_members_own(&m, "model", FL_S(""));
	fl_members_own(&m, "system", FL_S(""));
	fl_members_own(&m, "messages", FL_S(""));
	fl_members_own_u64(&m, "max_tokens", chat->max_output);
	add_thinking(&m, chat, params);
	if (chat->temperature.n)
		fl_members_own(&m, "temperature", chat->temperature);
	add_params(&m, chat, params);
	if (chat->stream)
		fl_members_own(&m, "stream", FL_S("true"));
	return fl_members_write(&m, w, err);
}

static enum fl_code encode(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err)
{
	struct fl_json_writer w;
	struct fl_arena a;
	FL_TRY(fl_turns_check(chat, "anthropic", err));
	fl_arena_init(&a);
	fl_json_begin(&w, body, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "model", chat->model);
	struct fl_str system = fl_system_text(chat, &a);
	if (system.n)
		fl_json_member_str(&w, "system", system);
	write_messages(&w, chat);
	enum fl_code code = write_rest(&w, chat, &a, err);
	fl_arena_release(&a);
	if (code != FL_OK)
		return code;
	fl_json_close(&w);
	return fl_request_done(&w, err);
}

static size_t auth(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2])
{
	(void)a;
	headers[0] = (struct fl_http_header){FL_S("anthropic-version"), FL_S("2023-06-01")};
	if (key.n == 0)
		return 1;
	headers[1] = (struct fl_http_header){FL_S("x-api-key"), key};
	return 2;
}

/* --- response ----------------------------------------------------------------------------------------------------- */

static struct fl_decoder *begin(int status, struct fl_str content_type)
{
	return fl_wire_begin(&fl_wire_anthropic_messages, status, content_type);
}

const struct fl_dialect fl_dialect_anthropic = {
    .name = "anthropic",
    .wire = &fl_wire_anthropic_messages,
    .path = path,
    .encode = encode,
    .auth = auth,
    .begin = begin,
    .feed = fl_wire_feed,
    .end = fl_wire_end,
    .release = fl_wire_release,
};
