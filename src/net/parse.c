/*
 * One step per state, each a function that takes what it can from the input and says what came of it (RFC 9112). The
 * head is collected line by line in one buffer; a line is judged when its LF is there, so that where the bytes were cut
 * cannot matter. Body bytes are never copied.
 */
#include "net/parse.h"

#include <stdlib.h>

#define CHUNK_LINE_BYTES 1024 /* size and extensions of one chunk */
#define CHUNK_DIGITS 15       /* 2^60 - 1 at most: no overflow */

/* AGAIN: another step may follow at once. The rest are the events of the same names. */
enum { AGAIN = -1, MORE = FL_PARSE_MORE, HEAD = FL_PARSE_HEAD, BODY = FL_PARSE_BODY, FAIL = FL_PARSE_FAIL };

enum step {
	STATUS_LINE,
	HEADER_LINE,
	SIZED_BODY,
	ENDLESS_BODY, /* until the connection ends */
	CHUNK_START,  /* first digit of a size */
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	TRAILER_LINE,
	WHOLE,
	FAILED,
	STEPS
};

static bool token_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool fl_http_token_ok(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!token_char((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

bool fl_http_value_ok(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* White space inside a line is space and tab alone. */
static struct fl_str trim(struct fl_str s)
{
	size_t from = 0, to = s.n;
	while (from < to && (s.p[from] == ' ' || s.p[from] == '\t'))
		from++;
	while (to > from && (s.p[to - 1] == ' ' || s.p[to - 1] == '\t'))
		to--;
	return fl_str_sub(s, from, to);
}

/* The next element of a comma list, trimmed; false at its end. */
static bool next_element(struct fl_str list, size_t *from, struct fl_str *element)
{
	if (*from > list.n)
		return false;
	ptrdiff_t comma = fl_str_find_char(list, ',', *from);
	size_t to = comma < 0 ? list.n : (size_t)comma;
	*element = trim(fl_str_sub(list, *from, to));
	*from = to + 1;
	return true;
}

bool fl_http_list_has(struct fl_str list, const char *word)
{
	struct fl_str element;
	for (size_t from = 0; next_element(list, &from, &element);)
		if (fl_str_eq_nocase(element, fl_str_from(word)))
			return true;
	return false;
}

struct fl_str fl_http_head_get(const struct fl_http_head *head, const char *name)
{
	for (size_t i = 0; i < head->header_count; i++)
		if (fl_str_eq_nocase(head->headers[i].name, fl_str_from(name)))
			return head->headers[i].value;
	return (struct fl_str){0};
}

/* Shows what the peer sent, cut short, without bytes that a terminal would act on. */
static int refuse(struct fl_parser *p, struct fl_err *err, struct fl_str shown, const char *what)
{
	char text[81];
	size_t n = FL_MIN(shown.n, sizeof text - 1);
	for (size_t i = 0; i < n; i++)
		text[i] = shown.p[i] >= ' ' && shown.p[i] < 0x7f ? shown.p[i] : '?';
	text[n] = '\0';
	p->step = FAILED;
	fl_err_set(err, FL_E_PROTOCOL, "the server's answer is not valid HTTP: %s", what);
	fl_err_found(err, "%s", text);
	return FAIL;
}

static int over(struct fl_parser *p, struct fl_err *err, const char *what, size_t most)
{
	p->step = FAILED;
	fl_err_set(err, FL_E_LIMIT, "the server's answer has more than %zu %s", most, what);
	return FAIL;
}

void fl_parser_init(struct fl_parser *p)
{
	*p = (struct fl_parser){0};
	fl_buf_init(&p->text, SIZE_MAX / 4);
}

void fl_parser_release(struct fl_parser *p)
{
	fl_buf_release(&p->text);
	FL_VEC_RELEASE(&p->span);
	FL_VEC_RELEASE(&p->header);
}

/* Forgets an interim head; what it counted stays counted. */
static void begin_head(struct fl_parser *p)
{
	fl_buf_reset(&p->text);
	p->line_at = 0;
	p->span.n = 0;
	p->header.n = 0;
	p->head = (struct fl_http_head){0};
	p->step = STATUS_LINE;
}

void fl_parser_begin(struct fl_parser *p, enum fl_parse_asked asked, size_t header_bytes, size_t header_count)
{
	p->asked = asked;
	/* 2^30 keeps spans in 32 bits. */
	p->most_bytes = FL_MIN(header_bytes, (size_t)1 << 30);
	p->most_headers = header_count;
	p->seen_bytes = p->seen_headers = 0;
	p->keep_alive = p->sized = false;
	p->keep_for_s = p->size = p->left = 0;
	begin_head(p);
}

bool fl_parser_started(const struct fl_parser *p)
{
	return p->seen_bytes > 0;
}

/* Collects up to LF. AGAIN: *line is whole, without its end. */
static int take_line(struct fl_parser *p, struct fl_str *in, struct fl_str *line, struct fl_err *err)
{
	const char *lf = in->n ? memchr(in->p, '\n', in->n) : NULL;
	size_t n = lf ? (size_t)(lf - in->p) + 1 : in->n;
	if (n > p->most_bytes - p->seen_bytes)
		return over(p, err, "bytes of headers", p->most_bytes);
	p->seen_bytes += n;
	fl_buf_add(&p->text, in->p, n);
	*in = fl_str_sub(*in, n, in->n);
	if (!lf)
		return MORE;
	*line = fl_str_sub(fl_buf_slice(&p->text), p->line_at, p->text.n - 1);
	p->line_at = p->text.n;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	if (!fl_http_value_ok(*line))
		return refuse(p, err, *line, "a line of the head holds a control character");
	return AGAIN;
}

/* A server of another protocol is told apart by its first bytes: it may never send a line's end. */
static int check_prefix(struct fl_parser *p, struct fl_str in, struct fl_err *err)
{
	static const char want[] = "HTTP/1.";
	for (size_t i = p->text.n, k = 0; i < sizeof want - 1 && k < in.n; i++, k++)
		if (in.p[k] != want[i])
			return refuse(p, err, in, "it does not begin with HTTP/1.");
	return AGAIN;
}

static int status_line(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	struct fl_str line;
	int came = check_prefix(p, *in, err);
	if (came == AGAIN)
		came = take_line(p, in, &line, err);
	if (came != AGAIN)
		return came;
	/* HTTP/1.1 200 reason; the reason and the space before it may be absent */
	const char *s = line.p;
	bool ok = line.n >= 12 && (s[7] == '0' || s[7] == '1') && s[8] == ' ' && (line.n == 12 || s[12] == ' ');
	uint64_t status = 0;
	if (!ok || !fl_str_to_u64(fl_str_sub(line, 9, 12), &status) || status < 100 || status > 599)
		return refuse(p, err, line, "its first line is not 'HTTP/1.1 <status> <reason>'");
	p->minor = s[7] - '0';
	p->status = (int)status;
	if (status == 101)
		return refuse(p, err, line, "it switches to another protocol, which was not asked for");
	p->step = HEADER_LINE;
	return AGAIN;
}

/* Checks one field line and notes where it lies. */
static int take_field(struct fl_parser *p, struct fl_str line, bool keep, struct fl_err *err)
{
	if (line.p[0] == ' ' || line.p[0] == '\t')
		return refuse(p, err, line, "a header line is folded");
	ptrdiff_t colon = fl_str_find_char(line, ':', 0);
	if (colon < 0 || !fl_http_token_ok(fl_str_sub(line, 0, (size_t)colon)))
		return refuse(p, err, line, "a header line is not 'Name: value'");
	if (++p->seen_headers > p->most_headers)
		return over(p, err, "headers", p->most_headers);
	if (!keep)
		return AGAIN;
	struct fl_str value = trim(fl_str_sub(line, (size_t)colon + 1, line.n));
	FL_VEC_PUSH(&p->span, (struct fl_parse_span){.name_at = (uint32_t)(line.p - p->text.p),
	                                             .name_n = (uint32_t)colon,
	                                             .value_at = (uint32_t)(value.p - p->text.p),
	                                             .value_n = (uint32_t)value.n});
	return AGAIN;
}

/* One element of Content-Length: all that come must be equal. */
static bool take_length(struct fl_parser *p, struct fl_str digits)
{
	uint64_t n;
	if (!fl_str_to_u64(digits, &n) || n > INT64_MAX || (p->sized && n != p->size))
		return false;
	p->sized = true;
	p->size = n;
	return true;
}

/* "timeout=5, max=100" */
static void take_keep_alive(struct fl_parser *p, struct fl_str value)
{
	struct fl_str element;
	for (size_t from = 0; next_element(value, &from, &element);)
		if (fl_str_eq_nocase(fl_str_sub(element, 0, 8), FL_S("timeout=")) &&
		    !fl_str_to_u64(fl_str_sub(element, 8, element.n), &p->keep_for_s))
			p->keep_for_s = 0;
}

/* What decides where the body ends (RFC 9112 6.3). */
static int choose_body(struct fl_parser *p, struct fl_err *err)
{
	bool chunked = false, close = false, keep = false;
	for (size_t i = 0; i < p->header.n; i++) {
		struct fl_str name = p->header.p[i].name, value = p->header.p[i].value, element;
		if (fl_str_eq_nocase(name, FL_S("content-length"))) {
			for (size_t from = 0; next_element(value, &from, &element);)
				if (!take_length(p, element))
					return refuse(p, err, value,
					              "Content-Length is no number, or there are two that differ");
		} else if (fl_str_eq_nocase(name, FL_S("transfer-encoding"))) {
			if (chunked || !fl_str_eq_nocase(value, FL_S("chunked")))
				return refuse(p, err, value, "Transfer-Encoding is not 'chunked' alone");
			chunked = true;
		} else if (fl_str_eq_nocase(name, FL_S("connection"))) {
			close = close || fl_http_list_has(value, "close");
			keep = keep || fl_http_list_has(value, "keep-alive");
		} else if (fl_str_eq_nocase(name, FL_S("keep-alive"))) {
			take_keep_alive(p, value);
		}
	}
	if (chunked && (p->sized || p->minor == 0))
		return refuse(p, err, FL_S("Transfer-Encoding: chunked"),
		              p->sized ? "both Content-Length and Transfer-Encoding are given"
		                       : "HTTP/1.0 has no chunks");
	p->keep_alive = !close && (p->minor == 1 || keep);
	p->left = p->size;
	if (p->asked == FL_PARSE_HEAD_ONLY || p->status == 204 || p->status == 304 ||
	    (p->asked == FL_PARSE_CONNECT && p->status < 300))
		p->step = WHOLE;
	else if (chunked)
		p->step = CHUNK_START;
	else if (p->sized)
		p->step = p->size ? SIZED_BODY : WHOLE;
	else
		p->step = ENDLESS_BODY;
	p->keep_alive = p->keep_alive && p->step != ENDLESS_BODY;
	return HEAD;
}

static int end_head(struct fl_parser *p, struct fl_err *err)
{
	if (p->status < 200) {
		begin_head(p);
		return AGAIN;
	}
	for (size_t i = 0; i < p->span.n; i++) {
		const struct fl_parse_span *s = &p->span.p[i];
		struct fl_http_header h = {{p->text.p + s->name_at, s->name_n}, {p->text.p + s->value_at, s->value_n}};
		FL_VEC_PUSH(&p->header, h);
	}
	p->head = (struct fl_http_head){p->status, p->header.p, p->header.n};
	return choose_body(p, err);
}

static int header_line(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	struct fl_str line;
	int came = take_line(p, in, &line, err);
	if (came != AGAIN)
		return came;
	return line.n ? take_field(p, line, true, err) : end_head(p, err);
}

/* Trailers are checked and dropped. */
static int trailer_line(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	struct fl_str line;
	int came = take_line(p, in, &line, err);
	if (came != AGAIN)
		return came;
	if (line.n == 0) {
		p->step = WHOLE;
		return AGAIN;
	}
	return take_field(p, line, false, err);
}

static int take_body(struct fl_parser *p, struct fl_str *in, struct fl_str *body, int then)
{
	if (in->n == 0)
		return MORE;
	size_t n = (size_t)FL_MIN((uint64_t)in->n, p->left);
	*body = fl_str_sub(*in, 0, n);
	*in = fl_str_sub(*in, n, in->n);
	p->left -= n;
	if (p->left == 0)
		p->step = then;
	return BODY;
}

static int sized_body(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)err;
	return take_body(p, in, body, WHOLE);
}

static int endless_body(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)err;
	p->left = UINT64_MAX;
	return take_body(p, in, body, ENDLESS_BODY);
}

static int chunk_data(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)err;
	return take_body(p, in, body, CHUNK_DATA_CR);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int chunk_start(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)in, (void)body, (void)err;
	p->left = 0;
	p->chunk_digits = 0;
	p->chunk_line_n = 0;
	p->step = CHUNK_SIZE;
	return AGAIN;
}

static int chunk_size(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	if (in->n == 0)
		return MORE;
	char c = in->p[0];
	int digit = hex_digit(c);
	if (digit < 0 && p->chunk_digits == 0)
		return refuse(p, err, *in, "a chunk has no size");
	if (digit >= 0) {
		if (++p->chunk_digits > CHUNK_DIGITS)
			return refuse(p, err, *in, "the size of a chunk is too long");
		p->left = p->left * 16 + (uint64_t)digit;
	} else if (c == '\r') {
		p->step = CHUNK_SIZE_LF;
	} else if (c == ';') {
		p->step = CHUNK_EXTENSION;
	} else {
		return refuse(p, err, *in, "the size of a chunk is not a hexadecimal number");
	}
	*in = fl_str_sub(*in, 1, in->n);
	return AGAIN;
}

static int chunk_extension(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	if (in->n == 0)
		return MORE;
	char c = in->p[0];
	if (++p->chunk_line_n > CHUNK_LINE_BYTES)
		return over(p, err, "bytes of extensions at one chunk", CHUNK_LINE_BYTES);
	if (c == '\r')
		p->step = CHUNK_SIZE_LF;
	else if (!fl_http_value_ok((struct fl_str){&c, 1}))
		return refuse(p, err, *in, "the extension of a chunk holds a control character");
	*in = fl_str_sub(*in, 1, in->n);
	return AGAIN;
}

static int expect(struct fl_parser *p, struct fl_str *in, char want, int then, struct fl_err *err)
{
	if (in->n == 0)
		return MORE;
	if (in->p[0] != want)
		return refuse(p, err, *in, "a chunk is not closed by CR LF");
	*in = fl_str_sub(*in, 1, in->n);
	p->step = then;
	return AGAIN;
}

static int chunk_size_lf(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	/* The head has been handed over by now: trailers are collected in its place. */
	if (p->left == 0) {
		fl_buf_reset(&p->text);
		p->line_at = 0;
	}
	return expect(p, in, '\n', p->left ? CHUNK_DATA : TRAILER_LINE, err);
}

static int chunk_data_cr(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	return expect(p, in, '\r', CHUNK_DATA_LF, err);
}

static int chunk_data_lf(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)body;
	return expect(p, in, '\n', CHUNK_START, err);
}

