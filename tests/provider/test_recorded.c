/* Recorded exchanges: JSON Lines and HAR, whose they are, when they happened, and where a file is wrong. */
#include "test.h"

#include "provider/hosts.h"
#include "provider/recorded.h"

struct seen {
	struct fl_buf text; /* a line an exchange */
	int64_t at_ms[8];
	int n;
};

static enum fl_code note(void *user, const struct fl_recorded *x, struct fl_err *err)
{
	struct seen *s = user;
	(void)err;
	fl_buf_printf(&s->text, "%.*s %s %.*s %.*s/%.*s->%.*s/%.*s %d %s '%.*s'\n", FL_FMT(x->id), x->wire->name,
	              FL_FMT(x->provider), FL_FMT(x->model), FL_FMT(x->tier), FL_FMT(x->reply.model),
	              FL_FMT(x->reply.tier), x->status, x->complete ? "complete" : "cut", FL_FMT(x->reply.text));
	if (s->n < 8)
		s->at_ms[s->n] = x->at_ms;
	s->n++;
	return fl_str_is(x->id, "stop") ? FL_E_CANCELLED : FL_OK;
}

static enum fl_code read_all(const char *text, struct seen *s, struct fl_recorded_file *file, struct fl_err *err)
{
	*s = (struct seen){.n = 0};
	*file = (struct fl_recorded_file){.name = "calls.jsonl"};
	fl_buf_init(&s->text, 100000);
	return fl_recorded_each(fl_str_from(text), file, note, s, err);
}

static const char lines[] =
    "{\"id\":\"a\",\"provider\":\"openai\",\"endpoint\":\"https://api.openai.com/v1/chat/"
    "completions\",\"request\":{\"body\":\"{\\\"model\\\":"
    "\\\"gpt\\\",\\\"service_tier\\\":\\\"flex\\\"}\"},\"response\":{\"status\":200,\"headers\":{\"DATE\":\"Wed, 19 "
    "Aug 2026 "
    "14:34:57 GMT\"},\"body\":\"{\\\"model\\\":\\\"gpt-1\\\",\\\"service_tier\\\":\\\"default\\\",\\\"choices\\\":[{"
    "\\\"message\\\":{\\\"content\\\":\\\"hi\\\"}}]}\"}}\n"
    "\n"
    "{\"endpoint\":\"https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-v1:0/invoke\",\"request\":{"
    "\"body\":{\"x\":1}},\"recorded_at\":\"2026-08-19T14:34:57\",\"response\":{\"body_b64\":"
    "\"eyJ0eXBlIjoibWVzc2FnZSIsImNvbnRlbnQiOlt7InR5cGUiOiJ0ZXh0IiwidGV4dCI6ImhvIn1dfQ==\"}}\n"
    "{\"id\":\"g\",\"endpoint\":\"https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/"
    "google/"
    "models/gemini-x:streamGenerateContent\",\"recorded_at\":\"2026-08-19T14:34:57.5Z\",\"response\":{\"status\":null,"
    "\"headers\":{\"X-Gemini-Service-Tier\":\"priority\"},\"body\":\"[{\\\"candidates\\\":[{\\\"content\\\":{"
    "\\\"parts\\\":[{"
    "\\\"text\\\":\\\"he\\\"}]},\\\"finishReason\\\":\\\"STOP\\\"}]}\"}}\n"
    "{\"id\":\"s\",\"endpoint\":\"/some/proxy\",\"response\":{\"body\":\"event: message_start\\ndata: {\\\"type\\\":"
    "\\\"message_start\\\",\\\"message\\\":{\\\"id\\\":\\\"m\\\"}}\\n\\n\"}}";

static void lines_are_read_with_and_without_hints(void **state)
{
	(void)state;
	struct seen s;
	struct fl_recorded_file file;
	struct fl_err err;
	assert_ok(read_all(lines, &s, &file, &err), &err);
	assert_str(fl_buf_slice(&s.text), "a openai_chat openai gpt/flex->gpt-1/ 200 complete 'hi'\n"
	                                  "3 anthropic_messages  anthropic.claude-v1:0/->/ 200 complete 'ho'\n"
	                                  "g gemini_generate  gemini-x/->/priority 200 cut 'he'\n"
	                                  "s anthropic_messages  /->/ 200 cut ''\n");
	assert_int_equal(s.at_ms[0], 1787150097000);
	assert_int_equal(s.at_ms[1], 1787150097000);
	assert_int_equal(s.at_ms[2], 1787150097500);
	assert_int_equal(s.at_ms[3], 0);
	assert_int_equal(file.exchanges, 4);
	fl_buf_release(&s.text);
}

