/*
 * Any bytes as a compressed body. Oracles: cut or whole gives the same bytes and code; the output never passes the
 * ratio by more than one room; what the input's text compresses to comes back.
 */
#include "net/inflate.h"

#include <stdlib.h>
#include <zlib.h>

#define ROOM 4096
#define MOST (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum fl_code run(enum fl_inflate_kind kind, struct fl_str in, size_t step, size_t ratio, struct fl_buf *out)
{
	static char room[ROOM];
	struct fl_inflate z;
	enum fl_code code = FL_OK;
	fl_inflate_init(&z, kind, ratio);
	fl_buf_init(out, MOST + ROOM);
	for (size_t at = 0; code == FL_OK && at < in.n; at += step) {
		struct fl_str piece = fl_str_sub(in, at, at + step);
		size_t n = ROOM;
		while (code == FL_OK && n == ROOM) {
			code = fl_inflate_next(&z, &piece, room, ROOM, &n, NULL);
			fl_buf_add(out, room, n);
			if (out->n > MOST)
				code = FL_E_FULL;
		}
		FL_ASSERT(code != FL_OK || piece.n == 0);
	}
	if (code == FL_OK)
		code = fl_inflate_end(&z, NULL);
	fl_inflate_release(&z);
	return code;
}

static void round_trip(struct fl_str text)
{
	uLongf n = compressBound((uLong)text.n);
	char *packed = malloc(n);
	struct fl_buf out;
	FL_ASSERT(compress((Bytef *)packed, &n, (const Bytef *)text.p, (uLong)text.n) == Z_OK);
	FL_ASSERT(run(FL_INFLATE_DEFLATE, (struct fl_str){packed, n}, 3, 2000, &out) == FL_OK);
	FL_ASSERT(fl_str_eq(fl_buf_slice(&out), text));
	fl_buf_release(&out);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 65536)
		return 0;
	enum fl_inflate_kind kind = data[0] % 2 ? FL_INFLATE_DEFLATE : FL_INFLATE_GZIP;
	struct fl_str in = {(const char *)data + 1, size - 1};
	struct fl_buf whole, bytes, tight;
	enum fl_code code = run(kind, in, in.n, 2000, &whole);
	FL_ASSERT(code == run(kind, in, 1, 2000, &bytes));
	FL_ASSERT(code != FL_OK || fl_str_eq(fl_buf_slice(&whole), fl_buf_slice(&bytes)));
	run(kind, in, in.n, 2, &tight);
	FL_ASSERT(tight.n <= FL_INFLATE_FREE_BYTES + 2 * in.n + ROOM);
	round_trip(in);
	fl_buf_release(&whole);
	fl_buf_release(&bytes);
	fl_buf_release(&tight);
	return 0;
}
