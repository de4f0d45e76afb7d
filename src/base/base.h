/*
 * base.h - the words that every other file uses: slices, limits, checked arithmetic, and the broken-invariant abort.
 *
 * Ownership: nothing here owns memory. Threads: everything is pure. Limits: none. Failure: FL_BUG() aborts, in
 * release builds too, because a broken invariant must not go on to spend money.
 */
#ifndef FL_BASE_H
#define FL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FL_MUST_USE __attribute__((warn_unused_result))
#define FL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define FL_NORETURN __attribute__((noreturn))
#define FL_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A borrowed run of bytes; not NUL-terminated. The owner is whoever made it. */
struct fl_str {
	const char *p; /* may be NULL only when n is 0 */
	size_t n;
};

/* A slice over a string literal. */
#define FL_S(lit) ((struct fl_str){"" lit, sizeof(lit) - 1})
/* Arguments for "%.*s". */
#define FL_FMT(s) (int)((s).n > 100000 ? 100000 : (s).n), ((s).p ? (s).p : "")

/* Prints file, line and text on standard error, then aborts. */
void fl_bug(const char *file, int line, const char *fmt, ...) FL_NORETURN FL_PRINTF(3, 4);
#define FL_BUG(...) fl_bug(__FILE__, __LINE__, __VA_ARGS__)
/* An assertion that stays in release builds. */
#define FL_ASSERT(x) ((x) ? (void)0 : FL_BUG("assertion failed: %s", #x))

/* malloc, calloc and realloc that abort when memory is exhausted (small allocations only; sizes from input are checked
 * against limits first). The caller frees with free(). */
void *fl_alloc(size_t n);
void *fl_alloc_zero(size_t count, size_t size);
void *fl_realloc(void *p, size_t n);

/* Checked arithmetic: true when the exact result was stored, false on overflow. */
static inline bool fl_add_i64(int64_t a, int64_t b, int64_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}
static inline bool fl_sub_i64(int64_t a, int64_t b, int64_t *out)
{
	return !__builtin_sub_overflow(a, b, out);
}
static inline bool fl_mul_i64(int64_t a, int64_t b, int64_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}
static inline bool fl_add_size(size_t a, size_t b, size_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}
static inline bool fl_mul_size(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

#define FL_MIN(a, b) ((a) < (b) ? (a) : (b))
#define FL_MAX(a, b) ((a) > (b) ? (a) : (b))

#endif
