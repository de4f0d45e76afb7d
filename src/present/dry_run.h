/*
 * dry_run.h - what a task would send and could cost at most, without sending anything.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Failure: what fl_task_call and fl_grid_cap say.
 */
#ifndef FL_DRY_RUN_H
#define FL_DRY_RUN_H

#include "task/task.h"

/* First request of each candidate as it would be sent (no key), its worst case, and that of the whole grid. */
enum fl_code fl_dry_run(const struct fl_task *t, bool json, struct fl_buf *out, struct fl_err *err) FL_MUST_USE;

#endif
