/*
 * quant.h - number formats that weights come in, and how many bits a parameter takes in each.
 *
 * Bits of the k- and i-quants were measured by llama.cpp on Llama 3.1 8B (other models differ by about 2 %); MXFP4, NVFP4,
 * AWQ, GPTQ and FP8 follow from their definitions (values a block and its scale). Formats made for mixtures of experts
 * leave everything but the routed experts in a wider format.
 *
 * Ownership: static rows. Threads: pure. Limits: none. Failure: NULL when no format has that name.
 */
#ifndef FL_QUANT_H
#define FL_QUANT_H

#include "base/str.h"

struct fl_quant {
	const char *name;
	const char *aliases; /* separated by spaces; "" = none */
	double bits;         /* a parameter */
	double rest_bits;    /* a parameter outside of routed experts, where a model has experts; 0 = the same */
	int width;           /* bits of the fastest arithmetic that takes it as it is: 16, 8 or 4 */
	int block;           /* tokens by which its engines allot cache: llama.cpp 256, vLLM 16 */
	bool step;           /* one of those that are tried in turn when none is asked for */
};

/* All formats, widest first. */
extern const struct fl_quant fl_quants[];
extern const size_t fl_quant_count;
/* By name or alias; case, '-' and '_' do not count. NULL when unknown. */
const struct fl_quant *fl_quant_find(struct fl_str name);
/* The next narrower step below `bits`, NULL after the last. */
const struct fl_quant *fl_quant_below(double bits);
/* Nearest name for a message, NULL when none is near. */
const char *fl_quant_near(struct fl_str name);

/* Under so many bits a parameter answers suffer plainly. */
#define FL_QUANT_POOR_BITS 4.0

#endif
