/*
 * One call is one machine:
 *
 *   start -> WAITING -> CONNECTING -> SENDING -> AWAITING -> READING -> ENDED -> (done)
 *              |            |            |          |           |
 *              +------------+-- cancel, deadline or failure ----+----> ENDED
 *
 * ENDED is left from a timer of 0 ms, always: so done never comes within start, cancel or another callback, and a
 * connection goes back to the pool only after the read that ended its response is over and showed nothing behind it.
 * One timer serves all deadlines: it is armed for the nearest and looks again when it fires, so that restarting the
 * idle deadline at each piece of payload is one store.
 */
#include "net/client.h"

#include "base/clock.h"
#include "net/event_lines.h"
#include "net/inflate.h"
#include "net/pool.h"
#include "net/request.h"

#include <inttypes.h>
#include <stdlib.h>

#define INFLATE_ROOM 32768
#define NEVER UINT64_MAX

enum phase { WAITING, CONNECTING, SENDING, AWAITING, READING, ENDED, PHASES };

static const char *const phase_text[PHASES] = {
    [WAITING] = "it waited for a free place among the calls in flight",
    [CONNECTING] = "it was connecting",
    [SENDING] = "the request was being sent",
    [AWAITING] = "no byte of an answer had come",
    [READING] = "the answer was being read",
    [ENDED] = "it had ended",
};

struct fl_http_client {
	struct fl_loop *loop;
	struct fl_pool *pool;
	size_t calls;
	char *inflate_room; /* where decoded bytes stand while the sink looks at them */
};

struct fl_http_call {
	struct fl_http_client *client;
	struct fl_http_sink sink;
	struct fl_http_limits limits; /* defaults filled in */
	struct fl_http_times times;
	struct fl_http_request req; /* its headers are copied behind this struct */
	struct fl_url url;
	struct fl_origin *origin; /* NULL when the url cannot be used */
	struct fl_place place;
	struct fl_conn *conn; /* NULL before and after */
	enum phase phase;

	struct fl_timer timer;
	uint64_t armed_ns;           /* when it fires */
	uint64_t total_ns, phase_ns; /* the deadlines; NEVER = none */

	bool sent_all, tainted;    /* tainted: something came behind the response */
	bool delivered;            /* done is on the stack */
	uint64_t encoded, decoded; /* body bytes so far */
	struct fl_inflate inflate;
	bool inflates;
	struct fl_event_lines lines;

	enum fl_code code;
	struct fl_err *err; /* NULL when code is FL_OK */
};

static const struct fl_err no_error;

/* The end. */

static void deliver(void *arg)
{
	struct fl_http_call *call = arg;
	struct fl_conn *c = call->conn;
	call->conn = NULL;
	if (c && c->parser.keep_alive && call->sent_all && !call->tainted)
		fl_conn_keep(c, c->parser.keep_for_s);
	else if (c)
		fl_conn_close(c);
	if (call->origin)
		fl_origin_leave(call->origin, &call->place);
	if (call->inflates)
		fl_inflate_release(&call->inflate);
	call->client->calls--;
	call->delivered = true;
	call->sink.done(call->sink.arg, call->code, call->err ? call->err : &no_error, &call->times);
	free(call->err);
	free(call);
}

static void set_end(struct fl_http_call *call, enum fl_code code, const struct fl_err *err)
{
	call->code = code;
	call->times.done_ns = fl_mono_ns();
	free(call->err);
	call->err = NULL;
	if (code != FL_OK) {
		call->err = fl_alloc(sizeof *call->err);
		*call->err = *err;
	}
}

static void finish(struct fl_http_call *call, enum fl_code code, const struct fl_err *err)
{
	if (call->phase == ENDED)
		return;
	call->phase = ENDED;
	set_end(call, code, err);
	if (code != FL_OK && call->conn) {
		fl_conn_close(call->conn);
		call->conn = NULL;
	}
	fl_timer_start(call->client->loop, &call->timer, 0, deliver, call);
}

/* Deadlines. */

static uint64_t deadline(uint64_t ms)
{
	uint64_t ns;
	if (ms == 0 || __builtin_mul_overflow(ms, (uint64_t)1000000, &ns) || ns > INT64_MAX)
		return NEVER;
	return fl_mono_ns() + ns;
}

