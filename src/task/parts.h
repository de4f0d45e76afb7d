/*
 * parts.h - the steps of reading a task: data, prompts, candidates.
 *
 * Internal to task/. Each fills its part of struct fl_task from the section. Ownership: the task's arena. Threads: one at a
 * time. Failure: with place.
 */
#ifndef FL_PARTS_H
#define FL_PARTS_H

#include "base/hash.h"
#include "provider/command.h"
#include "task/section.h"
#include "task/task.h"

/* Reads `data` into items; adds what was read to the fingerprint. */
enum fl_code fl_task_read_data(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                               struct fl_err *err) FL_MUST_USE;
/* Reads `examples`, and refuses those that are items too. */
enum fl_code fl_task_read_examples(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                                   struct fl_err *err) FL_MUST_USE;
/* Reads `prompt` or `prompts`; without either, the field `input` is the prompt. */
enum fl_code fl_task_read_prompts(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                                  struct fl_err *err) FL_MUST_USE;
/* Reads `answer` and `grade`; without `grade`, the field `target` or the column `__expected` grades. */
enum fl_code fl_task_read_grading(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err) FL_MUST_USE;
/* Checks the keys and types of `candidates` and `params`: part of the file's schema, so before anything else is read. */
enum fl_code fl_task_check_candidates(struct fl_task *t, const struct fl_task_section *s,
                                      struct fl_err *err) FL_MUST_USE;
/* Multiplies the levers out, or reads explicit settings; prompts and examples must have been read. */
enum fl_code fl_task_read_candidates(struct fl_task *t, const struct fl_task_section *s,
                                     struct fl_err *err) FL_MUST_USE;
/* Looks up what each candidate calls, refuses (or, with `drop`, leaves out aloud) what that does not honour, and names the
 * candidates; those that became equal are one. */
enum fl_code fl_task_find_offers(struct fl_task *t, const struct fl_task_section *s, bool drop,
                                 struct fl_problems *problems, struct fl_err *err) FL_MUST_USE;
/* That for one candidate, whose params have been read; sets *dropped when something was left out. */
enum fl_code fl_task_check_honoured(struct fl_task *t, struct fl_candidate *c, bool drop, bool *dropped,
                                    struct fl_err *err) FL_MUST_USE;
/* Renders every prompt for every item and, with `grading`, tries every grader, so that nothing of it can fail later. */
enum fl_code fl_task_try_all(struct fl_task *t, bool grading, struct fl_problems *problems,
                             struct fl_err *err) FL_MUST_USE;

/* Messages of one prompt for one item with that many examples. */
enum fl_code fl_task_render(const struct fl_task *t, const struct fl_prompt *p, size_t item_index,
                            const struct fl_json *item, uint32_t examples, struct fl_arena *a,
                            struct fl_message **message, struct fl_err *err) FL_MUST_USE;
/* Turns a place in a template of the task file, which knows its own lines only, into one in that file. */
void fl_task_place(const struct fl_yaml *template, struct fl_err *err);

/* Reads `attach`; prompts must have been read, for each needs a message of the user. */
enum fl_code fl_task_read_attach(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err) FL_MUST_USE;
/* Looks at every file of every item: whether it is there, what it is and how large; adds that to the fingerprint. */
enum fl_code fl_task_check_attach(struct fl_task *t, struct fl_sha256 *print, struct fl_err *err) FL_MUST_USE;
/* Refuses candidates that cannot take what items carry, whose cost nothing bounds then under a budget, or whose settings make
 * no request. Offers and budget must have been read. */
enum fl_code fl_task_check_requests(const struct fl_task *t, struct fl_err *err) FL_MUST_USE;
/* Puts an item's files, read whole, into the last message of the user. */
enum fl_code fl_task_attach(const struct fl_task *t, size_t item_index, const struct fl_json *item, struct fl_arena *a,
                            struct fl_message *message, size_t messages, struct fl_err *err) FL_MUST_USE;

/* Path of a file that the task names. */
const char *fl_task_path(const struct fl_task *t, struct fl_str path, struct fl_arena *a);

/* Makes the commands of those graders that are programs. */
enum fl_code fl_task_grading_programs(struct fl_task *t, struct fl_err *err) FL_MUST_USE;
/* An application, as the file names it. */
struct fl_app_section {
	const struct fl_yaml *node;
	struct fl_str name, url, version, prompt;
	struct fl_list command, env;
	int64_t concurrency, most, samples, examples; /* most, examples: -1: not given */
};
extern const struct fl_table fl_app_table;
/* An element of `candidates` that is an application and no setting of a model. */
bool fl_task_is_app(const struct fl_yaml *v);
/* Checks one, and fills all of the candidate but its prompt. */
enum fl_code fl_task_read_app(struct fl_task *t, const struct fl_app_section *s, struct fl_candidate *out,
                              struct fl_err *err) FL_MUST_USE;
/* A command that the file names. Without --allow-commands that is an error, which shows it. */
enum fl_code fl_task_command(struct fl_task *t, struct fl_str name, const struct fl_list *argument,
                             const struct fl_list *env, const struct fl_yaml *at, struct fl_command_line **out,
                             struct fl_err *err) FL_MUST_USE;

#endif
