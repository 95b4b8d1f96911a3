/*
 * Private to pki: the role list of approvers, see perso/trust.h.
 */
#ifndef ROLES_INT_H
#define ROLES_INT_H

#include "perso/trust.h"

#include "pki_int.h"

#define ROLE_SERIAL_MAX 64
#define ROLE_TYPES 32
#define ROLE_WORD 65
#define ROLES_MAX 1024

/* One line. */
struct role_entry {
	uint8_t serial[ROLE_SERIAL_MAX]; /* no leading zeros */
	size_t serial_len;
	bool by_digest; /* issuer by SHA-256, else by text */
	struct perso_md digest;
	char issuer[PERSO_NAME_TEXT];
	char role[ROLE_WORD];
	char types[ROLE_TYPES][ROLE_WORD];
	size_t type_count;
};

struct role_list {
	struct role_entry *entries;
	size_t count;
};

/* PERSO_E_CONFIG with the line. */
PERSO_MUST perso_rc role_list_parse(
    struct perso_span text, struct role_list *ret);
void role_list_done(struct role_list *l);
/* The entry speaks of this certificate. */
bool role_entry_names(const struct role_entry *e, const struct perso_cert *c);

#endif
