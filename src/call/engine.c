/*
 * One call is one state machine:
 *
 *   WAIT_MONEY --room--> HOLD --durable--> SEND --end--> SETTLE --durable--> DONE
 *        ^                                                 |
 *        +------------------- BACKOFF <----- retryable ----+
 *
 * A hold of nothing (a free model) is not written: there is nothing to lose. Calls that find no room wait in order and
 * are looked at whenever a hold is settled; when nobody holds money any more, there never will be room and they fail.
 */
#include "call/call.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/vec.h"
#include "call/app_call.h"
#include "call/bound.h"
#include "call/cell_table.h"
#include "call/cut_input.h"
#include "call/retry_hint.h"
#include "provider/app.h"

#include <stdio.h>
#include <stdlib.h>

enum step { WAIT_MONEY, HOLD, SEND, SETTLE, BACKOFF, DONE };

struct op {
	struct fl_engine *engine;
	struct op *next_waiting;
	enum step step;
	struct fl_call_plan plan;
	struct fl_budget *budget;
	struct fl_call_watch watch; /* grew may be NULL */
	void (*done)(void *arg, const struct fl_cell *cell);
	void *arg;
	struct fl_arena arena;
	uint64_t deadline_ns; /* of the whole call; set when its first attempt leaves */
	uint32_t attempt;     /* of the one under way, 1, 2, ... */
	uint32_t charged;     /* attempts that were charged without usage */
	enum fl_code last_code;
	uint32_t same; /* how often last_code came in a row */
	struct fl_timer timer;
	struct fl_http_call *http; /* while SEND */
	struct fl_decoder *decoder;
	struct fl_buf response;
	int status;
	struct fl_retry_hint hint;   /* of its answer */
	struct fl_exchange exchange; /* what this attempt gave; the cell inside it is the result */
	struct fl_ledger_row row;
	int64_t hold_nusd; /* of the attempt under way */
};

struct fl_engine {
	struct fl_loop *loop;
	struct fl_store *store;
	struct fl_http_client *client;
	struct fl_app_calls *apps;
	struct fl_engine_options options;
	struct fl_rng rng;
	struct op *waiting, **waiting_tail; /* for money */
	FL_VEC(struct op *) live;
	uint64_t started, retries;
	bool draining;
};

static void advance(struct op *op);

/* --- plan --------------------------------------------------------------------------------------------------------- */

void fl_call_key(struct fl_str offer, struct fl_str url, struct fl_str body, uint32_t draw, uint8_t key[FL_CELL_KEY])
{
	uint8_t bytes[4] = {(uint8_t)draw, (uint8_t)(draw >> 8), (uint8_t)(draw >> 16), (uint8_t)(draw >> 24)};
	struct fl_sha256 h;
	fl_sha256_init(&h);
	fl_sha256_field(&h, offer);
	fl_sha256_field(&h, url);
	fl_sha256_field(&h, body);
	fl_sha256_add(&h, bytes, sizeof bytes);
	fl_sha256_final(&h, key);
}

/* The service tier among the parameters that a task passes on; empty = standard, and what leaves it to the vendor. */
static struct fl_str asked_tier(struct fl_str params, struct fl_arena *a)
{
	struct fl_json_doc doc;
	if (params.n == 0 || fl_json_parse(&doc, a, params, FL_JSON_LIMITS, NULL) != FL_OK)
		return (struct fl_str){0};
	const struct fl_json *root = fl_json_root(&doc);
	struct fl_str speed = fl_json_string(fl_json_get(root, FL_S("speed")), a);
	struct fl_str tier = fl_json_string(fl_json_get(root, FL_S("service_tier")), a);
	if (!tier.n)
		tier = fl_json_string(fl_json_get(root, FL_S("serviceTier")), a);
	bool standard = fl_str_is(tier, "auto") || fl_str_is(tier, "default") || fl_str_is(tier, "standard");
	return speed.n && !fl_str_is(speed, "standard") ? speed : standard ? (struct fl_str){0} : tier;
}

