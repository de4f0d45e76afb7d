/*
 * fuzz_json.c - the reader accepts what the plain reference accepts; what it read can be written and read again.
 */
#include "codec/json.h"
#include "json_reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(struct fl_json_writer *w, const struct fl_json *v, struct fl_arena *a)
{
	if (v->type == FL_JSON_STRING) {
		fl_json_put_str(w, fl_json_string(v, a));
	} else if (v->type < FL_JSON_ARRAY) {
		fl_json_put_raw(w, v->raw);
	} else {
		fl_json_open(w, v->type == FL_JSON_OBJECT ? '{' : '[');
		for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c)) {
			if (v->type == FL_JSON_OBJECT)
				fl_json_name_str(w, fl_json_key(c, a));
			write_again(w, c, a);
		}
		fl_json_close(w);
	}
}

static void check_round_trip(const struct fl_json_doc *doc, struct fl_arena *a, int indent)
{
	struct fl_json_doc again;
	struct fl_json_writer w;
	struct fl_buf b;
	fl_buf_init(&b, 1 << 24);
	fl_json_begin(&w, &b, indent);
	write_again(&w, fl_json_root(doc), a);
	FL_ASSERT(fl_json_done(&w));
	FL_ASSERT(fl_json_parse(&again, a, fl_buf_slice(&b), FL_JSON_LIMITS, NULL) == FL_OK);
	FL_ASSERT(again.count == doc->count && again.duplicates == doc->duplicates);
	FL_ASSERT(fl_json_equal(fl_json_root(doc), fl_json_root(&again), a));
	fl_buf_release(&b);
}

static void check_members(const struct fl_json *v, struct fl_arena *a)
{
	uint64_t u;
	double d;
	size_t i = 0;
	for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c), i++) {
		const struct fl_json *found =
		    v->type == FL_JSON_OBJECT ? fl_json_get(v, fl_json_key(c, a)) : fl_json_at(v, i);
		FL_ASSERT(found && found <= c && (found == c || v->type == FL_JSON_OBJECT));
		fl_json_u64(c, &u);
		FL_ASSERT(fl_json_double(c, &d) == (c->type == FL_JSON_NUMBER));
		check_members(c, a);
	}
	FL_ASSERT(i == (v->type >= FL_JSON_ARRAY ? v->count : 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_json_doc doc;
	struct reference r;
	struct fl_err e = {0};
	fl_arena_init(&a);
	struct fl_str text = {(const char *)data, size};
	enum fl_code code = fl_json_parse(&doc, &a, text, FL_JSON_LIMITS, &e);
	bool accepts = reference_accepts(data, size, &r);
	FL_ASSERT((code == FL_OK) == accepts);
	FL_ASSERT(code == FL_OK || (e.code == code && e.line > 0 && e.column > 0 && strstr(e.message, "at byte ")));
	if (accepts) {
		FL_ASSERT(doc.count == r.values);
		check_round_trip(&doc, &a, 0);
		check_round_trip(&doc, &a, 2);
		if (size < 4096)
			check_members(fl_json_root(&doc), &a);
	}
	fl_arena_release(&a);
	return 0;
}
