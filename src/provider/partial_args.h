/*
 * partial_args.h - arguments of a tool call that arrive as leaves with their paths (Gemini's partialArgs), folded into one
 * JSON object.
 *
 *   {"jsonPath":"$.items[0].name","stringValue":"ap","willContinue":true}
 *   {"jsonPath":"$.items[0].name","stringValue":"ple"}          ->  {"items":[{"name":"apple"}]}
 *
 * Paths are made of .name, ['name'] and [index]. Pieces of one string are joined; any other value replaces.
 *
 * Ownership: nodes live in the caller's arena. Threads: one at a time. Limits: FL_PARTIAL_NODES (also of an index), FL_PARTIAL_DEPTH, and
 * FL_PARTIAL_STRING bytes of one string. Failure: false, and the piece is passed over.
 */
#ifndef FL_PARTIAL_ARGS_H
#define FL_PARTIAL_ARGS_H

#include "codec/json.h"

enum { FL_PARTIAL_NODES = 10000, FL_PARTIAL_DEPTH = 32, FL_PARTIAL_STRING = 8 << 20 };

struct fl_partial_node;
struct fl_partial_args {
	struct fl_arena *arena;
	struct fl_partial_node *root;
	size_t nodes;
};

void fl_partial_init(struct fl_partial_args *p, struct fl_arena *arena);
/* Takes one element of partialArgs. */
bool fl_partial_add(struct fl_partial_args *p, const struct fl_json *piece) FL_MUST_USE;
/* Appends the object so far. */
bool fl_partial_write(const struct fl_partial_args *p, struct fl_buf *out) FL_MUST_USE;

#endif
