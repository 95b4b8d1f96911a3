/*
 * perso_rd: the only cursor through which untrusted bytes are read.
 *
 * A failing call leaves cursor and outputs untouched. Integers are
 * big-endian. The reader borrows its bytes.
 */
#ifndef PERSO_RD_H
#define PERSO_RD_H

#include "perso/rc.h"
#include "perso/span.h"

struct perso_rd {
	struct perso_span s; /* the whole input */
	size_t at;	     /* offset of the next byte, <= s.n */
};

static inline struct perso_rd
perso_rd(struct perso_span s)
{
	return (struct perso_rd){ s, 0 };
}

static inline size_t
perso_rd_left(const struct perso_rd *rd)
{
	return rd->s.n - rd->at;
}

/* All: PERSO_E_TRUNCATED with the offset when too little is left. */
PERSO_MUST perso_rc perso_rd_u8(struct perso_rd *rd, uint8_t *ret);
PERSO_MUST perso_rc perso_rd_u16(struct perso_rd *rd, uint16_t *ret);
PERSO_MUST perso_rc perso_rd_u24(struct perso_rd *rd, uint32_t *ret);
PERSO_MUST perso_rc perso_rd_u32(struct perso_rd *rd, uint32_t *ret);
PERSO_MUST perso_rc perso_rd_take(
    struct perso_rd *rd, size_t n, struct perso_span *ret);
PERSO_MUST perso_rc perso_rd_skip(struct perso_rd *rd, size_t n);

/* Look at the next byte without taking it. */
PERSO_MUST perso_rc perso_rd_peek(const struct perso_rd *rd, uint8_t *ret);

/* The next bytes must be these: PERSO_E_DATA with the offset if not. */
PERSO_MUST perso_rc perso_rd_expect(struct perso_rd *rd, struct perso_span s);

/* After the last element: PERSO_E_TRAILING with the offset if any is left. */
PERSO_MUST perso_rc perso_rd_finish(const struct perso_rd *rd);

/* What is left, taken. */
struct perso_span perso_rd_rest(struct perso_rd *rd);

#endif