static int whole(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)p, (void)in, (void)body, (void)err;
	return FL_PARSE_END;
}

static int failed(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	(void)in, (void)body;
	return refuse(p, err, (struct fl_str){0}, "it was refused before");
}

static int (*const steps[STEPS])(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err) = {
    [STATUS_LINE] = status_line,
    [HEADER_LINE] = header_line,
    [SIZED_BODY] = sized_body,
    [ENDLESS_BODY] = endless_body,
    [CHUNK_START] = chunk_start,
    [CHUNK_SIZE] = chunk_size,
    [CHUNK_DATA] = chunk_data,
    [CHUNK_EXTENSION] = chunk_extension,
    [CHUNK_SIZE_LF] = chunk_size_lf,
    [CHUNK_DATA_CR] = chunk_data_cr,
    [CHUNK_DATA_LF] = chunk_data_lf,
    [TRAILER_LINE] = trailer_line,
    [WHOLE] = whole,
    [FAILED] = failed,
};

enum fl_parse_event fl_parser_next(struct fl_parser *p, struct fl_str *in, struct fl_str *body, struct fl_err *err)
{
	int came;
	do
		came = steps[p->step](p, in, body, err);
	while (came == AGAIN);
	return (enum fl_parse_event)came;
}

enum fl_code fl_parser_end(const struct fl_parser *p, struct fl_err *err)
{
	if (p->step == ENDLESS_BODY || p->step == WHOLE)
		return FL_OK;
	if (p->step == STATUS_LINE)
		return fl_err_set(err, FL_E_CLOSED, "the server closed the connection before it answered");
	if (p->step == HEADER_LINE)
		return fl_err_set(err, FL_E_CLOSED, "the server closed the connection within the headers");
	return fl_err_set(err, FL_E_CLOSED, "the server closed the connection within the body");
}
