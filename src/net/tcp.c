/*
 * start -> [resolve] -> connect to address 1 -> refused: close the handle, connect to address 2 ... -> ready
 *
 * A handle that failed to connect must be closed before the next try, and libuv closes on the next round of the loop;
 * so the next try starts in the callback of that close. The filter is freed when no callback of libuv is outstanding:
 * neither a close nor the resolver, which cannot be stopped once it runs.
 */
#include "net/tcp.h"

#include "net/url.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#define ADDRESSES 16

struct tcp {
	struct fl_filter f;
	struct fl_loop *loop;
	char host[FL_HOST_TEXT];
	uint16_t port;
	uint64_t connect_ms;
	struct fl_str room;
	char doing[FL_HOST_BYTES + 80];

	struct sockaddr_storage address[ADDRESSES];
	size_t addresses, next; /* next: the one after the one being tried */
	struct fl_err failed;   /* why the last address failed */
	struct fl_timer share;  /* the time one address gets */

	uv_getaddrinfo_t resolve;
	bool resolving;
	uv_tcp_t handle;
	bool open; /* handle is initialised and its close has not been called */
	bool closing;
	uv_connect_t connect;
	bool ready;
	uv_write_t write;
};

static void try_next(struct tcp *t);

static void end(struct tcp *t, enum fl_code code, const struct fl_err *err)
{
	fl_timer_stop(&t->share);
	if (t->open)
		uv_read_stop((uv_stream_t *)&t->handle);
	if (!t->f.closed)
		t->f.up->end(t->f.up_arg, code, err);
}

static void free_when_quiet(struct tcp *t)
{
	if (!t->f.closed || t->resolving || t->open || t->closing)
		return;
	t->f.up->gone(t->f.up_arg);
	free(t);
}

static void on_close(uv_handle_t *handle)
{
	struct tcp *t = handle->data;
	t->closing = false;
	if (t->f.closed)
		free_when_quiet(t);
	else
		try_next(t);
}

static void close_handle(struct tcp *t)
{
	if (!t->open)
		return;
	t->open = false;
	t->closing = true;
	uv_close((uv_handle_t *)&t->handle, on_close);
}

static void on_room(uv_handle_t *handle, size_t hint, uv_buf_t *buf)
{
	struct tcp *t = handle->data;
	(void)hint;
	*buf = uv_buf_init((char *)(uintptr_t)t->room.p, (unsigned)t->room.n);
}

static void lost(struct tcp *t, int error)
{
	struct fl_err err;
	fl_err_set(&err, FL_E_CLOSED, "the connection to %s:%u was lost (%s)", t->host, t->port, uv_strerror(error));
	end(t, FL_E_CLOSED, &err);
}

/* libuv calls it an end of file, without reading on, when a hang-up is reported along with the last bytes; a reset is
 * then still to be read from the socket. It must not pass for the orderly end of a body. */
static int hidden_error(struct tcp *t)
{
	uv_os_fd_t fd;
	int error = 0;
	socklen_t n = sizeof error;
	if (uv_fileno((uv_handle_t *)&t->handle, &fd) != 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0)
		return 0;
	return error ? uv_translate_sys_error(error) : 0;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct tcp *t = stream->data;
	if (t->f.closed || n == 0)
		return;
	if (n > 0) {
		t->f.up->data(t->f.up_arg, (struct fl_str){buf->base, (size_t)n});
		return;
	}
	int error = n == UV_EOF ? hidden_error(t) : (int)n;
	if (error)
		lost(t, error);
	else
		end(t, FL_OK, NULL);
}

static void became_ready(struct tcp *t)
{
	fl_timer_stop(&t->share);
	uv_tcp_nodelay(&t->handle, 1);
	t->ready = true;
	int rc = uv_read_start((uv_stream_t *)&t->handle, on_room, on_read);
	if (rc != 0)
		FL_BUG("reading from a connected socket: %s", uv_strerror(rc));
	t->f.up->ready(t->f.up_arg);
}

