/*
 * model_list.h - which models servers list: GET {url}/models, the same at every server that speaks OpenAI's format.
 *
 * No model is called and nothing is paid. Several servers are asked at once; one that does not answer, or answers
 * something else than a list of models, is not there. No key is sent: this is for servers on this machine.
 *
 * Ownership: texts live in the caller's arena; providers are borrowed for the call. Threads: blocks; runs a loop of its own.
 * Limits: FL_MODEL_LIST_BYTES an answer, FL_MODEL_LIST names. Failure: none; `answered` tells.
 */
#ifndef FL_MODEL_LIST_H
#define FL_MODEL_LIST_H

#include "provider/provider.h"

enum { FL_MODEL_LIST_BYTES = 1 << 20, FL_MODEL_LIST = 1000, FL_MODEL_LIST_CONNECT_MS = 300, FL_MODEL_LIST_MS = 2000 };

struct fl_model_list {
	const struct fl_provider *provider; /* whom to ask */
	bool answered;
	struct fl_str *model; /* as the server names them, in its order */
	size_t models;
};
/* Asks all of them and waits, at most FL_MODEL_LIST_MS. */
void fl_model_lists(struct fl_model_list *list, size_t n, struct fl_arena *a);

#endif
