/* From a record to the files on the chip. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_fix.h"
#include "perso/agree.h"
#include "perso/cardsec.h"
#include "perso/cvc.h"
#include "perso/file.h"
#include "perso/secinfo.h"
#include "perso/hooks.h"
#include "perso/sod.h"

Test(image_build, makes_what_the_profile_lists_in_order)
{
	static const char *const names[] = { "EF.ATR/INFO", "EF.DIR", "EF.COM",
		"EF.DG1", "EF.DG2", "EF.DG7", "EF.DG14", "EF.DG15", "EF.SOD" };
	PERSO_LDS_IMAGE(img);
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	OK(perso_image_build(&f.v, &img));
	cr_assert_eq(img.count, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < img.count; i++)
		cr_assert_str_eq(img.files[i].file->name, names[i]);
	fix_close(&f);
}

Test(image_build, signs_the_hashes_of_the_very_bytes)
{
	PERSO_LDS_IMAGE(img);
	struct perso_sod *sod = calloc(1, sizeof(*sod));
	struct perso_span content;
	struct perso_com com;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	OK(perso_image_build(&f.v, &img));
	OK(perso_sod_parse(fix_file(&img, "EF.SOD"), sod));
	content = sod->cms.content;
	OK(perso_cms_verify(&sod->cms, content, perso_keyref_pubkey(f.key)));
	for (size_t i = 0; i < img.count; i++)
		if (img.files[i].file->dg != 0)
			OK(perso_sod_check(&sod->object, img.files[i].file->dg,
			    perso_buf_span(&img.files[i].data)));
	OK(perso_com_parse(fix_file(&img, "EF.COM"), &com));
	cr_assert_eq(com.dg_count, sod->object.count);
	for (size_t i = 0; i < com.dg_count; i++)
		cr_assert_eq(com.dgs[i], sod->object.hashes[i].dg);
	cr_assert_eq(sod->object.version, 0);
	free(sod);
	fix_close(&f);
}

Test(image_build, makes_the_same_bytes_again_around_a_stored_sod)
{
	PERSO_LDS_IMAGE(a);
	PERSO_LDS_IMAGE(b);
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	OK(perso_image_build(&f.v, &a));
	f.v.sod = fix_file(&a, "EF.SOD");
	f.v.signer = NULL;
	OK(perso_image_build(&f.v, &b));
	cr_assert_eq(a.count, b.count);
	for (size_t i = 0; i < a.count; i++)
		cr_assert(perso_span_equal(perso_buf_span(&a.files[i].data),
			      perso_buf_span(&b.files[i].data)),
		    "%s", a.files[i].file->name);
	fix_close(&f);
}

Test(image_build, refuses_a_stored_sod_of_other_bytes)
{
	PERSO_LDS_IMAGE(a);
	PERSO_LDS_IMAGE(b);
	struct perso_doc_profile p;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	OK(perso_image_build(&f.v, &a));
	f.v.sod = fix_file(&a, "EF.SOD");
	snprintf(f.order->record.number, sizeof(f.order->record.number),
	    "PA1000002");
	RC(perso_image_build(&f.v, &b), PERSO_E_MISMATCH);
	cr_assert_eq(b.count, 0);
	snprintf(f.order->record.number, sizeof(f.order->record.number),
	    "PA1000001");
	/* a data group less than was signed */
	p = *f.v.profile;
	p.data_groups &= ~(1u << 7);
	f.v.profile = &p;
	RC(perso_image_build(&f.v, &b), PERSO_E_MISMATCH);
	f.v.sod.n--;
	RC(perso_image_build(&f.v, &b), PERSO_E_TRUNCATED);
	cr_assert_eq(b.count, 0);
	fix_close(&f);
}

