/*
 * architecture.h - the shape of an open model: what its weights and its key-value cache take. Filled from the makers'
 * config files.
 *
 * Layers are listed by kind, because a full, a windowed, a latent (MLA), a compressed and a recurrent layer keep very
 * different things of a context. Keys of the YAML are the names of the members:
 *
 *   architecture:
 *     hidden: 5376
 *     vocab: 262208
 *     total_b: 27.4
 *     layers:
 *       - {kind: full, count: 10, kv_heads: 16, head_dim: 128}
 *       - {kind: window, count: 52, kv_heads: 16, head_dim: 128, window: 1024}
 *
 * Ownership: as the catalogue. Threads: immutable. Limits: FL_LAYERS layers, figures up to FL_ARCHITECTURE_MOST, so that
 * the products of fit/ stay in 64 bits. Failure: errors at file:line:column while reading.
 */
#ifndef FL_ARCHITECTURE_H
#define FL_ARCHITECTURE_H

#include "lang/schema.h"

enum fl_layer_kind {
	FL_LAYER_FULL,       /* attention over the whole context */
	FL_LAYER_WINDOW,     /* over the last `window` tokens */
	FL_LAYER_CHUNK,      /* over the current chunk of `window` tokens */
	FL_LAYER_MLA,        /* latent: rank + rope, kept once for keys and values */
	FL_LAYER_COMPRESSED, /* full attention over every `ratio`-th position, with a window of `window` */
	FL_LAYER_LINEAR      /* linear or recurrent: `state_bytes` a sequence, whatever the context */
};

extern const char *const fl_layer_kind_words[];

enum { FL_LAYERS = 4096 };                     /* layers of a model */
#define FL_ARCHITECTURE_MOST INT64_C(16777216) /* widths, heads, experts, dimensions, windows, ratios; vocabularies */

struct fl_layers {
	const struct fl_yaml *node;
	int kind;                   /* enum fl_layer_kind */
	int64_t count;              /* of such layers */
	int64_t kv_heads, head_dim; /* full, window, chunk, compressed */
	int64_t window;             /* tokens */
	int64_t ratio;              /* compressed 1:ratio */
	int64_t rank, rope;         /* MLA, dimensions */
	int64_t extra_bytes;        /* kept beside a token and layer in a format of its own: an index key in 8 bit */
	bool shared_kv;             /* keys and values are one and kept once (K=V) */
	int64_t state_bytes;        /* linear: per sequence and layer; 0 = not stated */
};

struct fl_architecture {
	const struct fl_yaml *node;                           /* NULL = not known */
	struct fl_list layers;                                /* struct fl_layers */
	int64_t hidden, heads, head_dim, kv_heads, vocab, ff; /* 0 = not stated; ff of dense layers */
	int64_t experts, experts_active, experts_shared, expert_ff, dense_layers; /* dense_layers: without experts */
	int64_t q_rank, nope_dim, value_dim;                                      /* MLA */
	bool tied;                            /* the embedding is the output layer */
	double total_b, active_b;             /* billions of parameters, as published or computed; 0 = not stated */
	double expert_b;                      /* of total_b, in routed experts; 0 = not stated */
	int64_t context_native, context_most; /* tokens; 0 = not stated */
	struct fl_str
	    native; /* number format of the published weights, as --quant of `fit` names it: bf16, fp8, mxfp4 */
	int64_t kv_bytes_per_token,
	    kv_constant_bytes; /* at 16 bit, where the maker or a measurement states them; 0 = derive */
	struct fl_list source;
	struct fl_str note;
};
extern const struct fl_table fl_architecture_table;

#endif
