#include "lds_int.h"

static perso_rc
check_text(struct perso_span s, bool needed, const char *what)
{
	if (s.n == 0 && needed)
		PERSO_FAIL(PERSO_E_ARG, "%s is empty", what);
	if (lds_text_check(s) != PERSO_OK) {
		perso_trail_add("%s is not text", what);
		return PERSO_E_ARG;
	}
	return PERSO_OK;
}

static perso_rc
check_person(const struct perso_notify *p)
{
	if (p->has_recorded && !lds_date_ok(p->recorded, false))
		PERSO_FAIL(PERSO_E_ARG, "date (5F50)");
	PERSO_TRY(check_text(p->name, true, "name (5F51)"));
	PERSO_TRY(check_text(p->telephone, false, "telephone (5F52)"));
	return check_text(p->address, false, "address (5F53)");
}

static void
write_text(struct perso_wr *w, uint32_t tag, struct perso_span s)
{
	if (s.n != 0)
		perso_wr_tlv(w, tag, s);
}

static void
write_person(struct perso_wr *w, uint32_t tag, const struct perso_notify *p)
{
	size_t person = perso_wr_open(w, tag);
	char date[LDS_DATE_TEXT];

	lds_date_text(p->recorded, date);
	if (p->has_recorded)
		perso_wr_tlv(w, 0x5F50, perso_span_str(date));
	perso_wr_tlv(w, 0x5F51, p->name);
	write_text(w, 0x5F52, p->telephone);
	write_text(w, 0x5F53, p->address);
	perso_wr_close(w, person);
}

static perso_rc
check(const struct perso_dg16 *v)
{
	if (v->count == 0 || v->count > PERSO_DG16_PERSONS)
		PERSO_FAIL(PERSO_E_ARG, "%zu persons, 1 to %d are due",
		    v->count, PERSO_DG16_PERSONS);
	for (size_t i = 0; i < v->count; i++)
		PERSO_TRY_CTX(check_person(&v->persons[i]), "person %zu", i);
	return PERSO_OK;
}

/* see perso/lds.h; Doc 9303-10, 4.7.16 */
perso_rc
perso_dg16_build(const struct perso_dg16 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, file;

	PERSO_TRY_CTX(check(v), "EF.DG16");
	file = perso_wr_open(&w, 0x70);
	perso_wr_int(&w, v->count);
	for (size_t i = 0; i < v->count; i++)
		write_person(&w, 0xA1 + (uint32_t)i, &v->persons[i]);
	perso_wr_close(&w, file);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG16");
	return PERSO_OK;
}
