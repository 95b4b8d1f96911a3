/* The step KEYS: what the chip is given before its files. */
#include "perso/agree.h"
#include "perso/bac.h"
#include "perso/rd.h"
#include "perso/tlv.h"
#include "line_int.h"

#define PKCS8_MAX 2048

static perso_rc
make_aa(struct perso_work *w)
{
	const struct perso_aa_profile *a = &w->doc->aa;
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)a->curve };
	struct perso_pubkey *pub = NULL;
	struct perso_keyref *key = NULL;
	perso_rc rc;

	if (a->kind == PERSO_AA_RSA) {
		spec = (struct perso_key_spec){ .kind = PERSO_KEY_RSA,
			.bits = a->bits };
	}
	if (a->origin == PERSO_AA_CHIP) {
		rc = perso_chip_make_aa(w->chip, spec, &pub);
		if (rc == PERSO_OK)
			rc = perso_pubkey_spki(pub, true, &w->spki);
	} else {
		rc = perso_keyref_generate(spec, &key);
		if (rc == PERSO_OK)
			rc = perso_chip_load_aa(w->chip, key);
		if (rc == PERSO_OK)
			rc = perso_pubkey_spki(
			    perso_keyref_pubkey(key), true, &w->spki);
	}
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
	return rc;
}

static perso_rc
load_bac(struct perso_work *w)
{
	struct perso_mrz m;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	PERSO_SECRET(seed);
	perso_rc rc;

	PERSO_TRY(perso_record_mrz(&w->order->record, &m));
	rc = perso_mrz_information(&m, info);
	if (rc == PERSO_OK)
		rc = perso_bac_seed(perso_span_str(info), &seed);
	if (rc == PERSO_OK)
		rc = perso_chip_load_bac(w->chip, perso_secret_span(&seed));
	perso_wipe(info, sizeof(info));
	perso_wipe(&m, sizeof(m));
	return rc;
}

/* A key of an elliptic curve, made here. */
static perso_rc
new_ec(const struct perso_group *g, struct perso_buf *ret_pkcs8,
    struct perso_elem **ret)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)perso_group_id(g) };
	struct perso_keyref *key = NULL;
	PERSO_BUF(point, 256);
	perso_rc rc;

	PERSO_TRY(perso_keyref_generate(spec, &key));
	rc = perso_keyref_pkcs8(key, ret_pkcs8);
	if (rc == PERSO_OK)
		rc = perso_pubkey_point(perso_keyref_pubkey(key), &point);
	perso_keyref_free(&key);
	PERSO_TRY(rc);
	return perso_elem_decode(g, perso_buf_span(&point), ret);
}

/* PrivateKeyInfo (RFC 5208) of a DH key: the private value an INTEGER. */
static perso_rc
new_dh(const struct perso_group *g, struct perso_buf *ret_pkcs8,
    struct perso_elem **ret)
{
	PERSO_NUM(sk);
	PERSO_BUF(params, PKCS8_MAX);
	struct perso_wr w = perso_wr(ret_pkcs8);
	size_t all, octets;

	PERSO_TRY(perso_scalar_random(g, &sk));
	PERSO_TRY(perso_group_params(g, true, &params));
	all = perso_wr_open(&w, 0x30);
	perso_wr_int(&w, 0);
	perso_wr_bytes(&w, perso_buf_span(&params));
	octets = perso_wr_open(&w, 0x04);
	perso_wr_uint(&w, perso_num_span(&sk));
	perso_wr_close(&w, octets);
	perso_wr_close(&w, all);
	PERSO_TRY(perso_wr_end(&w));
	return perso_elem_base_mul(g, &sk, ret);
}

static perso_rc
load_new_ca(struct perso_work *w, const struct perso_chip_ca *spec)
{
	const struct perso_group *g;
	PERSO_BUF(pkcs8, PKCS8_MAX);
	PERSO_ELEM(pk);

	PERSO_TRY(perso_group_get(spec->parameters, &g));
	if (perso_group_kind(g) == PERSO_AGREE_DH)
		PERSO_TRY(new_dh(g, &pkcs8, &pk));
	else
		PERSO_TRY(new_ec(g, &pkcs8, &pk));
	PERSO_TRY(perso_chip_load_ca(w->chip, spec, perso_buf_span(&pkcs8)));
	return perso_group_spki(g, true, pk, &w->spki);
}

