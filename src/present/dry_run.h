/*
 * dry_run.h - what a task would send, could cost at most and will probably cost, without sending anything.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Failure: what fl_task_call and fl_grid_cap say.
 */
#ifndef FL_DRY_RUN_H
#define FL_DRY_RUN_H

#include "choose/expected.h"
#include "eval/grid.h"

/* The first request of a candidate, and its money. */
struct fl_first_request {
	struct fl_call_plan plan;
	bool known;                  /* the worst case */
	int64_t cap_nusd, grid_nusd; /* of one item, of all */
	struct fl_expected expected; /* of one item */
	int64_t expected_grid_nusd;
};
/* One for each candidate, in the arena. */
enum fl_code fl_first_requests(const struct fl_task *t, struct fl_arena *a, struct fl_first_request **out,
                               struct fl_err *err) FL_MUST_USE;
/* The array of them, as the value of a member; and as text. */
void fl_first_requests_json(const struct fl_task *t, const struct fl_first_request *f, struct fl_json_writer *w);
void fl_first_requests_text(const struct fl_task *t, const struct fl_first_request *f, struct fl_buf *out,
                            struct fl_arena *a);

/* First request of each candidate as it would be sent (no key), its worst case, and that of the whole grid. */
enum fl_code fl_dry_run(const struct fl_task *t, bool json, struct fl_buf *out, struct fl_err *err) FL_MUST_USE;

#endif
