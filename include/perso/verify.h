/*
 * Verification: reading a finished document as a terminal does, and judging
 * it (verify). It shares nothing with the line that made the document: what
 * it expects it works out itself from the order or from the printed MRZ.
 *
 * A report is a list of checks, one line each; it holds no personal data.
 * Only PERSO_CHECK_FAILED makes a document bad; what a document does not
 * have is skipped and says so.
 */
#ifndef PERSO_VERIFY_H
#define PERSO_VERIFY_H

#include "perso/cvc.h"
#include "perso/image.h"
#include "perso/inspect.h"
#include "perso/seal.h"
#include "perso/trust.h"

enum perso_check_state {
	PERSO_CHECK_PASSED,
	PERSO_CHECK_FAILED,
	PERSO_CHECK_SKIPPED /* the document or the caller does not have it */
};

struct perso_check {
	char id[24]; /* stable: "sod-signature", "hash-dg2" */
	enum perso_check_state state;
	char text[224]; /* what was found, or the trail of the failure */
	uint32_t us;	/* it took */
};

#define PERSO_CHECKS 96

/* One run of an authentication protocol; "" where it has no such thing. */
struct perso_authentication {
	char name[8]; /* "BAC" "PACE" "CAM" "CA" "TA" "AA"; "PA": passive */
	enum perso_check_state state;
	char mapping[8];     /* PACE: "GM" "IM" "CAM" */
	char agreement[8];   /* "ECDH" "DH" */
	char parameters[48]; /* "brainpoolP256r1"; TA: id-TA-...; AA: key */
	char cipher[12];     /* "AES-128": of the secure messaging */
	char password[8];    /* PACE: "MRZ" "CAN" "PIN" */
	uint64_t us;	     /* it took */
};

#define PERSO_AUTHENTICATIONS 16

struct perso_report {
	bool ok;       /* no check failed, and all were made */
	bool complete; /* false: it ended early, the last check says why */
	size_t count;
	struct perso_check checks[PERSO_CHECKS];
	size_t failed;
	size_t skipped;
	uint64_t commands;   /* APDUs */
	uint64_t bytes_read; /* of all files */
	uint64_t us;
	time_t at;
	char access[16]; /* what opened the chip: "PACE", "BAC"; "": nothing */
	/* In their order; more than fit are left out (each has a check). */
	size_t auth_count;
	struct perso_authentication auths[PERSO_AUTHENTICATIONS];
	char signer[96]; /* subject of the DS certificate */
	char csca[96];	 /* subject of the CSCA it leads to */
};

/* How the chip is opened. */
enum perso_verify_protocol {
	/* PACE where EF.CardAccess announces it, else BAC. Where it is
	 * announced and BAC opens the chip all the same (PACE failed, or
	 * nothing of it can be used), the check "downgrade" fails; so it does
	 * when EF.DG14, which is signed, announces PACE and EF.CardAccess,
	 * which is not, does not. */
	PERSO_VERIFY_AUTO,
	PERSO_VERIFY_PACE, /* or not at all */
	PERSO_VERIFY_BAC   /* even if PACE is announced, which is said */
};

/* An inspection system (see perso/inspect.h), for Terminal Authentication.
 * All borrowed. */
struct perso_inspect_terminal {
	struct perso_keyref *key;
	/* its certificate, the DV's, link certificates; in any order */
	const struct perso_cvc *certs;
	size_t cert_count;
};

struct perso_verify_input {
	struct perso_link *link; /* borrowed; reset before */
	enum perso_verify_protocol protocol;
	/* Access key and comparison: the printed MRZ (all lines, with or
	 * without line ends), or only document number, birth and expiry date
	 * with their check digits, as BAC wants them. Empty: CAN or PIN must
	 * open the chip, and EF.DG1 is compared with nothing. Not looked at
	 * if expect is given. */
	struct perso_span mrz;
	/* Digits; empty: none. With several passwords PACE takes the CAN, then
	 * the PIN, then the MRZ: the next one only if the chip says that it
	 * does not have this one. A PIN is sent once. Not looked at if expect
	 * is given. */
	struct perso_span can;
	struct perso_span pin;
	/* NULL: data groups that need Terminal Authentication are skipped.
	 * With expect, that of expect counts if there is one. */
	const struct perso_inspect_terminal *terminal;
	const struct perso_trust *trust; /* NULL: nobody is trusted */
	time_t now;
	const struct perso_inspection *expect; /* from the line, or NULL */
};

/* Reads everything and judges it. PERSO_OK: *ret is a report, good or bad.
 * Link errors end it: *ret then has what was found so far and complete is
 * false. files (may be NULL) receives all files read. */
