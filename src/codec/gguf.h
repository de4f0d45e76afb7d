/*
 * gguf.h - the header of a GGUF file: metadata and the list of tensors, with their exact sizes. Nothing of the weights.
 *
 *   "GGUF" | u32 version | u64 tensors | u64 entries | entries ... | tensor infos ... | padding | data ...
 *
 * Versions 2 and 3, little-endian. Strings are a u64 length and bytes; an array is a u32 type, a u64 count and its items.
 * Sizes of tensors follow from dimensions and type; for a type that this table does not know, from the offset of what
 * comes next. Every tensor must lie inside the file and on no other one. Specification: ggml's docs/gguf.md.
 *
 * Ownership: entries and tensors live in the caller's arena and point into the caller's bytes. Threads: pure. Limits:
 * FL_GGUF_* below. Failure: TRUNCATED when the bytes given end inside the header (more of the file may help), INVALID
 * with the byte at fault, LIMIT, UNSUPPORTED for other versions and byte orders.
 */
#ifndef FL_GGUF_H
#define FL_GGUF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FL_GGUF_HEADER_BYTES (64u << 20) /* header of a file, tokens of the vocabulary among it */
#define FL_GGUF_ENTRIES 4096u
#define FL_GGUF_TENSORS 262144u
#define FL_GGUF_KEY_BYTES 65535u /* of a key or a tensor's name */
#define FL_GGUF_NESTING 4        /* of arrays in arrays */
enum { FL_GGUF_DIMENSIONS = 4 };

enum fl_gguf_kind {
	FL_GGUF_U8,
	FL_GGUF_I8,
	FL_GGUF_U16,
	FL_GGUF_I16,
	FL_GGUF_U32,
	FL_GGUF_I32,
	FL_GGUF_F32,
	FL_GGUF_BOOL,
	FL_GGUF_STRING,
	FL_GGUF_ARRAY,
	FL_GGUF_U64,
	FL_GGUF_I64,
	FL_GGUF_F64,
	FL_GGUF_KINDS
};

struct fl_gguf_value {
	uint32_t kind;       /* enum fl_gguf_kind */
	uint32_t item_kind;  /* of an array */
	uint64_t count;      /* items of an array, else 1 */
	struct fl_str bytes; /* of a number; of a string without its length; of all items of an array */
};
struct fl_gguf_entry {
	struct fl_str key;
	struct fl_gguf_value value;
};
struct fl_gguf_tensor {
	struct fl_str name;
	uint32_t type; /* ggml's number */
	uint32_t dimensions;
	uint64_t dimension[FL_GGUF_DIMENSIONS];
	uint64_t elements, offset, bytes; /* offset from the start of the data */
};
struct fl_gguf {
	uint32_t version;
	uint64_t alignment;
	struct fl_gguf_entry *entry;
	size_t entries;
	struct fl_gguf_tensor *tensor;
	size_t tensors;
	uint64_t data_offset;  /* of the tensors' data in the file */
	uint64_t tensor_bytes; /* of all tensors, without padding */
	uint64_t elements;     /* of all tensors: parameters */
};

/* `head` is the file or its beginning; file_bytes its whole size. */
enum fl_code fl_gguf_parse(struct fl_gguf *g, struct fl_arena *a, struct fl_str head, uint64_t file_bytes,
                           struct fl_err *err) FL_MUST_USE;
/* NULL when absent. */
const struct fl_gguf_value *fl_gguf_get(const struct fl_gguf *g, struct fl_str key);
/* A whole number >= 0 of any width, or a bool; false otherwise (also for NULL). */
bool fl_gguf_u64(const struct fl_gguf_value *v, uint64_t *out);
/* Item of an array of such numbers; false otherwise. */
bool fl_gguf_item_u64(const struct fl_gguf_value *v, uint64_t index, uint64_t *out);
/* Empty when v is NULL or no string. */
struct fl_str fl_gguf_string(const struct fl_gguf_value *v);
/* "q4_k"; "type 77" cannot be: NULL for a type that is not known. */
const char *fl_gguf_type_name(uint32_t type);

#endif
