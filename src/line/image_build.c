/* The mapping of a record to files. The signer is in signer.c. */
#include "perso/cvc.h"
#include "line_int.h"

#define UNICODE_VERSION "040000"
#define INFOS_MAX 8192

static perso_rc
build_dg1(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_mrz m;
	struct perso_mrz_text t;
	struct perso_dg1 dg;

	PERSO_TRY(perso_record_mrz(v->record, &m));
	PERSO_TRY(perso_mrz_compose(&m, &t));
	dg.mrz = perso_span_str(t.text);
	return perso_dg1_build(&dg, ret);
}

static uint8_t
gender(char sex)
{
	switch (sex) {
	case 'M':
		return PERSO_GENDER_MALE;
	case 'F':
		return PERSO_GENDER_FEMALE;
	default:
		return PERSO_GENDER_UNSPECIFIED;
	}
}

/* ISO/IEC 19794-5:2005, 5.6.3: feature points 12.1 and 12.2. */
static void
put_eyes(const struct perso_portrait_eyes *e, struct perso_face *ret)
{
	ret->points[0] = (struct perso_face_point){ PERSO_POINT_LEFT_EYE,
		(uint16_t)e->left_x, (uint16_t)e->left_y };
	ret->points[1] = (struct perso_face_point){ PERSO_POINT_RIGHT_EYE,
		(uint16_t)e->right_x, (uint16_t)e->right_y };
	ret->point_count = 2;
}

/* Values that an order does not give are unspecified (0). */
static perso_rc
build_dg2(const struct perso_image_values *v, struct perso_buf *ret)
{
	static const uint8_t type[] = { PERSO_BIO_FACE };
	static const uint8_t version[] = { 0x01, 0x01 };
	const struct perso_record_image *p = &v->record->portrait;
	struct perso_dg2 dg = { .bit = { .version = perso_span_of(version),
				    .type = perso_span_of(type) } };

	if (p->info.width > UINT16_MAX || p->info.height > UINT16_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "portrait is too large");
	if (p->info.format == PERSO_IMAGE_WSQ)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "portrait is a WSQ image");
	if (v->profile->biometrics == PERSO_BIOMETRICS_39794) {
		dg.bit.owner = PERSO_BIO_OWNER;
		dg.bit.format = PERSO_BIO_39794_5;
	}
	/* A picture that was brought into a frame was brought into a size. */
	dg.lossy = v->profile->portrait.frame_width != 0;
	dg.face.count = 1;
	dg.face.faces[0] = (struct perso_face){
		.gender = gender(v->record->sex),
		.image_type = PERSO_FACE_FRONTAL,
		.jpeg2000 = p->info.format != PERSO_IMAGE_JPEG,
		.width = (uint16_t)p->info.width,
		.height = (uint16_t)p->info.height,
		.colour_space = p->info.components == 1 ? 3 : 1,
		.image = perso_buf_span(&p->bytes),
		.probed = &p->info,
	};
	if (p->has_eyes)
		put_eyes(&p->eyes, &dg.face.faces[0]);
	return perso_dg2_build(&dg, ret);
}

/* The portrait as it is printed. */
static perso_rc
build_dg5(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_dg7 dg = { .count = 1 };

	dg.images[0] = perso_buf_span(&v->record->portrait.bytes);
	return perso_dg5_build(&dg, ret);
}

static perso_rc
build_dg7(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_dg7 dg = { .count = 1 };

	dg.images[0] = perso_buf_span(&v->record->signature.bytes);
	return perso_dg7_build(&dg, ret);
}

static perso_rc
build_dg14(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_lds_infos infos;
	PERSO_BUF(set, INFOS_MAX);

	PERSO_TRY(perso_image_infos(v, INFOS_DG14, &set, &infos));
	return perso_dg14_build(&infos, ret);
}

static perso_rc
build_card_access(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_lds_infos infos;
	PERSO_BUF(set, INFOS_MAX);

	PERSO_TRY(perso_image_infos(v, INFOS_CARD_ACCESS, &set, &infos));
	return perso_card_access_build(&infos, ret);
}

/* The name of the one key that the chip is given. */
static perso_rc
build_cvca(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_cvca names = { .count = 1 };
	PERSO_CVC(cert);

	if (v->trust_point.n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "the trust point");
	PERSO_TRY_CTX(perso_cvc_parse(v->trust_point, &cert), "trust point");
	names.names[0] = perso_span_str(cert.chr);
	return perso_cvca_build(&names, ret);
}

static perso_rc
build_dg15(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_dg15 dg = { .spki = v->aa_spki };

	if (v->aa_spki.n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "the chip's public key");
	return perso_dg15_build(&dg, ret);
}

