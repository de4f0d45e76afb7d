#include "test.h"

#include <dirent.h>
#include <locale.h>
#include <math.h>

#include "base/rng.h"
#include "codec/json.h"
#include "codec/json_number.h"

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

static const struct fl_json *parse(const char *z)
{
	struct fl_json_doc doc;
	struct fl_err e = {0};
	assert_ok(fl_json_parse(&doc, &arena, fl_str_from(z), FL_JSON_LIMITS, &e), &e);
	return fl_json_root(&doc);
}

static void assert_refused(struct fl_str text, int line, int column, const char *reason)
{
	struct fl_json_doc doc;
	struct fl_err e = {0};
	assert_int_equal(fl_json_parse(&doc, &arena, text, FL_JSON_LIMITS, &e), FL_E_INVALID);
	assert_int_equal(e.line, line);
	assert_int_equal(e.column, column);
	if (!strstr(e.message, reason))
		fail_msg("'%s' is not in '%s'", reason, e.message);
}

static struct fl_str read_file(const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return fl_arena_dup(&arena, (struct fl_str){text, n});
}

/* What json.h says about the files on which the RFC leaves freedom: those not listed are refused. */
static bool free_choice_accepts(const char *name)
{
	static const char *const accepted[] = {
	    "i_number_double_huge_neg_exp.json",  "i_number_huge_exp.json",          "i_number_neg_int_huge_exp.json",
	    "i_number_pos_double_huge_exp.json",  "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
	    "i_number_real_underflow.json",       "i_number_too_big_neg_int.json",   "i_number_too_big_pos_int.json",
	    "i_number_very_big_negative_int.json"};
	for (size_t i = 0; i < FL_COUNT(accepted); i++) {
		if (strcmp(name, accepted[i]) == 0)
			return true;
	}
	return false;
}

static bool is_accepted(const char *dir, const char *name)
{
	char path[1024];
	struct fl_json_doc doc;
	struct fl_err e = {0};
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	enum fl_code code = fl_json_parse(&doc, &arena, read_file(path), FL_JSON_LIMITS, &e);
	if (code != FL_OK && !strstr(e.message, "at byte "))
		fail_msg("%s: no offset in '%s'", name, e.message);
	return code == FL_OK;
}

static void the_public_suite_is_followed(void **state)
{
	(void)state;
	const char *shared = getenv("FULCRUM_SHARED");
	char dir[400];
	snprintf(dir, sizeof(dir), "%s/suites/json-parsing", shared ? shared : "../shared");
	DIR *d = opendir(dir);
	if (!d) {
		print_message("# SKIP %s is not there\n", dir);
		return; /* not skip(): cmocka says "not ok # SKIP", which meson counts as a failure */
	}
	int seen = 0;
	for (struct dirent *f = readdir(d); f; f = readdir(d)) {
		const char *name = f->d_name;
		if (!strchr("yni", name[0]) || name[1] != '_')
			continue;
		bool want = name[0] == 'y' || (name[0] == 'i' && free_choice_accepts(name));
		if (is_accepted(dir, name) != want)
			fail_msg("%s should be %s", name, want ? "accepted" : "refused");
		seen++;
	}
	closedir(d);
	assert_true(seen > 300);
}

static void a_refusal_names_offset_place_and_reason(void **state)
{
	(void)state;
	assert_refused(FL_S("{\"a\": 1,\n \"b\": }"), 2, 7, "at byte 15: found '}', expected a value");
	assert_refused(FL_S("[1,]"), 1, 4, "found ']'");
	assert_refused(FL_S("[1 2]"), 1, 4, "expected ',' or ']'");
	assert_refused(FL_S("[01]"), 1, 3, "leading zero");
	assert_refused(FL_S("[\"a"), 1, 4, "found the end of the text, expected the closing quote");
	assert_refused(FL_S("[\"a\x01\"]"), 1, 4, "byte 0x01");
	assert_refused(FL_S("[\"\xff\"]"), 1, 3, "expected UTF-8");
	assert_refused(FL_S("[\"\\ud800\"]"), 1, 3, "lone surrogate");
	assert_refused(FL_S("[\"\\udc00\\ud800\"]"), 1, 3, "lone surrogate");
	assert_refused(FL_S("[\"\\u12g4\"]"), 1, 3, "four hex digits");
	assert_refused(FL_S("\xef\xbb\xbf[]"), 1, 1, "BOM");
	assert_refused(FL_S(""), 1, 1, "the end of the text");
	assert_refused(FL_S("1 2"), 1, 3, "nothing behind the value");
	assert_refused(FL_S("{1:2}"), 1, 2, "a key in double quotes");
	assert_refused(FL_S("nul"), 1, 1, "expected a value");
	assert_refused(FL_S("1."), 1, 3, "behind the decimal point");
	assert_refused(FL_S("\"\\x\""), 1, 3, "behind a backslash");
}

