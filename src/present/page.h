/*
 * page.h - head and foot of a self-contained HTML page: the style sheet, the script, and a policy that lets nothing in.
 *
 * Ownership: appends to the caller's buffer. Threads: pure. Limits: the buffer's. Failure: a full buffer is noticed by the
 * caller at the end.
 */
#ifndef FL_PAGE_H
#define FL_PAGE_H

#include "base/str.h"

/* Up to <main>; `title` is escaped already. */
void fl_page_open(struct fl_buf *out, struct fl_str title);
/* From </main> on. */
void fl_page_close(struct fl_buf *out);

#endif
