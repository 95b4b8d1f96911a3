/* Terminal Authentication of version 1 in both directions, with certificates
 * of ours: what is signed is the same in both versions, without auxiliary
 * data. */
#include <stdio.h>
#include <string.h>

#include "openpace.h"
#include "perso/chipauth.h"
#include "perso/file.h"
#include "perso/termauth.h"

struct files {
	struct perso_cvc pool[2];
	struct perso_buf cvca, key, ca_key, ca_point;
	struct perso_keyref *terminal, *chip;
};

static void
files_done(struct files *f)
{
	perso_cvc_done(&f->pool[0]);
	perso_cvc_done(&f->pool[1]);
	perso_buf_done(&f->cvca);
	perso_buf_done(&f->key);
	perso_buf_done(&f->ca_key);
	perso_buf_done(&f->ca_point);
	perso_keyref_free(&f->terminal);
	perso_keyref_free(&f->chip);
}

static perso_rc
load(const char *folder, struct files *f)
{
	const struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_BP256, 0 };
	char path[4096];

	perso_buf_init(&f->pool[0].der, PERSO_CVC_MAX);
	perso_buf_init(&f->pool[1].der, PERSO_CVC_MAX);
	perso_buf_init(&f->cvca, PERSO_CVC_MAX);
	perso_buf_init(&f->key, 8192);
	perso_buf_init(&f->ca_key, 1024);
	perso_buf_init(&f->ca_point, 256);
	snprintf(path, sizeof(path), "%s/UTCVCA00001.cvcert", folder);
	PERSO_TRY(perso_file_read(path, &f->cvca));
	snprintf(path, sizeof(path), "%s/UTDV00001.cvcert", folder);
	PERSO_TRY(perso_cvc_load(path, &f->pool[0]));
	snprintf(path, sizeof(path), "%s/UTIS00001.cvcert", folder);
	PERSO_TRY(perso_cvc_load(path, &f->pool[1]));
	snprintf(path, sizeof(path), "%s/UTIS00001.key", folder);
	PERSO_TRY(perso_keyref_open(path, &f->terminal));
	PERSO_TRY(perso_keyref_pkcs8(f->terminal, &f->key));
	PERSO_TRY(perso_keyref_generate(spec, &f->chip));
	PERSO_TRY(perso_keyref_pkcs8(f->chip, &f->ca_key));
	return perso_pubkey_point(perso_keyref_pubkey(f->chip), &f->ca_point);
}

/* ---- OpenPACE judges our terminal. ---- */

static perso_rc
chip_authentication(struct their_chip *c, const struct files *f,
    enum perso_cipher cipher, struct perso_ca_result *ret)
{
	PERSO_BUF(spki, 1024);
	struct perso_ca_choice choice = { .agreement = PERSO_AGREE_ECDH,
		.cipher = cipher };

	PERSO_TRY(perso_pubkey_spki(perso_keyref_pubkey(f->chip), true, &spki));
	choice.spki = perso_buf_span(&spki);
	PERSO_TRY(perso_ca_open(c->card, &choice, ret));
	return perso_ca_prove(c->card, 0x0101);
}

static perso_rc
authenticate(struct their_chip *c, struct files *f,
    const struct perso_pace_result *pace, enum perso_cipher cipher, bool spoil)
{
	struct perso_cars cars = { .name = { "UTCVCA00001" }, .count = 1 };
	struct perso_ta_chain chain;
	struct perso_ta_result r;
	struct perso_ca_result ca;
	struct perso_ta_params p = { .chain = &chain,
		.key = f->terminal,
		.id_ic = perso_comp_span(&pace->id_ic) };

	PERSO_TRY(chip_authentication(c, f, cipher, &ca));
	seen.comp +=
	    c->id_ic->length < pace->id_ic.n || c->comp->length < ca.comp.n;
	ca.comp.p[5] ^= spoil;
	p.comp = perso_comp_span(&ca.comp);
	PERSO_TRY(perso_ta_find_chain(
	    f->pool, 2, perso_keyref_pubkey(f->terminal), &cars, &chain));
	return perso_ta_authenticate(c->card, &p, &r);
}

static bool
ours_authenticates(struct files *f, enum perso_cipher cipher, bool spoil)
{
	static const struct row row = { 2, 2, 13 };
	struct their_chip c;
	struct perso_card card;
	PERSO_PACE_RESULT(pace);
	char why[400];
	perso_rc rc = PERSO_E_STATE;
	bool good =
	    their_chip_init(&c, &row, &passwords[1], passwords[1].theirs);

	perso_card_init(&card, &c.base);
	card.limits.extended = true;
	card.limits.max_command = 4000;
	c.card = &card;
	good = good && run_ours(&c, &passwords[1], &card, &pace) == PERSO_OK;
	good = good && (EAC_CTX_init_ta(c.ctx, NULL, 0, f->cvca.p, f->cvca.n) ||
			   no("OpenPACE does not take our CVCA"));
	good = good && their_chip_key(&c, cipher, perso_buf_span(&f->ca_key),
			   perso_buf_span(&f->ca_point));
	if (good)
		rc = authenticate(&c, f, &pace, cipher, spoil);
	perso_trail_text(why, sizeof(why));
	if (spoil)
		good = good && rc == PERSO_E_CARD_AUTH && !c.authenticated;
	else
		good = good && ((rc == PERSO_OK && c.authenticated) ||
				   no("%s: %s", perso_rc_name(rc), why));
	perso_card_done(&card);
	their_chip_done(&c);
	return good;
}

/* ---- Rows. ---- */

/* Once more when a Comp() of OpenPACE was too short. */
static bool
again(unsigned *before)
{
	bool ret = seen.comp != *before;

	*before = seen.comp;
	return ret;
}

static bool
ours(struct files *f, enum perso_cipher cipher, bool spoil)
{
	unsigned before = seen.comp;
	bool good;

	do
		good = ours_authenticates(f, cipher, spoil);
	while (!good && again(&before));
	return good;
}

static bool
theirs(const struct set *set)
{
	unsigned before = seen.comp;
	bool good;

	do
		good = they_authenticate(set);
	while (!good && again(&before));
	return good;
}

static size_t
signature_size(const struct perso_cvc *c)
{
	return c->key.kind == PERSO_KEY_EC ? c->key.point.n - 1 : c->key.n.n;
}

void
terminal_authentication(const char *folder)
{
	__attribute__((cleanup(files_done))) struct files f = { 0 };
	const char *name = strrchr(folder, '/');
	bool pss;

	name = name != NULL ? name + 1 : folder;
	if (load(folder, &f) != PERSO_OK) {
		say("neither", name, "certificates", false);
		return;
	}
	/* OpenPACE signs with the longest salt; it is to be the hash's length:
	 * TR-03110-3 */
	pss = f.pool[1].key.alg.kind == PERSO_SIG_RSA_PSS;
	const struct set set = { perso_buf_span(&f.cvca),
		perso_buf_span(&f.pool[0].der), perso_buf_span(&f.pool[1].der),
		perso_buf_span(&f.key), perso_buf_span(&f.ca_key),
		perso_buf_span(&f.ca_point), signature_size(&f.pool[1]),
		pss ? 0x6300 : 0x9000 };

	say("chip", name, "CA AES-128 and TA", ours(&f, PERSO_AES128, false));
	say("chip", name, "CA 3DES (KAT) and TA", ours(&f, PERSO_3DES, false));
	say("chip", name, "TA, another Comp(PK_IFD)",
	    ours(&f, PERSO_AES128, true));
	say("terminal", name, pss ? "CA, salt of TA refused" : "CA and TA",
	    theirs(&set));
}
