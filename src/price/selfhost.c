#include "price/selfhost.h"

#include "price/expect.h"

enum { DAY_S = 86400 };

/* Nano-USD a second of the machines that serve and stand by, and of those who run them. */
struct rates {
	double machine, power, staff;
};

static struct rates rates_of(const struct fl_selfhost *h)
{
	return (struct rates){(double)h->hour_nusd / 3600, h->power_kw * (double)h->kwh_nusd / 3600,
	                      (double)h->staff_month_nusd / FL_MONTH_HOURS / 3600};
}

static bool lines(const struct fl_selfhost *h, struct fl_selfhost_cost *out)
{
	struct rates r = rates_of(h);
	double busy = 1e6 / h->tokens_per_s, held = busy / h->utilisation, spares = h->spare / h->machines;
	int64_t *line[] = {&out->busy_nusd, &out->idle_nusd, &out->spare_nusd, &out->power_nusd, &out->staff_nusd};
	const double amount[] = {r.machine * busy, r.machine * (held - busy), r.machine * held * spares,
	                         r.power * held * (1 + spares), r.staff * held / h->machines};
	for (size_t i = 0; i < FL_COUNT(line); i++)
		if (!fl_expect_nusd(amount[i], line[i]) || !fl_add_i64(out->total_nusd, *line[i], &out->total_nusd))
			return false;
	return true;
}

static bool query(const struct fl_selfhost *h, double machine_s_nusd, struct fl_selfhost_cost *out)
{
	if (h->prefill_per_s <= 0 || h->in + h->out == 0)
		return true;
	out->query_s = (double)h->in / h->prefill_per_s + (double)h->out / h->tokens_per_s;
	out->capacity_queries_a_day = h->machines * DAY_S / out->query_s;
	if (h->api_query_nusd > 0)
		out->break_even_queries_a_day = (double)out->day_nusd / (double)h->api_query_nusd;
	return fl_expect_nusd(machine_s_nusd * out->query_s / h->utilisation, &out->query_nusd);
}

bool fl_selfhost_cost(const struct fl_selfhost *h, struct fl_selfhost_cost *out)
{
	*out = (struct fl_selfhost_cost){.break_even_tokens_a_day = (double)NAN,
	                                 .break_even_utilisation = (double)NAN,
	                                 .query_s = (double)NAN,
	                                 .query_nusd = -1,
	                                 .capacity_queries_a_day = (double)NAN,
	                                 .break_even_queries_a_day = (double)NAN};
	if (!(h->tokens_per_s > 0) || !(h->utilisation > 0) || h->utilisation > 1 || !(h->machines >= 1) ||
	    !(h->spare >= 0) || h->hour_nusd < 0 || !(h->power_kw >= 0) || h->kwh_nusd < 0 || h->staff_month_nusd < 0)
		return false;
	struct rates r = rates_of(h);
	double second = (r.machine + r.power) * (h->machines + h->spare) + r.staff;
	if (!fl_expect_nusd(second * DAY_S, &out->day_nusd) || !lines(h, out))
		return false;
	out->capacity_tokens_a_day = h->machines * h->tokens_per_s * DAY_S;
	if (h->api_out_rate > 0) {
		out->break_even_tokens_a_day = (double)out->day_nusd / (double)h->api_out_rate * 1e6;
		out->break_even_utilisation = out->break_even_tokens_a_day / out->capacity_tokens_a_day;
	}
	return query(h, second / h->machines, out);
}
