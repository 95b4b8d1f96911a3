/*
 * The driver against the simulated chip, which has its own idea of every
 * command.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "perso/aa.h"
#include "perso/bac.h"
#include "perso/agree.h"
#include "perso/chip.h"
#include "perso/link_fault.h"
#include "perso/sim.h"
#include "wire.h"

#define MRZ_INFO "L898902C<369080619406236"

/* ---- a simulated chip as a link -------------------------------------- */

struct bench {
	struct perso_link base;
	struct perso_sim *sim;
	struct perso_chip_profile profile;
	struct perso_scp03_keys *keys;
	struct perso_link *link; /* what the driver uses */
	struct perso_chip *chip;
	char said[2048];
	perso_rc veto; /* of the announced act veto_at */
	int veto_at;
	int acts;
};

static perso_rc
sim_transmit(struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	return perso_sim_transmit(((struct bench *)l)->sim, cmd, rsp);
}

static perso_rc
sim_reset(struct perso_link *l)
{
	struct perso_span atr = perso_sim_reset(((struct bench *)l)->sim);

	PERSO_TRY(perso_span_copy(l->atr, sizeof(l->atr), atr));
	l->atr_len = atr.n;
	return PERSO_OK;
}

static void
sim_destroy(struct perso_link *l)
{
	(void)l;
}

static const struct perso_link_ops sim_ops = { "sim", sim_transmit, sim_reset,
	sim_destroy };

static perso_rc
before(void *ctx, const struct perso_chip_step *step)
{
	struct bench *b = ctx;
	char line[64];

	snprintf(line, sizeof(line), "%s%s %04X%s\n",
	    perso_chip_act_name(step->act), step->mf ? " MF" : "", step->fid,
	    step->reversible ? "" : " !");
	if (strlen(b->said) + strlen(line) < sizeof(b->said))
		strcat(b->said, line);
	if (++b->acts == b->veto_at)
		PERSO_FAIL(b->veto, "veto");
	return PERSO_OK;
}

static void
fill_profile(struct perso_chip_profile *p, bool extended)
{
	*p = (struct perso_chip_profile){
		.id = "test-sim",
		.family = "iso7816",
		.atr = { 0x3B },
		.atr_mask = { 0xFF },
		.atr_len = 1,
		.atr_open = true,
		.ic_fabricator = { 0x50, 0x45 },
		.ic_type = { 0x53, 0x31 },
		.aid = { 0xA0, 0, 0, 2, 0x47, 0x10, 1 },
		.aid_len = 7,
		.scp03_kvn = 48,
		.scp03_level = 0x33,
		.extended = extended,
		.max_command = extended ? 4096 : 255,
		.max_response = extended ? 4096 : 256,
		.memory = 131072,
		.keygen_curves = 1U << PERSO_P256 | 1U << PERSO_BP256,
		.keygen_rsa_count = 1,
		.keygen_rsa = { 1024 },
		.aa_origins = 1U << PERSO_AA_CHIP | 1U << PERSO_AA_LOADED,
		.key_id_bac = 1,
		.key_id_aa = 2,
		.key_id_ca = 3,
		.key_id_can = 16,
		.key_id_pin = 18,
		.key_id_puk = 19,
		.key_id_pace_mrz = 17,
		.pace_passwords = PERSO_PASSWORD_MRZ | PERSO_PASSWORD_CAN |
				  PERSO_PASSWORD_PIN | PERSO_PASSWORD_PUK,
		.ca_parameters = 1U << 2 | 1U << 13,
		.ca_origins = 1U << PERSO_KEY_CHIP | 1U << PERSO_KEY_LOADED,
		.trust_points = true,
		.reads_before_lock = true,
		.lock = PERSO_LOCK_ACTIVATE_FILE,
	};
}

