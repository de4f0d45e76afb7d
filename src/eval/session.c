#include "eval/session.h"

#include <stdlib.h>
#include <unistd.h>

static bool cannot_reach(enum fl_code code)
{
	return code == FL_E_RESOLVE || code == FL_E_CONNECT || code == FL_E_TLS || code == FL_E_AUTH ||
	       code == FL_E_QUOTA || code == FL_E_MODEL;
}

static void stop(struct fl_session *s, enum fl_code code, const struct fl_err *err)
{
	if (s->stopped != FL_OK)
		return;
	s->stopped = code;
	s->err = *err;
	fl_grid_stop(s->grid);
	fl_engine_drain(s->engine);
}

static void on_stop(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct fl_session *s = arg;
	stop(s, code, err);
}

static void watch_outage(struct fl_session *s, size_t candidate, const struct fl_grid_cell *cell)
{
	bool down = cell->outcome == FL_OUT_FAILED && cannot_reach((enum fl_code)cell->code);
	s->down[candidate] = down ? s->down[candidate] + 1 : 0;
	if (s->down[candidate] < FL_OUTAGE)
		return;
	struct fl_err err;
	fl_err_set(&err, (enum fl_code)cell->code, "%.*s cannot be reached any more: %.*s",
	           FL_FMT(s->task->candidate[candidate].name), FL_FMT(fl_grid_failure(s->grid, candidate)));
	fl_err_help(&err, "what was paid is kept; run the same command again when the server answers");
	stop(s, (enum fl_code)cell->code, &err);
}

static void on_cell(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell)
{
	struct fl_session *s = arg;
	s->cells++;
	watch_outage(s, candidate, cell);
	if (s->on_cell)
		s->on_cell(s->arg, item, candidate, cell);
}

static void on_server(void *arg, const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once)
{
	struct fl_session *s = arg;
	if (s->on_server)
		s->on_server(s->server_arg, offer, facts, at_once);
}

static void on_signal(void *arg, int signum)
{
	struct fl_session *s = arg;
	(void)signum;
	if (s->interrupted)
		_exit(3);
	s->interrupted = true;
	struct fl_err err;
	fl_err_set(&err, FL_E_CANCELLED, "interrupted");
	stop(s, FL_E_CANCELLED, &err);
}

enum fl_code fl_session_open(struct fl_session *s, struct fl_task *task, const struct fl_session_options *options,
                             struct fl_err *err)
{
	static const struct fl_store_tables *const tables[] = {&fl_call_tables, &fl_run_tables};
	*s = (struct fl_session){.task = task, .on_server = options->on_server, .server_arg = options->server_arg};
	s->loop = fl_loop_create();
	enum fl_code code = fl_store_open(&s->store, options->state_path, tables, FL_COUNT(tables), s->loop, err);
	if (code == FL_OK) {
		code = fl_run_open(&s->run, s->store, task, options->kind, err);
		if (code != FL_OK)
			fl_store_close(s->store);
	}
	if (code != FL_OK) {
		fl_loop_destroy(s->loop);
		return code;
	}
	struct fl_engine_options engine = {.seed = task->draw_seed, .http = fl_http_options_of_environment()};
	for (size_t c = 0; c < task->candidate_count;
	     c++) /* the scheduler keeps within it; the client only has to let it */
		engine.http.in_flight =
		    FL_MAX(engine.http.in_flight, (size_t)task->candidate[c].offer->provider->concurrency);
	s->engine = fl_engine_create(s->loop, s->store, &engine);
	struct fl_grid_options grid = {.engine = s->engine,
	                               .loop = s->loop,
	                               .store = s->store,
	                               .run = &s->run,
	                               .on_cell = on_cell,
	                               .on_stop = on_stop,
	                               .on_server = on_server,
	                               .providers = &task->providers,
	                               .arg = s};
	s->grid = fl_grid_create(task, &grid);
	s->down = fl_alloc_zero(task->candidate_count, sizeof *s->down);
	fl_loop_signals(s->loop, on_signal, s);
	return FL_OK;
}

static bool refused(enum fl_code code)
{
	return cannot_reach(code) || code == FL_E_PARAM || code == FL_E_UNSUPPORTED || code == FL_E_PROTOCOL;
}

/* One message for all candidates that were refused, with the server's words. */
static enum fl_code report(struct fl_session *s, size_t item, const bool *use, struct fl_err *err)
{
	size_t asked = 0, failed = 0, last = 0;
	enum fl_code first = FL_OK;
	struct fl_buf said;
	fl_buf_init(&said, 1 << 20);
	for (size_t c = 0; c < s->task->candidate_count; c++) {
		const struct fl_grid_cell *cell = use && !use[c] ? NULL : fl_grid_at(s->grid, item, c);
		if (!cell)
			continue;
		asked++;
		if (cell->outcome != FL_OUT_FAILED)
			continue;
		failed++;
		last = c;
		if (!refused((enum fl_code)cell->code) && first == FL_OK)
			continue;
		if (first == FL_OK)
			first = (enum fl_code)cell->code;
		fl_buf_printf(&said, "%s%.*s: %.*s", said.n ? "\n  " : "", FL_FMT(s->task->candidate[c].name),
		              FL_FMT(fl_grid_failure(s->grid, c)));
	}
	if (first == FL_OK && failed == asked && asked > 0) { /* nobody answered: whatever it is, it is the outside */
		first = FL_E_SERVER;
		fl_buf_printf(&said, "no candidate answered: %.*s", FL_FMT(fl_grid_failure(s->grid, last)));
	}
	if (first != FL_OK)
		fl_err_set(err, first, "%s", said.p);
	if (first != FL_OK && s->task->candidate[last].app)
		fl_err_help(err,
		            "an application gets {\"id\", \"messages\", \"params\"} and answers {\"id\", \"text\"}, "
		            "one line each; see docs/applications.md");
	fl_buf_release(&said);
	return first;
}

enum fl_code fl_session_probe(struct fl_session *s, size_t item, const bool *use, struct fl_err *err)
{
	for (size_t c = 0; c < s->task->candidate_count; c++)
		if (!use || use[c])
			fl_grid_want(s->grid, item, c);
	while (!fl_grid_idle(s->grid) && fl_loop_step(s->loop))
		;
	return report(s, item, use, err);
}

void fl_session_run(struct fl_session *s)
{
	while (!s->done && !(s->stopped != FL_OK && fl_grid_idle(s->grid)) && fl_loop_step(s->loop))
		;
	if (s->done && !fl_grid_idle(s->grid)) { /* a race that ended leaves nothing it still wants */
		fl_grid_stop(s->grid);
		while (!fl_grid_idle(s->grid) && fl_loop_step(s->loop))
			;
	}
}

enum fl_code fl_session_close(struct fl_session *s, bool finished, struct fl_err *err)
{
	fl_loop_signals_stop(s->loop);
	fl_grid_stop(s->grid);
	while ((fl_engine_active(s->engine) || !fl_grid_idle(s->grid)) && fl_loop_step(s->loop))
		;
	struct fl_err second;
	enum fl_code code = fl_grid_destroy(s->grid, err);
	enum fl_code closed = fl_run_close(&s->run, s->store, finished && code == FL_OK, &second);
	if (code == FL_OK && closed != FL_OK) {
		code = closed;
		if (err)
			*err = second;
	}
	fl_engine_destroy(s->engine);
	fl_store_close(s->store);
	fl_loop_destroy(s->loop);
	free(s->down);
	return code;
}
