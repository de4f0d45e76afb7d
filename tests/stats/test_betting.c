/*
 * The sixteen bets against what they promise: false alarms under five nulls, intervals that hold at all times, power as
 * published for the prototype. Seeds are fixed and printed; runs are fewer under the sanitizers.
 */
#include "test.h"

#include "base/rng.h"
#include "stats/betting.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
enum { FEWER = 20 };
#else
enum { FEWER = 1 };
#endif

static const double alpha = 0.05;

/* A null with mean 0: lists without replacement when `list` is not 0. */
struct null {
	const char *name;
	size_t n, list;
	double lo, worst; /* bound, and the share of false alarms that the prototype had */
	double (*draw)(struct fl_rng *rng, size_t i, size_t n);
};

static double ternary(struct fl_rng *rng, size_t i, size_t n)
{
	(void)i;
	(void)n;
	double u = fl_rng_double(rng);
	return u < 0.1 ? 1 : u < 0.2 ? -1 : 0;
}

/* Rarely -1, else a little above 0. */
static double rare(struct fl_rng *rng, size_t i, size_t n)
{
	(void)i;
	(void)n;
	return fl_rng_double(rng) < 0.02 ? -1 : 0.02 / 0.98;
}

static double uniform(struct fl_rng *rng, size_t i, size_t n)
{
	(void)i;
	(void)n;
	return 2 * fl_rng_double(rng) - 1;
}

/* Entries of a list, in the list's order. */
static double ternary_list(struct fl_rng *rng, size_t i, size_t n)
{
	(void)rng;
	return i < n / 10 ? 1 : i < n / 5 ? -1 : 0;
}

static double skew_list(struct fl_rng *rng, size_t i, size_t n)
{
	(void)rng;
	return i < n / 20 ? -0.95 : 0.05;
}

static const struct null nulls[] = {
    {"independent ternary", 3000, 0, -1, 0.024, ternary}, {"independent, rarely -1", 3000, 0, -1, 0.007, rare},
    {"list, ternary", 500, 500, -1, 0.013, ternary_list}, {"independent uniform", 1000, 0, -1, 0.027, uniform},
    {"list, skew", 400, 400, -1, 0.006, skew_list},
};

static void fill(const struct null *null, struct fl_rng *rng, double *x)
{
	static uint32_t order[3000];
	if (null->list)
		fl_rng_permutation(rng, order, null->n);
	for (size_t i = 0; i < null->n; i++)
		x[i] = null->draw(rng, null->list ? order[i] : i, null->n);
}

/* Does the wealth of `sign` times the terms ever reach the threshold? */
static bool ever(const struct null *null, const double *x, double sign, double m0, double log_threshold)
{
	struct fl_betting b;
	fl_betting_init(&b, null->lo, m0, null->list);
	for (size_t i = 0; i < null->n; i++) {
		fl_betting_add(&b, sign * x[i]);
		if (fl_betting_log_wealth(&b) >= log_threshold)
			return true;
	}
	return false;
}

static void false_alarms_stay_below_alpha_under_five_nulls(void **state)
{
	(void)state;
	const size_t runs = 20000 / FEWER;
	double x[3000];
	for (size_t k = 0; k < FL_COUNT(nulls); k++) {
		struct fl_rng rng;
		size_t alarms = 0;
		fl_rng_init(&rng, 100 + k);
		for (size_t run = 0; run < runs; run++) {
			fill(&nulls[k], &rng, x);
			alarms += ever(&nulls[k], x, 1, 0, log(1 / alpha));
		}
		double rate = (double)alarms / (double)runs;
		print_message("# seed %zu, %s: %.4f of %zu runs raise a false alarm (prototype %.3f)\n", 100 + k,
		              nulls[k].name, rate, runs, nulls[k].worst);
		assert_true(rate <= alpha + 3 * sqrt(alpha * (1 - alpha) / (double)runs));
		/* Not silent either, as a test that never alarms would be. */
		if (FEWER == 1)
			assert_true(rate >= nulls[k].worst / 3);
	}
}

