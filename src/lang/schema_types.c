/*
 * schema_types.c - the types that every table may use.
 */
#include "lang/schema.h"

#include <stdio.h>

#include "base/date.h"
#include "codec/json_number.h"
#include "lang/quantity.h"

void fl_schema_bound(const struct fl_type *type, double bound, char text[FL_BOUND_TEXT])
{
	bool share = type == &fl_type_share, time = type == &fl_type_duration;
	char figure[FL_DOUBLE_TEXT];
	bool seconds = time && bound >= 1000;
	struct fl_str s = fl_double_format(share ? bound / 1e7 : seconds ? bound / 1000 : bound, figure);
	snprintf(text, FL_BOUND_TEXT, "%.*s%s", FL_FMT(s), share ? "%" : seconds ? "s" : time ? "ms" : "");
}

static enum fl_code check_bounds(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, double figure,
                                 const char *of)
{
	if (!f->bounded || (figure >= f->min && figure <= f->max))
		return FL_OK;
	char low[FL_BOUND_TEXT], high[FL_BOUND_TEXT], found[80];
	struct fl_str s = fl_yaml_describe(v, found);
	fl_schema_bound(f->type, f->min, low);
	fl_schema_bound(f->type, f->max, high);
	fl_schema_refuse(r, FL_E_INVALID, v, "%s must be from %s to %s, found %.*s", of, low, high, FL_FMT(s));
	fl_err_found(fl_schema_err(r), "%.*s", FL_FMT(s));
	fl_err_expected(fl_schema_err(r), "%s to %s", low, high);
	return FL_E_INVALID;
}

static enum fl_code read_str(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind != FL_YAML_SCALAR || fl_yaml_is_null(v))
		return fl_schema_wrong(r, f, v);
	*(struct fl_str *)to = v->text;
	return check_bounds(r, f, v, (double)v->text.n, "its length");
}

static enum fl_code read_bool(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (fl_yaml_type(v) != FL_YAML_BOOL)
		return fl_schema_wrong(r, f, v);
	*(bool *)to = (v->text.p[0] | 0x20) == 't';
	return FL_OK;
}

static enum fl_code read_int(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	struct fl_json number = {.type = FL_JSON_NUMBER, .raw = v->text};
	int64_t n;
	if (fl_yaml_type(v) != FL_YAML_INT || !fl_json_i64(&number, &n))
		return fl_schema_wrong(r, f, v);
	*(int64_t *)to = n;
	return check_bounds(r, f, v, (double)n, "it");
}

static enum fl_code read_number(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	enum fl_yaml_type type = fl_yaml_type(v);
	struct fl_json_writer w;
	struct fl_buf b;
	double d = 0;
	bool ok = false;
	if (type == FL_YAML_INT || type == FL_YAML_FLOAT) {
		fl_buf_init(&b, 512);
		fl_json_begin(&w, &b, 0);
		ok = fl_yaml_to_json(v, &w, NULL) == FL_OK && fl_json_done(&w) && fl_double_parse(fl_buf_slice(&b), &d);
		ok = ok && d - d == 0; /* finite */
		fl_buf_release(&b);
	}
	if (!ok)
		return fl_schema_wrong(r, f, v);
	*(double *)to = d;
	return check_bounds(r, f, v, d, "it");
}

