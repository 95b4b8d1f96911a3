/*
 * What the chip announces of itself: the SecurityInfos of EF.CardAccess and
 * EF.DG14, as the personaliser has written them. Doc 9303-11, 9.2.
 */
#include "sim_int.h"

#define EF_CARD_ACCESS 0x011C
#define EF_CARD_SECURITY 0x011D
#define EF_DG14 0x010E

/* bsi-de protocols smartcard: 0.4.0.127.0.7.2.2 */
static const uint8_t id_pace[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02,
	0x04 };
static const uint8_t id_ca[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02,
	0x03 };

/* The two arcs after base. */
static bool
arcs_after(struct perso_span oid, struct perso_span base, uint8_t ret[2])
{
	if (oid.n != base.n + 2 ||
	    !perso_span_equal(perso_span_sub(oid, 0, base.n), base))
		return false;
	ret[0] = oid.p[base.n];
	ret[1] = oid.p[base.n + 1];
	return true;
}

static bool
cipher_arc(uint8_t arc, enum perso_cipher *ret)
{
	static const enum perso_cipher by_arc[] = { PERSO_3DES, PERSO_AES128,
		PERSO_AES192, PERSO_AES256 };

	if (arc < 1 || arc > 4)
		return false;
	*ret = by_arc[arc - 1];
	return true;
}

/* see sim_int.h; 9.2.3 */
bool
sim_pace_oid(struct perso_span oid, struct sim_protocol *ret)
{
	static const struct {
		uint8_t arc;
		enum sim_mapping mapping;
		enum perso_agree_kind kind;
	} known[] = {
		{ 1, SIM_GM, PERSO_AGREE_DH },
		{ 2, SIM_GM, PERSO_AGREE_ECDH },
		{ 3, SIM_IM, PERSO_AGREE_DH },
		{ 4, SIM_IM, PERSO_AGREE_ECDH },
		{ 6, SIM_CAM, PERSO_AGREE_ECDH },
	};
	uint8_t arcs[2];

	if (!arcs_after(oid, perso_span_of(id_pace), arcs) ||
	    !cipher_arc(arcs[1], &ret->cipher))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].arc != arcs[0])
			continue;
		ret->mapping = known[i].mapping;
		ret->kind = known[i].kind;
		return ret->mapping != SIM_CAM || arcs[1] != 1;
	}
	return false;
}

/* see sim_int.h; 9.2.5 */
bool
sim_ca_oid(struct perso_span oid, struct sim_protocol *ret)
{
	uint8_t arcs[2];

	if (!arcs_after(oid, perso_span_of(id_ca), arcs) || arcs[0] < 1 ||
	    arcs[0] > 2)
		return false;
	ret->kind = arcs[0] == 1 ? PERSO_AGREE_DH : PERSO_AGREE_ECDH;
	return cipher_arc(arcs[1], &ret->cipher);
}

/* One SecurityInfo whose data are one or two numbers. */
struct info {
	struct perso_span oid;
	uint64_t version;
	bool has_id;
	uint64_t id;
};

/* SEQUENCE { OID, INTEGER, [INTEGER] }; others are left with version 0. */
static perso_rc
read_info(struct perso_rd *set, struct info *ret)
{
	struct perso_tlv t;
	struct perso_rd rd;
	bool there = false;

	*ret = (struct info){ .version = 0 };
	PERSO_TRY(perso_tlv_expect(set, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x06, &t));
	ret->oid = t.val;
	PERSO_TRY(perso_tlv_optional(&rd, 0x02, &t, &there));
	if (!there)
		return PERSO_OK;
	PERSO_TRY(perso_der_u63(t.val, &ret->version));
	PERSO_TRY(perso_tlv_optional(&rd, 0x02, &t, &ret->has_id));
	if (ret->has_id)
		PERSO_TRY(perso_der_u63(t.val, &ret->id));
	return PERSO_OK;
}

