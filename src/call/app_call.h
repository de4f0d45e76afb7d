/*
 * app_call.h - how a request reaches an application that is a program: a pool of children (io/child.h) for each.
 *
 * For the engine, and for graders that are programs, whose words cost nothing and stand in no ledger. A pool is made when
 * its command is first asked, with as many children as it may be asked at once.
 *
 * Ownership: _create/_destroy; the latter ends all children, and runs the loop until they are gone. Threads: the loop's
 * thread. Limits: those of io/child.h. Failure: in done, as io/child.h; AUTH and CONNECT when the command is not to be had.
 */
#ifndef FL_APP_CALL_H
#define FL_APP_CALL_H

#include "io/child.h"
#include "provider/command.h"

struct fl_app_calls;
struct fl_app_calls *fl_app_calls_create(struct fl_loop *loop);
/* No request may be under way. */
void fl_app_calls_destroy(struct fl_app_calls *calls);
/* Asks the command. done is called inside this when it cannot be asked at all. The line must live until done. */
void fl_app_ask(struct fl_app_calls *calls, struct fl_command_line *command, size_t most, struct fl_str line,
                uint64_t deadline_ms, fl_child_done *done, void *arg);
/* The command died so often in a row that it is asked no more. */
bool fl_app_given_up(const struct fl_app_calls *calls, const struct fl_command_line *command);

#endif