static enum fl_code refuse_word(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v)
{
	char list[256], found[80];
	size_t n = 0, words = 0;
	for (; f->words[words]; words++) {
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", words ? ", " : "", f->words[words]);
	}
	struct fl_str s = fl_yaml_describe(v, found);
	const char *near = v->kind == FL_YAML_SCALAR ? fl_suggest(v->text, f->words, words) : NULL;
	fl_schema_refuse(r, FL_E_INVALID, v, "expected one of %s, found %.*s%s%s%s", list, FL_FMT(s),
	                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	fl_err_found(fl_schema_err(r), "%.*s", FL_FMT(s));
	fl_err_expected(fl_schema_err(r), "one of %s", list);
	if (near)
		fl_err_help(fl_schema_err(r), "did you mean '%s'?", near);
	return FL_E_INVALID;
}

static enum fl_code read_word(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	for (int i = 0; v->kind == FL_YAML_SCALAR && f->words[i]; i++) {
		if (fl_str_is(v->text, f->words[i])) {
			*(int *)to = i;
			return FL_OK;
		}
	}
	return refuse_word(r, f, v);
}

static enum fl_code read_any(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	(void)r;
	(void)f;
	*(const struct fl_yaml **)to = v;
	return FL_OK;
}

static enum fl_code read_quantity(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	struct fl_err e = {0};
	if (v->kind != FL_YAML_SCALAR || fl_yaml_is_null(v))
		return fl_schema_wrong(r, f, v);
	enum fl_code code = fl_quantity_read((enum fl_quantity)f->type->tag, v->text, NULL, to, &e);
	if (code == FL_OK)
		return check_bounds(r, f, v, (double)*(int64_t *)to, "it");
	fl_schema_refuse(r, code, v, "%s", e.message);
	fl_err_found(fl_schema_err(r), "%s", e.found);
	fl_err_expected(fl_schema_err(r), "%s", e.expected);
	if (f->key && f->help)
		fl_err_help(fl_schema_err(r), "'%s' is %s", f->key, f->help);
	return code;
}

static enum fl_code read_date(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind != FL_YAML_SCALAR || fl_date_parse(v->text, to, NULL) != FL_OK)
		return fl_schema_wrong(r, f, v);
	return FL_OK;
}

const struct fl_type fl_type_date = {
    .name = "day",
    .expected = "a day like 2026-11-24, or 2026-11",
    .size = sizeof(fl_date),
    .read = read_date,
    .schema = "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$\"}"};
const struct fl_type fl_type_str = {.name = "text",
                                    .expected = "a text",
                                    .size = sizeof(struct fl_str),
                                    .read = read_str,
                                    .schema = "{\"type\":[\"string\",\"number\",\"boolean\"]}"};
const struct fl_type fl_type_bool = {.name = "bool",
                                     .expected = "true or false",
                                     .size = sizeof(bool),
                                     .read = read_bool,
                                     .schema = "{\"type\":\"boolean\"}"};
const struct fl_type fl_type_int = {.name = "int",
                                    .expected = "a whole number",
                                    .size = sizeof(int64_t),
                                    .read = read_int,
                                    .schema = "{\"type\":\"integer\"}"};
const struct fl_type fl_type_number = {.name = "number",
                                       .expected = "a number",
                                       .size = sizeof(double),
                                       .read = read_number,
                                       .schema = "{\"type\":\"number\"}"};
const struct fl_type fl_type_word = {.name = "word", .expected = "a word", .size = sizeof(int), .read = read_word};
const struct fl_type fl_type_any = {
    .name = "any", .expected = "a value", .size = sizeof(const struct fl_yaml *), .read = read_any, .schema = "true"};

#define QUANTITY(id, label, kind, text)                                                                                \
	const struct fl_type fl_type_##id = {                                                                          \
	    .name = label, .expected = text, .size = sizeof(int64_t), .read = read_quantity, .tag = kind}
QUANTITY(money, "money", FL_Q_MONEY, "an amount of money, as 5 USD or $5");
QUANTITY(duration, "duration", FL_Q_DURATION, "a duration, as 250ms, 4s or 2 min");
QUANTITY(tokens, "tokens", FL_Q_TOKENS, "a number of tokens, as 16k or 4096");
QUANTITY(bytes, "bytes", FL_Q_BYTES, "a size, as 24GB or 24GiB");
QUANTITY(share, "share", FL_Q_SHARE, "a share, as 95% or 0.95");
QUANTITY(points, "points", FL_Q_POINTS, "a difference, as 2 points");
QUANTITY(per_month, "calls_per_month", FL_Q_PER_MONTH, "a rate, as 50000/month");
QUANTITY(per_hour, "money_per_hour", FL_Q_PER_HOUR, "a rate, as 40 USD/hour");
QUANTITY(per_mtok, "money_per_mtok", FL_Q_PER_MTOK, "a price, as 3 USD/Mtok");
QUANTITY(per_megasecond, "money_per_time", FL_Q_PER_MEGASECOND, "a price of time, as 0.05 USD/hour");
QUANTITY(per_call, "money_per_call", FL_Q_PER_CALL, "a price of a call, as 0.01 USD/call");
