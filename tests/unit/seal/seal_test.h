/*
 * What the tests of seals share: definitions of profiles/seals, a CSCA with a
 * seal signer, vectors, other people's tools.
 */
#ifndef SEAL_TEST_H
#define SEAL_TEST_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/file.h"
#include "perso/hex.h"
#include "perso/profile.h"
#include "perso/seal.h"
#include "perso/symbol.h"

/* 2026-11-22 00:00:00 UTC */
#define NOW ((time_t)1795305600)
#define DAY ((time_t)86400)

#define EXPECT(expr, want)                                              \
	do {                                                            \
		perso_rc got_ = (expr);                                 \
		char why_[400];                                         \
		perso_trail_text(why_, sizeof(why_));                   \
		cr_assert_eq(got_, (want), "%s: %s (%s)", #expr,        \
		    perso_rc_name(got_), got_ == PERSO_OK ? "" : why_); \
	} while (0)
#define OK(expr) EXPECT(expr, PERSO_OK)

/* The trail of what failed last has this text. */
void says(const char *text);

/* A definition that ships; loaded once. */
const struct perso_profiles *profiles(void);
const struct perso_seal_definition *definition(const char *id);

/* A CSCA and a seal signer under it. */
struct signer {
	struct perso_keyref *csca_key, *key;
	struct perso_cert csca, cert;
	char dir[64]; /* holds csca.cer */
	struct perso_trust *trust;
};
void signer_make(struct signer *s, enum perso_curve curve);
/* The values of its certificates, to be changed. */
struct perso_cert_values csca_values(void);
struct perso_cert_values seal_values(void);
/* Replaces the seal signer's certificate by one with these values. */
void signer_reissue(struct signer *s, struct perso_cert_values v);
void signer_done(struct signer *s);
#define SIGNER(name)                                                 \
	__attribute__((cleanup(signer_done))) struct signer name = { \
		.csca = { .der = { .max = PERSO_CERT_MAX } },        \
		.cert = { .der = { .max = PERSO_CERT_MAX } }         \
	}

/* A seal of that definition with values for all its features (of those that
 * stand for one another the first), as test_build.c sets them. */
void seal_fill(const struct perso_seal_definition *d,
    struct perso_seal_messages *m, bool optional);
void seal_make(const struct signer *s, const struct perso_seal_definition *d,
    unsigned version, bool optional, struct perso_buf *ret);

/* Vectors: a line is fields between spaces; # starts a comment. */
struct rows {
	FILE *f;
	char line[8192];
	char *field[16];
	size_t count;
};
void rows_open(struct rows *r, const char *path);
bool rows_next(struct rows *r, const char *first);
void from_hex(const char *text, struct perso_buf *ret);

/* Runs a command; its exit status, its output (both streams) in out. */
int run(struct perso_buf *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void temp_make(char dir[64]);
void temp_remove(const char *dir);
void put(const char *dir, const char *name, struct perso_span s);

#endif
