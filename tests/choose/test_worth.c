/* What time is worth, who is best for which worth, and the order and rehearsals of races. */
#include "test.h"

#include "choose/rehearse.h"
#include "choose/worth.h"
#include "course.h"

#include <math.h>

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("got %.12g, want %.12g", got, want);
}

static void pay_turns_into_the_worth_of_a_right_answer(void **state)
{
	(void)state;
	/* 40 USD an hour, 2 minutes saved, 6 lost, a fifth of the waiting sat through. */
	struct fl_pay pay = {40 * INT64_C(1000000000), 120000, 360000, 200000};
	struct fl_worth worth;
	struct fl_err err;
	assert_ok(fl_worth_of(&pay, &worth, &err), &err);
	assert_int_equal(worth.value_nusd, INT64_C(5333333333));
	assert_int_equal(worth.wait_nusd_per_s, 2222222);
	near(worth.wait_usd_per_s, 8.0 / 3600, 1e-15);
	pay.wage_nusd_per_hour = INT64_MAX;
	assert_int_equal(fl_worth_of(&pay, &worth, &err), FL_OK); /* 480 s of any pay fits */
	pay.saved_if_right_ms = INT64_MAX / 2;
	assert_int_equal(fl_worth_of(&pay, &worth, &err), FL_E_LIMIT);
}

static void the_rule_between_two_names_the_break_even(void **state)
{
	(void)state;
	const struct fl_worth_point cheap = {0.80, 0.001, 1}, dear = {0.90, 0.011, 2};
	struct fl_step s = fl_step_between(cheap, dear, 0.002, 40);
	assert_int_equal(s.kind, FL_STEP_WORTH_IT_ABOVE);
	near(s.break_even_usd, (0.010 + 0.002) / 0.10, 1e-12);
	near(s.break_even_pay_s, 0.12 / 40 * 3600, 1e-9);
	s = fl_step_between(dear, cheap, 0.002, 0);
	assert_int_equal(s.kind, FL_STEP_WORTH_IT_BELOW);
	near(s.break_even_usd, 0.12, 1e-12);
	assert_true(isnan(s.break_even_pay_s));
	assert_int_equal(fl_step_between(cheap, cheap, 0, 0).kind, FL_STEP_EQUAL);
	assert_int_equal(fl_step_between(dear, (struct fl_worth_point){0.9, 0.001, 2}, 0, 0).kind, FL_STEP_ALWAYS);
	assert_int_equal(fl_step_between(cheap, (struct fl_worth_point){0.8, 0.002, 1}, 0, 0).kind, FL_STEP_NEVER);
}

static void the_staircase_is_the_upper_hull(void **state)
{
	(void)state;
	const struct fl_worth_point point[] = {
	    {0.50, 0.01, 0}, /* the cheapest */
	    {0.60, 0.03, 0}, /* below the line from 0 to 3: never best */
	    {0.40, 0.02, 0}, /* worse and dearer */
	    {0.80, 0.04, 0}, /* from 0.1 USD on */
	    {0.90, 0.14, 0}, /* from 1 USD on */
	};
	struct fl_tread tread[5];
	assert_int_equal(fl_staircase(point, NULL, 5, 0, tread), 3);
	assert_int_equal(tread[0].candidate, 0);
	assert_int_equal(tread[0].from_nusd, 0);
	assert_int_equal(tread[0].to_nusd, 100000000);
	assert_int_equal(tread[1].candidate, 3);
	assert_int_equal(tread[1].to_nusd, 1000000000);
	assert_int_equal(tread[2].candidate, 4);
	assert_int_equal(tread[2].to_nusd, -1);
	const bool use[] = {true, true, true, false, false};
	assert_int_equal(fl_staircase(point, use, 5, 0, tread), 2);
	assert_int_equal(fl_staircase(point, NULL, 0, 0, tread), 0);
}

