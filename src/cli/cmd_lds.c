/* perso lds build|show: the files of a chip without a chip. */
#include "cli_int.h"
#include "perso/agree.h"
#include "perso/cvc.h"
#include "perso/devpki.h"
#include "perso/hooks.h"
#include "perso/order.h"

struct build {
	struct cli_config cfg;
	struct perso_profiles *profiles;
	struct perso_order *order;
	struct cli_signer signer;
	struct perso_doc_profile on; /* on the day of issue */
	struct perso_buf aa, ca;     /* public keys */
	struct perso_buf trust;
	uint8_t random[PERSO_BIO_RANDOM];
	time_t now;
};

static void
close_build(struct build *b)
{
	perso_profiles_free(&b->profiles);
	perso_order_free(&b->order);
	cli_signer_close(&b->signer);
	perso_buf_done(&b->aa);
	perso_buf_done(&b->ca);
	perso_buf_done(&b->trust);
}

#define AUTO_BUILD(name)                                                \
	__attribute__((cleanup(                                         \
	    close_build))) struct build name = { .aa = { .max = 4096 }, \
		.ca = { .max = 4096 },                                  \
		.trust = { .max = PERSO_CVC_MAX } }

/* Key pairs as the profile wants them; the private keys are forgotten. */
static perso_rc
make_aa(struct build *b)
{
	const struct perso_doc_profile *p = &b->on;
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
	rc = perso_pubkey_spki(perso_keyref_pubkey(key), true, &b->aa);
	perso_keyref_free(&key);
	return rc;
}

static perso_rc
make_ca(struct build *b)
{
	const struct perso_group *g;
	PERSO_NUM(sk);
	PERSO_ELEM(pk);

	if (b->on.ca.cipher == 0)
		return PERSO_OK;
	PERSO_TRY(perso_group_get(b->on.ca.parameters, &g));
	PERSO_TRY(perso_scalar_random(g, &sk));
	PERSO_TRY(perso_elem_base_mul(g, &sk, &pk));
	return perso_group_spki(g, true, pk, &b->ca);
}

/* What a chip, or the line for it, would have drawn. */
static perso_rc
make_values(struct build *b)
{
	const struct perso_record *r = &b->order->record;

	perso_doc_profile_on(r->profile, r->issue, &b->on);
	PERSO_TRY_CTX(make_aa(b), "key for Active Authentication");
	PERSO_TRY_CTX(make_ca(b), "key for Chip Authentication");
	if (b->on.ta.trust_point[0] != '\0')
		PERSO_TRY(cli_trust_point(&b->cfg, &b->on, &b->trust));
	if (perso_image_needs_random(&b->on, r))
		PERSO_TRY(perso_random(b->random, sizeof(b->random)));
	return PERSO_OK;
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
	struct perso_image_values v = { .record = &b->order->record,
		.profile = &b->on,
		.signer = b->signer.signer,
		.bio_random = perso_span_of(b->random),
		.clock = b->now };

	PERSO_TRY(make_values(b));
	v.aa_spki = perso_buf_span(&b->aa);
	v.ca_spki = perso_buf_span(&b->ca);
	v.trust_point = perso_buf_span(&b->trust);
	if (b->on.chip_count > 0)
		v.chip = perso_profiles_chip(b->profiles, b->on.chips[0]);
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