static void numbers_keep_their_text(void **state)
{
	(void)state;
	const struct fl_json *v = parse("[9007199254740993, 1e400, -0.10]");
	assert_str(fl_json_at(v, 0)->raw, "9007199254740993");
	assert_str(fl_json_at(v, 1)->raw, "1e400");
	assert_str(fl_json_at(v, 2)->raw, "-0.10");
	assert_str(v->raw, "[9007199254740993, 1e400, -0.10]");
}

static void whole_numbers_are_read_in_range_only(void **state)
{
	(void)state;
	const struct fl_json *v =
	    parse("[18446744073709551615,18446744073709551616,-9223372036854775808,9223372036854775808,"
	          "1.50,1e3,12.300e1,-0,1e999999999999999999999,0e5]");
	uint64_t u = 7;
	int64_t i = 7;
	assert_true(fl_json_u64(fl_json_at(v, 0), &u) && u == UINT64_MAX);
	assert_false(fl_json_u64(fl_json_at(v, 1), &u));
	assert_true(fl_json_i64(fl_json_at(v, 2), &i) && i == INT64_MIN);
	assert_false(fl_json_i64(fl_json_at(v, 3), &i));
	assert_false(fl_json_u64(fl_json_at(v, 2), &u));
	assert_false(fl_json_u64(fl_json_at(v, 4), &u));
	assert_true(fl_json_u64(fl_json_at(v, 5), &u) && u == 1000);
	assert_true(fl_json_u64(fl_json_at(v, 6), &u) && u == 123);
	assert_true(fl_json_u64(fl_json_at(v, 7), &u) && u == 0);
	assert_false(fl_json_u64(fl_json_at(v, 8), &u));
	assert_true(fl_json_i64(fl_json_at(v, 9), &i) && i == 0);
	assert_false(fl_json_u64(NULL, &u));
}

static void members_are_found_by_decoded_key(void **state)
{
	(void)state;
	const struct fl_json *v =
	    parse("{\"a\":{\"b\":[10,{\"c\":\"x\"}]},\"\\u0061b\":2,\"a\":3,\"\":4,\"m~n\":5,\"/\":6}");
	assert_str(fl_json_get(v, FL_S("a"))->raw, "{\"b\":[10,{\"c\":\"x\"}]}");
	assert_str(fl_json_get(v, FL_S("ab"))->raw, "2");
	assert_null(fl_json_get(v, FL_S("abc")));
	assert_null(fl_json_get(NULL, FL_S("a")));
	assert_str(fl_json_pointer(v, FL_S("/a/b/1/c"))->raw, "\"x\"");
	assert_str(fl_json_pointer(v, FL_S("/"))->raw, "4");
	assert_str(fl_json_pointer(v, FL_S("/m~0n"))->raw, "5");
	assert_str(fl_json_pointer(v, FL_S("/~1"))->raw, "6");
	assert_ptr_equal(fl_json_pointer(v, FL_S("")), v);
	assert_null(fl_json_pointer(v, FL_S("/a/b/01")));
	assert_null(fl_json_pointer(v, FL_S("/a/b/2")));
	assert_null(fl_json_pointer(v, FL_S("a")));
	assert_null(fl_json_pointer(v, FL_S("/m~2n")));
}

