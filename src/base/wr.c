#include "perso/wr.h"

static void
keep(struct perso_wr *w, perso_rc rc)
{
	if (w->rc == PERSO_OK)
		w->rc = rc;
}

/* see perso/wr.h */
void
perso_wr_bytes(struct perso_wr *w, struct perso_span s)
{
	if (w->rc == PERSO_OK)
		keep(w, perso_buf_append(w->b, s));
}

/* see perso/wr.h */
void
perso_wr_u8(struct perso_wr *w, uint8_t v)
{
	if (w->rc == PERSO_OK)
		keep(w, perso_buf_append_u8(w->b, v));
}

static void
put_uint(struct perso_wr *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	if (n == 1) {
		perso_wr_u8(w, (uint8_t)v);
		return;
	}
	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)(v >> 8 * (n - 1 - i));
	perso_wr_bytes(w, perso_span(b, n));
}

/* see perso/wr.h */
void
perso_wr_u16(struct perso_wr *w, uint16_t v)
{
	put_uint(w, v, 2);
}

/* see perso/wr.h */
void
perso_wr_u24(struct perso_wr *w, uint32_t v)
{
	put_uint(w, v, 3);
}

/* see perso/wr.h */
void
perso_wr_u32(struct perso_wr *w, uint32_t v)
{
	put_uint(w, v, 4);
}

/* see perso/wr.h */
void
perso_wr_zero(struct perso_wr *w, size_t n)
{
	if (w->rc == PERSO_OK && n > w->b->max - w->b->n)
		keep(w, PERSO_E_NOMEM);
	if (w->rc == PERSO_OK)
		keep(w, perso_buf_resize(w->b, w->b->n + n));
}

/* see perso/wr.h */
void
perso_wr_str(struct perso_wr *w, const char *s)
{
	perso_wr_bytes(w, perso_span_str(s));
}

/* see perso/wr.h */
void
perso_wr_tag(struct perso_wr *w, uint32_t tag)
{
	put_uint(w, tag, tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1);
}

static size_t
len_size(size_t n)
{
	size_t size = 1;

	if (n < 0x80)
		return 1;
	for (; n > 0; n >>= 8)
		size++;
	return size;
}

/* see perso/wr.h */
void
perso_wr_len(struct perso_wr *w, size_t n)
{
	size_t size = len_size(n);

	if (size > 5) {
		keep(w, PERSO_E_RANGE);
		return;
	}
	if (size > 1)
		perso_wr_u8(w, (uint8_t)(0x80 | (size - 1)));
	put_uint(w, n, size > 1 ? size - 1 : 1);
}

/* see perso/wr.h */
void
perso_wr_head(struct perso_wr *w, uint32_t tag, size_t n)
{
	perso_wr_tag(w, tag);
	perso_wr_len(w, n);
}

/* see perso/wr.h */
void
perso_wr_tlv(struct perso_wr *w, uint32_t tag, struct perso_span value)
{
	perso_wr_head(w, tag, value.n);
	perso_wr_bytes(w, value);
}

/*
 * One byte is reserved for the length, the shortest there is; closing a
 * longer value inserts the rest. The mark is the offset of the value.
 */
/* see perso/wr.h */
size_t
perso_wr_open(struct perso_wr *w, uint32_t tag)
{
	perso_wr_tag(w, tag);
	perso_wr_u8(w, 0);
	w->depth++;
	return w->b->n;
}

/* see perso/wr.h */
void
perso_wr_close(struct perso_wr *w, size_t mark)
{
	size_t n;
	uint8_t zero[4] = { 0 };

	w->depth--;
	if (w->rc != PERSO_OK)
		return;
	n = w->b->n - mark;
	if (n < 0x80) {
		w->b->p[mark - 1] = (uint8_t)n;
		return;
	}
	if (len_size(n) > 5) {
		keep(w, PERSO_E_RANGE);
		return;
	}
	keep(
	    w, perso_buf_insert(w->b, mark, perso_span(zero, len_size(n) - 1)));
	if (w->rc != PERSO_OK)
		return;
	w->b->p[mark - 1] = (uint8_t)(0x80 | (len_size(n) - 1));
	for (size_t i = len_size(n) - 1, v = n; i > 0; i--, v >>= 8)
		w->b->p[mark + i - 1] = (uint8_t)v;
}

/* see perso/wr.h */
void
perso_wr_uint(struct perso_wr *w, struct perso_span m)
{
	while (m.n > 0 && m.p[0] == 0)
		m = perso_span_sub(m, 1, m.n - 1);
	perso_wr_head(w, 0x02, m.n == 0 ? 1 : m.n + (m.p[0] >= 0x80 ? 1 : 0));
	if (m.n == 0 || m.p[0] >= 0x80)
		perso_wr_u8(w, 0);
	perso_wr_bytes(w, m);
}

/* see perso/wr.h */
void
perso_wr_int(struct perso_wr *w, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> 8 * (7 - i));
	perso_wr_uint(w, perso_span(b, 8));
}

static void
put_base128(struct perso_wr *w, uint64_t v)
{
	uint8_t b[10];
	size_t at = sizeof(b) - 1;

	if (v < 0x80) {
		perso_wr_u8(w, (uint8_t)v);
		return;
	}
	b[at] = (uint8_t)(v & 0x7F);
	while ((v >>= 7) != 0)
		b[--at] = (uint8_t)(0x80 | (v & 0x7F));
	perso_wr_bytes(w, perso_span(b + at, sizeof(b) - at));
}

/* One arc of dotted text; *s moves behind it and its dot. */
static bool
next_arc(const char **s, uint64_t *ret)
{
	uint64_t v = 0;
	const char *p = *s;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > UINT64_MAX / 16)
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	if (*p == '.' && p[1] != '\0')
		p++;
	else if (*p != '\0')
		return false;
	*s = p;
	*ret = v;
	return true;
}

/* see perso/wr.h */
void
perso_wr_oid(struct perso_wr *w, const char *dotted)
{
	uint64_t a = 0, b = 0;
	size_t mark;

	if (!next_arc(&dotted, &a) || !next_arc(&dotted, &b) || a > 2 ||
	    (a < 2 && b > 39)) {
		keep(w, PERSO_E_ARG);
		return;
	}
	mark = perso_wr_open(w, 0x06);
	put_base128(w, a * 40 + b);
	while (*dotted != '\0') {
		if (!next_arc(&dotted, &a)) {
			keep(w, PERSO_E_ARG);
			break;
		}
		put_base128(w, a);
	}
	perso_wr_close(w, mark);
}

/* see perso/wr.h */
perso_rc
perso_wr_end(const struct perso_wr *w)
{
	if (w->rc == PERSO_OK && w->depth != 0)
		PERSO_FAIL(PERSO_E_ARG, "%u templates left open", w->depth);
	if (w->rc == PERSO_E_ARG || w->rc == PERSO_E_RANGE)
		PERSO_FAIL(w->rc, "value cannot be encoded");
	return w->rc;
}
