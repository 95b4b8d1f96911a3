/*
 * What perso seal make, show and check share.
 */
#ifndef PERSO_CLI_SEAL_INT_H
#define PERSO_CLI_SEAL_INT_H

#include "cli_int.h"
#include "perso/seal.h"
#include "perso/symbol.h"

/* The profiles of --profiles, else of the configuration; *ret stays NULL
 * where neither is given. */
PERSO_MUST perso_rc seal_profiles(
    const struct cli *c, struct perso_profiles **ret);

/* The bytes of a seal: the file's, or those of the symbol in it if it is a
 * PNG. */
PERSO_MUST perso_rc seal_load(const char *path, struct perso_buf *ret);

/* What the seal says; d may be NULL. A message that its definition cannot
 * read is shown in hexadecimal. */
PERSO_MUST perso_rc seal_json(const struct perso_seal *s,
    const struct perso_seal_definition *d, json_t **ret);

/* The certificate that the seal names: --cert, else one of the folder
 * --trust, else <signers>/<state>/seal.cer of the configuration. *ret_found
 * is false where none is it. */
PERSO_MUST perso_rc seal_signer_find(const struct cli *c,
    const struct perso_seal *s, struct perso_cert *ret, bool *ret_found);

void seal_close_keyref(struct perso_keyref **k);
void seal_close_trust(struct perso_trust **t);

#endif
