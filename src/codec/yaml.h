/*
 * yaml.h - YAML text into an untyped tree: scalars stay text, every node knows its line and column.
 *
 * What a scalar means is decided by who reads it (lang/schema.h), so `no`, `1.10` and `0755` are never turned into
 * something else on the way. Text that begins with { or [ and is JSON is read as JSON, so every JSON file works.
 * Refused, with the place: several documents, tags, merge keys (<<), keys that are not scalars, duplicate keys (both
 * places), aliases to a node that contains them. Aliases are expanded into copies, which count as nodes.
 *
 * Ownership: the tree lives in the arena; it keeps no pointer to the text. Threads: pure. Limits: FL_YAML_BYTES,
 * FL_YAML_NODES, FL_YAML_DEPTH. Failure: FL_E_INVALID and FL_E_LIMIT with file:line:column (1-based, in characters).
 */
#ifndef FL_YAML_H
#define FL_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/json.h"

#define FL_YAML_BYTES (16u << 20) /* size of a text */
#define FL_YAML_NODES 500000u     /* nodes in all, aliases expanded */
#define FL_YAML_DEPTH 64          /* nesting of lists and maps */

enum fl_yaml_kind { FL_YAML_SCALAR, FL_YAML_LIST, FL_YAML_MAP };

/* What the core schema of YAML 1.2 makes of a scalar. */
enum fl_yaml_type { FL_YAML_NULL, FL_YAML_BOOL, FL_YAML_INT, FL_YAML_FLOAT, FL_YAML_STRING };

struct fl_yaml {
	enum fl_yaml_kind kind;
	bool plain;         /* a scalar without quotes and not a block */
	bool block;         /* a scalar after | or >: its text begins on the line below */
	int line, column;   /* of the value, 1-based */
	struct fl_str text; /* of a scalar; NUL stands behind it */
	struct fl_str key;  /* of a map's member; NUL stands behind it */
	int key_line, key_column;
	struct fl_yaml *first; /* child of a list or map */
	struct fl_yaml *next;  /* sibling */
	size_t count;          /* children */
	const char *file;      /* name given to fl_yaml_parse, copied; "" when it had none */
};

/* An empty text gives a plain scalar without text (null). */
enum fl_code fl_yaml_parse(const struct fl_yaml **root, struct fl_arena *a, struct fl_str text, const char *name,
                           struct fl_err *err) FL_MUST_USE;

/* Member of a map; NULL when absent, when v is NULL or not a map. */
const struct fl_yaml *fl_yaml_get(const struct fl_yaml *v, struct fl_str key);
/* Element of a list or map by position; NULL when absent. */
const struct fl_yaml *fl_yaml_at(const struct fl_yaml *v, size_t index);
/* Type of a scalar by the core schema; quoted and block scalars are strings. Lists and maps give FL_YAML_STRING. */
enum fl_yaml_type fl_yaml_type(const struct fl_yaml *v);
/* True for a plain scalar that means "nothing": empty, ~ or null. */
bool fl_yaml_is_null(const struct fl_yaml *v);
/* What v is, for messages: "a list", "a map", "nothing", "'text'" (cut to 60 bytes). */
struct fl_str fl_yaml_describe(const struct fl_yaml *v, char out[80]);
/* Writes v as JSON, plain scalars typed by the core schema, numbers digit for digit. Fails on .inf and .nan, which JSON
 * does not have, and on hexadecimal or octal numbers over 64 bits. */
enum fl_code fl_yaml_to_json(const struct fl_yaml *v, struct fl_json_writer *w, struct fl_err *err) FL_MUST_USE;
/* Sets an error at the place of v. */
enum fl_code fl_yaml_err(const struct fl_yaml *v, struct fl_err *err, enum fl_code code, const char *fmt, ...)
    FL_PRINTF(4, 5);

#endif
