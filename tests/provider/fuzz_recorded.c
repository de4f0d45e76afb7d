/* Recorded exchanges from any bytes: an error with a message, or exchanges that each have an answer or a reason. */
#include "provider/recorded.h"

static enum fl_code look(void *user, const struct fl_recorded *x, struct fl_err *err)
{
	(void)err;
	++*(uint64_t *)user;
	FL_ASSERT(x->wire && x->id.n && (x->reply.outcome == FL_OUT_FAILED) == (x->reply.code != FL_OK));
	return FL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_recorded_file file = {.name = "fuzz"};
	struct fl_err err;
	uint64_t seen = 0;
	enum fl_code code = fl_recorded_each((struct fl_str){(const char *)data, size}, &file, look, &seen, &err);
	FL_ASSERT(code == FL_OK || (err.code == code && err.message[0]));
	FL_ASSERT(seen == file.exchanges);
	return 0;
}
