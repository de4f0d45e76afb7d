/*
 * The race held against its promise, at length: `simulate [RUNS [SEED]]` repeats each experiment of
 * tests/choose/simulation.h RUNS times (default 10,000, at least 200) and prints what came out beside what is allowed. Exit 1 when a
 * share lies more than three standard errors above its limit, or a control that must fail does not.
 */
#include "simulation.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>

static const double delta = 0.05;
static bool all_kept = true;

static void report(const char *what, struct simulation_setting s, uint64_t seed, size_t wrong, size_t runs,
                   bool must_hold)
{
	double rate = (double)wrong / (double)runs, most = delta + 3 * sqrt(delta * (1 - delta) / (double)runs);
	bool kept = must_hold ? rate <= most : rate > most;
	all_kept &= kept;
	printf("%-34s %3zu arms  gap %.2f  %-6s  seed %llu  %6zu of %zu = %.5f  %s\n", what, s.arms, s.gap,
	       s.mode == FL_MODE_FUTURE ? "source" : "list", (unsigned long long)seed, wrong, runs, rate,
	       kept ? (must_hold ? "kept" : "fails, as it must") : "BROKEN");
	fflush(stdout);
}

static void simulate_settings(size_t runs, uint64_t seed)
{
	static const size_t arms[] = {2, 8, 24};
	static const double gap[] = {0, 0.01, 0.02, 0.05, 0.2};
	for (size_t a = 0; a < FL_COUNT(arms); a++)
		for (size_t g = 0; g < FL_COUNT(gap); g++)
			for (int mode = 0; mode < 2; mode++) {
				struct simulation_setting s = {arms[a], gap[g], mode ? FL_MODE_FUTURE : FL_MODE_FINITE};
				struct simulation_count n = simulate_choice(s, runs, ++seed);
				report("choice worse than epsilon", s, seed, n.wrong, n.runs, true);
				report("best candidate eliminated", s, seed, n.best_eliminated, n.runs, true);
				if (!mode) {
					n = simulate_cheapest(s, runs, ++seed);
					report("cheapest: promise broken", s, seed, n.wrong, n.runs, true);
				}
			}
}

int main(int argc, char **argv)
{
	uint64_t runs = 10000, seed = 1;
	if ((argc > 1 && !fl_str_to_u64(fl_str_from(argv[1]), &runs)) ||
	    (argc > 2 && !fl_str_to_u64(fl_str_from(argv[2]), &seed)) || argc > 3 || runs < 200) {
		fprintf(stderr, "usage: simulate [RUNS [SEED]], at least 200 runs\n");
		return 2;
	}
	const struct simulation_setting two = {2, 0, FL_MODE_FUTURE}, four = {4, 0.03, FL_MODE_FINITE};
	simulate_settings(runs, seed);
	const struct simulation_setting twelve = {12, 0.03, FL_MODE_FINITE};
	report("value with limits", twelve, seed, simulate_limits(FL_GOAL_VALUE, twelve, runs, seed).wrong, runs, true);
	report("cheapest with limits", twelve, seed, simulate_limits(FL_GOAL_CHEAPEST, twelve, runs, seed).wrong, runs,
	       true);
	report("look-ahead: bound too low", four, seed, simulate_look_ahead(four, runs, seed).wrong, runs, true);
	report("repeated z-test (control)", two, seed, simulate_peeking(runs, seed).wrong, runs, false);
	report("the race instead", two, seed, simulate_peeking_race(runs, seed).wrong, runs, true);
	report("copies taken for items (control)", two, seed, simulate_copies(false, runs, seed).wrong, runs, false);
	report("copies told as clusters", two, seed, simulate_copies(true, runs, seed).wrong, runs, true);
	return all_kept ? 0 : 1;
}
