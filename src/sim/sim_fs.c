/*
 * The chip's files: which exist in this product, who may read them once it
 * is operational, and the four commands on them.
 */
#include "sim_int.h"

/* Doc 9303-10, 3.10 and 4: identifiers and short identifiers */
const struct sim_ef sim_ef[SIM_EFS] = {
	{ 0x2F01, 0x01, SIM_MF, SIM_FREE }, /* EF.ATR/INFO */
	{ 0x2F00, 0x1E, SIM_MF, SIM_FREE }, /* EF.DIR */
	{ 0x011C, 0x1C, SIM_MF, SIM_FREE }, /* EF.CardAccess */
	{ 0x011D, 0x1D, SIM_MF, SIM_PACE }, /* EF.CardSecurity */
	{ 0x011E, 0x1E, SIM_APP, SIM_BAC }, /* EF.COM */
	{ 0x0101, 0x01, SIM_APP, SIM_BAC }, /* EF.DG1 */
	{ 0x0102, 0x02, SIM_APP, SIM_BAC },
	{ 0x0103, 0x03, SIM_APP, SIM_DG3 }, /* EF.DG3 */
	{ 0x0104, 0x04, SIM_APP, SIM_DG4 }, /* EF.DG4 */
	{ 0x0105, 0x05, SIM_APP, SIM_BAC }, { 0x0106, 0x06, SIM_APP, SIM_BAC },
	{ 0x0107, 0x07, SIM_APP, SIM_BAC }, { 0x0108, 0x08, SIM_APP, SIM_BAC },
	{ 0x0109, 0x09, SIM_APP, SIM_BAC }, { 0x010A, 0x0A, SIM_APP, SIM_BAC },
	{ 0x010B, 0x0B, SIM_APP, SIM_BAC }, { 0x010C, 0x0C, SIM_APP, SIM_BAC },
	{ 0x010D, 0x0D, SIM_APP, SIM_BAC }, { 0x010E, 0x0E, SIM_APP, SIM_BAC },
	{ 0x010F, 0x0F, SIM_APP, SIM_BAC },
	{ 0x0110, 0x10, SIM_APP, SIM_BAC }, /* EF.DG16 */
	{ 0x011D, 0x1D, SIM_APP, SIM_BAC }, /* EF.SOD */
	{ 0x011C, 0x1C, SIM_APP, SIM_BAC }, /* EF.CVCA */
};

static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };

#define PAGE 64

/* see sim_int.h */
void
sim_fs_reset(struct perso_sim *s)
{
	s->df = SIM_MF;
	s->ef = SIM_NO_EF;
}

/* see sim_int.h */
size_t
sim_find(enum sim_df df, uint16_t fid)
{
	for (size_t i = 0; i < SIM_EFS; i++)
		if (sim_ef[i].df == df && sim_ef[i].fid == fid)
			return i;
	return SIM_NO_EF;
}

static size_t
find_sfi(enum sim_df df, uint8_t sfi)
{
	for (size_t i = 0; i < SIM_EFS; i++)
		if (sim_ef[i].df == df && sim_ef[i].sfi == sfi)
			return i;
	return SIM_NO_EF;
}

/* BAC, or PACE with a password that is the holder's to show. */
static bool
is_open(const struct perso_sim *s)
{
	return s->sm.active &&
	       (s->auth.bac || (s->auth.pace != 0 && s->auth.pace != SIM_PUK));
}

static bool
is_allowed(const struct perso_sim *s, enum sim_access access)
{
	switch (access) {
	case SIM_FREE:
		return true;
	case SIM_BAC:
		return is_open(s);
	case SIM_PACE:
		return s->sm.active && s->auth.pace != 0;
	case SIM_DG3:
		return is_open(s) && (s->auth.rights & 1) != 0;
	default:
		return is_open(s) && (s->auth.rights & 2) != 0;
	}
}

/* May this file of the current DF be selected or read now? Before PACE or
 * BAC the answer doesn't tell which files there are. */
static uint16_t
access_to(const struct perso_sim *s, size_t ef)
{
	if (s->nv.operational) {
		if (s->df == SIM_APP && !is_open(s))
			return 0x6982;
		if (ef != SIM_NO_EF && !is_allowed(s, sim_ef[ef].access))
			return 0x6982;
	}
	if (ef != SIM_NO_EF && s->nv.files[ef].there)
		return SIM_OK;
	if ((s->quirks & PERSO_SIM_6986) && ef == sim_find(SIM_MF, 0x011C))
		return 0x6986;
	return 0x6A82;
}

static uint16_t
select_df(struct perso_sim *s, enum sim_df df)
{
	s->df = df;
	s->ef = SIM_NO_EF;
	return SIM_OK;
}