static void
open_bench(struct bench *b, bool extended)
{
	struct perso_sim_config cfg = { .extended = extended,
		.keys = { .kvn = 48 },
		.product = { 0x53, 0x31 },
		.cplc = { 0x50, 0x45, 0x53, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0xDE,
		    0xAD, 0x00, 0x01, 0x12, 0x34 },
		.max_command = extended ? 4096 : 0 };

	memset(b, 0, sizeof(*b));
	for (int i = 0; i < 16; i++) {
		cfg.keys.enc[i] = (uint8_t)(0x10 + i);
		cfg.keys.mac[i] = (uint8_t)(0x30 + i);
		cfg.keys.dek[i] = (uint8_t)(0x50 + i);
	}
	b->base.ops = &sim_ops;
	b->link = &b->base;
	cr_assert_eq(perso_sim_open_memory(&cfg, &b->sim), 0);
	cr_assert_eq(sim_reset(&b->base), 0);
	fill_profile(&b->profile, extended);
	cr_assert_eq(perso_scp03_keys_new(48, perso_span_of(cfg.keys.enc),
			 perso_span_of(cfg.keys.mac),
			 perso_span_of(cfg.keys.dek), &b->keys),
	    0);
}

static void
close_bench(struct bench *b)
{
	perso_chip_free(&b->chip);
	perso_scp03_keys_free(&b->keys);
	if (b->link != &b->base)
		perso_link_free(&b->link);
	perso_sim_free(&b->sim);
}

#define BENCH(name, extended)                                    \
	__attribute__((cleanup(close_bench))) struct bench name; \
	open_bench(&name, extended)

static perso_rc
connect_chip(struct bench *b, bool resume)
{
	struct perso_chip_params p = { .link = b->link,
		.profile = &b->profile,
		.keys = b->keys,
		.steps = { before, b },
		.resume = resume };
	struct perso_chip_identity id = { .serial = "" };

	perso_chip_free(&b->chip);
	PERSO_TRY(perso_link_reset(b->link));
	PERSO_TRY(perso_chip_open(&p, &b->chip));
	PERSO_TRY(perso_chip_connect(b->chip, &id));
	cr_assert_str_eq(id.serial, "50455331DEAD00011234");
	return PERSO_OK;
}

/* ---- an image --------------------------------------------------------- */

#define FILES 7
static uint8_t big[70000];

static const struct {
	bool mf;
	uint16_t fid;
	uint8_t sfi;
	size_t n;
} image[FILES] = {
	{ true, 0x2F01, 0x01, 30 },
	{ true, 0x2F00, 0x1E, 11 },
	{ false, 0x011E, 0x1E, 24 },
	{ false, 0x0101, 0x01, 93 },
	{ false, 0x0102, 0x02, 34000 },
	{ false, 0x0107, 0x07, 67000 },
	{ false, 0x011D, 0x1D, 1800 },
};

static struct perso_chip_file
file_at(int i)
{
	size_t n = image[i].n;
	size_t head = n > 65539 ? 5 : n > 259 ? 4 : n > 129 ? 3 : 2;

	for (size_t k = 0; k < n; k++)
		big[k] = (uint8_t)(k * 7 + (k >> 8) + image[i].fid);
	big[0] = 0x61;
	big[1] = head == 2 ? (uint8_t)(n - 2) : (uint8_t)(0x80 + head - 2);
	for (size_t k = 2; k < head; k++)
		big[k] = (uint8_t)((n - head) >> 8 * (head - 1 - k));
	return (struct perso_chip_file){ image[i].mf, image[i].fid,
		image[i].sfi, perso_span(big, n) };
}

static perso_rc
load_seed(struct bench *b)
{
	PERSO_SECRET(seed);

	PERSO_TRY(perso_bac_seed(perso_span_str(MRZ_INFO), &seed));
	return perso_chip_load_bac(b->chip, perso_secret_span(&seed));
}

static perso_rc
write_all(struct bench *b)
{
	for (int i = 0; i < FILES; i++) {
		struct perso_chip_file f = file_at(i);

		PERSO_TRY(perso_chip_write(b->chip, &f));
	}
	return PERSO_OK;
}

static perso_rc
compare_all(struct bench *b)
{
	for (int i = 0; i < FILES; i++) {
		struct perso_chip_file f = file_at(i);

		PERSO_TRY(perso_chip_compare(b->chip, &f));
	}
	return PERSO_OK;
}

