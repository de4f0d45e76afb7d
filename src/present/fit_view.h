/*
 * fit_view.h - what runs on a machine: as fulcrum.fit/1, as one answer with its terms, or as a table.
 *
 * Ownership: the view borrows; buffer and writer are the caller's. Threads: pure. Failure: a full buffer cuts the text,
 * the writer says so. What is not known is null, or said in words.
 */
#ifndef FL_FIT_VIEW_H
#define FL_FIT_VIEW_H

#include "codec/json.h"
#include "fit/fit.h"

struct fl_fit_row {
	struct fl_fit_model model;
	struct fl_fit_want want;
	struct fl_fit fit;
	struct fl_fit_nearest nearest; /* of a row that does not fit, or may not */
	bool windows_unknown;          /* a file has windows, but does not say where */
};
struct fl_fit_view {
	const struct fl_fit_machine *machine;
	bool detected;        /* it is this one */
	bool context_assumed; /* none was asked for */
	const struct fl_fit_row *row;
	size_t rows;
	size_t unknown; /* models left out: nothing is known of their size */
};
void fl_fit_json(const struct fl_fit_view *v, struct fl_json_writer *w);
/* Each row with all its terms. */
void fl_fit_answers(const struct fl_fit_view *v, struct fl_buf *out, size_t width);
/* One line a row that fits or may fit; how many do not is said below. */
void fl_fit_list(const struct fl_fit_view *v, struct fl_buf *out, size_t width);

#endif