static void timed_out(struct fl_http_call *call, bool total)
{
	struct fl_err err;
	char origin[FL_ORIGIN_TEXT];
	fl_url_origin(&call->url, origin);
	const char *doing = call->conn ? fl_filter_doing(call->conn->top) : NULL;
	if (total)
		fl_err_set(&err, FL_E_TIMEOUT, "the call to %s was not finished within %" PRIu64 " ms; %s%s%s", origin,
		           call->limits.total_ms, phase_text[call->phase], doing ? ": " : "", doing ? doing : "");
	else if (call->phase == CONNECTING)
		fl_err_set(&err, FL_E_TIMEOUT, "no connection to %s within %" PRIu64 " ms; it was %s", origin,
		           call->limits.connect_ms, doing ? doing : "connecting");
	else if (call->phase == AWAITING)
		fl_err_set(&err, FL_E_TIMEOUT, "%s gave no byte of an answer within %" PRIu64 " ms", origin,
		           call->limits.first_byte_ms);
	else
		fl_err_set(&err, FL_E_TIMEOUT, "the answer of %s stood still for %" PRIu64 " ms", origin,
		           call->limits.idle_ms);
	finish(call, FL_E_TIMEOUT, &err);
}

static void arm(struct fl_http_call *call);

static void on_timer(void *arg)
{
	struct fl_http_call *call = arg;
	uint64_t now = fl_mono_ns();
	if (now >= call->total_ns)
		timed_out(call, true);
	else if (now >= call->phase_ns)
		timed_out(call, false);
	else
		arm(call);
}

/* Makes sure that the timer fires no later than the nearest deadline. */
static void arm(struct fl_http_call *call)
{
	uint64_t at = FL_MIN(call->total_ns, call->phase_ns);
	if (at == NEVER || (call->timer.handle && call->armed_ns <= at))
		return;
	uint64_t now = fl_mono_ns();
	uint64_t ms = at > now ? (at - now + 999999) / 1000000 : 0;
	call->armed_ns = at;
	fl_timer_start(call->client->loop, &call->timer, ms, on_timer, call);
}

static void enter(struct fl_http_call *call, enum phase phase, uint64_t ms)
{
	call->phase = phase;
	call->phase_ns = deadline(ms);
	arm(call);
}

/* The response. */

/* What Content-Encoding may say; only gzip was asked for. */
static const struct coding {
	const char *name;
	bool inflates;
	enum fl_inflate_kind kind;
} codings[] = {
    {"", false, 0},
    {"identity", false, 0},
    {"gzip", true, FL_INFLATE_GZIP},
    {"x-gzip", true, FL_INFLATE_GZIP},
    {"deflate", true, FL_INFLATE_DEFLATE},
};

static enum fl_code choose_coding(struct fl_http_call *call, const struct fl_http_head *head, struct fl_err *err)
{
	const struct coding *chosen = NULL;
	struct fl_str said = {0};
	for (size_t i = 0; i < head->header_count; i++)
		if (fl_str_eq_nocase(head->headers[i].name, FL_S("content-encoding"))) {
			if (said.n)
				return fl_err_set(err, FL_E_PROTOCOL,
				                  "the server's answer names two content encodings");
			said = head->headers[i].value;
		}
	for (size_t i = 0; i < FL_COUNT(codings); i++)
		if (fl_str_eq_nocase(said, fl_str_from(codings[i].name)))
			chosen = &codings[i];
	if (!chosen) {
		fl_err_set(err, FL_E_PROTOCOL, "the server's answer is encoded in a way that was not asked for");
		fl_err_found(err, "Content-Encoding: %.*s", FL_FMT(fl_str_sub(said, 0, 80)));
		fl_err_expected(err, "gzip, deflate or none");
		return FL_E_PROTOCOL;
	}
	call->inflates = chosen->inflates;
	if (chosen->inflates)
		fl_inflate_init(&call->inflate, chosen->kind, call->limits.inflate_ratio);
	return FL_OK;
}

static enum fl_code body_too_large(struct fl_http_call *call, struct fl_err *err)
{
	return fl_err_set(err, FL_E_LIMIT, "the server's answer is longer than %zu bytes", call->limits.body_bytes);
}

static enum fl_code take_head(struct fl_http_call *call, struct fl_err *err)
{
	const struct fl_parser *p = &call->conn->parser;
	enter(call, READING, call->limits.idle_ms);
	FL_TRY(choose_coding(call, &p->head, err));
	bool has_body = strcmp(call->req.method, "HEAD") != 0 && p->head.status != 204 && p->head.status != 304;
	if (has_body && p->sized && !call->inflates && p->size > call->limits.body_bytes)
		return body_too_large(call, err);
	if (call->sink.head)
		call->sink.head(call->sink.arg, &p->head);
	return FL_OK;
}

