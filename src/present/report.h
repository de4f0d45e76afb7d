/*
 * report.h - the report of a balance: one self-contained HTML page with inline SVG, no network.
 *
 * Everything that a model, a server or a file said is escaped (html.h). Equal data give equal bytes. Ownership: appends
 * to the caller's buffer. Threads: the loop's thread (it reads the store). Limits: the buffer's. Failure: those of the
 * store, LIMIT.
 */
#ifndef FL_REPORT_H
#define FL_REPORT_H

#include "choose/balance.h"

/* `store` may be NULL (a matrix): then there are no answers to show. */
enum fl_code fl_report(const struct fl_balance *b, struct fl_store *store, struct fl_buf *out,
                       struct fl_err *err) FL_MUST_USE;

#endif
