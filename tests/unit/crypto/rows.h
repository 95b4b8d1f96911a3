/*
 * Vector files: a line is fields between spaces; # starts a comment line.
 */
#ifndef ROWS_H
#define ROWS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/hex.h"
#include "perso/key.h"

#define ROWS_FIELDS 8

struct rows {
	FILE *f;
	char line[32768];
	char *field[ROWS_FIELDS];
	size_t count, lines;
};

void rows_open(struct rows *v, const char *path);
bool rows_next(struct rows *v); /* closes at the end */
/* The bytes of field i; "-" is none. b is cleared before. */
struct perso_span rows_hex(const struct rows *v, size_t i, struct perso_buf *b);

struct perso_pubkey *load_spki(const char *name);
void spki_bytes(const char *name, struct perso_buf *ret);

#define cr_ok(expr)                                                   \
	do {                                                          \
		perso_rc cr_ok_rc_ = (expr);                          \
		char cr_ok_t_[512] = "";                              \
		if (cr_ok_rc_ != PERSO_OK)                            \
			perso_trail_text(cr_ok_t_, sizeof(cr_ok_t_)); \
		cr_assert(cr_ok_rc_ == PERSO_OK, "%s: %s: %s", #expr, \
		    perso_rc_name(cr_ok_rc_), cr_ok_t_);              \
	} while (0)

#define cr_rc(expr, want)                                            \
	do {                                                         \
		perso_rc cr_rc_ = (expr);                            \
		cr_assert(cr_rc_ == (want), "%s: %s, not %s", #expr, \
		    perso_rc_name(cr_rc_), perso_rc_name(want));     \
	} while (0)

#endif
