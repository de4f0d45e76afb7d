/*
 * retry_hint.h - what an answer's headers say about another attempt: how long to wait, and whether there should be one.
 *
 * Sources: RFC 9110 section 10.2.3 (Retry-After: seconds or a date) and 5.6.7 (dates, also in their two old forms);
 * rate-limit headers as wire formats' references have them (platform.openai.com/docs/guides/rate-limits,
 * platform.claude.com/docs/en/api/rate-limits, docs.mistral.ai/deployment/ai-studio/tier);
 * retry-after-ms and x-should-retry as the vendors' own clients read them (github.com/openai/openai-python and
 * github.com/anthropics/anthropic-sdk-python, _base_client.py).
 *
 * Ownership: plain values. Threads: pure. Limits: a wait of FL_REPLY_WAIT_S (reply.h), longer ones count as that. Failure:
 * none; what cannot be read says nothing.
 */
#ifndef FL_RETRY_HINT_H
#define FL_RETRY_HINT_H

#include "net/client.h"
#include "provider/vendor.h"

enum fl_retry_word { FL_RETRY_UNSAID, FL_RETRY_YES, FL_RETRY_NO };

struct fl_retry_hint {
	uint64_t after_ms; /* 0 = not said */
	enum fl_retry_word word;
};

/*
 * now_ms: the wall clock, from which a date is counted. Of a 429 without Retry-After the vendor's own headers tell, those of
 * `limits`: the latest reset of a limit of which nothing remains (Azure reports -1 or 0 for what it does not limit: such a
 * pair has no reset to wait for).
 */
struct fl_retry_hint fl_retry_hint_read(const struct fl_http_head *head, enum fl_limit_headers limits, int64_t now_ms);

#endif
