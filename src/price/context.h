/*
 * context.h - the lever of context: when a cache pays, a cached document against retrieval, and cliffs in the price.
 *
 *   cache       writing costs u times plain input, reading v times; pays when used more than (u - v) / (1 - v) times
 *   document    D tokens written once (w), then read (r), against k tokens retrieved a question (t):
 *               the document wins after (w - r) / (t - r) questions, never when t <= r
 *   cliff       a prompt above a threshold re-prices the whole request; trimming to the threshold saves the difference
 *
 * Amounts are exact prices of whole calls, at their own length. Ownership: plain values; rows are borrowed. Threads: pure.
 * Limits: 64 bits. Failure: false when a call cannot be priced.
 */
#ifndef FL_CONTEXT_H
#define FL_CONTEXT_H

#include "price/tally.h"

enum fl_pays {
	FL_PAYS_FROM,   /* from some use on */
	FL_PAYS_ALWAYS, /* never dearer, at the first use already */
	FL_PAYS_NEVER
};
struct fl_break_even {
	enum fl_pays pays;
	double uses;   /* with FL_PAYS_FROM: cheaper when used more often than this */
	uint64_t from; /* the first whole number of uses at which it is cheaper; 1 with ALWAYS, 0 with NEVER */
};

/* From the multiples of plain input that writing and reading cost. */
struct fl_break_even fl_cache_break_even(double write, double read);
/* From what the first use, each later one, and each use without it cost. */
struct fl_break_even fl_break_even_of(int64_t first_nusd, int64_t later_nusd, int64_t plain_nusd);

struct fl_cliff {
	bool above;              /* the prompt is above a threshold */
	uint64_t threshold;      /* the one just below the prompt; 0 = none */
	uint64_t next_threshold; /* the first at or above it; 0 = none */
	uint64_t trim_tokens;    /* to get down to the threshold */
	int64_t now_nusd, trimmed_nusd;
};
/* The nearest thresholds of a price around a prompt, and what trimming saves. The prompt is plain input. */
bool fl_cliff_of(const struct fl_price *p, const struct fl_served *s, uint64_t prompt, uint64_t out,
                 struct fl_cliff *cliff) FL_MUST_USE;

#endif