Test(image_build, needs_number_key_and_an_empty_image)
{
	PERSO_LDS_IMAGE(img);
	struct perso_buf *b = NULL;
	struct fix f;

	fix_open(&f, "lv-eid", NULL);
	OK(perso_image_try(&f.v));
	RC(perso_image_build(&f.v, &img), PERSO_E_STATE);
	OK(perso_record_bind(&f.order->record, "PA1000001"));
	f.v.aa_spki = PERSO_SPAN_EMPTY;
	RC(perso_image_build(&f.v, &img), PERSO_E_MISSING);
	f.v.aa_spki = perso_buf_span(&f.spki);
	f.v.signer = NULL;
	RC(perso_image_build(&f.v, &img), PERSO_E_ARG);
	f.v.signer = f.signer;
	cr_assert_eq(img.count, 0);
	OK(perso_lds_image_add(&img, perso_lds_by_name("EF.DIR"), &b));
	RC(perso_image_build(&f.v, &img), PERSO_E_ARG);
	cr_assert_eq(img.count, 1);
	fix_close(&f);
}

Test(image_build, refuses_data_groups_that_nobody_builds)
{
	PERSO_LDS_IMAGE(img);
	struct perso_doc_profile p;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	p = *f.v.profile;
	p.data_groups |= 1u << 6;
	f.v.profile = &p;
	RC(perso_image_build(&f.v, &img), PERSO_E_UNSUPPORTED);
	RC(perso_image_try(&f.v), PERSO_E_UNSUPPORTED);
	fix_close(&f);
}

Test(image_build, writes_lds_1_8_with_its_versions_signed)
{
	PERSO_LDS_IMAGE(img);
	struct perso_sod *sod = calloc(1, sizeof(*sod));
	struct perso_doc_profile p;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	p = *f.v.profile;
	snprintf(p.lds_version, sizeof(p.lds_version), "0108");
	f.v.profile = &p;
	OK(perso_image_build(&f.v, &img));
	OK(perso_sod_parse(fix_file(&img, "EF.SOD"), sod));
	cr_assert_eq(sod->object.version, 1);
	cr_assert_str_eq(sod->object.lds_version, "0108");
	cr_assert_str_eq(sod->object.unicode_version, "040000");
	free(sod);
	fix_close(&f);
}

Test(image_build, leaves_dg7_out_where_no_signature_is_needed_or_given)
{
	PERSO_LDS_IMAGE(img);
	struct perso_doc_profile p;
	struct perso_com com;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	p = *f.v.profile;
	f.v.profile = &p;
	perso_buf_clear(&f.order->record.signature.bytes);
	cr_assert_neq(perso_image_build(&f.v, &img), PERSO_OK);
	p.required &= ~(uint64_t)PERSO_FIELD_SIGNATURE;
	OK(perso_image_build(&f.v, &img));
	cr_assert_not(perso_lds_image_has(&img, perso_lds_by_dg(7)));
	OK(perso_com_parse(fix_file(&img, "EF.COM"), &com));
	for (size_t i = 0; i < com.dg_count; i++)
		cr_assert_neq(com.dgs[i], 7);
	fix_close(&f);
}

static bool
is(struct perso_span s, const char *text)
{
	return perso_span_equal(s, perso_span_str(text));
}

Test(image_build, separates_components_in_dg11)
{
	PERSO_LDS_IMAGE(img);
	struct perso_record *r;
	struct perso_dg11 dg;
	struct fix f;

	fix_open(&f, "lv-passport-adult", "LV0000001");
	r = &f.order->record;
	r->native_name.surname[0] = '\0';
	snprintf(r->surname, sizeof(r->surname), "Liepa Ozola");
	snprintf(r->given_names, sizeof(r->given_names), "Anna Marija");
	OK(perso_image_build(&f.v, &img));
	OK(perso_dg11_parse(fix_file(&img, "EF.DG11"), &dg));
	cr_assert(is(dg.name, "Liepa<Ozola<<Anna<Marija"));
	cr_assert(is(dg.personal_number, r->personal_number));
	fix_close(&f);
}

