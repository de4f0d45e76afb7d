/*
 * catalog.h - the catalogue: labs, models, offers, prices, scores, policies, plans and devices, with sources and dates.
 *
 * It is written as YAML files, one a lab and a few beside them (data/catalog/), read through the tables below, compiled at
 * build time into an image that the program carries (image.h), and extended at run time by the user's own files of the
 * same form: the overlays. A user's entry is merged over the built-in one field by field; lists are replaced whole, named
 * members one by one.
 *
 *   models:
 *     gpt-6-luna:
 *       name: GPT-6 Luna
 *       lab: openai
 *       context: {value: 1050000, source: openai-docs}
 *       offers:
 *         openai:                      # the offer openai/gpt-6-luna
 *           model: gpt-6-luna          # the string that is sent
 *           prices:
 *             - {input: 0.2, output: 1.2, cache_read: 0.02, from: 2026-09-22, source: openai-docs}
 *         groq:fp8: ...                # the offer groq/gpt-6-luna:fp8
 *
 * Ownership: a catalogue owns all it points to until released; the built-in one lives for ever. Threads: immutable once
 * loaded. Limits: those of yaml.h a file. Failure: INVALID with file:line:column, NOT_FOUND with the nearest names.
 */
#ifndef FL_CATALOG_H
#define FL_CATALOG_H

#include "base/map.h"
#include "catalog/architecture.h"
#include "catalog/claim.h"
#include "catalog/device.h"
#include "catalog/price_row.h"

struct fl_source {
	const struct fl_yaml *node;
	struct fl_str name, url, kind, licence;
	fl_date as_of;
	int64_t rank;     /* 1 = vendor's own page .. 9; decides between claims. 0 = not ranked: after all others */
	bool second_hand; /* seen as quoted by somebody else */
};

/* An incident or a change that bears on trust. */
struct fl_trust {
	const struct fl_yaml *node;
	fl_date date;
	struct fl_str
	    kind; /* outage, alignment incident, silent change, data incident, price reversal, benchmark dispute */
	struct fl_str summary, resolved, note;
	bool announced; /* a forced change that was announced, listed with the silent ones */
	bool second_hand;
	struct fl_list source;
};

struct fl_lab {
	const struct fl_yaml *node;
	struct fl_str name;
	struct fl_str country; /* ISO 3166 alpha-2 */
	struct fl_str url;
	struct fl_list trust; /* struct fl_trust, newest first */
};

/* What a provider's path in a wire format that is not its own ignores in silence. */
struct fl_compatible {
	const struct fl_yaml *node;
	struct fl_str dialect;  /* openai, anthropic, gemini */
	struct fl_list ignores; /* struct fl_str: names of parameters */
	struct fl_list source;
	fl_date checked;
};

/* Who serves models by an API. */
struct fl_catalog_provider {
	const struct fl_yaml *node;
	struct fl_str name;
	struct fl_str country;    /* of the company; empty = unknown */
	struct fl_list processed; /* struct fl_str: countries or regions in which calls are processed by default */
	struct fl_list aliases;   /* struct fl_str: other names of it */
	struct fl_list
	    hosts;     /* struct fl_str: host names of its endpoints; ".x" and "-x" match every host that ends so */
	bool reseller; /* passes calls on to other hosts */
	struct fl_list compatible; /* struct fl_compatible: what its paths in other wire formats leave out */
	struct fl_list source;
};

/* Which of several offers or features a data policy speaks of. */
struct fl_policy {
	const struct fl_yaml *node;
	struct fl_str provider;
	struct fl_str feature;  /* as the vendor calls it: API, batch, search grounding, free tier */
	bool general;           /* holds for plain API calls of this provider, unless a narrower row does */
	struct fl_list models;  /* struct fl_str: ids it is limited to; empty = all */
	int trains;             /* enum fl_policy_word */
	int zero_retention;     /* enum fl_zdr */
	int64_t retention_days; /* -1 = not stated */
	struct fl_str trains_text, retention_text, zero_retention_text;
	struct fl_list certificates; /* struct fl_str: SOC 2, ISO 27001, HIPAA, ... */
	struct fl_list residency;    /* struct fl_str: regions that can be promised */
	struct fl_list source;
	fl_date checked;
	bool second_hand;
	struct fl_str note;
};
enum fl_policy_word { FL_POLICY_UNKNOWN, FL_POLICY_NO, FL_POLICY_YES, FL_POLICY_OPT_OUT };
enum fl_zdr { FL_ZDR_UNKNOWN, FL_ZDR_NONE, FL_ZDR_REQUEST, FL_ZDR_SELF_SERVE, FL_ZDR_DEFAULT };

