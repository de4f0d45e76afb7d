#include "eval/trial.h"

#include "base/clock.h"
#include "eval/preference.h"
#include "eval/run.h"
#include "provider/honour.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THINKING_OUTPUT = 8192, PLAIN_OUTPUT = 1024, ANSWER_BYTES = 16 << 20 };

/* --- opening ------------------------------------------------------------------------------------------------------ */

static enum fl_code find(struct fl_trial *t, struct fl_str name, struct fl_err *err)
{
	struct fl_trial_answer *a = &t->answer[t->answers];
	ptrdiff_t at = -1;
	for (size_t i = 0; i < name.n; i++)
		at = name.p[i] == '@' ? (ptrdiff_t)i : at;
	*a = (struct fl_trial_answer){.name = name};
	a->effort = at > 0 ? fl_str_sub(name, (size_t)at + 1, name.n) : (struct fl_str){0};
	FL_TRY(fl_providers_offer(t->providers, at > 0 ? fl_str_sub(name, 0, (size_t)at) : name, &a->offer, err));
	FL_TRY(fl_honour_effort(a->offer, a->effort, err));
	if (a->offer->price->kind == FL_PRICE_UNKNOWN && t->budget.limited) {
		fl_err_set(err, FL_E_INVALID, "%.*s has no known price, so it cannot run under a budget", FL_FMT(name));
		fl_err_help(err, "state its price in fulcrum.yaml, or say --budget none");
		return FL_E_INVALID;
	}
	fl_buf_init(&a->text, ANSWER_BYTES);
	fl_buf_init(&a->thinking, ANSWER_BYTES);
	t->answers++;
	return FL_OK;
}

static void release_answers(struct fl_trial *t)
{
	for (size_t i = 0; i < t->answers; i++) {
		fl_buf_release(&t->answer[i].text);
		fl_buf_release(&t->answer[i].thinking);
	}
	t->answers = 0;
	fl_arena_release(&t->arena);
}

static void on_signal(void *arg, int signum)
{
	struct fl_trial *t = arg;
	(void)signum;
	if (t->interrupted)
		_exit(3);
	t->interrupted = true;
	fl_engine_drain(t->engine);
}

enum fl_code fl_trial_open(struct fl_trial *t, struct fl_providers *providers, const struct fl_str *name, size_t names,
                           const struct fl_trial_options *options, struct fl_err *err)
{
	static const struct fl_store_tables *const tables[] = {&fl_call_tables, &fl_run_tables, &fl_preference_tables};
	*t = (struct fl_trial){.providers = providers};
	fl_arena_init(&t->arena);
	snprintf(t->scope, sizeof t->scope, "try/%lld",
	         (long long)fl_wall_ms()); /* a budget of its own for each opening */
	t->budget = (struct fl_budget){
	    .scope = fl_str_from(t->scope), .limited = !options->budget_none, .limit_nusd = options->budget_nusd};
	enum fl_code code = FL_OK;
	if (names > FL_TRIAL_MODELS)
		code = fl_err_set(err, FL_E_LIMIT, "more than %d models at once", FL_TRIAL_MODELS);
	for (size_t i = 0; i < names && code == FL_OK; i++)
		code = find(t, name[i], err);
	if (code == FL_OK) {
		t->loop = fl_loop_create();
		code = fl_store_open(&t->store, options->state_path, tables, FL_COUNT(tables), t->loop, err);
		if (code != FL_OK)
			fl_loop_destroy(t->loop);
	}
	if (code != FL_OK) {
		release_answers(t);
		return code;
	}
	struct fl_engine_options engine = {.http = fl_http_options_of_environment()};
	engine.http.in_flight = FL_TRIAL_MODELS;
	t->engine = fl_engine_create(t->loop, t->store, &engine);
	fl_loop_signals(t->loop, on_signal, t);
	return FL_OK;
}

