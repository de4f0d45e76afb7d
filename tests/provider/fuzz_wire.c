/*
 * Every wire format: the same reply for a body fed whole and byte by byte, whatever the bytes. The first byte chooses the
 * format, the second the content type and the status.
 */
#include "provider/wire.h"

#include <stdlib.h>

static const struct fl_wire *const wires[] = {
    &fl_wire_openai_chat,        &fl_wire_openai_responses,
    &fl_wire_anthropic_messages, &fl_wire_gemini_generate,
    &fl_wire_ollama_chat,        &fl_wire_cohere,
    &fl_wire_bedrock_converse,   &fl_wire_bedrock_invoke,
    &fl_wire_embeddings,         &fl_wire_other,
    &fl_wire_openai_completions, &fl_wire_rerank,
};
static const char *const types[] = {"application/json", "text/event-stream", "application/x-ndjson",
                                    "application/vnd.amazon.eventstream", ""};

static struct fl_decoder *decode(const uint8_t *how, struct fl_str body, size_t step)
{
	int status = how[1] & 0x80 ? 400 + (how[1] & 0x7f) : 200;
	struct fl_decoder *d =
	    fl_wire_begin(wires[how[0] % FL_COUNT(wires)], status, fl_str_from(types[how[1] % FL_COUNT(types)]));
	for (size_t i = 0; i < body.n; i += step)
		fl_wire_feed(d, fl_str_sub(body, i, i + step));
	return d;
}

static void same(const struct fl_reply *a, const struct fl_reply *b)
{
	FL_ASSERT(a->code == b->code && a->outcome == b->outcome && a->complete == b->complete);
	FL_ASSERT(fl_str_eq(a->text, b->text) && fl_str_eq(a->finish, b->finish) && fl_str_eq(a->message, b->message));
	FL_ASSERT(fl_str_eq(a->reasoning, b->reasoning) && fl_str_eq(a->model, b->model) &&
	          fl_str_eq(a->tier, b->tier));
	FL_ASSERT(memcmp(&a->usage, &b->usage, sizeof a->usage) == 0 && a->problems == b->problems);
	FL_ASSERT(a->tools == b->tools);
	for (size_t i = 0; i < a->tools; i++)
		FL_ASSERT(fl_str_eq(a->tool[i].name, b->tool[i].name) &&
		          fl_str_eq(a->tool[i].arguments, b->tool[i].arguments));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct fl_str body = {(const char *)data + 2, size - 2};
	struct fl_decoder *whole = decode(data, body, FL_MAX(body.n, (size_t)1)), *bytes = decode(data, body, 1);
	const struct fl_reply *a = fl_wire_end(whole), *b = fl_wire_end(bytes);
	same(a, b);
	FL_ASSERT((a->outcome == FL_OUT_FAILED) == (a->code != FL_OK));
	FL_ASSERT(a->message.n <= FL_REPLY_MESSAGE_BYTES && a->problems <= FL_REPLY_PROBLEMS);
	for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++)
		FL_ASSERT(a->usage.units[c] >> 60 == 0); /* nothing wrapped below 0 */
	fl_wire_release(whole);
	fl_wire_release(bytes);
	return 0;
}
