/*
 * proxy.h - an http proxy: who it is, and the filter that asks it for a tunnel by CONNECT (RFC 9110 9.3.6).
 *
 * Ownership: fl_proxy_init/_release pair up; the filter copies what it needs, see filter.h for the rest. Threads: the
 * loop's. Limits: an answer of 64 KiB, 128 headers. Failure: fl_proxy_check gives FL_E_INVALID for a url that cannot be
 * used (kept until then, since creating a client does not fail); the filter ends with FL_E_CONNECT when refused.
 */
#ifndef FL_PROXY_H
#define FL_PROXY_H

#include "net/filter.h"
#include "net/url.h"

struct fl_proxy {
	bool set; /* there is one */
	char host[FL_HOST_TEXT];
	uint16_t port;
	struct fl_buf authorization; /* value of Proxy-Authorization; empty = none */
	struct fl_err *bad;          /* why its url cannot be used; NULL when it can */
};

/* NULL or "" = no proxy. */
void fl_proxy_init(struct fl_proxy *p, const char *url);
void fl_proxy_release(struct fl_proxy *p);
enum fl_code fl_proxy_check(const struct fl_proxy *p, struct fl_err *err) FL_MUST_USE;

/* Above a tcp filter to the proxy; ready when the tunnel to host:port is open. */
struct fl_filter *fl_proxy_create(struct fl_filter *below, const struct fl_proxy *p, const char *host, uint16_t port,
                                  const struct fl_filter_events *up, void *up_arg);

#endif
