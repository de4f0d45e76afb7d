/* The dialect of OpenAI's endpoints: exact request bytes, and what its answers and errors are taken for. */
#include "request.h"

static struct fl_str encode(const struct fl_chat *chat, struct fl_buf *b)
{
	return request(&fl_dialect_openai, chat, b);
}

static void request_bytes_are_what_was_asked_and_nothing_more(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {{.role = FL_S("system"), .text = FL_S("Be \"brief\".")},
	                         {.role = FL_S("user"), .text = FL_S("2+2?\n")}};
	struct fl_chat chat = {
	    .model = FL_S("m"), .message = m, .message_count = 2, .max_output = 9, .limit_name = FL_S("max_tokens")};
	fl_buf_init(&b, 10000);
	assert_str(encode(&chat, &b),
	           "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\"},"
	           "{\"role\":\"user\",\"content\":\"2+2?\\n\"}],\"max_tokens\":9}");
	chat.limit_name = FL_S("max_completion_tokens");
	chat.effort = FL_S("low");
	chat.has_seed = true;
	chat.seed = 7;
	chat.temperature = FL_S("0.70");
	chat.params = FL_S("{\"stop\":[\"\\n\"],\"logprobs\":true}");
	chat.stream = true;
	assert_str(encode(&chat, &b),
	           "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\"},"
	           "{\"role\":\"user\",\"content\":\"2+2?\\n\"}],\"max_completion_tokens\":9,"
	           "\"reasoning_effort\":\"low\",\"temperature\":0.70,\"seed\":7,\"stop\":[\"\\n\"],\"logprobs\":true,"
	           "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
	struct fl_chat renamed = {.model = FL_S("m"),
	                          .message = m,
	                          .message_count = 0,
	                          .max_output = 9,
	                          .limit_name = FL_S("max_tokens"),
	                          .has_seed = true,
	                          .seed = 7,
	                          .seed_name = FL_S("random_seed")};
	assert_str(encode(&renamed, &b), "{\"model\":\"m\",\"messages\":[],\"max_tokens\":9,\"random_seed\":7}");
	fl_buf_release(&b);
}

static void a_base_model_gets_one_text(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {{FL_S("system"), FL_S("one")}, {FL_S("user"), FL_S("two")}};
	struct fl_chat chat = {.endpoint = FL_ENDPOINT_COMPLETIONS,
	                       .model = FL_S("m"),
	                       .message = m,
	                       .message_count = 2,
	                       .max_output = 9,
	                       .limit_name = FL_S("max_tokens")};
	fl_buf_init(&b, 10000);
	assert_str(encode(&chat, &b), "{\"model\":\"m\",\"prompt\":\"one\\n\\ntwo\",\"max_tokens\":9}");
	assert_str(fl_dialect_openai.path(&chat, FL_S(""), NULL), "/completions");
	fl_buf_release(&b);
}

static void attachments_make_a_list_of_parts(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_attachment all[] = {png, pdf, image_url};
	struct fl_message m[] = {SYSTEM("s"),
	                         {.role = FL_S("user"), .text = FL_S("see"), .attachment = all, .attachment_count = 3}};
	struct fl_chat chat = CHAT(m);
	fl_buf_init(&b, 10000);
	assert_str(
	    encode(&chat, &b),
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":["
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw==\"}},"
	    "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,"
	    "JVBERi0=\"}},"
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x.example/a\"}},"
	    "{\"type\":\"text\",\"text\":\"see\"}]}],\"max_tokens\":1000}");
	fl_buf_release(&b);
}

static void what_cannot_be_attached_is_refused(void **state)
{
	(void)state;
	struct fl_message m[] = {
	    {.role = FL_S("user"), .text = FL_S("see"), .attachment = &pdf_url, .attachment_count = 1}};
	struct fl_chat chat = CHAT(m);
	refused(&fl_dialect_openai, &chat, FL_E_UNSUPPORTED, "no PDF by address");
	m[0].attachment = &png;
	chat.endpoint = FL_ENDPOINT_COMPLETIONS;
	refused(&fl_dialect_openai, &chat, FL_E_UNSUPPORTED, "text alone");
}

struct answer_row {
	int status;
	const char *body;
	enum fl_code code;
	enum fl_outcome outcome;
	const char *text; /* or the message of a failure */
	uint64_t input, output, reasoning;
};

static const struct answer_row answers[] = {
    {200, "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}", FL_OK, FL_OUT_OK, "hi", 0, 0,
     0},
    {200, "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"length\"}]}", FL_OK, FL_OUT_TRUNCATED,
     "hi", 0, 0, 0},
    {200, "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"content_filter\"}]}", FL_OK,
     FL_OUT_FILTERED, "", 0, 0, 0},
    {200, "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"},\"finish_reason\":\"stop\"}]}", FL_OK,
     FL_OUT_REFUSED, "no", 0, 0, 0},
    {200,
     "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}}"
     "]}",
     FL_OK, FL_OUT_OK, "ab", 0, 0, 0},
    {200,
     "{\"choices\":[{\"text\":\"t\",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":"
     "5,\"total_tokens\":15}}",
     FL_OK, FL_OUT_OK, "t", 10, 5, 0},
    {200,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":18,"
     "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}",
     FL_OK, FL_OUT_OK, "t", 10, 5, 3},
    {200,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
     "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}",
     FL_OK, FL_OUT_OK, "t", 10, 2, 3},
    {200, "{\"error\":\"boom\"}", FL_E_SERVER, FL_OUT_FAILED, "boom", 0, 0, 0},
    {200, "{}", FL_E_PROTOCOL, FL_OUT_FAILED, NULL, 0, 0, 0},
    {200, "<html>", FL_E_PROTOCOL, FL_OUT_FAILED, NULL, 0, 0, 0},
    {200, "", FL_E_PROTOCOL, FL_OUT_FAILED, NULL, 0, 0, 0},
    {400, "{\"error\":{\"message\":\"bad temperature\",\"type\":\"invalid_request_error\"}}", FL_E_PARAM, FL_OUT_FAILED,
     "bad temperature", 0, 0, 0},
    {400, "{\"error\":{\"message\":\"too long\",\"type\":\"exceed_context_size_error\"}}", FL_E_CONTEXT, FL_OUT_FAILED,
     "too long", 0, 0, 0},
    {401, "{\"error\":{\"message\":\"no key\"}}", FL_E_AUTH, FL_OUT_FAILED, "no key", 0, 0, 0},
    {404, "{\"error\":{\"message\":\"no model\",\"code\":\"model_not_found\"}}", FL_E_MODEL, FL_OUT_FAILED, "no model",
     0, 0, 0},
    {422, "{\"detail\":[{\"msg\":\"x\"}]}", FL_E_PARAM, FL_OUT_FAILED, "[{\"msg\":\"x\"}]", 0, 0, 0},
    {429, "{\"error\":{\"message\":\"slow down\"}}", FL_E_RATE, FL_OUT_FAILED, "slow down", 0, 0, 0},
    {429, "{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}", FL_E_QUOTA, FL_OUT_FAILED, "pay", 0, 0,
     0},
    {503, "overloaded", FL_E_SERVER, FL_OUT_FAILED, "overloaded", 0, 0, 0},
    {301, "", FL_E_PROTOCOL, FL_OUT_FAILED, NULL, 0, 0, 0},
};

