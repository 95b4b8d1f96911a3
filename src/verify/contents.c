/*
 * What is in the files: every one must parse, DG1 must be a valid zone, and
 * signer and document must fit each other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "perso/bio39794.h"
#include "perso/cardsec.h"
#include "perso/hooks.h"
#include "perso/mrz.h"
#include "perso/secinfo.h"
#include "perso/secret.h"
#include "verify_int.h"

static perso_rc
parse_infos(struct perso_span set, size_t *ret)
{
	struct perso_secinfos *infos = calloc(1, sizeof(*infos));
	perso_rc rc;

	if (infos == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = perso_secinfos_parse(set, infos);
	*ret = infos->count;
	free(infos);
	return rc;
}

static perso_rc
parse_dg2(struct perso_span s, char *text, size_t cap)
{
	struct perso_dg2 *d = calloc(1, sizeof(*d));
	perso_rc rc;

	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = perso_dg2_parse(s, d);
	if (rc == PERSO_OK)
		snprintf(text, cap, "%zu face, %ux%u pixels, %s, %s",
		    d->face.count, d->face.faces[0].width,
		    d->face.faces[0].height,
		    d->face.faces[0].jpeg2000 ? "JPEG 2000" : "JPEG",
		    d->bit.constructed ? "ISO/IEC 39794-5" : "ISO/IEC 19794-5");
	free(d);
	return rc;
}

static perso_rc
parse_dg14(struct perso_span s, char *text, size_t cap)
{
	struct perso_lds_infos infos;
	size_t n = 0;

	PERSO_TRY(perso_dg14_parse(s, &infos));
	PERSO_TRY(parse_infos(infos.set, &n));
	snprintf(text, cap, "%zu SecurityInfo%s", n, n == 1 ? "" : "s");
	return PERSO_OK;
}

static perso_rc
parse_dg15(struct perso_span s, char *text, size_t cap)
{
	struct perso_dg15 d;
	struct perso_pubkey *key = NULL;

	PERSO_TRY(perso_dg15_parse(s, &d));
	PERSO_TRY(perso_pubkey_from_spki(d.spki, &key));
	snprintf(text, cap, "%s, %zu bits",
	    perso_pubkey_kind(key) == PERSO_KEY_RSA
		? "RSA"
		: perso_curve_name(perso_pubkey_curve(key)),
	    perso_pubkey_bits(key));
	perso_pubkey_free(&key);
	return PERSO_OK;
}

static perso_rc
parse_details(struct perso_span s, int dg, char *text, size_t cap)
{
	struct perso_dg7 dg7;
	struct perso_dg11 dg11;
	struct perso_dg12 dg12;
	struct perso_dg13 dg13;
	struct perso_dg16 dg16;

	if (dg == 5 || dg == 7) {
		PERSO_TRY(dg == 5 ? perso_dg5_parse(s, &dg7)
				  : perso_dg7_parse(s, &dg7));
		snprintf(text, cap, "%zu image", dg7.count);
	} else if (dg == 11) {
		PERSO_TRY(perso_dg11_parse(s, &dg11));
		snprintf(text, cap, "%zu elements", dg11.order.count);
	} else if (dg == 12) {
		PERSO_TRY(perso_dg12_parse(s, &dg12));
		snprintf(text, cap, "%zu elements", dg12.order.count);
	} else if (dg == 13) {
		PERSO_TRY(perso_dg13_parse(s, &dg13));
		snprintf(text, cap, "%zu bytes of the issuer", dg13.data.n);
	} else {
		PERSO_TRY(perso_dg16_parse(s, &dg16));
		snprintf(text, cap, "%zu persons", dg16.count);
	}
	return PERSO_OK;
}

/* ICAO's test cases G and H: the format is that of the data group; DG3
 * names the finger, 82, and it is a finger or several. */
static perso_rc
check_header(int dg, const struct perso_bit *b, size_t i)
{
	bool finger =
	    b->format == PERSO_BIO_19794_4 || b->format == PERSO_BIO_39794_4;
	bool face =
	    b->format == PERSO_BIO_19794_5 || b->format == PERSO_BIO_39794_5;

	if (face || finger != (dg == 3))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "template %zu has format %04X in EF.DG%d", i, b->format,
		    dg);
	if (dg == 3 && b->subtype.n == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "template %zu has no subtype (82)", i);
	if (dg == 3 && ((b->subtype.p[0] & 3) == 3 || b->subtype.p[0] > 0x16))
		PERSO_FAIL(PERSO_E_RANGE, "template %zu has subtype %02X", i,
		    b->subtype.p[0]);
	return PERSO_OK;
}