static void each_tread_is_best_on_its_own_worths(void **state)
{
	(void)state;
	struct fl_rng rng;
	fl_rng_init(&rng, 31);
	for (size_t run = 0; run < 2000; run++) {
		struct fl_worth_point point[12];
		struct fl_tread tread[12];
		size_t n = 1 + fl_rng_below(&rng, 12);
		for (size_t k = 0; k < n; k++)
			point[k] = (struct fl_worth_point){(double)fl_rng_below(&rng, 20) / 20,
			                                   (double)fl_rng_below(&rng, 20) / 100, fl_rng_double(&rng)};
		size_t treads = fl_staircase(point, NULL, n, 0.01, tread);
		assert_true(treads >= 1 && tread[0].from_nusd == 0 && tread[treads - 1].to_nusd == -1);
		for (size_t t = 0; t < treads; t++) {
			assert_true(t == 0 || tread[t].from_nusd == tread[t - 1].to_nusd);
			double to =
			    tread[t].to_nusd < 0 ? (double)tread[t].from_nusd * 2 + 1e9 : (double)tread[t].to_nusd;
			double v = ((double)tread[t].from_nusd + to) / 2e9;
			const struct fl_worth_point *w = &point[tread[t].candidate];
			for (size_t k = 0; k < n; k++)
				assert_true(v * w->score - w->cost_usd - 0.01 * w->latency_s >=
				            v * point[k].score - point[k].cost_usd - 0.01 * point[k].latency_s - 1e-8);
		}
	}
}

static void a_month_is_traffic_times_an_item(void **state)
{
	(void)state;
	const double interval[2] = {-0.001, 0.003};
	struct fl_month month = fl_month_of(0.002, interval, 50000);
	assert_int_equal(month.nusd, INT64_C(100000000000));
	assert_int_equal(month.interval_nusd[0], -INT64_C(50000000000));
	assert_int_equal(month.interval_nusd[1], INT64_C(150000000000));
}

static void an_order_holds_every_item_once_with_its_cluster(void **state)
{
	(void)state;
	uint32_t cluster[100];
	bool seen[100] = {false};
	struct fl_order a, b, other, plain;
	for (uint32_t i = 0; i < 100; i++)
		cluster[i] = (i * 7) % 13;
	fl_order_init(&a, 100, cluster, 13, 5);
	fl_order_init(&b, 100, cluster, 13, 5);
	fl_order_init(&other, 100, cluster, 13, 6);
	assert_int_equal(a.positions, 13);
	for (size_t p = 0; p < 13; p++) {
		assert_int_equal(a.size[p], fl_order_size(&a, p));
		for (size_t sub = 0; sub < a.size[p]; sub++) {
			size_t item = fl_order_item(&a, p, sub);
			assert_false(seen[item]);
			seen[item] = true;
			assert_int_equal(cluster[item], cluster[fl_order_item(&a, p, 0)]);
		}
	}
	assert_memory_equal(a.item, b.item, 100 * sizeof *a.item);
	assert_memory_not_equal(a.item, other.item, 100 * sizeof *a.item);
	fl_order_init(&plain, 100, NULL, 0, 5);
	assert_null(plain.size);
	assert_int_equal(plain.positions, 100);
	fl_order_release(&a);
	fl_order_release(&b);
	fl_order_release(&other);
	fl_order_release(&plain);
}

/* Reads a file of the shared folder; empty when it is not there. */
static struct fl_matrix shared_matrix(const char *name)
{
	const char *shared = getenv("FULCRUM_SHARED");
	char path[512];
	struct fl_matrix m = {0};
	struct fl_err err;
	snprintf(path, sizeof path, "%s/data/evals/%s", shared ? shared : "../shared", name);
	FILE *f = fopen(path, "rb");
	if (!f) {
		print_message("# SKIP %s is not there\n", path);
		return m; /* cmocka's own skip reads as a failure in TAP */
	}
	char *text = malloc(1 << 24);
	struct fl_str all = {text, fread(text, 1, 1 << 24, f)};
	fclose(f);
	assert_ok(fl_matrix_read(&m, all, path, FL_S(""), &err), &err);
	free(text);
	return m;
}

