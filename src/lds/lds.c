#include "lds_int.h"

#include "perso/hex.h"

static perso_rc
shortest(const struct perso_tlv *t, size_t at)
{
	if (!t->minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32 " at offset "
		    "%zu is not in its shortest form",
		    t->tag, at);
	return PERSO_OK;
}

perso_rc
lds_next(struct perso_rd *rd, struct perso_tlv *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_next(rd, ret));
	return shortest(ret, at);
}

perso_rc
lds_expect(struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_expect(rd, tag, ret));
	return shortest(ret, at);
}

perso_rc
lds_open(struct perso_span file, uint32_t tag, struct perso_rd *ret)
{
	struct perso_rd rd = perso_rd(file);
	struct perso_tlv t = { 0 };

	PERSO_TRY(lds_expect(&rd, tag, &t));
	PERSO_TRY_CTX(perso_rd_finish(&rd), "after tag %" PRIX32, tag);
	*ret = lds_into(&rd, &t);
	return PERSO_OK;
}

perso_rc
lds_text_check(struct perso_span s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t start = at;
		uint32_t cp = s.p[at];

		if (cp < 0x80)
			at++;
		else
			PERSO_TRY_CTX(perso_utf8_next(s, &at, &cp), "text");
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			PERSO_FAIL(PERSO_E_DATA,
			    "text has a control character at byte %zu", start);
	}
	return PERSO_OK;
}

perso_rc
lds_image_check(struct perso_span s)
{
	struct perso_image_info info = { 0 };

	PERSO_TRY(perso_image_probe(s, &info));
	if (info.format == PERSO_IMAGE_PNG || info.format == PERSO_IMAGE_WSQ)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "a %s image",
		    perso_image_format_name(info.format));
	return PERSO_OK;
}

bool
lds_is_digits(struct perso_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Doc 9303-10, 4.7.11: unknown parts are zeros. */
bool
lds_date_ok(struct perso_date d, bool partial)
{
	struct perso_date whole = d;

	if (!partial)
		return perso_date_is_valid(d);
	whole.year = d.year == 0 ? 2000 : d.year;
	whole.month = d.month == 0 ? 1 : d.month;
	whole.day = d.day == 0 ? 1 : d.day;
	return perso_date_is_valid(whole);
}

perso_rc
lds_end(const struct perso_wr *w, size_t mark)
{
	perso_rc rc = perso_wr_end(w);

	if (rc != PERSO_OK)
		perso_buf_remove(w->b, mark, w->b->n - mark);
	return rc;
}
