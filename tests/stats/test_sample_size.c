/* Items that a difference takes: against Connor's table, and by playing the test that it plans. */
#include "test.h"

#include "base/rng.h"
#include "stats/interval.h"
#include "stats/sample_size.h"

#include <math.h>

static void the_formula_gives_worked_numbers(void **state)
{
	(void)state;
	/* (1.959964 sqrt(0.1) + 0.841621 sqrt(0.1 - 0.0004))^2 / 0.0004, and two more by hand */
	assert_int_equal((int)fl_items_for_difference(0.02, 0.1, 0.95, 0.8), 1960);
	assert_int_equal((int)fl_items_for_difference(0.1, 0.25, 0.95, 0.8), 194);
	assert_int_equal((int)fl_items_for_difference(0.2, 0.2, 0.95, 0.8), 37);
}

static void the_inverse_gives_the_difference_back(void **state)
{
	(void)state;
	for (double psi = 0.05; psi < 1; psi += 0.1)
		for (double delta = 0.01; delta <= psi; delta += 0.03) {
			double n = fl_items_for_difference(delta, psi, 0.95, 0.8);
			double back = fl_difference_of_items(n, psi, 0.95, 0.8);
			assert_true(back <= delta * (1 + 1e-6));
			assert_true(fl_items_for_difference(back, psi, 0.95, 0.8) <= n);
		}
	assert_true(fl_difference_of_items(1, 0.1, 0.95, 0.8) == 0.1); /* more than all that disagree cannot be asked */
}

/* McNemar's test on n items finds the planned difference about as often as was planned. */
static void a_test_of_that_size_has_the_power(void **state)
{
	(void)state;
	const double delta = 0.1, psi = 0.25;
	int n = (int)fl_items_for_difference(delta, psi, 0.95, 0.8), found = 0, rounds = 4000;
	struct fl_rng rng;
	fl_rng_init(&rng, 17);
	for (int r = 0; r < rounds; r++) {
		double a = 0, b = 0;
		for (int i = 0; i < n; i++) {
			double u = fl_rng_double(&rng);
			a += u < (psi + delta) / 2;
			b += u >= (psi + delta) / 2 && u < psi;
		}
		found += fabs(a - b) / sqrt(a + b) > 1.959964;
	}
	assert_in_range(found, rounds * 77 / 100, rounds * 83 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_formula_gives_worked_numbers),
	                                   cmocka_unit_test(the_inverse_gives_the_difference_back),
	                                   cmocka_unit_test(a_test_of_that_size_has_the_power)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