/* As a border reads it. */
static void
read_back(struct bench *b, const struct perso_pubkey *aa)
{
	struct perso_card card;
	struct perso_chip_file f;

	cr_assert_eq(sim_reset(&b->base), 0);
	perso_card_init(&card, &b->base);
	perso_card_limits_from_atr(perso_link_atr(&b->base), &card.limits);
	cr_assert_eq(card.limits.extended, b->profile.extended);
	cr_assert_eq(perso_card_select_app(&card, hx("A0000002471001")), 0);
	cr_assert_eq(perso_bac_open(&card, perso_span_str(MRZ_INFO)), 0);
	for (int i = 2; i < FILES; i++) {
		PERSO_BUF(got, 70000);
		perso_rc rc;

		f = file_at(i);
		rc = perso_card_read_file(&card, f.fid, 70000, &got);
		cr_assert_eq(rc, 0, "%04X %s", f.fid, perso_rc_name(rc));
		cr_assert(perso_span_equal(perso_buf_span(&got), f.data));
	}
	if (aa != NULL)
		cr_assert_eq(perso_aa_authenticate(&card, aa, PERSO_SHA256), 0);
	perso_card_done(&card);
}

/* ---- tests ------------------------------------------------------------ */

static uint64_t
ceil_div(size_t n, size_t by)
{
	return (n + by - 1) / by;
}

/* Two applications, handshake, identity, key made, key loaded, per file
 * CREATE FILE, SELECT and writes, lock. */
static uint64_t
floor_of(size_t payload)
{
	uint64_t n = 2 + 2 + 1 + 1 + 1 + 1;

	for (int i = 0; i < FILES; i++)
		n += 2 + ceil_div(image[i].n, payload);
	return n;
}

static void
whole_run(bool extended, size_t payload)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = PERSO_P256 };
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *aa =
	    NULL;
	BENCH(b, extended);
	uint64_t n;

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(b.base.commands, 3);
	cr_assert_eq(perso_chip_make_aa(b.chip, spec, &aa), 0);
	cr_assert_eq(load_seed(&b), 0);
	cr_assert_eq(b.base.commands, 5);
	cr_assert_eq(write_all(&b), 0);
	n = b.base.commands;
	cr_assert_eq(compare_all(&b), 0);
	n = b.base.commands - n;
	cr_assert_eq(perso_chip_lock(b.chip), 0);
	cr_assert(perso_sim_is_operational(b.sim));
	n = perso_chip_commands(b.chip) - n;
	cr_assert_leq(n, floor_of(payload), "%d commands, floor %d", (int)n,
	    (int)floor_of(payload));
	cr_assert_eq(perso_chip_lock(b.chip), PERSO_E_STATE);
	cr_assert_eq(connect_chip(&b, true), PERSO_E_CARD_STATE);
	read_back(&b, aa);
}

Test(chip, a_whole_personalisation_with_short_length)
{
	whole_run(false, 239);
}

Test(chip, a_whole_personalisation_with_extended_length)
{
	whole_run(true, 4079);
}

Test(chip, every_act_is_announced_and_only_the_lock_is_irreversible)
{
	BENCH(b, true);
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = PERSO_BP256 };
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *aa =
	    NULL;

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_make_aa(b.chip, spec, &aa), 0);
	cr_assert_eq(load_seed(&b), 0);
	cr_assert_eq(write_all(&b), 0);
	cr_assert_eq(perso_chip_lock(b.chip), 0);
	cr_assert_str_eq(b.said,
	    "handshake 0000\nmake AA key 0000\nload BAC key 0000\n"
	    "write file MF 2F01\nwrite file MF 2F00\nwrite file 011E\n"
	    "write file 0101\nwrite file 0102\nwrite file 0107\n"
	    "write file 011D\nlock 0000 !\n");
}

