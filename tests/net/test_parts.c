/* The small parts of net/: URLs and hosts, event-stream lines, the request's head. */
#include "test.h"

#include "net/event_lines.h"
#include "net/request.h"
#include "net/url.h"

static const struct url_row {
	const char *text, *origin, *target; /* origin NULL: refused */
	bool default_port;
} urls[] = {
    {"http://a.b/c", "http://a.b:80", "/c", true},
    {"HTTPS://A.B:8443/c?d#e", "https://a.b:8443", "/c?d", false},
    {"https://a.b:443", "https://a.b:443", "", true},
    {"http://a.b:/", "http://a.b:80", "/", true},
    {"http://a.b./", "http://a.b:80", "/", true},
    {"http://a.b?q=1", "http://a.b:80", "?q=1", true},
    {"http://[::1]:8080/x", "http://[::1]:8080", "/x", false},
    {"http://a/@b:c", "http://a:80", "/@b:c", true},
    {"ftp://a.b/", NULL, NULL, false},
    {"a.b/c", NULL, NULL, false},
    {"http://", NULL, NULL, false},
    {"http:///x", NULL, NULL, false},
    {"http://user@a.b/", NULL, NULL, false},
    {"http://user:pw@a.b/", NULL, NULL, false},
    {"http://a.b:0/", NULL, NULL, false},
    {"http://a.b:65536/", NULL, NULL, false},
    {"http://a.b:8x/", NULL, NULL, false},
    {"http://a b/", NULL, NULL, false},
    {"http://a.b/\r\nX: y", NULL, NULL, false},
    {"http://a.b/\xc3\xa9", NULL, NULL, false},
    {"http://a%2eb/", NULL, NULL, false},
    {"http://[::1/", NULL, NULL, false},
    {"http://[x]/", NULL, NULL, false},
    {"http://[::1]x/", NULL, NULL, false},
};

static void urls_are_taken_apart_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(urls); i++) {
		const struct url_row *r = &urls[i];
		struct fl_url u;
		struct fl_err err;
		char origin[FL_ORIGIN_TEXT];
		enum fl_code code = fl_url_parse(&u, fl_str_from(r->text), &err);
		if (code != (r->origin ? FL_OK : FL_E_INVALID))
			fail_msg("%s: %d", r->text, code);
		if (code != FL_OK)
			continue;
		assert_str(fl_url_origin(&u, origin), r->origin);
		assert_str(u.target, r->target);
		assert_int_equal(u.port_is_default, r->default_port);
	}
}

static void a_password_in_a_url_is_not_shown(void **state)
{
	(void)state;
	struct fl_url u;
	struct fl_err err;
	assert_int_equal(fl_url_parse(&u, FL_S("http://joe:hunter2@a.b/"), &err), FL_E_INVALID);
	assert_null(strstr(err.found, "hunter2"));
	assert_null(strstr(err.message, "hunter2"));
}

static void a_proxy_url_may_hold_credentials(void **state)
{
	(void)state;
	struct fl_url u;
	struct fl_err err;
	assert_ok(fl_url_parse_proxy(&u, FL_S("http://joe:p@ss@proxy:3128/"), &err), &err);
	assert_str(u.user, "joe:p@ss");
	assert_str(u.host, "proxy");
	assert_int_equal(fl_url_parse_proxy(&u, FL_S("https://proxy:3128"), &err), FL_E_INVALID);
}

static void loopback_is_known_by_name_and_address(void **state)
{
	(void)state;
	static const char *const yes[] = {"localhost", "LOCALHOST", "a.localhost",     "127.0.0.1",
	                                  "127.9.9.9", "::1",       "::ffff:127.0.0.1"};
	static const char *const no[] = {"localhost.example", "xlocalhost",      "128.0.0.1", "10.0.0.1", "::2",
	                                 "example.org",       "127.0.0.1.nip.io"};
	for (size_t i = 0; i < FL_COUNT(yes); i++)
		assert_true(fl_host_is_loopback(yes[i]));
	for (size_t i = 0; i < FL_COUNT(no); i++)
		assert_false(fl_host_is_loopback(no[i]));
}

static void no_proxy_covers_hosts_and_the_names_below_them(void **state)
{
	(void)state;
	struct fl_str list = FL_S("example.org, .corp ,10.0.0.1,[fe80::1]");
	assert_true(fl_host_in_list("example.org", list));
	assert_true(fl_host_in_list("api.EXAMPLE.org", list));
	assert_true(fl_host_in_list("a.corp", list));
	assert_true(fl_host_in_list("10.0.0.1", list));
	assert_true(fl_host_in_list("fe80::1", list));
	assert_false(fl_host_in_list("badexample.org", list));
	assert_false(fl_host_in_list("10.0.0.11", list));
	assert_false(fl_host_in_list("example.org", FL_S("")));
	assert_false(fl_host_in_list("example.org", FL_S(",,")));
	assert_true(fl_host_in_list("anything", FL_S("*")));
}

static bool feed(struct fl_event_lines *l, const char *z, size_t most)
{
	bool payload;
	assert_true(fl_event_lines_feed(l, fl_str_from(z), most, &payload));
	return payload;
}

