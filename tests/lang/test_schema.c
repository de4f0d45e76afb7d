#include "test.h"

#include <stddef.h>

#include "lang/quantity.h"
#include "lang/schema.h"

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

/* A file in small with every type and shape. */
struct worth {
	const struct fl_yaml *node;
	int64_t wage_nusd_per_hour, saved_ms, waiting_billionths;
};
struct grader {
	const struct fl_yaml *node;
	struct fl_str field;
	struct fl_list ignore; /* int */
	double weight;
};
struct file {
	const struct fl_yaml *node;
	struct fl_str task;
	struct fl_list models;  /* fl_str */
	struct fl_list samples; /* int64_t */
	struct fl_list prompts; /* fl_str by name */
	struct fl_list grade;   /* struct grader */
	struct worth value;
	int goal;
	int64_t within_billionths, budget_nusd, traffic_per_month, price_nusd_per_mtok, context_tokens, max_output;
	bool strict;
	double temperature;
	const struct fl_yaml *params;
	struct fl_str upper;
};

/* A type of a program's own: a text or a list of texts, the first of which is kept, in capitals only. */
static enum fl_code read_upper(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	struct fl_list list;
	struct fl_field inner = {.type = &fl_type_str, .shape = FL_MANY};
	(void)f;
	FL_TRY(fl_schema_value(r, &inner, v, &list));
	struct fl_str s = *(struct fl_str *)list.p;
	if (s.p[0] < 'A' || s.p[0] > 'Z')
		return fl_schema_refuse(r, FL_E_INVALID, list.node[0], "'%.*s' has no capital", FL_FMT(s));
	*(struct fl_str *)to = s;
	return FL_OK;
}
static const struct fl_field upper_either[] = {{.type = &fl_type_str, .shape = FL_MANY, .help = "in capitals"}};
static const struct fl_type upper = {.name = "upper",
                                     .expected = "capitals",
                                     .size = sizeof(struct fl_str),
                                     .read = read_upper,
                                     .either = upper_either,
                                     .eithers = 1};

#define AT(s, m) offsetof(struct s, m)
static const struct fl_field worth_fields[] = {
    {.key = "wage", .type = &fl_type_per_hour, .at = AT(worth, wage_nusd_per_hour), .required = true},
    {.key = "saved_if_right", .type = &fl_type_duration, .at = AT(worth, saved_ms)},
    {.key = "waiting", .type = &fl_type_share, .at = AT(worth, waiting_billionths)},
};
static const struct worth worth_defaults = {.waiting_billionths = FL_BILLION};
static const struct fl_table worth_table = {.name = "worth",
                                            .field = worth_fields,
                                            .fields = FL_COUNT(worth_fields),
                                            .size = sizeof(struct worth),
                                            .defaults = &worth_defaults};
static const char *const ignores[] = {"case", "space", "punctuation", NULL};
static const struct fl_field grader_fields[] = {
    {.key = "field",
     .type = &fl_type_str,
     .at = AT(grader, field),
     .required = true,
     .help = "the field to compare with"},
    {.key = "ignore", .type = &fl_type_word, .shape = FL_MANY, .at = AT(grader, ignore), .words = ignores},
    {.key = "weight", .type = &fl_type_number, .at = AT(grader, weight), .bounded = true, .min = 0, .max = 100},
};
static const struct grader grader_defaults = {.weight = 1};
static const struct fl_table grader_table = {.name = "grader",
                                             .field = grader_fields,
                                             .fields = FL_COUNT(grader_fields),
                                             .size = sizeof(struct grader),
                                             .defaults = &grader_defaults};
static const char *const goals[] = {"cheapest", "value", NULL};
static const struct fl_field file_fields[] = {
    {.key = "task",
     .type = &fl_type_str,
     .at = AT(file, task),
     .required = true,
     .bounded = true,
     .min = 1,
     .max = 20,
     .help = "the name of the task"},
    {.key = "models", .type = &fl_type_str, .shape = FL_LIST, .at = AT(file, models), .least = 1},
    {.key = "samples",
     .type = &fl_type_int,
     .shape = FL_MANY,
     .at = AT(file, samples),
     .bounded = true,
     .min = 1,
     .max = 99},
    {.key = "prompts", .type = &fl_type_str, .shape = FL_NAMED, .at = AT(file, prompts), .least = 1},
    {.key = "grade", .type = &fl_type_table, .shape = FL_MANY, .at = AT(file, grade), .table = &grader_table},
    {.key = "value", .type = &fl_type_table, .at = AT(file, value), .table = &worth_table},
    {.key = "goal", .type = &fl_type_word, .at = AT(file, goal), .words = goals},
    {.key = "within", .type = &fl_type_points, .at = AT(file, within_billionths)},
    {.key = "budget",
     .type = &fl_type_money,
     .at = AT(file, budget_nusd),
     .help = "the most that the evaluation may cost"},
    {.key = "traffic", .type = &fl_type_per_month, .at = AT(file, traffic_per_month)},
    {.key = "price", .type = &fl_type_per_mtok, .at = AT(file, price_nusd_per_mtok)},
    {.key = "context", .type = &fl_type_tokens, .at = AT(file, context_tokens)},
    {.key = "max_output", .type = &fl_type_int, .at = AT(file, max_output)},
    {.key = "strict", .type = &fl_type_bool, .at = AT(file, strict)},
    {.key = "temperature", .type = &fl_type_number, .at = AT(file, temperature)},
    {.key = "params", .type = &fl_type_any, .at = AT(file, params)},
    {.key = "upper", .type = &upper, .at = AT(file, upper)},
};
static const struct file file_defaults = {.goal = -1, .max_output = 1024};
static const struct fl_table file_table = {.name = "file",
                                           .field = file_fields,
                                           .fields = FL_COUNT(file_fields),
                                           .size = sizeof(struct file),
                                           .defaults = &file_defaults};

