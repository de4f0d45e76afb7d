/* The formulas of `cost`: worked numbers to their last digit, and laws over random jobs. */
#include "test.h"

#include "base/rng.h"
#include "price/agent_loop.h"
#include "price/cascade.h"
#include "price/chain.h"
#include "price/context.h"
#include "price/levers.h"
#include "price/monthly.h"
#include "price/odds.h"
#include "price/retry.h"
#include "price/selfhost.h"
#include "price/tune.h"
#include "price/value.h"
#include "price/votes.h"

#include <math.h>

static const struct fl_served standard;
#define USD 1000000000

/* In 3, out 15, cache read 0.30, cache write 3.75 USD a million. */
static struct fl_price usual(struct fl_price_row *row)
{
	fl_schema_defaults(&fl_price_row_table, row);
	row->rate[FL_USE_INPUT] = INT64_C(3) * USD;
	row->rate[FL_USE_OUTPUT] = INT64_C(15) * USD;
	row->rate[FL_USE_CACHE_READ] = 3 * (USD / 10);
	row->rate[FL_USE_CACHE_WRITE_5M] = INT64_C(375) * (USD / 100);
	return (struct fl_price){.kind = FL_PRICE_TOKENS, .row = row, .rows = 1};
}

static void near(double a, double b, double within)
{
	if (!(fabs(a - b) <= within))
		fail_msg("%.9g is not %.9g", a, b);
}

static void a_retried_call_costs_its_attempts(void **state)
{
	(void)state;
	struct fl_retry r;
	assert_true(fl_retry_cost(10500000, 0.1, 3, 0.4, &r));
	near(r.attempts, 1.111, 1e-12);
	near(r.p_ok, 0.9999, 1e-12);
	assert_int_equal(r.ok_nusd + r.failed_nusd, 10965570); /* 0.010966 */
	assert_true(fl_retry_cost(10500000, 1, 3, 1, &r));
	near(r.attempts, 4, 0);
	assert_int_equal(r.ok_nusd, 0);
	assert_int_equal(r.failed_nusd, 42000000);
	assert_true(fl_retry_cost(10500000, 0, 3, 1, &r));
	assert_int_equal(r.ok_nusd + r.failed_nusd, 10500000);
	assert_false(fl_retry_cost(1, 1.1, 3, 1, &r));
	assert_false(fl_retry_cost(INT64_MAX, 1, 1000, 1, &r));
}

static struct fl_agent_cost loop_of(const struct fl_agent_loop *l)
{
	struct fl_price_row row;
	struct fl_price p = usual(&row);
	struct fl_agent_cost c;
	fl_agent_loop_cost(l, &p, &standard, &c);
	return c;
}

static void an_agents_loop_is_quadratic_and_the_cache_makes_it_cheap(void **state)
{
	(void)state;
	struct fl_agent_loop l = {.system = 2000, .growth = 500, .out = 200, .calls = 20};
	struct fl_agent_cost plain = loop_of(&l);
	l.cached = true;
	struct fl_agent_cost cached = loop_of(&l);
	assert_int_equal(plain.input, 135000);
	assert_int_equal(plain.receipt.total_nusd, 465000000);
	assert_int_equal(cached.cache_read, 123500);
	assert_int_equal(cached.cache_write, 11500);
	assert_int_equal(cached.input, 135000);
	assert_int_equal(cached.receipt.total_nusd, 140175000);
	assert_int_equal(cached.longest, 2000 + 19 * 500);
}

/* As the closed forms say it, for loops without compaction. */
static void loops_add_up_to_the_closed_forms(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 21);
	for (int i = 0; i < 500; i++) {
		uint64_t s = fl_rng_below(&r, 20000), g = 1 + fl_rng_below(&r, 3000), t = 1 + fl_rng_below(&r, 60);
		struct fl_agent_loop l = {
		    .system = s, .growth = g, .out = fl_rng_below(&r, g + 1), .calls = t, .cached = true};
		struct fl_agent_cost c = loop_of(&l);
		assert_int_equal(c.input, t * s + g * t * (t - 1) / 2);
		assert_int_equal(c.cache_read, t > 1 ? (t - 1) * s + g * (t - 1) * (t - 2) / 2 : 0);
		assert_int_equal(c.cache_write, s + (t - 1) * g);
		assert_int_equal(c.output, t * l.out);
		assert_int_equal(c.cache_read + c.cache_write, c.input);
	}
}

