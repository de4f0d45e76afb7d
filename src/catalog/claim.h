/*
 * claim.h - a fact with where it is from; several that disagree are kept side by side, and a rule picks one.
 *
 * Written as a value, as a map with provenance, or as a list of such maps:
 *
 *   context: 1050000
 *   context: {value: 1050000, source: [litellm, openrouter]}
 *   context: [{value: 1050000, source: litellm}, {value: 1000000, source: artificial-analysis, note: rounded}]
 *
 * Rule: the claim of the source that stands highest (struct fl_source.rank; an overlay's claims replace all others);
 * among equals the one that more sources share, then the newest, then the first. Absent = unknown, never 0 and never no.
 *
 * Ownership: as the catalogue that holds them. Threads: immutable. Failure: errors at file:line:column while reading.
 */
#ifndef FL_CLAIM_H
#define FL_CLAIM_H

#include "base/date.h"
#include "lang/schema.h"

struct fl_claim {
	struct fl_str text;    /* the value as written; words joined by a space */
	struct fl_list words;  /* struct fl_str, of claims of words */
	int64_t number;        /* tokens; yes = 1, no = 0; a day as fl_date */
	double figure;         /* of claims of figures */
	struct fl_list source; /* struct fl_str: names of sources, or addresses */
	fl_date checked;       /* FL_DATE_NONE = the day of the source */
	struct fl_str note;
};
struct fl_claims {
	const struct fl_claim *p;
	size_t n; /* 0 = unknown */
};

/* Types for tables, all stored as struct fl_claims. */
extern const struct fl_type fl_type_claim_text, fl_type_claim_words, fl_type_claim_tokens, fl_type_claim_yes,
    fl_type_claim_day, fl_type_claim_figure;
/* True when a type is one of the above. */
bool fl_type_is_claim(const struct fl_type *type);
/* Fields of one claim that hold texts and lists, for those who copy them. */
extern const struct fl_table fl_claim_parts;

#endif
