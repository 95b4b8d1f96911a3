/*
 * What the tests of pki share: files, temporary folders, other people's
 * tools, fresh keys and certificates.
 */
#ifndef PKI_TEST_H
#define PKI_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "perso/cert.h"
#include "perso/cms.h"
#include "perso/file.h"
#include "perso/keyref.h"

#define DATA "tests/data/pki/"
#define SYNTH "tests/data/synthetic/"

/* 2026-11-22 00:00:00 UTC */
#define NOW ((time_t)1795305600)
#define DAY ((time_t)86400)

/* Asserts that rc is what was expected, showing the trail if not. */
#define EXPECT(expr, want)                                              \
	do {                                                            \
		perso_rc got_ = (expr);                                 \
		char why_[400];                                         \
		perso_trail_text(why_, sizeof(why_));                   \
		cr_assert_eq(got_, (want), "%s: %s (%s)", #expr,        \
		    perso_rc_name(got_), got_ == PERSO_OK ? "" : why_); \
	} while (0)
#define OK(expr) EXPECT(expr, PERSO_OK)

/* A new folder below /tmp; removed by temp_remove(). */
void temp_make(char dir[64]);
void temp_remove(const char *dir);
void put(const char *dir, const char *name, struct perso_span s);

/* Runs a command; its exit status, its output (both streams) in out. */
int run(char *out, size_t cap, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void read_into(const char *path, struct perso_buf *b);

/* A key pair with a certificate. */
struct holder {
	struct perso_keyref *key;
	struct perso_cert cert;
};

void holder_done(struct holder *h);
#define HOLDER(name)                                                 \
	__attribute__((cleanup(holder_done))) struct holder name = { \
		.cert = { .der = { .max = PERSO_CERT_MAX } }         \
	}

struct perso_sig_alg ecdsa(enum perso_hash h);

/* Values of a CSCA and of a DS under it, valid at NOW. */
struct perso_cert_values csca_values(void);
struct perso_cert_values ds_values(const struct perso_cert *csca);
struct perso_cert_values approver_values(void);

/* Makes the key (unless it is there) and the certificate. */
void make(struct holder *h, struct perso_key_spec spec,
    struct perso_cert_values v, struct holder *issuer);
#define EC(c) ((struct perso_key_spec){ PERSO_KEY_EC, (c), 0 })
#define RSA(b) ((struct perso_key_spec){ PERSO_KEY_RSA, PERSO_CURVE_NONE, (b) })

#endif
