/*
 * cli.h - the command line: tables of commands and options, what a command gets, and how it answers.
 *
 * Everything that a user can type is a row of a table; parsing, --help and the manual page are made from the rows. A
 * command's run function returns a code; whatever it wrote to `out` goes to standard output, everything else to standard
 * error. With --json a failure is one fulcrum.error/1 object on standard output.
 *
 * Ownership: struct fl_cli lives for one command; slices point into argv. Threads: the main thread. Limits: 256
 * arguments of one option. Failure: USAGE with a suggestion.
 */
#ifndef FL_CLI_H
#define FL_CLI_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "lang/quantity.h"

struct fl_option {
	const char *name;     /* without the dashes */
	const char *argument; /* its name in the help, NULL for a flag */
	const char *help;     /* one sentence, with the unit of a bare number */
	char letter;          /* -m beside --models; 0: none */
};

struct fl_cli;
struct fl_command {
	const char *name;
	const char *summary; /* one line */
	const char *usage;   /* arguments, one form a line */
	const char *text;    /* what it does, for the help and the manual */
	const char *example; /* commands, one a line */
	const struct fl_option *option;
	size_t option_count;
	size_t least, most; /* positional arguments */
	enum fl_code (*run)(struct fl_cli *cli, struct fl_err *err);
};

struct fl_cli_value {
	const struct fl_option *option;
	struct fl_str text; /* empty for a flag */
};

struct fl_cli {
	const struct fl_command *command;
	struct fl_arena arena; /* lives as long as the command */
	FL_VEC(struct fl_cli_value) value;
	FL_VEC(struct fl_str) argument; /* positional */
	bool json, quiet, color;
	const char *state_path, *config_path; /* config_path may name a file that is not there unless config_given */
	bool config_given;
	struct fl_buf out; /* standard output, written when the command ends */
	int exit_status;   /* set by a command that ends well but not with 0, else -1 */
};

/* Last value of an option; false when it was not given. */
bool fl_cli_get(const struct fl_cli *cli, const char *name, struct fl_str *text);
bool fl_cli_has(const struct fl_cli *cli, const char *name);
/* USAGE error naming the option. */
enum fl_code fl_cli_bad(struct fl_err *err, const char *option, struct fl_str found, const char *expected) FL_MUST_USE;
/* Whole number >= least; keeps *out when the option was not given. */
enum fl_code fl_cli_u64(const struct fl_cli *cli, const char *name, uint64_t least, uint64_t *out,
                        struct fl_err *err) FL_MUST_USE;
/* A quantity with the unit of a bare number (lang/quantity.h); keeps *out when the option was not given. */
enum fl_code fl_cli_quantity(const struct fl_cli *cli, const char *name, enum fl_quantity kind, const char *bare_unit,
                             int64_t *out, struct fl_err *err) FL_MUST_USE;

/* All commands. */
const struct fl_command *const *fl_commands(size_t *count);
extern const struct fl_option fl_global_options[];
extern const size_t fl_global_option_count;

/* Parses, runs, prints; returns the exit status. */
int fl_cli_main(int argc, char **argv);

/* Help of one command, or of the program when NULL. */
void fl_help(const struct fl_command *command, struct fl_buf *out);
/* What the program does, in one sentence. */
extern const char fl_about[];

#endif
