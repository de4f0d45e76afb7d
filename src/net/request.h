/*
 * request.h - what goes on the wire before the body (RFC 9112 3, RFC 9110): one request line and its headers, checked
 * first, so that nothing a user or a task file wrote can add a header or a second request.
 *
 * Ownership: none kept. Threads: pure. Limits: the buffer's. Failure: FL_E_INVALID, FL_E_LIMIT.
 */
#ifndef FL_REQUEST_H
#define FL_REQUEST_H

#include "net/client.h"
#include "net/url.h"

/* Method, header names and values fit their grammar; none of the headers that the client writes itself is given. */
enum fl_code fl_request_check(const struct fl_http_request *req, struct fl_err *err) FL_MUST_USE;

struct fl_request_way {
	bool absolute;               /* name the whole URL: the peer is a plain http proxy */
	struct fl_str authorization; /* of that proxy; empty = none */
};
/* Appends the head, blank line included. */
enum fl_code fl_request_write(struct fl_buf *out, const struct fl_http_request *req, const struct fl_url *url,
                              const struct fl_request_way *way, struct fl_err *err) FL_MUST_USE;
/* Appends "host" or "host:port" as the Host header wants it. */
bool fl_request_write_host(struct fl_buf *out, const struct fl_url *url);

#endif
