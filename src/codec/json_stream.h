/*
 * json_stream.h - splits JSON values that arrive one after another: the elements of one array, or values with white
 * space between them (NDJSON, or a text that was meant to be).
 *
 *   [{...},        a text that begins with '[' is one array; its elements are given
 *    {...}]
 *
 *   {...}\n{...}\n any other text is a row of values
 *
 * Fed in pieces of any size, it gives the same values for every way of cutting. It finds only where a value ends (by
 * depth, outside of strings); whether it is JSON is for the reader of the value to say (json.h). A number or word ends
 * at what cannot belong to it, so the last one of a row is given by fl_json_stream_end.
 *
 * Ownership: the splitter owns its buffer until _release; a value's slice is valid during the callback. Threads: one at a
 * time. Limits: bytes of one value, stated at init. Failure: FL_E_LIMIT; FL_E_INVALID for commas or brackets out of
 * place; whatever the callback returns; after a failure every further call fails the same way.
 */
#ifndef FL_JSON_STREAM_H
#define FL_JSON_STREAM_H

#include "base/err.h"
#include "base/str.h"

/* Anything but FL_OK stops the splitter and is returned by fl_json_stream_feed. */
typedef enum fl_code fl_json_stream_fn(void *user, struct fl_str value, struct fl_err *err);

enum fl_json_stream_state {
	FL_JSON_STREAM_START,   /* nothing but white space yet */
	FL_JSON_STREAM_BETWEEN, /* a value may come */
	FL_JSON_STREAM_DUE,     /* a value must come: a comma stands before */
	FL_JSON_STREAM_VALUE,   /* inside one */
	FL_JSON_STREAM_AFTER,   /* an element has ended: a comma or the end of the array */
	FL_JSON_STREAM_CLOSED   /* the array has ended */
};

struct fl_json_stream {
	fl_json_stream_fn *fn;
	void *user;
	struct fl_buf value; /* the beginning of a value whose end has not come */
	enum fl_json_stream_state state;
	uint64_t depth;
	bool array, in_string, escaped;
	bool scalar;          /* the open value is a number or a word */
	uint64_t values;      /* given so far */
	enum fl_code stopped; /* the failure that ended it */
};

void fl_json_stream_init(struct fl_json_stream *s, size_t value_bytes, fl_json_stream_fn *fn, void *user);
void fl_json_stream_release(struct fl_json_stream *s);
enum fl_code fl_json_stream_feed(struct fl_json_stream *s, struct fl_str bytes, struct fl_err *err) FL_MUST_USE;
/* The text has ended: gives a last number or word. */
enum fl_code fl_json_stream_end(struct fl_json_stream *s, struct fl_err *err) FL_MUST_USE;
/* True when nothing is cut off: outside a value, and an array that began is closed. */
bool fl_json_stream_whole(const struct fl_json_stream *s);

#endif
