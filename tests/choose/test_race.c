/* How the race behaves: what it wants, what it ignores, when it stops, and what it says. */
#include "test.h"

#include "course.h"
#include "stats/interval.h"

#include <math.h>

enum { MOST = 64 };

/* A course with rates falling from `top` by `gap` an arm, and costs that rise with the rate. */
static void draw_ladder(struct course *c, struct fl_rng *rng, double top, double gap)
{
	double q[MOST];
	for (size_t k = 0; k < c->arms; k++)
		q[k] = fmax(0, top - gap * (double)k);
	course_draw(c, rng, q);
	for (size_t k = 0; k < c->arms; k++)
		for (size_t i = 0; i < c->items; i++)
			c->cost[k * c->items + i] = 0.01 * (1 + fl_rng_double(rng)) / (double)(k + 1);
}

static int best_arm(const struct course *c, const struct fl_race_config *config)
{
	int best = 0;
	for (size_t k = 1; k < c->arms; k++)
		if (course_utility(c, config, k) > course_utility(c, config, (size_t)best) + 1e-12)
			best = (int)k;
	return best;
}

static void one_candidate_is_certified_without_a_call(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[1];
	struct fl_race_verdict v;
	const struct fl_race_want *want;
	course_init(&c, 1, 20);
	static const enum fl_race_bar bar[] = {FL_BAR_WITHIN, FL_BAR_BASELINE};
	for (size_t i = 0; i < 3; i++) {
		struct fl_race_config config = course_config(&c, i ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, arm);
		config.bar = i ? bar[i - 1] : FL_BAR_NONE;
		struct fl_race *r = course_race(&config);
		assert_true(fl_race_ended(r));
		assert_int_equal(fl_race_want(r, &want), 0);
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_CERTIFIED);
		assert_int_equal(v.chosen, 0);
		fl_race_destroy(r);
	}
	struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
	config.bar = FL_BAR_FLOOR;
	config.margin = 0.5;
	struct fl_race *r = course_race(&config);
	assert_false(fl_race_ended(r)); /* a floor has to be tested */
	course_run(&c, r, NULL);
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_NONE_FEASIBLE);
	assert_int_equal(v.chosen, -1);
	fl_race_destroy(r);
	course_release(&c);
}

static void fewer_than_eight_items_are_one_batch(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[3];
	const struct fl_race_want *want;
	course_init(&c, 3, 7);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	struct fl_race *r = course_race(&config);
	assert_int_equal(fl_race_want(r, &want), 3);
	assert_int_equal(want[0].to, 7);
	course_run(&c, r, NULL);
	assert_true(fl_race_ended(r));
	fl_race_destroy(r);
	course_release(&c);
}

static void batches_shrink_with_the_number_of_candidates(void **state)
{
	(void)state;
	static const size_t arms[] = {2, 4, 8, 10, 20, 40}, positions[] = {8, 8, 4, 3, 1, 1};
	for (size_t i = 0; i < FL_COUNT(arms); i++) {
		struct fl_race_arm_config arm[MOST] = {{0}};
		const struct fl_race_want *want;
		struct fl_race_config config = {.arms = arms[i],
		                                .positions = 100,
		                                .arm = arm,
		                                .delta = 0.05,
		                                .value_usd = 1,
		                                .max_cost_usd = -1,
		                                .p95_s = -1};
		struct fl_race *r = course_race(&config);
		assert_int_equal(fl_race_want(r, &want), arms[i]);
		assert_int_equal(want[0].to, positions[i]);
		fl_race_destroy(r);
	}
}

static void nothing_moves_until_the_whole_batch_is_there(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[2];
	const struct fl_race_want *want;
	course_init(&c, 2, 40);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	struct fl_race *r = course_race(&config);
	assert_false(fl_race_advance(r));
	for (size_t p = 0; p < 8; p++)
		course_cell(&c, r, NULL, 1, p);
	for (size_t p = 7; p > 0; p--)
		course_cell(&c, r, NULL, 0, p);
	assert_false(fl_race_advance(r));
	assert_true(fl_race_has(r, 0, 1, 0));
	assert_false(fl_race_has(r, 0, 0, 0));
	course_cell(&c, r, NULL, 0, 0);
	assert_true(fl_race_advance(r));
	fl_race_want(r, &want);
	assert_int_equal(want[0].from, 8);
	fl_race_destroy(r);
	course_release(&c);
}

