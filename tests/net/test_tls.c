/* TLS and proxies, against scripted servers with certificates of an authority of our own. */
#include "trial.h"

#include "authority.h"

#include <openssl/ssl.h>

#define H "HTTP/1.1 200 OK\r\n"
#define OK H "Content-Length: 5\r\n\r\nhello"
#define DAY (-86400)

static struct authority ours, theirs;

static const struct peer_step keep_answering[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_AGAIN)};
static const struct peer_step drip[] = {P(PEER_READ), P_TEXT(PEER_DRIP, OK), P(PEER_AGAIN)};
static const struct peer_step endless_notified[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "\r\nhello"), P(PEER_NOTIFY)};
static const struct peer_step endless_cut[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "\r\nhello"), P(PEER_CLOSE)};
static const struct peer_step endless_reset[] = {P(PEER_READ), P_TEXT(PEER_SEND, H "\r\nhello"), P(PEER_RESET)};
static const struct peer_step sized_cut[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_CLOSE)};
static const struct peer_step closes[] = {P(PEER_CLOSE)};

static const struct tls_row {
	const char *name;
	const char *names; /* of the certificate */
	long age_s;
	const char *host;
	const struct peer_step *script;
	enum fl_code code;
	const char *word;            /* in the message or the help */
	bool stranger, plain, no_ca; /* issued by another authority; no TLS at all; ca_file not given */
	int most;
} tls_rows[] = {
    {"a_certificate_for_the_name_is_accepted", "DNS:localhost", DAY, "localhost", keep_answering, FL_OK, NULL},
    {"a_certificate_for_the_address_is_accepted", "IP:127.0.0.1", DAY, "127.0.0.1", keep_answering, FL_OK, NULL},
    {"tls_1_2_is_accepted", "DNS:localhost", DAY, "localhost", keep_answering, FL_OK, NULL, .most = TLS1_2_VERSION},
    {"an_answer_of_one_record_a_byte_is_read", "DNS:localhost", DAY, "localhost", drip, FL_OK, NULL},
    {"a_certificate_for_another_name_is_refused", "DNS:other.example", DAY, "localhost", keep_answering, FL_E_TLS,
     "ostname mismatch"},
    {"a_certificate_for_a_name_is_refused_for_its_address", "DNS:localhost", DAY, "127.0.0.1", keep_answering, FL_E_TLS,
     "address mismatch"},
    {"a_certificate_for_a_longer_name_is_refused", "DNS:localhost.example", DAY, "localhost", keep_answering, FL_E_TLS,
     "mismatch"},
    {"a_common_name_alone_is_refused", NULL, DAY, "localhost", keep_answering, FL_E_TLS, "mismatch"},
    {"an_expired_certificate_is_refused", "DNS:localhost", 60, "localhost", keep_answering, FL_E_TLS, "expired"},
    {"a_certificate_of_an_unknown_authority_is_refused", "DNS:localhost", DAY, "localhost", keep_answering, FL_E_TLS,
     "issuer", .stranger = true},
    {"without_ca_file_our_authority_is_unknown", "DNS:localhost", DAY, "localhost", keep_answering, FL_E_TLS, "issuer",
     .no_ca = true},
    {"tls_1_1_is_refused", "DNS:localhost", DAY, "localhost", keep_answering, FL_E_TLS, "", .most = TLS1_1_VERSION},
    {"a_server_without_tls_is_told_apart", "DNS:localhost", DAY, "localhost", drip, FL_E_TLS, "http://", .plain = true},
    {"a_server_that_closes_within_the_handshake_is_a_connect_error", "DNS:localhost", DAY, "localhost", closes,
     FL_E_CONNECT, "handshake", .plain = true},
    {"a_body_without_length_is_whole_after_close_notify", "DNS:localhost", DAY, "localhost", endless_notified, FL_OK,
     NULL},
    {"a_body_without_length_is_not_whole_without_close_notify", "DNS:localhost", DAY, "localhost", endless_cut,
     FL_E_CLOSED, "cut short"},
    {"a_body_without_length_is_not_whole_after_a_reset", "DNS:localhost", DAY, "localhost", endless_reset, FL_E_CLOSED,
     ""},
    {"a_body_with_length_needs_no_close_notify", "DNS:localhost", DAY, "localhost", sized_cut, FL_OK, NULL},
};

