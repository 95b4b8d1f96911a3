/*
 * SCP03: the input is a key file, an answer to INITIALIZE UPDATE, and an
 * answer under the channel.
 */
#include <stdlib.h>

#include "perso/hooks.h"
#include "perso/scp03.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct echo {
	struct perso_link base;
	struct perso_span answer;
};

static perso_rc
answer(struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	(void)cmd;
	return perso_buf_append(rsp, ((struct echo *)l)->answer);
}

static const struct perso_link_ops ops = { .name = "echo", .transmit = answer };

static perso_rc
no_chance(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		dst[i] = (uint8_t)(0xA5 + i);
	return PERSO_OK;
}

static void
use_handshake(const struct perso_scp03_keys *k, struct perso_span in)
{
	struct echo e = { .base = { .ops = &ops }, .answer = in };
	struct perso_card card;

	perso_card_init(&card, &e.base);
	if (perso_scp03_open(&card, k, 0x33, NULL) == PERSO_OK)
		abort();
	if (card.channel != NULL || e.base.commands > 1024 + 2)
		abort();
}

static void
use_channel(const struct perso_scp03_keys *k, struct perso_span in)
{
	struct perso_scp03_session s = { .level = 0x33 };
	struct perso_channel *c = NULL;
	PERSO_BUF(ret, 70000);
	uint16_t sw = 0;

	if (perso_scp03_channel(k, &s, &c) != PERSO_OK)
		abort();
	if (c->ops->unwrap(c, in, 0x9000, &ret, &sw) == PERSO_OK || ret.n)
		abort();
	perso_channel_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t key[16] = "sixteen of them";
	struct perso_span in = perso_span(p, n), ks = perso_span_of(key);
	struct perso_scp03_keys *k = NULL;

	perso_rng_set(no_chance, NULL);
	if (perso_scp03_keys_parse(in, &k) != PERSO_OK && k != NULL)
		abort();
	perso_scp03_keys_free(&k);
	if (perso_scp03_keys_new(48, ks, ks, ks, &k) != PERSO_OK)
		abort();
	use_handshake(k, in);
	use_channel(k, in);
	perso_scp03_keys_free(&k);
	return 0;
}
