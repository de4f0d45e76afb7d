/*
 * monthly.h - a month of traffic through an interface, and beside a subscription.
 *
 * Of the input a share is read from the cache; what is not a whole token a call is fresh. Ownership: plain values; rows
 * of the receipt are borrowed. Threads: pure. Limits: 64 bits. Failure: false, and the receipt says why.
 */
#ifndef FL_MONTHLY_H
#define FL_MONTHLY_H

#include "price/tally.h"

struct fl_month_job {
	uint64_t calls; /* a month */
	uint64_t in, out, reasoning;
	int64_t cache_share_billionths; /* of the input */
};
bool fl_month_cost(const struct fl_month_job *j, const struct fl_price *p, const struct fl_served *s,
                   struct fl_receipt *sum);
/* Calls a month at which a plan of that price costs what the calls do; 0 when the calls are free. */
double fl_plan_overtakes(int64_t plan_month_nusd, int64_t month_nusd, uint64_t calls);

#endif
