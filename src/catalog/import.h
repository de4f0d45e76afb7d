/*
 * import.h - price lists that others publish, read into neutral entries, compared with the catalogue, doubted, and
 * written as an overlay.
 *
 *   FILE.json -> reader of its format -> entries -> match (whose offer is it?) -> check (can that be?) -> diff (what
 *   changes?) -> build (a YAML tree with the history kept)
 *
 * Formats are a table: models.dev's api.json, genai-prices' data.json, LiteLLM's model_prices_and_context_window.json,
 * OpenRouter's answer to GET /api/v1/models. Nothing of a file is taken when any part of it is malformed. What is beyond
 * all bounds is refused; what is doubtful is taken only when the caller accepts doubt. A price that differs from the
 * catalogue's by more than FL_IMPORT_JUMP is doubtful unless a second file of the same import agrees.
 *
 * Ownership: everything lives in the import's arena; texts of files and the catalogue must outlive it. Threads: one at a
 * time. Limits: below. Failure: FL_E_INVALID and FL_E_LIMIT with file:line:column and a JSON pointer.
 */
#ifndef FL_IMPORT_H
#define FL_IMPORT_H

#include "base/map.h"
#include "base/vec.h"
#include "catalog/catalog.h"
#include "codec/json.h"

enum {
	FL_IMPORT_BYTES = 64 << 20, /* one file */
	FL_IMPORT_ENTRIES = 50000,  /* models at providers, of one file */
	FL_IMPORT_ROWS = 64,        /* price rows of one entry */
	FL_IMPORT_FILES = 16,
	FL_IMPORT_FACTS = 16, /* facts of one entry */
	FL_IMPORT_REASONS = 16,
	FL_IMPORT_DEPTH = 32, /* nesting of a file: none of the formats has more than nine levels */
	FL_IMPORT_JUMP = 3    /* a price that is that many times another needs a second source */
};

struct fl_import_file;
struct fl_import_reader;

/* A fact of a model, under its key in the catalogue. */
enum fl_import_kind { FL_IMPORT_TOKENS, FL_IMPORT_YES, FL_IMPORT_DAY, FL_IMPORT_WORDS };
struct fl_import_fact {
	const char *key;
	enum fl_import_kind kind;
	int64_t number; /* tokens; yes = 1, no = 0; a day */
	struct fl_list words;
	const char *note; /* NULL = none */
};

/* A model as one provider serves it, as one file has it. */
struct fl_import_entry {
	const struct fl_import_file *file;
	const struct fl_json *node;        /* its place */
	struct fl_str provider;            /* as the file names it */
	struct fl_str provider_name, host; /* empty = the file does not say */
	struct fl_str id;                  /* the string that is sent */
	struct fl_list alias;              /* struct fl_str: further exact names of it */
	struct fl_str name, variant;       /* variant: what stands behind the colon, such as free */
	struct fl_import_fact fact[FL_IMPORT_FACTS];
	size_t facts;
	struct fl_price_row *row; /* source and day of the file are not set yet */
	size_t rows;
	int status;        /* enum fl_model_status */
	fl_date gone;      /* the provider serves it until then */
	bool exact;        /* set by the match: not a dated form of another name */
	const char *doubt; /* what the reader itself doubts of the prices; NULL = nothing */
};

/* One format. */
struct fl_import_name {
	const char *theirs, *ours;
};
struct fl_import_format {
	const char *name; /* models.dev, genai-prices, litellm, openrouter */
	const char *title, *url, *kind, *licence;
	int rank; /* of its source entry */
	bool (*detect)(const struct fl_json *root);
	enum fl_code (*read)(struct fl_import_reader *r, const struct fl_json *root);
	const struct fl_import_name *provider; /* names that the catalogue has no alias for; ends with NULL */
};
extern const struct fl_import_format fl_import_models_dev, fl_import_genai, fl_import_litellm, fl_import_openrouter;
/* All formats. */
const struct fl_import_format *const *fl_import_formats(size_t *count);
/* By name; NULL when there is none. */
const struct fl_import_format *fl_import_format(struct fl_str name);

/* Hours of a day in which a price holds, as a calendar of the overlay. */
struct fl_import_hours {
	struct fl_str name;
	int from_min, to_min; /* UTC; over midnight when to < from */
};
struct fl_import_file {
	const struct fl_import_format *format;
	struct fl_str name, text;
	const struct fl_json *root;
	FL_VEC(uint32_t) line_end; /* offsets of the line breaks */
	fl_date own_day;           /* newest day that the file names for itself; FL_DATE_NONE = none */
	fl_date as_of;             /* set by the import */
	struct fl_str source;      /* name of its source entry: models.dev-2026-11-24 */
	FL_VEC(struct fl_import_entry *) entry;
	FL_VEC(struct fl_import_hours) hours;
	struct {
		const char *reason;
		size_t n;
	} skipped[FL_IMPORT_REASONS]; /* rows that are none of our matter: embeddings, prices of one region, ... */
	size_t reasons;
};

