/*
 * perso_span: borrowed bytes. Never owns, never outlives what it points to.
 */
#ifndef PERSO_SPAN_H
#define PERSO_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "perso/rc.h"

struct perso_span {
	const uint8_t *p; /* may be NULL only when n is 0 */
	size_t n;	  /* bytes */
};

#define PERSO_SPAN_EMPTY ((struct perso_span){ NULL, 0 })

static inline struct perso_span
perso_span(const void *p, size_t n)
{
	return (struct perso_span){ p, n };
}

/* The bytes of a C string without its terminator. */
struct perso_span perso_span_str(const char *s);

/* Not for secrets: perso_secret_equal(). */
bool perso_span_equal(struct perso_span a, struct perso_span b);

/* n bytes from off, clipped to what is there; never reads outside. */
struct perso_span perso_span_sub(struct perso_span s, size_t off, size_t n);

/* Copies s to dst, which has room for cap bytes: PERSO_E_RANGE if it does
 * not fit (dst untouched). The only way to copy bytes outside base and
 * crypto besides perso_buf and perso_wr. */
PERSO_MUST perso_rc perso_span_copy(void *dst, size_t cap, struct perso_span s);

/* Of an array: perso_span_of(key). Do not pass a pointer. */
#define perso_span_of(array) perso_span((array), sizeof(array))

#endif
