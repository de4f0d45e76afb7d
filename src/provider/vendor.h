/*
 * vendor.h - the built-in table of vendors and local servers: where they are, which key they take, what their endpoints
 * honour.
 *
 * What a *model* honours is the catalogue's business (honour.h joins the two). An endpoint is said to honour a parameter
 * only where its reference names it; a parameter that the table does not speak of is passed on as it is.
 *
 * Ownership: static. Threads: constant. Limits: FL_EFFORTS levels. Failure: none.
 */
#ifndef FL_VENDOR_H
#define FL_VENDOR_H

#include "base/str.h"

enum { FL_EFFORTS = 8, FL_KEY_VARIABLES = 3, FL_VENDOR_ALIASES = 4 };

/* Parameters that an endpoint acts on. */
enum fl_honour_bit {
	FL_HONOUR_TEMPERATURE = 1 << 0,
	FL_HONOUR_TOP_P = 1 << 1,
	FL_HONOUR_SEED = 1 << 2,
	FL_HONOUR_LOGPROBS = 1 << 3, /* logprobs, top_logprobs */
	FL_HONOUR_SCHEMA = 1 << 4,   /* response_format with a JSON Schema */
	FL_HONOUR_JSON = 1 << 5,     /* response_format {type: json_object} */
	FL_HONOUR_TOOLS = 1 << 6,
	FL_HONOUR_PENALTIES = 1 << 7, /* presence_penalty, frequency_penalty */
	FL_HONOUR_USAGE = 1 << 8,     /* sends usage at the end of a stream when asked */
	FL_HONOUR_ALL = (1 << 9) - 1
};

/* How an endpoint tells when a refused call may be sent again, beside Retry-After. */
enum fl_limit_headers {
	FL_LIMITS_NONE,
	FL_LIMITS_OPENAI,    /* x-ratelimit-reset-requests, -tokens: durations such as 6m0s, 17ms */
	FL_LIMITS_ANTHROPIC, /* anthropic-ratelimit-requests-reset, ...: RFC 3339 */
	FL_LIMITS_MISTRAL,   /* ratelimitbysize-reset, x-ratelimit-*: seconds */
	FL_LIMITS_BODY       /* google.rpc.RetryInfo in the error */
};

/* What a local server tells of itself, and where. */
enum fl_server_kind {
	FL_SERVER_NONE,      /* a vendor's endpoint, or a server of which nothing is known */
	FL_SERVER_LLAMA,     /* llama.cpp: GET /props */
	FL_SERVER_OLLAMA,    /* GET /api/tags, /api/ps, POST /api/show */
	FL_SERVER_VLLM,      /* max_model_len in GET /v1/models */
	FL_SERVER_LM_STUDIO, /* GET /api/v0/models */
};

struct fl_vendor {
	const char *name;                     /* as in provider/model; the catalogue's id of the provider */
	const char *title;                    /* for people */
	const char *alias[FL_VENDOR_ALIASES]; /* other names that may stand before the slash */
	const char *dialect;
	const char *url;                            /* without a trailing slash; NULL: only its variable tells */
	const char *url_variable;                   /* environment variable that replaces the url; NULL: none */
	const char *url_path;                       /* added to the variable's value unless it ends so */
	const char *key_variable[FL_KEY_VARIABLES]; /* the first that is set counts; none: no key is needed */
	const char *key_prefix;                     /* with which its keys alone begin; NULL: none is known */
	const char *key_page;                       /* where a key is had */
	const char *limit_name;                     /* member that carries the token limit */
	const char *seed_name;                      /* member that carries the seed */
	const char *efforts[FL_EFFORTS]; /* levels that the endpoint takes; empty: it does not honour effort */
	uint32_t honours;                /* enum fl_honour_bit */
	enum fl_limit_headers limits;
	enum fl_server_kind server;
	bool own_server;   /* a local server: free unless a price is given */
	bool list_is_open; /* its list of models needs no key, so that only a call proves one */
	bool proves_key;   /* GET {url}/key tells of the key itself */
	bool only_its_own; /* serves models of its own lab alone */
	uint64_t
	    preamble_tokens; /* that the vendor itself puts before the messages and bills: the most seen in recorded
	                             traffic, rounded up; holds allow for it */
	const char *quirk;   /* what a user should know; NULL: nothing */
};
const struct fl_vendor *fl_vendors(size_t *count);
/* By name or alias; NULL when there is none. */
const struct fl_vendor *fl_vendor_find(struct fl_str name);

#endif
