/*
 * Text of servers that is almost JSON. Strict readers refuse it (json.h), but it was paid for.
 */
#include "provider/wire_int.h"

/* The code unit of an escape \uXXXX at s.p, or -1. */
static long escape_at(struct fl_str s)
{
	long unit = 0;
	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		char c = s.p[i];
		int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
		if (d < 0)
			return -1;
		unit = unit * 16 + d;
	}
	return unit;
}

static bool is_high(long unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(long unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* How many bytes at s.p are in order; 0 when they have to be replaced, *bad of them. */
static size_t sound(struct fl_str s, size_t *bad)
{
	*bad = 1;
	if (s.p[0] != '\\')
		return (uint8_t)s.p[0] < 0x80 ? 1 : fl_utf8_len(s);
	long unit = escape_at(s);
	if (unit < 0)
		return FL_MIN((size_t)2, s.n); /* another escape: its second byte is no beginning of one */
	*bad = 6;
	if (is_high(unit))
		return is_low(escape_at(fl_str_sub(s, 6, s.n))) ? 12 : 0;
	return is_low(unit) ? 0 : 6;
}

bool fl_wire_mend(struct fl_decoder *d, struct fl_str text, struct fl_str *out)
{
	char *to = fl_arena_alloc(&d->scratch, 3 * text.n + 1); /* a byte becomes three at most */
	size_t n = 0;
	bool mended = false;
	while (text.n) {
		size_t bad, good = sound(text, &bad);
		if (good)
			memcpy(to + n, text.p, good);
		else
			memcpy(to + n, "\xef\xbf\xbd", 3);
		n += good ? good : 3;
		mended |= !good;
		text = fl_str_sub(text, good ? good : bad, text.n);
	}
	*out = (struct fl_str){to, n};
	return mended;
}
