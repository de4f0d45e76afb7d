#include "codec/eventstream.h"

#include <zlib.h>

enum { PRELUDE = 12, TRAILER = 4 };

void fl_eventstream_init(struct fl_eventstream *s, fl_eventstream_fn *fn, void *user)
{
	*s = (struct fl_eventstream){.fn = fn, .user = user};
	fl_buf_init(&s->message, FL_EVENTSTREAM_BYTES);
}

void fl_eventstream_release(struct fl_eventstream *s)
{
	fl_buf_release(&s->message);
}

static enum fl_code stop(struct fl_eventstream *s, enum fl_code code)
{
	s->stopped = code;
	return code;
}

static uint32_t be32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool crc_fits(const char *p, size_t n)
{
	return crc32(0, (const Bytef *)p, (uInt)n) == be32(p + n);
}

/* Bytes of a value by its type; -1: they stand before it in two bytes; -2: no such type. */
static int value_size(uint8_t type)
{
	static const int size[] = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
	return type < FL_COUNT(size) ? size[type] : -2;
}

struct header {
	struct fl_str name, value;
	uint8_t type;
};
enum { TYPE_STRING = 7 };

/* Takes the first header off *rest. False when they do not fit the format. */
static bool take_header(struct fl_str *rest, struct header *h)
{
	size_t at = rest->n ? 1 + (uint8_t)rest->p[0] : 1;
	if (rest->n < 2 || at == 1 || at + 1 > rest->n)
		return false;
	h->name = fl_str_sub(*rest, 1, at);
	h->type = (uint8_t)rest->p[at++];
	int size = value_size(h->type);
	if (size == -2 || (size == -1 && at + 2 > rest->n))
		return false;
	size_t n = size >= 0 ? (size_t)size : (size_t)((uint8_t)rest->p[at] << 8 | (uint8_t)rest->p[at + 1]);
	at += size >= 0 ? 0 : 2;
	if (at + n > rest->n)
		return false;
	h->value = fl_str_sub(*rest, at, at + n);
	*rest = fl_str_sub(*rest, at + n, rest->n);
	return true;
}

struct fl_str fl_eventstream_header(const struct fl_eventstream_message *m, struct fl_str name)
{
	struct header h;
	for (struct fl_str rest = m->headers; rest.n && take_header(&rest, &h);)
		if (h.type == TYPE_STRING && fl_str_eq(h.name, name))
			return h.value;
	return FL_S("");
}

static bool headers_fit(struct fl_str headers)
{
	struct header h;
	while (headers.n)
		if (!take_header(&headers, &h))
			return false;
	return true;
}

/* The lengths of a whole prelude. */
static enum fl_code check_prelude(struct fl_eventstream *s, const char *p, struct fl_err *err)
{
	uint32_t total = be32(p), headers = be32(p + 4);
	if (!crc_fits(p, PRELUDE - 4)) {
		fl_err_set(err, FL_E_INVALID, "the checksum of a message's prelude does not fit");
		return stop(s, FL_E_INVALID);
	}
	if (total > FL_EVENTSTREAM_BYTES || headers > FL_EVENTSTREAM_HEADER_BYTES) {
		fl_err_set(err, FL_E_LIMIT, "a message of the event stream has %u bytes, %u of them headers", total,
		           headers);
		return stop(s, FL_E_LIMIT);
	}
	if (total < PRELUDE + TRAILER || headers > total - PRELUDE - TRAILER) {
		fl_err_set(err, FL_E_INVALID, "the lengths of a message do not add up: %u bytes, %u of them headers",
		           total, headers);
		return stop(s, FL_E_INVALID);
	}
	return FL_OK;
}

static enum fl_code give(struct fl_eventstream *s, struct fl_err *err)
{
	struct fl_str all = fl_buf_slice(&s->message);
	size_t headers = be32(all.p + 4), end = all.n - TRAILER;
	struct fl_eventstream_message m = {fl_str_sub(all, PRELUDE, PRELUDE + headers),
	                                   fl_str_sub(all, PRELUDE + headers, end)};
	if (!crc_fits(all.p, end) || !headers_fit(m.headers)) {
		fl_err_set(err, FL_E_INVALID, "a message of the event stream is damaged: its %s",
		           crc_fits(all.p, end) ? "headers do not fit the format" : "checksum does not fit");
		return stop(s, FL_E_INVALID);
	}
	enum fl_code code = s->fn(s->user, &m, err);
	fl_buf_reset(&s->message);
	return code == FL_OK ? FL_OK : stop(s, code);
}

enum fl_code fl_eventstream_feed(struct fl_eventstream *s, struct fl_str bytes, struct fl_err *err)
{
	if (s->stopped != FL_OK)
		return fl_err_set(err, s->stopped, "the event stream was stopped before");
	while (bytes.n) {
		size_t have = s->message.n;
		size_t want = have < PRELUDE ? PRELUDE : be32(s->message.p);
		size_t n = FL_MIN(want - have, bytes.n);
		fl_buf_str(&s->message, fl_str_sub(bytes, 0, n));
		bytes = fl_str_sub(bytes, n, bytes.n);
		if (s->message.n < want)
			return FL_OK;
		if (want == PRELUDE)
			FL_TRY(check_prelude(s, s->message.p, err));
		if (s->message.n == be32(s->message.p))
			FL_TRY(give(s, err));
	}
	return FL_OK;
}

bool fl_eventstream_end(const struct fl_eventstream *s)
{
	return s->message.n != 0;
}