static uint16_t
select_ef(struct perso_sim *s, uint16_t fid)
{
	size_t ef = sim_find(s->df, fid);
	uint16_t sw = access_to(s, ef);

	if (sw == SIM_OK)
		s->ef = ef;
	return sw;
}

/* see sim_int.h; ISO/IEC 7816-4, 7.1.1 */
perso_rc
sim_select(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct perso_rd rd = perso_rd(c->data);
	uint16_t fid = 0;

	if (c->p2 != 0x0C)
		return sim_sw(a, 0x6A86);
	if (c->p1 == 0x04)
		return sim_sw(a, perso_span_equal(c->data, perso_span_of(aid))
				     ? select_df(s, SIM_APP)
				     : 0x6A82);
	if (c->p1 != 0x00 && c->p1 != 0x02)
		return sim_sw(a, 0x6A86);
	if (c->p1 == 0x00 && c->data.n == 0)
		return sim_sw(a, select_df(s, SIM_MF));
	if (c->data.n != 2 || perso_rd_u16(&rd, &fid) != PERSO_OK)
		return sim_sw(a, 0x6700);
	if (c->p1 == 0x00)
		return sim_sw(a, fid == 0x3F00 ? select_df(s, SIM_MF) : 0x6A82);
	return sim_sw(a, select_ef(s, fid));
}

/* Where a command on a transparent EF goes. */
struct target {
	size_t ef;
	uint32_t offset;
	struct perso_span data; /* to be written */
};

/* The EF that is current, or becomes it; sw as access_to. */
static uint16_t
target_ef(struct perso_sim *s, bool current, size_t other, size_t *ret)
{
	size_t ef = current ? s->ef : other;
	uint16_t sw;

	if (current && ef == SIM_NO_EF)
		return s->nv.operational && s->df == SIM_APP && !is_open(s)
			   ? 0x6982
			   : 0x6986;
	sw = access_to(s, ef);
	if (sw == SIM_OK)
		*ret = ef;
	return sw;
}

/* Even INS: P1-P2 is an offset of 15 bits, or SFI and offset. */
static uint16_t
target_even(struct perso_sim *s, const struct sim_cmd *c, struct target *t)
{
	bool sfi = (c->p1 & 0x80) != 0;

	if (sfi && (c->p1 & 0x60) != 0)
		return 0x6A86;
	t->offset = sfi ? c->p2 : (uint32_t)(c->p1 << 8 | c->p2);
	t->data = c->data;
	return target_ef(s, !sfi, find_sfi(s->df, c->p1 & 0x1F), &t->ef);
}

static perso_rc
read_offset(struct perso_rd *rd, uint32_t *ret)
{
	struct perso_tlv t;

	PERSO_TRY(perso_tlv_expect(rd, 0x54, &t));
	if (t.val.n < 1 || t.val.n > 4)
		return PERSO_E_RANGE;
	*ret = 0;
	for (size_t i = 0; i < t.val.n; i++)
		*ret = *ret << 8 | t.val.p[i];
	return PERSO_OK;
}

/* Odd INS: P1-P2 names the EF, offset and data are data objects. */
static uint16_t
target_odd(
    struct perso_sim *s, const struct sim_cmd *c, struct target *t, bool write)
{
	struct perso_rd rd = perso_rd(c->data);
	uint16_t p = (uint16_t)(c->p1 << 8 | c->p2);
	bool sfi = p >= 1 && p <= 0x1E;
	struct perso_tlv d = { .tag = 0 };
	uint16_t sw;

	sw = target_ef(s, p == 0,
	    sfi ? find_sfi(s->df, c->p2) : sim_find(s->df, p), &t->ef);
	if (sw != SIM_OK)
		return sw;
	if (read_offset(&rd, &t->offset) != PERSO_OK ||
	    (write && perso_tlv_expect(&rd, 0x53, &d) != PERSO_OK) ||
	    perso_rd_finish(&rd) != PERSO_OK)
		return 0x6A80;
	t->data = d.val;
	return SIM_OK;
}

/* Bytes before the value of a DO 53 of n bytes. */
static size_t
do53_head(size_t n)
{
	return n < 0x80 ? 2 : n < 0x100 ? 3 : n < 0x10000 ? 4 : 5;
}

static perso_rc
answer_read(struct perso_span file, const struct sim_cmd *c,
    const struct target *t, struct sim_ans *a)
{
	size_t max = c->le < c->room ? c->le : c->room;
	struct perso_wr w = perso_wr(&a->data);
	struct perso_span got;
	size_t n;

	if ((c->ins & 1) == 0) {
		perso_wr_bytes(&w, perso_span_sub(file, t->offset, max));
		a->sw = SIM_OK;
		return perso_wr_end(&w);
	}
	if (max < 3)
		return sim_sw(a, 0x6700);
	got = perso_span_sub(file, t->offset, max);
	for (n = got.n; n > 0 && do53_head(n) + n > max;)
		n--;
	perso_wr_tlv(&w, 0x53, perso_span_sub(got, 0, n));
	a->sw = SIM_OK;
	return perso_wr_end(&w);
}

