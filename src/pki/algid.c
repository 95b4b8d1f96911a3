/* AlgorithmIdentifier of digests and signatures: RFC 3279, 4055, 5754,
 * BSI TR-03111 5.2.1. */
#include "pki_int.h"

#define OID_RSA "1.2.840.113549.1.1.1"
#define OID_MGF1 "1.2.840.113549.1.1.8"
#define OID_PSS "1.2.840.113549.1.1.10"

static const struct sig {
	const char *oid;
	enum perso_sig_kind kind;
	enum perso_hash hash;
} sigs[] = {
	{ "1.2.840.10045.4.1", PERSO_SIG_ECDSA, PERSO_SHA1 },
	{ "1.2.840.10045.4.3.1", PERSO_SIG_ECDSA, PERSO_SHA224 },
	{ "1.2.840.10045.4.3.2", PERSO_SIG_ECDSA, PERSO_SHA256 },
	{ "1.2.840.10045.4.3.3", PERSO_SIG_ECDSA, PERSO_SHA384 },
	{ "1.2.840.10045.4.3.4", PERSO_SIG_ECDSA, PERSO_SHA512 },
	{ "1.2.840.113549.1.1.5", PERSO_SIG_RSA_PKCS1, PERSO_SHA1 },
	{ "1.2.840.113549.1.1.14", PERSO_SIG_RSA_PKCS1, PERSO_SHA224 },
	{ "1.2.840.113549.1.1.11", PERSO_SIG_RSA_PKCS1, PERSO_SHA256 },
	{ "1.2.840.113549.1.1.12", PERSO_SIG_RSA_PKCS1, PERSO_SHA384 },
	{ "1.2.840.113549.1.1.13", PERSO_SIG_RSA_PKCS1, PERSO_SHA512 },
	{ "0.4.0.127.0.7.1.1.4.1.1", PERSO_SIG_ECDSA_PLAIN, PERSO_SHA1 },
	{ "0.4.0.127.0.7.1.1.4.1.2", PERSO_SIG_ECDSA_PLAIN, PERSO_SHA224 },
	{ "0.4.0.127.0.7.1.1.4.1.3", PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256 },
	{ "0.4.0.127.0.7.1.1.4.1.4", PERSO_SIG_ECDSA_PLAIN, PERSO_SHA384 },
	{ "0.4.0.127.0.7.1.1.4.1.5", PERSO_SIG_ECDSA_PLAIN, PERSO_SHA512 },
};

#define SIG_COUNT (sizeof(sigs) / sizeof(sigs[0]))
#define PSS_SALT_DEFAULT 20u
#define PSS_SALT_MAX 512u

/* Parameters that are absent or NULL. */
static perso_rc
read_no_params(struct perso_rd *in, bool *ret_null)
{
	struct perso_tlv t = { 0 };
	bool null = false;

	PERSO_TRY(pki_optional(in, DER_NULL, &t, &null));
	if (null && t.val.n != 0)
		PERSO_FAIL(PERSO_E_DATA, "NULL is not empty");
	PERSO_TRY_CTX(perso_rd_finish(in), "algorithm parameters");
	*ret_null = null;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_hash_read(struct perso_rd *rd, enum perso_hash *ret, bool *ret_null)
{
	struct perso_rd at = *rd, in = { 0 };
	char oid[PERSO_OID_MAX];
	enum perso_hash h = PERSO_HASH_NONE;
	bool null = false;

	PERSO_TRY(pki_enter(&at, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, oid));
	PERSO_TRY(perso_hash_from_oid(oid, &h));
	PERSO_TRY(read_no_params(&in, &null));
	*rd = at;
	*ret = h;
	*ret_null = null;
	return PERSO_OK;
}

/* see pki_int.h */
void
pki_hash_write(struct perso_wr *w, enum perso_hash h, bool null)
{
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_bytes(w, perso_hash_oid_der(h));
	if (null)
		perso_wr_tlv(w, DER_NULL, PERSO_SPAN_EMPTY);
	perso_wr_close(w, seq);
}

/* ----------------------------------------------------- RSASSA-PSS-params */

static perso_rc
read_pss_hash(struct perso_rd *in, enum perso_hash *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd rd;
	bool there = false, null = false;

	*ret = PERSO_SHA1;
	PERSO_TRY(pki_optional(in, DER_CTXC(0), &t, &there));
	if (!there)
		return PERSO_OK;
	rd = perso_rd(t.val);
	PERSO_TRY(pki_hash_read(&rd, ret, &null));
	return perso_rd_finish(&rd);
}

static perso_rc
read_pss_mgf(struct perso_rd *in, enum perso_hash *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd rd, mgf = { 0 };
	char oid[PERSO_OID_MAX];
	bool there = false, null = false;

	*ret = PERSO_SHA1;
	PERSO_TRY(pki_optional(in, DER_CTXC(1), &t, &there));
	if (!there)
		return PERSO_OK;
	PERSO_TRY(pki_enter_only(t.val, DER_SEQ, &rd));
	mgf = rd;
	PERSO_TRY(pki_oid(&mgf, oid));
	if (strcmp(oid, OID_MGF1) != 0)
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "mask generation function %s", oid);
	PERSO_TRY(pki_hash_read(&mgf, ret, &null));
	return perso_rd_finish(&mgf);
}

