/*
 * json_number.c - numbers as text.
 *
 * For exact questions a number is brought to 0.d1d2d3... x 10^exponent with d1 not 0 and no trailing zeros, without
 * copying: `digit` walks the text's digits past the point. Doubles: up to 2^53 and powers of ten up to 10^22 are exact,
 * so one multiplication or division rounds once (W. D. Clinger, "How to read floating point numbers accurately", 1990);
 * all else goes to the C library in the "C" locale. Shortest text: 15 digits survive a round trip for every normal
 * double that has a text so short, 17 for all.
 */
#include "codec/json_number.h"

#include "base/str.h"
#include "codec/json.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPONENT_MOST INT64_C(100000000000000000)

struct decimal {
	bool negative;
	const char *digit; /* first significant digit; the point may stand among the digits */
	size_t digits;     /* significant digits, leading and trailing zeros stripped; 0 = the number is zero */
	int64_t exponent;  /* value = 0.digits x 10^exponent */
};

static size_t run_of_digits(struct fl_str s, size_t i)
{
	size_t start = i;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - start;
}

static bool read_exponent(struct fl_str s, size_t *i, int64_t *exponent)
{
	*exponent = 0;
	if (*i >= s.n || (s.p[*i] != 'e' && s.p[*i] != 'E'))
		return true;
	++*i;
	bool negative = *i < s.n && s.p[*i] == '-';
	*i += *i < s.n && (s.p[*i] == '-' || s.p[*i] == '+');
	size_t n = run_of_digits(s, *i);
	if (!n)
		return false;
	for (size_t end = *i + n; *i < end; ++*i) {
		if (*exponent < EXPONENT_MOST)
			*exponent = *exponent * 10 + (s.p[*i] - '0');
	}
	*exponent = FL_MIN(*exponent, EXPONENT_MOST);
	if (negative)
		*exponent = -*exponent;
	return true;
}

/* Takes the number apart; false when s is not one. */
static bool take_apart(struct fl_str s, struct decimal *d)
{
	size_t i = 0;
	*d = (struct decimal){.negative = s.n && s.p[0] == '-'};
	i += d->negative;
	size_t whole_at = i, whole = run_of_digits(s, i);
	if (!whole || (whole > 1 && s.p[i] == '0'))
		return false;
	i += whole;
	size_t fraction_at = i, fraction = 0;
	if (i < s.n && s.p[i] == '.') {
		fraction_at = ++i;
		fraction = run_of_digits(s, i);
		if (!fraction)
			return false;
		i += fraction;
	}
	if (!read_exponent(s, &i, &d->exponent) || i != s.n)
		return false;
	while (fraction && s.p[fraction_at + fraction - 1] == '0')
		fraction--;
	d->exponent += (int64_t)whole;
	d->digits = whole + fraction;
	d->digit = s.p + whole_at;
	if (!fraction) {
		while (d->digits && d->digit[d->digits - 1] == '0')
			d->digits--;
	}
	if (d->digits && *d->digit == '0') { /* "0.00123": the whole part is a single 0 */
		d->digit = s.p + fraction_at;
		d->digits--;
		d->exponent--;
		while (d->digits && *d->digit == '0') {
			d->digit++;
			d->digits--;
			d->exponent--;
		}
	}
	return true;
}

/* The digit at *p, moving on; steps over the point. */
static inline unsigned next_digit(const char **p)
{
	*p += **p == '.';
	return (unsigned)(*(*p)++ - '0');
}

bool fl_number_valid(struct fl_str s)
{
	struct decimal d;
	return take_apart(s, &d);
}

bool fl_number_is_integer(struct fl_str s)
{
	size_t sign = s.n && s.p[0] == '-';
	return s.n > sign && sign + run_of_digits(s, sign) == s.n;
}

static int cmp_size(const struct decimal *a, const struct decimal *b)
{
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -1 : 1;
	const char *p = a->digit, *q = b->digit;
	for (size_t i = 0; i < FL_MIN(a->digits, b->digits); i++) {
		unsigned x = next_digit(&p), y = next_digit(&q);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a->digits > b->digits) - (a->digits < b->digits);
}

int fl_number_cmp(struct fl_str a, struct fl_str b)
{
	struct decimal x, y;
	if (!take_apart(a, &x) || !take_apart(b, &y))
		FL_BUG("comparing what is not a number");
	int sx = x.digits ? (x.negative ? -1 : 1) : 0, sy = y.digits ? (y.negative ? -1 : 1) : 0;
	if (sx != sy)
		return sx < sy ? -1 : 1;
	return sx ? sx * cmp_size(&x, &y) : 0;
}

