/* SignedData read: RFC 5652. */
#include "pki_int.h"

#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define ATTRS_MAX 32

/* ----------------------------------------------------- signed attributes */

static perso_rc
read_content_type(struct perso_rd *value, struct perso_cms *c)
{
	struct perso_tlv t = { 0 };

	if (c->attr_content_type.n != 0)
		PERSO_FAIL(PERSO_E_DATA, "contentType stands twice");
	PERSO_TRY_CTX(pki_take(value, DER_OID, &t), "contentType");
	c->attr_content_type = t.val;
	return PERSO_OK;
}

static perso_rc
read_message_digest(struct perso_rd *value, struct perso_cms *c)
{
	struct perso_tlv t = { 0 };

	if (c->message_digest.n != 0)
		PERSO_FAIL(PERSO_E_DATA, "messageDigest stands twice");
	PERSO_TRY_CTX(pki_take(value, DER_OCTETS, &t), "messageDigest");
	c->message_digest = t.val;
	return PERSO_OK;
}

static perso_rc
read_signing_time(struct perso_rd *value, struct perso_cms *c)
{
	if (c->has_signing_time)
		PERSO_FAIL(PERSO_E_DATA, "signingTime stands twice");
	PERSO_TRY_CTX(pki_time(value, &c->signing_time), "signingTime");
	c->has_signing_time = true;
	return PERSO_OK;
}

static perso_rc
read_attr(struct perso_rd *rd, struct perso_cms *c)
{
	struct perso_rd in = { 0 }, value = { 0 };
	char oid[PERSO_OID_MAX];

	PERSO_TRY(pki_enter(rd, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, oid));
	PERSO_TRY(pki_enter(&in, DER_SET, &value));
	PERSO_TRY(perso_rd_finish(&in));
	if (strcmp(oid, OID_CONTENT_TYPE) == 0)
		PERSO_TRY(read_content_type(&value, c));
	else if (strcmp(oid, OID_MESSAGE_DIGEST) == 0)
		PERSO_TRY(read_message_digest(&value, c));
	else if (strcmp(oid, OID_SIGNING_TIME) == 0)
		PERSO_TRY(read_signing_time(&value, c));
	else
		return PERSO_OK;
	PERSO_TRY_CTX(perso_rd_finish(&value), "attribute %s", oid);
	return PERSO_OK;
}

