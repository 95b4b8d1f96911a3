/*
 * The store: which orders exist, which blanks are in stock, what happened
 * to each, and an append-only journal (store). One SQLite file; only
 * src/store knows that.
 *
 * Every function below that changes something is one transaction, durable
 * when it returns PERSO_OK, and changes nothing otherwise. A change of state
 * that is not in these pictures fails with PERSO_E_STATE:
 *
 *	order	imported -> in-work -> done
 *		               \-> failed -> in-work ...
 *		imported | failed -> cancelled, failed
 *	blank	received <-> reserved
 *		received | reserved -> in-work -> good | spoiled
 *		received | reserved -> spoiled
 *		spoiled -> destroyed;  received | reserved | spoiled -> lost
 *	job	begun -> keyed -> sealed -> locking -> locked -> good
 *		begun -> sealed -> printing -> printed -> good	(no chip)
 *		any of them -> spoiled
 *
 *	letter	waiting <-> printing -> printed -> confirmed
 *		waiting <- printed
 *
 * A blank sees one job in its life, a job one EF.SOD or one seal. An order has
 * at most one unfinished job and at most one live document. The store holds paths
 * and digests of orders, never names, images or keys. EF.SOD, the files'
 * hashes, the seal and the sealed secrets of a job are erased (overwritten)
 * when it ends; the hash of EF.SOD or of the seal stays.
 *
 * Errors of all: PERSO_E_STORE (database, disk), PERSO_E_CONFLICT (busy for
 * longer than the limit). Texts handed in (reason, error) hold no personal
 * data. A store is used by one thread.
 */
#ifndef PERSO_STORE_H
#define PERSO_STORE_H

#include "perso/buf.h"

struct perso_store;

#define PERSO_STORE_SCHEMA 4

/* Bytes of the texts below, with their terminator. Longer: PERSO_E_RANGE. */
#define PERSO_ID_MAX 65	    /* order id, profile, product, serial */
#define PERSO_NUMBER_MAX 33 /* document number */
#define PERSO_REASON_MAX 512
#define PERSO_STORE_PATH_MAX 4096
#define PERSO_STORE_HASH 32 /* SHA-256 */

/* Values are bits, so that a set of states is their sum. */
enum perso_order_state {
	PERSO_ORDER_IMPORTED = 1,
	PERSO_ORDER_IN_WORK = 2,
	PERSO_ORDER_DONE = 4,
	PERSO_ORDER_FAILED = 8,
	PERSO_ORDER_CANCELLED = 16
};
#define PERSO_ORDER_ANY 31u

enum perso_blank_state {
	PERSO_BLANK_RECEIVED = 1,
	PERSO_BLANK_RESERVED = 2,
	PERSO_BLANK_IN_WORK = 4,
	PERSO_BLANK_GOOD = 8,
	PERSO_BLANK_SPOILED = 16,
	PERSO_BLANK_DESTROYED = 32,
	PERSO_BLANK_LOST = 64
};
#define PERSO_BLANK_ANY 127u

enum perso_job_state {
	PERSO_JOB_BEGUN = 1,   /* order, blank, number and clock are bound */
	PERSO_JOB_KEYED = 2,   /* the chip has its keys */
	PERSO_JOB_SEALED = 4,  /* EF.SOD and hashes stored; files may be
				 * on the chip in part */
	PERSO_JOB_LOCKING = 8, /* compared; the lock may have happened */
	PERSO_JOB_LOCKED = 16, /* the lock has happened */
	PERSO_JOB_GOOD = 32,
	PERSO_JOB_SPOILED = 64,
	/* Without a chip; sealed: the seal is stored. */
	PERSO_JOB_PRINTING = 128, /* announced; it may have happened */
	PERSO_JOB_PRINTED = 256	  /* the printer says that it has */
};
#define PERSO_JOB_ANY 511u
#define PERSO_JOB_UNFINISHED 415u

