/*
 * dialect.h - one wire format of model servers: how a request is written and a response read.
 *
 * A dialect is one file and one row of functions. Encoding is deterministic: equal requests give equal bytes, for the
 * name of a paid call is the hash of them. Decoding is fed bytes as they come, in any split, and folds streams and whole
 * bodies into the same reply. A stream is whole only when the protocol's own terminal event came.
 *
 * Ownership: a decoder owns its state from _begin to _release; the reply's slices live as long as the decoder. Threads:
 * one at a time. Limits: struct fl_decoder_limits. Failure: the reply's code and message.
 */
#ifndef FL_DIALECT_H
#define FL_DIALECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/client.h"
#include "price/price.h"

struct fl_message {
	struct fl_str role; /* system, user, assistant */
	struct fl_str text;
};

enum fl_endpoint { FL_ENDPOINT_CHAT, FL_ENDPOINT_COMPLETIONS };

/* What is asked, in nobody's wire format. Empty slices and false flags mean: not sent. */
struct fl_chat {
	enum fl_endpoint endpoint;
	struct fl_str model;
	const struct fl_message *message;
	size_t message_count;
	uint64_t max_output;      /* tokens; always sent */
	struct fl_str limit_name; /* the member that carries it: max_tokens, max_completion_tokens */
	struct fl_str effort;
	bool has_seed;
	uint64_t seed;
	struct fl_str temperature; /* JSON number as text */
	struct fl_str params;      /* a JSON object whose members are sent as they are (stop, logprobs, top_p, ...) */
	bool stream;
};

enum fl_outcome {
	FL_OUT_OK,
	FL_OUT_REFUSED,
	FL_OUT_TRUNCATED,
	FL_OUT_FILTERED,
	FL_OUT_UNPARSABLE,
	FL_OUT_FAILED,
	FL_OUTCOMES
};
const char *fl_outcome_name(enum fl_outcome o);
/* FL_OUTCOMES when no outcome has that name. */
enum fl_outcome fl_outcome_of(struct fl_str name);

/* What came back. */
struct fl_reply {
	enum fl_code code;       /* FL_OK, or why there is no answer */
	enum fl_outcome outcome; /* FL_OUT_FAILED exactly when code is not FL_OK */
	struct fl_str message;   /* the server's own words when it failed */
	struct fl_str text;      /* first choice, visible part */
	struct fl_str reasoning; /* visible thinking, if any came */
	struct fl_str finish;    /* as sent: stop, length, content_filter, ... */
	struct fl_str model;     /* that says it served */
	struct fl_str tier;      /* service tier that it says it served: batch, flex, priority, fast; empty = standard */
	struct fl_usage usage;
	struct fl_str usage_json; /* raw usage object, for the record */
};

struct fl_decoder;
struct fl_dialect {
	const char *name; /* as in `dialect:` of a provider */
	/* Path behind the provider's url. */
	struct fl_str (*path)(const struct fl_chat *chat);
	/* Appends the body. False when the buffer is full. */
	bool (*encode)(const struct fl_chat *chat, struct fl_buf *body);
	/* Writes the headers that carry the key (none when key is empty) into headers[2]; returns how many. */
	size_t (*auth)(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2]);
	struct fl_decoder *(*begin)(int status, struct fl_str content_type);
	/* Payload in any split. */
	void (*feed)(struct fl_decoder *d, struct fl_str bytes);
	/* The body has ended. The reply lives until release. */
	const struct fl_reply *(*end)(struct fl_decoder *d);
	void (*release)(struct fl_decoder *d);
};

/* NULL when no dialect has that name. */
const struct fl_dialect *fl_dialect_find(struct fl_str name);
extern const struct fl_dialect fl_dialect_openai;

enum {
	FL_REPLY_BYTES = 32 << 20,     /* text of one answer, and a whole JSON body */
	FL_REPLY_LINE_BYTES = 8 << 20, /* one event of a stream */
	FL_REPLY_MESSAGE_BYTES = 500   /* of a server's error text that is kept */
};

#endif