static void tls_row_holds(void **state)
{
	const struct tls_row *r = *state;
	const struct authority *a = r->stranger ? &theirs : &ours;
	struct peer_tls tls = {r->plain ? NULL : authority_issue(a, r->names, r->age_s), a->key, r->most, false};
	/* A plain server speaks first, so that its words are what the handshake meets. */
	static const struct peer_step first[] = {P_TEXT(PEER_SEND, H "\r\n"), P(PEER_HOLD)};
	const struct peer_step *script = r->plain && r->script == drip ? first : r->script;
	struct peer *p = peer_start(&script, 1, &tls);
	struct trial t;
	struct trial_call c = {0};
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.ca_file = r->no_ca ? NULL : ours.file});
	struct fl_http_request req = {
	    .method = "POST", .body = FL_S("secret"), .url = trial_url(url, "https", r->host, peer_port(p))};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	trial_close(&t);
	peer_stop(p);
	if (c.code != r->code)
		fail_msg("code %d: %s", c.code, c.err.message);
	if (r->word && !strstr(c.err.message, r->word) && !strstr(c.err.help, r->word))
		fail_msg("'%s' (%s) lacks '%s'", c.err.message, c.err.help, r->word);
	if (c.code == FL_OK) {
		assert_str(fl_buf_slice(&c.body), "hello");
		/* An address is no server name (RFC 6066 3). */
		assert_string_equal(peer_name_asked(p), strcmp(r->host, "localhost") == 0 ? "localhost" : "");
	}
	if (c.code == FL_E_TLS) {
		assert_int_equal(c.times.sent_ns, 0);
		assert_int_equal(peer_requests(p), 0);
	}
	trial_release(&c);
	peer_free(p);
	X509_free(tls.cert);
}

static void a_kept_tls_connection_carries_further_calls_and_large_bodies(void **state)
{
	(void)state;
	struct peer_tls tls = {authority_issue(&ours, "DNS:localhost", DAY), ours.key, 0, false};
	const struct peer_step *script = keep_answering;
	struct peer *p = peer_start(&script, 1, &tls);
	struct fl_buf body;
	fl_buf_init(&body, 1 << 24);
	for (uint32_t i = 0; i < 1 << 20; i++)
		fl_buf_add(&body, &i, sizeof i);
	struct trial t;
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.ca_file = ours.file});
	for (int i = 0; i < 3; i++) {
		struct trial_call c = {0};
		struct fl_http_request req = {.method = "POST",
		                              .url = trial_url(url, "https", "localhost", peer_port(p))};
		req.body = i == 1 ? fl_buf_slice(&body) : FL_S("small");
		trial_start(&t, &c, &req, NULL);
		trial_run(&t);
		if (c.code != FL_OK)
			fail_msg("%s", c.err.message);
		trial_release(&c);
	}
	trial_close(&t);
	peer_stop(p);
	assert_int_equal(peer_connections(p), 1);
	assert_int_equal(peer_requests(p), 3);
	assert_true(fl_str_find(peer_received(p), fl_buf_slice(&body), 0) > 0);
	peer_free(p);
	fl_buf_release(&body);
	X509_free(tls.cert);
}

static void new_keys_while_a_large_body_is_sent_harm_nothing(void **state)
{
	(void)state;
	/* The server asks for them before it reads: the client's socket is full by then. */
	static const struct peer_step updates[] = {
	    P(PEER_UPDATE),        P(PEER_GATE),   P(PEER_UPDATE), P(PEER_READ),          P(PEER_UPDATE),
	    P_TEXT(PEER_SEND, OK), P(PEER_UPDATE), P(PEER_READ),   P_TEXT(PEER_SEND, OK), P(PEER_HOLD)};
	struct peer_tls tls = {authority_issue(&ours, "DNS:localhost", DAY), ours.key, 0, false};
	const struct peer_step *script = updates;
	struct peer *p = peer_start(&script, 1, &tls);
	char *body = calloc(1, 16 << 20);
	struct trial t;
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.ca_file = ours.file});
	for (int i = 0; i < 2; i++) {
		struct trial_call c = {0};
		struct fl_http_request req = {.method = "POST",
		                              .body = {body, 16 << 20},
		                              .url = trial_url(url, "https", "localhost", peer_port(p))};
		trial_start(&t, &c, &req, NULL);
		for (int k = 0; k < 100 && i == 0; k++)
			trial_poll(&t);
		peer_open_gate(p);
		trial_run(&t);
		if (c.code != FL_OK)
			fail_msg("%s", c.err.message);
		trial_release(&c);
	}
	trial_close(&t);
	peer_stop(p);
	assert_int_equal(peer_connections(p), 1);
	peer_free(p);
	free(body);
	X509_free(tls.cert);
}

