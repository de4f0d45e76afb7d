/*
 * Any bytes as a response. Oracle: fed whole, byte by byte and cut in two, the parser gives the same events, takes the
 * same number of bytes and ends with the same code. The first two bytes of the input choose the request and the limits.
 */
#include "net/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trace {
	struct fl_buf events; /* one line per event; body bytes joined */
	enum fl_code code;
	size_t taken;
};

static void note_head(struct trace *t, const struct fl_parser *p)
{
	fl_buf_printf(&t->events, "%d %d %d %zu\n", p->head.status, p->keep_alive, p->sized, p->head.header_count);
	for (size_t i = 0; i < p->head.header_count; i++) {
		struct fl_http_header h = p->head.headers[i];
		FL_ASSERT(fl_http_token_ok(h.name) && fl_http_value_ok(h.value));
		fl_buf_str(&t->events, h.name);
		fl_buf_char(&t->events, '=');
		fl_buf_str(&t->events, h.value);
		fl_buf_char(&t->events, '\n');
	}
}

/* False when the response is over. */
static bool feed(struct fl_parser *p, struct fl_str piece, struct trace *t)
{
	struct fl_str body;
	struct fl_err err = {0};
	size_t n = piece.n;
	for (;;) {
		enum fl_parse_event e = fl_parser_next(p, &piece, &body, &err);
		if (e == FL_PARSE_HEAD)
			note_head(t, p);
		else if (e == FL_PARSE_BODY)
			fl_buf_str(&t->events, body);
		else
			t->taken += n - piece.n;
		if (e == FL_PARSE_MORE) {
			FL_ASSERT(piece.n == 0);
			return true;
		}
		if (e == FL_PARSE_END || e == FL_PARSE_FAIL) {
			t->code = e == FL_PARSE_END ? FL_OK : err.code;
			return false;
		}
	}
}

static void run(struct fl_parser *p, struct fl_str in, const uint8_t *choice, size_t first, size_t step,
                struct trace *t)
{
	static const size_t bytes[] = {65536, 300, 40, 12}, counts[] = {128, 3, 1, 0};
	fl_buf_init(&t->events, 1 << 24);
	t->taken = 0;
	fl_parser_begin(p, (enum fl_parse_asked)(choice[0] % 3), bytes[choice[1] % 4], counts[choice[1] / 4 % 4]);
	size_t at = 0;
	bool going = true;
	while (going && at < in.n) {
		size_t to = FL_MIN(in.n, at + (at == 0 ? first : step));
		going = feed(p, fl_str_sub(in, at, to), t);
		at = to;
	}
	if (going)
		t->code = fl_parser_end(p, NULL);
}

static void expect_same(const struct trace *a, const struct trace *b)
{
	FL_ASSERT(a->code == b->code);
	FL_ASSERT(fl_str_eq(fl_buf_slice(&a->events), fl_buf_slice(&b->events)));
	/* Where a refused answer stopped depends on how much of its line was there. */
	FL_ASSERT(a->code < 0 || a->taken == b->taken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	struct fl_str in = {(const char *)data + 2, size - 2};
	struct fl_parser p;
	struct trace whole, bytes, cut;
	fl_parser_init(&p);
	run(&p, in, data, in.n, 1, &whole);
	run(&p, in, data, 1, 1, &bytes);
	run(&p, in, data, 1 + data[0] * 7U % in.n, in.n, &cut);
	expect_same(&whole, &bytes);
	expect_same(&whole, &cut);
	fl_buf_release(&whole.events);
	fl_buf_release(&bytes.events);
	fl_buf_release(&cut.events);
	fl_parser_release(&p);
	return 0;
}
