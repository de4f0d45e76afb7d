/*
 * effort.h - how hard a model thinks: one scale for what vendors, benchmarks and price lists call by many names.
 *
 * A measured variant is read by its words ("Non-reasoning", "(xhigh)", "-thinking-64k", "highthinking"). What names no
 * level counts as the model's standard level; thinking without a level, at a model that has levels, as its strongest, for
 * that is how it is measured.
 *
 * Ownership: static words. Threads: pure. Limits: none. Failure: FL_EFFORT_PLAIN where nothing is known.
 */
#ifndef FL_EFFORT_H
#define FL_EFFORT_H

#include "catalog/catalog.h"

enum fl_effort {
	FL_EFFORT_PLAIN, /* it does not think, or nobody knows of levels */
	FL_EFFORT_NONE,  /* it could, and is told not to */
	FL_EFFORT_MINIMAL,
	FL_EFFORT_LOW,
	FL_EFFORT_MEDIUM,
	FL_EFFORT_HIGH,
	FL_EFFORT_XHIGH,
	FL_EFFORT_MAX,
	FL_EFFORT_ON, /* thinks, without levels */
	FL_EFFORTS_ALL
};
/* "" for PLAIN, "none", "low", ..., "thinking" for ON. */
extern const char *const fl_effort_words[];

static inline bool fl_effort_thinks(enum fl_effort e)
{
	return e > FL_EFFORT_NONE;
}
/* The level that a variant of the model was measured at. */
enum fl_effort fl_effort_of(const struct fl_catalog_model *m, struct fl_str variant);
/* The level taken when none is asked for. */
enum fl_effort fl_effort_standard(const struct fl_catalog_model *m);
/* Thinking tokens of a level relative to `high`, by the ladder of one model on one test (GPT-5.6 Sol on the index of
 * Artificial Analysis, July 2026: $353, 593, 956, 1,543, 2,824 a run, less $242 without thinking). */
double fl_effort_scale(enum fl_effort e);

#endif
