/* A driver's tool as a child process with a deadline. It may hang in the kernel, where even SIGKILL does not reach it. */
#include "fit/detect.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now_ms(void)
{
	return (int64_t)(fl_mono_ns() / 1000000);
}

/* Starts it in a process group of its own, its output on *fd. */
static bool start(const char *const *argv, pid_t *pid, int *fd)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&attr, 0);
	bool ok = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)(uintptr_t)argv, environ) == 0;
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	*fd = ends[0];
	if (!ok)
		close(ends[0]);
	return ok;
}

/* Reads until the end, the deadline or the limit; true at the end. */
static bool read_all(int fd, int64_t deadline_ms, char *to, size_t *n)
{
	for (;;) {
		int64_t left = deadline_ms - now_ms();
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0 || *n == FL_DETECT_BYTES)
			return false;
		ssize_t k = read(fd, to + *n, FL_DETECT_BYTES - *n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k == 0;
		*n += (size_t)k;
	}
}

/* Waits for its end until the deadline; true when it ended well. */
static bool ended_well(pid_t pid, int64_t deadline_ms, bool *ended)
{
	static const struct timespec nap = {.tv_nsec = 2000000};
	int status;
	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		*ended = got == pid || (got < 0 && errno == ECHILD);
		if (*ended || now_ms() >= deadline_ms)
			return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
		nanosleep(&nap, NULL);
	}
}

bool fl_detect_run(const char *const *argv, int64_t timeout_ms, struct fl_arena *a, struct fl_str *out)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	char *text = fl_arena_alloc(a, FL_DETECT_BYTES);
	size_t n = 0;
	bool ended;
	pid_t pid;
	int fd;
	if (!start(argv, &pid, &fd))
		return false;
	bool whole = read_all(fd, deadline_ms, text, &n);
	close(fd);
	bool well = whole && ended_well(pid, deadline_ms, &ended);
	if (!whole || !ended) {
		kill(-pid, SIGKILL);
		ended_well(pid, now_ms() + 200, &ended);
	}
	*out = (struct fl_str){text, n};
	return well;
}
