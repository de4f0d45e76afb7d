#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fl_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	fprintf(stderr, "fulcrum: bug at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

void *fl_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		FL_BUG("out of memory (%zu bytes)", n);
	return p;
}

void *fl_alloc_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	if (!p)
		FL_BUG("out of memory (%zu * %zu bytes)", count, size);
	return p;
}

void *fl_realloc(void *old, size_t n)
{
	void *p = realloc(old, n ? n : 1);
	if (!p)
		FL_BUG("out of memory (%zu bytes)", n);
	return p;
}
