/* Headers of GGUF files, built byte by byte: what they say, and what is refused. */
#include "test.h"

#include "base/rng.h"
#include "codec/gguf_build.h"

static struct fl_arena arena;

static int setup(void **state)
{
	struct fl_buf *b = malloc(sizeof *b);
	fl_buf_init(b, 1 << 20);
	fl_arena_init(&arena);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	fl_buf_release(*state);
	free(*state);
	fl_arena_release(&arena);
	return 0;
}

static enum fl_code parse(struct fl_gguf *g, const struct fl_buf *b, uint64_t file_bytes, struct fl_err *e)
{
	/* A copy of exact size, so that a read behind its end is seen. */
	char *copy = malloc(b->n ? b->n : 1);
	memcpy(copy, b->p, b->n);
	*e = (struct fl_err){0};
	enum fl_code code = fl_gguf_parse(g, &arena, (struct fl_str){copy, b->n}, file_bytes, e);
	assert_true(code == FL_OK || (e->code == code && e->message[0]));
	free(copy);
	return code;
}

/* A whole small model: 2 tensors of 1,024 bytes together with their padding. */
static void small(struct fl_buf *b)
{
	gguf_begin(b, 3, 2, 3);
	gguf_string(b, "general.architecture", "llama");
	gguf_u32(b, "llama.block_count", 2);
	gguf_u32(b, "general.alignment", 64);
	gguf_tensor(b, "token_embd.weight", 256, 2, 12, 0);
	gguf_tensor(b, "output_norm.weight", 32, 0, 0, 320);
}

static void sizes_of_tensors_follow_from_type_and_dimensions(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	uint64_t n;
	small(b);
	assert_ok(fl_gguf_parse(&g, &arena, fl_buf_slice(b), b->n + 1024, &e), &e);
	assert_int_equal(g.version, 3);
	assert_int_equal(g.tensors, 2);
	assert_int_equal(g.tensor[0].bytes, 288);
	assert_int_equal(g.tensor[1].bytes, 128);
	assert_int_equal(g.tensor_bytes, 416);
	assert_int_equal(g.elements, 544);
	assert_int_equal(g.data_offset % 64, 0);
	assert_true(g.data_offset >= b->n && g.data_offset < b->n + 64);
	assert_str(fl_gguf_string(fl_gguf_get(&g, FL_S("general.architecture"))), "llama");
	assert_true(fl_gguf_u64(fl_gguf_get(&g, FL_S("llama.block_count")), &n));
	assert_int_equal(n, 2);
	assert_null(fl_gguf_get(&g, FL_S("llama.block")));
	assert_string_equal(fl_gguf_type_name(12), "q4_k");
	assert_null(fl_gguf_type_name(4));
	assert_null(fl_gguf_type_name(4000000000u));
}

static void values_of_every_type_are_read(void **state)
{
	static const int size[FL_GGUF_KINDS] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
	static const uint32_t items[3] = {7, 8, 0x80};
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	uint64_t n;
	gguf_begin(b, 2, 0, 15);
	for (uint32_t kind = 0; kind < FL_GGUF_KINDS; kind++) {
		if (!size[kind])
			continue;
		gguf_text(b, "k");
		gguf_number(b, kind, 4);
		gguf_number(b, 1, size[kind]);
	}
	gguf_string(b, "s", "text");
	gguf_array(b, "u8", FL_GGUF_U8, 1, items, 3);
	gguf_array(b, "i8", FL_GGUF_I8, 1, items, 3);
	gguf_text(b, "nested"); /* [["a"]] */
	gguf_number(b, FL_GGUF_ARRAY, 4);
	gguf_number(b, FL_GGUF_ARRAY, 4);
	gguf_number(b, 1, 8);
	gguf_number(b, FL_GGUF_STRING, 4);
	gguf_number(b, 1, 8);
	gguf_text(b, "a");
	assert_ok(fl_gguf_parse(&g, &arena, fl_buf_slice(b), 0, &e), &e);
	assert_int_equal(g.entries, 15);
	for (size_t i = 0; i < 11; i++) {
		uint32_t kind = g.entry[i].value.kind;
		bool number = kind != FL_GGUF_F32 && kind != FL_GGUF_F64;
		assert_int_equal(fl_gguf_u64(&g.entry[i].value, &n), number);
		assert_true(!number || n == 1);
	}
	assert_true(fl_gguf_item_u64(fl_gguf_get(&g, FL_S("u8")), 2, &n) && n == 0x80);
	assert_false(fl_gguf_item_u64(fl_gguf_get(&g, FL_S("u8")), 3, &n));
	assert_true(fl_gguf_item_u64(fl_gguf_get(&g, FL_S("i8")), 0, &n) && n == 7);
	assert_false(fl_gguf_item_u64(fl_gguf_get(&g, FL_S("i8")), 2, &n)); /* -128 */
	assert_false(fl_gguf_item_u64(fl_gguf_get(&g, FL_S("nested")), 0, &n));
	assert_false(fl_gguf_u64(NULL, &n) || fl_gguf_u64(fl_gguf_get(&g, FL_S("s")), &n));
}

