/* Where finished pages go: a folder or a command. */
#ifndef PERSO_CLI_PRINTER_H
#define PERSO_CLI_PRINTER_H

#include "cli_int.h"
#include "perso/printer.h"

struct cli_printer {
	struct perso_printer base; /* name NULL: none is configured */
	struct cli *cli;
	char folder[PERSO_PATH_MAX];
	const char *command;   /* of the configuration */
	unsigned time_limit_s; /* of a command, for one page */
	bool is_pdf;
	unsigned dpi;
};

/* Of the configuration, or the folder of --pages. PERSO_E_CONFIG: folder and
 * command, or a value that is none. *ret and cfg stay where they are. */
PERSO_MUST perso_rc cli_printer_open(
    struct cli *c, const struct cli_config *cfg, struct cli_printer *ret);

/* Runs /bin/sh -c command with the bytes on its standard input and these
 * variables ("NAME=value", the last one NULL) in its environment. What it
 * says on standard error is appended to said, as far as there is room.
 * PERSO_E_IO: exit code, signal, time limit, bytes left unread. */
struct cli_shell {
	const char *command;
	char *const *variables;
	struct perso_span input;
	unsigned time_limit_s;
};
PERSO_MUST perso_rc cli_shell_run(
    const struct cli_shell *s, struct perso_buf *said);
/* Notes what it said, line by line, without what a terminal would obey. */
void cli_printer_told(const struct cli *c, const struct perso_buf *said);

#endif
