#include <signal.h>

#include "cli_int.h"

int
main(int argc, char **argv)
{
	struct cli c = { 0 };
	perso_rc rc;

	signal(SIGPIPE, SIG_IGN);
	rc = cli_parse(&c, argc, argv);
	if (rc == PERSO_OK && c.cmd != NULL)
		rc = c.cmd->run(&c);
	if (rc != PERSO_OK) {
		cli_print_error(&c, rc);
		return cli_exit_code(rc);
	}
	if (fflush(stdout) != 0 && c.exit == CLI_EXIT_OK)
		return CLI_EXIT_DATA;
	return c.exit;
}
