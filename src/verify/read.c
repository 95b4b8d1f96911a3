#include <stdio.h>

#include "perso/bac.h"
#include "verify_int.h"

/* Not there, or not for everybody: how chips say so differs. */
static bool
is_absent(perso_rc rc)
{
	uint16_t sw = perso_card_last_sw();

	return rc == PERSO_E_SW &&
	       (sw == 0x6A82 || sw == 0x6986 || sw == 0x6982 || sw == 0x6985 ||
		   sw == 0x6A83);
}

/* see verify_int.h */
perso_rc
verify_read_file(struct perso_card *card, const struct perso_lds_file *f,
    struct perso_lds_image *files, bool *ret_there)
{
	struct perso_buf *b = NULL;
	perso_rc rc = perso_card_select_ef(card, f->fid);

	*ret_there = false;
	if (is_absent(rc))
		return PERSO_OK;
	PERSO_TRY_CTX(rc, "%s", f->name);
	PERSO_TRY(perso_lds_image_add(files, f, &b));
	if (f->tag != 0)
		rc = perso_card_read_ef(card, b->max, b);
	else
		rc = perso_card_read_all(card, b->max, b);
	if (rc != PERSO_OK) {
		perso_lds_image_remove(files, f);
		/* Selected but shut: a data group is missed by its hash. */
		if (rc == PERSO_E_SW && f->dg > 0)
			return PERSO_OK;
		perso_trail_add("%s", f->name);
		return rc;
	}
	*ret_there = true;
	return PERSO_OK;
}

/* The files of the MF are free to read; few chips have them. */
static perso_rc
read_mf(struct verify *v)
{
	static const uint16_t fids[] = { PERSO_FID_ATR_INFO, PERSO_FID_DIR,
		PERSO_FID_CARD_ACCESS };
	bool there = false;
	perso_rc mf = perso_card_select_mf(&v->card);

	if (verify_is_link(mf))
		return mf;
	for (size_t i = 0; i < 3; i++) {
		const struct perso_lds_file *f =
		    perso_lds_by_fid(true, fids[i]);
		perso_rc rc = verify_read_file(&v->card, f, v->files, &there);

		if (verify_is_link(rc))
			return rc;
		if (rc != PERSO_OK)
			verify_fail_trail(v, "read-mf");
	}
	perso_card_limits_from_info(
	    perso_lds_image_find(
		v->files, perso_lds_by_fid(true, PERSO_FID_ATR_INFO)),
	    &v->card.limits);
	return PERSO_OK;
}

/* One byte of EF.DG1; *ret_open: the chip gave it away. */
static perso_rc
probe(struct verify *v, uint8_t p1, uint16_t *ret_sw, bool *ret_open)
{
	struct perso_apdu read = { .ins = 0xB0, .p1 = p1, .le = 1 };
	PERSO_BUF(data, PERSO_RSP_MAX);

	PERSO_TRY(perso_card_transmit(&v->card, &read, &data, ret_sw));
	*ret_open = *ret_open || *ret_sw == 0x9000 || data.n > 0;
	return PERSO_OK;
}

/* Doc 9303-11, 4.3: nothing without the access key, neither by the short
 * identifier nor after SELECT. */
