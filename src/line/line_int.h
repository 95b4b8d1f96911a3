/* What the files of line share. */
#ifndef PERSO_LINE_INT_H
#define PERSO_LINE_INT_H

#include <pthread.h>
#include <string.h>

#include "perso/chip.h"
#include "perso/line.h"
#include "perso/secinfo.h"
#include "perso/seal.h"
#include "perso/sod.h"
#include "perso/symbol.h"

/* ---- signer ---------------------------------------------------------- */

struct perso_keyref *perso_signer_key(struct perso_signer *s);
/* Certificate and algorithm of a signer that perso_signer_check() lets sign,
 * into ret. */
PERSO_MUST perso_rc perso_signer_values(
    const struct perso_image_values *v, struct perso_sod_values *ret);

/* ---- parts of the image ---------------------------------------------- */

enum infos_file { INFOS_CARD_ACCESS, INFOS_CARD_SECURITY, INFOS_DG14 };

/* EF.DG3 and EF.DG4, appended (image_bio.c). */
PERSO_MUST perso_rc perso_image_dg3(
    const struct perso_image_values *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_image_dg4(
    const struct perso_image_values *v, struct perso_buf *ret);

/* The SecurityInfos of a file, sorted: ret->set is set's bytes; set is empty
 * and owned by the caller. v->profile is as it holds on the day. */
PERSO_MUST perso_rc perso_image_infos(const struct perso_image_values *v,
    enum infos_file file, struct perso_buf *set, struct perso_lds_infos *ret);
PERSO_MUST perso_rc perso_image_card_security(
    const struct perso_image_values *v, struct perso_buf *ret);

/* Details of holder, document and issuer, and persons to notify. */
PERSO_MUST perso_rc perso_image_dg11(
    const struct perso_image_values *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_image_dg12(
    const struct perso_image_values *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_image_dg13(
    const struct perso_image_values *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_image_dg16(
    const struct perso_image_values *v, struct perso_buf *ret);

/* ---- meter: counts what goes over a link ----------------------------- */

#define METER_SWS 8

struct perso_meter {
	struct perso_link base;
	struct perso_link *inner; /* borrowed */
	struct {
		uint16_t sw;
		uint32_t count;
	} sws[METER_SWS]; /* of this step */
	size_t sw_count;
	uint64_t mark_commands, mark_out, mark_in, mark_us;
	/* After each answer. */
	void (*tick)(void *ctx);
	void *ctx;
};

void perso_meter_init(struct perso_meter *m, struct perso_link *inner);
/* A step starts here, and what it has cost so far. */
void perso_meter_mark(struct perso_meter *m);
void perso_meter_step(
    const struct perso_meter *m, struct perso_store_step *ret);

/* ---- the work on one job --------------------------------------------- */

struct perso_layout;
struct perso_render;

/* Fonts of a layout, opened. */
struct line_render {
	const struct perso_layout *layout; /* borrowed; NULL: free */
	struct perso_render *render;	   /* owned */
};
#define LINE_RENDERS 12

struct perso_line {
	struct perso_line_config cfg;
	struct line_render renders[LINE_RENDERS];
	size_t next_render;
};

void perso_line_renders_close(struct perso_line *line);

#define LINE_CAN 6

#define LINE_CODE_MAX PERSO_PUK_MAX
_Static_assert(PERSO_PIN_MAX <= LINE_CODE_MAX, "a PIN is a code");

/* PIN or PUK. */
struct line_code {
	size_t n; /* 0: none */
	uint8_t p[LINE_CODE_MAX];
};

static inline struct perso_span
line_code_span(const struct line_code *c)
{
	return perso_span(c->p, c->n);
}

/* What was drawn for a job. Wiped with it. */
struct line_secrets {
	bool drawn;
	uint8_t can[LINE_CAN]; /* digits; zeros without a CAN */
	uint8_t random[PERSO_BIO_RANDOM];
	struct line_code pin, puk;
};

/* n digits, evenly drawn, none of those that are trivial, and not other. */
PERSO_MUST perso_rc line_digits_draw(
    uint8_t *dst, size_t n, struct perso_span other);
/* All the same, or counting up or down by one, round from 9 to 0. */
bool line_digits_trivial(struct perso_span digits);

/* Seals under a new key, that under the wrap key; appended. */
PERSO_MUST perso_rc line_box_seal(struct perso_span wrap_key,
    struct perso_span bound, struct perso_span plain, struct perso_buf *ret);
/* PERSO_E_SIGNATURE, PERSO_E_TRUNCATED: not what was sealed like this. */
PERSO_MUST perso_rc line_box_open(struct perso_span wrap_key,
    struct perso_span bound, struct perso_span box, struct perso_buf *ret);

/* What a letter tells; terminated, "" for none. */
struct line_letter {
	char pin[PERSO_PIN_MAX + 1];
	char puk[PERSO_PUK_MAX + 1];
};
PERSO_MUST perso_rc line_letter_open(struct perso_span wrap_key, int64_t job,
    struct perso_span sealed, struct line_letter *ret);
void line_letter_wipe(struct line_letter *l);

/* ---- a thread for one function, task.c ------------------------------- */

#define LINE_CAUSES 6

struct line_task {
	perso_rc (*run)(void *ctx);
	void *ctx;
	pthread_t thread;
	bool running;
	/* What it said; read after the wait. */
	perso_rc rc;
	size_t cause_count;
	char cause[LINE_CAUSES][PERSO_TRAIL_LEN];
	uint64_t us;
};
/* Signals stay the caller's; where no thread is to be had, run is called
 * here. wait may come again and again; join waits, too, and gives what run
 * gave, with its trail. A task of zeros was never started and is well. */
void line_task_start(
    struct line_task *t, perso_rc (*run)(void *ctx), void *ctx);
void line_task_wait(struct line_task *t);
PERSO_MUST perso_rc line_task_join(struct line_task *t);

/* ---- a job in hand ----------------------------------------------------- */

struct work_pages; /* work_pages.c */

struct perso_work {
	struct perso_line *line;
	struct perso_meter meter;
	struct perso_order *order; /* owned */
	/* As it holds on the document's day of issue. */
	const struct perso_doc_profile *doc; /* &on, or NULL */
	struct perso_doc_profile on;
	const struct perso_chip_profile *cp;
	struct perso_signer *signer; /* borrowed */
	struct perso_chip *chip;     /* owned; NULL: not open */
	struct perso_chip_identity id;
	struct perso_store_job job; /* id 0: none yet */
	struct perso_lds_image img; /* empty: not built */
	struct perso_buf spki;	    /* AA key, CA key: those that there are */
	struct perso_buf trust;	    /* CVCA certificate */
	struct line_secrets secrets;
	struct perso_verdict verdict;
	struct work_pages *pages; /* owned; NULL: none (yet) */
	/* Without a chip. */
	int64_t clock;
	struct perso_line_sealer sealer;
	struct perso_buf seal;
	enum perso_store_pages printed; /* as the journal has it */
	bool resumed;			/* files may be on the chip already */
	bool absent;	   /* the chip at the link is not the job's */
	bool locked;	   /* it says that it is operational */
	bool judged;	   /* verdict is filled */
	bool store_failed; /* the last error is the store's */
	struct perso_store_step steps[PERSO_STORE_STEPS];
	size_t step_count;
	enum perso_line_step step;		     /* the current one */
	uint64_t done, total, file_start, file_size; /* progress */
	uint64_t started_us;
};

PERSO_MUST perso_rc perso_work_new(
    struct perso_line *line, struct perso_link *link, struct perso_work **ret);
void perso_work_free(struct perso_work **w);
#define LINE_WORK(name) \
	__attribute__((cleanup(perso_work_free))) struct perso_work *name = NULL

/* Tells the progress: bytes of the files before, and of this one. */
void perso_work_progress(struct perso_work *w, uint64_t moved);

/* Runs fn as a step: events and evidence. */
typedef perso_rc (*perso_work_fn)(struct perso_work *w);
PERSO_MUST perso_rc perso_work_step(
    struct perso_work *w, enum perso_line_step step, perso_work_fn fn);

/* The order's files, as they were imported, into w->order, built with this
 * clock; w->doc. PERSO_E_MISMATCH, PERSO_E_IO, PERSO_E_DATA, ... */
PERSO_MUST perso_rc perso_work_load(
    struct perso_work *w, const struct perso_store_order *o, int64_t clock);
/* That of w->job, as it was when the job began; w->store_failed. */
PERSO_MUST perso_rc perso_work_load_job(struct perso_work *w);
/* The signer, and that the data groups can be built. */
PERSO_MUST perso_rc perso_work_try(struct perso_work *w);
PERSO_MUST perso_rc perso_work_signer(struct perso_work *w, int64_t clock);

/* The trust point, and that what is drawn can be kept. */
PERSO_MUST perso_rc perso_work_ready(struct perso_work *w);

/* All keys of the chip; w->spki. The job's secrets are drawn and kept, or
 * those kept earlier are used. */
PERSO_MUST perso_rc perso_work_keys(struct perso_work *w);
/* Public keys out of w->spki; empty ones for those that there are not. */
PERSO_MUST perso_rc perso_work_spkis(const struct perso_work *w,
    struct perso_span *ret_aa, struct perso_span *ret_ca);
/* w->secrets from the store, if the document has any; if they are not there,
 * draw says whether they are made and kept. PERSO_E_NOT_FOUND,
 * PERSO_E_SIGNATURE: not what was sealed with this wrap key. Sets
 * store_failed. */
PERSO_MUST perso_rc perso_work_secrets(struct perso_work *w, bool draw);

/* PIN and PUK that the job keeps, if there are any, when the order is not at
 * hand: for its letter. */
PERSO_MUST perso_rc perso_work_codes(struct perso_work *w);
/* The letter with PIN and PUK, sealed; nothing if the document has none. */
PERSO_MUST perso_rc perso_work_letter(
    const struct perso_work *w, struct perso_buf *ret);

/* With a printer: that the pages of the order can be drawn, with a number of
 * the most characters if it has none, and its pictures decoded: begun when the
 * order is loaded, tried after what can be done beside. Codes of
 * perso_render_check(), perso_picture_decode(); PERSO_E_CONFIG: layout, fonts. */
PERSO_MUST perso_rc perso_work_pages_begin(struct perso_work *w);
PERSO_MUST perso_rc perso_work_pages_try(struct perso_work *w);
/* The number is bound and w->secrets are what they will be: pages are drawn
 * in the thread, once. drawn waits for them and says what became of them. */
void perso_work_pages_draw(struct perso_work *w);
PERSO_MUST perso_rc perso_work_pages_drawn(struct perso_work *w);
/* No thread draws any more. */
void perso_work_pages_wait(struct perso_work *w);
/* The verdict is good: pages to the printer, before and after in the journal;
 * nothing without a printer. A code with r->text: they are not printed, or
 * the store failed (store_failed). */
PERSO_MUST perso_rc perso_work_print(
    struct perso_work *w, struct perso_line_result *r);
/* Before they are drawn: a symbol on them, taken; and with one, the PNG of
 * the first side, borrowed. hand_over: a step. */
PERSO_MUST perso_rc perso_work_pages_symbol(
    struct perso_work *w, struct perso_symbol *symbol);
PERSO_MUST perso_rc perso_work_pages_png(
    struct perso_work *w, struct perso_span *ret);
PERSO_MUST perso_rc perso_work_pages_hand_over(struct perso_work *w);
void perso_work_pages_free(struct work_pages **pages);

/* ---- seals and stickers ---------------------------------------------- */

/* Light modules around. */
unsigned perso_work_quiet(enum perso_symbol_kind kind);
/* w->sealer, valid at w->clock for w->doc. */
PERSO_MUST perso_rc perso_work_sealer(struct perso_work *w);
/* That the order's values give a seal, and that its symbol fits the layout:
 * with a key that is made for the occasion. Codes of perso_seal_set(),
 * perso_symbol_make(). */
PERSO_MUST perso_rc perso_work_seal_try(struct perso_work *w);
/* begun -> sealed, as a step. */
PERSO_MUST perso_rc perso_work_seal(struct perso_work *w);
/* The symbol of w->seal onto the pages. */
PERSO_MUST perso_rc perso_work_seal_symbol(struct perso_work *w);

bool perso_line_is_sticker(
    const struct perso_line *line, const struct perso_store_job *job);
/* A document that the line can make on a sticker. */
PERSO_MUST perso_rc perso_line_check_sticker(
    const struct perso_line *line, const struct perso_doc_profile *d);
/* Order, seal signer, seal, page; *ret_blame: a failure is the order's. */
PERSO_MUST perso_rc perso_work_check_sticker(
    struct perso_work *w, const struct perso_store_order *o, bool *ret_blame);
/* The code is r->rc. */
perso_rc perso_line_recover_sticker(struct perso_line *line,
    const struct perso_store_job *job, struct perso_line_result *ret);

/* line_run.c: imported or failed. */
PERSO_MUST perso_rc perso_work_ready_order(const struct perso_store_order *o);
/* BEGIN: w->job; whatever goes wrong leaves r as it must be. */
PERSO_MUST perso_rc perso_work_begin(struct perso_work *w, const char *id,
    int64_t clock, struct perso_line_result *r);
/* The order's own fault: it fails. Everything else leaves it alone. */
PERSO_MUST perso_rc perso_work_fail_order(struct perso_work *w, const char *id,
    struct perso_line_result *r, perso_rc rc);

/* Marks the store's errors: then nobody can say how the job stands. */
perso_rc perso_work_stored(struct perso_work *w, perso_rc rc);
/* The same for what a stored job keeps: if it is not there, the store is
 * sound and the job is not. */
perso_rc perso_work_kept(struct perso_work *w, perso_rc rc);

/* Reset, channel, identity. Sets absent (known job, other chip) and locked
 * (then PERSO_OK, if the job is locking). */
PERSO_MUST perso_rc perso_work_open(struct perso_work *w);
/* From the job's state to the verdict. */
PERSO_MUST perso_rc perso_work_run(struct perso_work *w);
/* What a stored job needs before perso_work_run(). */
PERSO_MUST perso_rc perso_work_restore(struct perso_work *w);
PERSO_MUST perso_rc perso_work_inspect(struct perso_work *w);
/* Writes the files for demonstrations. */
PERSO_MUST perso_rc perso_work_dump(struct perso_work *w);

/* ---- the end --------------------------------------------------------- */

bool perso_work_is_link(perso_rc rc);
/* ret->text: what and text, or the trail. */
void perso_work_say(
    struct perso_line_result *r, const char *what, const char *text);
void perso_work_say_trail(struct perso_line_result *r);
/* Sets both, returns rc. */
perso_rc perso_work_leave(
    struct perso_line_result *r, enum perso_line_outcome o, perso_rc rc);
/* What it cost; which job. */
void perso_work_account(
    const struct perso_work *w, struct perso_line_result *r);
void perso_work_name(const struct perso_work *w, struct perso_line_result *r);
/* To the verdict, with new tries after the link tore. */
PERSO_MUST perso_rc perso_work_drive(
    struct perso_work *w, bool connected, struct perso_line_result *r);
/* drive's end, to the store: good, spoiled or unfinished. */
PERSO_MUST perso_rc perso_work_conclude(
    struct perso_work *w, struct perso_line_result *r, perso_rc rc);
/* why is not PERSO_OK and r->text says it: spoiled. */
PERSO_MUST perso_rc perso_work_end(
    struct perso_work *w, struct perso_line_result *r, perso_rc why);
/* The files of a good document, if they are wanted. Failure is logged. */
void perso_work_publish(
    struct perso_work *w, const struct perso_line_result *r);

#endif
