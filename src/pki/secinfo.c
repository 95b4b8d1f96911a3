/* SecurityInfos read: Doc 9303-11 9.2, TR-03110-3 A.1. */
#include "perso/secinfo.h"

#include "pki_int.h"

/* Arcs of oid below base: "1.2" of base.1.2; NULL if it is not below. */
static const char *
below(const char *oid, const char *base)
{
	size_t n = strlen(base);

	if (strncmp(oid, base, n) != 0 || oid[n] != '.')
		return NULL;
	return oid + n + 1;
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* base.x names domain parameters, base.x.y a protocol with its cipher. */
static enum perso_secinfo_kind
arc_kind(const char *arcs, const char *mappings, enum perso_secinfo_kind domain,
    enum perso_secinfo_kind protocol)
{
	if (!is_one_of(arcs[0], mappings))
		return PERSO_SECINFO_UNKNOWN;
	if (arcs[1] == '\0')
		return domain;
	if (arcs[1] == '.' && is_one_of(arcs[2], "1234") && arcs[3] == '\0')
		return protocol;
	return PERSO_SECINFO_UNKNOWN;
}

static enum perso_secinfo_kind
kind_of(const char *oid)
{
	static const struct {
		const char *oid;
		enum perso_secinfo_kind kind;
	} exact[] = {
		{ PERSO_OID_PK_DH, PERSO_SECINFO_CA_PUBKEY },
		{ PERSO_OID_PK_ECDH, PERSO_SECINFO_CA_PUBKEY },
		{ PERSO_OID_TA, PERSO_SECINFO_TA },
		{ PERSO_OID_CARD_INFO, PERSO_SECINFO_CARD_INFO },
		{ PERSO_OID_AA, PERSO_SECINFO_AA },
		{ PERSO_OID_EFDIR, PERSO_SECINFO_EFDIR },
	};
	const char *arcs;

	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (strcmp(oid, exact[i].oid) == 0)
			return exact[i].kind;
	if ((arcs = below(oid, PERSO_OID_PACE)) != NULL)
		return arc_kind(arcs, "12346", PERSO_SECINFO_PACE_DOMAIN,
		    PERSO_SECINFO_PACE);
	if ((arcs = below(oid, PERSO_OID_CA)) != NULL)
		return arc_kind(
		    arcs, "12", PERSO_SECINFO_CA_DOMAIN, PERSO_SECINFO_CA);
	return PERSO_SECINFO_UNKNOWN;
}

static perso_rc
read_id(struct perso_rd *in, struct perso_secinfo *i)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_optional(in, DER_INTEGER, &t, &i->has_id));
	if (i->has_id)
		PERSO_TRY_CTX(perso_der_u63(t.val, &i->id), "identifier");
	return PERSO_OK;
}

static perso_rc
read_version(struct perso_rd *in, struct perso_secinfo *i)
{
	PERSO_TRY_CTX(pki_u63(in, &i->version), "version");
	return PERSO_OK;
}

/* AlgorithmIdentifier; standardised parameters are an INTEGER. */
static perso_rc
read_domain(struct perso_rd *in, struct perso_secinfo *i)
{
	struct perso_tlv t = { 0 };
	struct perso_rd alg;
	char oid[PERSO_OID_MAX];

	PERSO_TRY_CTX(pki_take(in, DER_SEQ, &t), "domain parameters");
	i->alg_id = t.raw;
	alg = perso_rd(t.val);
	PERSO_TRY_CTX(pki_oid(&alg, oid), "domain parameters");
	if (strcmp(oid, PERSO_OID_STD_PARAMS) != 0)
		return PERSO_OK;
	PERSO_TRY_CTX(pki_u63(&alg, &i->param), "domain parameters");
	PERSO_TRY_CTX(perso_rd_finish(&alg), "domain parameters");
	i->has_param = true;
	return PERSO_OK;
}

