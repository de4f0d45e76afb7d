/*
 * answer.h - how an answer is read out of a model's text, before grading and voting.
 *
 *   text      the whole text, trimmed
 *   number    the last number (number.h); two ways of writing one number read out alike
 *   choice    the last of the listed choices that stands in the text as a word of its own, case ignored; where several
 *             begin at one place, the longest
 *   regex     the first capturing group of the first match (the whole match without a group)
 *   json      the first JSON value in the text (a fence around it is skipped), then a JSON pointer into it; a string
 *             reads out as its text, anything else as its JSON
 *   code      the content of the last fenced block
 *
 * Ownership: readers live in the arena they were made in (but for the regex: fl_reader_release); results in the caller's
 * arena or the text. Threads: one at a time. Failure: an unreadable answer is *readable false, not an error.
 */
#ifndef FL_ANSWER_H
#define FL_ANSWER_H

#include "base/arena.h"
#include "grade/pattern.h"

enum fl_reader_kind { FL_READ_TEXT, FL_READ_NUMBER, FL_READ_CHOICE, FL_READ_REGEX, FL_READ_JSON, FL_READ_CODE };

struct fl_reader {
	enum fl_reader_kind kind;
	struct fl_str *choice; /* as written; what reads out */
	size_t choice_count;
	struct fl_pattern *pattern;
	struct fl_str pointer;
};

void fl_reader_release(struct fl_reader *r);
enum fl_code fl_reader_read(const struct fl_reader *r, struct fl_str text, struct fl_arena *a, bool *readable,
                            struct fl_str *answer, struct fl_err *err) FL_MUST_USE;
/* The last of the choices in the text, -1 when none. */
ptrdiff_t fl_choice_in(struct fl_str text, const struct fl_str *choice, size_t count, struct fl_arena *a);
/* The first whole JSON object or array in a text, else the first scalar that the whole (unfenced) text is; false if none. */
bool fl_json_in(struct fl_str text, struct fl_arena *a, struct fl_str *json);

#endif
