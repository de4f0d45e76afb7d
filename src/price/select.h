/*
 * select.h - which rows of a price list bill a call. Private to price/.
 *
 * Ownership: borrowed. Threads: pure. Failure: none; what does not match is NULL.
 */
#ifndef FL_PRICE_SELECT_H
#define FL_PRICE_SELECT_H

#include "price/price.h"

/* A call as conditions see it. */
struct fl_price_case {
	const struct fl_price *price;
	struct fl_served served; /* tier in normal words: empty = standard */
	uint64_t prompt_tokens;
	fl_date day;
};

void fl_price_case_init(struct fl_price_case *k, const struct fl_price *p, const struct fl_served *s,
                        uint64_t prompt_tokens);
/* The row of rates that bills the class; NULL when there is none, or (tie) when two say different things of this call
 * and none speaks of both conditions together: batch and a long prompt, for one. */
const struct fl_price_row *fl_price_select(const struct fl_price_case *k, enum fl_usage_class class, bool *tie);
/*
 * Factors that multiply the row's rate. Returns false when the call's tier is neither in the row nor in a factor, or a
 * factor does not stack with the row: `problem` says it.
 */
bool fl_price_factors(const struct fl_price_case *k, const struct fl_price_row *row,
                      const struct fl_price_row *factor[FL_PRICE_FACTORS], size_t *factors,
                      char problem[FL_RECEIPT_PROBLEM]);
const struct fl_calendar *fl_price_calendar(const struct fl_price *p, struct fl_str name);

#endif
