/*
 * trial.h - one loop, one client and the record of each call, for the tests of net/.
 *
 * Ownership: trial_open/_close. A trial_call must outlive its call. Failure: cmocka's.
 */
#ifndef FL_TRIAL_H
#define FL_TRIAL_H

#include "test.h"

#include "net/client.h"
#include "peer.h"

struct trial {
	struct fl_loop *loop;
	struct fl_http_client *client;
	size_t running;
};

enum trial_when { NOT, IN_HEAD, IN_DATA, IN_DONE };

struct trial_call {
	struct trial *t;
	struct fl_http_call *call;
	int heads, dones, late; /* late: callbacks after done or after a cancel */
	int status;
	size_t datas;
	struct fl_buf body;
	enum fl_code code;
	struct fl_err err;
	struct fl_http_times times;
	enum trial_when cancel; /* where to cancel */
	bool cancelled;
	void (*then)(struct trial_call *c); /* called in done */
	void *arg;
};

static inline void trial_open(struct trial *t, const struct fl_http_options *options)
{
	t->loop = fl_loop_create();
	t->client = fl_http_client_create(t->loop, options);
	t->running = 0;
}

static inline void trial_close(struct trial *t)
{
	assert_int_equal(t->running, 0);
	fl_http_client_destroy(t->client);
	fl_loop_destroy(t->loop);
}

static inline void trial_cancel(struct trial_call *c)
{
	c->cancelled = true;
	fl_http_cancel(c->call);
}

static inline void trial_head(void *arg, const struct fl_http_head *head)
{
	struct trial_call *c = arg;
	c->late += c->dones || c->cancelled;
	c->heads++;
	c->status = head->status;
	if (c->cancel == IN_HEAD)
		trial_cancel(c);
}

static inline void trial_data(void *arg, struct fl_str bytes)
{
	struct trial_call *c = arg;
	c->late += c->dones || c->cancelled || c->heads != 1;
	c->datas++;
	fl_buf_str(&c->body, bytes);
	if (c->cancel == IN_DATA)
		trial_cancel(c);
}

static inline void trial_done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *times)
{
	struct trial_call *c = arg;
	c->dones++;
	c->t->running--;
	c->code = code;
	if (c->cancel == IN_DONE)
		trial_cancel(c);
	c->err = *err;
	c->times = *times;
	if (c->then)
		c->then(c);
}

/* Starts; trial_call is zeroed but for `cancel`, `then` and `arg`. */
static inline void trial_start(struct trial *t, struct trial_call *c, const struct fl_http_request *req,
                               const struct fl_http_limits *limits)
{
	struct fl_http_sink sink = {trial_head, trial_data, trial_done, c};
	c->t = t;
	fl_buf_init(&c->body, 1 << 28);
	t->running++;
	c->call = fl_http_start(t->client, req, limits, &sink);
	assert_int_equal(c->dones, 0);
}

/* One round without waiting for an event of the loop, for a condition that only the server's threads bring about. */
static inline void trial_poll(struct trial *t)
{
	uv_run(fl_loop_uv(t->loop), UV_RUN_NOWAIT);
	uv_sleep(1);
}

/* Until every call is done. */
static inline void trial_run(struct trial *t)
{
	while (t->running > 0)
		assert_true(fl_loop_step(t->loop) || t->running == 0);
}

static inline void trial_release(struct trial_call *c)
{
	assert_int_equal(c->dones, 1);
	assert_int_equal(c->late, 0);
	fl_buf_release(&c->body);
}

/* "http://127.0.0.1:port/path" */
#define TRIAL_URL 256
static inline struct fl_str trial_url(char out[TRIAL_URL], const char *scheme, const char *host, uint16_t port)
{
	int n = snprintf(out, TRIAL_URL, "%s://%s:%u/v1/x?y=z", scheme, host, port);
	return (struct fl_str){out, (size_t)n};
}

#endif
