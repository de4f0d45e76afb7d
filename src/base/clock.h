/*
 * clock.h - time: monotonic nanoseconds for measuring, wall-clock milliseconds since 1970 (UTC) for stamping.
 * Threads: any. Ownership: none. Failure: none (a kernel without these clocks aborts).
 */
#ifndef FL_CLOCK_H
#define FL_CLOCK_H

#include "base/base.h"

#define FL_TIME_TEXT 32
uint64_t fl_mono_ns(void);
int64_t fl_wall_ms(void);
/* "2026-11-24T10:07:25Z" (RFC 3339, UTC). */
struct fl_str fl_time_format(int64_t wall_ms, char out[FL_TIME_TEXT]);

#endif
