/*
 * models_json.h - models of the catalogue as fulcrum.models/1. Unknown facts are null or absent, never 0.
 *
 * Ownership: the writer's buffer is the caller's. Threads: pure. Failure: the writer says when its buffer is full.
 */
#ifndef FL_MODELS_JSON_H
#define FL_MODELS_JSON_H

#include "choose/listing.h"
#include "codec/json.h"

struct fl_models_view {
	const struct fl_catalog *catalog;
	fl_date day;
	bool as_of;   /* a day was named: rows, offers and scores of other days are left out */
	bool details; /* claims with their sources, policies, speed, reasoning: what `models show` gives */
};
void fl_models_json(const struct fl_listing *l, const struct fl_models_view *v, struct fl_json_writer *w);
/* The member "when": the conditions of a row, {} when it has none. */
void fl_price_when_json(const struct fl_price_when *when, struct fl_json_writer *w);
/* One row of a price list, for one class: {"class","rate_nusd_per_mtok","when",...}. */
void fl_price_row_json(const struct fl_catalog *c, const struct fl_price_row *row, enum fl_usage_class class,
                       struct fl_json_writer *w);

#endif
