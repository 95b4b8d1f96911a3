/*
 * Result codes and the error trail.
 *
 * Every function that can fail returns perso_rc. Callers branch on the code;
 * the trail, kept per thread, is for people: the root cause first, then one
 * context per level ("byte 3 is not a digit" / "in LDS version" / "in
 * EF.COM"). A trail never holds personal data or secrets: say which field or
 * which offset, not what stood there.
 */
#ifndef PERSO_RC_H
#define PERSO_RC_H

#include <stddef.h>

#define PERSO_MUST __attribute__((warn_unused_result))
#define PERSO_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Hundreds are the category, see perso_rc_category(). */
typedef enum perso_rc {
	PERSO_OK = 0,

	/* caller: the call or its configuration is wrong */
	PERSO_E_ARG = 100,	   /* an argument breaks the contract */
	PERSO_E_NOMEM = 101,	   /* no memory, or a buffer's maximum */
	PERSO_E_CONFIG = 102,	   /* configuration is wrong */
	PERSO_E_INTERRUPTED = 103, /* the user asked to stop */

	/* data: bytes that came from outside */
	PERSO_E_DATA = 200,	   /* malformed */
	PERSO_E_TRUNCATED = 201,   /* ends too early */
	PERSO_E_TRAILING = 202,	   /* goes on after its end */
	PERSO_E_RANGE = 203,	   /* a value outside its range */
	PERSO_E_MISSING = 204,	   /* something required is not there */
	PERSO_E_UNSUPPORTED = 205, /* valid, but not handled */
	PERSO_E_MISMATCH = 206,	   /* two things that must agree do not */
	PERSO_E_IO = 207,	   /* a file cannot be read or written */

	/* link: between us and the chip */
	PERSO_E_LINK = 300,    /* reader or its service failed */
	PERSO_E_TIMEOUT = 301, /* no answer within the limit */
	PERSO_E_TORN = 302,    /* the chip went away */
	PERSO_E_NO_CARD = 303,
	PERSO_E_NO_READER = 304,

	/* card: the chip answered, but not what it should */
	PERSO_E_SW = 400,	  /* unexpected status word */
	PERSO_E_ANSWER = 401,	  /* response data malformed */
	PERSO_E_SM = 402,	  /* secure messaging check failed */
	PERSO_E_CARD_AUTH = 403,  /* authentication refused or wrong */
	PERSO_E_CARD_STATE = 404, /* chip is not in the needed state */
	PERSO_E_PRODUCT = 405,	  /* chip is of another product */

	/* crypto */
	PERSO_E_CRYPTO = 500,	 /* the library refused */
	PERSO_E_KEY = 501,	 /* key missing, unreadable, wrong kind */
	PERSO_E_SIGNATURE = 502, /* signature does not verify */

	/* trust */
	PERSO_E_TRUST = 600,   /* no path to something trusted */
	PERSO_E_EXPIRED = 601, /* outside a validity period */
	PERSO_E_ROLE = 602,    /* trusted, but not for this */

	/* store */
	PERSO_E_STORE = 700,	/* database failed */
	PERSO_E_CONFLICT = 701, /* exists already, or differs */
	PERSO_E_STATE = 702,	/* not allowed in this state */
	PERSO_E_NOT_FOUND = 703
} perso_rc;

enum perso_category {
	PERSO_CAT_OK = 0,
	PERSO_CAT_CALLER = 1,
	PERSO_CAT_DATA = 2,
	PERSO_CAT_LINK = 3,
	PERSO_CAT_CARD = 4,
	PERSO_CAT_CRYPTO = 5,
	PERSO_CAT_TRUST = 6,
	PERSO_CAT_STORE = 7
};

enum perso_category perso_rc_category(perso_rc rc);

/* A stable short name ("truncated", "sw"), for reports and JSON. Static. */
const char *perso_rc_name(perso_rc rc);

/* The trail: entry 0 is the root cause. At most PERSO_TRAIL_MAX entries of
 * PERSO_TRAIL_LEN bytes; what does not fit is cut, never lost silently: the
 * last entry then says so. */
#define PERSO_TRAIL_MAX 16
#define PERSO_TRAIL_LEN 200

void perso_trail_reset(void);
void perso_trail_add(const char *fmt, ...) PERSO_PRINTF(1, 2);
size_t perso_trail_count(void);
const char *perso_trail_get(size_t i); /* "" beyond the end; borrowed */

/* All entries, root cause first, joined by ": " in reverse reading order
 * ("EF.COM: LDS version: byte 3 is not a digit"), into dst of cap bytes,
 * always terminated. */
void perso_trail_text(char *dst, size_t cap);

/* Start a trail with the root cause and return the code. */
#define PERSO_FAIL(rc, ...)                   \
	do {                                  \
		perso_trail_reset();          \
		perso_trail_add(__VA_ARGS__); \
		return (rc);                  \
	} while (0)

/* Return what failed, trail untouched. */
#define PERSO_TRY(expr)                          \
	do {                                     \
		perso_rc perso_try_rc_ = (expr); \
		if (perso_try_rc_ != PERSO_OK)   \
			return perso_try_rc_;    \
	} while (0)

/* Return what failed with one more line of context. */
#define PERSO_TRY_CTX(expr, ...)                      \
	do {                                          \
		perso_rc perso_try_rc_ = (expr);      \
		if (perso_try_rc_ != PERSO_OK) {      \
			perso_trail_add(__VA_ARGS__); \
			return perso_try_rc_;         \
		}                                     \
	} while (0)

#endif
