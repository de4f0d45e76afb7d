/*
 * record.h - exchanges in and out of the store: reading one whole, writing recordings as JSON lines, and reading them
 * back without doubles.
 *
 * A recording is one JSON object a line: key members (offer, url, draw, request) and what came back (status, response,
 * outcome, text, usage, times). Ownership: as each function says. Threads: the loop's thread. Limits: a line of 64 MiB.
 * Failure: INVALID with the line's number; nothing of a file is kept when one of its lines is bad.
 */
#ifndef FL_RECORD_H
#define FL_RECORD_H

#include "call/call.h"

/* One whole exchange, as `show` prints it. */
struct fl_exchange {
	struct fl_cell cell;
	struct fl_str offer, dialect, url, request, response;
	int64_t status;
	uint32_t draw;
};
/* Slices live in the arena. FL_E_NOT_FOUND when the store has no such key. */
enum fl_code fl_exchange_read(struct fl_store *store, const uint8_t key[FL_CELL_KEY], struct fl_arena *a,
                              struct fl_exchange *out, struct fl_err *err) FL_MUST_USE;
/* Appends one line (with its newline) to out. */
bool fl_exchange_write(const struct fl_exchange *x, struct fl_buf *out);
/* Adds every line of `text`; *added counts those that were not there before. `file` is for messages. */
enum fl_code fl_exchange_import(struct fl_store *store, struct fl_str text, const char *file, size_t *added,
                                size_t *lines, struct fl_err *err) FL_MUST_USE;

#endif
