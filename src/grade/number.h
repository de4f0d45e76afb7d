/*
 * number.h - numbers as people and models write them: 1,234.5   -7   12 %   3/4   1.5e3   $20.
 *
 * A comma between groups of three digits is a thousands separator; "%" after the number divides by 100; a/b is a
 * fraction. Ownership: slices of the input. Threads: pure, independent of the locale. Failure: false when there is none.
 */
#ifndef FL_NUMBER_H
#define FL_NUMBER_H

#include "base/str.h"

/* The whole slice (trimmed; a leading currency sign is allowed) is one number. */
bool fl_number_read(struct fl_str s, double *out);
/* The last number inside a text, and where it stands. */
bool fl_number_last(struct fl_str text, double *out, struct fl_str *where);

#endif
