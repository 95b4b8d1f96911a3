/*
 * The chip that a command is to read: --sim FILE, --reader NAME, or the first
 * reader with a free card.
 */
#ifndef PERSO_CLI_READER_H
#define PERSO_CLI_READER_H

#include "cli_int.h"
#include "perso/link.h"

/* configured: the reader of the configuration, "" for any. PERSO_E_ARG: both
 * options; PERSO_E_NO_READER, PERSO_E_NO_CARD; codes of the links. */
PERSO_MUST perso_rc cli_open_link(
    const struct cli *c, const char *configured, struct perso_link **ret);

#endif
