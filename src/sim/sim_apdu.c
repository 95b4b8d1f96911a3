/*
 * From the bytes of a command APDU to the function that answers it: parsing
 * (ISO/IEC 7816-3, 12.1.3), chaining (ISO/IEC 7816-4, 5.3.3), secure
 * channels.
 */
#include "sim_int.h"

/* Le of n bytes; all zero is the largest value of that form. */
static perso_rc
read_le(struct perso_rd *rd, size_t n, struct sim_cmd *c)
{
	uint8_t le1 = 0;
	uint16_t le2 = 0;

	if (n == 1)
		PERSO_TRY(perso_rd_u8(rd, &le1));
	else
		PERSO_TRY(perso_rd_u16(rd, &le2));
	c->has_le = true;
	c->le = n == 1 ? (le1 ? le1 : 256u) : (le2 ? le2 : 65536u);
	return PERSO_OK;
}

/* What follows the header; the first byte is there and was looked at. */
static perso_rc
read_body(struct perso_rd *rd, struct sim_cmd *c)
{
	size_t lc = 0;
	uint8_t b = 0;
	uint16_t w = 0;

	if (perso_rd_left(rd) == 1)
		return read_le(rd, 1, c);
	PERSO_TRY(perso_rd_u8(rd, &b));
	lc = b;
	if (b == 0) {
		c->extended = true;
		if (perso_rd_left(rd) == 2)
			return read_le(rd, 2, c);
		PERSO_TRY(perso_rd_u16(rd, &w));
		lc = w;
		if (lc == 0)
			return PERSO_E_DATA;
	}
	PERSO_TRY(perso_rd_take(rd, lc, &c->data));
	if (perso_rd_left(rd) > 0)
		PERSO_TRY(read_le(rd, c->extended ? 2 : 1, c));
	return perso_rd_finish(rd);
}

static perso_rc
read_apdu(struct perso_rd *rd, struct sim_cmd *c)
{
	PERSO_TRY(perso_rd_u8(rd, &c->cla));
	PERSO_TRY(perso_rd_u8(rd, &c->ins));
	PERSO_TRY(perso_rd_u8(rd, &c->p1));
	PERSO_TRY(perso_rd_u8(rd, &c->p2));
	if (perso_rd_left(rd) == 0)
		return PERSO_OK;
	return read_body(rd, c);
}

/* see sim_int.h */
uint16_t
sim_apdu_parse(const struct perso_sim_config *cfg, struct perso_span raw,
    struct sim_cmd *ret)
{
	struct perso_rd rd = perso_rd(raw);
	struct sim_cmd c = { .cla = 0 };
	uint32_t max = cfg->max_command;

	if (max == 0)
		max = cfg->extended ? 65535 : 255;
	if (read_apdu(&rd, &c) != PERSO_OK)
		return 0x6700;
	if ((c.extended && !cfg->extended) || c.data.n > max)
		return 0x6700;
	c.long_lc = c.extended;
	*ret = c;
	return SIM_OK;
}

/* see sim_int.h */
bool
sim_fits(const struct sim_cmd *c, size_t n, struct sim_ans *a)
{
	bool short_le = c->has_le && n > c->le;

	if (n <= c->room && !short_le)
		return true;
	perso_buf_clear(&a->data);
	a->sw =
	    n > c->room || n > 256 ? 0x6700 : (uint16_t)(0x6C00 | (n & 0xFF));
	return false;
}

/* see sim_int.h */
void
sim_sessions_end(struct perso_sim *s)
{
	perso_wipe(&s->scp, sizeof(s->scp));
	perso_wipe(&s->sm, sizeof(s->sm));
	perso_wipe(&s->next, sizeof(s->next));
	perso_wipe(&s->auth, sizeof(s->auth));
	perso_wipe(&s->next_auth, sizeof(s->next_auth));
	sim_pace_end(&s->pace);
	sim_ta_end(&s->ta);
	s->ca = NULL;
}

/* Keys that a command has agreed on count from the next one on; its own
 * answer has left, or is protected, under the old ones. */
static void
change_session(struct perso_sim *s)
{
	if (!s->next.active)
		return;
	s->sm = s->next;
	s->auth = s->next_auth;
	perso_wipe(&s->next, sizeof(s->next));
	perso_wipe(&s->next_auth, sizeof(s->next_auth));
	sim_pace_end(&s->pace);
	sim_ta_end(&s->ta);
	s->ca = NULL;
}

/* GENERAL AUTHENTICATE of PACE: the chaining bit links whole commands. */
static bool
is_pace_step(const struct perso_sim *s, const struct sim_cmd *c)
{
	return s->nv.operational && c->ins == 0x86 && s->ca == NULL &&
	       !s->chaining;
}

static void
chain_forget(struct perso_sim *s)
{
	s->chaining = false;
	perso_buf_clear(&s->chain);
}

static bool
continues(const struct perso_sim *s, const struct sim_cmd *c)
{
	const struct sim_cmd *h = &s->chain_head;

	return (c->cla & 0xEF) == h->cla && c->ins == h->ins &&
	       c->p1 == h->p1 && c->p2 == h->p2;
}

