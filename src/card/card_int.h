/*
 * Private to card: what card.c and card_read.c share.
 */
#ifndef CARD_INT_H
#define CARD_INT_H

#include <stdint.h>

/* What perso_card_last_sw() says from now on, in this thread. */
void card_note_sw(uint16_t sw);

#endif
