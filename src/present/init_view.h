/*
 * init_view.h - what `init` found and decided.
 *
 * Values of the user's data are shown in at most FL_INIT_VALUE bytes, made safe for a terminal. Ownership: appends to the
 * caller's buffer. Threads: pure. Limits: the buffer's. Failure: false when the buffer is full.
 */
#ifndef FL_INIT_VIEW_H
#define FL_INIT_VIEW_H

#include "choose/first_task.h"

enum { FL_INIT_VALUE = 40, FL_INIT_NEXT = 4 };

struct fl_init_view {
	const struct fl_look *look;
	const struct fl_first_task *first;
	struct fl_str task_file, data;    /* as the user would name them; data empty: the examples stand in the file */
	struct fl_str next[FL_INIT_NEXT]; /* commands */
	size_t nexts;
	size_t width;
};
bool fl_init_text(const struct fl_init_view *v, struct fl_buf *out);
/* One object, fulcrum.init/1. */
bool fl_init_json(const struct fl_init_view *v, struct fl_buf *out);

#endif
