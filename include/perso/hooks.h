/*
 * The clock and the random generator of the process. Production uses the
 * defaults (time(2), getrandom(2)); tests pin both. Set them before threads
 * start.
 */
#ifndef PERSO_HOOKS_H
#define PERSO_HOOKS_H

#include <time.h>

#include "perso/rc.h"
#include "perso/span.h"

/* Seconds since 1970-01-01 UTC. */
typedef time_t (*perso_clock_fn)(void *ctx);
typedef perso_rc (*perso_rng_fn)(void *ctx, uint8_t *dst, size_t n);

void perso_clock_set(perso_clock_fn fn, void *ctx); /* NULL: default */
void perso_rng_set(perso_rng_fn fn, void *ctx);	    /* NULL: default */

time_t perso_now(void);

/* Cryptographically strong unless a test pinned it; PERSO_E_CRYPTO. */
PERSO_MUST perso_rc perso_random(void *dst, size_t n);

/* Monotonic microseconds, for durations only. */
uint64_t perso_ticks_us(void);

#endif
