/*
 * inflate.h - gzip and deflate payloads (RFC 1950, 1951, 1952) undone piece by piece, by zlib, with a limit on how much
 * more comes out than went in.
 *
 * Ownership: fl_inflate_init/_release pair up. Threads: one at a time. Limits: past the first 64 KiB, `ratio` bytes out
 * per byte in. Failure: FL_E_PROTOCOL for what is no such stream, FL_E_LIMIT past the ratio.
 */
#ifndef FL_INFLATE_H
#define FL_INFLATE_H

#include "base/err.h"
#include "base/str.h"

#define FL_INFLATE_FREE_BYTES 65536

enum fl_inflate_kind { FL_INFLATE_GZIP, FL_INFLATE_DEFLATE };

struct fl_inflate {
	void *z; /* z_stream; NULL until the first byte */
	enum fl_inflate_kind kind;
	size_t ratio;
	uint64_t in, out;    /* bytes so far */
	unsigned char first; /* of a deflate stream: two bytes tell zlib's format from the bare one */
	bool has_first;
	bool complete; /* the stream has ended; a further gzip member may follow */
};

void fl_inflate_init(struct fl_inflate *z, enum fl_inflate_kind kind, size_t ratio);
void fl_inflate_release(struct fl_inflate *z);
/* Takes from the front of *in, writes at most `room` bytes to `to`, their number to *n. All that can come has come when
 * *n is less than `room`; *in is then empty. */
enum fl_code fl_inflate_next(struct fl_inflate *z, struct fl_str *in, char *to, size_t room, size_t *n,
                             struct fl_err *err) FL_MUST_USE;
/* No more input. FL_OK when the stream is complete, or never began. */
enum fl_code fl_inflate_end(const struct fl_inflate *z, struct fl_err *err) FL_MUST_USE;

#endif
