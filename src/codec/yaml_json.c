/*
 * yaml_json.c - between YAML trees and JSON: scalars typed by the core schema (YAML 1.2.2, section 10.3.2), and JSON
 * text read into a tree.
 */
#include "codec/yaml.h"

#include "codec/yaml_tree.h"

/* ---- types ---- */

static size_t digits(struct fl_str s, size_t from)
{
	size_t i = from;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - from;
}

/* A number as the core schema has it, cut into parts so that JSON can be made of it. */
struct number {
	bool negative, fractional;
	struct fl_str whole, fraction, exponent; /* exponent with its e and sign */
};

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool cut_number(struct fl_str s, struct number *n)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	*n = (struct number){.negative = s.n && s.p[0] == '-'};
	n->whole = fl_str_sub(s, i, i + digits(s, i));
	i += n->whole.n;
	if (i < s.n && s.p[i] == '.') {
		n->fractional = true;
		n->fraction = fl_str_sub(s, i + 1, i + 1 + digits(s, i + 1));
		i += 1 + n->fraction.n;
	}
	if (!n->whole.n && !n->fraction.n)
		return false;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t sign = i + 1 < s.n && (s.p[i + 1] == '-' || s.p[i + 1] == '+');
		size_t count = digits(s, i + 1 + sign);
		if (!count)
			return false;
		n->exponent = fl_str_sub(s, i, i + 1 + sign + count);
		i += n->exponent.n;
	}
	return i == s.n;
}

/* 0x1f and 0o17; *fits is false when it passes 64 bits. */
static bool cut_based(struct fl_str s, uint64_t *out, bool *fits)
{
	if (s.n < 3 || s.p[0] != '0' || (s.p[1] != 'x' && s.p[1] != 'o'))
		return false;
	uint64_t base = s.p[1] == 'x' ? 16 : 8;
	*out = 0;
	*fits = true;
	for (size_t i = 2; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint64_t d = c >= '0' && c <= '9'                     ? c - '0'
		             : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
		                                                      : 16;
		if (d >= base)
			return false;
		if (__builtin_mul_overflow(*out, base, out) || __builtin_add_overflow(*out, d, out))
			*fits = false;
	}
	return true;
}

static bool is_one_of(struct fl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fl_str_is(s, words[i]))
			return true;
	}
	return false;
}

static bool is_infinite_or_nan(struct fl_str s)
{
	static const char *const words[] = {".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
	                                    "-.inf", "-.Inf", "-.INF", ".nan",  ".NaN",  ".NAN"};
	return is_one_of(s, words, FL_COUNT(words));
}

enum fl_yaml_type fl_yaml_type(const struct fl_yaml *v)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
	struct number n;
	uint64_t u;
	bool fits;
	if (v->kind != FL_YAML_SCALAR || !v->plain)
		return FL_YAML_STRING;
	if (is_one_of(v->text, nulls, FL_COUNT(nulls)))
		return FL_YAML_NULL;
	if (is_one_of(v->text, bools, FL_COUNT(bools)))
		return FL_YAML_BOOL;
	if (cut_based(v->text, &u, &fits))
		return FL_YAML_INT;
	if (cut_number(v->text, &n))
		return n.fractional || n.exponent.n ? FL_YAML_FLOAT : FL_YAML_INT;
	return is_infinite_or_nan(v->text) ? FL_YAML_FLOAT : FL_YAML_STRING;
}

bool fl_yaml_is_null(const struct fl_yaml *v)
{
	return v->kind == FL_YAML_SCALAR && fl_yaml_type(v) == FL_YAML_NULL;
}

/* ---- tree to JSON ---- */

