/*
 * needs.h - what a model and its host must have, as a user writes it under `needs:` or as --need key=value.
 *
 * Needs are hard: who breaks one cannot be chosen. Those about facts (all but cost and p95) are looked up in the
 * catalogue before anything is spent; cost and p95 are measured too.
 *
 * Ownership: slices live as long as the tree. Threads: plain data. Failure: errors with place while reading.
 */
#ifndef FL_NEEDS_H
#define FL_NEEDS_H

#include "base/date.h"
#include "lang/schema.h"

enum fl_need_data { FL_DATA_ANYWHERE, FL_DATA_NO_TRAINING, FL_DATA_ZERO_RETENTION, FL_DATA_OWN_MACHINES };
enum fl_need_reasoning { FL_REASON_ANY, FL_REASON_NONE, FL_REASON_SOME, FL_REASON_DEEP };

/* Three different things: who made the model, where its maker sits, where calls are processed. */
struct fl_need_exclude {
	const struct fl_yaml *node;
	struct fl_list labs, lab_countries, processing; /* struct fl_str */
};

struct fl_needs {
	const struct fl_yaml *node;
	int data;                                     /* enum fl_need_data */
	struct fl_list region;                        /* struct fl_str: any of them */
	struct fl_list certificates, inputs, outputs; /* struct fl_str: all of them */
	int64_t context, effective_context;           /* tokens, 0 = any */
	int64_t first_token_ms, p95_ms;               /* -1 = any */
	int reasoning;                                /* enum fl_need_reasoning */
	bool tools, schema, web_search, open_weights;
	fl_date knowledge_after; /* FL_DATE_NONE = any */
	struct fl_list licence;  /* struct fl_str: any of them; "commercial" = may be used for business */
	struct fl_need_exclude exclude;
	struct fl_list fine_tuning; /* struct fl_str: any of these methods; "any" */
	int64_t cost_nusd;          /* mean of an item; -1 = any */
	struct fl_list devices;     /* struct fl_str: must run on one of them */
};
extern const struct fl_table fl_needs_table;
extern const char *const fl_need_data_words[], *const fl_need_reasoning_words[];

#endif
