#include "perso/aa.h"

#include "perso/hooks.h"

#define INS_INTERNAL_AUTHENTICATE 0x88
#define HEADER 0x6A /* partial recovery, no more padding */
#define TRAILER_SHA1 0xBC
#define TRAILER_LAST 0xCC

/* Second-last byte of a two-byte trailer: ISO/IEC 10118 identifiers. */
static const struct {
	uint8_t id;
	enum perso_hash hash;
} trailers[] = {
	{ 0x33, PERSO_SHA1 },
	{ 0x38, PERSO_SHA224 },
	{ 0x34, PERSO_SHA256 },
	{ 0x36, PERSO_SHA384 },
	{ 0x35, PERSO_SHA512 },
};

static enum perso_hash
read_trailer(struct perso_span f, size_t *ret_len)
{
	if (f.p[f.n - 1] == TRAILER_SHA1) {
		*ret_len = 1;
		return PERSO_SHA1;
	}
	*ret_len = 2;
	if (f.p[f.n - 1] != TRAILER_LAST)
		return PERSO_HASH_NONE;
	for (size_t i = 0; i < sizeof(trailers) / sizeof(*trailers); i++)
		if (trailers[i].id == f.p[f.n - 2])
			return trailers[i].hash;
	return PERSO_HASH_NONE;
}

/* see perso/aa.h */
perso_rc
perso_aa_block_parse(struct perso_span f, struct perso_aa_block *ret)
{
	struct perso_aa_block b = { 0 };
	size_t trailer = 0, hash;

	if (f.n < 4 || f.p[0] != HEADER)
		PERSO_FAIL(PERSO_E_SIGNATURE, "recovered block has no header "
					      "6A");
	b.hash = read_trailer(f, &trailer);
	if (b.hash == PERSO_HASH_NONE)
		PERSO_FAIL(PERSO_E_SIGNATURE, "recovered block has no known "
					      "trailer");
	hash = perso_hash_size(b.hash);
	if (f.n < 1 + hash + trailer)
		PERSO_FAIL(PERSO_E_SIGNATURE, "recovered block is too short");
	b.m1 = perso_span_sub(f, 1, f.n - 1 - hash - trailer);
	b.digest = perso_span_sub(f, 1 + b.m1.n, hash);
	*ret = b;
	return PERSO_OK;
}

static perso_rc
check_block(struct perso_span f, struct perso_span challenge)
{
	struct perso_aa_block b = { 0 };
	struct perso_md md = { 0 };

	PERSO_TRY(perso_aa_block_parse(f, &b));

	struct perso_span parts[] = { b.m1, challenge };

	PERSO_TRY(perso_digest_parts(b.hash, parts, 2, &md));
	if (!perso_span_equal(perso_md_span(&md), b.digest))
		PERSO_FAIL(PERSO_E_SIGNATURE, "hash in the recovered block is "
					      "not that of the challenge");
	return PERSO_OK;
}

/* n - f in place; both as long as n and f < n. */
static void
subtract_from(struct perso_span n, struct perso_buf *f)
{
	int borrow = 0;

	for (size_t i = n.n; i-- > 0;) {
		int d = n.p[i] - f->p[i] - borrow;

		borrow = d < 0;
		f->p[i] = (uint8_t)(d + (borrow << 8));
	}
}

/* ISO/IEC 9796-2, 8: F or n - F came out of the public operation; the low
 * nibble of F's last byte is C. */
static perso_rc
check_rsa(const struct perso_pubkey *key, struct perso_span challenge,
    struct perso_span signature)
{
	size_t len = (perso_pubkey_bits(key) + 7) / 8;
	PERSO_BUF(f, len);
	PERSO_BUF(n, len);

	if (signature.n != len)
		PERSO_FAIL(PERSO_E_SIGNATURE,
		    "signature of %zu bytes under a "
		    "modulus of %zu",
		    signature.n, len);
	if (perso_pubkey_rsa_raw(key, signature, &f) != PERSO_OK || f.n != len)
		PERSO_FAIL(PERSO_E_SIGNATURE, "signature is not below the "
					      "modulus");
	if ((f.p[len - 1] & 0x0F) != 0x0C) {
		PERSO_TRY(perso_pubkey_point(key, &n));
		if (n.n != len)
			PERSO_FAIL(PERSO_E_KEY, "modulus of %zu bytes", n.n);
		subtract_from(perso_buf_span(&n), &f);
	}
	return check_block(perso_buf_span(&f), challenge);
}

static perso_rc
check_ecdsa(const struct perso_pubkey *key, enum perso_hash hash,
    struct perso_span challenge, struct perso_span signature)
{
	struct perso_sig_alg alg = {
		.kind = PERSO_SIG_ECDSA_PLAIN,
		.hash = hash,
	};
	size_t field = (perso_pubkey_bits(key) + 7) / 8;

	if (hash == PERSO_HASH_NONE)
		PERSO_FAIL(PERSO_E_ARG, "ECDSA without a hash algorithm");
	if (perso_pubkey_curve(key) != PERSO_CURVE_NONE)
		field = perso_curve_order(perso_pubkey_curve(key));
	if (signature.n != 2 * field)
		alg.kind = PERSO_SIG_ECDSA;
	return perso_pubkey_verify(key, alg, &challenge, 1, signature);
}

/* see perso/aa.h */
perso_rc
perso_aa_check(const struct perso_pubkey *key, enum perso_hash hash,
    struct perso_span challenge, struct perso_span signature)
{
	if (perso_pubkey_kind(key) == PERSO_KEY_RSA)
		return check_rsa(key, challenge, signature);
	return check_ecdsa(key, hash, challenge, signature);
}

static perso_rc
run(struct perso_card *card, const struct perso_pubkey *key,
    enum perso_hash hash)
{
	uint8_t challenge[PERSO_AA_CHALLENGE];
	PERSO_BUF(signature, PERSO_RSP_MAX);
	struct perso_apdu a = {
		.ins = INS_INTERNAL_AUTHENTICATE,
		.data = perso_span_of(challenge),
		.le = PERSO_LE_SHORT,
	};

	if (perso_pubkey_kind(key) == PERSO_KEY_RSA &&
	    perso_pubkey_bits(key) > 8 * PERSO_LE_SHORT &&
	    card->limits.extended)
		a.le = PERSO_LE_MAX;
	PERSO_TRY(perso_random(challenge, sizeof(challenge)));
	PERSO_TRY_CTX(
	    perso_card_expect(card, &a, &signature), "INTERNAL AUTHENTICATE");
	return perso_aa_check(
	    key, hash, perso_span_of(challenge), perso_buf_span(&signature));
}

/* see perso/aa.h */
perso_rc
perso_aa_authenticate(struct perso_card *card, const struct perso_pubkey *key,
    enum perso_hash hash)
{
	PERSO_TRY_CTX(run(card, key, hash), "Active Authentication");
	return PERSO_OK;
}
