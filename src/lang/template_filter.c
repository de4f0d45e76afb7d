/*
 * template_filter.c - the filters, one row each. Meanings are those of jinja2.filters.
 */
#include "lang/template_tree.h"

#include <math.h>
#include <stdio.h>
#include <utf8proc.h>

#include "codec/json_number.h"

#define MOST_DIGITS 300   /* of `round` */
#define TRUNCATE_LEEWAY 5 /* characters that truncate lets pass over its length, as Jinja does */
#define TRUNCATE_LENGTH 255

#define ARGS                                                                                                           \
	struct fl_rendering *r, size_t at, const struct fl_value *in, const struct fl_value *arg, struct fl_value *out

/* ---- arguments ---- */

static enum fl_code int_arg(struct fl_rendering *r, size_t at, const struct fl_value *arg, int64_t otherwise,
                            int64_t *out)
{
	struct fl_json number = {.type = FL_JSON_NUMBER, .raw = arg->text};
	*out = otherwise;
	if (arg->type == FL_V_ABSENT || (arg->type == FL_V_NUMBER && fl_json_i64(&number, out)))
		return FL_OK;
	return fl_rendering_fail(r, at, FL_E_INVALID, "the filter needs a whole number, not %s", fl_value_kind(arg));
}

static bool true_arg(const struct fl_value *arg)
{
	return arg->type != FL_V_ABSENT && fl_value_true(arg);
}

/* Moves what was made in a buffer to the scratch memory. */
static enum fl_code finish(struct fl_rendering *r, size_t at, struct fl_buf *b, struct fl_value *out)
{
	bool full = b->full;
	*out = fl_value_str(full ? FL_S("") : fl_arena_dup(r->scratch, fl_buf_slice(b)));
	fl_buf_release(b);
	return full ? fl_rendering_fail(r, at, FL_E_LIMIT, "the filter makes more than %zu bytes", r->most) : FL_OK;
}

/* ---- texts ---- */

static enum fl_code run_trim(ARGS)
{
	(void)at;
	(void)arg;
	*out = fl_value_str(fl_text_strip(fl_value_text(r, in), true, true));
	return FL_OK;
}

static enum fl_code map_case(struct fl_rendering *r, size_t at, const struct fl_value *in, struct fl_value *out,
                             utf8proc_int32_t (*map)(utf8proc_int32_t))
{
	struct fl_str s = fl_value_text(r, in);
	struct fl_buf b;
	fl_buf_init(&b, r->most);
	for (size_t i = 0; i < s.n;) {
		uint32_t c;
		char bytes[4];
		size_t n = fl_utf8_decode(fl_str_sub(s, i, s.n), &c);
		if (n)
			fl_buf_add(&b, bytes, fl_utf8_encode((uint32_t)map((utf8proc_int32_t)c), bytes));
		else
			fl_buf_char(&b, s.p[i]);
		i += FL_MAX(n, 1);
	}
	return finish(r, at, &b, out);
}

static enum fl_code run_lower(ARGS)
{
	(void)arg;
	return map_case(r, at, in, out, utf8proc_tolower);
}

static enum fl_code run_upper(ARGS)
{
	(void)arg;
	return map_case(r, at, in, out, utf8proc_toupper);
}

/* The next place of `old` at or after `from`; the empty text is found between all characters, as in Python. */
static ptrdiff_t next_place(struct fl_str s, struct fl_str old, size_t from, bool first)
{
	if (old.n || first)
		return fl_str_find(s, old, from);
	if (from >= s.n)
		return -1;
	return (ptrdiff_t)(from + FL_MAX(fl_utf8_len(fl_str_sub(s, from, s.n)), 1));
}

static enum fl_code run_replace(ARGS)
{
	struct fl_str s = fl_value_text(r, in), old = fl_value_text(r, &arg[0]), new = fl_value_text(r, &arg[1]);
	int64_t count;
	struct fl_buf b;
	size_t from = 0;
	bool first = true;
	FL_TRY(int_arg(r, at, &arg[2], -1, &count));
	fl_buf_init(&b, r->most);
	for (; count != 0 && !b.full; count--) {
		ptrdiff_t place = next_place(s, old, from, first);
		if (place < 0)
			break;
		fl_buf_str(&b, fl_str_sub(s, from, (size_t)place));
		fl_buf_str(&b, new);
		from = (size_t)place + old.n;
		first = false;
	}
	fl_buf_str(&b, fl_str_sub(s, from, s.n));
	return finish(r, at, &b, out);
}

