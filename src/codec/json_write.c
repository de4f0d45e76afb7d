/*
 * json_write.c - the writer: commas, colons, indentation and escapes.
 */
#include "codec/json.h"

#include "codec/json_number.h"

#include <math.h>

void fl_json_begin(struct fl_json_writer *w, struct fl_buf *out, int indent)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->indent = indent;
	w->first = true;
}

static void new_line(struct fl_json_writer *w)
{
	if (!w->indent)
		return;
	fl_buf_char(w->out, '\n');
	for (int i = 0; i < w->depth * w->indent; i++)
		fl_buf_char(w->out, ' ');
}

/* What stands before a value or a name: nothing behind a name, else the comma and the line. */
static void before(struct fl_json_writer *w)
{
	if (w->after_name) {
		w->after_name = false;
		return;
	}
	if (!w->first)
		fl_buf_char(w->out, ',');
	if (w->depth)
		new_line(w);
	w->first = false;
}

void fl_json_open(struct fl_json_writer *w, char kind)
{
	FL_ASSERT(kind == '{' || kind == '[');
	FL_ASSERT(w->depth + 1 < (int)sizeof(w->kind));
	before(w);
	fl_buf_char(w->out, kind);
	w->kind[++w->depth] = kind;
	w->first = true;
}

void fl_json_close(struct fl_json_writer *w)
{
	FL_ASSERT(w->depth > 0 && !w->after_name);
	char kind = w->kind[w->depth--];
	if (!w->first)
		new_line(w);
	fl_buf_char(w->out, kind == '{' ? '}' : ']');
	w->first = false;
}

/* Length of the run that needs no escape. */
static size_t plain_run(struct fl_str s)
{
	size_t i = 0;
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c == '"' || c == '\\')
			break;
		size_t n = c < 0x80 ? 1 : fl_utf8_len((struct fl_str){s.p + i, s.n - i});
		if (!n)
			break;
		i += n;
	}
	return i;
}

static void put_special(struct fl_buf *out, unsigned char c)
{
	static const char *const name[0x20] = {
	    ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
	if (c == '"' || c == '\\') {
		char two[2] = {'\\', (char)c};
		fl_buf_add(out, two, 2);
	} else if (c >= 0x20) {
		fl_buf_z(out, "\xef\xbf\xbd");
	} else if (name[c]) {
		fl_buf_z(out, name[c]);
	} else {
		fl_buf_printf(out, "\\u%04x", c);
	}
}

static void put_quoted(struct fl_buf *out, struct fl_str s)
{
	fl_buf_char(out, '"');
	while (s.n) {
		size_t n = plain_run(s);
		if (n)
			fl_buf_add(out, s.p, n);
		if (n < s.n)
			put_special(out, (unsigned char)s.p[n++]);
		s = (struct fl_str){s.p + n, s.n - n};
	}
	fl_buf_char(out, '"');
}

void fl_json_name_str(struct fl_json_writer *w, struct fl_str name)
{
	FL_ASSERT(w->depth > 0 && w->kind[w->depth] == '{' && !w->after_name);
	before(w);
	put_quoted(w->out, name);
	fl_buf_char(w->out, ':');
	if (w->indent)
		fl_buf_char(w->out, ' ');
	w->after_name = true;
}

void fl_json_name(struct fl_json_writer *w, const char *name)
{
	fl_json_name_str(w, fl_str_from(name));
}

void fl_json_put_raw(struct fl_json_writer *w, struct fl_str json)
{
	before(w);
	fl_buf_str(w->out, json);
}

void fl_json_put_str(struct fl_json_writer *w, struct fl_str s)
{
	before(w);
	put_quoted(w->out, s);
}

void fl_json_put_i64(struct fl_json_writer *w, int64_t v)
{
	before(w);
	fl_buf_printf(w->out, "%lld", (long long)v);
}

void fl_json_put_u64(struct fl_json_writer *w, uint64_t v)
{
	before(w);
	fl_buf_printf(w->out, "%llu", (unsigned long long)v);
}

void fl_json_put_double(struct fl_json_writer *w, double v)
{
	char text[FL_DOUBLE_TEXT];
	fl_json_put_raw(w, isfinite(v) ? fl_double_format(v, text) : FL_S("null"));
}

void fl_json_put_bool(struct fl_json_writer *w, bool v)
{
	fl_json_put_raw(w, v ? FL_S("true") : FL_S("false"));
}

void fl_json_put_null(struct fl_json_writer *w)
{
	fl_json_put_raw(w, FL_S("null"));
}

bool fl_json_done(struct fl_json_writer *w)
{
	FL_ASSERT(w->depth == 0 && !w->after_name);
	return !w->out->full;
}

void fl_json_member_str(struct fl_json_writer *w, const char *name, struct fl_str v)
{
	fl_json_name(w, name);
	fl_json_put_str(w, v);
}

void fl_json_member_known(struct fl_json_writer *w, const char *name, struct fl_str v)
{
	fl_json_name(w, name);
	if (v.n)
		fl_json_put_str(w, v);
	else
		fl_json_put_null(w);
}

void fl_json_member_i64(struct fl_json_writer *w, const char *name, int64_t v)
{
	fl_json_name(w, name);
	fl_json_put_i64(w, v);
}

void fl_json_member_u64(struct fl_json_writer *w, const char *name, uint64_t v)
{
	fl_json_name(w, name);
	fl_json_put_u64(w, v);
}

void fl_json_member_double(struct fl_json_writer *w, const char *name, double v)
{
	fl_json_name(w, name);
	fl_json_put_double(w, v);
}

void fl_json_member_bool(struct fl_json_writer *w, const char *name, bool v)
{
	fl_json_name(w, name);
	fl_json_put_bool(w, v);
}
