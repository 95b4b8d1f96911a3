#include "perso/file.h"
#include "perso/hex.h"

#include "pki_int.h"

#define SERIAL_MAX 64
#define CERT_FILE_MAX (4 * PERSO_CERT_MAX)

static perso_rc
read_version(struct perso_rd *tbs, unsigned *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	uint64_t v = 0;
	bool there = false;

	*ret = 1;
	PERSO_TRY(pki_optional(tbs, DER_CTXC(0), &t, &there));
	if (!there)
		return PERSO_OK;
	in = perso_rd(t.val);
	PERSO_TRY(pki_u63(&in, &v));
	PERSO_TRY(perso_rd_finish(&in));
	if (v > 2)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "certificate version %u",
		    (unsigned)(v + 1));
	*ret = (unsigned)v + 1;
	return PERSO_OK;
}

static perso_rc
read_serial(struct perso_rd *tbs, struct perso_span *ret)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(tbs, DER_INTEGER, &t));
	if (t.val.n == 0 || t.val.n > SERIAL_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "serial number has %zu bytes", t.val.n);
	*ret = t.val;
	return PERSO_OK;
}

static perso_rc
read_name(struct perso_rd *tbs, struct perso_span *ret)
{
	struct perso_tlv t = { 0 };
	char text[PERSO_NAME_TEXT];

	PERSO_TRY(pki_take(tbs, DER_SEQ, &t));
	PERSO_TRY(perso_name_text(t.raw, text, sizeof(text)));
	*ret = t.raw;
	return PERSO_OK;
}

static void
read_country(struct perso_span name, char dst[3])
{
	char text[3];

	dst[0] = '\0';
	if (perso_name_attr(name, "2.5.4.6", text, sizeof(text)) != PERSO_OK ||
	    strlen(text) != 2)
		return;
	(void)!perso_span_copy(dst, 3, perso_span(text, 3));
}

static perso_rc
read_validity(struct perso_rd *tbs, struct perso_cert *c)
{
	struct perso_rd in = { 0 };

	PERSO_TRY(pki_enter(tbs, DER_SEQ, &in));
	PERSO_TRY_CTX(pki_time(&in, &c->not_before), "notBefore");
	PERSO_TRY_CTX(pki_time(&in, &c->not_after), "notAfter");
	PERSO_TRY(perso_rd_finish(&in));
	if (c->not_after < c->not_before)
		PERSO_FAIL(PERSO_E_RANGE, "notAfter is before notBefore");
	return PERSO_OK;
}

/* issuerUniqueID, subjectUniqueID, extensions */
static perso_rc
read_tail(struct perso_rd *tbs, struct perso_cert *c)
{
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(pki_optional(tbs, DER_CTX(1), &t, &there));
	PERSO_TRY(pki_optional(tbs, DER_CTX(2), &t, &there));
	PERSO_TRY(pki_optional(tbs, DER_CTXC(3), &t, &there));
	if (there)
		PERSO_TRY_CTX(pki_cert_exts(t.val, c), "extensions");
	return perso_rd_finish(tbs);
}

static perso_rc
read_tbs(struct perso_rd tbs, struct perso_cert *c, struct perso_span *ret_alg)
{
	struct perso_tlv t = { 0 };
	struct perso_rd look;
	bool rsa = false;

	PERSO_TRY_CTX(read_version(&tbs, &c->version), "version");
	PERSO_TRY_CTX(read_serial(&tbs, &c->serial), "serialNumber");
	look = tbs;
	PERSO_TRY_CTX(pki_take(&tbs, DER_SEQ, &t), "signature");
	PERSO_TRY_CTX(
	    pki_sig_read(&look, PERSO_HASH_NONE, &c->alg, &rsa), "signature");
	*ret_alg = t.raw;
	PERSO_TRY_CTX(read_name(&tbs, &c->issuer), "issuer");
	PERSO_TRY_CTX(read_validity(&tbs, c), "validity");
	PERSO_TRY_CTX(read_name(&tbs, &c->subject), "subject");
	PERSO_TRY_CTX(pki_take(&tbs, DER_SEQ, &t), "subjectPublicKeyInfo");
	c->spki = t.raw;
	read_country(c->issuer, c->issuer_country);
	read_country(c->subject, c->subject_country);
	return read_tail(&tbs, c);
}

