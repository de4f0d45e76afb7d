#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

struct fl_arena_chunk {
	struct fl_arena_chunk *next; /* older chunks */
	size_t used, size;           /* of data[] */
	_Alignas(16) char data[];
};

enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20 };

void fl_arena_init(struct fl_arena *a)
{
	*a = (struct fl_arena){0};
}

static void free_chain(struct fl_arena_chunk *c)
{
	while (c) {
		struct fl_arena_chunk *next = c->next;
		free(c);
		c = next;
	}
}

void fl_arena_reset(struct fl_arena *a)
{
	if (!a->head)
		return;
	free_chain(a->head->next);
	a->head->next = NULL;
	a->head->used = 0;
	a->total = 0;
}

void fl_arena_release(struct fl_arena *a)
{
	free_chain(a->head);
	*a = (struct fl_arena){0};
}

void *fl_arena_alloc(struct fl_arena *a, size_t n)
{
	size_t need;
	if (!fl_add_size(n, 15, &need))
		FL_BUG("arena request too large");
	need &= ~(size_t)15;
	struct fl_arena_chunk *c = a->head;
	if (!c || c->size - c->used < need) {
		size_t size = c ? FL_MIN(c->size * 2, (size_t)LARGEST_CHUNK) : FIRST_CHUNK;
		size = FL_MAX(size, need);
		c = fl_alloc(sizeof *c + size);
		*c = (struct fl_arena_chunk){.next = a->head, .size = size};
		a->head = c;
	}
	void *p = c->data + c->used;
	c->used += need;
	a->total += need;
	return memset(p, 0, need);
}

void *fl_arena_array(struct fl_arena *a, size_t count, size_t size)
{
	size_t n;
	if (!fl_mul_size(count, size, &n))
		FL_BUG("arena array too large");
	return fl_arena_alloc(a, n);
}

char *fl_arena_dupz(struct fl_arena *a, struct fl_str s)
{
	char *p = fl_arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct fl_str fl_arena_dup(struct fl_arena *a, struct fl_str s)
{
	return (struct fl_str){fl_arena_dupz(a, s), s.n};
}

struct fl_str fl_arena_vprintf(struct fl_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	FL_ASSERT(n >= 0);
	char *p = fl_arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct fl_str){p, (size_t)n};
}

struct fl_str fl_arena_printf(struct fl_arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct fl_str s = fl_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
