/* Numbers and answers as models write them. */
#include "test.h"

#include "grade/answer.h"
#include "grade/normal.h"
#include "grade/number.h"

#include <math.h>

static void numbers_are_read_as_people_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double v;
	} row[] = {{"7", 7},
	           {"-7", -7},
	           {"1,234.5", 1234.5},
	           {"1,234,567", 1234567},
	           {"12 %", 0.12},
	           {"12%", 0.12},
	           {"3/4", 0.75},
	           {"1.5e3", 1500},
	           {".5", 0.5},
	           {"$20", 20},
	           {"€ 20.50", 20.5},
	           {"+3", 3},
	           {"007", 7},
	           {"1,000", 1000},
	           {"0.10", 0.1},
	           {"-3/4", -0.75},
	           {"\xe2\x88\x92"
	            "5",
	            -5}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		double v = 0;
		if (!fl_number_read(fl_str_from(row[i].text), &v) || fabs(v - row[i].v) > 1e-12)
			fail_msg("'%s' is read as %g", row[i].text, v);
	}
	static const char *const bad[] = {"", "x", "1,23", "12,34,567", "1.2.3", "1 2", "--1", "3/", "NaN", "1e", "$"};
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		double v;
		if (fl_number_read(fl_str_from(bad[i]), &v))
			fail_msg("'%s' is read as %g", bad[i], v);
	}
}

static void the_last_number_of_a_text_counts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double v;
	} row[] = {{"First 3, then 4.", 4},
	           {"The answer is 42", 42},
	           {"so x = -5.", -5},
	           {"10-20", 20},
	           {"GPT4 says 7 of 10 items", 10},
	           {"It costs $1,299.", 1299},
	           {"about 3/4 of it", 0.75},
	           {"In 2020, 5 people", 5}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		double v = 0;
		if (!fl_number_last(fl_str_from(row[i].text), &v, NULL) || v != row[i].v)
			fail_msg("'%s' gives %g", row[i].text, v);
	}
	double v;
	assert_false(fl_number_last(FL_S("no number in GPT4"), &v, NULL));
}

static void texts_compare_without_what_is_ignored(void **state)
{
	(void)state;
	struct fl_arena a;
	fl_arena_init(&a);
	assert_str(fl_normalise(FL_S("  Hello \n World "), 0, &a), "Hello \n World");
	assert_str(fl_normalise(FL_S("  Hello \n World "), FL_IGNORE_SPACE, &a), "Hello World");
	assert_str(fl_normalise(FL_S("STRASSE"), FL_IGNORE_CASE, &a), "strasse");
	assert_str(fl_normalise(FL_S("Straße"), FL_IGNORE_CASE, &a), "strasse");
	assert_str(fl_normalise(FL_S("\"Yes!\""), FL_IGNORE_CASE | FL_IGNORE_PUNCTUATION, &a), "yes");
	fl_arena_release(&a);
}

struct reading {
	struct fl_reader reader;
	const char *text, *answer; /* NULL: unreadable */
};

static void answers_are_read_out(void **state)
{
	(void)state;
	static struct fl_str words[] = {{"yes", 3}, {"no", 2}, {"not sure", 8}};
	const struct fl_reader choice = {.kind = FL_READ_CHOICE, .choice = words, .choice_count = 3};
	const struct fl_reader json = {.kind = FL_READ_JSON, .pointer = FL_S("/a/0")}, whole = {.kind = FL_READ_JSON};
	const struct reading row[] = {
	    {{.kind = FL_READ_TEXT}, " hi\n", "hi"},
	    {{.kind = FL_READ_NUMBER}, "1,234.50 apples", "1234.5"},
	    {{.kind = FL_READ_NUMBER}, "none", NULL},
	    {choice, "I think yes.", "yes"},
	    {choice, "Yes? No: NO", "no"},
	    {choice, "I am not sure", "not sure"},
	    {choice, "nobody knows yesterday", NULL},
	    {json, "Sure: ```json\n{\"a\": [1.50, 2]}\n``` done", "1.50"},
	    {json, "the object {\"a\":[\"x\"]} is it", "x"},
	    {json, "{\"b\":1}", NULL},
	    {whole, "[1, 2]", "[1, 2]"},
	    {{.kind = FL_READ_CODE}, "a\n```py\nprint(1)\n```\nb\n```\nlast\n```", "last"},
	    {{.kind = FL_READ_CODE}, "no fence", NULL},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_arena a;
		struct fl_err e;
		struct fl_str answer;
		bool readable;
		fl_arena_init(&a);
		assert_ok(fl_reader_read(&row[i].reader, fl_str_from(row[i].text), &a, &readable, &answer, &e), &e);
		if (readable != (row[i].answer != NULL) || (readable && !fl_str_is(answer, row[i].answer)))
			fail_msg("row %zu: %d '%.*s'", i, readable, FL_FMT(answer));
		fl_arena_release(&a);
	}
}

static void a_pattern_has_limits_and_gives_its_group(void **state)
{
	(void)state;
	struct fl_pattern *p;
	struct fl_err e;
	struct fl_str group;
	bool hit;
	assert_ok(fl_pattern_create(&p, FL_S("answer: (\\w+)"), &e), &e);
	assert_ok(fl_pattern_find(p, FL_S("the answer: blue."), &hit, &group, &e), &e);
	assert_true(hit);
	assert_str(group, "blue");
	fl_pattern_destroy(p);
	assert_int_equal(fl_pattern_create(&p, FL_S("a(b"), &e), FL_E_INVALID);
	assert_non_null(strstr(e.found, "character"));
	assert_ok(fl_pattern_create(&p, FL_S("(a+)+$"), &e), &e);
	assert_int_equal(fl_pattern_find(p, FL_S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), &hit, &group, &e),
	                 FL_E_LIMIT);
	fl_pattern_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_read_as_people_write_them),
	    cmocka_unit_test(the_last_number_of_a_text_counts),
	    cmocka_unit_test(texts_compare_without_what_is_ignored),
	    cmocka_unit_test(answers_are_read_out),
	    cmocka_unit_test(a_pattern_has_limits_and_gives_its_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
