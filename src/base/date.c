#include "base/date.h"

#include <stdio.h>

fl_date fl_date_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void fl_date_split(fl_date date, int *year, int *month, int *day)
{
	int z = date + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

fl_date fl_date_at(int64_t wall_ms)
{
	int64_t days = wall_ms / FL_DAY_MS;
	return (fl_date)(wall_ms % FL_DAY_MS < 0 ? days - 1 : days);
}

int fl_date_weekday(fl_date day)
{
	int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
	return w < 0 ? w + 7 : w;
}

struct fl_str fl_date_format(fl_date day, char out[FL_DATE_TEXT])
{
	int y, m, d;
	if (day == FL_DATE_NONE) {
		out[0] = '\0';
		return (struct fl_str){out, 0};
	}
	fl_date_split(day, &y, &m, &d);
	int n =
	    snprintf(out, FL_DATE_TEXT, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100);
	return (struct fl_str){out, (size_t)n};
}

/* Takes exactly `digits` digits at *at. */
static bool take_digits(struct fl_str s, size_t *at, int digits, int *out)
{
	int v = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9')
			return false;
		v = v * 10 + (s.p[*at] - '0');
	}
	*out = v;
	return true;
}

static bool take_char(struct fl_str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* A day or its first part at *at; `whole`: month and day must be there. */
static bool take_date(struct fl_str s, size_t *at, bool whole, fl_date *out)
{
	int y, m = 1, d = 1;
	if (!take_digits(s, at, 4, &y))
		return false;
	bool has_month = *at < s.n && take_char(s, at, '-');
	if (has_month && (!take_digits(s, at, 2, &m) || m < 1 || m > 12))
		return false;
	bool has_day = has_month && *at < s.n && take_char(s, at, '-');
	if (has_day && (!take_digits(s, at, 2, &d) || d < 1 || d > days_in(y, m)))
		return false;
	if (y < 1900 || y > 2199 || (whole && !has_day))
		return false;
	*out = fl_date_of(y, m, d);
	return true;
}

static enum fl_code refuse(struct fl_err *err, struct fl_str text, const char *what, const char *expected)
{
	fl_err_set(err, FL_E_INVALID, "'%.*s' is no %s", FL_FMT(fl_str_sub(text, 0, 60)), what);
	fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(text, 0, 60)));
	fl_err_expected(err, "%s", expected);
	return FL_E_INVALID;
}

enum fl_code fl_date_parse(struct fl_str text, fl_date *out, struct fl_err *err)
{
	size_t at = 0;
	if (take_date(text, &at, false, out) && at == text.n)
		return FL_OK;
	return refuse(err, text, "date", "a day like 2026-11-24, or 2026-11");
}

static bool take_time(struct fl_str s, size_t *at, int64_t *ms)
{
	int h, m, sec = 0, digits = 0;
	int64_t fraction = 0;
	if (!take_digits(s, at, 2, &h) || !take_char(s, at, ':') || !take_digits(s, at, 2, &m) || h > 23 || m > 59)
		return false;
	if (take_char(s, at, ':') && (!take_digits(s, at, 2, &sec) || sec > 60))
		return false;
	if (take_char(s, at, '.')) {
		for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++, digits++)
			if (digits < 3)
				fraction = fraction * 10 + (s.p[*at] - '0');
		if (digits == 0)
			return false;
		for (; digits < 3; digits++)
			fraction *= 10;
	}
	*ms = ((h * 60 + m) * INT64_C(60) + sec) * 1000 + fraction;
	return true;
}

static bool take_offset(struct fl_str s, size_t *at, int64_t *ms)
{
	int h, m;
	*ms = 0;
	if (take_char(s, at, 'Z') || take_char(s, at, 'z'))
		return true;
	bool minus = *at < s.n && s.p[*at] == '-';
	if (!take_char(s, at, '+') && !take_char(s, at, '-'))
		return false;
	if (!take_digits(s, at, 2, &h) || !take_char(s, at, ':') || !take_digits(s, at, 2, &m) || h > 23 || m > 59)
		return false;
	*ms = (h * 60 + m) * INT64_C(60000) * (minus ? -1 : 1);
	return true;
}

enum fl_code fl_instant_parse(struct fl_str text, int64_t *wall_ms, struct fl_err *err)
{
	size_t at = 0;
	fl_date day = 0;
	int64_t time = 0, offset = 0;
	if (fl_str_find_char(text, ':', 0) < 0) {
		FL_TRY(fl_date_parse(text, &day, err));
		*wall_ms = day * FL_DAY_MS;
		return FL_OK;
	}
	bool ok = take_date(text, &at, true, &day) &&
	          (take_char(text, &at, 'T') || take_char(text, &at, 't') || take_char(text, &at, ' ')) &&
	          take_time(text, &at, &time) && take_offset(text, &at, &offset) && at == text.n;
	if (!ok)
		return refuse(err, text, "point in time",
		              "a day like 2026-11-24, or RFC 3339 like 2026-11-24T10:00:00Z");
	*wall_ms = day * FL_DAY_MS + time - offset;
	return FL_OK;
}
