/*
 * dialect.h - one wire format of model servers: how a request is written and a response read.
 *
 * A dialect is one file and one row of functions. Encoding is deterministic: equal requests give equal bytes, for the
 * name of a paid call is the hash of them. Answers are read by the dialect's wire format (wire.h).
 *
 * Ownership: a decoder owns its state from _begin to _release; the reply's slices live as long as the decoder. Threads:
 * one at a time. Limits: FL_REPLY_* (reply.h). Failure: the reply's code and message.
 */
#ifndef FL_DIALECT_H
#define FL_DIALECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/client.h"
#include "price/price.h"
#include "provider/wire.h"

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

struct fl_dialect {
	const char *name;           /* as in `dialect:` of a provider */
	const struct fl_wire *wire; /* how answers are read; begin, feed, end and release are bound to it */
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

#endif
