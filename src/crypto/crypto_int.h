/*
 * Private to crypto: OpenSSL's objects with their cleanup attributes, the
 * caches of fetched algorithms, and what the files about keys share.
 */
#ifndef CRYPTO_INT_H
#define CRYPTO_INT_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "perso/cipher.h"
#include "perso/digest.h"
#include "perso/key.h"
#include "perso/keyref.h"
#include "perso/secret.h"
#include "perso/tlv.h"
#include "perso/wr.h"

/* Starts a trail with what was tried and OpenSSL's reason (never its data),
 * empties OpenSSL's error queue, and returns rc. */
PERSO_MUST perso_rc ossl_fail(perso_rc rc, const char *what);

/* Fetched once, kept for the life of the process; NULL for NONE or when the
 * provider lacks it. */
EVP_MD *ossl_md(enum perso_hash h);

static inline void
ossl_bn_done(BIGNUM **bn)
{
	BN_clear_free(*bn);
}

static inline void
ossl_bn_ctx_done(BN_CTX **ctx)
{
	BN_CTX_free(*ctx);
}

static inline void
ossl_point_done(EC_POINT **p)
{
	EC_POINT_clear_free(*p);
}

static inline void
ossl_group_done(EC_GROUP **g)
{
	EC_GROUP_free(*g);
}

static inline void
ossl_pkey_done(EVP_PKEY **p)
{
	EVP_PKEY_free(*p);
}

static inline void
ossl_pkey_ctx_done(EVP_PKEY_CTX **p)
{
	EVP_PKEY_CTX_free(*p);
}

static inline void
ossl_cipher_ctx_done(EVP_CIPHER_CTX **p)
{
	EVP_CIPHER_CTX_free(*p);
}

#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* ---- Block ciphers. ---- */

#define BLOCK_MAX 16

/* CBC, the cipher as it was fetched; NULL when the provider lacks it. */
EVP_CIPHER *cipher_alg(enum perso_cipher c);

/* One direction under one key: a CBC context and the value its next block
 * is chained to, the last block of cryptogram that went through. */
struct keyed_chain {
	EVP_CIPHER_CTX *ctx; /* NULL until it is needed */
	uint8_t last[BLOCK_MAX];
};

struct perso_keyed {
	enum perso_cipher c;
	size_t block;
	struct perso_secret key; /* as OpenSSL takes it */
	struct keyed_chain enc, dec;
	uint8_t sub[2][BLOCK_MAX]; /* of CMAC */
	bool has_subkeys;
};

/* p += q, blocks of one or two words. */
static inline void
keyed_add(uint8_t *p, const uint8_t *q, size_t block)
{
	for (size_t i = 0; i < block; i += 8) {
		uint64_t a, b;

		memcpy(&a, p + i, 8);
		memcpy(&b, q + i, 8);
		a ^= b;
		memcpy(p + i, &a, 8);
	}
}

/* keyed.c: k is all zero before, and done with in any case. PERSO_E_KEY. */
PERSO_MUST perso_rc keyed_init(
    struct perso_keyed *k, enum perso_cipher c, struct perso_span key);
void keyed_done(struct perso_keyed *k);
#define KEYED(name) CLEANUP(keyed_done) struct perso_keyed name = { 0 }

/* Whole blocks, and an initial value that is empty or a block. */
PERSO_MUST perso_rc keyed_check(
    enum perso_cipher c, struct perso_span iv, size_t n);
/* CBC in place over n bytes, whole blocks; iv NULL is zero. */
typedef perso_rc keyed_way(
    struct perso_keyed *k, const uint8_t *iv, uint8_t *p, size_t n);
PERSO_MUST perso_rc keyed_encrypt(
    struct perso_keyed *k, const uint8_t *iv, uint8_t *p, size_t n);
PERSO_MUST perso_rc keyed_decrypt(
    struct perso_keyed *k, const uint8_t *iv, uint8_t *p, size_t n);
