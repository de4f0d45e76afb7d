#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 4096
#define MUST(x) ((x) ? (void)0 : FL_BUG("%s: %s", #x, strerror(errno)))

struct line {
	struct peer *p;
	int fd;
	SSL *ssl;
	const struct peer_step *script;
	struct fl_buf in; /* read and not yet taken as a request */
	pthread_t thread;
};

struct peer {
	int fd;
	uint16_t port;
	const struct peer_step *const *scripts;
	size_t count;
	SSL_CTX *tls;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t opened;
	bool open, stopping;
	struct line *line[CONNECTIONS];
	int lines;
	atomic_int requests, ended;
	char name_asked[256];
	struct fl_buf received;
};

static bool put(struct line *l, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t wrote = l->ssl ? SSL_write(l->ssl, p, (int)n) : send(l->fd, p, n, MSG_NOSIGNAL);
		if (wrote <= 0)
			return false;
		p += wrote;
		n -= (size_t)wrote;
	}
	return true;
}

static bool get(struct line *l)
{
	char bytes[16384];
	ssize_t n = l->ssl ? SSL_read(l->ssl, bytes, sizeof bytes) : recv(l->fd, bytes, sizeof bytes, 0);
	if (n <= 0)
		return false;
	fl_buf_add(&l->in, bytes, (size_t)n);
	pthread_mutex_lock(&l->p->lock);
	fl_buf_add(&l->p->received, bytes, (size_t)n);
	pthread_mutex_unlock(&l->p->lock);
	return true;
}

static size_t body_length(struct fl_str head)
{
	ptrdiff_t at = fl_str_find(head, FL_S("Content-Length: "), 0);
	uint64_t n = 0;
	if (at >= 0) {
		size_t from = (size_t)at + 16;
		ptrdiff_t end = fl_str_find_char(head, '\r', from);
		MUST(fl_str_to_u64(fl_str_sub(head, from, (size_t)end), &n));
	}
	return (size_t)n;
}

static bool read_request(struct line *l)
{
	ptrdiff_t end;
	while ((end = fl_str_find(fl_buf_slice(&l->in), FL_S("\r\n\r\n"), 0)) < 0)
		if (!get(l))
			return false;
	size_t whole = (size_t)end + 4 + body_length(fl_str_sub(fl_buf_slice(&l->in), 0, (size_t)end + 4));
	while (l->in.n < whole)
		if (!get(l))
			return false;
	fl_buf_drop(&l->in, whole);
	l->p->requests++;
	return true;
}

static void tunnel(struct line *l, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int far = socket(AF_INET, SOCK_STREAM, 0);
	MUST(far >= 0 && connect(far, (struct sockaddr *)&a, sizeof a) == 0);
	struct pollfd fds[2] = {{l->fd, POLLIN, 0}, {far, POLLIN, 0}};
	char bytes[16384];
	for (bool going = true; going && poll(fds, 2, -1) > 0;)
		for (int i = 0; i < 2 && going; i++) {
			if (!fds[i].revents)
				continue;
			ssize_t n = recv(fds[i].fd, bytes, sizeof bytes, 0);
			going = n > 0 && send(fds[1 - i].fd, bytes, (size_t)n, MSG_NOSIGNAL) == n;
		}
	close(far);
}

