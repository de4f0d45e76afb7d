/*
 * junit.h - an evaluation and a choice as JUnit XML, which continuous integration shows test by test.
 *
 *   testsuites
 *     testsuite NAME OF THE CANDIDATE    properties: score, interval, cost, latency
 *       testcase score                   <failure> when it is under the task's bar
 *       testcase NAME OF THE ITEM        <failure> when its score is below 1, <error> when there was no answer
 *
 * A choice is one suite of one case: <failure> when no candidate is good enough, <error> when it was stopped early. Texts
 * from outside are made plain (html.h), and what XML 1.0 cannot carry is left out. Ownership: appends to the caller's
 * buffer. Threads: the loop's thread. Limits: below; what is left out is counted in the suite. Failure: LIMIT, and what
 * reading the store fails with.
 */
#ifndef FL_JUNIT_H
#define FL_JUNIT_H

#include "choose/balance.h"
#include "eval/evaluate.h"

enum { FL_JUNIT_CASES = 50000, FL_JUNIT_BYTES = 256 << 20 };

/* store: of the evaluation's run; NULL for a matrix, whose suites have no items. */
enum fl_code fl_junit_evaluation(const struct fl_evaluation *e, struct fl_store *store, struct fl_buf *out,
                                 struct fl_err *err) FL_MUST_USE;
enum fl_code fl_junit_balance(const struct fl_balance *b, struct fl_buf *out, struct fl_err *err) FL_MUST_USE;

#endif
