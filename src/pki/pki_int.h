/*
 * Private to pki: DER pieces that certificates, CMS and SecurityInfos share.
 * Readers refuse lengths that are not DER's; a failing call leaves cursor
 * and outputs untouched.
 */
#ifndef PKI_INT_H
#define PKI_INT_H

#include <time.h>

#include "perso/cert.h"
#include "perso/cms.h"
#include "perso/tlv.h"
#include "perso/wr.h"

/* DER tags */
#define DER_BOOLEAN 0x01u
#define DER_INTEGER 0x02u
#define DER_BITS 0x03u
#define DER_OCTETS 0x04u
#define DER_NULL 0x05u
#define DER_OID 0x06u
#define DER_UTF8 0x0Cu
#define DER_PRINTABLE 0x13u
#define DER_TELETEX 0x14u
#define DER_IA5 0x16u
#define DER_UTCTIME 0x17u
#define DER_GENTIME 0x18u
#define DER_BMP 0x1Eu
#define DER_SEQ 0x30u
#define DER_SET 0x31u
#define DER_CTX(n) (0x80u | (n))  /* primitive */
#define DER_CTXC(n) (0xA0u | (n)) /* constructed */

/* der.c: reading */
PERSO_MUST perso_rc pki_any(struct perso_rd *rd, struct perso_tlv *ret);
PERSO_MUST perso_rc pki_take(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret);
PERSO_MUST perso_rc pki_optional(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret, bool *ret_there);
/* Take a constructed element and read on inside it. */
PERSO_MUST perso_rc pki_enter(
    struct perso_rd *rd, uint32_t tag, struct perso_rd *ret);
/* The whole input is one such element. */
PERSO_MUST perso_rc pki_enter_only(
    struct perso_span s, uint32_t tag, struct perso_rd *ret);
PERSO_MUST perso_rc pki_oid(struct perso_rd *rd, char dst[PERSO_OID_MAX]);
PERSO_MUST perso_rc pki_u63(struct perso_rd *rd, uint64_t *ret);
PERSO_MUST perso_rc pki_bool(struct perso_span val, bool *ret);
/* BIT STRING of whole bytes. */
PERSO_MUST perso_rc pki_bits(struct perso_rd *rd, struct perso_span *ret);
/* UTCTime or GeneralizedTime with seconds and Z, RFC 5280 4.1.2.5. */
PERSO_MUST perso_rc pki_time(struct perso_rd *rd, time_t *ret);
PERSO_MUST perso_rc pki_gentime_value(struct perso_span val, time_t *ret);
/* The elements are in DER's order for a SET OF. */
PERSO_MUST perso_rc pki_is_sorted(struct perso_span contents, bool *ret);

/* der.c: writing */
void pki_wr_time(struct perso_wr *w, time_t t);
void pki_wr_gentime(struct perso_wr *w, uint32_t tag, time_t t);
void pki_wr_bits(struct perso_wr *w, struct perso_span s);
void pki_wr_str(struct perso_wr *w, uint32_t tag, const char *s);
/* Opens a template whose contents begin at *ret_at, to be sorted. */
size_t pki_wr_open_set(struct perso_wr *w, uint32_t tag, size_t *ret_at);
void pki_wr_close_set(struct perso_wr *w, size_t mark, size_t at);

/* algid.c: AlgorithmIdentifier */
PERSO_MUST perso_rc pki_hash_read(
    struct perso_rd *rd, enum perso_hash *ret, bool *ret_null);
void pki_hash_write(struct perso_wr *w, enum perso_hash h, bool null);
/* digest: the hash for plain rsaEncryption, NONE where it may not stand. */
PERSO_MUST perso_rc pki_sig_read(struct perso_rd *rd, enum perso_hash digest,
    struct perso_sig_alg *ret, bool *ret_rsa);
void pki_sig_write(struct perso_wr *w, struct perso_sig_alg alg, bool rsa);

/* cert_ext.c */
PERSO_MUST perso_rc pki_cert_exts(struct perso_span exts, struct perso_cert *c);

/* cert_parse.c: only what a SignerInfo needs, from a DER certificate. */
PERSO_MUST perso_rc pki_cert_sid(struct perso_span der,
    struct perso_span *ret_issuer, struct perso_span *ret_serial);
/* The key bits of a SubjectPublicKeyInfo. */
PERSO_MUST perso_rc pki_spki_bits(
    struct perso_span spki, struct perso_span *ret);

/* name.c: the same Name, byte for byte or as text without regard to case. */
bool pki_name_equal(struct perso_span a, struct perso_span b);
bool pki_text_equal_nocase(const char *a, const char *b);

/* text.c: lines of the small configuration files. */
/* The next line without its end and comment, stripped; false at the end. */
bool pki_line(struct perso_rd *rd, struct perso_span *ret);
/* The next word, false if there is none. */
bool pki_word(struct perso_rd *rd, struct perso_span *ret);
bool pki_is_word(struct perso_span s); /* [A-Za-z0-9._-]+ */
/* Into a C string; false if it does not fit or holds NUL. */
bool pki_text(struct perso_span s, char *dst, size_t cap);

/* folder.c: certificates of a folder */
struct pki_folder {
	struct perso_cert *certs;
	size_t count, cap;
	char (*bad)[2 * PERSO_TRAIL_LEN];
	size_t bad_count, bad_cap;
};

/* check (may be NULL) judges each certificate; its failure makes the file a
 * bad one. */
PERSO_MUST perso_rc pki_folder_open(const char *dir,
    perso_rc (*check)(const struct perso_cert *c), struct pki_folder *ret);
void pki_folder_done(struct pki_folder *f);
const struct perso_cert *pki_folder_get(const struct pki_folder *f, size_t i);
const char *pki_folder_bad(const struct pki_folder *f, size_t i);

#endif
