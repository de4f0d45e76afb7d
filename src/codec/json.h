/*
 * json.h - a strict RFC 8259 reader over slices, and a writer.
 *
 * The reader keeps the document as a flat array of nodes in reading order; each node knows its raw slice of the input,
 * so untouched parts are written back byte for byte. Numbers stay text (2^53+1 and 1e400 survive). Strings are decoded
 * on demand. Choices where the RFC leaves freedom: input must be UTF-8 without BOM (a BOM is refused by name); lone
 * surrogate escapes (\ud800) are refused; duplicate keys are kept, fl_json_get gives the first, `duplicates` counts them;
 * any number that fits the grammar is accepted; nesting is limited.
 *
 * Ownership: nodes live in the caller's arena and point into the caller's text. Threads: pure. Limits: struct
 * fl_json_limits. Failure: FL_E_INVALID with byte offset and reason, FL_E_LIMIT.
 */
#ifndef FL_JSON_H
#define FL_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum fl_json_type {
	FL_JSON_NULL,
	FL_JSON_FALSE,
	FL_JSON_TRUE,
	FL_JSON_NUMBER,
	FL_JSON_STRING,
	FL_JSON_ARRAY,
	FL_JSON_OBJECT
};

struct fl_json {
	enum fl_json_type type;
	bool escaped;   /* a string with at least one backslash */
	uint32_t count; /* elements of an array, members of an object */
	uint32_t
	    next; /* nodes from here to the next sibling: this node and all below it (a member's key is not a node) */
	struct fl_str raw; /* the value's bytes in the input; strings with their quotes */
	struct fl_str key; /* raw key with quotes stripped, still escaped; empty for non-members */
	bool key_escaped;
};

struct fl_json_limits {
	uint32_t depth; /* nesting of arrays and objects */
	uint32_t nodes; /* values in all */
};
#define FL_JSON_DEPTH 128u
#define FL_JSON_NODES 4000000u
#define FL_JSON_LIMITS ((struct fl_json_limits){.depth = FL_JSON_DEPTH, .nodes = FL_JSON_NODES})

struct fl_json_doc {
	struct fl_json *node; /* node[0] is the root */
	size_t count;
	size_t duplicates; /* members whose key stood before in the same object */
};

enum fl_code fl_json_parse(struct fl_json_doc *doc, struct fl_arena *a, struct fl_str text,
                           struct fl_json_limits limits, struct fl_err *err) FL_MUST_USE;
static inline const struct fl_json *fl_json_root(const struct fl_json_doc *doc)
{
	return doc->node;
}

/* First child of an array or object, NULL when empty or not a container. */
const struct fl_json *fl_json_first(const struct fl_json *v);
/* Next sibling of `child` inside `parent`, NULL after the last:
 *   for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c)) */
const struct fl_json *fl_json_next(const struct fl_json *parent, const struct fl_json *child);
/* Member by (decoded) key; NULL when absent, when v is NULL or not an object. */
const struct fl_json *fl_json_get(const struct fl_json *v, struct fl_str key);
/* Element by index; NULL when absent. */
const struct fl_json *fl_json_at(const struct fl_json *v, size_t index);
/* A list of the first n elements of an array (of all when it has fewer): nodes are copied, texts shared, raw is written
 * anew. NULL when v is NULL or not an array. */
const struct fl_json *fl_json_head(const struct fl_json *v, size_t n, struct fl_arena *a);
/* By JSON pointer (RFC 6901); "" is v itself; NULL when nothing is there or the pointer is malformed. */
const struct fl_json *fl_json_pointer(const struct fl_json *v, struct fl_str pointer);
/* Decoded string (in the arena only if it was escaped). Empty slice when v is NULL or not a string. */
struct fl_str fl_json_string(const struct fl_json *v, struct fl_arena *a);
/* Decoded key of a member. */
struct fl_str fl_json_key(const struct fl_json *v, struct fl_arena *a);
/* A non-negative whole number in range; false otherwise (also for NULL v, 1.5, 1e3 is accepted when whole). */
bool fl_json_u64(const struct fl_json *v, uint64_t *out);
bool fl_json_i64(const struct fl_json *v, int64_t *out);
/* Nearest double, independent of the locale (for measurements; never for money). */
bool fl_json_double(const struct fl_json *v, double *out);
/* Nearest double of decimal text in JSON's number grammar, independent of the locale. */
bool fl_double_parse(struct fl_str s, double *out);
/* Equal as JSON values: numbers by value (1.0 = 1, 1e2 = 100), objects in any order, strings after decoding. */
bool fl_json_equal(const struct fl_json *a, const struct fl_json *b, struct fl_arena *scratch);

/*
 * The writer appends to a buffer and puts commas and colons itself.
 *
 *   struct fl_json_writer w;
 *   fl_json_begin(&w, &buf, 0);
 *   fl_json_open(&w, '{'); fl_json_name(&w, "n"); fl_json_put_i64(&w, 3); fl_json_close(&w);
 *   ok = fl_json_done(&w);     false when the buffer was full
 */
struct fl_json_writer {
	struct fl_buf *out;
	int indent; /* spaces a level; 0 = compact */
	int depth;
	bool first; /* nothing written yet at this level */
	bool after_name;
	char kind[130]; /* '{' or '[' per level */
};
void fl_json_begin(struct fl_json_writer *w, struct fl_buf *out, int indent);
void fl_json_open(struct fl_json_writer *w, char kind);
void fl_json_close(struct fl_json_writer *w);
void fl_json_name(struct fl_json_writer *w, const char *name);
void fl_json_name_str(struct fl_json_writer *w, struct fl_str name);
/* Escapes; bytes that are not UTF-8 become U+FFFD. */
void fl_json_put_str(struct fl_json_writer *w, struct fl_str s);
void fl_json_put_i64(struct fl_json_writer *w, int64_t v);
void fl_json_put_u64(struct fl_json_writer *w, uint64_t v);
/* Shortest text that reads back as the same double, locale-independent; NaN and infinities become null. */
void fl_json_put_double(struct fl_json_writer *w, double v);
void fl_json_put_bool(struct fl_json_writer *w, bool v);
void fl_json_put_null(struct fl_json_writer *w);
/* Bytes that are JSON already. */
void fl_json_put_raw(struct fl_json_writer *w, struct fl_str json);
bool fl_json_done(struct fl_json_writer *w);
/* name + value in one call. */
void fl_json_member_str(struct fl_json_writer *w, const char *name, struct fl_str v);
/* The same; null for an empty text: what is unknown. */
void fl_json_member_known(struct fl_json_writer *w, const char *name, struct fl_str v);
void fl_json_member_i64(struct fl_json_writer *w, const char *name, int64_t v);
void fl_json_member_u64(struct fl_json_writer *w, const char *name, uint64_t v);
void fl_json_member_double(struct fl_json_writer *w, const char *name, double v);
void fl_json_member_bool(struct fl_json_writer *w, const char *name, bool v);

#endif
