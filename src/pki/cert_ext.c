/* Certificate extensions: RFC 5280 4.2, Doc 9303-12 7.1.1. */
#include "pki_int.h"

#define EXT_MAX 64

static perso_rc
read_aki(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_rd seq = { 0 };
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(pki_enter(in, DER_SEQ, &seq));
	PERSO_TRY(pki_optional(&seq, DER_CTX(0), &t, &there));
	c->aki = t.val;
	while (perso_rd_left(&seq) != 0)
		PERSO_TRY(pki_any(&seq, &t));
	return PERSO_OK;
}

static perso_rc
read_ski(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(in, DER_OCTETS, &t));
	c->ski = t.val;
	return PERSO_OK;
}

static perso_rc
read_ku(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_rd bits = { 0 };
	uint8_t unused = 0, b = 0;

	PERSO_TRY(pki_enter(in, DER_BITS, &bits));
	PERSO_TRY(perso_rd_u8(&bits, &unused));
	if (unused > 7 || perso_rd_left(&bits) > 2)
		PERSO_FAIL(PERSO_E_RANGE, "BIT STRING has no form of "
					  "KeyUsage");
	for (unsigned byte = 0; perso_rd_left(&bits) != 0; byte++) {
		PERSO_TRY(perso_rd_u8(&bits, &b));
		for (unsigned i = 0; i < 8; i++)
			if ((b & (0x80u >> i)) != 0)
				c->key_usage |= 1u << (8 * byte + i);
	}
	return PERSO_OK;
}

static perso_rc
read_pkup(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_rd seq = { 0 };
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_enter(in, DER_SEQ, &seq));
	PERSO_TRY(pki_optional(&seq, DER_CTX(0), &t, &c->has_use_from));
	if (c->has_use_from)
		PERSO_TRY(pki_gentime_value(t.val, &c->use_from));
	PERSO_TRY(pki_optional(&seq, DER_CTX(1), &t, &c->has_use_to));
	if (c->has_use_to)
		PERSO_TRY(pki_gentime_value(t.val, &c->use_to));
	return perso_rd_finish(&seq);
}

static perso_rc
read_whole(struct perso_rd *in, struct perso_span *ret)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(in, DER_SEQ, &t));
	*ret = t.raw;
	return PERSO_OK;
}

static perso_rc
read_san(struct perso_rd *in, struct perso_cert *c)
{
	return read_whole(in, &c->san);
}

static perso_rc
read_ian(struct perso_rd *in, struct perso_cert *c)
{
	return read_whole(in, &c->ian);
}

static perso_rc
read_crldp(struct perso_rd *in, struct perso_cert *c)
{
	return read_whole(in, &c->crldp);
}

static perso_rc
read_eku(struct perso_rd *in, struct perso_cert *c)
{
	return read_whole(in, &c->eku);
}

static perso_rc
read_policies(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_tlv t = { 0 };

	(void)c;
	return pki_take(in, DER_SEQ, &t);
}

static perso_rc
read_name_change(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_tlv t = { 0 };

	(void)c;
	return pki_take(in, DER_NULL, &t);
}

static perso_rc
read_bc(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_rd seq = { 0 };
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(pki_enter(in, DER_SEQ, &seq));
	PERSO_TRY(pki_optional(&seq, DER_BOOLEAN, &t, &there));
	if (there)
		PERSO_TRY(pki_bool(t.val, &c->is_ca));
	PERSO_TRY(pki_optional(&seq, DER_INTEGER, &t, &c->has_path_len));
	if (c->has_path_len)
		PERSO_TRY(perso_der_u63(t.val, &c->path_len));
	return perso_rd_finish(&seq);
}

