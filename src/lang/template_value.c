/*
 * template_value.c - values as Python has them: truth, equality, order, str() and repr(), elements.
 */
#include "lang/template_tree.h"

#include <math.h>
#include <stdio.h>
#include <utf8proc.h>

#include "codec/json_number.h"

/* ---- making ---- */

struct fl_value fl_value_str(struct fl_str s)
{
	return (struct fl_value){.type = FL_V_STRING, .text = s};
}

struct fl_value fl_value_bool(bool b)
{
	return (struct fl_value){.type = FL_V_BOOL, .truth = b};
}

struct fl_value fl_value_undefined(struct fl_str what)
{
	return (struct fl_value){.type = FL_V_UNDEFINED, .text = what};
}

struct fl_value fl_value_of_json(const struct fl_json *v, struct fl_arena *a)
{
	static const enum fl_value_type type[] = {
	    [FL_JSON_NULL] = FL_V_NONE,     [FL_JSON_FALSE] = FL_V_BOOL,    [FL_JSON_TRUE] = FL_V_BOOL,
	    [FL_JSON_NUMBER] = FL_V_NUMBER, [FL_JSON_STRING] = FL_V_STRING, [FL_JSON_ARRAY] = FL_V_LIST,
	    [FL_JSON_OBJECT] = FL_V_OBJECT};
	struct fl_value out = {.type = type[v->type], .json = v, .truth = v->type == FL_JSON_TRUE, .n = v->count};
	if (v->type == FL_JSON_STRING)
		out.text = fl_json_string(v, a);
	else if (v->type == FL_JSON_NUMBER)
		out.text = v->raw;
	return out;
}

const char *fl_value_kind(const struct fl_value *v)
{
	static const char *const name[] = {"nothing", "undefined", "none",  "true or false", "a number",
	                                   "a text",  "a list",    "a map", "the loop"};
	return name[v->type];
}

/* ---- text ---- */

size_t fl_text_length(struct fl_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

struct fl_str fl_text_head(struct fl_str s, size_t n)
{
	for (size_t i = 0; i < s.n; i++) {
		bool begins = ((unsigned char)s.p[i] & 0xc0) != 0x80;
		if (begins && n-- == 0)
			return fl_str_sub(s, 0, i);
	}
	return s;
}

/* White space by Python's str.isspace. */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

struct fl_str fl_text_strip(struct fl_str s, bool left, bool right)
{
	uint32_t c;
	for (size_t n; left && s.n && (n = fl_utf8_decode(s, &c)) != 0 && is_space(c);)
		s = fl_str_sub(s, n, s.n);
	while (right && s.n) {
		size_t i = s.n - 1;
		while (i && ((unsigned char)s.p[i] & 0xc0) == 0x80)
			i--;
		if (!fl_utf8_decode(fl_str_sub(s, i, s.n), &c) || !is_space(c))
			break;
		s.n = i;
	}
	return s;
}

struct fl_str fl_float_text(double v, struct fl_arena *a)
{
	char text[FL_DOUBLE_TEXT];
	struct fl_str s = fl_double_format(v, text);
	bool whole = fl_str_find_char(s, '.', 0) < 0 && fl_str_find_char(s, 'e', 0) < 0;
	return fl_arena_printf(a, "%.*s%s", FL_FMT(s), whole ? ".0" : "");
}

/* ---- str() and repr() ---- */

static bool is_printable(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
		return c == ' ';
	default:
		return true;
	}
}

