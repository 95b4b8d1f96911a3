/*
 * Chip Authentication version 1, the chip's side: Doc 9303-11, 6.2.
 */
#include "sim_int.h"

/* Doc 9303-11, 4.4.4.1, 6.2.4: what the quirks make of DO 84. */
static uint16_t
read_key_id(const struct perso_sim *s, struct perso_span v, uint64_t *ret,
    const uint64_t **ret_id)
{
	*ret_id = NULL;
	if (v.p == NULL)
		return (s->quirks & PERSO_SIM_WANTS_84) ? 0x6A80 : SIM_OK;
	if ((s->quirks & PERSO_SIM_REFUSES_84) || !sim_number(v, ret))
		return 0x6A80;
	*ret_id = ret;
	return SIM_OK;
}

static uint16_t
find_key(const struct perso_sim *s, struct perso_span id,
    const struct sim_ca_key **ret)
{
	const uint64_t *want = NULL;
	uint64_t number = 0;
	uint16_t sw = read_key_id(s, id, &number, &want);

	if (sw != SIM_OK)
		return sw;
	*ret = sim_ca_find(&s->nv, want);
	return *ret == NULL ? 0x6A88 : SIM_OK;
}

/* Keys of the session that starts with the next command. */
static perso_rc
agree(struct perso_sim *s, const struct sim_ca_key *key,
    enum perso_cipher cipher, const struct perso_elem *theirs)
{
	const struct perso_group *g = key->group;
	struct sim_auth auth = s->auth;
	PERSO_NUM(sk);
	PERSO_NUM(secret);
	PERSO_ELEM(shared);

	sk = key->sk;
	if (s->quirks & PERSO_SIM_CLONE)
		PERSO_TRY(perso_scalar_random(g, &sk));
	PERSO_TRY(perso_elem_mul(g, theirs, &sk, &shared));
	PERSO_TRY(perso_elem_x(g, shared, &secret));
	PERSO_TRY(sim_compress(g, theirs, &auth.ifd));
	PERSO_TRY(sim_sm_start(&s->next, cipher, perso_num_span(&secret)));
	auth.ca = true;
	auth.ta = false;
	auth.rights = 0;
	s->next_auth = auth;
	return PERSO_OK;
}

static perso_rc
take_public(struct perso_sim *s, const struct sim_ca_key *key,
    enum perso_cipher cipher, struct perso_span pk, struct sim_ans *a)
{
	PERSO_ELEM(e);
	perso_rc rc;

	if (!sim_public_fits(key->group, pk))
		return sim_sw(a, 0x6A80);
	rc = sim_public_read(key->group, pk, &e);
	if (rc == PERSO_E_NOMEM || rc == PERSO_E_CRYPTO)
		return rc;
	if (rc != PERSO_OK)
		return sim_sw(a, 0x6300);
	PERSO_TRY(agree(s, key, cipher, e));
	return sim_sw(a, SIM_OK);
}

/* see sim_int.h; 6.2.4.1 */
perso_rc
sim_ca_set_kat(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const uint32_t tags[] = { 0x91, 0x84 };
	const struct sim_ca_key *key = NULL;
	struct sim_protocol p = { .cipher = PERSO_3DES };
	struct perso_span v[2];
	uint16_t sw;

	if (!s->sm.active)
		return sim_sw(a, 0x6982);
	if (!sim_objects(c->data, tags, 2, v) || v[0].p == NULL)
		return sim_sw(a, 0x6A80);
	sw = find_key(s, v[1], &key);
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	p.kind = perso_group_kind(key->group);
	if (!sim_ca_announced(s, p, key))
		return sim_sw(a, 0x6A80);
	return take_public(s, key, PERSO_3DES, v[0], a);
}

/* see sim_int.h; 6.2.4.2 */
perso_rc
sim_ca_set_at(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const uint32_t tags[] = { 0x80, 0x84 };
	const struct sim_ca_key *key = NULL;
	struct sim_protocol p = { .cipher = PERSO_3DES };
	struct perso_span v[2];
	uint16_t sw;

	if (!s->sm.active)
		return sim_sw(a, 0x6982);
	if (!sim_objects(c->data, tags, 2, v) || v[0].p == NULL ||
	    !sim_ca_oid(v[0], &p))
		return sim_sw(a, 0x6A80);
	sw = find_key(s, v[1], &key);
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (perso_group_kind(key->group) != p.kind ||
	    !sim_ca_announced(s, p, key))
		return sim_sw(a, 0x6A80);
	s->ca = key;
	s->ca_cipher = p.cipher;
	return sim_sw(a, SIM_OK);
}

/* see sim_int.h; 6.2.4.3: 7C{80 public key} */
perso_rc
sim_ca_step(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const uint8_t answer[] = { 0x7C, 0x00 };
	const struct sim_ca_key *key = s->ca;
	struct perso_tlv outer, inner;

	s->ca = NULL;
	if (!s->sm.active)
		return sim_sw(a, 0x6982);
	if (key == NULL)
		return sim_sw(a, 0x6985);
	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (perso_tlv_only(c->data, 0x7C, &outer) != PERSO_OK ||
	    perso_tlv_only(outer.val, 0x80, &inner) != PERSO_OK)
		return sim_sw(a, 0x6A80);
	if (!sim_fits(c, sizeof(answer), a))
		return PERSO_OK;
	PERSO_TRY(take_public(s, key, s->ca_cipher, inner.val, a));
	if (a->sw == SIM_OK)
		return perso_buf_append(&a->data, perso_span_of(answer));
	return PERSO_OK;
}
