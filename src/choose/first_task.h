/*
 * first_task.h - the first task file for somebody's examples: who could race, and the whole with comments, as text.
 *
 *   look.h (columns, label) ─┐
 *   providers with a key ────┼─ who races ─ budget, token limit ─ the file
 *   local servers' lists ────┘
 *
 * Who races: of each vendor that can be called, by the catalogue of the day, the models that are current and stay for
 * FL_FIRST_STAYS_DAYS, have a price, take what the examples hold, and have public scores (their own, or a predecessor's).
 * Of those that no other one beats in both price and score:
 *
 *   strong   the cheapest within two points of the best expected share
 *   cheap    the cheapest with at least two fifths of its share
 *   middle   in between, nearest to the geometric mean of the two prices
 *
 * of the last year and a half where there are some, each at its standard level of thinking, for calls of the examples' length. Several vendors take turns, so that FL_FIRST
 * places hold different ones. Of the servers on this machine the first model that is no embedding. Without anybody to call:
 * the cheap ones of three vendors, which is said.
 *
 * Ownership: everything lives in the arena, the wish is borrowed. Threads: pure. Limits: FL_FIRST_* below. Failure: NOT_FOUND
 * for a model whose provider nobody knows, INVALID for one without a price.
 */
#ifndef FL_FIRST_TASK_H
#define FL_FIRST_TASK_H

#include "base/vec.h"
#include "provider/provider.h"
#include "task/look.h"

enum { FL_FIRST = 6, FL_FIRST_OF_VENDOR = 3, FL_FIRST_GIVEN = 50, FL_FIRST_STAYS_DAYS = 30 };

enum fl_first_role {
	FL_FIRST_CHEAP,
	FL_FIRST_MIDDLE,
	FL_FIRST_STRONG,
	FL_FIRST_LOCAL,
	FL_FIRST_NAMED, /* by the user: a model, or one that their configuration prices */
	FL_FIRST_APP
};
extern const char *const fl_first_role_words[]; /* cheap, middle, strong, local, named, application */

struct fl_first_candidate {
	struct fl_str name; /* as the task file writes it */
	enum fl_first_role role;
	struct fl_str why;
	const struct fl_offer *offer; /* NULL: an application */
	int64_t call_nusd;            /* of a call, as expected; -1 = not known */
	double share;                 /* expected on public tests; < 0 = not known */
};

/* A server of one's own that lists models. */
struct fl_first_server {
	const struct fl_provider *provider;
	const struct fl_str *model; /* as it names them */
	size_t models;
};

struct fl_first_wish {
	const struct fl_catalog *catalog;
	struct fl_providers *providers; /* the built-in ones and the user's */
	fl_date day;
	const struct fl_look *look;
	const struct fl_first_server *local;
	size_t locals;
	const struct fl_str *model; /* that the user named, instead of those found */
	size_t models;
	const struct fl_str *command; /* of an application, its arguments; NULL = none */
	size_t arguments;
	int64_t value_nusd;      /* worth of a right answer; -1: the goal is the cheapest */
	int64_t budget_nusd;     /* -1 = not said */
	struct fl_str task;      /* name of the task */
	struct fl_str task_file; /* where it will stand, for its comments */
	struct fl_str data;      /* as the task file names its data; empty: the examples stand in it */
	struct fl_str
	    attach_in;        /* folder that attached files are seen from, with a slash; empty: that of the task file */
	struct fl_str schema; /* path of the JSON Schema; empty: not installed */
};

struct fl_first_task {
	const struct fl_first_wish *wish;
	struct fl_arena *arena;
	FL_VEC(struct fl_first_candidate) candidate;
	bool nobody;                /* no provider can be called: the candidates are a proposal */
	bool thinks;                /* one of them thinks unless told not to, or may */
	uint64_t max_output;        /* 0: left to the default */
	int64_t budget_nusd;        /* 0: nothing costs money */
	int64_t call_worst_nusd;    /* the most that one call can cost */
	FL_VEC(struct fl_str) note; /* what is worth saying aloud */
	struct fl_str grader;       /* match, number, json, contains; empty: none yet */
	struct fl_str text;         /* the file */
};

enum fl_code fl_first_task(const struct fl_first_wish *w, struct fl_arena *a, struct fl_first_task *out,
                           struct fl_err *err) FL_MUST_USE;
void fl_first_task_release(struct fl_first_task *t);
/* Three examples that show how examples look, to be replaced. */
const struct fl_yaml *fl_first_examples(struct fl_arena *a);
/* The provider's models can be called: it has a key, or needs none. */
bool fl_first_usable(const struct fl_provider *p);

/* Writes the file into t->text. Private to choose/. */
enum fl_code fl_first_text(struct fl_first_task *t, struct fl_err *err) FL_MUST_USE;

#endif
