/*
 * csv.h - comma-separated values: a streaming reader over slices (RFC 4180), and a writer that spreadsheets cannot be
 * tricked with.
 *
 * The first record fixes the number of columns; a record with another number is refused by line. Accepted: a UTF-8 byte
 * order mark, LF or CRLF, a missing line end at the end, quoted fields with separators, quotes ("") and line breaks.
 * Lines with nothing on them are passed over (a record of one empty field is written ""). Refused: text that is not
 * UTF-8, a quote inside an unquoted field, anything between a closing quote and the separator, a lone CR.
 *
 * Ownership: fields are slices of the caller's text, or of the arena when quotes had to be undone (in all never more
 * bytes than the text). Threads: one reader belongs to one thread. Limits: FL_CSV_COLUMNS. Failure: FL_E_INVALID with
 * file, line and column, FL_E_LIMIT.
 */
#ifndef FL_CSV_H
#define FL_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FL_CSV_COLUMNS 16384 /* fields of a record, at most */

struct fl_csv {
	struct fl_arena *arena;
	struct fl_str text;
	const char *name;     /* of the file, for errors; may be NULL */
	char separator;       /* ',' after init; may be changed before the first record */
	size_t at;            /* next byte */
	int line;             /* 1-based line of `at` */
	size_t line_start;    /* where that line begins */
	size_t columns;       /* 0 until the first record */
	struct fl_str *field; /* reused from record to record */
	size_t field_cap;
};

struct fl_csv_row {
	struct fl_str *field; /* valid until the next call; the texts live as long as text and arena */
	size_t n;             /* 0 = there was no further record */
	int line;             /* where the record begins */
};

void fl_csv_init(struct fl_csv *c, struct fl_arena *a, struct fl_str text, const char *name);
/* The next record; row->n is 0 behind the last. */
enum fl_code fl_csv_next(struct fl_csv *c, struct fl_csv_row *row, struct fl_err *err) FL_MUST_USE;
/* Index of the field that equals `name`, or -1. For the header. */
ptrdiff_t fl_csv_column(const struct fl_csv_row *header, struct fl_str name);

/*
 * The writer: quotes what needs it, ends lines with LF. A field that a spreadsheet would take for a formula (it begins
 * with = + - @, tab, CR or LF and is no plain number) gets a leading apostrophe; such a field does not read back as it
 * was, which is the price of safety.
 */
struct fl_csv_writer {
	struct fl_buf *out;
	size_t fields; /* of the record being written */
	bool blank;    /* they are all empty */
};
void fl_csv_begin(struct fl_csv_writer *w, struct fl_buf *out);
void fl_csv_put(struct fl_csv_writer *w, struct fl_str field);
/* Ends the record. False when the buffer is full. */
bool fl_csv_end(struct fl_csv_writer *w);

#endif
