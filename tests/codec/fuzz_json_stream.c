/*
 * fuzz_json_stream.c - however a text is cut, the same values come out, and a text that json.h reads as one array or one
 * value gives just its elements. The first byte chooses the cuts.
 */
#include <stdlib.h>

#include "codec/json.h"
#include "codec/json_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum fl_code note(void *user, struct fl_str value, struct fl_err *err)
{
	struct fl_buf *b = user;
	(void)err;
	fl_buf_str(b, value);
	fl_buf_char(b, '\n');
	return FL_OK;
}

static enum fl_code split(struct fl_str text, unsigned step, struct fl_buf *out, bool *whole)
{
	struct fl_json_stream s;
	enum fl_code code = FL_OK;
	fl_buf_init(out, 1 << 26);
	fl_json_stream_init(&s, 1 << 20, note, out);
	while (text.n && code == FL_OK) {
		size_t n = FL_MIN((size_t)step, text.n);
		char *piece = fl_alloc(n); /* an exact copy, so that reading past the piece is seen */
		memcpy(piece, text.p, n);
		code = fl_json_stream_feed(&s, (struct fl_str){piece, n}, NULL);
		free(piece);
		text = fl_str_sub(text, n, text.n);
	}
	if (code == FL_OK)
		code = fl_json_stream_end(&s, NULL);
	*whole = fl_json_stream_whole(&s);
	fl_json_stream_release(&s);
	return code;
}

static void as_json(struct fl_str text, struct fl_str values)
{
	struct fl_arena a;
	struct fl_json_doc doc;
	fl_arena_init(&a);
	if (fl_json_parse(&doc, &a, text, FL_JSON_LIMITS, NULL) == FL_OK) {
		struct fl_buf want;
		const struct fl_json *root = fl_json_root(&doc);
		fl_buf_init(&want, 1 << 26);
		if (root->type == FL_JSON_ARRAY)
			for (const struct fl_json *v = fl_json_first(root); v; v = fl_json_next(root, v))
				note(&want, v->raw, NULL);
		else
			note(&want, root->raw, NULL);
		FL_ASSERT(fl_str_eq(fl_buf_slice(&want), values));
		fl_buf_release(&want);
	}
	fl_arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	struct fl_str text = {(const char *)data + 1, size - 1};
	struct fl_buf whole, cut;
	bool whole_ends, cut_ends;
	enum fl_code a = split(text, (unsigned)size, &whole, &whole_ends),
	             b = split(text, data[0] % 9u + 1, &cut, &cut_ends);
	FL_ASSERT(a == b && fl_str_eq(fl_buf_slice(&whole), fl_buf_slice(&cut)));
	FL_ASSERT(a != FL_OK || whole_ends == cut_ends);
	as_json(text, fl_buf_slice(&whole));
	fl_buf_release(&whole);
	fl_buf_release(&cut);
	return 0;
}