static perso_rc
read_cert(struct perso_cert *c)
{
	struct perso_rd rd = { 0 };
	struct perso_tlv tbs = { 0 }, outer = { 0 };
	struct perso_span inner = { 0 };

	PERSO_TRY(pki_enter_only(perso_buf_span(&c->der), DER_SEQ, &rd));
	PERSO_TRY_CTX(pki_take(&rd, DER_SEQ, &tbs), "tbsCertificate");
	c->tbs = tbs.raw;
	PERSO_TRY_CTX(read_tbs(perso_rd(tbs.val), c, &inner), "tbsCertificate");
	PERSO_TRY_CTX(pki_take(&rd, DER_SEQ, &outer), "signatureAlgorithm");
	PERSO_TRY_CTX(pki_bits(&rd, &c->signature), "signatureValue");
	PERSO_TRY(perso_rd_finish(&rd));
	if (!perso_span_equal(inner, outer.raw))
		PERSO_FAIL(PERSO_E_MISMATCH, "signature algorithm inside and "
					     "outside tbsCertificate differ");
	return PERSO_OK;
}

/* see perso/cert.h */
perso_rc
perso_cert_parse(struct perso_span der, struct perso_cert *ret)
{
	PERSO_CERT(c);

	if (der.n > PERSO_CERT_MAX)
		PERSO_FAIL(PERSO_E_RANGE,
		    "certificate has %zu bytes, more "
		    "than %d",
		    der.n, PERSO_CERT_MAX);
	PERSO_TRY(perso_buf_set(&c.der, der));
	PERSO_TRY_CTX(read_cert(&c), "certificate");
	perso_cert_done(ret);
	*ret = c;
	perso_buf_init(&c.der, PERSO_CERT_MAX);
	return PERSO_OK;
}

/* see perso/cert.h */
void
perso_cert_done(struct perso_cert *c)
{
	perso_buf_done(&c->der);
	*c = (struct perso_cert){ .der = { .max = PERSO_CERT_MAX } };
}

/* ------------------------------------------------------------------ PEM */

static bool
find(struct perso_span s, const char *word, size_t from, size_t *ret)
{
	struct perso_span w = perso_span_str(word);

	for (size_t i = from; i + w.n <= s.n; i++) {
		if (perso_span_equal(perso_span_sub(s, i, w.n), w)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static perso_rc
decode_pem(struct perso_span text, struct perso_buf *ret)
{
	PERSO_BUF(b64, CERT_FILE_MAX);
	static const char head[] = "-----BEGIN CERTIFICATE-----";
	size_t from = 0, to = 0;

	if (!find(text, head, 0, &from) ||
	    !find(text, "-----END CERTIFICATE-----", from, &to))
		PERSO_FAIL(PERSO_E_DATA, "neither a DER nor a PEM certificate");
	for (size_t i = from + sizeof(head) - 1; i < to; i++)
		if (text.p[i] == '\0' || strchr(" \t\r\n", text.p[i]) == NULL)
			PERSO_TRY(perso_buf_append_u8(&b64, text.p[i]));
	return perso_base64_decode(perso_buf_span(&b64), ret);
}

static perso_rc
load(const char *path, struct perso_cert *ret)
{
	PERSO_BUF(file, CERT_FILE_MAX);
	PERSO_BUF(der, CERT_FILE_MAX);

	PERSO_TRY(perso_file_read(path, &file));
	if (file.n != 0 && file.p[0] == DER_SEQ)
		return perso_cert_parse(perso_buf_span(&file), ret);
	PERSO_TRY(decode_pem(perso_buf_span(&file), &der));
	return perso_cert_parse(perso_buf_span(&der), ret);
}

/* see perso/cert.h */
perso_rc
perso_cert_load(const char *path, struct perso_cert *ret)
{
	PERSO_TRY_CTX(load(path, ret), "%s", path);
	return PERSO_OK;
}

/* -------------------------------------------------------------- helpers */

/* see pki_int.h */
perso_rc
pki_cert_sid(struct perso_span der, struct perso_span *ret_issuer,
    struct perso_span *ret_serial)
{
	struct perso_rd rd = { 0 }, tbs = { 0 };
	struct perso_tlv t = { 0 };
	struct perso_span serial = { 0 };
	unsigned version = 0;

	PERSO_TRY(pki_enter_only(der, DER_SEQ, &rd));
	PERSO_TRY(pki_enter(&rd, DER_SEQ, &tbs));
	PERSO_TRY(read_version(&tbs, &version));
	PERSO_TRY(read_serial(&tbs, &serial));
	PERSO_TRY(pki_take(&tbs, DER_SEQ, &t));
	PERSO_TRY(pki_take(&tbs, DER_SEQ, &t));
	*ret_issuer = t.raw;
	*ret_serial = serial;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_spki_bits(struct perso_span spki, struct perso_span *ret)
{
	struct perso_rd rd = { 0 };
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_enter_only(spki, DER_SEQ, &rd));
	PERSO_TRY(pki_take(&rd, DER_SEQ, &t));
	PERSO_TRY(pki_bits(&rd, ret));
	return perso_rd_finish(&rd);
}
