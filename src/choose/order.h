/*
 * order.h - the fixed random order of a race: which items stand at which position.
 *
 * A position is an item, or a whole cluster of them. The same seed, items and clusters give the same order on every
 * machine; it is fixed before the first call and the same for all candidates. Ownership: _init/_release. Threads: read
 * only after _init. Limits: the race's. Failure: none.
 */
#ifndef FL_ORDER_H
#define FL_ORDER_H

#include "base/base.h"

struct fl_order {
	size_t positions;
	uint32_t *size;  /* items at each position; NULL without clusters, as fl_race_config wants it */
	uint32_t *start; /* of each position in item[], positions + 1 entries */
	uint32_t *item;  /* all items, in order */
};

/* cluster[i] < clusters names the cluster of item i; NULL = every item by itself. */
void fl_order_init(struct fl_order *o, size_t items, const uint32_t *cluster, size_t clusters, uint64_t seed);
void fl_order_release(struct fl_order *o);
static inline size_t fl_order_item(const struct fl_order *o, size_t position, size_t sub)
{
	return o->item[o->start[position] + sub];
}
static inline size_t fl_order_size(const struct fl_order *o, size_t position)
{
	return o->start[position + 1] - o->start[position];
}

#endif
