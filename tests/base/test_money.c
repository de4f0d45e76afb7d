#include "test.h"

#include "base/money.h"
#include "base/rng.h"

static void a_line_is_rounded_up_once(void **state)
{
	(void)state;
	int64_t a;
	assert_true(fl_money_line(1, 1, &a));
	assert_int_equal(a, 1);
	assert_true(fl_money_line(1500, INT64_C(3000000000), &a));
	assert_int_equal(a, 4500000);
	assert_true(fl_money_line(0, INT64_C(3000000000), &a));
	assert_int_equal(a, 0);
	assert_false(fl_money_line(UINT64_C(1000000000000000), INT64_MAX, &a));
	assert_true(fl_money_line(UINT64_C(1000000000000000), INT64_C(9000000000), &a));
}

static void decimals_are_exact_or_refused(void **state)
{
	(void)state;
	int64_t v;
	struct fl_err e;
	assert_ok(fl_decimal_parse(FL_S("0.1"), 9, false, &v, &e), &e);
	assert_int_equal(v, 100000000);
	assert_ok(fl_decimal_parse(FL_S("-9223372036.854775807"), 9, false, &v, &e), &e);
	assert_int_equal(v, -INT64_MAX);
	assert_ok(fl_decimal_parse(FL_S("1e-9"), 9, false, &v, &e), &e);
	assert_int_equal(v, 1);
	assert_int_equal(fl_decimal_parse(FL_S("1e-10"), 9, false, &v, &e), FL_E_LIMIT);
	assert_ok(fl_decimal_parse(FL_S("1e-10"), 9, true, &v, &e), &e);
	assert_int_equal(v, 1);
	assert_int_equal(fl_decimal_parse(FL_S("9223372036.854775808"), 9, false, &v, &e), FL_E_LIMIT);
	static const char *const bad[] = {"",    ".",  "-",   "1,000", "1 ",    "0x10", "nan",
	                                  "inf", "1e", "1e+", "1e100", "1.2.3", "٣"};
	for (size_t i = 0; i < FL_COUNT(bad); i++)
		assert_int_equal(fl_decimal_parse(fl_str_from(bad[i]), 9, true, &v, &e), FL_E_INVALID);
}

static void text_goes_out_and_in_again(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 1);
	for (int i = 0; i < 100000; i++) {
		int64_t v = (int64_t)(fl_rng_u64(&r) >> (fl_rng_u64(&r) & 63) >> 1), back;
		if (fl_rng_u64(&r) & 1)
			v = -v;
		char t[FL_MONEY_TEXT];
		struct fl_err e;
		assert_ok(fl_decimal_parse(fl_money_exact(v, t), 9, false, &back, &e), &e);
		assert_int_equal(v, back);
	}
}

static void people_see_few_digits(void **state)
{
	(void)state;
	static const struct {
		int64_t v;
		const char *text;
	} row[] = {{0, "$0"},
	           {1, "$0.000000001"},
	           {4200000, "$0.0042"},
	           {12345678, "$0.01235"},
	           {500000000, "$0.50"},
	           {INT64_C(12345678901), "$12.35"},
	           {-1500000000, "-$1.50"},
	           {999999999, "$1.00"},
	           {INT64_C(1000000000), "$1.00"}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		char t[FL_MONEY_TEXT];
		assert_str(fl_money_format(row[i].v, t), row[i].text);
	}
}

static void ratios_round_to_even_or_up(void **state)
{
	(void)state;
	int64_t v;
	assert_true(fl_muldiv(5, 1, 2, &v));
	assert_int_equal(v, 2);
	assert_true(fl_muldiv(-7, 1, 2, &v));
	assert_int_equal(v, -4);
	assert_true(fl_muldiv_up(5, 1, 2, &v));
	assert_int_equal(v, 3);
	assert_false(fl_muldiv(INT64_MAX, INT64_MAX, 1, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_is_rounded_up_once),  cmocka_unit_test(decimals_are_exact_or_refused),
	    cmocka_unit_test(text_goes_out_and_in_again), cmocka_unit_test(people_see_few_digits),
	    cmocka_unit_test(ratios_round_to_even_or_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
