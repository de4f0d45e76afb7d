#include "net/proxy.h"

#include "net/parse.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_BYTES 65536
#define ANSWER_HEADERS 128
#define CREDENTIAL_BYTES 4096

/* Base64 of "user:password" after undoing %XX (RFC 7617). */
static bool take_credentials(struct fl_proxy *p, struct fl_str user)
{
	struct fl_buf plain;
	fl_buf_init(&plain, CREDENTIAL_BYTES);
	bool ok = fl_percent_decode(&plain, user) && (fl_str_find_char(user, ':', 0) >= 0 || fl_buf_char(&plain, ':'));
	if (ok) {
		char *text = fl_alloc(plain.n / 3 * 4 + 5);
		EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)plain.p, (int)plain.n);
		fl_buf_printf(&p->authorization, "Basic %s", text);
		free(text);
	}
	fl_buf_release(&plain);
	return ok;
}

void fl_proxy_init(struct fl_proxy *p, const char *url)
{
	struct fl_url u;
	struct fl_err err;
	*p = (struct fl_proxy){.set = url && *url};
	fl_buf_init(&p->authorization, CREDENTIAL_BYTES * 2);
	if (!p->set)
		return;
	enum fl_code code = fl_url_parse_proxy(&u, fl_str_from(url), &err);
	if (code == FL_OK) {
		fl_url_host(&u, p->host);
		p->port = u.port;
		if (u.user.n && !take_credentials(p, u.user))
			code = fl_err_set(&err, FL_E_INVALID, "the credentials are too long or have a bad %%XX");
	}
	if (code == FL_OK)
		return;
	fl_err_while(&err, "reading the url of the proxy");
	p->bad = fl_alloc(sizeof err);
	*p->bad = err;
}

void fl_proxy_release(struct fl_proxy *p)
{
	fl_buf_release(&p->authorization);
	free(p->bad);
	p->bad = NULL;
}

enum fl_code fl_proxy_check(const struct fl_proxy *p, struct fl_err *err)
{
	if (!p->bad)
		return FL_OK;
	if (err)
		*err = *p->bad;
	return p->bad->code;
}

struct tunnel {
	struct fl_filter f;
	bool open, offered; /* there is a tunnel; the proxy got a user and a password */
	struct fl_buf out;
	struct fl_parser parser;
	char proxy[FL_HOST_BYTES + 8], doing[FL_HOST_BYTES * 2 + 80];
};

static void refuse(struct tunnel *t, const struct fl_err *why)
{
	t->f.up->end(t->f.up_arg, why->code, why);
}

static void on_ready(void *arg)
{
	struct tunnel *t = arg;
	struct fl_str request = fl_buf_slice(&t->out);
	fl_parser_begin(&t->parser, FL_PARSE_CONNECT, ANSWER_BYTES, ANSWER_HEADERS);
	fl_filter_send(t->f.below, &request, 1);
}

static void judge(struct tunnel *t, struct fl_str rest)
{
	struct fl_err err;
	int status = t->parser.head.status;
	if (status >= 300) {
		bool asks = status == 407 || status == 401; /* tinyproxy says 401 of a wrong password */
		fl_err_set(&err, FL_E_CONNECT, "the proxy %s refused the tunnel with status %d%s", t->proxy, status,
		           !asks        ? ""
		           : t->offered ? ": it does not take the user and the password of its url"
		                        : ": it wants a user and a password");
		if (asks)
			fl_err_help(&err, "put the user and the password into the proxy's url: http://user:password@%s",
			            t->proxy);
		refuse(t, &err);
	} else if (rest.n) {
		/* Nobody behind the tunnel speaks before it is spoken to. */
		fl_err_set(&err, FL_E_PROTOCOL, "the proxy %s sent bytes of its own into the tunnel", t->proxy);
		refuse(t, &err);
	} else {
		t->open = true;
		t->f.up->ready(t->f.up_arg);
	}
}

