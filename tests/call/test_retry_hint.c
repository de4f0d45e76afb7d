/* What an answer's headers say about another attempt: seconds, milliseconds, dates in all three forms, and the word. */
#include "test.h"

#include "call/retry_hint.h"

#define NOW_MS INT64_C(784111700000) /* 1994-11-06T08:48:20Z */

static const struct {
	const char *name, *value;
	uint64_t after_ms;
	enum fl_retry_word word;
} rows[] = {
    {"Retry-After", "5", 5000, FL_RETRY_UNSAID},
    {"retry-after", " 120 ", 120000, FL_RETRY_UNSAID},
    {"Retry-After", "0.25", 250, FL_RETRY_UNSAID},
    {"Retry-After", "0", 0, FL_RETRY_UNSAID},
    {"Retry-After", "-1", 0, FL_RETRY_UNSAID},
    {"Retry-After", "soon", 0, FL_RETRY_UNSAID},
    {"Retry-After", "7200", 7200000, FL_RETRY_UNSAID},
    {"Retry-After", "900000", 86400000, FL_RETRY_UNSAID},
    {"retry-after-ms", "1234", 1234, FL_RETRY_UNSAID},
    {"retry-after-ms", "0.2", 1, FL_RETRY_UNSAID},
    {"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT", 77000, FL_RETRY_UNSAID},
    {"Retry-After", "Sunday, 06-Nov-94 08:49:37 GMT", 77000, FL_RETRY_UNSAID},
    {"Retry-After", "Sun Nov  6 08:49:37 1994", 77000, FL_RETRY_UNSAID},
    {"Retry-After", "Mon, 07 Nov 1994 00:00:00 GMT", 54700000, FL_RETRY_UNSAID},
    {"Retry-After", "Sun, 06 Nov 1994 08:48:20 GMT", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Sat, 05 Nov 1994 08:49:37 GMT", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Tue, 31 Jan 2198 00:00:00 GMT", 86400000, FL_RETRY_UNSAID},
    {"Retry-After", "Wed, 31 Feb 1995 00:00:00 GMT", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Sun, 06 Nov 1994 24:00:00 GMT", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Sun, 06 Nov 1994", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Nov Nov Nov", 0, FL_RETRY_UNSAID},
    {"Retry-After", "Sun, 06 Nov 99999999 08:49:37 GMT", 0, FL_RETRY_UNSAID},
    {"Retry-After", "", 0, FL_RETRY_UNSAID},
    {"X-Should-Retry", "false", 0, FL_RETRY_NO},
    {"x-should-retry", "True", 0, FL_RETRY_YES},
    {"x-should-retry", "maybe", 0, FL_RETRY_UNSAID},
    {"Date", "Sun, 06 Nov 1994 08:49:37 GMT", 0, FL_RETRY_UNSAID},
};

static struct fl_retry_hint read_hint(const struct fl_http_header *header, size_t n)
{
	struct fl_http_head head = {.status = 429, .headers = header, .header_count = n};
	return fl_retry_hint_read(&head, FL_LIMITS_NONE, NOW_MS);
}

static void a_wait_and_a_word_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		struct fl_http_header h = {fl_str_from(rows[i].name), fl_str_from(rows[i].value)};
		struct fl_retry_hint hint = read_hint(&h, 1);
		if (hint.after_ms != rows[i].after_ms || hint.word != rows[i].word)
			fail_msg("%s: %s is %llu ms, word %d", rows[i].name, rows[i].value,
			         (unsigned long long)hint.after_ms, (int)hint.word);
	}
}

static void the_finer_wait_counts(void **state)
{
	(void)state;
	struct fl_http_header h[] = {{FL_S("retry-after"), FL_S("2")}, {FL_S("retry-after-ms"), FL_S("1500")}};
	assert_int_equal(read_hint(h, 2).after_ms, 1500);
	h[1].value = FL_S("0");
	assert_int_equal(read_hint(h, 2).after_ms, 2000);
}

static void a_vendors_own_limits_count_where_nothing_else_is_said(void **state)
{
	(void)state;
	static const struct {
		enum fl_limit_headers family;
		int status;
		const char *remaining_name, *remaining, *reset_name, *reset;
		uint64_t after_ms;
	} row[] = {
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "6m0s",
	     360000},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "17ms", 17},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1h2m3.5s",
	     3723500},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "5", "x-ratelimit-reset-tokens", "6m0s", 0},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "-1", "x-ratelimit-reset-tokens", "6m0s", 0},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "soon", 0},
	    {FL_LIMITS_OPENAI, 429, "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "3 weeks", 0},
	    {FL_LIMITS_OPENAI, 503, "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s", 0},
	    {FL_LIMITS_NONE, 429, "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s", 0},
	    {FL_LIMITS_ANTHROPIC, 429, "anthropic-ratelimit-output-tokens-remaining", "0",
	     "anthropic-ratelimit-output-tokens-reset", "1994-11-06T08:48:50Z", 30000},
	    {FL_LIMITS_ANTHROPIC, 429, "anthropic-ratelimit-requests-remaining", "0",
	     "anthropic-ratelimit-requests-reset", "1994-11-06T08:48:00Z", 0},
	    {FL_LIMITS_MISTRAL, 429, "ratelimitbysize-remaining", "0", "ratelimitbysize-reset", "42", 42000},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_http_header h[] = {{fl_str_from(row[i].remaining_name), fl_str_from(row[i].remaining)},
		                             {fl_str_from(row[i].reset_name), fl_str_from(row[i].reset)}};
		struct fl_http_head head = {.status = row[i].status, .headers = h, .header_count = 2};
		uint64_t got = fl_retry_hint_read(&head, row[i].family, NOW_MS).after_ms;
		if (got != row[i].after_ms)
			fail_msg("%s: %llu ms", row[i].reset, (unsigned long long)got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_wait_and_a_word_are_read),
	    cmocka_unit_test(the_finer_wait_counts),
	    cmocka_unit_test(a_vendors_own_limits_count_where_nothing_else_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
