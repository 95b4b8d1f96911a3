#include <stdio.h>
#include <string.h>

#include "image_fix.h"
#include "perso/file.h"
#include "perso/hooks.h"

void
fix_make_ds(struct fix *f, const char *country, struct perso_buf *ret)
{
	static const char *const types[] = { "P", "ID" };
	struct perso_cert_values v = { .role = PERSO_CERT_DS,
		.subject = { .country = country, .common_name = "Test DS" },
		.issuer = &f->csca,
		.key = perso_keyref_pubkey(f->key),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = NOW - 86400,
		.not_after = NOW + 3650 * 86400,
		.use_from = NOW - 86400,
		.use_to = NOW + 90 * 86400,
		.explicit_params = true,
		.state = "LVA",
		.contact = "test@example.org",
		.crl_uri = "https://example.org/x.crl",
		.types = types,
		.type_count = 2 };

	OK(perso_cert_build(&v, f->csca_key, ret));
}

static void
make_csca(struct fix *f)
{
	PERSO_BUF(der, PERSO_CERT_MAX);
	struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_P256, 0 };
	struct perso_cert_values v = { .role = PERSO_CERT_CSCA,
		.subject = { .country = "LV", .common_name = "Test CSCA" },
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = NOW - 86400,
		.not_after = NOW + 5000 * 86400,
		.use_from = NOW - 86400,
		.use_to = NOW + 1000 * 86400,
		.explicit_params = true,
		.state = "LVA",
		.contact = "test@example.org",
		.crl_uri = "https://example.org/x.crl" };

	OK(perso_keyref_generate(spec, &f->csca_key));
	OK(perso_keyref_generate(spec, &f->key));
	v.key = perso_keyref_pubkey(f->csca_key);
	OK(perso_cert_build(&v, f->csca_key, &der));
	f->csca.der.max = PERSO_CERT_MAX;
	OK(perso_cert_parse(perso_buf_span(&der), &f->csca));
}

static void
load(struct fix *f, const char *template)
{
	PERSO_BUF(text, 1 << 20);
	PERSO_BUF(json, 1 << 20);
	struct perso_order_input in = { .dir = "tests/data/orders",
		.profiles = f->profiles,
		.now = NOW,
		.imported = true };
	char path[96];

	snprintf(path, sizeof(path), "tests/data/orders/%s.json", template);
	OK(perso_file_read(path, &text));
	OK(perso_order_fill(perso_buf_span(&text), "T-2026-000001", &json));
	in.json = perso_buf_span(&json);
	OK(perso_order_check(&in, f->order));
}

void
fix_open(struct fix *f, const char *template, const char *number)
{
	memset(f, 0, sizeof(*f));
	f->ds.max = PERSO_CERT_MAX;
	f->spki.max = 4096;
	OK(perso_profile_load_dir("profiles", &f->profiles));
	f->order = perso_order_new();
	load(f, template);
	if (number != NULL)
		OK(perso_record_bind(&f->order->record, number));
	make_csca(f);
	fix_make_ds(f, "LV", &f->ds);
	OK(perso_signer_new(f->key, perso_buf_span(&f->ds), &f->signer));
	OK(perso_pubkey_spki(perso_keyref_pubkey(f->csca_key), true, &f->spki));
	f->v = (struct perso_image_values){ .record = &f->order->record,
		.profile = f->order->record.profile,
		.chip = perso_profiles_chip(f->profiles, "perso-sim"),
		.aa_spki = perso_buf_span(&f->spki),
		.signer = f->signer,
		.clock = NOW };
}

void
fix_close(struct fix *f)
{
	perso_signer_free(&f->signer);
	perso_buf_done(&f->ds);
	perso_buf_done(&f->spki);
	perso_cert_done(&f->csca);
	perso_keyref_free(&f->key);
	perso_keyref_free(&f->csca_key);
	perso_order_free(&f->order);
	perso_profiles_free(&f->profiles);
}

struct perso_span
fix_file(const struct perso_lds_image *img, const char *name)
{
	return perso_lds_image_find(img, perso_lds_by_name(name));
}
