/* Each wire format: what its answers and streams are taken for, and that usage is taken apart without hiding anything. */
#include "test.h"

#include "provider/partial_args.h"
#include "provider/wire.h"

struct row {
	const struct fl_wire *wire;
	const char *type, *body;
	enum fl_code code;
	const char *text, *finish;
	const char *usage;   /* "input=3 output=2", classes that are not 0; NULL: not reported */
	const char *tools;   /* "name(arguments) ..." */
	const char *problem; /* words of the first problem; NULL: none */
};

#define SSE "text/event-stream"
#define JSON "application/json"
#define NDJSON "application/x-ndjson"
#define CHAT &fl_wire_openai_chat
#define RESPONSES &fl_wire_openai_responses
#define CLAUDE &fl_wire_anthropic_messages
#define GEMINI &fl_wire_gemini_generate
#define OLLAMA &fl_wire_ollama_chat
#define COHERE &fl_wire_cohere
#define CONVERSE &fl_wire_bedrock_converse

static const struct row rows[] = {
    /* OpenAI's chat: calls by index, by a new id, without an index, whole, legacy; the first of several choices */
    {CHAT, SSE,
     "data: "
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{\\\"x\\\"\"}},{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}}]}"
     "\n\n"
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]},"
     "\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
     FL_OK, "", "tool_calls", NULL, "f({\"x\":1}) g({})", NULL},
    {CHAT, SSE,
     "data: "
     "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":"
     "\"{}\"}}]}}]}\n\ndata: "
     "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":"
     "\"f\",\"arguments\":\"[]\"}}]},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
     FL_OK, "", "stop", NULL, "f({}) f([])", NULL},
    {CHAT, JSON,
     "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"no\"}},{\"index\":0,\"message\":{\"content\":\"yes\","
     "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"},\"tool_calls\":[{\"function\":{\"name\":\"g\","
     "\"arguments\":"
     "{\"a\":[1]}}},{\"type\":\"custom\",\"custom\":{\"name\":\"h\",\"input\":\"free\"}}]},\"finish_reason\":\"stop\"}]"
     "}",
     FL_OK, "yes", "stop", NULL, "f({}) g({\"a\":[1]}) h(free)", NULL},
    /* usage: cached inside, written inside, audio, thinking inside and outside, contradictions */
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50,\"total_tokens\":150,"
     "\"prompt_tokens_details\":{\"cached_tokens\":40,\"cache_write_tokens\":30,\"audio_tokens\":10},"
     "\"completion_tokens_details\":{\"reasoning_tokens\":20,\"audio_tokens\":5}}}",
     FL_OK, "t", "", "input=20 cache_read=40 cache_write_5m=30 audio_input=10 output=25 reasoning=20 audio_output=5",
     "", NULL},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":18,"
     "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}",
     FL_OK, "t", "", "input=10 output=5 reasoning=3", "", NULL},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
     "\"prompt_tokens_details\":{\"cached_tokens\":11}}}",
     FL_OK, "t", "", "input=10 cache_read=11 output=5", "", "are more than the 10 of the prompt"},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
     "\"completion_tokens_details\":{\"reasoning_tokens\":9}}}",
     FL_OK, "t", "", "input=10 output=5 reasoning=9", "", "9 tokens of thinking are more than the 5"},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":-9,\"total_tokens\":10}}",
     FL_OK, "t", "", "input=10", "", "completion_tokens is -9, which cannot be"},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1e300,\"total_tokens\":10}"
     "}",
     FL_OK, "t", "", "input=10", "", "cannot be"},
    {CHAT, JSON,
     "{\"choices\":[{\"text\":\"t\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":99}}",
     FL_OK, "t", "", "input=10 output=5", "", "total_tokens is 99, but its parts add up to 15"},
    /* the last of repeated usages; usage of Groq's streams; Perplexity's own end */
    {CHAT, SSE,
     "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n"
     "data: "
     "{\"object\":\"chat.completion.done\",\"choices\":[{\"message\":{\"content\":\"a\"},\"delta\":{\"content\":\"\"}"
     ",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
     FL_OK, "a", "stop", "input=3 output=2", "", NULL},
    {CHAT, SSE,
     "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[],\"x_groq\":{\"usage\":{"
     "\"prompt_tokens\":3,\"completion_tokens\":2}}}\n\ndata: [DONE]\n\n",
     FL_OK, "a", "", "input=3 output=2", "", NULL},
    /* errors inside a 200, beside an answer that was paid for */
    {CHAT, SSE,
     "data: "
     "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"error\"}],\"error\":{\"code\":429,\"message\":"
     "\"slow\"}}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
     FL_E_RATE, "a", "error", "input=3 output=2", "", NULL},
    {CHAT, SSE, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", FL_E_TRUNCATED, "a", "", NULL, "", NULL},
    /* text that is not Unicode is mended, and it is said */
    {CHAT, SSE,
     "data: {\"choices\":[{\"delta\":{\"content\":\"a\\ud83d\\ude00\\ud83d\\\\ud83d\"}}]}\n\ndata: [DONE]\n\n", FL_OK,
     "a\xf0\x9f\x98\x80\xef\xbf\xbd\\ud83d", "", NULL, "", "not Unicode"},
    {CHAT, JSON, "\xef\xbb\xbf{\"choices\":[{\"message\":{\"content\":\"a\xff\xe2\x82\"}}]}", FL_OK,
     "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "", NULL, "", "not Unicode"},
    /* a stream under the type of a body, a body under the type of a stream */
    {CHAT, JSON, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", FL_OK, "a", "", NULL, "",
     NULL},
    {CHAT, SSE, "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}", FL_E_MODEL, "", "", NULL, "", NULL},

    /* Responses: the final event counts more than the pieces */
    {RESPONSES, SSE,
     "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\"}}\n\n"
     "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"par\"}\n\n"
     "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":[{\"type\":"
     "\"web_search_call\"},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"whole\"}]},{"
     "\"type\":"
     "\"function_call\",\"id\":\"fc\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}],\"usage\":{\"input_"
     "tokens\":10,"
     "\"input_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":2},\"output_tokens\":6,"
     "\"output_tokens_details\":{\"reasoning_tokens\":5},\"total_tokens\":16}}}\n\n",
     FL_OK, "whole", "completed", "input=4 cache_read=4 cache_write_5m=2 output=1 reasoning=5 search=1", "f({})", NULL},
    {RESPONSES, SSE,
     "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n"
     "data: "
     "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"name\":\"f\","
     "\"arguments\":\"\"}}\n\n"
     "data: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":\"{\\\"a\"}\n\n"
     "data: {\"type\":\"response.function_call_arguments.done\",\"output_index\":1,\"arguments\":\"{\\\"a\\\":1}\"}\n\n"
     "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"x\"}\n\n"
     "data: "
     "{\"type\":\"response.incomplete\",\"response\":{\"id\":\"r\",\"status\":\"incomplete\",\"incomplete_details\":{"
     "\"reason\":\"max_output_tokens\"},\"output\":[]}}\n\n",
     FL_OK, "x", "incomplete:max_output_tokens", NULL, "f({\"a\":1})", NULL},
    {RESPONSES, SSE,
     "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n"
     "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"x\"}\n\n",
     FL_E_TRUNCATED, "x", "", NULL, "", NULL},
    {RESPONSES, SSE,
     "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n"
     "data: {\"type\":\"error\",\"code\":\"insufficient_quota\",\"message\":\"pay\"}\n\n"
     "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":"
     "\"insufficient_quota\",\"message\":\"pay\"}}}\n\n",
     FL_E_QUOTA, "", "failed", NULL, "", NULL},

    /* Anthropic: counts are rewritten, lifetimes may be missing, server tools are no calls */
    {CLAUDE, SSE,
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"usage\":{"
     "\"input_tokens\":10,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":5,\"cache_creation\":{"
     "\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":1,\"service_tier\":"
     "\"standard\"}}}"
     "\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n"
     "data: "
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"server_tool_use\",\"name\":\"s\","
     "\"input\":{}}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
     "\"partial_json\":\"{}\"}}\n\n"
     "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n"
     "data: "
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\",\"input\":"
     "{}}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\","
     "\"partial_json\":\"{\\\"a\\\":\"}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":"
     "\"input_json_delta\",\"partial_json\":\"1}\"}}\n\n"
     "data: "
     "{\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"tool_use\",\"name\":\"g\",\"input\":"
     "{}}}\n\n"
     "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"input_tokens\":20,"
     "\"cache_creation_input_tokens\":100,\"output_tokens\":30,\"output_tokens_details\":{\"thinking_tokens\":10},"
     "\"server_tool_use\":{\"web_search_requests\":2}}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
     FL_OK, "hi", "tool_use", "input=20 cache_read=5 cache_write_5m=100 output=20 reasoning=10 search=2",
     "f({\"a\":1}) g({})", "100 of 100 tokens written to the cache have no stated lifetime"},
    {CLAUDE, JSON,
     "{\"type\":\"message\",\"model\":\"c\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\"},{\"type\":\"text\","
     "\"text\":\"a\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"cache_creation_input_tokens\":30,"
     "\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20},\"output_tokens\":2}}",
     FL_OK, "a", "end_turn", "input=1 cache_write_5m=10 cache_write_1h=20 output=2", "", NULL},
    {CLAUDE, JSON,
     "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"usage\":{\"input_tokens\":1,\"output_"
     "tokens\":"
     "2,\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":50,\"output_tokens\":5},{\"type\":\"message\","
     "\"input_tokens\":1,\"output_tokens\":2}]}}",
     FL_OK, "a", "", "input=1 output=2", "", "iterations (compaction) with 50 more input and 5 more output"},
    {CLAUDE, SSE,
     "data: "
     "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
     "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n",
     FL_E_SERVER, "", "", "input=10 output=1", "", "the last counts of usage never came"},
    {CLAUDE, SSE,
     "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"
     "data: "
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\",\"input\":"
     "{\"a\":1}}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
     "\"partial_json\":\"{\\\"a\\\":\"}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
     "\"input_json_delta\",\"partial_json\":\"1}\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
     FL_OK, "", "", NULL, "f({\"a\":1})", NULL},
    {CLAUDE, JSON, "{\"type\":\"message\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":-9}}", FL_OK,
     "", "", "input=1", "", "output_tokens is -9"},

    /* Gemini: arrays, numbers for words, thoughts outside, tool prompts beside, modalities */
    {GEMINI, JSON,
     "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},{\"text\":\"t\",\"thought\":true}]}}],"
     "\"usageMetadata\":{"
     "\"promptTokenCount\":9,\"totalTokenCount\":9}}\r\n,\r\n{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}"
     "]},"
     "\"finishReason\":1}],\"usageMetadata\":{\"promptTokenCount\":100,\"cachedContentTokenCount\":40,"
     "\"candidatesTokenCount\":7,\"thoughtsTokenCount\":5,\"toolUsePromptTokenCount\":3,\"totalTokenCount\":115,"
     "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":80},{\"modality\":\"AUDIO\",\"tokenCount\":20}],"
     "\"candidatesTokensDetails\":[{\"modality\":2,\"tokenCount\":4}]}}\r\n]",
     FL_OK, "ab", "1", "input=40 cache_read=40 audio_input=20 tool_prompt=3 output=3 reasoning=5 image_output=4", "",
     NULL},
    {GEMINI, JSON, "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}]}",
     FL_E_TRUNCATED, "a", "STOP", NULL, "", NULL},
    {GEMINI, SSE, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\r\n\r\n", FL_E_TRUNCATED, "a",
     "", NULL, "", NULL},
    {GEMINI, JSON,
     "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4,"
     "\"totalTokenCount\":4}}",
     FL_OK, "", "", "input=4", "", NULL},
    {GEMINI, SSE,
     "data: "
     "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"willContinue\":true}}]}}]}\n\n"
     "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[0].b\","
     "\"stringValue\":\"x\",\"willContinue\":true}],\"willContinue\":true}}]}}]}\n\n"
     "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[0].b\","
     "\"stringValue\":\"y\"},{\"jsonPath\":\"$['c "
     "d']\",\"numberValue\":0.5}]}},{\"functionCall\":{\"name\":\"g\",\"args\":{}"
     "}}]},\"finishReason\":\"STOP\"}]}\n\n",
     FL_OK, "", "STOP", NULL, "f({\"a\":[{\"b\":\"xy\"}],\"c d\":0.5}) g({})", NULL},

    /* Ollama: lines, arguments as objects, absent counts, an error in the middle */
    {OLLAMA, NDJSON,
     "{\"model\":\"m\",\"message\":{\"content\":\"a\",\"thinking\":\"t\"},\"done\":false}\n{\"message\":{\"content\":"
     "\"b\","
     "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"x\":2}}}]},\"done\":false}\n{\"message\":{"
     "\"content\":"
     "\"\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":7}\n",
     FL_OK, "ab", "stop", "output=7", "f({\"x\":2})", "left out prompt_eval_count"},
    {OLLAMA, JSON,
     "{\"response\":\"a\",\"done\":false}\n{\"response\":\"b\",\"done\":true,\"eval_count\":1,\"prompt_eval_count\":"
     "2}\n",
     FL_OK, "ab", "", "input=2 output=1", "", NULL},
    {OLLAMA, NDJSON, "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"error\":\"out of memory\"}\n", FL_E_SERVER,
     "a", "", NULL, "", NULL},
    {OLLAMA, NDJSON, "{\"message\":{\"content\":\"a\"},\"done\":false}\n", FL_E_TRUNCATED, "a", "", NULL, "", NULL},

    /* Cohere */
    {COHERE, SSE,
     "data: {\"type\":\"message-start\"}\n\ndata: "
     "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{"
     "\"text\":\"a\"}}}}\n\ndata: {\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{"
     "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}}}}\n\ndata: "
     "{\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{"
     "\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\"{}\"}}}}}\n\n"
     "data: "
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"billed_units\":{\"input_"
     "tokens\":"
     "1,\"output_tokens\":1},\"tokens\":{\"input_tokens\":50,\"output_tokens\":9,\"image_tokens\":7,\"reasoning_"
     "tokens\":4},"
     "\"cached_tokens\":48}}}\n\ndata: [DONE]\n\n",
     FL_OK, "a", "TOOL_CALL", "input=2 cache_read=48 image_input=7 output=5 reasoning=4", "f({})", NULL},
    {COHERE, "application/stream+json",
     "{\"event_type\":\"stream-start\"}\n{\"event_type\":\"text-generation\",\"text\":\"a\"}\n{\"event_type\":\"stream-"
     "end\","
     "\"finish_reason\":\"COMPLETE\",\"response\":{\"text\":\"a\",\"tool_calls\":[{\"name\":\"f\",\"parameters\":{"
     "\"p\":1}}],"
     "\"meta\":{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":4}}}}\n",
     FL_OK, "a", "COMPLETE", "input=3 output=4", "f({\"p\":1})", "only billed units"},
    {COHERE, "application/stream+json", "{\"event_type\":\"text-generation\",\"text\":\"a\"}\n", FL_E_TRUNCATED, "a",
     "", NULL, "", NULL},

    /* Bedrock: the cache outside the input, one lifetime stated */
    {CONVERSE, JSON,
     "{\"output\":{\"message\":{\"content\":[{\"text\":\"a\"},{\"toolUse\":{\"name\":\"f\",\"input\":{\"k\":1}}}]}},"
     "\"stopReason\":\"tool_use\",\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":115,"
     "\"cacheReadInputTokens\":60,\"cacheWriteInputTokens\":40,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":30}]}"
     "}",
     FL_OK, "a", "tool_use", "input=10 cache_read=60 cache_write_5m=10 cache_write_1h=30 output=5", "f({\"k\":1})",
     NULL},
    {CONVERSE, SSE, /* Nova's events as objects */
     "data: {\"messageStart\":{\"role\":\"assistant\"}}\n\ndata: "
     "{\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{"
     "\"text\":\"a\"}}}\n\ndata: {\"messageStop\":{\"stopReason\":\"end_turn\"}}\n\n",
     FL_E_TRUNCATED, "a", "end_turn", NULL, "", NULL},

    /* no text */
    {&fl_wire_embeddings, JSON, "{\"data\":[],\"model\":\"e\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}",
     FL_OK, "", "", "input=8", "", NULL},
    {&fl_wire_rerank, JSON, "{\"results\":[],\"meta\":{\"billed_units\":{\"search_units\":2}}}", FL_OK, "", "",
     "search=2", "", NULL},
    {&fl_wire_other, JSON, "{\"what\":1}", FL_OK, "", "", NULL, "", "format of this answer is not known"},
};

