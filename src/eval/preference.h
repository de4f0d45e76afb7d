/*
 * preference.h - which of several answers a person preferred, kept in the store; scores, and labelled data made of them.
 *
 * Ownership: rows read live for the callback. Threads: the loop's thread. Limits: FL_TRIAL_MODELS answers a vote. Failure:
 * as store.h.
 */
#ifndef FL_PREFERENCE_H
#define FL_PREFERENCE_H

#include "base/vec.h"
#include "eval/trial.h"
#include "stats/bradley_terry.h"

extern const struct fl_store_tables fl_preference_tables;

enum { FL_PREFERRED_NONE = -1 /* all were as good */ };

struct fl_preference {
	int64_t id, at_ms;
	struct fl_str set;        /* name under which votes are collected */
	struct fl_str item;       /* the question as a JSON object: fields of the item, or {"input": prompt} */
	struct fl_str names;      /* JSON array: model[@effort], in the order shown */
	struct fl_str answers;    /* JSON array of their texts */
	int64_t winner;           /* index, or FL_PREFERRED_NONE */
	struct fl_str correction; /* what the answer should have been; empty: none was given */
};
/* Keeps a vote durably. */
enum fl_code fl_preference_add(struct fl_store *s, const struct fl_preference *p, struct fl_err *err) FL_MUST_USE;
/* In the order in which they were given; set empty: all. */
enum fl_code fl_preferences(struct fl_db *db, struct fl_str set, bool (*each)(void *arg, const struct fl_preference *p),
                            void *arg, struct fl_err *err) FL_MUST_USE;

/* Standing of every model that was voted on: the winner of a vote beat each other answer of it; all alike: half a win each. */
struct fl_standing {
	FL_VEC(struct fl_str) name; /* in the arena */
	struct fl_bt_score *score;  /* [name.n] */
	size_t votes, left_out;     /* left_out: of models past FL_BT_THINGS */
};
enum fl_code fl_standing(struct fl_db *db, struct fl_str set, double confidence, struct fl_arena *a,
                         struct fl_standing *out, struct fl_err *err) FL_MUST_USE;
/*
 * Votes as items of an evaluation, a JSON line each: the fields of the item, `target` (the correction, else the preferred
 * answer) and `preferred` (who gave it). Votes without either are left out and counted.
 */
enum fl_code fl_preference_labels(struct fl_db *db, struct fl_str set, struct fl_buf *out, size_t *lines,
                                  size_t *left_out, struct fl_err *err) FL_MUST_USE;

#endif
