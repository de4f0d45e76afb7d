#include "cli/cli.h"

#include <signal.h>

int main(int argc, char **argv)
{
	/* No setlocale: numbers are read and written the same way everywhere. */
	signal(SIGPIPE, SIG_IGN);
	/* A limit on the size of files must be an error of one write too, for what was paid is told then. */
	signal(SIGXFSZ, SIG_IGN);
	return fl_cli_main(argc, argv);
}
