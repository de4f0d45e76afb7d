/*
 * pool.h - who may call, and over which connection: places in flight per origin (scheme, host, port) with a queue, and
 * kept-alive connections to reuse.
 *
 *   ask -> (queue) -> granted -> fl_conn_get -> ready -> ... -> fl_conn_keep or fl_conn_close -> leave -> next in queue
 *
 * Ownership: the pool owns origins and connections; a place is embedded in its user. Threads: the loop's. Limits:
 * in_flight places and as many idle connections per origin; `waiting` in its queue. Failure: FL_E_LIMIT when that is
 * full; connections fail by their end event.
 */
#ifndef FL_POOL_H
#define FL_POOL_H

#include "net/filter.h"
#include "net/parse.h"
#include "net/url.h"

struct fl_pool;
struct fl_origin;

struct fl_pool *fl_pool_create(struct fl_loop *loop, const struct fl_http_options *options);
/* No place may be taken. Closes idle connections. */
void fl_pool_destroy(struct fl_pool *pool);
/* The origin of a URL, made when it is new. */
struct fl_origin *fl_pool_origin(struct fl_pool *pool, const struct fl_url *url);
/* Replaces the number of places; those in the queue come in at once if there is room. */
void fl_origin_in_flight(struct fl_origin *o, size_t most);

/* A claim to call; zero-initialise. */
struct fl_place {
	struct fl_place *before, *after; /* in the queue */
	enum { PLACE_NONE, PLACE_WAITING, PLACE_TAKEN } state;
	void (*granted)(void *arg); /* when it waited; may come within fl_origin_leave of another */
	void *arg;
};
/* Takes a place, or waits (*waits). FL_E_LIMIT: the queue is full. */
enum fl_code fl_origin_ask(struct fl_origin *o, struct fl_place *place, bool *waits, struct fl_err *err) FL_MUST_USE;
/* Gives back a place, or leaves the queue; nothing when there is none. */
void fl_origin_leave(struct fl_origin *o, struct fl_place *place);

/* A connection lent to one call. */
struct fl_conn {
	struct fl_parser parser; /* for the user's response; memory is kept from one to the next */
	struct fl_buf out;       /* for the user's request */
	struct fl_filter *top;
	struct fl_origin *origin;
	const struct fl_filter_events *on; /* the user's; NULL while idle or closed. `gone` is not passed on */
	void *arg;
	bool reused;   /* it carried an earlier request */
	bool absolute; /* requests name the whole URL: a plain http proxy is below */
	bool closed;
	uint64_t expires_ns; /* while idle */
	struct fl_conn *before, *after;
};
/* An idle connection (conn->reused; send at once) or a new one (send after ready). No event comes within this call.
 * FL_E_INVALID: the proxy's url cannot be used. */
enum fl_code fl_conn_get(struct fl_origin *o, const struct fl_filter_events *on, void *arg, uint64_t connect_ms,
                         struct fl_conn **out, struct fl_err *err) FL_MUST_USE;
/* Back to the pool. `keep_for_s`: what the server said, 0 = nothing. */
void fl_conn_keep(struct fl_conn *c, uint64_t keep_for_s);
/* The end of it; no event comes any more. */
void fl_conn_close(struct fl_conn *c);
/* "Proxy-Authorization" for requests over an absolute connection; empty when none. */
struct fl_str fl_conn_proxy_auth(const struct fl_conn *c);

#endif
