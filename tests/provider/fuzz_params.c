/* Requests with whatever parameters: refused, or one JSON object in which no name stands twice, the same each time. The
 * first byte chooses the dialect and how it is asked to think. */
#include "provider/dialect.h"

enum { BODY = 1 << 20 };

static const struct fl_dialect *const dialects[] = {&fl_dialect_openai, &fl_dialect_anthropic, &fl_dialect_gemini};
static const char *const efforts[] = {"", "none", "low", "max"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct fl_message m = {.role = FL_S("user"), .text = FL_S("q")};
	struct fl_chat chat = {.model = FL_S("m"),
	                       .message = &m,
	                       .message_count = 1,
	                       .max_output = 1000,
	                       .limit_name = FL_S("max_tokens"),
	                       .effort = fl_str_from(efforts[data[0] >> 2 & 3]),
	                       .think_by = (enum fl_think_by)((data[0] >> 4) % 3),
	                       .params = {(const char *)data + 1, size - 1},
	                       .stream = data[0] >> 7};
	const struct fl_dialect *d = dialects[(data[0] & 3) % FL_COUNT(dialects)];
	struct fl_arena a;
	struct fl_json_doc asked, doc;
	struct fl_buf body, again;
	struct fl_err err;
	fl_arena_init(&a);
	fl_buf_init(&body, BODY);
	fl_buf_init(&again, BODY);
	enum fl_code code = d->encode(&chat, &body, &err);
	FL_ASSERT(code == d->encode(&chat, &again, &err));
	if (code == FL_OK) {
		FL_ASSERT(fl_str_eq(fl_buf_slice(&body), fl_buf_slice(&again)));
		FL_ASSERT(fl_json_parse(&doc, &a, fl_buf_slice(&body), FL_JSON_LIMITS, NULL) == FL_OK);
		/* what is passed on as it is may repeat a name inside itself */
		bool clean = !chat.params.n || (fl_json_parse(&asked, &a, chat.params, FL_JSON_LIMITS, NULL) == FL_OK &&
		                                asked.duplicates == 0);
		FL_ASSERT(!clean || doc.duplicates == 0);
	}
	fl_buf_release(&body);
	fl_buf_release(&again);
	fl_arena_release(&a);
	return 0;
}