Test(chip, nothing_is_sent_when_the_announcement_fails)
{
	BENCH(b, true);
	uint64_t n;

	b.veto = PERSO_E_STORE;
	b.veto_at = 1;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_STORE);
	cr_assert_eq(b.base.commands, 0);
	b.veto_at = 3;
	cr_assert_eq(connect_chip(&b, false), 0);
	n = b.base.commands;
	cr_assert_eq(load_seed(&b), PERSO_E_STORE);
	b.veto_at = 4;
	cr_assert_eq(perso_chip_lock(b.chip), PERSO_E_STORE);
	cr_assert_eq(b.base.commands, n);
	cr_assert_not(perso_sim_is_operational(b.sim));
}

Test(chip, rsa_keys_are_made_and_loaded)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_RSA, .bits = 1024 };

	for (int extended = 0; extended < 2; extended++)
		for (int loaded = 0; loaded < 2; loaded++) {
			__attribute__((cleanup(
			    perso_pubkey_free))) struct perso_pubkey *aa = NULL;
			__attribute__((cleanup(
			    perso_keyref_free))) struct perso_keyref *key =
			    NULL;
			const struct perso_pubkey *pub;
			BENCH(b, extended);

			cr_assert_eq(connect_chip(&b, false), 0);
			cr_assert_eq(perso_keyref_generate(spec, &key), 0);
			if (loaded)
				cr_assert_eq(
				    perso_chip_load_aa(b.chip, key), 0);
			else
				cr_assert_eq(
				    perso_chip_make_aa(b.chip, spec, &aa), 0);
			pub = loaded ? perso_keyref_pubkey(key) : aa;
			cr_assert_eq(load_seed(&b), 0);
			cr_assert_eq(write_all(&b), 0);
			cr_assert_eq(perso_chip_lock(b.chip), 0);
			read_back(&b, pub);
		}
}

/* One command for each key that is made or loaded. */
Test(chip, takes_what_pace_and_chip_authentication_need)
{
	static const uint8_t k[20] = { 1, 2, 3 };
	struct perso_chip_ca ec = { 13, true, 13 }, dh = { 2, true, 70000 };
	PERSO_BUF(spki, 2048);
	PERSO_GROUP(g);
	PERSO_ELEM(pk);
	BENCH(b, true);

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_MRZ, perso_span_of(k)),
	    0);
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_CAN, perso_span_str("500540")),
	    0);
	cr_assert_eq(perso_chip_make_ca(b.chip, &ec, &spki), 0);
	cr_assert_eq(b.base.commands, 3 + 3);
	cr_assert_eq(perso_group_from_spki(perso_buf_span(&spki), &g, &pk), 0);
	cr_assert_eq(perso_group_id(g), 13);
	perso_elem_free(&pk);
	perso_group_free(&g);
	perso_buf_clear(&spki);
	cr_assert_eq(perso_chip_make_ca(b.chip, &dh, &spki), 0);
	cr_assert_eq(b.base.commands, 3 + 4);
	cr_assert_eq(perso_group_from_spki(perso_buf_span(&spki), &g, &pk), 0);
	cr_assert_eq(perso_group_id(g), 2);
	cr_assert_str_eq(b.said, "handshake 0000\nload PACE password 0000\n"
				 "load PACE password 0000\nmake CA key 0000\n"
				 "make CA key 0000\n");
}

Test(chip, refuses_passwords_and_keys_that_are_none)
{
	static const uint8_t k[21] = { 1 };
	struct perso_chip_ca other = { 12, false, 0 }, far = { 40, false, 0 };
	PERSO_BUF(spki, 2048);
	BENCH(b, true);

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_MRZ, perso_span_of(k)),
	    PERSO_E_ARG);
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_CAN, perso_span_str("50054")),
	    PERSO_E_ARG);
	cr_assert_eq(
	    perso_chip_make_ca(b.chip, &other, &spki), PERSO_E_UNSUPPORTED);
	cr_assert_eq(
	    perso_chip_make_ca(b.chip, &far, &spki), PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_chip_load_ca(b.chip, &other, perso_span_str("x")),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_PIN, perso_span_str("123")),
	    PERSO_E_ARG);
	cr_assert_eq(perso_chip_load_password(b.chip, PERSO_PASSWORD_PUK,
			 perso_span_str("1234567890123")),
	    PERSO_E_ARG);
	cr_assert_eq(
	    perso_chip_load_password(b.chip, (enum perso_password_bit)(1 << 5),
		perso_span_str("123456")),
	    PERSO_E_UNSUPPORTED);
	b.profile.pace_passwords = PERSO_PASSWORD_MRZ;
	cr_assert_eq(perso_chip_load_password(
			 b.chip, PERSO_PASSWORD_CAN, perso_span_str("500540")),
	    PERSO_E_UNSUPPORTED);
	b.profile.trust_points = false;
	cr_assert_eq(perso_chip_load_trust(b.chip, perso_span_str("x")),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(b.base.commands, 3);
	b.profile.trust_points = true;
	cr_assert_eq(
	    perso_chip_load_trust(b.chip, perso_span_str("x")), PERSO_E_SW);
}

