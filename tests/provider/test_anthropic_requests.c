/* The dialect of Anthropic's Messages: exact bytes of requests, and what its ends and errors are taken for. */
#include "request.h"

#include "replies.h"

static const struct fl_dialect *const anthropic = &fl_dialect_anthropic;

static void request_bytes_are_what_was_asked_and_nothing_more(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {SYSTEM("Be \"brief\"."), USER("2+2?\n")};
	struct fl_chat chat = CHAT(m);
	fl_buf_init(&b, 10000);
	assert_str(request(anthropic, &chat, &b),
	           "{\"model\":\"m\",\"system\":\"Be \\\"brief\\\".\",\"messages\":[{\"role\":\"user\",\"content\":"
	           "\"2+2?\\n\"}],\"max_tokens\":1000}");
	chat.has_seed = true; /* the format has none */
	chat.seed = 7;
	chat.temperature = FL_S("0.70");
	chat.params = FL_S("{\"stop_sequences\":[\"\\n\"],\"top_k\":4}");
	chat.stream = true;
	assert_str(request(anthropic, &chat, &b),
	           "{\"model\":\"m\",\"system\":\"Be \\\"brief\\\".\",\"messages\":[{\"role\":\"user\",\"content\":"
	           "\"2+2?\\n\"}],\"max_tokens\":1000,\"temperature\":0.70,\"stop_sequences\":[\"\\n\"],\"top_k\":4,"
	           "\"stream\":true}");
	fl_buf_release(&b);
}

static void system_messages_are_joined_and_turns_of_one_role_merged(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {SYSTEM("one"), USER("a"), SYSTEM("two"), USER("b"), ASSISTANT("c"), USER("d")};
	struct fl_chat chat = CHAT(m);
	fl_buf_init(&b, 10000);
	assert_str(
	    request(anthropic, &chat, &b),
	    "{\"model\":\"m\",\"system\":\"one\\n\\ntwo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
	    "\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]},{\"role\":\"assistant\",\"content\":"
	    "\"c\"},{\"role\":\"user\",\"content\":\"d\"}],\"max_tokens\":1000}");
	fl_buf_release(&b);
}

static void attachments_stand_before_the_text(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_attachment all[] = {png, pdf, image_url, pdf_url};
	struct fl_message m[] = {{.role = FL_S("user"), .text = FL_S("see"), .attachment = all, .attachment_count = 4}};
	struct fl_chat chat = CHAT(m);
	fl_buf_init(&b, 10000);
	assert_str(
	    request(anthropic, &chat, &b),
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":"
	    "\"JVBERi0=\"}},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x.example/a\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://x.example/a.pdf\"}},"
	    "{\"type\":\"text\",\"text\":\"see\"}]}],\"max_tokens\":1000}");
	fl_buf_release(&b);
}

/* effort, how, params -> what stands behind max_tokens */
static const struct {
	const char *effort;
	enum fl_think_by by;
	const char *params, *rest;
} thinking[] = {
    {"low", FL_THINK_BY_LEVEL, "", "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}"},
    {"none", FL_THINK_BY_LEVEL, "", "\"thinking\":{\"type\":\"disabled\"}"},
    {"high", FL_THINK_BY_BUDGET, "", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":800}"},
    {"none", FL_THINK_BY_BUDGET, "", "\"thinking\":{\"type\":\"disabled\"}"},
    {"low", FL_THINK_BY_SWITCH, "", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":200}"},
    {"max", FL_THINK_BY_LEVEL, "{\"output_config\":{\"format\":{\"type\":\"json_schema\"}},\"top_k\":1}",
     "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"max\",\"format\":{\"type\":\"json_schema\"}"
     "},\"top_k\":1"},
    {"max", FL_THINK_BY_LEVEL, "{\"thinking\":{\"display\":\"summarized\"}}",
     "\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"max\"}"},
    {"none", FL_THINK_BY_LEVEL, "{\"output_config\":{\"task_budget\":{}}}",
     "\"thinking\":{\"type\":\"disabled\"},\"output_config\":{\"task_budget\":{}}"},
    {"", FL_THINK_BY_LEVEL, "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1}}",
     "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1}"},
};

static void effort_is_said_in_the_way_that_the_model_knows(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {USER("q")};
	fl_buf_init(&b, 10000);
	for (size_t i = 0; i < FL_COUNT(thinking); i++) {
		struct fl_chat chat = CHAT(m);
		char want[1000];
		chat.effort = fl_str_from(thinking[i].effort);
		chat.think_by = thinking[i].by;
		chat.params = fl_str_from(thinking[i].params);
		snprintf(
		    want, sizeof want,
		    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"max_tokens\":1000,%s}",
		    thinking[i].rest);
		assert_str(request(anthropic, &chat, &b), want);
	}
	fl_buf_release(&b);
}

static void what_is_said_twice_or_cannot_be_said_is_refused(void **state)
{
	(void)state;
	struct fl_message m[] = {USER("q")}, system[] = {SYSTEM("s")};
	struct fl_chat chat = CHAT(m), alone = CHAT(system), base = CHAT(m);
	chat.effort = FL_S("low");
	chat.params = FL_S("{\"output_config\":{\"effort\":\"high\"}}");
	refused(anthropic, &chat, FL_E_UNSUPPORTED, "'effort' of output_config");
	chat.params = FL_S("{\"thinking\":{\"type\":\"enabled\"}}");
	refused(anthropic, &chat, FL_E_UNSUPPORTED, "'type' of thinking");
	chat.params = FL_S("{\"thinking\":true}");
	refused(anthropic, &chat, FL_E_INVALID, "must be a map");
	chat.params = FL_S("{\"system\":\"x\"}");
	refused(anthropic, &chat, FL_E_UNSUPPORTED, "'system'");
	refused(anthropic, &alone, FL_E_UNSUPPORTED, "needs a message of the user");
	base.endpoint = FL_ENDPOINT_COMPLETIONS;
	refused(anthropic, &base, FL_E_UNSUPPORTED, "base models");
}