/* --- what is found ------------------------------------------------------------------------------------------------ */

enum fl_import_what {
	FL_IMPORT_NEW_PROVIDER,
	FL_IMPORT_NEW_MODEL,
	FL_IMPORT_NEW_OFFER,
	FL_IMPORT_PRICE,       /* a rate changes */
	FL_IMPORT_PRICE_ADDED, /* a rate that was not known */
	FL_IMPORT_FACT,        /* a fact that was not known */
	FL_IMPORT_CONFLICT,    /* a fact that the catalogue has otherwise: the catalogue's stands */
	FL_IMPORT_DOUBT,
	FL_IMPORT_REFUSED,
	FL_IMPORT_WHATS
};
extern const char *const fl_import_what_words[];

struct fl_import_item {
	enum fl_import_what what;
	bool taken;
	struct fl_str model, offer; /* ids; offer: provider/model */
	int class;                  /* of a rate; -1 = none */
	const struct fl_price_when *when;
	fl_date from;
	int64_t have, found; /* rates, -1 = none */
	const char *fact;    /* key */
	struct fl_str have_text, found_text, reason;
	const struct fl_import_entry *entry;
};

/* An offer that files speak of. */
struct fl_import_target {
	struct fl_import_model *model;
	struct fl_str key, provider;            /* key: provider[:variant] */
	const struct fl_catalog_offer *offer;   /* NULL = new */
	FL_VEC(struct fl_import_entry *) entry; /* one a file; the first is taken */
	FL_VEC(struct fl_price_row) row;        /* the whole list as it shall be */
	bool listed;                            /* the row list is to be written */
	bool taken;                             /* a new offer that is written */
	struct fl_import_entry *sound;          /* whose prices passed; NULL = none did */
};
/* A model that files speak of. */
struct fl_import_model {
	const struct fl_catalog_model *model; /* NULL = new */
	struct fl_str id, lab;
	FL_VEC(struct fl_import_target *) target;
	FL_VEC(const struct fl_import_fact *) fact; /* to be written */
	const struct fl_import_entry *told;         /* whose facts they are */
	bool taken;
};
struct fl_import {
	struct fl_arena *arena;
	const struct fl_catalog *catalog;
	const struct fl_catalog *carried; /* what the overlay may name without holding it: the built-in catalogue */
	const struct fl_yaml *old;        /* the overlay that is written anew; NULL = none */
	bool accept;
	FL_VEC(struct fl_import_file *) file;
	struct fl_map old_model;     /* its models by id */
	struct fl_map model, target; /* by id, by provider/id[:variant] */
	struct fl_map sent;          /* provider/string of new offers -> target */
	struct fl_map provider;      /* new ones -> first entry that names it */
	FL_VEC(struct fl_import_item) item;
	size_t count[FL_IMPORT_WHATS], held; /* held: of those, in doubt and not taken */
	size_t gone;                         /* offers that the catalogue knows to be retired */
	size_t unchanged;                    /* offers that stand as they are */
};

/* `carried`: the part of the catalogue that is always there, without the user's files. */
void fl_import_init(struct fl_import *im, struct fl_arena *a, const struct fl_catalog *c,
                    const struct fl_catalog *carried, bool accept);
void fl_import_release(struct fl_import *im);
/*
 * Reads one file. `format` NULL: by its shape. `as_of` FL_DATE_NONE: the file's own day, else `today`. The text must
 * outlive the import.
 */
enum fl_code fl_import_add(struct fl_import *im, struct fl_str name, struct fl_str text,
                           const struct fl_import_format *format, fl_date as_of, fl_date today,
                           struct fl_err *err) FL_MUST_USE;
/* Matches, checks and compares everything that was added; fills the items. */
void fl_import_compare(struct fl_import *im);
/*
 * The overlay as a tree: what `old` holds with everything that was taken laid over it. NULL when nothing was taken.
 */
const struct fl_yaml *fl_import_overlay(struct fl_import *im);
/* Place of a node of a file: its line and JSON pointer. */
int fl_import_line(const struct fl_import_file *f, const struct fl_json *node);
struct fl_str fl_import_pointer(const struct fl_import_file *f, const struct fl_json *node, struct fl_arena *a);

#endif
