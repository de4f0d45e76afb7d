/* The dialect of Google's generateContent: exact bytes of requests, and what its ends and errors are taken for. */
#include "request.h"

#include "replies.h"

static const struct fl_dialect *const gemini = &fl_dialect_gemini;

static void request_bytes_are_what_was_asked_and_nothing_more(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {SYSTEM("Be \"brief\"."), USER("2+2?\n"), ASSISTANT("5"), USER("no"), USER("again")};
	struct fl_chat chat = CHAT(m);
	fl_buf_init(&b, 10000);
	const char *messages =
	    "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be \\\"brief\\\".\"}]},\"contents\":[{\"role\":"
	    "\"user\",\"parts\":[{\"text\":\"2+2?\\n\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"5\"}"
	    "]},{\"role\":\"user\",\"parts\":[{\"text\":\"no\"},{\"text\":\"again\"}]}],";
	char want[2000];
	snprintf(want, sizeof want, "%s\"generationConfig\":{\"maxOutputTokens\":1000}}", messages);
	assert_str(request(gemini, &chat, &b), want);
	chat.effort = FL_S("low");
	chat.has_seed = true;
	chat.seed = 7;
	chat.temperature = FL_S("0.70");
	chat.params = FL_S("{\"tools\":[{\"googleSearch\":{}}],\"top_k\":4}");
	chat.stream = true; /* the path says it */
	snprintf(
	    want, sizeof want,
	    "%s\"tools\":[{\"googleSearch\":{}}],\"generationConfig\":{\"maxOutputTokens\":1000,\"temperature\":0.70,"
	    "\"seed\":7,\"topK\":4,\"thinkingConfig\":{\"thinkingLevel\":\"low\"}}}",
	    messages);
	assert_str(request(gemini, &chat, &b), want);
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
	assert_str(request(gemini, &chat, &b),
	           "{\"contents\":[{\"role\":\"user\",\"parts\":["
	           "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw==\"}},"
	           "{\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"JVBERi0=\"}},"
	           "{\"fileData\":{\"fileUri\":\"https://x.example/a\"}},"
	           "{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"https://x.example/a.pdf\"}},"
	           "{\"text\":\"see\"}]}],\"generationConfig\":{\"maxOutputTokens\":1000}}");
	fl_buf_release(&b);
}

/* params and effort -> what stands behind maxOutputTokens, or in front of generationConfig */
static const struct {
	const char *effort;
	enum fl_think_by by;
	const char *params, *before, *config;
} rows[] = {
    {"", 0, "{\"top_p\":0.5,\"topK\":3}", "", ",\"topP\":0.5,\"topK\":3"},
    {"", 0, "{\"stop\":\"x\"}", "", ",\"stopSequences\":[\"x\"]"},
    {"", 0, "{\"stop\":[\"x\",\"y\"]}", "", ",\"stopSequences\":[\"x\",\"y\"]"},
    {"", 0, "{\"presence_penalty\":1,\"frequencyPenalty\":2}", "", ",\"presencePenalty\":1,\"frequencyPenalty\":2"},
    {"", 0, "{\"response_format\":{\"type\":\"json_object\"}}", "", ",\"responseMimeType\":\"application/json\""},
    {"", 0, "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"a\":1}}}}",
     "", ",\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"a\":1}"},
    {"", 0, "{\"response_format\":{\"type\":\"text\"}}", "", ""},
    {"", 0, "{\"logprobs\":true,\"top_logprobs\":5}", "", ",\"responseLogprobs\":true,\"logprobs\":5"},
    {"", 0, "{\"generationConfig\":{\"topP\":1},\"generation_config\":{\"top_k\":2}}", "", ",\"topP\":1,\"topK\":2"},
    {"", 0, "{\"safety_settings\":[],\"service_tier\":\"flex\",\"unheard_of\":1}",
     "\"safetySettings\":[],\"service_tier\":\"flex\",\"unheard_of\":1,", ""},
    {"", 0, "{\"candidateCount\":1}", "", ""},
    {"high", FL_THINK_BY_LEVEL, "{\"thinkingConfig\":{\"includeThoughts\":true}}", "",
     ",\"thinkingConfig\":{\"thinkingLevel\":\"high\",\"includeThoughts\":true}"},
    {"none", FL_THINK_BY_LEVEL, "", "", ",\"thinkingConfig\":{\"thinkingBudget\":0}"},
    {"none", FL_THINK_BY_BUDGET, "", "", ",\"thinkingConfig\":{\"thinkingBudget\":0}"},
    {"medium", FL_THINK_BY_BUDGET, "", "", ",\"thinkingConfig\":{\"thinkingBudget\":500}"},
    {"high", FL_THINK_BY_SWITCH, "", "", ",\"thinkingConfig\":{\"thinkingBudget\":-1}"},
    {"", 0, "{\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":9}}}", "",
     ",\"thinkingConfig\":{\"thinkingBudget\":9}"},
};

