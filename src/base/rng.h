/*
 * rng.h - splittable, reproducible random numbers: xoshiro256** (Blackman & Vigna 2018) seeded by splitmix64.
 *
 * The same seed and the same labels give the same numbers on every machine. Not for keys or secrets. Ownership: a
 * plain value. Threads: one generator belongs to one thread. Failure: none.
 */
#ifndef FL_RNG_H
#define FL_RNG_H

#include "base/base.h"

struct fl_rng {
	uint64_t s[4];
};

void fl_rng_init(struct fl_rng *r, uint64_t seed);
/* A generator independent of its parent, fixed by the parent's seed state and the label; the parent does not move. */
struct fl_rng fl_rng_split(const struct fl_rng *r, uint64_t label);
uint64_t fl_rng_u64(struct fl_rng *r);
/* Uniform in [0, n), n > 0, without modulo bias (Lemire 2019). */
uint64_t fl_rng_below(struct fl_rng *r, uint64_t n);
/* Uniform in [0, 1), 53 bits. */
double fl_rng_double(struct fl_rng *r);
/* Fisher-Yates permutation of 0..n-1 into out. */
void fl_rng_permutation(struct fl_rng *r, uint32_t *out, size_t n);
/* One splitmix64 step: a fixed 64-bit mix, also used to derive seeds. */
uint64_t fl_mix64(uint64_t x);

#endif
