/*
 * commands.h - the rows of the command table; each lives in its own cmd_*.c. And what several commands share.
 *
 * Ownership, threads, failure: as cli.h.
 */
#ifndef FL_COMMANDS_H
#define FL_COMMANDS_H

#include "cli/cli.h"

extern const struct fl_command fl_cmd_balance, fl_cmd_eval, fl_cmd_runs, fl_cmd_show, fl_cmd_schema, fl_cmd_import,
    fl_cmd_export, fl_cmd_manual, fl_cmd_limits;

struct fl_matrix;
struct fl_store;
struct fl_loop;
/* Reads the file that --matrix names, clusters by --cluster; notes go to standard error. The text lives in the arena. */
enum fl_code fl_cli_matrix(struct fl_cli *cli, struct fl_matrix *m, struct fl_str *file,
                           struct fl_err *err) FL_MUST_USE;
/* Fails when the file that an option names (else `fallback`, unless NULL) could not be written. */
enum fl_code fl_cli_may_write(struct fl_cli *cli, const char *option, const char *fallback,
                              struct fl_err *err) FL_MUST_USE;
/* Opens the state file with all tables, for commands that only read it or import. */
enum fl_code fl_cli_store(struct fl_cli *cli, struct fl_loop *loop, struct fl_store **store,
                          struct fl_err *err) FL_MUST_USE;

#endif
