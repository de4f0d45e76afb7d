#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

bool fl_str_eq(struct fl_str a, struct fl_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
bool fl_str_is(struct fl_str a, const char *z)
{
	return fl_str_eq(a, fl_str_from(z));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool fl_str_eq_nocase(struct fl_str a, struct fl_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int fl_str_cmp(struct fl_str a, struct fl_str b)
{
	size_t n = FL_MIN(a.n, b.n);
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool fl_str_starts(struct fl_str s, struct fl_str prefix)
{
	return s.n >= prefix.n && fl_str_eq((struct fl_str){s.p, prefix.n}, prefix);
}

bool fl_str_ends(struct fl_str s, struct fl_str suffix)
{
	return s.n >= suffix.n && fl_str_eq((struct fl_str){s.p + (s.n - suffix.n), suffix.n}, suffix);
}

struct fl_str fl_str_sub(struct fl_str s, size_t from, size_t to)
{
	to = FL_MIN(to, s.n);
	from = FL_MIN(from, to);
	return (struct fl_str){s.p ? s.p + from : "", to - from};
}

struct fl_str fl_str_trim(struct fl_str s)
{
	size_t from = 0, to = s.n;
	while (from < to && is_space(s.p[from]))
		from++;
	while (to > from && is_space(s.p[to - 1]))
		to--;
	return fl_str_sub(s, from, to);
}

ptrdiff_t fl_str_find(struct fl_str s, struct fl_str needle, size_t from)
{
	if (needle.n == 0)
		return from <= s.n ? (ptrdiff_t)from : -1;
	for (size_t i = from; i + needle.n <= s.n; i++) {
		const char *hit = memchr(s.p + i, needle.p[0], s.n - needle.n - i + 1);
		if (!hit)
			return -1;
		i = (size_t)(hit - s.p);
		if (memcmp(hit, needle.p, needle.n) == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

ptrdiff_t fl_str_find_char(struct fl_str s, char c, size_t from)
{
	if (from >= s.n)
		return -1;
	const char *hit = memchr(s.p + from, c, s.n - from);
	return hit ? hit - s.p : -1;
}

bool fl_str_to_u64(struct fl_str s, uint64_t *out)
{
	uint64_t v = 0;
	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

size_t fl_utf8_decode(struct fl_str s, uint32_t *cp)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	if (s.n == 0)
		return 0;
	uint8_t first = (uint8_t)s.p[0];
	size_t n = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	if (n == 0 || n > s.n)
		return 0;
	uint32_t v = n == 1 ? first : first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		uint8_t c = (uint8_t)s.p[i];
		if ((c & 0xc0) != 0x80)
			return 0;
		v = (v << 6) | (c & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 0;
	*cp = v;
	return n;
}

size_t fl_utf8_len(struct fl_str s)
{
	uint32_t cp;
	return fl_utf8_decode(s, &cp);
}

bool fl_utf8_valid(struct fl_str s)
{
	for (size_t i = 0; i < s.n;) {
		if ((uint8_t)s.p[i] < 0x80) {
			i++;
			continue;
		}
		size_t n = fl_utf8_len(fl_str_sub(s, i, s.n));
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t fl_utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)((0xf00u >> n) | cp);
	return n;
}

size_t fl_str_distance(struct fl_str a, struct fl_str b)
{
	enum { MOST = 64 };
	size_t row[3][MOST + 1];
	size_t an = FL_MIN(a.n, MOST), bn = FL_MIN(b.n, MOST);
	for (size_t j = 0; j <= bn; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= an; i++) {
		size_t *cur = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
		cur[0] = i;
		for (size_t j = 1; j <= bn; j++) {
			char ca = lower(a.p[i - 1]), cb = lower(b.p[j - 1]);
			size_t best = up[j - 1] + (ca != cb);
			best = FL_MIN(best, up[j] + 1);
			best = FL_MIN(best, cur[j - 1] + 1);
			if (i > 1 && j > 1 && ca == lower(b.p[j - 2]) && cb == lower(a.p[i - 2]))
				best = FL_MIN(best, up2[j - 2] + 1);
			cur[j] = best;
		}
	}
	return row[an % 3][bn];
}

const char *fl_suggest(struct fl_str word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t least = FL_MAX((size_t)1, word.n / 3);
	for (size_t i = 0; i < n; i++) {
		size_t d = fl_str_distance(word, fl_str_from(candidates[i]));
		if (d <= least && (!best || d < least)) {
			best = candidates[i];
			least = d;
		}
	}
	return best;
}

void fl_buf_init(struct fl_buf *b, size_t max)
{
	*b = (struct fl_buf){.max = max};
}

void fl_buf_release(struct fl_buf *b)
{
	free(b->p);
	*b = (struct fl_buf){.max = b->max};
}

void fl_buf_reset(struct fl_buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL behind them. */
static bool reserve(struct fl_buf *b, size_t n)
{
	size_t need;
	if (!fl_add_size(b->n, n, &need) || need > b->max) {
		b->full = true;
		return false;
	}
	if (need + 1 > b->cap) {
		size_t cap = FL_MAX(need + 1, FL_MIN(b->cap * 2, b->max + 1));
		cap = FL_MAX(cap, (size_t)64);
		b->p = fl_realloc(b->p, cap);
		b->cap = cap;
	}
	return true;
}

bool fl_buf_add(struct fl_buf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return false;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return true;
}

bool fl_buf_str(struct fl_buf *b, struct fl_str s)
{
	return fl_buf_add(b, s.p, s.n);
}
bool fl_buf_z(struct fl_buf *b, const char *z)
{
	return fl_buf_add(b, z, strlen(z));
}
bool fl_buf_char(struct fl_buf *b, char c)
{
	return fl_buf_add(b, &c, 1);
}

bool fl_buf_vprintf(struct fl_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	FL_ASSERT(n >= 0);
	if (!reserve(b, (size_t)n))
		return false;
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
	return true;
}

bool fl_buf_printf(struct fl_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	bool ok = fl_buf_vprintf(b, fmt, ap);
	va_end(ap);
	return ok;
}

void fl_buf_drop(struct fl_buf *b, size_t n)
{
	FL_ASSERT(n <= b->n);
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
	b->p[b->n] = '\0';
}
