/* YAML that a program writes: texts stay texts, numbers stay numbers, and all reads back the same. */
#include "test.h"

#include "base/rng.h"
#include "codec/yaml_write.h"

static struct fl_arena arena;

static int make_arena(void **state)
{
	(void)state;
	fl_arena_init(&arena);
	return 0;
}

static int drop_arena(void **state)
{
	(void)state;
	fl_arena_release(&arena);
	return 0;
}

static struct fl_str write(const struct fl_yaml *v)
{
	struct fl_buf b;
	struct fl_err e = {0};
	fl_buf_init(&b, 1 << 20);
	assert_ok(fl_yaml_write(v, &b, &e), &e);
	struct fl_str s = fl_arena_dup(&arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return s;
}

static const struct fl_yaml *read_back(struct fl_str text)
{
	const struct fl_yaml *root;
	struct fl_err e = {0};
	if (fl_yaml_parse(&root, &arena, text, "t", &e) != FL_OK)
		fail_msg("%s:%d:%d %s in\n%.*s", e.file, e.line, e.column, e.message, FL_FMT(text));
	return root;
}

static void assert_same(const struct fl_yaml *a, const struct fl_yaml *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->count, b->count);
	assert_true(fl_str_eq(a->key, b->key));
	assert_int_equal(fl_yaml_type(a), fl_yaml_type(b));
	if (a->kind == FL_YAML_SCALAR && fl_yaml_type(a) != FL_YAML_NULL)
		assert_true(fl_str_eq(a->text, b->text));
	const struct fl_yaml *d = b->first;
	for (const struct fl_yaml *c = a->first; c; c = c->next, d = d->next)
		assert_same(c, d);
}

static void texts_that_look_like_something_else_are_quoted(void **state)
{
	(void)state;
	static const char *const quoted[] = {"1.10", "0755", "2026-11-24", "2026-11", "true",  "No",   "null", "~",
	                                     "",     "1e3",  ".5",         "0x1f",    "12:30", "-7",   ".inf", "off",
	                                     "a: b", "a #b", "- a",        "*a",      "&a",    "!a",   "@a",   "%a",
	                                     " a",   "a ",   "a,b",        "[a]",     "{a}",   "a\nb", "a'b",  "---"};
	for (size_t i = 0; i < FL_COUNT(quoted); i++) {
		struct fl_str s = write(fl_yaml_text(&arena, fl_str_from(quoted[i])));
		if (s.p[0] != '"')
			fail_msg("'%s' is written %.*s", quoted[i], FL_FMT(s));
		const struct fl_yaml *back = read_back(s);
		assert_str(back->text, quoted[i]);
		assert_int_equal(fl_yaml_type(back), FL_YAML_STRING);
	}
}

static void plain_names_and_addresses_need_no_quotes(void **state)
{
	(void)state;
	static const char *const bare[] = {"gpt-6-luna",
	                                   "https://models.dev/api.json",
	                                   "meta-llama/Llama-3.1-8B",
	                                   "x:free",
	                                   "a b c",
	                                   "claude-3.5",
	                                   "C#",
	                                   "(none)"};
	for (size_t i = 0; i < FL_COUNT(bare); i++) {
		struct fl_str s = write(fl_yaml_text(&arena, fl_str_from(bare[i])));
		assert_int_equal(s.n, strlen(bare[i]) + 1);
		assert_str(read_back(s)->text, bare[i]);
	}
}

static void plain_scalars_mean_what_they_look_like(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum fl_yaml_type type;
	} c[] = {{"0.2", FL_YAML_FLOAT},  {"128000", FL_YAML_INT},        {"true", FL_YAML_BOOL},
	         {"yes", FL_YAML_STRING}, {"2026-11-24", FL_YAML_STRING}, {"", FL_YAML_NULL}};
	for (size_t i = 0; i < FL_COUNT(c); i++) {
		struct fl_str s = write(fl_yaml_plain(&arena, fl_str_from(c[i].text)));
		assert_true(s.p[0] != '"');
		assert_int_equal(fl_yaml_type(read_back(s)), c[i].type);
	}
}

