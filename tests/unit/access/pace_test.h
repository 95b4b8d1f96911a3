/*
 * For the tests of PACE, Chip and Terminal Authentication: a card on a link
 * that plays given commands.
 */
#ifndef PACE_TEST_H
#define PACE_TEST_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/pace_int.h"
#include "perso/digest.h"
#include "perso/kdf.h"
#include "perso/mac.h"
#include "wire.h"

/* A channel that changes nothing: "through". */
struct perso_channel *through_channel(void);

static inline void
free_card(struct perso_card *card)
{
	perso_card_done(card);
	perso_link_free(&card->link);
	wire_random(NULL);
}

#define CARD(name)                                                  \
	__attribute__((cleanup(free_card))) struct perso_card name; \
	perso_card_init(&name, wire_open())

#define eq_hex(span, hex) cr_assert_str_eq(hx_text(span), hex)

/* The trail, for messages of failing tests. */
static inline const char *
why(void)
{
	static char t[1024];

	perso_trail_text(t, sizeof(t));
	return t;
}

#define ok(expr)                                                               \
	do {                                                                   \
		perso_rc ok_rc_ = (expr);                                      \
		cr_assert_eq(                                                  \
		    ok_rc_, PERSO_OK, "%s: %d %s", #expr, (int)ok_rc_, why()); \
	} while (0)

#define is_rc(expr, want, ...)                                                \
	do {                                                                  \
		perso_rc is_rc_ = (expr);                                     \
		char is_what_[128];                                           \
		snprintf(is_what_, sizeof(is_what_), __VA_ARGS__);            \
		cr_assert_eq(is_rc_, (want), "%s: %s, not %s (%s)", is_what_, \
		    perso_rc_name(is_rc_), perso_rc_name(want), why());       \
	} while (0)

static inline struct perso_pace_choice
choice_of(const char *oid, uint64_t id)
{
	struct perso_pace_choice c = { .has_id = true, .id = id };

	ok(perso_pace_from_oid(oid, &c.protocol));
	ok(perso_group_get(id, &c.group));
	return c;
}

__attribute__((noinline, unused)) static const char *
joined(const char *a, const char *b)
{
	static char t[8][16384];
	static int at;
	char *s = t[at++ & 7];

	snprintf(s, sizeof(t[0]), "%s%s", a, b);
	return s;
}

#endif
