/*
 * json_number.h - decimal number text in JSON's grammar: exact comparison, whole numbers, nearest and shortest doubles.
 *
 * Nothing here depends on the locale. Ownership: none. Threads: pure. Limits: none beyond the text's length. Failure: a
 * text outside the grammar gives false.
 */
#ifndef FL_JSON_NUMBER_H
#define FL_JSON_NUMBER_H

#include "base/base.h"

#define FL_DOUBLE_TEXT 32 /* bytes that fl_double_format needs at most */

/* True when the whole of s fits JSON's number grammar. */
bool fl_number_valid(struct fl_str s);
/* True when a number is written without point and exponent. */
bool fl_number_is_integer(struct fl_str s);
/* Exact comparison by value: <0, 0, >0. Both must be valid. Exponents over 10^17 count as 10^17. */
int fl_number_cmp(struct fl_str a, struct fl_str b);
/* Equal by value: 1.0 = 1 = 10e-1, -0 = 0. Both must be valid. */
bool fl_number_equal(struct fl_str a, struct fl_str b);
/* Shortest text that reads back as v; whole numbers below 2^53 without point or exponent. v must be finite. */
struct fl_str fl_double_format(double v, char out[FL_DOUBLE_TEXT]);

#endif
