/* What a child of the tests is: its first argument names how it behaves. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char line[64 << 20];

static char *next(void)
{
	return fgets(line, sizeof line, stdin);
}

static void flood(FILE *to)
{
	static char much[1 << 16];
	memset(much, 'x', sizeof much);
	for (int i = 0; i < 1024 && fwrite(much, 1, sizeof much, to) == sizeof much; i++)
		;
}

/* Answers each line by itself; some lines make it do something else. */
static void echo(void)
{
	while (next()) {
		if (strcmp(line, "die\n") == 0) {
			fprintf(stderr, "first\nthe disk\033[31m is on fire\n");
			exit(7);
		}
		if (strcmp(line, "half\n") == 0) {
			fputs("half an ans", stdout);
			fflush(stdout);
			raise(SIGKILL);
		}
		if (strcmp(line, "hang\n") == 0)
			pause();
		if (strcmp(line, "two\n") == 0)
			fputs("one\n", stdout);
		if (strcmp(line, "flood\n") == 0)
			flood(stdout);
		if (strcmp(line, "words\n") == 0)
			flood(stderr);
		if (strcmp(line, "pid\n") == 0)
			snprintf(line, sizeof line, "%d\n", (int)getpid());
		if (strcmp(line, "environment\n") == 0) {
			extern char **environ;
			char *to = line;
			for (char **e = environ; *e; e++)
				to += snprintf(to, 1000, "[%s]", *e);
			snprintf(to, 2, "\n");
		}
		if (strcmp(line, "folder\n") == 0) {
			char folder[4000];
			snprintf(line, sizeof line, "%s\n", getcwd(folder, sizeof folder));
		}
		if (strcmp(line, "grandchild\n") == 0) {
			pid_t pid = fork();
			if (pid == 0) {
				signal(SIGTERM, SIG_IGN);
				for (;;)
					pause();
			}
			snprintf(line, sizeof line, "%d\n", (int)pid);
		}
		fputs(line, stdout);
		fflush(stdout);
		if (strcmp(line, "late\n") == 0) {
			usleep(20000);
			fputs("and another thing\n", stdout);
			fflush(stdout);
		}
		if (strcmp(line, "mute\n") == 0)
			fclose(stdout);
	}
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "echo";
	if (strcmp(how, "stubborn") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(how, "broken") == 0) {
		fputs("no module named 'world'\n", stderr);
		return 1;
	}
	if (strcmp(how, "banner") == 0) {
		puts("welcome");
		fflush(stdout);
	}
	if (strcmp(how, "deaf") == 0)
		for (;;)
			pause();
	if (strcmp(how, "once") == 0) {
		if (next())
			fputs(line, stdout);
		return 0;
	}
	echo();
	return 0;
}
