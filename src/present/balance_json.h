/*
 * balance_json.h - a balance and an evaluation as the JSON of the interfaces (schemas fulcrum.balance/1, fulcrum.eval/1).
 *
 * Ownership: appends to the caller's buffer. Threads: pure; equal data give equal bytes. Failure: false when full.
 */
#ifndef FL_BALANCE_JSON_H
#define FL_BALANCE_JSON_H

#include "choose/balance.h"
#include "codec/json.h"

bool fl_balance_json(const struct fl_balance *b, struct fl_buf *out);
/* Adds members of one candidate to an open object: name ... failed. */
void fl_candidate_json(const struct fl_balance *b, const struct fl_balance_candidate *c, struct fl_json_writer *w);

#endif