PERSO_MUST perso_rc perso_verify(const struct perso_verify_input *in,
    struct perso_report *ret, struct perso_lds_image *files);

/* Opens and reads only: PACE or BAC, then EF.COM, EF.SOD and all data groups
 * that either of them lists; with a terminal Chip and Terminal
 * Authentication before EF.DG3 and EF.DG4. trust, now and expect are not
 * looked at: nothing is judged, but a downgrade is refused. files is empty;
 * so it is after a failure.
 * PERSO_E_CARD_AUTH: the chip does not open with this, or not this terminal;
 * the trail says how many tries a PIN has left; PERSO_E_ANSWER: a file that
 * is there cannot be read; PERSO_E_MISSING: there are none; PERSO_E_ARG:
 * neither MRZ nor CAN nor PIN; PERSO_E_TRUST: a downgrade (protocol
 * PERSO_VERIFY_BAC reads such a chip); link errors. */
PERSO_MUST perso_rc perso_verify_files(
    const struct perso_verify_input *in, struct perso_lds_image *files);
/* The same, by the MRZ alone. */
PERSO_MUST perso_rc perso_verify_read(struct perso_link *link,
    struct perso_span mrz, struct perso_lds_image *files);

/* One line per check, then the verdict; appended. */
PERSO_MUST perso_rc perso_report_text(
    const struct perso_report *r, struct perso_buf *ret);
PERSO_MUST perso_rc perso_report_json(
    const struct perso_report *r, struct perso_buf *ret);
const char *perso_check_state_name(enum perso_check_state s);

/* The MRZ that a document made from this record must carry, worked out from
 * the record and its profile; lines joined, terminated. */
PERSO_MUST perso_rc perso_verify_expected_mrz(
    const struct perso_inspection *what, char ret[91]);

/* For the line: perso_inspector over perso_verify. */
struct perso_verify_inspector {
	const struct perso_trust *trust;
	/* The inspection system for documents of this profile, borrowed until
	 * the verdict is given, or NULL; asked where the line has none. May be
	 * NULL. */
	const struct perso_inspect_terminal *(*terminal)(
	    void *ctx, const struct perso_doc_profile *profile);
	/* Called with each report; may be NULL. */
	void (*reported)(void *ctx, const struct perso_inspection *what,
	    const struct perso_report *r);
	/* The same with all files that were read, which are personal data and
	 * borrowed for the call; may be NULL. */
	void (*seen)(void *ctx, const struct perso_inspection *what,
	    const struct perso_report *r, const struct perso_lds_image *files);
	void *ctx;
};
struct perso_inspector perso_verify_inspector(struct perso_verify_inspector *v);

/* ------------------------------------------------------ printed pages */

/*
 * The page of a document without a chip, from its picture alone: the zone is
 * read cell by cell, the seal from its symbol.
 *
 *	page	  the picture can be decoded, in the page's proportions
 *	mrz	  every character can be read, where Doc 9303 has it
 *	mrz-digits  check digits
 *	symbol	  one symbol; seal: its bytes are a seal
 *	seal-...  the facts of perso_seal_judge(), each of which must be
 *		  known and right
 *	seal-mrz  the seal has the printed zone; seal-country: its state
 *	order-... with expect: zone, values, dates and bytes are the order's
 */
struct perso_verify_page_input {
	struct perso_span png; /* of the seal's symbol PNG alone is read */
	const struct perso_profiles *profiles; /* definitions of seals */
	/* What document it is; NULL: found out from its size and text. With
	 * expect that of expect counts. */
	const struct perso_doc_profile *profile;
	const struct perso_trust *trust; /* NULL: nobody is trusted */
	/* The certificate that a seal names, which it does not carry. *ret is
	 * empty before; *ret_found false: it is not known. */
	perso_rc (*signer)(void *ctx, const struct perso_seal *s,
	    struct perso_cert *ret, bool *ret_found);
	void *ctx;
	time_t now;
	const struct perso_page_inspection *expect; /* from the line, or NULL */
};

/* PERSO_OK: *ret is a report, good or bad. PERSO_E_CONFIG, PERSO_E_NOMEM. */
PERSO_MUST perso_rc perso_verify_page(
    const struct perso_verify_page_input *in, struct perso_report *ret);

/* For the line: perso_page_inspector over perso_verify_page. in.png and
 * in.expect are not looked at; in.now 0: the clock. */
struct perso_verify_page_inspector {
	struct perso_verify_page_input in;
	/* Called with each report; may be NULL. */
	void (*reported)(void *ctx, const struct perso_page_inspection *what,
	    const struct perso_report *r);
	void *ctx;
};
struct perso_page_inspector perso_verify_page_inspector(
    struct perso_verify_page_inspector *v);

#endif