enum fl_code fl_call_plan(const struct fl_call *call, struct fl_arena *a, struct fl_call_plan *out, struct fl_err *err)
{
	const struct fl_provider *p = call->offer->provider;
	struct fl_buf body;
	fl_buf_init(&body, FL_CALL_BODY_BYTES);
	if (p->dialect->encode(&call->chat, &body, err) != FL_OK) {
		fl_buf_release(&body);
		return fl_err_while(err, "writing a request for %.*s", FL_FMT(call->offer->name));
	}
	*out = (struct fl_call_plan){.offer = call->offer,
	                             .draw = call->draw,
	                             .timeout_ms = call->timeout_ms,
	                             .stream = call->chat.stream,
	                             .messages = call->chat.message_count,
	                             .max_output = call->chat.max_output};
	out->body = fl_arena_dup(a, fl_buf_slice(&body));
	fl_buf_release(&body);
	out->url = fl_arena_printf(a, "%.*s%.*s", FL_FMT(p->url), FL_FMT(p->dialect->path(&call->chat, p->url, a)));
	fl_call_key(call->offer->id, out->url, out->body, call->draw, out->key);
	struct fl_served asked = {.tier = asked_tier(call->chat.params, a), .at_ms = fl_wall_ms()};
	out->tier = asked.tier;
	if (p->own_server && !p->app)
		out->sent = fl_sent_of(&call->chat);
	out->priced = fl_price_worst(call->offer->price, fl_input_most(call, out->body.n), out->messages,
	                             out->max_output, &asked, out->timeout_ms, &out->worst_nusd);
	return FL_OK;
}

/* What the answer says was served, at the time when it came. */
static struct fl_served served(const struct fl_cell *c)
{
	return (struct fl_served){.model = c->model,
	                          .tier = c->tier,
	                          .thinking = c->usage.units[FL_USE_REASONING] ? FL_THINKING_ON : FL_THINKING_OFF,
	                          .at_ms = c->at_ms};
}

/* Cost of what came back, at the offer's price when it came. Usage that never came costs the worst case. */
static void price_cell(const struct fl_call_plan *plan, struct fl_cell *c)
{
	const struct fl_price *price = plan->offer->price;
	struct fl_served s = served(c);
	int64_t cost = 0;
	c->priced = plan->priced;
	if (!plan->priced)
		return;
	if (price->kind == FL_PRICE_TOKENS && (!c->usage.reported || c->usage.low))
		cost = plan->worst_nusd;
	else
		c->priced = fl_price_cost(price, &c->usage, &s, c->latency_us, &cost);
	c->priced &= fl_add_i64(cost, c->lost_nusd, &c->cost_nusd);
}

/* The input tokens that came back, in words, for an answer to a part of the question. */
static void say_input_cut(const struct fl_call_plan *plan, struct fl_cell *c, struct fl_arena *a)
{
	if (c->outcome == FL_OUT_CUT_INPUT)
		c->message = fl_input_cut_words(&plan->sent, fl_usage_input(&c->usage), plan->offer->context_tokens, a);
}

enum fl_code fl_engine_find(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_arena *a,
                            struct fl_cell *out, struct fl_err *err)
{
	FL_TRY(fl_cell_find(fl_store_reader(e->store), plan->key, a, out, err));
	price_cell(plan, out);
	say_input_cut(plan, out, a);
	return FL_OK;
}

/* --- engine ------------------------------------------------------------------------------------------------------- */

struct fl_engine *fl_engine_create(struct fl_loop *loop, struct fl_store *store,
                                   const struct fl_engine_options *options)
{
	struct fl_engine *e = fl_alloc_zero(1, sizeof *e);
	e->loop = loop;
	e->store = store;
	e->options = *options;
	if (!e->options.backoff_ms)
		e->options.backoff_ms = 500;
	if (!e->options.backoff_most_ms)
		e->options.backoff_most_ms = 8000;
	fl_rng_init(&e->rng, options->seed);
	e->waiting_tail = &e->waiting;
	e->client = fl_http_client_create(loop, &options->http);
	e->apps = fl_app_calls_create(loop);
	return e;
}

void fl_engine_destroy(struct fl_engine *e)
{
	if (!e)
		return;
	FL_ASSERT(e->live.n == 0);
	fl_http_client_destroy(e->client);
	fl_app_calls_destroy(e->apps);
	FL_VEC_RELEASE(&e->live);
	free(e);
}

