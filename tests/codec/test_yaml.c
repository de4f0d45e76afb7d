#include "test.h"

#include "codec/yaml.h"

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

static const struct fl_yaml *parse(struct fl_str text)
{
	const struct fl_yaml *root;
	struct fl_err e = {0};
	assert_ok(fl_yaml_parse(&root, &arena, text, "t.yaml", &e), &e);
	return root;
}

static void assert_refused(struct fl_str text, enum fl_code code, int line, int column, const char *reason)
{
	const struct fl_yaml *root;
	struct fl_err e = {0};
	assert_int_equal(fl_yaml_parse(&root, &arena, text, "t.yaml", &e), code);
	assert_null(root);
	if (!strstr(e.message, reason))
		fail_msg("'%s' is not in '%s'", reason, e.message);
	assert_string_equal(e.file, "t.yaml");
	if (e.line != line || e.column != column)
		fail_msg("%s: at %d:%d, want %d:%d", e.message, e.line, e.column, line, column);
}

static void assert_json(struct fl_str text, const char *json)
{
	struct fl_json_writer w;
	struct fl_buf b;
	struct fl_err e = {0};
	fl_buf_init(&b, 1 << 16);
	fl_json_begin(&w, &b, 0);
	assert_ok(fl_yaml_to_json(parse(text), &w, &e), &e);
	assert_str(fl_buf_slice(&b), json);
	fl_buf_release(&b);
}

static void scalars_stay_text_with_their_place(void **state)
{
	(void)state;
	const struct fl_yaml *r = parse(FL_S("task: no\nversion: 1.10\nmode: '0755'\nlist:\n  - a\n  - \"b c\"\n"
	                                     "text: |\n  two\n  lines\n"));
	assert_int_equal(r->kind, FL_YAML_MAP);
	assert_int_equal(r->count, 5);
	assert_str(fl_yaml_get(r, FL_S("task"))->text, "no");
	assert_true(fl_yaml_get(r, FL_S("task"))->plain);
	assert_str(fl_yaml_get(r, FL_S("version"))->text, "1.10");
	const struct fl_yaml *mode = fl_yaml_get(r, FL_S("mode"));
	assert_false(mode->plain);
	assert_int_equal(mode->line, 3);
	assert_int_equal(mode->column, 7);
	assert_int_equal(mode->key_column, 1);
	const struct fl_yaml *list = fl_yaml_get(r, FL_S("list"));
	assert_int_equal(list->count, 2);
	assert_str(fl_yaml_at(list, 1)->text, "b c");
	assert_int_equal(fl_yaml_at(list, 1)->line, 6);
	assert_int_equal(fl_yaml_at(list, 1)->column, 5);
	assert_null(fl_yaml_at(list, 2));
	assert_str(fl_yaml_get(r, FL_S("text"))->text, "two\nlines\n");
	assert_null(fl_yaml_get(r, FL_S("nothing")));
	assert_null(fl_yaml_get(NULL, FL_S("nothing")));
}

static void json_is_yaml(void **state)
{
	(void)state;
	const struct fl_yaml *r = parse(FL_S("{\"a\": \"\\ud83d\\ude00\\/\",\n\t\"b\": [1, \"2\"], \"c\": null}"));
	assert_str(fl_yaml_get(r, FL_S("a"))->text, "\xf0\x9f\x98\x80/");
	const struct fl_yaml *b = fl_yaml_get(r, FL_S("b"));
	assert_int_equal(b->line, 2);
	assert_int_equal(b->column, 7);
	assert_int_equal(b->key_column, 2);
	assert_true(fl_yaml_at(b, 0)->plain);
	assert_false(fl_yaml_at(b, 1)->plain);
	assert_true(fl_yaml_is_null(fl_yaml_get(r, FL_S("c"))));
	assert_str(fl_yaml_at(parse(FL_S("[a, b]")), 1)->text, "b"); /* flow style that is not JSON */
}

static void an_empty_text_is_nothing(void **state)
{
	(void)state;
	assert_true(fl_yaml_is_null(parse(FL_S(""))));
	assert_true(fl_yaml_is_null(parse(FL_S("# a comment\n"))));
	assert_true(fl_yaml_is_null(parse(FL_S("---\n"))));
	assert_str(fl_yaml_get(parse(FL_S("\xef\xbb\xbf"
	                                  "a: b")),
	                       FL_S("a"))
	               ->text,
	           "b");
}

