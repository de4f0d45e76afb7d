#include "eval/grid.h"

#include "base/vec.h"
#include "codec/json.h"
#include "eval/judge.h"
#include "strategy/vote.h"

#include <stdlib.h>

enum {
	JUDGED_AT_ONCE = 64,  /* answers that wait for graders that are programs; further cells are begun later */
	STORED_AT_ONCE = 256, /* cells from the store in one turn of the loop: well under 5 ms each turn */
	DISK_MS = 1           /* until a busy disk is looked at again */
};

/* A cell being made. It ends when its last draw has come: as a cell, or, when the run was stopped before all of its draws
 * were asked for or one of them ended the run, as nothing. */
struct work {
	struct fl_grid *grid;
	uint32_t item, candidate;
	uint32_t asked;       /* draws looked up or called for */
	uint32_t outstanding; /* of these, in flight */
	bool fresh, dead;
	struct fl_arena arena;
	struct fl_json_doc doc;
	struct fl_cell *draw;  /* slices in the arena */
	struct folded *folded; /* while programs grade it */
};

/* A call in flight and the cells that wait for its draw. */
struct flight {
	struct fl_grid *grid;
	uint8_t key[FL_CELL_KEY];
	const struct fl_provider *provider;
	FL_VEC(struct waiter {
		struct work *work;
		uint32_t draw;
	})
	waiter;
};

struct wanted {
	uint32_t item, candidate;
};

/* Cells of one provider, in order. */
struct lane {
	const struct fl_provider *provider;
	FL_VEC(struct wanted) queue;
	size_t next;               /* first of queue not begun */
	struct work *current;      /* begun, with draws still to be issued */
	size_t in_flight, at_once; /* calls; at once at most */
	bool preparing;            /* its server is being asked and warmed up: nothing else is sent */
};

/* An offer whose server was asked, or is being asked. */
struct prepared {
	struct fl_grid *grid;
	const struct fl_offer *offer;
	struct lane *lane;
};

struct fl_grid {
	const struct fl_task *task;
	struct fl_grid_options o;
	struct fl_grid_cell *cell; /* [candidate * items + item] */
	FL_VEC(struct lane) lane;
	size_t *lane_of; /* candidate -> lane */
	FL_VEC(struct flight *) flight;
	FL_VEC(struct prepared *) prepared;
	struct fl_run_writer *writer;
	struct fl_judge *judge;
	size_t judging; /* cells whose answer is being graded by programs */
	uint64_t *seen; /* open-addressing set of draws used, by the first 8 bytes of their key */
	size_t seen_slots, seen_count;
	struct fl_grid_spent spent;
	struct fl_str *failure;
	struct fl_arena arena;
	struct fl_timer pump_timer;
	bool pumping, stopped, waiting_for_pump;
};

static void pump(struct fl_grid *g);
static void trouble(struct fl_grid *g, enum fl_code code, const struct fl_err *err);

/* --- making and ending -------------------------------------------------------------------------------------------- */

struct fl_grid *fl_grid_create(const struct fl_task *task, const struct fl_grid_options *options)
{
	struct fl_grid *g = fl_alloc_zero(1, sizeof *g);
	g->task = task;
	g->o = *options;
	fl_arena_init(&g->arena);
	g->cell = fl_alloc_zero(task->candidate_count * task->item_count, sizeof *g->cell);
	g->lane_of = FL_NEW_ARRAY(&g->arena, size_t, task->candidate_count);
	g->failure = FL_NEW_ARRAY(&g->arena, struct fl_str, task->candidate_count);
	for (size_t c = 0; c < task->candidate_count; c++) {
		const struct fl_provider *p = task->candidate[c].offer->provider;
		size_t i = 0;
		while (i < g->lane.n && g->lane.p[i].provider != p)
			i++;
		if (i == g->lane.n)
			FL_VEC_PUSH(&g->lane, (struct lane){.provider = p, .at_once = (size_t)p->concurrency});
		g->lane_of[c] = i;
	}
	g->writer = fl_run_writer_create(options->store, options->run->name);
	g->judge = fl_judge_create(options->loop);
	return g;
}

