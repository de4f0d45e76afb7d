/*
 * listing.h - the models of the catalogue that fit words and filters, sorted, with the figures that a list shows.
 *
 * Words: every word must match a model's id, name, lab, family, alias or tag, as a part of it or with a typing error
 * (edit distance 1 from 4 letters, 2 from 8); where any model matches without error, those with errors are left out.
 * Scores compare only within one benchmark, release and harness: a listing shows one release, the newest on its day in
 * which enough of the models stand, and marks older ones.
 *
 * Ties: rows sorted by score, a group goes on while a row's interval reaches that of the group's first; where a
 * benchmark publishes no interval, nothing is said.
 *
 * Ownership: the listing owns its rows, all else is the catalogue's. Threads: pure. Limits: none of its own. Failure:
 * NOT_FOUND for a benchmark, lab or table that does not exist, INVALID for a sort key.
 */
#ifndef FL_LISTING_H
#define FL_LISTING_H

#include "base/vec.h"
#include "catalog/catalog.h"
#include "price/offer_price.h"

enum fl_sort {
	FL_SORT_MATCH, /* by words, then newest first */
	FL_SORT_NAME,
	FL_SORT_PRICE, /* input + output price, cheapest first */
	FL_SORT_CONTEXT,
	FL_SORT_RELEASED,
	FL_SORT_SCORE,
	FL_SORTS
};
extern const char *const fl_sort_words[]; /* match, name, price, context, released, score */

struct fl_listing_query {
	const struct fl_str *word;
	size_t words;
	enum fl_known open_weights;
	struct fl_str lab, table;
	struct fl_str input, output; /* comma-separated modalities that must be known */
	int64_t context_least;       /* tokens, 0 = any */
	int64_t price_most;          /* nano-USD per million input tokens, -1 = any */
	bool reasons, gone;          /* gone: retired ones too */
	struct fl_str benchmark;     /* score shown; empty = livebench */
	struct fl_str category;      /* task category or industry: benchmarks and categories tagged so */
	enum fl_sort sort;
	bool sort_given;
	fl_date day;
};

struct fl_listing_row {
	const struct fl_catalog_model *model;
	struct fl_offer_ref
	    offer; /* whose price is shown: the lab's own, else the cheapest; model NULL when nobody offers it */
	int64_t input_rate, cached_rate, output_rate; /* nano-USD per million tokens on that day; -1 = not known */
	const struct fl_score *score;                 /* NULL = none on that day */
	bool older;                                   /* the score is of another release than the list's */
	size_t tie;                                   /* group of the score, 1, 2, ...; 0 = nothing is known of ties */
	int64_t
	    context; /* tokens: of the model; in a published table as its host serves it or as it was printed; -1 = unknown */
	enum fl_model_status status;
	int match;
};
struct fl_listing {
	FL_VEC(struct fl_listing_row) row;          /* the caller releases it */
	struct fl_str benchmark, category, release; /* of the scores; category empty = the whole benchmark */
	const struct fl_model_table *table;
	bool ties_known;
	size_t unscored; /* models left out of a list of scores, for they have none there */
};

enum fl_code fl_listing_make(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_listing *out,
                             struct fl_err *err) FL_MUST_USE;
void fl_listing_release(struct fl_listing *l);

#endif
