/*
 * OpenPACE as a judge of PACE and Terminal Authentication: its EAC_CTX plays
 * the terminal against the simulated chip, and the chip against our
 * terminal. Linked into a test program only.
 */
#ifndef PEERS_OPENPACE_H
#define PEERS_OPENPACE_H

#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <eac/ta.h>

#include "perso/pace.h"
#include "perso/sim.h"

/* Enough for any APDU of these tests. */
struct bytes {
	uint8_t p[4096];
	size_t n;
};

/* Not in the installed headers: KDF of the shared secret, as PACE has it,
 * without a nonce. */
int KA_CTX_derive_keys(
    const KA_CTX *ctx, const BUF_MEM *nonce, EVP_MD_CTX *md_ctx);

/* One protocol with its standardised domain parameters. */
struct row {
	unsigned mapping; /* last arc but one: 1 DH-GM .. 4 ECDH-IM */
	unsigned cipher;  /* last arc: 1 3DES, 2..4 AES-128/192/256 */
	unsigned id;	  /* parameterId */
};

struct password {
	enum s_type type;
	const char *name;
	const char *theirs; /* what OpenPACE takes: the MRZ as printed */
	const char *ours;   /* the MRZ information */
};

/* DH values whose first byte is 0: as unsigned integers (Doc 9303-11, 9.4.3)
 * they are shorter than p. */
struct seen {
	unsigned sent;	   /* public values, by OpenPACE */
	unsigned received; /* from ours, with the zero */
	unsigned secret;   /* OpenPACE drops the zero of K as well, which PKCS#3
			    * does not: such a run cannot succeed */
	unsigned comp;	   /* Comp() of a point, its zeros dropped, used in
			    * Terminal Authentication: cannot succeed, too */
};
extern struct seen seen;
bool is_short(const struct row *r, size_t n);

extern const struct password passwords[];
extern const size_t password_count;

/* Says why on the line; false for the caller to return. */
bool no(const char *format, ...) PERSO_PRINTF(1, 2);

/* ---- Bytes (openpace_util.c). ---- */

void add(struct bytes *b, const void *p, size_t n);
void add1(struct bytes *b, unsigned v);
void add_tlv(struct bytes *b, unsigned tag, const void *p, size_t n);
void add_mem(struct bytes *b, unsigned tag, const BUF_MEM *m);
/* The next object (tag of one byte) from *at; false at the end or when
 * malformed. */
bool next(
    const uint8_t *p, size_t n, size_t *at, unsigned *tag, struct bytes *value);
/* The value of one object among others. */
bool find(const struct bytes *b, unsigned tag, struct bytes *value);
BUF_MEM *mem(const void *p, size_t n);

/* OID contents of a row, EF.CardAccess that announces it, OpenPACE's number
 * for it. */
void row_oid(const struct row *r, uint8_t oid[10]);
void row_card_access(const struct row *r, struct bytes *ret);
int row_nid(const struct row *r);
void row_name(const struct row *r, char *ret, size_t n);

/* ---- Secure messaging by OpenPACE (openpace_util.c). ---- */

struct command {
	uint8_t ins, p1, p2;
	struct bytes data;
	bool has_le;
	unsigned le;
};

/* As terminal. */
bool they_protect(EAC_CTX *ctx, const struct command *c, struct bytes *ret);
bool they_open(
    EAC_CTX *ctx, const struct bytes *answer, struct bytes *ret, unsigned *sw);
/* As chip. */
bool they_accept(
    EAC_CTX *ctx, const uint8_t *apdu, size_t n, struct command *ret);
bool they_answer(
    EAC_CTX *ctx, const struct bytes *data, unsigned sw, struct bytes *ret);

/* ---- OpenPACE as terminal (openpace_terminal.c). ---- */

/* PACE and a read of EF.DG1 against our chip. wrong: with another password,
 * which must be refused. */
bool they_are_terminal(
    const struct row *r, const struct password *pw, bool wrong);

/* Certificates for Terminal Authentication, and the chip's key. */
struct set {
	struct perso_span cvca, dv, is;
	struct perso_span key;	    /* of the terminal, PKCS#8 */
	struct perso_span ca_key;   /* of the chip, PKCS#8, brainpoolP256r1 */
	struct perso_span ca_point; /* its public key */
	size_t signature;	    /* bytes of the terminal's */
	unsigned want;		    /* SW of EXTERNAL AUTHENTICATE */
};

/* PACE, Chip and Terminal Authentication against our chip. */
bool they_authenticate(const struct set *set);

/* ---- OpenPACE as chip (openpace_chip.c). ---- */

struct their_chip {
	struct perso_link base;
	const struct row *row;
	const struct password *password;
	EAC_CTX *ctx;
	PACE_SEC *secret;
	struct bytes card_access;
	BUF_MEM *id_ic; /* Comp of its key of PACE */
	BUF_MEM *token; /* to be sent */
	bool sm;	/* PACE is through */
	/* Chip and Terminal Authentication */
	bool ca_set;   /* MSE:Set AT was right */
	bool ca_next;  /* new keys after this answer */
	BUF_MEM *comp; /* of the terminal's key in Chip Authentication */
	bool authenticated;
	struct perso_card *card;
};

/* Chip Authentication with this key, brainpoolP256r1: PKCS#8 and point. */
bool their_chip_key(struct their_chip *c, enum perso_cipher cipher,
    struct perso_span pkcs8, struct perso_span point);
bool their_chip_init(struct their_chip *c, const struct row *r,
    const struct password *pw, const char *secret);
void their_chip_done(struct their_chip *c);

/* ---- Ours against it (openpace_peer.c, openpace_ta.c). ---- */

extern const char dg1_text[];

void say(const char *who, const char *name, const char *what, bool good);
perso_rc run_ours(struct their_chip *c, const struct password *pw,
    struct perso_card *card, struct perso_pace_result *r);
/* Both sides, with the certificates in a folder. */
void terminal_authentication(const char *folder);

#endif
