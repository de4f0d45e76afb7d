/* Exact prices: worked numbers, and laws over random usage and rates. */
#include "test.h"

#include "base/rng.h"
#include "price/price.h"

static const struct fl_price sonnet = {.kind = FL_PRICE_TOKENS,
                                       .rate_nusd_per_mtok = {[FL_USE_INPUT] = INT64_C(3000000000),
                                                              [FL_USE_CACHE_READ] = 300000000,
                                                              [FL_USE_CACHE_WRITE] = INT64_C(3750000000),
                                                              [FL_USE_OUTPUT] = INT64_C(15000000000),
                                                              [FL_USE_REASONING] = INT64_C(15000000000)}};

static int64_t cost(uint64_t in, uint64_t read, uint64_t written, uint64_t out, uint64_t reasoning)
{
	struct fl_usage u = {.reported = true, .tokens = {in, read, written, out, reasoning}};
	int64_t c;
	assert_true(fl_price_cost(&sonnet, &u, 0, &c));
	return c;
}

static void worked_examples_come_out_to_the_nano_dollar(void **state)
{
	(void)state;
	assert_int_equal(cost(1500, 0, 0, 400, 0), 10500000);
	assert_int_equal(cost(1500, 0, 0, 400, 2000), 40500000);
	assert_int_equal(cost(2000, 8000, 0, 500, 0), 15900000);
	assert_int_equal(cost(2000, 0, 8000, 500, 0), 43500000);
}

static void seconds_are_priced_by_what_the_server_computed(void **state)
{
	(void)state;
	struct fl_price p = {.kind = FL_PRICE_SECONDS,
	                     .rate_nusd_per_mega_s = INT64_C(13888888889)}; /* 0.05 USD an hour */
	struct fl_usage u = {.compute_us = 3600000000u};
	int64_t c;
	assert_true(fl_price_cost(&p, &u, 1, &c));
	assert_int_equal(c, 50000001); /* rounded up once, from a rate rounded up once */
	u.compute_us = 0;
	assert_true(fl_price_cost(&p, &u, 1000000, &c));
	assert_int_equal(c, 13889);
}

static void an_unknown_price_is_never_nothing(void **state)
{
	(void)state;
	struct fl_price unknown = {0}, none = {.kind = FL_PRICE_FREE};
	struct fl_usage u = {.tokens = {5, 0, 0, 5, 0}};
	int64_t c = 7;
	assert_false(fl_price_cost(&unknown, &u, 0, &c));
	assert_false(fl_price_worst(&unknown, 1, 1, 1, 1, &c));
	assert_true(fl_price_cost(&none, &u, 0, &c));
	assert_int_equal(c, 0);
}

static void no_usage_within_its_bounds_costs_more_than_the_worst_case(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 11);
	for (int i = 0; i < 20000; i++) {
		struct fl_price p = {.kind = FL_PRICE_TOKENS};
		for (int c = 0; c < FL_USE_CLASSES; c++)
			p.rate_nusd_per_mtok[c] = (int64_t)fl_rng_below(&r, 100000000000);
		uint64_t bytes = fl_rng_below(&r, 100000), most = 1 + fl_rng_below(&r, 10000),
		         in = fl_rng_below(&r, bytes + 1);
		uint64_t out = fl_rng_below(&r, most + 1), read = fl_rng_below(&r, in + 1),
		         think = fl_rng_below(&r, out + 1);
		uint64_t written = fl_rng_below(&r, in - read + 1);
		struct fl_usage u = {.reported = true,
		                     .tokens = {in - read - written, read, written, out - think, think}};
		int64_t c, worst;
		assert_true(fl_price_cost(&p, &u, 0, &c));
		assert_true(fl_price_worst(&p, bytes, 1, most, 1000, &worst));
		assert_true(c <= worst);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(worked_examples_come_out_to_the_nano_dollar),
	    cmocka_unit_test(seconds_are_priced_by_what_the_server_computed),
	    cmocka_unit_test(an_unknown_price_is_never_nothing),
	    cmocka_unit_test(no_usage_within_its_bounds_costs_more_than_the_worst_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
