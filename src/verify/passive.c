/*
 * Passive authentication: Doc 9303-11, 5.1.
 */
#include <stdio.h>
#include <string.h>

#include "perso/hooks.h"
#include "perso/mrz.h"
#include "verify_int.h"

/* see verify_int.h */
perso_rc
verify_signature(const struct perso_cms *cms, struct perso_cert *cert)
{
	struct perso_pubkey *key = NULL;
	struct perso_span der = PERSO_SPAN_EMPTY;
	perso_rc rc;

	PERSO_TRY(perso_cms_signer_cert(cms, &der));
	PERSO_TRY(perso_cert_parse(der, cert));
	PERSO_TRY(perso_cert_key(cert, &key));
	rc = perso_cms_verify(cms, cms->content, key);
	perso_pubkey_free(&key);
	return rc;
}

static void
check_signature(struct verify *v)
{
	perso_rc rc = verify_signature(&v->sod.cms, &v->ds);

	v->has_ds = v->ds.der.n > 0;
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
		if (file.n == 0 && verify_shut(v, dg) != NULL)
			verify_skip(v, id, "EF.DG%d cannot be read: %s", dg,
			    verify_shut(v, dg));
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

/* Doc 9303-10, 4.6.1 and 4.6.2.3: LDS 1.7 and 1.8. With version 0 of the
 * security object nothing else vouches for what EF.COM says. */
static bool
is_known_version(const struct perso_com *com)
{
	return (strcmp(com->lds_version, "0107") == 0 ||
		   strcmp(com->lds_version, "0108") == 0) &&
	       strcmp(com->unicode_version, "040000") == 0;
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
	else if (!is_known_version(&com))
		verify_fail(v, "com-sod",
		    "EF.COM has LDS version %s, Unicode version %s: none that "
		    "exists",
		    com.lds_version, com.unicode_version);
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
	struct perso_authentication a = { .name = "PA" };
	uint64_t begun;
	size_t failed;

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
	failed = v->r->failed;
	begun = perso_ticks_us();
	check_signature(v);
	check_chain(v);
	v->sod_believed = v->r->failed == failed;
	a.us = perso_ticks_us() - begun;
	verify_auth(
	    v, &a, v->sod_believed ? PERSO_CHECK_PASSED : PERSO_CHECK_FAILED);
	v->infos_believed = v->has_infos && v->sod_believed &&
			    perso_sod_check(&v->sod.object, 14,
				perso_lds_image_find(
				    v->files, perso_lds_by_dg(14))) == PERSO_OK;
}

/* see verify_int.h */
void
verify_hashes(struct verify *v)
{
	if (!v->has_sod)
		return; /* said so */
	check_hashes(v);
	check_com(v);
}
