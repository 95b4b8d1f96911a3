/*
 * Keys of Chip Authentication and passwords of PACE: loading, making,
 * finding.
 */
#include "sim_int.h"

/* Doc 9303-11, table 6; the chip knows no other groups. */
static bool
standard_group(const struct perso_group *g, const struct perso_group **ret)
{
	int id = perso_group_id(g);

	return id >= 0 && perso_group_get((uint64_t)id, ret) == PERSO_OK;
}

/* ECPrivateKey (RFC 5915) or, for DH, an INTEGER. */
static perso_rc
read_private(struct perso_span v, bool ec, struct perso_span *ret)
{
	struct perso_tlv t;
	struct perso_rd rd;
	uint64_t version = 0;

	if (!ec) {
		PERSO_TRY(perso_tlv_only(v, 0x02, &t));
		return perso_der_uint(t.val, ret);
	}
	PERSO_TRY(perso_tlv_only(v, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x02, &t));
	PERSO_TRY(perso_der_u63(t.val, &version));
	if (version != 1)
		return PERSO_E_UNSUPPORTED;
	PERSO_TRY(perso_tlv_expect(&rd, 0x04, &t));
	*ret = t.val;
	return PERSO_OK;
}

/* PrivateKeyInfo (RFC 5208): version, algorithm, key, [attributes] */
static perso_rc
read_pkcs8(struct perso_span der, struct sim_ca_key *ret)
{
	const struct perso_group *g = NULL;
	struct perso_span value;
	struct perso_tlv t, alg;
	struct perso_rd rd;
	uint64_t version = 0;
	PERSO_GROUP(made);
	bool ec;

	PERSO_TRY(perso_tlv_only(der, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x02, &t));
	PERSO_TRY(perso_der_u63(t.val, &version));
	if (version > 1)
		return PERSO_E_UNSUPPORTED;
	PERSO_TRY(perso_tlv_expect(&rd, 0x30, &alg));
	PERSO_TRY(perso_tlv_expect(&rd, 0x04, &t));
	PERSO_TRY(perso_group_from_params(alg.raw, &made));
	if (!standard_group(made, &g))
		return PERSO_E_UNSUPPORTED;
	ec = perso_group_kind(g) == PERSO_AGREE_ECDH;
	PERSO_TRY(read_private(t.val, ec, &value));
	/* a DH value may have been drawn below p */
	if (ec)
		PERSO_TRY(perso_scalar_set(g, value, &ret->sk));
	else
		PERSO_TRY(perso_scalar_reduce(g, value, &ret->sk));
	ret->group = g;
	return PERSO_OK;
}

static bool
set_id(struct sim_ca_key *k, struct perso_span id)
{
	uint64_t v = 0;

	k->has_id = id.p != NULL;
	if (!k->has_id)
		return true;
	if (id.n > 4 || !sim_number(id, &v))
		return false;
	k->id = (uint32_t)v;
	return true;
}

/* see sim_int.h */
bool
sim_ca_id_ok(const struct sim_nv *nv, unsigned ref, struct perso_span id)
{
	struct sim_ca_key k = { .group = NULL };

	if (!set_id(&k, id))
		return false;
	for (unsigned i = 0; i < SIM_CA_KEYS; i++) {
		const struct sim_ca_key *o = &nv->ca[i];

		if (o->group == NULL || i == ref - SIM_CA_FIRST)
			continue;
		if (!k.has_id || !o->has_id || o->id == k.id)
			return false;
	}
	return true;
}

/* see sim_int.h */
uint16_t
sim_put_ca(struct perso_sim *s, unsigned ref, struct perso_span pkcs8,
    struct perso_span id)
{
	struct sim_ca_key k = { .group = NULL };

	if (!sim_ca_id_ok(&s->nv, ref, id) || !set_id(&k, id) ||
	    read_pkcs8(pkcs8, &k) != PERSO_OK) {
		perso_num_wipe(&k.sk);
		return 0x6A80;
	}
	if (s->inside)
		perso_wipe(&k, sizeof(k));
	s->nv.ca[ref - SIM_CA_FIRST] = k;
	perso_num_wipe(&k.sk);
	return SIM_OK;
}

