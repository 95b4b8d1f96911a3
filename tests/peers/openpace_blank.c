/* Set-up only: our own host code personalises the simulated chip. */
#include <string.h>

#include "openpace_blank.h"
#include "perso/digest.h"
#include "perso/scp03.h"

const char dg1_text[] = "\x61\x5D\x5F\x1F\x5A"
			"I<UTOD231458907<<<<<<<<<<<<<<<"
			"7408122F1204159UTO<<<<<<<<<<<6"
			"ERIKSSON<<ANNA<MARIA<<<<<<<<<<";

static const struct perso_sim_config config = {
	.keys = { .kvn = 0x30,
	    .enc = { 1, 2, 3 },
	    .mac = { 4, 5, 6 },
	    .dek = { 7, 8, 9 } },
	.cplc = { 0x50, 0x53, 0x50, 0x31 },
	.extended = true,
	.product = { 0x50, 0x31 },
};

struct sim_link {
	struct perso_link base;
	struct perso_sim *sim;
};

static perso_rc
sim_transmit(struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	return perso_sim_transmit(((struct sim_link *)l)->sim, cmd, rsp);
}

static const struct perso_link_ops sim_ops = { .name = "sim",
	.transmit = sim_transmit };

static perso_rc
command(
    struct perso_card *card, uint8_t ins, unsigned p1p2, struct perso_span data)
{
	struct perso_apdu a = { .cla = 0x80,
		.ins = ins,
		.p1 = (uint8_t)(p1p2 >> 8),
		.p2 = (uint8_t)p1p2,
		.data = data };

	return perso_card_expect(card, &a, NULL);
}

static perso_rc
write_file(
    struct perso_card *card, unsigned fid, unsigned sfi, struct perso_span data)
{
	const uint8_t fcp[] = { 0x62, 0x0E, 0x80, 2, (uint8_t)(data.n >> 8),
		(uint8_t)data.n, 0x82, 1, 1, 0x83, 2, (uint8_t)(fid >> 8),
		(uint8_t)fid, 0x88, 1, (uint8_t)(sfi << 3) };

	PERSO_TRY(command(card, 0xE0, 0, perso_span_of(fcp)));
	return command(card, 0xD6, 0, data);
}

static perso_rc
put_key(struct perso_card *card, const struct perso_scp03_keys *keys,
    uint8_t id, struct perso_span key)
{
	PERSO_BUF(secret, 1024);
	struct perso_md digest;
	struct bytes inner = { .n = 0 }, data = { .n = 0 };

	PERSO_TRY(perso_digest(PERSO_SHA256, key, &digest));
	PERSO_TRY(perso_scp03_wrap_key(keys, key, true, &secret));
	add_tlv(&inner, 0x84, &id, 1);
	add_tlv(&inner, 0x85, secret.p, secret.n);
	add_tlv(&inner, 0x86, digest.p, 3);
	add_tlv(&data, 0x70, inner.p, inner.n);
	return command(card, 0xDB, 0x3FFF, perso_span(data.p, data.n));
}

static perso_rc
put_passwords(struct perso_card *card, const struct perso_scp03_keys *keys)
{
	static const uint8_t ids[] = { 0, 0x11, 0x10, 0x12, 0x13 };
	struct perso_md k;

	for (size_t i = 0; i < password_count; i++) {
		struct perso_span v = perso_span_str(passwords[i].ours);

		if (passwords[i].type == PACE_MRZ) {
			PERSO_TRY(perso_digest(PERSO_SHA1, v, &k));
			v = perso_span(k.p, 20);
		}
		PERSO_TRY(put_key(card, keys, ids[passwords[i].type], v));
	}
	return PERSO_OK;
}

static perso_rc
put_eac(struct perso_card *card, const struct perso_scp03_keys *keys,
    const struct blank_eac *eac)
{
	static const uint8_t zeros[36];

	if (eac == NULL)
		return PERSO_OK;
	PERSO_TRY(write_file(card, 0x011C, 0x1C, perso_span_of(zeros)));
	PERSO_TRY(put_key(card, keys, 3, eac->ca_key));
	return command(card, 0xDB, 0x3FFF, eac->cvca);
}

static perso_rc
fill(const struct row *r, struct perso_card *card,
    const struct perso_scp03_keys *keys, const struct blank_eac *eac)
{
	static const uint8_t aid[] = { 0xA0, 0, 0, 2, 0x47, 0x10, 1 };
	static const uint8_t sod[] = { 0x77, 2, 4, 0 }, mf[] = { 0x3F, 0 };
	struct bytes access;

	PERSO_TRY(perso_scp03_open(card, keys, 0x33, NULL));
	row_card_access(r, &access);
	PERSO_TRY_CTX(
	    write_file(card, 0x011C, 0x1C, perso_span(access.p, access.n)),
	    "EF.CardAccess");
	PERSO_TRY(perso_card_select_app(card, perso_span_of(aid)));
	PERSO_TRY_CTX(
	    write_file(card, 0x0101, 1,
		perso_span((const uint8_t *)dg1_text, strlen(dg1_text))),
	    "EF.DG1");
	PERSO_TRY(write_file(card, 0x011D, 0x1D, perso_span_of(sod)));
	PERSO_TRY(put_passwords(card, keys));
	PERSO_TRY(put_eac(card, keys, eac));
	return command(card, 0x44, 0, perso_span_of(mf));
}

bool
blank_personalise(
    const struct row *r, const struct blank_eac *eac, struct perso_sim **ret)
{
	struct sim_link link = { .base.ops = &sim_ops };
	struct perso_scp03_keys *keys = NULL;
	struct perso_card card;
	perso_rc rc = perso_sim_open_memory(&config, &link.sim);
	char why[400];

	if (rc == PERSO_OK)
		rc = perso_scp03_keys_new(config.keys.kvn,
		    perso_span_of(config.keys.enc),
		    perso_span_of(config.keys.mac),
		    perso_span_of(config.keys.dek), &keys);
	perso_card_init(&card, &link.base);
	card.cla = 0x80;
	card.limits.extended = true;
	card.limits.max_command = 4096;
	if (rc == PERSO_OK)
		rc = fill(r, &card, keys, eac);
	perso_card_done(&card);
	perso_scp03_keys_free(&keys);
	perso_trail_text(why, sizeof(why));
	if (rc != PERSO_OK) {
		perso_sim_free(&link.sim);
		return no("%s", why);
	}
	*ret = link.sim;
	(void)perso_sim_reset(link.sim);
	return true;
}
