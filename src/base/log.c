#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

enum { SECRETS = 64, SHORTEST = 4 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fl_str secret[SECRETS]; /* longest first, so that a secret inside another one cannot leave a tail */
static size_t secrets;
static enum fl_log_level level_most = FL_LOG_WARN;

void fl_log_level(enum fl_log_level most)
{
	level_most = most;
}

void fl_secret_add(struct fl_str value)
{
	if (value.n < SHORTEST)
		return;
	pthread_mutex_lock(&lock);
	size_t at = 0;
	while (at < secrets && secret[at].n >= value.n && !fl_str_eq(secret[at], value))
		at++;
	if (at == secrets || !fl_str_eq(secret[at], value)) {
		if (secrets == SECRETS || value.n > FL_SECRET_BYTES)
			FL_BUG("more than %d secrets, or one longer than %d bytes", SECRETS, FL_SECRET_BYTES);
		char *copy = fl_alloc(value.n);
		memcpy(copy, value.p, value.n);
		memmove(secret + at + 1, secret + at, (secrets - at) * sizeof *secret);
		secret[at] = (struct fl_str){copy, value.n};
		secrets++;
	}
	pthread_mutex_unlock(&lock);
}

/* The secret that begins at s.p[0], or the empty slice. */
static struct fl_str secret_at(struct fl_str s)
{
	for (size_t i = 0; i < secrets; i++)
		if (fl_str_starts(s, secret[i]))
			return secret[i];
	return (struct fl_str){0};
}

bool fl_has_secret(struct fl_str text)
{
	bool found = false;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < secrets && !found; i++)
		found = fl_str_find(text, secret[i], 0) >= 0;
	pthread_mutex_unlock(&lock);
	return found;
}

bool fl_redact(struct fl_buf *out, struct fl_str text)
{
	bool ok = true;
	pthread_mutex_lock(&lock);
	for (size_t i = 0, from = 0; i <= text.n && ok;) {
		struct fl_str hit = i < text.n ? secret_at(fl_str_sub(text, i, text.n)) : (struct fl_str){0};
		if (hit.n == 0 && i < text.n) {
			i++;
			continue;
		}
		ok = fl_buf_str(out, fl_str_sub(text, from, i)) && (hit.n == 0 || fl_buf_z(out, "[secret]"));
		i += hit.n ? hit.n : 1;
		from = i;
	}
	pthread_mutex_unlock(&lock);
	return ok;
}

void fl_redact_in_place(char *text)
{
	pthread_mutex_lock(&lock);
	size_t n = strlen(text), to = 0;
	for (size_t i = 0; secrets && i < n;) {
		struct fl_str hit = secret_at((struct fl_str){text + i, n - i});
		if (hit.n == 0) {
			text[to++] = text[i++];
			continue;
		}
		size_t w = FL_MIN(hit.n, (size_t)8);
		memcpy(text + to, "[secret]", w);
		to += w;
		i += hit.n;
	}
	if (secrets)
		text[to] = '\0';
	pthread_mutex_unlock(&lock);
}

void fl_log(enum fl_log_level level, const char *fmt, ...)
{
	static const char *const word[] = {"error", "warning", "note", "debug"};
	char line[4096];
	if (level > level_most)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	fl_redact_in_place(line);
	fprintf(stderr, "fulcrum: %s: %s\n", word[level], line);
}