/* The points of EF.DG2's first face. */
static size_t
points_of(struct fix *f, struct perso_face_point ret[PERSO_FACE_POINTS])
{
	PERSO_LDS_IMAGE(img);
	struct perso_dg2 *dg = calloc(1, sizeof(*dg));
	size_t n;

	OK(perso_image_build(&f->v, &img));
	OK(perso_dg2_parse(fix_file(&img, "EF.DG2"), dg));
	n = dg->face.faces[0].point_count;
	memcpy(ret, dg->face.faces[0].points, sizeof(dg->face.faces[0].points));
	free(dg);
	return n;
}

Test(image_build, writes_the_eyes_of_the_order_as_feature_points)
{
	struct perso_face_point p[PERSO_FACE_POINTS];
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	cr_assert_eq(points_of(&f, p), 0);
	f.order->record.portrait.has_eyes = true;
	f.order->record.portrait.eyes =
	    (struct perso_portrait_eyes){ 266, 232, 146, 231 };
	cr_assert_eq(points_of(&f, p), 2);
	cr_assert_eq(p[0].code, 0xC1); /* 12.1: left */
	cr_assert_eq(p[0].x, 266);
	cr_assert_eq(p[0].y, 232);
	cr_assert_eq(p[1].code, 0xC2); /* 12.2: right */
	cr_assert_eq(p[1].x, 146);
	cr_assert_eq(p[1].y, 231);
	fix_close(&f);
}

Test(signer, belongs_to_its_certificate_and_is_no_ca)
{
	struct perso_signer *s = NULL;
	struct fix f;

	fix_open(&f, "lv-eid", NULL);
	RC(perso_signer_new(f.csca_key, perso_buf_span(&f.ds), &s),
	    PERSO_E_MISMATCH);
	RC(perso_signer_new(f.csca_key, perso_buf_span(&f.csca.der), &s),
	    PERSO_E_ROLE);
	RC(perso_signer_new(f.key, perso_span("x", 1), &s), PERSO_E_TRUNCATED);
	cr_assert_null(s);
	fix_close(&f);
}

Test(signer, signs_only_in_its_time_for_its_types_and_country)
{
	PERSO_LDS_IMAGE(img);
	struct perso_doc_profile p;
	struct fix f;

	fix_open(&f, "lv-eid", "PA1000001");
	RC(perso_signer_check(f.signer, f.v.profile, NOW - 2 * 86400),
	    PERSO_E_EXPIRED);
	RC(perso_signer_check(f.signer, f.v.profile, NOW + 91 * 86400),
	    PERSO_E_EXPIRED);
	f.v.clock = NOW + 91 * 86400;
	RC(perso_image_build(&f.v, &img), PERSO_E_EXPIRED);
	cr_assert_eq(img.count, 0);
	p = *f.v.profile;
	snprintf(p.document_code, sizeof(p.document_code), "AR");
	RC(perso_signer_check(f.signer, &p, NOW), PERSO_E_ROLE);
	p = *f.v.profile;
	snprintf(p.country, sizeof(p.country), "XX");
	RC(perso_signer_check(f.signer, &p, NOW), PERSO_E_MISMATCH);
	p = *f.v.profile;
	snprintf(p.sod_hash, sizeof(p.sod_hash), "MD5");
	RC(perso_signer_check(f.signer, &p, NOW), PERSO_E_CONFIG);
	OK(perso_signer_check(f.signer, f.v.profile, NOW));
	fix_close(&f);
}

