#include "strategy/vote.h"

ptrdiff_t fl_vote(const struct fl_ballot *ballot, size_t n, size_t *votes)
{
	ptrdiff_t winner = -1;
	*votes = 0;
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;
		for (size_t j = 0; j < n && ballot[i].readable; j++)
			same += ballot[j].readable && fl_str_eq(ballot[i].answer, ballot[j].answer);
		if (same > *votes) {
			*votes = same;
			winner = (ptrdiff_t)i;
		}
	}
	return winner;
}
