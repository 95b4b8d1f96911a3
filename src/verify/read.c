#include <stdio.h>

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
		/* Selected but shut: a data group is missed by its hash. Some
		 * chips let files of the MF be selected that they have not
		 * got, and answer 6986 then. */
		if (rc == PERSO_E_SW && (f->dg > 0 || (f->mf && is_absent(rc))))
			return PERSO_OK;
		perso_trail_add("%s", f->name);
		return rc;
	}
	*ret_there = true;
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_read_mf(struct verify *v)
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

static bool
is_dead(const struct perso_card *card)
{
	return card->channel != NULL && card->channel->dead;
}

/* Is there a byte of a data group in it? Files that were made and never
 * filled, or that stay shut, say nothing about the document. */
static perso_rc
is_filled(struct verify *v, const struct perso_lds_file *f, bool *ret)
{
	struct perso_apdu read = { .ins = 0xB0, .le = 1 };
	PERSO_BUF(data, PERSO_RSP_MAX);
	uint16_t sw = 0;

	*ret = false;
	PERSO_TRY(perso_card_select_ef(&v->card, f->fid));
	PERSO_TRY(perso_card_transmit(&v->card, &read, &data, &sw));
	*ret = data.n > 0 && data.p[0] != 0x00 && data.p[0] != 0xFF;
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_others(struct verify *v)
{
	uint32_t listed = wanted_dgs(v);

	for (int dg = 1; dg <= 16; dg++) {
		const struct perso_lds_file *f = perso_lds_by_dg(dg);
		bool filled = false, was_dead;
		perso_rc rc;

		if (listed >> dg & 1)
			continue;
		was_dead = is_dead(&v->card);
		rc = is_filled(v, f, &filled);
		if (verify_is_link(rc))
			return rc;
		/* a broken channel, not one that the chip has ended */
		if (rc == PERSO_E_SM && !was_dead)
			return rc;
		if (filled)
			verify_fail(v, "extra",
			    "%s is on the chip, but neither EF.COM nor EF.SOD "
			    "lists it",
			    f->name);
		if (!is_dead(&v->card))
			continue;
		verify_skip(v, "extra",
		    "the chip ended the session when EF.DG%d was asked for; "
		    "further files were not looked for",
		    dg);
		return PERSO_OK;
	}
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_read_one(
    struct verify *v, const struct perso_lds_file *f, bool *ret_there)
{
	perso_rc rc = verify_read_file(&v->card, f, v->files, ret_there);

	if (verify_is_link(rc) || rc == PERSO_E_SM)
		return rc;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "read");
	return PERSO_OK;
}

/* What EF.DG14 says; verify_contents() tells where it is malformed. */
static void
parse_dg14(struct verify *v)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_dg(14));
	struct perso_lds_infos infos;

	v->has_infos = perso_dg14_parse(file, &infos) == PERSO_OK &&
		       perso_secinfos_parse(infos.set, &v->infos) == PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_read_first(struct verify *v)
{
	const struct perso_lds_file *sod = perso_lds_by_name("EF.SOD");
	bool there = false;

	v->read_failed = v->r->failed;
	PERSO_TRY(verify_read_one(v, perso_lds_by_name("EF.COM"), &there));
	PERSO_TRY(verify_read_one(v, sod, &there));
	v->has_sod =
	    there && perso_sod_parse(perso_lds_image_find(v->files, sod),
			 &v->sod) == PERSO_OK;
	v->wanted = wanted_dgs(v);
	there = false;
	if ((v->wanted >> 14 & 1) != 0)
		PERSO_TRY(verify_read_one(v, perso_lds_by_dg(14), &there));
	if (there)
		parse_dg14(v);
	v->read_failed = v->r->failed - v->read_failed;
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_read_rest(struct verify *v)
{
	size_t failed = v->r->failed;
	bool there = false;

	for (int dg = 1; dg <= 16; dg++)
		if ((v->wanted >> dg & 1) != 0 && dg != 14)
			PERSO_TRY(
			    verify_read_one(v, perso_lds_by_dg(dg), &there));
	v->r->bytes_read = perso_lds_image_size(v->files);
	if (v->read_failed == 0 && v->r->failed == failed)
		verify_pass(v, "read", "%zu files, %zu bytes", v->files->count,
		    perso_lds_image_size(v->files));
	return PERSO_OK;
}