struct fl_http_client *fl_engine_client(const struct fl_engine *e)
{
	return e->client;
}

size_t fl_engine_active(const struct fl_engine *e)
{
	return e->live.n;
}
static void forget(struct op *op)
{
	struct fl_engine *e = op->engine;
	for (size_t i = 0; i < e->live.n; i++)
		if (e->live.p[i] == op) {
			e->live.p[i] = e->live.p[--e->live.n];
			break;
		}
	fl_timer_stop(&op->timer);
	fl_buf_release(&op->response);
	fl_arena_release(&op->arena);
	free(op);
}

static void go(struct op *op, enum step step)
{
	op->step = step;
	advance(op);
}

/* What went wrong and what to do about it, for a cell has one text. */
static struct fl_str told(struct op *op, const struct fl_err *err)
{
	return fl_arena_printf(&op->arena, "%s%s%s", err->message, err->help[0] ? "; " : "", err->help);
}

static void fail(struct op *op, enum fl_code code, const char *why)
{
	struct fl_cell *c = &op->exchange.cell;
	c->outcome = FL_OUT_FAILED;
	c->code = code;
	c->message = fl_arena_dup(&op->arena, fl_str_from(why));
	c->attempts = op->attempt ? op->attempt - 1 : 0;
	c->priced = op->plan.priced;
	c->cost_nusd = c->lost_nusd;
	go(op, DONE);
}

/* --- money -------------------------------------------------------------------------------------------------------- */

static bool has_room(const struct fl_budget *b, int64_t amount_nusd)
{
	int64_t sum;
	return fl_add_i64(b->spent_nusd, b->held_nusd, &sum) && fl_add_i64(sum, amount_nusd, &sum) &&
	       sum <= b->limit_nusd;
}

static void take_turn(struct op *op)
{
	struct fl_engine *e = op->engine;
	struct fl_budget *b = op->budget;
	if (e->draining) {
		fail(op, FL_E_CANCELLED, "stopped before it was sent");
	} else if (b->over_hold) {
		fail(op, FL_E_OVER_HOLD,
		     b->over_hold_by[0]
		         ? b->over_hold_by
		         : "a server reported more usage than was held for its call: nothing more is sent");
	} else if (b->limited && !op->plan.priced) {
		fail(op, FL_E_BUDGET, "the model has no known price, so it cannot run under a budget");
	} else if (!b->limited || has_room(b, op->plan.worst_nusd)) {
		b->held_nusd += op->plan.priced ? op->plan.worst_nusd : 0;
		op->hold_nusd = op->plan.priced ? op->plan.worst_nusd : 0;
		go(op, HOLD);
	} else if (b->held_nusd > 0) {
		op->next_waiting = NULL;
		*e->waiting_tail = op;
		e->waiting_tail = &op->next_waiting;
	} else {
		fail(op, FL_E_BUDGET, "the budget has no room for the worst case of this call");
	}
}

/* After a hold was settled or could not be written: everybody who waits tries again, in order. */
static void wake_waiting(struct fl_engine *e)
{
	struct op *op = e->waiting, *next;
	e->waiting = NULL;
	e->waiting_tail = &e->waiting;
	for (; op; op = next) {
		next = op->next_waiting;
		take_turn(op);
	}
}

static enum fl_code write_hold(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct op *op = arg;
	return fl_hold_insert(db, op->budget->scope, op->plan.key, op->attempt, op->hold_nusd, fl_wall_ms(), err);
}

static void hold_written(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct op *op = arg;
	struct fl_engine *e = op->engine;
	if (code == FL_OK) {
		go(op, SEND);
		return;
	}
	op->budget->held_nusd -= op->hold_nusd;
	fail(op, code, err->message);
	wake_waiting(e); /* who waited for this hold would wait for ever */
}

/* --- on the wire -------------------------------------------------------------------------------------------------- */

static void on_head(void *arg, const struct fl_http_head *head)
{
	struct op *op = arg;
	op->status = head->status;
	op->hint = fl_retry_hint_read(head, op->plan.offer->provider->limits, fl_wall_ms());
	op->decoder = op->plan.offer->provider->dialect->begin(head->status, fl_http_head_get(head, "content-type"));
}