/* This address is no good: remember why, go on with the next once the handle is closed. */
static void give_up_address(struct tcp *t, const char *why)
{
	fl_timer_stop(&t->share);
	fl_err_set(&t->failed, FL_E_CONNECT, "no server answers at %s:%u (%s)", t->host, t->port, why);
	if (t->open)
		close_handle(t);
	else
		try_next(t);
}

static void on_connect(uv_connect_t *req, int status)
{
	struct tcp *t = req->data;
	/* ECANCELED: the handle was closed, by us. */
	if (t->f.closed || status == UV_ECANCELED)
		return;
	if (status == 0)
		became_ready(t);
	else
		give_up_address(t, uv_strerror(status));
}

static void on_share(void *arg)
{
	give_up_address(arg, "no answer within its share of the time to connect");
}

static void try_next(struct tcp *t)
{
	if (t->next == t->addresses) {
		end(t, t->failed.code, &t->failed);
		return;
	}
	struct sockaddr *a = (struct sockaddr *)&t->address[t->next++];
	char text[INET6_ADDRSTRLEN] = "";
	uv_ip_name(a, text, sizeof text);
	snprintf(t->doing, sizeof t->doing, "connecting to %s:%u (%s)", t->host, t->port, text);
	int rc = uv_tcp_init_ex(fl_loop_uv(t->loop), &t->handle, a->sa_family);
	if (rc == 0) {
		t->open = true;
		t->handle.data = t;
		t->connect.data = t;
		rc = uv_tcp_connect(&t->connect, &t->handle, a, on_connect);
	}
	if (rc != 0) {
		give_up_address(t, uv_strerror(rc));
		return;
	}
	if (t->next < t->addresses)
		fl_timer_start(t->loop, &t->share, FL_MAX(t->connect_ms / t->addresses, (uint64_t)1), on_share, t);
}

static void add_address(struct tcp *t, const struct sockaddr *a)
{
	size_t n = a->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if (t->addresses < ADDRESSES)
		memcpy(&t->address[t->addresses++], a, n);
}

/* Adds a numeric address; false when it is none. */
static bool add_text(struct tcp *t, const char *text)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	if (uv_ip4_addr(text, t->port, &v4) == 0)
		add_address(t, (struct sockaddr *)&v4);
	else if (uv_ip6_addr(text, t->port, &v6) == 0)
		add_address(t, (struct sockaddr *)&v6);
	else
		return false;
	return true;
}

static void on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *found)
{
	struct tcp *t = req->data;
	t->resolving = false;
	for (struct addrinfo *a = found; a; a = a->ai_next)
		if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
			add_address(t, a->ai_addr);
	uv_freeaddrinfo(found);
	if (t->f.closed) {
		free_when_quiet(t);
		return;
	}
	if (status != 0 || t->addresses == 0) {
		struct fl_err err;
		fl_err_set(&err, FL_E_RESOLVE, "the host name '%s' has no address (%s)", t->host,
		           status ? uv_strerror(status) : "none of IPv4 or IPv6");
		end(t, FL_E_RESOLVE, &err);
		return;
	}
	try_next(t);
}

static void on_soon(void *arg)
{
	try_next(arg);
}

static void tcp_start(struct fl_filter *f)
{
	struct tcp *t = (struct tcp *)f;
	/* RFC 6761 6.3: these names are the machine itself, whatever a name server says. Most local servers listen on
	 * IPv4 alone. */
	if (fl_host_is_loopback(t->host) && !fl_host_is_address(t->host)) {
		add_text(t, "127.0.0.1");
		add_text(t, "::1");
	}
	if (t->addresses || add_text(t, t->host)) {
		/* Not at once: no event may come within start. */
		fl_timer_start(t->loop, &t->share, 0, on_soon, t);
		return;
	}
	char port[8];
	snprintf(port, sizeof port, "%u", t->port);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC, .ai_flags = AI_ADDRCONFIG};
	snprintf(t->doing, sizeof t->doing, "looking up the host name '%s'", t->host);
	t->resolve.data = t;
	t->resolving = true;
	int rc = uv_getaddrinfo(fl_loop_uv(t->loop), &t->resolve, on_resolved, t->host, port, &hints);
	if (rc == 0)
		return;
	/* Names that libuv refuses outright, such as labels of 64 bytes. */
	t->resolving = false;
	fl_err_set(&t->failed, FL_E_RESOLVE, "the host name '%s' cannot be looked up (%s)", t->host, uv_strerror(rc));
	fl_timer_start(t->loop, &t->share, 0, on_soon, t);
}