static const char har[] =
    "\xef\xbb\xbf { \"log\": {\"version\":\"1.2\",\"entries\":[\n"
    "{\"startedDateTime\":\"2026-08-19T16:34:57.000+02:00\",\"request\":{\"url\":\"https://api.anthropic.com/v1/"
    "messages\","
    "\"postData\":{\"text\":\"{\\\"model\\\":\\\"c\\\",\\\"speed\\\":\\\"fast\\\"}\"}},\"response\":{\"status\":200,"
    "\"headers\":[{"
    "\"name\":\"Content-Type\",\"value\":\"text/event-stream\"}],\"content\":{\"mimeType\":\"text/"
    "event-stream\",\"text\":"
    "\"data: {\\\"type\\\":\\\"message_start\\\",\\\"message\\\":{\\\"id\\\":\\\"m\\\"}}\\n\\ndata: {\\\"type\\\":"
    "\\\"message_stop\\\"}\\n\\n\"}}},\n"
    "{\"request\":{\"url\":\"https://example.com/logo.png\"},\"response\":{\"status\":200,\"content\":{\"mimeType\":"
    "\"image/png\",\"text\":\"iVBORw0=\",\"encoding\":\"base64\"}}},\n"
    "{\"request\":{\"url\":\"http://127.0.0.1:11434/api/"
    "chat?x=1\"},\"response\":{\"status\":404,\"content\":{\"encoding\":"
    "\"base64\",\"text\":\"eyJlcnJvciI6Im5vIHN1Y2ggbW9kZWwifQ==\"}}}\n"
    "]}}";

static void har_files_are_read_and_what_is_no_model_is_counted(void **state)
{
	(void)state;
	struct seen s;
	struct fl_recorded_file file;
	struct fl_err err;
	assert_ok(read_all(har, &s, &file, &err), &err);
	assert_str(fl_buf_slice(&s.text), "1 anthropic_messages  c/fast->/ 200 complete ''\n"
	                                  "3 ollama_chat  /->/ 404 complete ''\n");
	assert_int_equal(s.at_ms[0], 1787150097000);
	assert_int_equal(file.exchanges, 2);
	assert_int_equal(file.passed_over, 1);
	fl_buf_release(&s.text);
}

struct bad_row {
	const char *text;
	int line;
	const char *says;
};
static const struct bad_row bad[] = {
    {"{\"id\":1}\n", 1, "no object 'response'"},
    {"\n{\"response\":[]}\n", 2, "no object 'response'"},
    {"{\"response\":{}}\n{\"response\":", 2, ""},
    {"{\"response\":{\"status\":\"ok\"}}", 1, "status"},
    {"{\"response\":{}}\n{\"response\":{\"body_b64\":\"***\"}}", 2, "base64"},
    {"[1]", 1, "no object 'response'"},
    {"{\"log\":{\"entries\":3}}", 0, "log.entries"},
    {"{\"log\":\n{\"entries\":[}}", 2, ""},
};

static void a_file_that_is_wrong_says_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		struct seen s;
		struct fl_recorded_file file;
		struct fl_err err = {0};
		assert_int_equal(read_all(bad[i].text, &s, &file, &err), FL_E_INVALID);
		if (err.line != bad[i].line || !strstr(err.message, bad[i].says) ||
		    strcmp(err.file, "calls.jsonl") != 0)
			fail_msg("row %zu: %s:%d: %s", i, err.file, err.line, err.message);
		fl_buf_release(&s.text);
	}
}

static void a_callback_can_stop_the_reading(void **state)
{
	(void)state;
	struct seen s;
	struct fl_recorded_file file;
	struct fl_err err;
	assert_int_equal(read_all("{\"id\":\"stop\",\"response\":{}}\n{\"response\":{}}", &s, &file, &err),
	                 FL_E_CANCELLED);
	assert_int_equal(file.exchanges, 1);
	fl_buf_release(&s.text);
}

static void addresses_tell_host_and_model(void **state)
{
	(void)state;
	static const char *const names[][2] = {
	    {"https://api.openai.com/v1/responses", "api.openai.com"},
	    {"https://user@openrouter.ai/api/v1/chat/completions", "openrouter.ai"},
	    {"http://127.0.0.1:8080/v1", "127.0.0.1"},
	    {"https://api.openai.com.evil.example/v1", "api.openai.com.evil.example"},
	    {"/v1/chat/completions", ""},
	    {"", ""},
	};
	for (size_t i = 0; i < FL_COUNT(names); i++)
		assert_str(fl_endpoint_host(fl_str_from(names[i][0])), names[i][1]);
	assert_str(fl_endpoint_model(FL_S("https://h/openai/deployments/d/chat/completions")), "d");
	assert_str(fl_endpoint_model(FL_S("https://h/model/us.a.b-v1:0/converse-stream")), "us.a.b-v1:0");
	assert_str(fl_endpoint_model(FL_S("https://h/v1beta/models/g-1:generateContent?alt=sse")), "g-1");
	assert_str(fl_endpoint_model(FL_S("https://h/v1/chat")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_read_with_and_without_hints),
	    cmocka_unit_test(har_files_are_read_and_what_is_no_model_is_counted),
	    cmocka_unit_test(a_file_that_is_wrong_says_where),
	    cmocka_unit_test(a_callback_can_stop_the_reading),
	    cmocka_unit_test(addresses_tell_host_and_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
