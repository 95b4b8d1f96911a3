#include "perso/access.h"

#include "access_int.h"
#include "perso/digest.h"
#include "perso/rd.h"
#include "perso/sm.h"
#include "perso/tlv.h"

#define EPHEMERAL_TRIES 64
#define TAG_CAR 0x42

/* see access_int.h */
void
access_wr_oid(struct perso_wr *w, uint32_t tag, const char *dotted)
{
	PERSO_BUF(b, PERSO_OID_MAX);
	struct perso_wr in = perso_wr(&b);

	perso_wr_oid(&in, dotted);
	if (in.rc != PERSO_OK || b.n < 2) {
		w->rc = w->rc != PERSO_OK ? w->rc : PERSO_E_ARG;
		return;
	}
	/* an identifier has fewer than 128 bytes */
	perso_wr_tlv(w, tag, perso_span(b.p + 2, b.n - 2));
}

/* see access_int.h */
void
access_wr_id(struct perso_wr *w, uint32_t tag, uint64_t id)
{
	uint8_t v[8];
	size_t at = sizeof(v);

	do {
		v[--at] = (uint8_t)id;
		id >>= 8;
	} while (id != 0);
	perso_wr_tlv(w, tag, perso_span(v + at, sizeof(v) - at));
}

static perso_rc
starts_with_zero(
    const struct perso_group *g, const struct perso_elem *e, bool *ret)
{
	PERSO_BUF(b, PK_MAX);

	PERSO_TRY(perso_elem_encode(g, e, &b));
	*ret = b.n > 0 && b.p[0] == 0;
	return PERSO_OK;
}

