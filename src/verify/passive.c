/*
 * Passive authentication: Doc 9303-11, 5.1.
 */
#include <stdio.h>
#include <string.h>

#include "perso/mrz.h"
#include "verify_int.h"

static void
check_signature(struct verify *v)
{
	struct perso_pubkey *key = NULL;
	struct perso_span der = PERSO_SPAN_EMPTY;
	perso_rc rc = perso_cms_signer_cert(&v->sod.cms, &der);

	if (rc == PERSO_OK)
		rc = perso_cert_parse(der, &v->ds);
	v->has_ds = rc == PERSO_OK;
	if (rc == PERSO_OK)
		rc = perso_cert_key(&v->ds, &key);
	if (rc == PERSO_OK)
		rc = perso_cms_verify(&v->sod.cms, v->sod.cms.content, key);
	perso_pubkey_free(&key);
	if (v->has_ds && perso_name_text(v->ds.subject, v->r->signer,
			     sizeof(v->r->signer)) != PERSO_OK)
		v->r->signer[0] = '\0';
	verify_clean(v->r->signer);
	if (rc != PERSO_OK)
		verify_fail_trail(v, "sod-signature");
	else
		verify_pass(v, "sod-signature", "%s, by %s",
		    perso_hash_name(v->sod.cms.alg.hash), v->r->signer);
}

static void
check_chain(struct verify *v)
{
	const struct perso_cert *csca = NULL;
	char name[96] = "";
	perso_rc rc;

	if (!v->has_ds) {
		verify_fail(v, "ds-chain", "no document signer certificate");
		return;
	}
	if (v->in->trust == NULL || perso_trust_count(v->in->trust) == 0) {
		verify_fail(v, "ds-chain",
		    "no CSCA is trusted: put its "
		    "certificate into the trust folder");
		return;
	}
	rc = perso_trust_check_ds(v->in->trust, &v->ds, v->in->now, &csca);
	if (rc != PERSO_OK) {
		verify_fail_trail(v, "ds-chain");
		return;
	}
	/* Doc 9303-12, table 6: signers of master lists, deviation lists and
	 * barcodes are under the same CSCA and have what a DS never has. */
	if ((v->ds.exts & PERSO_EXT_EKU) != 0) {
		verify_fail(v, "ds-chain",
		    "the signer's certificate is for another use (it has "
		    "extKeyUsage)");
		return;
	}
	if (perso_name_text(csca->subject, name, sizeof(name)) != PERSO_OK)
		name[0] = '\0';
	verify_clean(name);
	snprintf(v->r->csca, sizeof(v->r->csca), "%s", name);
	verify_pass(v, "ds-chain", "issued by %s", name);
}

static void
check_hashes(struct verify *v)
{
	const struct perso_lds_object *o = &v->sod.object;

	for (size_t i = 0; i < o->count; i++) {
		int dg = o->hashes[i].dg;
		char id[24];
		struct perso_span file =
		    perso_lds_image_find(v->files, perso_lds_by_dg(dg));

		snprintf(id, sizeof(id), "hash-dg%d", dg);
		if (file.n == 0 && (dg == 3 || dg == 4))
			verify_skip(v, id,
			    "EF.DG%d cannot be read without Terminal "
			    "Authentication",
			    dg);
		else if (file.n == 0)
			verify_fail(v, id,
			    "EF.DG%d is in EF.SOD, but cannot "
			    "be read",
			    dg);
		else if (perso_sod_check(o, dg, file) != PERSO_OK)
			verify_fail_trail(v, id);
		else
			verify_pass(v, id, "EF.DG%d, %zu bytes, %s", dg, file.n,
			    perso_hash_name(o->hash));
	}
	for (size_t i = 0; i < v->files->count; i++) {
		const struct perso_lds_file *f = v->files->files[i].file;
		struct perso_span hash = PERSO_SPAN_EMPTY;

		if (f->dg > 0 && perso_sod_hash(o, f->dg, &hash) != PERSO_OK)
			verify_fail(v, "hash-missing",
			    "%s is there, but has "
			    "no hash in EF.SOD",
			    f->name);
	}
}

/* Doc 9303-10, 4.6.1: EF.COM lists the data groups; with LDS 1.8 the
 * versions stand in EF.SOD as well and must agree. */
static void
check_com(struct verify *v)
{
	const struct perso_lds_object *o = &v->sod.object;
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_name("EF.COM"));
	struct perso_com com;
	uint32_t a = 0, b = 0;

	if (file.n == 0) {
		if (o->version == 0)
			verify_fail(v, "com-sod", "EF.COM is missing");
		else
			verify_skip(v, "com-sod", "no EF.COM");
		return;
	}
	if (perso_com_parse(file, &com) != PERSO_OK) {
		verify_fail_trail(v, "com-sod");
		return;
	}
	for (size_t i = 0; i < com.dg_count; i++)
		a |= 1u << com.dgs[i];
	for (size_t i = 0; i < o->count; i++)
		b |= 1u << o->hashes[i].dg;
	if (a != b)
		verify_fail(v, "com-sod",
		    "EF.COM and EF.SOD list different data groups");
	else if (o->version == 1 &&
		 (strcmp(com.lds_version, o->lds_version) != 0 ||
		     strcmp(com.unicode_version, o->unicode_version) != 0))
		verify_fail(v, "com-sod",
		    "EF.COM and EF.SOD differ in their "
		    "versions");
	else
		verify_pass(v, "com-sod", "%zu data groups, LDS %s",
		    com.dg_count, com.lds_version);
}

/* see verify_int.h */
void
verify_passive(struct verify *v)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_name("EF.SOD"));

	if (file.n == 0) {
		verify_fail(v, "sod", "EF.SOD is missing");
		return;
	}
	if (perso_sod_parse(file, &v->sod) != PERSO_OK) {
		verify_fail_trail(v, "sod");
		return;
	}
	verify_pass(v, "sod", "LDS security object version %d, %zu hashes",
	    (int)v->sod.object.version, v->sod.object.count);
	check_signature(v);
	check_chain(v);
	check_hashes(v);
	check_com(v);
}
