/*
 * history_page.h - a self-contained page with the history of standard input and output prices of models, as steps over
 * time, each with a table of its days and sources. Announced prices stand behind the line of today.
 *
 * Ownership: the buffer is the caller's. Threads: pure. Limits: FL_HISTORY_MODELS models a page. Failure: a full buffer is
 * noticed by the caller at the end.
 */
#ifndef FL_HISTORY_PAGE_H
#define FL_HISTORY_PAGE_H

#include "present/models_json.h"

enum { FL_HISTORY_MODELS = 500 };

/* Models of the listing without a dated price are named, not drawn. */
void fl_history_page(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out);

#endif