static void repr_char(struct fl_buf *out, uint32_t c, char quote, struct fl_str bytes)
{
	static const char *const name[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
	if (c == '\\' || c == (uint32_t)quote)
		fl_buf_printf(out, "\\%c", (char)c);
	else if (c < FL_COUNT(name) && name[c])
		fl_buf_z(out, name[c]);
	else if (is_printable(c))
		fl_buf_str(out, bytes);
	else
		fl_buf_printf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static void repr_text(struct fl_buf *out, struct fl_str s)
{
	char quote = fl_str_find_char(s, '\'', 0) >= 0 && fl_str_find_char(s, '"', 0) < 0 ? '"' : '\'';
	fl_buf_char(out, quote);
	for (size_t i = 0; i < s.n;) {
		uint32_t c;
		size_t n = fl_utf8_decode(fl_str_sub(s, i, s.n), &c);
		repr_char(out, n ? c : 0xfffd, quote, fl_str_sub(s, i, i + FL_MAX(n, 1)));
		i += FL_MAX(n, 1);
	}
	fl_buf_char(out, quote);
}

static void repr_json(struct fl_buf *out, const struct fl_json *v, struct fl_arena *a)
{
	static const char *const word[] = {[FL_JSON_NULL] = "None", [FL_JSON_FALSE] = "False", [FL_JSON_TRUE] = "True"};
	if (v->type <= FL_JSON_TRUE) {
		fl_buf_z(out, word[v->type]);
	} else if (v->type == FL_JSON_NUMBER) {
		fl_buf_str(out, v->raw);
	} else if (v->type == FL_JSON_STRING) {
		repr_text(out, fl_json_string(v, a));
	} else {
		bool object = v->type == FL_JSON_OBJECT;
		fl_buf_char(out, object ? '{' : '[');
		for (const struct fl_json *c = fl_json_first(v); c && !out->full; c = fl_json_next(v, c)) {
			if (c != v + 1)
				fl_buf_z(out, ", ");
			if (object) {
				repr_text(out, fl_json_key(c, a));
				fl_buf_z(out, ": ");
			}
			repr_json(out, c, a);
		}
		fl_buf_char(out, object ? '}' : ']');
	}
}

static void repr_list(struct fl_buf *out, const struct fl_value *v, struct fl_arena *a)
{
	fl_buf_char(out, '[');
	for (size_t i = 0; i < v->n && !out->full; i++) {
		if (i)
			fl_buf_z(out, ", ");
		if (v->item[i].type == FL_V_STRING)
			repr_text(out, v->item[i].text);
		else
			fl_value_print(out, &v->item[i], a);
	}
	fl_buf_char(out, ']');
}

bool fl_value_print(struct fl_buf *out, const struct fl_value *v, struct fl_arena *a)
{
	switch (v->type) {
	case FL_V_NONE:
		return fl_buf_z(out, "None");
	case FL_V_BOOL:
		return fl_buf_z(out, v->truth ? "True" : "False");
	case FL_V_NUMBER:
	case FL_V_STRING:
		return fl_buf_str(out, v->text);
	case FL_V_LIST:
	case FL_V_OBJECT:
		if (v->json)
			repr_json(out, v->json, a);
		else
			repr_list(out, v, a);
		return !out->full;
	default:
		return fl_buf_z(out, "loop");
	}
}

struct fl_str fl_value_text(struct fl_rendering *r, const struct fl_value *v)
{
	if (v->type == FL_V_STRING || v->type == FL_V_NUMBER)
		return v->text;
	struct fl_buf b;
	fl_buf_init(&b, r->most);
	fl_value_print(&b, v, r->scratch);
	struct fl_str s = fl_arena_dup(r->scratch, fl_buf_slice(&b));
	fl_buf_release(&b);
	return s;
}

/* ---- comparing ---- */

bool fl_value_true(const struct fl_value *v)
{
	switch (v->type) {
	case FL_V_BOOL:
		return v->truth;
	case FL_V_NUMBER:
		return !fl_number_equal(v->text, FL_S("0"));
	case FL_V_STRING:
		return v->text.n != 0;
	case FL_V_LIST:
	case FL_V_OBJECT:
		return v->n != 0;
	case FL_V_LOOP:
		return true;
	default:
		return false;
	}
}

/* Numbers, and True as 1 like in Python; false for all else. */
static bool as_number(const struct fl_value *v, struct fl_str *s)
{
	if (v->type == FL_V_BOOL)
		*s = v->truth ? FL_S("1") : FL_S("0");
	else if (v->type == FL_V_NUMBER)
		*s = v->text;
	else
		return false;
	return true;
}

static struct fl_value element(const struct fl_value *list, const struct fl_json **child, size_t i, struct fl_arena *a)
{
	if (!list->json)
		return list->item[i];
	*child = i ? fl_json_next(list->json, *child) : fl_json_first(list->json);
	return fl_value_of_json(*child, a);
}

/* Depth is bounded by that of the values. */
bool fl_value_equal(const struct fl_value *a, const struct fl_value *b, struct fl_arena *scratch)
{
	struct fl_str x, y;
	const struct fl_json *p = NULL, *q = NULL;
	if (as_number(a, &x) && as_number(b, &y))
		return fl_number_equal(x, y);
	if (a->type != b->type)
		return false;
	if (a->type == FL_V_STRING)
		return fl_str_eq(a->text, b->text);
	if (a->type == FL_V_OBJECT)
		return fl_json_equal(a->json, b->json, scratch);
	if (a->type != FL_V_LIST)
		return true;
	bool equal = a->n == b->n;
	for (size_t i = 0; equal && i < a->n; i++) {
		struct fl_value m = element(a, &p, i, scratch), n = element(b, &q, i, scratch);
		equal = fl_value_equal(&m, &n, scratch);
	}
	return equal;
}

static enum fl_code contains(struct fl_rendering *r, size_t at, const struct fl_value *part,
                             const struct fl_value *whole, bool *out)
{
	const struct fl_json *p = NULL;
	*out = false;
	if (whole->type == FL_V_STRING && part->type == FL_V_STRING) {
		*out = fl_str_find(whole->text, part->text, 0) >= 0;
		return FL_OK;
	}
	if (whole->type == FL_V_OBJECT) {
		*out = part->type == FL_V_STRING && fl_json_get(whole->json, part->text);
		return FL_OK;
	}
	if (whole->type != FL_V_LIST)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'in' cannot look for %s in %s", fl_value_kind(part),
		                         fl_value_kind(whole));
	for (size_t i = 0; i < whole->n && !*out; i++) {
		struct fl_value v = element(whole, &p, i, r->scratch);
		*out = fl_value_equal(&v, part, r->scratch);
	}
	return FL_OK;
}

enum fl_code fl_value_compare(struct fl_rendering *r, size_t at, enum fl_compare op, const struct fl_value *a,
                              const struct fl_value *b, bool *out)
{
	struct fl_str x, y;
	if (op == FL_C_EQ || op == FL_C_NE) {
		*out = fl_value_equal(a, b, r->scratch) == (op == FL_C_EQ);
		return FL_OK;
	}
	if (op == FL_C_IN || op == FL_C_NOT_IN) {
		FL_TRY(contains(r, at, a, b, out));
		*out = *out == (op == FL_C_IN);
		return FL_OK;
	}
	int order;
	if (as_number(a, &x) && as_number(b, &y))
		order = fl_number_cmp(x, y);
	else if (a->type == FL_V_STRING && b->type == FL_V_STRING)
		order = fl_str_cmp(a->text, b->text);
	else
		return fl_rendering_fail(r, at, FL_E_INVALID, "%s and %s have no order", fl_value_kind(a),
		                         fl_value_kind(b));
	*out = op == FL_C_LT ? order < 0 : op == FL_C_LE ? order <= 0 : op == FL_C_GT ? order > 0 : order >= 0;
	return FL_OK;
}

/* ---- elements ---- */

static size_t put_characters(struct fl_str s, struct fl_value *item)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		size_t len = FL_MAX(fl_utf8_len(fl_str_sub(s, i, s.n)), 1);
		item[n++] = fl_value_str(fl_str_sub(s, i, i + len));
		i += len;
	}
	return n;
}