static enum fl_code put_number(const struct fl_yaml *v, struct fl_json_writer *w, struct fl_err *err)
{
	struct number n;
	uint64_t u;
	bool fits;
	if (cut_based(v->text, &u, &fits)) {
		if (!fits)
			return fl_yaml_err(v, err, FL_E_LIMIT, "a number over 64 bits");
		fl_json_put_u64(w, u);
		return FL_OK;
	}
	if (!cut_number(v->text, &n))
		return fl_yaml_err(v, err, FL_E_INVALID, "JSON has no '%.*s'", FL_FMT(v->text));
	while (n.whole.n > 1 && n.whole.p[0] == '0')
		n.whole = fl_str_sub(n.whole, 1, n.whole.n);
	fl_json_put_raw(w, n.negative ? FL_S("-") : FL_S("")); /* the rest of the number follows it directly */
	fl_buf_str(w->out, n.whole.n ? n.whole : FL_S("0"));
	if (n.fraction.n) {
		fl_buf_char(w->out, '.');
		fl_buf_str(w->out, n.fraction);
	}
	fl_buf_str(w->out, n.exponent);
	return FL_OK;
}

static enum fl_code put_scalar(const struct fl_yaml *v, struct fl_json_writer *w, struct fl_err *err)
{
	switch (fl_yaml_type(v)) {
	case FL_YAML_NULL:
		fl_json_put_null(w);
		return FL_OK;
	case FL_YAML_BOOL:
		fl_json_put_bool(w, (v->text.p[0] | 0x20) == 't');
		return FL_OK;
	case FL_YAML_INT:
	case FL_YAML_FLOAT:
		return put_number(v, w, err);
	default:
		fl_json_put_str(w, v->text);
		return FL_OK;
	}
}

/* Recursion is bounded by FL_YAML_DEPTH. */
enum fl_code fl_yaml_to_json(const struct fl_yaml *v, struct fl_json_writer *w, struct fl_err *err)
{
	if (v->kind == FL_YAML_SCALAR)
		return put_scalar(v, w, err);
	fl_json_open(w, v->kind == FL_YAML_MAP ? '{' : '[');
	for (const struct fl_yaml *c = v->first; c; c = c->next) {
		if (v->kind == FL_YAML_MAP)
			fl_json_name_str(w, c->key);
		FL_TRY(fl_yaml_to_json(c, w, err));
	}
	fl_json_close(w);
	return FL_OK;
}

/* ---- JSON to tree ---- */

/* Lines and columns of places that only move forward. */
struct walk {
	const char *at;
	int line, column;
};

static void walk_to(struct walk *k, const char *to)
{
	for (; k->at < to; k->at++) {
		if (*k->at == '\n') {
			k->line++;
			k->column = 1;
		} else if (((unsigned char)*k->at & 0xc0) != 0x80) {
			k->column++;
		}
	}
}

/* Recursion is bounded by the depth limit given to the JSON reader. */
static enum fl_code hang(struct fl_yaml_tree *t, const struct fl_json *v, struct walk *k)
{
	static const enum fl_yaml_kind kind[] = {[FL_JSON_ARRAY] = FL_YAML_LIST, [FL_JSON_OBJECT] = FL_YAML_MAP};
	struct fl_yaml *node;
	walk_to(k, v->raw.p);
	FL_TRY(
	    fl_yaml_tree_add(t, v->type < FL_JSON_ARRAY ? FL_YAML_SCALAR : kind[v->type], k->line, k->column, &node));
	if (v->type < FL_JSON_ARRAY) {
		node->plain = v->type != FL_JSON_STRING;
		node->text = fl_arena_dup(t->arena, node->plain ? v->raw : fl_json_string(v, t->arena));
		return FL_OK;
	}
	FL_TRY(fl_yaml_tree_open(t, node));
	for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c)) {
		if (v->type == FL_JSON_OBJECT) {
			walk_to(k, c->key.p - 1);
			FL_TRY(fl_yaml_tree_key(t, fl_json_key(c, t->arena), k->line, k->column));
		}
		FL_TRY(hang(t, c, k));
	}
	fl_yaml_tree_close(t);
	return FL_OK;
}

bool fl_yaml_from_json(struct fl_yaml_tree *t, struct fl_str text, enum fl_code *code)
{
	struct fl_json_doc doc;
	struct fl_json_limits limits = {.depth = FL_YAML_DEPTH + 1, .nodes = FL_YAML_NODES + 1};
	if (fl_json_parse(&doc, t->arena, text, limits, NULL) != FL_OK)
		return false;
	struct walk k = {text.p, 1, 1};
	*code = hang(t, fl_json_root(&doc), &k);
	return true;
}
