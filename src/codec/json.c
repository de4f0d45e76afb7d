/*
 * json.c - the reader: RFC 8259 in one pass, without recursion.
 *
 * Nodes are appended in reading order. While a container is open its `next` field holds the index of its parent, so the
 * array of nodes is its own stack; closing a container replaces that by the number of nodes it spans:
 *
 *   [1, {"a": 2}, 3]      0 [   next 5, count 3
 *                         1 1   next 1
 *                         2 {   next 2, count 1
 *                         3 2   next 1, key "a"
 *                         4 3   next 1
 *
 * Strings are passed eight bytes at a time as long as nothing in them needs a look (quote, backslash, control byte,
 * anything outside ASCII): the usual test for "a byte below n" and "a byte equal to c" inside a word, see "Bit Twiddling
 * Hacks" by S. E. Anderson.
 */
#include "codec/json.h"

#include "base/map.h"

#include <stdio.h>

#define NO_PARENT UINT32_MAX
/* Up to this many members keys are compared pairwise; a map is slower there. */
#define PAIRWISE_KEYS 16

struct parser {
	struct fl_arena *arena;
	struct fl_str text;
	const char *end;
	struct fl_json_limits limits;
	struct fl_err *err;
	struct fl_json *node;
	uint32_t count, cap, depth;
	uint32_t open; /* the container being filled */
	size_t duplicates;
};

/* ---- errors ---- */

static void find_place(struct fl_str text, const char *at, int *line, int *column)
{
	*line = 1;
	const char *start = text.p;
	for (const char *p = text.p; p < at; p++) {
		if (*p != '\n')
			continue;
		if (*line < INT32_MAX)
			++*line;
		start = p + 1;
	}
	*column = (int)FL_MIN((size_t)(at - start) + 1, (size_t)INT32_MAX);
}

static void describe(const struct parser *ps, const char *at, char out[32])
{
	if (at >= ps->end)
		snprintf(out, 32, "the end of the text");
	else if (*at > 0x20 && *at < 0x7f)
		snprintf(out, 32, "'%c'", *at);
	else
		snprintf(out, 32, "byte 0x%02x", (unsigned char)*at);
}

static enum fl_code refuse(struct parser *ps, const char *at, enum fl_code code, const char *reason)
{
	int line, column;
	find_place(ps->text, at, &line, &column);
	fl_err_set(ps->err, code, "not valid JSON at byte %zu: %s", (size_t)(at - ps->text.p), reason);
	fl_err_place(ps->err, NULL, line, column);
	return code;
}

static enum fl_code unexpected(struct parser *ps, const char *at, const char *expected)
{
	char found[32], reason[128];
	describe(ps, at, found);
	snprintf(reason, sizeof(reason), "found %s, expected %s", found, expected);
	refuse(ps, at, FL_E_INVALID, reason);
	fl_err_found(ps->err, "%s", found);
	fl_err_expected(ps->err, "%s", expected);
	return FL_E_INVALID;
}

/* ---- scalars ---- */

