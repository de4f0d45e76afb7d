/*
 * map.h - a hash map from byte strings to pointers: open addressing, linear probing, xxh3 with a per-process seed
 * (so that input cannot choose its collisions), insertion order kept.
 *
 * Ownership: the map owns its tables; keys are borrowed (the caller keeps them alive), values are the caller's.
 * Threads: one at a time. Limits: 2^31 entries. Failure: aborts when memory is exhausted.
 */
#ifndef FL_MAP_H
#define FL_MAP_H

#include "base/base.h"

struct fl_map_entry {
	struct fl_str key;
	void *value;
	uint64_t hash;
};
struct fl_map {
	struct fl_map_entry *entry; /* in insertion order */
	size_t n, cap;
	uint32_t *slot; /* index + 1 into entry, 0 = free */
	size_t slots;   /* power of two */
};

void fl_map_init(struct fl_map *m);
void fl_map_release(struct fl_map *m);
/* The value, or NULL when absent (store non-NULL values to tell the two apart). */
void *fl_map_get(const struct fl_map *m, struct fl_str key);
/* Adds or replaces; returns the value that was there before, or NULL. */
void *fl_map_put(struct fl_map *m, struct fl_str key, void *value);
/* Seeded 64-bit hash of bytes; differs between processes. */
uint64_t fl_hash_seeded(struct fl_str s);

#endif
