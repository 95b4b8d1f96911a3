/*
 * What the commands about card-verifiable certificates share.
 */
#ifndef CLI_CVC_INT_H
#define CLI_CVC_INT_H

#include "cli_int.h"
#include "perso/cvc.h"

void cvc_key_done(struct perso_keyref **k);
void cvc_pubkey_done(struct perso_pubkey **k);
#define CVC_KEYREF(name) \
	__attribute__((cleanup(cvc_key_done))) struct perso_keyref *name = NULL
#define CVC_PUBKEY(name)                                                      \
	__attribute__((cleanup(cvc_pubkey_done))) struct perso_pubkey *name = \
	    NULL

/* A name, ISO 8859-1, as UTF-8. */
#define CVC_UTF8 (2 * PERSO_CVC_NAME_MAX + 1)
void cvc_name_utf8(const char *name, char dst[CVC_UTF8]);
/* What a certificate or request says. */
json_t *cvc_json(const struct perso_cvc *c);
json_t *cvc_rights_json(const struct perso_cvc_auth *a);

#endif