/* Gathers parts. *ret_whole: c is a whole command, its class byte without
 * the chaining bit, its data in s->chain if it came in parts. */
static perso_rc
gather(
    struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a, bool *ret_whole)
{
	bool more = (c->cla & 0x70) == 0x10;

	*ret_whole = false;
	if (s->chaining && !continues(s, c)) {
		chain_forget(s);
		return sim_sw(a, 0x6883);
	}
	if (is_pace_step(s, c)) {
		c->more = more;
		*ret_whole = true;
		return PERSO_OK;
	}
	if (more)
		c->cla &= (uint8_t)~0x10;
	if (!s->chaining && !more) {
		*ret_whole = true;
		return PERSO_OK;
	}
	if (s->chain.n + c->data.n > SIM_CHAIN_MAX) {
		chain_forget(s);
		return sim_sw(a, 0x6700);
	}
	PERSO_TRY(perso_buf_append(&s->chain, c->data));
	if (more) {
		s->chaining = true;
		s->chain_head = *c;
		return sim_sw(a, SIM_OK);
	}
	c->data = perso_buf_span(&s->chain);
	c->long_lc = c->extended || c->data.n > 255;
	*ret_whole = true;
	return PERSO_OK;
}

static perso_rc
through_scp(struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a)
{
	PERSO_BUF(plain, SIM_CHAIN_MAX);
	struct sim_cmd inner = *c;
	bool ok = false;

	PERSO_TRY(sim_scp_unwrap(&s->scp, c, &plain, &ok));
	if (!ok) {
		sim_sessions_end(s);
		return sim_sw(a, 0x6982);
	}
	inner.data = perso_buf_span(&plain);
	inner.room = sim_scp_room(&s->scp, c->room);
	PERSO_TRY(sim_perso(s, &inner, a));
	PERSO_TRY(sim_scp_wrap(&s->scp, a));
	if (s->nv.operational)
		sim_sessions_end(s);
	return PERSO_OK;
}

static perso_rc
through_sm(struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a)
{
	PERSO_BUF(plain, SIM_CHAIN_MAX);
	struct sim_cmd inner = *c;
	bool ok = false;

	PERSO_TRY(sim_sm_unwrap(&s->sm, &inner, &plain, &ok));
	if (!ok) {
		sim_sessions_end(s);
		return sim_sw(a, 0x6988);
	}
	inner.room = sim_sm_room(&s->sm, c->ins, c->room);
	PERSO_TRY(sim_oper(s, &inner, a));
	return sim_sm_wrap(&s->sm, c->ins, a);
}

static perso_rc
route_blank(struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a)
{
	bool open = s->scp.state == SIM_SCP_OPEN;

	if (c->cla == 0x80 && c->ins == 0x50)
		return sim_initialize_update(s, c, a);
	if (open && (c->cla == 0x84 || c->cla == 0x04))
		return through_scp(s, c, a);
	if (c->cla == 0x84 && c->ins == 0x82)
		return sim_external_authenticate(s, c, a);
	sim_sessions_end(s);
	if (open)
		return sim_sw(a, 0x6982);
	if (c->cla == 0x00 && c->ins == 0xA4)
		return sim_select(s, c, a);
	if ((c->cla & 0x7F) == 0x00 && c->ins == 0xCA)
		return sim_get_data(s, c, a);
	return sim_sw(a, 0x6982);
}

static perso_rc
route_operational(struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a)
{
	uint8_t cla = c->more ? (uint8_t)(c->cla & ~0x10) : c->cla;

	if (s->sm.active)
		return through_sm(s, c, a);
	if (cla == 0x0C)
		return sim_sw(a, 0x6982);
	if (cla == 0x80 || cla == 0x84)
		return sim_is_perso_ins(c->ins) ? sim_sw(a, 0x6985)
		       : c->ins == 0xCA		? sim_oper(s, c, a)
						: sim_sw(a, 0x6E00);
	if (cla != 0x00)
		return sim_sw(a, (cla & 0xFC) == 0 ? 0x6881 : 0x6E00);
	return sim_oper(s, c, a);
}

/* see sim_int.h */
perso_rc
sim_route(struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a)
{
	bool whole = false;
	perso_rc rc;

	/* a part of a chain is as plain as a whole command */
	if (s->sm.active && (c->cla & 0xEF) != 0x0C) {
		chain_forget(s);
		sim_sessions_end(s);
		return sim_sw(a, 0x6982);
	}
	PERSO_TRY(gather(s, c, a, &whole));
	if (!whole)
		return PERSO_OK;
	c->room = c->extended ? SIM_ANSWER_MAX : 256;
	rc = s->nv.operational ? route_operational(s, c, a)
			       : route_blank(s, c, a);
	chain_forget(s);
	if (a->sw != SIM_OK && (a->sw & 0xFFF0) != 0x63C0)
		sim_pace_end(&s->pace);
	if (rc == PERSO_OK)
		change_session(s);
	return rc;
}
