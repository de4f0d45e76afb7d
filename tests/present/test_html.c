#include "present/html.h"
#include "present/plain.h"
#include "present/sample.h"
#include "test.h"

/* Nothing in it can open or close a tag, an attribute or a reference, or steer a terminal or the direction of text. */
static void assert_inert(struct fl_str s)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	assert_true(fl_utf8_valid(s));
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		assert_true(c != '<' && c != '>' && c != '"' && c != '\'' && c != 0x7f);
		assert_true(c >= 0x20 || c == '\n' || c == '\t');
		bool is_known = c != '&';
		for (size_t k = 0; k < FL_COUNT(known); k++)
			is_known |= fl_str_starts(fl_str_sub(s, i, s.n), fl_str_from(known[k]));
		assert_true(is_known);
	}
	static const char *const steering[] = {"\xe2\x80\xae", "\xe2\x80\xaa", "\xe2\x81\xa6", "\xe2\x80\x8f",
	                                       "\xc2\x9b"};
	for (size_t k = 0; k < FL_COUNT(steering); k++)
		assert_true(fl_str_find(s, fl_str_from(steering[k]), 0) < 0);
}

static void hostile_texts_become_inert(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	for (size_t i = 0; i < 8; i++) {
		assert_inert(fl_html(&a, sample_evil(i)));
		assert_inert(fl_html_line(&a, sample_evil(i)));
		for (size_t columns = 0; columns < 40; columns++)
			assert_inert(fl_html_brief(&a, sample_evil(i), columns));
		for (size_t n = 0; n < sample_evil(i).n; n++)
			assert_inert(fl_html_excerpt(&a, sample_evil(i), n, n / 2));
	}
	fl_arena_release(&a);
}

static void every_two_bytes_become_inert(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	for (unsigned x = 0; x < 65536; x++) {
		char two[2] = {(char)(x >> 8), (char)x};
		assert_inert(fl_html(&a, (struct fl_str){two, 2}));
		if (x % 4096 == 0)
			fl_arena_reset(&a);
	}
	fl_arena_release(&a);
}

static void escaping_keeps_what_is_harmless(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	assert_str(fl_html(&a, FL_S("a < b && c > \"d\" 'e'")), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &#39;e&#39;");
	assert_str(fl_html(&a, FL_S("Gr\xc3\xbc\xc3\x9f\x65\n\xe6\xbc\xa2\xe5\xad\x97")),
	           "Gr\xc3\xbc\xc3\x9f\x65\n\xe6\xbc\xa2\xe5\xad\x97");
	assert_str(fl_html_line(&a, FL_S("two\nlines")), "two lines");
	assert_str(fl_html(&a, FL_S("")), "");
	assert_str(fl_html(&a, FL_S("\x1b[2J\x00\xff")), "\\x1b[2J\\x00\\xff");
	fl_arena_release(&a);
}

static void a_brief_name_loses_its_middle(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	assert_str(fl_html_brief(&a, FL_S("vendor/model-large@high x3"), 40), "vendor/model-large@high x3");
	assert_str(fl_html_brief(&a, FL_S("vendor/model-large@high x3"), 17), "vendor/...high x3");
	/* Wide characters count two columns and stay whole. */
	assert_str(
	    fl_html_brief(&a, FL_S("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97"), 11),
	    "\xe6\xbc\xa2\xe5\xad\x97...\xe6\xbc\xa2\xe5\xad\x97");
	fl_arena_release(&a);
}

static void an_excerpt_says_how_much_is_left_out(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	assert_str(fl_html_excerpt(&a, FL_S("0123456789"), 6, 4), "0123456789");
	assert_str(fl_html_excerpt(&a, FL_S("0123456789"), 3, 2),
	           "012\n\xe2\x80\xa6 5 bytes left out \xe2\x80\xa6\n89");
	/* Not in the middle of a character. */
	assert_str(fl_html_excerpt(&a, FL_S("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"), 3, 3),
	           "\xc3\xbc\n\xe2\x80\xa6 4 bytes left out \xe2\x80\xa6\n\xc3\xbc");
	fl_arena_release(&a);
}

static void a_text_over_the_limit_is_cut_and_stays_whole(void **state)
{
	struct fl_arena a;
	struct fl_buf b;
	(void)state;
	fl_arena_init(&a);
	fl_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 200000; i++)
		fl_buf_char(&b, "<\"\xe2\x80\xae&"[i % 6]);
	struct fl_str s = fl_html(&a, fl_buf_slice(&b));
	assert_inert(s);
	assert_true(s.n <= FL_HTML_TEXT + 64);
	assert_true(fl_str_ends(s, FL_S("bytes left out")));
	assert_inert(fl_html_line(&a, fl_buf_slice(&b)));
	fl_buf_release(&b);
	fl_arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_texts_become_inert),
	    cmocka_unit_test(every_two_bytes_become_inert),
	    cmocka_unit_test(escaping_keeps_what_is_harmless),
	    cmocka_unit_test(a_brief_name_loses_its_middle),
	    cmocka_unit_test(an_excerpt_says_how_much_is_left_out),
	    cmocka_unit_test(a_text_over_the_limit_is_cut_and_stays_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
