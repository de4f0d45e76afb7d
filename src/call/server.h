/*
 * server.h - what a server tells of itself, and whether it lets one in: by the cheapest questions that it answers, which
 * are no model calls and cost nothing.
 *
 *   list   of models: GET {url}/models; at OpenRouter, whose list is public, GET {url}/key
 *   names  of models: GET {url}/models of a server that speaks OpenAI's format, and nothing else
 *   self   by the kind of a local server (vendor.h): llama.cpp GET /props; Ollama GET /api/ps, /api/tags, /api/version, POST
 *          /api/show; vLLM GET {url}/models; LM Studio GET /api/v0/models. One of the user's own on this machine whose kind
 *          is not known is asked for the first two and for vLLM's list; it has a kind only when its answer proves one.
 *
 * Each question is asked once, one after the other; what a server does not answer stays unknown.
 *
 * Ownership: the provider must live until done; facts are a plain value, but for the names, which live until done returns. Threads: the loop's thread; done never comes inside
 * fl_server_ask. Limits: FL_SERVER_BODY_BYTES an answer, a deadline for all questions together. Failure: in facts.err, in
 * words for the user; the key never stands in them.
 */
#ifndef FL_SERVER_H
#define FL_SERVER_H

#include "provider/provider.h"

enum {
	FL_SERVER_BODY_BYTES = 1 << 20,
	FL_SERVER_ASK_MS = 3000, /* all questions to one server */
	FL_SERVER_NAMES = 1000,  /* models whose names are told */
	FL_SERVER_VERSION = 48   /* bytes of a version that are kept, with NUL */
};

struct fl_server_facts {
	bool reachable;           /* something answered there */
	bool unproven;            /* it answered, but not a question that needs the key; err says so */
	enum fl_server_kind kind; /* as configured, or as proved; NONE: not known */
	uint64_t models;          /* listed; 0 with models_known false: not told */
	bool models_known;
	const struct fl_str *name; /* FL_ASK_NAMES: as the server writes them, in its order; until done returns */
	size_t names;
	uint64_t context_tokens; /* for one request to the model asked about, or to every model; 0: not told */
	uint64_t slots;          /* requests worked on at once; 0: not told */
	char version[FL_SERVER_VERSION];
	uint64_t latency_us; /* of the first answer */
	struct fl_err err;   /* code FL_OK: nothing is wrong */
};

enum { FL_ASK_SELF = 1 << 0, FL_ASK_LIST = 1 << 1, FL_ASK_NAMES = 1 << 2 };
struct fl_server_question {
	struct fl_provider *provider;
	struct fl_str model; /* whose context is wanted; empty: of whatever is loaded */
	unsigned what;       /* FL_ASK_* */
	uint64_t within_ms;  /* 0: FL_SERVER_ASK_MS */
};
/* Asks. A key that is needed and cannot be had is the answer, and nothing is sent. */
void fl_server_ask(struct fl_http_client *client, struct fl_loop *loop, const struct fl_server_question *q,
                   void (*done)(void *arg, const struct fl_server_facts *facts), void *arg);
/* Command that starts a server of that kind; NULL when none is known. */
const char *fl_server_start_command(enum fl_server_kind kind);

#endif
