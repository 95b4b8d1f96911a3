/*
 * Padding and the retail MAC, as card, gp and access need them on the
 * terminal's side (card). The simulated chip has its own.
 */
#ifndef PERSO_MAC_H
#define PERSO_MAC_H

#include "perso/buf.h"

/* ISO/IEC 9797-1 padding method 2: appends 80 and as many 00 as make b->n,
 * counted from mark, a multiple of block. */
PERSO_MUST perso_rc perso_pad2(struct perso_buf *b, size_t mark, size_t block);

/* How many bytes of s remain without padding method 2. PERSO_E_DATA if s is
 * not whole blocks or has no 80 in its last block. */
PERSO_MUST perso_rc perso_unpad2(
    struct perso_span s, size_t block, size_t *ret);

/* ISO/IEC 9797-1 MAC algorithm 3 with DES over the concatenation of the
 * parts, padded by method 2. Key: 16 bytes. PERSO_E_KEY. */
PERSO_MUST perso_rc perso_retail_mac(struct perso_span key,
    const struct perso_span *parts, size_t count, uint8_t ret[8]);

/* The same under a key that is kept ready for many messages, as in
 * perso/keyed.h. */
struct perso_retail;

PERSO_MUST perso_rc perso_retail_new(
    struct perso_span key, struct perso_retail **ret);
void perso_retail_free(struct perso_retail **r);
PERSO_MUST perso_rc perso_retail_run(struct perso_retail *r,
    const struct perso_span *parts, size_t count, uint8_t ret[8]);

#endif
