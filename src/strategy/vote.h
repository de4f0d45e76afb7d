/*
 * vote.h - one answer out of several draws: plurality of the answers that could be read.
 *
 * Ties go to the answer that was given first; unreadable answers do not vote. Answers are the same when their read-out
 * texts are the same bytes. Source: self-consistency (Wang et al. 2022, arXiv 2203.11171), with the tie rule made
 * explicit. Ownership: none. Threads: pure. Limits: FL_DRAWS. Failure: none.
 */
#ifndef FL_VOTE_H
#define FL_VOTE_H

#include "base/str.h"

enum { FL_DRAWS = 100 }; /* draws of one vote, at most */

struct fl_ballot {
	bool readable;
	struct fl_str answer;
};

/* Index of the draw whose answer wins, -1 when none was readable. *votes: how many draws agree with it. */
ptrdiff_t fl_vote(const struct fl_ballot *ballot, size_t n, size_t *votes);

#endif
