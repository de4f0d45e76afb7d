/*
 * app.h - an application of the user's own as a candidate: a program that stays, or an HTTP service, whatever it is made
 * of. Both get one JSON object a request and give one back:
 *
 *   {"id": "...", "messages": [{"role": "user", "content": "..."}], "params": {"max_output": 1024, "seed": 7, ...}}
 *   {"id": "...", "text": "...", "cost_usd": 0.0012, "usage": {...}, "finish": "stop", "model": "...", "error": ...}
 *
 * Of the answer `id` and `text` are needed, or `id` and `error` (a text, or an object with a message). cost_usd is read
 * from its decimal text, exactly. An answer is to the request whose id it repeats and to no other.
 *
 * Ownership: an app lives in the arena of its registry. Threads: the loop's thread. Limits: FL_REPLY_* (reply.h), a
 * line of FL_CHILD_LINE_BYTES (io/child.h). Failure: in the reply.
 */
#ifndef FL_APP_H
#define FL_APP_H

#include "provider/command.h"
#include "provider/provider.h"

enum {
	FL_APP_ID = 16 /* hexadecimal digits of a request's id */
};

struct fl_app {
	struct fl_str name, version;
	struct fl_str url;               /* empty: a command */
	struct fl_command_line *command; /* NULL: a url */
	uint64_t concurrency;
	bool has_most;
	int64_t most_nusd; /* the most that one call can cost, as its user says */
};

/* The offer that an app is, with a provider of its own. The app must live as long as the registry. */
const struct fl_offer *fl_app_offer(struct fl_providers *p, const struct fl_app *app);

#endif