struct fl_alias {
	const struct fl_yaml *node;
	struct fl_str provider; /* empty = everywhere */
	struct fl_str name;
	bool dated;       /* the name with a date behind it (-2026-07-09, -20260709, -0709, @20260709) is it too */
	fl_date from, to; /* when the name means this model */
};

struct fl_catalog_offer {
	const struct fl_yaml *node;
	struct fl_str model; /* the string that is sent; empty = the model's id */
	struct fl_str region, quantization;
	struct fl_claims context, max_output;
	struct fl_list prices; /* struct fl_price_row */
	fl_date from, to;      /* served on these days */
	fl_date since;         /* day from which its undated rows bill: fl_model_since; set when loaded */
	struct fl_str note;
};

struct fl_score {
	const struct fl_yaml *node;
	struct fl_str benchmark; /* key of `benchmarks` */
	struct fl_str release;   /* scores compare only within benchmark, release and harness */
	struct fl_str category;  /* empty = the whole */
	struct fl_str variant;   /* effort or snapshot that was measured */
	struct fl_str harness;
	double value;
	double low, high; /* 95 % interval; low > high = not stated */
	int64_t n;        /* items, 0 = not stated */
	bool estimated, self_reported, secondary;
	fl_date date;
	struct fl_list source;
	struct fl_str note;
};
struct fl_benchmark {
	const struct fl_yaml *node;
	struct fl_str name, unit; /* unit: percent, share, index, elo, usd */
	double scale;             /* value of a perfect score, 0 = open-ended */
	struct fl_list
	    tags; /* struct fl_str: task categories and industries it speaks for: code, reasoning, agents, ... */
	bool lower_is_better;
	struct fl_str url, note;
};

struct fl_context_eval {
	const struct fl_yaml *node;
	struct fl_str benchmark, metric, variant, note;
	int64_t length; /* tokens, 0 = the metric is itself a length */
	double value;   /* share of right answers, or effective tokens */
	bool is_length; /* value is the length in tokens up to which the model holds its base score */
	bool more;      /* "at least": the test ended before the model failed */
	bool less;      /* "less than": it failed at the shortest length tested */
	bool secondary;
	fl_date date;
	struct fl_list source;
};
struct fl_speed {
	const struct fl_yaml *node;
	struct fl_str variant;
	double tokens_per_s, tokens_per_s_p05, tokens_per_s_p95;
	double first_token_s, first_token_s_p95, first_answer_s, whole_s; /* 0 = not stated */
	fl_date date;
	struct fl_list source;
};
struct fl_run_cost {
	const struct fl_yaml *node;
	struct fl_str benchmark, variant;
	int64_t total_nusd, input_nusd, output_nusd, reasoning_nusd; /* -1 = not stated */
	int64_t input_tokens, output_tokens;                         /* -1 = not stated */
	double seconds_per_case;                                     /* 0 = not stated */
	fl_date date;
	struct fl_list source;
};
struct fl_reasoning {
	const struct fl_yaml *node;
	int kind;                          /* enum fl_reasoning_kind */
	struct fl_list levels;             /* struct fl_str, weakest first */
	struct fl_str standard;            /* level taken when none is asked for */
	int64_t budget_least, budget_most; /* thinking tokens; 0 = not stated */
	struct fl_list source;
	struct fl_str note;
};
enum fl_reasoning_kind {
	FL_REASONING_NONE,
	FL_REASONING_TOGGLE,
	FL_REASONING_EFFORT,
	FL_REASONING_BUDGET,
	FL_REASONING_ALWAYS,
	FL_REASONING_ADAPTIVE
};
/* A parameter, or values of it, that a model answers with an error. */
struct fl_refused {
	const struct fl_yaml *node;
	struct fl_str parameter; /* effort, temperature, ... */
	struct fl_list values;   /* struct fl_str: that are refused; empty = all that differ from the default */
	struct fl_list source;
	fl_date checked;
	struct fl_str note;
};
struct fl_weights {
	const struct fl_yaml *node;
	struct fl_str repo, format, quant;
	int64_t bytes; /* 0 = not stated */
	struct fl_list source;
};
struct fl_tuning {
	const struct fl_yaml *node;
	struct fl_str provider, model, limits, status, note;
	struct fl_list methods;                  /* struct fl_str: sft, dpo, rft, lora, ... */
	int64_t train_per_mtok, train_per_hour;  /* nano-USD per million tokens, per hour; -1 = not stated */
	int64_t input_per_mtok, output_per_mtok; /* of the tuned model; -1 = not stated */
	bool closed;                             /* takes no new jobs */
	fl_date checked;
	struct fl_list source;
};
struct fl_market {
	const struct fl_yaml *node;
	int64_t input_per_mtok, output_per_mtok; /* median over hosts; -1 = not stated */
	fl_date date;
	struct fl_list source;
};
struct fl_good_for {
	const struct fl_yaml *node;
	struct fl_str task, claim, source;
	fl_date date;
};

