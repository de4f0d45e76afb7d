/*
 * guard.h - sees to it that child processes do not outlive this one, whatever ends it.
 *
 * A guard is a forked copy of the process that does nothing but wait at a pipe. It is told which process groups there
 * are; when the pipe ends, because the guard was closed or because the process died (kill -9 included), it kills the
 * groups that are left and ends. A group that made a session of its own escapes.
 *
 * Ownership: embedded; _open/_close. Threads: one at a time; opening is safe beside other threads, for the copy makes
 * async-signal-safe calls alone. Limits: FL_GUARD_GROUPS. Failure: IO when the system gives no pipe or process.
 */
#ifndef FL_GUARD_H
#define FL_GUARD_H

#include "base/err.h"

#include <sys/types.h>

enum { FL_GUARD_GROUPS = 256 };

struct fl_guard {
	int pipe;  /* write end */
	pid_t pid; /* of the copy; 0: not open */
};

enum fl_code fl_guard_open(struct fl_guard *g, struct fl_err *err) FL_MUST_USE;
/* From now on the group is killed when this process ends. */
void fl_guard_add(struct fl_guard *g, pid_t group);
/* The group is gone. */
void fl_guard_remove(struct fl_guard *g, pid_t group);
/* Kills the groups that are left. Nothing happens when it is not open. */
void fl_guard_close(struct fl_guard *g);

#endif
