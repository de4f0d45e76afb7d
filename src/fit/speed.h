/*
 * speed.h - how fast a model writes and reads, as intervals: estimates of +-30 % that a measured run replaces.
 *
 *   decode    batch x bandwidth x e / (weights read + batch x cache of a sequence), e in FL_DECODE_LEAST..MOST; or, where
 *             that takes longer, batch x FLOPS x m / (2 x active parameters x batch)
 *   prefill   FLOPS x m / (2 x active parameters), m in FL_PREFILL_LEAST..MOST
 *
 * Efficiencies: 0.55 (llmfit, consumer cards) to 0.8 (aiconfigurator) of the bandwidth, taken as 0.5 to 0.8; 0.3 to 0.6 of
 * dense FLOPS. A batch of a mixture reads every expert that one of its sequences needs. On several cards the low end is
 * one layer after the other (a card works while the others wait, unless a batch keeps them busy), the high end every
 * layer on all cards at once, with FL_SPLIT_MOST left after their exchange.
 *
 * Ownership: plain values. Threads: pure. Limits: none. Failure: `known` is false where a figure is missing.
 */
#ifndef FL_SPEED_H
#define FL_SPEED_H

#include "fit/weights.h"

#define FL_DECODE_LEAST 0.5
#define FL_DECODE_MOST 0.8
#define FL_PREFILL_LEAST 0.3
#define FL_PREFILL_MOST 0.6
#define FL_SPLIT_MOST 0.9

struct fl_span {
	double low, high;
	bool known;
};

struct fl_speed_in {
	struct fl_span bandwidth;   /* bytes a second of one device */
	double tflops, tflops_most; /* of one device at 16 bit, and at the format's own width; 0 = not known */
	int64_t devices;
	double batch;                   /* sequences at once */
	double shared_bytes;            /* weights that every step reads */
	double expert_bytes;            /* routed experts, all of them */
	double experts, experts_active; /* 0: expert_bytes holds none */
	double cache_bytes;             /* of one sequence */
	double active_b;                /* 0 = not known */
};

/* Bytes of weights that a step reads. */
double fl_weights_read(const struct fl_speed_in *in);
/* Tokens a second, of all sequences together, when so many bytes a second are had from memory. */
double fl_decode_at(const struct fl_speed_in *in, double bandwidth);
/* The same as an interval, with several devices and the bound by arithmetic. */
struct fl_span fl_decode_speed(const struct fl_speed_in *in);
struct fl_span fl_prefill_speed(const struct fl_speed_in *in);
/* True when arithmetic, not memory, bounds a step at full efficiency of both. */
bool fl_decode_is_compute_bound(const struct fl_speed_in *in);
/* Sequences above which it does, were there no cache: FLOPS / bandwidth x bytes of weights an active parameter / 2. */
double fl_compute_bound_batch(double tflops, double bandwidth, double bytes_per_parameter);

#endif
