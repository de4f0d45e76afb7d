/*
 * The loop. Timers are recycled: a stopped libuv timer goes on a free list instead of through uv_close, so that arming
 * and stopping a deadline per request costs no allocation and no pass through the closing queue. Posts from other
 * threads are a vector under a lock that the loop swaps out whole.
 */
#include "io/loop.h"

#include "base/vec.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct fl_timer_handle {
	uv_timer_t uv;
	struct fl_loop *loop;
	struct fl_timer *owner; /* NULL while on the free list */
	void (*fn)(void *arg);
	void *arg;
	struct fl_timer_handle *next; /* on the free list */
};

struct post {
	void (*fn)(void *arg);
	void *arg;
};
typedef FL_VEC(struct post) posts;

struct job {
	uv_work_t req;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

struct fl_loop {
	uv_loop_t uv;
	struct fl_timer_handle *free_timers;
	uv_async_t wake; /* referenced while holds > 0 */
	size_t holds;
	pthread_mutex_t lock; /* guards `posted` */
	posts posted;
	posts running; /* the other half of the swap; the loop's thread alone */
	uv_signal_t on_signal[2];
	bool signals_open; /* the two handles are initialised */
	void (*signal_fn)(void *arg, int signum);
	void *signal_arg;
};

/* libuv answers here only with programming errors or an exhausted process: neither can be handled by a caller. */
static void must(int rc, const char *what)
{
	if (rc != 0)
		FL_BUG("%s: %s", what, uv_strerror(rc));
}

static void run_posts(struct fl_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	posts take = loop->posted;
	loop->posted = loop->running;
	pthread_mutex_unlock(&loop->lock);
	loop->running = (posts){0};
	for (size_t i = 0; i < take.n; i++)
		take.p[i].fn(take.p[i].arg);
	take.n = 0;
	FL_VEC_RELEASE(&loop->running);
	loop->running = take;
}

static void on_wake(uv_async_t *wake)
{
	run_posts(wake->data);
}

struct fl_loop *fl_loop_create(void)
{
	struct fl_loop *loop = fl_alloc_zero(1, sizeof *loop);
	/* A peer that goes away must be an error of one write, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	must(uv_loop_init(&loop->uv), "event loop");
	must(uv_async_init(&loop->uv, &loop->wake, on_wake), "wake-up handle");
	loop->wake.data = loop;
	uv_unref((uv_handle_t *)&loop->wake);
	FL_ASSERT(pthread_mutex_init(&loop->lock, NULL) == 0);
	return loop;
}

static void free_timer(uv_handle_t *handle)
{
	free(handle->data);
}

static void find_leak(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		FL_BUG("the loop ends while a %s is still open", uv_handle_type_name(handle->type));
}

void fl_loop_destroy(struct fl_loop *loop)
{
	run_posts(loop);
	FL_ASSERT(loop->holds == 0);
	uv_close((uv_handle_t *)&loop->wake, NULL);
	if (loop->signals_open)
		for (size_t i = 0; i < FL_COUNT(loop->on_signal); i++)
			uv_close((uv_handle_t *)&loop->on_signal[i], NULL);
	/* Callbacks of the closing handles may still start and stop timers: close those last. */
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	while (loop->free_timers) {
		struct fl_timer_handle *h = loop->free_timers;
		loop->free_timers = h->next;
		uv_close((uv_handle_t *)&h->uv, free_timer);
	}
	uv_walk(&loop->uv, find_leak, NULL);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	must(uv_loop_close(&loop->uv), "closing the event loop");
	pthread_mutex_destroy(&loop->lock);
	FL_VEC_RELEASE(&loop->posted);
	FL_VEC_RELEASE(&loop->running);
	free(loop);
}

void fl_loop_run(struct fl_loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

bool fl_loop_step(struct fl_loop *loop)
{
	return uv_run(&loop->uv, UV_RUN_ONCE) != 0;
}

void fl_loop_stop(struct fl_loop *loop)
{
	uv_stop(&loop->uv);
}

uv_loop_t *fl_loop_uv(struct fl_loop *loop)
{
	return &loop->uv;
}

/* Takes the handle away from its owner; what remains is inactive and keeps no loop alive. */
static void recycle(struct fl_timer_handle *h)
{
	h->owner->handle = NULL;
	h->owner = NULL;
	h->next = h->loop->free_timers;
	h->loop->free_timers = h;
}

static void on_timer(uv_timer_t *uv)
{
	struct fl_timer_handle *h = uv->data;
	void (*fn)(void *arg) = h->fn;
	void *arg = h->arg;
	recycle(h);
	fn(arg);
}

static struct fl_timer_handle *new_timer(struct fl_loop *loop)
{
	struct fl_timer_handle *h = loop->free_timers;
	if (h) {
		loop->free_timers = h->next;
		return h;
	}
	h = fl_alloc_zero(1, sizeof *h);
	h->loop = loop;
	must(uv_timer_init(&loop->uv, &h->uv), "timer");
	h->uv.data = h;
	return h;
}

void fl_timer_start(struct fl_loop *loop, struct fl_timer *t, uint64_t ms, void (*fn)(void *arg), void *arg)
{
	struct fl_timer_handle *h = t->handle ? t->handle : new_timer(loop);
	FL_ASSERT(h->loop == loop);
	h->owner = t;
	h->fn = fn;
	h->arg = arg;
	t->handle = h;
	/* libuv counts from the start of this round; a long callback before us would make the timer early. */
	uv_update_time(&loop->uv);
	must(uv_timer_start(&h->uv, on_timer, ms, 0), "timer");
}

void fl_timer_stop(struct fl_timer *t)
{
	if (!t->handle)
		return;
	uv_timer_stop(&t->handle->uv);
	recycle(t->handle);
}

static void on_pool(uv_work_t *req)
{
	struct job *job = req->data;
	job->work(job->arg);
}

static void on_pool_done(uv_work_t *req, int status)
{
	struct job *job = req->data;
	(void)status; /* nothing here cancels a job */
	job->done(job->arg);
	free(job);
}

void fl_loop_work(struct fl_loop *loop, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct job *job = fl_alloc_zero(1, sizeof *job);
	*job = (struct job){.work = work, .done = done, .arg = arg};
	job->req.data = job;
	must(uv_queue_work(&loop->uv, &job->req, on_pool, on_pool_done), "worker pool");
}

void fl_loop_post(struct fl_loop *loop, void (*fn)(void *arg), void *arg)
{
	/* Inside the lock, so that a loop whose last post has run may be destroyed by what that post did. */
	pthread_mutex_lock(&loop->lock);
	FL_VEC_PUSH(&loop->posted, (struct post){fn, arg});
	uv_async_send(&loop->wake);
	pthread_mutex_unlock(&loop->lock);
}

void fl_loop_hold(struct fl_loop *loop)
{
	if (loop->holds++ == 0)
		uv_ref((uv_handle_t *)&loop->wake);
}

void fl_loop_drop(struct fl_loop *loop)
{
	FL_ASSERT(loop->holds > 0);
	if (--loop->holds == 0)
		uv_unref((uv_handle_t *)&loop->wake);
}

static void on_signal(uv_signal_t *handle, int signum)
{
	struct fl_loop *loop = handle->data;
	loop->signal_fn(loop->signal_arg, signum);
}

void fl_loop_signals(struct fl_loop *loop, void (*fn)(void *arg, int signum), void *arg)
{
	static const int signum[FL_COUNT(loop->on_signal)] = {SIGINT, SIGTERM};
	loop->signal_fn = fn;
	loop->signal_arg = arg;
	for (size_t i = 0; i < FL_COUNT(signum); i++) {
		uv_signal_t *h = &loop->on_signal[i];
		if (!loop->signals_open) {
			must(uv_signal_init(&loop->uv, h), "signal handle");
			h->data = loop;
		}
		must(uv_signal_start(h, on_signal, signum[i]), "signal handler");
		uv_unref((uv_handle_t *)h);
	}
	loop->signals_open = true;
}

void fl_loop_signals_stop(struct fl_loop *loop)
{
	for (size_t i = 0; loop->signals_open && i < FL_COUNT(loop->on_signal); i++)
		uv_signal_stop(&loop->on_signal[i]);
}
