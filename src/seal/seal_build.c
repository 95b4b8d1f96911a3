/* Seals made: Doc 9303-13 2.2 to 2.4. */
#include <stdio.h>

#include "perso/hex.h"
#include "perso/wr.h"

#include "seal_int.h"

#define HEX "0123456789ABCDEF"

static bool
is_made_of(const char *s, const char *set, size_t min, size_t max)
{
	size_t n = strlen(s);

	return n >= min && n <= max && strspn(s, set) == n;
}

static perso_rc
check_signer(const struct perso_seal_values *v)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *ref = v->signer.reference;

	if (v->country == NULL || !is_made_of(v->country, letters, 1, 3))
		PERSO_FAIL(PERSO_E_ARG,
		    "country of the seal is not one to three capitals");
	if (!is_made_of(v->signer.id, alnum, 4, 4))
		PERSO_FAIL(PERSO_E_ARG,
		    "signer of the seal is not four capitals or digits");
	if (v->version == 3
		? !is_made_of(ref, HEX, 5, 5)
		: !is_made_of(ref, HEX, 1, PERSO_SEAL_REFERENCE_MAX))
		PERSO_FAIL(PERSO_E_ARG,
		    "certificate reference is not %s hexadecimal digits",
		    v->version == 3 ? "five" : "1 to 40");
	if (strspn(ref, "0") == strlen(ref))
		PERSO_FAIL(PERSO_E_ARG,
		    "certificate reference 0 is for tests only (Doc 9303-13 "
		    "2.2.1)");
	return PERSO_OK;
}

static perso_rc
check_header(const struct perso_seal_values *v)
{
	if (v->version != 3 && v->version != 4)
		PERSO_FAIL(PERSO_E_ARG, "header version is 3 or 4");
	if (v->version < v->definition->min_version)
		PERSO_FAIL(PERSO_E_ARG, "seals of %s need header version %u",
		    v->definition->id, v->definition->min_version);
	if (!perso_date_is_valid(v->issued) ||
	    !perso_date_is_valid(v->signed_on))
		PERSO_FAIL(PERSO_E_ARG, "a date of the seal does not exist");
	return check_signer(v);
}

static bool
has(const struct perso_seal_messages *m, uint8_t tag)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->item[i].tag == tag)
			return true;
	return false;
}

/* Of the features that stand for one another exactly one is there. */
static perso_rc
check_group(const struct perso_seal_definition *d, const char *word,
    const struct perso_seal_messages *m)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->feature_count; i++)
		if (strcmp(d->features[i].one_of, word) == 0 &&
		    has(m, d->features[i].tag))
			n++;
	if (n == 1)
		return PERSO_OK;
	perso_trail_reset();
	for (size_t i = 0; i < d->feature_count; i++)
		if (strcmp(d->features[i].one_of, word) == 0)
			perso_trail_add("%s", d->features[i].name);
	perso_trail_add("%s needs exactly one of these", d->id);
	return PERSO_E_MISSING;
}

static perso_rc
check_messages(
    const struct perso_seal_definition *d, const struct perso_seal_messages *m)
{
	for (size_t i = 0; i < d->feature_count; i++) {
		const struct perso_seal_feature *f = &d->features[i];

		if (f->one_of[0] != '\0')
			PERSO_TRY(check_group(d, f->one_of, m));
		else if (f->required && !has(m, f->tag))
			PERSO_FAIL(PERSO_E_MISSING, "a seal of %s needs %s",
			    d->id, f->name);
	}
	return PERSO_OK;
}

static perso_rc
put_c40(struct perso_wr *w, const char *text)
{
	PERSO_BUF(c40, 256);

	PERSO_TRY(perso_c40_encode(perso_span_str(text), &c40));
	perso_wr_bytes(w, perso_buf_span(&c40));
	return PERSO_OK;
}

static void
put_date(struct perso_wr *w, struct perso_date d)
{
	perso_wr_u24(w, (uint32_t)(d.month * 1000000 + d.day * 10000 + d.year));
}

static perso_rc
put_header(struct perso_wr *w, const struct perso_seal_values *v)
{
	char country[4],
	    ref[PERSO_SEAL_SIGNER + 2 + PERSO_SEAL_REFERENCE_MAX + 1];

	snprintf(country, sizeof(country), "%.1s%.1s%.1s", v->country,
	    v->country[1] != '\0' ? v->country + 1 : "<",
	    strlen(v->country) == 3 ? v->country + 2 : "<");
	if (v->version == 3)
		snprintf(ref, sizeof(ref), "%s%s", v->signer.id,
		    v->signer.reference);
	else
		snprintf(ref, sizeof(ref), "%s%02X%s", v->signer.id,
		    (unsigned)strlen(v->signer.reference), v->signer.reference);
	perso_wr_u8(w, SEAL_MAGIC);
	perso_wr_u8(w, (uint8_t)(v->version - 1));
	PERSO_TRY(put_c40(w, country));
	PERSO_TRY(put_c40(w, ref));
	put_date(w, v->issued);
	put_date(w, v->signed_on);
	perso_wr_u8(w, v->definition->definition);
	perso_wr_u8(w, v->definition->category);
	return PERSO_OK;
}

