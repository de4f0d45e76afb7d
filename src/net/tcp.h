/*
 * tcp.h - the lowest filter: a name is resolved, its addresses are tried in turn, bytes go to and from the kernel.
 *
 * Ownership: see filter.h; `room` is borrowed and may be shared by all connections of a loop, since a read and its data
 * event never overlap with another. Threads: the loop's; names are resolved on the pool. Limits: 16 addresses tried;
 * each but the last gets an equal share of connect_ms. Failure by end: FL_E_RESOLVE, FL_E_CONNECT, FL_E_CLOSED.
 */
#ifndef FL_TCP_H
#define FL_TCP_H

#include "net/filter.h"

struct fl_tcp_target {
	const char *host; /* name or address; copied */
	uint16_t port;
	uint64_t connect_ms;
	struct fl_str room; /* where reads go; at least 16 KiB */
};

struct fl_filter *fl_tcp_create(struct fl_loop *loop, const struct fl_tcp_target *target,
                                const struct fl_filter_events *up, void *up_arg);

#endif
