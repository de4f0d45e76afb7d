/*
 * A child is one slot of the pool and at most one process at a time:
 *
 *   no process --(asked; back-off over)--> running --(line)--> running, answering --(its line)--> running
 *        ^                                    |                       |
 *        |                                    v                       v
 *        +---- exited, pipes drained ------ ending: input closed, then SIGTERM, then SIGKILL to the group
 *
 * A request is given to a free child and stays with it, while that ends an older process, waits for its back-off or
 * works. Everything that is read while a process is ending is dropped.
 */
#include "io/child.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "io/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 16, SHOWN = 80, LAST_WORDS = 300 };

struct ask {
	struct fl_str line;
	uint64_t deadline_ms;
	fl_child_done *done;
	void *arg;
	struct fl_child_times times;
	struct ask *next;
};

enum force { FORCE_NONE, FORCE_INPUT_CLOSED, FORCE_TERM, FORCE_KILL };

struct child {
	struct fl_child_pool *pool;
	struct ask *ask;
	struct fl_timer deadline, start, force_timer;
	uv_process_t process;
	uv_pipe_t in, out, err;
	uv_write_t write;
	unsigned open; /* handles that are not closed; 0: there is no process */
	pid_t group;
	bool ending; /* told to end: what it still prints is dropped */
	bool exited, out_ended, err_ended, closing, in_closed;
	enum force force;
	int64_t status;
	int signal;
	struct fl_buf line;                         /* of its answer so far */
	char last_words[2 * FL_CHILD_STDERR_BYTES]; /* the end of its standard error */
	size_t last_words_n;
	bool writing;     /* the request is not in its pipe as a whole */
	uint64_t answers; /* of this process */
};

struct fl_child_pool {
	struct fl_loop *loop;
	struct fl_child_command command;
	struct child **child;
	size_t children, most;
	struct ask *queue, **queue_tail;
	struct fl_timer hand_out;
	struct fl_guard guard;
	bool answered; /* ever */
	unsigned deaths;
	uint64_t death_ns; /* of the last */
	char last_death[512];
	bool broke_rules; /* one printed something while nobody asked: the next request hears of it */
	char what[FL_CHILD_SHOWN];
	bool closing;
	char chunk[READ_BYTES]; /* libuv hands what was read over at once: one serves all pipes */
};

static void move_on(struct child *c);
static void hand_out_soon(struct fl_child_pool *p);

/* --- words -------------------------------------------------------------------------------------------------------- */

void fl_child_show(struct fl_str s, char out[FL_CHILD_SHOWN])
{
	size_t n = 0;
	for (size_t i = 0; i < FL_MIN(s.n, (size_t)SHOWN); i++) {
		unsigned char b = (unsigned char)s.p[i];
		if (b < ' ' || b == 127 || b == '\\')
			n += (size_t)snprintf(out + n, 5, "\\x%02x", b);
		else
			out[n++] = (char)b;
	}
	out[n] = '\0';
}

