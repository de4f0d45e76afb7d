/* The order: a Fisher-Yates shuffle of the clusters, items inside a cluster in the order of the file. */
#include "choose/order.h"

#include "base/rng.h"

#include <stdlib.h>

static const uint64_t order_label = 0x6f72646572; /* "order": keeps other uses of the seed apart */

/* first[c]: where cluster c begins in the items sorted by cluster. */
static uint32_t *count_clusters(size_t items, const uint32_t *cluster, size_t clusters)
{
	uint32_t *first = fl_alloc_zero(clusters + 1, sizeof *first);
	for (size_t i = 0; i < items; i++) {
		FL_ASSERT(cluster[i] < clusters);
		first[cluster[i] + 1]++;
	}
	for (size_t c = 0; c < clusters; c++)
		first[c + 1] += first[c];
	return first;
}

static void place_clusters(struct fl_order *o, size_t items, const uint32_t *cluster, const uint32_t *shuffled)
{
	uint32_t *first = count_clusters(items, cluster, o->positions);
	uint32_t *rank = fl_alloc((o->positions + 1) * sizeof *rank),
	         *next = fl_alloc((o->positions + 1) * sizeof *next);
	o->size = fl_alloc((o->positions + 1) * sizeof *o->size);
	for (size_t p = 0; p < o->positions; p++) {
		rank[shuffled[p]] = (uint32_t)p;
		o->size[p] = first[shuffled[p] + 1] - first[shuffled[p]];
		o->start[p + 1] = o->start[p] + o->size[p];
		next[p] = o->start[p];
	}
	for (size_t i = 0; i < items; i++)
		o->item[next[rank[cluster[i]]]++] = (uint32_t)i;
	free(first);
	free(rank);
	free(next);
}

void fl_order_init(struct fl_order *o, size_t items, const uint32_t *cluster, size_t clusters, uint64_t seed)
{
	struct fl_rng root, rng;
	*o = (struct fl_order){.positions = cluster ? clusters : items};
	uint32_t *shuffled = fl_alloc((o->positions + 1) * sizeof *shuffled);
	o->start = fl_alloc_zero(o->positions + 1, sizeof *o->start);
	o->item = fl_alloc((items + 1) * sizeof *o->item);
	fl_rng_init(&root, seed);
	rng = fl_rng_split(&root, order_label);
	fl_rng_permutation(&rng, shuffled, o->positions);
	if (cluster) {
		place_clusters(o, items, cluster, shuffled);
	} else {
		for (size_t p = 0; p < items; p++) {
			o->item[p] = shuffled[p];
			o->start[p + 1] = (uint32_t)(p + 1);
		}
	}
	free(shuffled);
}

void fl_order_release(struct fl_order *o)
{
	free(o->size);
	free(o->start);
	free(o->item);
	*o = (struct fl_order){0};
}
