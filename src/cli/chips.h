/*
 * Where `perso run` gets its chips: a reader that somebody (or a hopper)
 * feeds, or a folder of simulated chips. One chip is in hand at a time.
 */
#ifndef PERSO_CHIPS_H
#define PERSO_CHIPS_H

#include "perso/link.h"

struct cli_chips;

/* reader: its name; "" takes the first one with a chip. limit_ms: for one
 * command. */
PERSO_MUST perso_rc cli_chips_reader(const char *reader, unsigned wait_ms,
    unsigned limit_ms, struct cli_chips **ret);
/* Files that end in .chip. */
PERSO_MUST perso_rc cli_chips_sim(const char *dir, struct cli_chips **ret);
void cli_chips_free(struct cli_chips **c);

/* Puts the next chip in hand; the link is borrowed until cli_chips_done().
 * locked: chips that are locked, too (a folder has many; a reader does not
 * choose). PERSO_E_NO_CARD: no chip came in time, or no more are there;
 * PERSO_E_INTERRUPTED when stop says so. */
PERSO_MUST perso_rc cli_chips_next(struct cli_chips *c, bool locked,
    bool (*stop)(void *ctx), struct perso_link **ret);
/* The chip in hand is taken out. */
void cli_chips_done(struct cli_chips *c);

/* From the start again (a folder only). */
void cli_chips_rewind(struct cli_chips *c);
/* It is a reader: a chip that is not ready for us blocks the way. */
bool cli_chips_is_reader(const struct cli_chips *c);

#endif
