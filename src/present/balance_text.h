/*
 * balance_text.h - a balance and an evaluation for people: tables and sentences for a terminal or a log.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Failure: none but a full buffer.
 */
#ifndef FL_BALANCE_TEXT_H
#define FL_BALANCE_TEXT_H

#include "choose/balance.h"

/* The verdict with its table, staircase and what was spent. `report`: where the page went, NULL if nowhere. */
void fl_balance_text(const struct fl_balance *b, struct fl_buf *out, size_t width, bool color, const char *report);
/* The table of candidates alone. */
void fl_balance_table(const struct fl_balance *b, struct fl_buf *out, size_t width, size_t most_rows);

#endif
