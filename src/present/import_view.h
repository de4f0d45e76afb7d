/*
 * import_view.h - what an import found: prices that change, what is new, what conflicts, what is refused or in doubt; as
 * text and as fulcrum.models_import/1.
 *
 * Ownership: the buffer and the writer are the caller's. Threads: pure. Limits: a section of the text shows
 * FL_IMPORT_SHOWN lines (a reason FL_IMPORT_EXAMPLES offers) and says how many there are; JSON has all. Failure: a full buffer cuts the text.
 */
#ifndef FL_IMPORT_VIEW_H
#define FL_IMPORT_VIEW_H

#include "catalog/import.h"

enum { FL_IMPORT_SHOWN = 30, FL_IMPORT_EXAMPLES = 4 };

/* `path`: the overlay that was written; empty = nothing was taken. */
void fl_import_text_report(const struct fl_import *im, struct fl_str path, struct fl_buf *out, size_t width);
void fl_import_json_report(const struct fl_import *im, struct fl_str path, struct fl_json_writer *w);

#endif