/* ISO/IEC 7816-4 12.1.1.9 and 12.7.1: DF by name and by identifier, short
 * EF identifiers; one-byte units; chaining, extended length. */
static perso_rc
build_atr_info(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_atr_info a = { .has_capabilities = true,
		.capabilities = { 0x94, 0x01, 0x80 } };

	if (v->chip != NULL && v->chip->extended) {
		a.capabilities[2] |= 0x40;
		a.has_limits = true;
		a.max_command = v->chip->max_command + 9;
		a.max_response = v->chip->max_response + 2;
	}
	return perso_atr_info_build(&a, ret);
}

static perso_rc
build_dir(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_dir d = { .count = 1 };

	(void)v;
	d.apps[0].aid = perso_span_of(perso_aid_emrtd);
	return perso_dir_build(&d, ret);
}

/* DG7 is left out where the order may do without a signature and does; DG13
 * and DG16 likewise. */
static bool
has_dg(const struct perso_image_values *v, unsigned dg)
{
	if (dg == 7 && v->record->signature.bytes.n == 0 &&
	    (v->profile->required & PERSO_FIELD_SIGNATURE) == 0)
		return false;
	if (dg == 13 && v->record->issuer_data_n == 0)
		return false;
	if (dg == 16 && v->record->notify_count == 0)
		return false;
	return perso_doc_profile_has_dg(v->profile, dg);
}

static perso_rc
build_com(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_com c = { .unicode_version = UNICODE_VERSION };

	PERSO_TRY(perso_span_copy(c.lds_version, sizeof(c.lds_version),
	    perso_span_of(v->profile->lds_version)));
	for (unsigned dg = 1; dg <= 16; dg++)
		if (has_dg(v, dg))
			c.dgs[c.dg_count++] = (uint8_t)dg;
	return perso_com_build(&c, ret);
}

typedef perso_rc (*build_fn)(
    const struct perso_image_values *v, struct perso_buf *ret);

#define DG(n) (PERSO_EF_DG1 + (n)-1)

static const struct {
	enum perso_lds_row row;
	unsigned mf; /* enum perso_mf_file; 0: no file of the MF */
	bool late;   /* needs number, chip or signer */
	build_fn build;
} table[] = {
	{ PERSO_EF_ATR_INFO, PERSO_MF_ATR_INFO, false, build_atr_info },
	{ PERSO_EF_DIR, PERSO_MF_DIR, false, build_dir },
	{ PERSO_EF_CARD_ACCESS, PERSO_MF_CARD_ACCESS, false,
	    build_card_access },
	{ PERSO_EF_CARD_SECURITY, PERSO_MF_CARD_SECURITY, true,
	    perso_image_card_security },
	{ PERSO_EF_COM, 0, false, build_com },
	{ DG(1), 0, true, build_dg1 },
	{ DG(2), 0, false, build_dg2 },
	{ DG(3), 0, false, perso_image_dg3 },
	{ DG(4), 0, false, perso_image_dg4 },
	{ DG(5), 0, false, build_dg5 },
	{ DG(7), 0, false, build_dg7 },
	{ DG(11), 0, false, perso_image_dg11 },
	{ DG(12), 0, false, perso_image_dg12 },
	{ DG(13), 0, false, perso_image_dg13 },
	{ DG(14), 0, true, build_dg14 },
	{ DG(15), 0, true, build_dg15 },
	{ DG(16), 0, false, perso_image_dg16 },
	{ PERSO_EF_CVCA, 0, true, build_cvca },
};
#define ROWS (sizeof(table) / sizeof(table[0]))

static bool
is_wanted(const struct perso_image_values *v, size_t i)
{
	const struct perso_lds_file *f = &perso_lds_files[table[i].row];

	if (f->dg != 0)
		return has_dg(v, (unsigned)f->dg);
	if (f->mf)
		return (v->profile->mf_files & table[i].mf) != 0;
	return table[i].row == PERSO_EF_CVCA ? v->profile->cvca
					     : v->profile->com;
}

/* A data group that nobody can build must not be left out in silence. */
static perso_rc
check_profile(const struct perso_doc_profile *p)
{
	uint32_t unknown = p->data_groups;

	if (perso_doc_profile_is_chipless(p))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s has no chip", p->id);
	for (size_t i = 0; i < ROWS; i++)
		unknown &= ~(UINT32_C(1) << perso_lds_files[table[i].row].dg);
	if (unknown != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s: DG%d", p->id,
		    __builtin_ctz(unknown));
	return PERSO_OK;
}