static void outcomes_outside_their_bounds_are_refused(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[2];
	struct fl_err err;
	course_init(&c, 2, 40);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	struct fl_race *r = course_race(&config);
	static const struct fl_race_outcome bad[] = {{1.01, 0, 0}, {-0.1, 0, 0}, {NAN, 0, 0},
	                                             {1, -1, 0},   {1, 0, -1},   {1, NAN, 0}};
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		assert_int_equal(fl_race_supply(r, 0, 0, 0, &bad[i], &err), FL_E_INVALID);
		assert_true(strlen(err.expected) > 0);
	}
	assert_false(fl_race_has(r, 0, 0, 0));
	fl_race_destroy(r);
	course_release(&c);
}

static void configurations_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	struct fl_race_arm_config arm[2] = {{.cap_usd = 1}, {.cap_usd = 1}};
	const struct fl_race_config good = {
	    .arms = 2, .positions = 10, .arm = arm, .delta = 0.05, .value_usd = 1, .max_cost_usd = -1, .p95_s = -1};
	struct fl_race_config bad[6] = {good, good, good, good, good, good};
	bad[0].arms = 0;
	bad[1].positions = 0;
	bad[2].delta = 1;
	bad[3].value_usd = -1;
	bad[4].goal = FL_GOAL_CHEAPEST; /* no bar */
	bad[5].goal = FL_GOAL_CHEAPEST;
	bad[5].bar = FL_BAR_WITHIN;
	bad[5].margin = 1.5;
	for (size_t i = 0; i < FL_COUNT(bad); i++) {
		struct fl_race *r;
		struct fl_err err = {0};
		assert_int_equal(fl_race_create(&r, &bad[i], &err), FL_E_INVALID);
		assert_null(r);
		assert_true(strlen(err.message) > 0);
	}
}

static void a_list_read_to_its_end_names_the_winner_of_the_whole_grid(void **state)
{
	(void)state;
	struct fl_rng rng;
	fl_rng_init(&rng, 11);
	for (size_t run = 0; run < 300; run++) {
		struct course c;
		struct fl_race_arm_config arm[6];
		struct fl_race_verdict v;
		course_init(&c, 2 + run % 5, 5 + run % 40);
		draw_ladder(&c, &rng, 0.8, 0.02);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.delta = 1e-12; /* nobody leaves early unless it is certain */
		config.epsilon_usd = run % 2 ? 0 : -1;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_CERTIFIED);
		assert_true(course_utility(&c, &config, (size_t)v.chosen) >=
		            course_utility(&c, &config, (size_t)best_arm(&c, &config)) - 1e-9);
		assert_true(v.regret_bound_usd <= 1e-9);
		fl_race_destroy(r);
		course_release(&c);
	}
}

static void a_source_read_to_the_last_item_is_best_so_far(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[2];
	struct fl_race_verdict v;
	course_init(&c, 2, 40);
	for (size_t i = 0; i < 40; i++)
		c.score[i] = c.score[40 + i] = i % 2;
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	config.mode = FL_MODE_FUTURE;
	config.epsilon_usd = 0.001;
	struct fl_race *r = course_race(&config);
	course_run(&c, r, NULL);
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_BEST_SO_FAR);
	assert_true(v.regret_bound_usd > 0.001);
	assert_true(v.open_count == 1);
	fl_race_destroy(r);
	course_release(&c);
}

static size_t cells_of(struct fl_race *r, size_t arms)
{
	size_t cells = 0;
	for (size_t k = 0; k < arms; k++) {
		struct fl_race_arm a;
		fl_race_arm(r, k, &a);
		cells += a.positions;
	}
	return cells;
}

static void a_list_needs_no_more_calls_than_a_source(void **state)
{
	(void)state;
	struct fl_rng rng;
	size_t cells[2] = {0, 0};
	struct course c;
	fl_rng_init(&rng, 12);
	course_init(&c, 5, 300);
	draw_ladder(&c, &rng, 0.85, 0.06);
	for (size_t run = 0; run < 200; run++) {
		uint32_t order[300];
		fl_rng_permutation(&rng, order, 300);
		for (int mode = 0; mode < 2; mode++) {
			struct fl_race_arm_config arm[5];
			struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
			config.mode = mode ? FL_MODE_FUTURE : FL_MODE_FINITE;
			config.epsilon_usd = 0.02;
			struct fl_race *r = course_race(&config);
			course_run(&c, r, order);
			cells[mode] += cells_of(r, 5);
			fl_race_destroy(r);
		}
	}
	print_message("# seed 12: %zu cells as a list, %zu as a source\n", cells[0] / 200, cells[1] / 200);
	assert_true(cells[0] < cells[1]);
	course_release(&c);
}

