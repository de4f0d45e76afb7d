/* Scores from preferences: what is known in closed form, that truth is found again, and how often intervals hold. */
#include "test.h"

#include "base/rng.h"
#include "stats/bradley_terry.h"

#include <math.h>

static void two_things_have_the_odds_of_their_wins(void **state)
{
	(void)state;
	/* with a prior of one half each, s is the root of 0.5 - p(s) + 30 - 40 p(2 s) for s = s_1 = -s_2 */
	double wins[4] = {0, 30, 10, 0};
	struct fl_bt_score s[2];
	fl_bradley_terry(wins, 2, 0.95, s);
	double d = s[0].score - s[1].score;
	assert_true(fabs(d - log(3)) < 0.05 && d < log(3)); /* the prior draws together a little */
	assert_true(fabs(s[0].score + s[1].score) < 1e-9 && s[0].wins == 30 && s[0].played == 40);
	assert_true(fabs(s[0].share - 1 / (1 + exp(-d))) < 1e-9);
}

static void what_always_wins_has_a_finite_score(void **state)
{
	(void)state;
	double wins[9] = {0, 5, 5, 0, 0, 5, 0, 0, 0};
	struct fl_bt_score s[3];
	fl_bradley_terry(wins, 3, 0.95, s);
	assert_true(s[0].score > s[1].score && s[1].score > s[2].score && isfinite(s[0].high) && s[0].score < 6);
	double none[9] = {0};
	fl_bradley_terry(none, 3, 0.95, s);
	assert_true(fabs(s[0].score) < 1e-9 && s[0].low < -1 && s[0].high > 1 && fabs(s[0].share - 0.5) < 1e-9);
	fl_bradley_terry(none, 1, 0.95, s);
	assert_true(s[0].score == 0 && s[0].share == 0.5);
}

static void relabelling_changes_nothing(void **state)
{
	(void)state;
	double a[9] = {0, 3, 1.5, 2, 0, 4, 0.5, 1, 0}, b[9];
	size_t to[3] = {2, 0, 1};
	struct fl_bt_score sa[3], sb[3];
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 3; j++)
			b[to[i] * 3 + to[j]] = a[i * 3 + j];
	fl_bradley_terry(a, 3, 0.9, sa);
	fl_bradley_terry(b, 3, 0.9, sb);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(sa[i].score - sb[to[i]].score) < 1e-9 && fabs(sa[i].low - sb[to[i]].low) < 1e-9);
}

/* True scores are drawn, votes are played; 95 % intervals hold the truth about that often. */
static void intervals_hold_as_often_as_they_say(void **state)
{
	(void)state;
	enum { THINGS = 4, VOTES = 240, ROUNDS = 1500 };
	struct fl_rng rng;
	int held = 0;
	fl_rng_init(&rng, 23);
	for (int r = 0; r < ROUNDS; r++) {
		double truth[THINGS], mean = 0, wins[THINGS * THINGS] = {0};
		for (int i = 0; i < THINGS; i++)
			mean += (truth[i] = 2 * fl_rng_double(&rng) - 1) / THINGS;
		for (int v = 0; v < VOTES; v++) {
			size_t i = fl_rng_below(&rng, THINGS), j = (i + 1 + fl_rng_below(&rng, THINGS - 1)) % THINGS;
			bool first = fl_rng_double(&rng) < 1 / (1 + exp(truth[j] - truth[i]));
			wins[first ? i * THINGS + j : j * THINGS + i]++;
		}
		struct fl_bt_score s[THINGS];
		fl_bradley_terry(wins, THINGS, 0.95, s);
		for (int i = 0; i < THINGS; i++)
			held += s[i].low <= truth[i] - mean && truth[i] - mean <= s[i].high;
	}
	assert_in_range(held, ROUNDS * THINGS * 935 / 1000, ROUNDS * THINGS * 970 / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(two_things_have_the_odds_of_their_wins),
	                                   cmocka_unit_test(what_always_wins_has_a_finite_score),
	                                   cmocka_unit_test(relabelling_changes_nothing),
	                                   cmocka_unit_test(intervals_hold_as_often_as_they_say)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
