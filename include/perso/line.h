/*
 * The production line (line): takes an imported order and a blank chip
 * through all steps to a document, or spoils the blank and says why.
 *
 *	check	   the order's files are what was imported; data groups can
 *		   be built; the signer may sign			(nothing changed)
 *	open	   SCP03, the chip says who it is; it must be a blank of our
 *		   stock, of the product				(nothing changed)
 *	begin	 D order, blank and number are bound, the clock is noted
 *	keys	 D what was drawn for the job (CAN, PIN, PUK) is stored, sealed; the
 *		   chip has its AA and CA keys, its BAC key and PACE passwords,
 *		   its trust point
 *	sign	 D image built, EF.CardSecurity and EF.SOD signed; both and
 *		   hashes are stored
 *	write	   all files
 *	compare	   all files, under personalisation rights
 *	lock	 DD announced, done, noted: no way back
 *	inspect	   reset; the inspector reads as a terminal
 *	pages	 D announced, handed to the printer, noted (if there is one)
 *	finish	 D good or spoiled
 *
 * D: durable in the store. A link that tears leaves the job where it was; it
 * is taken up again at once after a reset, and at the next start by
 * perso_line_recover(). Everything that differs from what was stored, and
 * every chip that does not come back, spoils the blank. Only the inspector's
 * word makes a document good.
 *
 * No personal data leaves the line but what the inspector and the link are
 * given, and with lds_dir.
 *
 * With a printer the pages of an order are tried in check, before a blank is
 * touched, and drawn in a thread from keys on (the number is bound, the CAN
 * drawn). The chip does not wait for them, and they never cost one. They are
 * printed when the inspector has found the chip good, and until that has
 * succeeded the job stays locked and keeps what it has, the CAN too:
 *
 *	not drawn or printed	outcome "unprinted": the job waits for
 *				perso_line_print_job() or _spoil_job(), whatever
 *				the operator finds in the printer; no start of
 *				the line touches it
 *	a stop while printing	the next start prints them again and says so:
 *				whether a page was printed twice on the blank is
 *				the operator's to judge
 *
 * In both cases the chip is not asked again: the journal has the verdict.
 *
 * A document without a chip goes the same way on a sticker, whose number says
 * which blank it is:
 *
 *	check	   and that the values give a seal that fits the layout
 *	open	   the number is one of our stock, of the kind
 *	begin	 D
 *	sign	 D seal signed and stored
 *	pages	 DD page drawn, printing announced, done, noted: no way back
 *	inspect	   zone and seal are read back from the page
 *	finish	 D good or spoiled
 *
 * After a stop before the announcement it goes on, with the same seal and so
 * the same page; after it, without the printer's word, the sticker is spoiled.
 *
 * A CAN is six digits, drawn evenly; it is stored under AES-256-GCM with a
 * random key of the job, and that key in the same way under wrap_key, until
 * the job ends, so that a job taken up again loads the same one. PIN and PUK
 * are drawn and stored beside it; a good end leaves them behind in a letter
 * (letter.h).
 */
#ifndef PERSO_LINE_H
#define PERSO_LINE_H

#include "perso/image_build.h"
#include "perso/inspect.h"
#include "perso/order.h"
#include "perso/printer.h"
#include "perso/scp03.h"
#include "perso/secret.h"
#include "perso/store.h"

struct perso_line;

enum perso_line_step {
	PERSO_STEP_CHECK,
	PERSO_STEP_OPEN,
	PERSO_STEP_BEGIN,
	PERSO_STEP_KEYS,
	PERSO_STEP_SIGN,
	PERSO_STEP_WRITE,
	PERSO_STEP_COMPARE,
	PERSO_STEP_LOCK,
	PERSO_STEP_INSPECT,
	PERSO_STEP_PAGES,
	PERSO_STEP_FINISH
};
#define PERSO_LINE_STEPS 11
/* "check", "open", ...; static. */
const char *perso_line_step_name(enum perso_line_step step);