enum fl_model_status { FL_MODEL_CURRENT, FL_MODEL_PREVIEW, FL_MODEL_LEGACY, FL_MODEL_DEPRECATED, FL_MODEL_RETIRED };
extern const char *const fl_model_status_words[];

struct fl_catalog_model {
	const struct fl_yaml *node;
	struct fl_str id; /* its key; set when loaded */
	struct fl_str name, lab, family;
	struct fl_list tags; /* struct fl_str */
	int status;          /* enum fl_model_status: what is known for sure beside the dates below */
	struct fl_claims released, deprecates, retires;
	struct fl_str replaced_by; /* id that its lab recommends instead */
	struct fl_str answered_by; /* id that answers since it is retired */
	struct fl_claims access;   /* limited, waitlist */
	struct fl_claims open_weights, licence, commercial, openness;
	struct fl_claims total_params_b, active_params_b;
	struct fl_list weights; /* struct fl_weights */
	struct fl_architecture architecture;
	struct fl_claims context, max_input, max_output, cache_least;
	struct fl_claims inputs, outputs, knowledge;
	struct fl_claims tools, structured_output, logprobs, temperature, seed, web_search, reasons;
	struct fl_list reasoning; /* struct fl_reasoning, one a source */
	struct fl_list refuses;   /* struct fl_refused */
	struct fl_claims thinking_shown;
	struct fl_claims token_factor; /* tokens it needs for a text, relative to the lab's model before it */
	struct fl_claims notes;
	struct fl_list aliases, tuning, market, scores, context_evals, speed, run_costs, good_for;
	struct fl_list offers; /* struct fl_catalog_offer, named by provider[:variant] */
};

struct fl_plan {
	const struct fl_yaml *node;
	struct fl_str vendor, name, limits, note;
	int64_t month_nusd; /* -1 = not stated */
	struct fl_list models;
	fl_date checked;
	bool second_hand;
	struct fl_list source;
};
/* How a kind of input or output becomes tokens, or what it costs by the piece. */
struct fl_media {
	const struct fl_yaml *node;
	struct fl_str model;      /* id, or a family in words */
	struct fl_list models;    /* ids that the rule speaks of; empty: only in words */
	struct fl_str capability; /* image input, audio output, youtube input, ... */
	struct fl_str units, rule, limits, price, note;
	fl_date checked;
	bool second_hand;
	struct fl_list source;
};
struct fl_search_offer {
	const struct fl_yaml *node;
	struct fl_str provider, tool, note;
	int64_t per_thousand_nusd; /* -1 = not stated */
	fl_date checked;
	bool second_hand;
	struct fl_list source;
};
/* A list of models that somebody published: the tables of an article, for one. */
struct fl_model_table {
	const struct fl_yaml *node;
	struct fl_str title;
	fl_date date;
	struct fl_str benchmark, release; /* the score that it shows */
	struct fl_list row;               /* struct fl_model_table_row, in the order of the table */
	struct fl_list source;
};
struct fl_model_table_row {
	const struct fl_yaml *node;
	struct fl_str model;   /* id */
	struct fl_str offer;   /* whose price it shows: provider/model */
	struct fl_str variant; /* of the score */
	int64_t context;       /* tokens that it printed; 0 = none */
};

struct fl_catalog {
	const struct fl_yaml *node;
	fl_date compiled; /* day on which its facts were put together */
	struct fl_list sources, labs, providers, models, calendars, benchmarks, devices, tables; /* named */
	struct fl_list policies, plans, media, searches, rentals;
	/* below: made when loaded */
	struct fl_arena arena;
	struct fl_map model_by_name; /* every id and alias that is not tied to a provider -> struct fl_catalog_model */
	struct fl_map offer_by_name; /* provider/id[:variant], and provider/alias -> struct fl_offer_ref */
	struct fl_list overlays;     /* struct fl_str: files that were merged in */
};

/* A model at a provider. */
struct fl_offer_ref {
	const struct fl_catalog_model *model;
	const struct fl_catalog_offer *offer;
	const struct fl_catalog_provider *provider; /* NULL when the catalogue does not describe it */
	struct fl_str id;                           /* provider/model-id[:variant] */
	struct fl_str provider_id;
};

/* What a file may hold: sources, labs, ... rentals. */
extern const struct fl_table fl_catalog_table;

/* --- loading ------------------------------------------------------------------------------------------------------ */