/* The same on any machine and day but for the signature. */
Test(image_build, is_reproducible)
{
	PERSO_LDS_IMAGE(a);
	PERSO_LDS_IMAGE(b);
	struct fix f;

	fix_open(&f, "uto-passport", NULL);
	f.v.profile = f.order->record.profile;
	/* the signer of the fixture is of another country */
	struct perso_doc_profile p = *f.v.profile;
	snprintf(p.country, sizeof(p.country), "LV");
	f.v.profile = &p;
	OK(perso_image_build(&f.v, &a));
	OK(perso_image_build(&f.v, &b));
	for (size_t i = 0; i < a.count; i++)
		if (strcmp(a.files[i].file->name, "EF.SOD") != 0)
			cr_assert(
			    perso_span_equal(perso_buf_span(&a.files[i].data),
				perso_buf_span(&b.files[i].data)));
	fix_close(&f);
}

/* ---- PACE and Extended Access Control -------------------------------- */

struct eac {
	struct fix f;
	struct perso_buf ca_spki;
	struct perso_buf trust;
};

static void
make_ca_key(unsigned parameters, struct perso_buf *ret)
{
	const struct perso_group *g;
	PERSO_NUM(sk);
	PERSO_ELEM(pk);

	OK(perso_group_get(parameters, &g));
	OK(perso_scalar_random(g, &sk));
	OK(perso_elem_base_mul(g, &sk, &pk));
	OK(perso_group_spki(g, true, pk, ret));
}

static void
make_trust(struct fix *f, struct perso_buf *ret)
{
	struct perso_cvc_values v = { .chr = "LVTESTCVCA00001",
		.key = perso_keyref_pubkey(f->key),
		.alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 },
		.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_CVCA),
		.effective = { 2026, 1, 1 },
		.expires = { 2026, 12, 31 } };

	OK(perso_cvc_issue(&v, NULL, f->key, ret));
}

static void
open_eac(struct eac *e, const char *template)
{
	fix_open(&e->f, template, "LV1234567");
	e->ca_spki = (struct perso_buf){ .max = 4096 };
	e->trust = (struct perso_buf){ .max = PERSO_CVC_MAX };
	make_ca_key(13, &e->ca_spki);
	make_trust(&e->f, &e->trust);
	e->f.v.ca_spki = perso_buf_span(&e->ca_spki);
	e->f.v.trust_point = perso_buf_span(&e->trust);
}

static void
close_eac(struct eac *e)
{
	perso_buf_done(&e->ca_spki);
	perso_buf_done(&e->trust);
	fix_close(&e->f);
}

static bool
holds(const struct perso_lds_infos *all, const struct perso_lds_infos *part)
{
	for (size_t i = 0; i < part->count; i++) {
		size_t k = 0;

		while (k < all->count &&
		       !perso_span_equal(all->infos[k], part->infos[i]))
			k++;
		if (k == all->count)
			return false;
	}
	return true;
}

/* EF.CardAccess, EF.CardSecurity, DG14 and EF.CVCA tell one story. */
Test(image_eac, files_of_security_infos_agree)
{
	PERSO_LDS_IMAGE(img);
	struct perso_lds_infos access, dg14;
	struct perso_cardsec *sec = calloc(1, sizeof(*sec));
	struct perso_secinfos *infos = calloc(1, sizeof(*infos));
	struct perso_cvca cvca;
	struct eac e;

	open_eac(&e, "lv-passport-eac");
	OK(perso_image_build(&e.f.v, &img));
	OK(perso_card_access_parse(fix_file(&img, "EF.CardAccess"), &access));
	OK(perso_dg14_parse(fix_file(&img, "EF.DG14"), &dg14));
	OK(perso_cardsec_parse(fix_file(&img, "EF.CardSecurity"), sec));
	OK(perso_cvca_parse(fix_file(&img, "EF.CVCA"), &cvca));
	cr_assert_eq(access.count, 2); /* GM, CAM */
	cr_assert_eq(dg14.count, 6);   /* and CA, its key, TA, AA */
	cr_assert_eq(sec->infos.count, 5);
	cr_assert(holds(&dg14, &access));
	cr_assert(holds(&sec->infos, &access));
	cr_assert(
	    perso_span_equal(cvca.names[0], perso_span_str("LVTESTCVCA00001")));
	OK(perso_secinfos_parse(sec->infos.set, infos));
	cr_assert_eq(
	    perso_secinfos_find(infos, PERSO_SECINFO_CA_PUBKEY)->id, 13);
	cr_assert_eq(perso_lds_image_find(&img, perso_lds_by_dg(3)).n,
	    e.f.order->record.dg3.bytes.n + 4);
	free(infos);
	free(sec);
	close_eac(&e);
}

