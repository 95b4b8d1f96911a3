/*
 * State of one verification and its steps.
 */
#ifndef PERSO_VERIFY_INT_H
#define PERSO_VERIFY_INT_H

#include "perso/card.h"
#include "perso/cert.h"
#include "perso/chipauth.h"
#include "perso/pace.h"
#include "perso/sod.h"
#include "perso/termauth.h"
#include "perso/verify.h"

#define VERIFY_WAYS 4

/* A password of PACE. */
struct verify_way {
	enum perso_pace_password password;
	struct perso_span secret;
};

struct verify {
	const struct perso_verify_input *in;
	struct perso_report *r;
	struct perso_lds_image *files;
	struct perso_card card;
	char expected[91]; /* MRZ, "" if only the access key is known */
	char
	    access_key[40]; /* number, birth, expiry with their digits; or "" */
	struct perso_span can, pin, puk; /* borrowed; may be empty */
	const struct perso_inspect_terminal *terminal; /* or NULL */
	bool read_only;				       /* nothing is judged */

	/* EF.CardAccess; its spans point into files */
	struct perso_secinfos access_infos;
	bool has_access_infos;
	bool app_selected;
	bool downgraded;
	bool paced; /* by PACE, with these: */
	struct perso_pace_choice choice;
	struct verify_way way;
	struct perso_pace_result pace;
	bool cam_proved; /* by a key that a trusted signer vouches for */

	/* EF.DG14; likewise */
	struct perso_secinfos infos;
	bool has_infos;
	bool infos_believed; /* EF.SOD has its hash, and is believed */
	bool ca_proved;
	struct perso_ca_result ca;
	bool ta_done;
	struct perso_ta_result ta;
	const char *shut; /* why not; static */

	uint32_t wanted;    /* bit n: DGn is listed */
	size_t read_failed; /* checks, while files were read */
	struct perso_sod sod;
	bool has_sod;
	bool sod_believed; /* its signature verifies, its signer is trusted */
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

/* "38 checks, 0 failed" */
void verify_verdict_text(const struct perso_report *r, char *dst, size_t cap);

/* Text that may come from a hostile certificate: control characters, and
 * what is no UTF-8 (a cut code point), become question marks. */
void verify_clean(char *text);

/* A failure of the link: no verdict can be had. */
bool verify_is_link(perso_rc rc);

/* One protocol's run; state goes into it. Its check comes extra. */
void verify_auth(struct verify *v, struct perso_authentication *a,
    enum perso_check_state state);

/* "brainpoolP256r1", "DH 2048/256 (RFC 5114)". */
const char *verify_group_text(const struct perso_authentication *a);

/* Steps, in their order. They return link errors, and:
 * verify_open(): PERSO_E_CARD_AUTH, the chip does not open;
 * those that talk to the chip afterwards: PERSO_E_SM, the session is over. */
PERSO_MUST perso_rc verify_open(struct verify *v);
/* EF.COM, EF.SOD, EF.DG14. */
PERSO_MUST perso_rc verify_read_first(struct verify *v);
/* EF.SOD's signature and signer: is it believed? */
void verify_passive(struct verify *v);
/* EF.CardSecurity and Chip Authentication Mapping. */
void verify_card_security(struct verify *v);
PERSO_MUST perso_rc verify_chip_auth(struct verify *v);
PERSO_MUST perso_rc verify_terminal_auth(struct verify *v);
PERSO_MUST perso_rc verify_read_rest(struct verify *v);
/* Hashes in EF.SOD; EF.COM. */
void verify_hashes(struct verify *v);
/* EF.CardAccess, EF.CardSecurity and EF.DG14 agree. */
void verify_infos(struct verify *v);
void verify_contents(struct verify *v);
void verify_expectations(struct verify *v);
/* DG11, DG12, DG13 and DG16 against the order that is expected. */
void verify_details(struct verify *v);
/* Portrait, signature and fingers are the order's, in the standard of the
 * document's day. */
void verify_pictures(struct verify *v);
PERSO_MUST perso_rc verify_active(struct verify *v);
/* Data groups that nothing lists must not be there: EF.SOD would not vouch
 * for them. The last step: chips may end the session over absent files. */
PERSO_MUST perso_rc verify_others(struct verify *v);

/* What opens it, for verify_open(): */
/* The files of the MF that are free to read; few chips have them. */
PERSO_MUST perso_rc verify_read_mf(struct verify *v);
bool verify_pace_announced(const struct verify *v);
/* The passwords that are known, in the order of perso/verify.h. */
size_t verify_ways(const struct verify *v, struct verify_way ret[VERIFY_WAYS]);
/* PACE, with its check; the MF is selected. PERSO_E_MISSING: the chip has no
 * such password, which is a skipped check. */
PERSO_MUST perso_rc verify_pace(struct verify *v,
    const struct perso_pace_choice *c, const struct verify_way *w);
/* Or nothing is selected, after a reset. */
PERSO_MUST perso_rc verify_select_mf(struct verify *v);
PERSO_MUST perso_rc verify_select_app(struct verify *v);
/* Before the session that counts: all that the profile of an expected
 * document says of ways in. */
PERSO_MUST perso_rc verify_other_ways(struct verify *v);
/* And afterwards: the keys it names were proved. */
void verify_profile_keys(struct verify *v);
/* The same session again, without checks: after Chip Authentication with a
 * chip that cannot. */
PERSO_MUST perso_rc verify_reopen(struct verify *v);

/* Why DG3 or DG4 is not read; NULL if it is to be read. */
const char *verify_shut(const struct verify *v, int dg);
/* A signer's certificate in cms: parsed into cert, signature checked. */
PERSO_MUST perso_rc verify_signature(
    const struct perso_cms *cms, struct perso_cert *cert);

/* Reads it; a failure of the chip is a failed check. Returns link errors and
 * PERSO_E_SM. */
PERSO_MUST perso_rc verify_read_one(
    struct verify *v, const struct perso_lds_file *f, bool *ret_there);
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
