/* nginx as a real peer over TLS: a large file, gzip, HEAD, keep-alive, a missing page. Skipped where nginx is not. */
#include "trial.h"

#include "authority.h"

#include <netinet/in.h>
#include <openssl/pem.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_BYTES (3 << 20)

static struct authority ours;
static char folder[64];
static pid_t nginx;
static uint16_t port;
static const char *binary;

static const char *find_nginx(void)
{
	static const char *const places[] = {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"};
	for (size_t i = 0; i < FL_COUNT(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static FILE *create(const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

static void write_certificate(void)
{
	X509 *cert = authority_issue(&ours, "DNS:localhost", -86400);
	FILE *f = create("cert.pem");
	assert_int_equal(PEM_write_X509(f, cert), 1);
	fclose(f);
	f = create("key.pem");
	assert_int_equal(PEM_write_PrivateKey(f, ours.key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(f);
	X509_free(cert);
}

/* The listening socket is opened here and handed over, so that it is there before the first call. */
static int listen_here(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof a;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	port = ntohs(a.sin_port);
	return fd;
}

static void write_configuration(void)
{
	FILE *f = create("nginx.conf");
	fprintf(
	    f,
	    "daemon off; worker_processes 1; pid nginx.pid; error_log error.log; events {}\n"
	    "http { access_log off; gzip on; gzip_types text/plain; gzip_min_length 1; keepalive_requests 100;\n"
	    " client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path "
	    "t5;\n"
	    " types { text/plain txt; application/octet-stream bin; }\n"
	    " server { listen 127.0.0.1:%u ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; root %s; } }\n",
	    port, folder);
	fclose(f);
	f = create("page.txt");
	for (int i = 0; i < PAGE_BYTES / 16; i++)
		fprintf(f, "%015d\n", i);
	fclose(f);
	f = create("page.bin");
	for (int i = 0; i < PAGE_BYTES / 16; i++)
		fprintf(f, "%015d\n", i);
	fclose(f);
}

static int start_nginx(void **state)
{
	(void)state;
	binary = find_nginx();
	if (!binary)
		return 0;
	authority_init(&ours);
	memcpy(folder, "/tmp/fl-nginx-XXXXXX", 21);
	assert_non_null(mkdtemp(folder));
	chmod(folder, 0755);
	write_certificate();
	int fd = listen_here();
	write_configuration();
	char inherit[16];
	snprintf(inherit, sizeof inherit, "%d;", fd);
	nginx = fork();
	if (nginx == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		setenv("NGINX", inherit, 1); /* nginx takes over sockets named here */
		execl(binary, binary, "-p", folder, "-c", "nginx.conf", "-e", "error.log", (char *)NULL);
		_exit(127);
	}
	close(fd);
	return 0;
}

static int remove_one(const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return remove(path);
}

static int stop_nginx(void **state)
{
	(void)state;
	if (!binary)
		return 0;
	kill(nginx, SIGTERM);
	waitpid(nginx, NULL, 0);
	static const char *const made[] = {"cert.pem",  "key.pem", "nginx.conf", "page.txt", "page.bin", "error.log",
	                                   "nginx.pid", "t1",      "t2",         "t3",       "t4",       "t5"};
	for (size_t i = 0; i < FL_COUNT(made); i++)
		remove_one(made[i]);
	rmdir(folder);
	authority_release(&ours);
	return 0;
}

static void fetch(struct trial *t, const char *method, const char *page, struct trial_call *c)
{
	char url[TRIAL_URL];
	snprintf(url, sizeof url, "https://localhost:%u/%s", port, page);
	struct fl_http_request req = {.method = method, .url = fl_str_from(url)};
	trial_start(t, c, &req, NULL);
	trial_run(t);
	if (c->code != FL_OK)
		fail_msg("%s", c->err.message);
}

static void check_page(const struct fl_buf *body)
{
	assert_int_equal(body->n, PAGE_BYTES);
	for (int i = 0; i < PAGE_BYTES / 16; i += 997) {
		char want[20];
		snprintf(want, sizeof want, "%015d\n", i);
		assert_memory_equal(body->p + i * 16, want, 16);
	}
}

static const struct visit {
	const char *name, *method, *page;
	int status;
	bool whole;
} visits[] = {
    {"nginx_serves_a_large_file", "GET", "page.bin", 200, true},
    {"nginx_serves_a_large_file_in_gzip_and_chunks", "GET", "page.txt", 200, true},
    {"nginx_answers_head_without_a_body", "HEAD", "page.bin", 200, false},
    {"nginx_answers_for_a_missing_page", "GET", "absent", 404, false},
};

static void visit_holds(void **state)
{
	const struct visit *v = *state;
	struct trial t;
	if (!binary) {
		print_message("# SKIP nginx is not installed\n");
		skip();
	}
	trial_open(&t, &(struct fl_http_options){.ca_file = ours.file});
	/* Twice: the second time over the connection kept. */
	for (int i = 0; i < 2; i++) {
		struct trial_call c = {0};
		fetch(&t, v->method, v->page, &c);
		assert_int_equal(c.status, v->status);
		if (v->whole)
			check_page(&c.body);
		if (strcmp(v->method, "HEAD") == 0)
			assert_int_equal(c.body.n, 0);
		trial_release(&c);
	}
	trial_close(&t);
}

int main(void)
{
	static struct CMUnitTest tests[FL_COUNT(visits)];
	for (size_t i = 0; i < FL_COUNT(visits); i++)
		tests[i] = (struct CMUnitTest){visits[i].name, visit_holds, NULL, NULL, (void *)(uintptr_t)&visits[i]};
	return _cmocka_run_group_tests("nginx", tests, FL_COUNT(visits), start_nginx, stop_nginx);
}