static void compaction_bounds_the_context(void **state)
{
	(void)state;
	struct fl_agent_loop l = {
	    .system = 2000, .growth = 500, .out = 200, .calls = 200, .compact_at = 20000, .summary = 1000};
	struct fl_agent_cost c = loop_of(&l);
	assert_true(c.longest <= 20500 && c.compactions > 0);
	l.compact_at = 0;
	assert_true(loop_of(&l).receipt.total_nusd > c.receipt.total_nusd);
	l.compact_at = 3400; /* a summary and a step are longer: it would never end */
	assert_false(loop_of(&l).receipt.priced);
	l.compact_at = 0;
	l.calls = FL_AGENT_CALLS;
	l.growth = l.out = 0;
	assert_true(loop_of(&l).receipt.priced);
	l.calls = FL_AGENT_CALLS + 1;
	assert_false(loop_of(&l).receipt.priced);
}

static void a_cascade_costs_what_its_stages_are_reached(void **state)
{
	(void)state;
	struct fl_cascade c;
	const struct fl_stage two[] = {{500000, 200000, 0.3, 1}, {10500000, 0, 0, 4}};
	assert_true(fl_cascade_cost(two, 2, &c));
	assert_int_equal(c.total_nusd, 3850000);
	near(c.break_even, 0.9333333333, 1e-9);
	near(c.latency_s, 1 + 0.3 * 4, 1e-12);
	near(c.hedged_latency_s, 0.7 * 1 + 0.3 * 4, 1e-12);
	assert_int_equal(c.hedged_nusd, 11200000);
	const struct fl_stage three[] = {{200000, 0, 0.4, 0}, {1000000, 0, 0.25, 0}, {10000000, 0, 0, 0}};
	assert_true(fl_cascade_cost(three, 3, &c));
	assert_int_equal(c.total_nusd, 1600000);
	near(c.reached[2], 0.1, 1e-12);
	const struct fl_stage dear[] = {{10500000, 0, 0.1, 0}, {10500000, 0, 0, 0}};
	assert_true(fl_cascade_cost(dear, 2, &c));
	assert_false(c.has_break_even);
	assert_false(fl_cascade_cost(two, 0, &c));
	const struct fl_stage wrong[] = {{1, 0, 1.5, 0}, {1, 0, 0, 0}};
	assert_false(fl_cascade_cost(wrong, 2, &c));
}

static void at_its_break_even_a_cascade_costs_what_the_strong_one_does(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 22);
	for (int i = 0; i < 2000; i++) {
		struct fl_stage s[3] = {{(int64_t)fl_rng_below(&r, 1000000), (int64_t)fl_rng_below(&r, 100000), 0.5, 0},
		                        {(int64_t)fl_rng_below(&r, 5000000), 0, fl_rng_double(&r), 0},
		                        {5000000 + (int64_t)fl_rng_below(&r, 20000000), 0, 0, 0}};
		struct fl_cascade c;
		assert_true(fl_cascade_cost(s, 3, &c));
		assert_true(c.has_break_even);
		if (c.break_even > 1)
			continue; /* cheaper whatever goes on */
		s[0].escalates = c.break_even;
		assert_true(fl_cascade_cost(s, 3, &c));
		near((double)c.total_nusd, (double)c.strong_nusd, 3);
	}
}

static int64_t votes(enum fl_votes_how how, uint64_t prefix, uint64_t out, uint64_t n)
{
	struct fl_price_row row;
	struct fl_price p = usual(&row);
	struct fl_receipt sum;
	assert_true(fl_votes_cost(how, prefix, out, n, &p, &standard, &sum));
	return sum.total_nusd;
}

static void three_ways_to_vote_have_three_prices(void **state)
{
	(void)state;
	assert_int_equal(votes(FL_VOTES_PARAMETER, 3000, 300, 8), 45000000);
	assert_int_equal(votes(FL_VOTES_SEPARATE, 3000, 300, 8), 108000000);
	assert_int_equal(votes(FL_VOTES_STAGGERED, 3000, 300, 8), 53550000);
	assert_int_equal(votes(FL_VOTES_STAGGERED, 3000, 300, 0), 0);
	uint64_t n;
	assert_true(fl_judgements(8, false, &n) && n == 8);
	assert_true(fl_judgements(8, true, &n) && n == 28);
	assert_true(fl_judgements(7, true, &n) && n == 21);
	assert_false(fl_judgements(UINT64_MAX, true, &n));
	const uint64_t before[] = {300, 200, 100};
	assert_true(fl_layer_input(1000, before, 3, &n) && n == 1600);
}

