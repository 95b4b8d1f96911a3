#include "lds_int.h"

static perso_rc
read_version(struct perso_rd *rd, struct perso_lds_object *o)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;

	PERSO_TRY_CTX(lds_expect(rd, 0x02, &t), "version");
	PERSO_TRY_CTX(
	    perso_der_u63(t.val, &o->version), "version at offset %zu", at);
	if (o->version > 1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "version %" PRIu64 " at offset %zu", o->version, at);
	return PERSO_OK;
}

static perso_rc
read_digest(struct perso_rd *rd, struct perso_lds_object *o)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	char oid[PERSO_OID_MAX];
	size_t at = rd->at;

	PERSO_TRY_CTX(lds_expect(rd, 0x30, &t), "digest algorithm");
	in = lds_into(rd, &t);
	PERSO_TRY_CTX(lds_expect(&in, 0x06, &t), "digest algorithm");
	PERSO_TRY_CTX(
	    perso_der_oid(t.val, oid, sizeof(oid)), "digest algorithm");
	PERSO_TRY_CTX(perso_hash_from_oid(oid, &o->hash),
	    "digest algorithm at offset %zu", at);
	PERSO_TRY(perso_tlv_optional(&in, 0x05, &t, &o->digest_null));
	if (o->digest_null && t.val.n != 0)
		PERSO_FAIL(
		    PERSO_E_DATA, "NULL at offset %zu is not empty", in.at);
	PERSO_TRY_CTX(perso_rd_finish(&in), "digest algorithm");
	return PERSO_OK;
}

static perso_rc
read_hash(struct perso_rd *rd, const struct perso_lds_object *o,
    struct perso_sod_hash *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	uint64_t dg = 0;
	size_t at = rd->at;

	PERSO_TRY(lds_expect(rd, 0x30, &t));
	in = lds_into(rd, &t);
	PERSO_TRY(lds_expect(&in, 0x02, &t));
	PERSO_TRY(perso_der_u63(t.val, &dg));
	if (dg < 1 || dg > 16)
		PERSO_FAIL(PERSO_E_RANGE,
		    "data group %" PRIu64 " at offset %zu", dg, at);
	PERSO_TRY(lds_expect(&in, 0x04, &t));
	if (t.val.n != perso_hash_size(o->hash))
		PERSO_FAIL(PERSO_E_RANGE,
		    "hash of DG%" PRIu64 " at offset "
		    "%zu has %zu bytes",
		    dg, at, t.val.n);
	for (size_t i = 0; i < o->count; i++)
		if (o->hashes[i].dg == dg)
			PERSO_FAIL(PERSO_E_CONFLICT,
			    "DG%" PRIu64 " a second "
			    "time at offset %zu",
			    dg, at);
	ret->dg = (uint8_t)dg;
	ret->md.n = t.val.n;
	PERSO_TRY(perso_span_copy(ret->md.p, sizeof(ret->md.p), t.val));
	return perso_rd_finish(&in);
}

static perso_rc
read_hashes(struct perso_rd *rd, struct perso_lds_object *o)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;

	PERSO_TRY(lds_expect(rd, 0x30, &t));
	in = lds_into(rd, &t);
	o->ascending = true;
	for (; perso_rd_left(&in) > 0; o->count++) {
		if (o->count == 16)
			PERSO_FAIL(PERSO_E_RANGE,
			    "more than 16 hashes at "
			    "offset %zu",
			    in.at);
		PERSO_TRY(read_hash(&in, o, &o->hashes[o->count]));
		if (o->count > 0 &&
		    o->hashes[o->count].dg < o->hashes[o->count - 1].dg)
			o->ascending = false;
	}
	if (o->count < 2)
		PERSO_FAIL(PERSO_E_RANGE, "%zu hashes up to offset %zu",
		    o->count, in.at);
	return PERSO_OK;
}

/* n digits in a PrintableString, terminated. */
static perso_rc
read_digits(struct perso_rd *rd, char *dst, size_t n)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;

	PERSO_TRY(lds_expect(rd, 0x13, &t));
	if (t.val.n != n || !lds_is_digits(t.val))
		PERSO_FAIL(PERSO_E_DATA, "not %zu digits at offset %zu", n, at);
	PERSO_TRY(perso_span_copy(dst, n, t.val));
	dst[n] = '\0';
	return PERSO_OK;
}

static perso_rc
read_info(struct perso_rd *rd, struct perso_lds_object *o)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	size_t at = rd->at;
	bool there = false;

	PERSO_TRY(perso_tlv_optional(rd, 0x30, &t, &there));
	if (!there && o->version == 1)
		PERSO_FAIL(PERSO_E_MISSING,
		    "version 1 without LDSVersionInfo "
		    "at offset %zu",
		    at);
	if (!there)
		return PERSO_OK;
	if (o->version == 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "version 0 with LDSVersionInfo at "
		    "offset %zu",
		    at);
	in = lds_into(rd, &t);
	PERSO_TRY_CTX(read_digits(&in, o->lds_version, 4), "LDS version");
	PERSO_TRY_CTX(
	    read_digits(&in, o->unicode_version, 6), "Unicode version");
	return perso_rd_finish(&in);
}

static perso_rc
read_object(struct perso_span der, struct perso_lds_object *o)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(der, 0x30, &rd));
	PERSO_TRY(read_version(&rd, o));
	PERSO_TRY(read_digest(&rd, o));
	PERSO_TRY_CTX(read_hashes(&rd, o), "hash list");
	PERSO_TRY(read_info(&rd, o));
	return perso_rd_finish(&rd);
}

/* see perso/sod.h */
perso_rc
perso_lds_object_parse(struct perso_span der, struct perso_lds_object *ret)
{
	struct perso_lds_object o = { .version = 0 };

	PERSO_TRY_CTX(read_object(der, &o), "LDSSecurityObject");
	*ret = o;
	return PERSO_OK;
}

/* see perso/sod.h */
perso_rc
perso_sod_hash(const struct perso_lds_object *o, int dg, struct perso_span *ret)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->hashes[i].dg == dg) {
			*ret = perso_md_span(&o->hashes[i].md);
			return PERSO_OK;
		}
	PERSO_FAIL(PERSO_E_MISSING, "EF.SOD has no hash of DG%d", dg);
}

/* see perso/sod.h */
perso_rc
perso_sod_check(
    const struct perso_lds_object *o, int dg, struct perso_span file)
{
	struct perso_span want = PERSO_SPAN_EMPTY;
	struct perso_md md = { .n = 0 };

	PERSO_TRY(perso_sod_hash(o, dg, &want));
	PERSO_TRY(perso_digest(o->hash, file, &md));
	if (!perso_span_equal(want, perso_md_span(&md)))
		PERSO_FAIL(
		    PERSO_E_MISMATCH, "DG%d is not what EF.SOD hashed", dg);
	return PERSO_OK;
}