static void a_race_on_crux_spends_what_the_prototype_spent(void **state)
{
	(void)state;
	struct fl_matrix m = shared_matrix("evals_zeroeval_crux.csv");
	struct fl_race_arm_config arm[64];
	struct fl_rehearsal out;
	struct fl_err err;
	if (!m.items)
		return;
	assert_true(m.configs == 51 && m.items == 800);
	fl_replay_arms(&m, -1, arm);
	struct fl_race_config config = {.goal = FL_GOAL_VALUE,
	                                .arms = m.configs,
	                                .arm = arm,
	                                .delta = 0.05,
	                                .value_usd = 1,
	                                .epsilon_usd = 0.01,
	                                .max_cost_usd = -1,
	                                .p95_s = -1};
	assert_ok(fl_rehearse(&m, &config, 1, 200 / COURSE_FEWER, &out, &err), &err);
	print_message("# seed 1: %.4f of the cells (prototype 0.060), %zu of %zu worse than epsilon\n", out.cells_share,
	              out.worse_than_epsilon, out.trials);
	assert_true(fabs(out.cells_share / 0.060 - 1) < 0.25);
	assert_true(out.worse_than_epsilon <= 2);
	assert_true(isnan(out.cost_share));
	config.goal = FL_GOAL_CHEAPEST;
	config.bar = FL_BAR_WITHIN;
	config.margin = 0.02;
	config.epsilon_usd = 0;
	assert_ok(fl_rehearse(&m, &config, 1, 40 / COURSE_FEWER, &out, &err), &err);
	assert_true(out.broken_promises + out.missed_cheaper <= 2);
	assert_true(out.cells_share < 0.5);
	fl_matrix_release(&m);
}

static void a_rehearsal_counts_what_it_spent(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[3];
	struct fl_rehearsal first, again;
	struct fl_err err;
	int64_t nusd[3 * 200];
	const double q[] = {0.9, 0.6, 0.5};
	fl_rng_init(&rng, 32);
	course_init(&c, 3, 200);
	course_draw(&c, &rng, q);
	for (size_t i = 0; i < 600; i++)
		nusd[i] = 1000000 * (int64_t)(1 + i / 200);
	struct fl_matrix m = {.items = 200, .configs = 3, .score = c.score, .cost_nusd = nusd};
	fl_replay_arms(&m, -1, arm);
	near(arm[2].cap_usd, 0.0036, 1e-12);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	fl_replay_arms(&m, -1, arm);
	config.epsilon_usd = 0.05;
	assert_ok(fl_rehearse(&m, &config, 3, 20, &first, &err), &err);
	assert_ok(fl_rehearse(&m, &config, 3, 20, &again, &err), &err);
	assert_memory_equal(&first, &again, sizeof first);
	assert_true(first.cells_share > 0 && first.cells_share < 1);
	assert_true(first.cost_share > 0 && first.cost_share < 1);
	assert_int_equal(first.worse_than_epsilon, 0);
	course_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pay_turns_into_the_worth_of_a_right_answer),
	    cmocka_unit_test(the_rule_between_two_names_the_break_even),
	    cmocka_unit_test(the_staircase_is_the_upper_hull),
	    cmocka_unit_test(each_tread_is_best_on_its_own_worths),
	    cmocka_unit_test(a_month_is_traffic_times_an_item),
	    cmocka_unit_test(an_order_holds_every_item_once_with_its_cluster),
	    cmocka_unit_test(a_race_on_crux_spends_what_the_prototype_spent),
	    cmocka_unit_test(a_rehearsal_counts_what_it_spent),
	};
	return cmocka_run_group_tests_name("worth", tests, NULL, NULL);
}