static perso_rc
read_pss_number(struct perso_rd *in, uint32_t tag, uint64_t *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd rd;
	bool there = false;

	PERSO_TRY(pki_optional(in, tag, &t, &there));
	if (!there)
		return PERSO_OK;
	rd = perso_rd(t.val);
	PERSO_TRY(pki_u63(&rd, ret));
	return perso_rd_finish(&rd);
}

/* RFC 4055, 3.1 */
static perso_rc
read_pss(struct perso_rd *rd, struct perso_sig_alg *ret)
{
	struct perso_rd in = { 0 };
	enum perso_hash hash, mgf;
	uint64_t salt = PSS_SALT_DEFAULT, trailer = 1;

	PERSO_TRY(pki_enter(rd, DER_SEQ, &in));
	PERSO_TRY(perso_rd_finish(rd));
	PERSO_TRY(read_pss_hash(&in, &hash));
	PERSO_TRY(read_pss_mgf(&in, &mgf));
	PERSO_TRY(read_pss_number(&in, DER_CTXC(2), &salt));
	PERSO_TRY(read_pss_number(&in, DER_CTXC(3), &trailer));
	PERSO_TRY(perso_rd_finish(&in));
	if (hash != mgf)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "MGF1 with another hash than the signature's");
	if (salt > PSS_SALT_MAX || trailer != 1)
		PERSO_FAIL(PERSO_E_RANGE, "salt length or trailer field");
	*ret = (struct perso_sig_alg){ PERSO_SIG_RSA_PSS, hash, (size_t)salt };
	return PERSO_OK;
}

static void
write_pss(struct perso_wr *w, struct perso_sig_alg alg)
{
	size_t seq = perso_wr_open(w, DER_SEQ);

	if (alg.hash != PERSO_SHA1) {
		size_t t = perso_wr_open(w, DER_CTXC(0));
		size_t mgf;

		pki_hash_write(w, alg.hash, true);
		perso_wr_close(w, t);
		t = perso_wr_open(w, DER_CTXC(1));
		mgf = perso_wr_open(w, DER_SEQ);
		perso_wr_oid(w, OID_MGF1);
		pki_hash_write(w, alg.hash, true);
		perso_wr_close(w, mgf);
		perso_wr_close(w, t);
	}
	if (alg.salt != PSS_SALT_DEFAULT) {
		size_t t = perso_wr_open(w, DER_CTXC(2));

		perso_wr_int(w, alg.salt);
		perso_wr_close(w, t);
	}
	perso_wr_close(w, seq);
}

/* ----------------------------------------------------------- signatures */

static perso_rc
read_plain_sig(struct perso_rd *in, const char *oid, enum perso_hash digest,
    struct perso_sig_alg *ret)
{
	bool null = false;

	PERSO_TRY(read_no_params(in, &null));
	if (strcmp(oid, OID_RSA) == 0 && digest != PERSO_HASH_NONE) {
		*ret = (struct perso_sig_alg){ PERSO_SIG_RSA_PKCS1, digest, 0 };
		return PERSO_OK;
	}
	for (size_t i = 0; i < SIG_COUNT; i++) {
		if (strcmp(oid, sigs[i].oid) == 0) {
			*ret = (struct perso_sig_alg){ sigs[i].kind,
				sigs[i].hash, 0 };
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "signature algorithm %s", oid);
}

/* see pki_int.h */
perso_rc
pki_sig_read(struct perso_rd *rd, enum perso_hash digest,
    struct perso_sig_alg *ret, bool *ret_rsa)
{
	struct perso_rd at = *rd, in = { 0 };
	char oid[PERSO_OID_MAX];

	PERSO_TRY(pki_enter(&at, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, oid));
	if (strcmp(oid, OID_PSS) == 0)
		PERSO_TRY_CTX(read_pss(&in, ret), "RSASSA-PSS parameters");
	else
		PERSO_TRY(read_plain_sig(&in, oid, digest, ret));
	*rd = at;
	*ret_rsa = strcmp(oid, OID_RSA) == 0;
	return PERSO_OK;
}

static const char *
find_sig_oid(struct perso_sig_alg alg)
{
	for (size_t i = 0; i < SIG_COUNT; i++)
		if (sigs[i].kind == alg.kind && sigs[i].hash == alg.hash)
			return sigs[i].oid;
	return NULL;
}

/* see pki_int.h */
void
pki_sig_write(struct perso_wr *w, struct perso_sig_alg alg, bool rsa)
{
	size_t seq = perso_wr_open(w, DER_SEQ);
	const char *oid = find_sig_oid(alg);

	if (alg.kind == PERSO_SIG_RSA_PSS) {
		perso_wr_oid(w, OID_PSS);
		write_pss(w, alg);
	} else if (oid == NULL) {
		w->rc = w->rc != PERSO_OK ? w->rc : PERSO_E_ARG;
	} else {
		bool pkcs1 = alg.kind == PERSO_SIG_RSA_PKCS1;

		perso_wr_oid(w, pkcs1 && rsa ? OID_RSA : oid);
		if (pkcs1)
			perso_wr_tlv(w, DER_NULL, PERSO_SPAN_EMPTY);
	}
	perso_wr_close(w, seq);
}
