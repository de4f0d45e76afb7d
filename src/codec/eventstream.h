/*
 * eventstream.h - an incremental decoder of AWS event streams (application/vnd.amazon.eventstream).
 *
 *   | total bytes 4 | header bytes 4 | CRC 4 |  headers ...  |  payload ...  | CRC 4 |     all big-endian
 *   '----------- the prelude, whose CRC-32 is the third word ---------------'
 *   '---- what the last CRC-32 is of ------------------------------------------'
 *
 *   a header:  | name length 1 | name | type 1 | value |     the value's size follows from the type, or stands before it
 *
 * Source: "Amazon event stream encoding" (AWS Smithy specification, and the Transcribe developer guide).
 *
 * Fed in pieces of any size, it gives the same messages for every way of cutting. A message whose checksum does not fit is
 * never given.
 *
 * Ownership: the decoder owns its buffer until _release; a message's slices are valid during the callback. Threads: one at
 * a time. Limits: FL_EVENTSTREAM_BYTES a message, FL_EVENTSTREAM_HEADER_BYTES of headers (the protocol's own). Failure:
 * FL_E_INVALID (checksum, lengths, headers), FL_E_LIMIT; whatever the callback returns; after a failure every further
 * call fails the same way.
 */
#ifndef FL_EVENTSTREAM_H
#define FL_EVENTSTREAM_H

#include "base/err.h"
#include "base/str.h"

enum { FL_EVENTSTREAM_BYTES = 24 << 20, FL_EVENTSTREAM_HEADER_BYTES = 128 << 10 };

struct fl_eventstream_message {
	struct fl_str headers; /* as they came; ask with fl_eventstream_header */
	struct fl_str payload;
};

/* Anything but FL_OK stops the decoder and is returned by fl_eventstream_feed. */
typedef enum fl_code fl_eventstream_fn(void *user, const struct fl_eventstream_message *m, struct fl_err *err);

struct fl_eventstream {
	fl_eventstream_fn *fn;
	void *user;
	struct fl_buf message; /* the beginning of a message whose end has not come */
	enum fl_code stopped;  /* the failure that ended it */
};

void fl_eventstream_init(struct fl_eventstream *s, fl_eventstream_fn *fn, void *user);
void fl_eventstream_release(struct fl_eventstream *s);
enum fl_code fl_eventstream_feed(struct fl_eventstream *s, struct fl_str bytes, struct fl_err *err) FL_MUST_USE;
/* The stream has ended. True when it ended inside a message: something was cut off. */
bool fl_eventstream_end(const struct fl_eventstream *s);
/* A header that holds a string, by name (":event-type"); empty when there is none. */
struct fl_str fl_eventstream_header(const struct fl_eventstream_message *m, struct fl_str name);

#endif
