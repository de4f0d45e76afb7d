/*
 * OpenSSL reads and writes through a BIO of ours: a read takes from the bytes that the filter below has just handed up,
 * a write is collected and sent below when OpenSSL returns.
 *
 *   below: data -> in -> SSL_do_handshake / SSL_read -> up: data
 *   send -> SSL_write, at most CHUNK -> out -> below: send ... sent -> next chunk -> ... -> up: sent
 *
 * One send below is under way at a time, and OpenSSL is not called to write while it is. `out` is borrowed by the
 * filter below then, so what OpenSSL writes meanwhile (an answer to a key update, an alert) goes to `later`.
 */
#include "net/tls.h"

#include "net/url.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 65536
#define OUT_BYTES (1 << 20)
#define READ_BYTES 16384 /* one record */
#define NO_TLS_HELP "the server does not speak TLS there: try http:// in the url"

struct tls;

/* The authorities: read on the pool, since a bundle takes tens of milliseconds to parse. */
struct fl_tls_context {
	struct fl_loop *loop;
	char *ca_file;
	enum { UNREAD, READING, READ } state;
	bool destroyed;
	SSL_CTX *ctx;
	struct fl_err err;   /* code FL_OK unless ctx cannot be used */
	struct tls *waiting; /* connections that want it */
};

struct tls {
	struct fl_filter f;
	struct fl_tls_context *context; /* NULL once it is not needed */
	struct tls *next_waiting;
	bool waits;
	char host[FL_HOST_TEXT];
	uint16_t port;
	SSL *ssl;
	enum { LOWER, HANDSHAKE, OPEN, OVER } state; /* LOWER: the filter below or the authorities are not ready */
	bool below_ready;
	struct fl_str in; /* bytes from below that OpenSSL has not read yet */
	bool in_ended;    /* no more will come */
	struct fl_buf out, later;
	bool sending;          /* `out` is with the filter below */
	bool pumping;          /* pump is on the stack */
	struct fl_str part[2]; /* what the owner wants sent, not yet encrypted */
	bool owes_sent;
	char doing[FL_HOST_BYTES + 80];
};

static const struct fl_filter_events tls_events;

/* The text of OpenSSL's latest error; clears its queue. */
static const char *why(char *text, size_t size)
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = e ? ERR_reason_error_string(e) : NULL;
	snprintf(text, size, "%s", reason ? reason : "no reason given");
	ERR_clear_error();
	return text;
}

/* The BIO. */

static int bio_write(BIO *b, const char *p, int n)
{
	struct tls *t = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	return n > 0 && fl_buf_add(t->sending ? &t->later : &t->out, p, (size_t)n) ? n : -1;
}

static int bio_read(BIO *b, char *p, int n)
{
	struct tls *t = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	if (t->in.n == 0) {
		if (!t->in_ended)
			BIO_set_retry_read(b);
		return t->in_ended ? 0 : -1;
	}
	size_t take = FL_MIN((size_t)n, t->in.n);
	memcpy(p, t->in.p, take);
	t->in = fl_str_sub(t->in, take, t->in.n);
	return (int)take;
}

static long bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
	struct tls *t = BIO_get_data(b);
	(void)num, (void)ptr;
	if (cmd == BIO_CTRL_EOF)
		return t->in_ended && t->in.n == 0;
	return cmd == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method; /* one for the process */
static uv_once_t method_once = UV_ONCE_INIT;

static void make_method(void)
{
	method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "filter");
	FL_ASSERT(method && BIO_meth_set_write(method, bio_write) && BIO_meth_set_read(method, bio_read) &&
	          BIO_meth_set_ctrl(method, bio_ctrl));
}

/* The context. */

struct fl_tls_context *fl_tls_context_create(struct fl_loop *loop, const char *ca_file)
{
	struct fl_tls_context *x = fl_alloc_zero(1, sizeof *x);
	x->loop = loop;
	x->ca_file = ca_file && *ca_file ? strdup(ca_file) : NULL;
	return x;
}

static void free_context(struct fl_tls_context *x)
{
	SSL_CTX_free(x->ctx);
	free(x->ca_file);
	free(x);
}

void fl_tls_context_destroy(struct fl_tls_context *x)
{
	FL_ASSERT(!x->waiting);
	x->destroyed = true;
	if (x->state != READING)
		free_context(x);
}