static enum fl_code read_file(const char *text, struct file *f, struct fl_err *e)
{
	const struct fl_yaml *root;
	assert_ok(fl_yaml_parse(&root, &arena, fl_str_from(text), "t.yaml", e), e);
	return fl_schema_read(&file_table, root, f, &arena, e);
}

static const char whole[] = "task: 1.10\n"
                            "models: [a/b, no]\n"
                            "samples: 3\n"
                            "prompts: {short: hi, long: 'hello there'}\n"
                            "grade:\n"
                            "  - {field: label, ignore: [case, space]}\n"
                            "  - {field: other, weight: .5}\n"
                            "value: {wage: 40 USD/hour, saved_if_right: 2 min}\n"
                            "goal: cheapest\n"
                            "within: 2 points\n"
                            "budget: $5\n"
                            "traffic: 50000/month\n"
                            "price: 3 USD/Mtok\n"
                            "context: 16k\n"
                            "strict: true\n"
                            "temperature: 1\n"
                            "params: {a: [1, 2]}\n"
                            "upper: [ABC]\n";

static void a_file_fills_its_struct(void **state)
{
	(void)state;
	struct file f;
	struct fl_err e = {0};
	assert_ok(read_file(whole, &f, &e), &e);
	assert_str(f.task, "1.10");
	assert_int_equal(f.models.n, 2);
	assert_str(((struct fl_str *)f.models.p)[1], "no");
	assert_int_equal(f.models.node[1]->column, 15);
	assert_int_equal(f.samples.n, 1);
	assert_int_equal(((int64_t *)f.samples.p)[0], 3);
	assert_str(f.prompts.name[1], "long");
	assert_str(((struct fl_str *)f.prompts.p)[1], "hello there");
	const struct grader *g = f.grade.p;
	assert_int_equal(f.grade.n, 2);
	assert_int_equal(((int *)g[0].ignore.p)[1], 1);
	assert_true(g[0].weight == 1 && g[1].weight == 0.5);
	assert_int_equal(g[1].node->line, 7);
	assert_true(f.value.node != NULL);
	assert_int_equal(f.value.wage_nusd_per_hour, INT64_C(40000000000));
	assert_int_equal(f.value.saved_ms, 120000);
	assert_int_equal(f.value.waiting_billionths, FL_BILLION);
	assert_int_equal(f.goal, 0);
	assert_int_equal(f.within_billionths, 20000000);
	assert_int_equal(f.budget_nusd, INT64_C(5000000000));
	assert_int_equal(f.max_output, 1024);
	assert_true(f.strict);
	assert_true(f.temperature == 1);
	assert_int_equal(f.params->kind, FL_YAML_MAP);
	assert_str(f.upper, "ABC");
}

static void what_is_absent_keeps_its_default(void **state)
{
	(void)state;
	struct file f;
	struct fl_err e = {0};
	assert_ok(read_file("{\"task\": \"x\"}", &f, &e), &e);
	assert_null(f.value.node);
	assert_int_equal(f.value.waiting_billionths, FL_BILLION);
	assert_int_equal(f.goal, -1);
	assert_int_equal(f.samples.n, 0);
}

