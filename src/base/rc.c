#include "perso/rc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "perso/hex.h"

struct trail {
	size_t n;
	size_t lost; /* entries that found no room */
	char text[PERSO_TRAIL_MAX][PERSO_TRAIL_LEN];
};

static _Thread_local struct trail trail;

static const struct {
	perso_rc rc;
	const char *name;
} names[] = {
	{ PERSO_OK, "ok" },
	{ PERSO_E_ARG, "argument" },
	{ PERSO_E_NOMEM, "no-memory" },
	{ PERSO_E_CONFIG, "config" },
	{ PERSO_E_INTERRUPTED, "interrupted" },
	{ PERSO_E_DATA, "data" },
	{ PERSO_E_TRUNCATED, "truncated" },
	{ PERSO_E_TRAILING, "trailing" },
	{ PERSO_E_RANGE, "range" },
	{ PERSO_E_MISSING, "missing" },
	{ PERSO_E_UNSUPPORTED, "unsupported" },
	{ PERSO_E_MISMATCH, "mismatch" },
	{ PERSO_E_IO, "io" },
	{ PERSO_E_LINK, "link" },
	{ PERSO_E_TIMEOUT, "timeout" },
	{ PERSO_E_TORN, "torn" },
	{ PERSO_E_NO_CARD, "no-card" },
	{ PERSO_E_NO_READER, "no-reader" },
	{ PERSO_E_SW, "sw" },
	{ PERSO_E_ANSWER, "answer" },
	{ PERSO_E_SM, "secure-messaging" },
	{ PERSO_E_CARD_AUTH, "card-authentication" },
	{ PERSO_E_CARD_STATE, "card-state" },
	{ PERSO_E_PRODUCT, "product" },
	{ PERSO_E_CRYPTO, "crypto" },
	{ PERSO_E_KEY, "key" },
	{ PERSO_E_SIGNATURE, "signature" },
	{ PERSO_E_TRUST, "trust" },
	{ PERSO_E_EXPIRED, "expired" },
	{ PERSO_E_ROLE, "role" },
	{ PERSO_E_STORE, "store" },
	{ PERSO_E_CONFLICT, "conflict" },
	{ PERSO_E_STATE, "state" },
	{ PERSO_E_NOT_FOUND, "not-found" },
};

/* see perso/rc.h */
enum perso_category
perso_rc_category(perso_rc rc)
{
	return (enum perso_category)(rc / 100);
}

/* see perso/rc.h */
const char *
perso_rc_name(perso_rc rc)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].rc == rc)
			return names[i].name;
	return "unknown";
}

/* see perso/rc.h */
void
perso_trail_reset(void)
{
	trail.n = 0;
	trail.lost = 0;
}

/* see perso/rc.h */
void
perso_trail_add(const char *fmt, ...)
{
	va_list ap;

	if (trail.n == PERSO_TRAIL_MAX) {
		trail.lost++;
		snprintf(trail.text[PERSO_TRAIL_MAX - 1], PERSO_TRAIL_LEN,
		    "(%zu more)", trail.lost + 1);
		return;
	}
	va_start(ap, fmt);
	vsnprintf(trail.text[trail.n], PERSO_TRAIL_LEN, fmt, ap);
	va_end(ap);
	/* file names and certificates put strange text into it */
	perso_utf8_clean(trail.text[trail.n], "");
	trail.n++;
}

/* see perso/rc.h */
size_t
perso_trail_count(void)
{
	return trail.n;
}

/* see perso/rc.h */
const char *
perso_trail_get(size_t i)
{
	return i < trail.n ? trail.text[i] : "";
}

/* see perso/rc.h */
void
perso_trail_text(char *dst, size_t cap)
{
	size_t at = 0;

	if (cap == 0)
		return;
	dst[0] = '\0';
	for (size_t i = trail.n; i-- > 0;) {
		int n = snprintf(dst + at, cap - at, "%s%s", trail.text[i],
		    i > 0 ? ": " : "");
		if (n < 0 || (size_t)n >= cap - at)
			return;
		at += (size_t)n;
	}
}