static void usage_text(const struct fl_usage *u, struct fl_buf *b)
{
	fl_buf_reset(b);
	for (int c = 0; c < FL_USE_CLASSES; c++)
		if (u->units[c])
			fl_buf_printf(b, "%s%s=%llu", b->n ? " " : "", fl_usage_class_name((enum fl_usage_class)c),
			              (unsigned long long)u->units[c]);
}

static void tools_text(const struct fl_reply *r, struct fl_buf *b)
{
	fl_buf_reset(b);
	for (size_t i = 0; i < r->tools; i++)
		fl_buf_printf(b, "%s%.*s(%.*s)", i ? " " : "", FL_FMT(r->tool[i].name), FL_FMT(r->tool[i].arguments));
}

static void check_row(size_t number, const struct row *w, size_t step)
{
	struct fl_buf b;
	struct fl_str body = fl_str_from(w->body);
	struct fl_decoder *d = fl_wire_begin(w->wire, 200, fl_str_from(w->type));
	for (size_t i = 0; i < body.n; i += step)
		fl_wire_feed(d, fl_str_sub(body, i, i + step));
	const struct fl_reply *r = fl_wire_end(d);
	fl_buf_init(&b, 10000);
	if (r->code != w->code || !fl_str_is(r->text, w->text) || !fl_str_is(r->finish, w->finish))
		fail_msg("row %zu: %s '%.*s' '%.*s': %.*s", number, fl_code_name(r->code), FL_FMT(r->text),
		         FL_FMT(r->finish), FL_FMT(r->message));
	usage_text(&r->usage, &b);
	if (r->usage.reported != (w->usage != NULL) || !fl_str_is(fl_buf_slice(&b), w->usage ? w->usage : ""))
		fail_msg("row %zu: usage '%.*s'", number, FL_FMT(fl_buf_slice(&b)));
	tools_text(r, &b);
	if (w->tools && !fl_str_is(fl_buf_slice(&b), w->tools))
		fail_msg("row %zu: tools '%.*s'", number, FL_FMT(fl_buf_slice(&b)));
	if (w->problem ? r->problems == 0 || fl_str_find(r->problem[0], fl_str_from(w->problem), 0) < 0
	               : r->problems != 0)
		fail_msg("row %zu: problem '%.*s'", number, FL_FMT(r->problems ? r->problem[0] : FL_S("")));
	fl_buf_release(&b);
	fl_wire_release(d);
}

