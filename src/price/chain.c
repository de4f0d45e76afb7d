#include "price/chain.h"

#include "price/expect.h"

double fl_step_needed(double whole, uint64_t steps)
{
	return steps ? pow(whole, 1 / (double)steps) : 1;
}

static bool with_stronger(const struct fl_chain *c, struct fl_chain_cost *out)
{
	uint64_t rest = c->steps - c->stronger_steps;
	out->with_stronger = pow(c->reliability, (double)rest);
	if (!fl_mul_i64((int64_t)rest, c->step_nusd, &out->with_stronger_nusd))
		return false;
	for (size_t i = 0; i < c->stronger_steps; i++) {
		const struct fl_strong_step *s = &c->stronger[i];
		out->with_stronger *= s->reliability;
		if (!fl_is_probability(s->reliability) || s->nusd < 0 ||
		    !fl_add_i64(out->with_stronger_nusd, s->nusd, &out->with_stronger_nusd))
			return false;
	}
	return true;
}

bool fl_chain_cost(const struct fl_chain *c, struct fl_chain_cost *out)
{
	memset(out, 0, sizeof *out);
	if (!fl_is_probability(c->reliability) || c->steps > INT64_MAX || c->stronger_steps > c->steps ||
	    c->step_nusd < 0 || !fl_mul_i64((int64_t)c->steps, c->step_nusd, &out->plain_nusd) ||
	    !with_stronger(c, out))
		return false;
	out->whole = pow(c->reliability, (double)c->steps);
	double more_usd = ((double)out->with_stronger_nusd - (double)out->plain_nusd) / (double)FL_NUSD_PER_USD;
	out->points_per_usd = more_usd > 0 ? (out->with_stronger - out->whole) * 100 / more_usd : (double)NAN;
	out->success_known =
	    out->whole > 0 && out->with_stronger > 0 &&
	    fl_expect_nusd((double)out->plain_nusd / out->whole, &out->success_nusd) &&
	    fl_expect_nusd((double)out->with_stronger_nusd / out->with_stronger, &out->success_stronger_nusd);
	return true;
}