static perso_rc
read_attrs(struct perso_span contents, struct perso_cms *c)
{
	struct perso_rd rd = perso_rd(contents);
	bool sorted = false;

	for (size_t i = 0; perso_rd_left(&rd) != 0; i++) {
		if (i == ATTRS_MAX)
			PERSO_FAIL(PERSO_E_RANGE, "more than %d attributes",
			    ATTRS_MAX);
		PERSO_TRY_CTX(read_attr(&rd, c), "attribute %zu", i);
	}
	if (c->attr_content_type.n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no contentType");
	if (c->message_digest.n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no messageDigest");
	PERSO_TRY(pki_is_sorted(contents, &sorted));
	c->sets_sorted = c->sets_sorted && sorted;
	return PERSO_OK;
}

/* ------------------------------------------------------------ SignerInfo */

static perso_rc
read_sid(struct perso_rd *rd, struct perso_cms *c)
{
	struct perso_rd in = { 0 };
	struct perso_tlv t = { 0 };
	bool ski = false;

	PERSO_TRY(pki_optional(rd, DER_CTX(0), &t, &ski));
	if (ski) {
		c->sid_ski = t.val;
		return PERSO_OK;
	}
	PERSO_TRY(pki_enter(rd, DER_SEQ, &in));
	PERSO_TRY(pki_take(&in, DER_SEQ, &t));
	c->sid_issuer = t.raw;
	PERSO_TRY(pki_take(&in, DER_INTEGER, &t));
	c->sid_serial = t.val;
	return perso_rd_finish(&in);
}

static perso_rc
read_signer(struct perso_rd *set, struct perso_cms *c)
{
	struct perso_rd in = { 0 };
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(pki_enter(set, DER_SEQ, &in));
	PERSO_TRY_CTX(pki_u63(&in, &c->signer_version), "version");
	PERSO_TRY_CTX(read_sid(&in, c), "sid");
	PERSO_TRY_CTX(
	    pki_hash_read(&in, &c->digest, &c->digest_null), "digestAlgorithm");
	PERSO_TRY(pki_optional(&in, DER_CTXC(0), &t, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_MISSING, "no signed attributes");
	c->signed_attrs = t.raw;
	PERSO_TRY_CTX(read_attrs(t.val, c), "signedAttrs");
	PERSO_TRY_CTX(pki_sig_read(&in, c->digest, &c->alg, &c->rsa_encryption),
	    "signatureAlgorithm");
	PERSO_TRY_CTX(pki_take(&in, DER_OCTETS, &t), "signature");
	c->signature = t.val;
	PERSO_TRY(pki_optional(&in, DER_CTXC(1), &t, &c->has_unsigned_attrs));
	return perso_rd_finish(&in);
}

static perso_rc
read_signers(struct perso_rd *rd, struct perso_cms *c)
{
	struct perso_rd set = { 0 };

	PERSO_TRY(pki_enter(rd, DER_SET, &set));
	if (perso_rd_left(&set) == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no SignerInfo");
	PERSO_TRY_CTX(read_signer(&set, c), "SignerInfo");
	if (perso_rd_left(&set) != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "more than one SignerInfo");
	return PERSO_OK;
}

/* ------------------------------------------------------------ SignedData */

/* What the sets of a SignedData say about its version and its signer. */
struct facts {
	uint32_t digests; /* bit h: perso_hash h is in digestAlgorithms */
	uint64_t least;	  /* version that the certificates ask for */
};

static perso_rc
read_digests(struct perso_rd *rd, struct facts *facts)
{
	struct perso_rd set = { 0 };
	enum perso_hash h;
	bool null = false;

	PERSO_TRY(pki_enter(rd, DER_SET, &set));
	while (perso_rd_left(&set) != 0) {
		PERSO_TRY(pki_hash_read(&set, &h, &null));
		facts->digests |= 1u << h;
	}
	return PERSO_OK;
}

static perso_rc
read_encap(struct perso_rd *rd, struct perso_cms *c)
{
	struct perso_rd in = { 0 }, explicit = { 0 };
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_enter(rd, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, c->content_type));
	PERSO_TRY(pki_optional(&in, DER_CTXC(0), &t, &c->has_content));
	if (c->has_content) {
		explicit = perso_rd(t.val);
		PERSO_TRY(pki_take(&explicit, DER_OCTETS, &t));
		PERSO_TRY(perso_rd_finish(&explicit));
		c->content = t.val;
	}
	return perso_rd_finish(&in);
}

/* X.509 certificates are kept; the obsolete and attribute kinds, [0]..[3],
 * are passed over. */
static perso_rc
read_certs(struct perso_span contents, struct perso_cms *c, struct facts *facts)
{
	struct perso_rd rd = perso_rd(contents);
	bool sorted = false;

	while (perso_rd_left(&rd) != 0) {
		struct perso_tlv t = { 0 };

		PERSO_TRY(pki_any(&rd, &t));
		if (t.tag >= DER_CTXC(0) && t.tag <= DER_CTXC(3)) {
			uint64_t v = t.tag - DER_CTXC(0) + 2;

			if (v > 2 && v > facts->least)
				facts->least = v;
			continue;
		}
		if (t.tag != DER_SEQ)
			PERSO_FAIL(PERSO_E_DATA, "tag %02X is no certificate",
			    (unsigned)t.tag);
		if (c->cert_count == PERSO_CMS_CERTS)
			PERSO_FAIL(PERSO_E_RANGE, "more than %d certificates",
			    PERSO_CMS_CERTS);
		c->certs[c->cert_count++] = t.raw;
	}
	PERSO_TRY(pki_is_sorted(contents, &sorted));
	c->sets_sorted = c->sets_sorted && sorted;
	return PERSO_OK;
}

/* RFC 5652, 5.1 and 5.3; 5 is also the version with other revocation
 * information, which nobody reads here. */
static perso_rc
check_versions(const struct perso_cms *c, const struct facts *facts)
{
	uint64_t want = facts->least;

	if (c->signer_version != (c->sid_ski.n != 0 ? 3 : 1))
		PERSO_FAIL(PERSO_E_DATA,
		    "SignerInfo version %llu does not fit its sid",
		    (unsigned long long)c->signer_version);
	if (want < 3 && (c->signer_version == 3 ||
			    strcmp(c->content_type, PERSO_OID_DATA) != 0))
		want = 3;
	if (c->version != want && !(c->has_crls && c->version == 5))
		PERSO_FAIL(PERSO_E_DATA,
		    "SignedData version %llu where %llu belongs",
		    (unsigned long long)c->version, (unsigned long long)want);
	if ((facts->digests >> c->digest & 1) == 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "digest of the signer is not among digestAlgorithms");
	return PERSO_OK;
}

static perso_rc
read_signed_data(struct perso_rd in, struct perso_cms *c)
{
	struct facts facts = { .least = 1 };
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY_CTX(pki_u63(&in, &c->version), "version");
	PERSO_TRY_CTX(read_digests(&in, &facts), "digestAlgorithms");
	PERSO_TRY_CTX(read_encap(&in, c), "encapContentInfo");
	PERSO_TRY(pki_optional(&in, DER_CTXC(0), &t, &there));
	if (there)
		PERSO_TRY_CTX(read_certs(t.val, c, &facts), "certificates");
	PERSO_TRY(pki_optional(&in, DER_CTXC(1), &t, &c->has_crls));
	PERSO_TRY_CTX(read_signers(&in, c), "signerInfos");
	PERSO_TRY(perso_rd_finish(&in));
	return check_versions(c, &facts);
}

static perso_rc
read_content_info(struct perso_span der, struct perso_cms *c)
{
	struct perso_rd info = { 0 }, explicit = { 0 }, in = { 0 };
	char oid[PERSO_OID_MAX];

	PERSO_TRY(pki_enter_only(der, DER_SEQ, &info));
	PERSO_TRY(pki_oid(&info, oid));
	if (strcmp(oid, OID_SIGNED_DATA) != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "content type %s is not "
		    "SignedData",
		    oid);
	PERSO_TRY(pki_enter(&info, DER_CTXC(0), &explicit));
	PERSO_TRY(perso_rd_finish(&info));
	PERSO_TRY(pki_enter(&explicit, DER_SEQ, &in));
	PERSO_TRY(perso_rd_finish(&explicit));
	PERSO_TRY_CTX(read_signed_data(in, c), "SignedData");
	return PERSO_OK;
}

/* see perso/cms.h */
perso_rc
perso_cms_parse(struct perso_span der, struct perso_cms *ret)
{
	struct perso_cms c = { .sets_sorted = true };

	PERSO_TRY_CTX(read_content_info(der, &c), "CMS");
	*ret = c;
	return PERSO_OK;
}
