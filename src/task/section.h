/*
 * section.h - a task file as its schema tables leave it: one struct per section, before anything is looked up.
 *
 * Internal to task/. Ownership: slices live as long as the tree. Threads: plain data. Failure: none.
 */
#ifndef FL_SECTION_H
#define FL_SECTION_H

#include "lang/schema.h"
#include "task/needs.h"

struct fl_value_section {
	const struct fl_yaml *node;
	int64_t wage, saved, lost, waiting, right; /* -1: not given */
};
struct fl_task_section {
	const struct fl_yaml *node;
	struct fl_str task, about, examples, baseline, category;
	const struct fl_yaml *data, *prompt, *answer, *params, *candidates;
	struct fl_list prompts; /* named, of const struct fl_yaml * */
	struct fl_list attach;  /* of struct fl_str */
	struct fl_list grade, providers;
	int goal; /* index of its word, -1: not given */
	struct fl_value_section value;
	struct fl_needs needs;
	int64_t pass, within, floor, margin, traffic, budget, confidence, timeout, max_output,
	    draw_seed; /* -1: not given */
};
enum { FL_BUDGET_NOT_GIVEN = -1, FL_BUDGET_NONE = -2 };

/* `candidates:`, kept as a node; candidates.c reads it. */
extern const struct fl_type fl_type_candidates;

struct fl_config_section {
	const struct fl_yaml *node;
	struct fl_list providers;
};

#endif
