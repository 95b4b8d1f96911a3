/*
 * A chip that runs PACE against the terminal. First byte: which PACEInfo of
 * the list, DO84, cipher of the password; then EF.CardAccess, then the chip's
 * answers, each with its length in two bytes before it. Without knowing the
 * random numbers no chip may get through.
 */
#include <stdlib.h>

#include "perso/hooks.h"
#include "perso/pace.h"
#include "perso/rd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct chip {
	struct perso_link base;
	struct perso_rd rd;
};

static perso_rc
take_block(struct perso_rd *rd, struct perso_span *ret)
{
	uint16_t n = 0;

	PERSO_TRY(perso_rd_u16(rd, &n));
	return perso_rd_take(rd, n, ret);
}

static perso_rc
chip_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct chip *c = (struct chip *)l;
	struct perso_span answer = { 0 };

	(void)cmd;
	if (take_block(&c->rd, &answer) != PERSO_OK)
		return PERSO_E_TORN;
	return perso_buf_append(rsp, answer);
}

static perso_rc
chip_reset(struct perso_link *l)
{
	(void)l;
	return PERSO_OK;
}

static void
chip_destroy(struct perso_link *l)
{
	(void)l;
}

static const struct perso_link_ops chip_ops = {
	.name = "fuzz",
	.transmit = chip_transmit,
	.reset = chip_reset,
	.destroy = chip_destroy,
};

/* Other bytes for every input byte: a chip cannot foresee them. */
static perso_rc
rng(void *ctx, uint8_t *dst, size_t n)
{
	uint64_t *s = ctx;

	for (size_t i = 0; i < n; i++) {
		*s ^= *s << 13;
		*s ^= *s >> 7;
		*s ^= *s << 17;
		dst[i] = (uint8_t)(*s >> 32);
	}
	return PERSO_OK;
}

static void
run(const struct perso_pace_choice *choice, unsigned how, struct perso_rd rd)
{
	struct chip chip = { .base = { .ops = &chip_ops }, .rd = rd };
	struct perso_pace_params p = {
		.choice = *choice,
		.password = (enum perso_pace_password)(1 + how % 4),
		.secret = perso_span_str("123456"),
		.tag84 = (enum perso_pace_tag84)(how / 4 % 3),
		.ask_cars = how / 12 % 2,
	};
	struct perso_card card;
	PERSO_PACE_RESULT(r);
	perso_rc rc;

	perso_card_init(&card, &chip.base);
	card.limits = (struct perso_card_limits){
		.max_command = 65535, .max_response = 65536, .extended = true
	};
	rc = perso_pace_open(&card, &p, &r);
	if (rc == PERSO_OK || card.channel != NULL || r.group != NULL ||
	    r.id_ic.n != 0)
		abort();
	perso_card_done(&card);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_rd rd = perso_rd(perso_span(p, n));
	struct perso_pace_choice list[PERSO_SECINFO_MAX];
	struct perso_secinfos infos;
	struct perso_span set = { 0 };
	uint64_t state = 0x9E3779B97F4A7C15;
	size_t count = 0;
	uint8_t how = 0;

	if (perso_rd_u8(&rd, &how) != PERSO_OK ||
	    take_block(&rd, &set) != PERSO_OK ||
	    perso_secinfos_parse(set, &infos) != PERSO_OK)
		return 0;
	if (perso_pace_list(&infos, 0, list, &count) != PERSO_OK)
		return 0;
	if (count == 0 || count > PERSO_SECINFO_MAX)
		abort();
	perso_rng_set(rng, &state);
	run(&list[how % count], how, rd);
	perso_rng_set(NULL, NULL);
	return 0;
}
