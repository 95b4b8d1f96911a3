/*
 * Small fixed-size secrets: keys and seeds. Declare with PERSO_SECRET so
 * that they are wiped when they go out of scope.
 */
#ifndef PERSO_SECRET_H
#define PERSO_SECRET_H

#include "perso/rc.h"
#include "perso/span.h"

#define PERSO_SECRET_MAX 64

struct perso_secret {
	uint8_t p[PERSO_SECRET_MAX];
	size_t n;
};

void perso_secret_wipe(struct perso_secret *s);

/* PERSO_E_RANGE if longer than PERSO_SECRET_MAX. */
PERSO_MUST perso_rc perso_secret_set(
    struct perso_secret *s, struct perso_span v);

static inline struct perso_span
perso_secret_span(const struct perso_secret *s)
{
	return (struct perso_span){ s->p, s->n };
}

/* Constant time for equal lengths. */
bool perso_secret_equal(struct perso_span a, struct perso_span b);

void perso_wipe(void *p, size_t n);

#define PERSO_SECRET(name) \
	__attribute__((    \
	    cleanup(perso_secret_wipe))) struct perso_secret name = { .n = 0 }

#endif
