#include "lds_int.h"

static perso_rc
read_tag(struct perso_rd *rd, uint32_t *ret)
{
	uint8_t b = 0, low = 0;

	PERSO_TRY(perso_rd_u8(rd, &b));
	if ((b & 0x1F) != 0x1F) {
		*ret = b;
		return PERSO_OK;
	}
	PERSO_TRY(perso_rd_u8(rd, &low));
	*ret = (uint32_t)b << 8 | low;
	return PERSO_OK;
}

static perso_rc
read_order(struct perso_rd *rd, struct perso_tag_list *ret)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	uint32_t tag = 0;
	size_t at = rd->at;
	bool there = false;

	PERSO_TRY(perso_tlv_optional(rd, 0x5C, &t, &there));
	if (!there)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no tag list (5C) at offset %zu", at);
	if (!t.minimal || t.val.n == 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "tag list at offset %zu is empty or "
		    "its length not in its shortest form",
		    at);
	in = lds_into(rd, &t);
	while (perso_rd_left(&in) > 0) {
		at = in.at;
		PERSO_TRY_CTX(read_tag(&in, &tag), "tag list");
		for (size_t i = 0; i < ret->count; i++)
			if (ret->tags[i] == tag)
				PERSO_FAIL(PERSO_E_DATA,
				    "tag %" PRIX32
				    " a second time in the list at offset %zu",
				    tag, at);
		if (ret->count == PERSO_LDS_TAGS)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d tags in "
			    "the list at offset %zu",
			    PERSO_LDS_TAGS, at);
		ret->tags[ret->count++] = tag;
	}
	return PERSO_OK;
}

static perso_rc
read_item(struct perso_rd *rd, uint32_t wanted, lds_item_fn fn, void *ctx)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;
	struct perso_rd in;

	if (perso_rd_left(rd) == 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "tag %" PRIX32 " is listed and "
		    "not there at offset %zu",
		    wanted, at);
	PERSO_TRY(lds_next(rd, &t));
	if (t.tag != wanted)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "tag %" PRIX32 " at offset %zu, "
		    "where the list has %" PRIX32,
		    t.tag, at, wanted);
	if (t.val.n == 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "tag %" PRIX32 " at offset %zu is "
		    "empty",
		    t.tag, at);
	in = lds_into(rd, &t);
	PERSO_TRY_CTX(
	    fn(ctx, &t, &in), "tag %" PRIX32 " at offset %zu", t.tag, at);
	return PERSO_OK;
}

perso_rc
lds_list_parse(struct perso_rd *rd, uint32_t group,
    struct perso_tag_list *ret_order, lds_item_fn fn, void *ctx)
{
	struct perso_tag_list order = { .count = 0 };
	bool grouped = false;

	PERSO_TRY(read_order(rd, &order));
	for (size_t i = 0; i < order.count; i++) {
		uint32_t tag = order.tags[i];
		bool is_group = tag == group || tag == 0xA0;

		if (is_group && grouped)
			PERSO_FAIL(PERSO_E_DATA,
			    "both A0 and %" PRIX32 " in the tag list", group);
		grouped = grouped || is_group;
		PERSO_TRY(read_item(rd, is_group ? 0xA0 : tag, fn, ctx));
	}
	if (perso_rd_left(rd) > 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "an element at offset %zu is not "
		    "in the tag list",
		    rd->at);
	*ret_order = order;
	return PERSO_OK;
}

perso_rc
lds_group_parse(struct perso_rd *in, uint32_t group,
    struct perso_span list[PERSO_LDS_OTHERS], size_t *ret_count)
{
	struct perso_tlv t = { 0 };
	uint64_t count = 0;
	size_t n = 0;

	PERSO_TRY(lds_expect(in, 0x02, &t));
	PERSO_TRY_CTX(perso_der_u63(t.val, &count), "number of elements");
	if (count > PERSO_LDS_OTHERS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%" PRIu64 " elements", count);
	for (; perso_rd_left(in) > 0; n++) {
		size_t at = in->at;

		if (n == count)
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "more than %" PRIu64 " elements at offset %zu",
			    count, at);
		PERSO_TRY(lds_expect(in, group, &t));
		if (t.val.n == 0)
			PERSO_FAIL(PERSO_E_RANGE,
			    "tag %" PRIX32 " at offset %zu is empty", group,
			    at);
		PERSO_TRY_CTX(lds_text_parse(t.val, &list[n]),
		    "tag %" PRIX32 " at offset %zu", group, at);
	}
	if (n != count || n == 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%zu elements instead of %" PRIu64 " up to offset %zu", n,
		    count, in->at);
	*ret_count = n;
	return PERSO_OK;
}

perso_rc
lds_text_parse(struct perso_span s, struct perso_span *ret)
{
	PERSO_TRY(lds_text_check(s));
	*ret = s;
	return PERSO_OK;
}

perso_rc
lds_image_parse(struct perso_span s, struct perso_span *ret)
{
	PERSO_TRY(lds_image_check(s));
	*ret = s;
	return PERSO_OK;
}

/* count pairs of digits, as text or BCD. */
static perso_rc
read_pairs(struct perso_span s, size_t count, int *dst, bool *ret_bcd)
{
	bool bcd = s.n == count;

	if (!bcd && s.n != 2 * count)
		PERSO_FAIL(PERSO_E_RANGE, "%zu bytes instead of %zu digits",
		    s.n, 2 * count);
	for (size_t i = 0; i < count; i++) {
		unsigned hi =
		    bcd ? (unsigned)s.p[i] >> 4 : s.p[2 * i] - (unsigned)'0';
		unsigned lo =
		    bcd ? s.p[i] & 0x0Fu : s.p[2 * i + 1] - (unsigned)'0';

		if (hi > 9 || lo > 9)
			PERSO_FAIL(PERSO_E_DATA, "byte %zu is not a digit",
			    bcd ? i : 2 * i + (hi > 9 ? 0 : 1));
		dst[i] = (int)(hi * 10 + lo);
	}
	*ret_bcd = *ret_bcd || bcd;
	return PERSO_OK;
}

perso_rc
lds_date_parse(
    struct perso_span s, bool partial, struct perso_date *ret, bool *ret_bcd)
{
	int p[4] = { 0 };
	struct perso_date d;

	PERSO_TRY_CTX(read_pairs(s, 4, p, ret_bcd), "date");
	d = (struct perso_date){ p[0] * 100 + p[1], p[2], p[3] };
	if (!lds_date_ok(d, partial))
		PERSO_FAIL(PERSO_E_RANGE, "date does not exist");
	*ret = d;
	return PERSO_OK;
}

perso_rc
lds_time_parse(struct perso_span s, struct perso_lds_time *ret, bool *ret_bcd)
{
	int p[7] = { 0 };
	struct perso_lds_time t;

	PERSO_TRY_CTX(read_pairs(s, 7, p, ret_bcd), "time");
	t.date = (struct perso_date){ p[0] * 100 + p[1], p[2], p[3] };
	t.hour = (uint8_t)p[4];
	t.minute = (uint8_t)p[5];
	t.second = (uint8_t)p[6];
	if (!lds_date_ok(t.date, false) || t.hour > 23 || t.minute > 59 ||
	    t.second > 59)
		PERSO_FAIL(PERSO_E_RANGE, "time does not exist");
	*ret = t;
	return PERSO_OK;
}
