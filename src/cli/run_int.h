/*
 * One `perso run`: what it has opened, and what it shows.
 */
#ifndef PERSO_RUN_INT_H
#define PERSO_RUN_INT_H

#include "chips.h"
#include "cli_int.h"
#include "perso/line.h"
#include "perso/verify.h"
#include "printer.h"
#include "sheet.h"
#include "terminal.h"

#define RUN_SIGNERS 32
#define RUN_ROWS 200 /* of the summary; memory does not grow with orders */

struct run_signer {
	char issuer[4];
	struct cli_signer s;
};

struct run_terminal {
	char issuer[4];
	struct cli_terminal t; /* no key: there is none */
};

struct run_sealer {
	char issuer[4];
	struct cli_sealer s;
};

struct run_row {
	char order[PERSO_ID_MAX];
	char number[PERSO_NUMBER_MAX];
	uint64_t bytes;
	uint64_t apdus;
	uint64_t us;
	char verdict[120];
};

struct cli_run {
	struct cli *cli;
	struct cli_config cfg;
	struct perso_profiles *profiles;
	struct perso_store *store;
	struct perso_trust *trust;
	struct perso_scp03_keys *keys;
	struct perso_line *line;
	struct cli_chips *chips;
	struct perso_verify_inspector verify;
	size_t signer_count;
	struct run_signer signers[RUN_SIGNERS];
	size_t terminal_count;
	struct run_terminal *terminals[RUN_SIGNERS];
	struct perso_secret wrap_key;
	struct cli_printer printer;
	struct cli_sheet sheet;
	struct perso_verify_page_inspector verify_page;
	size_t sealer_count;
	struct run_sealer sealers[RUN_SIGNERS];
	FILE *stickers;		 /* numbers, one a line; NULL: none */
	bool ask;		 /* on the terminal */
	bool one_taken;		 /* the number of --sticker */
	char held[PERSO_ID_MAX]; /* taken, and not used */
	FILE *output;
	bool output_bad; /* told once that it cannot be written */
	uint64_t begun;
	uint64_t step_begun;
	bool heard_unprinted; /* told already */
	bool bar;	      /* a progress bar stands on the line */
	size_t good;
	size_t bad;
	size_t passed_over; /* orders of documents without a chip */
	size_t row_count;
	struct run_row rows[RUN_ROWS];
};

/* Everything but chips and output; the caller closes it in any case. */
PERSO_MUST perso_rc cli_run_open(struct cli_run *r);
void cli_run_close(struct cli_run *r);

/* Ctrl-C was pressed. */
bool cli_run_stop(void *ctx);

void cli_run_ask_stop(void);

/* Documents without a chip: the seal signer of an issuing state, read once;
 * who reads pages back; the source of numbers. */
PERSO_MUST perso_rc cli_run_sealer(void *ctx,
    const struct perso_doc_profile *profile, struct perso_line_sealer *ret);
struct perso_page_inspector cli_run_pages(struct cli_run *r);
PERSO_MUST perso_rc cli_run_stickers_open(struct cli_run *r);
void cli_run_stickers_close(struct cli_run *r);
bool cli_run_has_stickers(const struct cli_run *r);
void cli_run_no_sticker(
    struct cli_run *r, const char *order, const char *profile);
/* One order on the next sticker that will do; passed over if there is none. */
PERSO_MUST perso_rc cli_run_sticker(struct cli_run *r, const char *order,
    const char *profile, bool *ret_passed_over);

/* The signer of a profile's issuing state, read once. */
PERSO_MUST perso_rc cli_run_signer(void *ctx,
    const struct perso_doc_profile *profile, struct perso_signer **ret);

/* Of the issuing state's folder, as the signer: the profile's trust point;
 * is.key with dv.cvcert and is.cvcert, or NULL, which is noted once. */
PERSO_MUST perso_rc cli_run_trust_point(
    void *ctx, const struct perso_doc_profile *profile, struct perso_buf *ret);
const struct perso_inspect_terminal *cli_run_terminal(
    void *ctx, const struct perso_doc_profile *profile);
/* The key file of the configuration, if it is there. */
PERSO_MUST perso_rc cli_run_wrap_key(struct cli_run *r);
void cli_run_keys_done(struct cli_run *r);

/* A line per step, a bar on a terminal. */
struct perso_line_events cli_run_events(struct cli_run *r);
/* Verification report of a document: --reports. */
void cli_run_reported(void *ctx, const struct perso_inspection *what,
    const struct perso_report *report);
/* Its contact sheet: --sheet. Failures are told, they stop nothing. */
void cli_run_seen(void *ctx, const struct perso_inspection *what,
    const struct perso_report *report, const struct perso_lds_image *files);
/* The same of a printed page, drawn with its seal. */
void cli_run_page_seen(struct cli_run *r,
    const struct perso_page_inspection *what,
    const struct perso_report *report);
void cli_run_report(
    struct cli_run *r, const char *order, const struct perso_report *report);
/* An order whose document has no chip: row and line, no failure. */
void cli_run_passed_over(
    struct cli_run *r, const struct perso_line_result *res);
/* An order's end: summary row, --output line, evidence. */
void cli_run_result(struct cli_run *r, const struct perso_line_result *res);
void cli_run_summary(struct cli_run *r);

#endif
