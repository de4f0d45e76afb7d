/*
 * replies.h - a table of answers and what each must be taken for.
 *
 * Ownership: none. Threads: none. Limits: none. Failure: the test's.
 */
#ifndef FL_TEST_REPLIES_H
#define FL_TEST_REPLIES_H

#include "test.h"

#include "provider/dialect.h"

struct reply_row {
	int status;
	const char *body;
	enum fl_code code;
	enum fl_outcome outcome;
	uint64_t retry_after_ms;
};

static inline void check_replies(const struct fl_dialect *d, const struct reply_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fl_decoder *x = d->begin(row[i].status, FL_S(""));
		d->feed(x, fl_str_from(row[i].body));
		const struct fl_reply *r = d->end(x);
		if (r->code != row[i].code || r->outcome != row[i].outcome ||
		    r->retry_after_ms != row[i].retry_after_ms)
			fail_msg("row %zu: %s, %s, wait %llu: %s", i, fl_code_name(r->code),
			         fl_outcome_name(r->outcome), (unsigned long long)r->retry_after_ms, row[i].body);
		d->release(x);
	}
}

#endif
