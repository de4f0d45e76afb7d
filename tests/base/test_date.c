/* Calendar days: every day of three centuries, and what is no day. */
#include "test.h"

#include "base/date.h"

static void days_go_to_text_and_back(void **state)
{
	(void)state;
	char text[FL_DATE_TEXT];
	fl_date back;
	int y, m, d, last_y = 1900, last_m = 1, last_d = 0;
	for (fl_date day = fl_date_of(1900, 1, 1); day <= fl_date_of(2199, 12, 31); day++) {
		fl_date_split(day, &y, &m, &d);
		assert_int_equal(fl_date_of(y, m, d), day);
		bool next = (y == last_y && m == last_m && d == last_d + 1) ||
		            (y == last_y && m == last_m + 1 && d == 1) || (y == last_y + 1 && m == 1 && d == 1);
		assert_true(next);
		last_y = y, last_m = m, last_d = d;
		assert_int_equal(fl_date_parse(fl_date_format(day, text), &back, NULL), FL_OK);
		assert_int_equal(back, day);
	}
	assert_int_equal(fl_date_of(1970, 1, 1), 0);
	assert_int_equal(fl_date_weekday(0), 3); /* a Thursday */
	assert_int_equal(fl_date_weekday(fl_date_of(2026, 11, 24)), 1);
}

static void leap_years_are_those_of_the_gregorian_calendar(void **state)
{
	(void)state;
	fl_date day;
	assert_int_equal(fl_date_parse(FL_S("2000-02-29"), &day, NULL), FL_OK);
	assert_int_equal(fl_date_parse(FL_S("2024-02-29"), &day, NULL), FL_OK);
	assert_int_equal(fl_date_parse(FL_S("1900-02-29"), &day, NULL), FL_E_INVALID);
	assert_int_equal(fl_date_parse(FL_S("2100-02-29"), &day, NULL), FL_E_INVALID);
	assert_int_equal(fl_date_parse(FL_S("2026-02-29"), &day, NULL), FL_E_INVALID);
}

static void months_and_years_are_their_first_day(void **state)
{
	(void)state;
	fl_date day;
	assert_int_equal(fl_date_parse(FL_S("2026-11"), &day, NULL), FL_OK);
	assert_int_equal(day, fl_date_of(2026, 11, 1));
	assert_int_equal(fl_date_parse(FL_S("2026"), &day, NULL), FL_OK);
	assert_int_equal(day, fl_date_of(2026, 1, 1));
}

static void what_is_no_day_is_refused_with_what_was_found(void **state)
{
	(void)state;
	static const char *const text[] = {
	    "",           "2026-",      "2026-1",     "2026-13",     "2026-00",     "2026-11-31",
	    "2026-11-00", "26-11-24",   "2026/11/24", "2026-11-24 ", " 2026-11-24", "2026-11-24T",
	    "1899-12-31", "2200-01-01", "20261124",   "2026-11-2",   "soon",        "-2026-11-24"};
	for (size_t i = 0; i < FL_COUNT(text); i++) {
		struct fl_err e = {0};
		fl_date day = 7;
		if (fl_date_parse(fl_str_from(text[i]), &day, &e) != FL_E_INVALID)
			fail_msg("'%s' was taken for a day", text[i]);
		assert_true(e.expected[0]);
	}
	char none[FL_DATE_TEXT];
	assert_str(fl_date_format(FL_DATE_NONE, none), "");
}

static int64_t instant(const char *text)
{
	int64_t ms;
	struct fl_err e = {0};
	assert_ok(fl_instant_parse(fl_str_from(text), &ms, &e), &e);
	return ms;
}

static void instants_have_offsets_fractions_and_days(void **state)
{
	(void)state;
	int64_t noon = fl_date_of(2026, 11, 24) * FL_DAY_MS + FL_DAY_MS / 2;
	assert_int_equal(instant("2026-11-24T12:00:00Z"), noon);
	assert_int_equal(instant("2026-11-24 12:00:00Z"), noon);
	assert_int_equal(instant("2026-11-24T14:00:00+02:00"), noon);
	assert_int_equal(instant("2026-11-24T06:30:00-05:30"), noon);
	assert_int_equal(instant("2026-11-24T12:00:00.25Z"), noon + 250);
	assert_int_equal(instant("2026-11-24"), noon - FL_DAY_MS / 2);
	assert_int_equal(fl_date_at(noon), fl_date_of(2026, 11, 24));
	assert_int_equal(fl_date_at(-1), -1);
	static const char *const bad[] = {"2026-11-24T25:00:00Z", "2026-11-24T12:60:00Z", "2026-11-24T12:00:00",
	                                  "2026-11-24T12:00:00+2"};
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		int64_t ms;
		struct fl_err e = {0};
		if (fl_instant_parse(fl_str_from(bad[i]), &ms, &e) == FL_OK)
			fail_msg("'%s' was taken for an instant", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_go_to_text_and_back),
	    cmocka_unit_test(leap_years_are_those_of_the_gregorian_calendar),
	    cmocka_unit_test(months_and_years_are_their_first_day),
	    cmocka_unit_test(what_is_no_day_is_refused_with_what_was_found),
	    cmocka_unit_test(instants_have_offsets_fractions_and_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
