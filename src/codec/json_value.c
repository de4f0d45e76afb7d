/*
 * json_value.c - reading from parsed nodes: children, members, pointers, strings, equality.
 */
#include "codec/json.h"

#include "base/map.h"
#include "codec/json_number.h"

static bool is_container(const struct fl_json *v)
{
	return v && (v->type == FL_JSON_ARRAY || v->type == FL_JSON_OBJECT);
}

const struct fl_json *fl_json_first(const struct fl_json *v)
{
	return is_container(v) && v->count ? v + 1 : NULL;
}

const struct fl_json *fl_json_next(const struct fl_json *parent, const struct fl_json *child)
{
	const struct fl_json *next = child + child->next;
	return next < parent + parent->next ? next : NULL;
}

/* ---- strings ---- */

static uint32_t hex4(const char *p)
{
	uint32_t v = 0;
	for (int i = 0; i < 4; i++) {
		uint32_t c = (unsigned char)p[i];
		v = v << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

/* Decodes the escape behind the backslash at p[0] (checked by the reader) into out; returns the bytes read. */
static size_t decode_escape(const char *p, char *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	if (p[1] != 'u') {
		out[(*n)++] = to[strchr(from, p[1]) - from];
		return 2;
	}
	uint32_t cp = hex4(p + 2);
	size_t used = 6;
	if (cp >= 0xd800 && cp <= 0xdbff) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (hex4(p + 8) - 0xdc00);
		used = 12;
	}
	*n += fl_utf8_encode(cp, out + *n);
	return used;
}

static struct fl_str decode(struct fl_str s, struct fl_arena *a)
{
	char *out = fl_arena_alloc(a, s.n + 1); /* an escape is never shorter than what it stands for */
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		const char *slash = memchr(s.p + i, '\\', s.n - i);
		size_t plain = slash ? (size_t)(slash - s.p) - i : s.n - i;
		memcpy(out + n, s.p + i, plain);
		n += plain;
		i += plain;
		if (slash)
			i += decode_escape(slash, out, &n);
	}
	return (struct fl_str){out, n};
}

struct fl_str fl_json_string(const struct fl_json *v, struct fl_arena *a)
{
	if (!v || v->type != FL_JSON_STRING)
		return (struct fl_str){"", 0};
	struct fl_str inside = {v->raw.p + 1, v->raw.n - 2};
	return v->escaped ? decode(inside, a) : inside;
}

struct fl_str fl_json_key(const struct fl_json *v, struct fl_arena *a)
{
	if (!v || !v->key.p)
		return (struct fl_str){"", 0};
	return v->key_escaped ? decode(v->key, a) : v->key;
}

/* A decoded key against a raw one, without memory: one character at a time. */
static bool key_is(const struct fl_json *member, struct fl_str key)
{
	struct fl_str raw = member->key;
	if (!member->key_escaped)
		return fl_str_eq(raw, key);
	size_t at = 0;
	for (size_t i = 0; i < raw.n;) {
		char one[4];
		size_t n = 0;
		if (raw.p[i] == '\\')
			i += decode_escape(raw.p + i, one, &n);
		else
			one[n++] = raw.p[i++];
		if (key.n - at < n || memcmp(key.p + at, one, n) != 0)
			return false;
		at += n;
	}
	return at == key.n;
}

/* ---- lookup ---- */

const struct fl_json *fl_json_get(const struct fl_json *v, struct fl_str key)
{
	if (!v || v->type != FL_JSON_OBJECT)
		return NULL;
	for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c)) {
		if (key_is(c, key))
			return c;
	}
	return NULL;
}

const struct fl_json *fl_json_at(const struct fl_json *v, size_t index)
{
	if (!is_container(v) || index >= v->count)
		return NULL;
	const struct fl_json *c = fl_json_first(v);
	while (c && index--)
		c = fl_json_next(v, c);
	return c;
}

