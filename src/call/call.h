/*
 * call.h - the one door: every model call goes through this engine, which alone applies the store, the budget, retries
 * and deadlines, and writes the ledger.
 *
 *   look up (request, offer, draw) --hit--> result
 *      | miss
 *      v
 *   hold the worst case (durable) -> send -> settle by the usage reported, ledger row and whole exchange (one durable
 *   transaction) -> result        on a retryable end: back off, hold again, send again
 *
 * A result is handed out only after it is durable. Held + spent <= limit at all times, as long as usage stays within its
 * hold; usage above it is charged, flagged over_hold, and the budget sends nothing more. An attempt that may have been
 * billed but whose usage never came (connection lost, deadline) is charged its whole hold. At most FL_CHARGED_ATTEMPTS
 * attempts of one call can be charged, so a call never costs more than that many worst cases.
 *
 * Ownership: _create/_destroy; a call's strings are copied. Threads: the loop's thread. Limits: attempts, retry budget,
 * deadline (all below). Failure: in the result.
 */
#ifndef FL_CALL_H
#define FL_CALL_H

#include "call/cut_input.h"
#include "provider/provider.h"
#include "store/store.h"

enum {
	FL_CALL_ATTEMPTS = 4,              /* requests on the wire for one call at most */
	FL_SAME_FAILURES = 3,              /* of one class, then it is final */
	FL_CHARGED_ATTEMPTS = 2,           /* attempts of one call that may cost something, where tokens are priced */
	FL_CALL_BODY_BYTES = 32 << 20,     /* of one request; also the most that Anthropic takes */
	FL_CALL_RESPONSE_BYTES = 16 << 20, /* of one response */
	FL_RETRY_FREE = 100,               /* retries allowed in all, plus one for each FL_RETRY_SHARE calls */
	FL_RETRY_SHARE = 5,
	FL_CELL_KEY = 32
};

/* The tables of this folder, for fl_store_open. */
extern const struct fl_store_tables fl_call_tables;

/* Money that a run may spend. Embedded in its owner; live as long as calls use it. */
struct fl_budget {
	struct fl_str scope; /* name in the store, e.g. "run/triage-1" */
	bool limited;
	int64_t limit_nusd, spent_nusd, held_nusd;
	int64_t lost_nusd;      /* part of spent: holds of a crash, and attempts whose usage never came */
	bool over_hold;         /* usage above a hold was reported: nothing more is sent */
	char over_hold_by[240]; /* which application told a cost above its `most`, for the message; else "" */
};

/* One call to make, or to find. */
struct fl_call {
	const struct fl_offer *offer;
	struct fl_chat chat;
	uint32_t draw;       /* 1, 2, ...: equal requests with other draws are other calls */
	uint64_t timeout_ms; /* of each call, from its first request to its end, retries included */
};

/* An encoded call: what its key is made of. Lives in the arena that it was made in. */
struct fl_call_plan {
	const struct fl_offer *offer;
	struct fl_str url, body;
	uint32_t draw;
	uint64_t timeout_ms;
	bool stream;
	uint64_t messages, max_output;
	struct fl_str tier;  /* service tier asked for, empty = standard */
	struct fl_sent sent; /* to a server of one's own; else nothing */
	bool warm_up;        /* its answer is not kept, and it is not tried twice (warm_up.h) */
	uint8_t key[FL_CELL_KEY];
	bool priced;
	int64_t worst_nusd; /* of one attempt; valid when priced */
};

/* What is kept of a call, and what its user gets. */
struct fl_cell {
	uint8_t key[FL_CELL_KEY];
	enum fl_outcome outcome;
	enum fl_code code;     /* FL_OK unless outcome is failed */
	struct fl_str message; /* the server's words, or ours, when failed; ours when the input was cut */
	struct fl_str text, finish, model;
	struct fl_str tier; /* service tier that was served; empty = standard */
	struct fl_usage usage;
	uint64_t latency_us; /* of the attempt that counted: from leaving to its end */
	uint64_t first_us;   /* to the first response byte */
	int64_t
	    cost_nusd; /* of all attempts; recomputed by today's price list, for the day it was made, when it comes from the store */
	int64_t lost_nusd; /* part of it: earlier attempts whose usage never came */
	bool priced;       /* cost is known */
	bool over_hold;
	bool stored; /* came from the store: nothing was sent */
	uint32_t attempts;
	int64_t at_ms; /* wall clock of the answer */
};

struct fl_engine;
struct fl_engine_options {
	uint64_t backoff_ms;      /* first wait, doubled each time, with full jitter [500] */
	uint64_t backoff_most_ms; /* [8,000] */
	uint64_t seed;            /* of the jitter */
	struct fl_http_options http;
};

struct fl_engine *fl_engine_create(struct fl_loop *loop, struct fl_store *store,
                                   const struct fl_engine_options *options);
/* No call may be under way. */
void fl_engine_destroy(struct fl_engine *e);

/* Encodes, names and prices a call. */
enum fl_code fl_call_plan(const struct fl_call *call, struct fl_arena *a, struct fl_call_plan *out,
                          struct fl_err *err) FL_MUST_USE;
/* The name of a call: SHA-256 over offer, url, request and draw. */
void fl_call_key(struct fl_str offer, struct fl_str url, struct fl_str body, uint32_t draw, uint8_t key[FL_CELL_KEY]);
/* Reads a stored answer; its slices live in the arena. FL_E_NOT_FOUND when there is none. */
enum fl_code fl_engine_find(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_arena *a,
                            struct fl_cell *out, struct fl_err *err) FL_MUST_USE;

/*
 * Makes the call: done(arg, cell) follows on the loop's thread, never before this returns. The cell's slices live until
 * done returns. With a limited budget that has no room: waits while other calls hold money, else the cell fails with
 * FL_E_BUDGET. The plan is copied.
 */
void fl_engine_start(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_budget *budget,
                     void (*done)(void *arg, const struct fl_cell *cell), void *arg);
/* What may be seen of a call while it comes. */
struct fl_call_watch {
	/*
	 * The answer of this attempt has grown: all of it so far, and the thinking. A shorter one means that it began anew. The
	 * slices live for the call. Of an answer that comes whole or from the store nothing is told before `done`.
	 */
	void (*grew)(void *arg, struct fl_str text, struct fl_str thinking);
	void *arg;
};
/* The same, watched; the watch is copied. */
void fl_engine_start_watched(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_budget *budget,
                             const struct fl_call_watch *watch, void (*done)(void *arg, const struct fl_cell *cell),
                             void *arg);
/* The client by which it sends, for what is asked of servers beside calls. */
struct fl_http_client *fl_engine_client(const struct fl_engine *e);
/* Calls under way. */
size_t fl_engine_active(const struct fl_engine *e);
/* No attempt leaves any more; calls that wait end with FL_E_CANCELLED, those in flight are finished. */
void fl_engine_drain(struct fl_engine *e);

/*
 * Reads what the scope has spent. Holds that are still open there belong to a run that died: they are charged in full
 * and marked lost. Call it only while holding the lock of that scope's task.
 */
enum fl_code fl_budget_open(struct fl_store *store, struct fl_budget *b, struct fl_err *err) FL_MUST_USE;

#endif
