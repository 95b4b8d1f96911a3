/*
 * AlgorithmIdentifier of public and private keys: rsaEncryption,
 * id-RSASSA-PSS (RFC 4055), id-ecPublicKey (RFC 5480, RFC 3279).
 */
#include "crypto_int.h"

/* see crypto_int.h */
void
key_alg_done(struct key_alg *a)
{
	ec_domain_done(&a->ec);
}

static perso_rc
parse_hash(struct perso_rd *rd, enum perso_hash *ret)
{
	char oid[PERSO_OID_MAX];
	struct perso_rd seq;
	struct perso_tlv t;
	bool there;

	PERSO_TRY(der_seq(rd, &seq));
	PERSO_TRY(der_expect(&seq, 0x06, &t));
	PERSO_TRY(perso_der_oid(t.val, oid, sizeof(oid)));
	PERSO_TRY(perso_tlv_optional(&seq, 0x05, &t, &there));
	if (there && t.val.n != 0)
		PERSO_FAIL(PERSO_E_DATA, "NULL is not empty");
	PERSO_TRY(perso_rd_finish(&seq));
	return perso_hash_from_oid(oid, ret);
}

static perso_rc
parse_mgf(struct perso_rd *rd, enum perso_hash *ret)
{
	struct perso_rd seq;
	struct perso_tlv t;

	PERSO_TRY(der_seq(rd, &seq));
	PERSO_TRY(der_expect(&seq, 0x06, &t));
	if (!perso_der_is_oid(t.val, OID_MGF1))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "mask generation is not MGF1");
	PERSO_TRY(parse_hash(&seq, ret));
	return perso_rd_finish(&seq);
}

static perso_rc
parse_number(struct perso_rd *rd, uint64_t max, uint64_t *ret)
{
	struct perso_tlv t;

	PERSO_TRY(der_expect(rd, 0x02, &t));
	PERSO_TRY(perso_der_u63(t.val, ret));
	if (*ret > max)
		PERSO_FAIL(PERSO_E_RANGE, "number above %llu",
		    (unsigned long long)max);
	return PERSO_OK;
}

/* RSASSA-PSS-params, RFC 4055, 3.1; each has a default. */
static perso_rc
parse_pss(struct perso_span params, struct pss_limits *ret)
{
	struct perso_rd rd = perso_rd(params), in;
	enum perso_hash hash = PERSO_SHA1, mgf = PERSO_SHA1;
	uint64_t salt = 20, trailer = 1;
	uint32_t last = 0;
	struct perso_tlv t;

	while (perso_rd_left(&rd) != 0) {
		PERSO_TRY(perso_tlv_next(&rd, &t));
		if (!t.minimal || t.tag <= last)
			PERSO_FAIL(PERSO_E_DATA, "PSS parameters not DER");
		last = t.tag;
		in = perso_rd(t.val);
		if (t.tag == 0xA0)
			PERSO_TRY_CTX(parse_hash(&in, &hash), "hash");
		else if (t.tag == 0xA1)
			PERSO_TRY_CTX(parse_mgf(&in, &mgf), "mask");
		else if (t.tag == 0xA2)
			PERSO_TRY_CTX(parse_number(&in, RSA_BYTES_MAX, &salt),
			    "salt length");
		else if (t.tag == 0xA3)
			PERSO_TRY_CTX(
			    parse_number(&in, 1, &trailer), "trailer");
		else
			PERSO_FAIL(PERSO_E_DATA, "unknown PSS parameter");
		PERSO_TRY(perso_rd_finish(&in));
	}
	if (hash != mgf || trailer != 1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "PSS with two hash algorithms or another trailer");
	ret->hash = hash;
	ret->min_salt = (size_t)salt;
	return PERSO_OK;
}

static perso_rc
parse_rsa(struct perso_rd *rd, bool pss, struct key_alg *a)
{
	struct perso_tlv t;

	a->kind = PERSO_KEY_RSA;
	a->pss.pss_only = pss;
	if (perso_rd_left(rd) == 0)
		return PERSO_OK;
	PERSO_TRY(der_expect(rd, pss ? 0x30 : 0x05, &t));
	if (pss)
		PERSO_TRY_CTX(parse_pss(t.val, &a->pss), "PSS parameters");
	else if (t.val.n != 0)
		PERSO_FAIL(PERSO_E_DATA, "NULL is not empty");
	return perso_rd_finish(rd);
}

static perso_rc
parse_ec(struct perso_rd *rd, struct key_alg *a)
{
	struct perso_tlv t;
	enum perso_curve c;

	a->kind = PERSO_KEY_EC;
	PERSO_TRY(perso_tlv_next(rd, &t));
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA, "length not in its shortest form");
	PERSO_TRY(perso_rd_finish(rd));
	if (t.tag == 0x30)
		return ec_params_parse(t.val, &a->ec);
	if (t.tag == 0x05)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "curve not given");
	if (t.tag != 0x06)
		PERSO_FAIL(PERSO_E_DATA, "neither curve nor parameters");
	c = curve_from_oid(t.val);
	if (c == PERSO_CURVE_NONE)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown elliptic curve");
	return ec_domain_known(c, &a->ec);
}

static perso_rc
parse_contents(struct perso_rd *rd, struct key_alg *a)
{
	struct perso_tlv oid;

	PERSO_TRY(der_expect(rd, 0x06, &oid));
	if (perso_der_is_oid(oid.val, OID_EC_KEY))
		PERSO_TRY_CTX(parse_ec(rd, a), "EC parameters");
	else if (perso_der_is_oid(oid.val, OID_RSA))
		PERSO_TRY_CTX(parse_rsa(rd, false, a), "RSA parameters");
	else if (perso_der_is_oid(oid.val, OID_RSA_PSS))
		PERSO_TRY(parse_rsa(rd, true, a));
	else
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown key algorithm");
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
key_alg_parse(struct perso_rd *rd, struct key_alg *ret)
{
	struct key_alg a = { .ec = { .curve = PERSO_CURVE_NONE } };
	struct perso_rd at = *rd, in;
	struct perso_tlv t;

	PERSO_TRY_CTX(der_expect(&at, 0x30, &t), "algorithm");
	in = perso_rd(t.val);
	PERSO_TRY_CTX(parse_contents(&in, &a), "algorithm");
	a.raw = t.raw;
	*rd = at;
	*ret = a;
	return PERSO_OK;
}
