/*
 * vec.h - typed growing arrays.
 *
 * FL_VEC(T) declares an anonymous struct; embed it in a struct or typedef it. Ownership: the vector owns its array,
 * FL_VEC_RELEASE frees it; elements are plain bytes. Threads: no shared state. Limits: the caller's. Failure: aborts
 * when memory is exhausted.
 */
#ifndef FL_VEC_H
#define FL_VEC_H

#include "base/base.h"

#include <stdlib.h>

#define FL_VEC(T)                                                                                                      \
	struct {                                                                                                       \
		T *p;                                                                                                  \
		size_t n, cap;                                                                                         \
	}

/* Makes room for `want` elements of `size` bytes; returns the (moved) array and updates *cap. */
void *fl_vec_grow(void *p, size_t *cap, size_t want, size_t size);

#define FL_VEC_PUSH(v, ...)                                                                                            \
	do {                                                                                                           \
		if ((v)->n == (v)->cap)                                                                                \
			(v)->p = fl_vec_grow((v)->p, &(v)->cap, (v)->n + 1, sizeof *(v)->p);                           \
		(v)->p[(v)->n++] = (__VA_ARGS__);                                                                      \
	} while (0)
#define FL_VEC_RELEASE(v)                                                                                              \
	do {                                                                                                           \
		free((v)->p);                                                                                          \
		(v)->p = NULL;                                                                                         \
		(v)->n = (v)->cap = 0;                                                                                 \
	} while (0)

#endif