enum fl_code fl_grid_destroy(struct fl_grid *g, struct fl_err *err)
{
	FL_ASSERT(g->flight.n == 0 && g->judging == 0);
	fl_judge_destroy(g->judge);
	enum fl_code code = fl_run_writer_destroy(g->writer, err);
	fl_timer_stop(&g->pump_timer);
	for (size_t i = 0; i < g->lane.n; i++) {
		FL_ASSERT(!g->lane.p[i].current);
		FL_VEC_RELEASE(&g->lane.p[i].queue);
	}
	FL_VEC_RELEASE(&g->lane);
	FL_VEC_RELEASE(&g->flight);
	FL_VEC_RELEASE(&g->prepared);
	fl_arena_release(&g->arena);
	free(g->seen);
	free(g->cell);
	free(g);
	return code;
}

enum fl_code fl_grid_flush(struct fl_grid *g, struct fl_err *err)
{
	return fl_run_writer_flush(g->writer, err);
}

const struct fl_grid_cell *fl_grid_at(const struct fl_grid *g, size_t item, size_t candidate)
{
	const struct fl_grid_cell *c = &g->cell[candidate * g->task->item_count + item];
	return c->done ? c : NULL;
}

struct fl_grid_spent fl_grid_spent(const struct fl_grid *g)
{
	return g->spent;
}

struct fl_str fl_grid_failure(const struct fl_grid *g, size_t candidate)
{
	return g->failure[candidate];
}

bool fl_grid_idle(const struct fl_grid *g)
{
	bool queued = false;
	for (size_t i = 0; i < g->lane.n; i++)
		queued |= g->lane.p[i].next < g->lane.p[i].queue.n || g->lane.p[i].current || g->lane.p[i].preparing;
	return !queued && g->flight.n == 0 && g->judging == 0;
}

static void abandon(struct work *w)
{
	fl_arena_release(&w->arena);
	free(w);
}

void fl_grid_stop(struct fl_grid *g)
{
	g->stopped = true;
	fl_timer_stop(&g->pump_timer);
	g->waiting_for_pump = false;
	for (size_t i = 0; i < g->lane.n; i++) {
		struct lane *l = &g->lane.p[i];
		l->queue.n = l->next = 0;
		if (l->current && l->current->outstanding == 0)
			abandon(l->current);
		else if (l->current)
			l->current->dead = true;
		l->current = NULL;
	}
}

/* --- draws used --------------------------------------------------------------------------------------------------- */

static bool put_seen(struct fl_grid *g, uint64_t key)
{
	size_t mask = g->seen_slots - 1;
	for (size_t i = key & mask;; i = (i + 1) & mask) {
		if (g->seen[i] == key)
			return false;
		if (g->seen[i] == 0) {
			g->seen[i] = key;
			return true;
		}
	}
}

static void use_draw(struct fl_grid *g, const struct fl_cell *c, bool fresh)
{
	uint64_t key;
	memcpy(&key, c->key, sizeof key);
	key |= key == 0; /* 0 marks a free slot */
	if (g->seen_count * 2 >= g->seen_slots) {
		uint64_t *old = g->seen;
		size_t slots = g->seen_slots;
		g->seen_slots = slots ? slots * 2 : 1024;
		g->seen = fl_alloc_zero(g->seen_slots, sizeof *g->seen);
		for (size_t i = 0; i < slots; i++)
			if (old[i])
				put_seen(g, old[i]);
		free(old);
	}
	if (!put_seen(g, key))
		return;
	g->seen_count++;
	g->spent.draws++;
	g->spent.fresh_draws += fresh;
	g->spent.cost_nusd += c->cost_nusd;
}

/* --- from draws to a cell ----------------------------------------------------------------------------------------- */

/* What the draws of a cell come to. */
struct folded {
	struct fl_grid_cell cell;
	struct fl_str answer, grades, code, message, keys;
	uint64_t reasoning, cached;
	uint32_t draw; /* from 1, the one whose answer counts */
};

