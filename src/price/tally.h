/*
 * tally.h - many calls as one receipt: each call is priced by itself, at its own length of prompt, and the lines add up.
 *
 * What costs several calls (votes, an agent's loop, a month of traffic) is a list of usages, each so many times over.
 * A band of context therefore applies to the calls that reach it and to no others. Lines of the same class, rate and row
 * are merged. An amount is rounded up once a line of a call, as the vendor does, then multiplied.
 *
 * Ownership: plain values; rows are borrowed. Threads: pure. Limits: FL_RECEIPT_LINES different lines, 64-bit amounts and
 * units. Failure: false, and the receipt says why it is not priced.
 */
#ifndef FL_TALLY_H
#define FL_TALLY_H

#include "price/price.h"

/* An empty receipt that is priced. */
void fl_tally_init(struct fl_receipt *sum);
/* Adds `times` calls of that usage; a receipt that is not priced stays so. */
bool fl_tally_add(struct fl_receipt *sum, const struct fl_price *p, const struct fl_served *s, const struct fl_usage *u,
                  uint64_t times);
/* Marks it as not priced. Returns false. */
bool fl_tally_fail(struct fl_receipt *sum, const char *why);

/* Usage of a call of text: fresh input, input from the cache, input written to it for 5 minutes, visible output. */
struct fl_usage fl_usage_text(uint64_t fresh, uint64_t read, uint64_t written, uint64_t out);

#endif
