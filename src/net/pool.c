#include "net/pool.h"

#include "base/clock.h"
#include "base/map.h"
#include "net/proxy.h"
#include "net/tcp.h"
#include "net/tls.h"

#include <stdio.h>
#include <stdlib.h>

#define IN_FLIGHT 8
#define WAITING 100000
#define KEEP_ALIVE_MS 30000
#define READ_ROOM 65536
#define REQUEST_HEAD_BYTES 1048576

struct fl_origin {
	struct fl_pool *pool;
	char key[FL_ORIGIN_TEXT];
	char host[FL_HOST_TEXT];
	uint16_t port;
	bool https;
	size_t most, taken, waiting;
	struct fl_place *first, *last; /* the queue */
	struct fl_conn *idle;          /* the most recently used first */
};

struct fl_pool {
	struct fl_loop *loop;
	struct fl_map origins; /* key -> struct fl_origin */
	struct fl_proxy http_proxy, https_proxy;
	char *no_proxy;
	struct fl_tls_context *tls;
	size_t in_flight, waiting;
	uint64_t keep_alive_ms;
	size_t idle;       /* connections in all origins */
	uv_timer_t *sweep; /* closes expired idle connections; does not keep the loop alive; frees itself */
	char *room;
};

static size_t or_default(size_t n, size_t otherwise)
{
	return n ? n : otherwise;
}

static void on_sweep(uv_timer_t *timer);