/* see sim_int.h; ISO/IEC 7816-4, 7.2.3 */
perso_rc
sim_read(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct target t = { .ef = SIM_NO_EF };
	struct perso_span file;
	uint16_t sw;

	sw = (c->ins & 1) ? target_odd(s, c, &t, false) : target_even(s, c, &t);
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (!c->has_le || ((c->ins & 1) == 0 && c->data.n > 0))
		return sim_sw(a, 0x6700);
	s->ef = t.ef;
	file = perso_buf_span(&s->nv.files[t.ef].data);
	if (t.offset >= file.n)
		return sim_sw(a, 0x6B00);
	PERSO_TRY(answer_read(file, c, &t, a));
	if (s->sm.active && a->sw == SIM_OK)
		s->was_read = true;
	return PERSO_OK;
}

/* see sim_int.h; ISO/IEC 7816-4, 7.2.5 */
perso_rc
sim_update(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct target t = { .ef = SIM_NO_EF };
	struct perso_buf *file;
	size_t n;
	uint16_t sw;

	sw = (c->ins & 1) ? target_odd(s, c, &t, true) : target_even(s, c, &t);
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (t.data.n == 0)
		return sim_sw(a, 0x6700);
	file = &s->nv.files[t.ef].data;
	if (t.offset >= file->n || t.data.n > file->n - t.offset)
		return sim_sw(a, 0x6B00);
	s->ef = t.ef;
	n = s->inside ? t.data.n / 2 : t.data.n;
	PERSO_TRY(perso_span_copy(file->p + t.offset, file->n - t.offset,
	    perso_span_sub(t.data, 0, n)));
	s->pages +=
	    (uint32_t)((t.offset + t.data.n - 1) / PAGE - t.offset / PAGE + 1);
	s->dirty = true;
	return sim_sw(a, SIM_OK);
}

struct fcp {
	uint32_t size;
	uint16_t fid;
	uint8_t sfi;
};

static bool
fcp_value(struct fcp *f, const struct perso_tlv *t, unsigned *seen)
{
	struct perso_span v = t->val;
	unsigned bit = 1u << (t->tag & 0x0F);

	if ((*seen & bit) != 0)
		return false;
	*seen |= bit;
	for (size_t i = 0; t->tag == 0x80 && i < v.n; i++)
		f->size = f->size << 8 | v.p[i];
	switch (t->tag) {
	case 0x80:
		return v.n == 2 || v.n == 3;
	case 0x82:
		return v.n == 1 && v.p[0] == 0x01;
	case 0x83:
		f->fid = v.n == 2 ? (uint16_t)(v.p[0] << 8 | v.p[1]) : 0;
		return v.n == 2;
	case 0x88:
		f->sfi = v.n == 1 ? v.p[0] >> 3 : 0;
		return v.n == 1 && (v.p[0] & 7) == 0;
	default:
		return false;
	}
}

/* ISO/IEC 7816-4, table 10: size, descriptor, identifier, SFI */
static bool
read_fcp(struct perso_span data, struct fcp *f)
{
	struct perso_rd rd;
	struct perso_tlv t;
	unsigned seen = 0;

	if (perso_tlv_only(data, 0x62, &t) != PERSO_OK)
		return false;
	rd = perso_rd(t.val);
	while (perso_rd_left(&rd) > 0)
		if (perso_tlv_next(&rd, &t) != PERSO_OK ||
		    !fcp_value(f, &t, &seen))
			return false;
	return seen == (1u << 0 | 1u << 2 | 1u << 3 | 1u << 8) && f->size > 0;
}

static size_t
memory_used(const struct sim_nv *nv)
{
	size_t n = 0;

	for (size_t i = 0; i < SIM_EFS; i++)
		n += nv->files[i].data.n;
	return n;
}

/* see sim_int.h; ISO/IEC 7816-9, 5.1 */
perso_rc
sim_create_file(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct fcp f = { .size = 0 };
	struct sim_file *file;
	size_t ef;

	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (!read_fcp(c->data, &f))
		return sim_sw(a, 0x6A80);
	ef = sim_find(s->df, f.fid);
	if (ef == SIM_NO_EF || sim_ef[ef].sfi != f.sfi)
		return sim_sw(a, 0x6A80);
	file = &s->nv.files[ef];
	if (file->there)
		return sim_sw(a, 0x6A89);
	if (f.size > s->nv.cfg.memory - memory_used(&s->nv))
		return sim_sw(a, 0x6A84);
	PERSO_TRY(perso_buf_resize(&file->data, f.size));
	file->there = true;
	s->ef = ef;
	s->pages += 1;
	s->dirty = true;
	return sim_sw(a, SIM_OK);
}