void fl_trial_close(struct fl_trial *t)
{
	fl_loop_signals_stop(t->loop);
	fl_engine_destroy(t->engine);
	fl_store_close(t->store);
	fl_loop_destroy(t->loop);
	release_answers(t);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void tell(struct fl_trial *t, bool at_once)
{
	uint64_t now = fl_mono_ns();
	if (!t->changed || (!at_once && now - t->told_ns < (uint64_t)FL_TRIAL_DRAW_MS * 1000000))
		return;
	t->told_ns = now;
	t->changed(t->arg, t);
}

/* One answer that comes. */
struct coming {
	struct fl_trial *trial;
	struct fl_trial_answer *answer;
};

static void grew(void *arg, struct fl_str text, struct fl_str thinking)
{
	struct coming *c = arg;
	struct fl_trial_answer *a = c->answer;
	if (a->first_text_ms < 0 && (text.n || thinking.n))
		a->first_text_ms = (int64_t)((fl_mono_ns() - c->trial->began_ns) / 1000000);
	if (text.n == a->text.n && thinking.n == a->thinking.n)
		return;
	fl_buf_reset(&a->text);
	fl_buf_str(&a->text, text);
	fl_buf_reset(&a->thinking);
	fl_buf_str(&a->thinking, thinking);
	tell(c->trial, false);
}

static void take(struct fl_trial *t, struct fl_trial_answer *a, const struct fl_cell *cell)
{
	a->cell = *cell;
	a->cell.message = fl_arena_dup(&t->arena, cell->message);
	a->cell.text = fl_arena_dup(&t->arena, cell->text);
	a->cell.finish = fl_arena_dup(&t->arena, cell->finish);
	a->cell.model = fl_arena_dup(&t->arena, cell->model);
	a->cell.tier = fl_arena_dup(&t->arena, cell->tier);
	if (a->first_text_ms > (int64_t)(cell->latency_us / 1000)) /* the hold was written before the call left */
		a->first_text_ms = (int64_t)(cell->latency_us / 1000);
	a->done = true;
	fl_buf_reset(&a->text);
	fl_buf_str(&a->text, a->cell.text);
}

static void ended(void *arg, const struct fl_cell *cell)
{
	struct coming *c = arg;
	take(c->trial, c->answer, cell);
	tell(c->trial, true);
}

static enum fl_code ask_one(struct fl_trial *t, size_t i, const struct fl_trial_question *q, struct fl_err *err)
{
	struct fl_trial_answer *a = &t->answer[i];
	struct fl_call call = {.offer = a->offer, .draw = q->draw, .timeout_ms = q->timeout_ms};
	struct fl_call_plan plan;
	struct fl_cell cell;
	uint64_t usual = fl_honour_thinks(a->offer, a->effort) ? THINKING_OUTPUT : PLAIN_OUTPUT;
	call.chat = (struct fl_chat){.message = q->message,
	                             .message_count = q->message_count,
	                             .max_output = q->max_output ? q->max_output : usual,
	                             .effort = a->effort,
	                             .temperature = q->temperature};
	fl_honour_chat(a->offer, &call.chat);
	call.chat.has_seed = false;
	call.chat.stream = !a->offer->provider->app;
	fl_buf_reset(&a->text);
	fl_buf_reset(&a->thinking);
	a->done = false;
	a->first_text_ms = -1;
	FL_TRY(fl_call_plan(&call, &t->arena, &plan, err));
	enum fl_code found = fl_engine_find(t->engine, &plan, &t->arena, &cell, err);
	if (found == FL_OK) {
		take(t, a, &cell);
		return FL_OK;
	}
	if (found != FL_E_NOT_FOUND)
		return found;
	struct coming *c = FL_NEW(&t->arena, struct coming);
	*c = (struct coming){.trial = t, .answer = a};
	fl_engine_start_watched(t->engine, &plan, &t->budget, &(struct fl_call_watch){grew, c}, ended, c);
	return FL_OK;
}

enum fl_code fl_trial_ask(struct fl_trial *t, const struct fl_trial_question *q, struct fl_err *err)
{
	enum fl_code code = FL_OK;
	fl_arena_reset(&t->arena);
	t->began_ns = fl_mono_ns();
	for (size_t i = 0; i < t->answers && code == FL_OK; i++)
		code = ask_one(t, i, q, err);
	if (code != FL_OK)
		fl_engine_drain(t->engine);
	tell(t, true);
	while (fl_engine_active(t->engine) && fl_loop_step(t->loop))
		;
	return code;
}