static void a_cache_pays_from_the_use_that_the_formula_says(void **state)
{
	(void)state;
	struct fl_break_even b = fl_cache_break_even(1.25, 0.1);
	near(b.uses, 1.2777777778, 1e-9);
	assert_int_equal(b.from, 2);
	b = fl_cache_break_even(2.0, 0.1);
	near(b.uses, 2.1111111111, 1e-9);
	assert_int_equal(b.from, 3);
	assert_int_equal(fl_cache_break_even(1.0, 0.5).pays, FL_PAYS_ALWAYS);
	assert_int_equal(fl_cache_break_even(1.25, 1.0).pays, FL_PAYS_NEVER);
}

static void a_cached_document_beats_retrieval_after_so_many_questions(void **state)
{
	(void)state;
	/* D = 50,000: written 0.1875, read 0.015; 6,000 retrieved 0.018 USD */
	struct fl_break_even b = fl_break_even_of(187500000, 15000000, 18000000);
	near(b.uses, 57.5, 1e-12);
	assert_int_equal(b.from, 58);
	assert_int_equal(fl_break_even_of(187500000, 18000000, 18000000).pays, FL_PAYS_NEVER);
}

static void a_cliff_is_left_by_trimming_one_token(void **state)
{
	(void)state;
	struct fl_price_row row[2];
	struct fl_price p = usual(&row[0]);
	struct fl_cliff c;
	fl_schema_defaults(&fl_price_row_table, &row[1]);
	row[0].rate[FL_USE_INPUT] = INT64_C(1250000000);
	row[0].rate[FL_USE_OUTPUT] = INT64_C(10000000000);
	row[1].rate[FL_USE_INPUT] = INT64_C(2500000000);
	row[1].rate[FL_USE_OUTPUT] = INT64_C(15000000000);
	row[1].when.above = 200000;
	p.rows = 2;
	assert_true(fl_cliff_of(&p, &standard, 200000, 1000, &c));
	assert_false(c.above);
	assert_int_equal(c.now_nusd, 260000000);
	assert_int_equal(c.next_threshold, 200000);
	assert_true(fl_cliff_of(&p, &standard, 200001, 1000, &c));
	assert_true(c.above);
	assert_int_equal(c.now_nusd, 515002500); /* 0.515003 */
	assert_int_equal(c.trim_tokens, 1);
	assert_int_equal(c.trimmed_nusd, 260000000);
}

static void the_errors_of_a_cheap_model_may_make_it_the_dear_one(void **state)
{
	(void)state;
	struct fl_success a, b;
	assert_true(fl_success_cost(1000000, 0.8, 50000000, &a));
	assert_true(fl_success_cost(5000000, 0.95, 50000000, &b));
	assert_int_equal(a.success_nusd, 1250000);
	assert_int_equal(a.total_nusd, 11000000);
	assert_int_equal(b.total_nusd, 7500000);
	assert_true(fl_success_cost(1, 0, 0, &a));
	assert_false(a.possible);
	assert_false(fl_success_cost(1, 1.5, 0, &a));
}

static void the_last_points_of_a_ladder_cost_most(void **state)
{
	(void)state;
	/* GPT-5.6 Sol over one suite, July 2026 */
	struct fl_rung r[] = {
	    {.cost_nusd = 2824 * (int64_t)USD, .quality = 58.9}, {.cost_nusd = 242 * (int64_t)USD, .quality = 41.2},
	    {.cost_nusd = 353 * (int64_t)USD, .quality = 49.4},  {.cost_nusd = 593 * (int64_t)USD, .quality = 53.6},
	    {.cost_nusd = 956 * (int64_t)USD, .quality = 55.9},  {.cost_nusd = 1543 * (int64_t)USD, .quality = 57.7},
	    {.cost_nusd = 1754 * (int64_t)USD, .quality = 55.0}};
	size_t order[7];
	double before = 0;
	fl_ladder(r, 7, order);
	assert_int_equal(order[0], 1);
	assert_false(r[1].has_step);
	assert_true(r[6].dominated);
	for (size_t i = 1; i < 7; i++)
		if (r[order[i]].has_step) {
			assert_true(r[order[i]].per_point > before);
			before = r[order[i]].per_point;
		}
	near(r[2].per_point / USD, 111 / 8.2, 1e-9);
	near(before / USD, 1281 / 1.2, 1e-6);
}