static void on_data(void *arg, struct fl_str bytes)
{
	struct op *op = arg;
	fl_buf_str(&op->response, bytes);
	op->plan.offer->provider->dialect->feed(op->decoder, bytes);
	if (op->watch.grew && op->status < 300) {
		struct fl_str thinking, text = fl_wire_so_far(op->decoder, &thinking);
		op->watch.grew(op->watch.arg, text, thinking);
	}
}

static void on_done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *t);

/* An application's line is read as a response would be. What is not its answer ends the child that printed it. */
static bool on_line(void *arg, enum fl_code code, struct fl_str line, const struct fl_err *err,
                    const struct fl_child_times *times)
{
	struct op *op = arg;
	struct fl_http_times t = {.start_ns = times->asked_ns,
	                          .granted_ns = times->sent_ns,
	                          .sent_ns = times->sent_ns,
	                          .first_byte_ns = code == FL_OK ? times->done_ns : 0,
	                          .done_ns = times->done_ns};
	if (code == FL_OK) {
		op->status = 200;
		op->decoder = op->plan.offer->provider->dialect->begin(200, FL_S("application/json"));
		on_data(op, line);
	}
	on_done(op, code, err, &t);
	struct fl_cell *c = &op->exchange.cell; /* it is settled later, on the loop */
	bool answered = c->code != FL_E_PROTOCOL && c->code != FL_E_LIMIT;
	if (code == FL_OK && !answered) {
		char shown[FL_CHILD_SHOWN];
		struct fl_buf said;
		fl_buf_init(&said, sizeof shown);
		fl_redact(&said, line);
		fl_child_show(fl_buf_slice(&said), shown);
		fl_buf_release(&said);
		c->message = fl_arena_printf(&op->arena, "%.*s; it printed '%s'", FL_FMT(c->message), shown);
	}
	return answered;
}

static void send_request(struct op *op)
{
	struct fl_engine *e = op->engine;
	const struct fl_provider *p = op->plan.offer->provider;
	uint64_t now = fl_mono_ns();
	if (op->deadline_ns == 0)
		op->deadline_ns = now + op->plan.timeout_ms * 1000000;
	uint64_t left_ms = op->deadline_ns > now ? (op->deadline_ns - now + 999999) / 1000000 : 1;
	op->status = 0;
	op->hint = (struct fl_retry_hint){0};
	fl_buf_reset(&op->response);
	if (p->app && p->app->command) {
		fl_app_ask(e->apps, p->app->command, p->concurrency, op->plan.body, left_ms, on_line, op);
		return;
	}
	struct fl_http_header *h = FL_NEW_ARRAY(&op->arena, struct fl_http_header, 4);
	size_t n = 0;
	h[n++] = (struct fl_http_header){FL_S("Content-Type"), FL_S("application/json")};
	n += p->dialect->auth(p->key, &op->arena, h + n);
	struct fl_http_request request = {.method = "POST",
	                                  .url = op->plan.url,
	                                  .headers = h,
	                                  .header_count = n,
	                                  .body = op->plan.body,
	                                  .event_stream = op->plan.stream};
	struct fl_http_limits limits = {.total_ms = left_ms, .body_bytes = FL_CALL_RESPONSE_BYTES};
	struct fl_http_sink sink = {.head = on_head, .data = on_data, .done = on_done, .arg = op};
	op->http = fl_http_start(e->client, &request, &limits, &sink);
}

/* A server may say a key back, also in an answer: neither what is read nor what is kept has it. */
static struct fl_str without_secrets(struct op *op, struct fl_str text)
{
	struct fl_buf b;
	if (!fl_has_secret(text))
		return text;
	fl_buf_init(&b, FL_CALL_RESPONSE_BYTES * 2);
	struct fl_str out = fl_redact(&b, text) ? fl_arena_dup(&op->arena, fl_buf_slice(&b)) : FL_S("");
	fl_buf_release(&b);
	return out;
}

