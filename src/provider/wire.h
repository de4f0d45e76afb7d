/*
 * wire.h - reading what a provider answers: one row of functions a wire format, one machine for all framings.
 *
 *   bytes -> framing (one JSON body, SSE, NDJSON, JSON array, AWS event stream) -> JSON objects -> wire format -> reply
 *
 * The framing is taken from the content type and the first bytes, for recordings and proxies are careless with the
 * former. The format sees objects: a whole body is one, an event of a stream is one. So a stream and a whole body fold
 * to the same reply, however the bytes were cut. A stream is complete only when the protocol's own last event came; what
 * came before a missing one is kept (it was paid for), and the code is FL_E_TRUNCATED.
 *
 * Usage is taken apart into the disjoint classes of catalog/usage.h. What does not add up there is never hidden and
 * never wraps below 0: usage.odd is set and a problem says what.
 *
 * Ownership: a decoder owns its state from _begin to _release; the reply's slices live as long as the decoder. Threads:
 * one at a time. Limits: FL_REPLY_* (reply.h). Failure: the reply's code and message.
 */
#ifndef FL_WIRE_H
#define FL_WIRE_H

#include "codec/json.h"
#include "provider/reply.h"

struct fl_decoder;
struct fl_wire {
	const char *name;    /* openai_chat, anthropic_messages, ... */
	const char *cut;     /* what is said of a stream that ended without the terminal event */
	const char *nothing; /* what is said of an answer that holds none */
	bool done_word;      /* the event "[DONE]" is the terminal event */
	size_t state_bytes;  /* of what the format has to remember between objects; zeroed */
	void (*object)(struct fl_decoder *d, const struct fl_json *v, struct fl_str event);
	/* The body has ended: what was remembered goes into the reply. NULL: nothing was. */
	void (*end)(struct fl_decoder *d);
	void (*release)(struct fl_decoder *d); /* of the state; NULL: nothing to free */
};
extern const struct fl_wire fl_wire_openai_chat, fl_wire_openai_completions, fl_wire_openai_responses,
    fl_wire_anthropic_messages, fl_wire_gemini_generate, fl_wire_ollama_chat, fl_wire_cohere, fl_wire_bedrock_converse,
    fl_wire_bedrock_invoke, fl_wire_embeddings, fl_wire_rerank, fl_wire_other;

/* NULL when no wire format has that name. */
const struct fl_wire *fl_wire_find(struct fl_str name);
/* The format that an answer's object or a stream's event is of, by its members; fl_wire_other when it is none known. */
const struct fl_wire *fl_wire_of_object(const struct fl_json *v);

struct fl_decoder *fl_wire_begin(const struct fl_wire *wire, int status, struct fl_str content_type);
/* Payload in any split. */
void fl_wire_feed(struct fl_decoder *d, struct fl_str bytes);
/* The visible text that has come so far, and the thinking; both live until the next feed. */
struct fl_str fl_wire_so_far(const struct fl_decoder *d, struct fl_str *thinking);
/* The body has ended. The reply lives until release. */
const struct fl_reply *fl_wire_end(struct fl_decoder *d);
void fl_wire_release(struct fl_decoder *d);
/* The format that was decoded: for Bedrock's invoke the format of the model's vendor, once its first object came. */
const struct fl_wire *fl_wire_decoded(const struct fl_decoder *d);
/* A tier in the words of this program: batch, flex, priority, fast, ...; empty for every name of the standard one. */
struct fl_str fl_wire_tier(struct fl_str said);

#endif
