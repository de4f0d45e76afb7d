/*
 * date.h - calendar days as integers: days since 1970-01-01 in the proleptic Gregorian calendar.
 *
 * Algorithm: civil-from-days and days-from-civil (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 * Ownership: none. Threads: pure. Limits: years 1900..2199. Failure: FL_E_INVALID with found and expected.
 */
#ifndef FL_DATE_H
#define FL_DATE_H

#include "base/err.h"
#include "base/str.h"

typedef int32_t fl_date;
#define FL_DATE_NONE INT32_MIN /* no day is given */
#define FL_DATE_TEXT 16
#define FL_DAY_MS INT64_C(86400000)

/* "2026-11-24"; "2026-11" and "2026" are their first day. */
enum fl_code fl_date_parse(struct fl_str text, fl_date *out, struct fl_err *err) FL_MUST_USE;
/*
 * An instant as RFC 3339 ("2026-11-24T10:00:00Z", an offset, fractions of a second, a space instead of T) or a day as
 * above, which is its first millisecond in UTC; in milliseconds since 1970.
 */
enum fl_code fl_instant_parse(struct fl_str text, int64_t *wall_ms, struct fl_err *err) FL_MUST_USE;
/* "2026-11-24"; "" for FL_DATE_NONE. */
struct fl_str fl_date_format(fl_date day, char out[FL_DATE_TEXT]);
fl_date fl_date_of(int year, int month, int day);
void fl_date_split(fl_date date, int *year, int *month, int *day);
/* Day of the instant in UTC. */
fl_date fl_date_at(int64_t wall_ms);
/* 0 = Monday .. 6 = Sunday. */
int fl_date_weekday(fl_date day);

#endif
