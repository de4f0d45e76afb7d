#include "price/monthly.h"

bool fl_month_cost(const struct fl_month_job *j, const struct fl_price *p, const struct fl_served *s,
                   struct fl_receipt *sum)
{
	enum { WHOLE = 1000000000 };
	uint64_t read = (uint64_t)((unsigned __int128)j->in * (uint64_t)j->cache_share_billionths / WHOLE);
	struct fl_usage u = fl_usage_text(j->in - read, read, 0, j->out);
	u.units[FL_USE_REASONING] = j->reasoning;
	fl_tally_init(sum);
	return fl_tally_add(sum, p, s, &u, j->calls);
}

double fl_plan_overtakes(int64_t plan_month_nusd, int64_t month_nusd, uint64_t calls)
{
	return month_nusd > 0 ? (double)plan_month_nusd / (double)month_nusd * (double)calls : 0;
}
