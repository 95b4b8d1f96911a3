#include "bio_int.h"

static const struct {
	uint32_t tag;
	size_t min, max;
} lengths[] = {
	{ 0x80, 2, 2 },
	{ 0x81, 1, 3 },
	{ 0x82, 1, 1 },
	{ 0x83, 7, 7 },
	{ 0x85, 8, 8 },
	{ 0x86, 2, 4 },
	{ 0x87, 2, 2 },
	{ 0x88, 2, 2 },
};

bool
bio_bit_len_ok(uint32_t tag, size_t n)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (lengths[i].tag == tag)
			return n >= lengths[i].min && n <= lengths[i].max;
	return false;
}

static perso_rc
next(struct perso_rd *rd, struct perso_tlv *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_next(rd, ret));
	if (!ret->minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32 " at offset "
		    "%zu is not in its shortest form",
		    ret->tag, at);
	return PERSO_OK;
}

static perso_rc
expect(struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_expect(rd, tag, ret));
	if (!ret->minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32 " at offset "
		    "%zu is not in its shortest form",
		    tag, at);
	return PERSO_OK;
}

static perso_rc
put(struct perso_bit *b, const struct perso_tlv *t)
{
	struct perso_rd rd = perso_rd(t->val);

	switch (t->tag) {
	case 0x80:
		b->version = t->val;
		return PERSO_OK;
	case 0x81:
		b->type = t->val;
		return PERSO_OK;
	case 0x82:
		b->subtype = t->val;
		return PERSO_OK;
	case 0x83:
		b->created = t->val;
		return PERSO_OK;
	case 0x85:
		b->validity = t->val;
		return PERSO_OK;
	case 0x86:
		b->creator = t->val;
		return PERSO_OK;
	case 0x87:
		return perso_rd_u16(&rd, &b->owner);
	default:
		return perso_rd_u16(&rd, &b->format);
	}
}

/* Contents of A1: elements in ascending order, none twice. */
static perso_rc
read_header(struct perso_rd *rd, struct perso_bit *b)
{
	struct perso_tlv t = { 0 };
	uint32_t last = 0;
	bool owner = false;

	while (perso_rd_left(rd) > 0) {
		size_t at = rd->at;

		PERSO_TRY(next(rd, &t));
		if (t.tag <= last || t.tag < 0x80 || t.tag == 0x84 ||
		    t.tag > 0x88)
			PERSO_FAIL(PERSO_E_DATA,
			    "tag %" PRIX32 " out of place at offset %zu", t.tag,
			    at);
		if (!bio_bit_len_ok(t.tag, t.val.n))
			PERSO_FAIL(PERSO_E_RANGE,
			    "tag %" PRIX32 " at offset %zu has %zu bytes",
			    t.tag, at, t.val.n);
		PERSO_TRY(put(b, &t));
		owner = owner || t.tag == 0x87;
		last = t.tag;
	}
	if (!owner || last != 0x88)
		PERSO_FAIL(PERSO_E_MISSING,
		    "format owner or type (87, 88) up "
		    "to offset %zu",
		    rd->at);
	return PERSO_OK;
}

static perso_rc
read_template(struct perso_rd *rd, struct perso_bit *b)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in, head;
	size_t at;

	PERSO_TRY(expect(rd, 0x7F60, &t));
	in = bio_into(rd, t.val.n);
	PERSO_TRY(expect(&in, 0xA1, &t));
	head = bio_into(&in, t.val.n);
	PERSO_TRY_CTX(read_header(&head, b), "biometric header");
	at = in.at;
	PERSO_TRY_CTX(next(&in, &t), "biometric data");
	if (t.tag != 0x5F2E && t.tag != 0x7F2E)
		PERSO_FAIL(PERSO_E_DATA,
		    "tag 5F2E or 7F2E wanted at offset "
		    "%zu, found %" PRIX32,
		    at, t.tag);
	if (t.val.n == 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "biometric data at offset %zu is "
		    "empty",
		    at);
	b->constructed = t.tag == 0x7F2E;
	b->data = t.val;
	return perso_rd_finish(&in);
}

/* Contents of 7F61. */
static perso_rc
read_group(struct perso_rd *rd, struct perso_bit_group *g)
{
	struct perso_tlv t = { 0 };
	uint64_t count = 0;
	size_t at = rd->at;

	PERSO_TRY(expect(rd, 0x02, &t));
	PERSO_TRY_CTX(perso_der_u63(t.val, &count),
	    "number of templates at offset %zu", at);
	if (count > PERSO_BITS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%" PRIu64 " biometric templates at offset %zu", count, at);
	for (g->count = 0; perso_rd_left(rd) > 0; g->count++) {
		if (g->count == count)
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "more than %" PRIu64 " templates at offset %zu",
			    count, rd->at);
		PERSO_TRY_CTX(read_template(rd, &g->bits[g->count]),
		    "biometric template %zu", g->count);
	}
	if (g->count != count)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%zu templates up to offset %zu "
		    "instead of %" PRIu64,
		    g->count, rd->at, count);
	return PERSO_OK;
}

/* see perso/bio.h */
perso_rc
perso_bit_parse(struct perso_span contents, struct perso_bit_group *ret)
{
	struct perso_bit_group g = { 0 };
	struct perso_rd rd = perso_rd(contents), in;
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(expect(&rd, 0x7F61, &t));
	in = bio_into(&rd, t.val.n);
	PERSO_TRY(read_group(&in, &g));
	if (g.count == 0)
		PERSO_TRY(perso_tlv_optional(&rd, 0x53, &t, &there));
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = g;
	return PERSO_OK;
}
