#include "price/cascade.h"

#include "price/expect.h"

static double paid(const struct fl_stage *s)
{
	return (double)s->call_nusd + (double)s->check_nusd;
}

/* What the stages after the first cost a query that gets there. */
static double rest_of(const struct fl_stage *stage, size_t n)
{
	double rest = 0, reach = 1;
	for (size_t i = 1; i < n; i++) {
		rest += reach * paid(&stage[i]);
		reach *= stage[i].escalates;
	}
	return rest;
}

static void break_even(const struct fl_stage *stage, size_t n, struct fl_cascade *out)
{
	double room = (double)out->strong_nusd - paid(&stage[0]), rest = rest_of(stage, n);
	out->has_break_even = n > 1 && room > 0 && rest > 0;
	out->break_even = out->has_break_even ? room / rest : 0;
}

bool fl_cascade_cost(const struct fl_stage *stage, size_t n, struct fl_cascade *out)
{
	double reach = 1, all = 0, slowest = 0;
	memset(out, 0, sizeof *out);
	if (n == 0 || n > FL_CASCADE_STAGES)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct fl_stage *s = &stage[i];
		double on = i + 1 < n ? s->escalates : 0;
		if (!fl_is_probability(on) || s->call_nusd < 0 || s->check_nusd < 0 || !(s->latency_s >= 0) ||
		    !fl_expect_nusd(reach * paid(s), &out->stage_nusd[i]) ||
		    !fl_add_i64(out->total_nusd, out->stage_nusd[i], &out->total_nusd))
			return false;
		out->reached[i] = reach;
		out->latency_s += reach * s->latency_s;
		slowest = fmax(slowest, s->latency_s);
		out->hedged_latency_s += reach * (1 - on) * slowest;
		all += paid(s);
		reach *= on;
	}
	out->strong_nusd = stage[n - 1].call_nusd;
	break_even(stage, n, out);
	return fl_expect_nusd(all, &out->hedged_nusd);
}
