/*
 * client.h - the one way out: an HTTP/1.1 client (RFC 9110, RFC 9112) over libuv and OpenSSL.
 *
 *   start(request, limits, sink) ... head ... data* ... done     exactly one done, always, on the loop's thread
 *
 * One start is at most one request on the wire. A kept-alive connection that turns out dead before the first response
 * byte ends as FL_E_STALE; nothing here sends again. Redirects are not followed. `done` is never called inside
 * fl_http_start. fl_http_cancel may be called in any state, also inside a callback; done then follows with
 * FL_E_CANCELLED (at once on return to the loop), and no other callback comes before it.
 *
 * Ownership: the request's slices must live until done; slices handed to the sink live until that callback returns.
 * Threads: the loop's thread alone. Limits: struct fl_http_limits, each with its default. Failure: enum fl_code in done:
 * RESOLVE, CONNECT, TLS, TIMEOUT, STALE, CLOSED, PROTOCOL, LIMIT, CANCELLED, INVALID (a url that cannot be used).
 */
#ifndef FL_CLIENT_H
#define FL_CLIENT_H

#include "base/err.h"
#include "base/str.h"
#include "io/loop.h"

struct fl_http_client;
struct fl_http_call; /* one request under way; valid from start until its done callback returns */

struct fl_http_header {
	struct fl_str name, value;
};

struct fl_http_request {
	const char *method; /* "POST" */
	struct fl_str url;  /* http:// or https:// */
	/* Besides Host, Content-Length, Accept-Encoding and User-Agent, which the client writes; of these only User-Agent
	 * may be given. The array is copied, what its slices point to is not. */
	const struct fl_http_header *headers;
	size_t header_count;
	struct fl_str body;
	bool event_stream; /* idle deadline restarts on SSE payload only, not on comments or blank lines */
};

/* 0 means the default in brackets. */
struct fl_http_limits {
	uint64_t connect_ms;    /* resolve, connect, TLS together [10,000] */
	uint64_t first_byte_ms; /* from request sent to first response byte [total] */
	uint64_t idle_ms;       /* between pieces of payload [total] */
	uint64_t total_ms;      /* everything, waiting for a free place included [60,000] */
	size_t header_bytes;    /* of status line and headers together [65,536] */
	size_t header_count;    /* [128] */
	size_t body_bytes;      /* after decoding [64 MiB] */
	size_t inflate_ratio;   /* decoded bytes per encoded byte past the first 64 KiB [200] */
	size_t sse_line_bytes;  /* longest line of an event stream [8 MiB] */
};

struct fl_http_head {
	int status;                           /* 200..599 (1xx are passed over) */
	const struct fl_http_header *headers; /* as received, names in their own case */
	size_t header_count;
};
/* Value of the first header of that name (any case), or the empty slice with p NULL. */
struct fl_str fl_http_head_get(const struct fl_http_head *head, const char *name);

/* Monotonic nanoseconds at which things happened; 0 = did not happen. */
struct fl_http_times {
	uint64_t start_ns;   /* fl_http_start */
	uint64_t granted_ns; /* a place among the calls in flight was free */
	uint64_t
	    sent_ns; /* last request byte handed to the kernel; non-zero from the first byte on: the request may have left */
	uint64_t first_byte_ns; /* first response byte */
	uint64_t done_ns;
};

struct fl_http_sink {
	void (*head)(void *arg, const struct fl_http_head *head); /* may be NULL */
	void (*data)(void *arg, struct fl_str bytes);             /* decoded payload, in order */
	/* code FL_OK: the response is whole. err has details otherwise. `sent` of times tells whether the request left. */
	void (*done)(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *times);
	void *arg;
};

/* Options of a client. NULL or 0 = default. */
struct fl_http_options {
	const char *ca_file;     /* further authorities in PEM, besides the system's [env SSL_CERT_FILE by OpenSSL] */
	const char *https_proxy; /* "http://[user:pass@]host:port" for https, by CONNECT [none]; never for loopback */
	const char *http_proxy;  /* same, for http (absolute-form request) [none]; never for loopback */
	const char *no_proxy;    /* comma list of hosts and .suffixes [none] */
	size_t in_flight;        /* calls at once per origin (scheme, host, port) [8] */
	size_t waiting;          /* further calls that may wait per origin; past it FL_E_LIMIT [100,000] */
	uint64_t keep_alive_ms;  /* idle connections are closed after that [30,000] */
};

/* The proxies that the environment names (HTTPS_PROXY, http_proxy, NO_PROXY, and in small letters; HTTP_PROXY in capitals is
 * not heard, for a server's CGI may set it from a request's header), everything else by default. */
struct fl_http_options fl_http_options_of_environment(void);
struct fl_http_client *fl_http_client_create(struct fl_loop *loop, const struct fl_http_options *options);
/* No call may be under way. Closes idle connections; fl_loop_destroy finishes the closing. */
void fl_http_client_destroy(struct fl_http_client *c);
/* Overrides in_flight for one origin, e.g. a server with one slot. `url` is any URL of that origin. */
void fl_http_client_in_flight(struct fl_http_client *c, struct fl_str url, size_t most);

struct fl_http_call *fl_http_start(struct fl_http_client *c, const struct fl_http_request *req,
                                   const struct fl_http_limits *limits, const struct fl_http_sink *sink);
void fl_http_cancel(struct fl_http_call *call);

#endif
