/*
 * fuzz_eventstream.c - however a stream is cut, the same messages come out. Checksums that the input lacks are put in, so
 * that the headers are reached: the first byte chooses the cuts and whether to.
 */
#include <stdlib.h>

#include <zlib.h>

#include "codec/eventstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum fl_code note(void *user, const struct fl_eventstream_message *m, struct fl_err *err)
{
	struct fl_buf *b = user;
	(void)err;
	const struct fl_str part[] = {m->payload, fl_eventstream_header(m, FL_S(":event-type")), m->headers};
	for (size_t i = 0; i < FL_COUNT(part); i++) {
		fl_buf_printf(b, "%zu:", part[i].n);
		fl_buf_str(b, part[i]);
	}
	return FL_OK;
}

static enum fl_code decode(struct fl_str bytes, size_t step, struct fl_buf *out, bool *cut)
{
	struct fl_eventstream s;
	enum fl_code code = FL_OK;
	fl_buf_init(out, 1 << 26);
	fl_eventstream_init(&s, note, out);
	while (bytes.n && code == FL_OK) {
		size_t n = FL_MIN(step, bytes.n);
		char *piece = fl_alloc(n);
		memcpy(piece, bytes.p, n);
		code = fl_eventstream_feed(&s, (struct fl_str){piece, n}, NULL);
		free(piece);
		bytes = fl_str_sub(bytes, n, bytes.n);
	}
	*cut = fl_eventstream_end(&s);
	fl_eventstream_release(&s);
	return code;
}

static void put_crc(char *p, size_t n)
{
	uint32_t v = (uint32_t)crc32(0, (const Bytef *)p, (uInt)n);
	for (int i = 0; i < 4; i++)
		p[n + (size_t)i] = (char)(v >> (24 - 8 * i));
}

/* Gives each message that fits its checksums. */
static void mend(char *p, size_t n)
{
	while (n >= 16) {
		const uint8_t *b = (const uint8_t *)p;
		size_t total = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
		put_crc(p, 8);
		if (total < 16 || total > n)
			return;
		put_crc(p, total - 4);
		p += total;
		n -= total;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	char *copy = fl_alloc(size - 1);
	memcpy(copy, data + 1, size - 1);
	if (data[0] & 1)
		mend(copy, size - 1);
	struct fl_str bytes = {copy, size - 1};
	struct fl_buf whole, cut;
	bool whole_cut, cut_cut;
	enum fl_code a = decode(bytes, size, &whole, &whole_cut),
	             b = decode(bytes, data[0] / 2 % 9u + 1, &cut, &cut_cut);
	FL_ASSERT(a == b && fl_str_eq(fl_buf_slice(&whole), fl_buf_slice(&cut)));
	FL_ASSERT(a != FL_OK || whole_cut == cut_cut);
	fl_buf_release(&whole);
	fl_buf_release(&cut);
	free(copy);
	return 0;
}