static void everybody_rests_at_once_under_a_huge_epsilon(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[5];
	struct fl_race_verdict v;
	course_init(&c, 5, 100);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	config.epsilon_usd = 1.5;
	struct fl_race *r = course_race(&config);
	assert_false(course_step(&c, r, NULL));
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_true(v.regret_bound_usd <= 1.5);
	fl_race_destroy(r);
	course_release(&c);
}

static void same_events(struct fl_race *a, struct fl_race *b)
{
	const struct fl_race_event *ea, *eb;
	size_t n = fl_race_events(a, &ea);
	assert_int_equal(fl_race_events(b, &eb), n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ea[i].position, eb[i].position);
		assert_int_equal(ea[i].arm, eb[i].arm);
		assert_int_equal(ea[i].by, eb[i].by);
		assert_int_equal(ea[i].kind, eb[i].kind);
	}
}

/* Cells in a random order, some of them long before they are wanted. */
static void run_out_of_order(const struct course *c, struct fl_race *r, struct fl_rng *rng)
{
	while (!fl_race_ended(r)) {
		const struct fl_race_want *want;
		size_t n = fl_race_want(r, &want);
		size_t i = fl_rng_below(rng, n), p = want[i].from + fl_rng_below(rng, want[i].to - want[i].from);
		if (!fl_race_has(r, want[i].arm, p, 0))
			course_cell(c, r, NULL, want[i].arm, p);
		size_t ahead = fl_rng_below(rng, c->items), who = fl_rng_below(rng, c->arms);
		if (fl_rng_below(rng, 4) == 0 && !fl_race_has(r, who, ahead, 0))
			course_cell(c, r, NULL, who, ahead);
		fl_race_advance(r);
	}
}

static void arrival_order_and_look_ahead_change_nothing(void **state)
{
	(void)state;
	struct fl_rng rng;
	fl_rng_init(&rng, 13);
	for (size_t run = 0; run < 60; run++) {
		struct course c;
		struct fl_race_arm_config arm[9];
		course_init(&c, 3 + run % 7, 120);
		draw_ladder(&c, &rng, 0.9, 0.05);
		struct fl_race_config config = course_config(&c, run % 2 ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, arm);
		config.epsilon_usd = run % 2 ? 0 : 0.02;
		config.margin = 0.05;
		config.mode = run % 3 ? FL_MODE_FINITE : FL_MODE_FUTURE;
		struct fl_race *plain = course_race(&config), *mixed = course_race(&config);
		course_run(&c, plain, NULL);
		run_out_of_order(&c, mixed, &rng);
		same_events(plain, mixed);
		assert_int_equal(fl_race_chosen(plain), fl_race_chosen(mixed));
		assert_int_equal(cells_of(plain, c.arms), cells_of(mixed, c.arms));
		fl_race_destroy(plain);
		fl_race_destroy(mixed);
		course_release(&c);
	}
}

static void a_cost_above_its_cap_ends_the_race_before_its_batch(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[2];
	struct fl_race_verdict v;
	struct fl_race_arm a;
	course_init(&c, 2, 100);
	for (size_t i = 0; i < 200; i++)
		c.cost[i] = 0.01;
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	c.cost[20] = 0.03;
	struct fl_race *r = course_race(&config);
	course_run(&c, r, NULL);
	assert_true(fl_race_over_cap(r));
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_BEST_SO_FAR);
	assert_true(v.regret_bound_usd > 0 && v.regret_bound_usd <= 1.02 + 1e-12);
	fl_race_arm(r, 0, &a);
	assert_int_equal(a.positions, 16);
	fl_race_destroy(r);
	course_release(&c);
}

