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

/* An image or a document that goes with a message. */
enum fl_attachment_kind { FL_ATTACH_IMAGE, FL_ATTACH_PDF };
struct fl_attachment {
	enum fl_attachment_kind kind;
	struct fl_str
	    type; /* image/png, image/jpeg, image/gif, image/webp, application/pdf; empty = unknown (by URL) */
	struct fl_str name;  /* of the file, for dialects that have a place for it */
	struct fl_str bytes; /* its contents; empty: by URL */
	struct fl_str url;   /* https:// or http://, which the model's server fetches */
};

struct fl_message {
	struct fl_str role; /* system, user, assistant */
	struct fl_str text;
	const struct fl_attachment *attachment; /* stand before the text */
	size_t attachment_count;
};

enum fl_endpoint { FL_ENDPOINT_CHAT, FL_ENDPOINT_COMPLETIONS };

/* How a model is told how hard to think. */
enum fl_think_by {
	FL_THINK_BY_LEVEL, /* by the word: reasoning_effort, output_config.effort, thinkingLevel */
	FL_THINK_BY_BUDGET, /* by thinking tokens: the share of max_output that belongs to the word (fl_thinking_budget) */
	FL_THINK_BY_SWITCH /* on or off: every word but none means on */
};

/* What is asked, in nobody's wire format. Empty slices and false flags mean: not sent. */
struct fl_chat {
	enum fl_endpoint endpoint;
	struct fl_str model;
	const struct fl_message *message;
	size_t message_count;
	uint64_t max_output;      /* tokens; always sent */
	struct fl_str limit_name; /* the member that carries it: max_tokens, max_completion_tokens */
	struct fl_str effort;     /* none, minimal, low, medium, high, xhigh, max */
	enum fl_think_by think_by;
	uint64_t budget_least, budget_most; /* thinking tokens that the model accepts; 0 = no bound is known */
	bool has_seed;
	uint64_t seed;
	struct fl_str seed_name;   /* the member that carries it, where names differ: seed, random_seed */
	struct fl_str temperature; /* JSON number as text */
	struct fl_str params;      /* a JSON object whose members are sent as they are (stop, logprobs, top_p, ...) */
	bool stream;
};

struct fl_dialect {
	const char *name;           /* as in `dialect:` of a provider */
	const struct fl_wire *wire; /* how answers are read; begin, feed, end and release are bound to it */
	/* Path behind the provider's url, which may end with the version of the API (/v1, /v1beta) or not. */
	struct fl_str (*path)(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a);
	/* Appends the body. LIMIT when the buffer is full, UNSUPPORTED for what the format cannot say. */
	enum fl_code (*encode)(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err) FL_MUST_USE;
	/* Writes the headers that carry the key (none when key is empty) and what the format wants beside it into headers[2];
	 * returns how many. */
	size_t (*auth)(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2]);
	struct fl_decoder *(*begin)(int status, struct fl_str content_type);
	/* Payload in any split. */
	void (*feed)(struct fl_decoder *d, struct fl_str bytes);
	/* The body has ended. The reply lives until release. */
	const struct fl_reply *(*end)(struct fl_decoder *d);
	void (*release)(struct fl_decoder *d);
	/* PROTOCOL for a reply that is not to this request; NULL: any is. */
	enum fl_code (*check)(struct fl_str request, const struct fl_reply *reply, struct fl_err *err);
};

/*
 * Thinking tokens for a word, of an answer of at most max_output tokens: minimal 10 %, low 20 %, medium 50 %, high 80 %,
 * xhigh and max 95 % of it, within the model's bounds and below max_output; 0 for none. Source of the shares:
 * openrouter.ai/docs/use-cases/reasoning-tokens ("effort").
 */
uint64_t fl_thinking_budget(const struct fl_chat *chat);

/* NULL when no dialect has that name. That of applications is found too, but is none of a provider's. */
const struct fl_dialect *fl_dialect_find(struct fl_str name);
/* Their names, the last one NULL. */
const char *const *fl_dialect_names(void);
/* The url ends with the version of an API: /v1, /v1beta, /v2. */
bool fl_url_has_version(struct fl_str url);
extern const struct fl_dialect fl_dialect_openai, fl_dialect_anthropic, fl_dialect_gemini, fl_dialect_app;

#endif
