/*
 * Commands of reading every file of a chip with large files, after PACE,
 * beside the fewest: one SELECT and one READ BINARY for each, where chip and
 * terminal both have extended length.
 */
#include <stdio.h>

#include "bench.h"
#include "cli/link_sim.h"
#include "perso/chip.h"
#include "perso/lds.h"
#include "perso/pace.h"
#include "perso/sim.h"
#include "perso/verify.h"

#define CAN "291845"
#define GROUP 12
#define MEMORY (1 << 20)

/* Bytes of each file, tag and length too; both sides of every limit that
 * lengths of offsets and objects have. */
static const struct {
	const char *name;
	size_t size;
} sizes[] = {
	{ "EF.DG1", 93 },
	{ "EF.DG2", 65000 },
	{ "EF.DG5", 32768 },
	{ "EF.DG7", 40000 },
	{ "EF.DG9", 231 },
	{ "EF.DG11", 256 },
	{ "EF.DG12", 257 },
	{ "EF.DG13", 64999 },
	{ "EF.SOD", 2500 },
};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))
#define FILES (SIZES + 1) /* and EF.COM */

struct rig {
	struct perso_chip_profile product;
	enum perso_cipher cipher;
	struct perso_sim *sim;
	struct perso_link *link;
	struct perso_secinfos infos;
	struct perso_buf infos_der;
};

/* ---- the chip --------------------------------------------------------- */

static void
put(struct perso_chip *chip, const char *name, struct perso_span data)
{
	const struct perso_lds_file *f = perso_lds_by_name(name);
	struct perso_chip_file file = { f->mf, f->fid, f->sfi, data };

	bench_need(perso_chip_write(chip, &file), name);
}

/* One TLV of n bytes in all. */
static void
put_large(struct perso_chip *chip, const char *name, size_t n)
{
	const struct perso_lds_file *f = perso_lds_by_name(name);
	size_t head = n > 259 ? 4 : n > 129 ? 3 : 2;
	PERSO_BUF(file, n);
	struct perso_wr w = perso_wr(&file);

	perso_wr_head(&w, f->tag, n - head);
	for (size_t i = head; i < n; i++)
		perso_wr_u8(&w, (uint8_t)(i * 31 >> 3));
	bench_need(perso_wr_end(&w), name);
	put(chip, name, perso_buf_span(&file));
}

static void
put_com(struct perso_chip *chip)
{
	struct perso_com com = { .lds_version = "0108",
		.unicode_version = "040000" };
	PERSO_BUF(file, 256);

	for (size_t i = 0; i < SIZES; i++) {
		unsigned dg = perso_lds_by_name(sizes[i].name)->dg;

		if (dg > 0)
			com.dgs[com.dg_count++] = (uint8_t)dg;
	}
	bench_need(perso_com_build(&com, &file), "EF.COM");
	put(chip, "EF.COM", perso_buf_span(&file));
}

static void
put_access(struct rig *r, struct perso_chip *chip)
{
	struct perso_pace_protocol p = { PERSO_PACE_GM, PERSO_AGREE_ECDH,
		r->cipher };
	struct perso_secinfo info = { 0 };
	const char *oid = NULL;

	bench_need(perso_pace_oid(&p, &oid), "PACE");
	bench_need(perso_secinfo_pace(oid, GROUP, &info), "PACE");
	bench_need(perso_secinfos_build(&info, 1, true, &r->infos_der), "PACE");
	bench_need(
	    perso_secinfos_parse(perso_buf_span(&r->infos_der), &r->infos),
	    "PACE");
	put(chip, "EF.CardAccess", perso_buf_span(&r->infos_der));
}

static void
personalise(struct rig *r, struct perso_chip *chip)
{
	struct perso_chip_identity id;

	bench_need(perso_chip_connect(chip, &id), "connect");
	bench_need(perso_chip_load_password(
		       chip, PERSO_PASSWORD_CAN, perso_span_str(CAN)),
	    "CAN");
	put_access(r, chip);
	put_com(chip);
	for (size_t i = 0; i < SIZES; i++)
		put_large(chip, sizes[i].name, sizes[i].size);
	bench_need(perso_chip_lock(chip), "lock");
}

static void
rig_open(struct rig *r, const struct perso_profiles *profiles,
    enum perso_cipher cipher)
{
	struct perso_sim_config cfg = { .extended = true, .memory = MEMORY };
	struct perso_scp03_keys *keys = NULL;
	struct perso_chip_params p = { .profile = &r->product };
	struct perso_chip *chip = NULL;

