/*
 * check_view.h - what `fulcrum check` found, as text or JSON.
 *
 * Ownership: appends to the caller's buffer; everything shown is borrowed. Threads: pure. Limits: FL_CHECK_PROBLEMS are
 * shown, the rest counted. Failure: false when the buffer is full.
 */
#ifndef FL_CHECK_VIEW_H
#define FL_CHECK_VIEW_H

#include "present/dry_run.h"

enum { FL_CHECK_PROBLEMS = 100 };

/* How many items tell a difference, and what the items at hand tell: stats/sample_size.h. */
struct fl_check_size {
	double disagree;     /* share of items on which two candidates differ, assumed */
	double items_needed; /* for FL_CHECK_DIFFERENCE */
	double tells;        /* difference that the task's items tell */
};
#define FL_CHECK_DIFFERENCE 0.02
#define FL_CHECK_POWER 0.8
enum { FL_CHECK_SIZES = 2 };

struct fl_check {
	const char *file;
	const struct fl_err *problem; /* in the order in which they were found; the same one once */
	size_t problems, problems_in_all;
	const struct fl_task *task; /* NULL when the file could not be read to its end */
	const struct fl_first_request *request;
	struct fl_check_size size[FL_CHECK_SIZES];
	double confidence;
};

/* The sizes for a task. */
void fl_check_sizes(struct fl_check *c);
void fl_check_text(const struct fl_check *c, struct fl_buf *out, size_t width);
bool fl_check_json(const struct fl_check *c, struct fl_buf *out);

#endif
