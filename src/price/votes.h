/*
 * votes.h - several samples of one prompt: three ways to ask for them, the best of them by a judge, and layers of models.
 *
 *   parameter   one request for n answers:          P p_in + n o p_out
 *   separate    n requests:                         n (P p_in + o p_out)
 *   staggered   the first fills the prefix cache:   P p_write + (n - 1) P p_read + n o p_out
 *   best of n   n answers and a judge of each (pointwise: n) or of each pair (pairwise: n (n - 1) / 2)
 *   layers      sum over layers l and models i of (P + sum_k o_k of layer l - 1) p_in,i + o_i p_out,i
 *
 * Staggered needs the others to start after the first byte of the first answer, else nothing is in the cache yet. Source
 * of layers: Mixture-of-Agents (Wang et al. 2024, arXiv 2406.04692).
 *
 * Ownership: plain values; rows of receipts are borrowed. Threads: pure. Limits: 64 bits. Failure: false, and the receipt
 * says why.
 */
#ifndef FL_VOTES_H
#define FL_VOTES_H

#include "price/tally.h"

enum fl_votes_how { FL_VOTES_PARAMETER, FL_VOTES_SEPARATE, FL_VOTES_STAGGERED, FL_VOTES_HOWS };
extern const char *const fl_votes_words[FL_VOTES_HOWS + 1]; /* ends with NULL */

bool fl_votes_cost(enum fl_votes_how how, uint64_t prefix, uint64_t out, uint64_t samples, const struct fl_price *p,
                   const struct fl_served *s, struct fl_receipt *sum);
/* Verdicts that a judge gives on n answers; false when it does not fit. */
bool fl_judgements(uint64_t samples, bool pairwise, uint64_t *out) FL_MUST_USE;
/* Input of each model of a layer: the prompt and all answers of the layer before; false when it does not fit. */
bool fl_layer_input(uint64_t prefix, const uint64_t *out_before, size_t n, uint64_t *input) FL_MUST_USE;

#endif