/* What the attempt was: fills the exchange's cell. */
static void read_end(struct op *op, enum fl_code code, const struct fl_err *err, const struct fl_http_times *t)
{
	struct fl_cell *c = &op->exchange.cell;
	const struct fl_dialect *dialect = op->plan.offer->provider->dialect;
	int64_t lost = c->lost_nusd;
	*c = (struct fl_cell){.lost_nusd = lost, .attempts = op->attempt, .at_ms = fl_wall_ms()};
	memcpy(c->key, op->plan.key, FL_CELL_KEY);
	uint64_t from = t->granted_ns ? t->granted_ns : t->start_ns;
	c->latency_us = (t->done_ns - from) / 1000;
	c->first_us = t->first_byte_ns ? (t->first_byte_ns - from) / 1000 : 0;
	c->code = code;
	c->message = code == FL_OK ? FL_S("") : told(op, err);
	if (op->decoder) {
		const struct fl_reply *r = dialect->end(op->decoder);
		op->hint.after_ms = FL_MAX(op->hint.after_ms, r->retry_after_ms);
		c->usage = r->usage;
		c->text = without_secrets(op, fl_arena_dup(&op->arena, r->text));
		c->finish = without_secrets(op, fl_arena_dup(&op->arena, r->finish));
		c->model = without_secrets(op, fl_arena_dup(&op->arena, r->model));
		c->tier = fl_arena_dup(&op->arena, r->tier);
		if (code == FL_OK || r->ended) {
			c->code = r->code;
			c->outcome = r->outcome;
			struct fl_buf said;
			fl_buf_init(&said, 4096);
			fl_redact(&said, r->message);
			c->message = fl_arena_dup(&op->arena, fl_buf_slice(&said));
			fl_buf_release(&said);
		}
		struct fl_err other;
		if (c->code == FL_OK && dialect->check && dialect->check(op->plan.body, r, &other) != FL_OK) {
			c->code = other.code;
			c->message = fl_arena_dup(&op->arena, fl_str_from(other.message));
		}
		dialect->release(op->decoder);
		op->decoder = NULL;
	}
	if (c->code != FL_OK)
		c->outcome = FL_OUT_FAILED;
	else if (c->usage.reported &&
	         fl_input_cut(&op->plan.sent, fl_usage_input(&c->usage), op->plan.offer->context_tokens))
		c->outcome = FL_OUT_CUT_INPUT;
	say_input_cut(&op->plan, c, &op->arena);
	op->exchange.offer = op->plan.offer->id;
	op->exchange.dialect = fl_str_from(dialect->name);
	op->exchange.url = op->plan.url;
	op->exchange.request = op->plan.body;
	op->exchange.response = without_secrets(op, fl_buf_slice(&op->response));
	op->exchange.status = op->status;
	op->exchange.draw = op->plan.draw;
}

/* What came tells what it cost: by its usage, by its time, or, of an application, by its own word. */
static bool cost_is_told(const struct fl_price *price, const struct fl_cell *c)
{
	if (price->kind == FL_PRICE_REPORTED)
		return c->usage.cost_reported || c->code == FL_OK || !price->has_most;
	return (c->usage.reported && !c->usage.low) || price->kind == FL_PRICE_SECONDS;
}

/* More than was held: nothing more is sent. An application whose `most` nobody stated is held at nothing; that matters
 * where there is a limit. */
static void flag_over_hold(struct op *op)
{
	const struct fl_price *price = op->plan.offer->price;
	bool stated = price->kind != FL_PRICE_REPORTED || price->has_most;
	if (!stated && !op->budget->limited)
		return;
	char cost[FL_MONEY_TEXT], held[FL_MONEY_TEXT];
	if (price->kind == FL_PRICE_REPORTED)
		snprintf(
		    op->budget->over_hold_by, sizeof op->budget->over_hold_by,
		    "%.*s says that a call cost %.*s, but `most:` says %.*s: state the largest cost of one call as "
		    "most: of that candidate",
		    FL_FMT(op->plan.offer->name), FL_FMT(fl_money_format(op->row.cost_nusd, cost)),
		    FL_FMT(price->has_most ? fl_money_format(op->hold_nusd, held) : FL_S("nothing")));
	op->row.flags = FL_S("over_hold");
	op->exchange.cell.over_hold = true;
}

/*
 * What the attempt is charged. An answer or an end with usage: by its usage. Refused by status (the server said no
 * before it worked): nothing. Left but no word of usage, or only of a part of it: the whole hold.
 */