static perso_rc
make_ca(struct perso_work *w)
{
	const struct perso_ca_profile *p = &w->doc->ca;
	struct perso_chip_ca spec = { .parameters = p->parameters,
		.has_key_id = p->has_key_id,
		.key_id = p->key_id };

	if (p->origin == PERSO_KEY_CHIP)
		return perso_chip_make_ca(w->chip, &spec, &w->spki);
	return load_new_ca(w, &spec);
}

/* K of the MRZ, Doc 9303-11, 9.7.3. */
static perso_rc
load_mrz(struct perso_work *w)
{
	struct perso_mrz m;
	struct perso_md md;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	perso_rc rc;

	PERSO_TRY(perso_record_mrz(&w->order->record, &m));
	rc = perso_mrz_information(&m, info);
	if (rc == PERSO_OK)
		rc = perso_digest(PERSO_SHA1, perso_span_str(info), &md);
	if (rc == PERSO_OK)
		rc = perso_chip_load_password(
		    w->chip, PERSO_PASSWORD_MRZ, perso_md_span(&md));
	perso_wipe(info, sizeof(info));
	perso_wipe(&m, sizeof(m));
	perso_wipe(&md, sizeof(md));
	return rc;
}

static perso_rc
load_passwords(struct perso_work *w)
{
	unsigned p = w->doc->pace.passwords;

	if ((p & PERSO_PASSWORD_MRZ) != 0)
		PERSO_TRY_CTX(load_mrz(w), "PACE key of the MRZ");
	if ((p & PERSO_PASSWORD_CAN) != 0)
		PERSO_TRY_CTX(
		    perso_chip_load_password(w->chip, PERSO_PASSWORD_CAN,
			perso_span_of(w->secrets.can)),
		    "CAN");
	if ((p & PERSO_PASSWORD_PIN) != 0)
		PERSO_TRY_CTX(
		    perso_chip_load_password(w->chip, PERSO_PASSWORD_PIN,
			line_code_span(&w->secrets.pin)),
		    "PIN");
	if ((p & PERSO_PASSWORD_PUK) != 0)
		PERSO_TRY_CTX(
		    perso_chip_load_password(w->chip, PERSO_PASSWORD_PUK,
			line_code_span(&w->secrets.puk)),
		    "PUK");
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_keys(struct perso_work *w)
{
	perso_buf_clear(&w->spki);
	PERSO_TRY(perso_work_secrets(w, true));
	if (w->doc->aa.kind != PERSO_AA_NONE)
		PERSO_TRY_CTX(make_aa(w), "Active Authentication key");
	if (w->doc->ca.cipher != 0)
		PERSO_TRY_CTX(make_ca(w), "Chip Authentication key");
	if ((w->doc->access & PERSO_ACCESS_BAC) != 0)
		PERSO_TRY_CTX(load_bac(w), "BAC key");
	PERSO_TRY(load_passwords(w));
	if (w->doc->ta.data_groups != 0)
		PERSO_TRY_CTX(
		    perso_chip_load_trust(w->chip, perso_buf_span(&w->trust)),
		    "trust point");
	return PERSO_OK;
}

static perso_rc
take_spki(struct perso_rd *rd, bool there, struct perso_span *ret)
{
	struct perso_tlv t = { 0 };

	*ret = PERSO_SPAN_EMPTY;
	if (!there)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_tlv_expect(rd, 0x30, &t), "public keys of the job");
	*ret = t.raw;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_spkis(const struct perso_work *w, struct perso_span *ret_aa,
    struct perso_span *ret_ca)
{
	struct perso_rd rd = perso_rd(perso_buf_span(&w->spki));

	PERSO_TRY(take_spki(&rd, w->doc->aa.kind != PERSO_AA_NONE, ret_aa));
	PERSO_TRY(take_spki(&rd, w->doc->ca.cipher != 0, ret_ca));
	return perso_rd_finish(&rd);
}
