/*
 * The printer of letters: a folder, or a command that has each letter on its
 * standard input.
 */
#ifndef PERSO_CLI_LETTER_INT_H
#define PERSO_CLI_LETTER_INT_H

#include "cli_int.h"
#include "printer.h"

struct cli_letter_printer {
	struct perso_printer base; /* name NULL: none is configured */
	struct cli *cli;
	char folder[PERSO_PATH_MAX];
	char command[CLI_COMMAND_MAX];
};

/* --out, or letter-folder or letter-command of the configuration.
 * PERSO_E_CONFIG: both. The address of *ret is the printer's context: it
 * must not move. */
PERSO_MUST perso_rc cli_letter_printer_open(struct cli *c,
    const struct cli_config *cfg, struct cli_letter_printer *ret);

#endif