static void comments_and_blank_lines_are_no_payload(void **state)
{
	(void)state;
	struct fl_event_lines l = {0};
	assert_false(feed(&l, ": ping\n\n", 100));
	assert_false(feed(&l, "\r\n\r", 100));
	assert_false(feed(&l, ":", 100));
	assert_false(feed(&l, "data: x", 100)); /* still the comment */
	assert_true(feed(&l, "\nd", 100));
	assert_true(feed(&l, ":", 100)); /* within a line of payload */
	assert_false(feed(&l, "\n", 100));
}

static void a_line_over_the_limit_is_refused(void **state)
{
	(void)state;
	struct fl_event_lines l = {0};
	bool payload;
	assert_true(feed(&l, "12345\n1234", 5));
	assert_true(feed(&l, "5", 5));
	assert_false(fl_event_lines_feed(&l, FL_S("6"), 5, &payload));
}

static enum fl_code check(struct fl_http_header h, struct fl_err *err)
{
	struct fl_http_request req = {.method = "POST", .headers = &h, .header_count = 1};
	return fl_request_check(&req, err);
}

static void a_header_cannot_smuggle_another(void **state)
{
	(void)state;
	struct fl_err err;
	assert_int_equal(check((struct fl_http_header){FL_S("A"), FL_S("b\r\nC: d")}, &err), FL_E_INVALID);
	assert_int_equal(check((struct fl_http_header){FL_S("A"), FL_S("b\n")}, &err), FL_E_INVALID);
	assert_int_equal(check((struct fl_http_header){FL_S("A: x"), FL_S("b")}, &err), FL_E_INVALID);
	assert_int_equal(check((struct fl_http_header){FL_S(""), FL_S("b")}, &err), FL_E_INVALID);
	assert_int_equal(check((struct fl_http_header){FL_S("Authorization"), FL_S("Bearer sk-1\r")}, &err),
	                 FL_E_INVALID);
	assert_null(strstr(err.message, "sk-1"));
	assert_int_equal(check((struct fl_http_header){FL_S("Authorization"), FL_S("Bearer sk-1")}, &err), FL_OK);
}

static void framing_headers_are_the_clients_own(void **state)
{
	(void)state;
	struct fl_err err;
	static const char *const names[] = {"host", "CONTENT-LENGTH", "Transfer-Encoding", "Connection",
	                                    "accept-encoding"};
	for (size_t i = 0; i < FL_COUNT(names); i++)
		assert_int_equal(check((struct fl_http_header){fl_str_from(names[i]), FL_S("1")}, &err), FL_E_INVALID);
}

static void written(const char *method, const char *url, const char *body, bool absolute, const char *want)
{
	struct fl_http_request req = {.method = method, .url = fl_str_from(url), .body = fl_str_from(body)};
	struct fl_request_way way = {absolute, absolute ? FL_S("Basic eA==") : (struct fl_str){0}};
	struct fl_url u;
	struct fl_err err;
	struct fl_buf out;
	fl_buf_init(&out, 4096);
	assert_ok(fl_url_parse(&u, req.url, &err), &err);
	assert_ok(fl_request_write(&out, &req, &u, &way, &err), &err);
	assert_str(fl_buf_slice(&out), want);
	fl_buf_release(&out);
}

static void request_heads_are_written_byte_for_byte(void **state)
{
	(void)state;
#define TAIL "User-Agent: fulcrum/" FL_VERSION "\r\n\r\n"
	written("GET", "http://A.b?q", NULL, false, "GET /?q HTTP/1.1\r\nHost: a.b\r\nAccept-Encoding: gzip\r\n" TAIL);
	written("POST", "https://[::1]:8443/x#y", "12", false,
	        "POST /x HTTP/1.1\r\nHost: [::1]:8443\r\nAccept-Encoding: gzip\r\nContent-Length: 2\r\n" TAIL);
	written("POST", "http://a.b:80/x", NULL, false,
	        "POST /x HTTP/1.1\r\nHost: a.b\r\nAccept-Encoding: gzip\r\nContent-Length: 0\r\n" TAIL);
	written(
	    "GET", "http://a.b:81", NULL, true,
	    "GET http://a.b:81/ HTTP/1.1\r\nHost: a.b:81\r\nAccept-Encoding: gzip\r\nUser-Agent: fulcrum/" FL_VERSION
	    "\r\nProxy-Authorization: Basic eA==\r\n\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(urls_are_taken_apart_or_refused),
	    cmocka_unit_test(a_password_in_a_url_is_not_shown),
	    cmocka_unit_test(a_proxy_url_may_hold_credentials),
	    cmocka_unit_test(loopback_is_known_by_name_and_address),
	    cmocka_unit_test(no_proxy_covers_hosts_and_the_names_below_them),
	    cmocka_unit_test(comments_and_blank_lines_are_no_payload),
	    cmocka_unit_test(a_line_over_the_limit_is_refused),
	    cmocka_unit_test(a_header_cannot_smuggle_another),
	    cmocka_unit_test(framing_headers_are_the_clients_own),
	    cmocka_unit_test(request_heads_are_written_byte_for_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