static enum fl_code give(struct fl_http_call *call, struct fl_str bytes, struct fl_err *err)
{
	bool payload = true;
	if (bytes.n > call->limits.body_bytes - call->decoded)
		return body_too_large(call, err);
	call->decoded += bytes.n;
	if (call->req.event_stream && !fl_event_lines_feed(&call->lines, bytes, call->limits.sse_line_bytes, &payload))
		return fl_err_set(err, FL_E_LIMIT, "a line of the server's event stream is longer than %zu bytes",
		                  call->limits.sse_line_bytes);
	if (payload)
		call->phase_ns = deadline(call->limits.idle_ms);
	if (call->sink.data)
		call->sink.data(call->sink.arg, bytes);
	return FL_OK;
}

static enum fl_code take_body(struct fl_http_call *call, struct fl_str bytes, struct fl_err *err)
{
	if (!call->inflates)
		return give(call, bytes, err);
	/* Input that gives no output has no other bound than the total deadline. */
	call->encoded += bytes.n;
	if (call->encoded > call->limits.body_bytes)
		return body_too_large(call, err);
	size_t n = INFLATE_ROOM;
	while (n == INFLATE_ROOM && call->phase != ENDED) {
		char *room = call->client->inflate_room;
		FL_TRY(fl_inflate_next(&call->inflate, &bytes, room, INFLATE_ROOM, &n, err));
		if (n)
			FL_TRY(give(call, (struct fl_str){room, n}, err));
	}
	return FL_OK;
}

static void take_end(struct fl_http_call *call)
{
	struct fl_err err;
	enum fl_code code = call->inflates ? fl_inflate_end(&call->inflate, &err) : FL_OK;
	finish(call, code, &err);
}

static void on_data(void *arg, struct fl_str bytes)
{
	struct fl_http_call *call = arg;
	if (call->phase == ENDED) {
		call->tainted = true;
		return;
	}
	if (!call->times.first_byte_ns) {
		call->times.first_byte_ns = fl_mono_ns();
		enter(call, READING, call->limits.idle_ms);
	}
	/* A cancel in a callback closes the connection, whose memory lives on until the loop comes round. */
	struct fl_parser *p = &call->conn->parser;
	while (call->phase != ENDED) {
		struct fl_str body;
		struct fl_err err;
		enum fl_parse_event event = fl_parser_next(p, &bytes, &body, &err);
		enum fl_code code = FL_OK;
		if (event == FL_PARSE_MORE)
			return;
		if (event == FL_PARSE_HEAD)
			code = take_head(call, &err);
		else if (event == FL_PARSE_BODY)
			code = take_body(call, body, &err);
		else if (event == FL_PARSE_FAIL)
			code = err.code;
		else
			take_end(call);
		if (code != FL_OK)
			finish(call, code, &err);
	}
	call->tainted = bytes.n > 0;
}

static void on_end(void *arg, enum fl_code code, const struct fl_err *why)
{
	struct fl_http_call *call = arg;
	struct fl_err err;
	if (call->phase == ENDED) {
		call->tainted = true;
		return;
	}
	if (call->phase == CONNECTING) {
		finish(call, code, why);
		return;
	}
	if (!call->times.first_byte_ns && call->conn->reused) {
		fl_err_set(&err, FL_E_STALE, "the server had closed the kept-alive connection");
		finish(call, FL_E_STALE, &err);
		return;
	}
	call->tainted = true;
	if (code == FL_OK) {
		code = fl_parser_end(&call->conn->parser, &err);
		why = &err;
	}
	if (code == FL_OK)
		take_end(call);
	else
		finish(call, code, why);
}

/* The request. */

static void on_sent(void *arg)
{
	struct fl_http_call *call = arg;
	call->sent_all = true;
	if (call->phase == ENDED)
		return;
	call->times.sent_ns = fl_mono_ns();
	if (call->phase == SENDING)
		enter(call, AWAITING, call->limits.first_byte_ms);
}

static void send_request(void *arg)
{
	struct fl_http_call *call = arg;
	struct fl_conn *c = call->conn;
	struct fl_err err;
	struct fl_request_way way = {c->absolute, fl_conn_proxy_auth(c)};
	fl_buf_reset(&c->out);
	enum fl_code code = fl_request_write(&c->out, &call->req, &call->url, &way, &err);
	if (code != FL_OK) {
		finish(call, code, &err);
		return;
	}
	bool head_only = strcmp(call->req.method, "HEAD") == 0;
	fl_parser_begin(&c->parser, head_only ? FL_PARSE_HEAD_ONLY : FL_PARSE_GET, call->limits.header_bytes,
	                call->limits.header_count);
	/* Set before the first byte leaves, not after: whoever asks must never hear "not sent" about a sent request. */
	call->times.sent_ns = fl_mono_ns();
	enter(call, SENDING, 0);
	struct fl_str part[2] = {fl_buf_slice(&c->out), call->req.body};
	fl_filter_send(c->top, part, FL_COUNT(part));
}

