#include "test.h"

#include "lang/template.h"
#include "template_cases.h"

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

static struct fl_template *compile(const char *text)
{
	struct fl_template *t;
	struct fl_err e = {0};
	assert_ok(fl_template_compile(&t, &arena, fl_str_from(text), "prompt", &e), &e);
	return t;
}

/* The text of a rendering, or its error. */
static struct fl_str render(const char *text, const char *json)
{
	struct fl_template *t;
	struct fl_err e = {0};
	struct fl_buf b;
	struct fl_template_var var = {.value = parse(json)};
	fl_buf_init(&b, 1 << 16);
	enum fl_code code = fl_template_compile(&t, &arena, fl_str_from(text), "prompt", &e);
	if (code == FL_OK)
		code = fl_template_render(t, &var, 1, &b, &arena, &e);
	struct fl_str out = code == FL_OK ? fl_arena_dup(&arena, fl_buf_slice(&b))
	                                  : fl_arena_printf(&arena, "%d:%d: %s", e.line, e.column, e.message);
	fl_buf_release(&b);
	return out;
}

static void templates_mean_what_jinja_means(void **state)
{
	(void)state;
	int wrong = 0;
	for (size_t i = 0; i < FL_COUNT(template_cases); i++) {
		struct fl_str got = render(template_cases[i].text, template_data);
		if (fl_str_is(got, template_cases[i].want))
			continue;
		print_message("# %s\n#   got  '%.*s'\n#   want '%s'\n", template_cases[i].text, FL_FMT(got),
		              template_cases[i].want);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void numbers_and_json_print_as_they_stand_in_the_input(void **state)
{
	(void)state;
	const char *json =
	    "{\"a\": 1.50, \"b\": 1e3, \"c\": [1.0,  {\"x\":  2}], \"d\": \"\\u0041\", \"e\": 9007199254740993}";
	assert_str(render("{{ a }} {{ b }} {{ e }} {{ c }}", json), "1.50 1e3 9007199254740993 [1.0, {'x': 2}]");
	assert_str(render("{{ c | json }} {{ d | json }} {{ d }} {{ c.1.x }}", json),
	           "[1.0,  {\"x\":  2}] \"\\u0041\" A 2");
}

static void an_error_names_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"a\nb {{ tex }}", "2:6: 'tex' is not defined; did you mean 'text'?"},
	    {"{{ text }}{{ obj.nope }}", "1:14: 'obj.nope' is not defined"},
	    {"{{ obj.nope.more | default('x') }}", "1:4: 'obj.nope' is not defined"},
	    {"{{ xs[7] }}", "1:4: 'xs[7]' is not defined"},
	    {"{{ zzz | upper }}", "1:4: 'zzz' is not defined"},
	    {"{% if zzz %}{% endif %}", "1:7: 'zzz' is not defined"},
	    {"{{ [] | first }}", "1:9: 'the first of nothing' is not defined"},
	    {"{{ text", "1:1: a tag is opened here and never closed"},
	    {"x {% if n %} y", "1:3: 'if' is opened here and has no 'endif'"},
	    {"{% for x in xs %}{% endif %}", "1:18: 'endif' stands inside 'for', which needs 'endfor' first"},
	    {"{% endfor %}", "1:1: 'endfor' ends nothing that was opened"},
	    {"{% else %}", "1:1: 'else' ends nothing that was opened"},
	    {"{# x", "1:1: a comment is opened here and never closed"},
	    {"{% raw %} {{", "1:1: 'raw' has no 'endraw'"},
	    {"{{ 'abc }}", "1:4: a text is opened here and never closed"},
	    {"{{ n | uper }}", "1:8: unknown filter 'uper'; did you mean 'upper'?"},
	    {"{{ n + 1 }}", "1:6: arithmetic is not part of this template language"},
	    {"{{ f(1) }}", "1:5: calls are not part of this template language"},
	    {"{{ xs[1:2] }}", "1:8: slices ([a:b]) are not part of this template language"},
	    {"{% set x = 1 %}", "1:4: 'set' is not part of this template language"},
	    {"{% include 'x' %}", "1:4: 'include' is not part of this template language"},
	    {"{{ }}", "1:4: expected a value: a name, a text, a number or a list, found '}}'"},
	    {"{{ a b }}", "1:6: expected '}}', found 'b'"},
	    {"{{ {'a': 1} }}", "1:4: expected a value: a name, a text, a number or a list, found '{'"},
	    {"{% for in xs %}", "1:11: expected 'in', found 'xs'"},
	    {"{{ 'a' < 1 }}", "1:4: a text and a number have no order"},
	    {"{{ 1 in 2 }}", "1:4: 'in' cannot look for a number in a number"},
	    {"{% for x in n %}{% endfor %}", "1:13: 'for' needs a list, not a number"},
	    {"{{ n | length }}", "1:8: 'length' needs a text, a list or a map, not a number"},
	    {"{{ text | round }}", "1:11: 'round' needs a number, not a text"},
	    {"{{ text | replace('a') }}", "1:11: the filter 'replace' needs 2 arguments"},
	    {"{{ text | upper(1) }}", "1:17: too many arguments for the filter 'upper'"},
	    {"{{ text | truncate(size=1) }}", "1:20: the filter 'truncate' has no argument 'size'"},
	    {"{{ text | truncate(2) }}", "1:11: 'truncate' needs a length of at least 3, that of its end"},
	    {"{{ '\\xzz' }}", "1:4: expected the hexadecimal digits"},
	    {"{% for x in xs %}{{ loop }}{% endfor %}", "1:18: 'loop' itself cannot be printed"},
	    {"{{ loop.index }}", "1:4: 'loop' is not defined"},
	    {"{{ 1 $ }}", "1:6: expected a name, a text, a number or a sign, found '$'"},
	    {"{{ 007 }}", "1:4: expected a number, found '007'"},
	};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		struct fl_str got = render(rows[i].text, template_data);
		if (!fl_str_starts(got, fl_str_from(rows[i].want)))
			fail_msg("%s: got '%.*s', want '%s'", rows[i].text, FL_FMT(got), rows[i].want);
	}
}