static void the_head_of_a_list_is_a_list(void **state)
{
	(void)state;
	const struct fl_json *v = parse("[ {\"a\": [1, 2]}, \"x]\", 3]");
	const struct fl_json *h = fl_json_head(v, 2, &arena);
	assert_int_equal(h->count, 2);
	assert_str(h->raw, "[ {\"a\": [1, 2]}, \"x]\"]");
	assert_str(fl_json_at(h, 1)->raw, "\"x]\"");
	assert_null(fl_json_at(h, 2));
	assert_null(fl_json_next(h, fl_json_at(h, 1)));
	assert_str(fl_json_pointer(h, FL_S("/0/a/1"))->raw, "2");
	assert_str(fl_json_head(v, 0, &arena)->raw, "[]");
	assert_null(fl_json_first(fl_json_head(v, 0, &arena)));
	assert_ptr_equal(fl_json_head(v, 3, &arena), v);
	assert_null(fl_json_head(fl_json_at(v, 0), 1, &arena));
}

static void strings_are_decoded(void **state)
{
	(void)state;
	const struct fl_json *v = parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud834\\udd1e\xc3\xa9\"");
	assert_str(fl_json_string(v, &arena), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9d\x84\x9e\xc3\xa9");
	struct fl_str nul = fl_json_string(parse("\"a\\u0000b\""), &arena);
	assert_int_equal(nul.n, 3);
	assert_memory_equal(nul.p, "a\0b", 3);
	assert_str(fl_json_string(parse("12"), &arena), "");
}

static void repeated_keys_are_kept_and_counted(void **state)
{
	(void)state;
	struct fl_json_doc doc;
	struct fl_buf b;
	assert_int_equal(
	    fl_json_parse(&doc, &arena, FL_S("{\"a\":1,\"\\u0061\":2,\"b\":{\"a\":1}}"), FL_JSON_LIMITS, NULL), FL_OK);
	assert_int_equal(doc.duplicates, 1);
	assert_int_equal(doc.node[0].count, 3);
	fl_buf_init(&b, 1 << 20);
	fl_buf_z(&b, "{");
	for (int i = 0; i < 1000; i++)
		fl_buf_printf(&b, "\"k%d\":1,", i % 990);
	fl_buf_z(&b, "\"z\":1}");
	assert_int_equal(fl_json_parse(&doc, &arena, fl_buf_slice(&b), FL_JSON_LIMITS, NULL), FL_OK);
	assert_int_equal(doc.duplicates, 10);
	fl_buf_release(&b);
}

static void depth_and_values_are_limited_at_the_edge(void **state)
{
	(void)state;
	struct fl_json_doc doc;
	struct fl_err e = {0};
	struct fl_json_limits limits = {.depth = 3, .nodes = 4};
	assert_ok(fl_json_parse(&doc, &arena, FL_S("[[[]]]"), limits, &e), &e);
	assert_int_equal(fl_json_parse(&doc, &arena, FL_S("[[[[]]]]"), limits, &e), FL_E_LIMIT);
	assert_int_equal(e.column, 4);
	assert_ok(fl_json_parse(&doc, &arena, FL_S("[1,2,3]"), limits, &e), &e);
	assert_int_equal(fl_json_parse(&doc, &arena, FL_S("[1,2,3,4]"), limits, &e), FL_E_LIMIT);
}

static void equality_is_by_value(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool equal;
	} row[] = {{"1.0", "1", true},
	           {"1e2", "100", true},
	           {"-0", "0.0e9", true},
	           {"0.00120", "12e-4", true},
	           {"9007199254740993", "9007199254740992", false},
	           {"100.5", "1005e-1", true},
	           {"1e400", "1e401", false},
	           {"\"a\"", "\"\\u0061\"", true},
	           {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}", true},
	           {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
	           {"[1,2]", "[2,1]", false},
	           {"null", "false", false}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		if (fl_json_equal(parse(row[i].a), parse(row[i].b), &arena) != row[i].equal)
			fail_msg("%s and %s", row[i].a, row[i].b);
	}
}