/* cmac.c: made unless they are there; AES only. */
PERSO_MUST perso_rc keyed_subkeys(struct perso_keyed *k);
/* After keyed_encrypt: goes on with the same message; n is not 0. */
PERSO_MUST perso_rc keyed_more(struct perso_keyed *k, uint8_t *p, size_t n);
/* One block; ret may be in. */
PERSO_MUST perso_rc keyed_block(
    struct perso_keyed *k, keyed_way *way, const uint8_t *in, uint8_t *ret);

/* ---- What public and private keys share. ---- */

#define OID_EC_KEY "1.2.840.10045.2.1"
#define OID_PRIME_FIELD "1.2.840.10045.1.1"
#define OID_RSA "1.2.840.113549.1.1.1"
#define OID_RSA_PSS "1.2.840.113549.1.1.10"
#define OID_MGF1 "1.2.840.113549.1.1.8"

/* Largest field we accept, as OpenSSL does (brainpool 512 and P-521 with
 * room): 640 bits. */
#define FIELD_MAX 80
#define POINT_MAX (1 + 2 * FIELD_MAX)
#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX 16384
#define RSA_BYTES_MAX (RSA_BITS_MAX / 8)

/* Domain parameters: of a known curve (group borrowed from the cache, never
 * freed) or explicit ones of an unknown curve (own holds them). */
struct ec_domain {
	enum perso_curve curve;
	const EC_GROUP *group;
	EC_GROUP *own;	     /* NULL, or the same as group */
	size_t field, order; /* bytes of p and of n */
};

/* id-RSASSA-PSS keys may be limited to one hash and a least salt. */
struct pss_limits {
	bool pss_only;	      /* the key says id-RSASSA-PSS */
	enum perso_hash hash; /* NONE: any */
	size_t min_salt;
};

struct perso_pubkey {
	enum perso_key_kind kind;
	EVP_PKEY *pkey;
	struct ec_domain ec;
	uint8_t point[POINT_MAX]; /* uncompressed */
	size_t point_len;
	struct perso_buf n, e; /* RSA magnitudes */
	struct pss_limits pss;
	struct perso_buf pss_alg; /* AlgorithmIdentifier as it was read */
	size_t bits;
};

/* AlgorithmIdentifier of SPKI or PKCS#8. */
struct key_alg {
	enum perso_key_kind kind;
	struct ec_domain ec;
	struct pss_limits pss;
	struct perso_span raw; /* borrowed from the input */
};

void key_alg_done(struct key_alg *a);
/* The next element of rd, moving on. PERSO_E_DATA, PERSO_E_UNSUPPORTED,
 * PERSO_E_KEY (bad domain parameters). */
PERSO_MUST perso_rc key_alg_parse(struct perso_rd *rd, struct key_alg *ret);

/* curve.c */
PERSO_MUST perso_rc ec_domain_known(enum perso_curve c, struct ec_domain *ret);
void ec_domain_done(struct ec_domain *d);
/* NONE for an OID of no known curve. */
enum perso_curve curve_from_oid(struct perso_span oid_contents);
const char *curve_oid(enum perso_curve c);
int curve_nid(enum perso_curve c);
bool ec_domain_equal(const struct ec_domain *a, const struct ec_domain *b);

/* ecparam.c: explicit ECParameters, RFC 3279, 2.3.5. */
PERSO_MUST perso_rc ec_params_parse(
    struct perso_span seq_contents, struct ec_domain *ret);
void ec_params_write(struct perso_wr *w, const struct ec_domain *d);
/* Any SEC 1 form but hybrid to uncompressed; PERSO_E_KEY if not on the
 * curve, infinity, or of a small subgroup. dst has POINT_MAX bytes. */
PERSO_MUST perso_rc ec_point_read(const struct ec_domain *d,
    struct perso_span s, uint8_t *dst, size_t *ret_len);