static void variables_come_from_several_places_the_first_wins(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_err e = {0};
	struct fl_template_var vars[] = {{.name = FL_S("who"), .text = FL_S("text \"raw\"")},
	                                 {.value = parse("{\"who\": \"item\", \"a\": 1}")},
	                                 {.name = FL_S("examples"), .value = parse("[1, 2]")},
	                                 {.name = FL_S("a"), .text = FL_S("late")}};
	fl_buf_init(&b, 4096);
	fl_buf_z(&b, ">");
	assert_ok(fl_template_render(compile("{{ who }} {{ a }} {{ examples | length }}"), vars, FL_COUNT(vars), &b,
	                             &arena, &e),
	          &e);
	assert_str(fl_buf_slice(&b), ">text \"raw\" 1 2");
	fl_buf_release(&b);
}

static void the_variables_of_a_template_are_listed(void **state)
{
	(void)state;
	size_t n;
	struct fl_template *t =
	    compile("{{ a.b }}{% for x in xs %}{{ x }}{{ loop.index }}{{ y[k] }}{% endfor %}\n{{ x }}"
	            "{{ opt | default('') }}{% if seen is defined %}{{ a }}{% elif w == q %}{% endif %}"
	            "{{ both | default(1) }}{{ both }}");
	static const struct {
		const char *name;
		bool required;
	} want[] = {{"a", true},    {"xs", true},    {"y", true}, {"k", true}, {"x", true},
	            {"opt", false}, {"seen", false}, {"w", true}, {"q", true}, {"both", true}};
	const struct fl_template_name *names = fl_template_names(t, &n);
	assert_int_equal(n, FL_COUNT(want));
	for (size_t i = 0; i < n; i++) {
		assert_str(names[i].name, want[i].name);
		assert_int_equal(names[i].required, want[i].required);
	}
	assert_int_equal(names[4].line, 2);
	assert_int_equal(names[4].column, 4);
}

