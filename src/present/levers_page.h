/*
 * levers_page.h - one page on the four levers of a job: what each corner costs, as bars on a logarithmic scale, and how far
 * each lever alone moves the cost.
 *
 * All text is escaped. Equal data give equal bytes. Ownership: appends to the caller's buffer; arrays are the caller's.
 * Threads: pure. Limits: the buffer's. Failure: a full buffer is noticed by the caller at the end.
 */
#ifndef FL_LEVERS_PAGE_H
#define FL_LEVERS_PAGE_H

#include "base/arena.h"
#include "base/str.h"

struct fl_levers_bar {
	struct fl_str model, setting;
	int64_t nusd;
	bool end; /* the cheapest or the dearest */
};
struct fl_levers_view {
	struct fl_str title;             /* the job in words */
	const struct fl_levers_bar *bar; /* cheapest first */
	size_t bars;
	const char *const *lever; /* names */
	const double *spread;     /* of each */
	size_t levers;
	double whole; /* spread of all together */
	struct fl_str day;
};
void fl_levers_page(const struct fl_levers_view *v, struct fl_buf *out);

#endif