static void charge(struct op *op, const struct fl_http_times *t)
{
	struct fl_cell *c = &op->exchange.cell;
	struct fl_ledger_row *row = &op->row;
	const struct fl_price *price = op->plan.offer->price;
	bool refused = c->code != FL_OK && op->status >= 300;
	bool left = t->sent_ns != 0;
	bool by_time = price->kind == FL_PRICE_SECONDS;
	*row = (struct fl_ledger_row){.scope = op->budget->scope,
	                              .offer = op->plan.offer->id,
	                              .key = op->plan.key,
	                              .attempt = op->attempt,
	                              .code = c->code,
	                              .status = op->status,
	                              .usage = c->usage,
	                              .hold_nusd = op->hold_nusd,
	                              .flags = FL_S(""),
	                              .latency_us = c->latency_us,
	                              .at_ms = c->at_ms};
	if (!op->plan.priced) {
		row->flags = FL_S("unpriced");
	} else if (!left || refused || price->kind == FL_PRICE_FREE) {
		row->cost_nusd = 0;
	} else if (cost_is_told(price, c)) {
		struct fl_served s = served(c);
		if (!fl_price_cost(price, &c->usage, &s, c->latency_us, &row->cost_nusd)) {
			/* served something that no row prices (another tier, a class without a rate): nothing more is sent */
			row->cost_nusd = op->hold_nusd;
			row->flags = FL_S("no_row");
			c->over_hold = true;
		}
	} else {
		struct fl_served s = served(c);
		int64_t least = 0;
		if (c->usage.low && fl_price_cost(price, &c->usage, &s, c->latency_us, &least))
			row->cost_nusd = least;
		row->cost_nusd = FL_MAX(row->cost_nusd, op->hold_nusd);
		row->flags = FL_S("unreported");
	}
	if (op->plan.warm_up && row->flags.n == 0)
		row->flags = FL_S("warm_up");
	if (row->cost_nusd > op->hold_nusd && by_time && !c->usage.compute_us) {
		row->cost_nusd = op->hold_nusd; /* the deadline's own delay: the hold is the whole timeout */
	} else if (row->cost_nusd > op->hold_nusd && op->plan.priced) {
		flag_over_hold(op);
	}
}

static enum fl_code write_settle(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct op *op = arg;
	if (op->hold_nusd > 0)
		FL_TRY(fl_hold_delete(db, op->budget->scope, op->plan.key, op->attempt, err));
	FL_TRY(fl_ledger_append(db, &op->row, err));
	if (op->exchange.cell.code == FL_OK && !op->plan.warm_up)
		FL_TRY(fl_cell_insert(db, &op->exchange, NULL, err));
	return FL_OK;
}

/* What the server says of it goes before what its status means; what was said of a success means nothing. */
static bool retryable(const struct op *op)
{
	bool said = op->status >= 400 && op->hint.word != FL_RETRY_UNSAID;
	return said ? op->hint.word == FL_RETRY_YES : fl_code_row(op->exchange.cell.code)->retryable;
}

static bool may_retry(struct op *op)
{
	struct fl_engine *e = op->engine;
	enum fl_code code = op->exchange.cell.code;
	op->same = code == op->last_code ? op->same + 1 : 1;
	op->last_code = code;
	uint64_t allowed = FL_RETRY_FREE + e->started / FL_RETRY_SHARE;
	return !op->plan.warm_up && retryable(op) && op->same < FL_SAME_FAILURES && op->attempt < FL_CALL_ATTEMPTS &&
	       op->charged < FL_CHARGED_ATTEMPTS && e->retries < allowed;
}

/* Full jitter (Brooker 2015), never shorter than the server asked for; 0 when it does not fit into the deadline. */
static uint64_t backoff_ms(struct op *op)
{
	struct fl_engine *e = op->engine;
	uint64_t most = e->options.backoff_ms << (op->attempt - 1);
	most = FL_MIN(most, e->options.backoff_most_ms);
	uint64_t wait = FL_MAX(1 + fl_rng_below(&e->rng, most), op->hint.after_ms);
	return fl_mono_ns() + wait * 1000000 < op->deadline_ns ? wait : 0;
}

static void backoff_over(void *arg)
{
	struct op *op = arg;
	go(op, WAIT_MONEY);
}

