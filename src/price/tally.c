#include "price/tally.h"

#include <stdio.h>

void fl_tally_init(struct fl_receipt *sum)
{
	memset(sum, 0, sizeof *sum);
	sum->priced = true;
}

bool fl_tally_fail(struct fl_receipt *sum, const char *why)
{
	if (sum->priced)
		snprintf(sum->problem, sizeof sum->problem, "%s", why);
	sum->priced = false;
	return false;
}

static bool is_same(const struct fl_receipt_line *a, const struct fl_receipt_line *b)
{
	return a->class == b->class && a->billed_as == b->billed_as && a->rate == b->rate && a->row == b->row;
}

static struct fl_receipt_line *line_like(struct fl_receipt *sum, const struct fl_receipt_line *l)
{
	for (size_t i = 0; i < sum->lines; i++)
		if (is_same(&sum->line[i], l))
			return &sum->line[i];
	if (sum->lines == FL_RECEIPT_LINES)
		return NULL;
	struct fl_receipt_line *fresh = &sum->line[sum->lines++];
	*fresh = *l;
	fresh->units = 0;
	fresh->amount_nusd = 0;
	return fresh;
}

static bool add_line(struct fl_receipt *sum, const struct fl_receipt_line *l, uint64_t times)
{
	struct fl_receipt_line *into = line_like(sum, l);
	uint64_t units;
	int64_t amount;
	return into && times <= INT64_MAX && !__builtin_mul_overflow(l->units, times, &units) &&
	       !__builtin_add_overflow(into->units, units, &into->units) && into->units <= INT64_MAX &&
	       fl_mul_i64(l->amount_nusd, (int64_t)times, &amount) &&
	       fl_add_i64(into->amount_nusd, amount, &into->amount_nusd) &&
	       fl_add_i64(sum->total_nusd, amount, &sum->total_nusd);
}

bool fl_tally_add(struct fl_receipt *sum, const struct fl_price *p, const struct fl_served *s, const struct fl_usage *u,
                  uint64_t times)
{
	struct fl_receipt one;
	if (!sum->priced || times == 0)
		return sum->priced;
	fl_price_receipt(p, u, s, 0, &one);
	if (!one.priced)
		return fl_tally_fail(sum, one.problem);
	sum->unverified |= one.unverified;
	sum->estimated |= one.estimated;
	for (size_t i = 0; i < one.lines; i++)
		if (!add_line(sum, &one.line[i], times))
			return fl_tally_fail(sum, "the amount does not fit 64 bits");
	return true;
}

struct fl_usage fl_usage_text(uint64_t fresh, uint64_t read, uint64_t written, uint64_t out)
{
	return (struct fl_usage){.reported = true,
	                         .units = {[FL_USE_INPUT] = fresh,
	                                   [FL_USE_CACHE_READ] = read,
	                                   [FL_USE_CACHE_WRITE_5M] = written,
	                                   [FL_USE_OUTPUT] = out}};
}
