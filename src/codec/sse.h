/*
 * sse.h - an incremental decoder of event streams (WHATWG HTML, "Server-sent events", section 9.2.6).
 *
 * Fed in pieces of any size, it gives the same events for every way of cutting. Lines end with LF, CR or CRLF; a byte
 * order mark at the start is dropped; comments and unknown fields are passed over; data lines are joined by LF; an event
 * without data is not given. An event that the stream does not finish with an empty line is never given, and
 * fl_sse_end says so.
 *
 * Ownership: the decoder owns its buffers until _release; the event's slices are valid during the callback. Threads: one
 * at a time. Limits: bytes of a line and of an event's data, stated at init. Failure: FL_E_LIMIT; whatever the callback
 * returns; after a failure every further call fails the same way.
 */
#ifndef FL_SSE_H
#define FL_SSE_H

#include "base/err.h"
#include "base/str.h"

struct fl_sse_event {
	struct fl_str event; /* its type; empty when the stream gave none (browsers then say "message") */
	struct fl_str data;
	struct fl_str id; /* the last id seen, from this or an earlier event */
};

/* Anything but FL_OK stops the decoder and is returned by fl_sse_feed. */
typedef enum fl_code fl_sse_fn(void *user, const struct fl_sse_event *event, struct fl_err *err);

struct fl_sse_limits {
	size_t line_bytes; /* of one line */
	size_t data_bytes; /* of the data of one event */
};

struct fl_sse {
	fl_sse_fn *fn;
	void *user;
	struct fl_sse_limits limits;
	struct fl_buf line; /* the beginning of a line whose end has not come */
	struct fl_buf data, type, id;
	bool has_data;          /* the open event has a data line */
	bool open;              /* fields came since the last empty line */
	bool after_cr;          /* an LF that comes next belongs to the CR before */
	bool begun;             /* the place for a byte order mark has passed */
	enum fl_code stopped;   /* the failure that ended it */
	uint64_t payload_lines; /* lines that were fields, comments left out: a sign of life of the sender's model */
};

void fl_sse_init(struct fl_sse *s, struct fl_sse_limits limits, fl_sse_fn *fn, void *user);
void fl_sse_release(struct fl_sse *s);
enum fl_code fl_sse_feed(struct fl_sse *s, struct fl_str bytes, struct fl_err *err) FL_MUST_USE;
/* The stream has ended. True when it ended inside an event or a line: something was cut off. */
bool fl_sse_end(const struct fl_sse *s);

#endif
