/*
 * Messages on the pipe are process numbers: positive when a group begins, negative when it is gone. They are shorter than
 * PIPE_BUF, so each arrives whole. Linux could signal children by itself at our death (PR_SET_PDEATHSIG), but only the
 * child, not what it started.
 */
#include "io/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing of the process may be held open here: pipes of other children would never end, nor locks of files. */
static void close_others(int keep)
{
	enum { MOST = 65536 }; /* where the kernel has no close_range */
	if (keep > 0 && close_range((unsigned)keep + 1, ~0U, 0) == 0 && close_range(0, (unsigned)keep - 1, 0) == 0)
		return;
	for (int fd = 0; fd < MOST; fd++)
		if (fd != keep)
			close(fd);
}

static void watch(int pipe) FL_NORETURN;
static void watch(int pipe)
{
	pid_t group[FL_GUARD_GROUPS], said;
	size_t n = 0;
	setsid(); /* a Ctrl-C at the terminal is not meant for it */
	close_others(pipe);
	for (;;) {
		ssize_t got = read(pipe, &said, sizeof said);
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof said)
			break;
		if (said > 0 && n < FL_GUARD_GROUPS)
			group[n++] = said;
		for (size_t i = 0; said < 0 && i < n; i++)
			if (group[i] == -said)
				group[i--] = group[--n];
	}
	for (size_t i = 0; i < n; i++)
		kill(-group[i], SIGKILL);
	_exit(0);
}

enum fl_code fl_guard_open(struct fl_guard *g, struct fl_err *err)
{
	int end[2];
	sigset_t all, before;
	if (pipe2(end, O_CLOEXEC) != 0)
		return fl_err_set(err, FL_E_IO, "no pipe can be made: %s", strerror(errno));
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* handlers of this process must not run in the copy */
	pid_t pid = fork();
	if (pid == 0)
		watch(end[0]);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(end[0]);
	if (pid < 0) {
		close(end[1]);
		return fl_err_set(err, FL_E_IO, "no process can be started: %s", strerror(errno));
	}
	*g = (struct fl_guard){.pipe = end[1], .pid = pid};
	return FL_OK;
}

/* A guard that is gone cannot be helped: its groups end with their input, if they read it. */
static void tell(struct fl_guard *g, pid_t said)
{
	while (write(g->pipe, &said, sizeof said) < 0 && errno == EINTR)
		;
}

void fl_guard_add(struct fl_guard *g, pid_t group)
{
	tell(g, group);
}

void fl_guard_remove(struct fl_guard *g, pid_t group)
{
	tell(g, -group);
}

void fl_guard_close(struct fl_guard *g)
{
	if (!g->pid)
		return;
	close(g->pipe);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*g = (struct fl_guard){0};
}