static perso_rc
parse_bio(struct perso_span s, int dg, char *text, size_t cap)
{
	struct perso_dg_bio d;
	struct perso_bit_group g;

	if (dg == 3)
		PERSO_TRY(perso_dg3_parse(s, &d));
	else
		PERSO_TRY(perso_dg4_parse(s, &d));
	PERSO_TRY(perso_bit_parse(d.group, &g));
	PERSO_TRY(perso_bit_check_group(&g));
	for (size_t i = 0; i < g.count; i++)
		PERSO_TRY(check_header(dg, &g.bits[i], i));
	snprintf(text, cap, "%zu templates, %zu bytes%s", d.count, s.n,
	    g.count == 0		     ? ""
	    : perso_bit_is_39794(&g.bits[0]) ? ", ISO/IEC 39794"
					     : ", ISO/IEC 19794");
	return PERSO_OK;
}

/* Files without a data group's number; those of EF.COM, EF.SOD and DG1 have
 * checks of their own. */
static perso_rc
parse_other(
    const struct perso_lds_file *f, struct perso_span s, char *text, size_t cap)
{
	struct perso_atr_info info;
	struct perso_dir dir;
	struct perso_lds_infos infos;
	struct perso_cardsec sec;
	struct perso_cvca cvca;

	if (f->mf && f->fid == PERSO_FID_ATR_INFO)
		return perso_atr_info_parse(s, &info);
	if (f->mf && f->fid == PERSO_FID_DIR)
		return perso_dir_parse(s, &dir);
	if (f->mf && f->fid == PERSO_FID_CARD_ACCESS)
		return perso_card_access_parse(s, &infos);
	if (f->mf && f->fid == PERSO_FID_CARD_SECURITY)
		return perso_cardsec_parse(s, &sec);
	if (f == perso_lds_by_name("EF.CVCA")) {
		PERSO_TRY(perso_cvca_parse(s, &cvca));
		snprintf(text, cap, "%zu authority", cvca.count);
	}
	return PERSO_OK;
}

/* Parses one file; *text says what it holds, without saying who. */
static perso_rc
parse_file(
    const struct perso_lds_file *f, struct perso_span s, char *text, size_t cap)
{
	snprintf(text, cap, "%zu bytes", s.n);
	switch (f->dg) {
	case 2:
		return parse_dg2(s, text, cap);
	case 3:
	case 4:
		return parse_bio(s, f->dg, text, cap);
	case 5:
	case 7:
	case 11:
	case 12:
	case 13:
	case 16:
		return parse_details(s, f->dg, text, cap);
	case 14:
		return parse_dg14(s, text, cap);
	case 15:
		return parse_dg15(s, text, cap);
	default:
		return parse_other(f, s, text, cap);
	}
}

/* Doc 9303-12: the signer is one of the state that the zone names, and for
 * this type of document. */
static void
check_signer(struct verify *v)
{
	const char *alpha2 = perso_state_alpha2(v->issuer);

	if (!v->has_ds)
		return;
	if (alpha2 == NULL)
		verify_fail(v, "ds-country",
		    "issuing state of DG1 has no "
		    "country code");
	else if (strcasecmp(alpha2, v->ds.subject_country) != 0)
		verify_fail(v, "ds-country",
		    "the signer is of another "
		    "country than DG1 says");
	else
		verify_pass(v, "ds-country", "signer is of the issuing state");
	if (v->ds.type_count == 0)
		verify_skip(v, "ds-type", "signer lists no document types");
	else if (perso_cert_check_type(&v->ds, v->document_code) != PERSO_OK)
		verify_fail_trail(v, "ds-type");
	else
		verify_pass(v, "ds-type", "signer may sign this type");
}

static void
check_expiry(struct verify *v, struct perso_date expiry)
{
	if (perso_date_compare(expiry, perso_date_of(v->in->now)) < 0)
		verify_fail(v, "expiry", "the document has expired");
	else
		verify_pass(v, "expiry", "the document has not expired");
}