static void answers_are_read_as_their_format_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++)
		for (size_t step = 1; step < 100000; step = step == 1 ? 7 : step * 11)
			check_row(i, &rows[i], step);
}

static void standard_tiers_have_no_name(void **state)
{
	(void)state;
	static const char *const standard[] = {"", "default", "standard", "auto", "on_demand", "ON_DEMAND", "Standard"};
	for (size_t i = 0; i < FL_COUNT(standard); i++)
		assert_int_equal(fl_wire_tier(fl_str_from(standard[i])).n, 0);
	assert_str(fl_wire_tier(FL_S("flex")), "flex");
	assert_str(fl_wire_tier(FL_S("ON_DEMAND_PRIORITY")), "priority");
	struct fl_decoder *d = fl_wire_begin(CLAUDE, 200, FL_S(JSON));
	fl_wire_feed(d, FL_S("{\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"speed\":\"fast\","
	                     "\"service_tier\":\"standard\"}}"));
	assert_str(fl_wire_end(d)->tier, "fast");
	fl_wire_release(d);
}

static void outcomes_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *finish;
		enum fl_outcome outcome;
	} words[] = {{"STOP", FL_OUT_OK},
	             {"MAX_TOKENS", FL_OUT_TRUNCATED},
	             {"SAFETY", FL_OUT_FILTERED},
	             {"2", FL_OUT_TRUNCATED},
	             {"MODEL_ARMOR", FL_OUT_FILTERED},
	             {"ESCAPED", FL_OUT_OK},
	             {"UNEXPECTED_TOOL_CALL", FL_OUT_UNPARSABLE}};
	for (size_t i = 0; i < FL_COUNT(words); i++) {
		struct fl_buf b;
		fl_buf_init(&b, 1000);
		fl_buf_printf(&b, "{\"candidates\":[{\"finishReason\":\"%s\"}]}", words[i].finish);
		struct fl_decoder *d = fl_wire_begin(GEMINI, 200, FL_S(JSON));
		fl_wire_feed(d, fl_buf_slice(&b));
		assert_int_equal(fl_wire_end(d)->outcome, words[i].outcome);
		fl_wire_release(d);
		fl_buf_release(&b);
	}
}

