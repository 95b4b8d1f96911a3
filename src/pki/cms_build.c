/* SignedData written: RFC 5652, Doc 9303-10 4.6.2.2. */
#include "pki_int.h"

/* 1.2.840.113549.1. */
#define OID(name, a, b)                                                     \
	static const uint8_t name[] = { DER_OID, 9, 0x2A, 0x86, 0x48, 0x86, \
		0xF7, 0x0D, 0x01, a, b }
OID(signed_data, 7, 2);
OID(content_type, 9, 3);
OID(message_digest, 9, 4);
OID(signing_time, 9, 5);

#define ATTRS_MAX 1024
#define ROOM 256 /* for what is neither contents, certificate nor values */

static perso_rc
check_values(const struct perso_cms_values *v)
{
	if (v->content_type == NULL || v->cert.n == 0)
		PERSO_FAIL(PERSO_E_ARG,
		    "SignedData needs a content type and a certificate");
	if (perso_hash_size(v->alg.hash) == 0)
		PERSO_FAIL(PERSO_E_ARG, "SignedData needs a digest");
	return PERSO_OK;
}

/* Opens Attribute up to its values. */
static void
open_attr(struct perso_wr *w, struct perso_span oid, size_t marks[2])
{
	marks[0] = perso_wr_open(w, DER_SEQ);
	perso_wr_bytes(w, oid);
	marks[1] = perso_wr_open(w, DER_SET);
}

static void
close_attr(struct perso_wr *w, const size_t marks[2])
{
	perso_wr_close(w, marks[1]);
	perso_wr_close(w, marks[0]);
}

/* The signed attributes as SET OF, which is what is signed; 5.4. */
static perso_rc
write_attrs(const struct perso_cms_values *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_md md;
	size_t set, at = 0, marks[2];

	PERSO_TRY(perso_digest(v->alg.hash, v->content, &md));
	set = pki_wr_open_set(&w, DER_SET, &at);
	open_attr(&w, perso_span_of(content_type), marks);
	perso_wr_oid(&w, v->content_type);
	close_attr(&w, marks);
	if (v->has_signing_time) {
		open_attr(&w, perso_span_of(signing_time), marks);
		pki_wr_time(&w, v->signing_time);
		close_attr(&w, marks);
	}
	open_attr(&w, perso_span_of(message_digest), marks);
	perso_wr_tlv(&w, DER_OCTETS, perso_md_span(&md));
	close_attr(&w, marks);
	pki_wr_close_set(&w, set, at);
	return perso_wr_end(&w);
}

static perso_rc
write_sid(struct perso_wr *w, const struct perso_cms_values *v)
{
	struct perso_span issuer = v->issuer, serial = v->serial;
	size_t seq;

	if (v->sid_ski) {
		PERSO_CERT(c);

		PERSO_TRY(perso_cert_parse(v->cert, &c));
		if (c.ski.n == 0)
			PERSO_FAIL(PERSO_E_MISSING,
			    "signer's certificate "
			    "has no subjectKeyIdentifier");
		perso_wr_tlv(w, DER_CTX(0), c.ski);
		return PERSO_OK;
	}
	if (issuer.n == 0)
		PERSO_TRY_CTX(pki_cert_sid(v->cert, &issuer, &serial),
		    "signer's certificate");
	seq = perso_wr_open(w, DER_SEQ);
	perso_wr_bytes(w, issuer);
	perso_wr_tlv(w, DER_INTEGER, serial);
	perso_wr_close(w, seq);
	return PERSO_OK;
}

static perso_rc
write_signer(struct perso_wr *w, const struct perso_cms_values *v,
    struct perso_span attrs, struct perso_span signature)
{
	size_t set = perso_wr_open(w, DER_SET);
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_int(w, v->sid_ski ? 3 : 1);
	PERSO_TRY(write_sid(w, v));
	pki_hash_write(w, v->alg.hash, v->digest_null);
	/* [0] IMPLICIT: only the tag changes */
	perso_wr_tag(w, DER_CTXC(0));
	perso_wr_bytes(w, perso_span_sub(attrs, 1, attrs.n - 1));
	pki_sig_write(w, v->alg, v->rsa_encryption);
	perso_wr_tlv(w, DER_OCTETS, signature);
	perso_wr_close(w, seq);
	perso_wr_close(w, set);
	return PERSO_OK;
}

static void
write_encap(struct perso_wr *w, const struct perso_cms_values *v)
{
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_oid(w, v->content_type);
	if (!v->detached) {
		size_t t = perso_wr_open(w, DER_CTXC(0));

		perso_wr_tlv(w, DER_OCTETS, v->content);
		perso_wr_close(w, t);
	}
	perso_wr_close(w, seq);
}

/* RFC 5652, 5.1 */
static unsigned
signed_data_version(const struct perso_cms_values *v)
{
	return v->sid_ski || strcmp(v->content_type, PERSO_OID_DATA) != 0 ? 3
									  : 1;
}

static perso_rc
write_content_info(const struct perso_cms_values *v, struct perso_span attrs,
    struct perso_span signature, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, info, tag, seq, set;
	perso_rc rc;
	size_t room = mark + ROOM + 2 * v->cert.n + attrs.n + signature.n +
		      (v->detached ? 0 : v->content.n);

	PERSO_TRY(perso_buf_reserve(ret, room < ret->max ? room : ret->max));
	info = perso_wr_open(&w, DER_SEQ);
	perso_wr_bytes(&w, perso_span_of(signed_data));
	tag = perso_wr_open(&w, DER_CTXC(0));
	seq = perso_wr_open(&w, DER_SEQ);
	perso_wr_int(&w, signed_data_version(v));
	set = perso_wr_open(&w, DER_SET);
	pki_hash_write(&w, v->alg.hash, v->digest_null);
	perso_wr_close(&w, set);
	write_encap(&w, v);
	perso_wr_tlv(&w, DER_CTXC(0), v->cert);
	rc = write_signer(&w, v, attrs, signature);
	perso_wr_close(&w, seq);
	perso_wr_close(&w, tag);
	perso_wr_close(&w, info);
	if (rc == PERSO_OK)
		rc = perso_wr_end(&w);
	if (rc != PERSO_OK)
		perso_buf_remove(ret, mark, ret->n - mark);
	return rc;
}

/* see perso/cms.h */
perso_rc
perso_cms_assemble(const struct perso_cms_values *v,
    struct perso_span signature, struct perso_buf *ret)
{
	PERSO_BUF(attrs, ATTRS_MAX);

	PERSO_TRY(check_values(v));
	PERSO_TRY_CTX(write_attrs(v, &attrs), "signed attributes");
	PERSO_TRY_CTX(
	    write_content_info(v, perso_buf_span(&attrs), signature, ret),
	    "SignedData");
	return PERSO_OK;
}

/* see perso/cms.h */
perso_rc
perso_cms_build(const struct perso_cms_values *v, struct perso_keyref *key,
    struct perso_buf *ret)
{
	PERSO_BUF(attrs, ATTRS_MAX);
	PERSO_BUF(signature, PERSO_CERT_MAX);
	struct perso_span part;

	PERSO_TRY(check_values(v));
	PERSO_TRY_CTX(write_attrs(v, &attrs), "signed attributes");
	part = perso_buf_span(&attrs);
	PERSO_TRY_CTX(
	    perso_keyref_sign(key, v->alg, &part, 1, &signature), "SignedData");
	PERSO_TRY_CTX(
	    write_content_info(v, part, perso_buf_span(&signature), ret),
	    "SignedData");
	return PERSO_OK;
}
