/*
 * Secure Channel Protocol 03 as the host (gp): GlobalPlatform Card
 * Specification 2.3, Amendment D 1.1.2, S8 mode, i = 70 (pseudo-random card
 * challenge, R-MAC and R-ENC supported), AES-128.
 */
#ifndef PERSO_SCP03_H
#define PERSO_SCP03_H

#include "perso/card.h"
#include "perso/keyref.h"

/* Security levels: bits 0 C-MAC, 1 C-DECRYPTION, 4 R-MAC, 5 R-ENCRYPTION. */
#define PERSO_SCP03_CMAC 0x01
#define PERSO_SCP03_CDEC 0x02
#define PERSO_SCP03_RMAC 0x10
#define PERSO_SCP03_RENC 0x20

/* A static key set, as a delivery of blanks comes with one. */
struct perso_scp03_keys {
	uint8_t kvn;		  /* key version number */
	struct perso_keyref *enc; /* owned */
	struct perso_keyref *mac;
	struct perso_keyref *dek;
};

/*
 * A key file is text, one entry per line, "#" starts a comment:
 *
 *	kvn = 48
 *	enc = 404142434445464748494A4B4C4D4E4F
 *	mac = ...
 *	dek = ...
 *
 * kvn is decimal, 1..127; keys are 32 hexadecimal digits. All four must be
 * there, once. PERSO_E_CONFIG names the line; PERSO_E_KEY: the file may be
 * read by others than its owner (mode & 077), or is too long.
 */
PERSO_MUST perso_rc perso_scp03_keys_load(
    const char *path, struct perso_scp03_keys **ret);
PERSO_MUST perso_rc perso_scp03_keys_parse(
    struct perso_span text, struct perso_scp03_keys **ret);
PERSO_MUST perso_rc perso_scp03_keys_new(uint8_t kvn, struct perso_span enc,
    struct perso_span mac, struct perso_span dek,
    struct perso_scp03_keys **ret);
void perso_scp03_keys_free(struct perso_scp03_keys **k);

/* What INITIALIZE UPDATE says of the chip. */
struct perso_scp03_info {
	uint8_t diversification[10]; /* key diversification data */
	uint8_t kvn;
	uint8_t i;	   /* 70 */
	uint32_t sequence; /* sequence counter */
};

/* INITIALIZE UPDATE and EXTERNAL AUTHENTICATE, then the channel is the
 * card's (an earlier one is dropped first). level: 01, 03, 11, 13 or 33.
 * ret may be NULL.
 * PERSO_E_ANSWER: malformed answer. PERSO_E_UNSUPPORTED: not SCP03 i = 70.
 * PERSO_E_KEY: the chip answers for another key version. PERSO_E_CARD_AUTH:
 * the chip's cryptogram is wrong (EXTERNAL AUTHENTICATE is then not sent:
 * wrong attempts block the chip), or it refused ours. PERSO_E_SW. */
PERSO_MUST perso_rc perso_scp03_open(struct perso_card *card,
    const struct perso_scp03_keys *keys, uint8_t level,
    struct perso_scp03_info *ret);

/* A channel from known challenges, as open makes it after the handshake:
 * its command counter is 0 and its MAC chaining value is given. */
struct perso_scp03_session {
	uint8_t host_challenge[8];
	uint8_t card_challenge[8];
	uint8_t chaining[16]; /* full C-MAC of the last command */
	uint8_t level;
};
PERSO_MUST perso_rc perso_scp03_channel(const struct perso_scp03_keys *keys,
    const struct perso_scp03_session *s, struct perso_channel **ret);

/* Appends key encrypted under the static DEK: AES-CBC, IV 0 (Amendment D,
 * 4.1.2). pad: padding method 2 first; otherwise whole blocks only,
 * PERSO_E_ARG. */
PERSO_MUST perso_rc perso_scp03_wrap_key(const struct perso_scp03_keys *keys,
    struct perso_span key, bool pad, struct perso_buf *ret);

#endif
