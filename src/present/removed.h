/*
 * removed.h - candidates that a need took out before anything was spent, in one wording everywhere.
 *
 * Ownership: texts live in the arena. Threads: pure. Failure: none.
 */
#ifndef FL_REMOVED_H
#define FL_REMOVED_H

#include "codec/json.h"
#include "task/task.h"

/* "Taken out: NAME; why; what would bring it back." */
struct fl_str fl_removed_text(const struct fl_removed *r, struct fl_arena *a);
/* The member "removed": [{"name","reason"}]. */
void fl_removed_json(const struct fl_removed *r, size_t n, struct fl_json_writer *w);

#endif
