/* AWS event streams: the protocol's own example, every header type, every damaged byte, every cut. */
#include "test.h"

#include "codec/eventstream.h"

#include <zlib.h>

struct log {
	struct fl_buf text;
	enum fl_code code;
	bool cut;
	int messages;
};

static enum fl_code note(void *user, const struct fl_eventstream_message *m, struct fl_err *err)
{
	(void)err;
	struct log *log = user;
	log->messages++;
	fl_buf_str(&log->text, fl_eventstream_header(m, FL_S(":event-type")));
	fl_buf_char(&log->text, '=');
	fl_buf_str(&log->text, m->payload);
	fl_buf_char(&log->text, '|');
	return FL_OK;
}

static void decode(struct fl_str bytes, size_t step, struct log *log)
{
	struct fl_eventstream s;
	struct fl_err err;
	*log = (struct log){.code = FL_OK};
	fl_buf_init(&log->text, 1 << 20);
	fl_eventstream_init(&s, note, log);
	for (size_t i = 0; i < bytes.n && log->code == FL_OK; i += step)
		log->code = fl_eventstream_feed(&s, fl_str_sub(bytes, i, i + step), &err);
	log->cut = fl_eventstream_end(&s);
	fl_eventstream_release(&s);
}

static void put32(struct fl_buf *b, uint32_t v)
{
	const char byte[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
	fl_buf_add(b, byte, 4);
}

static uint32_t crc(const struct fl_buf *b, size_t from)
{
	return (uint32_t)crc32(0, (const Bytef *)b->p + from, (uInt)(b->n - from));
}

static void put_message(struct fl_buf *b, struct fl_str headers, struct fl_str payload)
{
	size_t from = b->n;
	put32(b, (uint32_t)(headers.n + payload.n + 16));
	put32(b, (uint32_t)headers.n);
	put32(b, crc(b, from));
	fl_buf_str(b, headers);
	fl_buf_str(b, payload);
	put32(b, crc(b, from));
}

#define EVENT_TYPE                                                                                                     \
	"\x0b:event-type\x07\x00\x05"                                                                                  \
	"chunk"

static void two_messages(struct fl_buf *b)
{
	fl_buf_init(b, 1 << 20);
	put_message(b,
	            FL_S("\x01t\x00"
	                 "\x01"
	                 "f\x01"
	                 "\x01"
	                 "b\x02*"
	                 "\x01s\x03**"
	                 "\x01i\x04****"
	                 "\x01l\x05********"
	                 "\x01y\x06\x00\x02**"
	                 "\x01T\x08********"
	                 "\x01u\x09****************" EVENT_TYPE),
	            FL_S("{\"a\":1}"));
	put_message(b, FL_S(""), FL_S(""));
}

/* The empty message of the specification's test vectors. */
static void the_published_example_is_read(void **state)
{
	(void)state;
	struct log log;
	decode(FL_S("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff"), 1, &log);
	assert_int_equal(log.code, FL_OK);
	assert_int_equal(log.messages, 1);
	assert_false(log.cut);
	fl_buf_release(&log.text);
}

static void messages_are_the_same_for_every_cut(void **state)
{
	(void)state;
	struct fl_buf b;
	two_messages(&b);
	for (size_t step = 1; step <= b.n; step++) {
		struct log log;
		decode(fl_buf_slice(&b), step, &log);
		assert_int_equal(log.code, FL_OK);
		assert_false(log.cut);
		assert_str(fl_buf_slice(&log.text), "chunk={\"a\":1}|=|");
		fl_buf_release(&log.text);
	}
	for (size_t n = 1; n < b.n; n++) {
		struct log log;
		decode(fl_str_sub(fl_buf_slice(&b), 0, n), n, &log);
		assert_true(log.cut || n == b.n - 16);
		fl_buf_release(&log.text);
	}
	fl_buf_release(&b);
}

static void any_changed_byte_is_an_error(void **state)
{
	(void)state;
	struct fl_buf b;
	two_messages(&b);
	for (size_t i = 0; i < b.n; i++) {
		struct log log;
		b.p[i] ^= 0x20;
		decode(fl_buf_slice(&b), b.n, &log);
		if (log.code == FL_OK)
			fail_msg("byte %zu of %zu changed and nothing was said", i, b.n);
		b.p[i] ^= 0x20;
		fl_buf_release(&log.text);
	}
	fl_buf_release(&b);
}

static void lengths_and_headers_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	static const struct fl_str bad[] = {
	    {"\x00", 1},
	    {"\x05"
	     "ab",
	     3},
	    {"\x01"
	     "a",
	     2},
	    {"\x01"
	     "a\x0a",
	     3},
	    {"\x01"
	     "a\x04**",
	     5},
	    {"\x01"
	     "a\x07\x00",
	     4},
	    {"\x01"
	     "a\x07\x00\x05**",
	     7},
	};
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		struct fl_buf b;
		struct log log;
		fl_buf_init(&b, 1000);
		put_message(&b, bad[i], FL_S("x"));
		decode(fl_buf_slice(&b), 3, &log);
		assert_int_equal(log.code, FL_E_INVALID);
		fl_buf_release(&log.text);
		fl_buf_release(&b);
	}
	static const uint32_t lengths[][2] = {{15, 0},
	                                      {0, 0},
	                                      {20, 5},
	                                      {UINT32_MAX, 0},
	                                      {FL_EVENTSTREAM_BYTES + 1, 0},
	                                      {1 << 20, FL_EVENTSTREAM_HEADER_BYTES + 1}};
	for (size_t i = 0; i < FL_COUNT(lengths); i++) {
		struct fl_buf b;
		struct log log;
		fl_buf_init(&b, 1000);
		put32(&b, lengths[i][0]);
		put32(&b, lengths[i][1]);
		put32(&b, crc(&b, 0));
		decode(fl_buf_slice(&b), 1, &log);
		assert_int_equal(log.code, i < 3 ? FL_E_INVALID : FL_E_LIMIT);
		fl_buf_release(&log.text);
		fl_buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_published_example_is_read),
	    cmocka_unit_test(messages_are_the_same_for_every_cut),
	    cmocka_unit_test(any_changed_byte_is_an_error),
	    cmocka_unit_test(lengths_and_headers_that_do_not_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
