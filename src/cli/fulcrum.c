#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/*
 * Keys lie in memory while they are in use, in more copies than could be wiped (headers, TLS, libraries). So memory is
 * kept where it is: no core file, none to a crash handler either, and nobody else of this user reads it or the
 * environment. FULCRUM_CORE=1 leaves it readable, for finding a fault.
 */
static void keep_memory_private(void)
{
	const char *wanted = getenv("FULCRUM_CORE");
	struct rlimit core;
	if ((wanted && *wanted) || getrlimit(RLIMIT_CORE, &core) != 0)
		return;
	core.rlim_cur = 0;
	(void)setrlimit(RLIMIT_CORE, &core);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* what core_pattern pipes to a program knows no limit */
}

int main(int argc, char **argv)
{
	keep_memory_private();
	/* No setlocale: numbers are read and written the same way everywhere. */
	signal(SIGPIPE, SIG_IGN);
	/* A limit on the size of files must be an error of one write too, for what was paid is told then. */
	signal(SIGXFSZ, SIG_IGN);
	return fl_cli_main(argc, argv);
}
