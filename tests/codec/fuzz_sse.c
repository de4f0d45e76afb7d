/*
 * fuzz_sse.c - however a stream is cut, the same events come out. The first byte chooses the cuts.
 */
#include <stdlib.h>

#include "codec/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct log {
	struct fl_buf text;
	enum fl_code code;
	bool cut;
	uint64_t payload_lines;
};

static enum fl_code note(void *user, const struct fl_sse_event *e, struct fl_err *err)
{
	struct fl_buf *b = user;
	(void)err;
	const struct fl_str part[] = {e->event, e->data, e->id};
	for (size_t i = 0; i < FL_COUNT(part); i++) {
		fl_buf_printf(b, "%zu:", part[i].n);
		fl_buf_str(b, part[i]);
	}
	return fl_str_is(e->data, "stop") ? FL_E_CANCELLED : FL_OK;
}

static void decode(struct fl_str text, unsigned seed, struct log *log)
{
	struct fl_sse s;
	*log = (struct log){.code = FL_OK};
	fl_buf_init(&log->text, 1 << 26);
	fl_sse_init(&s, (struct fl_sse_limits){64, 100}, note, &log->text);
	while (text.n && log->code == FL_OK) {
		size_t n = seed ? FL_MIN(seed % 7 + 1, text.n) : text.n;
		seed = seed ? seed * 1103515245u + 12345u : 0;
		seed = seed ? seed : (text.n & 1);
		/* an exact copy, so that reading past the piece is seen */
		char *piece = fl_alloc(n);
		memcpy(piece, text.p, n);
		log->code = fl_sse_feed(&s, (struct fl_str){piece, n}, NULL);
		free(piece);
		text = fl_str_sub(text, n, text.n);
	}
	log->cut = fl_sse_end(&s);
	log->payload_lines = s.payload_lines;
	fl_sse_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log whole, cut;
	if (!size)
		return 0;
	struct fl_str text = {(const char *)data + 1, size - 1};
	decode(text, 0, &whole);
	decode(text, data[0] + 1u, &cut);
	FL_ASSERT(whole.code == cut.code);
	FL_ASSERT(fl_str_eq(fl_buf_slice(&whole.text), fl_buf_slice(&cut.text)));
	FL_ASSERT(whole.code != FL_OK || (whole.cut == cut.cut && whole.payload_lines == cut.payload_lines));
	fl_buf_release(&whole.text);
	fl_buf_release(&cut.text);
	return 0;
}
