/*
 * import_check.c - what of a published price list cannot be, and what is hard to believe.
 *
 * Bounds are per unit. Below and above them lie the usual slips: dollars per token written as dollars per million, and the
 * other way round. Ratios hold for every vendor known in November 2026 but where a comment says otherwise.
 */
#include "base/money.h"
#include "catalog/import_int.h"

#define MTOK(usd_milli) ((int64_t)(usd_milli)*INT64_C(1000000)) /* thousandths of a dollar per million tokens */

enum { OUTPUT_TO_INPUT = 40, WRITE_TO_INPUT = 3 };

/* Bounds of a rate in nano-USD per million units; 0 is looked at apart. */
static int64_t least_of(int class)
{
	return class >= FL_USE_TOKEN_CLASSES                                    ? 1
	       : class == FL_USE_CACHE_READ || class == FL_USE_AUDIO_CACHE_READ ? MTOK(1) / 10 /* $0.0001 */
	                                                                        : MTOK(1);     /* $0.001 */
}

/* A millionth or less of the price that was meant, or a million times it. */
static bool within_bounds(int class, int64_t rate)
{
	return rate == 0 || (rate >= least_of(class) && rate <= fl_price_rate_most((enum fl_usage_class) class));
}

static enum fl_import_verdict check_bounds(const struct fl_price_row *row, struct fl_arena *a, struct fl_str *why)
{
	for (int c = 0; c < FL_USE_CLASSES; c++) {
		if (row->rate[c] < 0 || within_bounds(c, row->rate[c]))
			continue;
		*why = fl_arena_printf(a, "the price of %s is %s all that vendors ask: is its unit wrong?",
		                       fl_usage_class_name((enum fl_usage_class)c),
		                       row->rate[c] < least_of(c) ? "below" : "beyond");
		return FL_IMPORT_BAD;
	}
	return FL_IMPORT_FINE;
}

static bool over(int64_t part, int64_t whole, int64_t times)
{
	return part >= 0 && whole > 0 && (part / times > whole || (part / times == whole && part % times));
}

/* Costs nothing to send or to receive: not known, or free in a way that another id would say. */
static bool is_void(const struct fl_price_row *row)
{
	return row->rate[FL_USE_INPUT] == 0 || row->rate[FL_USE_OUTPUT] == 0;
}

/* A 0 of anything else was not filled in, or says that it does not apply. */
static void drop_zeros(struct fl_price_row *row)
{
	for (int c = 0; c < FL_USE_CLASSES; c++)
		if (row->rate[c] == 0 && c != FL_USE_INPUT && c != FL_USE_OUTPUT)
			row->rate[c] = -1;
}

static enum fl_import_verdict check_ratios(const struct fl_import_entry *e, const struct fl_price_row *row,
                                           struct fl_str *why)
{
	int64_t in = row->rate[FL_USE_INPUT], out = row->rate[FL_USE_OUTPUT], read = row->rate[FL_USE_CACHE_READ];
	if (in >= 0 && read > in) {
		*why = FL_S("reading the cache costs more than fresh input");
		return FL_IMPORT_BAD;
	}
	if (is_void(row) && !fl_str_is(e->variant, "free")) {
		*why = FL_S("a price of 0 that the id does not call free: not known, or part of a subscription");
		return FL_IMPORT_DOUBTFUL;
	}
	if (in > 0 && out >= 0 && out < in) {
		*why = FL_S("output costs less than input");
		return FL_IMPORT_DOUBTFUL;
	}
	if (over(out, in, OUTPUT_TO_INPUT)) {
		*why = FL_S("output costs over 40 times what input costs");
		return FL_IMPORT_DOUBTFUL;
	}
	if (over(row->rate[FL_USE_CACHE_WRITE_5M], in, WRITE_TO_INPUT) ||
	    over(row->rate[FL_USE_CACHE_WRITE_1H], in, WRITE_TO_INPUT)) {
		*why = FL_S("writing the cache costs over 3 times what input costs");
		return FL_IMPORT_DOUBTFUL;
	}
	return FL_IMPORT_FINE;
}

/* What a tier may cost of the standard price, in hundredths. Batch is half wherever it is sold. */
static const struct {
	const char *tier;
	int64_t least, most;
} tiers[] = {
    {"batch", 40, 60}, {"flex", 30, 100}, {"priority", 100, 400}, {"fast", 100, 1000}, {"ultrafast", 100, 2000}};

static enum fl_import_verdict check_tier(const struct fl_price_row *row, const struct fl_price_row *standard,
                                         struct fl_arena *a, struct fl_str *why)
{
	int64_t in = row->rate[FL_USE_INPUT], base = standard ? standard->rate[FL_USE_INPUT] : -1;
	for (size_t i = 0; i < FL_COUNT(tiers) && in >= 0 && base > 0 && !row->when.above; i++) {
		if (!fl_str_is(row->when.tier, tiers[i].tier))
			continue;
		if (in / tiers[i].least * 100 >= base && in / tiers[i].most * 100 <= base)
			return FL_IMPORT_FINE;
		*why = fl_arena_printf(a, "the tier '%s' costs %.2f times the standard price", tiers[i].tier,
		                       (double)in / (double)base);
		return FL_IMPORT_DOUBTFUL;
	}
	if (row->when.above && !row->when.tier.n && in >= 0 && base > in) {
		*why = FL_S("long prompts cost less than short ones");
		return FL_IMPORT_DOUBTFUL;
	}
	return FL_IMPORT_FINE;
}

enum fl_import_verdict fl_import_check_row(const struct fl_import_entry *e, struct fl_price_row *row,
                                           const struct fl_price_row *standard, struct fl_arena *a, struct fl_str *why)
{
	drop_zeros(row);
	enum fl_import_verdict v = check_bounds(row, a, why);
	if (v == FL_IMPORT_FINE)
		v = check_ratios(e, row, why);
	return v == FL_IMPORT_FINE ? check_tier(row, standard, a, why) : v;
}

bool fl_import_is_dear(const struct fl_price_row *row)
{
	return row->rate[FL_USE_INPUT] > MTOK(160000) || row->rate[FL_USE_OUTPUT] > MTOK(650000);
}

bool fl_import_far(int64_t a, int64_t b, int64_t times)
{
	if (a < 0 || b < 0 || a == b)
		return false;
	return a == 0 || b == 0 || over(a, b, times) || over(b, a, times);
}

/* Within one per cent. */
static bool near(int64_t a, int64_t b)
{
	int64_t gap = a > b ? a - b : b - a;
	return gap <= FL_MAX(a, b) / 100;
}

struct fl_price_row *fl_import_standard(const struct fl_import_entry *e, fl_date day)
{
	for (size_t i = 0; i < e->rows; i++) {
		struct fl_price_row *r = &e->row[i];
		if (!fl_price_row_conditions(r) && fl_price_row_on(r, day))
			return r;
	}
	return NULL;
}

bool fl_import_agree(const struct fl_import_entry *a, const struct fl_import_entry *b)
{
	const struct fl_price_row *x = fl_import_standard(a, a->file->as_of);
	const struct fl_price_row *y = fl_import_standard(b, b->file->as_of);
	size_t common = 0;
	for (int c = 0; x && y && c < FL_USE_CLASSES; c++) {
		if (x->rate[c] < 0 || y->rate[c] < 0)
			continue;
		common++;
		if (!near(x->rate[c], y->rate[c]))
			return false;
	}
	return common > 0;
}
