#include "present/report.h"
#include "present/sample.h"
#include "test.h"

static struct fl_buf page_of(enum sample_kind kind, bool store)
{
	struct sample s;
	struct fl_buf page;
	struct fl_err err;
	fl_buf_init(&page, 64 << 20);
	sample_open(&s, kind);
	if (store)
		sample_store(&s, kind == SAMPLE_HOSTILE);
	assert_ok(fl_report(&s.b, s.store, &page, &err), &err);
	sample_close(&s);
	return page;
}

static bool has(const struct fl_buf *page, const char *text)
{
	return fl_str_find(fl_buf_slice(page), fl_str_from(text), 0) >= 0;
}

static size_t count(const struct fl_buf *page, const char *text)
{
	size_t n = 0;
	for (ptrdiff_t at = 0; (at = fl_str_find(fl_buf_slice(page), fl_str_from(text), (size_t)at)) >= 0; at++)
		n++;
	return n;
}

/* Which sections a page has. */
static const struct {
	enum sample_kind kind;
	bool store;
	const char *sections; /* space before and after each */
} expected[] = {
    {SAMPLE_PLAIN, true, " worth certificate quality race staircase candidates answers receipt "},
    {SAMPLE_PLAIN, false, " worth certificate quality race staircase candidates receipt "},
    {SAMPLE_HOSTILE, true, " worth certificate quality race staircase candidates answers receipt "},
    {SAMPLE_ONE, false, " worth certificate staircase candidates "},
    {SAMPLE_NONE, true, " worth certificate quality race staircase candidates answers receipt "},
    {SAMPLE_STOPPED, false, " worth certificate quality race staircase candidates receipt "},
    {SAMPLE_FREE, false, " worth certificate quality race staircase candidates receipt "},
    {SAMPLE_UNKNOWN, false, " worth certificate quality race staircase candidates receipt "},
    {SAMPLE_MANY, false, " worth certificate quality race staircase candidates receipt "},
};

static void a_page_has_the_sections_that_its_data_give_and_no_others(void **state)
{
	static const char *const all[] = {"worth",     "certificate", "quality", "race",
	                                  "staircase", "candidates",  "answers", "receipt"};
	(void)state;
	for (size_t i = 0; i < FL_COUNT(expected); i++) {
		struct fl_buf page = page_of(expected[i].kind, expected[i].store);
		for (size_t s = 0; s < FL_COUNT(all); s++) {
			char opening[64], word[64];
			snprintf(opening, sizeof opening, "<section id=\"%s\"", all[s]);
			snprintf(word, sizeof word, " %s ", all[s]);
			if (count(&page, opening) != (strstr(expected[i].sections, word) != NULL))
				fail_msg("sample %zu: section '%s' is there %zu times", i, all[s],
				         count(&page, opening));
		}
		fl_buf_release(&page);
	}
}

static void the_axis_follows_what_is_known(void **state)
{
	static const struct {
		enum sample_kind kind;
		const char *title;
	} row[] = {{SAMPLE_PLAIN, ">Cost and quality<"},
	           {SAMPLE_FREE, ">Latency and quality<"},
	           {SAMPLE_UNKNOWN, ">Quality<"}};
	(void)state;
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_buf page = page_of(row[i].kind, false);
		assert_true(has(&page, row[i].title));
		fl_buf_release(&page);
	}
}

static void the_certificate_says_what_was_tested_and_what_is_open(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_PLAIN, true);
	static const char *const said[] = {"8 candidates on 40 items",
	                                   "These 40 items, and no others",
	                                   "95 %, over one random order of the items (order seed 1)",
	                                   "at most $0.002 more an item on future traffic",
	                                   "no stated price: its calls count as free",
	                                   "Not told apart beyond the bound",
	                                   "fulcrum show ticket-triage-1",
	                                   "$900.00 to $1500.00, against vendor1/model-7@high x3",
	                                   "100 of 320 calls; $0.012 instead of about $0.09"};
	for (size_t i = 0; i < FL_COUNT(said); i++)
		if (!has(&page, said[i]))
			fail_msg("the page does not say '%s'", said[i]);
	fl_buf_release(&page);
	page = page_of(SAMPLE_STOPPED, false);
	assert_true(has(&page, "It ended early: stopped by a signal. Not settled (8)"));
	assert_false(has(&page, "<dt>Bound</dt>"));
	fl_buf_release(&page);
}

static void an_unknown_price_is_never_shown_as_nothing(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_UNKNOWN, false);
	assert_false(has(&page, "Cost an item"));
	assert_false(has(&page, "Mean an item"));
	assert_false(has(&page, "<dt>Latency</dt>"));
	assert_true(has(&page, "Tokens in"));
	fl_buf_release(&page);
}

