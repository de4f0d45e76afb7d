/*
 * quantity.h - figures with units as users write them: money, durations, sizes, shares, points, rates; exact integers.
 *
 *   kind                  written                       integer that comes out
 *   FL_Q_MONEY            5 USD, $5, 0.01USD            nano-USD
 *   FL_Q_DURATION         250ms, 4s, 2 min, 24h, 30d    milliseconds
 *   FL_Q_TOKENS           16k, 1M, 4096                 tokens (k = 1,000)
 *   FL_Q_BYTES            24GB, 24GiB, 512 MB           bytes
 *   FL_Q_SHARE            95%, 0.95                     billionths, 0..1,000,000,000
 *   FL_Q_POINTS           2 points, 1 point, 0.02       billionths (1 point = 0.01)
 *   FL_Q_PER_MONTH        50000/month, 50k/month        calls a month
 *   FL_Q_PER_HOUR         40 USD/hour, $40/h            nano-USD an hour
 *   FL_Q_PER_MTOK         3 USD/Mtok, 0.003 USD/ktok    nano-USD per million tokens, rounded up once
 *   FL_Q_PER_MEGASECOND   0.05 USD/hour, 1 USD/s        nano-USD per million seconds, rounded up once (fl_money_time)
 *   FL_Q_PER_CALL         0.01 USD/call                 nano-USD a call, rounded up once
 *
 * Nothing is negative, nothing passes through floating point. Where the table does not say "rounded up", a figure that
 * is no whole number of the unit is refused. Ownership: none. Threads: pure. Limits: signed 64 bits. Failure:
 * FL_E_INVALID or FL_E_LIMIT with found, expected and an example; no place (the caller knows it).
 */
#ifndef FL_QUANTITY_H
#define FL_QUANTITY_H

#include "base/err.h"
#include "base/str.h"

enum fl_quantity {
	FL_Q_MONEY,
	FL_Q_DURATION,
	FL_Q_TOKENS,
	FL_Q_BYTES,
	FL_Q_SHARE,
	FL_Q_POINTS,
	FL_Q_PER_MONTH,
	FL_Q_PER_HOUR,
	FL_Q_PER_MTOK,
	FL_Q_PER_MEGASECOND,
	FL_Q_PER_CALL,
	FL_Q_KINDS
};

#define FL_BILLION INT64_C(1000000000)

/*
 * Reads `text` whole (white space around it and before the unit is allowed). bare_unit is the unit of a number without
 * one, as on an option whose help names it ("USD", "s", "points"); NULL as in files: then money, durations, bytes and
 * rates need their unit, tokens may be plain, shares and points are plain numbers of 0..1. A bare unit that begins with a
 * slash also completes a multiple: with "/month", 50k means 50k/month.
 */
enum fl_code fl_quantity_read(enum fl_quantity kind, struct fl_str text, const char *bare_unit, int64_t *out,
                              struct fl_err *err) FL_MUST_USE;
/* "an amount of money", "a duration", … for messages and schemas. */
const char *fl_quantity_name(enum fl_quantity kind);
/* "5 USD, $5 or 0.01USD": how it is written. */
const char *fl_quantity_example(enum fl_quantity kind);
/* A regular expression (ECMA 262) that every accepted text matches, and the numbers accepted without unit as a JSON
 * Schema ("" when there are none). */
const char *fl_quantity_pattern(enum fl_quantity kind);
const char *fl_quantity_bare_schema(enum fl_quantity kind);
/* Billionths to the nearest double. */
static inline double fl_share_double(int64_t billionths)
{
	return (double)billionths / 1e9;
}

#endif
