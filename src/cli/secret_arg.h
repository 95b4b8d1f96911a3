/*
 * Secrets as options: "--pin 123456", "--pin -" (standard input) or "--pin
 * @FILE", for other users see command lines.
 */
#ifndef PERSO_CLI_SECRET_ARG_H
#define PERSO_CLI_SECRET_ARG_H

#include "cli_int.h"

/* The option's value, appended, without line ends behind it; nothing if it
 * was not given. *stdin_used belongs to the command: only one value comes
 * from there. PERSO_E_ARG: a second one, or an empty one; PERSO_E_IO,
 * PERSO_E_NOMEM: more than ret holds. */
PERSO_MUST perso_rc cli_secret(const struct cli *c, const char *name,
    bool *stdin_used, struct perso_buf *ret);

#endif
