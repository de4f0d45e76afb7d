/* Whole exchanges over TCP with a scripted server: what the client must send, what it must make of the answer. */
#include "trial.h"

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

int main(void)
{
	(void)get;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_get_sends_exactly_these_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
