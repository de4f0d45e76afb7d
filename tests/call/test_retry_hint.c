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
	return fl_retry_hint_read(&head, NOW_MS);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_wait_and_a_word_are_read),
	    cmocka_unit_test(the_finer_wait_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
