/*
 * trial_view.h - answers side by side: in columns where the terminal is wide enough for all, else one below the other.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Limits: none of its own. Failure: none.
 */
#ifndef FL_TRIAL_VIEW_H
#define FL_TRIAL_VIEW_H

#include "eval/preference.h"

struct fl_trial_look {
	size_t width;        /* of the terminal */
	size_t lines;        /* of an answer to show at most, its end; 0: all */
	bool blind;          /* "Answer 1" instead of names, and no figures that tell who it is */
	const size_t *order; /* in which answers stand; NULL: as they are */
};
/* The answers as they stand; returns how many lines that was. */
size_t fl_trial_text(const struct fl_trial *t, const struct fl_trial_look *look, struct fl_buf *out);
/* An element of `answers` for each. */
void fl_trial_json(const struct fl_trial *t, struct fl_json_writer *w);
/* Who is preferred, best first. */
void fl_standing_text(const struct fl_standing *s, size_t width, struct fl_buf *out);
void fl_standing_json(const struct fl_standing *s, struct fl_json_writer *w);

#endif
