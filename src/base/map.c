#include "base/map.h"

#include "base/str.h"
#include "base/vec.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

static uint64_t seed;
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void seed_init(void)
{
	if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		FL_BUG("the kernel gives no random bytes");
}

uint64_t fl_hash_seeded(struct fl_str s)
{
	pthread_once(&seed_once, seed_init);
	return XXH3_64bits_withSeed(s.p ? s.p : "", s.n, seed);
}

void fl_map_init(struct fl_map *m)
{
	*m = (struct fl_map){0};
}

void fl_map_release(struct fl_map *m)
{
	free(m->entry);
	free(m->slot);
	*m = (struct fl_map){0};
}

/* The slot that holds the key, or the free slot where it would go. The table is never full. */
static size_t probe(const struct fl_map *m, struct fl_str key, uint64_t hash)
{
	size_t mask = m->slots - 1;
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		if (m->slot[i] == 0)
			return i;
		const struct fl_map_entry *e = &m->entry[m->slot[i] - 1];
		if (e->hash == hash && fl_str_eq(e->key, key))
			return i;
	}
}

void *fl_map_get(const struct fl_map *m, struct fl_str key)
{
	if (m->n == 0)
		return NULL;
	uint32_t at = m->slot[probe(m, key, fl_hash_seeded(key))];
	return at ? m->entry[at - 1].value : NULL;
}

static void rehash(struct fl_map *m)
{
	m->slots = m->slots ? m->slots * 2 : 16;
	free(m->slot);
	m->slot = fl_alloc_zero(m->slots, sizeof *m->slot);
	for (size_t i = 0; i < m->n; i++)
		m->slot[probe(m, m->entry[i].key, m->entry[i].hash)] = (uint32_t)(i + 1);
}

void *fl_map_put(struct fl_map *m, struct fl_str key, void *value)
{
	if ((m->n + 1) * 4 > m->slots * 3)
		rehash(m);
	uint64_t hash = fl_hash_seeded(key);
	size_t i = probe(m, key, hash);
	if (m->slot[i]) {
		struct fl_map_entry *e = &m->entry[m->slot[i] - 1];
		void *old = e->value;
		e->value = value;
		return old;
	}
	if (m->n == m->cap)
		m->entry = fl_vec_grow(m->entry, &m->cap, m->n + 1, sizeof *m->entry);
	FL_ASSERT(m->n < UINT32_MAX / 2);
	m->entry[m->n++] = (struct fl_map_entry){key, value, hash};
	m->slot[i] = (uint32_t)m->n;
	return NULL;
}