static perso_rc
read_spki(struct perso_rd *in, struct perso_secinfo *i)
{
	struct perso_tlv t = { 0 };
	struct perso_rd spki;
	struct perso_span bits = { 0 };

	PERSO_TRY_CTX(pki_take(in, DER_SEQ, &t), "public key");
	i->spki = t.raw;
	spki = perso_rd(t.val);
	PERSO_TRY_CTX(pki_take(&spki, DER_SEQ, &t), "public key");
	PERSO_TRY_CTX(pki_bits(&spki, &bits), "public key");
	PERSO_TRY_CTX(perso_rd_finish(&spki), "public key");
	return PERSO_OK;
}

static perso_rc
read_file_id(struct perso_rd *in, struct perso_secinfo *i)
{
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY_CTX(pki_optional(in, DER_SEQ, &t, &there), "efCVCA");
	if (there)
		i->efcvca = t.raw;
	return PERSO_OK;
}

static perso_rc
read_efdir(struct perso_rd *in, struct perso_secinfo *i)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY_CTX(pki_take(in, DER_OCTETS, &t), "eFDIR");
	i->efdir = t.val;
	return PERSO_OK;
}

static perso_rc
read_value(struct perso_rd *in, struct perso_secinfo *i)
{
	switch (i->kind) {
	case PERSO_SECINFO_PACE:
	case PERSO_SECINFO_CA:
		PERSO_TRY(read_version(in, i));
		PERSO_TRY(read_id(in, i));
		break;
	case PERSO_SECINFO_PACE_DOMAIN:
	case PERSO_SECINFO_CA_DOMAIN:
		PERSO_TRY(read_domain(in, i));
		PERSO_TRY(read_id(in, i));
		break;
	case PERSO_SECINFO_CA_PUBKEY:
		PERSO_TRY(read_spki(in, i));
		PERSO_TRY(read_id(in, i));
		break;
	case PERSO_SECINFO_TA:
		PERSO_TRY(read_version(in, i));
		PERSO_TRY(read_file_id(in, i));
		break;
	case PERSO_SECINFO_AA:
		PERSO_TRY(read_version(in, i));
		PERSO_TRY_CTX(pki_oid(in, i->alg), "signatureAlgorithm");
		break;
	case PERSO_SECINFO_EFDIR:
		PERSO_TRY(read_efdir(in, i));
		break;
	case PERSO_SECINFO_UNKNOWN:
	case PERSO_SECINFO_CARD_INFO:
		return PERSO_OK;
	}
	return perso_rd_finish(in);
}

static perso_rc
read_item(struct perso_rd *set, struct perso_secinfo *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;

	PERSO_TRY(pki_take(set, DER_SEQ, &t));
	ret->raw = t.raw;
	in = perso_rd(t.val);
	PERSO_TRY_CTX(pki_oid(&in, ret->oid), "protocol");
	ret->kind = kind_of(ret->oid);
	PERSO_TRY_CTX(read_value(&in, ret), "protocol %s", ret->oid);
	return PERSO_OK;
}

static perso_rc
read_set(struct perso_span der, struct perso_secinfos *s)
{
	struct perso_rd rd = perso_rd(der), set;
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(&rd, DER_SET, &t));
	PERSO_TRY(perso_rd_finish(&rd));
	set = perso_rd(t.val);
	while (perso_rd_left(&set) != 0) {
		if (s->count == PERSO_SECINFO_MAX)
			PERSO_FAIL(PERSO_E_RANGE, "more than %d items",
			    PERSO_SECINFO_MAX);
		PERSO_TRY_CTX(
		    read_item(&set, &s->items[s->count]), "item %zu", s->count);
		s->count++;
	}
	return pki_is_sorted(t.val, &s->sorted);
}

/* see perso/secinfo.h */
perso_rc
perso_secinfos_parse(struct perso_span der, struct perso_secinfos *ret)
{
	struct perso_secinfos s = { 0 };

	PERSO_TRY_CTX(read_set(der, &s), "SecurityInfos");
	*ret = s;
	return PERSO_OK;
}

/* see perso/secinfo.h */
const struct perso_secinfo *
perso_secinfos_find(
    const struct perso_secinfos *s, enum perso_secinfo_kind kind)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].kind == kind)
			return &s->items[i];
	return NULL;
}