static void a_reused_tls_connection_that_dies_is_stale(void **state)
{
	(void)state;
	static const struct peer_step dies[] = {P(PEER_READ), P_TEXT(PEER_SEND, OK), P(PEER_READ), P(PEER_NOTIFY)};
	struct peer_tls tls = {authority_issue(&ours, "DNS:localhost", DAY), ours.key, 0, false};
	const struct peer_step *script = dies;
	struct peer *p = peer_start(&script, 1, &tls);
	struct trial t;
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.ca_file = ours.file});
	for (int i = 0; i < 2; i++) {
		struct trial_call c = {0};
		struct fl_http_request req = {.method = "GET",
		                              .url = trial_url(url, "https", "localhost", peer_port(p))};
		trial_start(&t, &c, &req, NULL);
		trial_run(&t);
		assert_int_equal(c.code, i ? FL_E_STALE : FL_OK);
		trial_release(&c);
	}
	trial_close(&t);
	peer_stop(p);
	assert_int_equal(peer_requests(p), 2);
	peer_free(p);
	X509_free(tls.cert);
}

static void a_ca_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	const struct peer_step *script = keep_answering;
	struct peer *p = peer_start(&script, 1, NULL);
	struct trial t;
	struct trial_call c = {0};
	char url[TRIAL_URL];
	trial_open(&t, &(struct fl_http_options){.ca_file = "/nowhere/ca.pem"});
	struct fl_http_request req = {.method = "GET", .url = trial_url(url, "https", "localhost", peer_port(p))};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	assert_int_equal(c.code, FL_E_TLS);
	assert_non_null(strstr(c.err.message, "/nowhere/ca.pem"));
	trial_release(&c);
	trial_close(&t);
	peer_stop(p);
	peer_free(p);
}

/* Proxies. The host is no loopback one, so only the proxy can reach it. */

#define FAR "api.far.invalid"

struct proxy_trial {
	struct peer *server, *proxy;
	struct peer_step steps[4];
	const struct peer_step *server_script, *proxy_script;
	X509 *cert;
	char proxy_url[TRIAL_URL];
	struct trial t;
	struct fl_http_options options;
};

static void proxy_open(struct proxy_trial *x, const struct peer_step *script, const char *credentials)
{
	x->cert = authority_issue(&ours, "DNS:" FAR, DAY);
	struct peer_tls tls = {x->cert, ours.key, 0, false};
	x->server_script = keep_answering;
	x->server = peer_start(&x->server_script, 1, &tls);
	const struct peer_step opens[4] = {P(PEER_READ),
	                                   P_TEXT(PEER_SEND, "HTTP/1.1 200 Opened\r\nVia: x\r\n\r\n"),
	                                   {PEER_TUNNEL, NULL, 0, peer_port(x->server)},
	                                   P(PEER_END)};
	memcpy(x->steps, opens, sizeof opens);
	x->proxy_script = script ? script : x->steps;
	x->proxy = peer_start(&x->proxy_script, 1, NULL);
	snprintf(x->proxy_url, sizeof x->proxy_url, "http://%s127.0.0.1:%u", credentials, peer_port(x->proxy));
	x->options.https_proxy = x->options.http_proxy = x->proxy_url;
	x->options.ca_file = ours.file;
	trial_open(&x->t, &x->options);
}

/* Stops both; the proxy's record stays readable until proxy_free. */
static void proxy_close(struct proxy_trial *x)
{
	trial_close(&x->t);
	peer_stop(x->proxy);
	peer_stop(x->server);
}

static void proxy_free(struct proxy_trial *x)
{
	peer_free(x->proxy);
	peer_free(x->server);
	X509_free(x->cert);
}

static void proxy_call(struct proxy_trial *x, const char *url, struct trial_call *c)
{
	struct fl_http_request req = {.method = "GET", .url = fl_str_from(url)};
	trial_start(&x->t, c, &req, NULL);
	trial_run(&x->t);
}

