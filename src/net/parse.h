/*
 * parse.h - a strict, incremental reader of HTTP/1.x responses (RFC 9112): bytes in, events out.
 *
 *   init -> [ begin -> next: (MORE)* HEAD (BODY | MORE)* END ]*        or FAIL at any point
 *
 * What could be read in two ways is refused: Content-Length beside Transfer-Encoding, differing lengths, folded lines,
 * a space before the colon, a bare CR, any coding but chunked, chunk sizes that are not plain hex. A bare LF ends a
 * line of the head (RFC 9112 2.2), but not in chunk framing. 1xx answers are passed over, 101 is refused (nobody
 * asked). How the bytes are cut never changes the events.
 *
 * Ownership: the parser owns its buffers; head slices live until the next call, body slices are parts of the input.
 * Threads: pure. Limits: given to begin; both count interim heads and trailers too. Failure: FL_E_PROTOCOL, FL_E_LIMIT.
 */
#ifndef FL_PARSE_H
#define FL_PARSE_H

#include "base/vec.h"
#include "net/client.h"

enum fl_parse_event {
	FL_PARSE_MORE, /* the input is used up */
	FL_PARSE_HEAD, /* p->head is filled */
	FL_PARSE_BODY, /* *body is a run of payload, as encoded by Content-Encoding */
	FL_PARSE_END,  /* the response is whole; input behind it is left alone */
	FL_PARSE_FAIL, /* err is set; nothing more comes */
};

enum fl_parse_asked { FL_PARSE_GET, FL_PARSE_HEAD_ONLY, FL_PARSE_CONNECT }; /* what the request was */

/* Where a header lies in the bytes collected; they move while they grow. */
struct fl_parse_span {
	uint32_t name_at, name_n, value_at, value_n;
};

struct fl_parser {
	/* the result; valid from HEAD on */
	struct fl_http_head head; /* its slices: until the next call */
	bool keep_alive;          /* the peer will keep the connection after this response */
	uint64_t keep_for_s;      /* from "Keep-Alive: timeout=", 0 = not said */
	bool sized;               /* Content-Length gives the size of the body */
	uint64_t size;            /* that size */

	/* the inside */
	int step; /* index into the table of steps in parse.c */
	enum fl_parse_asked asked;
	size_t most_bytes, most_headers; /* limits */
	size_t seen_bytes, seen_headers; /* all heads and trailers of this response */
	struct fl_buf text;              /* the head so far */
	size_t line_at;                  /* start in text of the line being collected */
	FL_VEC(struct fl_parse_span) span;
	FL_VEC(struct fl_http_header) header;
	int minor, status;
	uint64_t left;       /* body or chunk bytes still to come */
	int chunk_digits;    /* of the size being read */
	size_t chunk_line_n; /* bytes of the size line being read */
};

void fl_parser_init(struct fl_parser *p);
void fl_parser_release(struct fl_parser *p);
/* Ready for one response to a request of that kind. */
void fl_parser_begin(struct fl_parser *p, enum fl_parse_asked asked, size_t header_bytes, size_t header_count);
/* Takes bytes from the front of *in, returns at each event. */
enum fl_parse_event fl_parser_next(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err);
/* The connection ended. FL_OK when that completes the response (a body that only the end delimits), else FL_E_CLOSED. */
enum fl_code fl_parser_end(const struct fl_parser *p, struct fl_err *err);
/* At least one byte of a response was read since begin. */
bool fl_parser_started(const struct fl_parser *p);

/* True for the characters of a token (RFC 9110 5.6.2): header names, methods. False when empty. */
bool fl_http_token_ok(struct fl_str s);
/* True when a header's value holds no control character but the tab. */
bool fl_http_value_ok(struct fl_str s);
/* True when a comma list holds the word, any case. */
bool fl_http_list_has(struct fl_str list, const char *word);

#endif
