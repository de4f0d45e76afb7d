/*
 * news.h - what changed in the catalogue: between two days, or between two states of it; and which of the user's tasks it
 * concerns.
 *
 * A price is news on the day from which its standard rate differs (short prompt, no thinking, off peak). What begins after
 * `until`, at most `ahead` days, is announced. A task is concerned when an offer that it raced changes or goes, or when a
 * newcomer of a provider that it uses is cheaper than the chosen offer, both in input and in output, at no lower public
 * score: on livebench, else on the Artificial Analysis index, else on any benchmark that has both in one release.
 *
 * Ownership: entries live in the arena; models and offers are the catalogue's. Threads: pure. Limits: none of its own.
 * Failure: none; reading the state file fails as store.h says.
 */
#ifndef FL_NEWS_H
#define FL_NEWS_H

#include "base/vec.h"
#include "catalog/catalog.h"
#include "eval/run.h"

enum fl_news_kind {
	FL_NEWS_RETIRED,
	FL_NEWS_DEARER,
	FL_NEWS_DEPRECATED,
	FL_NEWS_NEW, /* a model */
	FL_NEWS_CHEAPER,
	FL_NEWS_OFFERED, /* a known model at another provider, or at a price that was not known */
	FL_NEWS_KINDS
};
extern const char *const fl_news_kind_words[];

struct fl_news_entry {
	fl_date date; /* FL_DATE_NONE = the state does not say */
	enum fl_news_kind kind;
	bool announced;
	const struct fl_catalog_model *model;
	struct fl_str offer;          /* provider/model, empty for news of a model */
	int class;                    /* -1 = no price */
	int64_t from_nusd, to_nusd;   /* rates; -1 = none */
	const struct fl_list *source; /* NULL = none is named */
	size_t tasks;                 /* that it concerns */
};

/* A task of the user's state file: its newest run, or the newest that named a choice. */
struct fl_news_task {
	struct fl_str task, run, file;
	struct fl_str *offer; /* ids of the catalogue, else provider/model as the task writes it */
	size_t offers;
	ptrdiff_t chosen; /* -1 = none was named */
};
struct fl_news_concern {
	const struct fl_news_task *task;
	const struct fl_news_entry *entry;
	struct fl_str offer; /* of the task, which changes; or the newcomer */
	bool chosen, newcomer;
	struct fl_str why, command;
};

struct fl_news {
	const struct fl_catalog *catalog;
	fl_date since, until;
	FL_VEC(struct fl_news_entry) entry; /* most weighty first */
	FL_VEC(struct fl_news_concern) concern;
};
enum { FL_NEWS_AHEAD = 366 };

/* What happened after `since`, until `until`, and what is announced for the FL_NEWS_AHEAD days behind it. */
void fl_news_between(struct fl_news *n, const struct fl_catalog *c, fl_date since, fl_date until, struct fl_arena *a);
/* What differs in `after` from `before`, as both stand on that day. */
void fl_news_against(struct fl_news *n, const struct fl_catalog *before, const struct fl_catalog *after, fl_date day);
/* Reads the tasks of a state file. Texts live in the arena. */
enum fl_code fl_news_tasks(struct fl_db *db, struct fl_arena *a, struct fl_news_task **task, size_t *tasks,
                           struct fl_err *err) FL_MUST_USE;
/* Finds what concerns the tasks, the most pressing first. */
void fl_news_concerns(struct fl_news *n, const struct fl_news_task *task, size_t tasks, struct fl_arena *a);
void fl_news_release(struct fl_news *n);

#endif