static void tokens_on_ones_own_machine_cost_what_its_hours_do(void **state)
{
	(void)state;
	struct fl_selfhost h = {.hour_nusd = 2500000000,
	                        .tokens_per_s = 2500,
	                        .prefill_per_s = 20000,
	                        .utilisation = 0.5,
	                        .machines = 1,
	                        .in = 1500,
	                        .out = 400,
	                        .api_query_nusd = 465000,
	                        .api_out_rate = 600000000};
	struct fl_selfhost_cost c;
	assert_true(fl_selfhost_cost(&h, &c));
	assert_int_equal(c.total_nusd, 555555556); /* 0.5556 */
	assert_int_equal(c.busy_nusd + c.idle_nusd, c.total_nusd);
	near(c.break_even_tokens_a_day, 100e6, 1e-3);
	near(c.capacity_tokens_a_day, 216e6, 1e-3);
	near(c.break_even_utilisation, 0.463, 0.0005);
	near(c.query_s, 0.235, 1e-12);
	assert_int_equal(c.query_nusd, 326389); /* 0.000326 */
	near(c.break_even_queries_a_day, 129032, 0.5);
	near(c.capacity_queries_a_day, 367660, 0.5);
	h.spare = 1;
	h.power_kw = 0.7;
	h.kwh_nusd = 200000000;
	h.staff_month_nusd = (int64_t)1000 * USD;
	assert_true(fl_selfhost_cost(&h, &c));
	assert_int_equal(c.busy_nusd + c.idle_nusd + c.spare_nusd + c.power_nusd + c.staff_nusd, c.total_nusd);
	near((double)c.day_nusd / (c.capacity_tokens_a_day * h.utilisation) * 1e6, (double)c.total_nusd, 10);
	h.utilisation = 0;
	assert_false(fl_selfhost_cost(&h, &c));
}

static void small_errors_multiply(void **state)
{
	(void)state;
	struct fl_chain c = {.steps = 20, .reliability = 0.95, .step_nusd = 1000000};
	struct fl_strong_step strong[21];
	struct fl_chain_cost out;
	assert_true(fl_chain_cost(&c, &out));
	near(out.whole, 0.3584859224, 1e-9);
	near(out.with_stronger, out.whole, 0);
	near(fl_step_needed(0.9, 20), 0.9947458259, 1e-9);
	near(pow(fl_step_needed(0.9, 20), 20), 0.9, 1e-12);
	for (size_t i = 0; i < 21; i++)
		strong[i] = (struct fl_strong_step){0.999, 5000000};
	c.stronger = strong;
	c.stronger_steps = 5;
	assert_true(fl_chain_cost(&c, &out));
	assert_int_equal(out.with_stronger_nusd, 40000000);
	near(out.with_stronger, pow(0.95, 15) * pow(0.999, 5), 1e-12);
	near(out.points_per_usd, (out.with_stronger - out.whole) * 100 / 0.02, 1e-9);
	c.stronger_steps = 21;
	assert_false(fl_chain_cost(&c, &out));
}

static void training_pays_after_what_the_calls_save(void **state)
{
	(void)state;
	struct fl_tune t;
	int64_t train;
	assert_true(fl_tune_training(2000000, 3, INT64_C(25) * USD, &train));
	assert_int_equal(train, INT64_C(150) * USD);
	assert_true(fl_tune_break_even(train, 10500000, 4500000, 50000, &t));
	near(t.calls, 25000, 1e-9);
	near(t.months, 0.5, 1e-12);
	assert_true(fl_tune_break_even(train, 1, 2, 0, &t));
	assert_false(t.pays);
	assert_false(fl_tune_training(UINT64_MAX, 3, 1, &train));
}

