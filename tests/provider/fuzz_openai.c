/* The decoder of OpenAI's dialect: the same reply for a body fed whole and byte by byte, whatever the bytes. The first
 * byte chooses the status and whether it is a stream. */
#include "provider/dialect.h"

#include <stdlib.h>

static struct fl_decoder *decode(int status, bool stream, struct fl_str body, size_t step)
{
	struct fl_decoder *d =
	    fl_dialect_openai.begin(status, stream ? FL_S("text/event-stream") : FL_S("application/json"));
	for (size_t i = 0; i < body.n; i += step)
		fl_dialect_openai.feed(d, fl_str_sub(body, i, i + step));
	return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	int status = data[0] & 2 ? 200 : 400 + (data[0] >> 2);
	struct fl_str body = {(const char *)data + 1, size - 1};
	struct fl_decoder *whole = decode(status, data[0] & 1, body, FL_MAX(body.n, (size_t)1));
	struct fl_decoder *bytes = decode(status, data[0] & 1, body, 1);
	const struct fl_reply *a = fl_dialect_openai.end(whole), *b = fl_dialect_openai.end(bytes);
	FL_ASSERT(a->code == b->code && a->outcome == b->outcome);
	FL_ASSERT((a->outcome == FL_OUT_FAILED) == (a->code != FL_OK));
	FL_ASSERT(fl_str_eq(a->text, b->text) && fl_str_eq(a->finish, b->finish) && fl_str_eq(a->message, b->message));
	FL_ASSERT(memcmp(&a->usage, &b->usage, sizeof a->usage) == 0);
	FL_ASSERT(a->message.n <= FL_REPLY_MESSAGE_BYTES);
	fl_dialect_openai.release(whole);
	fl_dialect_openai.release(bytes);
	return 0;
}