enum fl_code fl_value_items(struct fl_rendering *r, size_t at, const struct fl_value *v, const char *who,
                            const struct fl_value **item, size_t *n)
{
	struct fl_value *out;
	bool text = v->type == FL_V_STRING;
	if (!text && v->type != FL_V_LIST && v->type != FL_V_OBJECT)
		return fl_rendering_fail(r, at, FL_E_INVALID, "'%s' needs a list, not %s", who, fl_value_kind(v));
	*item = v->item;
	*n = text ? v->text.n : v->n;
	if (v->item)
		return FL_OK;
	if (*n > FL_TEMPLATE_SCRATCH / sizeof(*out) / 4)
		return fl_rendering_fail(r, at, FL_E_LIMIT, "'%s' would go through %zu elements, which is too many",
		                         who, *n);
	*item = out = FL_NEW_ARRAY(r->scratch, struct fl_value, *n + 1);
	if (text) {
		*n = put_characters(v->text, out);
		return FL_OK;
	}
	for (const struct fl_json *c = v->json ? fl_json_first(v->json) : NULL; c; c = fl_json_next(v->json, c))
		*out++ =
		    v->type == FL_V_OBJECT ? fl_value_str(fl_json_key(c, r->scratch)) : fl_value_of_json(c, r->scratch);
	return FL_OK;
}

