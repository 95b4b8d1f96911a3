/*
 * The simulated chip under hostile commands. The first byte says what the
 * chip is (blank or operational, secure channel open or not, a state file);
 * then APDUs, each with two bytes of length.
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/sim/sim_int.h"
#include "perso/digest.h"
#include "perso/hooks.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define OPERATIONAL 0x01
#define CHANNEL 0x02
#define APPLICATION 0x04
#define STATE 0x08
#define SUMMED 0x10	 /* a state file without its checksum */
#define RESTRICTED 0x20	 /* the channel is one of PACE, after CA */
#define CERTIFICATE 0x40 /* a CV certificate's body and signature */

static perso_rc
no_random(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	memset(dst, 0x5A, n);
	return PERSO_OK;
}

static void
state(struct perso_span s)
{
	struct sim_nv nv;

	if (sim_state_decode(s, &nv) == PERSO_OK)
		sim_nv_done(&nv);
}

/* With a checksum that is right: what is behind it is reached. */
static void
summed_state(struct perso_span s)
{
	struct perso_md md;
	PERSO_BUF(b, SIM_STATE_MAX);
	PERSO_BUF(again, SIM_STATE_MAX);
	struct sim_nv nv;

	if (perso_buf_append(&b, s) != PERSO_OK ||
	    perso_digest(PERSO_SHA256, s, &md) != PERSO_OK ||
	    perso_buf_append(&b, perso_md_span(&md)) != PERSO_OK)
		return;
	if (sim_state_decode(perso_buf_span(&b), &nv) != PERSO_OK)
		return;
	if (sim_state_encode(&nv, &again) != PERSO_OK ||
	    (b.p[9] == 2 && again.n != b.n))
		abort();
	sim_nv_done(&nv);
}

static void
give_file(struct perso_sim *s, size_t i, size_t n)
{
	s->nv.files[i].there = true;
	if (perso_buf_resize(&s->nv.files[i].data, n) != PERSO_OK)
		abort();
}

/* ECDH-GM-AES-128 and ECDH-IM-AES-128 on P-256 */
static const uint8_t card_access[] = { 0x31, 0x28, 0x30, 0x12, 0x06, 0x0A, 4, 0,
	0x7F, 0, 7, 2, 2, 4, 2, 2, 2, 1, 2, 2, 1, 12, 0x30, 0x12, 0x06, 0x0A, 4,
	0, 0x7F, 0, 7, 2, 2, 4, 4, 2, 2, 1, 2, 2, 1, 12 };

/* A chip with everything: passwords, CA key, a trust point by name. */
static void
equip(struct perso_sim *s)
{
	size_t ef = sim_find(SIM_MF, 0x011C);
	const struct perso_group *g;

	give_file(s, ef, sizeof(card_access));
	memcpy(s->nv.files[ef].data.p, card_access, sizeof(card_access));
	for (size_t i = 1; i < SIM_PASSWORDS; i++) {
		memset(s->nv.passwords[i].p, '1', SIM_PASSWORD_MAX);
		s->nv.passwords[i].n = 6;
		s->nv.passwords[i].tries = 3;
	}
	if (perso_group_get(12, &g) != PERSO_OK)
		abort();
	s->nv.ca[0].group = g;
	s->nv.ca[0].sk.n = 32;
	memset(s->nv.ca[0].sk.p, 0x11, 32);
	memcpy(s->nv.trust[0].chr, "UTCVCA00001", 11);
	s->nv.trust[0].chr_n = 11;
	s->nv.trust[0].chat = 0xC3;
}

static void
certificate(struct perso_span s)
{
	struct sim_cvc c;
	PERSO_BUF(spki, SIM_SPKI_MAX);

	if (sim_cvc_parse(s, &c))
		(void)!sim_cvc_spki(&c, PERSO_SPAN_EMPTY, &spki);
}

static void
prepare(struct perso_sim *s, uint8_t kind)
{
	equip(s);
	give_file(s, 0, 10);
	give_file(s, sim_find(SIM_APP, 0x0101), 300);
	give_file(s, sim_find(SIM_APP, 0x011D), 40000);
	s->nv.has_seed = true;
	s->nv.operational = (kind & OPERATIONAL) != 0;
	s->df = (kind & APPLICATION) ? SIM_APP : SIM_MF;
	if ((kind & CHANNEL) == 0)
		return;
	if (kind & OPERATIONAL) {
		s->sm.active = true;
		s->sm.cipher = (kind & RESTRICTED) ? PERSO_AES128 : PERSO_3DES;
		s->auth.bac = (kind & RESTRICTED) == 0;
		s->auth.pace = (kind & RESTRICTED) ? SIM_CAN : 0;
		s->auth.ca = (kind & RESTRICTED) != 0;
	}
	s->scp.state = SIM_SCP_OPEN;
	s->scp.level = 0x33;
}

/* The MAC can't be guessed, so what is behind it is called directly. */
static void
behind_the_mac(struct perso_sim *s, struct perso_span apdu, uint8_t kind)
{
	struct sim_ans a = { .data.max = SIM_ANSWER_MAX + 64 };
	struct sim_cmd c;

	if (sim_apdu_parse(&s->nv.cfg, apdu, &c) == SIM_OK) {
		c.more = (c.cla & 0x10) != 0;
		c.room = c.extended ? SIM_ANSWER_MAX : 256;
		/* on-card key generation is too slow and not deterministic */
		if ((kind & OPERATIONAL) == 0 && c.ins != 0x47)
			(void)!sim_perso(s, &c, &a);
		else if (kind & OPERATIONAL)
			(void)!sim_oper(s, &c, &a);
	}
	perso_buf_done(&a.data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_sim_config cfg = { .extended = true, .keys.kvn = 0x30 };
	struct perso_rd rd = perso_rd(perso_span(p, n));
	struct perso_sim *s = NULL;
	struct perso_span apdu;
	uint8_t kind = 0;
	uint16_t len = 0;

	if (perso_rd_u8(&rd, &kind) != PERSO_OK)
		return 0;
	if (kind & SUMMED) {
		summed_state(perso_rd_rest(&rd));
		return 0;
	}
	if (kind & CERTIFICATE) {
		certificate(perso_rd_rest(&rd));
		return 0;
	}
	if (kind & STATE) {
		state(perso_rd_rest(&rd));
		return 0;
	}
	perso_rng_set(no_random, NULL);
	if (perso_sim_open_memory(&cfg, &s) != PERSO_OK)
		abort();
	prepare(s, kind);
	while (perso_rd_u16(&rd, &len) == PERSO_OK &&
	       perso_rd_take(&rd, len, &apdu) == PERSO_OK) {
		PERSO_BUF(rsp, 65540);

		if (kind & CHANNEL)
			behind_the_mac(s, apdu, kind);
		if (perso_sim_transmit(s, apdu, &rsp) == PERSO_OK && rsp.n < 2)
			abort();
	}
	perso_sim_free(&s);
	perso_rng_set(NULL, NULL);
	return 0;
}