/* Each may be NULL. After a torn link steps come again, from "open". */
struct perso_line_events {
	void *ctx;
	void (*begin)(void *ctx, enum perso_line_step step);
	void (*end)(void *ctx, enum perso_line_step step, perso_rc rc);
	/* Bytes of the image handled in WRITE and COMPARE. */
	void (*progress)(void *ctx, enum perso_line_step step, uint64_t done,
	    uint64_t total);
	/* The link was torn; why is in the trail. */
	void (*torn)(void *ctx, enum perso_line_step step, perso_rc rc);
};

#define PERSO_WRAP_KEY 32 /* bytes, AES-256 */

/* Who signs visible digital seals; both borrowed until the line is freed. */
struct perso_line_sealer {
	struct perso_keyref *key;
	const struct perso_cert *cert;
};

/* Key and certificate agree, the certificate is valid at that time and for
 * documents of this kind and country. PERSO_E_MISMATCH, PERSO_E_EXPIRED,
 * PERSO_E_ROLE; codes of perso_cert_key(). */
PERSO_MUST perso_rc perso_line_sealer_check(const struct perso_line_sealer *s,
    const struct perso_doc_profile *profile, time_t at);

struct perso_line_config {
	struct perso_store *store; /* borrowed; its line is locked */
	const struct perso_profiles *profiles; /* borrowed */
	const struct perso_scp03_keys *keys;   /* borrowed */
	struct perso_inspector inspector;
	/* The inspector's reports are drawn, or start processes: pages are
	 * finished first, as the fonts serve one thread at a time. */
	bool inspector_draws;
	/* The document signer for a profile, borrowed until the line is
	 * freed; PERSO_E_NOT_FOUND. */
	perso_rc (*signer)(void *ctx, const struct perso_doc_profile *profile,
	    struct perso_signer **ret);
	void *signer_ctx;
	struct perso_line_events events;
	/* The CVCA certificate that chips of this profile are to trust
	 * (profile->ta.trust_point), appended; signer_ctx as the signer.
	 * Only called for profiles with Terminal Authentication; may be NULL
	 * without such (PERSO_E_CONFIG). */
	perso_rc (*trust_point)(void *ctx,
	    const struct perso_doc_profile *profile, struct perso_buf *ret);
	/* Seals what jobs keep: PERSO_WRAP_KEY bytes, borrowed until the line
	 * is freed; see perso_wrap_key_load(). Empty: orders that need it are
	 * refused with PERSO_E_CONFIG and nothing is begun. */
	struct perso_span wrap_key;
	/* Handed to the inspector, borrowed; NULL: none. See inspect.h. */
	const struct perso_inspect_terminal *terminal;
	/* For documents without a chip: their seal signer, with signer_ctx;
	 * and who reads their pages back. NULL: they are refused. */
	perso_rc (*sealer)(void *ctx, const struct perso_doc_profile *profile,
	    struct perso_line_sealer *ret);
	struct perso_page_inspector page_inspector;
	/* Who prints, borrowed; NULL: nothing is drawn or printed. */
	const struct perso_printer *printer;
	bool print_pdf;	    /* one PDF; else a PNG for each side */
	unsigned print_dpi; /* of PNGs, 300 or 600; 0: 300 */
	/* NULL: none. Files of good documents are written to
	 * lds_dir/<order>/<file>.bin: for demonstrations only. */
	const char *lds_dir;
	/* The PKI in use; lds_dir needs it to be marked as development. */
	const char *pki_dir;
};

/* A key file: 64 hexadecimal digits and a newline, mode 0600. load:
 * PERSO_E_IO, PERSO_E_KEY with the path (also when others may read it). make:
 * a random one, durably; PERSO_E_CONFLICT if the file is there. */
PERSO_MUST perso_rc perso_wrap_key_load(
    const char *path, struct perso_secret *ret);
PERSO_MUST perso_rc perso_wrap_key_make(const char *path);

/* PERSO_E_CONFLICT: another process runs jobs of this store. PERSO_E_TRUST:
 * lds_dir without a development PKI. PERSO_E_ARG. */
PERSO_MUST perso_rc perso_line_new(
    const struct perso_line_config *cfg, struct perso_line **ret);
void perso_line_free(struct perso_line **line);

