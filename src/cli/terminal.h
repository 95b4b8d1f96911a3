/*
 * An inspection system out of files: its key and its certificates.
 */
#ifndef PERSO_CLI_TERMINAL_H
#define PERSO_CLI_TERMINAL_H

#include "cli_int.h"
#include "perso/verify.h"

#define CLI_TERMINAL_CERTS 16

struct cli_terminal {
	struct perso_keyref *key;
	struct perso_cvc certs[CLI_TERMINAL_CERTS];
	struct perso_inspect_terminal t; /* of the above */
};

/* key: PKCS#8; chain: files of certificates, parted by commas, each with one
 * or more: link certificates if there are any, DV, terminal. PERSO_E_ARG:
 * none, or too many; codes of keyref and cvc. *ret was zeroed; it is to be closed in any case. */
PERSO_MUST perso_rc cli_terminal_open(
    const char *key, const char *chain, struct cli_terminal *ret);
/* The one of an issuing state, in its folder as the signer: is.key, dv.cvcert,
 * is.cvcert. PERSO_E_NOT_FOUND: there is none. */
PERSO_MUST perso_rc cli_terminal_of(
    const struct cli_config *cfg, const char *issuer, struct cli_terminal *ret);
void cli_terminal_close(struct cli_terminal *t);

#endif