static void on_written(uv_write_t *req, int status)
{
	struct tcp *t = req->data;
	/* A failed write is not reported: the answer may lie in the receive buffer (a server that refuses a large body
	 * answers and closes). Reading goes on and finds the end. */
	if (!t->f.closed && status == 0)
		t->f.up->sent(t->f.up_arg);
}

static void tcp_send(struct fl_filter *f, const struct fl_str *part, size_t count)
{
	struct tcp *t = (struct tcp *)f;
	FL_ASSERT(t->ready && count <= 2);
	uv_buf_t buf[2];
	size_t n = 0, total = 0;
	for (size_t i = 0; i < count; i++)
		if (part[i].n) {
			buf[n++] = (uv_buf_t){.base = (char *)(uintptr_t)part[i].p, .len = part[i].n};
			total += part[i].n;
		}
	int wrote = n ? uv_try_write((uv_stream_t *)&t->handle, buf, (unsigned)n) : 0;
	size_t done = wrote > 0 ? (size_t)wrote : 0;
	if (done == total) {
		t->f.up->sent(t->f.up_arg);
		return;
	}
	uv_buf_t *from = buf;
	for (; done >= from->len; from++, n--)
		done -= from->len;
	*from = (uv_buf_t){.base = from->base + done, .len = from->len - done};
	t->write.data = t;
	/* An error here is found by reading, as in on_written. */
	(void)uv_write(&t->write, (uv_stream_t *)&t->handle, from, (unsigned)n, on_written);
}

static void tcp_hold(struct fl_filter *f, bool held)
{
	struct tcp *t = (struct tcp *)f;
	FL_ASSERT(t->ready);
	if (held)
		uv_ref((uv_handle_t *)&t->handle);
	else
		uv_unref((uv_handle_t *)&t->handle);
}

static void on_quiet(void *arg)
{
	free_when_quiet(arg);
}

static void tcp_close(struct fl_filter *f)
{
	struct tcp *t = (struct tcp *)f;
	if (f->closed)
		return;
	f->closed = true;
	if (t->resolving)
		uv_cancel((uv_req_t *)&t->resolve);
	/* Keeps the filter alive until the loop comes round, when no handle does. */
	if (t->resolving || t->open || t->closing)
		fl_timer_stop(&t->share);
	else
		fl_timer_start(t->loop, &t->share, 0, on_quiet, t);
	close_handle(t);
}

static const char *tcp_doing(struct fl_filter *f)
{
	struct tcp *t = (struct tcp *)f;
	return t->ready ? NULL : t->doing;
}

static const struct fl_filter_kind tcp_kind = {"tcp", tcp_start, tcp_send, tcp_hold, tcp_close, tcp_doing};

struct fl_filter *fl_tcp_create(struct fl_loop *loop, const struct fl_tcp_target *target,
                                const struct fl_filter_events *up, void *up_arg)
{
	struct tcp *t = fl_alloc_zero(1, sizeof *t);
	t->f = (struct fl_filter){.kind = &tcp_kind, .up = up, .up_arg = up_arg};
	t->loop = loop;
	snprintf(t->host, sizeof t->host, "%s", target->host);
	t->port = target->port;
	t->connect_ms = target->connect_ms;
	t->room = target->room;
	return &t->f;
}
