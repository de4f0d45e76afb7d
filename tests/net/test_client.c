/* Whole exchanges over TCP with a scripted server: what the client must send, what it must make of the answer. */
#include "trial.h"

#include <zlib.h>

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define OK OK_HEAD "hello"

static const struct peer_step keep_answering[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_AGAIN)};

static const struct fl_http_request get = {.method = "GET"};

/* One call to a new server that plays one script. */
static struct fl_str one_call(const struct peer_step *script, struct fl_http_request req,
                              const struct fl_http_limits *limits, struct trial_call *c)
{
	static char url[TRIAL_URL];
	struct trial t;
	struct peer *p = peer_start(&script, 1, NULL);
	trial_open(&t, NULL);
	req.url = trial_url(url, "http", "127.0.0.1", peer_port(p));
	trial_start(&t, c, &req, limits);
	trial_run(&t);
	trial_close(&t);
	peer_stop(p);
	static char received[65536];
	size_t n = FL_MIN(peer_received(p).n, sizeof received);
	memcpy(received, peer_received(p).p, n);
	peer_free(p);
	return (struct fl_str){received, n};
}

static void a_get_sends_exactly_these_bytes(void **state)
{
	(void)state;
	struct trial_call c = {0};
	struct fl_http_header h[] = {{FL_S("Accept"), FL_S("a/b")}, {FL_S("User-Agent"), FL_S("t")}};
	struct fl_http_request req = {.method = "GET", .headers = h, .header_count = 2};
	struct fl_str sent = one_call(keep_answering, req, NULL, &c);
	assert_int_equal(c.code, FL_OK);
	assert_str(fl_buf_slice(&c.body), "hello");
	char want[256];
	ptrdiff_t host = fl_str_find(sent, FL_S("Host: "), 0), end = fl_str_find_char(sent, '\r', (size_t)host);
	snprintf(want, sizeof want,
	         "GET /v1/x?y=z HTTP/1.1\r\n%.*s\r\nAccept-Encoding: gzip\r\nAccept: a/b\r\nUser-Agent: t\r\n\r\n",
	         (int)(end - host), sent.p + host);
	assert_str(sent, want);
	trial_release(&c);
}

static void a_post_sends_its_body_once_and_says_its_length(void **state)
{
	(void)state;
	struct trial_call c = {0};
	struct fl_http_request req = {.method = "POST", .body = FL_S("{\"a\":1}")};
	struct fl_str sent = one_call(keep_answering, req, NULL, &c);
	assert_int_equal(c.code, FL_OK);
	assert_true(fl_str_find(sent, FL_S("\r\nContent-Length: 7\r\n"), 0) > 0);
	assert_true(fl_str_ends(sent, FL_S("\r\n\r\n{\"a\":1}")));
	trial_release(&c);
}

static void times_are_in_order(void **state)
{
	(void)state;
	struct trial_call c = {0};
	one_call(keep_answering, get, NULL, &c);
	assert_true(c.times.start_ns && c.times.start_ns <= c.times.granted_ns);
	assert_true(c.times.granted_ns <= c.times.sent_ns && c.times.sent_ns <= c.times.first_byte_ns);
	assert_true(c.times.first_byte_ns <= c.times.done_ns);
	trial_release(&c);
}

/* Answers: each is sent at once and one byte at a time. */

#define GZIP_HELLO                                                                                                     \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00"
#define ROW(fact, text, ...)                                                                                           \
	{                                                                                                              \
		.name = fact, .in = text, .n = sizeof(text) - 1, __VA_ARGS__                                           \
	}
#define H "HTTP/1.1 200 OK\r\n"