static void doubles_survive_the_round_trip(void **state)
{
	(void)state;
	static const double fixed[] = {0,
	                               -0.0,
	                               1,
	                               0.1,
	                               1e22,
	                               1e23,
	                               123456789012345678.0,
	                               5e-324,
	                               2.2250738585072014e-308,
	                               0.3,
	                               2.0 / 3,
	                               1.7976931348623157e308,
	                               -1.5,
	                               1e21,
	                               9007199254740991.0};
	struct fl_rng r;
	fl_rng_init(&r, 11);
	for (size_t i = 0; i < 20000; i++) {
		uint64_t bits = fl_rng_u64(&r);
		double v, back;
		memcpy(&v, &bits, sizeof(v));
		if (i < FL_COUNT(fixed))
			v = fixed[i];
		if (!isfinite(v))
			continue;
		char text[FL_DOUBLE_TEXT];
		struct fl_str s = fl_double_format(v, text);
		assert_true(fl_double_parse(s, &back));
		assert_memory_equal(&v, &back, sizeof(v));
	}
	char t[FL_DOUBLE_TEXT];
	assert_str(fl_double_format(0.1, t), "0.1");
	assert_str(fl_double_format(5e-324, t), "5e-324");
	assert_str(fl_double_format(3, t), "3");
	assert_str(fl_double_format(-0.0, t), "-0");
	assert_str(fl_double_format(1e300, t), "1e+300");
}

static void the_locale_changes_nothing(void **state)
{
	(void)state;
	if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
		print_message("# SKIP the locale de_DE.UTF-8 is not installed\n");
		return;
	}
	char t[FL_DOUBLE_TEXT];
	double v;
	assert_str(fl_double_format(1.5, t), "1.5");
	assert_true(fl_double_parse(FL_S("1.23456789012345678901"), &v));
	assert_true(v == 1.23456789012345678901);
	setlocale(LC_ALL, "C");
}

static void the_writer_puts_commas_and_escapes(void **state)
{
	(void)state;
	struct fl_json_writer w;
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "s", FL_S("a\"\\\n\x01\xff\xc3\xa9"));
	fl_json_name(&w, "list");
	fl_json_open(&w, '[');
	fl_json_put_i64(&w, -3);
	fl_json_put_double(&w, NAN);
	fl_json_open(&w, '{');
	fl_json_close(&w);
	fl_json_put_raw(&w, FL_S("1e400"));
	fl_json_close(&w);
	fl_json_member_bool(&w, "ok", true);
	fl_json_member_u64(&w, "u", UINT64_MAX);
	fl_json_close(&w);
	assert_true(fl_json_done(&w));
	assert_str(fl_buf_slice(&b),
	           "{\"s\":\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\"list\":[-3,null,{},1e400],\"ok\":true,"
	           "\"u\":18446744073709551615}");
	fl_buf_reset(&b);
	fl_json_begin(&w, &b, 2);
	fl_json_open(&w, '{');
	fl_json_name(&w, "a");
	fl_json_open(&w, '[');
	fl_json_put_i64(&w, 1);
	fl_json_put_i64(&w, 2);
	fl_json_close(&w);
	fl_json_close(&w);
	assert_str(fl_buf_slice(&b), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
	fl_buf_release(&b);
}

static void a_full_buffer_is_told_at_the_end(void **state)
{
	(void)state;
	struct fl_json_writer w;
	struct fl_buf b;
	fl_buf_init(&b, 8);
	fl_json_begin(&w, &b, 0);
	fl_json_put_str(&w, FL_S("longer than eight"));
	assert_false(fl_json_done(&w));
	fl_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_public_suite_is_followed),
	    cmocka_unit_test(a_refusal_names_offset_place_and_reason),
	    cmocka_unit_test(numbers_keep_their_text),
	    cmocka_unit_test(whole_numbers_are_read_in_range_only),
	    cmocka_unit_test(members_are_found_by_decoded_key),
	    cmocka_unit_test(the_head_of_a_list_is_a_list),
	    cmocka_unit_test(strings_are_decoded),
	    cmocka_unit_test(repeated_keys_are_kept_and_counted),
	    cmocka_unit_test(depth_and_values_are_limited_at_the_edge),
	    cmocka_unit_test(equality_is_by_value),
	    cmocka_unit_test(doubles_survive_the_round_trip),
	    cmocka_unit_test(the_locale_changes_nothing),
	    cmocka_unit_test(the_writer_puts_commas_and_escapes),
	    cmocka_unit_test(a_full_buffer_is_told_at_the_end),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