static void chances_behind_samples_are_the_known_ones(void **state)
{
	(void)state;
	near(fl_pass_at(10, 3, 2), 0.533333, 5e-7);
	near(fl_pass_at(10, 0, 2), 0, 1e-15);
	near(fl_pass_at(10, 9, 2), 1, 0);
	assert_true(isnan(fl_pass_at(10, 3, 11)));
	near(fl_majority(5, 0.6), 0.68256, 1e-12);
	near(fl_majority(2, 0.6), 0.6, 1e-12); /* a tie is a coin */
	near(fl_first_is_better(4, 0), 0.96875, 1e-12);
	near(fl_first_is_better(3, 0), 0.9375, 1e-12);
	near(fl_first_is_better(5, 1), 0.9375, 1e-12);
	near(fl_vote_length(1, 0.6), 1, 1e-12);
	near(fl_vote_length(3, 0.5), 2.5, 1e-12);
	near(fl_vote_length(5, 1), 3, 1e-12);
}

/* Counted over all 2^n ways a vote can go. */
static void a_vote_that_stops_early_is_as_long_as_counting_says(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 11; n++) {
		double p = 0.7, sum = 0;
		for (unsigned ways = 0; ways < 1u << n; ways++) {
			unsigned right = 0, wrong = 0, length = 0;
			double chance = 1;
			for (unsigned i = 0; i < n; i++)
				chance *= ways >> i & 1 ? p : 1 - p;
			while (length < n && right <= n / 2 && wrong <= n / 2) {
				ways >> length & 1 ? right++ : wrong++;
				length++;
			}
			sum += chance * length;
		}
		near(fl_vote_length(n, p), sum, 1e-9);
	}
}

static void a_month_is_its_calls_and_a_plan_overtakes_it(void **state)
{
	(void)state;
	struct fl_price_row row;
	struct fl_price p = usual(&row);
	struct fl_receipt sum;
	struct fl_month_job j = {.calls = 1000, .in = 10000, .out = 500, .cache_share_billionths = 800000000};
	assert_true(fl_month_cost(&j, &p, &standard, &sum));
	assert_int_equal(sum.total_nusd, INT64_C(15900000) * 1000);
	near(fl_plan_overtakes(INT64_C(200) * USD, sum.total_nusd, 1000), 200 / 0.0159, 1e-6);
	j.calls = UINT64_MAX;
	assert_false(fl_month_cost(&j, &p, &standard, &sum));
}

static uint64_t units_of(const struct fl_receipt *sum, enum fl_usage_class class)
{
	uint64_t units = 0;
	for (size_t i = 0; i < sum->lines; i++)
		units += sum->line[i].class == class ? sum->line[i].units : 0;
	return units;
}

static void every_share_of_100_tokens_is_a_whole_number_of_them(void **state)
{
	(void)state;
	struct fl_price_row row;
	struct fl_price p = usual(&row);
	struct fl_receipt sum;
	for (uint64_t share = 0; share <= 100; share++) {
		struct fl_month_job j = {.calls = 1, .in = 100, .cache_share_billionths = (int64_t)(share * 10000000)};
		assert_true(fl_month_cost(&j, &p, &standard, &sum));
		assert_int_equal(units_of(&sum, FL_USE_CACHE_READ), share);
	}
}

static void levers_span_millions(void **state)
{
	(void)state;
	struct fl_price_row row[2];
	struct fl_lever_model m[2] = {{.price = usual(&row[0])}, {.price = usual(&row[1])}};
	row[0].rate[FL_USE_INPUT] = 100000000;
	row[0].rate[FL_USE_OUTPUT] = 400000000;
	row[1].rate[FL_USE_INPUT] = INT64_C(30000000000);
	row[1].rate[FL_USE_OUTPUT] = INT64_C(180000000000);
	struct fl_lever_job job = {
	    .model = m,
	    .setting = {[FL_LEVER_SAMPLES] = {1, 10}, [FL_LEVER_CONTEXT] = {1000, 100000}, [FL_LEVER_STEPS] = {1, 20}},
	    .output = {200, 20000},
	    .settings = {2, 1, 2, 2, 2}};
	static struct fl_corner corner[FL_LEVER_CORNERS];
	struct fl_levers l;
	assert_true(fl_levers_cost(&job, corner, &l));
	assert_int_equal(l.corners, 16);
	assert_int_equal(corner[l.cheapest].nusd, 180000);
	assert_int_equal(corner[l.dearest].nusd, INT64_C(1320) * USD);
	near(l.spread, 7333333.33, 0.01);
	near(l.lever_spread[FL_LEVER_SAMPLES], 10, 1e-9);
	near(l.lever_spread[FL_LEVER_STEPS], 20, 1e-9);
	near(l.lever_spread[FL_LEVER_THINKING], 1, 0);
	for (int i = 0; i < FL_LEVERS; i++)
		job.settings[i] = FL_LEVER_SETTINGS;
	assert_false(fl_levers_cost(&job, corner, &l));
}

