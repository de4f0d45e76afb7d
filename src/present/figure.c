#include "present/figure.h"

#include "base/money.h"

#include <math.h>
#include <stdio.h>

struct fl_str fl_show_share(struct fl_arena *a, double share)
{
	return fl_arena_printf(a, "%.1f %%", share * 100);
}

struct fl_str fl_show_points(struct fl_arena *a, double share)
{
	return fl_arena_printf(a, "%.1f", share * 100);
}

struct fl_str fl_show_money(struct fl_arena *a, int64_t nusd)
{
	char text[FL_MONEY_TEXT];
	return fl_arena_dup(a, fl_money_format(nusd, text));
}

struct fl_cost_unit fl_cost_unit_for(int64_t most_nusd)
{
	if (most_nusd >= FL_NUSD_PER_USD / 10000 || most_nusd == 0)
		return (struct fl_cost_unit){"cost/item", 1};
	if (most_nusd >= FL_NUSD_PER_USD / 100000)
		return (struct fl_cost_unit){"cost/1,000", 1000};
	return (struct fl_cost_unit){"cost/1M", 1000000};
}

struct fl_str fl_show_cost(struct fl_arena *a, struct fl_cost_unit unit, int64_t nusd)
{
	int64_t v;
	return fl_mul_i64(nusd, unit.times, &v) ? fl_show_money(a, v) : FL_S("-");
}

struct fl_str fl_show_item_cost(struct fl_arena *a, int64_t nusd)
{
	struct fl_cost_unit unit = fl_cost_unit_for(nusd);
	const char *items = unit.times == 1 ? "an item" : unit.times == 1000 ? "a thousand items" : "a million items";
	return fl_arena_printf(a, "%.*s %s", FL_FMT(fl_show_cost(a, unit, nusd)), items);
}

struct fl_str fl_show_seconds(struct fl_arena *a, double s)
{
	if (!isfinite(s))
		return FL_S("-");
	if (s < 0.9995)
		return fl_arena_printf(a, "%.3g s", s);
	if (s < 99.5)
		return fl_arena_printf(a, "%.1f s", s);
	if (s < 5700)
		return fl_arena_printf(a, "%.1f min", s / 60);
	return fl_arena_printf(a, "%.1f h", s / 3600);
}

struct fl_str fl_show_ms(struct fl_arena *a, double ms)
{
	return ms < 999.5 ? fl_arena_printf(a, "%.0f ms", ms) : fl_show_seconds(a, ms / 1000);
}

struct fl_str fl_show_count(struct fl_arena *a, uint64_t n)
{
	char digits[24], out[32];
	int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), to = 0;
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[to++] = ',';
		out[to++] = digits[i];
	}
	return fl_arena_dup(a, (struct fl_str){out, (size_t)to});
}

struct fl_str fl_show_counted(struct fl_arena *a, uint64_t n, const char *one)
{
	return fl_arena_printf(a, "%.*s %s%s", FL_FMT(fl_show_count(a, n)), one, n == 1 ? "" : "s");
}