static void answers_stand_side_by_side_with_their_grades(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_PLAIN, true);
	assert_int_equal(count(&page, "<article"), 8);
	assert_int_equal(count(&page, "class=\"side "), 16);
	/* The chosen one failed on item 0 and was wrong on 3, 6 and 9, its rival on others: those come first. */
	ptrdiff_t first = fl_str_find(fl_buf_slice(&page), FL_S("<h3>Item <bdi>t-000"), 0);
	ptrdiff_t last = fl_str_find(fl_buf_slice(&page), FL_S("<h3>Item <bdi>t-009"), 0);
	ptrdiff_t rival = fl_str_find(fl_buf_slice(&page), FL_S("<h3>Item <bdi>t-002"), 0);
	assert_true(first >= 0 && first < last && last < rival);
	assert_true(has(&page, "expected <q dir=\"auto\">billing</q>"));
	assert_true(has(&page, "no answer within 60 s"));
	assert_true(has(&page, "user: Which queue? Ticket 3: my invoice is wrong."));
	assert_true(has(&page, "I think that it is shipping"));
	assert_true(has(&page, "both were right on 4, neither on 0"));
	fl_buf_release(&page);
}

/* Everything between '<' and '>' is ours: after a tag's name only attributes that the report writes. */
static void nothing_that_was_said_becomes_markup(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_HOSTILE, true);
	static const char *const never[] = {"<img",          "<iframe", "<base",          "<svg onload",
	                                    "<script>alert", "<!--",    " onmouseover='", "onerror=alert(2)>\n",
	                                    "\x1b",          "\x07",    "\xe2\x80\xae",   "\xe2\x81\xa6",
	                                    "\xff"};
	for (size_t i = 0; i < FL_COUNT(never); i++)
		if (has(&page, never[i]))
			fail_msg("the page holds '%s'", never[i]);
	assert_int_equal(count(&page, "<script>"), 1);
	assert_int_equal(count(&page, "</script>"), 1);
	assert_int_equal(count(&page, "</style>"), 1);
	assert_int_equal(count(&page, "<title>") - count(&page, "\"><title>"), 1);
	assert_true(fl_utf8_valid(fl_buf_slice(&page)));
	assert_true(has(&page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_true(has(&page, "\\u202egnp.exe"));
	fl_buf_release(&page);
}

static void a_page_fetches_nothing_and_runs_only_its_own_script(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct fl_buf page = page_of((enum sample_kind)kind, false);
		assert_true(has(&page, "default-src 'none'; style-src 'sha256-"));
		static const char *const never[] = {" src=",   "<link", "@import", "url(",
		                                    " style=", "<use",  "xlink",   "unsafe-"};
		for (size_t i = 0; i < FL_COUNT(never); i++) {
			if (kind == SAMPLE_HOSTILE && i == 0) /* it stands in a text there */
				continue;
			if (has(&page, never[i]))
				fail_msg("sample %d holds '%s'", kind, never[i]);
		}
		assert_int_equal(count(&page, " href=") - count(&page, " href=\"#") - count(&page, " href=//example"),
		                 0);
		fl_buf_release(&page);
	}
}

static void equal_data_give_equal_bytes(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct fl_buf one = page_of((enum sample_kind)kind, kind == SAMPLE_PLAIN);
		struct fl_buf two = page_of((enum sample_kind)kind, kind == SAMPLE_PLAIN);
		assert_true(fl_str_eq(fl_buf_slice(&one), fl_buf_slice(&two)));
		fl_buf_release(&one);
		fl_buf_release(&two);
	}
}

static void a_full_buffer_is_an_error_and_no_half_page(void **state)
{
	struct sample s;
	struct fl_buf page;
	struct fl_err err;
	(void)state;
	sample_open(&s, SAMPLE_PLAIN);
	fl_buf_init(&page, 20000);
	assert_int_equal(fl_report(&s.b, NULL, &page, &err), FL_E_LIMIT);
	assert_true(strstr(err.message, "20000") != NULL);
	fl_buf_release(&page);
	sample_close(&s);
}

static void every_candidate_is_in_the_table_whatever_their_number(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_MANY, false);
	assert_int_equal(count(&page, "<td class=\"text state\">"), 51);
	assert_int_equal(count(&page, "class=\"row race "), 51);
	assert_int_equal(count(&page, "<g class=\"point "), 51);
	fl_buf_release(&page);
}

static void long_names_are_told_apart_where_they_are_cut(void **state)
{
	(void)state;
	struct fl_buf page = page_of(SAMPLE_LONG, false);
	for (int i = 0; i < 8; i++) {
		char brief[64];
		snprintf(brief, sizeof brief, ">\xe2\x80\xa6x%d +%dex\xe2\x80\xa6</span>", i, i * 6);
		if (!has(&page, brief))
			fail_msg("no row is named '%s'", brief);
	}
	fl_buf_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_has_the_sections_that_its_data_give_and_no_others),
	    cmocka_unit_test(the_axis_follows_what_is_known),
	    cmocka_unit_test(the_certificate_says_what_was_tested_and_what_is_open),
	    cmocka_unit_test(an_unknown_price_is_never_shown_as_nothing),
	    cmocka_unit_test(answers_stand_side_by_side_with_their_grades),
	    cmocka_unit_test(nothing_that_was_said_becomes_markup),
	    cmocka_unit_test(a_page_fetches_nothing_and_runs_only_its_own_script),
	    cmocka_unit_test(equal_data_give_equal_bytes),
	    cmocka_unit_test(a_full_buffer_is_an_error_and_no_half_page),
	    cmocka_unit_test(every_candidate_is_in_the_table_whatever_their_number),
	    cmocka_unit_test(long_names_are_told_apart_where_they_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
