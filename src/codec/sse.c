#include "codec/sse.h"

void fl_sse_init(struct fl_sse *s, struct fl_sse_limits limits, fl_sse_fn *fn, void *user)
{
	*s = (struct fl_sse){.fn = fn, .user = user, .limits = limits};
	fl_buf_init(&s->line, limits.line_bytes);
	fl_buf_init(&s->data, limits.data_bytes + 1); /* each data line brings an LF, the last of which is dropped */
	fl_buf_init(&s->type, limits.line_bytes);
	fl_buf_init(&s->id, limits.line_bytes);
}

void fl_sse_release(struct fl_sse *s)
{
	fl_buf_release(&s->line);
	fl_buf_release(&s->data);
	fl_buf_release(&s->type);
	fl_buf_release(&s->id);
}

static enum fl_code stop(struct fl_sse *s, enum fl_code code)
{
	s->stopped = code;
	return code;
}

static enum fl_code over(struct fl_sse *s, const char *what, size_t limit, struct fl_err *err)
{
	return stop(s, fl_err_set(err, FL_E_LIMIT, "%s of the event stream is longer than %zu bytes", what, limit));
}

static enum fl_code dispatch(struct fl_sse *s, struct fl_err *err)
{
	enum fl_code code = FL_OK;
	if (s->has_data) {
		struct fl_str data = fl_buf_slice(&s->data);
		data.n--;
		struct fl_sse_event event = {fl_buf_slice(&s->type), data, fl_buf_slice(&s->id)};
		code = s->fn(s->user, &event, err);
	}
	fl_buf_reset(&s->data);
	fl_buf_reset(&s->type);
	s->has_data = s->open = false;
	return code == FL_OK ? FL_OK : stop(s, code);
}

static enum fl_code take_field(struct fl_sse *s, struct fl_str name, struct fl_str value, struct fl_err *err)
{
	s->open = true;
	s->payload_lines++;
	if (fl_str_is(name, "data")) {
		s->has_data = true;
		if (!fl_buf_str(&s->data, value) || !fl_buf_char(&s->data, '\n'))
			return over(s, "an event", s->limits.data_bytes, err);
	} else if (fl_str_is(name, "event")) {
		fl_buf_reset(&s->type);
		fl_buf_str(&s->type, value);
	} else if (fl_str_is(name, "id") && fl_str_find_char(value, '\0', 0) < 0) {
		fl_buf_reset(&s->id);
		fl_buf_str(&s->id, value);
	}
	return FL_OK;
}

static enum fl_code take_line(struct fl_sse *s, struct fl_str line, struct fl_err *err)
{
	if (!line.n)
		return dispatch(s, err);
	ptrdiff_t colon = fl_str_find_char(line, ':', 0);
	if (colon == 0)
		return FL_OK; /* a comment */
	if (colon < 0)
		return take_field(s, line, FL_S(""), err);
	size_t from = (size_t)colon + 1;
	from += from < line.n && line.p[from] == ' ';
	return take_field(s, fl_str_sub(line, 0, (size_t)colon), fl_str_sub(line, from, line.n), err);
}

/* The first line of the stream, without its byte order mark. */
static struct fl_str begin(struct fl_sse *s, struct fl_str line)
{
	bool first = !s->begun;
	s->begun = true;
	return first && fl_str_starts(line, FL_S("\xef\xbb\xbf")) ? fl_str_sub(line, 3, line.n) : line;
}

static size_t line_length(struct fl_str s)
{
	const char *lf = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = lf ? (size_t)(lf - s.p) : s.n;
	const char *cr = n ? memchr(s.p, '\r', n) : NULL;
	return cr ? (size_t)(cr - s.p) : n;
}

enum fl_code fl_sse_feed(struct fl_sse *s, struct fl_str bytes, struct fl_err *err)
{
	if (s->stopped != FL_OK)
		return fl_err_set(err, s->stopped, "the event stream was stopped before");
	while (bytes.n) {
		if (s->after_cr && bytes.p[0] == '\n')
			bytes = fl_str_sub(bytes, 1, bytes.n);
		s->after_cr = false;
		size_t n = line_length(bytes);
		struct fl_str line = fl_str_sub(bytes, 0, n);
		bool ended = n < bytes.n;
		if (s->line.n + n > s->limits.line_bytes)
			return over(s, "a line", s->limits.line_bytes, err);
		if (!ended || s->line.n) {
			fl_buf_str(&s->line, line);
			line = fl_buf_slice(&s->line);
		}
		if (!ended)
			return FL_OK;
		s->after_cr = bytes.p[n] == '\r';
		bytes = fl_str_sub(bytes, n + 1, bytes.n);
		FL_TRY(take_line(s, begin(s, line), err));
		fl_buf_reset(&s->line);
	}
	return FL_OK;
}

bool fl_sse_end(const struct fl_sse *s)
{
	return s->line.n != 0 || s->open;
}