/* "imported", "in-work", ...; NULL for no state. */
const char *perso_order_state_name(enum perso_order_state s);
const char *perso_blank_state_name(enum perso_blank_state s);
const char *perso_job_state_name(enum perso_job_state s);
PERSO_MUST perso_rc perso_order_state_from_name(
    const char *name, enum perso_order_state *ret);
PERSO_MUST perso_rc perso_blank_state_from_name(
    const char *name, enum perso_blank_state *ret);
PERSO_MUST perso_rc perso_job_state_from_name(
    const char *name, enum perso_job_state *ret);

/* Where a document number comes from. Of a spoiled blank: a number of a
 * range or of the blank is void for ever, one of an order stays its. */
enum perso_store_source {
	PERSO_STORE_FROM_BLANK = 1,
	PERSO_STORE_FROM_RANGE = 2,
	PERSO_STORE_FROM_ORDER = 3
};
const char *perso_store_source_name(enum perso_store_source s);

/* ---- opening -------------------------------------------------------- */

struct perso_store_config {
	const char *path;
	bool create; /* make it if it is not there */
	bool read_only;
	unsigned busy_ms;    /* wait for another writer; 0: 5000 */
	bool unsafe_no_sync; /* tests only: no fsync */
};

/* An older schema is brought up to date, unless read_only.
 * PERSO_E_NOT_FOUND without create, PERSO_E_CONFIG for a file of another
 * program, a newer schema, or an older one that may only be read; PERSO_E_STORE if it is damaged (quick check). */
PERSO_MUST perso_rc perso_store_open(
    const struct perso_store_config *cfg, struct perso_store **ret);
void perso_store_close(struct perso_store **s);

/* Only one process at a time may run jobs: the others would take its jobs
 * for torn ones. Held until close or the death of the process.
 * PERSO_E_CONFLICT when another process has it. */
PERSO_MUST perso_rc perso_store_lock_line(struct perso_store *s);

/* Whole check: database integrity, references, the journal's chain and the
 * agreement of orders, blanks, jobs and documents. PERSO_E_STORE says what
 * is wrong. */
PERSO_MUST perso_rc perso_store_check(struct perso_store *s);

/* Called with committed false just before and true just after each durable
 * change, with its journal kind; tests die here. */
typedef void (*perso_store_hook_fn)(
    void *ctx, const char *kind, bool committed);
void perso_store_hook(struct perso_store *s, perso_store_hook_fn fn, void *ctx);

/* ---- orders --------------------------------------------------------- */

struct perso_store_order {
	int64_t seq; /* order of import, from 1 */
	char id[PERSO_ID_MAX];
	char path[PERSO_STORE_PATH_MAX]; /* the JSON file, absolute */
	uint8_t json_hash[PERSO_STORE_HASH];
	uint8_t cms_hash[PERSO_STORE_HASH];
	char profile[PERSO_ID_MAX];
	char approver[PERSO_ID_MAX]; /* serial of the certificate, hex */
	int64_t imported_at;
	enum perso_order_state state;
	unsigned attempts;	      /* jobs begun and failures before */
	char error[PERSO_REASON_MAX]; /* of the last failure, or "" */
};

/* All but seq, imported_at, state, attempts and error is read from o. The
 * same id with the same JSON digest is the same order: *ret_new is false
 * and nothing changes (the first import's path stays).
 * PERSO_E_CONFLICT: same id, other content. */
PERSO_MUST perso_rc perso_store_order_import(
    struct perso_store *s, const struct perso_store_order *o, bool *ret_new);

/* PERSO_E_NOT_FOUND. */
PERSO_MUST perso_rc perso_store_order_get(
    struct perso_store *s, const char *id, struct perso_store_order *ret);

/* The next order in order of import with seq > after whose state is in the
 * set; *ret_there is false after the last. Memory does not depend on the
 * number of orders, and orders may change between two calls. */