static void an_interrupted_race_states_a_bound_at_any_time(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[4];
	struct fl_race_verdict v;
	fl_rng_init(&rng, 14);
	course_init(&c, 4, 200);
	draw_ladder(&c, &rng, 0.9, 0.1);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	config.epsilon_usd = 0.005;
	struct fl_race *r = course_race(&config);
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_BEST_SO_FAR);
	assert_int_equal(v.chosen, -1);
	double first = -1;
	while (course_step(&c, r, NULL)) {
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_BEST_SO_FAR);
		assert_true(v.chosen >= 0 && v.regret_bound_usd >= 0);
		assert_true(v.future_regret_bound_usd >= v.regret_bound_usd - 0.2);
		if (first < 0)
			first = v.regret_bound_usd;
	}
	fl_race_verdict(r, &v);
	assert_int_equal(v.state, FL_RACE_CERTIFIED);
	assert_true(v.regret_bound_usd <= 0.005 && first > 0.005);
	fl_race_destroy(r);
	course_release(&c);
}

static void traffic_without_epsilon_stops_when_the_next_batch_costs_more_than_the_bound(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[3];
	size_t cells[2];
	fl_rng_init(&rng, 15);
	course_init(&c, 3, 2000);
	draw_ladder(&c, &rng, 0.9, 0.02);
	for (int busy = 0; busy < 2; busy++) {
		struct fl_race_verdict v;
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.epsilon_usd = -1;
		config.traffic_month = busy ? 1e6 : 1;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_CERTIFIED);
		cells[busy] = cells_of(r, 3);
		/* The next batch: at most 8 positions of 3 arms at 0.02 USD. */
		assert_true(v.regret_bound_usd * config.traffic_month <= 8 * 3 * 0.02);
		fl_race_destroy(r);
	}
	assert_true(cells[0] < cells[1]);
	course_release(&c);
}

static void limits_on_cost_and_latency_keep_an_arm_from_being_named(void **state)
{
	(void)state;
	struct course c;
	struct fl_race_arm_config arm[3];
	struct fl_race_verdict v;
	struct fl_race_arm a;
	course_init(&c, 3, 400);
	for (size_t i = 0; i < 400; i++) {
		c.score[i] = 1; /* the best one costs too much, the second is too slow */
		c.cost[i] = 0.05;
		c.score[400 + i] = i % 10 > 0;
		c.latency[400 + i] = i % 5 ? 1 : 9;
		c.score[800 + i] = i % 3 > 0;
	}
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < 400; i++)
			c.cost[k * 400 + i] += 0.001;
	for (int goal = 0; goal < 2; goal++) {
		struct fl_race_config config = course_config(&c, goal ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, arm);
		config.max_cost_usd = 0.01;
		config.p95_s = 5;
		config.epsilon_usd = goal ? 0 : 0.01;
		config.margin = 0.02;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_CERTIFIED);
		assert_int_equal(v.chosen, 2);
		fl_race_arm(r, 0, &a);
		assert_int_equal(a.state, FL_ARM_INFEASIBLE);
		assert_string_equal(a.reason, "over the cost limit");
		fl_race_arm(r, 1, &a);
		assert_int_equal(a.state, FL_ARM_INFEASIBLE);
		assert_string_equal(a.reason, "over the latency limit");
		fl_race_destroy(r);
		config.max_cost_usd = 0.0001; /* all are too dear */
		r = course_race(&config);
		course_run(&c, r, NULL);
		fl_race_verdict(r, &v);
		assert_int_equal(v.state, FL_RACE_NONE_FEASIBLE);
		assert_int_equal(v.chosen, -1);
		fl_race_destroy(r);
	}
	course_release(&c);
}

static void a_cluster_counts_once_its_items_are_all_there(void **state)
{
	(void)state;
	struct fl_race_arm_config arm[2] = {{.cap_usd = 1}, {.cap_usd = 1}};
	uint32_t size[20];
	struct fl_err err;
	struct fl_race_arm a;
	for (size_t i = 0; i < 20; i++)
		size[i] = 1 + i % 3;
	struct fl_race_config config = {.arms = 2,
	                                .positions = 20,
	                                .arm = arm,
	                                .cluster_size = size,
	                                .delta = 0.05,
	                                .value_usd = 1,
	                                .max_cost_usd = -1,
	                                .p95_s = -1};
	struct fl_race *r = course_race(&config);
	while (!fl_race_ended(r)) {
		const struct fl_race_want *want;
		size_t n = fl_race_want(r, &want), last = n - 1;
		for (size_t i = 0; i < n; i++)
			for (size_t p = want[i].from; p < want[i].to; p++)
				for (size_t sub = size[p]; sub-- > 0;) {
					struct fl_race_outcome o = {want[i].arm, 0, 0};
					if (i == last && p + 1 == want[i].to && !sub)
						assert_false(fl_race_advance(r));
					assert_ok(fl_race_supply(r, want[i].arm, p, sub, &o, &err), &err);
				}
		assert_true(fl_race_advance(r));
	}
	assert_int_equal(fl_race_chosen(r), 1);
	fl_race_arm(r, 1, &a);
	assert_true(a.mean_score == 1 && a.positions < 20);
	assert_true(a.score_interval[0] > 0.3 && a.score_interval[1] == 1);
	fl_race_destroy(r);
}

