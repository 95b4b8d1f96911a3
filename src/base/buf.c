#include "perso/buf.h"

#include <stdlib.h>
#include <string.h>

#include "perso/secret.h"

#define CAP_MIN 256 /* the first block; then it doubles */

/* see perso/buf.h */
void
perso_buf_init(struct perso_buf *b, size_t max)
{
	*b = (struct perso_buf){ .max = max };
}

/* see perso/buf.h */
void
perso_buf_done(struct perso_buf *b)
{
	perso_wipe(b->p, b->cap);
	free(b->p);
	*b = (struct perso_buf){ .max = b->max };
}

/* see perso/buf.h */
void
perso_buf_clear(struct perso_buf *b)
{
	perso_wipe(b->p, b->n);
	b->n = 0;
}

/* A new block, a copy, the old one wiped: no stale bytes on the heap. */
static perso_rc
grow(struct perso_buf *b, size_t cap)
{
	uint8_t *p = malloc(cap);

	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for %zu bytes", cap);
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	perso_wipe(b->p, b->n);
	free(b->p);
	b->p = p;
	b->cap = cap;
	return PERSO_OK;
}

/* see perso/buf.h */
perso_rc
perso_buf_reserve(struct perso_buf *b, size_t total)
{
	size_t cap = b->cap > b->max / 2 ? b->max : b->cap * 2;

	if (total <= b->cap)
		return PERSO_OK;
	if (total > b->max)
		PERSO_FAIL(PERSO_E_NOMEM, "%zu bytes exceed the maximum of %zu",
		    total, b->max);
	if (cap < CAP_MIN)
		cap = CAP_MIN < b->max ? CAP_MIN : b->max;
	return grow(b, cap < total ? total : cap);
}

/* For n bytes more. */
static perso_rc
make_room(struct perso_buf *b, size_t n)
{
	if (n > b->max - b->n)
		PERSO_FAIL(PERSO_E_NOMEM, "%zu bytes exceed the maximum of %zu",
		    b->n + n, b->max);
	return perso_buf_reserve(b, b->n + n);
}

/* see perso/buf.h */
perso_rc
perso_buf_append(struct perso_buf *b, struct perso_span s)
{
	if (s.n > b->max - b->n || s.n > b->cap - b->n)
		PERSO_TRY(make_room(b, s.n));
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	return PERSO_OK;
}

/* see perso/buf.h */
perso_rc
perso_buf_append_u8(struct perso_buf *b, uint8_t v)
{
	if (b->n == b->cap)
		return perso_buf_append(b, perso_span(&v, 1));
	b->p[b->n++] = v;
	return PERSO_OK;
}

/* see perso/buf.h */
perso_rc
perso_buf_set(struct perso_buf *b, struct perso_span s)
{
	PERSO_TRY(perso_buf_reserve(b, s.n));
	if (s.n > 0)
		memmove(b->p, s.p, s.n); /* s may be a part of b */
	if (b->n > s.n)
		perso_wipe(b->p + s.n, b->n - s.n);
	b->n = s.n;
	return PERSO_OK;
}

/* see perso/buf.h */
perso_rc
perso_buf_resize(struct perso_buf *b, size_t n)
{
	PERSO_TRY(perso_buf_reserve(b, n));
	if (n > b->n)
		memset(b->p + b->n, 0, n - b->n);
	else if (n < b->n)
		perso_wipe(b->p + n, b->n - n);
	b->n = n;
	return PERSO_OK;
}

/* see perso/buf.h */
void
perso_buf_remove(struct perso_buf *b, size_t off, size_t n)
{
	if (off >= b->n)
		return;
	if (n > b->n - off)
		n = b->n - off;
	memmove(b->p + off, b->p + off + n, b->n - off - n);
	perso_wipe(b->p + b->n - n, n);
	b->n -= n;
}

/* see perso/buf.h */
perso_rc
perso_buf_insert(struct perso_buf *b, size_t off, struct perso_span s)
{
	if (off > b->n)
		PERSO_FAIL(PERSO_E_ARG, "insert at %zu of %zu", off, b->n);
	PERSO_TRY(make_room(b, s.n));
	if (s.n == 0)
		return PERSO_OK;
	if (off < b->n)
		memmove(b->p + off + s.n, b->p + off, b->n - off);
	memcpy(b->p + off, s.p, s.n);
	b->n += s.n;
	return PERSO_OK;
}

/* see perso/buf.h */
void
perso_buf_move(struct perso_buf *to, struct perso_buf *from)
{
	perso_buf_done(to);
	*to = *from;
	perso_buf_init(from, to->max);
}
