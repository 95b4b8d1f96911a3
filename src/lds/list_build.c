#include "lds_int.h"

static char *
put_two(char *dst, unsigned v)
{
	*dst++ = (char)('0' + v / 10 % 10);
	*dst++ = (char)('0' + v % 10);
	return dst;
}

static char *
put_date(char *dst, struct perso_date d)
{
	dst = put_two(dst, (unsigned)d.year / 100);
	dst = put_two(dst, (unsigned)d.year);
	dst = put_two(dst, (unsigned)d.month);
	return put_two(dst, (unsigned)d.day);
}

/* see lds_int.h */
void
lds_date_text(struct perso_date d, char dst[LDS_DATE_TEXT])
{
	*put_date(dst, d) = '\0';
}

/* see lds_int.h */
void
lds_time_text(const struct perso_lds_time *t, char dst[LDS_TIME_TEXT])
{
	dst = put_date(dst, t->date);
	dst = put_two(dst, t->hour);
	dst = put_two(dst, t->minute);
	*put_two(dst, t->second) = '\0';
}

static bool
is_there(const struct lds_item *it)
{
	return it->val.n > 0 || it->list_count > 0;
}

static perso_rc
check_text(struct perso_span s)
{
	if (s.n == 0)
		PERSO_FAIL(PERSO_E_ARG, "empty");
	if (lds_text_check(s) != PERSO_OK) {
		perso_trail_add("not text");
		return PERSO_E_ARG;
	}
	return PERSO_OK;
}

static perso_rc
check_item(const struct lds_item *it)
{
	if (it->list_count > PERSO_LDS_OTHERS)
		PERSO_FAIL(PERSO_E_ARG, "%zu elements", it->list_count);
	for (size_t i = 0; i < it->list_count; i++)
		PERSO_TRY_CTX(check_text(it->list[i]), "element %zu", i);
	if (it->val.n > 0 && it->kind == LDS_TEXT)
		return check_text(it->val);
	if (it->val.n > 0 && it->kind == LDS_IMAGE)
		return lds_image_check(it->val);
	return PERSO_OK;
}

static const struct lds_item *
find(const struct lds_item *items, size_t count, uint32_t tag)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].tag == tag ||
		    (items[i].item_tag != 0 && items[i].item_tag == tag))
			return &items[i];
	return NULL;
}

/* The order in which elements are written, and the tags that name them. */
struct plan {
	const struct lds_item *items[PERSO_LDS_TAGS];
	uint32_t tags[PERSO_LDS_TAGS];
	size_t count;
};

static bool
has(const struct plan *p, const struct lds_item *it)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i] == it)
			return true;
	return false;
}

static perso_rc
plan_given(const struct lds_item *items, size_t count,
    const struct perso_tag_list *order, struct plan *p)
{
	if (order->count > PERSO_LDS_TAGS)
		PERSO_FAIL(PERSO_E_ARG, "%zu tags", order->count);
	for (size_t i = 0; i < order->count; i++) {
		const struct lds_item *it = find(items, count, order->tags[i]);

		if (it == NULL || !is_there(it) || has(p, it))
			PERSO_FAIL(PERSO_E_ARG,
			    "tag %" PRIX32 " in the given order",
			    order->tags[i]);
		p->items[p->count] = it;
		p->tags[p->count++] = order->tags[i];
	}
	for (size_t i = 0; i < count; i++)
		if (is_there(&items[i]) && !has(p, &items[i]))
			PERSO_FAIL(PERSO_E_ARG,
			    "tag %" PRIX32 " is not in the given order",
			    items[i].tag);
	return PERSO_OK;
}

static perso_rc
make_plan(const struct lds_item *items, size_t count,
    const struct perso_tag_list *order, struct plan *p)
{
	for (size_t i = 0; i < count; i++)
		if (is_there(&items[i]))
			PERSO_TRY_CTX(check_item(&items[i]), "tag %" PRIX32,
			    items[i].tag);
	if (order->count > 0)
		return plan_given(items, count, order, p);
	for (size_t i = 0; i < count; i++) {
		if (!is_there(&items[i]))
			continue;
		p->items[p->count] = &items[i];
		p->tags[p->count++] = items[i].tag;
	}
	if (p->count == 0)
		PERSO_FAIL(PERSO_E_ARG, "no element");
	return PERSO_OK;
}

static void
write_item(struct perso_wr *w, const struct lds_item *it)
{
	size_t group;

	if (it->list_count == 0) {
		perso_wr_tlv(w, it->tag, it->val);
		return;
	}
	group = perso_wr_open(w, it->tag);
	perso_wr_int(w, it->list_count);
	for (size_t i = 0; i < it->list_count; i++)
		perso_wr_tlv(w, it->item_tag, it->list[i]);
	perso_wr_close(w, group);
}

perso_rc
lds_list_build(uint32_t file_tag, const struct lds_item *items, size_t count,
    const struct perso_tag_list *order, struct perso_buf *ret)
{
	struct plan p = { .count = 0 };
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, file, list;

	PERSO_TRY(make_plan(items, count, order, &p));
	file = perso_wr_open(&w, file_tag);
	list = perso_wr_open(&w, 0x5C);
	for (size_t i = 0; i < p.count; i++)
		perso_wr_tag(&w, p.tags[i]);
	perso_wr_close(&w, list);
	for (size_t i = 0; i < p.count; i++)
		write_item(&w, p.items[i]);
	perso_wr_close(&w, file);
	return lds_end(&w, mark);
}