/* DG1 against the printed MRZ, or what of it is known. */
static void
compare_dg1(struct verify *v, struct perso_span mrz)
{
	const char *of = v->in->expect != NULL ? "order" : "printed MRZ";
	char key[40] = "", zone[91];

	if (v->expected[0] != '\0') {
		if (!perso_span_equal(mrz, perso_span_str(v->expected)))
			verify_fail(
			    v, "dg1-mrz", "DG1 differs from the %s", of);
		else
			verify_pass(
			    v, "dg1-mrz", "DG1 is what the %s says", of);
		return;
	}
	if (v->access_key[0] == '\0')
		verify_skip(
		    v, "dg1-mrz", "nothing of the printed MRZ is known");
	else if (verify_access_key(mrz, key, zone) != PERSO_OK ||
		 strcmp(key, v->access_key) != 0)
		verify_fail(v, "dg1-mrz",
		    "number, birth or expiry of DG1 are not those of the "
		    "access key");
	else
		verify_skip(v, "dg1-mrz",
		    "only the access key is known, not the whole MRZ; number, "
		    "birth and expiry agree");
	perso_wipe(key, sizeof(key));
	perso_wipe(zone, sizeof(zone));
}

static void
check_dg1(struct verify *v)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_dg(1));
	struct perso_dg1 dg1;
	struct perso_mrz m;
	perso_rc rc;

	if (file.n == 0) {
		verify_fail(v, "dg1", "EF.DG1 is missing");
		return;
	}
	rc = perso_dg1_parse(file, &dg1);
	if (rc == PERSO_OK)
		rc = perso_mrz_parse(dg1.mrz, perso_date_of(v->in->now), &m);
	if (rc != PERSO_OK) {
		verify_fail_trail(v, "dg1");
		return;
	}
	snprintf(v->issuer, sizeof(v->issuer), "%s", m.issuer);
	snprintf(
	    v->document_code, sizeof(v->document_code), "%s", m.document_code);
	verify_pass(v, "dg1", "%s, all check digits right",
	    perso_mrz_format_name(m.format));
	check_expiry(v, m.expiry);
	check_signer(v);
	compare_dg1(v, dg1.mrz);
	perso_wipe(&m, sizeof(m));
}

/* see verify_int.h */
void
verify_contents(struct verify *v)
{
	check_dg1(v);
	for (size_t i = 0; i < v->files->count; i++) {
		const struct perso_lds_entry *e = &v->files->files[i];
		char text[120], id[24];
		size_t n = 0;

		if (e->file->dg == 1 || e->file->tag == 0x60 ||
		    e->file->tag == 0x77)
			continue;
		for (const char *p = e->file->name;
		     *p != '\0' && n < sizeof(id) - 1; p++)
			id[n++] = (char)(*p >= 'A' && *p <= 'Z'	  ? *p + 32
					 : *p == '.' || *p == '/' ? '-'
								  : *p);
		id[n] = '\0';
		if (parse_file(e->file, perso_buf_span(&e->data), text,
			sizeof(text)) != PERSO_OK)
			verify_fail_trail(v, id);
		else
			verify_pass(v, id, "%s", text);
	}
}

/* see verify_int.h */
void
verify_expectations(struct verify *v)
{
	const struct perso_inspection *x = v->in->expect;
	size_t same = 0, shut = 0;

	if (x == NULL)
		return;
	verify_profile_keys(v);
	verify_details(v);
	for (size_t i = 0; i < x->file_count; i++) {
		const struct perso_lds_file *f =
		    perso_lds_by_fid(x->files[i].mf, x->files[i].fid);
		struct perso_md md;

		if (f != NULL && !perso_lds_image_has(v->files, f) &&
		    verify_shut(v, f->dg) != NULL) {
			shut++; /* its hash's check says why */
			continue;
		}
		if (f == NULL || !perso_lds_image_has(v->files, f)) {
			verify_fail(v, "written",
			    "file %04X was written, but "
			    "cannot be read",
			    x->files[i].fid);
			continue;
		}
		if (perso_digest(PERSO_SHA256,
			perso_lds_image_find(v->files, f), &md) != PERSO_OK ||
		    !perso_span_equal(
			perso_md_span(&md), perso_md_span(&x->files[i].hash)))
			verify_fail(v, "written", "%s is not what was written",
			    f->name);
		else
			same++;
	}
	if (same + shut == x->file_count && same > 0)
		verify_pass(
		    v, "written", "%zu files are what was written", same);
	if (!x->partial && same != v->files->count)
		verify_fail(v, "written",
		    "%zu files were written, %zu are "
		    "there",
		    same, v->files->count);
}