static void plain_scalars_are_typed_by_the_core_schema(void **state)
{
	(void)state;
	assert_json(FL_S("[no, yes, on, true, False, ~, null, '', 'null']"),
	            "[\"no\",\"yes\",\"on\",true,false,null,null,\"\",\"null\"]");
	assert_json(FL_S("[1, +1, -0, 007, 0x1F, 0o17, 9007199254740993]"), "[1,1,-0,7,31,15,9007199254740993]");
	assert_json(FL_S("[1.10, .5, -.5, 5., 1e3, 1.e+3, 1E400]"), "[1.10,0.5,-0.5,5,1e3,1e+3,1E400]");
	assert_json(FL_S("[1_000, 1:30, 2026-01-01, 0x, 1e, '1', .]"),
	            "[\"1_000\",\"1:30\",\"2026-01-01\",\"0x\",\"1e\",\"1\",\".\"]");
	assert_json(FL_S("a: {b: [], c: {}}\n'x y': |-\n  z\n"), "{\"a\":{\"b\":[],\"c\":{}},\"x y\":\"z\"}");
	struct fl_json_writer w;
	struct fl_buf b;
	struct fl_err e = {0};
	fl_buf_init(&b, 4096);
	fl_json_begin(&w, &b, 0);
	assert_int_equal(fl_yaml_to_json(parse(FL_S("a: 1\nb: .inf\n")), &w, &e), FL_E_INVALID);
	assert_int_equal(e.line, 2);
	fl_buf_release(&b);
}

static void aliases_are_copies(void **state)
{
	(void)state;
	const struct fl_yaml *r = parse(FL_S("a: &x {k: [1, 2]}\nb: *x\nc: [*x, *x]\n"));
	const struct fl_yaml *b = fl_yaml_get(r, FL_S("b"));
	assert_str(b->key, "b");
	assert_str(fl_yaml_at(fl_yaml_get(b, FL_S("k")), 1)->text, "2");
	assert_int_equal(fl_yaml_get(r, FL_S("c"))->count, 2);
}

static void what_is_not_used_here_is_refused_with_its_place(void **state)
{
	(void)state;
	assert_refused(FL_S("a: 1\nb: 2\na: 3\n"), FL_E_INVALID, 3, 1,
	               "'a' stands twice in one map: in line 1, column 1");
	assert_refused(FL_S("{\"a\": 1,\n \"\\u0061\": 2}"), FL_E_INVALID, 2, 2, "'a' stands twice");
	assert_refused(FL_S("a: 1\n---\nb: 2\n"), FL_E_INVALID, 2, 1, "a second document");
	assert_refused(FL_S("a: !!int 3\n"), FL_E_INVALID, 1, 4, "tags");
	assert_refused(FL_S("x: &x {a: 1}\ny:\n  <<: *x\n"), FL_E_INVALID, 3, 3, "merge keys");
	assert_refused(FL_S("? [a]\n: b\n"), FL_E_INVALID, 1, 3, "a key must be");
	assert_refused(FL_S("a: *b\n"), FL_E_INVALID, 1, 4, "not defined above");
	assert_refused(FL_S("a: &a [*a]\n"), FL_E_INVALID, 1, 8, "contains it");
	assert_refused(FL_S("a: b: c\n"), FL_E_INVALID, 1, 5, "not valid YAML");
	assert_refused(FL_S("a: 1\n\tb: 2\n"), FL_E_INVALID, 2, 1, "not valid YAML");
	assert_refused(FL_S("a: [1, 2\nb: 3\n"), FL_E_INVALID, 2, 2, "not valid YAML");
	assert_refused(FL_S("a: 1\nb: \xff\n"), FL_E_INVALID, 2, 0, "line 2 is not UTF-8");
}

static void aliases_cannot_blow_up(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_err e = {0};
	const struct fl_yaml *root;
	fl_buf_init(&b, 4096);
	fl_buf_z(&b, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 9; i++)
		fl_buf_printf(&b, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1, i - 1,
		              i - 1, i - 1);
	assert_int_equal(fl_yaml_parse(&root, &arena, fl_buf_slice(&b), "t.yaml", &e), FL_E_LIMIT);
	assert_non_null(strstr(e.message, "more than 500000 values"));
	fl_buf_release(&b);
}

static void depth_is_limited_at_the_edge(void **state)
{
	(void)state;
	for (int block = 0; block < 2; block++) {
		for (int depth = FL_YAML_DEPTH; depth <= FL_YAML_DEPTH + 1; depth++) {
			struct fl_buf b;
			struct fl_err e = {0};
			const struct fl_yaml *root;
			fl_buf_init(&b, 4096);
			for (int i = 0; i < depth; i++)
				fl_buf_z(&b, block ? "- " : "[");
			for (int i = 0; !block && i < depth; i++)
				fl_buf_char(&b, ']');
			enum fl_code code = fl_yaml_parse(&root, &arena, fl_buf_slice(&b), "t.yaml", &e);
			assert_int_equal(code, depth <= FL_YAML_DEPTH ? FL_OK : FL_E_LIMIT);
			fl_buf_release(&b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scalars_stay_text_with_their_place),
	    cmocka_unit_test(json_is_yaml),
	    cmocka_unit_test(an_empty_text_is_nothing),
	    cmocka_unit_test(plain_scalars_are_typed_by_the_core_schema),
	    cmocka_unit_test(aliases_are_copies),
	    cmocka_unit_test(what_is_not_used_here_is_refused_with_its_place),
	    cmocka_unit_test(aliases_cannot_blow_up),
	    cmocka_unit_test(depth_is_limited_at_the_edge),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
