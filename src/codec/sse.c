#include "codec/sse.h"

void fl_sse_init(struct fl_sse *s, void (*on_event)(void *arg, const struct fl_sse_event *event), void *arg)
{
	*s = (struct fl_sse){.on_event = on_event, .arg = arg};
	fl_buf_init(&s->line, FL_SSE_LINE);
	fl_buf_init(&s->data, FL_SSE_EVENT);
	fl_buf_init(&s->event, FL_SSE_LINE);
	fl_buf_init(&s->id, FL_SSE_LINE);
}

void fl_sse_release(struct fl_sse *s)
{
	fl_buf_release(&s->line);
	fl_buf_release(&s->data);
	fl_buf_release(&s->event);
	fl_buf_release(&s->id);
}

static void dispatch(struct fl_sse *s)
{
	if (s->has_data) {
		struct fl_sse_event e = {fl_buf_slice(&s->event), fl_buf_slice(&s->data), fl_buf_slice(&s->id)};
		s->on_event(s->arg, &e);
	}
	s->has_data = false;
	fl_buf_reset(&s->data);
	fl_buf_reset(&s->event);
}

static bool field(struct fl_sse *s, struct fl_str name, struct fl_str value)
{
	if (fl_str_is(name, "data")) {
		bool ok = (!s->has_data || fl_buf_char(&s->data, '\n')) && fl_buf_str(&s->data, value);
		s->has_data = true;
		return ok;
	}
	if (fl_str_is(name, "event")) {
		fl_buf_reset(&s->event);
		return fl_buf_str(&s->event, value);
	}
	if (fl_str_is(name, "id") && fl_str_find_char(value, '\0', 0) < 0) {
		fl_buf_reset(&s->id);
		return fl_buf_str(&s->id, value);
	}
	return true;
}

static bool end_line(struct fl_sse *s)
{
	struct fl_str line = fl_buf_slice(&s->line);
	bool ok = true;
	if (!s->started && fl_str_starts(line, FL_S("\xef\xbb\xbf")))
		line = fl_str_sub(line, 3, line.n);
	s->started = true;
	ptrdiff_t colon = fl_str_find_char(line, ':', 0);
	if (line.n == 0) {
		dispatch(s);
	} else if (colon != 0) { /* a comment begins with the colon */
		struct fl_str name = colon < 0 ? line : fl_str_sub(line, 0, (size_t)colon);
		struct fl_str value = colon < 0 ? FL_S("") : fl_str_sub(line, (size_t)colon + 1, line.n);
		if (fl_str_starts(value, FL_S(" ")))
			value = fl_str_sub(value, 1, value.n);
		ok = field(s, name, value);
	}
	fl_buf_reset(&s->line);
	return ok;
}

enum fl_code fl_sse_feed(struct fl_sse *s, struct fl_str bytes, struct fl_err *err)
{
	bool ok = !s->failed;
	for (size_t i = 0; i < bytes.n && ok;) {
		if (s->after_cr && bytes.p[i] == '\n')
			i++;
		s->after_cr = false;
		size_t end = i;
		while (end < bytes.n && bytes.p[end] != '\n' && bytes.p[end] != '\r')
			end++;
		ok = fl_buf_str(&s->line, fl_str_sub(bytes, i, end));
		if (ok && end < bytes.n) {
			s->after_cr = bytes.p[end] == '\r';
			ok = end_line(s);
			end++;
		}
		i = end;
	}
	if (ok)
		return FL_OK;
	s->failed = true;
	return fl_err_set(err, FL_E_LIMIT, "an event of the stream is larger than is accepted");
}

bool fl_sse_pending(const struct fl_sse *s)
{
	return s->line.n > 0 || s->has_data;
}
