/*
 * State of one verification and its steps.
 */
#ifndef PERSO_VERIFY_INT_H
#define PERSO_VERIFY_INT_H

#include "perso/card.h"
#include "perso/cert.h"
#include "perso/sod.h"
#include "perso/verify.h"

struct verify {
	const struct perso_verify_input *in;
	struct perso_report *r;
	struct perso_lds_image *files;
	struct perso_card card;
	char expected[91];   /* MRZ, "" if only the access key is known */
	char access_key[40]; /* number, birth, expiry with their digits */
	struct perso_sod sod;
	bool has_sod;
	struct perso_cert ds;
	bool has_ds;
	char issuer[4]; /* of DG1 */
	char document_code[3];
	uint64_t started; /* ticks of the running check */
};

/* Adds a check. passed: printf text of what was found; rc: the trail. */
PERSO_PRINTF(3, 4)
void verify_pass(struct verify *v, const char *id, const char *fmt, ...);
PERSO_PRINTF(3, 4)
void verify_skip(struct verify *v, const char *id, const char *fmt, ...);
PERSO_PRINTF(3, 4)
void verify_fail(struct verify *v, const char *id, const char *fmt, ...);
/* Failed, with the trail as the text. */
void verify_fail_trail(struct verify *v, const char *id);

/* Text that may come from a hostile certificate: control characters, and
 * what is no UTF-8 (a cut code point), become question marks. */
void verify_clean(char *text);

/* A failure of the link: no verdict can be had. */
bool verify_is_link(perso_rc rc);

/* Steps; a code is returned for link errors only. */
PERSO_MUST perso_rc verify_open(struct verify *v);
PERSO_MUST perso_rc verify_read_all(struct verify *v);
void verify_passive(struct verify *v);
void verify_contents(struct verify *v);
void verify_expectations(struct verify *v);
PERSO_MUST perso_rc verify_active(struct verify *v);

/* One file into v->files; *ret_there is false when the chip does not have
 * it. */
PERSO_MUST perso_rc verify_read_file(struct perso_card *card,
    const struct perso_lds_file *f, struct perso_lds_image *files,
    bool *ret_there);

/* MRZ text or bare access key to the access key; the full text, if it is
 * one, to expected. */
PERSO_MUST perso_rc verify_access_key(
    struct perso_span mrz, char key[40], char expected[91]);

#endif
