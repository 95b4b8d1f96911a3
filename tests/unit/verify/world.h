/*
 * A document on a simulated chip whose files, keys and certificates a test
 * chooses byte by byte, past every check of the line: what a forger has.
 */
#ifndef VERIFY_WORLD_H
#define VERIFY_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "perso/cert.h"
#include "perso/lds.h"
#include "perso/sod.h"
#include "perso/verify.h"

/* 2026-11-22 00:00:00 UTC */
#define NOW ((time_t)1795305600)

#define OK(expr)                                                        \
	do {                                                            \
		perso_rc got_ = (expr);                                 \
		char why_[400];                                         \
		perso_trail_text(why_, sizeof(why_));                   \
		cr_assert_eq(got_, PERSO_OK, "%s: %s (%s)", #expr,      \
		    perso_rc_name(got_), got_ == PERSO_OK ? "" : why_); \
	} while (0)

struct sim_nv;

/* The specimen of tests/data/synthetic with EF.COM, EF.DG1, DG2, DG14 and
 * DG15, signed by a DS under a CSCA of its own. */
struct world {
	struct perso_keyref *csca_key, *ds_key;
	struct perso_cert csca, ds;
	char trust_dir[64];
	struct perso_trust *trust;
	struct perso_lds_image image;
	char mrz[89]; /* printed */
	char key[25]; /* number, birth, expiry with their digits */
	struct perso_sim *sim;
	struct perso_link *link;
	struct perso_report report;
};

void world_done(struct world *w);
#define WORLD(name)                                                          \
	__attribute__((cleanup(world_done))) struct world name = {           \
		.csca.der.max = PERSO_CERT_MAX, .ds.der.max = PERSO_CERT_MAX \
	};                                                                   \
	world_make(&name)
void world_make(struct world *w);

/* Replaces a file of the image; empty: takes it out. */
void world_put(struct world *w, const char *name, struct perso_span s);
struct perso_span world_get(const struct world *w, const char *name);
/* A SubjectPublicKey-preserving copy of the DS certificate with one more
 * extension (DER), signed by the CSCA again. */
void world_extend_ds(struct world *w, struct perso_span extension);
/* EF.SOD over all data groups of the image, but those in the bit set. */
void world_sign(struct world *w, unsigned leave_out);
/* The chip with the image's files, locked; free: without access control. */
void world_chip(struct world *w);
/* Memory of the chip, to break it further. */
struct sim_nv *world_nv(struct world *w);
/* Answers of the chip go through this first (NULL: unchanged); the command
 * is plain or protected as it goes over the wire. */
typedef void (*world_hook)(
    struct perso_span cmd, unsigned number, struct perso_buf *rsp);
extern world_hook world_answer;

/* Verifies by this MRZ or access key. */
void world_verify(struct world *w, const char *mrz);
/* State of the last check of that name; -1: not made. */
int world_check(const struct world *w, const char *id);
/* The whole report, for messages. */
const char *world_text(const struct world *w);

#endif
