/*
 * child.h - programs that answer lines: supervised child processes that stay, one request at a time each.
 *
 *   ask(line) --> a child that is free, else the next that becomes so --> its next line of output is the answer
 *
 * A pool has up to `most` children of one command, each started when it is first needed. A child gets one line and has to
 * print one line; whatever else it prints on its standard output is an error, and the child is ended. Standard error is
 * read and dropped, but for its last words, which are told when the child dies. A child that does not answer in time is
 * killed with its process group, and the next request starts a new one. Deaths in a row without an answer make the next
 * start wait (FL_CHILD_BACKOFF_MS, doubled each time); after FL_CHILD_DEATHS of them the command is given up.
 *
 * Each child is a session and a process group of its own. It sees the environment that is named and nothing else of it; it
 * is no sandbox: files and network are as they are for everybody. A guard (guard.h) kills what is left should this process
 * die.
 *
 * Ownership: _create/_destroy; the command's strings must live as long as the pool, a line until its done. Threads: the
 * loop's thread. Limits: below. Failure: in done: CONNECT (cannot be started, or never answered anything), CLOSED (died
 * instead of answering), TIMEOUT, PROTOCOL (printed what it was not asked), LIMIT (a line too long).
 */
#ifndef FL_CHILD_H
#define FL_CHILD_H

#include "base/err.h"
#include "base/str.h"
#include "io/loop.h"

enum {
	FL_CHILD_LINE_BYTES = 8 << 20, /* of an answer */
	FL_CHILD_STDERR_BYTES = 4096,  /* of its last words that are kept */
	FL_CHILD_DEATHS = 5,           /* in a row without an answer, then the command is given up */
	FL_CHILD_BACKOFF_MS = 100,     /* before a start after a death, doubled each time */
	FL_CHILD_BACKOFF_MOST_MS = 5000,
	FL_CHILD_GRACE_MS = 1000,      /* between the end of its input and SIGTERM, and from there to SIGKILL */
	FL_CHILD_LAST_OUTPUT_MS = 200, /* for what is still in its pipes when it has ended */
	FL_CHILDREN = 64               /* of one command */
};

struct fl_child_command {
	struct fl_str name; /* for messages */
	const char *file;   /* the program: a path, absolute or from `folder` */
	char **argv;        /* NULL at its end */
	char **env;         /* NAME=value, NULL at its end: all that the child sees */
	const char *folder; /* in which it runs */
};

/* Monotonic nanoseconds; 0 = did not happen. */
struct fl_child_times {
	uint64_t asked_ns, sent_ns, done_ns; /* sent: the line was handed to a running child */
};

/*
 * The answer, without its newline, or an error. The line lives until this returns. False when it is no answer: then the
 * child is ended, and it counts as a death.
 */
typedef bool fl_child_done(void *arg, enum fl_code code, struct fl_str line, const struct fl_err *err,
                           const struct fl_child_times *times);

struct fl_child_pool;
struct fl_child_pool *fl_child_pool_create(struct fl_loop *loop, const struct fl_child_command *command, size_t most);
/* No request may be under way. Ends all children and runs the loop until they are gone: at most two graces. */
void fl_child_pool_destroy(struct fl_child_pool *pool);
/* Asks; `line` has no newline in it. The time runs from when a child is free for it. done is never called inside this. */
void fl_child_pool_ask(struct fl_child_pool *pool, struct fl_str line, uint64_t deadline_ms, fl_child_done *done,
                       void *arg);
/* The command was given up: every request fails. */
bool fl_child_pool_given_up(const struct fl_child_pool *pool);

/* The first bytes of what was printed, with escapes for what is not printable. */
enum { FL_CHILD_SHOWN = 4 * 80 + 1 };
void fl_child_show(struct fl_str said, char out[FL_CHILD_SHOWN]);

/*
 * Where a program is, as a shell would find it: a name with a slash from `folder`, else along our PATH. False when it is
 * nowhere, or cannot be executed.
 */
bool fl_child_find(const char *name, const char *folder, char *out, size_t size);

#endif
