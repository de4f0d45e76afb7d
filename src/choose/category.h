/*
 * category.h - kinds of tasks: which public scores speak for each, and what is assumed of a call when nobody says.
 *
 * A score counts for a category by its tags: those of its own category where the benchmark has some (LiveBench), else
 * those of the benchmark. Weight 1: it measures that kind of task; less: something near it. The whole of a benchmark with
 * categories counts half, for its parts stand beside it.
 *
 * The assumed lengths and worths are round figures of our own, said aloud whenever they are used, and the first thing to
 * replace. Those of `agents` are a whole task: tau-bench airline, 12.3 calls and 38.4k tokens of summed input a task.
 *
 * Ownership: static rows. Threads: pure. Limits: FL_CATEGORY_TAGS. Failure: NULL for an unknown name.
 */
#ifndef FL_CATEGORY_H
#define FL_CATEGORY_H

#include "catalog/catalog.h"

enum { FL_CATEGORY_TAGS = 6 };
enum fl_thinking_need { FL_THINK_NONE, FL_THINK_SOME, FL_THINK_DEEP };

struct fl_category {
	const char *name, *about;
	struct {
		const char *tag;
		double weight;
	} tag[FL_CATEGORY_TAGS];
	int64_t in_tokens, out_tokens; /* of a call, where the user says nothing */
	int64_t value_nusd;            /* of a right answer, where the user says nothing */
	enum fl_thinking_need thinking;
	const char *thinking_why;
	bool user_waits;     /* somebody sits and waits for the answer */
	const char *missing; /* what public scores do not measure of it */
};
extern const struct fl_category fl_categories[];
extern const size_t fl_category_count;

/* By name; NULL when there is none. */
const struct fl_category *fl_category_find(struct fl_str name);
/* Nearest name for a message, NULL when none is near. */
const char *fl_category_near(struct fl_str name);
/* How much a score says of the category: 0 = nothing .. 1. */
double fl_category_weight(const struct fl_category *k, const struct fl_catalog *c, const struct fl_score *s);

#endif
