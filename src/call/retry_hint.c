#include "call/retry_hint.h"

#include "base/date.h"
#include "provider/reply.h"

/* --- dates -------------------------------------------------------------------------------------------------------- */

/* What the words of a date gave so far. */
struct date_words {
	int month;          /* from 1; 0 = not yet */
	uint64_t number[2]; /* day and year, in that order in all forms */
	size_t numbers;
	uint64_t second; /* of the day */
	size_t times, others;
};

static int month_of(struct fl_str word)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	for (size_t i = 0; i < FL_COUNT(names); i++)
		if (fl_str_is(word, names[i]))
			return (int)i + 1;
	return 0;
}

/* HH:MM:SS; a leap second is the one before it. */
static bool read_time(struct fl_str word, uint64_t *second)
{
	uint64_t h, m, s;
	if (word.n != 8 || word.p[2] != ':' || word.p[5] != ':' || !fl_str_to_u64(fl_str_sub(word, 0, 2), &h) ||
	    !fl_str_to_u64(fl_str_sub(word, 3, 5), &m) || !fl_str_to_u64(fl_str_sub(word, 6, 8), &s))
		return false;
	*second = h * 3600 + m * 60 + FL_MIN(s, (uint64_t)59);
	return h < 24 && m < 60 && s <= 60;
}

static void read_word(struct fl_str word, struct date_words *d)
{
	uint64_t n;
	int month = month_of(word);
	if (month && !d->month)
		d->month = month;
	else if (fl_str_to_u64(word, &n) && word.n <= 4 && d->numbers < 2)
		d->number[d->numbers++] = n;
	else if (read_time(word, &d->second))
		d->times++;
	else
		d->others++; /* the day of the week; GMT */
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or "Sun Nov  6 08:49:37 1994". */
static bool read_date(struct fl_str s, int64_t *wall_ms)
{
	struct date_words d = {0};
	size_t from = 0;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !strchr(" ,-", s.p[i]))
			continue;
		if (i > from)
			read_word(fl_str_sub(s, from, i), &d);
		from = i + 1;
	}
	if (!d.month || d.numbers != 2 || d.times != 1 || d.others < 1 || d.others > 2)
		return false;
	uint64_t year = d.number[1] < 70 ? 2000 + d.number[1] : d.number[1] < 100 ? 1900 + d.number[1] : d.number[1];
	int y, m, day;
	if (year < 1970 || year > 2199 || d.number[0] < 1 || d.number[0] > 31)
		return false;
	fl_date date = fl_date_of((int)year, d.month, (int)d.number[0]);
	fl_date_split(date, &y, &m, &day);
	*wall_ms = date * FL_DAY_MS + (int64_t)d.second * 1000;
	return m == d.month && day == (int)d.number[0];
}

/* --- hints -------------------------------------------------------------------------------------------------------- */

static uint64_t after_ms(const struct fl_http_head *head, int64_t now_ms)
{
	int64_t then_ms;
	uint64_t ms = fl_wait_ms(fl_str_trim(fl_http_head_get(head, "retry-after-ms")), 1);
	struct fl_str after = fl_str_trim(fl_http_head_get(head, "retry-after"));
	if (ms == 0)
		ms = fl_wait_ms(after, 1000);
	if (ms == 0 && read_date(after, &then_ms) && then_ms > now_ms)
		ms = (uint64_t)(then_ms - now_ms);
	return FL_MIN(ms, (uint64_t)FL_REPLY_WAIT_S * 1000);
}

struct fl_retry_hint fl_retry_hint_read(const struct fl_http_head *head, int64_t now_ms)
{
	struct fl_str word = fl_str_trim(fl_http_head_get(head, "x-should-retry"));
	return (struct fl_retry_hint){.after_ms = after_ms(head, now_ms),
	                              .word = fl_str_eq_nocase(word, FL_S("true"))    ? FL_RETRY_YES
	                                      : fl_str_eq_nocase(word, FL_S("false")) ? FL_RETRY_NO
	                                                                              : FL_RETRY_UNSAID};
}
