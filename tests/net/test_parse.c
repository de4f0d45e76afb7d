/*
 * Every row is fed whole, one byte at a time and cut in two at every place: the outcome must be the same.
 * A row whose text ends without END is followed by the end of the connection.
 */
#include "test.h"

#include "net/parse.h"

#define ROW(fact, text, ...)                                                                                           \
	{                                                                                                              \
		.name = fact, .in = text, .n = sizeof(text) - 1, __VA_ARGS__                                           \
	}
#define H "HTTP/1.1 200 OK\r\n"
#define BAD .code = FL_E_PROTOCOL
#define CUT .code = FL_E_CLOSED

struct row {
	const char *name, *in;
	size_t n;
	enum fl_parse_asked asked;
	enum fl_code code;
	int status;
	const char *body;
	bool closes; /* the connection cannot be kept */
	size_t rest; /* bytes left behind the response */
	size_t header_bytes, header_count;
};

static const struct row rows[] = {
    ROW("content_length_gives_the_body", H "Content-Length: 5\r\n\r\nhello", .status = 200, .body = "hello"),
    ROW("what_follows_the_body_is_left_alone", H "Content-Length: 2\r\n\r\nhiHTTP", .status = 200, .body = "hi",
        .rest = 4),
    ROW("an_empty_body_ends_at_once", H "Content-Length: 0\r\n\r\n", .status = 200, .body = ""),
    ROW("a_short_body_is_closed", H "Content-Length: 6\r\n\r\nhello", CUT, .status = 200, .body = "hello"),
    ROW("equal_lengths_twice_are_one", H "Content-Length: 2\r\ncontent-length: 2, 2\r\n\r\nhi", .status = 200,
        .body = "hi"),
    ROW("lengths_that_differ_are_refused", H "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", BAD),
    ROW("lengths_that_differ_in_one_line_are_refused", H "Content-Length: 2, 3\r\n\r\nhi!", BAD),
    ROW("a_signed_length_is_refused", H "Content-Length: +2\r\n\r\nhi", BAD),
    ROW("a_hexadecimal_length_is_refused", H "Content-Length: 0x2\r\n\r\nhi", BAD),
    ROW("an_empty_length_is_refused", H "Content-Length:\r\n\r\nhi", BAD),
    ROW("a_length_over_63_bits_is_refused", H "Content-Length: 9223372036854775808\r\n\r\nhi", BAD),
    ROW("a_length_over_64_bits_is_refused", H "Content-Length: 18446744073709551618\r\n\r\nhi", BAD),
    ROW("length_and_chunks_together_are_refused", H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        BAD),
    ROW("chunks_and_length_together_are_refused", H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        BAD),
    ROW("chunked_twice_is_refused", H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BAD),
    ROW("gzip_as_transfer_coding_is_refused", H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", BAD),
    ROW("identity_as_transfer_coding_is_refused", H "Transfer-Encoding: identity\r\n\r\nhi", BAD),
    ROW("chunks_in_http_1_0_are_refused", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BAD),
    ROW("chunks_are_joined", H "Transfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2;x=\"y\"\r\nlo\r\n0\r\n\r\n",
        .status = 200, .body = "hello"),
    ROW("chunk_sizes_are_hexadecimal", H "Transfer-Encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\nX",
        .status = 200, .body = "0123456789", .rest = 1),
    ROW("trailers_are_dropped", H "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n",
        .status = 200, .body = "a"),
    ROW("a_folded_trailer_is_refused", H "Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n 2\r\n\r\n", BAD,
        .status = 200),
    ROW("chunks_without_their_last_are_closed", H "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", CUT, .status = 200,
        .body = "a"),
    ROW("a_last_chunk_without_its_blank_line_is_closed", H "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", CUT,
        .status = 200, .body = "a"),
    ROW("a_chunk_without_size_is_refused", H "Transfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n", BAD,
        .status = 200),
    ROW("a_chunk_size_with_a_sign_is_refused", H "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n", BAD,
        .status = 200),
    ROW("a_chunk_size_with_0x_is_refused", H "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", BAD,
        .status = 200),
    ROW("a_chunk_size_with_a_space_is_refused", H "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n", BAD,
        .status = 200),
    ROW("a_chunk_size_of_64_bits_is_refused", H "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na", BAD,
        .status = 200),
    ROW("a_chunk_line_with_a_bare_lf_is_refused", H "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", BAD,
        .status = 200),
    ROW("a_chunk_longer_than_its_size_is_refused", H "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", BAD,
        .status = 200, .body = "a"),
    ROW("a_control_character_in_an_extension_is_refused",
        H "Transfer-Encoding: chunked\r\n\r\n1;\001\r\na\r\n0\r\n\r\n", BAD, .status = 200),
    ROW("without_length_the_end_of_the_connection_ends_the_body", H "\r\nhello", .status = 200, .body = "hello",
        .closes = true),
    ROW("nothing_at_all_is_closed", "", CUT),
    ROW("half_a_status_line_is_closed", "HTTP/1.1 200", CUT),
    ROW("a_head_without_its_blank_line_is_closed", H "A: b\r\n", CUT),
    ROW("another_protocol_is_refused_by_its_first_bytes", "SSH-2.0-x", BAD),
    ROW("http_2_is_refused", "HTTP/2 200\r\n\r\n", BAD),
    ROW("http_1_2_is_refused", "HTTP/1.2 200 OK\r\n\r\n", BAD),
    ROW("a_blank_line_before_the_status_is_refused", "\r\n" H "\r\n", BAD),
    ROW("a_status_of_two_digits_is_refused", "HTTP/1.1 20 OK\r\n\r\n", BAD),
    ROW("a_status_of_four_digits_is_refused", "HTTP/1.1 2000 OK\r\n\r\n", BAD),
    ROW("a_status_under_100_is_refused", "HTTP/1.1 099 OK\r\n\r\n", BAD),
    ROW("a_status_over_599_is_refused", "HTTP/1.1 600 OK\r\n\r\n", BAD),
    ROW("the_reason_may_be_absent", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", .status = 404, .body = ""),
    ROW("the_reason_may_be_empty", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", .status = 404, .body = ""),
    ROW("a_folded_header_is_refused", H "A: b\r\n c\r\n\r\n", BAD),
    ROW("a_header_that_starts_with_a_tab_is_refused", H "\tA: b\r\n\r\n", BAD),
    ROW("a_space_before_the_colon_is_refused", H "A : b\r\n\r\n", BAD),
    ROW("a_header_without_a_name_is_refused", H ": b\r\n\r\n", BAD),
    ROW("a_header_without_a_colon_is_refused", H "A\r\n\r\n", BAD),
    ROW("a_bare_cr_in_a_value_is_refused", H "A: b\rC: d\r\n\r\n", BAD),
    ROW("a_bare_cr_in_the_status_line_is_refused", "HTTP/1.1 200 O\rK\r\n\r\n", BAD),
    ROW("a_doubled_cr_is_refused", H "A: b\r\r\n\r\n", BAD),
    ROW("a_nul_in_a_value_is_refused", H "A: b\0c\r\n\r\n", BAD),
    ROW("bytes_over_127_in_a_value_are_kept", H "A: \xc3\xa9\r\nContent-Length: 0\r\n\r\n", .status = 200, .body = ""),
    ROW("a_bare_lf_ends_a_line_of_the_head", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", .status = 200, .body = "hi"),
    ROW("interim_answers_are_passed_over",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" H "Content-Length: 2\r\n\r\nhi",
        .status = 200, .body = "hi"),
    ROW("a_switch_of_protocols_is_refused", "HTTP/1.1 101 Switching\r\n\r\n", BAD),
    ROW("an_interim_answer_alone_is_closed", "HTTP/1.1 100 Continue\r\n\r\n", CUT),
    ROW("204_has_no_body", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", .status = 204, .body = ""),
    ROW("304_has_no_body", "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", .status = 304, .body = ""),
    ROW("an_answer_to_head_has_no_body", H "Content-Length: 5\r\n\r\n", .asked = FL_PARSE_HEAD_ONLY, .status = 200,
        .body = ""),
    ROW("an_opened_tunnel_has_no_body", H "\r\nx", .asked = FL_PARSE_CONNECT, .status = 200, .body = "", .rest = 1),
    ROW("a_refused_tunnel_has_a_body", "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno", .asked = FL_PARSE_CONNECT,
        .status = 407, .body = "no"),
    ROW("connection_close_closes", H "Connection: x, Close\r\nContent-Length: 0\r\n\r\n", .status = 200, .body = "",
        .closes = true),
    ROW("http_1_0_closes", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", .status = 200, .body = "", .closes = true),
    ROW("http_1_0_keeps_when_it_says_so", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        .status = 200, .body = ""),
    ROW("a_head_at_its_limit_passes", H "Content-Length: 0\r\n\r\n", .status = 200, .body = "", .header_bytes = 38),
    ROW("a_head_over_its_limit_is_refused", H "Content-Length: 0\r\n\r\n", .code = FL_E_LIMIT, .header_bytes = 37),
    ROW("headers_at_their_limit_pass", H "A: 1\r\nContent-Length: 0\r\n\r\n", .status = 200, .body = "",
        .header_count = 2),
    ROW("headers_over_their_limit_are_refused", H "A: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n", .code = FL_E_LIMIT,
        .header_count = 2),
    ROW("interim_headers_count", "HTTP/1.1 100 C\r\nA: 1\r\nB: 2\r\n\r\n" H "C: 3\r\n\r\n", .code = FL_E_LIMIT,
        .header_count = 2),
    ROW("trailers_count", H "Transfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\nB: 2\r\n\r\n", .code = FL_E_LIMIT,
        .status = 200, .header_count = 2),
};

struct outcome {
	enum fl_code code;
	int status;
	bool keep;
	size_t rest;
	struct fl_buf body;
	struct fl_err err;
};

/* Feeds `piece`; false when the response is over. */
static bool feed(struct fl_parser *p, struct fl_str piece, struct outcome *o)
{
	for (;;) {
		struct fl_str body;
		switch (fl_parser_next(p, &piece, &body, &o->err)) {
		case FL_PARSE_MORE:
			assert_int_equal(piece.n, 0);
			return true;
		case FL_PARSE_HEAD:
			assert_int_equal(o->status, 0);
			o->status = p->head.status;
			o->keep = p->keep_alive;
			break;
		case FL_PARSE_BODY:
			assert_true(body.n > 0);
			fl_buf_str(&o->body, body);
			break;
		case FL_PARSE_END:
			o->code = FL_OK;
			o->rest = piece.n;
			return false;
		case FL_PARSE_FAIL:
			o->code = o->err.code;
			o->rest = 0;
			return false;
		}
	}
}

/* The pieces are [0, cut), [cut, n); or single bytes when step is 1. */
static void replay(struct fl_parser *p, const struct row *r, size_t cut, size_t step)
{
	struct outcome o = {0};
	fl_buf_init(&o.body, 1 << 20);
	fl_parser_begin(p, r->asked, r->header_bytes ? r->header_bytes : 65536,
	                r->header_count ? r->header_count : 128);
	struct fl_str in = {r->in, r->n};
	bool going = true;
	size_t at = 0;
	while (going && at < r->n) {
		size_t to = step ? at + step : at < cut ? cut : r->n;
		going = feed(p, fl_str_sub(in, at, to), &o);
		at = FL_MIN(to, r->n);
	}
	o.rest += going || o.code != FL_OK ? 0 : r->n - at;
	if (going)
		o.code = fl_parser_end(p, &o.err);
	if (o.code != r->code || o.status != r->status || o.rest != r->rest)
		fail_msg("cut %zu step %zu: code %d status %d rest %zu (%s)", cut, step, o.code, o.status, o.rest,
		         o.err.message);
	assert_str(fl_buf_slice(&o.body), r->body ? r->body : "");
	if (o.code == FL_OK)
		assert_int_equal(o.keep, !r->closes);
	fl_buf_release(&o.body);
}

static void row_holds_however_it_is_cut(void **state)
{
	const struct row *r = *state;
	struct fl_parser p;
	fl_parser_init(&p);
	replay(&p, r, r->n, 0);
	replay(&p, r, r->n, 1);
	for (size_t cut = 1; cut < r->n; cut++)
		replay(&p, r, cut, 0);
	fl_parser_release(&p);
}

static void headers_come_as_received_and_are_found_in_any_case(void **state)
{
	(void)state;
	struct fl_parser p;
	struct fl_str body, in = FL_S(H "X-One:  a b \r\nx-one: second\r\nEmpty:\r\nKeep-Alive: max=9, timeout=7\r\n"
	                                "Content-Length: 0\r\n\r\n");
	struct fl_err err;
	fl_parser_init(&p);
	fl_parser_begin(&p, FL_PARSE_GET, 65536, 128);
	assert_int_equal(fl_parser_next(&p, &in, &body, &err), FL_PARSE_HEAD);
	assert_int_equal(p.head.header_count, 5);
	assert_str(p.head.headers[0].name, "X-One");
	assert_str(fl_http_head_get(&p.head, "x-oNE"), "a b");
	assert_str(fl_http_head_get(&p.head, "empty"), "");
	assert_non_null(fl_http_head_get(&p.head, "empty").p);
	assert_null(fl_http_head_get(&p.head, "absent").p);
	assert_int_equal(p.keep_for_s, 7);
	fl_parser_release(&p);
}

static void what_is_shown_of_a_bad_answer_holds_no_control_character(void **state)
{
	(void)state;
	struct fl_parser p;
	struct fl_str body, in = FL_S("\033[31mred");
	struct fl_err err;
	fl_parser_init(&p);
	fl_parser_begin(&p, FL_PARSE_GET, 65536, 128);
	assert_int_equal(fl_parser_next(&p, &in, &body, &err), FL_PARSE_FAIL);
	assert_string_equal(err.found, "?[31mred");
	fl_parser_release(&p);
}

int main(void)
{
	struct CMUnitTest tests[FL_COUNT(rows) + 2] = {
	    cmocka_unit_test(headers_come_as_received_and_are_found_in_any_case),
	    cmocka_unit_test(what_is_shown_of_a_bad_answer_holds_no_control_character),
	};
	for (size_t i = 0; i < FL_COUNT(rows); i++)
		tests[2 + i] = (struct CMUnitTest){rows[i].name, row_holds_however_it_is_cut, NULL, NULL,
		                                   (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
