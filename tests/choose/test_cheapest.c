/* The goal `cheapest` against brute force on whole small grids, and at its edges. */
#include "test.h"

#include "choose/rehearse.h"
#include "course.h"

#include <math.h>

enum { MOST_ARMS = 6, MOST_ITEMS = 9 };

/* A course as a matrix, so that fl_truth, which shares no code with the race, can judge it. */
static struct fl_matrix as_matrix(const struct course *c, int64_t *nusd)
{
	for (size_t i = 0; i < c->arms * c->items; i++)
		nusd[i] = llround(c->cost[i] * 1e9);
	return (struct fl_matrix){
	    .items = c->items, .configs = c->arms, .score = c->score, .cost_nusd = nusd, .latency_s = c->latency};
}

static void draw_small(struct course *c, struct fl_rng *rng)
{
	for (size_t i = 0; i < c->arms * c->items; i++) {
		c->score[i] = (double)fl_rng_below(rng, 3) / 2;
		c->cost[i] = (double)fl_rng_below(rng, 5) / 100;
		c->latency[i] = (double)fl_rng_below(rng, 11);
	}
}

static struct fl_race_config draw_config(const struct course *c, struct fl_rng *rng, struct fl_race_arm_config *arm)
{
	struct fl_race_config config = course_config(c, FL_GOAL_CHEAPEST, arm);
	static const enum fl_race_bar bar[] = {FL_BAR_WITHIN, FL_BAR_FLOOR, FL_BAR_BASELINE};
	config.bar = bar[fl_rng_below(rng, 3)];
	config.margin =
	    config.bar == FL_BAR_FLOOR ? (double)fl_rng_below(rng, 5) / 4 : (double)fl_rng_below(rng, 4) / 10;
	config.baseline = fl_rng_below(rng, c->arms);
	config.epsilon_usd = fl_rng_below(rng, 3) ? 0 : 0.005;
	config.max_cost_usd = fl_rng_below(rng, 3) ? -1 : (double)fl_rng_below(rng, 5) / 100;
	config.p95_s = fl_rng_below(rng, 4) ? -1 : 9;
	config.wait_usd_per_s = fl_rng_below(rng, 3) ? 0 : 0.001;
	arm[config.baseline].cannot_be_named = config.bar == FL_BAR_BASELINE && !fl_rng_below(rng, 5);
	return config;
}

