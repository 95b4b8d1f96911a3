/*
 * Secure messaging of ISO/IEC 7816-4 in the form of Doc 9303-11, 9.8 (card):
 * encrypted and authenticated commands and answers under two session keys
 * and a send sequence counter.
 *
 *	command  CLA|0C INS P1 P2 Lc [87 L 01 cryptogram | 85 L cryptogram]
 *	         [97 L Le] 8E 08 MAC 00
 *	answer   [87 .. | 85 ..] 99 02 SW 8E 08 MAC SW
 *
 * DO85 for odd INS, DO87 otherwise. An answer is checked in this order: its
 * objects (each at most once, in this order, nothing else), the MAC over
 * them, DO99 against the status word outside, then the padding. A bare
 * status word that reports an error ends the session on the chip's side and
 * so here: it is handed on, and the channel is dead. Anything else that is
 * not as above is PERSO_E_SM, and the channel is dead.
 */
#ifndef PERSO_SM_H
#define PERSO_SM_H

#include "perso/card.h"
#include "perso/cipher.h"

/* c: PERSO_3DES (16-byte keys, retail MAC, 8-byte counter) or an AES
 * (CMAC cut to 8 bytes, IV = E(ks_enc, SSC), 16-byte counter). ssc: the
 * initial counter, or empty for zero. PERSO_E_KEY, PERSO_E_ARG. */
PERSO_MUST perso_rc perso_sm_open(enum perso_cipher c, struct perso_span ks_enc,
    struct perso_span ks_mac, struct perso_span ssc,
    struct perso_channel **ret);

#endif