/* truncate(length=255, killwords=false, end="...", leeway=5) */
static enum fl_code run_truncate(ARGS)
{
	struct fl_str s = in->text;
	struct fl_str end = arg[2].type == FL_V_ABSENT ? FL_S("...") : fl_value_text(r, &arg[2]);
	int64_t length, leeway;
	if (in->type != FL_V_STRING)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'truncate' needs a text, not %s", fl_value_kind(in));
	FL_TRY(int_arg(r, at, &arg[0], TRUNCATE_LENGTH, &length));
	FL_TRY(int_arg(r, at, &arg[3], TRUNCATE_LEEWAY, &leeway));
	if (length < (int64_t)fl_text_length(end) || leeway < 0)
		return fl_rendering_fail(r, at, FL_E_INVALID,
		                         "'truncate' needs a length of at least %zu, that of its end",
		                         fl_text_length(end));
	*out = fl_value_str(s);
	int64_t most;
	if (!fl_add_i64(length, leeway, &most) || (int64_t)fl_text_length(s) <= most)
		return FL_OK;
	struct fl_str head = fl_text_head(s, (size_t)length - fl_text_length(end));
	size_t space = head.n;
	while (space && head.p[space - 1] != ' ')
		space--;
	if (space && !true_arg(&arg[1]))
		head.n = space - 1;
	char *text = fl_arena_alloc(r->scratch, head.n + end.n + 1);
	memcpy(text, head.p, head.n);
	memcpy(text + head.n, end.p, end.n);
	*out = fl_value_str((struct fl_str){text, head.n + end.n});
	return FL_OK;
}

/* ---- lists ---- */

static enum fl_code run_join(ARGS)
{
	struct fl_str between = arg[0].type == FL_V_ABSENT ? FL_S("") : fl_value_text(r, &arg[0]);
	const struct fl_value *item;
	size_t n;
	struct fl_buf b;
	FL_TRY(fl_value_items(r, at, in, "join", &item, &n));
	fl_buf_init(&b, r->most);
	for (size_t i = 0; i < n && !b.full; i++) {
		if (i)
			fl_buf_str(&b, between);
		fl_value_print(&b, &item[i], r->scratch);
	}
	return finish(r, at, &b, out);
}

static enum fl_code run_length(ARGS)
{
	(void)arg;
	if (in->type != FL_V_STRING && in->type != FL_V_LIST && in->type != FL_V_OBJECT)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'length' needs a text, a list or a map, not %s",
		                         fl_value_kind(in));
	size_t n = in->type == FL_V_STRING ? fl_text_length(in->text) : in->n;
	*out = (struct fl_value){.type = FL_V_NUMBER, .text = fl_arena_printf(r->scratch, "%zu", n)};
	return FL_OK;
}

static enum fl_code pick(struct fl_rendering *r, size_t at, const struct fl_value *in, struct fl_value *out, bool last)
{
	const struct fl_value *item;
	size_t n;
	FL_TRY(fl_value_items(r, at, in, last ? "last" : "first", &item, &n));
	*out = n ? item[last ? n - 1 : 0]
	         : fl_value_undefined(last ? FL_S("the last of nothing") : FL_S("the first of nothing"));
	return FL_OK;
}

static enum fl_code run_first(ARGS)
{
	(void)arg;
	return pick(r, at, in, out, false);
}

static enum fl_code run_last(ARGS)
{
	(void)arg;
	return pick(r, at, in, out, true);
}

/* ---- numbers ---- */

/* Nearest with `digits` decimals: the C library rounds the exact binary value, ties to even, as Python does. */
static double round_common(double v, int64_t digits)
{
	char text[MOST_DIGITS + 340];
	double out = v;
	if (digits >= 0) {
		int n = snprintf(text, sizeof(text), "%.*f", (int)digits, v);
		for (int i = 0; i < n; i++)
			text[i] = (text[i] >= '0' && text[i] <= '9') || text[i] == '-' ? text[i]
			                                                               : '.'; /* the locale's point */
		fl_double_parse((struct fl_str){text, (size_t)n}, &out);
		return out;
	}
	double scale = pow(10, (double)-digits);
	return isfinite(scale) ? nearbyint(v / scale) * scale : 0.0 * v;
}