static void more_tokens_and_dearer_rates_never_cost_less(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 23);
	for (int i = 0; i < 5000; i++) {
		struct fl_price_row row;
		struct fl_price p = usual(&row);
		struct fl_receipt a, b;
		uint64_t prefix = fl_rng_below(&r, 100000), out = fl_rng_below(&r, 5000), n = 1 + fl_rng_below(&r, 20);
		for (int how = 0; how < FL_VOTES_HOWS; how++) {
			assert_true(fl_votes_cost((enum fl_votes_how)how, prefix, out, n, &p, &standard, &a));
			assert_true(fl_votes_cost((enum fl_votes_how)how, prefix + fl_rng_below(&r, 1000),
			                          out + fl_rng_below(&r, 100), n + fl_rng_below(&r, 3), &p, &standard,
			                          &b));
			assert_true(b.total_nusd >= a.total_nusd);
			for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++)
				if (row.rate[c] >= 0)
					row.rate[c] += (int64_t)fl_rng_below(&r, USD);
			assert_true(fl_votes_cost((enum fl_votes_how)how, prefix, out, n, &p, &standard, &b));
			assert_true(b.total_nusd >= a.total_nusd);
		}
	}
}

static void a_quadrillion_tokens_are_priced_or_refused_never_wrapped(void **state)
{
	(void)state;
	struct fl_price_row row;
	struct fl_price p = usual(&row);
	struct fl_receipt sum;
	const uint64_t most = UINT64_C(1000000000000000);
	struct fl_usage u = fl_usage_text(most, 0, 0, 0);
	fl_tally_init(&sum);
	assert_true(fl_tally_add(&sum, &p, &standard, &u, 1));
	assert_int_equal(sum.total_nusd, INT64_C(3000000000) * USD);
	assert_false(fl_tally_add(&sum, &p, &standard, &u, 3)); /* 12 thousand million USD do not fit */
	assert_false(sum.priced);
	assert_non_null(strstr(sum.problem, "64 bits"));
	assert_int_equal(sum.total_nusd, INT64_C(3000000000) * USD);
	struct fl_agent_loop l = {.system = most, .growth = most, .out = most, .calls = 1000};
	assert_false(loop_of(&l).receipt.priced);
	assert_false(fl_votes_cost(FL_VOTES_PARAMETER, most, most, UINT64_MAX, &p, &standard, &sum));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_retried_call_costs_its_attempts),
	    cmocka_unit_test(an_agents_loop_is_quadratic_and_the_cache_makes_it_cheap),
	    cmocka_unit_test(loops_add_up_to_the_closed_forms),
	    cmocka_unit_test(compaction_bounds_the_context),
	    cmocka_unit_test(a_cascade_costs_what_its_stages_are_reached),
	    cmocka_unit_test(at_its_break_even_a_cascade_costs_what_the_strong_one_does),
	    cmocka_unit_test(three_ways_to_vote_have_three_prices),
	    cmocka_unit_test(a_cache_pays_from_the_use_that_the_formula_says),
	    cmocka_unit_test(a_cached_document_beats_retrieval_after_so_many_questions),
	    cmocka_unit_test(a_cliff_is_left_by_trimming_one_token),
	    cmocka_unit_test(the_errors_of_a_cheap_model_may_make_it_the_dear_one),
	    cmocka_unit_test(the_last_points_of_a_ladder_cost_most),
	    cmocka_unit_test(tokens_on_ones_own_machine_cost_what_its_hours_do),
	    cmocka_unit_test(small_errors_multiply),
	    cmocka_unit_test(training_pays_after_what_the_calls_save),
	    cmocka_unit_test(chances_behind_samples_are_the_known_ones),
	    cmocka_unit_test(a_vote_that_stops_early_is_as_long_as_counting_says),
	    cmocka_unit_test(a_month_is_its_calls_and_a_plan_overtakes_it),
	    cmocka_unit_test(every_share_of_100_tokens_is_a_whole_number_of_them),
	    cmocka_unit_test(levers_span_millions),
	    cmocka_unit_test(more_tokens_and_dearer_rates_never_cost_less),
	    cmocka_unit_test(a_quadrillion_tokens_are_priced_or_refused_never_wrapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
