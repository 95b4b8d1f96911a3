/* The commands of PACE, and what their status words mean. */
#include "pace_int.h"
#include "perso/tlv.h"

#define CLA_CHAIN 0x10
#define OID_ROLE_IS "0.4.0.127.0.7.3.1.2.1"
#define RIGHTS_ALL_IS 0x3F
#define STEPS 4

/* ---- Status words. ---- */

static perso_rc
refuse_state(struct pace *t, const char *why)
{
	perso_trail_add(
	    "%s is %s", perso_pace_password_name(t->p->password), why);
	return PERSO_E_CARD_STATE;
}

/* What 63Cx says of the tries that are left. */
static void
note_tries(struct pace *t, uint16_t sw)
{
	t->r->tries = sw & 0x0F;
	t->r->blocked = t->r->tries == 0;
	t->r->suspended = t->r->tries == 1 && t->p->password == PERSO_PACE_PIN;
}

/* see pace_int.h */
perso_rc
pace_judge_early(struct pace *t, perso_rc rc)
{
	uint16_t sw = perso_card_last_sw();

	if (rc != PERSO_E_SW)
		return rc;
	if ((sw & 0xFFF0) == 0x63C0) {
		note_tries(t, sw);
		if (t->r->blocked)
			return refuse_state(t, "blocked");
		if (t->r->suspended && t->card->channel == NULL)
			return refuse_state(t, "suspended");
		return PERSO_OK;
	}
	if (sw == 0x6983) {
		t->r->blocked = true;
		return refuse_state(t, "blocked");
	}
	if (sw == 0x6984)
		return refuse_state(t, "not active");
	return rc;
}

/* see pace_int.h */
perso_rc
pace_judge_late(struct pace *t, perso_rc rc)
{
	uint16_t sw = perso_card_last_sw();

	if (rc != PERSO_E_SW)
		return rc;
	if ((sw & 0xFFF0) == 0x63C0)
		note_tries(t, sw);
	else if (sw == 0x6983)
		t->r->blocked = true;
	else if (sw != 0x6300 && sw != 0x6982 && sw != 0x6988 && sw != 0x6A80)
		return rc;
	perso_trail_add("the chip does not accept the %s",
	    perso_pace_password_name(t->p->password));
	return PERSO_E_CARD_AUTH;
}

/* ---- Commands. ---- */

static void
write_chat(struct perso_wr *w)
{
	static const uint8_t rights = RIGHTS_ALL_IS;
	size_t chat = perso_wr_open(w, TAG_CHAT);

	perso_wr_oid(w, OID_ROLE_IS);
	perso_wr_tlv(w, TAG_CHAT_RIGHTS, perso_span(&rights, 1));
	perso_wr_close(w, chat);
}

/* see pace_int.h */
perso_rc
pace_set_at(struct pace *t, bool tag84)
{
	PERSO_BUF(data, COMMAND_MAX);
	struct perso_wr w = perso_wr(&data);
	struct perso_apdu a = { .ins = INS_MSE, .p1 = 0xC1, .p2 = 0xA4 };
	const char *oid = NULL;
	perso_rc rc;

	PERSO_TRY(perso_pace_oid(&t->p->choice.protocol, &oid));
	access_wr_oid(&w, TAG_OID, oid);
	access_wr_id(&w, TAG_PASSWORD, (uint64_t)t->p->password);
	if (tag84)
		access_wr_id(&w, TAG_PARAMETERS, t->p->choice.id);
	if (t->p->ask_cars)
		write_chat(&w);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	rc = perso_card_expect(t->card, &a, NULL);
	if (rc != PERSO_OK)
		rc = pace_judge_early(t, rc);
	return rc;
}

/* see pace_int.h */
perso_rc
pace_general_authenticate(struct pace *t, int step, struct perso_span value,
    struct perso_buf *answer, struct perso_span *ret)
{
	static const uint32_t tags[] = { 0, TAG_MAP_IFD, TAG_KEY_IFD,
		TAG_TOKEN_IFD };
	PERSO_BUF(data, COMMAND_MAX);
	struct perso_wr w = perso_wr(&data);
	size_t auth = perso_wr_open(&w, TAG_AUTH);
	struct perso_apdu a = {
		.cla = step < STEPS - 1 ? CLA_CHAIN : 0,
		.ins = INS_GENERAL_AUTHENTICATE,
		.le = access_le(t->card, value.n + 16),
	};
	struct perso_tlv tlv = { 0 };
	perso_rc rc;

	if (tags[step] != 0)
		perso_wr_tlv(&w, tags[step], value);
	perso_wr_close(&w, auth);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	PERSO_TRY(perso_card_expect(t->card, &a, answer));
	rc = perso_tlv_only(perso_buf_span(answer), TAG_AUTH, &tlv);
	if (rc != PERSO_OK) {
		perso_trail_add("dynamic authentication data");
		return PERSO_E_ANSWER;
	}
	*ret = tlv.val;
	return PERSO_OK;
}

/* see pace_int.h */
perso_rc
pace_take_only(struct perso_span auth, uint32_t tag, struct perso_span *ret)
{
	struct perso_tlv tlv = { 0 };

	if (perso_tlv_only(auth, tag, &tlv) != PERSO_OK) {
		perso_trail_add("answer without (only) DO %02X", (unsigned)tag);
		return PERSO_E_ANSWER;
	}
	*ret = tlv.val;
	return PERSO_OK;
}