/* see sim_int.h */
perso_rc
sim_generate_ca(struct perso_sim *s, unsigned ref, unsigned group,
    struct perso_span id, struct sim_ans *a)
{
	struct sim_ca_key k = { .group = NULL };
	struct perso_wr w = perso_wr(&a->data);
	PERSO_NUM(sk);
	PERSO_ELEM(pk);
	PERSO_BUF(point, SIM_POINT_MAX);
	size_t mark;
	bool ec;

	if (!sim_ca_id_ok(&s->nv, ref, id) || !set_id(&k, id) ||
	    perso_group_get(group, &k.group) != PERSO_OK)
		return sim_sw(a, 0x6A80);
	ec = perso_group_kind(k.group) == PERSO_AGREE_ECDH;
	PERSO_TRY(perso_scalar_random(k.group, &sk));
	PERSO_TRY(perso_elem_base_mul(k.group, &sk, &pk));
	PERSO_TRY(perso_elem_encode(k.group, pk, &point));
	mark = perso_wr_open(&w, 0x7F49);
	perso_wr_tlv(&w, ec ? 0x86 : 0x84, perso_buf_span(&point));
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	k.sk = sk;
	s->nv.ca[ref - SIM_CA_FIRST] = k;
	perso_num_wipe(&k.sk);
	return sim_sw(a, SIM_OK);
}

/* see sim_int.h */
size_t
sim_ca_count(const struct sim_nv *nv)
{
	size_t n = 0;

	for (size_t i = 0; i < SIM_CA_KEYS; i++)
		n += nv->ca[i].group != NULL;
	return n;
}

/* see sim_int.h */
const struct sim_ca_key *
sim_ca_find(const struct sim_nv *nv, const uint64_t *id)
{
	if (id == NULL && sim_ca_count(nv) != 1)
		return NULL;
	for (size_t i = 0; i < SIM_CA_KEYS; i++) {
		const struct sim_ca_key *k = &nv->ca[i];

		if (k->group == NULL)
			continue;
		if (id == NULL || (k->has_id && k->id == *id))
			return k;
	}
	return NULL;
}

static bool
is_digits(struct perso_span v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return true;
}

static bool
is_password(enum sim_password which, struct perso_span v)
{
	if (which == SIM_MRZ)
		return v.n == 20;
	if (which == SIM_CAN)
		return v.n == 6 && is_digits(v);
	return v.n >= 4 && v.n <= 16;
}

/* see sim_int.h */
uint16_t
sim_put_password(
    struct perso_sim *s, enum sim_password which, struct perso_span value)
{
	struct sim_secret *p = &s->nv.passwords[which];

	if (!is_password(which, value))
		return 0x6A80;
	perso_wipe(p, sizeof(*p));
	if (s->inside)
		return SIM_OK;
	if (perso_span_copy(p->p, sizeof(p->p), value) != PERSO_OK)
		return 0x6A80;
	p->n = (uint8_t)value.n;
	p->tries = which == SIM_PIN ? SIM_TRIES_PIN : SIM_TRIES_PUK;
	return SIM_OK;
}

/* see perso/sim.h */
perso_rc
perso_sim_set_pin_puk(
    struct perso_sim *s, struct perso_span pin, struct perso_span puk)
{
	struct sim_secret old_pin = s->nv.passwords[SIM_PIN];
	struct sim_secret old_puk = s->nv.passwords[SIM_PUK];
	perso_rc rc;

	if ((pin.n > 0 && !is_password(SIM_PIN, pin)) ||
	    (puk.n > 0 && !is_password(SIM_PUK, puk)))
		PERSO_FAIL(PERSO_E_RANGE, "PIN and PUK have 4..16 characters");
	if (pin.n > 0)
		(void)sim_put_password(s, SIM_PIN, pin);
	if (puk.n > 0)
		(void)sim_put_password(s, SIM_PUK, puk);
	s->nv.passwords[SIM_PIN].tries = SIM_TRIES_PIN;
	s->nv.passwords[SIM_PUK].tries = SIM_TRIES_PUK;
	rc = sim_save(s);
	if (rc != PERSO_OK) {
		s->nv.passwords[SIM_PIN] = old_pin;
		s->nv.passwords[SIM_PUK] = old_puk;
	}
	perso_wipe(&old_pin, sizeof(old_pin));
	perso_wipe(&old_puk, sizeof(old_puk));
	return rc;
}
