#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

bool fl_money_line(uint64_t units, int64_t rate, int64_t *amount)
{
	if (rate < 0)
		return false;
	u128 v = ((u128)units * (uint64_t)rate + 999999) / 1000000;
	if (v > INT64_MAX)
		return false;
	*amount = (int64_t)v;
	return true;
}

bool fl_money_time(uint64_t us, int64_t rate, int64_t *amount)
{
	const u128 per = (u128)1000000 * 1000000;
	if (rate < 0)
		return false;
	u128 v = ((u128)us * (uint64_t)rate + per - 1) / per;
	if (v > INT64_MAX)
		return false;
	*amount = (int64_t)v;
	return true;
}

bool fl_muldiv_up(int64_t a, int64_t b, int64_t c, int64_t *out)
{
	FL_ASSERT(a >= 0 && b >= 0 && c > 0);
	u128 v = ((u128)a * (u128)b + (u128)c - 1) / (u128)c;
	if (v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

bool fl_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out)
{
	FL_ASSERT(c > 0);
	i128 p = (i128)a * b, q = p / c, r = p % c;
	i128 twice = (r < 0 ? -r : r) * 2;
	if (twice > c || (twice == c && (q & 1)))
		q += p < 0 ? -1 : 1;
	if (q > INT64_MAX || q < INT64_MIN)
		return false;
	*out = (int64_t)q;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum { MOST_DIGITS = 36 }; /* significant digits kept; 10^36 < 2^127 */

enum fl_code fl_decimal_parse(struct fl_str s, int scale, bool round_up, int64_t *out, struct fl_err *err)
{
	size_t i = 0;
	bool negative = false, seen = false, point = false;
	u128 digits = 0;
	int exponent = 0, count = 0;
	bool lost = false; /* a non-zero digit past MOST_DIGITS */
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		negative = s.p[i++] == '-';
	for (; i < s.n && (is_digit(s.p[i]) || (s.p[i] == '.' && !point)); i++) {
		if (s.p[i] == '.') {
			point = true;
			continue;
		}
		seen = true;
		if (count < MOST_DIGITS) {
			digits = digits * 10 + (unsigned)(s.p[i] - '0');
			count += digits != 0;
			exponent -= point;
		} else {
			lost |= s.p[i] != '0';
			exponent += !point;
		}
	}
	if (seen && i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t j = i + 1;
		bool down = false;
		int e = 0;
		if (j < s.n && (s.p[j] == '-' || s.p[j] == '+'))
			down = s.p[j++] == '-';
		size_t first = j;
		for (; j < s.n && is_digit(s.p[j]) && j - first < 2; j++)
			e = e * 10 + (s.p[j] - '0');
		if (j == first || (j < s.n && is_digit(s.p[j])))
			return fl_err_set(err, FL_E_INVALID, "'%.*s' is not a number", FL_FMT(s));
		exponent += down ? -e : e;
		i = j;
	}
	if (!seen || i != s.n)
		return fl_err_set(err, FL_E_INVALID, "'%.*s' is not a number", FL_FMT(s));
	exponent += scale;
	for (; exponent > 0 && digits != 0; exponent--) {
		if (digits > (u128)INT64_MAX)
			return fl_err_set(err, FL_E_LIMIT, "'%.*s' is too large", FL_FMT(s));
		digits *= 10;
	}
	for (; exponent < 0 && digits != 0; exponent++) {
		lost |= digits % 10 != 0;
		digits /= 10;
	}
	if (lost && !round_up)
		return fl_err_set(err, FL_E_LIMIT, "'%.*s' has more decimals than can be kept exactly", FL_FMT(s));
	digits += lost;
	if (digits > (u128)INT64_MAX)
		return fl_err_set(err, FL_E_LIMIT, "'%.*s' is too large", FL_FMT(s));
	*out = negative ? -(int64_t)digits : (int64_t)digits;
	return FL_OK;
}

struct fl_str fl_money_exact(int64_t nusd, char out[FL_MONEY_TEXT])
{
	uint64_t v = nusd < 0 ? 0 - (uint64_t)nusd : (uint64_t)nusd;
	int n = snprintf(out, FL_MONEY_TEXT, "%s%" PRIu64 ".%09" PRIu64, nusd < 0 ? "-" : "", v / FL_NUSD_PER_USD,
	                 v % FL_NUSD_PER_USD);
	while (out[n - 1] == '0')
		n--;
	if (out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return (struct fl_str){out, (size_t)n};
}

struct fl_str fl_money_format(int64_t nusd, char out[FL_MONEY_TEXT])
{
	uint64_t v = nusd < 0 ? 0 - (uint64_t)nusd : (uint64_t)nusd;
	uint64_t step =
	    FL_NUSD_PER_USD / 100; /* the smallest amount that is shown: 2 decimals, or 4 digits below a dollar */
	int decimals = 2;
	while (v != 0 && v < 1000 * step && decimals < 9 && v < FL_NUSD_PER_USD) {
		step /= 10;
		decimals++;
	}
	v = (v + step / 2) / step;
	uint64_t unit = (uint64_t)FL_NUSD_PER_USD / step;
	int n = snprintf(out, FL_MONEY_TEXT, "%s$%" PRIu64 ".%0*" PRIu64, nusd < 0 ? "-" : "", v / unit, decimals,
	                 v % unit);
	while (out[n - 1] == '0' && decimals > 2) {
		n--;
		decimals--;
	}
	if (v == 0)
		n = snprintf(out, FL_MONEY_TEXT, "$0");
	out[n] = '\0';
	return (struct fl_str){out, (size_t)n};
}