static void too_much_is_an_error_and_what_came_is_kept(void **state)
{
	(void)state;
	struct fl_decoder *d = fl_wire_begin(CHAT, 200, FL_S(SSE));
	for (int i = 0; i <= FL_REPLY_TOOLS; i++) {
		char event[200];
		int n = snprintf(
		    event, sizeof event,
		    "data: {\"choices\":[{\"delta\":{\"content\":\"a\",\"tool_calls\":[{\"index\":%d,\"function\":{"
		    "\"name\":\"f\"}}]}}]}\n\n",
		    i);
		fl_wire_feed(d, (struct fl_str){event, (size_t)n});
	}
	fl_wire_feed(d, FL_S("data: [DONE]\n\n"));
	const struct fl_reply *r = fl_wire_end(d);
	assert_int_equal(r->code, FL_E_LIMIT);
	assert_int_equal(r->tools, FL_REPLY_TOOLS);
	assert_int_equal(r->text.n, FL_REPLY_TOOLS + 1);
	fl_wire_release(d);
}

static void a_body_at_its_limit_is_read_and_past_it_is_refused(void **state)
{
	(void)state;
	static const char head[] = "{\"choices\":[{\"message\":{\"content\":\"", tail[] = "\"}}]}";
	for (size_t over = 0; over < 2; over++) {
		size_t n = FL_REPLY_BYTES + over;
		char *body = fl_alloc(n);
		memset(body, 'x', n);
		memcpy(body, head, sizeof head - 1);
		memcpy(body + n - (sizeof tail - 1), tail, sizeof tail - 1);
		struct fl_decoder *d = fl_wire_begin(CHAT, 200, FL_S(JSON));
		fl_wire_feed(d, (struct fl_str){body, n / 2});
		fl_wire_feed(d, (struct fl_str){body + n / 2, n - n / 2});
		assert_int_equal(fl_wire_end(d)->code == FL_OK, over == 0);
		fl_wire_release(d);
		free(body);
	}
}