static void a_type_of_the_future_is_measured_by_what_comes_next(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	gguf_begin(b, 3, 2, 0);
	gguf_tensor(b, "new", 256, 0, 99, 0);
	gguf_tensor(b, "old", 8, 0, 0, 128);
	while (b->n % 32)
		fl_buf_char(b, 0);
	assert_ok(fl_gguf_parse(&g, &arena, fl_buf_slice(b), b->n + 160, &e), &e);
	assert_int_equal(g.tensor[0].bytes, 128);
	assert_int_equal(g.tensor_bytes, 160);
}

static void every_prefix_asks_for_more(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	small(b);
	size_t whole = b->n;
	for (size_t n = 0; n < whole; n++) {
		b->n = n;
		assert_int_equal(parse(&g, b, whole + 1024, &e), FL_E_TRUNCATED);
	}
	b->n = whole;
	assert_int_equal(parse(&g, b, whole + 1024, &e), FL_OK);
}

static void a_file_that_ends_early_is_said_to_be_incomplete(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	small(b);
	assert_ok(fl_gguf_parse(&g, &arena, fl_buf_slice(b), b->n + 1024, &e), &e);
	uint64_t least = g.data_offset + 320 + 128;
	assert_int_equal(parse(&g, b, least, &e), FL_OK);
	assert_int_equal(parse(&g, b, least - 1, &e), FL_E_INVALID);
	assert_non_null(strstr(e.message, "output_norm.weight"));
	assert_non_null(strstr(e.help, "incomplete"));
	assert_int_equal(parse(&g, b, b->n, &e), FL_E_INVALID);
}

static enum fl_code one_tensor(struct fl_buf *b, uint64_t columns, uint64_t rows, uint32_t type, uint64_t offset,
                               struct fl_err *e)
{
	struct fl_gguf g;
	fl_buf_reset(b);
	gguf_begin(b, 3, 2, 0);
	gguf_tensor(b, "x", columns, rows, type, offset);
	gguf_tensor(b, "y", 32, 0, 0, 4096);
	return parse(&g, b, 1 << 20, e);
}

static void lies_about_tensors_are_refused(void **state)
{
	struct fl_buf *b = *state;
	struct fl_err e;
	assert_int_equal(one_tensor(b, 256, 2, 12, 0, &e), FL_OK);
	assert_int_equal(one_tensor(b, 255, 2, 12, 0, &e), FL_E_INVALID);                /* no whole block */
	assert_int_equal(one_tensor(b, 0, 2, 0, 0, &e), FL_E_INVALID);                   /* nothing in it */
	assert_int_equal(one_tensor(b, UINT64_MAX, UINT64_MAX, 0, 0, &e), FL_E_INVALID); /* product wraps */
	assert_int_equal(one_tensor(b, UINT64_C(1) << 50, 1, 0, 0, &e), FL_E_INVALID);   /* larger than the file */
	assert_int_equal(one_tensor(b, 32, 0, 0, 16, &e), FL_E_INVALID);                 /* not aligned */
	assert_int_equal(one_tensor(b, 1056, 0, 0, 0, &e), FL_E_INVALID);                /* overlaps the next */
	assert_int_equal(one_tensor(b, 32, 0, 0, 4096, &e), FL_E_INVALID);               /* lies on it */
	assert_int_equal(one_tensor(b, 32, 0, 0, UINT64_MAX - 31, &e), FL_E_INVALID);    /* behind the end */
}

