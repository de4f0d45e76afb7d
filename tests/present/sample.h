/*
 * sample.h - balances made for tests of what is presented: a plain one, one whose every text is hostile, odd ones.
 *
 * Ownership: a sample owns its arena and, with a store, its loop and its folder below $TMPDIR; sample_close removes all.
 * Threads: one. Failure: aborts, as a test should.
 */
#ifndef FL_TEST_SAMPLE_H
#define FL_TEST_SAMPLE_H

#include "choose/balance.h"

enum sample_kind {
	SAMPLE_PLAIN,   /* eight candidates, costs, latencies, a staircase, a baseline with savings */
	SAMPLE_HOSTILE, /* names, task, assumptions and answers full of markup and control characters */
	SAMPLE_ONE,     /* one candidate, no call made */
	SAMPLE_NONE,    /* none is good enough */
	SAMPLE_STOPPED, /* interrupted before anything could be said */
	SAMPLE_FREE,    /* all costs 0 */
	SAMPLE_UNKNOWN, /* neither costs nor latencies */
	SAMPLE_LONG,    /* names of 80 characters */
	SAMPLE_MANY,    /* 51 candidates */
	SAMPLE_KINDS
};

struct sample {
	struct fl_balance b;
	struct fl_store *store; /* NULL without one */
	struct fl_loop *loop;
	char folder[64];
};

void sample_open(struct sample *s, enum sample_kind kind);
/* Adds a store with cells and exchanges for every candidate and item. */
void sample_store(struct sample *s, bool hostile);
void sample_close(struct sample *s);
/* What a hostile model says, number i. */
struct fl_str sample_evil(size_t i);

#endif