static perso_rc
check_locked(struct verify *v)
{
	const struct perso_lds_file *dg1 = perso_lds_by_dg(1);
	uint16_t sw = 0, after = 0;
	bool open = false;
	perso_rc rc;

	PERSO_TRY(probe(v, (uint8_t)(0x80 | dg1->sfi), &sw, &open));
	rc = perso_card_select_ef(&v->card, dg1->fid);
	if (rc == PERSO_OK)
		PERSO_TRY(probe(v, 0, &after, &open));
	else if (rc != PERSO_E_SW)
		return rc;
	if (open)
		verify_fail(v, "access-control",
		    "DG1 can be read without an access key");
	else
		verify_pass(v, "access-control",
		    "nothing is readable without the access key (%04X)", sw);
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_open(struct verify *v)
{
	perso_rc rc;

	perso_card_limits_from_atr(
	    perso_link_atr(v->in->link), &v->card.limits);
	PERSO_TRY(read_mf(v));
	rc = perso_card_select_app(
	    &v->card, perso_span(perso_aid_emrtd, PERSO_AID_LEN));
	if (rc == PERSO_OK)
		rc = check_locked(v);
	if (rc == PERSO_OK)
		rc = perso_bac_open(&v->card, perso_span_str(v->access_key));
	if (verify_is_link(rc))
		return rc;
	if (rc != PERSO_OK) {
		verify_fail_trail(v, "bac");
		return PERSO_E_CARD_AUTH;
	}
	snprintf(v->r->access, sizeof(v->r->access), "BAC");
	verify_pass(v, "bac", "basic access control, 3DES secure messaging");
	return PERSO_OK;
}

/* Which data groups: of EF.SOD, of EF.COM, of the line. */
static uint32_t
wanted_dgs(struct verify *v)
{
	struct perso_com com = { 0 };
	uint32_t set = 0;

	for (size_t i = 0; v->has_sod && i < v->sod.object.count; i++)
		set |= 1u << v->sod.object.hashes[i].dg;
	if (perso_com_parse(
		perso_lds_image_find(v->files, perso_lds_by_name("EF.COM")),
		&com) == PERSO_OK)
		for (size_t i = 0; i < com.dg_count; i++)
			set |= 1u << com.dgs[i];
	for (size_t i = 0;
	     v->in->expect != NULL && i < v->in->expect->file_count; i++) {
		const struct perso_lds_file *f = perso_lds_by_fid(
		    v->in->expect->files[i].mf, v->in->expect->files[i].fid);

		if (f != NULL && f->dg > 0)
			set |= 1u << f->dg;
	}
	return set;
}

/* Data groups that nothing lists must not be there: EF.SOD would not vouch
 * for them. */
static perso_rc
probe_others(struct verify *v, uint32_t listed)
{
	for (int dg = 1; dg <= 16; dg++) {
		const struct perso_lds_file *f = perso_lds_by_dg(dg);
		perso_rc rc;

		if (listed >> dg & 1)
			continue;
		rc = perso_card_select_ef(&v->card, f->fid);
		if (verify_is_link(rc) || rc == PERSO_E_SM)
			return rc;
		if (rc == PERSO_OK)
			verify_fail(v, "extra",
			    "%s is on the chip, but neither EF.COM nor EF.SOD "
			    "lists it",
			    f->name);
	}
	return PERSO_OK;
}

/* Reads it; a failure of the chip is a failed check. */
static perso_rc
read_one(struct verify *v, const struct perso_lds_file *f, bool *ret_there)
{
	perso_rc rc = verify_read_file(&v->card, f, v->files, ret_there);

	if (verify_is_link(rc) || rc == PERSO_E_SM)
		return rc;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "read");
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_read_all(struct verify *v)
{
	const struct perso_lds_file *sod = perso_lds_by_name("EF.SOD");
	size_t failed = v->r->failed;
	uint32_t set;
	bool there = false;

	PERSO_TRY(read_one(v, perso_lds_by_name("EF.COM"), &there));
	PERSO_TRY(read_one(v, sod, &there));
	v->has_sod =
	    there && perso_sod_parse(perso_lds_image_find(v->files, sod),
			 &v->sod) == PERSO_OK;
	set = wanted_dgs(v);
	for (int dg = 1; dg <= 16; dg++)
		if (set >> dg & 1)
			PERSO_TRY(read_one(v, perso_lds_by_dg(dg), &there));
	v->r->bytes_read = perso_lds_image_size(v->files);
	if (v->r->failed == failed)
		verify_pass(v, "read", "%zu files, %zu bytes", v->files->count,
		    perso_lds_image_size(v->files));
	return probe_others(v, set);
}
