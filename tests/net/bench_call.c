/*
 * What a call over a kept-alive connection costs the client's thread: CPU by the kernel's count, user and system.
 * Usage: bench_net_call [calls] [at once] [tls]. The server is a scripted one on another thread and is not counted.
 */
#include "authority.h"
#include "peer.h"

#include "net/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static const struct peer_step answering[] = {
    {PEER_READ, NULL, 0, 0},
    {PEER_SEND,
     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: bench\r\nContent-Length: 400\r\n\r\n"
     "{\"id\":\"chatcmpl-0123456789\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"bench\","
     "\"choices\":"
     "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"billing billing billing billing billing billing "
     "billing billing billing billing billing billing billing billing billing billing "
     "b\"},\"finish_reason\":\"stop\"}],"
     "\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":20,\"total_tokens\":220,\"x\":0,\"y\":0,\"zzzzz\":0}}",
     0, 0},
    {PEER_AGAIN, NULL, 0, 0},
};

struct bench {
	struct fl_http_client *client;
	struct fl_http_request req;
	struct fl_http_limits limits;
	size_t left, failed;
};

static void done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *times);

static void data(void *arg, struct fl_str bytes)
{
	(void)arg, (void)bytes;
}

static void start(struct bench *b)
{
	struct fl_http_sink sink = {NULL, data, done, b};
	b->left--;
	fl_http_start(b->client, &b->req, &b->limits, &sink);
}

static void done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *times)
{
	struct bench *b = arg;
	(void)err, (void)times;
	b->failed += code != FL_OK;
	if (b->left)
		start(b);
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	size_t calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000,
	       at_once = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	bool tls = argc > 3;
	struct authority a;
	authority_init(&a);
	struct peer_tls peer_tls = {tls ? authority_issue(&a, "DNS:localhost", -86400) : NULL, a.key, 0, false};
	struct peer_step steps[3];
	memcpy(steps, answering, sizeof steps);
	steps[1].n = strlen(steps[1].bytes);
	const char *body = strstr(steps[1].bytes, "\r\n\r\n") + 4;
	if (strlen(body) < 400)
		return 2;
	steps[1].n = (size_t)(body - steps[1].bytes) + 400;
	const struct peer_step *script = steps;
	struct peer *p = peer_start(&script, 1, &peer_tls);
	struct fl_loop *loop = fl_loop_create();
	struct fl_http_options options = {.ca_file = a.file, .in_flight = at_once};
	static char prompt[1000];
	memset(prompt, 'p', sizeof prompt);
	char url[64];
	snprintf(url, sizeof url, "%s://localhost:%u/v1/chat/completions", tls ? "https" : "http", peer_port(p));
	struct fl_http_header h[] = {{FL_S("Authorization"), FL_S("Bearer sk-0123456789")},
	                             {FL_S("Content-Type"), FL_S("application/json")}};
	struct bench b = {.client = fl_http_client_create(loop, &options), .left = calls};
	b.req = (struct fl_http_request){"POST", fl_str_from(url), h, FL_COUNT(h), {prompt, sizeof prompt}, false};
	b.limits = (struct fl_http_limits){.first_byte_ms = 30000, .idle_ms = 30000};
	struct rusage before, after;
	getrusage(RUSAGE_THREAD, &before);
	for (size_t i = 0; i < at_once && b.left; i++)
		start(&b);
	fl_loop_run(loop);
	getrusage(RUSAGE_THREAD, &after);
	double user = seconds(after.ru_utime) - seconds(before.ru_utime);
	double system = seconds(after.ru_stime) - seconds(before.ru_stime);
	printf("%zu calls, %zu at once, %s, %d connections, %zu failed: %.1f us user + %.1f us system a call\n", calls,
	       at_once, tls ? "tls" : "plain", peer_connections(p), b.failed, user / (double)calls * 1e6,
	       system / (double)calls * 1e6);
	fl_http_client_destroy(b.client);
	fl_loop_destroy(loop);
	peer_stop(p);
	peer_free(p);
	X509_free(peer_tls.cert);
	authority_release(&a);
	return b.failed != 0;
}
