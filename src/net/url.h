/*
 * url.h - http and https URLs taken apart (RFC 3986 as far as a client needs it), and what a host name says about
 * itself: an address, the machine itself, excepted from the proxy.
 *
 * Ownership: slices point into the text parsed. Threads: pure. Limits: hosts of 253 bytes, URLs of 16 KiB. Failure:
 * FL_E_INVALID with what was found; user names in URLs, other schemes, spaces and bytes outside ASCII are refused.
 */
#ifndef FL_URL_H
#define FL_URL_H

#include "base/err.h"
#include "base/str.h"

#define FL_URL_BYTES 16384
#define FL_HOST_BYTES 253
#define FL_HOST_TEXT (FL_HOST_BYTES + 1)

struct fl_url {
	bool https;
	struct fl_str user;   /* "user:password" as written; empty unless fl_url_parse_proxy allowed it */
	struct fl_str host;   /* without brackets */
	bool bracketed;       /* the host is an IPv6 address in brackets */
	uint16_t port;        /* the scheme's own when not written */
	bool port_is_default; /* it is the scheme's own */
	struct fl_str target; /* path and query, without the fragment; starts with '/', '?', or is empty */
};

enum fl_code fl_url_parse(struct fl_url *u, struct fl_str text, struct fl_err *err) FL_MUST_USE;
/* The same for a proxy: http:// alone, credentials allowed, the path ignored. */
enum fl_code fl_url_parse_proxy(struct fl_url *u, struct fl_str text, struct fl_err *err) FL_MUST_USE;

/* "scheme://host:port" in lower case: what connections may be shared by. */
#define FL_ORIGIN_TEXT (FL_HOST_BYTES + 24)
struct fl_str fl_url_origin(const struct fl_url *u, char out[FL_ORIGIN_TEXT]);
/* The host in lower case, NUL-terminated, without a final dot. */
const char *fl_url_host(const struct fl_url *u, char out[FL_HOST_TEXT]);

/* True when the text is an IPv4 or IPv6 address. */
bool fl_host_is_address(const char *host);
/* True for localhost, names under .localhost (RFC 6761), 127.0.0.0/8 and ::1. */
bool fl_host_is_loopback(const char *host);
/* True when a comma list of hosts, .suffixes (a host covers the names below it) and "*" covers the host. */
bool fl_host_in_list(const char *host, struct fl_str list);

/* Replaces %XX by its byte; appends to out. False on a bad escape or a full buffer. */
bool fl_percent_decode(struct fl_buf *out, struct fl_str s);

#endif