static struct fl_str repeated(const char *a, int n, const char *middle, const char *z)
{
	static struct fl_buf b;
	fl_buf_release(&b);
	fl_buf_init(&b, 1 << 20);
	for (int i = 0; i < n; i++)
		fl_buf_z(&b, a);
	fl_buf_z(&b, middle);
	for (int i = 0; i < n; i++)
		fl_buf_z(&b, z);
	return fl_buf_slice(&b);
}

static void nesting_is_limited_at_the_edge(void **state)
{
	(void)state;
	static const struct {
		const char *a, *middle, *z;
		int most;
	} rows[] = {{"{% if n %}", "x", "{% endif %}", FL_TEMPLATE_NESTING - 1},
	            {"(", "1", ")", FL_TEMPLATE_NESTING - 1},
	            {"[", "1", "]", FL_TEMPLATE_NESTING - 1},
	            {"not ", "n", "", FL_TEMPLATE_DEPTH},
	            {"", "n", ".a", FL_TEMPLATE_DEPTH},
	            {"", "n", " or n", FL_TEMPLATE_DEPTH}};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		for (int over = 0; over < 2; over++) {
			struct fl_template *t;
			struct fl_err e = {0};
			struct fl_str text = repeated(rows[i].a, rows[i].most + over, rows[i].middle, rows[i].z);
			if (rows[i].a[0] != '{')
				text = fl_arena_printf(&arena, "{{ %.*s }}", FL_FMT(text));
			enum fl_code code = fl_template_compile(&t, &arena, text, "prompt", &e);
			if (code != (over ? FL_E_LIMIT : FL_OK))
				fail_msg("row %zu, over %d: %s", i, over, e.message);
		}
	}
}

static void output_loops_and_memory_are_bounded(void **state)
{
	(void)state;
	struct fl_err e = {0};
	struct fl_buf b;
	struct fl_template_var var = {.value = parse(template_data)};
	fl_buf_init(&b, 10);
	fl_buf_z(&b, "ab");
	assert_int_equal(fl_template_render(compile("{{ text }}"), &var, 1, &b, &arena, &e), FL_E_LIMIT);
	assert_str(fl_buf_slice(&b), "ab"); /* as it was */
	assert_ok(fl_template_render(compile("12345678"), &var, 1, &b, &arena, &e), &e);
	fl_buf_release(&b);
	fl_buf_init(&b, 1 << 20);
	struct fl_str deep = repeated("{% for x in [0,1,2,3,4,5,6,7,8,9] %}", 6, "", "{% endfor %}");
	struct fl_template *t;
	assert_ok(fl_template_compile(&t, &arena, deep, "prompt", &e), &e);
	assert_int_equal(fl_template_render(t, &var, 1, &b, &arena, &e), FL_E_LIMIT);
	assert_non_null(strstr(e.message, "more than 100000 rounds"));
	struct fl_str grow = repeated("", 12, "{{ text", " | replace('', text)");
	grow = fl_arena_printf(&arena, "%.*s }}", FL_FMT(grow));
	assert_ok(fl_template_compile(&t, &arena, grow, "prompt", &e), &e);
	assert_int_equal(fl_template_render(t, &var, 1, &b, &arena, &e), FL_E_LIMIT);
	fl_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(templates_mean_what_jinja_means),
	    cmocka_unit_test(numbers_and_json_print_as_they_stand_in_the_input),
	    cmocka_unit_test(an_error_names_its_place),
	    cmocka_unit_test(variables_come_from_several_places_the_first_wins),
	    cmocka_unit_test(the_variables_of_a_template_are_listed),
	    cmocka_unit_test(nesting_is_limited_at_the_edge),
	    cmocka_unit_test(output_loops_and_memory_are_bounded),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
