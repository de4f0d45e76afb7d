#include "fit/cache.h"

typedef unsigned __int128 wide;

static int64_t narrow(wide n)
{
	return n > (wide)FL_FIT_BYTES_MOST ? FL_FIT_BYTES_MOST : (int64_t)n;
}

int64_t fl_fit_times(int64_t a, int64_t b, int64_t div)
{
	return narrow((wide)a * (wide)b / (wide)div);
}

/* Tokens of which a layer keeps keys and values. */
static int64_t kept(const struct fl_layers *l, int64_t tokens)
{
	switch ((enum fl_layer_kind)l->kind) {
	case FL_LAYER_WINDOW:
	case FL_LAYER_CHUNK:
		return l->window > 0 ? FL_MIN(tokens, l->window) : tokens;
	case FL_LAYER_COMPRESSED:
		return (tokens + FL_MAX(l->ratio, 1) - 1) / FL_MAX(l->ratio, 1) + FL_MIN(tokens, l->window);
	case FL_LAYER_LINEAR:
		return 0;
	case FL_LAYER_FULL:
	case FL_LAYER_MLA:
		break;
	}
	return tokens;
}

/* Elements that a layer keeps of a token. */
static wide elements(const struct fl_layers *l)
{
	if (l->kind == FL_LAYER_MLA)
		return (wide)l->rank + (wide)l->rope;
	return (wide)(l->shared_kv ? 1 : 2) * (wide)l->kv_heads * (wide)l->head_dim;
}

int64_t fl_cache_bytes(const struct fl_architecture *a, int64_t tokens, int bits)
{
	FL_ASSERT(bits == 8 || bits == 16);
	if (a->kv_bytes_per_token > 0)
		return narrow(((wide)a->kv_bytes_per_token * (wide)tokens + (wide)a->kv_constant_bytes) * (wide)bits /
		              16);
	wide sum = (wide)a->kv_constant_bytes * (wide)bits / 16;
	for (size_t i = 0; i < a->layers.n; i++) {
		const struct fl_layers *l = (const struct fl_layers *)a->layers.p + i;
		wide per_token = elements(l) * (wide)bits / 8 + (wide)l->extra_bytes;
		sum += (wide)l->count * ((wide)kept(l, tokens) * per_token + (wide)l->state_bytes);
	}
	return narrow(sum);
}

int64_t fl_cache_bytes_per_token(const struct fl_architecture *a, int bits)
{
	/* The slope far beyond every window, over a distance that every ratio divides. */
	int64_t far = INT64_C(1) << 24, step = INT64_C(1) << 20;
	return (fl_cache_bytes(a, far + step, bits) - fl_cache_bytes(a, far, bits)) / step;
}

int64_t fl_cache_naive_bytes_per_token(const struct fl_architecture *a, int bits)
{
	int64_t layers = 0;
	for (size_t i = 0; i < a->layers.n; i++)
		layers += ((const struct fl_layers *)a->layers.p)[i].count;
	return narrow((wide)2 * (wide)layers * (wide)a->kv_heads * (wide)a->head_dim * (wide)bits / 8);
}

bool fl_cache_lacks_state(const struct fl_architecture *a)
{
	bool lacks = false;
	for (size_t i = 0; i < a->layers.n; i++) {
		const struct fl_layers *l = (const struct fl_layers *)a->layers.p + i;
		lacks |= l->kind == FL_LAYER_LINEAR && l->state_bytes == 0;
	}
	return lacks && a->kv_bytes_per_token == 0;
}

int64_t fl_cache_layers(const struct fl_architecture *a, enum fl_layer_kind kind)
{
	int64_t n = 0;
	for (size_t i = 0; i < a->layers.n; i++) {
		const struct fl_layers *l = (const struct fl_layers *)a->layers.p + i;
		n += l->kind == (int)kind ? l->count : 0;
	}
	return n;
}
