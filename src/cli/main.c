#include <signal.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli_int.h"

/* A standard stream that was closed stays unusable, instead of becoming the
 * next file that is opened: the store, or the reader's socket. */
static void
hold_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		(void)close(fd);
}

/* Keys and persons' data are in memory: no copy of it on disk. */
static void
forbid_cores(void)
{
	static const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
}

int
main(int argc, char **argv)
{
	struct cli c = { 0 };
	perso_rc rc;

	hold_streams();
	forbid_cores();
	signal(SIGPIPE, SIG_IGN);
	rc = cli_parse(&c, argc, argv);
	if (rc == PERSO_OK && c.cmd != NULL)
		rc = c.cmd->run(&c);
	if (rc != PERSO_OK) {
		cli_print_error(&c, rc);
		return cli_exit_code(rc);
	}
	/* a disk that is full, or nobody who reads */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "perso: standard output cannot be written\n");
		return c.exit != CLI_EXIT_OK ? c.exit : CLI_EXIT_DATA;
	}
	return c.exit;
}
