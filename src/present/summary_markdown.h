/*
 * summary_markdown.h - an evaluation and a choice as a page of Markdown: for the summary of a CI job, or a comment.
 *
 * GitHub's dialect. What files, models and servers said stays text: nothing of it becomes a table, a link, a mention or
 * HTML. Ownership: appends to the caller's buffer. Threads: pure; equal data give equal bytes. Limits: FL_SUMMARY_ROWS of
 * the table, which says how many more there are. Failure: none; the buffer says when it is full.
 */
#ifndef FL_SUMMARY_MARKDOWN_H
#define FL_SUMMARY_MARKDOWN_H

#include "choose/balance.h"
#include "eval/evaluate.h"

enum { FL_SUMMARY_ROWS = 100, FL_SUMMARY_BYTES = 1 << 20 };

void fl_summary_evaluation(const struct fl_evaluation *e, struct fl_buf *out);
void fl_summary_balance(const struct fl_balance *b, struct fl_buf *out);

#endif
