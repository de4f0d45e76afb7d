/*
 * event_lines.h - tells payload from keep-alive noise in an event stream (the line rules of the HTML standard, 9.2):
 * blank lines and comments, which start with ':', are noise.
 *
 * Ownership: a plain value. Threads: pure. Limits: `most` bytes a line, the caller's. Failure: false past it.
 */
#ifndef FL_EVENT_LINES_H
#define FL_EVENT_LINES_H

#include "base/str.h"

struct fl_event_lines {
	size_t n;     /* bytes of the line so far */
	bool comment; /* it began with ':' */
};

/* Reads on. *payload becomes true when any byte belongs to a line of payload, else false. */
bool fl_event_lines_feed(struct fl_event_lines *l, struct fl_str bytes, size_t most, bool *payload);

#endif