/* False: the connection is over. */
static bool play(struct line *l, const struct peer_step *s)
{
	switch (s->op) {
	case PEER_READ:
		return read_request(l);
	case PEER_SEND:
		return put(l, s->bytes, s->n);
	case PEER_DRIP:
		for (size_t i = 0; i < s->n; i++)
			if (!put(l, s->bytes + i, 1))
				return false;
		return true;
	case PEER_CUT:
		return put(l, s->bytes, s->at) && put(l, s->bytes + s->at, s->n - s->at);
	case PEER_HOLD:
		while (get(l))
			;
		return false;
	case PEER_FLOOD:
		while (put(l, s->bytes, s->n))
			;
		return false;
	case PEER_GATE:
		pthread_mutex_lock(&l->p->lock);
		while (!l->p->open && !l->p->stopping)
			pthread_cond_wait(&l->p->opened, &l->p->lock);
		pthread_mutex_unlock(&l->p->lock);
		return true;
	case PEER_NOTIFY:
		SSL_shutdown(l->ssl);
		return false;
	case PEER_RESET: {
		struct linger hard = {1, 0};
		setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
		return false;
	}
	case PEER_UPDATE:
		return SSL_key_update(l->ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(l->ssl) == 1;
	case PEER_TUNNEL:
		tunnel(l, (uint16_t)s->at);
		return false;
	default:
		return false;
	}
}

static void *serve(void *arg)
{
	struct line *l = arg;
	if (l->p->tls) {
		l->ssl = SSL_new(l->p->tls);
		SSL_set_fd(l->ssl, l->fd);
	}
	bool going = !l->ssl || SSL_accept(l->ssl) == 1;
	if (l->ssl && going) {
		const char *name = SSL_get_servername(l->ssl, TLSEXT_NAMETYPE_host_name);
		pthread_mutex_lock(&l->p->lock);
		snprintf(l->p->name_asked, sizeof l->p->name_asked, "%s", name ? name : "");
		pthread_mutex_unlock(&l->p->lock);
	}
	for (const struct peer_step *s = l->script; going && s->op != PEER_END; s++) {
		if (s->op == PEER_AGAIN)
			s = l->script;
		going = play(l, s);
	}
	SSL_free(l->ssl);
	ERR_clear_error();
	pthread_mutex_lock(&l->p->lock);
	close(l->fd);
	l->fd = -1;
	pthread_mutex_unlock(&l->p->lock);
	l->p->ended++;
	return NULL;
}

static void *listen_on(void *arg)
{
	struct peer *p = arg;
	for (;;) {
		int fd = accept(p->fd, NULL, NULL);
		pthread_mutex_lock(&p->lock);
		if (fd < 0 || p->stopping) {
			if (fd >= 0)
				close(fd);
			pthread_mutex_unlock(&p->lock);
			return NULL;
		}
		int one = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		MUST(p->lines < CONNECTIONS);
		struct line *l = fl_alloc_zero(1, sizeof *l);
		*l = (struct line){.p = p, .fd = fd, .script = p->scripts[FL_MIN((size_t)p->lines, p->count - 1)]};
		fl_buf_init(&l->in, 1 << 28);
		p->line[p->lines++] = l;
		MUST(pthread_create(&l->thread, NULL, serve, l) == 0);
		pthread_mutex_unlock(&p->lock);
	}
}

/* A listening socket on one loopback address; -1 when the machine has no such family. */
static int listen_loopback(bool v6, uint16_t *port)
{
	struct sockaddr_in a4 = {.sin_family = AF_INET};
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	a4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	struct sockaddr *a = v6 ? (struct sockaddr *)&a6 : (struct sockaddr *)&a4;
	socklen_t n = v6 ? sizeof a6 : sizeof a4;
	int fd = socket(a->sa_family, SOCK_STREAM, 0);
	if (fd >= 0 && bind(fd, a, n) != 0) {
		close(fd);
		return -1;
	}
	if (fd < 0)
		return -1;
	MUST(listen(fd, 1024) == 0 && getsockname(fd, a, &n) == 0);
	*port = ntohs(v6 ? a6.sin6_port : a4.sin_port);
	return fd;
}

struct peer *peer_start(const struct peer_step *const *scripts, size_t count, const struct peer_tls *tls)
{
	signal(SIGPIPE, SIG_IGN);
	uint16_t port;
	int fd = listen_loopback(tls && tls->v6, &port);
	if (fd < 0)
		return NULL;
	struct peer *p = fl_alloc_zero(1, sizeof *p);
	p->scripts = scripts;
	p->count = count;
	p->fd = fd;
	p->port = port;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->opened, NULL);
	fl_buf_init(&p->received, 1 << 28);
	if (tls && tls->cert) {
		p->tls = SSL_CTX_new(TLS_server_method());
		MUST(SSL_CTX_use_certificate(p->tls, tls->cert) == 1);
		MUST(SSL_CTX_use_PrivateKey(p->tls, tls->key) == 1);
		if (tls->most) {
			SSL_CTX_set_max_proto_version(p->tls, tls->most);
			MUST(SSL_CTX_set_cipher_list(p->tls, "ALL:@SECLEVEL=0") == 1);
		}
	}
	MUST(pthread_create(&p->thread, NULL, listen_on, p) == 0);
	return p;
}

void peer_stop(struct peer *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	shutdown(p->fd, SHUT_RDWR);
	for (int i = 0; i < p->lines; i++)
		if (p->line[i]->fd >= 0)
			shutdown(p->line[i]->fd, SHUT_RDWR);
	pthread_cond_broadcast(&p->opened);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	for (int i = 0; i < p->lines; i++) {
		pthread_join(p->line[i]->thread, NULL);
		fl_buf_release(&p->line[i]->in);
		free(p->line[i]);
	}
	close(p->fd);
}

void peer_free(struct peer *p)
{
	SSL_CTX_free(p->tls);
	fl_buf_release(&p->received);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->opened);
	free(p);
}

uint16_t peer_port(const struct peer *p)
{
	return p->port;
}

int peer_connections(struct peer *p)
{
	pthread_mutex_lock(&p->lock);
	int n = p->lines;
	pthread_mutex_unlock(&p->lock);
	return n;
}

int peer_ended(struct peer *p)
{
	return p->ended;
}

const char *peer_name_asked(struct peer *p)
{
	return p->name_asked;
}

int peer_requests(struct peer *p)
{
	return p->requests;
}

void peer_open_gate(struct peer *p)
{
	pthread_mutex_lock(&p->lock);
	p->open = true;
	pthread_cond_broadcast(&p->opened);
	pthread_mutex_unlock(&p->lock);
}

struct fl_str peer_received(struct peer *p)
{
	return fl_buf_slice(&p->received);
}
