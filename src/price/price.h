/*
 * price.h - usage times price: what a call cost, and the most that it can cost before it is sent.
 *
 * Usage is a set of disjoint classes that add up to the provider's totals. A price is either per token class or per
 * second of compute. All amounts are nano-USD; each class is one line, rounded up once (money.h).
 *
 * Ownership: plain values. Threads: pure. Limits: amounts that leave the 64-bit range are refused. Failure: false, when
 * an amount does not fit.
 */
#ifndef FL_PRICE_H
#define FL_PRICE_H

#include "base/money.h"

enum fl_usage_class {
	FL_USE_INPUT,
	FL_USE_CACHE_READ,
	FL_USE_CACHE_WRITE,
	FL_USE_OUTPUT,
	FL_USE_REASONING,
	FL_USE_CLASSES
};

/* Names as in the interfaces: input, cache_read, cache_write_5m, output, reasoning. */
const char *fl_usage_class_name(enum fl_usage_class c);

struct fl_usage {
	uint64_t tokens[FL_USE_CLASSES]; /* disjoint: input is the fresh part, output the visible part */
	bool reported;                   /* the provider said so; else all are 0 and unknown */
	bool odd;                        /* what the provider said does not add up (a part larger than its total) */
	uint64_t compute_us;             /* compute time that the server reported, else 0 */
};
/* All input: fresh, read from and written to the cache. */
uint64_t fl_usage_input(const struct fl_usage *u);
/* All output: visible and reasoning. */
uint64_t fl_usage_output(const struct fl_usage *u);

enum fl_price_kind {
	FL_PRICE_UNKNOWN, /* nobody stated one: absent, never 0 */
	FL_PRICE_FREE,    /* a server of one's own without a price: 0, an assumption that every certificate names */
	FL_PRICE_TOKENS,
	FL_PRICE_SECONDS
};

struct fl_price {
	enum fl_price_kind kind;
	int64_t rate_nusd_per_mtok[FL_USE_CLASSES]; /* with FL_PRICE_TOKENS */
	int64_t rate_nusd_per_mega_s;               /* with FL_PRICE_SECONDS: nano-USD per million seconds */
};

/*
 * Cost of one attempt. wall_us is the time on the wire, used for FL_PRICE_SECONDS when the server reported no compute
 * time. False when kind is FL_PRICE_UNKNOWN or the amount does not fit.
 */
bool fl_price_cost(const struct fl_price *p, const struct fl_usage *u, uint64_t wall_us,
                   int64_t *cost_nusd) FL_MUST_USE;

enum { FL_TOKENS_A_MESSAGE = 16 }; /* allowance for role markers and templates that the bytes do not show */
/*
 * The most one attempt can cost: every request byte a token (a token is at least one byte in every byte-level tokenizer)
 * plus FL_TOKENS_A_MESSAGE each message, at the dearest input rate; max_output tokens at the dearest output rate. Per
 * second: the whole timeout. False as above.
 */
bool fl_price_worst(const struct fl_price *p, uint64_t request_bytes, uint64_t messages, uint64_t max_output,
                    uint64_t timeout_ms, int64_t *worst_nusd) FL_MUST_USE;

#endif