/* What a child wrote last on its standard error, in one line; secrets are taken out before it is cut. */
static void tell_last_words(const struct child *c, struct fl_buf *out)
{
	struct fl_buf said;
	fl_buf_init(&said, sizeof c->last_words + 1024);
	fl_redact(&said, (struct fl_str){c->last_words, c->last_words_n});
	struct fl_str s = fl_str_trim(fl_buf_slice(&said));
	if (s.n > LAST_WORDS) {
		s = fl_str_sub(s, s.n - LAST_WORDS, s.n);
		ptrdiff_t line = fl_str_find_char(s, '\n', 0);
		s = line >= 0 ? fl_str_sub(s, (size_t)line + 1, s.n) : s;
		while (s.n && ((unsigned char)s.p[0] & 0xc0) == 0x80) /* not in the middle of a letter */
			s = fl_str_sub(s, 1, s.n);
	}
	if (s.n)
		fl_buf_z(out, "; its last words: ");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			fl_buf_z(out, " | ");
		else
			fl_buf_char(out, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	fl_buf_release(&said);
}

static void tell_end(const struct child *c, struct fl_buf *out)
{
	if (c->signal)
		fl_buf_printf(out, "was ended by signal %d (%s)", c->signal, strsignal(c->signal));
	else
		fl_buf_printf(out, "ended with status %d", (int)c->status);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

/* Gives a request its end. True: the line was accepted as an answer. */
static bool finish(struct child *c, enum fl_code code, struct fl_str line, const struct fl_err *err)
{
	struct ask *ask = c->ask;
	c->ask = NULL;
	fl_timer_stop(&c->deadline);
	fl_timer_stop(&c->start);
	ask->times.done_ns = fl_mono_ns();
	bool accepted = ask->done(ask->arg, code, line, err, &ask->times) && code == FL_OK;
	free(ask);
	hand_out_soon(c->pool);
	return accepted;
}

static void count_death(struct child *c, const char *why)
{
	struct fl_child_pool *p = c->pool;
	p->deaths++;
	p->death_ns = fl_mono_ns();
	snprintf(p->last_death, sizeof p->last_death, "%s", why);
}

/* The child did not do what it was asked: the request fails, if there is one, and it counts as a death. */
static void fail(struct child *c, enum fl_code code, const char *why)
{
	struct fl_err err;
	fl_err_set(&err, code, "%.*s %s", FL_FMT(c->pool->command.name), why);
	fl_err_help(&err, "run the command by hand, give it one request as a line, and see what it prints");
	count_death(c, why);
	if (c->ask)
		finish(c, code, (struct fl_str){0}, &err);
}

/* --- ending ------------------------------------------------------------------------------------------------------- */

static void on_closed(struct child *c)
{
	if (--c->open > 0)
		return;
	fl_buf_reset(&c->line);
	move_on(c);
}
static void on_handle_closed(uv_handle_t *h)
{
	on_closed(h->data);
}

static void close_pipe(uv_pipe_t *pipe)
{
	if (!uv_is_closing((uv_handle_t *)pipe))
		uv_close((uv_handle_t *)pipe, on_handle_closed);
}

/* Everything that could be heard of the process was heard: nothing is left but to close what belongs to it. */
static void close_all(struct child *c)
{
	if (c->closing)
		return;
	c->closing = true;
	fl_timer_stop(&c->force_timer);
	close_pipe(&c->in);
	close_pipe(&c->out);
	close_pipe(&c->err);
	uv_close((uv_handle_t *)&c->process, on_handle_closed);
}

/* A process ended while it had a request. One that answers once and ends in order is no failure of the command. */
static void tell_death(struct child *c)
{
	struct fl_err err;
	struct fl_buf why;
	if (c->answers && c->status == 0 && c->signal == 0 && c->line.n == 0) {
		fl_err_set(&err, FL_E_STALE, "%.*s ended after its last answer", FL_FMT(c->pool->command.name));
		finish(c, FL_E_STALE, (struct fl_str){0}, &err);
		return;
	}
	fl_buf_init(&why, 4096);
	tell_end(c, &why);
	fl_buf_z(&why, c->line.n ? " in the middle of an answer" : " instead of answering");
	tell_last_words(c, &why);
	fail(c, c->pool->answered ? FL_E_CLOSED : FL_E_CONNECT, why.p);
	fl_buf_release(&why);
}

static void check_gone(struct child *c, bool at_once)
{
	if (!c->exited || c->closing || !((c->out_ended && c->err_ended) || at_once))
		return;
	if (c->ask && c->ask->times.sent_ns && !c->ending)
		tell_death(c);
	c->ending = true;
	close_all(c);
}

static void on_drained(void *arg)
{
	check_gone(arg, true);
}

static void push(void *arg)
{
	struct child *c = arg;
	c->force = c->force < FORCE_KILL ? c->force + 1 : FORCE_KILL;
	if (c->force == FORCE_INPUT_CLOSED)
		close_pipe(&c->in);
	else
		kill(-c->group, c->force == FORCE_TERM ? SIGTERM : SIGKILL);
	fl_timer_start(c->pool->loop, &c->force_timer, FL_CHILD_GRACE_MS, push, c);
}

/* Begins with the end of its input where there is time, else with SIGTERM. */
static void end(struct child *c, bool gently)
{
	if (c->open == 0 || c->ending)
		return;
	c->ending = true;
	c->force = gently ? FORCE_NONE : FORCE_INPUT_CLOSED;
	if (!gently)
		close_pipe(&c->in);
	if (c->exited)
		check_gone(c, true);
	else
		push(c);
}

static void on_ended(uv_process_t *process, int64_t status, int signal)
{
	struct child *c = process->data;
	c->exited = true;
	c->status = status;
	c->signal = signal;
	kill(-c->group, SIGKILL); /* what it started and left behind */
	fl_guard_remove(&c->pool->guard, c->group);
	fl_timer_start(c->pool->loop, &c->force_timer, FL_CHILD_LAST_OUTPUT_MS, on_drained, c);
	check_gone(c, c->ending);
}

/* --- what it prints ----------------------------------------------------------------------------------------------- */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct child *c = handle->data;
	(void)suggested;
	*buf = uv_buf_init(c->pool->chunk, sizeof c->pool->chunk);
}

static void unasked(struct child *c, struct fl_str bytes)
{
	char shown[FL_CHILD_SHOWN];
	char why[sizeof shown + 128];
	fl_child_show(bytes, shown);
	snprintf(why, sizeof why, "printed something without being asked: '%s'", shown);
	snprintf(c->pool->what, sizeof c->pool->what, "%s", shown);
	c->pool->broke_rules = true;
	count_death(c, why);
	end(c, false);
}

static void answer(struct child *c, size_t newline)
{
	char shown[FL_CHILD_SHOWN], why[sizeof shown + 128];
	struct fl_str line = fl_str_sub(fl_buf_slice(&c->line), 0, newline);
	struct fl_str more = fl_str_trim(fl_str_sub(fl_buf_slice(&c->line), newline + 1, c->line.n));
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (more.n || c->writing) {
		fl_child_show(fl_str_trim(fl_buf_slice(&c->line)), shown); /* the first line may be the one too many */
		snprintf(why, sizeof why,
		         more.n ? "printed more than one line for one request: '%s'"
		                : "answered before it had read the request: '%s'",
		         shown);
		fail(c, FL_E_PROTOCOL, why);
		end(c, false);
		return;
	}
	if (finish(c, FL_OK, line, NULL)) {
		c->pool->answered = true;
		c->answers++;
		c->pool->deaths = 0;
	} else {
		fl_child_show(line, shown);
		snprintf(why, sizeof why, "printed what is no answer: '%s'", shown);
		count_death(c, why);
		end(c, false);
	}
	fl_buf_reset(&c->line);
}

/* It closed its output and lives on. */
static void on_mute(void *arg)
{
	struct child *c = arg;
	if (c->ask && c->ask->times.sent_ns)
		fail(c, FL_E_CLOSED, "closed its output instead of answering");
	end(c, false);
}

static void on_output(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct child *c = stream->data;
	if (n < 0) {
		c->out_ended = true;
		close_pipe(&c->out);
		if (!c->exited && !c->ending)
			fl_timer_start(c->pool->loop, &c->force_timer, FL_CHILD_LAST_OUTPUT_MS, on_mute, c);
		check_gone(c, false);
		return;
	}
	if (n == 0 || c->ending)
		return;
	struct fl_str bytes = {buf->base, (size_t)n};
	if (!c->ask || !c->ask->times.sent_ns) {
		unasked(c, bytes);
		return;
	}
	size_t before = c->line.n;
	if (!fl_buf_str(&c->line, bytes)) {
		fail(c, FL_E_LIMIT, "printed a line longer than 8 MiB");
		end(c, false);
		return;
	}
	ptrdiff_t newline = fl_str_find_char(fl_buf_slice(&c->line), '\n', before);
	if (newline >= 0)
		answer(c, (size_t)newline);
}

static void on_words(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct child *c = stream->data;
	if (n < 0) {
		c->err_ended = true;
		close_pipe(&c->err);
		check_gone(c, false);
		return;
	}
	struct fl_str new = {buf->base, (size_t)n};
	if (new.n > FL_CHILD_STDERR_BYTES)
		new = fl_str_sub(new, new.n - FL_CHILD_STDERR_BYTES, new.n);
	if (c->last_words_n + new.n > sizeof c->last_words) {
		size_t keep = FL_CHILD_STDERR_BYTES;
		memmove(c->last_words, c->last_words + c->last_words_n - keep, keep);
		c->last_words_n = keep;
	}
	if (new.n)
		memcpy(c->last_words + c->last_words_n, new.p, new.n);
	c->last_words_n += new.n;
}

/* --- starting and asking ------------------------------------------------------------------------------------------ */

static void on_deadline(void *arg)
{
	struct child *c = arg;
	char why[96];
	snprintf(why, sizeof why, "did not answer within %llu ms", (unsigned long long)c->ask->deadline_ms);
	fail(c, FL_E_TIMEOUT, why);
	end(c, false);
}

static void on_written(uv_write_t *write, int status)
{
	struct child *c = write->handle->data;
	c->writing = false;
	(void)status; /* who does not read will not answer either: its end or the deadline tells */
}

static void send_line(struct child *c)
{
	static char newline[] = "\n";
	struct ask *ask = c->ask;
	uv_buf_t part[2] = {uv_buf_init((char *)ask->line.p, (unsigned)ask->line.n), uv_buf_init(newline, 1)};
	fl_buf_reset(&c->line);
	ask->times.sent_ns = fl_mono_ns();
	c->writing = true;
	if (uv_write(&c->write, (uv_stream_t *)&c->in, part, 2, on_written) != 0)
		end(c, false);
}

static void init_pipe(struct child *c, uv_pipe_t *pipe)
{
	uv_pipe_init(fl_loop_uv(c->pool->loop), pipe, 0);
	pipe->data = c;
	uv_unref((uv_handle_t *)pipe); /* an idle child keeps no loop going; a request has its deadline */
	c->open++;
}

static int spawn(struct child *c)
{
	struct fl_child_pool *p = c->pool;
	init_pipe(c, &c->in);
	init_pipe(c, &c->out);
	init_pipe(c, &c->err);
	uv_stdio_container_t stdio[3] = {
	    {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&c->in},
	    {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out},
	    {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->err},
	};
	uv_process_options_t o = {.file = p->command.file,
	                          .args = p->command.argv,
	                          .env = p->command.env,
	                          .cwd = p->command.folder,
	                          .flags = UV_PROCESS_DETACHED,
	                          .stdio = stdio,
	                          .stdio_count = 3,
	                          .exit_cb = on_ended};
	c->exited = c->out_ended = c->err_ended = c->closing = c->ending = false;
	c->force = FORCE_NONE;
	c->status = c->signal = 0;
	c->answers = 0;
	c->writing = false;
	c->last_words_n = 0;
	int rc = uv_spawn(fl_loop_uv(p->loop), &c->process, &o);
	c->process.data = c;
	c->open++;
	if (rc != 0)
		return rc;
	c->group = uv_process_get_pid(&c->process);
	fl_guard_add(&p->guard, c->group);
	uv_unref((uv_handle_t *)&c->process);
	uv_read_start((uv_stream_t *)&c->out, on_room, on_output);
	uv_read_start((uv_stream_t *)&c->err, on_room, on_words);
	return 0;
}

static void start(void *arg)
{
	struct child *c = arg;
	struct fl_err err;
	char why[256];
	if (!c->pool->guard.pid && fl_guard_open(&c->pool->guard, &err) != FL_OK) {
		fail(c, FL_E_CONNECT, err.message);
		return;
	}
	int rc = spawn(c);
	if (rc == 0) {
		send_line(c);
		return;
	}
	snprintf(why, sizeof why, "cannot be started: %s: %s", c->pool->command.file, uv_strerror(rc));
	c->ending = true;
	close_all(c);
	fail(c, FL_E_CONNECT, why);
}

static uint64_t backoff_ms(const struct fl_child_pool *p)
{
	if (p->deaths == 0)
		return 0;
	uint64_t wait = (uint64_t)FL_CHILD_BACKOFF_MS << FL_MIN(p->deaths - 1, 10U);
	wait = FL_MIN(wait, (uint64_t)FL_CHILD_BACKOFF_MOST_MS);
	uint64_t gone = (fl_mono_ns() - p->death_ns) / 1000000;
	return gone < wait ? wait - gone : 0;
}

static void give_up(struct child *c)
{
	struct fl_err err;
	fl_err_set(&err, FL_E_CONNECT, "%.*s is given up after %d failures in a row; the last: it %s",
	           FL_FMT(c->pool->command.name), FL_CHILD_DEATHS, c->pool->last_death);
	fl_err_help(&err, "run the command by hand, give it one request as a line, and see what it prints");
	finish(c, FL_E_CONNECT, (struct fl_str){0}, &err);
}

/* A request waits for this child: whatever stands between it and the line is dealt with next. */
static void move_on(struct child *c)
{
	if (!c->ask || c->ask->times.sent_ns)
		return;
	if (c->pool->deaths >= FL_CHILD_DEATHS) {
		give_up(c);
	} else if (c->pool->broke_rules) {
		struct fl_err err;
		c->pool->broke_rules = false;
		fl_err_set(&err, FL_E_PROTOCOL, "%.*s printed something without being asked: '%s'",
		           FL_FMT(c->pool->command.name), c->pool->what);
		fl_err_help(&err, "print nothing but one line for each request; logs belong on standard error");
		finish(c, FL_E_PROTOCOL, (struct fl_str){0}, &err);
	} else if (c->open && !c->ending && !c->exited && !c->out_ended) {
		send_line(c);
	} else if (c->open) {
		end(c, false); /* and on again when it is gone */
	} else {
		uint64_t wait = backoff_ms(c->pool);
		if (wait)
			fl_timer_start(c->pool->loop, &c->start, wait, start, c);
		else
			start(c);
	}
}

/* A child without a request: one that runs, else any, else a new one. */
static struct child *free_child(struct fl_child_pool *p)
{
	struct child *found = NULL;
	for (size_t i = 0; i < p->children; i++) {
		struct child *c = p->child[i];
		bool runs = c->open && !c->ending && !c->exited;
		if (!c->ask && (!found || runs))
			found = c;
		if (found && runs && !c->ask)
			break;
	}
	if (found || p->children == p->most)
		return found;
	found = fl_alloc_zero(1, sizeof *found);
	found->pool = p;
	fl_buf_init(&found->line, FL_CHILD_LINE_BYTES + 1);
	p->child[p->children++] = found;
	return found;
}

static void hand_out(void *arg)
{
	struct fl_child_pool *p = arg;
	struct child *c;
	while (p->queue && (c = free_child(p))) {
		c->ask = p->queue;
		p->queue = c->ask->next;
		if (!p->queue)
			p->queue_tail = &p->queue;
		fl_timer_start(p->loop, &c->deadline, c->ask->deadline_ms, on_deadline, c);
		move_on(c);
	}
}

static void hand_out_soon(struct fl_child_pool *p)
{
	if (p->queue)
		fl_timer_start(p->loop, &p->hand_out, 0, hand_out, p);
}

void fl_child_pool_ask(struct fl_child_pool *p, struct fl_str line, uint64_t deadline_ms, fl_child_done *done,
                       void *arg)
{
	FL_ASSERT(!p->closing && fl_str_find_char(line, '\n', 0) < 0);
	struct ask *ask = fl_alloc_zero(1, sizeof *ask);
	*ask = (struct ask){.line = line, .deadline_ms = deadline_ms, .done = done, .arg = arg};
	ask->times.asked_ns = fl_mono_ns();
	*p->queue_tail = ask;
	p->queue_tail = &ask->next;
	hand_out_soon(p);
}

/* --- the pool ----------------------------------------------------------------------------------------------------- */

struct fl_child_pool *fl_child_pool_create(struct fl_loop *loop, const struct fl_child_command *command, size_t most)
{
	struct fl_child_pool *p = fl_alloc_zero(1, sizeof *p);
	p->loop = loop;
	p->command = *command;
	p->most = FL_MIN(FL_MAX(most, (size_t)1), (size_t)FL_CHILDREN);
	p->child = fl_alloc_zero(p->most, sizeof *p->child);
	p->queue_tail = &p->queue;
	return p;
}

static bool any_open(const struct fl_child_pool *p)
{
	for (size_t i = 0; i < p->children; i++)
		if (p->child[i]->open)
			return true;
	return false;
}

void fl_child_pool_destroy(struct fl_child_pool *p)
{
	if (!p)
		return;
	p->closing = true;
	FL_ASSERT(!p->queue);
	fl_timer_stop(&p->hand_out);
	for (size_t i = 0; i < p->children; i++) {
		FL_ASSERT(!p->child[i]->ask);
		end(p->child[i], true);
	}
	while (any_open(p) && fl_loop_step(p->loop))
		;
	for (size_t i = 0; i < p->children; i++) {
		fl_timer_stop(&p->child[i]->force_timer);
		fl_buf_release(&p->child[i]->line);
		free(p->child[i]);
	}
	fl_guard_close(&p->guard);
	free(p->child);
	free(p);
}

bool fl_child_pool_given_up(const struct fl_child_pool *p)
{
	return p->deaths >= FL_CHILD_DEATHS;
}

/* --- where programs are ------------------------------------------------------------------------------------------- */

static bool executable(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool fl_child_find(const char *name, const char *folder, char *out, size_t size)
{
	int n;
	if (strchr(name, '/')) {
		n = name[0] == '/' ? snprintf(out, size, "%s", name) : snprintf(out, size, "%s/%s", folder, name);
		return n >= 0 && (size_t)n < size && executable(out);
	}
	const char *path = getenv("PATH");
	for (const char *p = path ? path : "/usr/bin:/bin"; *name; p++) {
		size_t part = strcspn(p, ":");
		n = snprintf(out, size, "%.*s/%s", part ? (int)part : 1, part ? p : ".", name);
		if (n >= 0 && (size_t)n < size && executable(out))
			return true;
		p += part;
		if (!*p)
			break;
	}
	return false;
}
