/*
 * task.h - a task file, read and checked: items, prompts, candidates, graders, and what the user wants of them.
 *
 * Everything that can be wrong without calling a model is found here, with its place, in this order: schema of the file,
 * data, templates, providers. Reading executes nothing of a task; a file that names commands needs its user's word.
 *
 * Ownership: a task owns its arena; everything in it lives until fl_task_release. Threads: reading on one thread, then
 * constant. Limits: below. Failure: INVALID, NOT_FOUND, LIMIT, UNSUPPORTED with file:line:column.
 */
#ifndef FL_TASK_H
#define FL_TASK_H

#include "call/call.h"
#include "grade/answer.h"
#include "grade/grader.h"
#include "lang/template.h"
#include "provider/provider.h"
#include "task/needs.h"

enum {
	FL_TASK_DATA_BYTES = 1 << 30, /* of the data file */
	FL_TASK_ITEMS = 1000000,
	FL_TASK_CANDIDATES = 1000,
	FL_TASK_PROMPT_BYTES = 4 << 20, /* of one rendered message */
	FL_TASK_EXAMPLES = 1000,
	FL_ATTACHMENTS = 100,       /* files of one item */
	FL_ATTACH_BYTES = 20 << 20, /* of one of them; all of an item must fit into a request (FL_CALL_BODY_BYTES) */
};

/* One example to be answered. Kept as text: 100,000 items are small so, and are parsed when their turn comes. */
struct fl_item {
	struct fl_str id;   /* `id` of the item, else its number from 1 */
	struct fl_str json; /* the item as a JSON object */
	uint32_t cluster;   /* items of one cluster depend on each other; without `cluster` each item has its own */
	int line;           /* in the data file */
};

struct fl_prompt_message {
	struct fl_str role;
	struct fl_template *text;
	const struct fl_yaml *at; /* where it stands in the task file; NULL when it came from a file of its own */
};
struct fl_prompt {
	struct fl_str name; /* of the variant; empty for `prompt:` */
	const struct fl_prompt_message *message;
	size_t count;
};

/* A file that goes with an item: a template that gives its path, its address, or nothing. */
struct fl_task_attachment {
	struct fl_template *from;
	const struct fl_yaml *at; /* where it stands in the task file */
};
/* Kinds of attachments that some item has: an enum fl_attachment_kind, sent or fetched by the model's server. */
struct fl_task_attached {
	bool sent[2], by_url[2];
};

/* A setting in the race. */
struct fl_candidate {
	struct fl_str name;
	const struct fl_offer *offer;
	struct fl_str effort; /* empty: not sent */
	uint32_t samples;     /* draws that vote */
	uint32_t examples;    /* worked examples shown */
	uint32_t prompt;      /* index into prompts */
	bool examples_said;   /* by the lever, not by leaving it out: then the name tells them */
	uint64_t max_output;
	struct fl_str model;      /* as the task file writes it, at `at` */
	const struct fl_app *app; /* an application instead of a model; else NULL */
	const struct fl_yaml *at;
	struct fl_str temperature; /* JSON number, empty: not sent */
	struct fl_str params;      /* JSON object, empty: none */
};

/* A candidate that was taken out before anything was spent. */
struct fl_removed {
	struct fl_str name, reason; /* the reason names need, found, source and day, and the smallest relaxation */
};

enum fl_task_goal { FL_TASK_CHEAPEST, FL_TASK_VALUE };

struct fl_task {
	struct fl_arena arena;
	struct fl_str name, about, file;
	uint8_t fingerprint[32]; /* of the task file, its data, prompts and examples */
	struct fl_providers providers;

	struct fl_item *item;
	size_t item_count, cluster_count;
	bool clustered;
	const char *data_file; /* where the items stand, for messages */
	const struct fl_prompt *prompt;
	size_t prompt_count;
	const struct fl_task_attachment *attach;
	size_t attach_count;
	struct fl_task_attached attached;
	struct fl_str *example; /* JSON values */
	size_t example_count;
	struct fl_reader reader;
	struct fl_grader_set graders;
	struct fl_grader_set *item_graders; /* of items that carry their own `grade`; NULL when none does */
	double pass_share;                  /* < 0: no bar */

