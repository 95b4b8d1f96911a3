/*
 * Message digests and AES-CMAC (crypto).
 */
#ifndef PERSO_DIGEST_H
#define PERSO_DIGEST_H

#include "perso/rc.h"
#include "perso/span.h"

enum perso_hash {
	PERSO_HASH_NONE = 0,
	PERSO_SHA1, /* reading only; never issued with */
	PERSO_SHA224,
	PERSO_SHA256,
	PERSO_SHA384,
	PERSO_SHA512
};

#define PERSO_HASH_MAX 64

struct perso_md {
	uint8_t p[PERSO_HASH_MAX];
	size_t n; /* bytes in use */
};

static inline struct perso_span
perso_md_span(const struct perso_md *md)
{
	return (struct perso_span){ md->p, md->n };
}

size_t perso_hash_size(enum perso_hash h);		 /* 0 for NONE */
const char *perso_hash_name(enum perso_hash h);		 /* "SHA-256" */
const char *perso_hash_oid(enum perso_hash h);		 /* dotted */
struct perso_span perso_hash_oid_der(enum perso_hash h); /* whole TLV */
/* "SHA-256", "sha256": PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc perso_hash_from_name(
    const char *name, enum perso_hash *ret);
PERSO_MUST perso_rc perso_hash_from_oid(
    const char *dotted, enum perso_hash *ret);

PERSO_MUST perso_rc perso_digest(
    enum perso_hash h, struct perso_span s, struct perso_md *ret);
/* Over the concatenation of the parts. */
PERSO_MUST perso_rc perso_digest_parts(enum perso_hash h,
    const struct perso_span *parts, size_t count, struct perso_md *ret);

#define PERSO_CMAC_SIZE 16
/* AES-CMAC (NIST SP 800-38B) over the concatenation of the parts; key of
 * 16, 24 or 32 bytes, PERSO_E_KEY otherwise. */
PERSO_MUST perso_rc perso_cmac(struct perso_span key,
    const struct perso_span *parts, size_t count, uint8_t ret[PERSO_CMAC_SIZE]);

#endif
