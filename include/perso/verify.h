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

#include "perso/image.h"
#include "perso/inspect.h"
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
	char access[16]; /* "BAC" */
	char signer[96]; /* subject of the DS certificate */
	char csca[96];	 /* subject of the CSCA it leads to */
};

struct perso_verify_input {
	struct perso_link *link; /* borrowed; reset before */
	/* Access key and comparison: the printed MRZ (all lines, with or
	 * without line ends), or only document number, birth and expiry date
	 * with their check digits, as BAC wants them. Not looked at if expect
	 * is given. */
	struct perso_span mrz;
	const struct perso_trust *trust; /* NULL: nobody is trusted */
	time_t now;
	const struct perso_inspection *expect; /* from the line, or NULL */
};

/* Reads everything and judges it. PERSO_OK: *ret is a report, good or bad.
 * Link errors end it: *ret then has what was found so far and complete is
 * false. files (may be NULL) receives all files read. */
PERSO_MUST perso_rc perso_verify(const struct perso_verify_input *in,
    struct perso_report *ret, struct perso_lds_image *files);

/* Opens and reads only: BAC, then EF.COM, EF.SOD and all data groups that
 * either of them lists. files is empty; so it is after a failure.
 * PERSO_E_CARD_AUTH: the chip does not open with this MRZ; PERSO_E_ANSWER: a
 * file that is there cannot be read; PERSO_E_MISSING: there are none;
 * PERSO_E_ARG: no MRZ; link errors. */
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
	/* Called with each report; may be NULL. */
	void (*reported)(void *ctx, const struct perso_inspection *what,
	    const struct perso_report *r);
	void *ctx;
};
struct perso_inspector perso_verify_inspector(struct perso_verify_inspector *v);

#endif
