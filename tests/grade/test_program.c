#include "test.h"

#include "grade/program.h"

static void a_question_is_one_line(void **state)
{
	(void)state;
	struct fl_arena a;
	struct fl_json_doc doc;
	struct fl_err e;
	fl_arena_init(&a);
	assert_ok(fl_json_parse(&doc, &a, FL_S("{\n \"id\": \"a\\n\",\r\n \"n\": 1}"), FL_JSON_LIMITS, &e), &e);
	struct fl_str line = fl_program_question(fl_json_root(&doc), FL_S("x\ny"), FL_S("[1,\n2]"), &a);
	assert_str(line, "{\"item\":{  \"id\": \"a\\n\",   \"n\": 1},\"answer\":\"x\\ny\",\"expected\":[1, 2]}");
	fl_arena_release(&a);
}

static void a_verdict_has_a_score_from_0_to_1(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		double score; /* < 0: no verdict */
	} row[] = {
	    {"{\"score\":0}", 0},
	    {"{\"score\":1,\"reason\":\"well\"}", 1},
	    {"{\"score\":0.25,\"more\":[]}", 0.25},
	    {"{\"score\":1.0001}", -1},
	    {"{\"score\":-0.1}", -1},
	    {"{\"score\":1e999}", -1},
	    {"{\"score\":\"1\"}", -1},
	    {"{\"score\":true}", -1},
	    {"{\"score\":null}", -1},
	    {"{\"score\":1,\"error\":\"out of order\"}", -1},
	    {"{}", -1},
	    {"1", -1},
	    {"", -1},
	    {"good", -1},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_arena a;
		struct fl_err e;
		struct fl_said said = {0};
		fl_arena_init(&a);
		enum fl_code code = fl_program_verdict(fl_str_from(row[i].line), &a, &said, &e);
		if ((code == FL_OK) != (row[i].score >= 0) || code != (said.there ? FL_OK : FL_E_PROTOCOL))
			fail_msg("%s: %d", row[i].line, code);
		if (code == FL_OK)
			assert_true(said.score == row[i].score);
		fl_arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_question_is_one_line),
	    cmocka_unit_test(a_verdict_has_a_score_from_0_to_1),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
