/* Graders, from their YAML to a score. One row a case. */
#include "test.h"

#include "grade/grader.h"

struct holder {
	const struct fl_yaml *node;
	struct fl_list grade;
};
static const struct fl_field fields[] = {{.key = "grade",
                                          .type = &fl_type_table,
                                          .shape = FL_MANY,
                                          .table = &fl_grader_table,
                                          .at = offsetof(struct holder, grade)}};
static const struct fl_table table = {.name = "holder", .field = fields, .fields = 1, .size = sizeof(struct holder)};

static enum fl_code grade(const char *yaml, const char *item, const char *answer, double *score, struct fl_err *e)
{
	struct fl_arena a;
	const struct fl_yaml *root;
	struct holder h;
	struct fl_grader_set set = {0};
	struct fl_json_doc doc;
	struct fl_grade rows[FL_GRADERS];
	fl_arena_init(&a);
	enum fl_code code = fl_yaml_parse(&root, &a, fl_str_from(yaml), "t.yaml", e);
	if (code == FL_OK)
		code = fl_schema_read(&table, root, &h, &a, e);
	if (code == FL_OK)
		code = fl_graders_read(&set, &h.grade, &a, e);
	if (code == FL_OK)
		code = fl_json_parse(&doc, &a, fl_str_from(item), FL_JSON_LIMITS, e);
	if (code == FL_OK)
		code = fl_grade(&set, fl_json_root(&doc), fl_str_from(answer), NULL, &a, score, rows, e);
	fl_graders_release(&set);
	fl_arena_release(&a);
	return code;
}

static const struct {
	const char *yaml, *item, *answer;
	double score;
} cases[] = {
    {"grade: [{match: {field: label}}]", "{\"label\":\"Red\"}", "Red", 1},
    {"grade: [{match: {field: label}}]", "{\"label\":\"Red\"}", "red", 0},
    {"grade: [{match: {field: label, ignore: [case, punctuation]}}]", "{\"label\":\"Red\"}", "red.", 1},
    {"grade: [{match: {field: label, ignore: case}}]", "{\"label\":[\"red\",\"crimson\"]}", "Crimson", 1},
    {"grade: [{match: {value: \"{{ a }}-{{ b }}\"}}]", "{\"a\":1,\"b\":\"x\"}", "1-x", 1},
    {"grade: [{match: {field: n}}]", "{\"n\":1.50}", "1.50", 1},
    {"grade: [{contains: {field: label, ignore: [case]}}]", "{\"label\":\"red\"}", "It is RED indeed", 1},
    {"grade: [{contains: {field: label}}]", "{\"label\":\"red\"}", "blue", 0},
    {"grade: [{regex: {pattern: '^\\d+$'}}]", "{}", "123", 1},
    {"grade: [{regex: {pattern: '^\\d+$'}}]", "{}", "12a", 0},
    {"grade: [{regex: {field: p}}]", "{\"p\":\"^a.c$\"}", "abc", 1},
    {"grade: [{number: {field: n}}]", "{\"n\":1234.5}", "The total is 1,234.50", 1},
    {"grade: [{number: {field: n}}]", "{\"n\":\"3/4\"}", "0.75", 1},
    {"grade: [{number: {field: n, absolute: 0.1}}]", "{\"n\":0.2}", "0.3", 1},
    {"grade: [{number: {field: n, absolute: 0.1}}]", "{\"n\":0.2}", "0.31", 0},
    {"grade: [{number: {field: n, relative: 1%}}]", "{\"n\":200}", "198", 1},
    {"grade: [{number: {field: n, relative: 1%}}]", "{\"n\":200}", "197", 0},
    {"grade: [{number: {field: n}}]", "{\"n\":5}", "five", 0},
    {"grade: [{choice: {field: l, among: [spam, not spam]}}]", "{\"l\":\"not spam\"}", "This is not spam.", 1},
    {"grade: [{choice: {field: l, among: [spam, not spam]}}]", "{\"l\":\"spam\"}", "This is not spam.", 0},
    {"grade: [{json: {field: want}}]", "{\"want\":{\"a\":1,\"b\":[1,2]}}", "```json\n{\"b\":[1.0,2],\"a\":1}\n```", 1},
    {"grade: [{json: {field: want}}]", "{\"want\":{\"a\":1}}", "{\"a\":1,\"b\":2}", 0},
    {"grade: [{json: {field: total, pointer: /sum}}]", "{\"total\":42}", "{\"sum\": 42.0}", 1},
    {"grade: [{json: {field: s, pointer: /s}}]", "{\"s\":\"x\"}", "{\"s\": \"x\"}", 1},
    {"grade: [{json: {field: total, pointer: /sum}}]", "{\"total\":42}", "no json", 0},
    {"grade: [{match: {field: l, weight: 3}}, {contains: {value: z}}]", "{\"l\":\"a\"}", "a", 0.75},
};