/*
 * OpenSSL looks where it was built to look. Linked into a program that is carried to another system it finds nothing
 * there; then the bundle of that system is read, unless the environment names one.
 */
static void add_authorities(SSL_CTX *ctx)
{
	static const char *const bundles[] = {
	    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch */
	    "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, Red Hat */
	    "/etc/ssl/ca-bundle.pem",             /* openSUSE */
	    "/etc/ssl/cert.pem",                  /* BSD, macOS */
	};
	(void)SSL_CTX_set_default_verify_paths(ctx);
	if (getenv(X509_get_default_cert_file_env()) || getenv(X509_get_default_cert_dir_env()) ||
	    access(X509_get_default_cert_file(), R_OK) == 0 || access(X509_get_default_cert_dir(), R_OK) == 0)
		return;
	for (size_t i = 0; i < FL_COUNT(bundles); i++)
		if (SSL_CTX_load_verify_locations(ctx, bundles[i], NULL) == 1)
			break;
	ERR_clear_error();
}

static void make_context(struct fl_tls_context *x)
{
	char text[128];
	x->ctx = SSL_CTX_new(TLS_client_method());
	if (!x->ctx) {
		fl_err_set(&x->err, FL_E_TLS, "TLS cannot be set up (%s)", why(text, sizeof text));
		return;
	}
	SSL_CTX_set_min_proto_version(x->ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(x->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(x->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
	                             SSL_MODE_RELEASE_BUFFERS);
	/* A machine without a bundle may still reach servers of ca_file. */
	add_authorities(x->ctx);
	if (x->ca_file && SSL_CTX_load_verify_locations(x->ctx, x->ca_file, NULL) != 1) {
		fl_err_set(&x->err, FL_E_TLS, "the authorities in '%s' cannot be read (%s)", x->ca_file,
		           why(text, sizeof text));
		fl_err_help(&x->err, "give a file of certificates in PEM");
	}
}

/* On the pool. */
static void read_authorities(void *arg)
{
	make_context(arg);
	/* The pool's threads live to the end of the process, and would keep OpenSSL's notes about them. */
	OPENSSL_thread_stop();
}

static void open_tls(struct tls *t);

static void authorities_read(void *arg)
{
	struct fl_tls_context *x = arg;
	x->state = READ;
	if (x->destroyed) {
		free_context(x);
		return;
	}
	while (x->waiting) {
		struct tls *t = x->waiting;
		x->waiting = t->next_waiting;
		t->waits = false;
		if (t->below_ready)
			open_tls(t);
	}
}

static void stop_waiting(struct tls *t)
{
	for (struct tls **at = &t->context->waiting; t->waits && *at; at = &(*at)->next_waiting)
		if (*at == t) {
			*at = t->next_waiting;
			t->waits = false;
			break;
		}
}

/* The filter. */

static void end(struct tls *t, enum fl_code code, const struct fl_err *err)
{
	if (t->state == OVER || t->f.closed)
		return;
	t->state = OVER;
	t->f.up->end(t->f.up_arg, code, err);
}

static void fail_handshake(struct tls *t)
{
	struct fl_err err;
	char text[128];
	long verdict = SSL_get_verify_result(t->ssl);
	if (t->in_ended && verdict == X509_V_OK &&
	    ERR_GET_REASON(ERR_peek_last_error()) != SSL_R_CERTIFICATE_VERIFY_FAILED) {
		ERR_clear_error();
		fl_err_set(&err, FL_E_CONNECT, "%s:%u closed the connection within the TLS handshake", t->host,
		           t->port);
		end(t, err.code, &err);
		return;
	}
	unsigned long e = ERR_peek_last_error();
	if (verdict != X509_V_OK) {
		fl_err_set(&err, FL_E_TLS, "the certificate of %s:%u is refused: %s", t->host, t->port,
		           X509_verify_cert_error_string(verdict));
		fl_err_help(&err, "check the host name and the clock; SSL_CERT_FILE names further authorities");
	} else {
		fl_err_set(&err, FL_E_TLS, "no TLS with %s:%u (%s)", t->host, t->port, why(text, sizeof text));
		int reason = ERR_GET_REASON(e);
		if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)
			fl_err_help(&err, NO_TLS_HELP);
	}
	ERR_clear_error();
	end(t, FL_E_TLS, &err);
}

/* Hands what OpenSSL wrote to the filter below. */
static void flush(struct tls *t)
{
	if (t->sending || t->f.closed || t->out.n == 0)
		return;
	struct fl_str bytes = fl_buf_slice(&t->out);
	t->sending = true;
	fl_filter_send(t->f.below, &bytes, 1);
}

/* Encrypts and sends until the kernel is full or nothing is left. The filter below may answer within its send. */
static void pump(struct tls *t)
{
	if (t->pumping)
		return;
	t->pumping = true;
	while (!t->f.closed && !t->sending && t->state == OPEN) {
		struct fl_str *p = t->part[0].n ? &t->part[0] : &t->part[1];
		if (t->out.n == 0 && p->n) {
			int n = SSL_write(t->ssl, p->p, (int)FL_MIN(p->n, (size_t)CHUNK));
			if (n <= 0) /* the connection is broken: reading finds the end and its reason */
				break;
			*p = fl_str_sub(*p, (size_t)n, p->n);
			continue;
		}
		if (t->out.n) {
			flush(t);
			continue;
		}
		if (t->owes_sent) {
			t->owes_sent = false;
			t->f.up->sent(t->f.up_arg);
			continue;
		}
		break;
	}
	t->pumping = false;
}

static void handshake(struct tls *t)
{
	ERR_clear_error();
	int rc = SSL_do_handshake(t->ssl);
	flush(t);
	if (rc == 1) {
		t->state = OPEN;
		t->f.up->ready(t->f.up_arg);
	} else if (SSL_get_error(t->ssl, rc) != SSL_ERROR_WANT_READ) {
		fail_handshake(t);
	}
}

/* The peer's last byte has been read, or the stream is broken. */
static void end_reading(struct tls *t, int error)
{
	struct fl_err err;
	char text[128];
	if (error == SSL_ERROR_ZERO_RETURN) {
		end(t, FL_OK, NULL);
		return;
	}
	if (t->in_ended)
		fl_err_set(&err, FL_E_CLOSED,
		           "%s:%u closed the connection without ending TLS: the answer may be cut short", t->host,
		           t->port);
	else
		fl_err_set(&err, FL_E_CLOSED, "TLS with %s:%u broke (%s)", t->host, t->port, why(text, sizeof text));
	ERR_clear_error();
	end(t, FL_E_CLOSED, &err);
}

static void read_all(struct tls *t)
{
	char plain[READ_BYTES];
	while (t->state == OPEN && !t->f.closed) {
		ERR_clear_error();
		int n = SSL_read(t->ssl, plain, sizeof plain);
		if (n > 0) {
			t->f.up->data(t->f.up_arg, (struct fl_str){plain, (size_t)n});
			continue;
		}
		int error = SSL_get_error(t->ssl, n);
		if (error != SSL_ERROR_WANT_READ)
			end_reading(t, error);
		break;
	}
	pump(t); /* reading may have written: a key update */
}

static void advance(struct tls *t)
{
	if (t->state == HANDSHAKE)
		handshake(t);
	if (t->state == OPEN && !t->f.closed)
		read_all(t);
}

static bool set_name(struct tls *t)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
	if (fl_host_is_address(t->host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, t->host) == 1;
	X509_VERIFY_PARAM_set_hostflags(param,
	                                X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return X509_VERIFY_PARAM_set1_host(param, t->host, 0) == 1 && SSL_set_tlsext_host_name(t->ssl, t->host) == 1;
}

/* Both the connection below and the authorities are there. */
static void open_tls(struct tls *t)
{
	if (t->context->err.code != FL_OK) {
		struct fl_err err = t->context->err;
		end(t, err.code, &err);
		return;
	}
	uv_once(&method_once, make_method);
	t->ssl = SSL_new(t->context->ctx);
	BIO *bio = BIO_new(method);
	FL_ASSERT(t->ssl && bio);
	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_bio(t->ssl, bio, bio);
	SSL_set_connect_state(t->ssl);
	/* Fewer passes through the BIO; there is no system call to save. */
	SSL_set_read_ahead(t->ssl, 1);
	if (!set_name(t)) {
		fail_handshake(t);
		return;
	}
	t->state = HANDSHAKE;
	advance(t);
}

static void on_ready(void *arg)
{
	struct tls *t = arg;
	t->below_ready = true;
	if (t->context->state == READ)
		open_tls(t);
}

static void on_data(void *arg, struct fl_str bytes)
{
	struct tls *t = arg;
	struct fl_err err;
	if (t->state == OVER)
		return;
	if (t->state == LOWER) {
		fl_err_set(&err, FL_E_TLS, "no TLS with %s:%u (the server speaks first)", t->host, t->port);
		fl_err_help(&err, NO_TLS_HELP);
		end(t, FL_E_TLS, &err);
		return;
	}
	t->in = bytes;
	advance(t);
	t->in = (struct fl_str){0}; /* not empty only when over or closed */
}

static void on_sent(void *arg)
{
	struct tls *t = arg;
	t->sending = false;
	fl_buf_reset(&t->out);
	struct fl_buf swap = t->out;
	t->out = t->later;
	t->later = swap;
	pump(t);
	if (t->state == HANDSHAKE)
		flush(t);
}

static void on_end(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct tls *t = arg;
	t->in_ended = true;
	if (t->state == LOWER) {
		struct fl_err own;
		if (code == FL_OK || code == FL_E_CLOSED) {
			fl_err_set(&own, FL_E_CONNECT, "%s:%u closed the connection before the TLS handshake", t->host,
			           t->port);
			code = own.code;
			err = &own;
		}
		end(t, code, err);
		return;
	}
	advance(t);
	if (t->state == OPEN && !t->f.closed)
		end_reading(t, SSL_ERROR_SYSCALL);
}

static void on_gone(void *arg)
{
	struct tls *t = arg;
	t->f.up->gone(t->f.up_arg);
	SSL_free(t->ssl);
	fl_buf_release(&t->out);
	fl_buf_release(&t->later);
	free(t);
}

static const struct fl_filter_events tls_events = {on_ready, on_data, on_sent, on_end, on_gone};

static void tls_start(struct fl_filter *f)
{
	struct tls *t = (struct tls *)f;
	struct fl_tls_context *x = t->context;
	if (x->state != READ) {
		t->waits = true;
		t->next_waiting = x->waiting;
		x->waiting = t;
	}
	if (x->state == UNREAD) {
		x->state = READING;
		fl_loop_work(x->loop, read_authorities, authorities_read, x);
	}
	fl_filter_start(f->below);
}

static void tls_send(struct fl_filter *f, const struct fl_str *part, size_t count)
{
	struct tls *t = (struct tls *)f;
	FL_ASSERT(count <= 2 && !t->owes_sent);
	for (size_t i = 0; i < 2; i++)
		t->part[i] = i < count ? part[i] : (struct fl_str){0};
	t->owes_sent = true;
	ERR_clear_error();
	pump(t);
}

static void tls_hold(struct fl_filter *f, bool held)
{
	fl_filter_hold(f->below, held);
}

static void tls_close(struct fl_filter *f)
{
	struct tls *t = (struct tls *)f;
	if (f->closed)
		return;
	stop_waiting(t);
	/* Say goodbye if that costs no waiting; the peer's own goodbye is not waited for. */
	if (t->state == OPEN && !t->sending && !t->in_ended) {
		ERR_clear_error();
		SSL_shutdown(t->ssl);
		ERR_clear_error();
		t->state = OVER;
		flush(t);
	}
	f->closed = true;
	fl_filter_close(f->below);
}

static const char *tls_doing(struct fl_filter *f)
{
	struct tls *t = (struct tls *)f;
	const char *below = fl_filter_doing(f->below);
	if (below)
		return below;
	return t->state == OPEN || t->state == OVER ? NULL : t->doing;
}

static const struct fl_filter_kind tls_kind = {"tls", tls_start, tls_send, tls_hold, tls_close, tls_doing};

struct fl_filter *fl_tls_create(struct fl_filter *below, struct fl_tls_context *x, const char *host, uint16_t port,
                                const struct fl_filter_events *up, void *up_arg)
{
	struct tls *t = fl_alloc_zero(1, sizeof *t);
	t->f = (struct fl_filter){.kind = &tls_kind, .up = up, .up_arg = up_arg, .below = below};
	below->up = &tls_events;
	below->up_arg = t;
	t->context = x;
	snprintf(t->host, sizeof t->host, "%s", host);
	t->port = port;
	snprintf(t->doing, sizeof t->doing, "in the TLS handshake with %s:%u", host, port);
	fl_buf_init(&t->out, OUT_BYTES);
	fl_buf_init(&t->later, OUT_BYTES);
	return &t->f;
}