/* see access_int.h */
perso_rc
access_ephemeral(const struct perso_group *g, struct perso_num *ret_sk,
    struct perso_elem **ret_pk)
{
	for (int i = 0; i < EPHEMERAL_TRIES; i++) {
		PERSO_ELEM(pk);
		bool short_form = false;

		PERSO_TRY(perso_scalar_random(g, ret_sk));
		PERSO_TRY(perso_elem_base_mul(g, ret_sk, &pk));
		if (perso_group_kind(g) == PERSO_AGREE_DH)
			PERSO_TRY(starts_with_zero(g, pk, &short_form));
		if (!short_form) {
			*ret_pk = pk;
			pk = NULL;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(
	    PERSO_E_CRYPTO, "no ephemeral key in %d draws", EPHEMERAL_TRIES);
}

/* see access_int.h */
perso_rc
access_decode_pk(
    const struct perso_group *g, struct perso_span v, struct perso_elem **ret)
{
	size_t len = perso_group_elem_len(g);
	PERSO_BUF(full, PK_MAX);
	perso_rc rc;

	if (perso_group_kind(g) == PERSO_AGREE_DH && v.n < len && v.n > 0)
		PERSO_TRY(perso_buf_resize(&full, len - v.n));
	PERSO_TRY_CTX(
	    perso_buf_append(&full, v), "public key of %zu bytes", v.n);
	rc = perso_elem_decode(g, perso_buf_span(&full), ret);
	if (rc == PERSO_E_RANGE || rc == PERSO_E_UNSUPPORTED)
		rc = PERSO_E_KEY;
	return rc;
}

/* see access_int.h */
perso_rc
access_agree(const struct perso_group *g, const struct perso_num *sk,
    const struct perso_elem *pk, struct perso_num *ret)
{
	PERSO_ELEM(shared);

	PERSO_TRY(perso_elem_mul(g, pk, sk, &shared));
	return perso_elem_x(g, shared, ret);
}

/* see access_int.h */
perso_rc
access_channel(enum perso_cipher c, struct perso_span ks_enc,
    struct perso_span ks_mac, struct perso_channel **ret)
{
	return perso_sm_open(c, ks_enc, ks_mac, PERSO_SPAN_EMPTY, ret);
}

/* see access_int.h */
uint32_t
access_le(const struct perso_card *card, size_t n)
{
	if (n <= PERSO_LE_SHORT || !card->limits.extended)
		return PERSO_LE_SHORT;
	return (uint32_t)(perso_card_max_answer(card) > PERSO_LE_SHORT
			      ? perso_card_max_answer(card)
			      : PERSO_LE_SHORT);
}

/* see access_int.h */
bool
access_is_parameter_sw(uint16_t sw)
{
	return sw == 0x6700 || sw == 0x6985 || sw == 0x6A80 || sw == 0x6A86 ||
	       sw == 0x6A88;
}

/* see access_int.h */
bool
access_copy_name(struct perso_span name, char ret[PERSO_CVC_NAME_MAX + 1])
{
	char text[PERSO_CVC_NAME_MAX + 1] = { 0 };

	if (perso_span_copy(text, PERSO_CVC_NAME_MAX, name) != PERSO_OK)
		return false;
	return perso_span_copy(ret, sizeof(text),
		   perso_span(text, sizeof(text))) == PERSO_OK;
}

/* see access_int.h */
perso_rc
access_add_car(struct perso_span name, struct perso_cars *cars)
{
	PERSO_TRY(perso_cvc_name_check(name));
	if (cars->count == PERSO_CAR_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "more than %d authorities", PERSO_CAR_MAX);
	if (!access_copy_name(name, cars->name[cars->count]))
		PERSO_FAIL(PERSO_E_RANGE, "name of %zu bytes", name.n);
	cars->count++;
	return PERSO_OK;
}

/* see access_int.h */
perso_rc
access_comp(
    const struct perso_group *g, struct perso_span pk, struct perso_comp *ret)
{
	struct perso_comp c = { 0 };
	struct perso_md md = { 0 };
	struct perso_span v = pk;

	if (perso_group_kind(g) == PERSO_AGREE_DH) {
		while (v.n > 0 && v.p[0] == 0)
			v = perso_span_sub(v, 1, v.n - 1);
		PERSO_TRY(perso_digest(PERSO_SHA1, v, &md));
		v = perso_md_span(&md);
	} else {
		v = perso_span_sub(pk, 1, perso_group_field_len(g));
	}
	PERSO_TRY(perso_span_copy(c.p, sizeof(c.p), v));
	c.n = v.n;
	*ret = c;
	return PERSO_OK;
}

/* see perso/access.h */
perso_rc
perso_comp(const struct perso_group *g, const struct perso_elem *pk,
    struct perso_comp *ret)
{
	PERSO_BUF(value, PK_MAX);

	PERSO_TRY(perso_elem_encode(g, pk, &value));
	return access_comp(g, perso_buf_span(&value), ret);
}

static perso_rc
read_cars(struct perso_rd *rd, struct perso_cars *cars)
{
	struct perso_tlv t = { 0 };
	uint8_t next = 0;

	while (perso_rd_left(rd) > 0) {
		PERSO_TRY(perso_rd_peek(rd, &next));
		if (next == 0)
			break;
		PERSO_TRY(perso_tlv_expect(rd, TAG_CAR, &t));
		PERSO_TRY_CTX(
		    access_add_car(t.val, cars), "entry %zu", cars->count);
	}
	while (perso_rd_left(rd) > 0) {
		PERSO_TRY(perso_rd_u8(rd, &next));
		if (next != 0)
			PERSO_FAIL(PERSO_E_TRAILING,
			    "byte %zu after the names is not zero", rd->at - 1);
	}
	if (cars->count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no name");
	return PERSO_OK;
}

/* see perso/access.h */
perso_rc
perso_cars_parse(struct perso_span ef_cvca, struct perso_cars *ret)
{
	struct perso_rd rd = perso_rd(ef_cvca);
	struct perso_cars cars = { 0 };

	PERSO_TRY_CTX(read_cars(&rd, &cars), "EF.CVCA");
	*ret = cars;
	return PERSO_OK;
}