	struct fl_candidate *candidate;
	size_t candidate_count;
	struct fl_removed *removed; /* by needs (choose/needs.h) */
	size_t removed_count;

	enum fl_task_goal goal;
	int64_t within, floor; /* billionths; -1: not given */
	int baseline;          /* candidate, -1: none */
	int64_t margin;        /* billionths, -1: not given */
	struct {
		int64_t right_nusd;                                 /* stated worth of a right answer; -1: by time */
		int64_t wage_nusd_hour, saved_ms, lost_ms, waiting; /* waiting in billionths */
	} value;
	int64_t traffic_month; /* 0: not given */
	struct fl_needs needs; /* node NULL: none given */
	struct fl_str category;
	int64_t max_cost_nusd; /* need, -1: none */
	int64_t p95_ms;        /* need, -1: none */
	bool budget_none, budget_given;
	bool unpriced; /* a candidate has no known price */
	int64_t budget_nusd;
	int64_t confidence; /* billionths */
	uint64_t timeout_ms, draw_seed;
	bool allow_commands;
	bool runs_commands;       /* it names programs, or addresses of other machines, for which that word is needed */
	size_t command_variables; /* environment variables that its commands see, in all */
	struct fl_str *note;      /* what is worth saying aloud before a run */
	size_t note_count;
};

/* What a task file and a configuration file may say. */
extern const struct fl_table fl_task_table, fl_config_table;

/* How a task is read. */
struct fl_task_options {
	const char *config_path; /* may be NULL, or name a file that is not there unless config_given */
	bool config_given;
	const struct fl_catalog *catalog; /* may be NULL, must outlive the task: prices models, bounds their answers */
	bool drop_unsupported;            /* what an endpoint or model does not honour is left out, with a note */
	struct fl_problems *problems;     /* tells all that is wrong, not the first thing alone; NULL: the first */
	bool allow_commands;              /* a file that names commands is accepted; reading it runs none of them */
};
/* Reads a task file and everything it names. */
enum fl_code fl_task_read(struct fl_task *t, const char *path, const struct fl_task_options *options,
                          struct fl_err *err) FL_MUST_USE;
void fl_task_release(struct fl_task *t);
/* A task of nothing but the items of a data file, for who asks without grading. Release it as any other. */
enum fl_code fl_task_read_items(struct fl_task *t, const char *path, struct fl_err *err) FL_MUST_USE;
/* Adds to what is said aloud before a run; the text lives as long as the task. */
void fl_task_note(struct fl_task *t, struct fl_str note);

/*
 * The call that draw number `draw` (from 1) of a candidate makes for an item. `item` is the item's parsed JSON. Texts
 * live in the arena.
 */
enum fl_code fl_task_call(const struct fl_task *t, const struct fl_candidate *c, size_t item_index,
                          const struct fl_json *item, uint32_t draw, struct fl_arena *a, struct fl_call *out,
                          struct fl_err *err) FL_MUST_USE;
/* Parses an item's text. */
enum fl_code fl_task_item(const struct fl_task *t, size_t item_index, struct fl_arena *a, struct fl_json_doc *doc,
                          struct fl_err *err) FL_MUST_USE;
/* The graders of an item: its own if it has some. */
const struct fl_grader_set *fl_task_graders(const struct fl_task *t, size_t item_index);
/* Scores an answer to an item by them. said: what the programs among them said (grade/grader.h), or NULL. grade may be
 * NULL, else room for FL_GRADERS; *count is how many were used. */
enum fl_code fl_task_grade(const struct fl_task *t, size_t item_index, const struct fl_json *item, struct fl_str answer,
                           const struct fl_said *said, struct fl_arena *a, double *score, struct fl_grade *grade,
                           size_t *count, struct fl_err *err) FL_MUST_USE;
/* Candidate by name; -1 when there is none. */
ptrdiff_t fl_task_candidate(const struct fl_task *t, struct fl_str name);

#endif
