#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static struct timespec now(clockid_t id)
{
	struct timespec t;
	if (clock_gettime(id, &t) != 0)
		FL_BUG("clock_gettime failed");
	return t;
}

uint64_t fl_mono_ns(void)
{
	struct timespec t = now(CLOCK_MONOTONIC);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int64_t fl_wall_ms(void)
{
	struct timespec t = now(CLOCK_REALTIME);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct fl_str fl_time_format(int64_t wall_ms, char out[FL_TIME_TEXT])
{
	time_t s = (time_t)(wall_ms / 1000);
	struct tm t;
	if (!gmtime_r(&s, &t))
		FL_BUG("time out of range");
	int n = snprintf(out, FL_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
	                 t.tm_hour, t.tm_min, t.tm_sec);
	return (struct fl_str){out, (size_t)n};
}
