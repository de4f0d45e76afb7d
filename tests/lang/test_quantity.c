#include "test.h"

#include "lang/quantity.h"

struct row {
	enum fl_quantity kind;
	const char *text, *bare;
	int64_t want;
};

static void figures_are_read_exactly(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {FL_Q_MONEY, "5 USD", NULL, 5000000000},
	    {FL_Q_MONEY, "$5", NULL, 5000000000},
	    {FL_Q_MONEY, " $ 0.10 ", NULL, 100000000},
	    {FL_Q_MONEY, "0.01USD", NULL, 10000000},
	    {FL_Q_MONEY, "0.000000001 USD", NULL, 1},
	    {FL_Q_MONEY, "9223372036 USD", NULL, INT64_C(9223372036000000000)},
	    {FL_Q_MONEY, "1", "USD", 1000000000},
	    {FL_Q_MONEY, "5$", NULL, 5000000000},
	    {FL_Q_DURATION, "250ms", NULL, 250},
	    {FL_Q_DURATION, "4s", NULL, 4000},
	    {FL_Q_DURATION, "1.5 s", NULL, 1500},
	    {FL_Q_DURATION, "2 min", NULL, 120000},
	    {FL_Q_DURATION, "0.00005 min", NULL, 3},
	    {FL_Q_DURATION, "24h", NULL, 86400000},
	    {FL_Q_DURATION, "30d", NULL, INT64_C(2592000000)},
	    {FL_Q_DURATION, "2.5", "s", 2500},
	    {FL_Q_TOKENS, "16k", NULL, 16000},
	    {FL_Q_TOKENS, "1M", NULL, 1000000},
	    {FL_Q_TOKENS, "1.5k", NULL, 1500},
	    {FL_Q_TOKENS, "4096", NULL, 4096},
	    {FL_Q_TOKENS, "16k tokens", NULL, 16000},
	    {FL_Q_TOKENS, "+16 k tokens", NULL, 16000},
	    {FL_Q_BYTES, "24GB", NULL, INT64_C(24000000000)},
	    {FL_Q_BYTES, "24GiB", NULL, INT64_C(25769803776)},
	    {FL_Q_BYTES, "0.5 KiB", NULL, 512},
	    {FL_Q_SHARE, "95%", NULL, 950000000},
	    {FL_Q_SHARE, "0.95", NULL, 950000000},
	    {FL_Q_SHARE, "99.9 %", NULL, 999000000},
	    {FL_Q_SHARE, "100%", NULL, 1000000000},
	    {FL_Q_SHARE, "0", NULL, 0},
	    {FL_Q_POINTS, "2 points", NULL, 20000000},
	    {FL_Q_POINTS, "1 point", NULL, 10000000},
	    {FL_Q_POINTS, "0.5 points", NULL, 5000000},
	    {FL_Q_POINTS, "0.02", NULL, 20000000},
	    {FL_Q_POINTS, "2", "points", 20000000},
	    {FL_Q_PER_MONTH, "50000/month", NULL, 50000},
	    {FL_Q_PER_MONTH, "50k / month", NULL, 50000},
	    {FL_Q_PER_MONTH, "100 calls/month", NULL, 100},
	    {FL_Q_PER_MONTH, "50", "/month", 50},
	    {FL_Q_PER_MONTH, "1M", "/month", 1000000},
	    {FL_Q_PER_MONTH, "50 k", "/month", 50000},
	    {FL_Q_PER_MONTH, "50k calls/month", "/month", 50000},
	    {FL_Q_PER_HOUR, "40 USD/hour", NULL, INT64_C(40000000000)},
	    {FL_Q_PER_HOUR, "$40/h", NULL, INT64_C(40000000000)},
	    {FL_Q_PER_MTOK, "3 USD/Mtok", NULL, INT64_C(3000000000)},
	    {FL_Q_PER_MTOK, "0.003 USD/ktok", NULL, INT64_C(3000000000)},
	    {FL_Q_PER_MTOK, "0.0000000001 USD/ktok", NULL, 100},
	    {FL_Q_PER_MTOK, "0.1234567891 USD/Mtok", NULL, 123456790},
	    {FL_Q_PER_MTOK, "3", "USD/Mtok", INT64_C(3000000000)},
	    {FL_Q_PER_MEGASECOND, "0.05 USD/hour", NULL, INT64_C(13888888889)},
	    {FL_Q_PER_MEGASECOND, "36 USD/hour", NULL, INT64_C(10000000000000)},
	    {FL_Q_PER_MEGASECOND, "0.00001 USD/s", NULL, INT64_C(10000000000)},
	    {FL_Q_PER_CALL, "0.01 USD/call", NULL, 10000000},
	    {FL_Q_PER_CALL, "1e-9 USD/call", NULL, 1},
	};
	for (const struct row *r = rows; r < rows + FL_COUNT(rows); r++) {
		int64_t v = -1;
		struct fl_err e = {0};
		assert_ok(fl_quantity_read(r->kind, fl_str_from(r->text), r->bare, &v, &e), &e);
		if (v != r->want)
			fail_msg("%s: %lld, want %lld", r->text, (long long)v, (long long)r->want);
	}
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	static const struct {
		enum fl_quantity kind;
		const char *text, *bare, *message;
		enum fl_code code;
	} rows[] = {
	    {FL_Q_MONEY, "5", NULL, "'5' is not an amount of money: its unit is missing", FL_E_INVALID},
	    {FL_Q_MONEY, "5 EUR", NULL, "its unit is unknown here", FL_E_INVALID},
	    {FL_Q_MONEY, "-5 USD", NULL, "it must not be negative", FL_E_INVALID},
	    {FL_Q_MONEY, "1,000 USD", NULL, "write it without commas", FL_E_INVALID},
	    {FL_Q_MONEY, "0.0000000001 USD", NULL, "finer than can be counted", FL_E_LIMIT},
	    {FL_Q_MONEY, "9223372037 USD", NULL, "out of range", FL_E_LIMIT},
	    {FL_Q_MONEY, "1.2.3 USD", NULL, "is not an amount of money", FL_E_INVALID},
	    {FL_Q_MONEY, "", NULL, "'' is not an amount of money", FL_E_INVALID},
	    {FL_Q_MONEY, "USD", NULL, "is not an amount of money", FL_E_INVALID},
	    {FL_Q_MONEY, "$", NULL, "is not an amount of money", FL_E_INVALID},
	    {FL_Q_MONEY, "5 USD USD USD USD USD USD USD USD", NULL, "is not an amount of money", FL_E_INVALID},
	    {FL_Q_DURATION, "4", NULL, "its unit is missing", FL_E_INVALID},
	    {FL_Q_DURATION, "0.5ms", NULL, "no whole number", FL_E_INVALID},
	    {FL_Q_DURATION, "$4s", NULL, "unit is unknown", FL_E_INVALID},
	    {FL_Q_MONEY, "5 U SD", NULL, "its unit is unknown here", FL_E_INVALID},
	    {FL_Q_TOKENS, "16 kB", NULL, "unit is unknown", FL_E_INVALID},
	    {FL_Q_TOKENS, "1.5", NULL, "no whole number", FL_E_INVALID},
	    {FL_Q_SHARE, "95", NULL, "it is over 100%", FL_E_INVALID},
	    {FL_Q_POINTS, "2", NULL, "a plain 0.02 means 2 points", FL_E_INVALID},
	    {FL_Q_PER_MONTH, "50000", NULL, "unit is missing", FL_E_INVALID},
	    {FL_Q_PER_MONTH, "50k", NULL, "unit is unknown", FL_E_INVALID},
	    {FL_Q_PER_MONTH, "5/day", "/month", "unit is unknown", FL_E_INVALID},
	    {FL_Q_DURATION, "5m", "s", "unit is unknown", FL_E_INVALID}, /* not joined to ms */
	    {FL_Q_PER_HOUR, "40 USD", NULL, "unit is unknown", FL_E_INVALID},
	};
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		int64_t v = -7;
		struct fl_err e = {0};
		assert_int_equal(fl_quantity_read(rows[i].kind, fl_str_from(rows[i].text), rows[i].bare, &v, &e),
		                 rows[i].code);
		assert_int_equal(v, -7);
		if (!strstr(e.message, rows[i].message))
			fail_msg("'%s' is not in '%s'", rows[i].message, e.message);
		assert_true(strstr(e.expected, "written as in ") != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figures_are_read_exactly),
	    cmocka_unit_test(what_is_wrong_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
