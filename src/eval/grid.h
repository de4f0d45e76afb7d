/*
 * grid.h - cells on demand: (item, candidate) -> score, cost, latency, outcome.
 *
 *   fl_grid_want(item, candidate) ... -> for each draw: the store, or one call -> read out, vote, grade -> on_cell
 *
 * Cells are worked on in the order in which they were wanted, as many calls at once as each provider allows; cells whose
 * draws are all stored cost no call. Draws with equal requests are shared, also while they are in flight. Before the first
 * call to a model on a server of one's own that server is asked about itself and warmed up (call/warm_up.h); meanwhile the
 * provider's other cells wait. A server that says how many requests it works on gets no more calls at once, unless the user
 * said a number; a prompt that cannot fit into the context that it says it holds ends the run before it is sent.
 *
 * Ownership: _create/_destroy; results are kept until then. Threads: the loop's thread; on_cell runs inside
 * fl_loop_run/step. Limits: those of task.h. Failure: an answer that failed is a cell with outcome failed; what stops the
 * run (budget, full disk, interruption) calls on_stop once, and no further cell comes.
 */
#ifndef FL_GRID_H
#define FL_GRID_H

#include "call/warm_up.h"
#include "eval/run.h"
#include "task/task.h"

struct fl_grid_cell {
	float score;
	uint8_t outcome;                          /* enum fl_outcome */
	int8_t code;                              /* enum fl_code of a failure */
	bool done, cut, priced, over_hold, fresh; /* fresh: at least one call was made for it now */
	int64_t cost_nusd;                        /* sum of its draws */
	uint32_t latency_ms;                      /* of its slowest draw; the timeout when failed */
	uint32_t in_tokens, out_tokens;
};

struct fl_grid_options {
	struct fl_engine *engine;
	struct fl_loop *loop;
	struct fl_store *store;
	struct fl_run *run; /* cells are recorded under it */
	void (*on_cell)(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell);
	void (*on_stop)(void *arg, enum fl_code code, const struct fl_err *err);
	/* What the server of an offer said of itself, if it said something, and how many calls it gets at once. */
	void (*on_server)(void *arg, const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once);
	struct fl_providers *providers; /* of the task: keep what servers say */
	void *arg;
};

struct fl_grid;
struct fl_grid *fl_grid_create(const struct fl_task *task, const struct fl_grid_options *options);
/* Finishes writing what is there. No call may be under way. */
enum fl_code fl_grid_destroy(struct fl_grid *g, struct fl_err *err) FL_MUST_USE;
/* Makes all cells that are there durable in the store, and waits for it. */
enum fl_code fl_grid_flush(struct fl_grid *g, struct fl_err *err);
void fl_grid_want(struct fl_grid *g, size_t item, size_t candidate);
/* NULL while it is not there. */
const struct fl_grid_cell *fl_grid_at(const struct fl_grid *g, size_t item, size_t candidate);
/* Forgets what is wanted and not begun; on_stop is not called. Cells in flight still come. */
void fl_grid_stop(struct fl_grid *g);
/* Nothing is wanted or in flight. */
bool fl_grid_idle(const struct fl_grid *g);

/* What the distinct draws used so far have cost, and how many they are. */
struct fl_grid_spent {
	uint64_t draws, fresh_draws;
	int64_t cost_nusd;
};
struct fl_grid_spent fl_grid_spent(const struct fl_grid *g);
/* Words of the last failure of a candidate, "" if none. */
struct fl_str fl_grid_failure(const struct fl_grid *g, size_t candidate);

/* The most that one item can cost a candidate, retries included: over all items, the sum of its draws' worst cases. False
 * when its price is unknown. */
enum fl_code fl_grid_cap(const struct fl_task *t, size_t candidate, bool *known, int64_t *cap_nusd,
                         struct fl_err *err) FL_MUST_USE;

#endif
