#include "present/balance_text.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/sample.h"
#include "present/table.h"
#include "test.h"

#include <math.h>

static void figures_are_written_in_one_way(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	assert_str(fl_show_share(&a, 0.8123), "81.2 %");
	assert_str(fl_show_points(&a, 1), "100.0");
	assert_str(fl_show_money(&a, 4200000), "$0.0042");
	assert_str(fl_show_money(&a, 0), "$0");
	assert_str(fl_show_ms(&a, 250), "250 ms");
	assert_str(fl_show_ms(&a, 999.4), "999 ms");
	assert_str(fl_show_ms(&a, 999.6), "1.0 s");
	assert_str(fl_show_ms(&a, 4200), "4.2 s");
	assert_str(fl_show_ms(&a, 130000), "2.2 min");
	assert_str(fl_show_seconds(&a, 0.4), "0.4 s");
	assert_str(fl_show_seconds(&a, 7560), "2.1 h");
	assert_str(fl_show_seconds(&a, NAN), "-");
	assert_str(fl_show_count(&a, 0), "0");
	assert_str(fl_show_count(&a, 999), "999");
	assert_str(fl_show_count(&a, 12345), "12,345");
	assert_str(fl_show_count(&a, 1234567), "1,234,567");
	assert_str(fl_show_count(&a, UINT64_MAX), "18,446,744,073,709,551,615");
	fl_arena_release(&a);
}

static void nothing_steers_a_terminal(void **state)
{
	struct fl_buf b;
	(void)state;
	fl_buf_init(&b, 1 << 24);
	for (unsigned x = 0; x < 65536; x++) {
		char two[2] = {(char)(x >> 8), (char)x};
		fl_plain(&b, (struct fl_str){two, 2});
	}
	for (size_t i = 0; i < 8; i++)
		fl_plain(&b, sample_evil(i));
	struct fl_str s = fl_buf_slice(&b);
	assert_true(fl_utf8_valid(s));
	for (size_t i = 0; i < s.n;) {
		uint32_t cp = 0;
		i += fl_utf8_decode(fl_str_sub(s, i, s.n), &cp);
		assert_true(cp >= 0x20 || cp == '\n' || cp == '\t');
		assert_false(cp >= 0x7f && cp < 0xa0);
		assert_false((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069));
	}
	fl_buf_release(&b);
}

static void a_plain_line_is_one_line_of_so_many_columns(void **state)
{
	struct fl_buf b;
	(void)state;
	fl_buf_init(&b, 4096);
	for (size_t columns = 3; columns < 60; columns++)
		for (size_t i = 0; i < 8; i++) {
			fl_buf_reset(&b);
			fl_plain_line(&b, sample_evil(i), columns);
			assert_true(fl_columns(fl_buf_slice(&b)) <= columns);
			assert_true(fl_str_find_char(fl_buf_slice(&b), '\n', 0) < 0);
		}
	fl_buf_reset(&b);
	fl_plain_line(&b, FL_S("  a\n\n b\tc  "), 20);
	assert_str(fl_buf_slice(&b), "a b c");
	assert_int_equal(fl_columns(FL_S("\xe6\xbc\xa2"
	                                 "e\xcc\x81")),
	                 3);
	fl_buf_release(&b);
}

static void the_table_keeps_to_eighty_columns(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct sample s;
		struct fl_buf b;
		sample_open(&s, (enum sample_kind)kind);
		fl_buf_init(&b, 1 << 20);
		fl_balance_table(&s.b, &b, 80, 100);
		struct fl_str text = fl_buf_slice(&b);
		size_t lines = 0;
		for (size_t from = 0; from < text.n; lines++) {
			ptrdiff_t end = fl_str_find_char(text, '\n', from);
			assert_true(end >= 0);
			struct fl_str line = fl_str_sub(text, from, (size_t)end);
			if (fl_columns(line) > 80)
				fail_msg("%zu columns: %.*s", fl_columns(line), FL_FMT(line));
			from = (size_t)end + 1;
		}
		assert_int_equal(lines, s.b.candidate_count + 1);
		fl_buf_release(&b);
		sample_close(&s);
	}
}

static void wrapped_text_keeps_its_words_and_its_width(void **state)
{
	struct fl_buf b;
	(void)state;
	fl_buf_init(&b, 4096);
	fl_wrap(&b, FL_S("one two three four five six"), 12, "> ");
	assert_str(fl_buf_slice(&b), "> one two\n> three four\n> five six\n");
	fl_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figures_are_written_in_one_way),
	    cmocka_unit_test(nothing_steers_a_terminal),
	    cmocka_unit_test(a_plain_line_is_one_line_of_so_many_columns),
	    cmocka_unit_test(the_table_keeps_to_eighty_columns),
	    cmocka_unit_test(wrapped_text_keeps_its_words_and_its_width),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