static perso_rc
build_files(
    const struct perso_image_values *v, bool late, struct perso_lds_image *img)
{
	struct perso_buf *b = NULL;

	PERSO_TRY(check_profile(v->profile));
	for (size_t i = 0; i < ROWS; i++) {
		const struct perso_lds_file *f = &perso_lds_files[table[i].row];

		if (!is_wanted(v, i) || (table[i].late && !late))
			continue;
		PERSO_TRY_CTX(perso_lds_image_add(img, f, &b), "%s", f->name);
		PERSO_TRY_CTX(table[i].build(v, b), "%s", f->name);
	}
	return PERSO_OK;
}

static perso_rc
sod_object(const struct perso_doc_profile *p, const struct perso_lds_image *img,
    struct perso_lds_object *o)
{
	if (strcmp(p->lds_version, "0108") == 0) {
		o->version = 1;
		PERSO_TRY(perso_span_copy(o->lds_version,
		    sizeof(o->lds_version), perso_span_of(p->lds_version)));
		PERSO_TRY(perso_span_copy(o->unicode_version,
		    sizeof(o->unicode_version),
		    perso_span(UNICODE_VERSION, sizeof(UNICODE_VERSION))));
	}
	PERSO_TRY(perso_hash_from_name(p->hash, &o->hash));
	return perso_lds_object_add_image(o, img);
}

static perso_rc
sign(const struct perso_image_values *v, struct perso_lds_image *img,
    struct perso_buf *ret)
{
	struct perso_sod_values s = { .has_signing_time = false };

	PERSO_TRY(perso_signer_values(v, &s));
	PERSO_TRY(sod_object(v->profile, img, &s.object));
	return perso_sod_build(&s, perso_signer_key(v->signer), ret);
}

/* An EF.SOD that exists: every data group and no other is in it. */
static perso_rc
take_sod(const struct perso_image_values *v, struct perso_lds_image *img,
    struct perso_buf *ret)
{
	struct perso_sod *s = calloc(1, sizeof(*s));
	size_t dgs = 0;
	perso_rc rc;

	if (s == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for EF.SOD");
	rc = perso_sod_parse(v->sod, s);
	for (size_t i = 0; rc == PERSO_OK && i < img->count; i++) {
		int dg = img->files[i].file->dg;

		if (dg == 0)
			continue;
		dgs++;
		rc = perso_sod_check(
		    &s->object, dg, perso_buf_span(&img->files[i].data));
	}
	if (rc == PERSO_OK && dgs != s->object.count) {
		perso_trail_reset();
		perso_trail_add("it has hashes of other data groups");
		rc = PERSO_E_MISMATCH;
	}
	free(s);
	PERSO_TRY(rc);
	return perso_buf_append(ret, v->sod);
}

static perso_rc
build_all(const struct perso_image_values *v, struct perso_lds_image *img)
{
	struct perso_buf *sod = NULL;

	PERSO_TRY(build_files(v, true, img));
	PERSO_TRY_CTX(
	    perso_lds_image_add(img, &perso_lds_files[PERSO_EF_SOD], &sod),
	    "EF.SOD");
	if (v->sod.n != 0)
		PERSO_TRY_CTX(take_sod(v, img, sod), "EF.SOD");
	else
		PERSO_TRY_CTX(sign(v, img, sod), "EF.SOD");
	return PERSO_OK;
}

/* The values with the profile as it holds on the day of issue. */
static const struct perso_image_values *
on_day(const struct perso_image_values *v, struct perso_image_values *dst,
    struct perso_doc_profile *profile)
{
	perso_doc_profile_on(v->profile, v->record->issue, profile);
	*dst = *v;
	dst->profile = profile;
	return dst;
}

/* see perso/image_build.h */
perso_rc
perso_image_build(
    const struct perso_image_values *v, struct perso_lds_image *ret)
{
	struct perso_image_values on;
	struct perso_doc_profile profile;
	perso_rc rc;

	if (ret->count != 0)
		PERSO_FAIL(PERSO_E_ARG, "the image is not empty");
	rc = build_all(on_day(v, &on, &profile), ret);
	if (rc != PERSO_OK)
		perso_lds_image_done(ret);
	return rc;
}

/* see perso/image_build.h */
perso_rc
perso_image_try(const struct perso_image_values *v)
{
	static const uint8_t zeros[PERSO_BIO_RANDOM] = { 0 };
	struct perso_image_values on;
	struct perso_doc_profile profile;
	PERSO_LDS_IMAGE(img);

	(void)on_day(v, &on, &profile);
	on.bio_random = perso_span_of(zeros);
	return build_files(&on, false, &img);
}
