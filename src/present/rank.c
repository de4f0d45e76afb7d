#include "present/rank.h"

#include <stdlib.h>

static int state_rank(const struct fl_balance_candidate *c)
{
	static const int order[] = {[FL_ARM_CHOSEN] = 0,
	                            [FL_ARM_ALIVE] = 1,
	                            [FL_ARM_RESTING] = 2,
	                            [FL_ARM_ELIMINATED] = 3,
	                            [FL_ARM_INFEASIBLE] = 4};
	return order[c->state];
}

static int by_rank(const void *x, const void *y)
{
	const struct fl_balance_candidate *a = *(const struct fl_balance_candidate *const *)x;
	const struct fl_balance_candidate *b = *(const struct fl_balance_candidate *const *)y;
	if (state_rank(a) != state_rank(b))
		return state_rank(a) - state_rank(b);
	if (a->items != b->items)
		return a->items > b->items ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a > b) - (a < b);
}

const struct fl_balance_candidate **fl_candidates_ranked(const struct fl_balance *b, struct fl_arena *a)
{
	const struct fl_balance_candidate **c =
	    FL_NEW_ARRAY(a, const struct fl_balance_candidate *, b->candidate_count);
	for (size_t i = 0; i < b->candidate_count; i++)
		c[i] = &b->candidate[i];
	if (b->candidate_count > 0)
		qsort(c, b->candidate_count, sizeof *c, by_rank);
	return c;
}

uint64_t fl_candidate_failures(const struct fl_balance_candidate *c)
{
	uint64_t n = 0;
	for (int i = 0; i < -FL_E_CODES; i++)
		n += c->failed[i];
	return n;
}
