/* Cancel in every state: done comes once, says cancelled, nothing comes after, nothing leaks, nothing more is sent. */
#include "trial.h"

#define H "HTTP/1.1 200 OK\r\n"
#define OK H "Content-Length: 5\r\n\r\nhello"
#define LARGE (32 << 20)

static const struct peer_step mute[] = {P(PEER_READ), P(PEER_HOLD)};
static const struct peer_step deaf[] = {P(PEER_GATE), P(PEER_HOLD)};
static const struct peer_step half_head[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "A: b"), P(PEER_HOLD)};
static const struct peer_step half_body[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "Content-Length: 9\r\n\r\nhello"),
                                             P(PEER_HOLD)};
static const struct peer_step answers[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_AGAIN)};
static const struct peer_step drips[] = {
    P(PEER_READ), P_TEXT(PEER_DRIP, H "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    P(PEER_AGAIN)};
static const struct peer_step zipped[] = {
    P(PEER_READ),
    P_TEXT(PEER_SEND,
           H "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n"
             "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00"),
    P(PEER_AGAIN)};

struct scene {
	struct peer *p;
	struct trial t;
	char url[TRIAL_URL];
	struct fl_http_request req;
};

static void scene_open(struct scene *s, const struct peer_step *const *script, const char *scheme)
{
	memset(s, 0, sizeof *s);
	s->p = peer_start(script, 1, NULL);
	trial_open(&s->t, &(struct fl_http_options){.in_flight = 1});
	s->req.method = "POST";
	s->req.url = trial_url(s->url, scheme, "127.0.0.1", peer_port(s->p));
}

static void scene_close(struct scene *s)
{
	trial_close(&s->t);
	peer_open_gate(s->p);
	peer_stop(s->p);
	peer_free(s->p);
}

static bool has_sent(const struct trial_call *c)
{
	return peer_requests(((struct scene *)c->arg)->p) > 0;
}
static bool has_connected(const struct trial_call *c)
{
	return peer_connections(((struct scene *)c->arg)->p) > 0;
}
static bool has_head(const struct trial_call *c)
{
	return c->heads > 0;
}
static bool has_data(const struct trial_call *c)
{
	return c->datas > 0;
}
static bool at_once(const struct trial_call *c)
{
	(void)c;
	return true;
}

static const struct state_row {
	const char *name;
	const struct peer_step *script;
	bool (*reached)(const struct trial_call *c);
	enum trial_when when; /* cancelled in that callback instead */
	const char *scheme, *url;
	bool large, sent; /* sent: the request may have left, and the times must say so */
} states[] = {
    {"cancel_while_resolving", mute, at_once, NOT, "http", "http://no-such-host.invalid/", false, false},
    {"cancel_right_after_start", mute, at_once, NOT, "http", NULL, false, false},
    {"cancel_within_the_tls_handshake", mute, has_connected, NOT, "https", NULL, false, false},
    {"cancel_while_sending", deaf, has_connected, NOT, "http", NULL, true, true},
    {"cancel_while_awaiting_an_answer", mute, has_sent, NOT, "http", NULL, false, true},
    {"cancel_within_the_head", half_head, has_sent, NOT, "http", NULL, false, true},
    {"cancel_within_the_body", half_body, has_data, NOT, "http", NULL, false, true},
    {"cancel_after_the_head", half_body, has_head, NOT, "http", NULL, false, true},
    {"cancel_inside_the_head_callback", answers, NULL, IN_HEAD, "http", NULL, false, true},
    {"cancel_inside_the_data_callback", answers, NULL, IN_DATA, "http", NULL, false, true},
    {"cancel_inside_the_data_callback_of_gzip", zipped, NULL, IN_DATA, "http", NULL, false, true},
    {"cancel_inside_the_data_callback_of_chunks", drips, NULL, IN_DATA, "http", NULL, false, true},
};

static void state_is_left_clean(void **state)
{
	const struct state_row *r = *state;
	struct scene s;
	scene_open(&s, &r->script, r->scheme);
	struct trial_call c = {.cancel = r->when, .arg = &s};
	char *body = r->large ? calloc(1, LARGE) : NULL;
	if (r->large)
		s.req.body = (struct fl_str){body, LARGE};
	if (r->url)
		s.req.url = fl_str_from(r->url);
	trial_start(&s.t, &c, &s.req, NULL);
	while (r->reached && !r->reached(&c))
		trial_poll(&s.t);
	/* The kernel takes a part of a large body once the connection stands; nobody reads it. */
	for (int i = 0; r->large && i < 4; i++)
		trial_poll(&s.t);
	if (r->when == NOT) {
		trial_cancel(&c);
		assert_int_equal(c.dones, 0);
	}
	trial_run(&s.t);
	free(body); /* the request's memory is the caller's again: ASan sees whoever still reads it */
	assert_int_equal(c.code, FL_E_CANCELLED);
	if (r->sent)
		assert_true(c.times.sent_ns > 0);
	else
		assert_int_equal(c.times.sent_ns, 0);
	trial_release(&c);
	scene_close(&s);
}

static void cancel_while_waiting_leaves_the_queue(void **state)
{
	(void)state;
	const struct peer_step *script = mute;
	struct scene s;
	struct trial_call c[4] = {{0}};
	scene_open(&s, &script, "http");
	for (size_t i = 0; i < 4; i++)
		trial_start(&s.t, &c[i], &s.req, NULL);
	/* the middle, the end, then all that is left */
	trial_cancel(&c[2]);
	trial_cancel(&c[3]);
	trial_cancel(&c[1]);
	while (s.t.running > 1)
		fl_loop_step(s.t.loop);
	assert_int_equal(c[0].dones, 0);
	trial_cancel(&c[0]);
	trial_run(&s.t);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(c[i].code, FL_E_CANCELLED);
		if (i)
			assert_int_equal(c[i].times.granted_ns, 0);
		trial_release(&c[i]);
	}
	assert_true(peer_connections(s.p) <= 1);
	scene_close(&s);
}

static void a_cancelled_call_gives_its_place_to_the_next(void **state)
{
	(void)state;
	static const struct peer_step first[] = {P(PEER_READ), P(PEER_HOLD)};
	const struct peer_step *scripts[] = {first, answers};
	struct scene s;
	struct trial_call c[2] = {{0}};
	memset(&s, 0, sizeof s);
	s.p = peer_start(scripts, 2, NULL);
	trial_open(&s.t, &(struct fl_http_options){.in_flight = 1});
	s.req = (struct fl_http_request){.method = "GET", .url = trial_url(s.url, "http", "127.0.0.1", peer_port(s.p))};
	trial_start(&s.t, &c[0], &s.req, NULL);
	trial_start(&s.t, &c[1], &s.req, NULL);
	while (peer_requests(s.p) < 1)
		trial_poll(&s.t);
	trial_cancel(&c[0]);
	trial_run(&s.t);
	assert_int_equal(c[0].code, FL_E_CANCELLED);
	assert_int_equal(c[1].code, FL_OK);
	assert_int_equal(peer_connections(s.p), 2); /* the cancelled call's connection is not reused */
	trial_release(&c[0]);
	trial_release(&c[1]);
	scene_close(&s);
}

static void cancel_twice_is_cancel_once_and_inside_done_is_nothing(void **state)
{
	(void)state;
	const struct peer_step *script = answers;
	struct scene s;
	struct trial_call twice = {0}, late = {.cancel = IN_DONE}, failed = {.cancel = IN_DONE};
	scene_open(&s, &script, "http");
	trial_start(&s.t, &twice, &s.req, NULL);
	trial_cancel(&twice);
	trial_cancel(&twice);
	trial_start(&s.t, &late, &s.req, NULL);
	s.req.url = FL_S("nonsense");
	trial_start(&s.t, &failed, &s.req, NULL);
	trial_run(&s.t);
	/* The error is read after that cancel: it must still be there, and be its own. */
	assert_int_equal(failed.err.code, FL_E_INVALID);
	trial_release(&failed);
	assert_int_equal(twice.code, FL_E_CANCELLED);
	assert_int_equal(late.code, FL_OK);
	assert_int_equal(late.err.code, FL_OK);
	trial_release(&twice);
	trial_release(&late);
	scene_close(&s);
}

static void cancel_of_a_call_that_has_failed_still_says_cancelled(void **state)
{
	(void)state;
	const struct peer_step *script = answers;
	struct scene s;
	struct trial_call c = {0};
	scene_open(&s, &script, "http");
	s.req.url = FL_S("nonsense");
	trial_start(&s.t, &c, &s.req, NULL);
	trial_cancel(&c); /* its failure is known, done has not come yet */
	trial_run(&s.t);
	assert_int_equal(c.code, FL_E_CANCELLED);
	assert_int_equal(c.err.code, FL_E_CANCELLED);
	trial_release(&c);
	scene_close(&s);
}

static void a_cancel_is_clean_after_any_number_of_rounds(void **state)
{
	(void)state;
	const struct peer_step *script = drips;
	int cancelled = 0;
	for (int rounds = 0; rounds < 60; rounds++) {
		struct scene s;
		struct trial_call c = {0};
		scene_open(&s, &script, "http");
		trial_start(&s.t, &c, &s.req, NULL);
		for (int i = 0; i < rounds && !c.dones; i++)
			fl_loop_step(s.t.loop);
		if (!c.dones)
			trial_cancel(&c);
		trial_run(&s.t);
		assert_true(c.code == FL_E_CANCELLED || c.code == FL_OK);
		cancelled += c.code == FL_E_CANCELLED;
		trial_release(&c);
		scene_close(&s);
	}
	assert_true(cancelled > 2);
}

int main(void)
{
	static struct CMUnitTest tests[32] = {
	    cmocka_unit_test(cancel_while_waiting_leaves_the_queue),
	    cmocka_unit_test(a_cancelled_call_gives_its_place_to_the_next),
	    cmocka_unit_test(cancel_twice_is_cancel_once_and_inside_done_is_nothing),
	    cmocka_unit_test(cancel_of_a_call_that_has_failed_still_says_cancelled),
	    cmocka_unit_test(a_cancel_is_clean_after_any_number_of_rounds),
	};
	size_t n = 5;
	for (size_t i = 0; i < FL_COUNT(states); i++)
		tests[n++] =
		    (struct CMUnitTest){states[i].name, state_is_left_clean, NULL, NULL, (void *)(uintptr_t)&states[i]};
	return _cmocka_run_group_tests("cancel", tests, n, NULL, NULL);
}
