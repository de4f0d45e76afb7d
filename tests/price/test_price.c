/* Exact prices: worked numbers, and laws over random usage and rates. */
#include "test.h"

#include "base/rng.h"
#include "price/price.h"

static const struct fl_served standard;

/* A price list of one row that names the text classes. */
static struct fl_price one_row(struct fl_price_row *row, const int64_t rate[5])
{
	static const enum fl_usage_class class[5] = {FL_USE_INPUT, FL_USE_CACHE_READ, FL_USE_CACHE_WRITE_5M,
	                                             FL_USE_OUTPUT, FL_USE_REASONING};
	fl_schema_defaults(&fl_price_row_table, row);
	for (int i = 0; i < 5; i++)
		row->rate[class[i]] = rate[i];
	return (struct fl_price){.kind = FL_PRICE_TOKENS, .row = row, .rows = 1};
}

static struct fl_usage text_usage(uint64_t in, uint64_t read, uint64_t written, uint64_t out, uint64_t reasoning)
{
	return (struct fl_usage){.reported = true,
	                         .units = {[FL_USE_INPUT] = in,
	                                   [FL_USE_CACHE_READ] = read,
	                                   [FL_USE_CACHE_WRITE_5M] = written,
	                                   [FL_USE_OUTPUT] = out,
	                                   [FL_USE_REASONING] = reasoning}};
}

static int64_t cost(uint64_t in, uint64_t read, uint64_t written, uint64_t out, uint64_t reasoning)
{
	const int64_t rate[5] = {3000000000, 300000000, 3750000000, 15000000000, 15000000000};
	struct fl_price_row row;
	struct fl_price sonnet = one_row(&row, rate);
	struct fl_usage u = text_usage(in, read, written, out, reasoning);
	int64_t c;
	assert_true(fl_price_cost(&sonnet, &u, &standard, 0, &c));
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
	assert_true(fl_price_cost(&p, &u, &standard, 1, &c));
	assert_int_equal(c, 50000001); /* rounded up once, from a rate rounded up once */
	u.compute_us = 0;
	assert_true(fl_price_cost(&p, &u, &standard, 1000000, &c));
	assert_int_equal(c, 13889);
}

static void an_unknown_price_is_never_nothing(void **state)
{
	(void)state;
	struct fl_price unknown = {0}, none = {.kind = FL_PRICE_FREE};
	struct fl_usage u = text_usage(5, 0, 0, 5, 0);
	int64_t c = 7;
	assert_false(fl_price_cost(&unknown, &u, &standard, 0, &c));
	assert_false(fl_price_worst(&unknown, 1, 1, 1, &standard, 1, &c));
	assert_true(fl_price_cost(&none, &u, &standard, 0, &c));
	assert_int_equal(c, 0);
}

static void no_usage_within_its_bounds_costs_more_than_the_worst_case(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 11);
	for (int i = 0; i < 20000; i++) {
		struct fl_price_row row;
		int64_t rate[5];
		for (int c = 0; c < 5; c++)
			rate[c] = (int64_t)fl_rng_below(&r, 100000000000);
		struct fl_price p = one_row(&row, rate);
		uint64_t bytes = fl_rng_below(&r, 100000), most = 1 + fl_rng_below(&r, 10000),
		         in = fl_rng_below(&r, bytes + 1);
		uint64_t out = fl_rng_below(&r, most + 1), read = fl_rng_below(&r, in + 1),
		         think = fl_rng_below(&r, out + 1);
		uint64_t written = fl_rng_below(&r, in - read + 1);
		struct fl_usage u = text_usage(in - read - written, read, written, out - think, think);
		int64_t c, worst;
		assert_true(fl_price_cost(&p, &u, &standard, 0, &c));
		assert_true(fl_price_worst(&p, bytes, 1, most, &standard, 1000, &worst));
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
