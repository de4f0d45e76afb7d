/*
 * plain.h - what files, models and servers said, made safe for a terminal.
 *
 * Control characters (C0 but for tab and newline, DEL, C1 in UTF-8) and bidirectional overrides become visible escapes
 * such as \x1b; bytes that are not UTF-8 become \xNN. Ownership: appends to the caller's buffer. Threads: pure.
 * Failure: false when the buffer is full.
 */
#ifndef FL_PLAIN_H
#define FL_PLAIN_H

#include "base/str.h"

bool fl_plain(struct fl_buf *out, struct fl_str text);
/* The same on one line: line breaks and tabs become spaces, and at most `columns` columns are shown ("..." when cut).
 * Wide characters count two columns. */
bool fl_plain_line(struct fl_buf *out, struct fl_str text, size_t columns);
/* Like fl_plain_line, but what does not fit is left out in the middle: names of settings differ at their end. */
bool fl_plain_name(struct fl_buf *out, struct fl_str text, size_t columns);
/* Columns that a text takes on a terminal (wide characters 2, combining ones 0). */
size_t fl_columns(struct fl_str text);

#endif
