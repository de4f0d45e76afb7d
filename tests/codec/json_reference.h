/*
 * json_reference.h - RFC 8259 as plainly as it can be written: recursive, one byte at a time. The oracle of fuzz_json.
 *
 * Ownership: none. Threads: pure. Limits: nesting of 128. Failure: false.
 */
#ifndef FL_TEST_JSON_REFERENCE_H
#define FL_TEST_JSON_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reference {
	const unsigned char *p, *end;
	size_t values;
	bool too_deep;
};

static inline bool reference_value(struct reference *r, int depth);

static inline void reference_space(struct reference *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

static inline bool reference_take(struct reference *r, unsigned char c)
{
	if (r->p >= r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static inline int reference_hex(struct reference *r)
{
	int v = 0;
	for (int i = 0; i < 4; i++, r->p++) {
		if (r->p >= r->end)
			return -1;
		unsigned char c = *r->p;
		if (c >= '0' && c <= '9')
			v = v * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + c - 'A' + 10;
		else
			return -1;
	}
	return v;
}

static inline bool reference_escape(struct reference *r)
{
	if (r->p >= r->end)
		return false;
	unsigned char c = *r->p++;
	if (c != 'u')
		return c && strchr("\"\\/bfnrt", c);
	int v = reference_hex(r);
	if (v < 0 || (v >= 0xdc00 && v <= 0xdfff))
		return false;
	if (v < 0xd800 || v > 0xdbff)
		return true;
	if (!reference_take(r, '\\') || !reference_take(r, 'u'))
		return false;
	v = reference_hex(r);
	return v >= 0xdc00 && v <= 0xdfff;
}

static inline bool reference_utf8(struct reference *r)
{
	unsigned char c = *r->p++;
	int more = c < 0x80                 ? 0
	           : c >= 0xc2 && c <= 0xdf ? 1
	           : c >= 0xe0 && c <= 0xef ? 2
	           : c >= 0xf0 && c <= 0xf4 ? 3
	                                    : -1;
	if (more < 0 || r->end - r->p < more)
		return false;
	uint32_t v = more == 0 ? c : c & (0x3f >> more);
	for (int i = 0; i < more; i++) {
		if ((*r->p & 0xc0) != 0x80)
			return false;
		v = v << 6 | (*r->p++ & 0x3f);
	}
	return more == 0 || more == 1 ||
	       (more == 2 ? v >= 0x800 && (v < 0xd800 || v > 0xdfff) : v >= 0x10000 && v <= 0x10ffff);
}

static inline bool reference_string(struct reference *r)
{
	if (!reference_take(r, '"'))
		return false;
	while (r->p < r->end) {
		if (*r->p == '"') {
			r->p++;
			return true;
		}
		if (*r->p < 0x20)
			return false;
		if (*r->p == '\\') {
			r->p++;
			if (!reference_escape(r))
				return false;
		} else if (!reference_utf8(r)) {
			return false;
		}
	}
	return false;
}

static inline bool reference_digits(struct reference *r)
{
	const unsigned char *from = r->p;
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

static inline bool reference_number(struct reference *r)
{
	reference_take(r, '-');
	if (!reference_take(r, '0') && !reference_digits(r))
		return false;
	if (reference_take(r, '.') && !reference_digits(r))
		return false;
	if (!reference_take(r, 'e') && !reference_take(r, 'E'))
		return true;
	if (!reference_take(r, '+'))
		reference_take(r, '-');
	return reference_digits(r);
}

static inline bool reference_members(struct reference *r, int depth, bool object)
{
	unsigned char closing = object ? '}' : ']';
	r->p++;
	reference_space(r);
	if (reference_take(r, closing))
		return true;
	do {
		reference_space(r);
		if (object) {
			if (!reference_string(r))
				return false;
			reference_space(r);
			if (!reference_take(r, ':'))
				return false;
		}
		if (!reference_value(r, depth + 1))
			return false;
		reference_space(r);
	} while (reference_take(r, ','));
	return reference_take(r, closing);
}

static inline bool reference_value(struct reference *r, int depth)
{
	static const char *const words[] = {"true", "false", "null"};
	reference_space(r);
	r->values++;
	if (r->p >= r->end)
		return false;
	if (*r->p == '{' || *r->p == '[') {
		r->too_deep = r->too_deep || depth >= 128;
		return !r->too_deep && reference_members(r, depth, *r->p == '{');
	}
	if (*r->p == '"')
		return reference_string(r);
	for (int i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if ((size_t)(r->end - r->p) >= n && memcmp(r->p, words[i], n) == 0) {
			r->p += n;
			return true;
		}
	}
	return reference_number(r);
}

static inline bool reference_accepts(const void *text, size_t n, struct reference *r)
{
	*r = (struct reference){.p = text, .end = (const unsigned char *)text + n};
	if (!reference_value(r, 0))
		return false;
	reference_space(r);
	return r->p == r->end;
}

#endif