static void at_the_end_of_a_list_the_promise_holds_on_the_whole_grid(void **state)
{
	(void)state;
	struct fl_rng rng;
	size_t named = 0, none = 0;
	fl_rng_init(&rng, 21);
	for (size_t run = 0; run < 20000 / COURSE_FEWER; run++) {
		struct course c;
		struct fl_race_arm_config arm[MOST_ARMS];
		int64_t nusd[MOST_ARMS * MOST_ITEMS];
		struct fl_race_verdict v;
		struct fl_truth truth;
		course_init(&c, 1 + fl_rng_below(&rng, MOST_ARMS), 1 + fl_rng_below(&rng, MOST_ITEMS));
		draw_small(&c, &rng);
		struct fl_race_config config = draw_config(&c, &rng, arm);
		struct fl_matrix m = as_matrix(&c, nusd);
		struct fl_race *r = course_race(&config);
		fl_truth_init(&truth, &m, &config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		if (truth.best < 0) {
			none++;
			/* b0 is its own reference: the only one that may be named when nobody is good is none. */
			if (v.state != FL_RACE_NONE_FEASIBLE || v.chosen != -1)
				fail_msg("run %zu: nothing is good enough, yet state %d names %d", run, v.state,
				         v.chosen);
		} else {
			named++;
			if (v.state != FL_RACE_CERTIFIED || v.chosen < 0 || !truth.good[v.chosen] ||
			    truth.total_usd[truth.best] < 0.95 * truth.total_usd[v.chosen] - config.epsilon_usd - 1e-9)
				fail_msg("run %zu (bar %d): state %d names %d, best is %d", run, config.bar, v.state,
				         v.chosen, truth.best);
		}
		fl_truth_release(&truth);
		fl_race_destroy(r);
		course_release(&c);
	}
	print_message("# seed 21: %zu named, %zu with nothing good enough\n", named, none);
	assert_true(named > 100 && none > 100);
}

static void with_limits_the_goal_value_names_the_best_feasible_of_a_whole_list(void **state)
{
	(void)state;
	struct fl_rng rng;
	size_t named = 0, none = 0;
	fl_rng_init(&rng, 26);
	for (size_t run = 0; run < 10000 / COURSE_FEWER; run++) {
		struct course c;
		struct fl_race_arm_config arm[MOST_ARMS];
		int64_t nusd[MOST_ARMS * MOST_ITEMS];
		struct fl_race_verdict v;
		struct fl_truth truth;
		course_init(&c, 1 + fl_rng_below(&rng, MOST_ARMS), 1 + fl_rng_below(&rng, MOST_ITEMS));
		draw_small(&c, &rng);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.epsilon_usd = run % 2 ? 0.02 : 0;
		config.max_cost_usd = (double)fl_rng_below(&rng, 5) / 100;
		config.p95_s = fl_rng_below(&rng, 2) ? -1 : 9;
		struct fl_matrix m = as_matrix(&c, nusd);
		struct fl_race *r = course_race(&config);
		fl_truth_init(&truth, &m, &config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		named += truth.best >= 0;
		none += truth.best < 0;
		if (truth.best < 0
		        ? v.state != FL_RACE_NONE_FEASIBLE || v.chosen != -1
		        : v.state != FL_RACE_CERTIFIED || !truth.feasible[v.chosen] ||
		              truth.utility_usd[v.chosen] < truth.utility_usd[truth.best] - config.epsilon_usd - 1e-9)
			fail_msg("run %zu: state %d names %d, best is %d", run, v.state, v.chosen, truth.best);
		fl_truth_release(&truth);
		fl_race_destroy(r);
		course_release(&c);
	}
	print_message("# seed 26: %zu named, %zu with nothing feasible\n", named, none);
	assert_true(named > 50 && none > 50);
}

/* Races over clusters of unequal size with a tiny delta run to the end of the list, where everything is exact. */
static void clusters_of_unequal_size_end_exactly(void **state)
{
	(void)state;
	struct fl_rng rng;
	fl_rng_init(&rng, 27);
	for (size_t run = 0; run < 200 / COURSE_FEWER; run++) {
		enum { ARMS = 4, CLUSTERS = 25 };
		struct course c;
		struct fl_race_arm_config arm[ARMS];
		struct fl_rehearsal out;
		struct fl_err err = {0};
		int64_t nusd[ARMS * 100];
		uint32_t cluster[100];
		course_init(&c, ARMS, CLUSTERS + fl_rng_below(&rng, 75));
		draw_small(&c, &rng);
		for (size_t i = 0; i < c.items; i++)
			cluster[i] = (uint32_t)(i < CLUSTERS ? i : fl_rng_below(&rng, CLUSTERS));
		struct fl_matrix m = as_matrix(&c, nusd);
		m.cluster = cluster;
		m.clusters = CLUSTERS;
		struct fl_race_config config = course_config(&c, run % 2 ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, arm);
		config.delta = 1e-9;
		config.margin = 0.1;
		config.epsilon_usd = run % 4 ? 0 : 0.01;
		if (fl_rehearse(&m, &config, run, 3, &out, &err) != FL_OK)
			fail_msg("%s", err.message);
		assert_int_equal(out.worse_than_epsilon + out.broken_promises + out.missed_cheaper, 0);
		course_release(&c);
	}
}

/* What holds whatever an item brings has a bound above its null; an item of a small cluster weighs less than one of a
 * large one, and so does the bound. */
static void what_must_hold_does_so_in_clusters_of_unequal_size_too(void **state)
{
	(void)state;
	enum { ITEMS = 31, CLUSTERS = 11 };
	struct course c;
	struct fl_race_arm_config arm[2];
	struct fl_err err = {0};
	int64_t nusd[2 * ITEMS];
	uint32_t cluster[ITEMS];
	course_init(&c, 2, ITEMS);
	for (size_t i = 0; i < ITEMS; i++) {
		cluster[i] = (uint32_t)(i / 3);
		c.score[i] = i % 2;
		c.score[ITEMS + i] = i % 5 > 0;
	}
	struct fl_matrix m = as_matrix(&c, nusd);
	m.cluster = cluster;
	m.clusters = CLUSTERS;
	for (int which = 0; which < 3; which++) {
		struct fl_rehearsal out;
		struct fl_race_config config = course_config(&c, which ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, arm);
		config.epsilon_usd = which ? 0 : 50; /* more than a right answer is worth */
		config.margin = which == 1 ? 1 : 0.02;
		config.slack = which == 1 ? 0.05 : 0;
		config.max_cost_usd = which == 2 ? 2 : -1; /* above what any call may cost */
		for (size_t k = 0; k < 2; k++)
			arm[k].cap_usd = which == 2 ? 0 : arm[k].cap_usd;
		if (fl_rehearse(&m, &config, 1, 20, &out, &err) != FL_OK)
			fail_msg("%s", err.message);
		assert_int_equal(out.worse_than_epsilon + out.broken_promises + out.missed_cheaper, 0);
	}
	course_release(&c);
}

static struct fl_race_verdict run(const struct course *c, const struct fl_race_config *config)
{
	struct fl_race_verdict v;
	struct fl_race *r = course_race(config);
	course_run(c, r, NULL);
	fl_race_verdict(r, &v);
	fl_race_destroy(r);
	return v;
}

static void a_floor_of_nothing_takes_the_cheapest_and_a_floor_of_one_needs_perfection(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[3];
	course_init(&c, 3, 60);
	for (size_t i = 0; i < 60; i++) {
		c.score[i] = 0;
		c.score[60 + i] = i != 30;
		c.score[120 + i] = 1;
		c.cost[i] = 0.01;
		c.cost[60 + i] = 0.02;
		c.cost[120 + i] = 0.03;
	}
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.bar = FL_BAR_FLOOR;
	config.margin = 0;
	assert_int_equal(run(&c, &config).chosen, 0);
	config.margin = 1;
	assert_int_equal(run(&c, &config).chosen, 2);
	course_release(&c);
}

static void free_candidates_are_named_as_soon_as_one_is_good(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[4];
	const double q[] = {0.9, 0.5, 0.4, 0.3};
	fl_rng_init(&rng, 22);
	course_init(&c, 4, 300);
	course_draw(&c, &rng, q);
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.margin = 0.1;
	struct fl_race_verdict v = run(&c, &config);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_int_equal(v.chosen, 0);
	course_release(&c);
}

static void a_mean_cost_exactly_at_the_limit_meets_it(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[2];
	course_init(&c, 2, 30);
	for (size_t i = 0; i < 30; i++) {
		c.score[i] = c.score[30 + i] = 1;
		c.cost[i] = i % 2 ? 0.005 : 0.015;
		c.cost[30 + i] = 0.02;
	}
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.max_cost_usd = 0.01;
	struct fl_race_verdict v = run(&c, &config);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_int_equal(v.chosen, 0);
	course_release(&c);
}

static void the_baseline_is_named_when_nothing_cheaper_is_as_good(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[3];
	const double q[] = {0.5, 0.9, 0.95};
	fl_rng_init(&rng, 23);
	course_init(&c, 3, 400);
	course_draw(&c, &rng, q);
	for (size_t i = 0; i < 400; i++) {
		c.cost[i] = 0.001;
		c.cost[400 + i] = 0.01;
		c.cost[800 + i] = 0.1;
	}
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.bar = FL_BAR_BASELINE;
	config.baseline = 1;
	config.margin = 0.01;
	struct fl_race_verdict v = run(&c, &config);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_int_equal(v.chosen, 1);
	arm[1].cannot_be_named = true; /* it still measures; the dear one is as good */
	v = run(&c, &config);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_int_equal(v.chosen, 2);
	config.max_cost_usd = 0.005; /* the baseline itself is too dear, and nothing feasible is as good */
	v = run(&c, &config);
	assert_int_equal(v.state, FL_RACE_NONE_FEASIBLE);
	course_release(&c);
}

static void a_dear_candidate_is_settled_with_few_calls(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[8];
	double q[8] = {0.9};
	fl_rng_init(&rng, 24);
	course_init(&c, 8, 800);
	for (size_t k = 1; k < 8; k++)
		q[k] = 0.88;
	course_draw(&c, &rng, q);
	for (size_t k = 0; k < 8; k++)
		for (size_t i = 0; i < 800; i++)
			c.cost[k * 800 + i] = (k ? 0.05 : 0.01) * (0.5 + fl_rng_double(&rng));
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.bar = FL_BAR_FLOOR;
	config.margin = 0.8;
	struct fl_race *r = course_race(&config);
	course_run(&c, r, NULL);
	assert_int_equal(fl_race_chosen(r), 0);
	for (size_t k = 1; k < 8; k++) {
		struct fl_race_arm a;
		fl_race_arm(r, k, &a);
		assert_int_equal(a.state, FL_ARM_ELIMINATED);
		assert_string_equal(a.reason, "dear beside");
		assert_true(a.positions <= 60);
	}
	fl_race_destroy(r);
	course_release(&c);
}

static void an_interrupted_race_states_what_is_still_open(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[4];
	const double q[] = {0.8, 0.8, 0.79, 0.4};
	struct fl_race_verdict v;
	fl_rng_init(&rng, 25);
	course_init(&c, 4, 500);
	course_draw(&c, &rng, q);
	for (size_t i = 0; i < 2000; i++)
		c.cost[i] = 0.01 + 0.001 * (double)(i / 500);
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.margin = 0.02;
	struct fl_race *r = course_race(&config);
	course_step(&c, r, NULL);
	course_step(&c, r, NULL);
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_BEST_SO_FAR);
	assert_true(v.chosen >= 0 && v.open_count > 0);
	assert_true(v.quality_bound > 0 && v.quality_bound <= 0.98 + 1e-9);
	assert_true(v.regret_bound_usd > 0);
	course_run(&c, r, NULL);
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_true(v.quality_bound == 0 && v.open_count == 0);
	fl_race_destroy(r);
	course_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(at_the_end_of_a_list_the_promise_holds_on_the_whole_grid),
	    cmocka_unit_test(with_limits_the_goal_value_names_the_best_feasible_of_a_whole_list),
	    cmocka_unit_test(clusters_of_unequal_size_end_exactly),
	    cmocka_unit_test(what_must_hold_does_so_in_clusters_of_unequal_size_too),
	    cmocka_unit_test(a_floor_of_nothing_takes_the_cheapest_and_a_floor_of_one_needs_perfection),
	    cmocka_unit_test(free_candidates_are_named_as_soon_as_one_is_good),
	    cmocka_unit_test(a_mean_cost_exactly_at_the_limit_meets_it),
	    cmocka_unit_test(the_baseline_is_named_when_nothing_cheaper_is_as_good),
	    cmocka_unit_test(a_dear_candidate_is_settled_with_few_calls),
	    cmocka_unit_test(an_interrupted_race_states_what_is_still_open),
	};
	return cmocka_run_group_tests_name("cheapest", tests, NULL, NULL);
}