static void https_goes_through_a_tunnel_with_credentials(void **state)
{
	(void)state;
	struct proxy_trial x = {0};
	struct trial_call c = {0}, again = {0};
	proxy_open(&x, NULL, "us%65r:p%40ss@");
	proxy_call(&x, "https://" FAR "/x", &c);
	proxy_call(&x, "https://" FAR "/y", &again);
	proxy_close(&x);
	if (c.code != FL_OK)
		fail_msg("%s", c.err.message);
	assert_str(fl_buf_slice(&c.body), "hello");
	assert_int_equal(again.code, FL_OK);
	assert_int_equal(peer_connections(x.proxy), 1);
	assert_str(peer_received(x.proxy), "CONNECT " FAR ":443 HTTP/1.1\r\nHost: " FAR ":443\r\n"
	                                   "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n\r\n");
	assert_true(fl_str_starts(peer_received(x.server), FL_S("GET /x HTTP/1.1\r\nHost: " FAR "\r\n")));
	assert_true(fl_str_find(peer_received(x.server), FL_S("Proxy-Auth"), 0) < 0);
	trial_release(&c);
	trial_release(&again);
	proxy_free(&x);
}

static void plain_http_names_the_whole_url_to_the_proxy(void **state)
{
	(void)state;
	struct proxy_trial x = {0};
	struct trial_call c = {0};
	proxy_open(&x, keep_answering, "u:p@");
	proxy_call(&x, "http://" FAR ":81/x?y", &c);
	proxy_close(&x);
	assert_int_equal(c.code, FL_OK);
	assert_true(
	    fl_str_starts(peer_received(x.proxy), FL_S("GET http://" FAR ":81/x?y HTTP/1.1\r\nHost: " FAR ":81\r\n")));
	assert_true(fl_str_find(peer_received(x.proxy), FL_S("\r\nProxy-Authorization: Basic dTpw\r\n"), 0) > 0);
	trial_release(&c);
	proxy_free(&x);
}

static void a_refused_tunnel_names_the_status_but_no_password(void **state)
{
	(void)state;
	static const struct peer_step no[] = {
	    P(PEER_READ), P_TEXT(PEER_SEND, "HTTP/1.1 407 Auth\r\nContent-Length: 3\r\n\r\nno\n"), P(PEER_HOLD)};
	struct proxy_trial x = {0};
	struct trial_call c = {0};
	proxy_open(&x, no, "joe:hunter2@");
	proxy_call(&x, "https://" FAR "/", &c);
	proxy_close(&x);
	assert_int_equal(c.code, FL_E_CONNECT);
	assert_non_null(strstr(c.err.message, "407"));
	assert_null(strstr(c.err.message, "hunter2"));
	assert_int_equal(c.times.sent_ns, 0);
	trial_release(&c);
	proxy_free(&x);
}

static const struct bad_proxy {
	const char *name;
	struct peer_step script[4];
	enum fl_code code;
} bad_proxies[] = {
    {"a_proxy_that_closes_is_a_connect_error", {P(PEER_READ), P(PEER_END)}, FL_E_CONNECT},
    {"a_proxy_that_speaks_no_http_is_a_protocol_error",
     {P(PEER_READ), P_TEXT(PEER_SEND, "what?"), P(PEER_HOLD)},
     FL_E_PROTOCOL},
    {"a_proxy_that_speaks_into_the_tunnel_is_a_protocol_error",
     {P(PEER_READ), P_TEXT(PEER_SEND, "HTTP/1.1 200 OK\r\n\r\nx"), P(PEER_HOLD)},
     FL_E_PROTOCOL},
};

static void bad_proxy_is_refused(void **state)
{
	const struct bad_proxy *b = *state;
	struct proxy_trial x = {0};
	struct trial_call c = {0};
	proxy_open(&x, b->script, "");
	proxy_call(&x, "https://" FAR "/", &c);
	proxy_close(&x);
	if (c.code != b->code)
		fail_msg("code %d: %s", c.code, c.err.message);
	trial_release(&c);
	proxy_free(&x);
}

