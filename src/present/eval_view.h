/*
 * eval_view.h - an evaluation as JSON (schema fulcrum.eval/1) and as a table.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Failure: false when the buffer is full.
 */
#ifndef FL_EVAL_VIEW_H
#define FL_EVAL_VIEW_H

#include "eval/evaluate.h"

bool fl_eval_json(const struct fl_evaluation *e, struct fl_buf *out);
void fl_eval_text(const struct fl_evaluation *e, struct fl_buf *out, size_t width);

#endif
