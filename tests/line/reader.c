/*
 * A plain inspector: opens the chip by every protocol, mapping and password
 * that the profile has, reads every file and compares its hash; files that
 * need Terminal Authentication only after it, and not before.
 */
#include "perso/bac.h"
#include "perso/cardsec.h"
#include "perso/chipauth.h"
#include "perso/mrz.h"
#include "perso/pace.h"
#include "perso/termauth.h"

#include "world.h"

struct reading {
	struct world *w;
	const struct perso_inspection *what;
	struct perso_card card;
	struct perso_secinfos infos;
	struct perso_buf card_access;
	struct perso_comp id_ic;
	struct perso_comp cam_comp;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
};

static perso_rc
check_file(struct reading *r, const struct perso_inspect_file *f)
{
	PERSO_BUF(b, PERSO_LDS_FILE_MAX);
	struct perso_md md;

	PERSO_TRY_CTX(perso_card_select_ef(&r->card, f->fid), "%04X", f->fid);
	PERSO_TRY_CTX(perso_card_read_all(&r->card, PERSO_LDS_FILE_MAX, &b),
	    "%04X", f->fid);
	PERSO_TRY(perso_digest(PERSO_SHA256, perso_buf_span(&b), &md));
	if (!perso_span_equal(perso_md_span(&md), perso_md_span(&f->hash)))
		PERSO_FAIL(PERSO_E_MISMATCH, "file %04X differs", f->fid);
	return PERSO_OK;
}

static bool
is_protected(const struct reading *r, const struct perso_inspect_file *f)
{
	return !f->mf && f->fid >= 0x0101 && f->fid <= 0x0110 &&
	       (r->what->profile->ta.data_groups >> (f->fid & 0xFF) & 1) != 0;
}

/* Files of the MF, or of the application, open or protected ones. */
static perso_rc
check_files(struct reading *r, bool mf, bool protected)
{
	for (size_t i = 0; i < r->what->file_count; i++) {
		const struct perso_inspect_file *f = &r->what->files[i];

		if (f->mf == mf && is_protected(r, f) == protected)
			PERSO_TRY(check_file(r, f));
	}
	return PERSO_OK;
}

static perso_rc
must_be_closed(struct reading *r)
{
	for (size_t i = 0; i < r->what->file_count; i++)
		if (is_protected(r, &r->what->files[i]) &&
		    check_file(r, &r->what->files[i]) != PERSO_E_SW)
			PERSO_FAIL(PERSO_E_MISMATCH, "file %04X is open",
			    r->what->files[i].fid);
	perso_trail_reset();
	return PERSO_OK;
}

static perso_rc
authenticate_terminal(struct reading *r, const struct perso_ca_result *ca)
{
	PERSO_BUF(ef, 64);
	struct perso_cars cars;
	struct perso_ta_chain chain;
	struct perso_ta_result ta;
	struct perso_ta_params p = { .chain = &chain,
		.key = r->w->cv_key[2],
		.id_ic = perso_comp_span(&r->id_ic),
		.comp = perso_comp_span(&ca->comp) };

	PERSO_TRY(perso_card_select_ef(&r->card, PERSO_FID_CVCA));
	PERSO_TRY(perso_card_read_all(&r->card, 64, &ef));
	PERSO_TRY(perso_cars_parse(perso_buf_span(&ef), &cars));
	PERSO_TRY(perso_ta_find_chain(
	    r->w->cv, 3, perso_keyref_pubkey(r->w->cv_key[2]), &cars, &chain));
	return perso_ta_authenticate(&r->card, &p, &ta);
}

static perso_rc
check_chip_auth(struct reading *r)
{
	struct perso_secinfos *infos = calloc(1, sizeof(*infos));
	struct perso_ca_choice choice;
	struct perso_ca_result ca;
	struct perso_lds_infos dg14;
	PERSO_BUF(b, 16384);
	perso_rc rc;

	rc = perso_card_read_file(&r->card, 0x010E, 16384, &b);
	if (rc == PERSO_OK)
		rc = perso_dg14_parse(perso_buf_span(&b), &dg14);
	if (rc == PERSO_OK)
		rc = perso_secinfos_parse(dg14.set, infos);
	if (rc == PERSO_OK)
		rc = perso_ca_choose(infos, NULL, &choice);
	if (rc == PERSO_OK)
		rc = perso_ca_open(&r->card, &choice, &ca);
	if (rc == PERSO_OK)
		rc = perso_ca_prove(&r->card, 0x0101);
	free(infos);
	PERSO_TRY_CTX(rc, "CA");
	if (r->what->profile->ta.data_groups == 0)
		return PERSO_OK;
	PERSO_TRY_CTX(authenticate_terminal(r, &ca), "TA");
	return check_files(r, false, true);
}

