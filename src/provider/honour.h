/*
 * honour.h - whether what a task sets will be acted on: what an endpoint takes (vendor.h), what its model takes (the
 * catalogue), and what a vendor's path in another wire format ignores (the catalogue), put together.
 *
 * What neither speaks of is passed on and the server decides. Levels of effort are those that endpoint and model share; a
 * list in fulcrum.yaml replaces both.
 *
 * Ownership: texts are static or the catalogue's. Threads: pure. Limits: FL_EFFORTS levels. Failure: UNSUPPORTED, with what
 * was found (and its source and day), what is taken instead, and the nearest of it.
 */
#ifndef FL_HONOUR_H
#define FL_HONOUR_H

#include "provider/provider.h"

/* Levels of effort, weakest first; how many. 0: effort is not honoured. */
size_t fl_honour_levels(const struct fl_offer *o, struct fl_str level[FL_EFFORTS]);
/* OK for a level that is taken, and for the empty one. */
enum fl_code fl_honour_effort(const struct fl_offer *o, struct fl_str level, struct fl_err *err) FL_MUST_USE;
/*
 * A request parameter by the name under which a task gives it (temperature, top_p, response_format, ...) with its JSON
 * value; `effort` is the level that the same request asks for, for some models take a temperature only without thinking.
 */
enum fl_code fl_honour_param(const struct fl_offer *o, struct fl_str name, struct fl_str value, struct fl_str effort,
                             struct fl_err *err) FL_MUST_USE;
/*
 * The members of a request that follow from the offer alone: endpoint, model, names of members, how it is told to think,
 * whether a seed is sent and whether the answer streams. The rest of *chat stays as it is.
 */
void fl_honour_chat(const struct fl_offer *o, struct fl_chat *chat);
/* Whether a seed is acted on: one is sent only then. */
bool fl_honour_seed(const struct fl_offer *o);
/* Whether the model thinks at that level, or, with the empty one, at its standard level as far as the catalogue knows. */
bool fl_honour_thinks(const struct fl_offer *o, struct fl_str effort);
#endif
