/*
 * jsonl.h - JSON Lines: one JSON value a line.
 *
 * Lines end with LF or CRLF; the last may lack its end. Lines with nothing but white space are allowed and passed over.
 * Nothing else is: the first line that is not one whole JSON value stops the reading with its number.
 *
 * Ownership: nodes in the caller's arena, slices of the caller's text (see json.h). Threads: one reader belongs to one
 * thread. Limits: those of json.h a line. Failure: FL_E_INVALID or FL_E_LIMIT with file, line and column.
 */
#ifndef FL_JSONL_H
#define FL_JSONL_H

#include "codec/json.h"

struct fl_jsonl {
	struct fl_str text;
	const char *name;  /* of the file, for errors; may be NULL */
	size_t at;         /* next byte */
	int line;          /* of the value given last, 1-based */
	struct fl_str raw; /* that line, without its end */
};

void fl_jsonl_init(struct fl_jsonl *l, struct fl_str text, const char *name);
/* The value of the next line that has one; doc->node is NULL behind the last. */
enum fl_code fl_jsonl_next(struct fl_jsonl *l, struct fl_arena *a, struct fl_json_doc *doc,
                           struct fl_json_limits limits, struct fl_err *err) FL_MUST_USE;

#endif