static void intervals_hold_at_all_times_together(void **state)
{
	(void)state;
	const size_t runs = 2000 / FEWER;
	double x[3000];
	for (size_t k = 0; k < FL_COUNT(nulls); k++) {
		struct fl_rng rng;
		size_t missed = 0;
		fl_rng_init(&rng, 200 + k);
		for (size_t run = 0; run < runs; run++) {
			fill(&nulls[k], &rng, x);
			missed += ever(&nulls[k], x, 1, 0, log(2 / alpha)) || ever(&nulls[k], x, -1, 0, log(2 / alpha));
		}
		print_message("# seed %zu, %s: %zu of %zu intervals ever miss the mean\n", 200 + k, nulls[k].name,
		              missed, runs);
		assert_true((double)missed / (double)runs <= alpha + 3 * sqrt(alpha * (1 - alpha) / (double)runs));
	}
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void power_is_that_of_the_prototype(void **state)
{
	(void)state;
	static const struct {
		double plus, minus, median;
	} row[] = {{0.15, 0.05, 142}, {0.10, 0.05, 441}, {0.30, 0.20, 353}, {0.05, 0, 153}, {0.06, 0.04, 1815}};
	static double needed[2000];
	const size_t runs = 2000 / FEWER;
	for (size_t k = 0; k < FL_COUNT(row); k++) {
		struct fl_rng rng;
		fl_rng_init(&rng, 300 + k);
		for (size_t run = 0; run < runs; run++) {
			struct fl_betting b;
			fl_betting_init(&b, -1, 0, 0);
			while (fl_betting_log_wealth(&b) < log(1 / alpha) && b.n < 20000) {
				double u = fl_rng_double(&rng);
				fl_betting_add(&b, u < row[k].plus ? 1 : u < row[k].plus + row[k].minus ? -1 : 0);
			}
			needed[run] = (double)b.n;
		}
		qsort(needed, runs, sizeof *needed, compare_doubles);
		double got = needed[runs / 2];
		print_message("# seed %zu, +%.2f -%.2f: median of %g items (prototype %g)\n", 300 + k, row[k].plus,
		              row[k].minus, got, row[k].median);
		assert_true(fabs(got / row[k].median - 1) < (FEWER == 1 ? 0.15 : 0.5));
	}
}

static void wealth_falls_in_the_mean_that_is_tested(void **state)
{
	(void)state;
	struct fl_rng rng;
	double x[60];
	fl_rng_init(&rng, 7);
	for (size_t i = 0; i < 60; i++)
		x[i] = fl_rng_double(&rng);
	for (int finite = 0; finite < 2; finite++) {
		struct fl_betting_data d = {x, NULL, 60, finite ? 90 : 0, 1, 0, 1};
		double last = INFINITY;
		for (double m0 = 0.001; m0 < 1; m0 += 0.01) {
			double now = fl_betting_log_wealth_at(&d, m0);
			assert_true(now <= last + 1e-9);
			last = now;
		}
	}
}

static void interval_holds_the_mean_and_shrinks_to_it_at_the_end_of_a_list(void **state)
{
	(void)state;
	struct fl_rng rng;
	double x[400], sum = 0, last[2] = {0, 1};
	fl_rng_init(&rng, 8);
	for (size_t i = 0; i < 400; i++)
		sum += x[i] = fl_rng_double(&rng) < 0.7;
	for (size_t n = 100; n <= 399; n += 299) {
		struct fl_betting_data d = {x, NULL, n, 400, 1, 0, 1};
		double got[2];
		fl_betting_interval(&d, alpha, got);
		assert_true(got[0] <= sum / 400 && sum / 400 <= got[1]);
		assert_true(got[1] - got[0] < last[1] - last[0]);
		last[0] = got[0];
		last[1] = got[1];
	}
	assert_true(last[1] - last[0] < 0.01);
}

static void copies_in_a_cluster_do_not_narrow_the_interval(void **state)
{
	(void)state;
	struct fl_rng rng;
	double one[200], three[200], plain[2], clustered[2];
	uint32_t size[200];
	fl_rng_init(&rng, 9);
	for (size_t i = 0; i < 200; i++) {
		one[i] = fl_rng_double(&rng) < 0.4;
		three[i] = 3 * one[i];
		size[i] = 3;
	}
	fl_betting_interval(&(struct fl_betting_data){one, NULL, 200, 0, 1, 0, 1}, alpha, plain);
	fl_betting_interval(&(struct fl_betting_data){three, size, 200, 0, 3, 0, 1}, alpha, clustered);
	assert_true(fabs(plain[0] - clustered[0]) < 1e-6 && fabs(plain[1] - clustered[1]) < 1e-6);
}

static void a_million_terms_keep_wealth_finite(void **state)
{
	(void)state;
	struct fl_betting up, down;
	fl_betting_init(&up, -1, 0, 0);
	fl_betting_init(&down, -1, 0, 0);
	for (size_t i = 0; i < 1000000; i++) {
		fl_betting_add(&up, i % 3 ? 0.5 : -0.5);
		fl_betting_add(&down, i % 3 ? -0.5 : 0.5);
	}
	assert_true(isfinite(fl_betting_log_wealth(&up)) && fl_betting_log_wealth(&up) > 10000);
	assert_true(isfinite(fl_betting_log_wealth(&down)) && fl_betting_log_wealth(&down) < 0);
}

static void a_term_below_its_bound_stops_the_program(void **state)
{
	(void)state;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct fl_betting b;
		fclose(stderr);
		fl_betting_init(&b, -1, 0, 0);
		fl_betting_add(&b, -1.01);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(false_alarms_stay_below_alpha_under_five_nulls),
	    cmocka_unit_test(intervals_hold_at_all_times_together),
	    cmocka_unit_test(power_is_that_of_the_prototype),
	    cmocka_unit_test(wealth_falls_in_the_mean_that_is_tested),
	    cmocka_unit_test(interval_holds_the_mean_and_shrinks_to_it_at_the_end_of_a_list),
	    cmocka_unit_test(copies_in_a_cluster_do_not_narrow_the_interval),
	    cmocka_unit_test(a_million_terms_keep_wealth_finite),
	    cmocka_unit_test(a_term_below_its_bound_stops_the_program),
	};
	return cmocka_run_group_tests_name("stats_betting", tests, NULL, NULL);
}
