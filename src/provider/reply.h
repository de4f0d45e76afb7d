/*
 * reply.h - what came back from a model, whichever wire format it came in.
 *
 * Ownership: slices live as long as the decoder that made the reply. Threads: plain values. Limits: FL_REPLY_*. Failure:
 * the reply's own code and message.
 */
#ifndef FL_REPLY_H
#define FL_REPLY_H

#include "base/err.h"
#include "base/str.h"
#include "catalog/usage.h"

enum fl_outcome {
	FL_OUT_OK,
	FL_OUT_REFUSED,
	FL_OUT_TRUNCATED,
	FL_OUT_FILTERED,
	FL_OUT_UNPARSABLE,
	FL_OUT_FAILED,
	FL_OUT_CUT_INPUT, /* the server cut the input in silence (call/cut_input.h): there is no answer to the question */
	FL_OUTCOMES
};
const char *fl_outcome_name(enum fl_outcome o);
/* FL_OUTCOMES when no outcome has that name. */
enum fl_outcome fl_outcome_of(struct fl_str name);

enum {
	FL_REPLY_BYTES = 32 << 20,     /* text of one answer, arguments of all its tool calls, and a whole JSON body */
	FL_REPLY_LINE_BYTES = 8 << 20, /* one event of a stream */
	FL_REPLY_MESSAGE_BYTES = 500,  /* of a server's error text that is kept */
	FL_REPLY_TOOLS = 1024,         /* tool calls of one answer */
	FL_REPLY_PROBLEMS = 8,         /* further ones are passed over */
	FL_REPLY_WAIT_S = 86400        /* that a server may ask one to wait; longer counts as that */
};

struct fl_tool_call {
	struct fl_str name;
	struct fl_str arguments; /* as sent: JSON text, if the model got it right */
};

struct fl_reply {
	enum fl_code code;       /* FL_OK, or why there is no answer */
	enum fl_outcome outcome; /* FL_OUT_FAILED exactly when code is not FL_OK */
	struct fl_str message;   /* the server's own words when it failed */
	uint64_t retry_after_ms; /* that an error's body asks to wait before another attempt; 0 = it says nothing */
	struct fl_str text;      /* first choice, visible part */
	struct fl_str reasoning; /* visible thinking, if any came */
	struct fl_str refusal;   /* why it refused, where that is said apart from the text */
	struct fl_str finish;    /* as sent: stop, length, content_filter, ... */
	struct fl_str id;        /* of the request that it says it answers; of applications alone */
	struct fl_str model;     /* that says it served */
	struct fl_str tier; /* service tier that it says it served: batch, flex, priority, fast; empty = standard */
	const struct fl_tool_call *tool;
	size_t tools;
	bool complete; /* a whole body, or the protocol's own last event came */
	bool ended;    /* that event came: what is missing behind it is no part of the answer */
	struct fl_usage usage;
	struct fl_str usage_json;                 /* raw usage object, for the record */
	struct fl_str problem[FL_REPLY_PROBLEMS]; /* what does not add up, a sentence each */
	size_t problems;
};

/* A wait as servers write it: a decimal number of units of that many milliseconds, rounded up; 0 when it is none. */
uint64_t fl_wait_ms(struct fl_str decimal, uint64_t unit_ms);

#endif
