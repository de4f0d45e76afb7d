/*
 * progress.h - what happens while it happens: redrawn in place on a terminal, plain lines elsewhere.
 *
 * On a terminal the block is drawn over itself in one write, line by line with "clear to end of line", so that nothing
 * flickers; elsewhere a line is written when something changed and at most every 10 seconds. Ownership: embedded.
 * Threads: one. Failure: output errors are ignored, for progress is a courtesy.
 */
#ifndef FL_PROGRESS_H
#define FL_PROGRESS_H

#include "choose/balance.h"

struct fl_progress {
	int fd; /* standard error */
	bool terminal, quiet, color;
	size_t width;
	size_t drawn;      /* lines of the block on the screen */
	size_t steps_told; /* plain log: changes already told */
	uint64_t begun_ns, told_ns;
	uint64_t first_done; /* cells that were there at once, for the rate */
};
/* Looks at the terminal. `quiet`: draws nothing. */
void fl_progress_init(struct fl_progress *p, bool quiet, bool color);
/* A line that stays (notes, warnings), above the block. */
void fl_progress_note(struct fl_progress *p, struct fl_str text);
void fl_progress_balance(struct fl_progress *p, const struct fl_balance *b);
void fl_progress_eval(struct fl_progress *p, uint64_t done, uint64_t all, int64_t spent_nusd, int64_t budget_nusd);
/* Removes the block, so that the result stands alone. */
void fl_progress_end(struct fl_progress *p);
/* Columns of the terminal behind fd, 80 when it is none; at least 40, at most 160. */
size_t fl_terminal_width(int fd);

#endif
