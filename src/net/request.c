#include "net/request.h"

#include "net/parse.h"

/* Headers that say how the message is framed or how the connection is used: the client's own business. */
static const char *const reserved[] = {
    "Host", "Content-Length", "Transfer-Encoding",  "Connection", "Keep-Alive", "Accept-Encoding", "Upgrade", "Expect",
    "TE",   "Trailer",        "Proxy-Authorization"};

/* A request with these says its length even when that is 0 (RFC 9110 8.6). */
static const char *const with_body[] = {"POST", "PUT", "PATCH"};

static enum fl_code check_header(const struct fl_http_header *h, struct fl_err *err)
{
	if (!fl_http_token_ok(h->name)) {
		fl_err_set(err, FL_E_INVALID, "a header has a name that HTTP does not allow");
		fl_err_found(err, "%.*s", FL_FMT(fl_str_sub(h->name, 0, 80)));
		fl_err_expected(err, "letters, digits and '-'");
		return FL_E_INVALID;
	}
	/* The value may be a key: it is not shown. */
	if (!fl_http_value_ok(h->value)) {
		fl_err_set(err, FL_E_INVALID,
		           "the value of the header '%.*s' holds a line break or a control character", FL_FMT(h->name));
		fl_err_help(err, "remove it; a key read from a file often ends in a line break");
		return FL_E_INVALID;
	}
	for (size_t i = 0; i < FL_COUNT(reserved); i++)
		if (fl_str_eq_nocase(h->name, fl_str_from(reserved[i]))) {
			fl_err_set(err, FL_E_INVALID, "the header '%s' cannot be set: the client writes it itself",
			           reserved[i]);
			fl_err_help(err, "remove it from the headers");
			return FL_E_INVALID;
		}
	return FL_OK;
}

enum fl_code fl_request_check(const struct fl_http_request *req, struct fl_err *err)
{
	if (!fl_http_token_ok(fl_str_from(req->method)))
		return fl_err_set(err, FL_E_INVALID, "the method of a request is empty or not a word");
	for (size_t i = 0; i < req->header_count; i++)
		FL_TRY(check_header(&req->headers[i], err));
	return FL_OK;
}

bool fl_request_write_host(struct fl_buf *out, const struct fl_url *url)
{
	char host[FL_HOST_TEXT];
	fl_buf_printf(out, url->bracketed ? "[%s]" : "%s", fl_url_host(url, host));
	if (!url->port_is_default)
		fl_buf_printf(out, ":%u", url->port);
	return !out->full;
}

static bool needs_length(const struct fl_http_request *req)
{
	bool may = req->body.n > 0;
	for (size_t i = 0; i < FL_COUNT(with_body); i++)
		may = may || strcmp(req->method, with_body[i]) == 0;
	return may;
}

static void write_header(struct fl_buf *out, struct fl_str name, struct fl_str value)
{
	fl_buf_str(out, name);
	fl_buf_z(out, ": ");
	fl_buf_str(out, value);
	fl_buf_z(out, "\r\n");
}

enum fl_code fl_request_write(struct fl_buf *out, const struct fl_http_request *req, const struct fl_url *url,
                              const struct fl_request_way *way, struct fl_err *err)
{
	bool agent = false;
	fl_buf_z(out, req->method);
	fl_buf_char(out, ' ');
	if (way->absolute) {
		fl_buf_z(out, url->https ? "https://" : "http://");
		fl_request_write_host(out, url);
	}
	if (url->target.n == 0 || url->target.p[0] != '/')
		fl_buf_char(out, '/');
	fl_buf_str(out, url->target);
	fl_buf_z(out, " HTTP/1.1\r\nHost: ");
	fl_request_write_host(out, url);
	fl_buf_z(out, "\r\nAccept-Encoding: gzip\r\n");
	if (needs_length(req))
		fl_buf_printf(out, "Content-Length: %zu\r\n", req->body.n);
	for (size_t i = 0; i < req->header_count; i++) {
		agent = agent || fl_str_eq_nocase(req->headers[i].name, FL_S("User-Agent"));
		write_header(out, req->headers[i].name, req->headers[i].value);
	}
	if (!agent)
		fl_buf_z(out, "User-Agent: fulcrum/" FL_VERSION "\r\n");
	if (way->authorization.n)
		write_header(out, FL_S("Proxy-Authorization"), way->authorization);
	fl_buf_z(out, "\r\n");
	if (out->full)
		return fl_err_set(err, FL_E_LIMIT, "the headers of the request are longer than %zu bytes", out->max);
	return FL_OK;
}
