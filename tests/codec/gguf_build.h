/*
 * gguf_build.h - writes GGUF headers byte by byte, for tests.
 *
 * Ownership: appends to the caller's buffer. Threads: one at a time. Failure: none; the buffer must be large enough.
 */
#ifndef FL_TEST_GGUF_BUILD_H
#define FL_TEST_GGUF_BUILD_H

#include "base/str.h"
#include "codec/gguf.h"

static inline void gguf_number(struct fl_buf *b, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		fl_buf_char(b, (char)(v >> (8 * i)));
}

static inline void gguf_text(struct fl_buf *b, const char *z)
{
	gguf_number(b, strlen(z), 8);
	fl_buf_z(b, z);
}

static inline void gguf_begin(struct fl_buf *b, uint32_t version, uint64_t tensors, uint64_t entries)
{
	fl_buf_z(b, "GGUF");
	gguf_number(b, version, 4);
	gguf_number(b, tensors, 8);
	gguf_number(b, entries, 8);
}

static inline void gguf_u32(struct fl_buf *b, const char *key, uint32_t v)
{
	gguf_text(b, key);
	gguf_number(b, FL_GGUF_U32, 4);
	gguf_number(b, v, 4);
}

static inline void gguf_string(struct fl_buf *b, const char *key, const char *v)
{
	gguf_text(b, key);
	gguf_number(b, FL_GGUF_STRING, 4);
	gguf_text(b, v);
}

/* An array of numbers of `bytes` bytes each. */
static inline void gguf_array(struct fl_buf *b, const char *key, uint32_t kind, int bytes, const uint32_t *v, size_t n)
{
	gguf_text(b, key);
	gguf_number(b, FL_GGUF_ARRAY, 4);
	gguf_number(b, kind, 4);
	gguf_number(b, n, 8);
	for (size_t i = 0; i < n; i++)
		gguf_number(b, v[i], bytes);
}

/* A tensor of rows x columns (rows 0: of one dimension). */
static inline void gguf_tensor(struct fl_buf *b, const char *name, uint64_t columns, uint64_t rows, uint32_t type,
                               uint64_t offset)
{
	gguf_text(b, name);
	gguf_number(b, rows ? 2 : 1, 4);
	gguf_number(b, columns, 8);
	if (rows)
		gguf_number(b, rows, 8);
	gguf_number(b, type, 4);
	gguf_number(b, offset, 8);
}

#endif