enum perso_line_outcome {
	PERSO_LINE_NOTHING, /* nothing was begun; neither order nor chip is
				 * to blame: signer, store, reader */
	PERSO_LINE_REFUSED, /* the chip was refused, nothing was begun */
	PERSO_LINE_FAILED,  /* the order is failed, no blank was used */
	PERSO_LINE_GOOD,
	PERSO_LINE_SPOILED,    /* blank spoiled, order failed: it may run again
				 * on another blank */
	PERSO_LINE_UNFINISHED, /* the store could not take the end down: the
				* next start recovers */
	PERSO_LINE_UNPRINTED   /* chip good, pages not printed; see above */
};
/* "nothing", "refused", ...; static. */
const char *perso_line_outcome_name(enum perso_line_outcome o);

struct perso_line_result {
	enum perso_line_outcome outcome;
	perso_rc rc; /* PERSO_OK exactly if GOOD */
	int64_t job; /* 0: none was begun */
	char order[PERSO_ID_MAX];
	char blank[PERSO_ID_MAX];      /* "" if the chip is not known */
	char number[PERSO_NUMBER_MAX]; /* for the operator's screen only */
	char text[PERSO_REASON_MAX];   /* verdict, or why not */
	bool printer_failed; /* a sticker is spoiled for want of its word */
	uint64_t bytes;	     /* of the image written */
	uint64_t apdus;	     /* sent in this call */
	uint64_t us;
};

/* The order as it stands in the store against its files, and everything
 * that can be checked without a chip. Changes nothing. PERSO_E_STATE: not
 * imported or failed. */
PERSO_MUST perso_rc perso_line_check_order(
    struct perso_line *line, const char *order);

/* One order on the chip at the link, to its end. Returns ret->rc, with the
 * cause in the trail; *ret is always filled in. */
PERSO_MUST perso_rc perso_line_run_order(struct perso_line *line,
    const char *order, struct perso_link *link, struct perso_line_result *ret);

/* One order of a document without a chip on the sticker with that number, to
 * its end; as perso_line_run_order(). REFUSED: the number is not in stock, not
 * of this kind, or used. */
PERSO_MUST perso_rc perso_line_run_sticker(struct perso_line *line,
    const char *order, const char *number, struct perso_line_result *ret);

/* At every start, before the first order. Each unfinished job is ended: if
 * the chip at the link is its blank, it goes on from where it stands;
 * otherwise (link NULL, no chip, another one) the blank is spoiled. Of pages
 * see above: unprinted jobs stay. each (may be NULL) hears of every job.
 * PERSO_OK if all others were ended, however; else the store's code. */
typedef void (*perso_line_each_fn)(
    void *ctx, const struct perso_line_result *r);
PERSO_MUST perso_rc perso_line_recover(struct perso_line *line,
    struct perso_link *link, perso_line_each_fn each, void *ctx);

/* The part of recover that needs no chip: stickers, and pages that a stop
 * interrupted, which are printed again. each hears of these jobs and of those that are unprinted.
 * *ret_rest: there are others, whose chips are needed. */
PERSO_MUST perso_rc perso_line_recover_pages(struct perso_line *line,
    perso_line_each_fn each, void *ctx, bool *ret_rest);

/* The pages of an unprinted job, drawn again and printed; then it is good.
 * Returns ret->rc. PERSO_E_STATE: it has no pages to be printed. */
PERSO_MUST perso_rc perso_line_print_job(
    struct perso_line *line, int64_t job, struct perso_line_result *ret);
/* What the printer left of it is no document: spoiled, with this reason. */
PERSO_MUST perso_rc perso_line_spoil_job(struct perso_line *line, int64_t job,
    const char *reason, struct perso_line_result *ret);

/* The CAN that an unfinished job keeps under this wrap key, terminated.
 * PERSO_E_NOT_FOUND: none (any more); PERSO_E_SIGNATURE: another wrap key. */
PERSO_MUST perso_rc perso_line_kept_can(struct perso_store *store,
    struct perso_span wrap_key, int64_t job, struct perso_secret *ret);

/* As recover, for the one unfinished job whose chip is at the link, if there
 * is one; *ret_found says. Jobs whose chip is not here are left alone: for
 * stations that try several readers before they recover with NULL. */
PERSO_MUST perso_rc perso_line_recover_chip(struct perso_line *line,
    struct perso_link *link, struct perso_line_result *ret, bool *ret_found);

#endif
