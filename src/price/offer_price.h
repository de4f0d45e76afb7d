/*
 * offer_price.h - prices of catalogued offers: as a price list for price.h, as plain rates of a day, as a history.
 *
 * Ownership: rows stay the catalogue's; histories live in the arena. Threads: pure. Failure: -1 where no row bills.
 */
#ifndef FL_OFFER_PRICE_H
#define FL_OFFER_PRICE_H

#include "catalog/catalog.h"
#include "price/price.h"

/* The price list of an offer, ready for price.h; UNKNOWN when it has no rows. */
struct fl_price fl_offer_price(const struct fl_catalog *c, const struct fl_catalog_offer *o);
/* The rate that a row states for the class on that day at standard conditions (short prompt, no thinking, off peak),
 * nano-USD per million; -1 when no row does. */
int64_t fl_offer_rate(const struct fl_catalog *c, const struct fl_catalog_offer *o, enum fl_usage_class class,
                      fl_date day);
/* Changes of the standard rate of a class, oldest first, each with the day from which it held; returns how many. */
struct fl_rate_step {
	fl_date from;
	int64_t rate; /* -1 = none */
	const struct fl_price_row *row;
};
size_t fl_offer_history(const struct fl_catalog *c, const struct fl_offer_ref *ref, enum fl_usage_class class,
                        struct fl_arena *a, struct fl_rate_step **out);

#endif