static struct fl_value loop_member(const struct fl_loop *l, struct fl_str name, struct fl_arena *a)
{
	const struct {
		const char *name;
		size_t n;
	} count[] = {{"index", l->index + 1},
	             {"index0", l->index},
	             {"length", l->count},
	             {"revindex", l->count - l->index},
	             {"revindex0", l->count - l->index - 1}};
	if (fl_str_is(name, "first"))
		return fl_value_bool(l->index == 0);
	if (fl_str_is(name, "last"))
		return fl_value_bool(l->index + 1 == l->count);
	for (size_t i = 0; i < FL_COUNT(count); i++) {
		if (fl_str_is(name, count[i].name))
			return (struct fl_value){.type = FL_V_NUMBER, .text = fl_arena_printf(a, "%zu", count[i].n)};
	}
	return fl_value_undefined(fl_arena_printf(a, "loop.%.*s", FL_FMT(name)));
}

struct fl_value fl_value_member(const struct fl_value *v, struct fl_str name, struct fl_arena *a)
{
	if (v->type == FL_V_LOOP)
		return loop_member(v->loop, name, a);
	const struct fl_json *c = v->type == FL_V_OBJECT ? fl_json_get(v->json, name) : NULL;
	return c ? fl_value_of_json(c, a) : fl_value_undefined(name);
}

struct fl_value fl_value_index(struct fl_rendering *r, const struct fl_value *v, const struct fl_value *index)
{
	struct fl_json number = {.type = FL_JSON_NUMBER, .raw = index->text};
	int64_t i;
	if (index->type == FL_V_STRING)
		return fl_value_member(v, index->text, r->scratch);
	struct fl_value missing = fl_value_undefined(fl_arena_printf(r->scratch, "[%.*s]", FL_FMT(index->text)));
	bool text = v->type == FL_V_STRING;
	if (index->type != FL_V_NUMBER || !fl_json_i64(&number, &i) || (!text && v->type != FL_V_LIST))
		return missing;
	int64_t n = (int64_t)(text ? fl_text_length(v->text) : v->n);
	i += i < 0 ? n : 0;
	if (i < 0 || i >= n)
		return missing;
	if (!text)
		return v->json ? fl_value_of_json(fl_json_at(v->json, (size_t)i), r->scratch) : v->item[i];
	size_t from = fl_text_head(v->text, (size_t)i).n;
	return fl_value_str(fl_text_head(fl_str_sub(v->text, from, v->text.n), 1));
}
