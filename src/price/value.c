#include "price/value.h"

#include "price/expect.h"

bool fl_success_cost(int64_t call_nusd, double quality, int64_t loss_nusd, struct fl_success *out)
{
	*out = (struct fl_success){.possible = quality > 0};
	if (!fl_is_probability(quality) || call_nusd < 0 || loss_nusd < 0 ||
	    !fl_expect_nusd((1 - quality) * (double)loss_nusd, &out->error_nusd) ||
	    !fl_add_i64(call_nusd, out->error_nusd, &out->total_nusd))
		return false;
	return !out->possible || fl_expect_nusd((double)call_nusd / quality, &out->success_nusd);
}

static bool is_cheaper(const struct fl_rung *a, const struct fl_rung *b)
{
	return a->cost_nusd != b->cost_nusd ? a->cost_nusd < b->cost_nusd : a->quality > b->quality;
}

void fl_ladder(struct fl_rung *rung, size_t n, size_t *order)
{
	const struct fl_rung *below = NULL;
	for (size_t i = 0; i < n; i++) {
		size_t at = i;
		for (; at > 0 && is_cheaper(&rung[i], &rung[order[at - 1]]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	for (size_t i = 0; i < n; i++) {
		struct fl_rung *r = &rung[order[i]];
		r->dominated = below && r->quality <= below->quality;
		r->has_step = below && !r->dominated;
		if (r->has_step) {
			r->step_nusd = r->cost_nusd - below->cost_nusd;
			r->step_quality = r->quality - below->quality;
			r->per_point = (double)r->step_nusd / r->step_quality;
		}
		if (!r->dominated)
			below = r;
	}
}