/* The SET OF of a file, behind its zeros; wrapped: behind this tag. */
static bool
open_set(
    const struct perso_sim *s, size_t ef, uint32_t wrap, struct perso_rd *ret)
{
	const struct sim_file *f = &s->nv.files[ef];
	struct perso_rd rd = perso_rd(perso_buf_span(&f->data));
	struct perso_tlv t;

	if (!f->there)
		return false;
	if (wrap != 0) {
		if (perso_tlv_expect(&rd, wrap, &t) != PERSO_OK)
			return false;
		rd = perso_rd(t.val);
	}
	if (perso_tlv_expect(&rd, 0x31, &t) != PERSO_OK)
		return false;
	*ret = perso_rd(t.val);
	return true;
}

static bool
next_info(struct perso_rd *rd, struct info *i)
{
	return perso_rd_left(rd) > 0 && read_info(rd, i) == PERSO_OK;
}

/* Can this chip do the protocol in the group of this id? */
static bool
is_able(const struct perso_sim *s, struct sim_protocol p, uint64_t id,
    const struct perso_group **ret)
{
	const struct perso_group *g;
	const struct sim_ca_key *key;
	PERSO_NUM(root);

	if (perso_group_get(id, &g) != PERSO_OK ||
	    perso_group_kind(g) != p.kind)
		return false;
	if (p.mapping == SIM_IM && p.kind == PERSO_AGREE_ECDH &&
	    perso_group_num(g, PERSO_GROUP_ROOT, &root) != PERSO_OK)
		return false;
	if (p.mapping == SIM_CAM) {
		key = sim_ca_find(&s->nv, &id);
		if (key == NULL || !perso_group_equal(key->group, g))
			return false;
	}
	*ret = g;
	return true;
}

/* see sim_int.h */
uint16_t
sim_pace_group(const struct perso_sim *s, struct perso_span oid,
    const uint64_t *id, const struct perso_group **ret)
{
	const struct perso_group *g = NULL, *found = NULL;
	struct sim_protocol p;
	struct perso_rd rd;
	struct info i;
	bool announced = false, several = false;

	if (!sim_pace_oid(oid, &p) ||
	    !open_set(s, sim_find(SIM_MF, EF_CARD_ACCESS), 0, &rd))
		return 0x6A80;
	while (next_info(&rd, &i)) {
		if (!perso_span_equal(i.oid, oid) || i.version != 2 ||
		    !i.has_id || !is_able(s, p, i.id, &g))
			continue;
		announced = true;
		if (id != NULL && *id != i.id)
			continue;
		several = several || (found != NULL && found != g);
		found = g;
	}
	if (!announced)
		return 0x6A80;
	if (found == NULL || several)
		return 0x6A88;
	*ret = found;
	return SIM_OK;
}

/* see sim_int.h */
bool
sim_pace_complete(const struct perso_sim *s)
{
	const struct perso_group *g = NULL;
	struct sim_protocol p;
	struct perso_rd rd;
	struct info i;
	bool any = false;

	if (!open_set(s, sim_find(SIM_MF, EF_CARD_ACCESS), 0, &rd))
		return false;
	while (perso_rd_left(&rd) > 0) {
		if (read_info(&rd, &i) != PERSO_OK)
			return false;
		if (!sim_pace_oid(i.oid, &p))
			continue;
		if (i.version != 2 || !i.has_id || !is_able(s, p, i.id, &g))
			return false;
		if (p.mapping == SIM_CAM &&
		    !s->nv.files[sim_find(SIM_MF, EF_CARD_SECURITY)].there)
			return false;
		any = true;
	}
	return any;
}

/* see sim_int.h */
bool
sim_ca_announced(const struct perso_sim *s, struct sim_protocol p,
    const struct sim_ca_key *key)
{
	struct sim_protocol q;
	struct perso_rd rd;
	struct info i;
	bool any = false;

	if (!open_set(s, sim_find(SIM_APP, EF_DG14), 0x6E, &rd))
		return true;
	while (next_info(&rd, &i)) {
		if (!sim_ca_oid(i.oid, &q) || i.version != 1)
			continue;
		any = true;
		if (q.kind == p.kind && q.cipher == p.cipher &&
		    (!i.has_id || (key->has_id && key->id == i.id)))
			return true;
	}
	return !any;
}
