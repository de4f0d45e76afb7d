/*
 * filter.h - one connection as a stack of filters, each with the same table of functions:
 *
 *   owner   <- ready, data, sent, end, gone      events go up
 *   tls     -> start, send, hold, close          orders go down
 *   proxy
 *   tcp     the kernel
 *
 * start, then ready once. Then send, one at a time, each answered by sent when its last byte is with the kernel. data
 * comes unasked. end is the last event of a life: FL_OK when the peer ended it in order (FIN, close_notify), else the
 * reason. close may be called at any time, also inside an event; then nothing comes but gone, once, from the loop,
 * and only then is the memory of the filters freed. After end the owner calls close.
 *
 * Ownership: closing the top closes and frees all below it; bytes to send are borrowed until sent or close. Threads:
 * the loop's. Limits: none here. Failure: by end.
 */
#ifndef FL_FILTER_H
#define FL_FILTER_H

#include "base/err.h"
#include "base/str.h"
#include "io/loop.h"

struct fl_filter;

struct fl_filter_events {
	void (*ready)(void *arg);
	void (*data)(void *arg, struct fl_str bytes);
	void (*sent)(void *arg); /* may come within send */
	void (*end)(void *arg, enum fl_code code, const struct fl_err *err);
	void (*gone)(void *arg);
};

struct fl_filter_kind {
	const char *name;
	void (*start)(struct fl_filter *f);
	/* `count` parts, at most 2, sent one behind the other. */
	void (*send)(struct fl_filter *f, const struct fl_str *part, size_t count);
	/* Whether the connection keeps the loop alive (default: yes). */
	void (*hold)(struct fl_filter *f, bool held);
	void (*close)(struct fl_filter *f);
	/* What it is doing, for messages: "connecting to 10.0.0.1:80"; NULL when ready. */
	const char *(*doing)(struct fl_filter *f);
};

/* The first member of every filter. */
struct fl_filter {
	const struct fl_filter_kind *kind;
	const struct fl_filter_events *up;
	void *up_arg;
	struct fl_filter *below; /* NULL for tcp */
	bool closed;             /* close was called: no event but gone */
};

static inline void fl_filter_start(struct fl_filter *f)
{
	f->kind->start(f);
}
static inline void fl_filter_send(struct fl_filter *f, const struct fl_str *part, size_t count)
{
	f->kind->send(f, part, count);
}
static inline void fl_filter_hold(struct fl_filter *f, bool held)
{
	f->kind->hold(f, held);
}
static inline void fl_filter_close(struct fl_filter *f)
{
	f->kind->close(f);
}
static inline const char *fl_filter_doing(struct fl_filter *f)
{
	return f->kind->doing(f);
}

#endif
