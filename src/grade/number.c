#include "grade/number.h"

#include "codec/json.h"

static bool digit(struct fl_str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}
static bool three_digits(struct fl_str s, size_t i)
{
	return digit(s, i) && digit(s, i + 1) && digit(s, i + 2) && !digit(s, i + 3);
}

enum { LONGEST = 64 };

/* A plain number from `at`, without sign: digits, thousands, decimals, exponent. Returns its end, or `at` if none. */
static size_t plain(struct fl_str s, size_t at, double *out)
{
	char text[LONGEST + 2];
	size_t n = 0, i = at;
	for (; digit(s, i); i++)
		if (n < LONGEST)
			text[n++] = s.p[i];
	bool groups = i > at && i - at <= 3;
	while (groups && i < s.n && s.p[i] == ',' && three_digits(s, i + 1)) {
		for (size_t k = 1; k <= 3 && n < LONGEST; k++)
			text[n++] = s.p[i + k];
		i += 4;
	}
	if (i == at)
		text[n++] = '0'; /* .5 */
	if (i < s.n && s.p[i] == '.' && digit(s, i + 1)) {
		if (n < LONGEST)
			text[n++] = '.';
		for (i++; digit(s, i); i++)
			if (n < LONGEST)
				text[n++] = s.p[i];
	} else if (i == at) {
		return at;
	}
	size_t e = i + 1;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E') &&
	    (digit(s, e) || (e < s.n && (s.p[e] == '-' || s.p[e] == '+') && digit(s, e + 1)))) {
		if (n + 6 < LONGEST) {
			text[n++] = 'e';
			text[n++] = s.p[e];
			for (e++; digit(s, e); e++)
				if (n < LONGEST)
					text[n++] = s.p[e];
			i = e;
		}
	}
	size_t zeros = 0; /* JSON's grammar has no leading zeros */
	while (zeros + 1 < n && text[zeros] == '0' && text[zeros + 1] >= '0' && text[zeros + 1] <= '9')
		zeros++;
	return fl_double_parse((struct fl_str){text + zeros, n - zeros}, out) ? i : at;
}

static size_t skip_spaces(struct fl_str s, size_t i)
{
	while (i < s.n && s.p[i] == ' ')
		i++;
	return i;
}

/* A number with sign, fraction and percent; returns its end or `at`. */
static size_t full(struct fl_str s, size_t at, double *out)
{
	size_t i = at;
	bool negative = false;
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		negative = s.p[i++] == '-';
	else if (i + 3 <= s.n && memcmp(s.p + i, "\xe2\x88\x92", 3) == 0) { /* U+2212 minus sign */
		negative = true;
		i += 3;
	}
	if (i < s.n && s.p[i] == '$')
		i++;
	double v, below;
	size_t end = plain(s, i, &v);
	if (end == i)
		return at;
	if (end < s.n && s.p[end] == '/' && digit(s, end + 1)) {
		size_t after = plain(s, end + 1, &below);
		if (after > end + 1 && below != 0) {
			v /= below;
			end = after;
		}
	}
	size_t sign = skip_spaces(s, end);
	if (sign < s.n && s.p[sign] == '%') {
		v /= 100;
		end = sign + 1;
	}
	*out = negative ? -v : v;
	return end;
}

bool fl_number_read(struct fl_str s, double *out)
{
	s = fl_str_trim(s);
	static const char *const signs[] = {"$", "€", "£"};
	for (size_t i = 0; i < FL_COUNT(signs); i++)
		if (fl_str_starts(s, fl_str_from(signs[i])))
			s = fl_str_trim(fl_str_sub(s, strlen(signs[i]), s.n));
	return s.n > 0 && full(s, 0, out) == s.n;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

bool fl_number_last(struct fl_str text, double *out, struct fl_str *where)
{
	bool found = false;
	for (size_t i = 0; i < text.n;) {
		double v;
		bool inside_word = i > 0 && word_char(text.p[i - 1]);
		bool range =
		    text.p[i] == '-' && i > 0 && (word_char(text.p[i - 1]) || text.p[i - 1] == ')'); /* 10-20 */
		size_t end = inside_word || range ? i : full(text, i, &v);
		if (end == i) {
			i++;
			continue;
		}
		*out = v;
		if (where)
			*where = fl_str_sub(text, i, end);
		found = true;
		i = end;
	}
	return found;
}
