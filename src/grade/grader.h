/*
 * grader.h - graders: how good an answer is, in [0,1], from the answer and the item alone.
 *
 * A grader is one row of a table (name, how it is read from a task file, how it scores). A set of graders gives the
 * weighted mean. What is expected comes from a field of the item or from a template; a field that holds a list names
 * several accepted values.
 *
 * Ownership: a set lives in its arena, but for its regular expressions: fl_graders_release. Threads: one at a time.
 * Limits: FL_GRADERS a set. Failure: INVALID with the item's place when what is expected cannot be had or read (a missing
 * field, no number for `number`); an answer can never make it fail.
 */
#ifndef FL_GRADER_H
#define FL_GRADER_H

#include "codec/json.h"
#include "codec/yaml.h"
#include "grade/pattern.h"
#include "grade/program.h"
#include "lang/schema.h"
#include "lang/template.h"

enum { FL_GRADERS = 32 };

struct fl_grader;
struct fl_grader_set {
	struct fl_grader *grader;
	size_t count;
};

/* What one grader said. */
struct fl_grade {
	const char *kind; /* match, contains, ... */
	double score, weight;
	struct fl_str expected; /* as compared */
	struct fl_str reason;   /* one short sentence */
};

/* One element of a `grade:` list: a field of shape FL_MANY with this table. */
extern const struct fl_table fl_grader_table;
/* From such a list. `file` names the templates' place in messages. */
enum fl_code fl_graders_read(struct fl_grader_set *set, const struct fl_list *list, struct fl_arena *a,
                             struct fl_err *err) FL_MUST_USE;
/* One `match` against that field; and a set from promptfoo's __expected text ("equals:7", "contains:x", plain = equals). */
void fl_graders_match_field(struct fl_grader_set *set, struct fl_str field, struct fl_arena *a);
enum fl_code fl_graders_promptfoo(struct fl_grader_set *set, struct fl_str expected, struct fl_arena *a,
                                  struct fl_err *err) FL_MUST_USE;
void fl_graders_release(struct fl_grader_set *set);

/* The program that a grader is; NULL when it is none. */
struct fl_grade_program *fl_grader_program(const struct fl_grader_set *set, size_t i);
/* What that program is asked of an answer, as one line. */
enum fl_code fl_grader_question(const struct fl_grader_set *set, size_t i, const struct fl_json *item,
                                struct fl_str answer, struct fl_arena *a, struct fl_str *line,
                                struct fl_err *err) FL_MUST_USE;

/*
 * Scores an answer. `said` has a row for each grader, with what the programs among them said; NULL where none was asked,
 * as when a task is tried: they score 0 then. `grade` (may be NULL) receives count rows. The weighted mean is in *score.
 */
enum fl_code fl_grade(const struct fl_grader_set *set, const struct fl_json *item, struct fl_str answer,
                      const struct fl_said *said, struct fl_arena *a, double *score, struct fl_grade *grade,
                      struct fl_err *err) FL_MUST_USE;

#endif
