#include "price/votes.h"

const char *const fl_votes_words[FL_VOTES_HOWS + 1] = {"parameter", "separate", "staggered", NULL};

bool fl_votes_cost(enum fl_votes_how how, uint64_t prefix, uint64_t out, uint64_t samples, const struct fl_price *p,
                   const struct fl_served *s, struct fl_receipt *sum)
{
	uint64_t all;
	struct fl_usage u = fl_usage_text(prefix, 0, 0, out);
	struct fl_usage first = fl_usage_text(0, 0, prefix, out), next = fl_usage_text(0, prefix, 0, out);
	fl_tally_init(sum);
	if (samples == 0)
		return true;
	switch (how) {
	case FL_VOTES_PARAMETER:
		if (__builtin_mul_overflow(samples, out, &all))
			return fl_tally_fail(sum, "more tokens than fit 64 bits");
		u.units[FL_USE_OUTPUT] = all;
		return fl_tally_add(sum, p, s, &u, 1);
	case FL_VOTES_SEPARATE:
		return fl_tally_add(sum, p, s, &u, samples);
	case FL_VOTES_STAGGERED:
		return fl_tally_add(sum, p, s, &first, 1) && fl_tally_add(sum, p, s, &next, samples - 1);
	case FL_VOTES_HOWS:
		break;
	}
	FL_BUG("unknown way of voting %d", (int)how);
}

bool fl_judgements(uint64_t samples, bool pairwise, uint64_t *out)
{
	*out = samples;
	if (!pairwise || samples == 0)
		return true;
	uint64_t a = samples % 2 ? samples : samples / 2, b = samples % 2 ? (samples - 1) / 2 : samples - 1;
	return !__builtin_mul_overflow(a, b, out);
}

bool fl_layer_input(uint64_t prefix, const uint64_t *out_before, size_t n, uint64_t *input)
{
	*input = prefix;
	for (size_t i = 0; i < n; i++)
		if (__builtin_add_overflow(*input, out_before[i], input))
			return false;
	return true;
}
