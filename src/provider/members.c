#include "provider/members.h"

#include "codec/base64.h"

/* --- members ------------------------------------------------------------------------------------------------------ */

void fl_members_init(struct fl_members *m, struct fl_arena *a, const char *of)
{
	m->arena = a;
	m->of = of;
	m->n = 0;
	fl_err_clear(&m->err);
}

bool fl_members_refuse(struct fl_members *m, enum fl_code code, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	if (m->err.code != FL_OK)
		return false;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fl_err_set(&m->err, code, "%s", text);
	return true;
}

static void add(struct fl_members *m, struct fl_member one)
{
	for (size_t i = 0; i < m->n; i++) {
		if (!fl_str_eq(m->member[i].name, one.name))
			continue;
		bool sets = m->member[i].own || one.own;
		if (fl_members_refuse(m, FL_E_UNSUPPORTED,
		                      sets ? "params say '%.*s' of %s, which is set by Fulcrum itself"
		                           : "params say '%.*s' of %s twice",
		                      (int)FL_MIN(one.name.n, (size_t)100), one.name.p, m->of))
			fl_err_help(&m->err, "%s",
			            sets ? "take it out of params, or leave out what sets it: max_output, effort, "
			                   "temperature or draw_seed"
			                 : "take one of the two out");
		return;
	}
	if (m->n == FL_MEMBERS)
		fl_members_refuse(m, FL_E_LIMIT, "%s would have more than %d members", m->of, FL_MEMBERS);
	else
		m->member[m->n++] = one;
}

void fl_members_own(struct fl_members *m, const char *name, struct fl_str json)
{
	add(m, (struct fl_member){fl_str_from(name), json, true});
}

void fl_members_own_str(struct fl_members *m, const char *name, struct fl_str text)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, 6 * text.n + 3); /* an escape has six bytes at most */
	fl_json_begin(&w, &b, 0);
	fl_json_put_str(&w, text);
	fl_members_own(m, name, fl_arena_dup(m->arena, fl_buf_slice(&b)));
	fl_buf_release(&b);
}

void fl_members_own_u64(struct fl_members *m, const char *name, uint64_t n)
{
	fl_members_own(m, name, fl_arena_printf(m->arena, "%llu", (unsigned long long)n));
}

void fl_members_add(struct fl_members *m, struct fl_str name, struct fl_str json)
{
	add(m, (struct fl_member){name, json, false});
}

void fl_members_add_all(struct fl_members *m, const struct fl_json *object, const char *name)
{
	if (object && object->type != FL_JSON_OBJECT)
		fl_members_refuse(m, FL_E_INVALID, "the parameter '%s' must be a map", name);
	for (const struct fl_json *v = object ? fl_json_first(object) : NULL; v; v = fl_json_next(object, v))
		fl_members_add(m, fl_json_key(v, m->arena), v->raw);
}

enum fl_code fl_members_write(const struct fl_members *m, struct fl_json_writer *w, struct fl_err *err)
{
	if (m->err.code != FL_OK) {
		if (err)
			*err = m->err;
		return m->err.code;
	}
	for (size_t i = 0; i < m->n; i++) {
		if (m->member[i].json.n == 0)
			continue;
		fl_json_name_str(w, m->member[i].name);
		fl_json_put_raw(w, m->member[i].json);
	}
	return FL_OK;
}

struct fl_str fl_members_text(const struct fl_members *m, struct fl_members *outer)
{
	struct fl_buf b;
	struct fl_json_writer w;
	struct fl_err err;
	struct fl_str text = {0};
	fl_buf_init(&b, 16 << 20);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '{');
	if (fl_members_write(m, &w, &err) != FL_OK) {
		if (outer->err.code == FL_OK)
			outer->err = err;
	} else {
		fl_json_close(&w);
		if (!fl_json_done(&w))
			fl_members_refuse(outer, FL_E_LIMIT, "%s is larger than is accepted", m->of);
		if (m->n)
			text = fl_arena_dup(m->arena, fl_buf_slice(&b));
	}
	fl_buf_release(&b);
	return text;
}

enum fl_code fl_params_read(const struct fl_chat *chat, struct fl_arena *a, const struct fl_json **out,
                            struct fl_err *err)
{
	struct fl_json_doc doc;
	*out = NULL;
	if (chat->params.n == 0)
		return FL_OK;
	FL_TRY(fl_json_parse(&doc, a, chat->params, FL_JSON_LIMITS, err));
	if (fl_json_root(&doc)->type != FL_JSON_OBJECT)
		return fl_err_set(err, FL_E_INVALID, "params must be a map");
	*out = fl_json_root(&doc);
	return FL_OK;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

struct fl_str fl_system_text(const struct fl_chat *chat, struct fl_arena *a)
{
	struct fl_str text = {0};
	size_t n = 0;
	for (size_t i = 0; i < chat->message_count; i++) {
		if (!fl_str_is(chat->message[i].role, "system"))
			continue;
		text = n++ ? fl_arena_printf(a, "%.*s\n\n%.*s", FL_FMT(text), FL_FMT(chat->message[i].text))
		           : chat->message[i].text;
	}
	return text;
}

bool fl_turn_next(const struct fl_chat *chat, struct fl_turn *t)
{
	size_t i = t->end;
	while (i < chat->message_count && fl_str_is(chat->message[i].role, "system"))
		i++;
	t->from = t->end = i;
	if (i == chat->message_count)
		return false;
	t->role = chat->message[i].role;
	while (t->end < chat->message_count &&
	       (fl_str_eq(chat->message[t->end].role, t->role) || fl_str_is(chat->message[t->end].role, "system")))
		t->end++;
	return true;
}

enum fl_code fl_turns_check(const struct fl_chat *chat, const char *dialect, struct fl_err *err)
{
	struct fl_turn t = {0};
	if (chat->endpoint != FL_ENDPOINT_CHAT) {
		fl_err_set(err, FL_E_UNSUPPORTED, "the dialect %s has no endpoint for base models", dialect);
		fl_err_help(err, "leave out endpoint: completions");
		return FL_E_UNSUPPORTED;
	}
	if (fl_turn_next(chat, &t))
		return FL_OK;
	fl_err_set(err, FL_E_UNSUPPORTED, "the dialect %s needs a message of the user", dialect);
	fl_err_found(err, "%s", chat->message_count ? "system messages alone" : "no message");
	fl_err_help(err, "write what is asked as a message with the role user");
	return FL_E_UNSUPPORTED;
}

void fl_json_put_base64(struct fl_json_writer *w, struct fl_str prefix, struct fl_str bytes)
{
	fl_json_put_raw(w, FL_S("\""));
	fl_buf_str(w->out, prefix);
	fl_base64_encode(bytes, w->out);
	fl_buf_char(w->out, '"');
}

enum fl_code fl_request_done(struct fl_json_writer *w, struct fl_err *err)
{
	return fl_json_done(w) ? FL_OK
	                       : fl_err_set(err, FL_E_LIMIT, "the request is larger than %zu bytes", w->out->max);
}