static const struct answer {
	const char *name, *in;
	size_t n;
	enum fl_code code;
	int status; /* 0: head must not come */
	const char *body, *method;
	struct fl_http_limits limits;
	bool event_stream;
	enum peer_op then; /* PEER_END: FIN */
} answers[] = {
    ROW("a_whole_body_is_ok", OK, .status = 200, .body = "hello"),
    ROW("an_error_status_is_an_answer_like_any_other", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", .status = 500,
        .body = "no"),
    ROW("a_redirect_is_not_followed", "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        .status = 302),
    ROW("a_short_body_is_closed", H "Content-Length: 9\r\n\r\nhello", .status = 200, .body = "hello",
        .code = FL_E_CLOSED),
    ROW("a_reset_within_the_body_is_closed", H "Content-Length: 9\r\n\r\nhello", .status = 200, .code = FL_E_CLOSED,
        .then = PEER_RESET),
    ROW("differing_lengths_are_a_protocol_error", H "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        .code = FL_E_PROTOCOL),
    ROW("chunks_are_joined", H "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", .status = 200,
        .body = "hello"),
    ROW("a_body_without_length_ends_with_the_connection", H "\r\nhello", .status = 200, .body = "hello"),
    ROW("a_reset_is_not_the_end_of_a_body_without_length", H "\r\nhello", .status = 200, .code = FL_E_CLOSED,
        .then = PEER_RESET),
    ROW("a_head_request_gets_no_body", H "Content-Length: 5\r\n\r\n", .status = 200, .method = "HEAD"),
    ROW("gzip_is_undone", H "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" GZIP_HELLO, .status = 200,
        .body = "hello"),
    ROW("gzip_in_chunks_is_undone",
        H "Content-Encoding: GZIP\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n" GZIP_HELLO "\r\n0\r\n\r\n",
        .status = 200, .body = "hello"),
    ROW("gzip_cut_short_is_a_protocol_error",
        H "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03", .status = 200,
        .code = FL_E_PROTOCOL),
    ROW("what_is_no_gzip_is_a_protocol_error", H "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        .status = 200, .code = FL_E_PROTOCOL),
    ROW("an_encoding_not_asked_for_is_a_protocol_error", H "Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
        .code = FL_E_PROTOCOL),
    ROW("two_encodings_are_a_protocol_error", H "Content-Encoding: gzip, gzip\r\nContent-Length: 5\r\n\r\nhello",
        .code = FL_E_PROTOCOL),
    ROW("nothing_but_the_end_is_closed", "", .code = FL_E_CLOSED),
    ROW("nothing_but_a_reset_is_closed", "", .code = FL_E_CLOSED, .then = PEER_RESET),
    ROW("half_a_head_is_closed", H "Content-Le", .code = FL_E_CLOSED),
    ROW("another_protocol_is_refused_at_once", "220 mail ESMTP\r\n", .code = FL_E_PROTOCOL, .then = PEER_HOLD),
    ROW("a_body_at_its_limit_passes", OK, .status = 200, .body = "hello", .limits = {.body_bytes = 5}),
    ROW("a_stated_length_over_the_limit_is_refused_before_the_head", OK, .code = FL_E_LIMIT,
        .limits = {.body_bytes = 4}, .then = PEER_HOLD),
    ROW("chunks_over_the_limit_are_refused", H "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n",
        .status = 200, .body = "he", .code = FL_E_LIMIT, .limits = {.body_bytes = 4}, .then = PEER_HOLD),
    ROW("a_body_over_the_limit_after_decoding_is_refused",
        H "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" GZIP_HELLO, .status = 200, .code = FL_E_LIMIT,
        .limits = {.body_bytes = 4}, .then = PEER_HOLD),
    ROW("an_event_line_at_its_limit_passes", H "Content-Length: 8\r\n\r\ndata: x\n", .status = 200, .body = "data: x\n",
        .event_stream = true, .limits = {.sse_line_bytes = 7}),
    ROW("an_event_line_over_its_limit_is_refused", H "\r\ndata: xy", .status = 200, .code = FL_E_LIMIT,
        .event_stream = true, .limits = {.sse_line_bytes = 7}, .then = PEER_HOLD),
};

static void answer_gives(const struct answer *a, enum peer_op op)
{
	struct peer_step script[] = {P(PEER_READ), {op, a->in, a->n, 0}, {a->then, NULL, 0, 0}, P(PEER_END)};
	struct trial_call c = {0};
	struct fl_http_request req = {.method = a->method ? a->method : "GET", .event_stream = a->event_stream};
	one_call(script, req, &a->limits, &c);
	if (c.code != a->code || c.status != a->status)
		fail_msg("code %d, want %d; status %d, want %d; sent %s: %s", c.code, a->code, c.status, a->status,
		         op == PEER_SEND ? "whole" : "in single bytes", c.err.message);
	if (a->body || c.code == FL_OK)
		/* before a limit is passed, single bytes may have come */
		assert_true(fl_str_starts(fl_buf_slice(&c.body), fl_str_from(a->body)));
	if (c.code == FL_OK)
		assert_str(fl_buf_slice(&c.body), a->body ? a->body : "");
	trial_release(&c);
}

static void answer_holds(void **state)
{
	const struct answer *a = *state;
	answer_gives(a, PEER_SEND);
	/* A reset throws away what still waits in the server's kernel: of single bytes, an unknown part. */
	if (a->then != PEER_RESET)
		answer_gives(a, PEER_DRIP);
}

static void a_header_flood_is_stopped(void **state)
{
	(void)state;
	static const struct peer_step flood[] = {P(PEER_READ), P_TEXT(PEER_SEND, H), P_TEXT(PEER_FLOOD, "A: b\r\n")};
	static const struct peer_step line[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "A: "),
	                                        P_TEXT(PEER_FLOOD, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")};
	struct trial_call c = {0};
	one_call(flood, get, NULL, &c);
	assert_int_equal(c.code, FL_E_LIMIT);
	trial_release(&c);
	memset(&c, 0, sizeof c);
	one_call(line, get, NULL, &c);
	assert_int_equal(c.code, FL_E_LIMIT);
	assert_int_equal(c.heads, 0);
	trial_release(&c);
}

static void a_gzip_bomb_is_stopped(void **state)
{
	(void)state;
	static char bomb[16384];
	size_t zeros_n = 8 << 20;
	z_stream s = {0};
	char *zeros = calloc(1, zeros_n);
	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_in = (Bytef *)zeros;
	s.avail_in = (uInt)zeros_n;
	s.next_out = (Bytef *)bomb;
	s.avail_out = sizeof bomb;
	assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
	struct peer_step script[] = {P(PEER_READ),
	                             P_TEXT(PEER_SEND, H "Content-Encoding: gzip\r\n\r\n"),
	                             {PEER_SEND, bomb, s.total_out, 0},
	                             P(PEER_END)};
	deflateEnd(&s);
	free(zeros);
	struct trial_call c = {0};
	one_call(script, get, NULL, &c);
	assert_int_equal(c.code, FL_E_LIMIT);
	assert_true(c.body.n < 2 << 20);
	trial_release(&c);
}

/* Deadlines: each alone, with all others out of reach. */

static const struct deadline {
	const char *name;
	struct fl_http_limits limits;
	struct peer_step script[4];
	bool event_stream, head;
	const char *word; /* of the message */
} deadlines[] = {
    {"the_first_byte_deadline_ends_a_silent_call",
     {.first_byte_ms = 30},
     {P(PEER_READ), P(PEER_HOLD)},
     .word = "no byte"},
    {"the_idle_deadline_ends_a_body_that_stands_still",
     {.idle_ms = 30},
     {P(PEER_READ), P_TEXT(PEER_SEND, OK_HEAD "he"), P(PEER_HOLD)},
     .head = true,
     .word = "stood still"},
    {"the_idle_deadline_ends_a_head_that_stands_still",
     {.idle_ms = 30},
     {P(PEER_READ), P_TEXT(PEER_SEND, "HTTP/1.1 2"), P(PEER_HOLD)},
     .word = "stood still"},
    {"the_total_deadline_ends_a_silent_call",
     {.total_ms = 30},
     {P(PEER_READ), P(PEER_HOLD)},
     .word = "no byte of an answer"},
    {"the_total_deadline_ends_a_body_that_goes_on",
     {.total_ms = 60},
     {P(PEER_READ), P_TEXT(PEER_SEND, H "\r\n"), P_TEXT(PEER_FLOOD, "x")},
     .head = true,
     .word = "being read"},
    {"comments_do_not_restart_the_idle_deadline",
     {.idle_ms = 30},
     {P(PEER_READ), P_TEXT(PEER_SEND, H "\r\n"), P_TEXT(PEER_FLOOD, ": ping\n\n")},
     .event_stream = true,
     .head = true,
     .word = "stood still"},
    {"headers_without_end_do_not_restart_the_idle_deadline",
     {.idle_ms = 30, .header_bytes = 1 << 29, .header_count = 1 << 29},
     {P(PEER_READ), P_TEXT(PEER_SEND, H), P_TEXT(PEER_FLOOD, "A: b\r\n")},
     .word = "stood still"},
};

static void deadline_holds(void **state)
{
	const struct deadline *d = *state;
	struct fl_http_limits l = d->limits;
	struct fl_http_request req = {.method = "GET", .event_stream = d->event_stream};
	struct trial_call c = {0};
	uint64_t least = FL_MAX(l.first_byte_ms, FL_MAX(l.idle_ms, l.total_ms));
	if (!l.total_ms)
		l.total_ms = 120000;
	l.body_bytes = (size_t)1 << 40;
	one_call(d->script, req, &l, &c);
	assert_int_equal(c.code, FL_E_TIMEOUT);
	assert_int_equal(c.heads, d->head);
	if (!strstr(c.err.message, d->word))
		fail_msg("'%s' lacks '%s'", c.err.message, d->word);
	assert_true(c.times.done_ns - c.times.start_ns >= least * 1000000);
	trial_release(&c);
}

static void the_connect_deadline_ends_a_tls_handshake_that_stands_still(void **state)
{
	(void)state;
	static const struct peer_step mute[] = {P(PEER_HOLD)};
	const struct peer_step *script = mute;
	struct peer *p = peer_start(&script, 1, NULL);
	struct trial t;
	struct trial_call c = {0};
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "https", "127.0.0.1", peer_port(p))};
	trial_start(&t, &c, &req, &(struct fl_http_limits){.connect_ms = 30});
	trial_run(&t);
	assert_int_equal(c.code, FL_E_TIMEOUT);
	assert_non_null(strstr(c.err.message, "TLS handshake"));
	assert_int_equal(c.times.sent_ns, 0);
	trial_release(&c);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

static const struct refused {
	const char *name, *url;
	enum fl_code code;
} refused[] = {
    {"a_port_where_nobody_listens_is_a_connect_error", "http://127.0.0.1:1/", FL_E_CONNECT},
    {"localhost_tries_both_families_before_it_gives_up", "http://localhost:1/", FL_E_CONNECT},
    {"a_name_without_address_is_a_resolve_error", "http://no-such-host.invalid/", FL_E_RESOLVE},
    {"a_label_over_63_bytes_is_a_resolve_error",
     "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid/", FL_E_RESOLVE},
    {"a_url_that_cannot_be_used_ends_in_done", "gopher://x/", FL_E_INVALID},
};

static void refusal_holds(void **state)
{
	const struct refused *r = *state;
	struct trial t;
	struct trial_call c = {0};
	trial_open(&t, NULL);
	struct fl_http_request req = {.method = "GET", .url = fl_str_from(r->url)};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	if (c.code != r->code)
		fail_msg("code %d: %s", c.code, c.err.message);
	assert_int_equal(c.times.sent_ns, 0);
	trial_release(&c);
	trial_close(&t);
}

/* Connections kept and reused. */

static void start_again(struct trial_call *c)
{
	struct trial_call *next = c->arg;
	static char url[TRIAL_URL];
	struct fl_http_request req = {.method = "POST", .body = FL_S("2"), .url = fl_str_from(url)};
	if (next->arg)
		req.url = trial_url(url, "http", "127.0.0.1", (uint16_t)(uintptr_t)next->arg);
	trial_start(c->t, next, &req, NULL);
}

/* Two calls one after the other to a server with these scripts; the second starts within done of the first. */
static int two_calls(const struct peer_step *const *scripts, size_t count, struct trial_call c[2])
{
	struct trial t;
	struct peer *p = peer_start(scripts, count, NULL);
	trial_open(&t, NULL);
	c[0].then = start_again;
	c[0].arg = &c[1];
	c[1].arg = (void *)(uintptr_t)peer_port(p);
	char url[TRIAL_URL];
	struct fl_http_request req = {
	    .method = "POST", .body = FL_S("1"), .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	trial_start(&t, &c[0], &req, NULL);
	trial_run(&t);
	assert_int_equal(c[0].code, FL_OK);
	trial_release(&c[0]);
	trial_release(&c[1]);
	trial_close(&t);
	peer_stop(p);
	int connections = peer_connections(p);
	assert_true(peer_requests(p) <= 2);
	peer_free(p);
	return connections;
}

static void a_kept_connection_carries_the_next_call(void **state)
{
	(void)state;
	const struct peer_step *script = keep_answering;
	struct trial_call c[2] = {{0}, {0}};
	assert_int_equal(two_calls(&script, 1, c), 1);
	assert_int_equal(c[1].code, FL_OK);
}

static const struct unkept {
	const char *name;
	struct peer_step script[4];
} unkept[] = {
    {"connection_close_is_honoured",
     {P(PEER_READ), P_TEXT(PEER_SEND, H "Connection: close\r\nContent-Length: 5\r\n\r\nhello"), P(PEER_AGAIN)}},
    {"http_1_0_is_not_kept",
     {P(PEER_READ), P_TEXT(PEER_SEND, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"), P(PEER_AGAIN)}},
    {"bytes_behind_a_response_spoil_the_connection",
     {P(PEER_READ), P_TEXT(PEER_SEND, OK "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"), P(PEER_AGAIN)}},
    {"a_server_that_keeps_for_a_second_is_not_trusted_with_it",
     {P(PEER_READ), P_TEXT(PEER_SEND, H "Keep-Alive: timeout=1\r\nContent-Length: 5\r\n\r\nhello"), P(PEER_AGAIN)}},
};

static void connection_is_not_kept(void **state)
{
	const struct unkept *u = *state;
	const struct peer_step *script = u->script;
	struct trial_call c[2] = {{0}, {0}};
	assert_int_equal(two_calls(&script, 1, c), 2);
	assert_int_equal(c[1].code, FL_OK);
}

static void a_reused_connection_that_dies_unanswered_is_stale_and_nothing_is_sent_again(void **state)
{
	(void)state;
	static const struct peer_step dies[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_READ), P(PEER_END)};
	static const struct peer_step resets[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_READ), P(PEER_RESET)};
	const struct peer_step *scripts[] = {dies, resets};
	for (size_t i = 0; i < 2; i++) {
		struct trial_call c[2] = {{0}, {0}};
		assert_int_equal(two_calls(&scripts[i], 1, c), 1);
		assert_int_equal(c[1].code, FL_E_STALE);
		assert_true(c[1].times.sent_ns > 0);
		assert_int_equal(c[1].times.first_byte_ns, 0);
	}
}

static void a_reused_connection_that_dies_within_the_answer_is_closed_not_stale(void **state)
{
	(void)state;
	static const struct peer_step dies[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_READ),
	                                        P_TEXT(PEER_SEND, "H"), P(PEER_END)};
	const struct peer_step *script = dies;
	struct trial_call c[2] = {{0}, {0}};
	assert_int_equal(two_calls(&script, 1, c), 1);
	assert_int_equal(c[1].code, FL_E_CLOSED);
}

static void an_idle_connection_does_not_keep_the_loop_alive(void **state)
{
	(void)state;
	const struct peer_step *script = keep_answering;
	struct trial t;
	struct trial_call c = {0};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	trial_start(&t, &c, &req, NULL);
	fl_loop_run(t.loop); /* returns, though the connection is kept for 30 s */
	assert_int_equal(c.code, FL_OK);
	trial_release(&c);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

static void idle_connections_are_closed_after_their_time(void **state)
{
	(void)state;
	static const struct peer_step once[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_HOLD)};
	const struct peer_step *script = once;
	struct trial t;
	struct trial_call c[2] = {{0}, {0}};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.keep_alive_ms = 5});
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	trial_start(&t, &c[0], &req, NULL);
	trial_run(&t);
	/* Time passes in the loop, on its own clock. */
	struct fl_timer timer = {0};
	fl_timer_start(t.loop, &timer, 20, (void (*)(void *))fl_loop_stop, t.loop);
	fl_loop_run(t.loop);
	trial_start(&t, &c[1], &req, NULL);
	trial_run(&t);
	assert_int_equal(c[1].code, FL_OK);
	assert_int_equal(peer_connections(p), 2);
	trial_release(&c[0]);
	trial_release(&c[1]);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

static void bytes_on_an_idle_connection_spoil_it(void **state)
{
	(void)state;
	static const struct peer_step speaks[] = {
	    P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_GATE),
	    P_TEXT(PEER_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"), P(PEER_HOLD)};
	const struct peer_step *scripts[] = {speaks, keep_answering};
	struct trial t;
	struct peer *p = peer_start(scripts, 2, NULL);
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	for (int i = 0; i < 2; i++) {
		struct trial_call c = {0};
		trial_start(&t, &c, &req, NULL);
		trial_run(&t);
		assert_int_equal(c.code, FL_OK);
		assert_str(fl_buf_slice(&c.body), "hello");
		trial_release(&c);
		/* An idle connection alone does not make the loop run. */
		fl_loop_hold(t.loop);
		peer_open_gate(p);
		while (peer_ended(p) < 1)
			trial_poll(&t);
		fl_loop_drop(t.loop);
	}
	trial_close(&t);
	peer_stop(p);
	assert_int_equal(peer_connections(p), 2);
	peer_free(p);
}

static void localhost_reaches_a_server_on_ipv6_alone(void **state)
{
	(void)state;
	const struct peer_step *script = keep_answering;
	struct peer *p = peer_start(&script, 1, &(struct peer_tls){.v6 = true});
	if (!p) {
		print_message("# SKIP this machine has no IPv6 loopback\n");
		skip();
	}
	struct trial t;
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	static const char *const hosts[] = {"localhost", "[::1]", "model.localhost"};
	for (size_t i = 0; i < FL_COUNT(hosts); i++) {
		struct trial_call c = {0};
		struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", hosts[i], peer_port(p))};
		trial_start(&t, &c, &req, NULL);
		trial_run(&t);
		if (c.code != FL_OK)
			fail_msg("%s: %s", hosts[i], c.err.message);
		trial_release(&c);
	}
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

/* Places in flight. */

#define MANY 12

static void at_most_so_many_calls_are_in_flight_and_the_rest_wait_in_order(void **state)
{
	(void)state;
	static const struct peer_step gated[] = {P(PEER_READ), P(PEER_GATE), P_TEXT(PEER_SEND, OK), P(PEER_AGAIN)};
	const struct peer_step *script = gated;
	struct trial t;
	struct trial_call c[MANY] = {{0}};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.in_flight = 3, .waiting = MANY - 3});
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	for (size_t i = 0; i < MANY; i++)
		trial_start(&t, &c[i], &req, NULL);
	while (peer_requests(p) < 3)
		trial_poll(&t);
	assert_int_equal(peer_connections(p), 3);
	peer_open_gate(p);
	trial_run(&t);
	assert_int_equal(peer_connections(p), 3);
	assert_int_equal(peer_requests(p), MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(c[i].code, FL_OK);
		if (i > 3)
			assert_true(c[i].times.granted_ns >= c[i - 1].times.granted_ns);
		trial_release(&c[i]);
	}
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

static void a_full_queue_refuses_and_waiting_counts_against_the_total(void **state)
{
	(void)state;
	static const struct peer_step mute[] = {P(PEER_READ), P(PEER_HOLD)};
	const struct peer_step *script = mute;
	struct trial t;
	struct trial_call c[3] = {{0}};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.in_flight = 1, .waiting = 1});
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	trial_start(&t, &c[0], &req, NULL);
	trial_start(&t, &c[1], &req, &(struct fl_http_limits){.total_ms = 30});
	trial_start(&t, &c[2], &req, NULL);
	while (!c[1].dones || !c[2].dones)
		fl_loop_step(t.loop);
	assert_int_equal(c[2].code, FL_E_LIMIT);
	assert_int_equal(c[1].code, FL_E_TIMEOUT);
	assert_int_equal(c[1].times.granted_ns, 0);
	assert_non_null(strstr(c[1].err.message, "waited for a free place"));
	assert_int_equal(c[0].dones, 0);
	trial_cancel(&c[0]);
	trial_run(&t);
	assert_int_equal(peer_connections(p), 1);
	for (size_t i = 0; i < 3; i++)
		trial_release(&c[i]);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

static void places_can_be_set_for_one_origin(void **state)
{
	(void)state;
	static const struct peer_step gated[] = {P(PEER_READ), P(PEER_GATE), P_TEXT(PEER_SEND, OK), P(PEER_AGAIN)};
	const struct peer_step *script = gated;
	struct trial t;
	struct trial_call c[4] = {{0}};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "http", "127.0.0.1", peer_port(p))};
	fl_http_client_in_flight(t.client, req.url, 1);
	for (size_t i = 0; i < 4; i++)
		trial_start(&t, &c[i], &req, NULL);
	assert_int_equal(c[1].times.granted_ns, 0);
	fl_http_client_in_flight(t.client, req.url, 2);
	while (peer_requests(p) < 2)
		trial_poll(&t);
	assert_int_equal(peer_connections(p), 2);
	peer_open_gate(p);
	trial_run(&t);
	assert_int_equal(peer_connections(p), 2);
	for (size_t i = 0; i < 4; i++)
		trial_release(&c[i]);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

/* Large requests. */

static void a_large_body_arrives_whole(void **state)
{
	(void)state;
	struct fl_buf body;
	fl_buf_init(&body, 1 << 24);
	for (uint32_t i = 0; i < 1 << 21; i++)
		fl_buf_add(&body, &i, sizeof i);
	const struct peer_step *script = keep_answering;
	struct trial t;
	struct trial_call c = {0};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {
	    .method = "POST", .url = trial_url(url, "http", "127.0.0.1", peer_port(p)), .body = fl_buf_slice(&body)};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	assert_int_equal(c.code, FL_OK);
	trial_release(&c);
	trial_close(&t);
	peer_stop(p);
	assert_true(fl_str_ends(peer_received(p), fl_buf_slice(&body)));
	peer_free(p);
	fl_buf_release(&body);
}

static void an_answer_that_comes_before_the_request_is_sent_counts(void **state)
{
	(void)state;
	/* The server refuses by the head alone and closes on a client that is still sending. */
	static const struct peer_step early[] = {P_TEXT(PEER_SEND, "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"),
	                                         P(PEER_HOLD)};
	const struct peer_step *script = early;
	char *body = calloc(1, 32 << 20);
	struct trial t;
	struct trial_call c = {0};
	struct peer *p = peer_start(&script, 1, NULL);
	char url[TRIAL_URL];
	trial_open(&t, NULL);
	struct fl_http_request req = {
	    .method = "POST", .url = trial_url(url, "http", "127.0.0.1", peer_port(p)), .body = {body, 32 << 20}};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	assert_int_equal(c.code, FL_OK);
	assert_int_equal(c.status, 413);
	trial_release(&c);
	/* Half a request is on that connection: the next one must not follow it. */
	memset(&c, 0, sizeof c);
	req.body.n = 0;
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	assert_int_equal(c.status, 413);
	assert_int_equal(peer_connections(p), 2);
	trial_release(&c);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
	free(body);
}

static const struct fact {
	const char *name;
	void (*run)(void **state);
} facts[] = {
#define FACT(f)                                                                                                        \
	{                                                                                                              \
#f, f                                                                                                  \
	}
    FACT(a_get_sends_exactly_these_bytes),
    FACT(a_post_sends_its_body_once_and_says_its_length),
    FACT(times_are_in_order),
    FACT(a_header_flood_is_stopped),
    FACT(a_gzip_bomb_is_stopped),
    FACT(the_connect_deadline_ends_a_tls_handshake_that_stands_still),
    FACT(a_kept_connection_carries_the_next_call),
    FACT(a_reused_connection_that_dies_unanswered_is_stale_and_nothing_is_sent_again),
    FACT(a_reused_connection_that_dies_within_the_answer_is_closed_not_stale),
    FACT(an_idle_connection_does_not_keep_the_loop_alive),
    FACT(idle_connections_are_closed_after_their_time),
    FACT(bytes_on_an_idle_connection_spoil_it),
    FACT(localhost_reaches_a_server_on_ipv6_alone),
    FACT(at_most_so_many_calls_are_in_flight_and_the_rest_wait_in_order),
    FACT(a_full_queue_refuses_and_waiting_counts_against_the_total),
    FACT(places_can_be_set_for_one_origin),
    FACT(a_large_body_arrives_whole),
    FACT(an_answer_that_comes_before_the_request_is_sent_counts),
};

int main(void)
{
	static struct CMUnitTest tests[128];
	size_t n = 0;
#define ADD(rows, fn)                                                                                                  \
	for (size_t i = 0; i < FL_COUNT(rows); i++)                                                                    \
		tests[n++] = (struct CMUnitTest)                                                                       \
		{                                                                                                      \
			rows[i].name, fn, NULL, NULL, (void *)(uintptr_t)&rows[i]                                      \
		}
	for (size_t i = 0; i < FL_COUNT(facts); i++)
		tests[n++] = (struct CMUnitTest){facts[i].name, facts[i].run, NULL, NULL, NULL};
	ADD(answers, answer_holds);
	ADD(deadlines, deadline_holds);
	ADD(refused, refusal_holds);
	ADD(unkept, connection_is_not_kept);
	return _cmocka_run_group_tests("client", tests, n, NULL, NULL);
}
