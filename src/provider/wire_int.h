/*
 * wire_int.h - what the wire formats of this folder share with the machine that feeds them (private).
 *
 * Ownership: everything belongs to the decoder; `scratch` is emptied before each object, `arena` lives until release.
 * Threads: one at a time. Limits: FL_REPLY_*. Failure: fl_wire_fail keeps the first; too large an answer sets `overflow`.
 */
#ifndef FL_WIRE_INT_H
#define FL_WIRE_INT_H

#include "base/vec.h"
#include "codec/eventstream.h"
#include "codec/json_stream.h"
#include "codec/sse.h"
#include "provider/wire.h"

enum fl_framing {
	FL_FRAME_UNKNOWN, /* not enough bytes yet to tell */
	FL_FRAME_BODY,    /* one JSON value, or an error page */
	FL_FRAME_SSE,
	FL_FRAME_VALUES, /* NDJSON, or one JSON array */
	FL_FRAME_EVENTS  /* AWS binary */
};

/* A tool call while it grows. */
struct fl_tool_parts {
	uint64_t key; /* by which later pieces find it */
	struct fl_str id;
	struct fl_buf name, arguments;
};

struct fl_decoder {
	const struct fl_wire *wire;
	void *state; /* wire->state_bytes of it, in the arena */
	int status;  /* 200 for every 2xx */
	enum fl_framing framing, hint;
	struct fl_sse sse;
	struct fl_json_stream values;
	struct fl_eventstream events;
	struct fl_arena arena, scratch;
	struct fl_buf body;  /* the whole body; for a stream only what is needed to tell its framing */
	struct fl_buf inner; /* bytes of an event that were base64 */
	struct fl_buf text, reasoning, refusal;
	struct fl_buf usage; /* the last usage object, raw */
	FL_VEC(struct fl_tool_parts) tool;
	size_t tool_bytes;
	struct fl_reply reply;
	uint64_t metric[4]; /* what Bedrock counted: input, output, cache read, cache written */
	bool metrics;
	bool whole;    /* the object is the whole body */
	bool clean;    /* the terminal event came */
	bool done;     /* ... and what comes behind it is no part of the answer */
	bool unsure;   /* the last counts of usage did not come, though the end did */
	bool seen;     /* something of an answer came */
	bool filtered; /* a filter stopped it without saying so in `finish` */
	bool overflow;
	bool broken;   /* the framing is damaged: nothing more is read */
	bool flushing; /* the bytes have ended inside an event: it may be half */
	bool cut;      /* ... and it was */
};

/*
 * JSON as it should have been: halves of surrogate pairs without their other half (servers that cut a stream between the
 * two escapes) and bytes that are not UTF-8 become U+FFFD. In the scratch arena; false when there was nothing to mend.
 */
bool fl_wire_mend(struct fl_decoder *d, struct fl_str text, struct fl_str *out);

/* The format's own memory, made on first use. */
void *fl_wire_state(struct fl_decoder *d);
/* Goes on in another format: what came is not of the one that was expected. */
void fl_wire_switch(struct fl_decoder *d, const struct fl_wire *wire);
/* Forgets text, thinking, tool calls and finish: a new message begins. */
void fl_wire_restart(struct fl_decoder *d);

/* Appends a string, or the texts of a list of parts ({"text":...}). */
void fl_wire_append(struct fl_decoder *d, struct fl_buf *to, const struct fl_json *v);
/* Replaces *to by a string that is not empty. */
void fl_wire_keep(struct fl_decoder *d, struct fl_str *to, const struct fl_json *v);
/* Replaces reply.tier by the normal word of a string. */
void fl_wire_keep_tier(struct fl_decoder *d, const struct fl_json *v);
/* Sets code and message, unless there are some. */
void fl_wire_fail(struct fl_decoder *d, enum fl_code code, struct fl_str message);
/* Any shape of error object: {"error":{...}}, {"error":"..."}, {"detail":...}, {"message":...}, [{"error":...}]. */
void fl_wire_error(struct fl_decoder *d, const struct fl_json *root);
/* A stream's events by their type: what each does with the object that came, `index` being the part of the answer that it
 * speaks of (0 when it names none). Events without a row are passed over. */
struct fl_wire_event {
	const char *type;
	void (*fn)(struct fl_decoder *d, const struct fl_json *v, uint64_t index);
};
void fl_wire_dispatch(struct fl_decoder *d, const struct fl_wire_event *event, size_t events, struct fl_str type,
                      const struct fl_json *v, const char *index_name);
/* The event `error`. The stream may go on: a failure of the whole follows some errors. */
void fl_wire_on_error(struct fl_decoder *d, const struct fl_json *v, uint64_t index);
void fl_wire_problem(struct fl_decoder *d, const char *fmt, ...) FL_PRINTF(2, 3);
/* The same, and the usage is marked as odd. */
void fl_wire_odd(struct fl_decoder *d, const char *fmt, ...) FL_PRINTF(2, 3);

/* Forgets all tool calls. */
void fl_wire_drop_tools(struct fl_decoder *d);
/* The last tool call with that key, or NULL. */
struct fl_tool_parts *fl_wire_tool(struct fl_decoder *d, uint64_t key);
/* A new one; NULL when there are too many. */
struct fl_tool_parts *fl_wire_add_tool(struct fl_decoder *d, uint64_t key);
void fl_wire_tool_name(struct fl_decoder *d, struct fl_tool_parts *t, const struct fl_json *name);
/* Appends a string, or the raw text of any other value (whole arguments of servers that send an object). */
void fl_wire_tool_arguments(struct fl_decoder *d, struct fl_tool_parts *t, const struct fl_json *v);
/* Empties the arguments. */
void fl_wire_tool_clear(struct fl_decoder *d, struct fl_tool_parts *t);

/* Remembers a usage object (if it is one) in place of the one before. */
void fl_wire_keep_usage(struct fl_decoder *d, const struct fl_json *usage);
/* The one remembered, in the scratch arena; NULL when none came. */
const struct fl_json *fl_wire_usage(struct fl_decoder *d);
/* A count: 0 when absent or null; 0 and odd when it is negative or no whole number. */
uint64_t fl_wire_count(struct fl_decoder *d, const struct fl_json *v, const char *name);
/* Odd when a total that the provider states (it may be absent) is not the sum. */
void fl_wire_check_total(struct fl_decoder *d, const struct fl_json *v, const char *name, uint64_t sum);
/* Usage as OpenAI's chat endpoint reports it: prompt_tokens, completion_tokens and their details. */
void fl_wire_openai_usage(struct fl_decoder *d, const struct fl_json *usage);

/* Bedrock's own counts, which it adds to the last chunk of an invoke stream. */
void fl_wire_bedrock_metrics(struct fl_decoder *d, const struct fl_json *v);
/* Takes them where the vendor's event told none. */
void fl_wire_bedrock_usage(struct fl_decoder *d);

/* Member of an object by a NUL-terminated name. */
static inline const struct fl_json *fl_wire_get(const struct fl_json *v, const char *name)
{
	return fl_json_get(v, fl_str_from(name));
}
/* The member unless it is null. */
const struct fl_json *fl_wire_some(const struct fl_json *v, const char *name);
/* True when the member is a string equal to `is`. */
bool fl_wire_is(struct fl_decoder *d, const struct fl_json *v, const char *name, const char *is);
#define FL_WIRE_EACH(item, list)                                                                                       \
	for (const struct fl_json *item = (list) ? fl_json_first(list) : NULL; item; item = fl_json_next(list, item))

#endif
