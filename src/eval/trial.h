/*
 * trial.h - one prompt to several models at once, watched while the answers come.
 *
 * Every call goes through the engine (call.h): it is held, settled, ledgered and kept like any other, so the same prompt
 * costs once. Nothing is graded.
 *
 * Ownership: _open/_close; answers live until the next ask. Threads: the loop's thread; callbacks run inside
 * fl_trial_ask. Limits: FL_TRIAL_MODELS. Failure: NOT_FOUND and INVALID for names, BUDGET and others as outcomes of an answer.
 */
#ifndef FL_TRIAL_H
#define FL_TRIAL_H

#include "call/call.h"

enum { FL_TRIAL_MODELS = 16 };

/* What one model has said so far, and in the end. */
struct fl_trial_answer {
	const struct fl_offer *offer;
	struct fl_str name; /* model[@effort] as it was asked for */
	struct fl_str effort;
	bool done;
	struct fl_buf text, thinking; /* so far */
	struct fl_cell cell;          /* when done; its slices in the trial's arena */
	int64_t first_text_ms; /* from the start to the first text or thinking; -1: it came whole, or from the store */
};

struct fl_trial {
	struct fl_arena arena; /* of one ask */
	struct fl_providers *providers;
	struct fl_loop *loop;
	struct fl_store *store;
	struct fl_engine *engine;
	struct fl_budget budget;
	char scope[32]; /* its name in the store */
	struct fl_trial_answer answer[FL_TRIAL_MODELS];
	size_t answers;
	uint64_t began_ns;
	bool interrupted;
	/* Called when something has come, at most every FL_TRIAL_DRAW_MS, and at each end. */
	void (*changed)(void *arg, const struct fl_trial *t);
	void *arg;
	uint64_t told_ns;
};
enum { FL_TRIAL_DRAW_MS = 50 };

struct fl_trial_options {
	const char *state_path;
	bool budget_none;
	int64_t budget_nusd;
};
/* The offers that the names mean (provider/model[@effort]) are found in `providers`, which must outlive the trial. */
enum fl_code fl_trial_open(struct fl_trial *t, struct fl_providers *providers, const struct fl_str *name, size_t names,
                           const struct fl_trial_options *options, struct fl_err *err) FL_MUST_USE;
struct fl_trial_question {
	const struct fl_message *message;
	size_t message_count;
	uint64_t max_output; /* 0: 1,024, or 8,192 for what thinks */
	struct fl_str temperature;
	uint64_t timeout_ms;
	uint32_t draw; /* from 1: a further answer to the same question */
};
/* Asks all; returns when every answer has come, or when it was interrupted (a second signal ends the process). */
enum fl_code fl_trial_ask(struct fl_trial *t, const struct fl_trial_question *q, struct fl_err *err) FL_MUST_USE;
void fl_trial_close(struct fl_trial *t);

#endif
