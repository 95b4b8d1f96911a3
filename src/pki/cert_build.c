/* Certificates issued: Doc 9303-12 7.1, RFC 5280. */
#include "perso/hooks.h"

#include "pki_int.h"

#define SERIAL_RANDOM 16
#define SERIAL_MAX 20
#define EXTS_MAX 4096

/* What one certificate is made from, prepared. */
struct draft {
	const struct perso_cert_values *v;
	struct perso_buf spki;
	struct perso_md ski, aki;
	uint8_t serial[SERIAL_MAX];
	size_t serial_len;
};

static void
draft_done(struct draft *d)
{
	perso_buf_done(&d->spki);
}

/* --------------------------------------------------------------- checks */

static bool
is_capitals(const char *s, size_t min, size_t max)
{
	size_t n = s == NULL ? 0 : strlen(s);

	if (n < min || n > max)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] < 'A' || s[i] > 'Z')
			return false;
	return true;
}

/* CSCA and DS: the whole of Doc 9303-12, table 6. */
static bool
is_lds_role(enum perso_cert_role role)
{
	return role == PERSO_CERT_CSCA || role == PERSO_CERT_DS;
}

static perso_rc
check_subject(const struct perso_cert_values *v)
{
	const char *c = v->subject.country;

	if (v->subject.common_name == NULL || v->subject.common_name[0] == '\0')
		PERSO_FAIL(PERSO_E_ARG, "certificate without commonName");
	if ((c != NULL || v->role != PERSO_CERT_APPROVER) &&
	    !is_capitals(c, 2, 2))
		PERSO_FAIL(PERSO_E_ARG, "countryName is not two capitals");
	if (v->issuer != NULL && v->role != PERSO_CERT_APPROVER &&
	    strcmp(c, v->issuer->subject_country) != 0)
		PERSO_FAIL(
		    PERSO_E_ARG, "countryName differs from the issuer's");
	return PERSO_OK;
}

static perso_rc
check_times(const struct perso_cert_values *v)
{
	if (v->not_before >= v->not_after)
		PERSO_FAIL(PERSO_E_ARG, "certificate ends before it begins");
	if (v->issuer != NULL && (v->not_before < v->issuer->not_before ||
				     v->not_after > v->issuer->not_after))
		PERSO_FAIL(PERSO_E_ARG, "certificate is valid outside the "
					"issuer's validity");
	if (is_lds_role(v->role) &&
	    (v->use_from >= v->use_to || v->use_from < v->not_before ||
		v->use_to > v->not_after))
		PERSO_FAIL(PERSO_E_ARG, "private key usage period is not "
					"inside the validity");
	return PERSO_OK;
}

static perso_rc
check_types(const struct perso_cert_values *v)
{
	for (size_t i = 0; i < v->type_count; i++)
		if (!is_capitals(v->types[i], 1, 2))
			PERSO_FAIL(PERSO_E_ARG,
			    "document type %zu is not "
			    "one or two capitals",
			    i);
	return PERSO_OK;
}

/* What the Doc 9303 profile needs beyond RFC 5280. */
static perso_rc
check_profile(const struct perso_cert_values *v)
{
	if ((v->role == PERSO_CERT_CSCA) != (v->issuer == NULL))
		PERSO_FAIL(PERSO_E_ARG, "a CSCA signs itself, a document "
					"signer has an issuer");
	if (!is_capitals(v->state, 1, 3))
		PERSO_FAIL(PERSO_E_ARG, "issuing state is not a code of the "
					"MRZ");
	if (v->crl_uri == NULL || v->crl_uri[0] == '\0')
		PERSO_FAIL(PERSO_E_ARG, "certificate without CRL "
					"distribution point");
	if (v->role == PERSO_CERT_DS && v->type_count == 0)
		PERSO_FAIL(PERSO_E_ARG, "document signer without document "
					"types");
	return v->role == PERSO_CERT_DS ? check_types(v) : PERSO_OK;
}

