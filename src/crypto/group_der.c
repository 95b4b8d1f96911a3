/*
 * Groups and public values as DER: AlgorithmIdentifier and
 * SubjectPublicKeyInfo of PACEDomainParameterInfo,
 * ChipAuthenticationDomainParameterInfo and ChipAuthenticationPublicKeyInfo
 * (Doc 9303-11, 9.2).
 */
#include "agree_int.h"

static perso_rc
parse_standardised(struct perso_rd *rd, struct agree_core **ret)
{
	struct perso_tlv t;
	uint64_t id;

	PERSO_TRY(der_expect(rd, 0x02, &t));
	PERSO_TRY(perso_der_u63(t.val, &id));
	return agree_core_known(id, ret);
}

/* The whole AlgorithmIdentifier: key_alg_parse() wants it so. */
static perso_rc
parse_ec(struct perso_span raw, struct agree_core **ret)
{
	CLEANUP(key_alg_done) struct key_alg a = { .kind = PERSO_KEY_EC };
	struct perso_rd rd = perso_rd(raw);

	PERSO_TRY(key_alg_parse(&rd, &a));
	if (a.ec.curve != PERSO_CURVE_NONE)
		return agree_core_known((uint64_t)a.ec.curve, ret);
	return agree_core_ec(&a.ec, ret);
}

/* *ret is held for the caller. */
static perso_rc
parse_contents(const struct perso_tlv *seq, struct agree_core **ret)
{
	CLEANUP(agree_core_drop) struct agree_core *c = NULL;
	struct perso_rd rd = perso_rd(seq->val);
	struct perso_tlv oid;

	PERSO_TRY(der_expect(&rd, 0x06, &oid));
	if (perso_der_is_oid(oid.val, OID_EC_KEY))
		return parse_ec(seq->raw, ret);
	if (perso_der_is_oid(oid.val, OID_STD_PARAMS))
		PERSO_TRY_CTX(
		    parse_standardised(&rd, &c), "standardised parameters");
	else if (perso_der_is_oid(oid.val, OID_DHX))
		PERSO_TRY_CTX(agree_dh_parse(&rd, false, &c), "DH parameters");
	else if (perso_der_is_oid(oid.val, OID_DH_PKCS3))
		PERSO_TRY_CTX(agree_dh_parse(&rd, true, &c), "DH parameters");
	else
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown key agreement");
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = c;
	c = NULL;
	return PERSO_OK;
}

static perso_rc
parse_alg(struct perso_rd *rd, struct perso_group **ret)
{
	struct agree_core *c = NULL;
	struct perso_tlv seq;

	PERSO_TRY_CTX(der_expect(rd, 0x30, &seq), "algorithm");
	PERSO_TRY_CTX(parse_contents(&seq, &c), "algorithm");
	return agree_group_new(c, ret);
}

/* see perso/agree.h */
perso_rc
perso_group_from_params(struct perso_span alg_id, struct perso_group **ret)
{
	struct perso_rd rd = perso_rd(alg_id);
	PERSO_GROUP(g);

	PERSO_TRY(parse_alg(&rd, &g));
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = g;
	g = NULL;
	return PERSO_OK;
}

/* y as INTEGER, brought to the length of p. */
static perso_rc
parse_dh_value(const struct perso_group *g, struct perso_span bits,
    struct perso_elem **ret)
{
	uint8_t y[PERSO_NUM_MAX] = { 0 };
	struct perso_rd rd = perso_rd(bits);
	size_t field = g->core->field;
	struct perso_span v;

	PERSO_TRY(der_uint(&rd, &v));
	PERSO_TRY(perso_rd_finish(&rd));
	if (v.n > field)
		PERSO_FAIL(PERSO_E_RANGE, "public value of %zu bytes, not %zu",
		    v.n, field);
	if (v.n != 0)
		memcpy(y + field - v.n, v.p, v.n);
	return perso_elem_decode(g, perso_span(y, field), ret);
}

static perso_rc
parse_value(
    const struct perso_group *g, struct perso_rd *rd, struct perso_elem **ret)
{
	struct perso_span bits;
	struct perso_tlv t;
	uint8_t unused;

	PERSO_TRY(der_expect(rd, 0x03, &t));
	PERSO_TRY(perso_rd_finish(rd));
	*rd = perso_rd(t.val);
	PERSO_TRY(perso_rd_u8(rd, &unused));
	if (unused != 0)
		PERSO_FAIL(PERSO_E_DATA, "unused bits");
	bits = perso_rd_rest(rd);
	if (g->core->kind == PERSO_AGREE_DH)
		return parse_dh_value(g, bits, ret);
	return perso_elem_decode(g, bits, ret);
}

/* see perso/agree.h */
perso_rc
perso_group_from_spki(struct perso_span spki, struct perso_group **ret_group,
    struct perso_elem **ret)
{
	struct perso_rd rd = perso_rd(spki), seq;
	PERSO_GROUP(g);

	PERSO_TRY(der_seq(&rd, &seq));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(parse_alg(&seq, &g));
	PERSO_TRY_CTX(parse_value(g, &seq, ret), "public key");
	*ret_group = g;
	g = NULL;
	return PERSO_OK;
}

static perso_rc
can_write(const struct perso_group *g, bool standardised)
{
	if (standardised && g->core->id == PERSO_GROUP_EXPLICIT)
		PERSO_FAIL(PERSO_E_ARG, "group is not standardised");
	if (!standardised && g->core->q == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "order of the group unknown");
	return PERSO_OK;
}

static void
write_alg(struct perso_wr *w, const struct agree_core *c, bool standardised)
{
	size_t seq = perso_wr_open(w, 0x30);

	if (standardised) {
		perso_wr_oid(w, OID_STD_PARAMS);
		perso_wr_int(w, (uint64_t)c->id);
	} else if (c->kind == PERSO_AGREE_DH) {
		perso_wr_oid(w, OID_DHX);
		agree_dh_write(w, c);
	} else {
		perso_wr_oid(w, OID_EC_KEY);
		ec_params_write(w, &c->ec);
	}
	perso_wr_close(w, seq);
}

static perso_rc
undo(struct perso_buf *b, size_t start, perso_rc rc)
{
	if (rc != PERSO_OK && perso_buf_resize(b, start) != PERSO_OK)
		perso_buf_clear(b); /* shrinking cannot fail */
	return rc;
}

/* see perso/agree.h */
perso_rc
perso_group_params(
    const struct perso_group *g, bool standardised, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t start = ret->n;

	PERSO_TRY(can_write(g, standardised));
	write_alg(&w, g->core, standardised);
	return undo(ret, start, perso_wr_end(&w));
}

static void
write_value(
    struct perso_wr *w, const struct agree_core *c, struct perso_span value)
{
	size_t mark = perso_wr_open(w, 0x03);

	perso_wr_u8(w, 0);
	if (c->kind == PERSO_AGREE_DH)
		perso_wr_uint(w, value);
	else
		perso_wr_bytes(w, value);
	perso_wr_close(w, mark);
}

/* see perso/agree.h */
perso_rc
perso_group_spki(const struct perso_group *g, bool standardised,
    const struct perso_elem *e, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t start = ret->n, seq;
	PERSO_BUF(value, PERSO_NUM_MAX);

	PERSO_TRY(can_write(g, standardised));
	PERSO_TRY(perso_elem_encode(g, e, &value));
	seq = perso_wr_open(&w, 0x30);
	write_alg(&w, g->core, standardised);
	write_value(&w, g->core, perso_buf_span(&value));
	perso_wr_close(&w, seq);
	return undo(ret, start, perso_wr_end(&w));
}
