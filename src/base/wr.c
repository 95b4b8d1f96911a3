#include "perso/wr.h"

#define OID_BYTES 127 /* of the contents: one byte of length */

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

/* The last n bytes of v, big-endian. */
static void
store(uint8_t *to, uint64_t v, size_t n)
{
	for (size_t i = n; i-- > 0; v >>= 8)
		to[i] = (uint8_t)v;
}

static void
put_uint(struct perso_wr *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	store(b, v, n);
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

#define TAG_MAX 3
#define LEN_MAX 5

static size_t
store_tag(uint8_t to[TAG_MAX], uint32_t tag)
{
	size_t n = 0;

	if (tag > 0xFFFF)
		to[n++] = (uint8_t)(tag >> 16);
	if (tag > 0xFF)
		to[n++] = (uint8_t)(tag >> 8);
	to[n++] = (uint8_t)tag;
	return n;
}

/* Returns 0 if n is too large for LEN_MAX bytes. */
static size_t
store_len(uint8_t to[LEN_MAX], size_t n)
{
	size_t more = 1;

	if (n < 0x80) {
		to[0] = (uint8_t)n;
		return 1;
	}
	while (more < LEN_MAX && n >> 8 * more != 0)
		more++;
	if (more == LEN_MAX)
		return 0;
	to[0] = (uint8_t)(0x80 | more);
	store(to + 1, n, more);
	return 1 + more;
}

/* see perso/wr.h */
void
perso_wr_tag(struct perso_wr *w, uint32_t tag)
{
	uint8_t b[TAG_MAX];

	perso_wr_bytes(w, perso_span(b, store_tag(b, tag)));
}

/* see perso/wr.h */
void
perso_wr_len(struct perso_wr *w, size_t n)
{
	uint8_t b[LEN_MAX];
	size_t size = store_len(b, n);

	if (size == 0)
		keep(w, PERSO_E_RANGE);
	perso_wr_bytes(w, perso_span(b, size));
}

/* see perso/wr.h */
void
perso_wr_head(struct perso_wr *w, uint32_t tag, size_t n)
{
	uint8_t b[TAG_MAX + LEN_MAX];
	size_t at = store_tag(b, tag), size = store_len(b + at, n);

	if (size == 0)
		keep(w, PERSO_E_RANGE);
	perso_wr_bytes(w, perso_span(b, at + size));
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
	perso_wr_head(w, tag, 0);
	w->depth++;
	return w->b->n;
}

/* see perso/wr.h */
void
perso_wr_close(struct perso_wr *w, size_t mark)
{
	uint8_t len[LEN_MAX];
	size_t size;

	w->depth--;
	if (w->rc != PERSO_OK)
		return;
	size = store_len(len, w->b->n - mark);
	if (size == 0) {
		keep(w, PERSO_E_RANGE);
		return;
	}
	if (size > 1)
		keep(w, perso_buf_insert(
			    w->b, mark, perso_span(len + 1, size - 1)));
	if (w->rc == PERSO_OK)
		w->b->p[mark - 1] = len[0];
}

/* see perso/wr.h */
void
perso_wr_uint(struct perso_wr *w, struct perso_span m)
{
	while (m.n > 0 && m.p[0] == 0)
		m = perso_span(m.p + 1, m.n - 1);
	perso_wr_head(w, 0x02, m.n == 0 ? 1 : m.n + (m.p[0] >= 0x80 ? 1 : 0));
	if (m.n == 0 || m.p[0] >= 0x80)
		perso_wr_u8(w, 0);
	perso_wr_bytes(w, m);
}

/* see perso/wr.h */
void
perso_wr_int(struct perso_wr *w, uint64_t v)
{
	uint8_t b[2 + 9] = { 0x02 };
	size_t n = 1; /* one bit more than v has */

	while (n < 9 && v >> (8 * n - 1) != 0)
		n++;
	b[1] = (uint8_t)n;
	store(b + 2, v, n);
	perso_wr_bytes(w, perso_span(b, 2 + n));
}

/* Appends to b, which has room for OID_BYTES. */
static bool
store_base128(uint8_t *b, size_t *n, uint64_t v)
{
	unsigned more = 0;

	while (more < 9 && v >> 7 * (more + 1) != 0)
		more++;
	if (OID_BYTES - *n < more + 1)
		return false;
	for (; more > 0; more--)
		b[(*n)++] = (uint8_t)(0x80 | (v >> 7 * more & 0x7F));
	b[(*n)++] = (uint8_t)(v & 0x7F);
	return true;
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

/* The first two arcs are one number. */
static bool
encode_oid(const char *dotted, uint8_t b[OID_BYTES], size_t *n)
{
	uint64_t first = 0, v = 0;
	size_t arcs = 0;

	for (; *dotted != '\0'; arcs++) {
		if (!next_arc(&dotted, &v))
			return false;
		if (arcs == 0) {
			first = v;
			continue;
		}
		if (arcs == 1 && (first > 2 || (first < 2 && v > 39)))
			return false;
		if (arcs == 1)
			v += first * 40;
		if (!store_base128(b, n, v))
			return false;
	}
	return arcs > 1;
}

/* see perso/wr.h */
void
perso_wr_oid(struct perso_wr *w, const char *dotted)
{
	uint8_t b[OID_BYTES];
	size_t n = 0;

	if (encode_oid(dotted, b, &n))
		perso_wr_tlv(w, 0x06, perso_span(b, n));
	else
		keep(w, PERSO_E_ARG);
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