static void parameters_go_where_this_format_has_them(void **state)
{
	(void)state;
	struct fl_buf b;
	struct fl_message m[] = {USER("q")};
	fl_buf_init(&b, 10000);
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		struct fl_chat chat = CHAT(m);
		char want[1000];
		chat.effort = fl_str_from(rows[i].effort);
		chat.think_by = rows[i].by;
		chat.params = fl_str_from(rows[i].params);
		snprintf(want, sizeof want,
		         "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]}],%s\"generationConfig\":{"
		         "\"maxOutputTokens\":1000%s}}",
		         rows[i].before, rows[i].config);
		assert_str(request(gemini, &chat, &b), want);
	}
	fl_buf_release(&b);
}

static const struct {
	const char *effort, *params, *said;
} wrong[] = {
    {"low", "{\"thinkingConfig\":{\"thinkingBudget\":9}}", "said twice"},
    {"low", "{\"thinkingConfig\":{\"thinkingLevel\":\"high\"}}", "'thinkingLevel' of thinkingConfig"},
    {"", "{\"topP\":1,\"top_p\":1}", "'topP' of generationConfig twice"},
    {"", "{\"topP\":1,\"generationConfig\":{\"topP\":1}}", "'topP' of generationConfig twice"},
    {"", "{\"generationConfig\":{\"maxOutputTokens\":5}}", "'maxOutputTokens'"},
    {"", "{\"contents\":[]}", "'contents'"},
    {"", "{\"candidate_count\":2}", "several answers"},
    {"", "{\"response_format\":{\"type\":\"grammar\"}}", "response_format"},
};

static void what_is_said_twice_or_cannot_be_said_is_refused(void **state)
{
	(void)state;
	struct fl_message m[] = {USER("q")}, system[] = {SYSTEM("s")};
	for (size_t i = 0; i < FL_COUNT(wrong); i++) {
		struct fl_chat chat = CHAT(m);
		chat.effort = fl_str_from(wrong[i].effort);
		chat.params = fl_str_from(wrong[i].params);
		refused(gemini, &chat, FL_E_UNSUPPORTED, wrong[i].said);
	}
	struct fl_chat alone = CHAT(system), odd = CHAT(m);
	refused(gemini, &alone, FL_E_UNSUPPORTED, "needs a message of the user");
	odd.params = FL_S("{\"generationConfig\":1}");
	refused(gemini, &odd, FL_E_INVALID, "must be a map");
}

static const struct {
	const char *url, *model;
	bool stream;
	const char *path;
} paths[] = {
    {"https://g.example", "gemini-4-argon", false, "/v1beta/models/gemini-4-argon:generateContent"},
    {"https://g.example/v1beta", "gemini-4-argon", true, "/models/gemini-4-argon:streamGenerateContent?alt=sse"},
    {"https://g.example/v1", "models/m", false, "/models/m:generateContent"},
    {"https://g.example", "models/models/m", false, "/v1beta/models/models%2Fm:generateContent"},
    {"https://g.example", "a b/../c:d?e", false, "/v1beta/models/a%20b%2F..%2Fc%3Ad%3Fe:generateContent"},
    {"https://g.example/v1/projects/p/locations/global/publishers/google", "m", false, "/models/m:generateContent"},
    {"https://g.example/v1/a/google-ai-studio", "m", false, "/v1beta/models/m:generateContent"},
};

static void the_path_names_the_model_and_how_it_answers(void **state)
{
	(void)state;
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < FL_COUNT(paths); i++) {
		struct fl_chat chat = {.model = fl_str_from(paths[i].model), .stream = paths[i].stream};
		assert_str(gemini->path(&chat, fl_str_from(paths[i].url), &a), paths[i].path);
	}
	fl_arena_release(&a);
}

static void the_key_has_a_header_of_its_own(void **state)
{
	(void)state;
	struct fl_http_header h[2];
	assert_int_equal(gemini->auth(FL_S(""), NULL, h), 0);
	assert_int_equal(gemini->auth(FL_S("k"), NULL, h), 1);
	assert_str(h[0].name, "x-goog-api-key");
	assert_str(h[0].value, "k");
}

#define ANSWER(reason)                                                                                                 \
	"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}],\"role\":\"model\"},\"finishReason\":" reason     \
	",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,\"totalTokenCount\":4}}"
#define ERROR(code, word) "{\"error\":{\"code\":" code ",\"message\":\"x\",\"status\":\"" word "\"}}"
#define WAIT(delay)                                                                                                    \
	"{\"error\":{\"code\":429,\"message\":\"x\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"        \
	"\"type.googleapis.com/google.rpc.Help\"},{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","            \
	"\"retryDelay\":" delay "}]}}"
