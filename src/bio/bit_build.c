#include "bio_int.h"

static size_t
tlv_size(size_t tag, size_t n)
{
	size_t len = 1;

	if (n >= 0x80)
		for (size_t v = n; v > 0; v >>= 8)
			len++;
	return tag + len + n;
}

static size_t
element_size(struct perso_span s)
{
	return s.n == 0 ? 0 : tlv_size(1, s.n);
}

/* Contents of A1. */
static size_t
header_size(const struct perso_bit *b)
{
	return element_size(b->version) + element_size(b->type) +
	       element_size(b->subtype) + element_size(b->created) +
	       element_size(b->validity) + element_size(b->creator) + 8;
}

/* Contents of 7F60. */
static size_t
template_size(const struct perso_bit *b, size_t data_len)
{
	return tlv_size(1, header_size(b)) + tlv_size(2, data_len);
}

/* see perso/bio.h */
size_t
perso_bit_template_size(const struct perso_bit *b, size_t data_len)
{
	return tlv_size(2, template_size(b, data_len));
}

/* see perso/bio.h */
size_t
perso_bit_group_size(size_t templates_len)
{
	return tlv_size(2, 3 + templates_len);
}

/* see perso/bio.h */
size_t
perso_bit_size(const struct perso_bit *b, size_t data_len)
{
	return perso_bit_group_size(perso_bit_template_size(b, data_len));
}

static void
element(struct perso_wr *w, uint32_t tag, struct perso_span s)
{
	if (s.n > 0)
		perso_wr_tlv(w, tag, s);
}

/* see perso/bio.h; Doc 9303-10, 4.7.2.1 */
void
perso_bit_template_head(
    struct perso_wr *w, const struct perso_bit *b, size_t data_len)
{
	perso_wr_head(w, 0x7F60, template_size(b, data_len));
	perso_wr_head(w, 0xA1, header_size(b));
	element(w, 0x80, b->version);
	element(w, 0x81, b->type);
	element(w, 0x82, b->subtype);
	element(w, 0x83, b->created);
	element(w, 0x85, b->validity);
	element(w, 0x86, b->creator);
	perso_wr_u16(w, 0x8702);
	perso_wr_u16(w, b->owner);
	perso_wr_u16(w, 0x8802);
	perso_wr_u16(w, b->format);
	perso_wr_head(w, b->constructed ? 0x7F2E : 0x5F2E, data_len);
}

/* see perso/bio.h */
void
perso_bit_group_head(struct perso_wr *w, size_t count, size_t templates_len)
{
	perso_wr_head(w, 0x7F61, 3 + templates_len);
	perso_wr_int(w, count);
}

/* see perso/bio.h */
void
perso_bit_head(struct perso_wr *w, const struct perso_bit *b, size_t data_len)
{
	perso_bit_group_head(w, 1, perso_bit_template_size(b, data_len));
	perso_bit_template_head(w, b, data_len);
}

static bool
element_ok(uint32_t tag, struct perso_span s)
{
	return s.n == 0 || bio_bit_len_ok(tag, s.n);
}

/* see perso/bio.h */
perso_rc
perso_bit_check(const struct perso_bit *b)
{
	if (!element_ok(0x80, b->version) || !element_ok(0x81, b->type) ||
	    !element_ok(0x82, b->subtype) || !element_ok(0x83, b->created) ||
	    !element_ok(0x85, b->validity) || !element_ok(0x86, b->creator))
		PERSO_FAIL(PERSO_E_ARG, "a header element's length");
	return PERSO_OK;
}

/* see perso/bio.h */
perso_rc
perso_bit_build(const struct perso_bit_group *g, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t n = 0;

	if (g->count > PERSO_BITS)
		PERSO_FAIL(PERSO_E_ARG, "%zu biometric templates", g->count);
	for (size_t i = 0; i < g->count; i++) {
		PERSO_TRY_CTX(
		    perso_bit_check(&g->bits[i]), "biometric template %zu", i);
		if (g->bits[i].data.n == 0)
			PERSO_FAIL(PERSO_E_ARG,
			    "no data in biometric template "
			    "%zu",
			    i);
		n += perso_bit_template_size(&g->bits[i], g->bits[i].data.n);
	}
	PERSO_TRY_CTX(perso_buf_reserve(ret, ret->n + perso_bit_group_size(n)),
	    "biometric templates");
	perso_bit_group_head(&w, g->count, n);
	for (size_t i = 0; i < g->count; i++) {
		perso_bit_template_head(&w, &g->bits[i], g->bits[i].data.n);
		perso_wr_bytes(&w, g->bits[i].data);
	}
	return perso_wr_end(&w);
}
