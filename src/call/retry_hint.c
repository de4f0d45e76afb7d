#include "call/retry_hint.h"

#include "base/date.h"
#include "codec/json.h"
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

/* "6m0s", "17ms", "2m59.56s", "1h2m3s"; a bare number is in seconds. 0 when it cannot be read. */
static uint64_t duration_ms(struct fl_str s)
{
	static const struct {
		const char *unit;
		double ms;
	} unit[] = {{"ms", 1}, {"us", 0.001}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
	double total = 0, v;
	size_t i = 0;
	while (i < s.n) {
		size_t from = i, k = 0;
		while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'))
			i++;
		if (!fl_double_parse(fl_str_sub(s, from, i), &v))
			return 0;
		struct fl_str rest = fl_str_sub(s, i, s.n);
		if (rest.n == 0 && from == 0)
			return (uint64_t)FL_MIN(v * 1000, 1e12);
		while (k < FL_COUNT(unit) && !fl_str_starts(rest, fl_str_from(unit[k].unit)))
			k++;
		if (k == FL_COUNT(unit))
			return 0;
		total += v * unit[k].ms;
		i += strlen(unit[k].unit);
	}
	return (uint64_t)FL_MIN(total, 1e12);
}

/* A limit: what remains of it, and when it is whole again. */
static const struct {
	enum fl_limit_headers family;
	const char *remaining, *reset;
} limit[] = {
    {FL_LIMITS_OPENAI, "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    {FL_LIMITS_OPENAI, "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    {FL_LIMITS_ANTHROPIC, "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"},
    {FL_LIMITS_ANTHROPIC, "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
    {FL_LIMITS_ANTHROPIC, "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
    {FL_LIMITS_ANTHROPIC, "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"},
    {FL_LIMITS_MISTRAL, "ratelimitbysize-remaining", "ratelimitbysize-reset"},
    {FL_LIMITS_MISTRAL, "x-ratelimit-remaining", "x-ratelimit-reset"},
};

static uint64_t reset_ms(struct fl_str reset, int64_t now_ms)
{
	struct fl_err ignored;
	int64_t then_ms;
	uint64_t ms = duration_ms(reset);
	if (ms == 0 && fl_instant_parse(reset, &then_ms, &ignored) == FL_OK && then_ms > now_ms)
		ms = (uint64_t)(then_ms - now_ms);
	return ms;
}

static uint64_t by_limits(const struct fl_http_head *head, enum fl_limit_headers family, int64_t now_ms)
{
	uint64_t most = 0;
	for (size_t i = 0; i < FL_COUNT(limit); i++) {
		struct fl_str left = fl_str_trim(fl_http_head_get(head, limit[i].remaining));
		struct fl_str reset = fl_str_trim(fl_http_head_get(head, limit[i].reset));
		if (limit[i].family == family && fl_str_is(left, "0") && reset.n)
			most = FL_MAX(most, reset_ms(reset, now_ms));
	}
	return FL_MIN(most, (uint64_t)FL_REPLY_WAIT_S * 1000);
}

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

struct fl_retry_hint fl_retry_hint_read(const struct fl_http_head *head, enum fl_limit_headers limits, int64_t now_ms)
{
	uint64_t after = after_ms(head, now_ms);
	if (after == 0 && head->status == 429)
		after = by_limits(head, limits, now_ms);
	struct fl_str word = fl_str_trim(fl_http_head_get(head, "x-should-retry"));
	return (struct fl_retry_hint){.after_ms = after,
	                              .word = fl_str_eq_nocase(word, FL_S("true"))    ? FL_RETRY_YES
	                                      : fl_str_eq_nocase(word, FL_S("false")) ? FL_RETRY_NO
	                                                                              : FL_RETRY_UNSAID};
}
