/* The promise by repetition, short form; tools/simulate.c runs the same experiments as long as one likes. */
#include "test.h"

#include "course.h"
#include "simulation.h"

#include <math.h>

static const double delta = 0.05;

static void at_most_delta(const char *what, uint64_t seed, size_t wrong, size_t runs)
{
	double rate = (double)wrong / (double)runs;
	print_message("# seed %llu, %s: %zu of %zu\n", (unsigned long long)seed, what, wrong, runs);
	assert_true(rate <= delta + 3 * sqrt(delta * (1 - delta) / (double)runs));
}

static void a_choice_is_rarely_worse_than_epsilon(void **state)
{
	(void)state;
	static const size_t arms[] = {2, 8, 24}, runs[] = {1000, 500, 150};
	static const double gap[] = {0, 0.01, 0.05, 0.2};
	uint64_t seed = 1000;
	for (size_t a = 0; a < FL_COUNT(arms); a++)
		for (size_t g = 0; g < FL_COUNT(gap); g++)
			for (int mode = 0; mode < 2; mode++) {
				char what[80];
				struct simulation_setting s = {arms[a], gap[g], mode ? FL_MODE_FUTURE : FL_MODE_FINITE};
				struct simulation_count n = simulate_choice(s, runs[a] / COURSE_FEWER, ++seed);
				snprintf(what, sizeof what, "%zu arms, gap %.2f, %s: wrong", arms[a], gap[g],
				         mode ? "source" : "list");
				at_most_delta(what, seed, n.wrong, n.runs);
				at_most_delta("  best eliminated", seed, n.best_eliminated, n.runs);
			}
}

static void the_cheapest_named_keeps_its_promise(void **state)
{
	(void)state;
	static const size_t arms[] = {2, 8, 24};
	static const double gap[] = {0, 0.02, 0.05};
	uint64_t seed = 2000;
	for (size_t a = 0; a < FL_COUNT(arms); a++)
		for (size_t g = 0; g < FL_COUNT(gap); g++) {
			char what[80];
			struct simulation_setting s = {arms[a], gap[g], FL_MODE_FINITE};
			struct simulation_count n = simulate_cheapest(s, 300 / COURSE_FEWER, ++seed);
			snprintf(what, sizeof what, "%zu arms, gap %.2f: promise broken", arms[a], gap[g]);
			at_most_delta(what, seed, n.wrong, n.runs);
		}
}

static void limits_on_cost_and_latency_keep_the_promise(void **state)
{
	(void)state;
	uint64_t seed = 2500;
	for (int goal = 0; goal < 2; goal++)
		for (size_t arms = 3; arms <= 12; arms += 9) {
			char what[80];
			struct simulation_setting s = {arms, 0.03, FL_MODE_FINITE};
			struct simulation_count n =
			    simulate_limits(goal ? FL_GOAL_CHEAPEST : FL_GOAL_VALUE, s, 300 / COURSE_FEWER, ++seed);
			snprintf(what, sizeof what, "%s with limits, %zu arms: wrong", goal ? "cheapest" : "value",
			         arms);
			at_most_delta(what, seed, n.wrong, n.runs);
		}
}

static void an_attacker_who_sees_all_outcomes_gains_nothing(void **state)
{
	(void)state;
	for (int mode = 0; mode < 2; mode++) {
		struct simulation_setting s = {4, 0.03, mode ? FL_MODE_FUTURE : FL_MODE_FINITE};
		struct simulation_count n = simulate_look_ahead(s, 400 / COURSE_FEWER, 3000 + (uint64_t)mode);
		at_most_delta(mode ? "source: bound too low at some batch" : "list: bound too low at some batch",
		              3000 + (uint64_t)mode, n.wrong, n.runs);
	}
}

static void peeking_fools_a_fixed_test_and_not_the_race(void **state)
{
	(void)state;
	const size_t runs = 2000 / COURSE_FEWER;
	struct simulation_count fixed = simulate_peeking(runs, 4000), race = simulate_peeking_race(runs, 4000);
	print_message("# seed 4000, repeated z-test: %zu of %zu\n", fixed.wrong, fixed.runs);
	assert_true((double)fixed.wrong / (double)runs > 0.10);
	at_most_delta("the race", 4000, race.wrong, race.runs);
}

static void copies_fool_a_race_that_is_not_told_of_clusters(void **state)
{
	(void)state;
	const size_t runs = 2000 / COURSE_FEWER;
	struct simulation_count naive = simulate_copies(false, runs, 5000), told = simulate_copies(true, runs, 5000);
	print_message("# seed 5000, copies taken for items: %zu of %zu\n", naive.wrong, naive.runs);
	assert_true((double)naive.wrong / (double)runs > delta + 3 * sqrt(delta * (1 - delta) / (double)runs));
	at_most_delta("copies told as clusters", 5000, told.wrong, told.runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_choice_is_rarely_worse_than_epsilon),
	    cmocka_unit_test(the_cheapest_named_keeps_its_promise),
	    cmocka_unit_test(limits_on_cost_and_latency_keep_the_promise),
	    cmocka_unit_test(an_attacker_who_sees_all_outcomes_gains_nothing),
	    cmocka_unit_test(peeking_fools_a_fixed_test_and_not_the_race),
	    cmocka_unit_test(copies_fool_a_race_that_is_not_told_of_clusters),
	};
	return cmocka_run_group_tests_name("simulation", tests, NULL, NULL);
}
