#include "test.h"

#include "provider/app.h"

static struct fl_chat chat_of(const struct fl_message *m, const char *params)
{
	return (struct fl_chat){.message = m,
	                        .message_count = 1,
	                        .max_output = 64,
	                        .has_seed = true,
	                        .seed = 7,
	                        .params = fl_str_from(params)};
}

static const struct fl_message hello = {.role = {"user", 4}, .text = {"he\nllo", 6}};

static enum fl_code encode(const char *params, struct fl_buf *out, struct fl_err *err)
{
	struct fl_chat chat = chat_of(&hello, params);
	fl_buf_init(out, 4096);
	return fl_dialect_app.encode(&chat, out, err);
}

static void a_request_is_one_line_named_by_its_hash(void **state)
{
	(void)state;
	struct fl_buf a, b;
	struct fl_err e;
	assert_ok(encode("{\"top_p\":0.5}", &a, &e), &e);
	assert_ok(encode("{\"top_p\":0.6}", &b, &e), &e);
	assert_int_equal(fl_str_find_char(fl_buf_slice(&a), '\n', 0), -1);
	assert_string_equal(
	    a.p + sizeof "{\"id\":\"0123456789abcdef" - 1,
	    "\",\"messages\":[{\"role\":\"user\",\"content\":\"he\\nllo\"}],\"params\":{\"max_output\":64,"
	    "\"seed\":7,\"top_p\":0.5}}");
	assert_memory_not_equal(a.p, b.p, sizeof "{\"id\":\"0123456789abcdef" - 1);
	fl_buf_release(&b);
	assert_ok(encode("{\"top_p\":0.5}", &b, &e), &e);
	assert_string_equal(a.p, b.p);
	fl_buf_release(&a);
	fl_buf_release(&b);
}

static void a_parameter_with_a_key_of_its_own_is_refused(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_err e;
	assert_int_equal(encode("{\"max_output\":5}", &b, &e), FL_E_UNSUPPORTED);
	fl_buf_release(&b);
}

static void answers_are_read_as_they_say(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		enum fl_code code;
		int64_t cost_nusd; /* -1: none */
		uint64_t in, out;
		const char *text;
	} row[] = {
	    {"{\"id\":\"x\",\"text\":\"hi\"}", FL_OK, -1, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"\"}", FL_OK, -1, 0, 0, ""},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":0}", FL_OK, 0, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":null}", FL_OK, -1, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":0.3}", FL_OK, 300000000, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":1.2e-7}", FL_OK, 120, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":1e-10}", FL_OK, 1, 0, 0, "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":-1}", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":1e30}", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"cost_usd\":\"1\"}", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}", FL_OK, -1, 3, 2,
	     "hi"},
	    {"{\"id\":\"x\",\"text\":\"hi\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}", FL_OK, -1, 3, 2,
	     "hi"},
	    {"{\"id\":\"x\",\"error\":\"no\",\"cost_usd\":0.5}", FL_E_SERVER, 500000000, 0, 0, NULL},
	    {"{\"id\":\"x\",\"error\":{\"message\":\"no\"}}", FL_E_SERVER, -1, 0, 0, NULL},
	    {"{\"id\":\"x\",\"text\":5}", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"{\"id\":\"x\"}", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"[1]", FL_E_PROTOCOL, -1, 0, 0, NULL},
	    {"", FL_E_PROTOCOL, -1, 0, 0, NULL},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_decoder *d = fl_dialect_app.begin(200, FL_S("application/json"));
		fl_dialect_app.feed(d, fl_str_from(row[i].line));
		const struct fl_reply *r = fl_dialect_app.end(d);
		if (r->code != row[i].code)
			fail_msg("%s: %d, not %d", row[i].line, r->code, row[i].code);
		assert_int_equal(r->usage.cost_reported, row[i].cost_nusd >= 0);
		assert_int_equal(r->usage.cost_nusd, FL_MAX(row[i].cost_nusd, 0));
		assert_int_equal(fl_usage_input(&r->usage), row[i].in);
		assert_int_equal(fl_usage_output(&r->usage), row[i].out);
		if (row[i].text)
			assert_str(r->text, row[i].text);
		fl_dialect_app.release(d);
	}
}

static void an_answer_is_to_the_request_whose_id_it_has(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_str request = FL_S("{\"id\":\"0123456789abcdef\",\"messages\":[]}");
	struct fl_reply reply = {.id = FL_S("0123456789abcdef")};
	assert_ok(fl_dialect_app.check(request, &reply, &e), &e);
	reply.id = FL_S("0123456789abcdee");
	assert_int_equal(fl_dialect_app.check(request, &reply, &e), FL_E_PROTOCOL);
	reply.id = (struct fl_str){0};
	assert_int_equal(fl_dialect_app.check(request, &reply, &e), FL_E_PROTOCOL);
}

static void a_command_is_shown_without_control_characters(void **state)
{
	(void)state;
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_str word[] = {FL_S("python3"), FL_S("a b"), FL_S("\033[31m"), FL_S("")};
	struct fl_command_line c = {.argument = word, .arguments = FL_COUNT(word), .folder = FL_S(".")};
	assert_str(fl_command_text(&c, &a), "python3 'a b' \\x1b[31m ''");
	fl_arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_is_one_line_named_by_its_hash),
	    cmocka_unit_test(a_parameter_with_a_key_of_its_own_is_refused),
	    cmocka_unit_test(answers_are_read_as_they_say),
	    cmocka_unit_test(an_answer_is_to_the_request_whose_id_it_has),
	    cmocka_unit_test(a_command_is_shown_without_control_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