bool fl_number_equal(struct fl_str a, struct fl_str b)
{
	return fl_number_cmp(a, b) == 0;
}

/* |d| as a whole number; false when it has a fraction or does not fit. */
static bool whole(const struct decimal *d, uint64_t *out)
{
	*out = 0;
	if (!d->digits)
		return true;
	if (d->exponent < (int64_t)d->digits || d->exponent > 20)
		return false;
	const char *p = d->digit;
	for (int64_t i = 0; i < d->exponent; i++) {
		uint64_t digit = i < (int64_t)d->digits ? next_digit(&p) : 0;
		if (__builtin_mul_overflow(*out, UINT64_C(10), out) || __builtin_add_overflow(*out, digit, out))
			return false;
	}
	return true;
}

bool fl_json_u64(const struct fl_json *v, uint64_t *out)
{
	struct decimal d;
	uint64_t n;
	if (!v || v->type != FL_JSON_NUMBER || !take_apart(v->raw, &d) || !whole(&d, &n) || (d.negative && n))
		return false;
	*out = n;
	return true;
}

bool fl_json_i64(const struct fl_json *v, int64_t *out)
{
	struct decimal d;
	uint64_t n;
	if (!v || v->type != FL_JSON_NUMBER || !take_apart(v->raw, &d) || !whole(&d, &n))
		return false;
	if (n > (uint64_t)INT64_MAX + d.negative)
		return false;
	*out = d.negative ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

/* ---- doubles ---- */

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	FL_ASSERT(c_locale != (locale_t)0);
}

static double parse_slow(struct fl_str s)
{
	char near[128], *text = near;
	pthread_once(&c_locale_once, make_c_locale);
	if (s.n >= sizeof(near))
		text = fl_alloc(s.n + 1);
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	double v = strtod_l(text, NULL, c_locale);
	if (text != near)
		free(text);
	return v;
}

static bool parse_fast(const struct decimal *d, double *out)
{
	static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	int64_t e = d->exponent - (int64_t)d->digits;
	if (FLT_EVAL_METHOD != 0 || d->digits > 15 || e < -22 || e > 22)
		return false;
	uint64_t n = 0;
	const char *p = d->digit;
	for (size_t i = 0; i < d->digits; i++)
		n = n * 10 + next_digit(&p);
	double v = e < 0 ? (double)n / power[-e] : (double)n * power[e];
	*out = d->negative ? -v : v;
	return true;
}

bool fl_double_parse(struct fl_str s, double *out)
{
	struct decimal d;
	if (!take_apart(s, &d))
		return false;
	if (!d.digits)
		*out = d.negative ? -0.0 : 0.0;
	else if (!parse_fast(&d, out))
		*out = parse_slow(s);
	return true;
}

bool fl_json_double(const struct fl_json *v, double *out)
{
	return v && v->type == FL_JSON_NUMBER && fl_double_parse(v->raw, out);
}

/* Prints with `digits` digits and puts a point where the locale has something else. */
static size_t print_double(double v, int digits, char out[FL_DOUBLE_TEXT])
{
	char text[64];
	size_t n = 0;
	snprintf(text, sizeof(text), "%.*g", digits, v);
	for (const char *p = text; *p; p++) {
		bool plain = (*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == 'e';
		if (plain)
			out[n++] = *p;
		else if (out[n - 1] != '.')
			out[n++] = '.';
	}
	return n;
}

struct fl_str fl_double_format(double v, char out[FL_DOUBLE_TEXT])
{
	FL_ASSERT(isfinite(v));
	if (v == (double)(int64_t)FL_MAX(FL_MIN(v, 9007199254740991.0), -9007199254740991.0) && (v != 0 || !signbit(v)))
		return (struct fl_str){out, (size_t)snprintf(out, FL_DOUBLE_TEXT, "%lld", (long long)v)};
	int digits = v != 0 && fabs(v) < DBL_MIN ? 1 : 15; /* subnormals have fewer digits to give */
	size_t n;
	double back;
	do {
		n = print_double(v, digits, out);
	} while (digits++ < 17 && (!fl_double_parse((struct fl_str){out, n}, &back) || back != v));
	return (struct fl_str){out, n};
}
