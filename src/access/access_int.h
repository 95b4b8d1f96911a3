/*
 * Private to access: ephemeral keys and the pieces of commands that PACE,
 * Chip and Terminal Authentication share.
 */
#ifndef ACCESS_INT_H
#define ACCESS_INT_H

#include "perso/access.h"
#include "perso/card.h"
#include "perso/cipher.h"
#include "perso/secret.h"
#include "perso/wr.h"

#define INS_MSE 0x22
#define INS_PSO 0x2A
#define INS_EXTERNAL_AUTHENTICATE 0x82
#define INS_GET_CHALLENGE 0x84
#define INS_GENERAL_AUTHENTICATE 0x86

#define PK_MAX (1 + 2 * PERSO_NUM_MAX)
#define COMMAND_MAX (PK_MAX + 64)

/* Writes a DO with an OID's contents; with a number in as few bytes as it
 * needs. */
void access_wr_oid(struct perso_wr *w, uint32_t tag, const char *dotted);
void access_wr_id(struct perso_wr *w, uint32_t tag, uint64_t id);

/* An ephemeral key pair over the group's generator in force. A DH value that
 * begins with a zero byte is not used: as unsigned integer it would be
 * shorter (9.4.3), and not all chips agree on that. */
PERSO_MUST perso_rc access_ephemeral(const struct perso_group *g,
    struct perso_num *ret_sk, struct perso_elem **ret_pk);

/* A public key of the chip: a point, or a DH value of any length up to that
 * of p. PERSO_E_KEY if it is no element of the group. */
PERSO_MUST perso_rc access_decode_pk(
    const struct perso_group *g, struct perso_span v, struct perso_elem **ret);

/* x-coordinate or DH value of k * pk: KA() of 9.6. */
PERSO_MUST perso_rc access_agree(const struct perso_group *g,
    const struct perso_num *sk, const struct perso_elem *pk,
    struct perso_num *ret);

/* Comp(PK) of a key as perso_elem_encode() writes it: that spares making its
 * coordinates affine once more. */
PERSO_MUST perso_rc access_comp(
    const struct perso_group *g, struct perso_span pk, struct perso_comp *ret);

/* A new channel from the shared secret, its counter at 0. */
PERSO_MUST perso_rc access_channel(enum perso_cipher c,
    struct perso_span ks_enc, struct perso_span ks_mac,
    struct perso_channel **ret);

/* The largest Le that suits an answer of about n bytes. */
uint32_t access_le(const struct perso_card *card, size_t n);

/* Is the channel, if there is one, still alive? */
static inline bool
access_is_alive(const struct perso_card *card)
{
	return card->channel == NULL || !card->channel->dead;
}

/* A status word that speaks of the command's data or parameters, not of the
 * security status. */
bool access_is_parameter_sw(uint16_t sw);

/* A certificate's name for a C string; false if it does not fit. */
bool access_copy_name(struct perso_span name, char ret[PERSO_CVC_NAME_MAX + 1]);

/* Reads 42-like name DOs: the value of one CAR. PERSO_E_DATA, _RANGE. */
PERSO_MUST perso_rc access_add_car(
    struct perso_span name, struct perso_cars *cars);

#endif