PERSO_MUST perso_rc perso_store_order_next(struct perso_store *s,
    unsigned states, int64_t after, struct perso_store_order *ret,
    bool *ret_there);

/* imported | failed -> failed without a job: nothing could be begun. */
PERSO_MUST perso_rc perso_store_order_fail(
    struct perso_store *s, const char *id, const char *error);
/* imported | failed -> cancelled. */
PERSO_MUST perso_rc perso_store_order_cancel(
    struct perso_store *s, const char *id, const char *reason);

/* ---- blanks --------------------------------------------------------- */

struct perso_store_blank {
	int64_t seq;
	/* As the chip says it, hex; of a sticker the number on it. */
	char serial[PERSO_ID_MAX];
	/* Name of the chip product profile, or the kind of blank that
	 * profiles of documents without a chip name. */
	char product[PERSO_ID_MAX];
	char number[PERSO_NUMBER_MAX]; /* pre-printed, or "" */
	char order[PERSO_ID_MAX];      /* reserved for, worked on for, or "" */
	enum perso_blank_state state;
	char reason[PERSO_REASON_MAX]; /* of the last change, or "" */
	int64_t received_at;
	int64_t changed_at;
};

/* number may be NULL. PERSO_E_CONFLICT: this serial, or this number of this
 * product, is known already. */
PERSO_MUST perso_rc perso_store_blank_receive(struct perso_store *s,
    const char *serial, const char *product, const char *number);
PERSO_MUST perso_rc perso_store_blank_get(
    struct perso_store *s, const char *serial, struct perso_store_blank *ret);
PERSO_MUST perso_rc perso_store_blank_next(struct perso_store *s,
    unsigned states, int64_t after, struct perso_store_blank *ret,
    bool *ret_there);
/* received -> reserved for this order, and back. */
PERSO_MUST perso_rc perso_store_blank_reserve(
    struct perso_store *s, const char *serial, const char *order);
PERSO_MUST perso_rc perso_store_blank_release(
    struct perso_store *s, const char *serial);
/* To spoiled, destroyed or lost, as the picture above allows without a
 * job; PERSO_E_ARG for another state. */
PERSO_MUST perso_rc perso_store_blank_mark(struct perso_store *s,
    const char *serial, enum perso_blank_state to, const char *reason);

/* ---- jobs ----------------------------------------------------------- */

/* A number for the document. For a range: value counts up from first, never
 * given twice, and format makes the text; PERSO_E_RANGE when it is used up
 * (beyond last). */
struct perso_store_number {
	enum perso_store_source source;
	const char *text;  /* FROM_ORDER; that of FROM_BLANK stands
					 * with the blank */
	const char *range; /* FROM_RANGE: its name */
	uint64_t first;
	uint64_t last; /* inclusive, at most 2^62 */
	perso_rc (*format)(
	    void *ctx, uint64_t value, char ret[PERSO_NUMBER_MAX]);
	void *ctx;
};

struct perso_store_job {
	int64_t id;
	char order[PERSO_ID_MAX];
	char blank[PERSO_ID_MAX];
	char profile[PERSO_ID_MAX];
	char product[PERSO_ID_MAX];
	enum perso_job_state state;
	int64_t clock;		       /* the time that building uses */
	char number[PERSO_NUMBER_MAX]; /* document number, as in DG1 */
	enum perso_store_source source;
	uint8_t sod_hash[PERSO_STORE_HASH];
	bool has_sod_hash;
	uint8_t seal_hash[PERSO_STORE_HASH];
	bool has_seal_hash;
	char verdict[PERSO_REASON_MAX]; /* the inspector's, or "" */
	char error[PERSO_REASON_MAX];	/* why spoiled, or "" */
	uint64_t apdus;
	uint64_t bytes; /* on the link, both ways */
	uint64_t ms;
	int64_t started_at;
	int64_t finished_at; /* 0: unfinished */
};

