/*
 * quantity.c - one table of kinds, one of units: figure = decimal x mul / div, in 128 bits.
 */
#include "lang/quantity.h"

#include <stdio.h>

#include "base/money.h"

#define UNIT_TEXT 24
#define MOST_UNITS 18
#define MS INT64_C(1)
#define DAY_MS (24 * 3600 * 1000 * MS)
#define NUSD FL_NUSD_PER_USD

struct unit {
	const char *name; /* "" = a number without unit, where files allow it */
	int64_t mul, div; /* where the kind rounds up, mul is a power of ten; div x 10^9 fits elsewhere */
};

struct kind {
	const char *name, *example, *pattern, *bare_schema;
	bool round_up;
	int64_t most; /* 0 = no limit but the type's */
	struct unit unit[MOST_UNITS];
};

/* Pieces of the patterns. */
#define P_NUMBER "\\+?[0-9.]+([eE][-+]?[0-9]+)?"
#define P_MONEY "(\\$\\s*" P_NUMBER "|" P_NUMBER " *(USD|\\$))"
#define P_RATE(unit) "^\\s*" P_MONEY " */ *(" unit ")\\s*$"

static const struct kind kinds[FL_Q_KINDS] = {
    [FL_Q_MONEY] =
        {"an amount of money", "5 USD, $5 or 0.01USD", "^\\s*" P_MONEY "\\s*$", "", false, 0, {{"USD", NUSD, 1}}},
    [FL_Q_DURATION] = {"a duration",
                       "250ms, 4s, 2 min, 24h or 30d",
                       "^\\s*" P_NUMBER " *[a-z]+\\s*$",
                       "",
                       false,
                       0,
                       {{"ms", MS, 1},
                        {"s", 1000 * MS, 1},
                        {"sec", 1000 * MS, 1},
                        {"second", 1000 * MS, 1},
                        {"seconds", 1000 * MS, 1},
                        {"min", 60000 * MS, 1},
                        {"minute", 60000 * MS, 1},
                        {"minutes", 60000 * MS, 1},
                        {"h", 3600000 * MS, 1},
                        {"hour", 3600000 * MS, 1},
                        {"hours", 3600000 * MS, 1},
                        {"d", DAY_MS, 1},
                        {"day", DAY_MS, 1},
                        {"days", DAY_MS, 1}}},
    [FL_Q_TOKENS] = {"a number of tokens",
                     "16k, 1M or 4096",
                     "^\\s*" P_NUMBER " *([kKM]? *(tokens)?)\\s*$",
                     "{\"type\":\"number\",\"minimum\":0}",
                     false,
                     0,
                     {{"", 1, 1},
                      {"k", 1000, 1},
                      {"K", 1000, 1},
                      {"M", 1000000, 1},
                      {"tokens", 1, 1},
                      {"k tokens", 1000, 1},
                      {"K tokens", 1000, 1},
                      {"M tokens", 1000000, 1}}},
    [FL_Q_BYTES] = {"a size in bytes",
                    "24GB, 24GiB or 512 MB",
                    "^\\s*" P_NUMBER " *([kKMGT]i?)?B\\s*$",
                    "",
                    false,
                    0,
                    {{"B", 1, 1},
                     {"kB", 1000, 1},
                     {"KB", 1000, 1},
                     {"MB", 1000000, 1},
                     {"GB", FL_BILLION, 1},
                     {"TB", 1000 * FL_BILLION, 1},
                     {"KiB", 1 << 10, 1},
                     {"MiB", 1 << 20, 1},
                     {"GiB", 1 << 30, 1},
                     {"TiB", INT64_C(1) << 40, 1}}},
    [FL_Q_SHARE] = {"a share",
                    "95% or 0.95",
                    "^\\s*" P_NUMBER " *%?\\s*$",
                    "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}",
                    false,
                    FL_BILLION,
                    {{"", FL_BILLION, 1}, {"%", FL_BILLION, 100}}},
    [FL_Q_POINTS] = {"a difference in points",
                     "2 points, 1 point or 0.02",
                     "^\\s*" P_NUMBER " *(points?)?\\s*$",
                     "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}",
                     false,
                     FL_BILLION,
                     {{"", FL_BILLION, 1}, {"point", FL_BILLION, 100}, {"points", FL_BILLION, 100}}},
    [FL_Q_PER_MONTH] = {"a number of calls a month",
                        "50000/month or 50k/month",
                        "^\\s*" P_NUMBER " *[kKM]? *(calls)? */ *month\\s*$",
                        "",
                        false,
                        0,
                        {{"/month", 1, 1},
                         {"k/month", 1000, 1},
                         {"K/month", 1000, 1},
                         {"M/month", 1000000, 1},
                         {"calls/month", 1, 1},
                         {"k calls/month", 1000, 1},
                         {"K calls/month", 1000, 1},
                         {"M calls/month", 1000000, 1}}},
    [FL_Q_PER_HOUR] = {"an amount of money an hour",
                       "40 USD/hour or $40/h",
                       P_RATE("h|hour"),
                       "",
                       false,
                       0,
                       {{"USD/hour", NUSD, 1}, {"USD/h", NUSD, 1}}},
    [FL_Q_PER_MTOK] = {"a price per million tokens",
                       "3 USD/Mtok or 0.003 USD/ktok",
                       P_RATE("Mtok|ktok|tok"),
                       "",
                       true,
                       0,
                       {{"USD/Mtok", NUSD, 1}, {"USD/ktok", NUSD * 1000, 1}, {"USD/tok", NUSD * 1000000, 1}}},
    [FL_Q_PER_MEGASECOND] = {"a price of compute time",
                             "0.05 USD/hour or 0.00002 USD/s",
                             P_RATE("s|second|min|minute|h|hour|d|day"),
                             "",
                             true,
                             0,
                             {{"USD/hour", NUSD * 1000000, 3600},
                              {"USD/h", NUSD * 1000000, 3600},
                              {"USD/s", NUSD * 1000000, 1},
                              {"USD/second", NUSD * 1000000, 1},
                              {"USD/min", NUSD * 1000000, 60},
                              {"USD/minute", NUSD * 1000000, 60},
                              {"USD/d", NUSD * 1000000, 86400},
                              {"USD/day", NUSD * 1000000, 86400}}},
    [FL_Q_PER_CALL] =
        {"an amount of money a call", "0.01 USD/call", P_RATE("call"), "", true, 0, {{"USD/call", NUSD, 1}}},
};

