/*
 * recorded.h - recorded exchanges with model providers: who was asked, what was answered, what it used.
 *
 * Two kinds of file are read, told apart by what they hold:
 *
 *   JSON Lines    {"id","endpoint","request":{"body"},"response":{"status","headers","body" or "body_b64"},"recorded_at"}
 *                 an exchange a line; "wire" and "provider" are hints, "response"."framing" is not needed
 *   HAR 1.2       {"log":{"entries":[{"startedDateTime","request":{"url","postData"},"response":{"status","content"}}]}}
 *                 what a browser or a proxy recorded; entries that are no model's answer are passed over and counted
 *
 * The wire format comes from the hint, the endpoint's path and the shape of the body, in this order of trust: path, hint,
 * shape.
 *
 * Ownership: an exchange and all its slices are valid during the callback. Threads: one at a time. Limits:
 * FL_RECORDED_FILE_BYTES of a file (for who reads it), FL_REPLY_* of an answer. Failure: FL_E_INVALID with file and line
 * for a line that is no exchange (nothing behind it is read); whatever the callback returns. An answer that cannot be
 * decoded is no failure of the file: its reply says so.
 */
#ifndef FL_RECORDED_H
#define FL_RECORDED_H

#include "provider/wire.h"

#define FL_RECORDED_FILE_BYTES ((size_t)1 << 30)

struct fl_recorded {
	struct fl_str id; /* of the line, or the entry's number */
	int line;         /* 1-based; of a HAR file the entry's number */
	const struct fl_wire *wire;
	struct fl_str provider; /* as the file hints: openai, bedrock, ...; empty when it does not */
	struct fl_str endpoint;
	struct fl_str model; /* that was asked for; empty when the request does not say */
	struct fl_str tier;  /* that was asked for, in normal words; empty = standard, or not said */
	int status;
	uint64_t request_bytes; /* of the request's body; 0 when it is not recorded */
	struct fl_reply reply;
	bool complete; /* as reply.complete */
	int64_t at_ms; /* when it happened, milliseconds since 1970, UTC; 0 = not known */
};

/* Anything but FL_OK stops the reading and is returned. */
typedef enum fl_code fl_recorded_fn(void *user, const struct fl_recorded *x, struct fl_err *err);

/* The file, and what was found in it. */
struct fl_recorded_file {
	const char *name;     /* for errors; may be NULL */
	uint64_t exchanges;   /* given */
	uint64_t passed_over; /* entries of a HAR file that are no model's answer */
};

/* Reads all exchanges of a file's text. */
enum fl_code fl_recorded_each(struct fl_str text, struct fl_recorded_file *file, fl_recorded_fn *fn, void *user,
                              struct fl_err *err) FL_MUST_USE;

#endif