static void add_draw(struct folded *f, const struct fl_cell *c, uint64_t timeout_ms)
{
	bool failed = c->outcome == FL_OUT_FAILED;
	uint64_t ms = failed ? timeout_ms : c->latency_us / 1000;
	f->cell.cost_nusd += c->cost_nusd;
	f->cell.priced &= c->priced;
	f->cell.cut |= c->outcome == FL_OUT_TRUNCATED;
	f->cell.over_hold |= c->over_hold;
	f->cell.latency_ms = FL_MAX(f->cell.latency_ms, (uint32_t)FL_MIN(ms, (uint64_t)UINT32_MAX));
	f->cell.in_tokens += (uint32_t)fl_usage_input(&c->usage);
	f->cell.out_tokens += (uint32_t)fl_usage_output(&c->usage);
	f->reasoning += c->usage.units[FL_USE_REASONING];
	f->cached += c->usage.units[FL_USE_CACHE_READ];
}

/* A cell's outcome when no draw gave an answer: that of the first one. */
static void no_answer(struct folded *f, const struct fl_cell *first)
{
	f->cell.outcome = (uint8_t)(first->outcome == FL_OUT_OK ? FL_OUT_UNPARSABLE : first->outcome);
	f->message = first->message;
	if (first->outcome == FL_OUT_FAILED) {
		f->cell.code = (int8_t)first->code;
		f->code = fl_str_from(fl_code_name(first->code));
	}
}

static struct fl_str grades_json(const struct fl_grade *grade, size_t n, struct fl_arena *a)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, 4 << 20);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "kind", fl_str_from(grade[i].kind));
		fl_json_member_double(&w, "score", grade[i].score);
		fl_json_member_double(&w, "weight", grade[i].weight);
		fl_json_member_str(&w, "expected", grade[i].expected);
		fl_json_member_str(&w, "reason", grade[i].reason);
		fl_json_close(&w);
	}
	fl_json_close(&w);
	struct fl_str out = fl_json_done(&w) ? fl_arena_dup(a, fl_buf_slice(&b)) : FL_S("[]");
	fl_buf_release(&b);
	return out;
}

/* Reads the answers out and lets them vote. -1: nobody could be read. */
static ptrdiff_t elect(struct work *w, uint32_t samples, struct fl_ballot *ballot)
{
	struct fl_err ignored;
	size_t votes;
	for (uint32_t i = 0; i < samples; i++) {
		const struct fl_cell *c = &w->draw[i];
		ballot[i] = (struct fl_ballot){0};
		bool spoke = c->outcome == FL_OUT_OK || c->outcome == FL_OUT_TRUNCATED;
		if (spoke && fl_reader_read(&w->grid->task->reader, c->text, &w->arena, &ballot[i].readable,
		                            &ballot[i].answer, &ignored) != FL_OK)
			ballot[i].readable = false; /* the pattern took too many steps on this text: it was not read */
	}
	return fl_vote(ballot, samples, &votes);
}

/* What the draws come to, up to the answer; false when there is none. */
static bool fold(struct work *w, struct folded *f)
{
	const struct fl_task *t = w->grid->task;
	uint32_t samples = t->candidate[w->candidate].samples;
	struct fl_ballot ballot[FL_DRAWS];
	struct fl_buf keys;
	*f = (struct folded){.cell = {.done = true, .priced = true, .fresh = w->fresh},
	                     .draw = 1,
	                     .answer = FL_S(""),
	                     .grades = FL_S("[]"),
	                     .code = FL_S(""),
	                     .message = FL_S("")};
	fl_buf_init(&keys, (size_t)FL_DRAWS * FL_CELL_KEY);
	for (uint32_t i = 0; i < samples; i++) {
		add_draw(f, &w->draw[i], t->timeout_ms);
		fl_buf_add(&keys, w->draw[i].key, FL_CELL_KEY);
	}
	f->keys = fl_arena_dup(&w->arena, fl_buf_slice(&keys));
	fl_buf_release(&keys);
	ptrdiff_t winner = elect(w, samples, ballot);
	if (winner < 0) {
		no_answer(f, &w->draw[0]);
		return false;
	}
	f->answer = ballot[winner].answer;
	f->draw = (uint32_t)winner + 1;
	f->cell.outcome = (uint8_t)w->draw[winner].outcome;
	return true;
}

