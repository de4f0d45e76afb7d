/* Values of an array or a row come out one by one, the same for every way of cutting the text. */
#include "test.h"

#include "codec/json_stream.h"

struct log {
	struct fl_buf text;
	enum fl_code code;
	bool whole;
	uint64_t values;
};

static enum fl_code note(void *user, struct fl_str value, struct fl_err *err)
{
	(void)err;
	struct fl_buf *b = user;
	fl_buf_str(b, value);
	fl_buf_char(b, '|');
	return fl_str_is(value, "\"stop\"") ? FL_E_CANCELLED : FL_OK;
}

static void split(struct fl_str text, size_t step, size_t limit, struct log *log)
{
	struct fl_json_stream s;
	struct fl_err err;
	*log = (struct log){.code = FL_OK};
	fl_buf_init(&log->text, 1000);
	fl_json_stream_init(&s, limit, note, &log->text);
	for (size_t i = 0; i < text.n && log->code == FL_OK; i += step)
		log->code = fl_json_stream_feed(&s, fl_str_sub(text, i, i + step), &err);
	if (log->code == FL_OK)
		log->code = fl_json_stream_end(&s, &err);
	log->whole = fl_json_stream_whole(&s);
	log->values = s.values;
	fl_json_stream_release(&s);
}

struct row {
	const char *text, *values;
	enum fl_code code;
	bool whole;
};
static const struct row rows[] = {
    {"", "", FL_OK, true},
    {"[]", "", FL_OK, true},
    {" [ { } ] \r\n", "{ }|", FL_OK, true},
    {"[{\"a\":[1,\"]\"]}\n,\r\n{\"b\":\"\\\"}\"}]", "{\"a\":[1,\"]\"]}|{\"b\":\"\\\"}\"}|", FL_OK, true},
    {"[1,true , \"x\",[2,[3]]]", "1|true|\"x\"|[2,[3]]|", FL_OK, true},
    {"{\"a\":1}\n{\"b\":2}\r\n\n", "{\"a\":1}|{\"b\":2}|", FL_OK, true},
    {"{}{}", "{}|{}|", FL_OK, true},
    {"{}\n7", "{}|7|", FL_OK, true},
    {"{\"a\":1}\n{\"b\"", "{\"a\":1}|", FL_OK, false},
    {"[{},", "{}|", FL_OK, false},
    {"[{}", "{}|", FL_OK, false},
    {"[", "", FL_OK, false},
    {"[{},]", "{}|", FL_E_INVALID, false},
    {"[,{}]", "", FL_E_INVALID, false},
    {"[{}{}]", "{}|", FL_E_INVALID, false},
    {"[{}]]", "{}|", FL_E_INVALID, true},
    {"[] {}", "", FL_E_INVALID, true},
    {"{},{}", "{}|", FL_E_INVALID, true},
    {"}", "", FL_E_INVALID, true},
    {"[\"stop\",1]", "\"stop\"|", FL_E_CANCELLED, false},
};

static void values_are_the_same_for_every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++)
		for (size_t step = 1; step <= 40; step = step == 1 ? 2 : step == 2 ? 3 : step == 3 ? 7 : step * 6) {
			struct log log;
			split(fl_str_from(rows[i].text), step, 100, &log);
			if (log.code != rows[i].code || log.whole != rows[i].whole ||
			    !fl_str_is(fl_buf_slice(&log.text), rows[i].values))
				fail_msg("'%s' by %zu: %s, %s, '%.*s'", rows[i].text, step, fl_code_name(log.code),
				         log.whole ? "whole" : "cut", FL_FMT(fl_buf_slice(&log.text)));
			fl_buf_release(&log.text);
		}
}

static void a_value_is_bounded_and_the_text_is_not(void **state)
{
	(void)state;
	struct log log;
	split(FL_S("[{\"a\":12},{\"b\":34},{\"c\":56}]"), 1, 8, &log);
	assert_int_equal(log.code, FL_OK);
	assert_int_equal(log.values, 3);
	fl_buf_release(&log.text);
	split(FL_S("[{\"a\":12},{\"b\":345}]"), 5, 8, &log);
	assert_int_equal(log.code, FL_E_LIMIT);
	assert_int_equal(log.values, 1);
	fl_buf_release(&log.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_the_same_for_every_cut),
	    cmocka_unit_test(a_value_is_bounded_and_the_text_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
