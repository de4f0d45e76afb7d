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
#include "provider/vendor.h"

struct fl_app;
struct fl_provider {
	struct fl_str name;
	const struct fl_app *app;       /* an application of the user's own (app.h); NULL: a model server */
	const struct fl_vendor *vendor; /* row that it began as; NULL: one of the user's own */
	const struct fl_dialect *dialect;
	struct fl_str url;        /* without a trailing slash; empty: its variable is not set */
	struct fl_str url_source; /* env:NAME when a variable gave the url; else empty */
	bool configured;          /* fulcrum.yaml or the task file speaks of it */
	struct fl_str key_source; /* env:NAME, file:PATH, cmd:..., none */
	struct fl_str key;        /* read by fl_provider_key */
	bool key_read;
	struct fl_arena *arena;           /* of the registry */
	const struct fl_catalog *catalog; /* of the registry; may be NULL */
	enum fl_endpoint endpoint;
	struct fl_str limit_name, seed_name;
	const char *effort[FL_EFFORTS];
	bool effort_said; /* the user listed the levels: they hold whatever the catalogue says */
	uint32_t honours; /* enum fl_honour_bit */
	enum fl_limit_headers limits;
	enum fl_server_kind server;
	bool stream, own_server;
	bool concurrency_said; /* the user said how many calls at once */
	uint64_t concurrency, preamble_tokens;
	struct fl_price price;     /* for all its models */
	struct fl_map model_price; /* model name -> struct fl_price */
};

struct fl_offer {
	struct fl_str name; /* provider/model, as it was written */
	struct fl_str id;   /* the same with the provider's own name in place of an alias: paid calls are named by it */
	struct fl_str model;
	struct fl_provider *provider;
	const struct fl_price *price; /* stated for the model, else for the provider, else the catalogue's */
	struct fl_offer_ref fact;     /* what the catalogue knows of it; model NULL = nothing */
	bool price_of_catalog;
	const struct fl_compatible *compatible; /* what the vendor ignores on this path; NULL: nothing is known */
	uint64_t context_tokens; /* that its own server said it holds for one request; 0: not asked, or not told */
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
/* By its name, or by another one that a vendor goes by; NULL when there is none. */
struct fl_provider *fl_providers_find(const struct fl_providers *p, struct fl_str name);
/* Keeps what the server of an offer said that it holds. */
void fl_providers_learn(struct fl_providers *p, const struct fl_offer *offer, uint64_t context_tokens);
/* The host of a URL is this machine. */
bool fl_url_is_loopback(struct fl_str url);
/* Reads the key if it is needed: from the environment, a file that only its owner can read, or a command's output. */
enum fl_code fl_provider_key(struct fl_provider *p, struct fl_err *err) FL_MUST_USE;
/* Whether the key is there, without reading a command's output; `source` receives where it is looked for. */
enum fl_key_state { FL_KEY_NOT_NEEDED, FL_KEY_THERE, FL_KEY_MISSING, FL_KEY_BY_COMMAND };
enum fl_key_state fl_provider_key_state(const struct fl_provider *p);

#endif