Test(chip, what_the_product_cannot_do_is_not_tried)
{
	__attribute__((cleanup(perso_keyref_free))) struct perso_keyref *key =
	    NULL;
	struct perso_pubkey *aa = NULL;
	struct perso_chip_file f = file_at(2);
	BENCH(b, true);

	cr_assert_eq(
	    perso_keyref_generate((struct perso_key_spec){ .kind = PERSO_KEY_EC,
				      .curve = PERSO_P256 },
		&key),
	    0);
	b.profile.reads_before_lock = false;
	b.profile.aa_origins = 1U << PERSO_AA_CHIP;
	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_compare(b.chip, &f), PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_chip_load_aa(b.chip, key), PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_chip_make_aa(b.chip,
			 (struct perso_key_spec){
			     .kind = PERSO_KEY_EC, .curve = PERSO_P384 },
			 &aa),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(
	    perso_chip_make_aa(b.chip,
		(struct perso_key_spec){ .kind = PERSO_KEY_RSA, .bits = 2048 },
		&aa),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_chip_load_bac(b.chip, hx("00")), PERSO_E_ARG);
	f.data.n = 0;
	cr_assert_eq(perso_chip_write(b.chip, &f), PERSO_E_ARG);
	cr_assert_eq(b.base.commands, 3);
	cr_assert_null(aa);
}

Test(chip, a_chip_of_another_product_is_refused)
{
	BENCH(b, true);

	b.profile.ic_type[1] = 0x32;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_PRODUCT);
	b.profile.ic_type[1] = 0x31;
	b.profile.ic_fabricator[0] = 0;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_PRODUCT);
	b.profile.ic_fabricator[0] = 0x50;
	b.profile.atr[0] = 0x3F;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_PRODUCT);
	b.profile.atr[0] = 0x3B;
	b.profile.scp03_kvn = 49;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_KEY);
	b.profile.scp03_kvn = 48;
	snprintf(b.profile.family, sizeof(b.profile.family), "other");
	cr_assert_eq(connect_chip(&b, false), PERSO_E_UNSUPPORTED);
	cr_assert_null(perso_chip_find("other"));
}

Test(chip, nothing_works_without_a_connection)
{
	struct perso_chip_file f = file_at(2);
	struct perso_pubkey *aa = NULL;
	BENCH(b, true);

	b.profile.ic_type[1] = 0x32;
	cr_assert_eq(connect_chip(&b, false), PERSO_E_PRODUCT);
	b.said[0] = '\0';
	cr_assert_eq(load_seed(&b), PERSO_E_STATE);
	cr_assert_eq(perso_chip_write(b.chip, &f), PERSO_E_STATE);
	cr_assert_eq(perso_chip_compare(b.chip, &f), PERSO_E_STATE);
	cr_assert_eq(perso_chip_lock(b.chip), PERSO_E_STATE);
	cr_assert_eq(perso_chip_make_aa(b.chip,
			 (struct perso_key_spec){ .kind = PERSO_KEY_EC }, &aa),
	    PERSO_E_STATE);
	cr_assert_str_eq(b.said, "");
}