struct path_row {
	const char *pieces; /* JSON array */
	const char *object;
	bool ok;
};
static const struct path_row paths[] = {
    {"[]", "{}", true},
    {"[{\"jsonPath\":\"$.a\",\"boolValue\":true},{\"jsonPath\":\"$.b\",\"nullValue\":\"NULL_VALUE\"}]",
     "{\"a\":true,\"b\":null}", true},
    {"[{\"jsonPath\":\"$.l[2]\",\"numberValue\":2},{\"jsonPath\":\"$.l[0]\",\"numberValue\":0}]", "{\"l\":[0,null,2]}",
     true},
    {"[{\"jsonPath\":\"$['it\\u002es'][\\\"q\\\"]\",\"stringValue\":\"\\n\"}]", "{\"it.s\":{\"q\":\"\\n\"}}", true},
    {"[{\"jsonPath\":\"$.m[0][1]\",\"numberValue\":1}]", "{\"m\":[[null,1]]}", true},
    {"[{\"jsonPath\":\"a\",\"stringValue\":\"x\"}]", "{}", false},
    {"[{\"jsonPath\":\"$\",\"stringValue\":\"x\"}]", "{}", false},
    {"[{\"jsonPath\":\"$.\",\"stringValue\":\"x\"}]", "{}", false},
    {"[{\"jsonPath\":\"$[x]\",\"stringValue\":\"x\"}]", "{}", false},
    {"[{\"jsonPath\":\"$['x\",\"stringValue\":\"x\"}]", "{}", false},
    {"[{\"jsonPath\":\"$[99999999]\",\"stringValue\":\"x\"}]", "[]", false},
};

