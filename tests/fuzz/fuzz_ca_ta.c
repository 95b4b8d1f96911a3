/*
 * A chip's part in Chip and Terminal Authentication: DG14 (which keys, Chip
 * Authentication under a channel that changes nothing), EF.CVCA, a
 * certificate to find a chain with, then the chip's answers; each with its
 * length in two bytes before it.
 */
#include <stdlib.h>

#include "perso/chipauth.h"
#include "perso/hooks.h"
#include "perso/rd.h"
#include "perso/termauth.h"

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

static perso_rc
through_wrap(struct perso_channel *c, const struct perso_apdu *plain,
    bool extended, struct perso_buf *data, struct perso_apdu *ret)
{
	(void)c;
	(void)extended;
	(void)data;
	*ret = *plain;
	return PERSO_OK;
}

static perso_rc
through_unwrap(struct perso_channel *c, struct perso_span data, uint16_t sw,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	(void)c;
	*ret_sw = sw;
	return perso_buf_append(ret_data, data);
}

static size_t
through_data(
    const struct perso_channel *c, size_t lc, const struct perso_apdu *a)
{
	(void)c;
	(void)a;
	return lc;
}

static size_t
through_answer(const struct perso_channel *c, size_t n)
{
	(void)c;
	return n;
}

static void
through_destroy(struct perso_channel *c)
{
	free(c);
}

static const struct perso_channel_ops through = {
	.name = "through",
	.wrap = through_wrap,
	.unwrap = through_unwrap,
	.max_data = through_data,
	.max_answer = through_answer,
	.destroy = through_destroy,
};

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

/* The chip cannot know the new keys: nothing it says is a proof. */
static void
run_ca(struct perso_span dg14, struct perso_card *card)
{
	struct perso_ca_choice list[PERSO_SECINFO_MAX];
	struct perso_secinfos infos;
	struct perso_ca_result r = { .us = 1 };
	struct perso_channel *c = calloc(1, sizeof(*c));
	size_t count = 0;

	if (c == NULL)
		abort();
	c->ops = &through;
	perso_card_set_channel(card, c);
	if (perso_secinfos_parse(dg14, &infos) != PERSO_OK ||
	    perso_ca_list(&infos, list, &count) != PERSO_OK)
		return;
	if (count == 0 || count > PERSO_SECINFO_MAX)
		abort();
	if (perso_ca_open(card, &list[0], &r) != PERSO_OK) {
		if (card->channel->ops != &through || r.comp.n != 0)
			abort();
		return;
	}
	if (card->channel->ops == &through || r.comp.n == 0 ||
	    perso_ca_prove(card, 0x011E) == PERSO_OK)
		abort();
}

static void
run_ta(struct perso_span ef_cvca, struct perso_span der)
{
	struct perso_cars cars = { .count = 99 };
	struct perso_ta_chain chain = { .count = 99 };
	struct perso_pubkey *key = NULL;
	PERSO_CVC(cert);

	if (perso_cars_parse(ef_cvca, &cars) != PERSO_OK) {
		if (cars.count != 99)
			abort();
		return;
	}
	if (perso_cvc_parse(der, &cert) != PERSO_OK ||
	    perso_cvc_pubkey(&cert, NULL, &key) != PERSO_OK)
		return;
	if (perso_ta_find_chain(&cert, 1, key, &cars, &chain) == PERSO_OK &&
	    (chain.count != 1 || chain.certs[0] != &cert))
		abort();
	perso_pubkey_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_rd rd = perso_rd(perso_span(p, n));
	struct perso_span dg14 = { 0 }, ef_cvca = { 0 }, der = { 0 };
	struct chip chip = { .base = { .ops = &chip_ops } };
	uint64_t state = 0x9E3779B97F4A7C15;
	struct perso_card card;

	if (take_block(&rd, &dg14) != PERSO_OK ||
	    take_block(&rd, &ef_cvca) != PERSO_OK ||
	    take_block(&rd, &der) != PERSO_OK)
		return 0;
	chip.rd = rd;
	perso_card_init(&card, &chip.base);
	card.limits = (struct perso_card_limits){
		.max_command = 65535, .max_response = 65536, .extended = true
	};
	perso_rng_set(rng, &state);
	run_ca(dg14, &card);
	run_ta(ef_cvca, der);
	perso_rng_set(NULL, NULL);
	perso_card_done(&card);
	return 0;
}