static const struct reply_row replies[] = {
    {200, ANSWER("\"STOP\""), FL_OK, FL_OUT_OK, 0},
    {200, ANSWER("1"), FL_OK, FL_OUT_OK, 0},
    {200, ANSWER("\"MAX_TOKENS\""), FL_OK, FL_OUT_TRUNCATED, 0},
    {200, ANSWER("2"), FL_OK, FL_OUT_TRUNCATED, 0},
    {200, ANSWER("\"SAFETY\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"RECITATION\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"LANGUAGE\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"BLOCKLIST\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"PROHIBITED_CONTENT\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"SPII\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"MODEL_ARMOR\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"IMAGE_SAFETY\""), FL_OK, FL_OUT_FILTERED, 0},
    {200, ANSWER("\"OTHER\""), FL_OK, FL_OUT_TRUNCATED, 0},
    {200, ANSWER("\"MALFORMED_FUNCTION_CALL\""), FL_OK, FL_OUT_UNPARSABLE, 0},
    {200, ANSWER("\"UNEXPECTED_TOOL_CALL\""), FL_OK, FL_OUT_UNPARSABLE, 0},
    {200, ANSWER("\"TOO_MANY_TOOL_CALLS\""), FL_OK, FL_OUT_UNPARSABLE, 0},
    {200, ANSWER("\"MISSING_THOUGHT_SIGNATURE\""), FL_OK, FL_OUT_UNPARSABLE, 0},
    {200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":3}}", FL_OK,
     FL_OUT_FILTERED, 0},
    {200, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n", FL_E_TRUNCATED, FL_OUT_FAILED,
     0},
    {200, "data: " ERROR("503", "UNAVAILABLE") "\n\n", FL_E_SERVER, FL_OUT_FAILED, 0},
    {400, ERROR("400", "INVALID_ARGUMENT"), FL_E_PARAM, FL_OUT_FAILED, 0},
    {400,
     "{\"error\":{\"code\":400,\"message\":\"The input token count (1048577) exceeds the maximum number of tokens "
     "allowed "
     "(1048576).\",\"status\":\"INVALID_ARGUMENT\"}}",
     FL_E_CONTEXT, FL_OUT_FAILED, 0},
    {400,
     "{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API "
     "key.\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}",
     FL_E_AUTH, FL_OUT_FAILED, 0},
    {402, ERROR("402", "RESOURCE_EXHAUSTED"), FL_E_QUOTA, FL_OUT_FAILED, 0},
    {403, ERROR("403", "PERMISSION_DENIED"), FL_E_AUTH, FL_OUT_FAILED, 0},
    {404, ERROR("404", "NOT_FOUND"), FL_E_MODEL, FL_OUT_FAILED, 0},
    {429, ERROR("429", "RESOURCE_EXHAUSTED"), FL_E_RATE, FL_OUT_FAILED, 0},
    {429, WAIT("\"37s\""), FL_E_RATE, FL_OUT_FAILED, 37000},
    {429, WAIT("\"0.250s\""), FL_E_RATE, FL_OUT_FAILED, 250},
    {429, WAIT("\"1.0000001s\""), FL_E_RATE, FL_OUT_FAILED, 1001},
    {429, WAIT("\"-3s\""), FL_E_RATE, FL_OUT_FAILED, 0},
    {429, WAIT("\"99999999999999999999s\""), FL_E_RATE, FL_OUT_FAILED, 0},
    {429, WAIT("\"90000s\""), FL_E_RATE, FL_OUT_FAILED, 86400000},
    {429, WAIT("\"s\""), FL_E_RATE, FL_OUT_FAILED, 0},
    {429, WAIT("\"1.s\""), FL_E_RATE, FL_OUT_FAILED, 0},
    {429, WAIT("5"), FL_E_RATE, FL_OUT_FAILED, 0},
    {500, ERROR("500", "INTERNAL"), FL_E_SERVER, FL_OUT_FAILED, 0},
    {503, ERROR("503", "UNAVAILABLE"), FL_E_SERVER, FL_OUT_FAILED, 0},
    {504, ERROR("504", "DEADLINE_EXCEEDED"), FL_E_SERVER, FL_OUT_FAILED, 0},
};

static void ends_and_errors_are_told_apart(void **state)
{
	(void)state;
	check_replies(gemini, replies, FL_COUNT(replies));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(request_bytes_are_what_was_asked_and_nothing_more),
	    cmocka_unit_test(attachments_stand_before_the_text),
	    cmocka_unit_test(parameters_go_where_this_format_has_them),
	    cmocka_unit_test(what_is_said_twice_or_cannot_be_said_is_refused),
	    cmocka_unit_test(the_path_names_the_model_and_how_it_answers),
	    cmocka_unit_test(the_key_has_a_header_of_its_own),
	    cmocka_unit_test(ends_and_errors_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