/* Doc 9303-12, 7.1.1.5 */
static perso_rc
read_types(struct perso_rd *in, struct perso_cert *c)
{
	struct perso_rd seq = { 0 }, set = { 0 };
	struct perso_tlv t = { 0 };
	uint64_t version = 0;

	PERSO_TRY(pki_enter(in, DER_SEQ, &seq));
	PERSO_TRY(pki_u63(&seq, &version));
	PERSO_TRY(pki_enter(&seq, DER_SET, &set));
	PERSO_TRY(perso_rd_finish(&seq));
	if (version != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "documentTypeList is not of "
						"version 0");
	while (perso_rd_left(&set) != 0) {
		PERSO_TRY(pki_any(&set, &t));
		if (t.tag != DER_PRINTABLE && t.tag != DER_UTF8)
			PERSO_FAIL(PERSO_E_DATA,
			    "document type %zu is no "
			    "text",
			    c->type_count);
		if (c->type_count == PERSO_CERT_TYPES || t.val.n == 0 ||
		    !pki_text(
			t.val, c->types[c->type_count], sizeof(c->types[0])))
			PERSO_FAIL(
			    PERSO_E_RANGE, "document type %zu", c->type_count);
		c->type_count++;
	}
	return PERSO_OK;
}

static const struct ext {
	const char *oid;
	const char *name;
	unsigned flag;
	perso_rc (*read)(struct perso_rd *in, struct perso_cert *c);
} exts[] = {
	{ "2.5.29.35", "authorityKeyIdentifier", PERSO_EXT_AKI, read_aki },
	{ "2.5.29.14", "subjectKeyIdentifier", PERSO_EXT_SKI, read_ski },
	{ "2.5.29.15", "keyUsage", PERSO_EXT_KU, read_ku },
	{ "2.5.29.16", "privateKeyUsagePeriod", PERSO_EXT_PKUP, read_pkup },
	{ "2.5.29.17", "subjectAltName", PERSO_EXT_SAN, read_san },
	{ "2.5.29.18", "issuerAltName", PERSO_EXT_IAN, read_ian },
	{ "2.5.29.19", "basicConstraints", PERSO_EXT_BC, read_bc },
	{ "2.5.29.31", "cRLDistributionPoints", PERSO_EXT_CRLDP, read_crldp },
	{ "2.5.29.37", "extKeyUsage", PERSO_EXT_EKU, read_eku },
	{ "2.5.29.32", "certificatePolicies", PERSO_EXT_POLICIES,
	    read_policies },
	{ "2.23.136.1.1.6.2", "documentTypeList", PERSO_EXT_TYPES, read_types },
	{ "2.23.136.1.1.6.1", "nameChange", PERSO_EXT_NAME_CHANGE,
	    read_name_change },
};

static perso_rc
read_known(const struct ext *e, struct perso_span val, struct perso_cert *c)
{
	struct perso_rd in = perso_rd(val);

	if ((c->exts & e->flag) != 0)
		PERSO_FAIL(PERSO_E_DATA, "%s stands twice", e->name);
	PERSO_TRY_CTX(e->read(&in, c), "%s", e->name);
	PERSO_TRY_CTX(perso_rd_finish(&in), "%s", e->name);
	return PERSO_OK;
}

static perso_rc
read_ext(struct perso_rd *rd, struct perso_cert *c)
{
	struct perso_rd in = { 0 };
	struct perso_tlv t = { 0 };
	char oid[PERSO_OID_MAX];
	unsigned flag = PERSO_EXT_OTHER;
	bool critical = false, there = false;

	PERSO_TRY(pki_enter(rd, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, oid));
	PERSO_TRY(pki_optional(&in, DER_BOOLEAN, &t, &there));
	if (there)
		PERSO_TRY(pki_bool(t.val, &critical));
	PERSO_TRY(pki_take(&in, DER_OCTETS, &t));
	PERSO_TRY(perso_rd_finish(&in));
	for (size_t i = 0; i < sizeof(exts) / sizeof(exts[0]); i++) {
		if (strcmp(exts[i].oid, oid) == 0) {
			PERSO_TRY(read_known(&exts[i], t.val, c));
			flag = exts[i].flag;
		}
	}
	c->exts |= flag;
	if (critical)
		c->exts_critical |= flag;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_cert_exts(struct perso_span list, struct perso_cert *c)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(pki_enter_only(list, DER_SEQ, &rd));
	for (size_t i = 0; perso_rd_left(&rd) != 0; i++) {
		if (i == EXT_MAX)
			PERSO_FAIL(
			    PERSO_E_RANGE, "more than %d extensions", EXT_MAX);
		PERSO_TRY_CTX(read_ext(&rd, c), "extension %zu", i);
	}
	return PERSO_OK;
}