static void answers_and_errors_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(answers); i++) {
		const struct answer_row *w = &answers[i];
		struct fl_decoder *d = fl_dialect_openai.begin(w->status, FL_S("application/json"));
		fl_dialect_openai.feed(d, fl_str_from(w->body));
		const struct fl_reply *r = fl_dialect_openai.end(d);
		struct fl_str said = r->code == FL_OK ? r->text : r->message;
		if (r->code != w->code || r->outcome != w->outcome || (w->text && !fl_str_is(said, w->text)))
			fail_msg("row %zu: %s, %s, '%.*s'", i, fl_code_name(r->code), fl_outcome_name(r->outcome),
			         FL_FMT(said));
		assert_int_equal(fl_usage_input(&r->usage), w->input);
		assert_int_equal(r->usage.units[FL_USE_OUTPUT], w->output);
		assert_int_equal(r->usage.units[FL_USE_REASONING], w->reasoning);
		fl_dialect_openai.release(d);
	}
}

static const struct fl_reply *stream(struct fl_decoder **d, const char *body)
{
	*d = fl_dialect_openai.begin(200, FL_S("text/event-stream"));
	fl_dialect_openai.feed(*d, fl_str_from(body));
	return fl_dialect_openai.end(*d);
}

static void an_error_inside_a_stream_is_a_failure(void **state)
{
	(void)state;
	struct fl_decoder *d;
	const struct fl_reply *r = stream(&d, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\nevent: "
	                                      "error\ndata: {\"error\":{\"message\":\"gone\"}}\n\n");
	assert_int_equal(r->code, FL_E_SERVER);
	assert_str(r->message, "gone");
	fl_dialect_openai.release(d);
}

static void a_stream_folds_to_the_same_as_a_whole_answer(void **state)
{
	(void)state;
	struct fl_decoder *d;
	const struct fl_reply *r = stream(
	    &d, ": hello\n\ndata: "
	        "{\"model\":\"m1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n"
	        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n"
	        "data: "
	        "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\ndata: "
	        "[DONE]\n\n");
	assert_int_equal(r->code, FL_OK);
	assert_str(r->text, "ab");
	assert_str(r->finish, "stop");
	assert_str(r->model, "m1");
	assert_int_equal(r->usage.units[FL_USE_OUTPUT], 2);
	fl_dialect_openai.release(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(request_bytes_are_what_was_asked_and_nothing_more),
	    cmocka_unit_test(a_base_model_gets_one_text),
	    cmocka_unit_test(attachments_make_a_list_of_parts),
	    cmocka_unit_test(what_cannot_be_attached_is_refused),
	    cmocka_unit_test(answers_and_errors_are_told_apart),
	    cmocka_unit_test(an_error_inside_a_stream_is_a_failure),
	    cmocka_unit_test(a_stream_folds_to_the_same_as_a_whole_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