Test(chip, wrong_keys_are_noticed_before_the_host_shows_its_own)
{
	BENCH(b, true);
	uint8_t zero[16] = { 0 };

	perso_scp03_keys_free(&b.keys);
	cr_assert_eq(perso_scp03_keys_new(48, perso_span_of(zero),
			 perso_span_of(zero), perso_span_of(zero), &b.keys),
	    0);
	for (int i = 0; i < 20; i++)
		cr_assert_eq(connect_chip(&b, false), PERSO_E_CARD_AUTH);
	cr_assert_eq(b.base.commands, 20);
}

Test(chip, a_used_chip_is_no_blank)
{
	struct perso_chip_file f = file_at(2);
	BENCH(b, true);

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_write(b.chip, &f), 0);
	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_write(b.chip, &f), PERSO_E_CARD_STATE);
	cr_assert_eq(connect_chip(&b, true), 0);
	cr_assert_eq(perso_chip_write(b.chip, &f), 0);
}

Test(chip, a_bit_that_differs_is_found)
{
	struct perso_chip_file f = file_at(5);
	BENCH(b, true);
	char text[300];

	cr_assert_eq(connect_chip(&b, false), 0);
	cr_assert_eq(perso_chip_write(b.chip, &f), 0);
	cr_assert_eq(perso_chip_compare(b.chip, &f), 0);
	big[66999] ^= 0x10;
	cr_assert_eq(perso_chip_compare(b.chip, &f), PERSO_E_MISMATCH);
	perso_trail_text(text, sizeof(text));
	cr_assert(strstr(text, "offset 66999") != NULL, "%s", text);
}

/* ---- torn at every command -------------------------------------------- */

static perso_rc
run_to_lock(struct bench *b, bool resume)
{
	PERSO_TRY(connect_chip(b, resume));
	PERSO_TRY(load_seed(b));
	for (int i = 2; i < FILES; i += 2) {
		struct perso_chip_file f = file_at(i == 4 ? 3 : i);

		PERSO_TRY(perso_chip_write(b->chip, &f));
		PERSO_TRY(perso_chip_compare(b->chip, &f));
	}
	return perso_chip_lock(b->chip);
}

static void
torn_at(enum perso_fault kind, enum perso_sim_fault sim, uint64_t at,
    bool *ret_struck)
{
	struct perso_fault_plan plan = { kind, at, false };
	struct perso_link *fault = NULL;
	BENCH(b, false);
	perso_rc rc;

	cr_assert_eq(perso_link_fault_open(&b.base, plan, &fault), 0);
	b.link = fault;
	if (sim != PERSO_SIM_NONE)
		perso_sim_fault(b.sim, sim, (unsigned)at);
	rc = run_to_lock(&b, false);
	*ret_struck = rc != PERSO_OK;
	if (rc == PERSO_OK)
		return;
	cr_assert(rc == PERSO_E_TORN || rc == PERSO_E_TIMEOUT, "%s",
	    perso_rc_name(rc));
	/* without a reset nothing goes on */
	cr_assert_neq(load_seed(&b), 0);
	if (perso_sim_is_operational(b.sim))
		cr_assert_eq(connect_chip(&b, true), PERSO_E_CARD_STATE);
	else
		cr_assert_eq(run_to_lock(&b, true), 0);
	cr_assert(perso_sim_is_operational(b.sim));
}

Test(chip, torn_at_any_command_it_is_found_and_finished)
{
	static const struct {
		enum perso_fault kind;
		enum perso_sim_fault sim;
	} tears[] = {
		{ PERSO_FAULT_BEFORE, PERSO_SIM_NONE },
		{ PERSO_FAULT_AFTER, PERSO_SIM_NONE },
		{ PERSO_FAULT_TIMEOUT, PERSO_SIM_NONE },
		{ PERSO_FAULT_NONE, PERSO_SIM_TEAR_INSIDE },
	};

	for (size_t i = 0; i < sizeof(tears) / sizeof(*tears); i++) {
		bool struck = true;
		uint64_t at = 0;

		while (struck)
			torn_at(tears[i].kind, tears[i].sim, ++at, &struck);
		cr_assert_gt(at, 20);
	}
}