/* order imported | failed -> in-work, blank received (or reserved for this
 * order) -> in-work, number bound, clock noted: one transaction.
 * PERSO_E_STATE names what is in the wrong state, PERSO_E_CONFLICT: the
 * number belongs to another order, a document, or is void;
 * PERSO_E_MISSING: the blank has no number; PERSO_E_NOT_FOUND: no such order
 * or blank. */
PERSO_MUST perso_rc perso_store_job_begin(struct perso_store *s,
    const char *order, const char *blank, int64_t clock,
    const struct perso_store_number *number, struct perso_store_job *ret);

/* begun -> keyed. spki: public keys as the chip gave them; may be empty. */
PERSO_MUST perso_rc perso_store_job_keys(
    struct perso_store *s, int64_t job, struct perso_span spki);

/* What else an unfinished job keeps. */
enum perso_store_kept {
	/* begun: what the line drew for it, sealed by the line under a key
	 * that the store never sees */
	PERSO_KEPT_SECRETS = 1,
	/* keyed: EF.CardSecurity, signed; EF.SOD does not cover it */
	PERSO_KEPT_CARD_SECURITY = 2
};

/* Keeps it, once, in that state: PERSO_E_STATE. The journal says that it was
 * kept, and nothing of it. Erased when the job ends. */
PERSO_MUST perso_rc perso_store_job_keep(struct perso_store *s, int64_t job,
    enum perso_store_kept what, struct perso_span bytes);

/* One file of the image. */
struct perso_store_file {
	uint16_t fid;
	bool mf; /* of the MF, not of the application */
	uint8_t hash[PERSO_STORE_HASH];
};
#define PERSO_STORE_FILES 32

/* keyed -> sealed: before the first file is written. A blank gets one
 * EF.SOD: a second one is PERSO_E_STATE. */
PERSO_MUST perso_rc perso_store_job_sealed(struct perso_store *s, int64_t job,
    struct perso_span sod, const struct perso_store_file *files, size_t count);
PERSO_MUST perso_rc perso_store_job_locking(struct perso_store *s, int64_t job);
PERSO_MUST perso_rc perso_store_job_locked(struct perso_store *s, int64_t job);

/* Without a chip. begun -> sealed: what will be printed is fixed. A blank
 * gets one seal: a second one is PERSO_E_STATE. */
PERSO_MUST perso_rc perso_store_job_seal(
    struct perso_store *s, int64_t job, struct perso_span seal);
/* sealed -> printing, if it has a seal; printing -> printed. */
PERSO_MUST perso_rc perso_store_job_printing(
    struct perso_store *s, int64_t job);
PERSO_MUST perso_rc perso_store_job_printed(struct perso_store *s, int64_t job);

/* One step of the work, for evidence. */
struct perso_store_step {
	char name[24];
	perso_rc rc;
	uint32_t apdus;
	uint64_t bytes_out;
	uint64_t bytes_in;
	uint64_t us;
	char sw[96]; /* status words and how often: "9000*31 6A89" */
};
#define PERSO_STORE_STEPS 32

struct perso_store_end {
	const char *verdict; /* what the inspector said, or NULL */
	const char *error;   /* why it is spoiled; NULL for good */
	uint64_t apdus;
	uint64_t bytes;
	uint64_t ms;
	const struct perso_store_step *steps;
	size_t step_count;
	struct perso_span letter; /* good: its letter, sealed, which waits
				   * from now on; empty: none */
};

/* locked or printed -> good; order done; blank good; a document exists.
 * Erases. */
PERSO_MUST perso_rc perso_store_job_finish(
    struct perso_store *s, int64_t job, const struct perso_store_end *end);
/* Any unfinished state -> spoiled; blank spoiled; order failed; number void
 * or back to its order. Erases. */
PERSO_MUST perso_rc perso_store_job_spoil(
    struct perso_store *s, int64_t job, const struct perso_store_end *end);