static void small_maps_stand_on_one_line_and_large_ones_on_several(void **state)
{
	(void)state;
	struct fl_yaml_pen row, rows, offer, root;
	fl_yaml_pen_init(&row, &arena, FL_YAML_MAP);
	fl_yaml_pen_put(&row, FL_S("input"), fl_yaml_plain(&arena, FL_S("0.2")));
	fl_yaml_pen_put(&row, FL_S("from"), fl_yaml_plain(&arena, FL_S("2026-09-22")));
	fl_yaml_pen_init(&rows, &arena, FL_YAML_LIST);
	fl_yaml_pen_push(&rows, row.node);
	fl_yaml_pen_init(&offer, &arena, FL_YAML_MAP);
	fl_yaml_pen_put(&offer, FL_S("model"), fl_yaml_text(&arena, FL_S("1.0")));
	fl_yaml_pen_put(&offer, FL_S("prices"), rows.node);
	fl_yaml_pen_init(&root, &arena, FL_YAML_MAP);
	fl_yaml_pen_put(&root, FL_S("openai"), offer.node);
	struct fl_yaml_pen none;
	fl_yaml_pen_init(&none, &arena, FL_YAML_LIST);
	fl_yaml_pen_put(&root, FL_S("no"), none.node);
	assert_str(write(root.node), "openai:\n  model: \"1.0\"\n  prices:\n    - {input: 0.2, from: 2026-09-22}\n"
	                             "\"no\": []\n");
	assert_same(root.node, read_back(write(root.node)));
}

static void every_text_of_utf8_reads_back_byte_for_byte(void **state)
{
	(void)state;
	struct fl_rng rng;
	static const uint32_t odd[] = {0,    1,    9,      10,     13,     31,     ' ',    '"',    '\'',   '\\',
	                               '#',  ':',  ',',    '-',    '[',    '{',    '|',    '>',    0x7f,   0x85,
	                               0xa0, 0xe9, 0x2028, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xffff, 0x1f600};
	fl_rng_init(&rng, 7);
	print_message("# seed 7\n");
	for (int round = 0; round < 3000; round++) {
		char text[80];
		size_t n = 0, letters = fl_rng_below(&rng, 12);
		for (size_t i = 0; i < letters; i++)
			n += fl_utf8_encode(odd[fl_rng_below(&rng, FL_COUNT(odd))], text + n);
		struct fl_yaml_pen map, list;
		fl_yaml_pen_init(&list, &arena, FL_YAML_LIST);
		fl_yaml_pen_push(&list, fl_yaml_text(&arena, (struct fl_str){text, n}));
		fl_yaml_pen_init(&map, &arena, FL_YAML_MAP);
		fl_yaml_pen_put(&map, (struct fl_str){text, n}, list.node);
		assert_same(map.node, read_back(write(map.node)));
		fl_arena_reset(&arena);
	}
}

static void what_cannot_be_written_is_refused(void **state)
{
	(void)state;
	struct fl_buf small;
	struct fl_err e = {0};
	char key[FL_YAML_KEY + 1];
	struct fl_yaml_pen map;
	fl_buf_init(&small, 3);
	assert_int_equal(fl_yaml_write(fl_yaml_text(&arena, FL_S("abcdef")), &small, &e), FL_E_LIMIT);
	fl_buf_release(&small);
	fl_buf_init(&small, 99);
	assert_int_equal(fl_yaml_write(fl_yaml_text(&arena, FL_S("\xff")), &small, &e), FL_E_INVALID);
	fl_buf_release(&small);
	for (size_t n = FL_YAML_KEY; n <= FL_YAML_KEY + 1; n++) {
		memset(key, 'k', n);
		fl_yaml_pen_init(&map, &arena, FL_YAML_MAP);
		fl_yaml_pen_put(&map, (struct fl_str){key, n}, fl_yaml_plain(&arena, FL_S("1")));
		struct fl_buf b;
		fl_buf_init(&b, 1 << 12);
		assert_int_equal(fl_yaml_write(map.node, &b, &e), n > FL_YAML_KEY ? FL_E_LIMIT : FL_OK);
		fl_buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_that_look_like_something_else_are_quoted),
	    cmocka_unit_test(plain_names_and_addresses_need_no_quotes),
	    cmocka_unit_test(plain_scalars_mean_what_they_look_like),
	    cmocka_unit_test(small_maps_stand_on_one_line_and_large_ones_on_several),
	    cmocka_unit_test(every_text_of_utf8_reads_back_byte_for_byte),
	    cmocka_unit_test(what_cannot_be_written_is_refused),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