static perso_rc
put_messages(struct perso_wr *w, const struct perso_seal_values *v)
{
	const struct perso_seal_messages *m = v->messages;

	for (size_t i = 0; i < m->count; i++) {
		size_t n = m->item[i].n;

		if (v->version == 3 && n > 255)
			PERSO_FAIL(PERSO_E_RANGE,
			    "message %02X does not fit by %zu byte%s: header "
			    "version 3 allows 255",
			    m->item[i].tag, n - 255, n == 256 ? "" : "s");
		perso_wr_u8(w, m->item[i].tag);
		if (v->version == 3)
			perso_wr_u8(w, (uint8_t)n);
		else
			perso_wr_len(w, n);
		perso_wr_bytes(w, perso_span_sub(perso_buf_span(&m->bytes),
				      m->item[i].at, n));
	}
	return PERSO_OK;
}

/* Marker, DER length in both versions (2.4), r and s. */
static perso_rc
put_signature(struct perso_keyref *key, struct perso_buf *out)
{
	const struct perso_pubkey *pub = perso_keyref_pubkey(key);
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_HASH_NONE,
		0 };
	struct perso_span part = perso_buf_span(out);
	struct perso_wr w = perso_wr(out);
	PERSO_BUF(sig, 256);

	if (pub != NULL && perso_pubkey_kind(pub) == PERSO_KEY_EC)
		alg.hash = seal_hash(perso_pubkey_curve(pub));
	if (alg.hash == PERSO_HASH_NONE)
		PERSO_FAIL(PERSO_E_KEY,
		    "the seal's key is not one of a known elliptic curve");
	PERSO_TRY(perso_keyref_sign(key, alg, &part, 1, &sig));
	perso_wr_tlv(&w, PERSO_SEAL_TAG_SIGNATURE, perso_buf_span(&sig));
	return perso_wr_end(&w);
}

/* see perso/seal.h */
perso_rc
perso_seal_build(const struct perso_seal_values *v, struct perso_keyref *key,
    struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_SEAL_MAX);
	struct perso_wr w = perso_wr(&out);

	PERSO_TRY_CTX(check_header(v), "seal");
	PERSO_TRY_CTX(check_messages(v->definition, v->messages), "seal");
	PERSO_TRY_CTX(put_header(&w, v), "seal");
	PERSO_TRY_CTX(put_messages(&w, v), "seal");
	PERSO_TRY_CTX(perso_wr_end(&w), "seal");
	PERSO_TRY_CTX(put_signature(key, &out), "seal");
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* see perso/seal.h */
perso_rc
perso_seal_signer_of(
    const struct perso_cert *c, unsigned version, struct perso_seal_signer *ret)
{
	struct perso_seal_signer s = { 0 };
	struct perso_span serial = c->serial;
	char cn[8] = "", hex[2 * 21 + 1];
	const char *digits = hex;
	size_t zeros = 0;

	if (version != 3 && version != 4)
		PERSO_FAIL(PERSO_E_ARG, "header version is 3 or 4");
	PERSO_TRY_CTX(seal_check_profile(c), "certificate of the seal signer");
	PERSO_TRY(perso_name_attr(c->subject, "2.5.4.3", cn, sizeof(cn)));
	while (serial.n > 1 && serial.p[0] == 0)
		serial = perso_span_sub(serial, 1, serial.n - 1);
	if (serial.n > PERSO_SEAL_REFERENCE_MAX / 2)
		PERSO_FAIL(PERSO_E_RANGE, "serial number is too long");
	perso_hex_str(serial, hex, sizeof(hex));
	if (version == 3 && strlen(hex) == 6 && hex[0] == '0')
		digits = hex + 1;
	if (version == 3 && strlen(digits) > 5)
		PERSO_FAIL(PERSO_E_RANGE,
		    "serial number of the seal signer has more than five "
		    "digits: header version 3 cannot name it");
	snprintf(s.id, sizeof(s.id), "%.2s%.2s", c->subject_country, cn);
	while (version == 3 && zeros + strlen(digits) < 5)
		s.reference[zeros++] = '0';
	PERSO_TRY(perso_span_copy(s.reference + zeros,
	    sizeof(s.reference) - 1 - zeros, perso_span_str(digits)));
	*ret = s;
	return PERSO_OK;
}
