/*
 * pattern.h - regular expressions (PCRE2, UTF-8) with limits on matching work and depth.
 *
 * Ownership: _create/_destroy. Threads: one at a time. Limits: FL_PATTERN_STEPS, FL_PATTERN_DEPTH, pattern of 10 KiB.
 * Failure: INVALID with offset and PCRE2's words; a match that passes the limit is FL_E_LIMIT, never "no match".
 */
#ifndef FL_PATTERN_H
#define FL_PATTERN_H

#include "base/err.h"
#include "base/str.h"

enum { FL_PATTERN_STEPS = 1000000, FL_PATTERN_DEPTH = 10000, FL_PATTERN_BYTES = 10240 };

struct fl_pattern;
enum fl_code fl_pattern_create(struct fl_pattern **out, struct fl_str text, struct fl_err *err) FL_MUST_USE;
void fl_pattern_destroy(struct fl_pattern *p);
/* First match: *hit says whether; *group is the first capturing group if the pattern has one that matched, else all. */
enum fl_code fl_pattern_find(struct fl_pattern *p, struct fl_str text, bool *hit, struct fl_str *group,
                             struct fl_err *err) FL_MUST_USE;

#endif
