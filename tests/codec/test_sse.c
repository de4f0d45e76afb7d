#include "test.h"

#include "codec/sse.h"

static struct fl_buf events;

static enum fl_code note(void *user, const struct fl_sse_event *e, struct fl_err *err)
{
	(void)err;
	fl_buf_printf(&events, "<%.*s|%.*s|%.*s>", FL_FMT(e->event), FL_FMT(e->data), FL_FMT(e->id));
	return user && fl_str_is(e->data, user) ? FL_E_CANCELLED : FL_OK;
}

/* Feeds `text` in pieces of `step` bytes; what came out stands in `events`, "+cut" behind it when something was cut. */
static enum fl_code decode(struct fl_str text, size_t step, struct fl_sse_limits limits, void *user)
{
	struct fl_sse s;
	enum fl_code code = FL_OK;
	fl_buf_release(&events);
	fl_buf_init(&events, 1 << 16);
	fl_sse_init(&s, limits, note, user);
	for (size_t i = 0; code == FL_OK && i < text.n; i += step)
		code = fl_sse_feed(&s, fl_str_sub(text, i, i + step), NULL);
	if (code == FL_OK && fl_sse_end(&s))
		fl_buf_z(&events, "+cut");
	if (code != FL_OK)
		assert_int_equal(fl_sse_feed(&s, FL_S("x"), NULL), code);
	fl_sse_release(&s);
	return code;
}

static const struct fl_sse_limits wide = {1000, 1000};

static void events_are_the_same_for_every_cut(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"data: a\n\n", "<|a|>"},
	    {"data: a\r\n\r\ndata:b\r\rdata: c\n\r\n", "<|a|><|b|><|c|>"},
	    {"\xef\xbb\xbf"
	     "data: a\n\n\xef\xbb\xbf"
	     "data: b\n\n",
	     "<|a|>"},
	    {"event: delta\ndata: {\ndata:  }\nid: 7\n\ndata: x\n\n", "<delta|{\n }|7><|x|7>"},
	    {": ping\n\n:\n\ndata: a\n: in between\ndata: b\n\n", "<|a\nb|>"},
	    {"data\n\ndata:\ndata:\n\n", "<||><|\n|>"},
	    {"event: lost\n\ndata: a\n\n", "<|a|>"},
	    {"retry: 10\nfoo: bar\nDATA: no\ndata: yes\n\n", "<|yes|>"},
	    {"data: a\n\ndata: b\n", "<|a|>+cut"},
	    {"data: a\n\ndata: b", "<|a|>+cut"},
	    {"data: a\n\n: ping", "<|a|>+cut"},
	    {"data: a\n\n: ping\n", "<|a|>"},
	    {"", ""},
	    {"data: [DONE]\n\n", "<|[DONE]|>"},
	};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		for (size_t step = 1; step <= strlen(rows[i].text) + 1; step++) {
			assert_int_equal(decode(fl_str_from(rows[i].text), step, wide, NULL), FL_OK);
			assert_str(fl_buf_slice(&events), rows[i].want);
		}
	}
}

static void an_id_with_nul_is_ignored(void **state)
{
	(void)state;
	assert_int_equal(decode(FL_S("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"), 3, wide, NULL), FL_OK);
	assert_str(fl_buf_slice(&events), "<|a|1><|b|1>");
}

static void lines_and_events_are_limited_at_the_edge(void **state)
{
	(void)state;
	struct fl_sse_limits limits = {10, 9};
	for (size_t step = 1; step < 30; step++) {
		assert_int_equal(decode(FL_S("data: 1234\n\n"), step, limits, NULL), FL_OK);
		assert_int_equal(decode(FL_S("data: 12345\n\n"), step, limits, NULL), FL_E_LIMIT);
		assert_int_equal(decode(FL_S("data:12345\n:123456789\n\n"), step, limits, NULL), FL_OK);
		assert_int_equal(decode(FL_S("data:12345\ndata:123\n\n"), step, limits, NULL), FL_OK);
		assert_int_equal(decode(FL_S("data:12345\ndata:1234\n\n"), step, limits, NULL), FL_E_LIMIT);
	}
}

static void the_callback_can_stop_it(void **state)
{
	(void)state;
	char two[] = "2";
	for (size_t step = 1; step < 40; step++) {
		assert_int_equal(decode(FL_S("data: 1\n\ndata: 2\n\ndata: 3\n\n"), step, wide, two), FL_E_CANCELLED);
		assert_str(fl_buf_slice(&events), "<|1|><|2|>");
	}
}

static void comments_are_no_sign_of_life(void **state)
{
	(void)state;
	struct fl_sse s;
	fl_sse_init(&s, wide, note, NULL);
	fl_buf_reset(&events);
	assert_int_equal(fl_sse_feed(&s, FL_S(": ping\n\n: ping\n\n"), NULL), FL_OK);
	assert_int_equal(s.payload_lines, 0);
	assert_int_equal(fl_sse_feed(&s, FL_S("data: x\n"), NULL), FL_OK);
	assert_int_equal(s.payload_lines, 1);
	fl_sse_release(&s);
}

static int drop_events(void **state)
{
	(void)state;
	fl_buf_release(&events);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_are_the_same_for_every_cut),
	    cmocka_unit_test(an_id_with_nul_is_ignored),
	    cmocka_unit_test(lines_and_events_are_limited_at_the_edge),
	    cmocka_unit_test(the_callback_can_stop_it),
	    cmocka_unit_test(comments_are_no_sign_of_life),
	};
	return cmocka_run_group_tests(tests, NULL, drop_events);
}
