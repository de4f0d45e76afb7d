/*
 * "deflate" means zlib's format (RFC 9110 8.4.1.2), but some servers send the bare one: the first two bytes tell, since
 * a zlib header is a multiple of 31 with method 8. A gzip body may be several members one after the other.
 */
#include "net/inflate.h"

#include <stdlib.h>
#include <zlib.h>

#define WINDOW_GZIP (15 + 16)
#define WINDOW_ZLIB 15
#define WINDOW_BARE (-15)

void fl_inflate_init(struct fl_inflate *z, enum fl_inflate_kind kind, size_t ratio)
{
	*z = (struct fl_inflate){.kind = kind, .ratio = ratio};
}

void fl_inflate_release(struct fl_inflate *z)
{
	if (z->z) {
		inflateEnd(z->z);
		free(z->z);
		z->z = NULL;
	}
}

static enum fl_code bad(struct fl_err *err, const char *what)
{
	return fl_err_set(err, FL_E_PROTOCOL, "the compressed answer is damaged: %s", what);
}

static void start(struct fl_inflate *z, int window)
{
	z_stream *s = fl_alloc_zero(1, sizeof *s);
	if (inflateInit2(s, window) != Z_OK)
		FL_BUG("zlib refuses window %d", window);
	z->z = s;
}

/* Starts with the first byte of gzip, with the second of deflate; false when more is needed. */
static bool started(struct fl_inflate *z, struct fl_str *in)
{
	if (z->z)
		return true;
	if (in->n == 0)
		return false;
	if (z->kind == FL_INFLATE_GZIP) {
		start(z, WINDOW_GZIP);
		return true;
	}
	if (!z->has_first) {
		z->first = (unsigned char)in->p[0];
		z->has_first = true;
		z->in++;
		*in = fl_str_sub(*in, 1, in->n);
		if (in->n == 0)
			return false;
	}
	unsigned both = z->first * 256U + (unsigned char)in->p[0];
	start(z, (z->first & 15) == 8 && both % 31 == 0 ? WINDOW_ZLIB : WINDOW_BARE);
	return true;
}

/* One call of zlib on one run of input; what it took and gave is added up. */
static int run(struct fl_inflate *z, struct fl_str *in, char *to, size_t room, size_t *n)
{
	z_stream *s = z->z;
	uInt given = (uInt)FL_MIN(in->n, (size_t)1 << 30);
	uInt space = (uInt)FL_MIN(room - *n, (size_t)1 << 30);
	s->next_in = (Bytef *)(uintptr_t)in->p;
	s->avail_in = given;
	s->next_out = (Bytef *)to + *n;
	s->avail_out = space;
	int rc = inflate(s, Z_SYNC_FLUSH);
	size_t took = given - s->avail_in, gave = space - s->avail_out;
	*in = fl_str_sub(*in, took, in->n);
	*n += gave;
	z->in += took;
	z->out += gave;
	return rc;
}

static bool over_ratio(const struct fl_inflate *z)
{
	return z->out > FL_INFLATE_FREE_BYTES && (z->out - FL_INFLATE_FREE_BYTES) / z->ratio > z->in;
}

enum fl_code fl_inflate_next(struct fl_inflate *z, struct fl_str *in, char *to, size_t room, size_t *n,
                             struct fl_err *err)
{
	*n = 0;
	if (!started(z, in))
		return FL_OK;
	/* The byte held back goes first; it counted when it was taken. */
	if (z->has_first) {
		struct fl_str first = {(const char *)&z->first, 1};
		z->has_first = false;
		z->in--;
		if (run(z, &first, to, room, n) != Z_OK)
			return bad(err, "it does not begin like a deflate stream");
	}
	while (*n < room) {
		if (z->complete) {
			if (in->n == 0)
				return FL_OK;
			if (z->kind != FL_INFLATE_GZIP)
				return bad(err, "bytes follow its end");
			inflateReset(z->z);
			z->complete = false;
		}
		int rc = run(z, in, to, room, n);
		if (over_ratio(z))
			return fl_err_set(err, FL_E_LIMIT, "the compressed answer grows more than %zu times", z->ratio);
		if (rc == Z_BUF_ERROR || (rc == Z_OK && in->n == 0 && *n < room))
			return FL_OK;
		if (rc == Z_STREAM_END)
			z->complete = true;
		else if (rc != Z_OK)
			return bad(err, ((z_stream *)z->z)->msg ? ((z_stream *)z->z)->msg : "zlib refuses it");
	}
	return FL_OK;
}

enum fl_code fl_inflate_end(const struct fl_inflate *z, struct fl_err *err)
{
	if (z->complete || (!z->z && !z->has_first))
		return FL_OK;
	return bad(err, "it ends before its own end mark");
}