/* round(precision=0, method="common"|"ceil"|"floor") */
static enum fl_code run_round(ARGS)
{
	int64_t digits;
	double v;
	struct fl_str method = arg[1].type == FL_V_STRING ? arg[1].text : FL_S("common");
	FL_TRY(int_arg(r, at, &arg[0], 0, &digits));
	if (in->type != FL_V_NUMBER || !fl_double_parse(in->text, &v) || !isfinite(v))
		return fl_rendering_fail(r, at, FL_E_INVALID, "'round' needs a number, not %s", fl_value_kind(in));
	if (digits < -MOST_DIGITS || digits > MOST_DIGITS)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'round' takes up to %d digits", MOST_DIGITS);
	bool common = fl_str_is(method, "common");
	if (!common && !fl_str_is(method, "ceil") && !fl_str_is(method, "floor"))
		return fl_rendering_fail(r, at, FL_E_INVALID, "'round' knows the methods common, ceil and floor");
	*out = *in;
	if (common && fl_number_is_integer(in->text) && digits >= 0)
		return FL_OK;
	double scale = pow(10, (double)digits);
	v = common                      ? round_common(v, digits)
	    : fl_str_is(method, "ceil") ? ceil(v * scale) / scale
	                                : floor(v * scale) / scale;
	if (!isfinite(v))
		return fl_rendering_fail(r, at, FL_E_INVALID, "'round' leaves the range of numbers");
	struct fl_str text = fl_float_text(v, r->scratch);
	if (common && fl_number_is_integer(in->text)) /* stays a whole number */
		text = fl_str_sub(text, 0, text.n - (fl_str_ends(text, FL_S(".0")) ? 2 : 0));
	*out = (struct fl_value){.type = FL_V_NUMBER, .text = text};
	return FL_OK;
}

/* ---- any ---- */

static enum fl_code run_default(ARGS)
{
	(void)r;
	(void)at;
	bool replace = in->type == FL_V_UNDEFINED || (true_arg(&arg[1]) && !fl_value_true(in));
	*out = !replace ? *in : arg[0].type == FL_V_ABSENT ? fl_value_str(FL_S("")) : arg[0];
	return FL_OK;
}

static void put_json(struct fl_json_writer *w, const struct fl_value *v)
{
	if (v->json) {
		fl_json_put_raw(w, v->json->raw);
		return;
	}
	switch (v->type) {
	case FL_V_BOOL:
		fl_json_put_bool(w, v->truth);
		return;
	case FL_V_NUMBER:
		fl_json_put_raw(w, v->text);
		return;
	case FL_V_STRING:
		fl_json_put_str(w, v->text);
		return;
	case FL_V_LIST:
		fl_json_open(w, '[');
		for (size_t i = 0; i < v->n; i++)
			put_json(w, &v->item[i]);
		fl_json_close(w);
		return;
	default:
		fl_json_put_null(w);
	}
}

static enum fl_code run_json(ARGS)
{
	struct fl_json_writer w;
	struct fl_buf b;
	(void)arg;
	if (in->type == FL_V_LOOP)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'json' cannot write %s", fl_value_kind(in));
	fl_buf_init(&b, r->most);
	fl_json_begin(&w, &b, 0);
	put_json(&w, in);
	return finish(r, at, &b, out);
}

static const struct fl_filter filters[] = {
    {"json", run_json, {0}, 0, false},
    {"tojson", run_json, {0}, 0, false},
    {"trim", run_trim, {0}, 0, false},
    {"lower", run_lower, {0}, 0, false},
    {"upper", run_upper, {0}, 0, false},
    {"join", run_join, {"d"}, 0, false},
    {"length", run_length, {0}, 0, false},
    {"count", run_length, {0}, 0, false},
    {"default", run_default, {"default_value", "boolean"}, 0, true},
    {"d", run_default, {"default_value", "boolean"}, 0, true},
    {"replace", run_replace, {"old", "new", "count"}, 2, false},
    {"truncate", run_truncate, {"length", "killwords", "end", "leeway"}, 0, false},
    {"round", run_round, {"precision", "method"}, 0, false},
    {"first", run_first, {0}, 0, false},
    {"last", run_last, {0}, 0, false},
};

const struct fl_filter *fl_filter_find(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(filters); i++) {
		if (fl_str_is(name, filters[i].name))
			return &filters[i];
	}
	return NULL;
}

const char *fl_filter_suggest(struct fl_str name)
{
	const char *names[FL_COUNT(filters)];
	for (size_t i = 0; i < FL_COUNT(filters); i++)
		names[i] = filters[i].name;
	return fl_suggest(name, names, FL_COUNT(filters));
}