static perso_rc
check_application(struct reading *r)
{
	r->w->opened++;
	PERSO_TRY(check_files(r, false, false));
	PERSO_TRY(must_be_closed(r));
	if (r->what->profile->ca.cipher == 0)
		return PERSO_OK;
	return check_chip_auth(r);
}

static perso_rc
check_bac(struct reading *r)
{
	PERSO_TRY(perso_card_reset(&r->card));
	PERSO_TRY(
	    perso_card_select_app(&r->card, perso_span_of(perso_aid_emrtd)));
	PERSO_TRY(perso_bac_open(&r->card, perso_span_str(r->info)));
	return check_application(r);
}

static perso_rc
check_cam(struct reading *r, const struct perso_pace_result *pace)
{
	struct perso_secinfos *infos = calloc(1, sizeof(*infos));
	struct perso_cardsec c;
	struct perso_pubkey *ds = NULL;
	PERSO_BUF(b, 8192);
	PERSO_CERT(cert);
	perso_rc rc;

	rc = perso_card_read_file(&r->card, PERSO_FID_CARD_SECURITY, 8192, &b);
	if (rc == PERSO_OK)
		rc = perso_cardsec_parse(perso_buf_span(&b), &c);
	if (rc == PERSO_OK)
		rc = perso_cert_parse(c.cms.certs[0], &cert);
	if (rc == PERSO_OK)
		rc = perso_cert_key(&cert, &ds);
	if (rc == PERSO_OK)
		rc = perso_cms_verify(&c.cms, c.cms.content, ds);
	if (rc == PERSO_OK)
		rc = perso_secinfos_parse(c.infos.set, infos);
	if (rc == PERSO_OK)
		rc = perso_pace_cam_check(pace, infos);
	perso_pubkey_free(&ds);
	free(infos);
	return rc;
}

static struct perso_span
secret_of(const struct reading *r, enum perso_pace_password password)
{
	return password == PERSO_PACE_MRZ   ? perso_span_str(r->info)
	       : password == PERSO_PACE_CAN ? r->what->can
	       : password == PERSO_PACE_PIN ? r->what->pin
					    : r->what->puk;
}

/* A session of the PUK is for the PIN only: it reads nothing. */
static perso_rc
check_puk(struct reading *r, const struct perso_pace_choice *choice)
{
	struct perso_pace_params p = { .choice = *choice,
		.password = PERSO_PACE_PUK,
		.secret = r->what->puk };
	PERSO_PACE_RESULT(res);

	PERSO_TRY(perso_card_reset(&r->card));
	PERSO_TRY(perso_pace_open(&r->card, &p, &res));
	PERSO_TRY(perso_card_select_mf(&r->card));
	return PERSO_OK;
}

static perso_rc
check_pace(struct reading *r, const struct perso_pace_choice *choice,
    enum perso_pace_password password)
{
	struct perso_pace_params p = { .choice = *choice,
		.password = password,
		.secret = secret_of(r, password) };
	PERSO_PACE_RESULT(res);

	PERSO_TRY(perso_card_reset(&r->card));
	PERSO_TRY(perso_pace_open(&r->card, &p, &res));
	r->id_ic = res.id_ic;
	PERSO_TRY(perso_card_select_mf(&r->card));
	PERSO_TRY(check_files(r, true, false));
	if (res.has_cam)
		PERSO_TRY_CTX(check_cam(r, &res), "CAM");
	PERSO_TRY(
	    perso_card_select_app(&r->card, perso_span_of(perso_aid_emrtd)));
	return check_application(r);
}

static size_t
count_bits(unsigned v)
{
	size_t n = 0;

	for (; v != 0; v >>= 1)
		n += v & 1;
	return n;
}