struct fl_pool *fl_pool_create(struct fl_loop *loop, const struct fl_http_options *options)
{
	static const struct fl_http_options none;
	const struct fl_http_options *o = options ? options : &none;
	struct fl_pool *pool = fl_alloc_zero(1, sizeof *pool);
	pool->loop = loop;
	fl_map_init(&pool->origins);
	fl_proxy_init(&pool->http_proxy, o->http_proxy);
	fl_proxy_init(&pool->https_proxy, o->https_proxy);
	pool->no_proxy = strdup(o->no_proxy ? o->no_proxy : "");
	pool->tls = fl_tls_context_create(loop, o->ca_file);
	pool->in_flight = or_default(o->in_flight, IN_FLIGHT);
	pool->waiting = or_default(o->waiting, WAITING);
	pool->keep_alive_ms = o->keep_alive_ms ? o->keep_alive_ms : KEEP_ALIVE_MS;
	pool->room = fl_alloc(READ_ROOM);
	pool->sweep = fl_alloc_zero(1, sizeof *pool->sweep);
	if (uv_timer_init(fl_loop_uv(loop), pool->sweep) != 0)
		FL_BUG("timer");
	pool->sweep->data = pool;
	uv_unref((uv_handle_t *)pool->sweep);
	return pool;
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

void fl_pool_destroy(struct fl_pool *pool)
{
	for (size_t i = 0; i < pool->origins.n; i++) {
		struct fl_origin *o = pool->origins.entry[i].value;
		FL_ASSERT(o->taken == 0 && o->waiting == 0);
		while (o->idle)
			fl_conn_close(o->idle);
		free(o);
	}
	fl_map_release(&pool->origins);
	fl_proxy_release(&pool->http_proxy);
	fl_proxy_release(&pool->https_proxy);
	fl_tls_context_destroy(pool->tls);
	uv_close((uv_handle_t *)pool->sweep, free_handle);
	free(pool->no_proxy);
	free(pool->room);
	free(pool);
}

struct fl_origin *fl_pool_origin(struct fl_pool *pool, const struct fl_url *url)
{
	char key[FL_ORIGIN_TEXT];
	struct fl_origin *o = fl_map_get(&pool->origins, fl_url_origin(url, key));
	if (o)
		return o;
	o = fl_alloc_zero(1, sizeof *o);
	o->pool = pool;
	o->https = url->https;
	o->port = url->port;
	o->most = pool->in_flight;
	fl_url_host(url, o->host);
	fl_map_put(&pool->origins, fl_url_origin(url, o->key), o);
	return o;
}

/* Places. */

static void grant_next(struct fl_origin *o)
{
	while (o->first && o->taken < o->most) {
		struct fl_place *p = o->first;
		o->first = p->after;
		*(o->first ? &o->first->before : &o->last) = NULL;
		o->waiting--;
		p->before = p->after = NULL;
		p->state = PLACE_TAKEN;
		o->taken++;
		p->granted(p->arg);
	}
}

void fl_origin_in_flight(struct fl_origin *o, size_t most)
{
	o->most = FL_MAX(most, (size_t)1);
	grant_next(o);
}

enum fl_code fl_origin_ask(struct fl_origin *o, struct fl_place *place, bool *waits, struct fl_err *err)
{
	*waits = o->taken >= o->most;
	if (!*waits) {
		place->state = PLACE_TAKEN;
		o->taken++;
		return FL_OK;
	}
	if (o->waiting >= o->pool->waiting)
		return fl_err_set(err, FL_E_LIMIT, "%zu calls to %s are under way and %zu wait: no more are taken",
		                  o->taken, o->key, o->waiting);
	place->state = PLACE_WAITING;
	place->before = o->last;
	*(o->last ? &o->last->after : &o->first) = place;
	o->last = place;
	o->waiting++;
	return FL_OK;
}

void fl_origin_leave(struct fl_origin *o, struct fl_place *place)
{
	if (place->state == PLACE_WAITING) {
		*(place->before ? &place->before->after : &o->first) = place->after;
		*(place->after ? &place->after->before : &o->last) = place->before;
		place->before = place->after = NULL;
		o->waiting--;
	} else if (place->state == PLACE_TAKEN) {
		o->taken--;
	}
	bool taken = place->state == PLACE_TAKEN;
	place->state = PLACE_NONE;
	if (taken)
		grant_next(o);
}

/* Connections. */

static void unlink_idle(struct fl_conn *c)
{
	*(c->before ? &c->before->after : &c->origin->idle) = c->after;
	if (c->after)
		c->after->before = c->before;
	c->before = c->after = NULL;
	struct fl_pool *pool = c->origin->pool;
	if (--pool->idle == 0)
		uv_timer_stop(pool->sweep);
}

void fl_conn_close(struct fl_conn *c)
{
	if (c->closed)
		return;
	if (!c->on)
		unlink_idle(c);
	c->closed = true;
	c->on = NULL;
	/* The pool may be gone before the kernel has closed. */
	c->origin = NULL;
	fl_filter_close(c->top);
}

static void on_ready(void *arg)
{
	struct fl_conn *c = arg;
	c->on->ready(c->arg);
}

/* Nothing may come on an idle connection: whatever it is, it would be taken for the next answer. */
static void on_data(void *arg, struct fl_str bytes)
{
	struct fl_conn *c = arg;
	if (c->on)
		c->on->data(c->arg, bytes);
	else
		fl_conn_close(c);
}

static void on_sent(void *arg)
{
	struct fl_conn *c = arg;
	if (c->on)
		c->on->sent(c->arg);
}

static void on_end(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct fl_conn *c = arg;
	if (c->on)
		c->on->end(c->arg, code, err);
	else
		fl_conn_close(c);
}

static void on_gone(void *arg)
{
	struct fl_conn *c = arg;
	fl_parser_release(&c->parser);
	fl_buf_release(&c->out);
	free(c);
}

static const struct fl_filter_events conn_events = {on_ready, on_data, on_sent, on_end, on_gone};

static void on_sweep(uv_timer_t *timer)
{
	struct fl_pool *pool = timer->data;
	uint64_t now = fl_mono_ns();
	for (size_t i = 0; i < pool->origins.n; i++) {
		struct fl_origin *o = pool->origins.entry[i].value;
		for (struct fl_conn *c = o->idle, *after; c; c = after) {
			after = c->after;
			if (c->expires_ns <= now)
				fl_conn_close(c);
		}
	}
}

void fl_conn_keep(struct fl_conn *c, uint64_t keep_for_s)
{
	struct fl_origin *o = c->origin;
	struct fl_pool *pool = o->pool;
	uint64_t keep_ms = pool->keep_alive_ms;
	/* A server's own limit, less a second for the way: a request must not meet its close. */
	if (keep_for_s > 0 && keep_for_s < keep_ms / 1000 + 1)
		keep_ms = FL_MIN(keep_ms, (keep_for_s - 1) * 1000);
	c->on = NULL;
	c->arg = NULL;
	c->reused = true;
	c->before = NULL;
	c->after = o->idle;
	if (o->idle)
		o->idle->before = c;
	o->idle = c;
	if (pool->idle++ == 0)
		uv_timer_start(pool->sweep, on_sweep, pool->keep_alive_ms,
		               FL_MAX(pool->keep_alive_ms / 4, (uint64_t)1));
	c->expires_ns = fl_mono_ns() + keep_ms * 1000000;
	fl_filter_hold(c->top, false);
}

static struct fl_conn *take_idle(struct fl_origin *o)
{
	uint64_t now = fl_mono_ns();
	while (o->idle) {
		struct fl_conn *c = o->idle;
		if (c->expires_ns > now) {
			unlink_idle(c);
			fl_filter_hold(c->top, true);
			return c;
		}
		fl_conn_close(c);
	}
	return NULL;
}

/* The proxy for an origin, or NULL for the direct way. */
static const struct fl_proxy *proxy_for(const struct fl_origin *o)
{
	const struct fl_proxy *proxy = o->https ? &o->pool->https_proxy : &o->pool->http_proxy;
	if (!proxy->set || fl_host_is_loopback(o->host) || fl_host_in_list(o->host, fl_str_from(o->pool->no_proxy)))
		return NULL;
	return proxy;
}

/* Each filter is created above the one before it; the last one's events are the connection's. */
static void stack_up(struct fl_conn *c, const struct fl_proxy *proxy, uint64_t connect_ms)
{
	struct fl_origin *o = c->origin;
	struct fl_tcp_target target = {
	    proxy ? proxy->host : o->host, proxy ? proxy->port : o->port, connect_ms, {o->pool->room, READ_ROOM}};
	c->top = fl_tcp_create(o->pool->loop, &target, &conn_events, c);
	if (proxy && o->https)
		c->top = fl_proxy_create(c->top, proxy, o->host, o->port, &conn_events, c);
	if (o->https)
		c->top = fl_tls_create(c->top, o->pool->tls, o->host, o->port, &conn_events, c);
	c->absolute = proxy && !o->https;
}

enum fl_code fl_conn_get(struct fl_origin *o, const struct fl_filter_events *on, void *arg, uint64_t connect_ms,
                         struct fl_conn **out, struct fl_err *err)
{
	struct fl_conn *c = take_idle(o);
	if (!c) {
		const struct fl_proxy *proxy = proxy_for(o);
		if (proxy)
			FL_TRY(fl_proxy_check(proxy, err));
		c = fl_alloc_zero(1, sizeof *c);
		c->origin = o;
		fl_parser_init(&c->parser);
		fl_buf_init(&c->out, REQUEST_HEAD_BYTES);
		stack_up(c, proxy, connect_ms);
		fl_filter_start(c->top);
	}
	c->on = on;
	c->arg = arg;
	*out = c;
	return FL_OK;
}

struct fl_str fl_conn_proxy_auth(const struct fl_conn *c)
{
	return c->absolute ? fl_buf_slice(&c->origin->pool->http_proxy.authorization) : (struct fl_str){0};
}
