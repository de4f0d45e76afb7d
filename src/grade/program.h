/*
 * program.h - a grader that is a program of the user's own: what it is asked and how its verdict is read.
 *
 *   {"item": {...}, "answer": "...", "expected": ...}  ->  {"score": 0.8, "reason": "..."}
 *
 * One JSON object a line in both directions. Who runs the program asks it and hands fl_grade what it said: grading itself
 * waits for nothing.
 *
 * Ownership: texts live in the arena. Threads: one at a time. Limits: FL_PROGRAM_REASON_BYTES. Failure: PROTOCOL for what
 * is no verdict: no JSON object, or no score from 0 to 1.
 */
#ifndef FL_PROGRAM_H
#define FL_PROGRAM_H

#include "codec/json.h"
#include "lang/schema.h"

enum { FL_PROGRAM_REASON_BYTES = 2000, FL_PROGRAM_TIMEOUT_MS = 60000 };

struct fl_command_line;
struct fl_grade_program {
	struct fl_list argument, env; /* struct fl_str: the command, and the variables that it sees */
	const struct fl_yaml *at;
	uint64_t concurrency, timeout_ms;
	struct fl_command_line *line; /* set by the task, which knows whether it may be run */
};

/* What a program said of one answer. */
struct fl_said {
	bool there;
	double score;
	struct fl_str reason;
};

/* The question as one line. `expected` is JSON. */
struct fl_str fl_program_question(const struct fl_json *item, struct fl_str answer, struct fl_str expected,
                                  struct fl_arena *a);
enum fl_code fl_program_verdict(struct fl_str line, struct fl_arena *a, struct fl_said *out,
                                struct fl_err *err) FL_MUST_USE;

#endif
