/*
 * sse.h - server-sent events: bytes in any split become events (WHATWG HTML, section 9.2.6, "Interpreting an event
 * stream").
 *
 * Lines end with LF, CR or CRLF; a byte order mark at the start is dropped; lines that begin with ':' are comments;
 * several data lines are joined by LF; an event without data is not given. What stands behind the last blank line when
 * the stream ends is no event: fl_sse_pending says so.
 *
 * Ownership: _init/_release; an event's slices live for its callback. Threads: one at a time. Limits: FL_SSE_LINE,
 * FL_SSE_EVENT. Failure: FL_E_LIMIT, after which nothing more is given.
 */
#ifndef FL_SSE_H
#define FL_SSE_H

#include "base/err.h"
#include "base/str.h"

#define FL_SSE_LINE ((size_t)8 << 20)   /* bytes of one line */
#define FL_SSE_EVENT ((size_t)16 << 20) /* bytes of one event's data */

struct fl_sse_event {
	struct fl_str event; /* empty = "message" */
	struct fl_str data;
	struct fl_str id; /* the last one seen */
};

struct fl_sse {
	void (*on_event)(void *arg, const struct fl_sse_event *event);
	void *arg;
	struct fl_buf line, data, event, id;
	bool has_data; /* a data field stands in the event that is being read */
	bool after_cr; /* the last byte was CR: an LF now belongs to it */
	bool started;  /* past the place of a byte order mark */
	bool failed;
};

void fl_sse_init(struct fl_sse *s, void (*on_event)(void *arg, const struct fl_sse_event *event), void *arg);
void fl_sse_release(struct fl_sse *s);
enum fl_code fl_sse_feed(struct fl_sse *s, struct fl_str bytes, struct fl_err *err) FL_MUST_USE;
/* True when the stream stands inside a line or an event that no blank line has ended. */
bool fl_sse_pending(const struct fl_sse *s);

#endif