static void lies_about_counts_are_refused_before_memory_is_taken(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	gguf_begin(b, 3, 0, UINT64_MAX);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_LIMIT);
	fl_buf_reset(b);
	gguf_begin(b, 3, UINT64_MAX, 0);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_LIMIT);
	fl_buf_reset(b);
	gguf_begin(b, 3, 0, 1);
	gguf_text(b, "list");
	gguf_number(b, FL_GGUF_ARRAY, 4);
	gguf_number(b, FL_GGUF_U64, 4);
	gguf_number(b, UINT64_MAX / 8 + 1, 8);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_INVALID);
	fl_buf_reset(b);
	gguf_begin(b, 3, 0, 1);
	gguf_number(b, UINT64_MAX, 8);
	while (b->n < 64)
		fl_buf_char(b, 0);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_INVALID);
}

static void entries_and_tensors_have_limits(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	gguf_begin(b, 3, 0, FL_GGUF_ENTRIES);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_TRUNCATED);
	fl_buf_reset(b);
	gguf_begin(b, 3, 0, FL_GGUF_ENTRIES + 1);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_LIMIT);
	fl_buf_reset(b);
	gguf_begin(b, 3, FL_GGUF_TENSORS, 0);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_TRUNCATED);
	fl_buf_reset(b);
	gguf_begin(b, 3, FL_GGUF_TENSORS + 1, 0);
	assert_int_equal(parse(&g, b, 1000, &e), FL_E_LIMIT);
}

static void lists_nest_to_a_limit(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	for (int depth = FL_GGUF_NESTING; depth <= FL_GGUF_NESTING + 1; depth++) {
		fl_buf_reset(b);
		gguf_begin(b, 3, 0, 1);
		gguf_text(b, "deep");
		gguf_number(b, FL_GGUF_ARRAY, 4);
		for (int i = 1; i < depth; i++) {
			gguf_number(b, FL_GGUF_ARRAY, 4);
			gguf_number(b, 1, 8);
		}
		gguf_number(b, FL_GGUF_U8, 4);
		gguf_number(b, 1, 8);
		gguf_number(b, 9, 1);
		assert_int_equal(parse(&g, b, 1000, &e), depth == FL_GGUF_NESTING ? FL_OK : FL_E_LIMIT);
	}
}

static void other_files_and_versions_are_named(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	fl_buf_z(b, "PK\3\4 some archive");
	assert_int_equal(parse(&g, b, b->n, &e), FL_E_INVALID);
	fl_buf_reset(b);
	gguf_begin(b, 1, 0, 0);
	assert_int_equal(parse(&g, b, b->n, &e), FL_E_UNSUPPORTED);
	fl_buf_reset(b);
	gguf_begin(b, 3u << 24, 0, 0);
	assert_int_equal(parse(&g, b, b->n, &e), FL_E_UNSUPPORTED);
	assert_non_null(strstr(e.message, "big-endian"));
	fl_buf_reset(b);
	gguf_begin(b, 3, 0, 1);
	gguf_u32(b, "general.alignment", 48);
	assert_int_equal(parse(&g, b, b->n, &e), FL_E_INVALID);
}

/* Any damage gives an answer or an error, and sums that hold. */
static void damaged_headers_never_mislead(void **state)
{
	struct fl_buf *b = *state;
	struct fl_gguf g;
	struct fl_err e;
	struct fl_rng r;
	fl_rng_init(&r, 5);
	for (int round = 0; round < 20000; round++) {
		fl_buf_reset(b);
		small(b);
		uint64_t file = b->n + 1024;
		for (uint64_t hits = 1 + fl_rng_below(&r, 4); hits-- > 0;)
			b->p[fl_rng_below(&r, b->n)] = (char)fl_rng_below(&r, 256);
		if (parse(&g, b, file, &e) == FL_OK)
			assert_true(g.tensor_bytes <= file);
		fl_arena_reset(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(sizes_of_tensors_follow_from_type_and_dimensions, setup, teardown),
	    cmocka_unit_test_setup_teardown(values_of_every_type_are_read, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_type_of_the_future_is_measured_by_what_comes_next, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_prefix_asks_for_more, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_file_that_ends_early_is_said_to_be_incomplete, setup, teardown),
	    cmocka_unit_test_setup_teardown(lies_about_tensors_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(lies_about_counts_are_refused_before_memory_is_taken, setup, teardown),
	    cmocka_unit_test_setup_teardown(entries_and_tensors_have_limits, setup, teardown),
	    cmocka_unit_test_setup_teardown(lists_nest_to_a_limit, setup, teardown),
	    cmocka_unit_test_setup_teardown(other_files_and_versions_are_named, setup, teardown),
	    cmocka_unit_test_setup_teardown(damaged_headers_never_mislead, setup, teardown),
	};
	return cmocka_run_group_tests_name("gguf", tests, NULL, NULL);
}
