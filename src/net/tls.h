/*
 * tls.h - the TLS filter: OpenSSL 3 above any other filter, always with verification: a chain to a known authority,
 * valid now, issued for the host name (sent as SNI) or the address. TLS 1.2 at least.
 *
 * Ownership: fl_tls_context_create/_destroy; connections of a destroyed context finish on their own. Threads: the
 * loop's; the authorities are read once per context, on the pool, when the first connection asks. Limits: none.
 * Failure by end: FL_E_TLS (certificate or handshake refused), FL_E_CONNECT (lost before the handshake was over),
 * FL_E_CLOSED (ended without close_notify: what was read may be cut short).
 */
#ifndef FL_TLS_H
#define FL_TLS_H

#include "net/filter.h"

struct fl_tls_context;

/* ca_file: further authorities in PEM, or NULL. */
struct fl_tls_context *fl_tls_context_create(struct fl_loop *loop, const char *ca_file);
void fl_tls_context_destroy(struct fl_tls_context *x);

struct fl_filter *fl_tls_create(struct fl_filter *below, struct fl_tls_context *x, const char *host, uint16_t port,
                                const struct fl_filter_events *up, void *up_arg);

#endif