/* DER with shortest lengths. */
PERSO_MUST perso_rc der_expect(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret);
/* As der_expect for 0x30: a reader over its contents. */
PERSO_MUST perso_rc der_seq(struct perso_rd *rd, struct perso_rd *ret);
/* INTEGER, not negative: its magnitude. */
PERSO_MUST perso_rc der_uint(struct perso_rd *rd, struct perso_span *ret);

/* pubkey.c: key from parts; a's domain moves into the key on success. */
PERSO_MUST perso_rc pubkey_from_point(
    struct key_alg *a, struct perso_span point, struct perso_pubkey **ret);
PERSO_MUST perso_rc pubkey_from_rsa(const struct key_alg *a,
    struct perso_span n, struct perso_span e, struct perso_pubkey **ret);
void pubkey_write_alg(
    struct perso_wr *w, const struct perso_pubkey *k, bool explicit_params);

/* PERSO_E_KEY if key k may not make signatures of this kind. */
PERSO_MUST perso_rc pubkey_allows(
    const struct perso_pubkey *k, struct perso_sig_alg alg);
/* Signature parameters on a context after its verify or sign init. */
PERSO_MUST perso_rc pubkey_set_alg(
    EVP_PKEY_CTX *ctx, const struct perso_pubkey *k, struct perso_sig_alg alg);

/*
 * params.c: an OSSL_PARAM array over one wiped block of memory. Sticky
 * failure, asked once by pkey_params_make().
 */
#define PARAMS_MAX 12

struct pkey_params {
	OSSL_PARAM p[PARAMS_MAX + 1];
	size_t count;
	struct perso_buf mem; /* reserved once: never moves */
	bool failed;
};

void pkey_params_init(struct pkey_params *s);
void pkey_params_done(struct pkey_params *s);
/* key is one of OSSL_PKEY_PARAM_*. Values are copied. */
void pkey_params_uint(
    struct pkey_params *s, const char *key, struct perso_span magnitude);
void pkey_params_bytes(
    struct pkey_params *s, const char *key, struct perso_span v);
void pkey_params_text(struct pkey_params *s, const char *key, const char *v);
void pkey_params_domain(struct pkey_params *s, const struct ec_domain *d);
PERSO_MUST perso_rc pkey_params_make(
    struct pkey_params *s, const char *type, int selection, EVP_PKEY **ret);

/* ---- Private keys and their parts as PKCS#8 has them. ---- */

/* Contexts ready to sign, one for each algorithm in use; with more than
 * these the oldest is made anew. */
#define SIGN_SLOTS 4

struct sign_slot {
	struct perso_sig_alg alg;
	EVP_PKEY_CTX *ctx; /* NULL: free */
};

struct perso_keyref {
	EVP_PKEY *pkey; /* NULL for a secret key */
	struct perso_pubkey *pub;
	struct sign_slot slots[SIGN_SLOTS];
	size_t next_slot;
	struct perso_secret aes; /* n is 0 for a private key */
};

/* pkcs8.c: PrivateKeyInfo to a key pair whose halves belong together. */
PERSO_MUST perso_rc pkcs8_parse(
    struct perso_span der, struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey);
PERSO_MUST perso_rc pkcs8_write(const struct perso_pubkey *pub,
    const EVP_PKEY *pkey, struct perso_buf *ret);

/* A number of the key as an INTEGER, or, if size is not 0, as an OCTET
 * STRING of that many bytes. */
void pkcs8_write_number(
    struct perso_wr *w, const EVP_PKEY *pkey, const char *name, size_t size);

/* pkcs8_rsa.c: RSAPrivateKey, two primes. */
PERSO_MUST perso_rc pkcs8_parse_rsa(const struct key_alg *a,
    struct perso_span der, struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey);
void pkcs8_write_rsa(struct perso_wr *w, const EVP_PKEY *pkey);

/* in^d mod n of a block as long as the modulus. */
PERSO_MUST perso_rc rsa_private(EVP_PKEY *pkey, const struct perso_pubkey *pub,
    struct perso_span in, struct perso_buf *ret);

#endif
