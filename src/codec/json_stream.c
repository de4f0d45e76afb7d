#include "codec/json_stream.h"

void fl_json_stream_init(struct fl_json_stream *s, size_t value_bytes, fl_json_stream_fn *fn, void *user)
{
	*s = (struct fl_json_stream){.fn = fn, .user = user};
	fl_buf_init(&s->value, value_bytes);
}

void fl_json_stream_release(struct fl_json_stream *s)
{
	fl_buf_release(&s->value);
}

static enum fl_code stop(struct fl_json_stream *s, enum fl_code code)
{
	s->stopped = code;
	return code;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum fl_code give(struct fl_json_stream *s, struct fl_err *err)
{
	s->values++;
	s->state = s->array ? FL_JSON_STREAM_AFTER : FL_JSON_STREAM_BETWEEN;
	enum fl_code code = s->fn(s->user, fl_buf_slice(&s->value), err);
	fl_buf_reset(&s->value);
	return code == FL_OK ? FL_OK : stop(s, code);
}

static enum fl_code misplaced(struct fl_json_stream *s, char c, struct fl_err *err)
{
	fl_err_set(err, FL_E_INVALID, "'%c' stands out of place between the values of a stream", c);
	return stop(s, FL_E_INVALID);
}

/* One byte outside a value. True when a value begins with it. */
static enum fl_code between(struct fl_json_stream *s, char c, bool *begins, struct fl_err *err)
{
	*begins = false;
	if (is_space(c))
		return FL_OK;
	if (s->state == FL_JSON_STREAM_START && c == '[') {
		s->array = true;
		s->state = FL_JSON_STREAM_BETWEEN;
		return FL_OK;
	}
	if (s->array && c == ']' && (s->state == FL_JSON_STREAM_BETWEEN || s->state == FL_JSON_STREAM_AFTER)) {
		s->state = FL_JSON_STREAM_CLOSED;
		return FL_OK;
	}
	if (c == ',' && s->state == FL_JSON_STREAM_AFTER) {
		s->state = FL_JSON_STREAM_DUE;
		return FL_OK;
	}
	if (strchr(",]}:", c) || s->state == FL_JSON_STREAM_AFTER || s->state == FL_JSON_STREAM_CLOSED)
		return misplaced(s, c, err);
	*begins = true;
	s->state = FL_JSON_STREAM_VALUE;
	s->depth = 0;
	s->in_string = s->escaped = false;
	s->scalar = c != '{' && c != '[' && c != '"';
	return FL_OK;
}

/* Takes bytes of a string up to its closing quote. */
static size_t string_bytes(struct fl_json_stream *s, struct fl_str bytes)
{
	size_t i = 0;
	while (i < bytes.n && s->in_string) {
		char c = bytes.p[i++];
		if (s->escaped)
			s->escaped = false;
		else if (c == '\\')
			s->escaped = true;
		else if (c == '"')
			s->in_string = false;
	}
	return i;
}

/* How many of the bytes belong to the open value; *ended when the last of them is its end. */
static size_t value_bytes(struct fl_json_stream *s, struct fl_str bytes, bool *ended)
{
	size_t i = 0;
	*ended = false;
	while (i < bytes.n && !*ended) {
		if (s->in_string) {
			i += string_bytes(s, fl_str_sub(bytes, i, bytes.n));
			*ended = !s->in_string && s->depth == 0;
			continue;
		}
		char c = bytes.p[i];
		if (s->scalar && (is_space(c) || strchr(",]}{[\":", c))) {
			*ended = true;
			return i; /* it is not the value's */
		}
		i++;
		if (c == '"')
			s->in_string = true;
		else if (c == '{' || c == '[')
			s->depth++;
		else if ((c == '}' || c == ']') && --s->depth == 0)
			*ended = true;
	}
	return i;
}

enum fl_code fl_json_stream_feed(struct fl_json_stream *s, struct fl_str bytes, struct fl_err *err)
{
	if (s->stopped != FL_OK)
		return fl_err_set(err, s->stopped, "the stream of values was stopped before");
	while (bytes.n) {
		bool here = s->state == FL_JSON_STREAM_VALUE, ended;
		if (!here)
			FL_TRY(between(s, bytes.p[0], &here, err));
		if (!here) {
			bytes = fl_str_sub(bytes, 1, bytes.n);
			continue;
		}
		size_t n = value_bytes(s, bytes, &ended);
		if (!fl_buf_str(&s->value, fl_str_sub(bytes, 0, n))) {
			fl_err_set(err, FL_E_LIMIT, "a value of the stream is longer than %zu bytes", s->value.max);
			return stop(s, FL_E_LIMIT);
		}
		bytes = fl_str_sub(bytes, n, bytes.n);
		if (ended)
			FL_TRY(give(s, err));
	}
	return FL_OK;
}

enum fl_code fl_json_stream_end(struct fl_json_stream *s, struct fl_err *err)
{
	if (s->stopped != FL_OK)
		return fl_err_set(err, s->stopped, "the stream of values was stopped before");
	bool last = s->state == FL_JSON_STREAM_VALUE && s->scalar && !s->array;
	return last ? give(s, err) : FL_OK;
}

bool fl_json_stream_whole(const struct fl_json_stream *s)
{
	return s->array ? s->state == FL_JSON_STREAM_CLOSED : s->state != FL_JSON_STREAM_VALUE;
}
