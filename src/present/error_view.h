/*
 * error_view.h - an error as its user reads it: place, finding, expectation and remedy, as text or as the object `error` of
 * fulcrum.error/1.
 *
 * Ownership: appends to the caller's buffer or writer. Threads: pure. Limits: those of struct fl_err. Failure: none.
 */
#ifndef FL_ERROR_VIEW_H
#define FL_ERROR_VIEW_H

#include "base/err.h"
#include "codec/json.h"

/* "FILE:LINE:COLUMN: message", then found, expected and help on lines of their own; made safe for a terminal. */
void fl_error_text(const struct fl_err *err, struct fl_buf *out);
/* {"code","message","place":{"file","line","column"},"found","expected","help"} */
void fl_error_json(const struct fl_err *err, struct fl_json_writer *w);

#endif
