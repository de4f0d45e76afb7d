#include "base/vec.h"

void *fl_vec_grow(void *p, size_t *cap, size_t want, size_t size)
{
	size_t next = FL_MAX(FL_MAX(*cap * 2, want), (size_t)8), bytes;
	if (!fl_mul_size(next, size, &bytes))
		FL_BUG("vector too large");
	*cap = next;
	return fl_realloc(p, bytes);
}
