/*
 * perso_buf: owned bytes with a mandatory maximum.
 *
 * Growing allocates a new block, copies, wipes and frees the old one (never
 * realloc), so no stale copy of a secret is left behind. Shrinking wipes the
 * tail; perso_buf_done() wipes everything. Not thread-safe.
 *
 *	PERSO_BUF(rsp, 65536);	// declares a local that cleans up itself
 */
#ifndef PERSO_BUF_H
#define PERSO_BUF_H

#include "perso/rc.h"
#include "perso/span.h"

struct perso_buf {
	uint8_t *p; /* NULL while cap is 0 */
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* n never exceeds this */
};

void perso_buf_init(struct perso_buf *b, size_t max);

/* Wipes and frees; afterwards as after perso_buf_init with the same max. */
void perso_buf_done(struct perso_buf *b);

/* Wipes the contents, keeps the memory. */
void perso_buf_clear(struct perso_buf *b);

/* PERSO_E_NOMEM beyond max or without memory; then nothing has changed. */
PERSO_MUST perso_rc perso_buf_reserve(struct perso_buf *b, size_t total);
PERSO_MUST perso_rc perso_buf_append(struct perso_buf *b, struct perso_span s);
PERSO_MUST perso_rc perso_buf_append_u8(struct perso_buf *b, uint8_t v);
PERSO_MUST perso_rc perso_buf_set(struct perso_buf *b, struct perso_span s);

/* New bytes are zero; cut bytes are wiped. */
PERSO_MUST perso_rc perso_buf_resize(struct perso_buf *b, size_t n);

/* Removes n bytes from off (clipped), wiping what is freed at the end. */
void perso_buf_remove(struct perso_buf *b, size_t off, size_t n);

/* Makes room for s at off and copies it there; off <= n. */
PERSO_MUST perso_rc perso_buf_insert(
    struct perso_buf *b, size_t off, struct perso_span s);

static inline struct perso_span
perso_buf_span(const struct perso_buf *b)
{
	return (struct perso_span){ b->p, b->n };
}

/* Contents move; *from is left empty with its maximum. */
void perso_buf_move(struct perso_buf *to, struct perso_buf *from);

#define PERSO_BUF(name, maximum) \
	__attribute__((cleanup(  \
	    perso_buf_done))) struct perso_buf name = { .max = (maximum) }

#endif
