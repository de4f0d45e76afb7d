/*
 * loop.h - the event loop, its timers and its worker pool, over libuv.
 *
 * Ownership: fl_loop_create/_destroy; a timer is embedded in its user and must be stopped before that memory goes.
 * Threads: everything runs on the loop's thread, but for the `work` function of a job, which runs on a pool thread, and
 * fl_loop_post, which any thread may call. Limits: pool of 4 threads (UV_THREADPOOL_SIZE). Failure: creation aborts.
 */
#ifndef FL_LOOP_H
#define FL_LOOP_H

#include "base/base.h"

#include <uv.h>

struct fl_loop;

struct fl_loop *fl_loop_create(void);
/* Runs pending closes, then frees. No timer, job or connection may be alive. */
void fl_loop_destroy(struct fl_loop *loop);
/* Runs until nothing is left to wait for, or fl_loop_stop. */
void fl_loop_run(struct fl_loop *loop);
/* Runs one round: waits for at least one event. False when nothing is left to wait for. */
bool fl_loop_step(struct fl_loop *loop);
/* Makes fl_loop_run return after the current callback. */
void fl_loop_stop(struct fl_loop *loop);
/* The libuv loop below, for handles of io/ and net/. */
uv_loop_t *fl_loop_uv(struct fl_loop *loop);

/* A one-shot timer, embedded in its user. Zero-initialise before the first use. */
struct fl_timer {
	struct fl_timer_handle *handle; /* NULL while not armed */
};
/* Calls fn(arg) once, `ms` from now; arming again replaces what was armed. */
void fl_timer_start(struct fl_loop *loop, struct fl_timer *t, uint64_t ms, void (*fn)(void *arg), void *arg);
/* Never calls fn after this returns. Allowed when not armed, and inside fn. */
void fl_timer_stop(struct fl_timer *t);

/* Runs work(arg) on a pool thread, then done(arg) on the loop's thread. `arg` is the caller's, alive until done. */
void fl_loop_work(struct fl_loop *loop, void (*work)(void *arg), void (*done)(void *arg), void *arg);
/* From any thread: calls fn(arg) on the loop's thread soon, in order of posting. Alone it does not keep fl_loop_run
 * alive: hold/drop below do, for as long as another thread owes a post. */
void fl_loop_post(struct fl_loop *loop, void (*fn)(void *arg), void *arg);
/* On the loop's thread: count of outstanding foreign work that keeps fl_loop_run and fl_loop_step waiting. */
void fl_loop_hold(struct fl_loop *loop);
void fl_loop_drop(struct fl_loop *loop);
/* Calls fn(arg, signum) on the loop's thread at each SIGINT or SIGTERM until fl_loop_signals_stop; does not keep the
 * loop alive. */
void fl_loop_signals(struct fl_loop *loop, void (*fn)(void *arg, int signum), void *arg);
void fl_loop_signals_stop(struct fl_loop *loop);

#endif
