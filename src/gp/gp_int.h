/*
 * What the files of gp share.
 */
#ifndef GP_INT_H
#define GP_INT_H

#include "perso/scp03.h"
#include "perso/secret.h"

#define SCP03_BLOCK 16
#define SCP03_MAC 8

/* Derivation constants: Amendment D, 4.1.5, table 4-1. */
enum scp03_constant {
	SCP03_CARD_CRYPTOGRAM = 0x00,
	SCP03_HOST_CRYPTOGRAM = 0x01,
	SCP03_S_ENC = 0x04,
	SCP03_S_MAC = 0x06,
	SCP03_S_RMAC = 0x07
};

/* The label, separator, length, counter and context that a CMAC turns into
 * bits (64 or 128) of derived data; context is host || card challenge. */
struct scp03_label {
	uint8_t p[32];
};
struct scp03_label scp03_label(enum scp03_constant c, uint16_t bits,
    const uint8_t host[8], const uint8_t card[8]);

/* A session key (16 bytes) from a static key. */
PERSO_MUST perso_rc scp03_session_key(struct perso_keyref *from,
    enum scp03_constant c, const struct perso_scp03_session *s,
    struct perso_secret *ret);
/* A cryptogram (8 bytes) from S-MAC. */
PERSO_MUST perso_rc scp03_cryptogram(const struct perso_secret *s_mac,
    enum scp03_constant c, const struct perso_scp03_session *s, uint8_t ret[8]);

#endif
