/*
 * weights.h - parameters of a model, counted from its widths, and the bytes that they take.
 *
 *   embeddings   vocab x hidden, twice unless tied
 *   attention    hidden x heads x width x 2 + 2 x hidden x kv heads x width, a layer
 *   MLA          hidden x q rank + q rank x heads x (nope + rope) + hidden x (rank + rope)
 *                + rank x heads x (nope + value) + heads x value x hidden
 *   dense part   3 x hidden x ff;  experts: (routed + shared) x 3 x hidden x expert ff + a router
 *
 * This gives published totals within 0.3 % for plain configurations; hybrids and compressed attention need terms that
 * configurations do not tell, so their published totals are used. Bytes = parameters x bits / 8.
 *
 * Ownership: none. Threads: pure. Limits: as cache.h. Failure: 0 = cannot be told.
 */
#ifndef FL_WEIGHTS_H
#define FL_WEIGHTS_H

#include "catalog/architecture.h"
#include "fit/quant.h"

/* Billions of parameters by the widths; 0 when some width is not stated or layers have terms of their own. */
double fl_parameters_b(const struct fl_architecture *a);

/* Where parameters are. All in billions; 0 = not known. */
struct fl_parameters {
	double total_b;                  /* 0 = nothing is known */
	double active_b;                 /* used for a token: = total_b of a dense model */
	double expert_b;                 /* in routed experts, 0 for a dense model */
	int64_t experts, experts_active; /* a layer; 0 = dense, or not stated */
	bool mixture;                    /* it has experts */
};
/*
 * Of an architecture (may be NULL) and of what else is published (0 = not). Routed experts by the widths, else from
 * total = shared + routed and active = shared + routed x k / E.
 */
struct fl_parameters fl_parameters_of(const struct fl_architecture *a, double total_b, double active_b);
/* Bytes in a number format, those of the routed experts apart. */
struct fl_weight_bytes {
	int64_t total, experts;
};
struct fl_weight_bytes fl_weight_bytes(const struct fl_parameters *p, const struct fl_quant *q);

/* Expected experts of a layer that a batch touches: E (1 - (1 - k/E)^batch). */
double fl_experts_touched(double experts, double active, double batch);

#endif