static perso_rc
check_all_pace(struct reading *r)
{
	const struct perso_pace_profile *p = &r->what->profile->pace;
	struct perso_pace_choice choices[PERSO_SECINFO_MAX];
	size_t n = 0;

	PERSO_TRY(perso_card_reset(&r->card));
	PERSO_TRY(perso_card_read_file(
	    &r->card, PERSO_FID_CARD_ACCESS, 2048, &r->card_access));
	PERSO_TRY(
	    perso_secinfos_parse(perso_buf_span(&r->card_access), &r->infos));
	PERSO_TRY(perso_pace_list(&r->infos, 0, choices, &n));
	if (n != count_bits(p->mappings))
		PERSO_FAIL(PERSO_E_MISMATCH, "%zu mappings", n);
	for (size_t i = 0; i < n; i++) {
		PERSO_TRY_CTX(check_pace(r, &choices[i], PERSO_PACE_MRZ),
		    "PACE %zu with the MRZ", i);
		if (p->passwords & PERSO_PASSWORD_CAN)
			PERSO_TRY_CTX(
			    check_pace(r, &choices[i], PERSO_PACE_CAN),
			    "PACE %zu with the CAN", i);
		if (p->passwords & PERSO_PASSWORD_PIN)
			PERSO_TRY_CTX(
			    check_pace(r, &choices[i], PERSO_PACE_PIN),
			    "PACE %zu with the PIN", i);
		if (p->passwords & PERSO_PASSWORD_PUK)
			PERSO_TRY_CTX(check_puk(r, &choices[i]),
			    "PACE %zu with the PUK", i);
	}
	return PERSO_OK;
}

/* BAC where the profile has it, and only there. */
static perso_rc
check_all(struct reading *r)
{
	unsigned access = r->what->profile->access;
	perso_rc rc = check_bac(r);

	if (access & PERSO_ACCESS_BAC)
		PERSO_TRY_CTX(rc, "BAC");
	else if (rc == PERSO_OK)
		PERSO_FAIL(PERSO_E_MISMATCH, "BAC opens the chip");
	perso_trail_reset();
	return access & PERSO_ACCESS_PACE ? check_all_pace(r) : PERSO_OK;
}

static perso_rc
inspect(void *ctx, struct perso_link *link, const struct perso_inspection *what,
    struct perso_verdict *ret)
{
	struct reading *r = calloc(1, sizeof(*r));
	struct perso_mrz m;
	perso_rc rc;

	cr_assert_not_null(r);
	r->w = ctx;
	r->what = what;
	r->card_access.max = 4096;
	r->w->can_len = what->can.n;
	if (what->can.n == sizeof(r->w->can))
		memcpy(r->w->can, what->can.p, what->can.n);
	snprintf(r->w->pin, sizeof(r->w->pin), "%.*s", (int)what->pin.n,
	    (const char *)what->pin.p);
	snprintf(r->w->puk, sizeof(r->w->puk), "%.*s", (int)what->puk.n,
	    (const char *)what->puk.p);
	perso_card_init(&r->card, link);
	(void)perso_card_limits_from_atr(perso_link_atr(link), &r->card.limits);
	OK(perso_record_mrz(what->record, &m));
	OK(perso_mrz_information(&m, r->info));
	/* Document number and check digit: ID_IC of TA after BAC. */
	r->id_ic.n = 10;
	memcpy(r->id_ic.p, r->info, 10);
	rc = check_all(r);
	perso_card_done(&r->card);
	perso_buf_done(&r->card_access);
	free(r);
	*ret = (struct perso_verdict){ .ok = rc == PERSO_OK };
	snprintf(ret->text, sizeof(ret->text), "%s",
	    rc == PERSO_OK ? "read" : perso_trail_get(0));
	if (rc != PERSO_OK && getenv("PERSO_TEST_REPORTS") != NULL) {
		char text[1024];

		perso_trail_text(text, sizeof(text));
		fprintf(stderr, "%d %s\n", (int)rc, text);
	}
	return perso_rc_category(rc) == PERSO_CAT_LINK ? rc : PERSO_OK;
}

struct perso_inspector
world_reader(struct world *w)
{
	return (struct perso_inspector){
		.name = "reader", .ctx = w, .inspect = inspect
	};
}