static void pieces_of_arguments_fold_to_one_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(paths); i++) {
		struct fl_arena a;
		struct fl_buf b;
		struct fl_json_doc doc;
		struct fl_err err;
		struct fl_partial_args args;
		bool ok = true;
		fl_arena_init(&a);
		fl_buf_init(&b, 1000);
		fl_partial_init(&args, &a);
		assert_ok(fl_json_parse(&doc, &a, fl_str_from(paths[i].pieces), FL_JSON_LIMITS, &err), &err);
		const struct fl_json *root = fl_json_root(&doc);
		for (const struct fl_json *p = fl_json_first(root); p; p = fl_json_next(root, p))
			ok &= fl_partial_add(&args, p);
		assert_true(fl_partial_write(&args, &b));
		if (ok != paths[i].ok || (ok && !fl_str_is(fl_buf_slice(&b), paths[i].object)))
			fail_msg("row %zu: %.*s", i, FL_FMT(fl_buf_slice(&b)));
		fl_buf_release(&b);
		fl_arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_are_read_as_their_format_says),
	    cmocka_unit_test(standard_tiers_have_no_name),
	    cmocka_unit_test(outcomes_are_told_apart),
	    cmocka_unit_test(too_much_is_an_error_and_what_came_is_kept),
	    cmocka_unit_test(a_body_at_its_limit_is_read_and_past_it_is_refused),
	    cmocka_unit_test(pieces_of_arguments_fold_to_one_object),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
