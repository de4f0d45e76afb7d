/*
 * cache.h - what the key-value cache of a sequence takes, layer by layer.
 *
 *   full         2 x kv heads x width x tokens            (grouped-query attention; once where K = V)
 *   window       the same for at most `window` tokens     (chunk: likewise)
 *   MLA          (rank + rope) x tokens, once             (DeepSeek-V2, arXiv 2405.04434, section 2.1)
 *   compressed   2 x kv heads x width x (tokens / ratio + at most `window` tokens)
 *   linear       a constant state, whatever the context
 *
 * times bytes an element (2 at 16 bit, 1 at 8), plus what a layer keeps beside in a format of its own.
 *
 * Ownership: none. Threads: pure. Limits: sizes saturate at FL_FIT_BYTES_MOST. Failure: none.
 */
#ifndef FL_CACHE_H
#define FL_CACHE_H

#include "catalog/architecture.h"

#define FL_FIT_BYTES_MOST INT64_C(1000000000000000000) /* larger sizes are given as this */

/* a * b / div for figures >= 0, saturating at FL_FIT_BYTES_MOST. */
int64_t fl_fit_times(int64_t a, int64_t b, int64_t div);
/* Bytes of one sequence of so many tokens, at `bits` (8 or 16) an element. */
int64_t fl_cache_bytes(const struct fl_architecture *a, int64_t tokens, int bits);
/* What every further token costs once windows are full. */
int64_t fl_cache_bytes_per_token(const struct fl_architecture *a, int bits);
/* 2 x layers x kv heads x width: what one gets that takes every layer for full attention. 0 = not computable. */
int64_t fl_cache_naive_bytes_per_token(const struct fl_architecture *a, int bits);
/* True when the constant state of some linear layers is not stated, and so not counted. */
bool fl_cache_lacks_state(const struct fl_architecture *a);
/* Layers of a kind. */
int64_t fl_cache_layers(const struct fl_architecture *a, enum fl_layer_kind kind);

#endif