/* The catalogue that the program carries. Never fails: it was checked when it was built. */
const struct fl_catalog *fl_catalog_builtin(void);
/* The built-in catalogue with the given YAML files merged over it in order; `file` may be empty. */
enum fl_code fl_catalog_load(struct fl_catalog *c, const struct fl_str *file, size_t files,
                             struct fl_err *err) FL_MUST_USE;
/* Reads files alone, nothing built in: for the compiler of the image and for `models check`. */
enum fl_code fl_catalog_read(struct fl_catalog *c, const struct fl_str *file, size_t files,
                             struct fl_err *err) FL_MUST_USE;
void fl_catalog_release(struct fl_catalog *c);
/*
 * What reading cannot see: unknown labs, sources, calendars and models that are named, cycles of replaced_by and
 * answered_by, rows that tie, prices out of bounds, claims without a source. Calls each(arg, problem) for every one, with
 * its place; returns how many there are.
 */
size_t fl_catalog_check(const struct fl_catalog *c, void (*each)(void *arg, const struct fl_err *problem), void *arg);

/* --- looking up --------------------------------------------------------------------------------------------------- */

/* By id or alias, in any case; NULL when there is none. */
const struct fl_catalog_model *fl_catalog_find(const struct fl_catalog *c, struct fl_str name);
/* The same; NOT_FOUND names the nearest three. */
enum fl_code fl_catalog_model(const struct fl_catalog *c, struct fl_str name, const struct fl_catalog_model **out,
                              struct fl_err *err) FL_MUST_USE;
/* The i-th offer of a model. */
bool fl_catalog_offer_at(const struct fl_catalog *c, const struct fl_catalog_model *m, size_t i,
                         struct fl_offer_ref *out);
/*
 * An offer by "provider/model" (either side by any of its names), or by a model's name alone: then the lab's own offer,
 * else the only one. NOT_FOUND with the nearest names; INVALID when several would do, with their ids.
 */
enum fl_code fl_catalog_offer(const struct fl_catalog *c, struct fl_str name, struct fl_offer_ref *out,
                              struct fl_err *err) FL_MUST_USE;
/* What a provider's response calls a model on that day: exact names, then declared dated forms. False when unknown. */
bool fl_catalog_served(const struct fl_catalog *c, struct fl_str provider, struct fl_str model, fl_date day,
                       struct fl_offer_ref *out);
/* By id, alias or host name. NULL when unknown. */
const struct fl_catalog_provider *fl_catalog_provider(const struct fl_catalog *c, struct fl_str name,
                                                      struct fl_str *id);
/* Named member of a list; NULL when absent. */
const void *fl_catalog_named(const struct fl_list *list, size_t size, struct fl_str name);
const struct fl_source *fl_catalog_source(const struct fl_catalog *c, struct fl_str name);
const struct fl_lab *fl_catalog_lab(const struct fl_catalog *c, struct fl_str id);
/* Up to three ids nearest to a name, best first; returns how many. */
size_t fl_catalog_near(const struct fl_catalog *c, struct fl_str name, struct fl_str out[3]);

/* --- reading facts ------------------------------------------------------------------------------------------------ */

/* The claim that the rule of claim.h picks; NULL = unknown. */
const struct fl_claim *fl_claim_best(const struct fl_catalog *c, const struct fl_claims *claims);
/* Its number, or `unknown`. */
int64_t fl_claim_number(const struct fl_catalog *c, const struct fl_claims *claims, int64_t unknown);
/* yes, no or unknown. */
enum fl_known { FL_UNKNOWN, FL_NO, FL_YES };
enum fl_known fl_claim_yes(const struct fl_catalog *c, const struct fl_claims *claims);
/* Day of a claim, a row or a list of sources: its own, else the newest of its sources. FL_DATE_NONE when unknown. */
fl_date fl_sourced_on(const struct fl_catalog *c, const struct fl_list *source, fl_date own);
/* Rank of the best of some sources, 1 = the vendor's own page; 99 when none is ranked. */
int64_t fl_sources_rank(const struct fl_catalog *c, const struct fl_list *source);
/* "models.dev, litellm" with the names written out; at most `most` of them. */
struct fl_str fl_sources_text(const struct fl_list *source, struct fl_arena *a, size_t most);
/* Status on that day, by its dates: announced dates count only when they have come. */
enum fl_model_status fl_model_status_on(const struct fl_catalog *c, const struct fl_catalog_model *m, fl_date day);
/*
 * The day from which a model is there: its release, else the earliest day on which a source shows it with a price or a
 * score. FL_DATE_NONE when nothing tells.
 */
fl_date fl_model_since(const struct fl_catalog *c, const struct fl_catalog_model *m);
/* There on that day, by fl_model_since. */
bool fl_model_out_on(const struct fl_catalog *c, const struct fl_catalog_model *m, fl_date day);

#endif