static void on_data(void *arg, struct fl_str bytes)
{
	struct tunnel *t = arg;
	struct fl_str body;
	struct fl_err err;
	if (t->open) {
		t->f.up->data(t->f.up_arg, bytes);
		return;
	}
	enum fl_parse_event event = fl_parser_next(&t->parser, &bytes, &body, &err);
	if (event == FL_PARSE_HEAD) {
		judge(t, bytes);
	} else if (event == FL_PARSE_FAIL) {
		fl_err_while(&err, "asking the proxy %s for a tunnel", t->proxy);
		refuse(t, &err);
	}
}

static void on_sent(void *arg)
{
	struct tunnel *t = arg;
	if (t->open)
		t->f.up->sent(t->f.up_arg);
}

static void on_end(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct tunnel *t = arg;
	struct fl_err own;
	if (!t->open && (code == FL_OK || code == FL_E_CLOSED)) {
		fl_err_set(&own, FL_E_CONNECT, "the proxy %s closed the connection before the tunnel was open",
		           t->proxy);
		code = own.code;
		err = &own;
	}
	t->f.up->end(t->f.up_arg, code, err);
}

static void on_gone(void *arg)
{
	struct tunnel *t = arg;
	t->f.up->gone(t->f.up_arg);
	fl_buf_release(&t->out);
	fl_parser_release(&t->parser);
	free(t);
}

static const struct fl_filter_events tunnel_events = {on_ready, on_data, on_sent, on_end, on_gone};

static void tunnel_start(struct fl_filter *f)
{
	fl_filter_start(f->below);
}

static void tunnel_send(struct fl_filter *f, const struct fl_str *part, size_t count)
{
	fl_filter_send(f->below, part, count);
}

static void tunnel_hold(struct fl_filter *f, bool held)
{
	fl_filter_hold(f->below, held);
}

static void tunnel_close(struct fl_filter *f)
{
	f->closed = true;
	fl_filter_close(f->below);
}

static const char *tunnel_doing(struct fl_filter *f)
{
	struct tunnel *t = (struct tunnel *)f;
	const char *below = fl_filter_doing(f->below);
	return below || t->open ? below : t->doing;
}

static const struct fl_filter_kind tunnel_kind = {"proxy",     tunnel_start, tunnel_send,
                                                  tunnel_hold, tunnel_close, tunnel_doing};

struct fl_filter *fl_proxy_create(struct fl_filter *below, const struct fl_proxy *p, const char *host, uint16_t port,
                                  const struct fl_filter_events *up, void *up_arg)
{
	struct tunnel *t = fl_alloc_zero(1, sizeof *t);
	t->f = (struct fl_filter){.kind = &tunnel_kind, .up = up, .up_arg = up_arg, .below = below};
	t->offered = p->authorization.n > 0;
	below->up = &tunnel_events;
	below->up_arg = t;
	fl_parser_init(&t->parser);
	snprintf(t->proxy, sizeof t->proxy, "%s:%u", p->host, p->port);
	snprintf(t->doing, sizeof t->doing, "waiting for the proxy %s to open a tunnel to %s:%u", t->proxy, host, port);
	fl_buf_init(&t->out, CREDENTIAL_BYTES * 2 + FL_HOST_BYTES * 2 + 128);
	const char *form = strchr(host, ':') ? "[%s]:%u" : "%s:%u";
	fl_buf_z(&t->out, "CONNECT ");
	fl_buf_printf(&t->out, form, host, port);
	fl_buf_z(&t->out, " HTTP/1.1\r\nHost: ");
	fl_buf_printf(&t->out, form, host, port);
	if (p->authorization.n)
		fl_buf_printf(&t->out, "\r\nProxy-Authorization: %s", p->authorization.p);
	fl_buf_z(&t->out, "\r\n\r\n");
	FL_ASSERT(!t->out.full);
	return &t->f;
}

struct fl_http_options fl_http_options_of_environment(void)
{
	struct fl_http_options o = {
	    .https_proxy = getenv("HTTPS_PROXY"), .http_proxy = getenv("http_proxy"), .no_proxy = getenv("NO_PROXY")};
	if (!o.https_proxy)
		o.https_proxy = getenv("https_proxy");
	if (!o.no_proxy)
		o.no_proxy = getenv("no_proxy");
	return o;
}
