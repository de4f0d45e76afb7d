/*
 * expected.h - what evaluating a candidate will probably cost, before anything is sent.
 *
 *   input     bytes of the messages / 4, the mean over up to FL_EXPECTED_ITEMS items (four bytes a token is usual for
 *             English prose; other languages and code take more tokens)
 *   answer    bytes of what the graders expect / 4, at least 2 tokens; FL_EXPECTED_ANSWER where that is not known
 *   thinking  as thinking.h estimates it for the model's level
 *
 * An estimate, and shown as one; what holds is the worst case (eval/grid.h).
 *
 * Ownership: plain values. Threads: pure. Limits: above. Failure: as fl_task_call.
 */
#ifndef FL_EXPECTED_H
#define FL_EXPECTED_H

#include "choose/thinking.h"
#include "task/task.h"

enum { FL_EXPECTED_ITEMS = 200, FL_EXPECTED_ANSWER = 200 };

struct fl_expected {
	bool known; /* its price is known, per token or none */
	int64_t item_nusd;
	uint64_t in_tokens, out_tokens, thinking_tokens; /* of one draw */
};
/* Of one item, all draws. `suite` is fl_suite_of the task's catalogue. */
enum fl_code fl_expected_cost(const struct fl_task *t, const struct fl_candidate *c, const struct fl_suite *suite,
                              struct fl_expected *out, struct fl_err *err) FL_MUST_USE;

#endif
