#include "test.h"

#include "codec/jsonl.h"

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

static void each_line_gives_its_value_and_number(void **state)
{
	(void)state;
	struct fl_jsonl l;
	struct fl_json_doc doc;
	struct fl_err e = {0};
	fl_jsonl_init(&l, FL_S("{\"a\":1}\r\n\n  \t\r\n[2]\n\"three\""), "d.jsonl");
	static const struct {
		int line;
		const char *raw;
	} want[] = {{1, "{\"a\":1}"}, {4, "[2]"}, {5, "\"three\""}};
	for (size_t i = 0; i < FL_COUNT(want); i++) {
		assert_ok(fl_jsonl_next(&l, &arena, &doc, FL_JSON_LIMITS, &e), &e);
		assert_int_equal(l.line, want[i].line);
		assert_str(doc.node->raw, want[i].raw);
	}
	assert_ok(fl_jsonl_next(&l, &arena, &doc, FL_JSON_LIMITS, &e), &e);
	assert_null(doc.node);
}

static void a_bad_line_stops_with_its_number(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line, column;
	} row[] = {{"1\n\n{\"a\":}\n2\n", 3, 6}, {"{\n\"a\": 1}\n", 1, 2}, {"1\n2 3\n", 2, 3}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_jsonl l;
		struct fl_json_doc doc;
		struct fl_err e = {0};
		enum fl_code code;
		fl_jsonl_init(&l, fl_str_from(row[i].text), "d.jsonl");
		do {
			code = fl_jsonl_next(&l, &arena, &doc, FL_JSON_LIMITS, &e);
		} while (code == FL_OK && doc.node);
		assert_int_equal(code, FL_E_INVALID);
		assert_string_equal(e.file, "d.jsonl");
		assert_int_equal(e.line, row[i].line);
		assert_int_equal(e.column, row[i].column);
		assert_non_null(strstr(e.message, "while reading line"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_gives_its_value_and_number),
	    cmocka_unit_test(a_bad_line_stops_with_its_number),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