/* The answer could not be graded: that is told, and is no 0 in silence. */
static void ungraded(struct work *w, struct folded *f, const struct fl_err *err)
{
	f->message = fl_arena_dup(&w->arena, fl_str_from(err->message));
	f->cell.outcome = FL_OUT_UNPARSABLE;
}

/* said: the words of graders that are programs, NULL when there are none. */
static void grade(struct work *w, struct folded *f, const struct fl_said *said)
{
	struct fl_grade grade[FL_GRADERS];
	size_t count = 0;
	double score = 0;
	struct fl_err err;
	if (fl_task_grade(w->grid->task, w->item, fl_json_root(&w->doc), f->answer, said, &w->arena, &score, grade,
	                  &count, &err) != FL_OK) {
		ungraded(w, f, &err); /* every expectation was tried at the start */
		return;
	}
	f->cell.score = (float)score;
	f->grades = grades_json(grade, count, &w->arena);
}

/* The cell is there. */
static void deliver(struct work *w, const struct folded *folded)
{
	struct fl_grid *g = w->grid;
	const struct fl_task *t = g->task;
	const struct folded f = *folded;
	g->cell[(size_t)w->candidate * t->item_count + w->item] = f.cell;
	if (f.message.n)
		g->failure[w->candidate] = fl_arena_dup(&g->arena, f.message);
	struct fl_run_cell row = {.item_id = t->item[w->item].id,
	                          .candidate = t->candidate[w->candidate].name,
	                          .item = w->item,
	                          .candidate_index = w->candidate,
	                          .draw = f.draw,
	                          .keys = f.keys,
	                          .answer = f.answer,
	                          .grades = f.grades,
	                          .score = f.cell.score,
	                          .outcome = (enum fl_outcome)f.cell.outcome,
	                          .code = f.code,
	                          .message = f.message,
	                          .cut = f.cell.cut,
	                          .priced = f.cell.priced,
	                          .cost_nusd = f.cell.cost_nusd,
	                          .latency_us = (uint64_t)f.cell.latency_ms * 1000,
	                          .in_tokens = f.cell.in_tokens,
	                          .out_tokens = f.cell.out_tokens,
	                          .reasoning_tokens = f.reasoning,
	                          .cached_tokens = f.cached};
	fl_run_writer_put(g->writer, &row);
	size_t item = w->item, candidate = w->candidate;
	abandon(w);
	g->o.on_cell(g->o.arg, item, candidate, &f.cell);
}

static void on_judged(void *arg, const struct fl_said *said, bool hopeless, const struct fl_err *err)
{
	struct work *w = arg;
	struct fl_grid *g = w->grid;
	struct folded *f = w->folded;
	g->judging--;
	if (hopeless) { /* without its grader the run says nothing of any candidate */
		struct fl_err why = *err;
		abandon(w);
		trouble(g, why.code, &why);
		return;
	}
	if (said)
		grade(w, f, said);
	else
		ungraded(w, f, err);
	deliver(w, f);
	pump(g);
}

