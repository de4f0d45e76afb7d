/*
 * advise_view.h - an advice for people and for programs: text, fulcrum.advise/1, a page.
 *
 * Text: the verdict first, then why, what was removed, the six steps, the task file. JSON: the members verdict,
 * alternatives, ties, removed, unknown, steps, sensitivity, ask_next, and more (candidates, assumptions, trust, task_file);
 * what is not known is null. The page is whole in itself: style and script inside, nothing loaded, everything that a file
 * said escaped.
 *
 * Ownership: the buffer is the caller's; texts live in the advice's arena. Threads: pure. Limits: the buffer's. Failure:
 * false when the buffer is full.
 */
#ifndef FL_ADVISE_VIEW_H
#define FL_ADVISE_VIEW_H

#include "choose/advise.h"
#include "codec/json.h"

struct fl_advise_view {
	const struct fl_advice *advice;
	size_t top; /* rows of the ranking */
	bool all;   /* every removed candidate */
	bool color;
	size_t width;
	const char *task_path; /* where the task file was written; NULL = it is shown */
};
bool fl_advise_json(const struct fl_advise_view *v, struct fl_buf *out);
bool fl_advise_text(const struct fl_advise_view *v, struct fl_buf *out);
bool fl_advise_page(const struct fl_advise_view *v, struct fl_buf *out);

/* The verdict in one or two sentences: model, host, share, cost, month; why it is named among those that tie. */
struct fl_str fl_advise_sentence(const struct fl_advice *v);
/* Candidates removed by a need, of the order in which needs are told; returns how many needs there are. */
struct fl_need_count {
	struct fl_str need;
	size_t candidates, near; /* near: this need alone */
};
enum { FL_ADVISE_NEEDS = 40 };
size_t fl_advise_needs(const struct fl_advice *v, struct fl_need_count out[FL_ADVISE_NEEDS]);
/* How steady the model's answers are: a measured share of not inventing, NULL = not measured. */
const struct fl_score *fl_advise_steadiness(const struct fl_advice *v, const struct fl_setting *s);

/* Sentences on the alternatives to the verdict, and on the record of their labs, one call each. */
typedef void fl_sentence_fn(void *arg, struct fl_str sentence);
void fl_advise_alternatives(const struct fl_advice *v, fl_sentence_fn *each, void *arg);
void fl_advise_trust(const struct fl_advice *v, fl_sentence_fn *each, void *arg);
/* The fact with its source, an address by its host, and its day: "128k (litellm, 2026-08-01)". */
struct fl_str fl_advise_sourced(const struct fl_advice *v, struct fl_str fact, struct fl_str source, fl_date date);

#endif
