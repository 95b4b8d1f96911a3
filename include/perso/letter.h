/*
 * Letters that tell a holder the PIN and PUK of his card (line): drawn as a
 * PDF from the layout that the profile names, handed to a printer, for a
 * sealed envelope with a number of its own.
 *
 *	waiting --print--> printing --printer says so--> printed --> confirmed
 *	   ^                  |                             |
 *	   +---- envelope void, new envelope ---------------+
 *
 * PIN and PUK are drawn by the line evenly, digit by digit, without those
 * that anybody would try first: all digits equal, digits that count up or
 * down by one (9 and 0 are neighbours), and a PIN that is the CAN on the
 * card. While a job is at work they are kept with what else was drawn for
 * it (line.h); a good job leaves a letter in the store, sealed by
 * AES-256-GCM under a random key of its own, and that key in the same way
 * under the wrap key, both bound to the job. When the print is confirmed the
 * store overwrites it: nobody can print it again, nor read it.
 *
 * The envelope is bound, durably, before the printer gets the page. A letter
 * that was in print when the program died, or whose printer failed, may lie
 * in its envelope or not: the envelope becomes void and the letter is
 * printed again into another one.
 *
 * PIN and PUK are in memory that is wiped and in the page that the printer
 * gets, and nowhere else: in no error, log or journal.
 */
#ifndef PERSO_LETTER_H
#define PERSO_LETTER_H

#include "perso/profile.h"
#include "perso/store.h"

struct perso_printer; /* perso/printer.h */

struct perso_letter_config {
	struct perso_store *store;	       /* borrowed */
	const struct perso_profiles *profiles; /* borrowed */
	struct perso_span wrap_key;	       /* borrowed, see line.h */
	const struct perso_printer *printer;   /* borrowed; NULL: only draws */
};

/* What is in print at a start was torn by a stop: its envelope becomes void,
 * the letter waits. The letters are locked before
 * (perso_store_lock_letters()). each (may be NULL) hears of every one as it
 * was. */
typedef void (*perso_letter_each_fn)(
    void *ctx, const struct perso_store_letter *l);
PERSO_MUST perso_rc perso_letter_recover(
    struct perso_store *store, perso_letter_each_fn each, void *ctx);

/* From now on memory that this process gives back is overwritten, that of the
 * drawing libraries too, which hold what they draw. For a program that prints
 * letters; a library's user decides for his process. */
void perso_letter_wipe_memory(void);

#define PERSO_LETTER_MAX ((size_t)8 << 20) /* bytes of the PDF */

/* The letter as it would be printed; nothing changes. Appended to *ret, which
 * the caller wipes (PERSO_BUF). PERSO_E_NOT_FOUND: no letter, or erased;
 * PERSO_E_CONFIG: no wrap key, no layout; PERSO_E_SIGNATURE: sealed with
 * another wrap key; PERSO_E_IO, PERSO_E_MISMATCH: the order's files are gone
 * or others; codes of perso_render_pdf(). */
PERSO_MUST perso_rc perso_letter_draw(const struct perso_letter_config *c,
    int64_t job, const char *envelope, struct perso_buf *ret);

/* Draws, binds the envelope, prints, notes it: printed. The letters are
 * locked. Codes of perso_letter_draw() and perso_store_letter_begin(): then
 * nothing has changed; the printer's: then the envelope is void and the
 * letter waits (PERSO_E_STORE: it is in print, the next start sees to it). */
PERSO_MUST perso_rc perso_letter_print(
    const struct perso_letter_config *c, int64_t job, const char *envelope);

#endif
