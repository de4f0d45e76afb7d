/*
 * provider.h - who serves models: the built-in table of vendors, the providers of configuration and task files, and
 * offers (a model as one provider serves it, with its price).
 *
 * Ownership: a registry owns its providers and offers until released; keys are read when an offer is first needed and
 * registered as secrets (log.h). Threads: the loop's thread. Limits: 256 providers. Failure: INVALID with place for what
 * a file says, AUTH for a key that is missing, NOT_FOUND for a provider that nobody defined.
 */
#ifndef FL_PROVIDER_H
#define FL_PROVIDER_H

#include "base/map.h"
#include "catalog/catalog.h"
#include "codec/yaml.h"
#include "lang/schema.h"
#include "provider/dialect.h"

enum { FL_EFFORTS = 8 };

/* A row of the built-in table. */
struct fl_vendor {
	const char *name, *dialect, *url;
	const char *key_variable; /* environment variable of the key; NULL: none is needed */
	const char *limit_name;   /* member that carries the token limit */
	const char
	    *efforts[FL_EFFORTS]; /* levels that reasoning_effort takes; empty: the endpoint does not honour it */
	bool seed;                /* honours seed */
	bool own_server;          /* a local server: free unless a price is given */
	uint64_t
	    preamble_tokens; /* that the vendor itself puts before the messages and bills: the most seen in recorded
	                             traffic, rounded up; holds allow for it */
};
const struct fl_vendor *fl_vendors(size_t *count);

struct fl_app;
struct fl_provider {
	struct fl_str name;
	const struct fl_app *app; /* an application of the user's own (app.h); NULL: a model server */
	const struct fl_dialect *dialect;
	struct fl_str url;        /* without a trailing slash */
	struct fl_str key_source; /* env:NAME, file:PATH, cmd:..., none */
	struct fl_str key;        /* read by fl_provider_key */
	bool key_read;
	struct fl_arena *arena; /* of the registry */
	enum fl_endpoint endpoint;
	struct fl_str limit_name;
	const char *effort[FL_EFFORTS];
	bool seed, stream, own_server;
	uint64_t concurrency, preamble_tokens;
	struct fl_price price;     /* for all its models */
	struct fl_map model_price; /* model name -> struct fl_price */
};

struct fl_offer {
	struct fl_str name; /* provider/model */
	struct fl_str model;
	struct fl_provider *provider;
	const struct fl_price *price; /* stated for the model, else for the provider, else the catalogue's */
	struct fl_offer_ref fact;     /* what the catalogue knows of it; model NULL = nothing */
	bool price_of_catalog;
};

struct fl_providers {
	struct fl_arena arena;
	struct fl_map by_name; /* -> struct fl_provider */
	struct fl_map offer;   /* name -> struct fl_offer */
	const struct fl_catalog *catalog;
};

/* Starts with the built-in vendors. The catalogue (may be NULL) prices their models and must outlive the registry. */
void fl_providers_init(struct fl_providers *p, const struct fl_catalog *catalog);
void fl_providers_release(struct fl_providers *p);
/* One entry of a `providers:` section: a field of shape FL_NAMED with this table. */
extern const struct fl_table fl_provider_table;
/*
 * Adds or changes providers from such a list. `task_file`: only loopback addresses, no key but none, so that a file from
 * elsewhere can send no key away.
 */
enum fl_code fl_providers_read(struct fl_providers *p, const struct fl_list *section, bool task_file,
                               struct fl_err *err) FL_MUST_USE;
/* The offer "provider/model", made on first use. */
enum fl_code fl_providers_offer(struct fl_providers *p, struct fl_str name, const struct fl_offer **out,
                                struct fl_err *err) FL_MUST_USE;
/* The host of a URL is this machine. */
bool fl_url_is_loopback(struct fl_str url);
/* Reads the key if it is needed: from the environment, a file that only its owner can read, or a command's output. */
enum fl_code fl_provider_key(struct fl_provider *p, struct fl_err *err) FL_MUST_USE;
/* True when the endpoint takes that level; `levels` receives the list for a message. */
bool fl_provider_effort(const struct fl_provider *p, struct fl_str level, struct fl_buf *levels);

#endif
