#include "base/rng.h"

uint64_t fl_mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

void fl_rng_init(struct fl_rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = fl_mix64(seed + (uint64_t)i * 0x9e3779b97f4a7c15u);
}

struct fl_rng fl_rng_split(const struct fl_rng *r, uint64_t label)
{
	struct fl_rng child;
	fl_rng_init(&child, fl_mix64(r->s[0] ^ fl_mix64(r->s[1] ^ fl_mix64(r->s[2] ^ fl_mix64(r->s[3] ^ label)))));
	return child;
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t fl_rng_u64(struct fl_rng *r)
{
	uint64_t *s = r->s, out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

uint64_t fl_rng_below(struct fl_rng *r, uint64_t n)
{
	FL_ASSERT(n > 0);
	unsigned __int128 m = (unsigned __int128)fl_rng_u64(r) * n;
	if ((uint64_t)m < n) {
		uint64_t least = (0 - n) % n;
		while ((uint64_t)m < least)
			m = (unsigned __int128)fl_rng_u64(r) * n;
	}
	return (uint64_t)(m >> 64);
}

double fl_rng_double(struct fl_rng *r)
{
	return (double)(fl_rng_u64(r) >> 11) * 0x1p-53;
}

void fl_rng_permutation(struct fl_rng *r, uint32_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint32_t)i;
	for (size_t i = n; i > 1; i--) {
		size_t j = fl_rng_below(r, i);
		uint32_t t = out[i - 1];
		out[i - 1] = out[j];
		out[j] = t;
	}
}
