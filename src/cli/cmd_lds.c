/* perso lds build|show: the files of a chip without a chip. */
#include "cli_int.h"
#include "perso/devpki.h"
#include "perso/hooks.h"
#include "perso/order.h"

struct build {
	struct cli_config cfg;
	struct perso_profiles *profiles;
	struct perso_order *order;
	struct cli_signer signer;
	struct perso_buf spki;
	time_t now;
};

static void
close_build(struct build *b)
{
	perso_profiles_free(&b->profiles);
	perso_order_free(&b->order);
	cli_signer_close(&b->signer);
	perso_buf_done(&b->spki);
}

#define AUTO_BUILD(name)        \
	__attribute__((cleanup( \
	    close_build))) struct build name = { .spki = { .max = 4096 } }

/* A key pair as the profile wants it; the private key is forgotten. */
static perso_rc
make_aa(struct build *b, const struct perso_doc_profile *p)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)p->aa.curve };
	struct perso_keyref *key = NULL;
	perso_rc rc;

	if (p->aa.kind == PERSO_AA_NONE)
		return PERSO_OK;
	if (p->aa.kind == PERSO_AA_RSA)
		spec = (struct perso_key_spec){ .kind = PERSO_KEY_RSA,
			.bits = p->aa.bits };
	PERSO_TRY_CTX(perso_keyref_generate(spec, &key), "AA key");
	rc = perso_pubkey_spki(perso_keyref_pubkey(key), true, &b->spki);
	perso_keyref_free(&key);
	return rc;
}

static perso_rc
check_out(const struct build *b)
{
	if (!perso_devpki_is(b->cfg.signers) ||
	    !perso_devpki_is_cert(perso_signer_cert(b->signer.signer)))
		PERSO_FAIL(PERSO_E_TRUST,
		    "--out writes the files of a document and needs a "
		    "development PKI; %s is none",
		    b->cfg.signers);
	return PERSO_OK;
}

static perso_rc
build_image(struct build *b, struct perso_lds_image *img)
{
	const struct perso_doc_profile *p = b->order->record.profile;
	struct perso_image_values v = { .record = &b->order->record,
		.profile = p,
		.signer = b->signer.signer,
		.clock = b->now };

	PERSO_TRY(make_aa(b, p));
	v.aa_spki = perso_buf_span(&b->spki);
	if (p->chip_count > 0)
		v.chip = perso_profiles_chip(b->profiles, p->chips[0]);
	PERSO_TRY_CTX(
	    perso_image_build(&v, img), "order %s", b->order->record.order_id);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_lds_build(struct cli *c)
{
	const char *out = cli_value(c, "out");
	AUTO_BUILD(b);
	PERSO_LDS_IMAGE(img);

	b.now = perso_now();
	PERSO_TRY(cli_config_load(c, &b.cfg));
	PERSO_TRY(cli_open_profiles(&b.cfg, &b.profiles));
	PERSO_TRY(cli_load_order(c, c->argv[0], b.profiles, b.now, &b.order));
	if (b.order == NULL)
		return PERSO_OK;
	PERSO_TRY(cli_bind_number(c, &b.order->record));
	PERSO_TRY(cli_signer_open(
	    &b.cfg, b.order->record.profile->issuer, &b.signer));
	if (out != NULL)
		PERSO_TRY(check_out(&b));
	PERSO_TRY(build_image(&b, &img));
	if (out != NULL)
		PERSO_TRY(cli_image_write(out, &img));
	return cli_image_list(c, &img);
}

static perso_rc
show_file(struct cli *c, const char *path)
{
	const struct perso_lds_file *f;
	json_t *says = NULL;
	PERSO_BUF(bytes, PERSO_LDS_FILE_MAX);

	PERSO_TRY(perso_file_read(path, &bytes));
	f = cli_file_find(path, perso_buf_span(&bytes));
	if (f == NULL)
		PERSO_FAIL(PERSO_E_DATA,
		    "%s: neither its name nor its first byte is that of a "
		    "chip's file",
		    path);
	PERSO_TRY_CTX(
	    cli_file_json(f, perso_buf_span(&bytes), &says), "%s", path);
	if (c->json)
		return cli_json_line(json_pack("{s:s, s:s, s:I, s:o}", "path",
		    path, "file", f->name, "bytes", (json_int_t)bytes.n,
		    "contents", says));
	cli_print("%s  (%s, %zu bytes)\n", f->name, path, bytes.n);
	cli_print_tree(says, 2);
	json_decref(says);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_lds_show(struct cli *c)
{
	for (int i = 0; i < c->argc; i++)
		PERSO_TRY(show_file(c, c->argv[i]));
	return PERSO_OK;
}
