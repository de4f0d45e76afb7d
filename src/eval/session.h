/*
 * session.h - one run of a task against its models: the store, the engine and the grid together, with what holds for
 * `eval` and `balance` alike.
 *
 *   open (lock, budget) -> probe (one cell a candidate: refused keys, models and parameters show at once, in the server's
 *   words) -> run until done, stopped or interrupted -> close
 *
 * A first SIGINT or SIGTERM finishes what is in flight and stops; a second one ends the process at once with status 3. A
 * candidate whose server cannot be reached any more (FL_OUTAGE cells in a row) stops the run: an outage says nothing of
 * the model.
 *
 * Ownership: embedded; _open/_close. Threads: the loop's thread. Failure: as call.h and store.h; the probe's failure names
 * every candidate that was refused.
 */
#ifndef FL_SESSION_H
#define FL_SESSION_H

#include "eval/grid.h"

enum { FL_OUTAGE = 5 };

struct fl_session {
	struct fl_task *task;
	struct fl_loop *loop;
	struct fl_store *store;
	struct fl_engine *engine;
	struct fl_run run;
	struct fl_grid *grid;
	void (*on_cell)(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell); /* may be NULL */
	void *arg;
	void (*on_server)(void *arg, const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once);
	void *server_arg;
	bool done; /* set it to end fl_session_run */
	bool interrupted;
	enum fl_code stopped; /* FL_OK, or why no further cell comes */
	struct fl_err err;    /* details of that */
	uint32_t *down;       /* per candidate: cells in a row whose server could not be reached */
	uint64_t cells;       /* that came */
};

struct fl_session_options {
	const char *state_path;
	const char *kind; /* eval, balance */
	/* As in grid.h; may be NULL. */
	void (*on_server)(void *arg, const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once);
	void *server_arg;
};

enum fl_code fl_session_open(struct fl_session *s, struct fl_task *task, const struct fl_session_options *options,
                             struct fl_err *err) FL_MUST_USE;
/* Obtains cell (item, candidate) for each candidate with use[c] (NULL = all). An error names what was refused. When it was
 * stopped or interrupted meanwhile that is told by the fields. */
enum fl_code fl_session_probe(struct fl_session *s, size_t item, const bool *use, struct fl_err *err) FL_MUST_USE;
/* Runs until `done`, or stopped and nothing is in flight. */
void fl_session_run(struct fl_session *s);
/* Ends it; `finished`: nothing is left to do for this run. */
enum fl_code fl_session_close(struct fl_session *s, bool finished, struct fl_err *err) FL_MUST_USE;

#endif
