/*
 * yaml_tree.h - building the tree of yaml.h node by node; private to codec/, shared by the YAML and the JSON reader.
 *
 * A builder is a stack of the open lists and maps. Ownership: nodes in the arena; fl_yaml_tree_release frees the maps
 * that watch for duplicate keys. Threads: one at a time. Limits: those of yaml.h. Failure: FL_E_INVALID, FL_E_LIMIT.
 */
#ifndef FL_YAML_TREE_H
#define FL_YAML_TREE_H

#include "base/map.h"
#include "codec/yaml.h"

struct fl_yaml_frame {
	struct fl_yaml *node;
	struct fl_yaml *last;    /* child added last */
	struct fl_yaml *pending; /* a map's next member: its key is read, its value is not */
	struct fl_map seen;      /* keys; in use from the first on */
};

struct fl_yaml_tree {
	struct fl_arena *arena;
	const char *file;
	struct fl_yaml *root;
	size_t nodes;
	int depth; /* frames in use */
	struct fl_yaml_frame frame[FL_YAML_DEPTH];
	struct fl_err *err;
};

void fl_yaml_tree_init(struct fl_yaml_tree *t, struct fl_arena *a, const char *file, struct fl_err *err);
void fl_yaml_tree_release(struct fl_yaml_tree *t);
/* True when the next thing must be a key. */
bool fl_yaml_tree_wants_key(const struct fl_yaml_tree *t);
enum fl_code fl_yaml_tree_key(struct fl_yaml_tree *t, struct fl_str key, int line, int column) FL_MUST_USE;
/* Hangs a new node where the next value belongs. */
enum fl_code fl_yaml_tree_add(struct fl_yaml_tree *t, enum fl_yaml_kind kind, int line, int column,
                              struct fl_yaml **out) FL_MUST_USE;
/* Opens a list or map that was just added; closes the innermost. */
enum fl_code fl_yaml_tree_open(struct fl_yaml_tree *t, struct fl_yaml *node) FL_MUST_USE;
void fl_yaml_tree_close(struct fl_yaml_tree *t);
/* Hangs a copy of a finished node there. */
enum fl_code fl_yaml_tree_copy(struct fl_yaml_tree *t, const struct fl_yaml *from) FL_MUST_USE;
/* True when `node` is open, that is, contains the place where the next value goes. */
bool fl_yaml_tree_is_open(const struct fl_yaml_tree *t, const struct fl_yaml *node);
/* Sets an error at a place. */
enum fl_code fl_yaml_tree_err(const struct fl_yaml_tree *t, enum fl_code code, int line, int column, const char *fmt,
                              ...) FL_PRINTF(5, 6);

/* Reads text that is JSON into the tree. False when the text is not JSON (nothing is reported then). */
bool fl_yaml_from_json(struct fl_yaml_tree *t, struct fl_str text, enum fl_code *code);

#endif