const struct fl_json *fl_json_head(const struct fl_json *v, size_t n, struct fl_arena *a)
{
	if (!v || v->type != FL_JSON_ARRAY)
		return NULL;
	if (n >= v->count)
		return v;
	const struct fl_json *last = NULL;
	size_t nodes = 1;
	for (size_t i = 0; i < n; i++) {
		last = last ? fl_json_next(v, last) : fl_json_first(v);
		nodes += last->next;
	}
	struct fl_json *head = FL_NEW_ARRAY(a, struct fl_json, nodes);
	memcpy(head, v, nodes * sizeof(*head));
	head->count = (uint32_t)n;
	head->next = (uint32_t)nodes;
	struct fl_str inside = {v->raw.p, last ? (size_t)(last->raw.p + last->raw.n - v->raw.p) : 1};
	char *raw = fl_arena_alloc(a, inside.n + 1);
	memcpy(raw, inside.p, inside.n);
	raw[inside.n] = ']';
	head->raw = (struct fl_str){raw, inside.n + 1};
	return head;
}

/* One token of a pointer against a decoded key, undoing ~0 and ~1 on the way. False also when the token is malformed. */
static bool token_is(const struct fl_json *member, struct fl_str token)
{
	char plain[256];
	size_t n = 0;
	for (size_t i = 0; i < token.n; i++) {
		char c = token.p[i];
		if (c == '~') {
			if (++i >= token.n || (token.p[i] != '0' && token.p[i] != '1'))
				return false;
			c = token.p[i] == '0' ? '~' : '/';
		}
		if (n == sizeof(plain)) /* names this long are found by fl_json_get alone */
			return false;
		plain[n++] = c;
	}
	return key_is(member, (struct fl_str){plain, n});
}

static const struct fl_json *step(const struct fl_json *v, struct fl_str token)
{
	if (v->type == FL_JSON_ARRAY) {
		uint64_t index;
		if (!fl_str_to_u64(token, &index) || (token.n > 1 && token.p[0] == '0'))
			return NULL;
		return fl_json_at(v, index);
	}
	for (const struct fl_json *c = v->type == FL_JSON_OBJECT ? fl_json_first(v) : NULL; c; c = fl_json_next(v, c)) {
		if (token_is(c, token))
			return c;
	}
	return NULL;
}

const struct fl_json *fl_json_pointer(const struct fl_json *v, struct fl_str pointer)
{
	size_t i = 0;
	while (v && i < pointer.n) {
		if (pointer.p[i] != '/')
			return NULL;
		ptrdiff_t slash = fl_str_find_char(pointer, '/', i + 1);
		size_t to = slash < 0 ? pointer.n : (size_t)slash;
		v = step(v, fl_str_sub(pointer, i + 1, to));
		i = to;
	}
	return v;
}

/* ---- equality ---- */

/* The members that fl_json_get would give: the first of each key. */
static void first_members(struct fl_map *m, const struct fl_json *v, struct fl_arena *scratch)
{
	fl_map_init(m);
	for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c)) {
		struct fl_str key = fl_json_key(c, scratch);
		if (!fl_map_get(m, key))
			fl_map_put(m, key, (void *)c);
	}
}

static bool objects_equal(const struct fl_json *a, const struct fl_json *b, struct fl_arena *scratch)
{
	struct fl_map ma, mb;
	first_members(&ma, a, scratch);
	first_members(&mb, b, scratch);
	bool equal = ma.n == mb.n;
	for (size_t i = 0; equal && i < ma.n; i++) {
		const struct fl_json *other = fl_map_get(&mb, ma.entry[i].key);
		equal = other && fl_json_equal(ma.entry[i].value, other, scratch);
	}
	fl_map_release(&ma);
	fl_map_release(&mb);
	return equal;
}

static bool arrays_equal(const struct fl_json *a, const struct fl_json *b, struct fl_arena *scratch)
{
	if (a->count != b->count)
		return false;
	const struct fl_json *x = fl_json_first(a), *y = fl_json_first(b);
	for (; x && y; x = fl_json_next(a, x), y = fl_json_next(b, y)) {
		if (!fl_json_equal(x, y, scratch))
			return false;
	}
	return true;
}

bool fl_json_equal(const struct fl_json *a, const struct fl_json *b, struct fl_arena *scratch)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case FL_JSON_NUMBER:
		return fl_number_equal(a->raw, b->raw);
	case FL_JSON_STRING:
		return fl_str_eq(fl_json_string(a, scratch), fl_json_string(b, scratch));
	case FL_JSON_ARRAY:
		return arrays_equal(a, b, scratch);
	case FL_JSON_OBJECT:
		return objects_equal(a, b, scratch);
	default:
		return true;
	}
}