/* Pages of a locked job whose chip was found good, by its journal:
 *
 *	none -> printing -> printed
 *	        printing -> failed -> printing ...; printing -> printing
 *
 * Each change is one line: "pages-printing" (text: the verdict), again
 * "pages-again" (text: as given), "pages-printed", "pages-failed".
 * PERSO_E_STATE: the job is not locked, or another change. */
enum perso_store_pages {
	PERSO_PAGES_NONE = 0,
	PERSO_PAGES_PRINTING, /* begun; nobody knows how far it went */
	PERSO_PAGES_PRINTED,
	PERSO_PAGES_FAILED
};
PERSO_MUST perso_rc perso_store_job_pages(struct perso_store *s, int64_t job,
    enum perso_store_pages to, const char *text);
/* How they stand, and the verdict with which they began ("" with NONE). */
PERSO_MUST perso_rc perso_store_job_pages_get(struct perso_store *s,
    int64_t job, enum perso_store_pages *ret, char verdict[PERSO_REASON_MAX]);

PERSO_MUST perso_rc perso_store_job_get(
    struct perso_store *s, int64_t job, struct perso_store_job *ret);
/* In order of beginning, as perso_store_order_next. order may be NULL. */
PERSO_MUST perso_rc perso_store_job_next(struct perso_store *s, unsigned states,
    const char *order, int64_t after, struct perso_store_job *ret,
    bool *ret_there);
/* What an unfinished job keeps, erased when it ends; appended.
 * PERSO_E_NOT_FOUND when it is not there (yet, or any more). */
PERSO_MUST perso_rc perso_store_job_spki(
    struct perso_store *s, int64_t job, struct perso_buf *ret);
PERSO_MUST perso_rc perso_store_job_sod(
    struct perso_store *s, int64_t job, struct perso_buf *ret);
PERSO_MUST perso_rc perso_store_job_kept(struct perso_store *s, int64_t job,
    enum perso_store_kept what, struct perso_buf *ret);
PERSO_MUST perso_rc perso_store_job_seal_get(
    struct perso_store *s, int64_t job, struct perso_buf *ret);
/* Into files[PERSO_STORE_FILES], in the order they were given. */
PERSO_MUST perso_rc perso_store_job_files(struct perso_store *s, int64_t job,
    struct perso_store_file *files, size_t *ret_count);
/* Into steps[PERSO_STORE_STEPS]; none while it is unfinished. */
PERSO_MUST perso_rc perso_store_job_steps(struct perso_store *s, int64_t job,
    struct perso_store_step *steps, size_t *ret_count);

/* ---- documents, journal --------------------------------------------- */

struct perso_store_document {
	int64_t seq;
	char profile[PERSO_ID_MAX];
	char number[PERSO_NUMBER_MAX];
	char order[PERSO_ID_MAX];
	char blank[PERSO_ID_MAX];
	int64_t job;
	int64_t issued_at;
};

PERSO_MUST perso_rc perso_store_document_next(struct perso_store *s,
    int64_t after, struct perso_store_document *ret, bool *ret_there);
PERSO_MUST perso_rc perso_store_document_of(
    struct perso_store *s, const char *order, struct perso_store_document *ret);

/* One line of the journal. hash = SHA-256 over the previous line's hash (32
 * zero bytes for the first) and this line's seq, at, kind, order, blank, job
 * and text as text (numbers decimal, nothing for none), each followed by a
 * zero byte. Rows cannot be changed or deleted through the database. */
struct perso_store_entry {
	int64_t seq;
	int64_t at;
	char kind[24]; /* "order-imported", "job-begun", ... */
	char order[PERSO_ID_MAX];
	char blank[PERSO_ID_MAX];
	int64_t job; /* 0: none */
	char text[PERSO_REASON_MAX];
	uint8_t hash[PERSO_STORE_HASH];
};

PERSO_MUST perso_rc perso_store_journal_next(struct perso_store *s,
    int64_t after, struct perso_store_entry *ret, bool *ret_there);

