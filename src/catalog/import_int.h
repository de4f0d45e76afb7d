/*
 * import_int.h - the parts of an import: reading members with their places, matching, checking, comparing. Private to
 * catalog/.
 *
 * Ownership: as import.h. Threads: one at a time. Limits: those of import.h. Failure: readers fail with file:line:column
 * and a JSON pointer, and set nothing then; an absent or null member is no failure.
 */
#ifndef FL_IMPORT_INT_H
#define FL_IMPORT_INT_H

#include "catalog/import.h"

struct fl_import_reader {
	struct fl_import_file *file;
	struct fl_arena *arena;
	struct fl_err *err;
};

/* --- import_read.c ------------------------------------------------------------------------------------------------ */

/* "'/openai/models/x': must be a number, found ...". */
enum fl_code fl_import_wrong(const struct fl_import_reader *r, const struct fl_json *v, const char *expected);
/* A member of an object that may be absent: NULL then. Fails when it has another type than expected. */
enum fl_code fl_import_object(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                              const struct fl_json **out) FL_MUST_USE;
enum fl_code fl_import_array(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                             const struct fl_json **out) FL_MUST_USE;
enum fl_code fl_import_text(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                            struct fl_str *out) FL_MUST_USE;
/* Whole, not negative; 0 counts as not known. A number in quotes will do. */
enum fl_code fl_import_tokens(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                              int64_t *out) FL_MUST_USE;
enum fl_code fl_import_yes(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                           enum fl_known *out) FL_MUST_USE;
enum fl_code fl_import_day(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                           fl_date *out) FL_MUST_USE;
/*
 * A price as a number or a number in quotes, times 10^scale: nano-USD per million units. What is written with more digits
 * than that (1.0000000000000001e-06, the noise of somebody's floating point) is rounded; what does not fit becomes
 * INT64_MAX, beyond all bounds. Negative prices are malformed. Keeps *out when absent.
 */
enum fl_code fl_import_rate(const struct fl_import_reader *r, const struct fl_json *v, int scale,
                            int64_t *out) FL_MUST_USE;
enum { FL_IMPORT_EACH = 15, FL_IMPORT_THOUSAND = 12, FL_IMPORT_MILLION = 9 }; /* scale of dollars for that many units */

/* A new entry at the end of the file's. */
enum fl_code fl_import_entry(const struct fl_import_reader *r, const struct fl_json *v, struct fl_str provider,
                             struct fl_str id, struct fl_import_entry **out) FL_MUST_USE;
/* The entry's row of these conditions and days; made when there is none yet. */
enum fl_code fl_import_row(const struct fl_import_reader *r, struct fl_import_entry *e,
                           const struct fl_price_when *when, fl_date from, fl_date to,
                           struct fl_price_row **out) FL_MUST_USE;
/* "us.anthropic.claude-sonnet-4-6": one of Bedrock's profiles that keep calls in one part of the world. */
bool fl_import_is_profile(struct fl_str id);
/* Counts a row that is none of our matter; `reason` is a literal. */
void fl_import_skip(const struct fl_import_reader *r, const char *reason);
/* Facts; absent ones (0 tokens, unknown, no day, no words) are left out. */
void fl_import_fact_tokens(struct fl_import_entry *e, const char *key, int64_t tokens);
void fl_import_fact_yes(struct fl_import_entry *e, const char *key, enum fl_known known);
void fl_import_fact_day(struct fl_import_entry *e, const char *key, fl_date day, const char *note);
void fl_import_fact_words(struct fl_import_entry *e, const char *key, struct fl_list words);
/* Reads a member and adds it. */
enum fl_code fl_import_take_tokens(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                   const char *theirs, const char *ours) FL_MUST_USE;
enum fl_code fl_import_take_yes(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                const char *theirs, const char *ours) FL_MUST_USE;
enum fl_code fl_import_take_words(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                  const char *theirs, const char *ours) FL_MUST_USE;

/* --- import_match.c ----------------------------------------------------------------------------------------------- */

/* Finds or makes the targets of all entries. */
void fl_import_match(struct fl_import *im);
/* The model table of the catalogue, for its facts. */
const struct fl_table *fl_import_model_table(void);

/* --- import_check.c ----------------------------------------------------------------------------------------------- */

/* What is wrong with a row by itself; `why` receives one sentence. Rates that must go are set to -1. */
enum fl_import_verdict { FL_IMPORT_FINE, FL_IMPORT_DOUBTFUL, FL_IMPORT_BAD };
enum fl_import_verdict fl_import_check_row(const struct fl_import_entry *e, struct fl_price_row *row,
                                           const struct fl_price_row *standard, struct fl_arena *a, struct fl_str *why);
/* A first price of a model that nobody has confirmed: dearer than what vendors ask of all but a few. */
bool fl_import_is_dear(const struct fl_price_row *row);
/* a / b or b / a is over `times`; false when either is not known. */
bool fl_import_far(int64_t a, int64_t b, int64_t times);
/* Both files state the same price, within one per cent, for all classes that both have. */
bool fl_import_agree(const struct fl_import_entry *a, const struct fl_import_entry *b);
/* The row of the entry without conditions on that day; NULL when it has none. */
struct fl_price_row *fl_import_standard(const struct fl_import_entry *e, fl_date day);

/* --- import_diff.c ------------------------------------------------------------------------------------------------ */

/* Adds an item about an entry. */
struct fl_import_item *fl_import_say(struct fl_import *im, enum fl_import_what what, const struct fl_import_target *t,
                                     const struct fl_import_entry *e);
/* Compares prices of one target; fills its list. */
void fl_import_diff(struct fl_import *im, struct fl_import_target *t);

/* --- import_fact.c ------------------------------------------------------------------------------------------------ */

/* Decides what of a model is written; after its targets were compared. */
void fl_import_facts(struct fl_import *im, struct fl_import_model *m);
/* What the old overlay says of a model; NULL when it says nothing. */
const struct fl_yaml *fl_import_old_model(const struct fl_import *im, struct fl_str id);
/* A fact as text: 128000, yes, 2026-11-24, text image. */
struct fl_str fl_import_fact_text(const struct fl_import_fact *f, struct fl_arena *a);

#endif