static void loopback_and_no_proxy_hosts_go_the_direct_way(void **state)
{
	(void)state;
	struct proxy_trial x = {0};
	struct trial_call c = {0}, far = {0};
	char url[TRIAL_URL];
	x.options.no_proxy = "else.where, .far.invalid";
	proxy_open(&x, NULL, "");
	/* The certificate is for another host: that it is looked at shows that the server was reached. */
	trial_url(url, "https", "localhost", peer_port(x.server));
	proxy_call(&x, url, &c);
	proxy_call(&x, "https://" FAR "/", &far);
	proxy_close(&x);
	assert_int_equal(c.code, FL_E_TLS);
	assert_int_equal(far.code, FL_E_RESOLVE);
	assert_int_equal(peer_connections(x.proxy), 0);
	assert_int_equal(peer_connections(x.server), 1);
	trial_release(&c);
	trial_release(&far);
	proxy_free(&x);
}

static void a_proxy_url_that_cannot_be_used_ends_the_call_that_needs_it(void **state)
{
	(void)state;
	struct trial t;
	struct trial_call c = {0};
	trial_open(&t, &(struct fl_http_options){.https_proxy = "socks5://joe:hunter2@127.0.0.1:1"});
	struct fl_http_request req = {.method = "GET", .url = FL_S("https://" FAR "/")};
	trial_start(&t, &c, &req, NULL);
	trial_run(&t);
	assert_int_equal(c.code, FL_E_INVALID);
	assert_non_null(strstr(c.err.message, "proxy"));
	assert_null(strstr(c.err.found, "hunter2"));
	trial_release(&c);
	trial_close(&t);
}

/* Cancelled after every number of rounds of the loop, so in every state: also within the tunnel and the handshake. */
static void a_cancel_is_clean_after_any_number_of_rounds_through_proxy_and_tls(void **state)
{
	(void)state;
	int cancelled = 0, sent = 0;
	for (int rounds = 0; rounds < 14; rounds++) {
		struct proxy_trial x = {0};
		struct trial_call c = {0};
		proxy_open(&x, NULL, "");
		struct fl_http_request req = {.method = "GET", .url = FL_S("https://" FAR "/x")};
		trial_start(&x.t, &c, &req, NULL);
		for (int i = 0; i < rounds && !c.dones; i++)
			fl_loop_step(x.t.loop);
		if (!c.dones)
			trial_cancel(&c);
		trial_run(&x.t);
		cancelled += c.code == FL_E_CANCELLED;
		sent += c.code == FL_E_CANCELLED && c.times.sent_ns;
		trial_release(&c);
		proxy_close(&x);
		proxy_free(&x);
	}
	assert_true(cancelled >= 4);
	(void)sent;
}

static int make_authorities(void **state)
{
	(void)state;
	authority_init(&ours);
	authority_init(&theirs);
	return 0;
}

static int drop_authorities(void **state)
{
	(void)state;
	authority_release(&ours);
	authority_release(&theirs);
	return 0;
}

int main(void)
{
	static struct CMUnitTest tests[64] = {
	    cmocka_unit_test(a_kept_tls_connection_carries_further_calls_and_large_bodies),
	    cmocka_unit_test(new_keys_while_a_large_body_is_sent_harm_nothing),
	    cmocka_unit_test(a_reused_tls_connection_that_dies_is_stale),
	    cmocka_unit_test(a_ca_file_that_cannot_be_read_is_named),
	    cmocka_unit_test(https_goes_through_a_tunnel_with_credentials),
	    cmocka_unit_test(plain_http_names_the_whole_url_to_the_proxy),
	    cmocka_unit_test(a_refused_tunnel_names_the_status_but_no_password),
	    cmocka_unit_test(loopback_and_no_proxy_hosts_go_the_direct_way),
	    cmocka_unit_test(a_proxy_url_that_cannot_be_used_ends_the_call_that_needs_it),
	    cmocka_unit_test(a_cancel_is_clean_after_any_number_of_rounds_through_proxy_and_tls),
	};
	size_t n = 10;
	for (size_t i = 0; i < FL_COUNT(tls_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){tls_rows[i].name, tls_row_holds, NULL, NULL, (void *)(uintptr_t)&tls_rows[i]};
	for (size_t i = 0; i < FL_COUNT(bad_proxies); i++)
		tests[n++] = (struct CMUnitTest){bad_proxies[i].name, bad_proxy_is_refused, NULL, NULL,
		                                 (void *)(uintptr_t)&bad_proxies[i]};
	return _cmocka_run_group_tests("tls", tests, n, make_authorities, drop_authorities);
}
