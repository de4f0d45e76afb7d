/*
 * merge.h - one struct that a table describes laid over another: what the upper file says replaces what is below.
 *
 * A key that the upper YAML node holds counts as said. Maps inside are merged member by member, named lists name by
 * name (new names come behind), all other lists and values are replaced whole.
 *
 * Ownership: new lists live in the arena; texts and elements are shared with both. Threads: pure. Failure: none.
 */
#ifndef FL_MERGE_H
#define FL_MERGE_H

#include "lang/schema.h"

/* `lower` is changed; `upper` must have been read from YAML (its nodes say what was given). */
void fl_merge(const struct fl_table *table, void *lower, const void *upper, struct fl_arena *a);

#endif