static inline const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* Skips the bytes of a string that need no look. */
static inline const char *skip_plain(const char *p, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	while (end - p >= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
		uint64_t special = ((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & highs;
		if (special)
			break;
		p += 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* Four hex digits at p (at least 4 bytes there), or -1. */
static int32_t hex4(const char *p)
{
	int32_t v = 0;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit(p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* Checks one escape at the backslash *pp and moves behind it. */
static enum fl_code scan_escape(struct parser *ps, const char **pp)
{
	const char *p = *pp;
	if (ps->end - p < 2)
		return unexpected(ps, ps->end, "the rest of an escape");
	if (p[1] != 'u') {
		if (!p[1] || !strchr("\"\\/bfnrt", p[1]))
			return unexpected(ps, p + 1, "one of \" \\ / b f n r t u behind a backslash");
		*pp = p + 2;
		return FL_OK;
	}
	int32_t hi = ps->end - p >= 6 ? hex4(p + 2) : -1;
	if (hi < 0)
		return refuse(ps, p, FL_E_INVALID, "\\u needs four hex digits");
	*pp = p + 6;
	if (hi < 0xd800 || hi > 0xdfff)
		return FL_OK;
	int32_t lo = ps->end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8) : -1;
	if (hi > 0xdbff || lo < 0xdc00 || lo > 0xdfff)
		return refuse(ps, p, FL_E_INVALID, "a lone surrogate escape, which stands for no character");
	*pp = p + 12;
	return FL_OK;
}

/* From the byte behind the opening quote to the closing quote. */
static enum fl_code scan_string(struct parser *ps, const char **pp, bool *escaped)
{
	const char *p = *pp;
	*escaped = false;
	for (;;) {
		p = skip_plain(p, ps->end);
		if (p >= ps->end)
			return unexpected(ps, p, "the closing quote of a string");
		if (*p == '"')
			break;
		if (*p == '\\') {
			*escaped = true;
			FL_TRY(scan_escape(ps, &p));
			continue;
		}
		if ((unsigned char)*p < 0x20)
			return unexpected(ps, p, "no raw control byte inside a string (write it as an escape)");
		size_t n = fl_utf8_len((struct fl_str){p, (size_t)(ps->end - p)});
		if (!n)
			return unexpected(ps, p, "UTF-8");
		p += n;
	}
	*pp = p;
	return FL_OK;
}

static inline bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static enum fl_code scan_number(struct parser *ps, const char **pp)
{
	const char *p = *pp, *end = ps->end;
	p += *p == '-';
	if (!is_digit(p, end))
		return unexpected(ps, p, "a digit");
	if (*p == '0') {
		if (is_digit(++p, end))
			return refuse(ps, p, FL_E_INVALID, "a number with a leading zero");
	} else {
		while (is_digit(p, end))
			p++;
	}
	if (p < end && *p == '.') {
		if (!is_digit(++p, end))
			return unexpected(ps, p, "a digit behind the decimal point");
		while (is_digit(p, end))
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (!is_digit(p, end))
			return unexpected(ps, p, "a digit of the exponent");
		while (is_digit(p, end))
			p++;
	}
	*pp = p;
	return FL_OK;
}

static enum fl_code scan_word(struct parser *ps, const char **pp, struct fl_str word)
{
	size_t left = (size_t)(ps->end - *pp);
	if (left < word.n || memcmp(*pp, word.p, word.n) != 0)
		return unexpected(ps, *pp, "a value: object, array, string, number, true, false or null");
	*pp += word.n;
	return FL_OK;
}

/* ---- structure ---- */

static enum fl_code add_node(struct parser *ps, const char *at)
{
	if (ps->count >= ps->limits.nodes)
		return refuse(ps, at, FL_E_LIMIT, "more values than the limit allows");
	if (ps->count == ps->cap) {
		uint32_t cap = ps->cap ? FL_MIN(ps->cap * 2, ps->limits.nodes) : 16;
		struct fl_json *node = FL_NEW_ARRAY(ps->arena, struct fl_json, cap);
		if (ps->count)
			memcpy(node, ps->node, ps->count * sizeof(*node));
		ps->node = node;
		ps->cap = cap;
	}
	if (ps->open != NO_PARENT)
		ps->node[ps->open].count++;
	ps->count++;
	return FL_OK;
}

static size_t duplicates_by_map(struct parser *ps, const struct fl_json *object)
{
	struct fl_map seen;
	size_t duplicates = 0;
	fl_map_init(&seen);
	for (const struct fl_json *c = fl_json_first(object); c; c = fl_json_next(object, c))
		duplicates += fl_map_put(&seen, fl_json_key(c, ps->arena), (void *)object) != NULL;
	fl_map_release(&seen);
	return duplicates;
}

static size_t count_duplicates(struct parser *ps, const struct fl_json *object)
{
	struct fl_str key[PAIRWISE_KEYS];
	size_t n = 0, duplicates = 0;
	if (object->count > PAIRWISE_KEYS)
		return duplicates_by_map(ps, object);
	for (const struct fl_json *c = fl_json_first(object); c; c = fl_json_next(object, c)) {
		struct fl_str k = c->key_escaped ? fl_json_key(c, ps->arena) : c->key;
		size_t i = 0;
		while (i < n && (key[i].n != k.n || memcmp(key[i].p, k.p, k.n) != 0))
			i++;
		duplicates += i < n;
		key[n++] = k;
	}
	return duplicates;
}

/* Closes the open container; `p` is behind its bracket. */
static void close_container(struct parser *ps, const char *p)
{
	struct fl_json *v = &ps->node[ps->open];
	uint32_t parent = v->next;
	v->next = ps->count - ps->open;
	v->raw.n = (size_t)(p - v->raw.p);
	if (v->type == FL_JSON_OBJECT && v->count > 1)
		ps->duplicates += count_duplicates(ps, v);
	ps->open = parent;
	ps->depth--;
}

/* Reads `"key" :` for the next node. */
static enum fl_code read_key(struct parser *ps, const char **pp, struct fl_str *key, bool *escaped)
{
	const char *p = *pp;
	if (p >= ps->end || *p != '"')
		return unexpected(ps, p, "a key in double quotes");
	key->p = ++p;
	FL_TRY(scan_string(ps, &p, escaped));
	key->n = (size_t)(p - key->p);
	p = skip_space(p + 1, ps->end);
	if (p >= ps->end || *p != ':')
		return unexpected(ps, p, "':' behind the key");
	*pp = p + 1;
	return FL_OK;
}

static enum fl_code read_scalar(struct parser *ps, const char **pp, struct fl_json *v)
{
	const char *start = *pp;
	bool escaped = false;
	enum fl_code code;
	switch (*start) {
	case '"':
		v->type = FL_JSON_STRING;
		++*pp;
		code = scan_string(ps, pp, &escaped);
		v->escaped = escaped;
		*pp += code == FL_OK;
		break;
	case 't':
		v->type = FL_JSON_TRUE;
		code = scan_word(ps, pp, FL_S("true"));
		break;
	case 'f':
		v->type = FL_JSON_FALSE;
		code = scan_word(ps, pp, FL_S("false"));
		break;
	case 'n':
		v->type = FL_JSON_NULL;
		code = scan_word(ps, pp, FL_S("null"));
		break;
	default:
		if (*start != '-' && (*start < '0' || *start > '9'))
			return unexpected(ps, start, "a value: object, array, string, number, true, false or null");
		v->type = FL_JSON_NUMBER;
		code = scan_number(ps, pp);
	}
	v->next = 1;
	v->raw = (struct fl_str){start, (size_t)(*pp - start)};
	return code;
}

/* Reads a value at *pp: a whole scalar or the opening bracket of a container. */
static enum fl_code read_value(struct parser *ps, const char **pp, struct fl_str key, bool key_escaped)
{
	const char *p = *pp;
	if (p >= ps->end)
		return unexpected(ps, p, "a value");
	FL_TRY(add_node(ps, p));
	uint32_t at = ps->count - 1;
	struct fl_json *v = &ps->node[at];
	v->key = key;
	v->key_escaped = key_escaped;
	if (*p != '{' && *p != '[')
		return read_scalar(ps, pp, v);
	if (ps->depth >= ps->limits.depth)
		return refuse(ps, p, FL_E_LIMIT, "nested deeper than the limit allows");
	ps->depth++;
	v->type = *p == '{' ? FL_JSON_OBJECT : FL_JSON_ARRAY;
	v->raw = (struct fl_str){p, 1};
	v->next = ps->open;
	ps->open = at;
	*pp = p + 1;
	return FL_OK;
}

/* Behind a value: closes what closes here and moves to where the next value or key starts, or to the end of the root. */
static enum fl_code after_value(struct parser *ps, const char **pp)
{
	const char *p = *pp;
	while (ps->open != NO_PARENT) {
		const struct fl_json *v = &ps->node[ps->open];
		bool object = v->type == FL_JSON_OBJECT;
		p = skip_space(p, ps->end);
		if (p < ps->end && *p == (object ? '}' : ']')) {
			close_container(ps, ++p);
			continue;
		}
		if (v->count) { /* else we stand behind the opening bracket */
			if (p >= ps->end || *p != ',')
				return unexpected(ps, p, object ? "',' or '}'" : "',' or ']'");
			p = skip_space(p + 1, ps->end);
		}
		break;
	}
	*pp = p;
	return FL_OK;
}

static enum fl_code refuse_bom(struct parser *ps)
{
	struct fl_str t = ps->text;
	if (fl_str_starts(t, FL_S("\xef\xbb\xbf")))
		return refuse(ps, t.p, FL_E_INVALID, "a byte order mark (BOM) stands before the JSON; remove it");
	if (fl_str_starts(t, FL_S("\xff\xfe")) || fl_str_starts(t, FL_S("\xfe\xff")))
		return refuse(ps, t.p, FL_E_INVALID, "a UTF-16 byte order mark; JSON is UTF-8");
	return FL_OK;
}

enum fl_code fl_json_parse(struct fl_json_doc *doc, struct fl_arena *a, struct fl_str text,
                           struct fl_json_limits limits, struct fl_err *err)
{
	struct parser ps = {.arena = a, .text = text, .limits = limits, .err = err, .open = NO_PARENT};
	if (!text.p)
		ps.text.p = "";
	ps.end = ps.text.p + text.n;
	ps.limits.nodes = FL_MIN(limits.nodes, NO_PARENT / 2);
	memset(doc, 0, sizeof(*doc));
	FL_TRY(refuse_bom(&ps));
	const char *p = skip_space(ps.text.p, ps.end);
	do {
		struct fl_str key = {NULL, 0};
		bool key_escaped = false;
		if (ps.open != NO_PARENT && ps.node[ps.open].type == FL_JSON_OBJECT) {
			FL_TRY(read_key(&ps, &p, &key, &key_escaped));
			p = skip_space(p, ps.end);
		}
		FL_TRY(read_value(&ps, &p, key, key_escaped));
		FL_TRY(after_value(&ps, &p));
	} while (ps.open != NO_PARENT);
	p = skip_space(p, ps.end);
	if (p < ps.end)
		return unexpected(&ps, p, "nothing behind the value");
	*doc = (struct fl_json_doc){ps.node, ps.count, ps.duplicates};
	return FL_OK;
}