static void every_error_has_its_place_and_what_was_expected(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line, column;
		const char *message, *expected;
	} rows[] = {
	    {"task: x\nbudegt: 5 USD\n", 2, 1, "unknown key 'budegt'; did you mean 'budget'?", "one of task, models"},
	    {"task: x\nzzz: 1\n", 2, 1, "unknown key 'zzz'", "one of task"},
	    {"\nmodels: [a]\n", 2, 1, "the key 'task' is missing", "task: a text"},
	    {"task: x\nvalue:\n  saved_if_right: 2 min\n", 3, 3, "value: the key 'wage' is missing", "wage: a rate"},
	    {"task: [x]\n", 1, 7, "task: expected a text, found a list", "a text"},
	    {"task:\n", 1, 6, "task: expected a text, found nothing", "a text"},
	    {"task: ''\n", 1, 7, "task: its length must be from 1 to 20, found ''", "1 to 20"},
	    {"task: x\nsamples: [1, 0]\n", 2, 14, "samples[1]: it must be from 1 to 99, found '0'", "1 to 99"},
	    {"task: x\nsamples: '3'\n", 2, 10, "samples: expected a whole number, found '3'", "a whole number"},
	    {"task: x\nsamples: 1.5\n", 2, 10, "samples: expected a whole number, found '1.5'", "a whole number"},
	    {"task: x\nmodels: a\n", 2, 9, "models: expected a list, each a text, found 'a'", "a list"},
	    {"task: x\nmodels: []\n", 2, 9, "models: expected at least 1 element, found a list", "at least 1 element"},
	    {"task: x\nprompts: [a]\n", 2, 10, "prompts: expected a map of names, each a text", "a map of names"},
	    {"task: x\ngrade: {field: a, ignore: cas}\n", 2, 27, "did you mean 'case'?", "one of case, space"},
	    {"task: x\ngrade:\n  - field: a\n  - feld: b\n", 4, 5,
	     "grade[1]: unknown key 'feld'; did you mean 'field'?", "one of field"},
	    {"task: x\ngrade: [a]\n", 2, 9, "grade[0]: expected a map with keys of field, ignore, weight, found 'a'",
	     "a map"},
	    {"task: x\nbudget: 5\n", 2, 9, "budget: '5' is not an amount of money: its unit is missing", "5 USD, $5"},
	    {"task: x\nstrict: yes\n", 2, 9, "strict: expected true or false, found 'yes'", "true or false"},
	    {"task: x\ntemperature: .inf\n", 2, 14, "temperature: expected a number, found '.inf'", "a number"},
	    {"task: x\nupper: [abc]\n", 2, 9, "upper: 'abc' has no capital", ""},
	    {"[task]\n", 1, 1, "expected a map with keys of task", "a map"},
	};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		struct file f;
		struct fl_err e = {0};
		assert_int_equal(read_file(rows[i].text, &f, &e), FL_E_INVALID);
		if (!strstr(e.message, rows[i].message))
			fail_msg("'%s' is not in '%s'", rows[i].message, e.message);
		if (!strstr(e.expected, rows[i].expected))
			fail_msg("'%s' is not in expected '%s'", rows[i].expected, e.expected);
		if (e.line != rows[i].line || e.column != rows[i].column)
			fail_msg("%s: at %d:%d, want %d:%d", e.message, e.line, e.column, rows[i].line, rows[i].column);
		assert_string_equal(e.file, "t.yaml");
	}
}

static void the_tables_print_as_json_schema(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_json_writer w;
	struct fl_json_doc doc;
	struct fl_err e = {0};
	fl_buf_init(&b, 1 << 20);
	fl_json_begin(&w, &b, 2);
	fl_schema_print(&file_table, "a file", &w);
	assert_true(fl_json_done(&w));
	assert_ok(fl_json_parse(&doc, &arena, fl_buf_slice(&b), FL_JSON_LIMITS, &e), &e);
	assert_int_equal(doc.duplicates, 0);
	const struct fl_json *r = fl_json_root(&doc);
	static const struct {
		const char *pointer, *raw;
	} rows[] = {{"/$schema", "\"https://json-schema.org/draft/2020-12/schema\""},
	            {"/$ref", "\"#/$defs/file\""},
	            {"/$defs/file/additionalProperties", "false"},
	            {"/$defs/file/required/0", "\"task\""},
	            {"/$defs/file/properties/task/minLength", "1"},
	            {"/$defs/file/properties/samples/anyOf/0/maximum", "99"},
	            {"/$defs/file/properties/samples/anyOf/1/items/$ref", "\"#/$defs/int\""},
	            {"/$defs/file/properties/models/minItems", "1"},
	            {"/$defs/file/properties/prompts/additionalProperties/$ref", "\"#/$defs/text\""},
	            {"/$defs/file/properties/goal/enum/1", "\"value\""},
	            {"/$defs/file/properties/value/$ref", "\"#/$defs/worth\""},
	            {"/$defs/file/properties/budget/description", "\"the most that the evaluation may cost\""},
	            {"/$defs/upper/anyOf/0/description", "\"in capitals\""},
	            {"/$defs/share/anyOf/0/maximum", "1"},
	            {"/$defs/any", "true"}};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		const struct fl_json *v = fl_json_pointer(r, fl_str_from(rows[i].pointer));
		if (!v || !fl_str_is(v->raw, rows[i].raw))
			fail_msg("%s is not %s", rows[i].pointer, rows[i].raw);
	}
	fl_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_fills_its_struct),
	    cmocka_unit_test(what_is_absent_keeps_its_default),
	    cmocka_unit_test(every_error_has_its_place_and_what_was_expected),
	    cmocka_unit_test(the_tables_print_as_json_schema),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