static void finish(struct work *w)
{
	struct fl_grid *g = w->grid;
	const struct fl_grader_set *set = fl_task_graders(g->task, w->item);
	struct folded f;
	if (!fold(w, &f)) {
		deliver(w, &f);
	} else if (fl_judge_needed(set)) {
		w->folded = FL_NEW(&w->arena, struct folded);
		*w->folded = f;
		g->judging++;
		fl_judge_ask(g->judge, set, fl_json_root(&w->doc), f.answer, &w->arena, on_judged, w);
	} else {
		grade(w, &f, NULL);
		deliver(w, &f);
	}
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

/* Ends that say nothing of a candidate: the run cannot go on. */
static bool stops_the_run(enum fl_code code)
{
	return code == FL_E_BUDGET || code == FL_E_CANCELLED || code == FL_E_OVER_HOLD || code == FL_E_FULL ||
	       code == FL_E_IO || code == FL_E_LOCKED || code == FL_E_CORRUPT;
}

static struct fl_cell copy_cell(const struct fl_cell *c, struct fl_arena *a)
{
	struct fl_cell out = *c;
	out.message = fl_arena_dup(a, c->message);
	out.text = fl_arena_dup(a, c->text);
	out.finish = fl_arena_dup(a, c->finish);
	out.model = fl_arena_dup(a, c->model);
	return out;
}

static struct lane *lane_for(struct fl_grid *g, const struct fl_provider *p)
{
	size_t i = 0;
	while (g->lane.p[i].provider != p)
		i++;
	return &g->lane.p[i];
}

static void arrive(struct work *w, uint32_t draw, const struct fl_cell *c)
{
	w->draw[draw] = copy_cell(c, &w->arena);
	w->fresh = true;
	if (--w->outstanding > 0)
		return;
	if (w->dead)
		abandon(w);
	else if (w->asked == w->grid->task->candidate[w->candidate].samples)
		finish(w);
}

static void call_done(void *arg, const struct fl_cell *c)
{
	struct flight *f = arg;
	struct fl_grid *g = f->grid;
	bool stops = stops_the_run(c->code), first = stops && !g->stopped;
	lane_for(g, f->provider)->in_flight--;
	for (size_t i = 0; i < g->flight.n; i++)
		if (g->flight.p[i] == f) {
			g->flight.p[i] = g->flight.p[--g->flight.n];
			break;
		}
	if (first)
		fl_grid_stop(g);
	if (!stops)
		use_draw(g, c, true);
	else
		g->spent.cost_nusd += c->cost_nusd; /* of attempts before it was stopped */
	for (size_t i = 0; i < f->waiter.n; i++) {
		f->waiter.p[i].work->dead |= stops;
		arrive(f->waiter.p[i].work, f->waiter.p[i].draw, c);
	}
	FL_VEC_RELEASE(&f->waiter);
	free(f);
	if (first) {
		struct fl_err err;
		fl_err_set(&err, c->code, "%.*s", FL_FMT(c->message));
		g->o.on_stop(g->o.arg, c->code, &err);
	}
	pump(g);
}

static struct flight *flight_of(const struct fl_grid *g, const uint8_t *key)
{
	for (size_t i = 0; i < g->flight.n; i++)
		if (memcmp(g->flight.p[i]->key, key, FL_CELL_KEY) == 0)
			return g->flight.p[i];
	return NULL;
}

/* A planning or reading failure after the start: the store, or a limit. It ends the run. */
static void trouble(struct fl_grid *g, enum fl_code code, const struct fl_err *err)
{
	if (g->stopped)
		return;
	fl_grid_stop(g);
	g->o.on_stop(g->o.arg, code, err);
}

/* --- servers of one's own ----------------------------------------------------------------------------------------- */

static void prepared(void *arg, const struct fl_server_facts *facts)
{
	struct prepared *p = arg;
	struct fl_grid *g = p->grid;
	struct lane *l = p->lane;
	bool told = facts->context_tokens || facts->slots;
	l->preparing = false;
	l->in_flight--;
	if (facts->slots && !l->provider->concurrency_said)
		l->at_once = (size_t)FL_MIN(facts->slots, l->provider->concurrency);
	fl_providers_learn(g->o.providers, p->offer, facts->context_tokens);
	if (told && !g->stopped)
		g->o.on_server(g->o.arg, p->offer, facts, l->at_once);
	pump(g);
}

/* Begins to prepare the offer's server; false when nothing is left to be done. */
static bool prepare(struct fl_grid *g, struct lane *l, const struct fl_offer *offer)
{
	for (size_t i = 0; i < g->prepared.n; i++)
		if (g->prepared.p[i]->offer == offer)
			return false;
	if (!fl_warm_up_needed(offer))
		return false;
	struct prepared *p = FL_NEW(&g->arena, struct prepared);
	*p = (struct prepared){g, offer, l};
	FL_VEC_PUSH(&g->prepared, p);
	l->preparing = true;
	l->in_flight++;
	fl_warm_up(g->o.engine, g->o.loop, offer, &g->o.run->budget, g->task->timeout_ms, prepared, p);
	return true;
}

/* The server says that it holds less than the text has words. */
static enum fl_code check_context(const struct fl_call_plan *plan, struct fl_err *err)
{
	uint64_t context = plan->offer->context_tokens;
	if (context == 0 || plan->sent.least_tokens <= context)
		return FL_OK;
	fl_err_set(err, FL_E_CONTEXT, "a prompt for %.*s has %llu words or more, and its server holds %llu tokens",
	           FL_FMT(plan->offer->name), (unsigned long long)plan->sent.least_tokens, (unsigned long long)context);
	fl_err_expected(err, "a prompt that fits beside max_output: %llu", (unsigned long long)plan->max_output);
	fl_err_help(err, "give the server a larger context (Ollama: OLLAMA_CONTEXT_LENGTH; llama-server: -c, which its "
	                 "slots share), or send less (fewer examples)");
	return FL_E_CONTEXT;
}

/* Asks for the next draw of a cell: from the store, from a call in flight, or by a call. When its server must be prepared
 * first, nothing is asked yet. */
static enum fl_code ask(struct lane *l, struct work *w, struct fl_err *err)
{
	struct fl_grid *g = w->grid;
	struct fl_call call;
	struct fl_call_plan plan;
	uint32_t draw = w->asked;
	FL_TRY(fl_task_call(g->task, &g->task->candidate[w->candidate], w->item, fl_json_root(&w->doc), draw + 1,
	                    &w->arena, &call, err));
	FL_TRY(fl_call_plan(&call, &w->arena, &plan, err));
	enum fl_code found = fl_engine_find(g->o.engine, &plan, &w->arena, &w->draw[draw], err);
	if (found == FL_OK) {
		w->asked++;
		use_draw(g, &w->draw[draw], false);
		return FL_OK;
	}
	if (found != FL_E_NOT_FOUND)
		return found;
	struct flight *f = flight_of(g, plan.key);
	if (!f && prepare(g, l, plan.offer))
		return FL_OK;
	FL_TRY(check_context(&plan, err));
	w->asked++;
	w->outstanding++;
	if (!f) {
		f = fl_alloc_zero(1, sizeof *f);
		f->grid = g;
		f->provider = l->provider;
		memcpy(f->key, plan.key, FL_CELL_KEY);
		FL_VEC_PUSH(&g->flight, f);
		l->in_flight++;
		fl_engine_start(g->o.engine, &plan, &g->o.run->budget, call_done, f);
	}
	FL_VEC_PUSH(&f->waiter, (struct waiter){w, draw});
	return FL_OK;
}

/* --- the pump ----------------------------------------------------------------------------------------------------- */

static enum fl_code begin(struct fl_grid *g, struct lane *l, struct fl_err *err)
{
	struct wanted next = l->queue.p[l->next++];
	struct work *w = fl_alloc_zero(1, sizeof *w);
	*w = (struct work){.grid = g, .item = next.item, .candidate = next.candidate};
	fl_arena_init(&w->arena);
	w->draw = FL_NEW_ARRAY(&w->arena, struct fl_cell, g->task->candidate[w->candidate].samples);
	l->current = w;
	if (l->next == l->queue.n)
		l->queue.n = l->next = 0;
	return fl_task_item(g->task, w->item, &w->arena, &w->doc, err);
}

/* Works on a lane until its provider is busy or `turns` cells came from the store. */
static enum fl_code run_lane(struct fl_grid *g, struct lane *l, int *turns, struct fl_err *err)
{
	while (!g->stopped && *turns > 0 && !l->preparing && l->in_flight < l->at_once && g->judging < JUDGED_AT_ONCE) {
		if (!l->current && l->next == l->queue.n)
			break;
		if (!l->current)
			FL_TRY(begin(g, l, err));
		struct work *w = l->current;
		FL_TRY(ask(l, w, err));
		if (w->asked < g->task->candidate[w->candidate].samples)
			continue;
		l->current = NULL;
		if (w->outstanding == 0) {
			finish(w); /* may want more, or stop */
			--*turns;
		}
	}
	return FL_OK;
}

static void pump_later(void *arg)
{
	struct fl_grid *g = arg;
	g->waiting_for_pump = false;
	pump(g);
}

static void pump_in(struct fl_grid *g, uint64_t ms)
{
	if (g->waiting_for_pump)
		return;
	g->waiting_for_pump = true;
	fl_timer_start(g->o.loop, &g->pump_timer, ms, pump_later, g);
}

static void pump(struct fl_grid *g)
{
	int turns = STORED_AT_ONCE;
	struct fl_err err;
	enum fl_code code = FL_OK;
	if (g->pumping || g->stopped)
		return;
	if (fl_run_writer_busy(g->writer)) { /* stored cells come faster than they can be noted under this run */
		pump_in(g, DISK_MS);
		return;
	}
	g->pumping = true;
	for (size_t i = 0; i < g->lane.n && code == FL_OK && !g->stopped; i++)
		code = run_lane(g, &g->lane.p[i], &turns, &err);
	g->pumping = false;
	if (code != FL_OK) {
		trouble(g, code, &err);
	} else if (turns == 0 && !g->stopped) {
		pump_in(g, 0);
	}
}

void fl_grid_want(struct fl_grid *g, size_t item, size_t candidate)
{
	struct lane *l = &g->lane.p[g->lane_of[candidate]];
	if (g->stopped)
		return;
	FL_VEC_PUSH(&l->queue, (struct wanted){(uint32_t)item, (uint32_t)candidate});
	pump_in(g, 0);
}

/* --- caps --------------------------------------------------------------------------------------------------------- */

enum fl_code fl_grid_cap(const struct fl_task *t, size_t candidate, bool *known, int64_t *cap_nusd, struct fl_err *err)
{
	const struct fl_candidate *c = &t->candidate[candidate];
	const struct fl_price *price = c->offer->price;
	struct fl_arena a;
	enum fl_code code = FL_OK;
	int64_t worst = 0;
	*known = price->kind != FL_PRICE_UNKNOWN;
	fl_arena_init(&a);
	for (size_t i = 0; i < t->item_count && code == FL_OK && *known && price->kind != FL_PRICE_FREE; i++) {
		struct fl_json_doc doc;
		struct fl_call call;
		struct fl_call_plan plan;
		fl_arena_reset(&a);
		code = fl_task_item(t, i, &a, &doc, err);
		if (code == FL_OK)
			code = fl_task_call(t, c, i, fl_json_root(&doc), UINT32_MAX, &a, &call, err);
		if (code == FL_OK)
			code = fl_call_plan(&call, &a, &plan, err);
		if (code == FL_OK)
			worst = FL_MAX(worst, plan.worst_nusd);
		if (price->kind == FL_PRICE_SECONDS || price->kind == FL_PRICE_REPORTED)
			break; /* the deadline, or what was stated, is the same for all items */
	}
	fl_arena_release(&a);
	/* per second the deadline bounds all attempts together, each rounded up; per token each charged one may cost a worst case */
	bool seconds = price->kind == FL_PRICE_SECONDS;
	int64_t attempts = seconds ? 1 : FL_CHARGED_ATTEMPTS;
	worst += seconds ? FL_CALL_ATTEMPTS : 0;
	if (code == FL_OK && !(fl_mul_i64(worst, attempts, &worst) && fl_mul_i64(worst, c->samples, cap_nusd)))
		code = fl_err_set(err, FL_E_LIMIT, "the worst case of %.*s is too large an amount", FL_FMT(c->name));
	return code;
}
