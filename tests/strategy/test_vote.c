#include "test.h"

#include "strategy/vote.h"

static void plurality_wins_and_ties_go_to_the_earliest(void **state)
{
	(void)state;
	static const struct {
		const char *answers[5]; /* "" = unreadable */
		ptrdiff_t winner;
		size_t votes;
	} row[] = {{{"a", "b", "b", "a", "b"}, 1, 3}, {{"a", "b", "b", "a", "c"}, 0, 2},
	           {{"", "", "x", "", ""}, 2, 1},     {{"", "", "", "", ""}, -1, 0},
	           {{"", "b", "a", "a", "b"}, 1, 2},  {{"A", "a", "a", "A", "A"}, 0, 3}};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_ballot b[5];
		size_t votes;
		for (size_t k = 0; k < 5; k++)
			b[k] = (struct fl_ballot){row[i].answers[k][0] != '\0', fl_str_from(row[i].answers[k])};
		assert_int_equal(fl_vote(b, 5, &votes), row[i].winner);
		assert_int_equal(votes, row[i].votes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(plurality_wins_and_ties_go_to_the_earliest)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