	*r = (struct rig){ .cipher = cipher,
		.product = *perso_profiles_chip(profiles, "perso-sim"),
		.infos_der.max = 256 };
	cfg.max_command = r->product.max_command;
	cfg.keys.kvn = r->product.scp03_kvn;
	for (size_t i = 0; i < 2; i++) {
		cfg.cplc[i] = r->product.ic_fabricator[i];
		cfg.cplc[2 + i] = r->product.ic_type[i];
		cfg.product[i] = r->product.ic_type[i];
	}
	bench_need(perso_scp03_keys_new(cfg.keys.kvn,
		       perso_span_of(cfg.keys.enc), perso_span_of(cfg.keys.mac),
		       perso_span_of(cfg.keys.dek), &keys),
	    "keys");
	bench_need(perso_sim_open_memory(&cfg, &r->sim), "chip");
	bench_need(perso_link_sim(r->sim, &r->link), "link");
	p.link = r->link;
	p.keys = keys;
	bench_need(perso_chip_open(&p, &chip), "chip");
	personalise(r, chip);
	perso_chip_free(&chip);
	perso_scp03_keys_free(&keys);
}

static void
rig_done(struct rig *r)
{
	perso_link_free(&r->link);
	perso_sim_free(&r->sim);
	perso_buf_done(&r->infos_der);
}

/* ---- reading ---------------------------------------------------------- */

static void
open_card(struct rig *r, struct perso_card *card)
{
	struct perso_pace_params p = { .password = PERSO_PACE_CAN,
		.secret = perso_span_str(CAN) };
	PERSO_PACE_RESULT(result);

	perso_card_init(card, r->link);
	bench_need(perso_card_reset(card), "reset");
	perso_card_limits_from_atr(perso_link_atr(r->link), &card->limits);
	bench_need(perso_pace_choose(&r->infos, 0, &p.choice), "PACE");
	bench_need(perso_pace_open(card, &p, &result), "PACE");
	bench_need(perso_card_select_app(
		       card, perso_span(perso_aid_emrtd, PERSO_AID_LEN)),
	    "application");
}

static void
read_file(struct perso_card *card, const char *name, size_t size)
{
	PERSO_BUF(file, PERSO_LDS_FILE_MAX);

	bench_need(perso_card_read_file(
		       card, perso_lds_by_name(name)->fid, file.max, &file),
	    name);
	if (size != 0 && file.n != size)
		bench_need(PERSO_E_TRUNCATED, name);
}

/* Commands of reading all files, the application selected. */
static uint64_t
read_files(struct rig *r)
{
	struct perso_card card;
	uint64_t before;

	open_card(r, &card);
	before = r->link->commands;
	read_file(&card, "EF.COM", 0);
	for (size_t i = 0; i < SIZES; i++)
		read_file(&card, sizes[i].name, sizes[i].size);
	perso_card_done(&card);
	return r->link->commands - before;
}

/* The same, as a document is read: with all that opens it. */
static uint64_t
read_document(struct rig *r)
{
	struct perso_verify_input in = { .link = r->link,
		.can = perso_span_str(CAN) };
	uint64_t before;
	PERSO_LDS_IMAGE(files);

	bench_need(perso_link_reset(r->link), "reset");
	before = r->link->commands;
	bench_need(perso_verify_files(&in, &files), "document");
	if (files.count != FILES + 1)
		bench_need(PERSO_E_MISSING, "document");
	return r->link->commands - before;
}

/* MF; SELECT of EF.ATR/INFO and EF.DIR, which are not there; EF.CardAccess;
 * application and DG1, by SELECT and by READ BINARY, which must fail; MF and
 * the five commands of PACE; the application and its files. */
#define DOCUMENT_FLOOR (1 + 2 + 2 + 3 + 1 + 5 + 1 + 2 * FILES)

static void
print(const struct rig *r, const char *what, uint64_t ours, uint64_t least)
{
	char name[64];

	snprintf(
	    name, sizeof(name), "%s-%s", what, perso_cipher_name(r->cipher));
	bench_print(&(struct bench_result){ name, (double)ours / (double)least,
	    1.0, false, (double)ours, (double)least, "commands" });
}

int
main(void)
{
	static const enum perso_cipher ciphers[] = { PERSO_3DES, PERSO_AES128,
		PERSO_AES192, PERSO_AES256 };
	struct perso_profiles *profiles = bench_profiles();

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		struct rig r;

		rig_open(&r, profiles, ciphers[i]);
		print(&r, "read-files", read_files(&r), 2 * FILES);
		print(&r, "read-document", read_document(&r), DOCUMENT_FLOOR);
		rig_done(&r);
	}
	perso_profiles_free(&profiles);
	return 0;
}