const char *fl_quantity_name(enum fl_quantity kind)
{
	return kinds[kind].name;
}

const char *fl_quantity_example(enum fl_quantity kind)
{
	return kinds[kind].example;
}

const char *fl_quantity_pattern(enum fl_quantity kind)
{
	return kinds[kind].pattern;
}

const char *fl_quantity_bare_schema(enum fl_quantity kind)
{
	return kinds[kind].bare_schema;
}

static enum fl_code refuse(const struct kind *k, struct fl_str text, enum fl_code code, const char *why,
                           struct fl_err *err)
{
	fl_err_set(err, code, "'%.*s' is not %s%s%s", FL_FMT(fl_str_sub(text, 0, 60)), k->name, why ? ": " : "",
	           why ? why : "");
	fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(text, 0, 60)));
	fl_err_expected(err, "%s, written as in %s", k->name, k->example);
	return code;
}

static bool is_digit(struct fl_str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* Length of the number that s begins with: sign, digits, point, exponent. */
static size_t number_length(struct fl_str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	while (is_digit(s, i) || (i < s.n && (s.p[i] == '.' || s.p[i] == ',')))
		i++;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t j = i + 1;
		j += j < s.n && (s.p[j] == '-' || s.p[j] == '+');
		if (is_digit(s, j)) {
			for (i = j; is_digit(s, i);)
				i++;
		}
	}
	return i;
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The unit behind the number without its spaces, a dollar sign written out: "USD/hour". False when it is too long. */
static bool take_unit(struct fl_str rest, bool dollar, char out[UNIT_TEXT])
{
	size_t n = 0;
	if (dollar) {
		memcpy(out, "USD", 3);
		n = 3;
	}
	for (size_t i = 0; i < rest.n; i++) {
		char c = rest.p[i];
		if (n + 4 >= UNIT_TEXT || !c)
			return false;
		if (c == '$' && n == 0) {
			memcpy(out, "USD", 3);
			n = 3;
		} else if (c != ' ') {
			out[n++] = c;
		} else if (n && is_letter(out[n - 1]) && i + 1 < rest.n && is_letter(rest.p[i + 1])) {
			out[n++] = ' '; /* one space between words stays, all others go */
		}
	}
	out[n] = '\0';
	return true;
}

static const struct unit *find_unit(const struct kind *k, const char *name)
{
	for (const struct unit *u = k->unit; u < k->unit + MOST_UNITS && u->name; u++) {
		if (strcmp(u->name, name) == 0)
			return u;
	}
	return NULL;
}

static int power_of_ten(int64_t n)
{
	int power = 0;
	for (; n > 1; n /= 10)
		power++;
	return power;
}

/*
 * decimal x unit. A whole number is taken as it is. A fraction that is rounded up is rounded by the decimal reader at the
 * unit's power of ten (ceil(ceil(x) / n) = ceil(x / n), so a divisor rounds no second time); one that must be exact is
 * taken in billionths.
 */
static enum fl_code scale(struct fl_str number, const struct unit *u, bool round_up, int64_t *out)
{
	int64_t v, mul = u->mul, div = u->div;
	if (fl_decimal_parse(number, 0, false, &v, NULL) != FL_OK) {
		FL_TRY(fl_decimal_parse(number, round_up ? power_of_ten(mul) : 9, round_up, &v, NULL));
		if (round_up)
			mul = 1;
		else
			div *= FL_BILLION;
	}
	__int128 product = (__int128)v * mul;
	if (v < 0 || (product % div && !round_up))
		return FL_E_INVALID;
	product = (product + div - 1) / div;
	if (product > INT64_MAX)
		return FL_E_LIMIT;
	*out = (int64_t)product;
	return FL_OK;
}

static const char *reason(enum fl_code code, struct fl_str number)
{
	if (number.p[0] == '-')
		return "it must not be negative";
	if (fl_str_find_char(number, ',', 0) >= 0)
		return "write it without commas";
	return code == FL_E_LIMIT ? "it is out of range or finer than can be counted"
	                          : "it is no whole number of units";
}

enum fl_code fl_quantity_read(enum fl_quantity kind, struct fl_str text, const char *bare_unit, int64_t *out,
                              struct fl_err *err)
{
	const struct kind *k = &kinds[kind];
	struct fl_str s = fl_str_trim(text);
	char unit[UNIT_TEXT];
	bool dollar = s.n && s.p[0] == '$';
	if (dollar)
		s = fl_str_trim(fl_str_sub(s, 1, s.n));
	struct fl_str number = fl_str_sub(s, 0, number_length(s));
	if (!number.n || !take_unit(fl_str_sub(s, number.n, s.n), dollar, unit))
		return refuse(k, text, FL_E_INVALID, NULL, err);
	const struct unit *u = find_unit(k, unit[0] || !bare_unit ? unit : bare_unit);
	if (!u && bare_unit && bare_unit[0] == '/') { /* a multiple before the rate: 50k as 50k/month */
		char joined[2 * UNIT_TEXT];
		snprintf(joined, sizeof joined, "%s%.*s", unit, UNIT_TEXT, bare_unit);
		u = find_unit(k, joined);
	}
	if (!u)
		return refuse(k, text, FL_E_INVALID, unit[0] ? "its unit is unknown here" : "its unit is missing", err);
	int64_t v;
	enum fl_code code = scale(number, u, k->round_up, &v);
	if (code != FL_OK)
		return refuse(k, text, code, reason(code, number), err);
	if (k->most && v > k->most)
		return refuse(k, text, FL_E_INVALID,
		              kind == FL_Q_POINTS ? "it is over 100 points; a plain 0.02 means 2 points"
		                                  : "it is over 100%; a plain number is a share of 1",
		              err);
	*out = v;
	return FL_OK;
}
