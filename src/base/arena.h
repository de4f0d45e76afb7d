/*
 * arena.h - memory that lives and dies together: one arena per request, task or parse.
 *
 * Ownership: everything allocated belongs to the arena until _reset or _release. Threads: an arena belongs to one
 * thread at a time. Limits: callers check sizes from input before they allocate. Failure: exhaustion aborts.
 *
 *   chunk -> [ header | used ............ | free ] -> next chunk (each twice the last, up to 1 MiB, or as big as asked)
 */
#ifndef FL_ARENA_H
#define FL_ARENA_H

#include "base/base.h"

#include <stdarg.h>

struct fl_arena_chunk;
struct fl_arena {
	struct fl_arena_chunk *head; /* the chunk being filled */
	size_t total;                /* bytes handed out since init or reset */
};

void fl_arena_init(struct fl_arena *a);
/* Frees all but the newest chunk; every pointer into the arena becomes invalid. */
void fl_arena_reset(struct fl_arena *a);
void fl_arena_release(struct fl_arena *a);
/* Zeroed, aligned to 16 bytes, never NULL. */
void *fl_arena_alloc(struct fl_arena *a, size_t n);
/* An array, zeroed; aborts on overflow of count * size. */
void *fl_arena_array(struct fl_arena *a, size_t count, size_t size);
#define FL_NEW(a, T) ((T *)fl_arena_alloc((a), sizeof(T)))
#define FL_NEW_ARRAY(a, T, count) ((T *)fl_arena_array((a), (count), sizeof(T)))
/* A copy with a NUL behind it (not counted). */
struct fl_str fl_arena_dup(struct fl_arena *a, struct fl_str s);
char *fl_arena_dupz(struct fl_arena *a, struct fl_str s);
struct fl_str fl_arena_printf(struct fl_arena *a, const char *fmt, ...) FL_PRINTF(2, 3);
struct fl_str fl_arena_vprintf(struct fl_arena *a, const char *fmt, va_list ap);

#endif
