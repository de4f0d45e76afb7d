/*
 * str.h - operations on slices (struct fl_str) and bounded growing buffers (struct fl_buf).
 *
 * Ownership: slices borrow; a buffer owns its bytes until fl_buf_release. Threads: no shared state. Limits: a buffer
 * states its maximum when it is made and never grows past it. Failure: fl_buf_* return false at that maximum and leave
 * the buffer as it was (sticky flag `full`), so that a caller may check once at the end.
 */
#ifndef FL_STR_H
#define FL_STR_H

#include "base/base.h"

#include <stdarg.h>

/* A slice over a NUL-terminated string; NULL gives the empty slice. */
static inline struct fl_str fl_str_from(const char *z)
{
	return (struct fl_str){z, z ? strlen(z) : 0};
}
bool fl_str_eq(struct fl_str a, struct fl_str b);
/* Equality with a NUL-terminated string. */
bool fl_str_is(struct fl_str a, const char *z);
/* Equality without regard to ASCII case. */
bool fl_str_eq_nocase(struct fl_str a, struct fl_str b);
/* Byte order, shorter first on a tie: <0, 0, >0. */
int fl_str_cmp(struct fl_str a, struct fl_str b);
bool fl_str_starts(struct fl_str s, struct fl_str prefix);
bool fl_str_ends(struct fl_str s, struct fl_str suffix);
/* Bytes from..to (clamped to the slice). */
struct fl_str fl_str_sub(struct fl_str s, size_t from, size_t to);
/* Without leading and trailing ASCII white space. */
struct fl_str fl_str_trim(struct fl_str s);
/* Index of the first occurrence at or after `from`, or -1. */
ptrdiff_t fl_str_find(struct fl_str s, struct fl_str needle, size_t from);
ptrdiff_t fl_str_find_char(struct fl_str s, char c, size_t from);
/* Decimal digits only, no sign; false when empty, not digits or over the type. */
bool fl_str_to_u64(struct fl_str s, uint64_t *out);
/* Length of the valid UTF-8 sequence at s.p (1..4), 0 when it is not valid (RFC 3629: no surrogates, no overlong). */
size_t fl_utf8_len(struct fl_str s);
/* True when the whole slice is valid UTF-8. */
bool fl_utf8_valid(struct fl_str s);
/* Decodes one sequence (see fl_utf8_len for validity); returns its length or 0, code point in *cp. */
size_t fl_utf8_decode(struct fl_str s, uint32_t *cp);
/* Encodes cp (<= 0x10ffff) into out[4]; returns the length. */
size_t fl_utf8_encode(uint32_t cp, char out[4]);

/* Edit distance with adjacent transpositions (Damerau, restricted), case folded; both cut at 64 bytes. */
size_t fl_str_distance(struct fl_str a, struct fl_str b);
/* The candidate nearest to `word` if it is near enough to be a typing error (distance <= max(1, length/3)), else NULL. */
const char *fl_suggest(struct fl_str word, const char *const *candidates, size_t n);

/* A growing byte buffer with a stated maximum. */
struct fl_buf {
	char *p;    /* owned; NUL is kept behind the last byte, not counted in n */
	size_t n;   /* bytes used */
	size_t cap; /* bytes allocated */
	size_t max; /* never more than this */
	bool full;  /* an append was refused since the last reset */
};

void fl_buf_init(struct fl_buf *b, size_t max);
void fl_buf_release(struct fl_buf *b);
/* Empties, keeps the memory. */
void fl_buf_reset(struct fl_buf *b);
bool fl_buf_add(struct fl_buf *b, const void *p, size_t n);
bool fl_buf_str(struct fl_buf *b, struct fl_str s);
bool fl_buf_z(struct fl_buf *b, const char *z);
bool fl_buf_char(struct fl_buf *b, char c);
bool fl_buf_printf(struct fl_buf *b, const char *fmt, ...) FL_PRINTF(2, 3);
bool fl_buf_vprintf(struct fl_buf *b, const char *fmt, va_list ap);
/* Removes the first n bytes (n <= b->n). */
void fl_buf_drop(struct fl_buf *b, size_t n);
static inline struct fl_str fl_buf_slice(const struct fl_buf *b)
{
	return (struct fl_str){b->p ? b->p : "", b->n};
}

#endif
