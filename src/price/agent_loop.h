/*
 * agent_loop.h - an agent's session: T calls whose context grows by g tokens a call, with and without the prefix cache and
 * with compaction.
 *
 *   call t = 1..T has S + (t - 1) g tokens of input, so their sum is T S + g T (T - 1) / 2: quadratic in T
 *   with the cache: read (T - 1) S + g (T - 1)(T - 2) / 2, written S + (T - 1) g
 *
 * Each call is priced at its own length. Compaction: before a call whose context is longer than K, one more call reads
 * the whole context and answers with a summary; the next call then starts from S + summary and writes all of it to the
 * cache anew, for what stood behind the old prefix is gone.
 *
 * Ownership: plain values; rows of the receipt are borrowed. Threads: pure. Limits: FL_AGENT_CALLS. Failure: false, and
 * the receipt says why.
 */
#ifndef FL_AGENT_LOOP_H
#define FL_AGENT_LOOP_H

#include "price/tally.h"

enum { FL_AGENT_CALLS = 100000 };

struct fl_agent_loop {
	uint64_t system;     /* S: what stands in front of the first call */
	uint64_t growth;     /* g: the answer and what is new, a call */
	uint64_t out;        /* of it the answer */
	uint64_t calls;      /* T */
	uint64_t compact_at; /* K; 0 = never */
	uint64_t summary;    /* tokens of a summary */
	bool cached;
};
struct fl_agent_cost {
	struct fl_receipt receipt;
	uint64_t input, cache_read, cache_write, output; /* sums over all calls, those of compaction included */
	uint64_t longest;                                /* context of the longest call */
	uint64_t compactions;
};
bool fl_agent_loop_cost(const struct fl_agent_loop *l, const struct fl_price *p, const struct fl_served *s,
                        struct fl_agent_cost *out);

#endif