static void the_path_carries_the_version_once(void **state)
{
	(void)state;
	assert_str(anthropic->path(NULL, FL_S("https://api.anthropic.com"), NULL), "/v1/messages");
	assert_str(anthropic->path(NULL, FL_S("https://api.anthropic.com/v1"), NULL), "/messages");
	assert_str(anthropic->path(NULL, FL_S("https://api.deepseek.com/anthropic"), NULL), "/v1/messages");
	assert_str(anthropic->path(NULL, FL_S("https://gateway.example/v1/x/anthropic"), NULL), "/v1/messages");
}

static void the_version_of_the_format_goes_with_every_request(void **state)
{
	(void)state;
	struct fl_http_header h[2];
	assert_int_equal(anthropic->auth(FL_S(""), NULL, h), 1);
	assert_str(h[0].name, "anthropic-version");
	assert_str(h[0].value, "2023-06-01");
	assert_int_equal(anthropic->auth(FL_S("k"), NULL, h), 2);
	assert_str(h[1].name, "x-api-key");
	assert_str(h[1].value, "k");
}

#define ANSWER(stop)                                                                                                   \
	"{\"type\":\"message\",\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":"      \
	"\"" stop "\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}"
#define ERROR(type) "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"x\"}}"
#define BROKEN(type)                                                                                                   \
	"event: message_start\ndata: "                                                                                 \
	"{\"type\":\"message_start\",\"message\":{\"id\":\"1\",\"model\":\"m\",\"content\":[],"                        \
	"\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\nevent: error\ndata: " ERROR(type) "\n\n"
static const struct reply_row rows[] = {
    {200, ANSWER("end_turn"), FL_OK, FL_OUT_OK},
    {200, ANSWER("stop_sequence"), FL_OK, FL_OUT_OK},
    {200, ANSWER("tool_use"), FL_OK, FL_OUT_OK},
    {200, ANSWER("max_tokens"), FL_OK, FL_OUT_TRUNCATED},
    {200, ANSWER("model_context_window_exceeded"), FL_OK, FL_OUT_TRUNCATED},
    {200, ANSWER("pause_turn"), FL_OK, FL_OUT_TRUNCATED},
    {200, ANSWER("refusal"), FL_OK, FL_OUT_REFUSED},
    {400, ERROR("invalid_request_error"), FL_E_PARAM, FL_OUT_FAILED},
    {400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 3333404 "
     "tokens "
     "> 200000 maximum\"}}",
     FL_E_CONTEXT, FL_OUT_FAILED},
    {400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"You have reached your specified "
     "workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.\"}}",
     FL_E_QUOTA, FL_OUT_FAILED},
    {400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low "
     "to "
     "access the Anthropic API.\"}}",
     FL_E_QUOTA, FL_OUT_FAILED},
    {400, ERROR("billing_error"), FL_E_QUOTA, FL_OUT_FAILED},
    {401, ERROR("authentication_error"), FL_E_AUTH, FL_OUT_FAILED},
    {402, ERROR("billing_error"), FL_E_QUOTA, FL_OUT_FAILED},
    {403, ERROR("permission_error"), FL_E_AUTH, FL_OUT_FAILED},
    {404, ERROR("not_found_error"), FL_E_MODEL, FL_OUT_FAILED},
    {409, ERROR("conflict_error"), FL_E_SERVER, FL_OUT_FAILED},
    {413, ERROR("request_too_large"), FL_E_PARAM, FL_OUT_FAILED},
    {429, ERROR("rate_limit_error"), FL_E_RATE, FL_OUT_FAILED},
    {429,
     "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\",\"details\":{\"error_code\":"
     "\"enforced_spend_limit_reached\"}}}",
     FL_E_QUOTA, FL_OUT_FAILED},
    {500, ERROR("api_error"), FL_E_SERVER, FL_OUT_FAILED},
    {504, ERROR("timeout_error"), FL_E_SERVER, FL_OUT_FAILED},
    {529, ERROR("overloaded_error"), FL_E_SERVER, FL_OUT_FAILED},
    {200, BROKEN("overloaded_error"), FL_E_SERVER, FL_OUT_FAILED},
    {200, BROKEN("rate_limit_error"), FL_E_RATE, FL_OUT_FAILED},
    {200, BROKEN("invalid_request_error"), FL_E_PARAM, FL_OUT_FAILED},
    {200, BROKEN("not_found_error"), FL_E_MODEL, FL_OUT_FAILED},
    {200, BROKEN("request_too_large"), FL_E_PARAM, FL_OUT_FAILED},
    {200, BROKEN("api_error"), FL_E_SERVER, FL_OUT_FAILED},
};

static void ends_and_errors_are_told_apart(void **state)
{
	(void)state;
	check_replies(anthropic, rows, FL_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(request_bytes_are_what_was_asked_and_nothing_more),
	    cmocka_unit_test(system_messages_are_joined_and_turns_of_one_role_merged),
	    cmocka_unit_test(attachments_stand_before_the_text),
	    cmocka_unit_test(effort_is_said_in_the_way_that_the_model_knows),
	    cmocka_unit_test(what_is_said_twice_or_cannot_be_said_is_refused),
	    cmocka_unit_test(the_path_carries_the_version_once),
	    cmocka_unit_test(the_version_of_the_format_goes_with_every_request),
	    cmocka_unit_test(ends_and_errors_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