static const struct fl_filter_events call_events = {
    .ready = send_request, .data = on_data, .sent = on_sent, .end = on_end};

static void on_granted(void *arg)
{
	struct fl_http_call *call = arg;
	struct fl_err err;
	call->times.granted_ns = fl_mono_ns();
	enum fl_code code = fl_conn_get(call->origin, &call_events, call, call->limits.connect_ms, &call->conn, &err);
	if (code != FL_OK) {
		finish(call, code, &err);
		return;
	}
	if (call->conn->reused)
		send_request(call);
	else
		enter(call, CONNECTING, call->limits.connect_ms);
}

/* The start. */

static struct fl_http_limits with_defaults(const struct fl_http_limits *given)
{
	static const struct fl_http_limits defaults = {.connect_ms = 10000,
	                                               .total_ms = 60000,
	                                               .header_bytes = 65536,
	                                               .header_count = 128,
	                                               .body_bytes = 64 << 20,
	                                               .inflate_ratio = 200,
	                                               .sse_line_bytes = 8 << 20};
	struct fl_http_limits l = given ? *given : defaults;
#define DEFAULT(field) l.field = l.field ? l.field : defaults.field
	DEFAULT(connect_ms);
	DEFAULT(total_ms);
	DEFAULT(header_bytes);
	DEFAULT(header_count);
	DEFAULT(body_bytes);
	DEFAULT(inflate_ratio);
	DEFAULT(sse_line_bytes);
#undef DEFAULT
	return l;
}

static struct fl_http_call *new_call(struct fl_http_client *c, const struct fl_http_request *req,
                                     const struct fl_http_limits *limits, const struct fl_http_sink *sink)
{
	size_t headers_n = req->header_count * sizeof *req->headers;
	struct fl_http_call *call = fl_alloc(sizeof *call + headers_n);
	memset(call, 0, sizeof *call);
	call->client = c;
	call->sink = *sink;
	call->limits = with_defaults(limits);
	call->req = *req;
	if (headers_n)
		memcpy(call + 1, req->headers, headers_n);
	call->req.headers = (const struct fl_http_header *)(call + 1);
	call->place.granted = on_granted;
	call->place.arg = call;
	c->calls++;
	return call;
}

static enum fl_code begin(struct fl_http_call *call, struct fl_err *err)
{
	bool waits;
	FL_TRY(fl_url_parse(&call->url, call->req.url, err));
	FL_TRY(fl_request_check(&call->req, err));
	call->origin = fl_pool_origin(call->client->pool, &call->url);
	FL_TRY(fl_origin_ask(call->origin, &call->place, &waits, err));
	if (waits)
		enter(call, WAITING, 0);
	else
		on_granted(call);
	return FL_OK;
}

struct fl_http_call *fl_http_start(struct fl_http_client *c, const struct fl_http_request *req,
                                   const struct fl_http_limits *limits, const struct fl_http_sink *sink)
{
	struct fl_err err;
	struct fl_http_call *call = new_call(c, req, limits, sink);
	call->times.start_ns = fl_mono_ns();
	call->total_ns = deadline(call->limits.total_ms);
	call->phase_ns = NEVER;
	enum fl_code code = begin(call, &err);
	if (code != FL_OK)
		finish(call, code, &err);
	return call;
}

void fl_http_cancel(struct fl_http_call *call)
{
	struct fl_err err;
	if (call->delivered)
		return;
	fl_err_set(&err, FL_E_CANCELLED, "the call was cancelled");
	if (call->phase == ENDED)
		set_end(call, FL_E_CANCELLED, &err); /* done is on its way with another code */
	else
		finish(call, FL_E_CANCELLED, &err);
}

/* The client. */

struct fl_http_client *fl_http_client_create(struct fl_loop *loop, const struct fl_http_options *options)
{
	struct fl_http_client *c = fl_alloc_zero(1, sizeof *c);
	c->loop = loop;
	c->pool = fl_pool_create(loop, options);
	c->inflate_room = fl_alloc(INFLATE_ROOM);
	return c;
}

void fl_http_client_destroy(struct fl_http_client *c)
{
	FL_ASSERT(c->calls == 0);
	fl_pool_destroy(c->pool);
	free(c->inflate_room);
	free(c);
}

void fl_http_client_in_flight(struct fl_http_client *c, struct fl_str url, size_t most)
{
	struct fl_url u;
	if (fl_url_parse(&u, url, NULL) == FL_OK)
		fl_origin_in_flight(fl_pool_origin(c->pool, &u), most);
}
