/* SecurityInfos: what EF.CardAccess, EF.CardSecurity and DG14 say of the
 * chip's protocols, all from one list, so that they agree. */
#include "perso/agree.h"
#include "perso/cardsec.h"
#include "perso/chipauth.h"
#include "perso/pace.h"
#include "line_int.h"

#define SET_MAX 8192

#define INFOS 7 /* three mappings of PACE; CA, its key; TA; AA */

struct infos {
	size_t count;
	struct perso_secinfo v[INFOS];
	struct perso_buf *spki; /* what CA_PUBKEY points to */
};

/* enum perso_protocol_cipher counts as the identifiers do. */
static enum perso_cipher
cipher_of(enum perso_protocol_cipher c)
{
	static const enum perso_cipher map[] = {
		PERSO_AES128, [PERSO_PROTOCOL_3DES] = PERSO_3DES,
		[PERSO_PROTOCOL_AES128] = PERSO_AES128,
		[PERSO_PROTOCOL_AES192] = PERSO_AES192,
		[PERSO_PROTOCOL_AES256] = PERSO_AES256
	};

	return map[c];
}

static perso_rc
kind_of(unsigned parameters, enum perso_agree_kind *ret)
{
	const struct perso_group *g;

	PERSO_TRY(perso_group_get(parameters, &g));
	*ret = perso_group_kind(g);
	return PERSO_OK;
}

/* One PACEInfo for each mapping. Doc 9303-11, 9.2.1 */
static perso_rc
add_pace(const struct perso_pace_profile *p, struct infos *s)
{
	static const enum perso_pace_mapping maps[] = { PERSO_PACE_GM,
		PERSO_PACE_IM, PERSO_PACE_CAM };
	struct perso_pace_protocol pr = { .cipher = cipher_of(p->cipher) };
	const char *oid = NULL;

	if (p->mappings != 0)
		PERSO_TRY(kind_of(p->parameters, &pr.agreement));
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		if ((p->mappings & 1U << maps[i]) == 0)
			continue;
		pr.mapping = maps[i];
		PERSO_TRY(perso_pace_oid(&pr, &oid));
		PERSO_TRY(
		    perso_secinfo_pace(oid, p->parameters, &s->v[s->count]));
		s->count++;
	}
	return PERSO_OK;
}

static perso_rc
set_oid(struct perso_secinfo *i, const char *oid)
{
	return perso_span_copy(
	    i->oid, sizeof(i->oid), perso_span(oid, strlen(oid) + 1));
}

/* ChipAuthenticationInfo. Doc 9303-11, 9.2.7 */
static perso_rc
add_ca(const struct perso_ca_profile *p, struct infos *s)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_CA,
		.version = 1,
		.has_id = p->has_key_id,
		.id = p->key_id };
	enum perso_agree_kind kind = PERSO_AGREE_ECDH;
	const char *oid = NULL;

	PERSO_TRY(kind_of(p->parameters, &kind));
	PERSO_TRY(perso_ca_oid(kind, cipher_of(p->cipher), &oid));
	PERSO_TRY(set_oid(&i, oid));
	s->v[s->count++] = i;
	return PERSO_OK;
}

/* ChipAuthenticationPublicKeyInfo, Doc 9303-11, 9.2.8. Written out in DG14,
 * which old terminals read; by the parameters' number in EF.CardSecurity. */
static perso_rc
add_ca_key(
    const struct perso_image_values *v, bool standardised, struct infos *s)
{
	const struct perso_ca_profile *p = &v->profile->ca;
	struct perso_secinfo i = { .kind = PERSO_SECINFO_CA_PUBKEY,
		.has_id = p->has_key_id,
		.id = p->key_id };
	enum perso_agree_kind kind;
	PERSO_GROUP(g);
	PERSO_ELEM(pk);

	if (v->ca_spki.n == 0)
		PERSO_FAIL(PERSO_E_MISSING,
		    "the chip's public key for Chip Authentication");
	PERSO_TRY(perso_group_from_spki(v->ca_spki, &g, &pk));
	if (perso_group_id(g) != (int)p->parameters)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "the chip's key for Chip Authentication is of %s",
		    perso_group_name(g));
	kind = perso_group_kind(g);
	PERSO_TRY(perso_group_spki(g, standardised, pk, s->spki));
	i.spki = perso_buf_span(s->spki);
	PERSO_TRY(set_oid(
	    &i, kind == PERSO_AGREE_DH ? PERSO_OID_PK_DH : PERSO_OID_PK_ECDH));
	s->v[s->count++] = i;
	return PERSO_OK;
}

static perso_rc
add_ta(struct infos *s)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_TA, .version = 1 };

	PERSO_TRY(set_oid(&i, PERSO_OID_TA));
	s->v[s->count++] = i;
	return PERSO_OK;
}

static perso_rc
add_aa(const struct perso_doc_profile *p, struct infos *s)
{
	enum perso_hash h = PERSO_HASH_NONE;

	PERSO_TRY(perso_hash_from_name(p->aa.hash, &h));
	PERSO_TRY(perso_secinfo_aa(h, &s->v[s->count]));
	s->count++;
	return PERSO_OK;
}

/* Doc 9303-11, 9.2.11: who holds which. DG14 has all of EF.CardAccess. */
static perso_rc
collect(
    const struct perso_image_values *v, enum infos_file file, struct infos *s)
{
	const struct perso_doc_profile *p = v->profile;

	PERSO_TRY(add_pace(&p->pace, s));
	if (file != INFOS_CARD_ACCESS && p->ca.cipher != 0) {
		PERSO_TRY(add_ca(&p->ca, s));
		PERSO_TRY(add_ca_key(v, file == INFOS_CARD_SECURITY, s));
	}
	if (file != INFOS_CARD_ACCESS && p->ta.data_groups != 0)
		PERSO_TRY(add_ta(s));
	if (file == INFOS_DG14 && p->aa.kind == PERSO_AA_ECDSA)
		PERSO_TRY(add_aa(p, s));
	if (s->count == 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "nothing to put into it");
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_image_infos(const struct perso_image_values *v, enum infos_file file,
    struct perso_buf *set, struct perso_lds_infos *ret)
{
	PERSO_BUF(spki, SET_MAX);
	struct infos s = { .spki = &spki };

	PERSO_TRY(collect(v, file, &s));
	PERSO_TRY(perso_secinfos_build(s.v, s.count, true, set));
	*ret = (struct perso_lds_infos){ .set = perso_buf_span(set) };
	return PERSO_OK;
}

/* What was signed earlier says the same, under the same certificate. */
static perso_rc
take_card_security(const struct perso_image_values *v,
    const struct perso_lds_infos *infos, struct perso_buf *ret)
{
	struct perso_cardsec c;

	PERSO_TRY(perso_cardsec_parse(v->card_security, &c));
	if (!perso_span_equal(c.infos.set, infos->set))
		PERSO_FAIL(PERSO_E_MISMATCH, "it says other things");
	return perso_buf_append(ret, v->card_security);
}

/* see line_int.h */
perso_rc
perso_image_card_security(
    const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_sod_values by = { .has_signing_time = false };
	struct perso_cardsec_values c = { .has_signing_time = false };
	PERSO_BUF(set, SET_MAX);

	PERSO_TRY(perso_image_infos(v, INFOS_CARD_SECURITY, &set, &c.infos));
	if (v->card_security.n != 0)
		return take_card_security(v, &c.infos, ret);
	PERSO_TRY(perso_signer_values(v, &by));
	c.cert = by.cert;
	c.alg = by.alg;
	return perso_cardsec_build(&c, perso_signer_key(v->signer), ret);
}