/* ---- letters with PIN and PUK --------------------------------------- */

/*
 * A good job's letter, sealed under a key that the store never sees, until
 * its print is confirmed: then the sealed bytes, and with them the wrapped
 * key, are overwritten. Each print has an envelope of its own: pre-numbered,
 * bound before the print, used once in the store's life. Journal:
 * letter-waiting, letter-printing, letter-printed, letter-confirmed and
 * letter-void (an envelope's), the text naming the envelope.
 */
enum perso_letter_state {
	PERSO_LETTER_WAITING = 1,  /* to be printed; no envelope */
	PERSO_LETTER_PRINTING = 2, /* may be in print, or torn */
	PERSO_LETTER_PRINTED = 4,  /* to be confirmed */
	PERSO_LETTER_CONFIRMED = 8 /* erased */
};
#define PERSO_LETTER_ANY 15u
#define PERSO_ENVELOPE_MAX 33 /* bytes of a number, with its terminator */

/* "waiting", ...; NULL for no state. */
const char *perso_letter_state_name(enum perso_letter_state s);
PERSO_MUST perso_rc perso_letter_state_from_name(
    const char *name, enum perso_letter_state *ret);

struct perso_store_letter {
	int64_t job;
	char order[PERSO_ID_MAX];
	char blank[PERSO_ID_MAX];
	char profile[PERSO_ID_MAX];
	char envelope[PERSO_ENVELOPE_MAX]; /* "" while it waits */
	enum perso_letter_state state;
	int64_t changed_at;
};

/* Only one process at a time prints letters: to another, what is in print
 * would seem torn. Held and refused as perso_store_lock_line(). */
PERSO_MUST perso_rc perso_store_lock_letters(struct perso_store *s);

/* PERSO_E_NOT_FOUND: the job has no letter. */
PERSO_MUST perso_rc perso_store_letter_get(
    struct perso_store *s, int64_t job, struct perso_store_letter *ret);
/* In order of jobs, as perso_store_order_next. */
PERSO_MUST perso_rc perso_store_letter_next(struct perso_store *s,
    unsigned states, int64_t after, struct perso_store_letter *ret,
    bool *ret_there);
/* As the job's end gave it; appended. PERSO_E_NOT_FOUND: erased, or never
 * there. */
PERSO_MUST perso_rc perso_store_letter_sealed(
    struct perso_store *s, int64_t job, struct perso_buf *ret);
/* The number can be bound: of letters, digits and - only (PERSO_E_DATA),
 * PERSO_E_CONFLICT: it was used. */
PERSO_MUST perso_rc perso_store_envelope_free(
    struct perso_store *s, const char *envelope);
/* waiting -> printing: binds the envelope; codes of
 * perso_store_envelope_free(). */
PERSO_MUST perso_rc perso_store_letter_begin(
    struct perso_store *s, int64_t job, const char *envelope);
/* printing | printed -> waiting: the envelope is void. */
PERSO_MUST perso_rc perso_store_letter_void(
    struct perso_store *s, int64_t job, const char *reason);
/* printing -> printed. */
PERSO_MUST perso_rc perso_store_letter_printed(
    struct perso_store *s, int64_t job);
/* printed -> confirmed: erased, from the write-ahead log as well.
 * PERSO_E_CONFLICT: confirmed, but another program is reading the store and
 * the log could not be emptied; to be called again: on a confirmed letter it
 * does just that. */
PERSO_MUST perso_rc perso_store_letter_confirm(
    struct perso_store *s, int64_t job);

/* How many there are, by state: index i counts the state 1 << i. */
struct perso_store_counts {
	uint64_t orders[5];
	uint64_t blanks[7];
	uint64_t jobs[9];
	uint64_t letters[4];
	uint64_t documents;
	uint64_t void_numbers;
};

PERSO_MUST perso_rc perso_store_count(
    struct perso_store *s, struct perso_store_counts *ret);

#endif