static void each_grader_scores_as_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(cases); i++) {
		struct fl_err e = {0};
		double score = -1;
		enum fl_code code = grade(cases[i].yaml, cases[i].item, cases[i].answer, &score, &e);
		if (code != FL_OK || score != cases[i].score)
			fail_msg("case %zu: %s, score %g: %s", i, fl_code_name(code), score, e.message);
	}
}

static const struct {
	const char *yaml, *item, *part;
} refused[] = {
    {"grade: [{mtach: {field: l}}]", "{}", "match"},
    {"grade: [{match: {}}]", "{}", "expected"},
    {"grade: [{match: {field: a, value: b}}]", "{}", "not both"},
    {"grade: [{match: {field: l}, contains: {field: l}}]", "{}", "one grader"},
    {"grade: [{regex: {pattern: '('}}]", "{}", "regular expression"},
    {"grade: [{match: {field: l}}]", "{\"x\":1}", "no field 'l'"},
    {"grade: [{number: {field: l}}]", "{\"l\":\"abc\"}", "not a number"},
    {"grade: [{match: {value: '{{ nope }}'}}]", "{}", "nope"},
};

static void what_cannot_be_graded_is_refused_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(refused); i++) {
		struct fl_err e = {0};
		double score;
		enum fl_code code = grade(refused[i].yaml, refused[i].item, "answer", &score, &e);
		if (code == FL_OK || (!strstr(e.message, refused[i].part) && !strstr(e.help, refused[i].part) &&
		                      !strstr(e.expected, refused[i].part)))
			fail_msg("case %zu: %s: %s (%s) (%s)", i, fl_code_name(code), e.message, e.help, e.expected);
	}
}

static void promptfoo_expectations_are_understood(void **state)
{
	(void)state;
	static const struct {
		const char *expected, *answer;
		double score;
	} row[] = {{"equals:7", "7", 1},          {"equals: 7", "8", 0},    {"contains:cat", "a cat", 1},
	           {"icontains:CAT", "a cat", 1}, {"regex:^a+$", "aaa", 1}, {"seven", "seven", 1},
	           {"seven", "eight", 0}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_arena a;
		struct fl_grader_set set = {0};
		struct fl_json_doc doc;
		struct fl_err e;
		double score;
		fl_arena_init(&a);
		assert_ok(fl_graders_promptfoo(&set, fl_str_from(row[i].expected), &a, &e), &e);
		assert_ok(fl_json_parse(&doc, &a, FL_S("{}"), FL_JSON_LIMITS, &e), &e);
		assert_ok(fl_grade(&set, fl_json_root(&doc), fl_str_from(row[i].answer), NULL, &a, &score, NULL, &e),
		          &e);
		assert_true(score == row[i].score);
		fl_graders_release(&set);
		fl_arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_grader_scores_as_it_says),
	    cmocka_unit_test(what_cannot_be_graded_is_refused_with_the_reason),
	    cmocka_unit_test(promptfoo_expectations_are_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