static void settled(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct op *op = arg;
	struct fl_engine *e = op->engine;
	struct fl_budget *b = op->budget;
	struct fl_cell *c = &op->exchange.cell;
	b->held_nusd -= op->hold_nusd;
	b->spent_nusd += op->row.cost_nusd;
	b->over_hold |= c->over_hold;
	if (fl_str_is(op->row.flags, "unreported"))
		b->lost_nusd += op->row.cost_nusd;
	if (code != FL_OK) { /* the disk is full: the money is spent, and the hold in the file says so */
		b->over_hold |= op->row.cost_nusd > 0;
		c->cost_nusd = op->row.cost_nusd;
		fail(op, code, err->message);
	} else if (c->code == FL_OK) {
		price_cell(&op->plan, c);
		go(op, DONE);
	} else {
		c->lost_nusd += op->row.cost_nusd;
		op->charged += op->row.cost_nusd > 0 && op->plan.offer->price->kind != FL_PRICE_SECONDS;
		uint64_t wait = may_retry(op) ? backoff_ms(op) : 0;
		if (wait && (e->draining || b->over_hold)) {
			go(op, WAIT_MONEY); /* whose turn never comes: stopped, which says nothing of the model */
		} else if (wait) {
			e->retries++;
			op->step = BACKOFF;
			fl_timer_start(e->loop, &op->timer, wait, backoff_over, op);
		} else {
			c->priced = op->plan.priced;
			c->cost_nusd = c->lost_nusd;
			go(op, DONE);
		}
	}
	wake_waiting(e);
}

static void on_done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *t)
{
	struct op *op = arg;
	op->http = NULL;
	read_end(op, code, err, t);
	charge(op, t);
	go(op, SETTLE);
}

static void advance(struct op *op)
{
	struct fl_engine *e = op->engine;
	struct fl_err err;
	switch (op->step) {
	case WAIT_MONEY:
		op->attempt++;
		if (fl_provider_key(op->plan.offer->provider, &err) != FL_OK)
			fail(op, err.code, told(op, &err).p);
		else
			take_turn(op);
		break;
	case HOLD:
		if (op->hold_nusd > 0)
			fl_store_write(e->store, write_hold, hold_written, op);
		else
			go(op, SEND);
		break;
	case SEND:
		send_request(op);
		break;
	case SETTLE:
		fl_store_write(e->store, write_settle, settled, op);
		break;
	case BACKOFF:
		break;
	case DONE:
		op->done(op->arg, &op->exchange.cell);
		forget(op);
		break;
	}
}

static void first_step(void *arg)
{
	struct op *op = arg;
	go(op, WAIT_MONEY);
}

void fl_engine_start(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_budget *budget,
                     void (*done)(void *arg, const struct fl_cell *cell), void *arg)
{
	fl_engine_start_watched(e, plan, budget, &(struct fl_call_watch){0}, done, arg);
}

void fl_engine_start_watched(struct fl_engine *e, const struct fl_call_plan *plan, struct fl_budget *budget,
                             const struct fl_call_watch *watch, void (*done)(void *arg, const struct fl_cell *cell),
                             void *arg)
{
	struct op *op = fl_alloc_zero(1, sizeof *op);
	op->engine = e;
	op->plan = *plan;
	op->budget = budget;
	op->watch = *watch;
	op->done = done;
	op->arg = arg;
	fl_arena_init(&op->arena);
	fl_buf_init(&op->response, FL_CALL_RESPONSE_BYTES);
	op->plan.body = fl_arena_dup(&op->arena, plan->body);
	op->plan.url = fl_arena_dup(&op->arena, plan->url);
	memcpy(op->exchange.cell.key, plan->key, FL_CELL_KEY);
	e->started++;
	FL_VEC_PUSH(&e->live, op);
	fl_timer_start(e->loop, &op->timer, 0, first_step, op); /* so that done never comes before this returns */
}

void fl_engine_drain(struct fl_engine *e)
{
	e->draining = true;
	wake_waiting(e);
	for (size_t i = 0; i < e->live.n; i++)
		if (e->live.p[i]->step == BACKOFF)
			fl_timer_start(e->loop, &e->live.p[i]->timer, 0, backoff_over, e->live.p[i]);
}
