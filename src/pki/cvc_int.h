/*
 * Private to pki: what the files about card-verifiable certificates share.
 */
#ifndef CVC_INT_H
#define CVC_INT_H

#include "perso/cvc.h"
#include "perso/rd.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define CVC_CERT 0x7F21u
#define CVC_BODY 0x7F4Eu
#define CVC_PROFILE 0x5F29u
#define CVC_CAR 0x42u
#define CVC_KEY 0x7F49u
#define CVC_CHR 0x5F20u
#define CVC_CHAT 0x7F4Cu
#define CVC_BITS 0x53u
#define CVC_EFFECTIVE 0x5F25u
#define CVC_EXPIRES 0x5F24u
#define CVC_EXTENSIONS 0x65u
#define CVC_EXTENSION 0x73u
#define CVC_SIGNATURE 0x5F37u
#define CVC_REQUEST 0x67u
#define CVC_OID 0x06u

/* Unsigned numbers and points of a key. */
#define CVC_RSA_N 0x81u
#define CVC_RSA_E 0x82u
#define CVC_EC_P 0x81u
#define CVC_EC_A 0x82u
#define CVC_EC_B 0x83u
#define CVC_EC_G 0x84u
#define CVC_EC_ORDER 0x85u
#define CVC_EC_POINT 0x86u
#define CVC_EC_COFACTOR 0x87u

#define CVC_SIGNATURE_MAX 2048 /* RSA of 16384 bits */

/* The next object must have this tag and the shortest length: PERSO_E_DATA;
 * at the end PERSO_E_MISSING. `what` goes into the trail. */
PERSO_MUST perso_rc cvc_take(struct perso_rd *rd, uint32_t tag,
    const char *what, struct perso_span *ret);
/* The same for an object that may be missing: empty, *ret_there false. */
PERSO_MUST perso_rc cvc_optional(struct perso_rd *rd, uint32_t tag,
    const char *what, struct perso_span *ret, bool *ret_there);
/* A CAR or CHR, terminated. */
PERSO_MUST perso_rc cvc_take_name(struct perso_rd *rd, uint32_t tag,
    const char *what, char dst[PERSO_CVC_NAME_MAX + 1]);

/* A certificate or a request, into a fresh struct that owns nothing. */
PERSO_MUST perso_rc cvc_parse(
    struct perso_span der, bool request, struct perso_cvc *ret);

/* Contents of 65: objects 73 that begin with an OID. */
PERSO_MUST perso_rc cvc_extensions_check(struct perso_span s);

/* cvc_key.c: contents of 7F49. */
PERSO_MUST perso_rc cvc_key_parse(
    struct perso_span contents, struct perso_cvc_key *ret);
void cvc_key_write(struct perso_wr *w, const struct perso_pubkey *k,
    struct perso_sig_alg alg, bool domain);
/* A point or modulus is that of the certified key. */
bool cvc_key_is(const struct perso_cvc_key *k, const struct perso_pubkey *pub);

/* cvc_auth.c */
PERSO_MUST perso_rc cvc_chat_parse(
    struct perso_span contents, struct perso_cvc_auth *ret);
void cvc_chat_write(struct perso_wr *w, const struct perso_cvc_auth *a);
/* The form in which certificates use it: plain ECDSA, PSS with a salt as
 * long as the hash. PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc cvc_alg_normalise(
    struct perso_sig_alg alg, struct perso_sig_alg *ret);
struct perso_cvc_auth cvc_auth_and(
    const struct perso_cvc_auth *a, const struct perso_cvc_auth *b);

#endif
