#include "call/warm_up.h"

#include <stdlib.h>

struct warm_up {
	struct fl_engine *engine;
	struct fl_loop *loop;
	const struct fl_offer *offer;
	struct fl_budget *budget;
	uint64_t timeout_ms;
	void (*done)(void *arg, const struct fl_server_facts *facts);
	void *arg;
	struct fl_server_facts facts;
};

bool fl_warm_up_needed(const struct fl_offer *offer)
{
	return offer->provider->own_server && !offer->provider->app;
}

static void finish(struct warm_up *w)
{
	w->done(w->arg, &w->facts);
	free(w);
}

static void asked_again(void *arg, const struct fl_server_facts *facts)
{
	struct warm_up *w = arg;
	w->facts.context_tokens = facts->context_tokens;
	finish(w);
}

static void ask(struct warm_up *w, void (*done)(void *arg, const struct fl_server_facts *facts))
{
	struct fl_server_question q = {.provider = w->offer->provider, .model = w->offer->model, .what = FL_ASK_SELF};
	fl_server_ask(fl_engine_client(w->engine), w->loop, &q, done, w);
}

static void called(void *arg, const struct fl_cell *cell)
{
	struct warm_up *w = arg;
	if (cell->code == FL_OK && w->facts.kind == FL_SERVER_OLLAMA && w->facts.context_tokens == 0)
		ask(w, asked_again);
	else
		finish(w);
}

static void asked(void *arg, const struct fl_server_facts *facts)
{
	struct warm_up *w = arg;
	const struct fl_provider *p = w->offer->provider;
	struct fl_message hi = {.role = FL_S("user"), .text = FL_S("Hi")};
	struct fl_call call = {.offer = w->offer, .draw = 1, .timeout_ms = w->timeout_ms};
	struct fl_call_plan plan;
	struct fl_arena a;
	w->facts = *facts;
	if (facts->kind == FL_SERVER_NONE || !facts->reachable) {
		finish(w);
		return;
	}
	call.chat = (struct fl_chat){.endpoint = p->endpoint,
	                             .model = w->offer->model,
	                             .message = &hi,
	                             .message_count = 1,
	                             .max_output = 1,
	                             .limit_name = p->limit_name};
	fl_arena_init(&a);
	if (fl_call_plan(&call, &a, &plan, NULL) == FL_OK) {
		plan.warm_up = true;
		fl_engine_start(w->engine, &plan, w->budget, called, w);
	} else {
		finish(w);
	}
	fl_arena_release(&a);
}

void fl_warm_up(struct fl_engine *e, struct fl_loop *loop, const struct fl_offer *offer, struct fl_budget *budget,
                uint64_t timeout_ms, void (*done)(void *arg, const struct fl_server_facts *facts), void *arg)
{
	struct warm_up *w = fl_alloc_zero(1, sizeof *w);
	*w = (struct warm_up){.engine = e,
	                      .loop = loop,
	                      .offer = offer,
	                      .budget = budget,
	                      .timeout_ms = timeout_ms,
	                      .done = done,
	                      .arg = arg};
	ask(w, asked);
}