Test(image_eac, needs_what_only_the_chip_and_the_line_know)
{
	PERSO_LDS_IMAGE(img);
	struct perso_image_values was;
	PERSO_BUF(other, 4096);
	struct eac e;

	open_eac(&e, "lv-passport-eac");
	was = e.f.v;
	OK(perso_image_try(&e.f.v));
	e.f.v.ca_spki = PERSO_SPAN_EMPTY;
	RC(perso_image_build(&e.f.v, &img), PERSO_E_MISSING);
	OK(perso_image_try(&e.f.v));
	make_ca_key(12, &other);
	e.f.v.ca_spki = perso_buf_span(&other);
	RC(perso_image_build(&e.f.v, &img), PERSO_E_MISMATCH);
	e.f.v = was;
	e.f.v.trust_point = PERSO_SPAN_EMPTY;
	RC(perso_image_build(&e.f.v, &img), PERSO_E_MISSING);
	e.f.v.trust_point = perso_span_str("no certificate");
	cr_assert_neq(perso_image_build(&e.f.v, &img), PERSO_OK);
	cr_assert_eq(img.count, 0);
	close_eac(&e);
}

Test(image_eac, an_empty_dg3_is_filled_with_given_random_bytes)
{
	static const uint8_t random[PERSO_BIO_RANDOM] = { 0xAB, 0xCD };
	PERSO_LDS_IMAGE(img);
	struct perso_dg_bio dg;
	struct eac e;

	open_eac(&e, "lv-passport-eac-child");
	cr_assert(perso_image_needs_random(e.f.v.profile, &e.f.order->record));
	OK(perso_image_try(&e.f.v));
	RC(perso_image_build(&e.f.v, &img), PERSO_E_MISSING);
	e.f.v.bio_random = perso_span_of(random);
	OK(perso_image_build(&e.f.v, &img));
	OK(perso_dg3_parse(fix_file(&img, "EF.DG3"), &dg));
	cr_assert_eq(dg.count, 0);
	cr_assert(perso_span_equal(dg.random, perso_span_of(random)));
	close_eac(&e);
}

Test(image_eac, is_made_again_around_what_was_signed)
{
	PERSO_LDS_IMAGE(img);
	PERSO_LDS_IMAGE(again);
	PERSO_BUF(other, 4096);
	struct eac e;

	open_eac(&e, "lv-passport-eac");
	OK(perso_image_build(&e.f.v, &img));
	e.f.v.sod = fix_file(&img, "EF.SOD");
	e.f.v.card_security = fix_file(&img, "EF.CardSecurity");
	e.f.v.signer = NULL;
	OK(perso_image_build(&e.f.v, &again));
	cr_assert_eq(again.count, img.count);
	for (size_t i = 0; i < img.count; i++)
		cr_assert(perso_span_equal(perso_buf_span(&img.files[i].data),
			      perso_buf_span(&again.files[i].data)),
		    "%s", img.files[i].file->name);
	perso_lds_image_done(&again);
	/* with another key of the chip it is another document's */
	make_ca_key(13, &other);
	e.f.v.ca_spki = perso_buf_span(&other);
	RC(perso_image_build(&e.f.v, &again), PERSO_E_MISMATCH);
	e.f.v.card_security = perso_span_str("nothing");
	cr_assert_neq(perso_image_build(&e.f.v, &again), PERSO_OK);
	close_eac(&e);
}