static void a_list_read_to_its_end_leaves_an_interval_for_what_it_stands_for(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[2];
	struct fl_race_difference d;
	fl_rng_init(&rng, 16);
	course_init(&c, 2, 100);
	draw_ladder(&c, &rng, 0.7, 0.01);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	config.delta = 1e-9; /* never sure before the end */
	struct fl_race *r = course_race(&config);
	course_run(&c, r, NULL);
	fl_race_compare(r, 0, 1, &d);
	double mean = course_mean(c.score, &c, 0) - course_mean(c.score, &c, 1), squares = 0;
	for (size_t i = 0; i < 100; i++)
		squares += pow(c.score[i] - c.score[100 + i] - mean, 2);
	double half = fl_normal_quantile(1 - 1e-9 / 2) * sqrt(squares / 99 / 100);
	assert_int_equal(d.positions, 100);
	assert_true(half > 0.01 && fabs(d.score - mean) < 1e-12);
	assert_true(fabs(d.score_interval[0] - (mean - half)) < 1e-12);
	assert_true(fabs(d.score_interval[1] - (mean + half)) < 1e-12);
	fl_race_destroy(r);
	course_release(&c);
}

static void two_arms_compare_with_an_interval_around_the_truth(void **state)
{
	(void)state;
	struct course c;
	struct fl_rng rng;
	struct fl_race_arm_config arm[2];
	struct fl_race_difference d;
	fl_rng_init(&rng, 16);
	course_init(&c, 2, 500);
	draw_ladder(&c, &rng, 0.7, 0.01);
	struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
	struct fl_race *r = course_race(&config);
	fl_race_compare(r, 0, 1, &d);
	assert_true(d.positions == 0 && d.score_interval[0] == -1);
	for (int i = 0; i < 20; i++)
		course_step(&c, r, NULL);
	fl_race_compare(r, 0, 1, &d);
	double score = course_mean(c.score, &c, 0) - course_mean(c.score, &c, 1);
	double cost = course_mean(c.cost, &c, 0) - course_mean(c.cost, &c, 1);
	assert_true(d.score_interval[0] <= score && score <= d.score_interval[1]);
	assert_true(d.cost_interval_usd[0] <= cost && cost <= d.cost_interval_usd[1]);
	assert_true(d.cost_interval_usd[1] - d.cost_interval_usd[0] < 0.02);
	fl_race_destroy(r);
	course_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_candidate_is_certified_without_a_call),
	    cmocka_unit_test(fewer_than_eight_items_are_one_batch),
	    cmocka_unit_test(batches_shrink_with_the_number_of_candidates),
	    cmocka_unit_test(nothing_moves_until_the_whole_batch_is_there),
	    cmocka_unit_test(outcomes_outside_their_bounds_are_refused),
	    cmocka_unit_test(configurations_that_make_no_sense_are_refused),
	    cmocka_unit_test(a_list_read_to_its_end_names_the_winner_of_the_whole_grid),
	    cmocka_unit_test(a_source_read_to_the_last_item_is_best_so_far),
	    cmocka_unit_test(a_list_needs_no_more_calls_than_a_source),
	    cmocka_unit_test(everybody_rests_at_once_under_a_huge_epsilon),
	    cmocka_unit_test(arrival_order_and_look_ahead_change_nothing),
	    cmocka_unit_test(a_cost_above_its_cap_ends_the_race_before_its_batch),
	    cmocka_unit_test(an_interrupted_race_states_a_bound_at_any_time),
	    cmocka_unit_test(traffic_without_epsilon_stops_when_the_next_batch_costs_more_than_the_bound),
	    cmocka_unit_test(limits_on_cost_and_latency_keep_an_arm_from_being_named),
	    cmocka_unit_test(a_cluster_counts_once_its_items_are_all_there),
	    cmocka_unit_test(two_arms_compare_with_an_interval_around_the_truth),
	    cmocka_unit_test(a_list_read_to_its_end_leaves_an_interval_for_what_it_stands_for),
	};
	return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
