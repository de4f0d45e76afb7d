/*
 * table.h - aligned text tables for terminals and logs.
 *
 * Cells are made safe (plain.h) and cut to their column; numbers stand right. A column of which nothing is known (all
 * cells empty or "-") is left out. The first column gives way when the table
 * is wider than the terminal. Ownership: cells are borrowed until fl_table_write. Threads: one at a time. Limits: 16
 * columns. Failure: none.
 */
#ifndef FL_TABLE_H
#define FL_TABLE_H

#include "base/arena.h"
#include "base/str.h"

enum { FL_TABLE_COLUMNS = 16 };

struct fl_text_column {
	const char *title;
	bool left; /* text; else a figure, to the right */
};
struct fl_text_table {
	const struct fl_text_column *column;
	size_t columns;
	struct fl_str *cell; /* [row * columns + column] */
	size_t rows;
};
/* Appends the table, at most `width` columns of a terminal wide, each line led by `lead`. */
void fl_table_write(struct fl_buf *out, const struct fl_text_table *t, size_t width, const char *lead);
/* Appends text broken at spaces to `width`, each line led by `lead`. */
void fl_wrap(struct fl_buf *out, struct fl_str text, size_t width, const char *lead);

#endif
