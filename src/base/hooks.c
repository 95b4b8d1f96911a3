#include "perso/hooks.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static perso_clock_fn clock_fn;
static void *clock_ctx;
static perso_rng_fn rng_fn;
static void *rng_ctx;

/* see perso/hooks.h */
void
perso_clock_set(perso_clock_fn fn, void *ctx)
{
	clock_fn = fn;
	clock_ctx = ctx;
}

/* see perso/hooks.h */
void
perso_rng_set(perso_rng_fn fn, void *ctx)
{
	rng_fn = fn;
	rng_ctx = ctx;
}

/* see perso/hooks.h */
time_t
perso_now(void)
{
	return clock_fn != NULL ? clock_fn(clock_ctx) : time(NULL);
}

/* see perso/hooks.h */
perso_rc
perso_random(void *dst, size_t n)
{
	uint8_t *p = dst;

	if (rng_fn != NULL)
		return rng_fn(rng_ctx, p, n);
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			PERSO_FAIL(
			    PERSO_E_CRYPTO, "getrandom: %s", strerror(errno));
		p += got;
		n -= (size_t)got;
	}
	return PERSO_OK;
}

/* see perso/hooks.h */
uint64_t
perso_ticks_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
