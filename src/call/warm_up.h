/*
 * warm_up.h - before the first call to a model on a server of one's own: what the server tells of itself, and one tiny call,
 * so that loading the model is no latency of a candidate.
 *
 *   ask the server (server.h) -> its kind is known -> call "Hi", 1 token, through the engine -> context still not told:
 *   ask again, for Ollama tells it of what is loaded -> done
 *
 * The call is held, priced and in the ledger like any other (flag warm_up), bounded by the task's timeout, made once, and
 * its answer is kept nowhere. Whatever fails, done follows: the calls themselves will tell. A server whose kind neither its
 * configuration nor its answers tell is not called.
 *
 * Ownership: the offer, the provider and the budget must live until done. Threads: the loop's thread; done never comes
 * inside fl_warm_up. Limits: FL_SERVER_ASK_MS for each time of asking, and the timeout. Failure: in the facts.
 */
#ifndef FL_WARM_UP_H
#define FL_WARM_UP_H

#include "call/call.h"
#include "call/server.h"

/* The offer is a model on a server of one's own: to be asked and warmed before its first call. */
bool fl_warm_up_needed(const struct fl_offer *offer);
void fl_warm_up(struct fl_engine *e, struct fl_loop *loop, const struct fl_offer *offer, struct fl_budget *budget,
                uint64_t timeout_ms, void (*done)(void *arg, const struct fl_server_facts *facts), void *arg);

#endif
