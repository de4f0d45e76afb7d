/*
 * command.h - a command that a task file names: how it is shown, what it sees, what its answers are named by. Nothing is
 * run here.
 *
 * Ownership: everything lives in the caller's arena. Threads: one at a time. Limits: below. Failure: CONNECT for a program
 * that is not there, AUTH for a variable that is not set.
 */
#ifndef FL_COMMAND_H
#define FL_COMMAND_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	FL_COMMAND_ARGUMENTS = 64,
	FL_COMMAND_VARIABLES = 32,        /* that the commands of one task are given in all */
	FL_COMMAND_VARIABLE_BYTES = 4096, /* of the value of one that holds a secret */
	FL_COMMAND_FILE_BYTES = 64 << 20  /* of a file that an argument names: up to here its content is read */
};

/* A command as a file names it, and as it is run. */
struct fl_command_line {
	struct fl_str name; /* for messages */
	const struct fl_str *argument;
	size_t arguments;
	const struct fl_str *variable; /* names of those that it sees */
	size_t variables;
	struct fl_str folder; /* in which it runs: that of the file that names it */
	/* From here on set by fl_command_ready. */
	bool ready;
	const char *file;
	char **argv, **env;
};

/* The command as one line for messages: arguments with spaces in quotes, control characters escaped. */
struct fl_str fl_command_text(const struct fl_command_line *c, struct fl_arena *a);
/* Finds the program and reads the environment; values of variables that hold secrets are registered (log.h). */
enum fl_code fl_command_ready(struct fl_command_line *c, struct fl_arena *a, struct fl_err *err) FL_MUST_USE;
/*
 * What names paid answers of a command: its arguments, and the SHA-256 of every file that one of them names (of one over
 * FL_COMMAND_FILE_BYTES its size and time), so that an edited program is asked again.
 */
struct fl_str fl_command_identity(const struct fl_command_line *c, struct fl_str version, struct fl_arena *a);

#endif
