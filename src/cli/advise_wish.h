/*
 * advise_wish.h - what a user asks of `advise`: options, a task file and answers on the terminal become one wish.
 *
 * Options stand over the task file. A need is read by the table of the task file (task/needs.h): --need KEY=VALUE is the
 * line `KEY: VALUE` under needs, KEY alone means true, commas make a list, exclude.labs is `labs` under exclude.
 *
 * Ownership: everything lives in the command's arena. Threads: the main thread. Limits: those of cli.h and yaml.h. Failure:
 * USAGE, INVALID with the nearest word.
 */
#ifndef FL_ADVISE_WISH_H
#define FL_ADVISE_WISH_H

#include "choose/advise.h"
#include "cli/cli.h"
#include "task/task.h"

/* The wish of the options, over what the task says (NULL = no task file). */
enum fl_code fl_cli_advise_wish(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *out,
                                struct fl_err *err) FL_MUST_USE;
/*
 * Asks each question on the terminal and adds the answers to the command's options, as if they had been typed; an empty
 * answer leaves the question open, a wrong one is asked again.
 */
enum fl_code fl_cli_advise_ask(struct fl_cli *cli, struct fl_err *err) FL_MUST_USE;

/*
 * The user's own results: of the matrix that --matrix names, else of the newest run of the task that the state file holds.
 * A cell that failed is no result. Nothing is created: without a state file there are none.
 */
enum fl_code fl_cli_advise_own(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *w,
                               struct fl_err *err) FL_MUST_USE;

#endif