/* A barcode signer: Doc 9303-13 2.2.1, Doc 9303-12 table 6. */
static perso_rc
check_seal(const struct perso_cert_values *v)
{
	const char *cn = v->subject.common_name;

	if (v->issuer == NULL)
		PERSO_FAIL(PERSO_E_ARG, "a seal signer has an issuer");
	if (strlen(cn) != 2 ||
	    strspn(cn, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != 2)
		PERSO_FAIL(PERSO_E_ARG,
		    "commonName of a seal signer is not two capitals or "
		    "digits");
	if (v->subject.organization != NULL || v->subject.unit != NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "subject of a seal signer is country and commonName only");
	if (perso_pubkey_kind(v->key) != PERSO_KEY_EC)
		PERSO_FAIL(PERSO_E_ARG, "key of a seal signer is not EC");
	return check_types(v);
}

static perso_rc
check_values(const struct perso_cert_values *v)
{
	if (v->key == NULL || v->serial.n > SERIAL_MAX)
		PERSO_FAIL(
		    PERSO_E_ARG, "certificate without key, or serial too long");
	PERSO_TRY(check_subject(v));
	PERSO_TRY(check_times(v));
	if (is_lds_role(v->role))
		PERSO_TRY(check_profile(v));
	return v->role == PERSO_CERT_SEAL ? check_seal(v) : PERSO_OK;
}

/* ------------------------------------------------------------- drafting */

/* RFC 5280 4.2.1.2, method 1 */
static perso_rc
key_id(struct perso_span spki, struct perso_md *ret)
{
	struct perso_span bits = { 0 };

	PERSO_TRY(pki_spki_bits(spki, &bits));
	return perso_digest(PERSO_SHA1, bits, ret);
}

static perso_rc
draft_aki(struct draft *d)
{
	const struct perso_cert *issuer = d->v->issuer;

	if (issuer == NULL) {
		d->aki = d->ski;
		return PERSO_OK;
	}
	if (issuer->ski.n == 0)
		return key_id(issuer->spki, &d->aki);
	PERSO_TRY(perso_span_copy(d->aki.p, sizeof(d->aki.p), issuer->ski));
	d->aki.n = issuer->ski.n;
	return PERSO_OK;
}

static perso_rc
draft_serial(struct draft *d)
{
	if (d->v->serial.n != 0) {
		PERSO_TRY(perso_span_copy(
		    d->serial, sizeof(d->serial), d->v->serial));
		d->serial_len = d->v->serial.n;
		return PERSO_OK;
	}
	PERSO_TRY(perso_random(d->serial, SERIAL_RANDOM));
	/* positive, and always of the same length */
	d->serial[0] = (uint8_t)((d->serial[0] & 0x3F) | 0x40);
	d->serial_len = SERIAL_RANDOM;
	return PERSO_OK;
}

static perso_rc
prepare(struct draft *d)
{
	PERSO_TRY(
	    perso_pubkey_spki(d->v->key, d->v->explicit_params, &d->spki));
	PERSO_TRY(key_id(perso_buf_span(&d->spki), &d->ski));
	PERSO_TRY(draft_aki(d));
	return draft_serial(d);
}

/* -------------------------------------------------------------- writing */

static void
write_attr(struct perso_wr *w, const char *oid, uint32_t tag, const char *value)
{
	size_t set, seq;

	if (value == NULL)
		return;
	set = perso_wr_open(w, DER_SET);
	seq = perso_wr_open(w, DER_SEQ);
	perso_wr_oid(w, oid);
	pki_wr_str(w, tag, value);
	perso_wr_close(w, seq);
	perso_wr_close(w, set);
}

static void
write_name(struct perso_wr *w, const struct perso_name_values *n)
{
	size_t seq = perso_wr_open(w, DER_SEQ);

	write_attr(w, "2.5.4.6", DER_PRINTABLE, n->country);
	write_attr(w, "2.5.4.10", DER_UTF8, n->organization);
	write_attr(w, "2.5.4.11", DER_UTF8, n->unit);
	write_attr(w, "2.5.4.3", DER_UTF8, n->common_name);
	perso_wr_close(w, seq);
}

struct ext_mark {
	size_t seq, value;
};

static struct ext_mark
open_ext(struct perso_wr *w, const char *oid, bool critical)
{
	static const uint8_t yes[] = { 0xFF };
	struct ext_mark m;

	m.seq = perso_wr_open(w, DER_SEQ);
	perso_wr_oid(w, oid);
	if (critical)
		perso_wr_tlv(w, DER_BOOLEAN, perso_span_of(yes));
	m.value = perso_wr_open(w, DER_OCTETS);
	return m;
}

static void
close_ext(struct perso_wr *w, struct ext_mark m)
{
	perso_wr_close(w, m.value);
	perso_wr_close(w, m.seq);
}

static void
write_aki(struct perso_wr *w, const struct draft *d)
{
	struct ext_mark m = open_ext(w, "2.5.29.35", false);
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_tlv(w, DER_CTX(0), perso_md_span(&d->aki));
	perso_wr_close(w, seq);
	close_ext(w, m);
}

static void
write_ski(struct perso_wr *w, const struct draft *d)
{
	struct ext_mark m = open_ext(w, "2.5.29.14", false);

	perso_wr_tlv(w, DER_OCTETS, perso_md_span(&d->ski));
	close_ext(w, m);
}

static void
write_key_usage(struct perso_wr *w, enum perso_cert_role role)
{
	/* BIT STRINGs without trailing zero bits: keyCertSign and cRLSign;
	 * digitalSignature */
	static const uint8_t ca[] = { 0x03, 0x02, 0x01, 0x06 };
	static const uint8_t sign[] = { 0x03, 0x02, 0x07, 0x80 };
	struct ext_mark m = open_ext(w, "2.5.29.15", true);

	if (role == PERSO_CERT_CSCA)
		perso_wr_bytes(w, perso_span_of(ca));
	else
		perso_wr_bytes(w, perso_span_of(sign));
	close_ext(w, m);
}

static void
write_use(struct perso_wr *w, const struct perso_cert_values *v)
{
	struct ext_mark m = open_ext(w, "2.5.29.16", false);
	size_t seq = perso_wr_open(w, DER_SEQ);

	pki_wr_gentime(w, DER_CTX(0), v->use_from);
	pki_wr_gentime(w, DER_CTX(1), v->use_to);
	perso_wr_close(w, seq);
	close_ext(w, m);
}

/* GeneralNames: a contact and the state, Doc 9303-12 7.1.1.2. */
static void
write_alt_name(struct perso_wr *w, const struct perso_cert_values *v)
{
	size_t seq = perso_wr_open(w, DER_SEQ), dir, name;

	if (v->contact != NULL)
		pki_wr_str(w, DER_CTX(1), v->contact);
	dir = perso_wr_open(w, DER_CTXC(4));
	name = perso_wr_open(w, DER_SEQ);
	write_attr(w, "2.5.4.7", DER_UTF8, v->state);
	perso_wr_close(w, name);
	perso_wr_close(w, dir);
	perso_wr_close(w, seq);
}

static void
write_alt_names(struct perso_wr *w, const struct perso_cert_values *v)
{
	struct ext_mark m = open_ext(w, "2.5.29.17", false);

	write_alt_name(w, v);
	close_ext(w, m);
	m = open_ext(w, "2.5.29.18", false);
	if (v->issuer != NULL && v->issuer->san.n != 0)
		perso_wr_bytes(w, v->issuer->san);
	else
		write_alt_name(w, v);
	close_ext(w, m);
}

static void
write_basic_constraints(struct perso_wr *w)
{
	static const uint8_t yes[] = { 0xFF };
	struct ext_mark m = open_ext(w, "2.5.29.19", true);
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_tlv(w, DER_BOOLEAN, perso_span_of(yes));
	perso_wr_int(w, 0);
	perso_wr_close(w, seq);
	close_ext(w, m);
}

static void
write_crldp(struct perso_wr *w, const char *uri)
{
	struct ext_mark m = open_ext(w, "2.5.29.31", false);
	size_t points = perso_wr_open(w, DER_SEQ);
	size_t point = perso_wr_open(w, DER_SEQ);
	size_t name = perso_wr_open(w, DER_CTXC(0));
	size_t full = perso_wr_open(w, DER_CTXC(0));

	pki_wr_str(w, DER_CTX(6), uri);
	perso_wr_close(w, full);
	perso_wr_close(w, name);
	perso_wr_close(w, point);
	perso_wr_close(w, points);
	close_ext(w, m);
}

static void
write_types(struct perso_wr *w, const struct perso_cert_values *v)
{
	struct ext_mark m = open_ext(w, "2.23.136.1.1.6.2", false);
	size_t seq = perso_wr_open(w, DER_SEQ), set, at = 0;

	perso_wr_int(w, 0);
	set = pki_wr_open_set(w, DER_SET, &at);
	for (size_t i = 0; i < v->type_count; i++)
		pki_wr_str(w, DER_PRINTABLE, v->types[i]);
	pki_wr_close_set(w, set, at);
	perso_wr_close(w, seq);
	close_ext(w, m);
}

static void
write_seal_purpose(struct perso_wr *w)
{
	struct ext_mark m = open_ext(w, "2.5.29.37", true);
	size_t seq = perso_wr_open(w, DER_SEQ);

	perso_wr_oid(w, "2.23.136.1.1.11.1");
	perso_wr_close(w, seq);
	close_ext(w, m);
}

static void
write_seal_exts(struct perso_wr *w, const struct draft *d)
{
	write_aki(w, d);
	if (d->v->type_count != 0)
		write_types(w, d->v);
	write_seal_purpose(w);
}

static void
write_sign_exts(struct perso_wr *w, const struct draft *d)
{
	const struct perso_cert_values *v = d->v;

	write_aki(w, d);
	write_ski(w, d);
	write_key_usage(w, v->role);
	if (is_lds_role(v->role)) {
		write_use(w, v);
		write_alt_names(w, v);
		if (v->role == PERSO_CERT_CSCA)
			write_basic_constraints(w);
		write_crldp(w, v->crl_uri);
		if (v->role == PERSO_CERT_DS)
			write_types(w, v);
	}
}

static void
write_exts(struct perso_wr *w, const struct draft *d)
{
	size_t tag = perso_wr_open(w, DER_CTXC(3));
	size_t seq = perso_wr_open(w, DER_SEQ);

	if (d->v->role == PERSO_CERT_SEAL)
		write_seal_exts(w, d);
	else
		write_sign_exts(w, d);
	perso_wr_close(w, seq);
	perso_wr_close(w, tag);
}

static perso_rc
write_tbs(const struct draft *d, struct perso_buf *ret)
{
	const struct perso_cert_values *v = d->v;
	struct perso_wr w = perso_wr(ret);
	size_t tbs = perso_wr_open(&w, DER_SEQ), t;

	t = perso_wr_open(&w, DER_CTXC(0));
	perso_wr_int(&w, 2);
	perso_wr_close(&w, t);
	perso_wr_uint(&w, perso_span(d->serial, d->serial_len));
	pki_sig_write(&w, v->alg, false);
	if (v->issuer != NULL)
		perso_wr_bytes(&w, v->issuer->subject);
	else
		write_name(&w, &v->subject);
	t = perso_wr_open(&w, DER_SEQ);
	pki_wr_time(&w, v->not_before);
	pki_wr_time(&w, v->not_after);
	perso_wr_close(&w, t);
	write_name(&w, &v->subject);
	perso_wr_bytes(&w, perso_buf_span(&d->spki));
	write_exts(&w, d);
	perso_wr_close(&w, tbs);
	return perso_wr_end(&w);
}

static perso_rc
sign_tbs(const struct draft *d, struct perso_keyref *key, struct perso_buf *ret)
{
	PERSO_BUF(tbs, PERSO_CERT_MAX);
	PERSO_BUF(sig, EXTS_MAX);
	PERSO_BUF(out, PERSO_CERT_MAX);
	struct perso_wr w = perso_wr(&out);
	struct perso_span part;
	size_t seq;

	PERSO_TRY(write_tbs(d, &tbs));
	part = perso_buf_span(&tbs);
	PERSO_TRY(perso_keyref_sign(key, d->v->alg, &part, 1, &sig));
	seq = perso_wr_open(&w, DER_SEQ);
	perso_wr_bytes(&w, part);
	pki_sig_write(&w, d->v->alg, false);
	pki_wr_bits(&w, perso_buf_span(&sig));
	perso_wr_close(&w, seq);
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* see perso/cert.h */
perso_rc
perso_cert_build(const struct perso_cert_values *v, struct perso_keyref *key,
    struct perso_buf *ret)
{
	__attribute__((cleanup(draft_done))) struct draft d = { .v = v,
		.spki = { .max = PERSO_CERT_MAX } };

	PERSO_TRY_CTX(check_values(v), "certificate to issue");
	PERSO_TRY_CTX(prepare(&d), "certificate to issue");
	PERSO_TRY_CTX(sign_tbs(&d, key, ret), "certificate to issue");
	return PERSO_OK;
}
