/*
 * perso_chip: a blank chip while it is personalised (chip). Which commands
 * a family of products takes stands in its driver, src/chip/<family>.c, one
 * table of functions; what differs between products of a family comes from
 * the chip profile.
 *
 *	perso_chip_open(&p, &chip);		nothing is sent
 *	perso_chip_connect(chip, &id);		SCP03, who are you
 *	perso_chip_make_aa(chip, spec, &pub);	or perso_chip_load_aa
 *	perso_chip_make_ca(chip, spec, &spki);	or perso_chip_load_ca
 *	perso_chip_load_bac(chip, seed);
 *	perso_chip_load_password(chip, which, secret);	for each
 *	perso_chip_load_trust(chip, cert);
 *	perso_chip_write(chip, &file);		for each file
 *	perso_chip_compare(chip, &file);	for each file
 *	perso_chip_lock(chip);			no way back
 *	perso_chip_free(&chip);
 *
 * Every act that changes the chip is announced through steps.before, which
 * makes it durable; if it fails, the act is not done. Commands are as few
 * as the product allows: a DF is selected only when it is not current.
 */
#ifndef PERSO_CHIP_H
#define PERSO_CHIP_H

#include "perso/card.h"
#include "perso/keyref.h"
#include "perso/profile.h"
#include "perso/scp03.h"

enum perso_chip_act {
	PERSO_CHIP_HANDSHAKE, /* SCP03: a wrong key counts against the chip */
	PERSO_CHIP_MAKE_AA,   /* an earlier key is replaced */
	PERSO_CHIP_LOAD_AA,
	PERSO_CHIP_LOAD_BAC,
	PERSO_CHIP_MAKE_CA, /* an earlier key is replaced */
	PERSO_CHIP_LOAD_CA,
	PERSO_CHIP_LOAD_PASSWORD, /* of PACE; an earlier one is replaced */
	PERSO_CHIP_LOAD_TRUST,	  /* CVCA certificate */
	PERSO_CHIP_WRITE,	  /* a file is made and written */
	PERSO_CHIP_LOCK
};

/* "handshake", "make AA key", "load AA key", "load BAC key", "make CA key",
 * "load CA key", "load PACE password", "load trust point", "write file",
 * "lock". Static. */
const char *perso_chip_act_name(enum perso_chip_act act);

struct perso_chip_step {
	enum perso_chip_act act;
	bool reversible; /* can be done again, or otherwise */
	bool mf;	 /* WRITE: in the MF, not in the application */
	uint16_t fid;	 /* WRITE */
};

/* Handed in by whoever leads the personalisation. */
struct perso_chip_steps {
	perso_rc (*before)(void *ctx, const struct perso_chip_step *step);
	void *ctx;
};

struct perso_chip_params {
	struct perso_link *link;		  /* borrowed, reset */
	const struct perso_chip_profile *profile; /* borrowed */
	const struct perso_scp03_keys *keys;	  /* borrowed */
	struct perso_chip_steps steps;		  /* before may be NULL */
	bool resume; /* files may be there from an earlier run: they are
			 * written again. Without it a file that is there is
			 * PERSO_E_CARD_STATE: not a blank. */
};

#define PERSO_CHIP_SERIAL 21 /* 20 hexadecimal digits, terminated */
#define PERSO_CPLC_LEN 42

/* Who the chip is, as it says under the secure channel. */
struct perso_chip_identity {
	char serial[PERSO_CHIP_SERIAL]; /* fabricator, type, serial, batch */
	uint8_t cplc[PERSO_CPLC_LEN];
};

/* One file. data is borrowed. */
struct perso_chip_file {
	bool mf;
	uint16_t fid;
	uint8_t sfi; /* 1..30; 0: none */
	struct perso_span data;
};

/* A Chip Authentication key. */
struct perso_chip_ca {
	unsigned parameters; /* id, Doc 9303-11, table 6 */
	bool has_key_id;
	uint32_t key_id; /* what DG14 calls it */
};

struct perso_chip;

struct perso_chip_ops {
	const char *name; /* the family: "iso7816" */
	/* May this link's chip be of that product? By the ATR; sends nothing. */
	bool (*recognise)(
	    const struct perso_chip_profile *p, struct perso_span atr);
	perso_rc (*connect)(
	    struct perso_chip *c, struct perso_chip_identity *ret);
	perso_rc (*make_aa)(struct perso_chip *c, struct perso_key_spec spec,
	    struct perso_pubkey **ret);
	perso_rc (*load_aa)(struct perso_chip *c, struct perso_span pkcs8);
	perso_rc (*load_bac)(struct perso_chip *c, struct perso_span seed);
	/* Appends the public value as the chip gave it. */
	perso_rc (*make_ca)(struct perso_chip *c,
	    const struct perso_chip_ca *spec, struct perso_buf *ret);
	perso_rc (*load_ca)(struct perso_chip *c,
	    const struct perso_chip_ca *spec, struct perso_span pkcs8);
	perso_rc (*load_password)(struct perso_chip *c,
	    enum perso_password_bit which, struct perso_span secret);
	perso_rc (*load_trust)(struct perso_chip *c, struct perso_span cert);
	perso_rc (*write)(
	    struct perso_chip *c, const struct perso_chip_file *f);
	perso_rc (*compare)(
	    struct perso_chip *c, const struct perso_chip_file *f);
	perso_rc (*lock)(struct perso_chip *c);
};

enum perso_chip_df {
	PERSO_CHIP_DF_UNKNOWN,
	PERSO_CHIP_DF_MF,
	PERSO_CHIP_DF_APP
};

/* For drivers; others use the functions below. */
struct perso_chip {
	const struct perso_chip_ops *ops;
	struct perso_chip_params p;
	struct perso_card card;
	enum perso_chip_df df; /* current */
	bool connected;
};

/* The driver of a family; NULL if there is none. */
const struct perso_chip_ops *perso_chip_find(const char *family);

/* The first profile, in order of ids, whose driver recognises the ATR; NULL
 * if none does. */
const struct perso_chip_profile *perso_chip_recognise(
    const struct perso_profiles *profiles, struct perso_span atr);

/* Prepares; sends nothing. PERSO_E_UNSUPPORTED: no driver for the family.
 * PERSO_E_KEY: the key set is of another version than the product's.
 * PERSO_E_PRODUCT: the ATR is not the product's. */
PERSO_MUST perso_rc perso_chip_open(
    const struct perso_chip_params *p, struct perso_chip **ret);
void perso_chip_free(struct perso_chip **c);

/* Secure channel and identity: three commands. Nothing of the above is
 * changed on the chip.
 * PERSO_E_CARD_STATE: the chip is operational, or blocked. PERSO_E_PRODUCT:
 * by its identity it is of another product. PERSO_E_CARD_AUTH, PERSO_E_KEY:
 * see scp03.h. All below need it: PERSO_E_STATE. */
PERSO_MUST perso_rc perso_chip_connect(
    struct perso_chip *c, struct perso_chip_identity *ret);

/* The chip makes its Active Authentication key pair: one command.
 * PERSO_E_UNSUPPORTED: the product does not make such keys. */
PERSO_MUST perso_rc perso_chip_make_aa(struct perso_chip *c,
    struct perso_key_spec spec, struct perso_pubkey **ret);
/* Loads a private key made outside, or the BAC key seed (16 bytes), each
 * encrypted under the DEK: one command, in parts if it is long. */
PERSO_MUST perso_rc perso_chip_load_aa(
    struct perso_chip *c, const struct perso_keyref *key);
PERSO_MUST perso_rc perso_chip_load_bac(
    struct perso_chip *c, struct perso_span seed);

/* The chip makes its Chip Authentication key pair: one command. Appends
 * SubjectPublicKeyInfo with standardised parameters (perso/agree.h); the
 * public value has been validated. PERSO_E_UNSUPPORTED: the product does not
 * make such keys; PERSO_E_ANSWER: no element of the group. */
PERSO_MUST perso_rc perso_chip_make_ca(struct perso_chip *c,
    const struct perso_chip_ca *spec, struct perso_buf *ret_spki);
/* Loads one made outside, PKCS#8, encrypted under the DEK: one command, in
 * parts if it is long. */
PERSO_MUST perso_rc perso_chip_load_ca(struct perso_chip *c,
    const struct perso_chip_ca *spec, struct perso_span pkcs8);
/* Loads a password of PACE, encrypted under the DEK: one command. For the
 * MRZ the 20 bytes of SHA-1 over the MRZ information, for the CAN its six
 * digits, for PIN and PUK theirs. PERSO_E_UNSUPPORTED: the product takes no such password. */
PERSO_MUST perso_rc perso_chip_load_password(struct perso_chip *c,
    enum perso_password_bit which, struct perso_span secret);
/* A CVCA certificate (7F21, self-signed) becomes the chip's newest trust
 * point: one command. */
PERSO_MUST perso_rc perso_chip_load_trust(
    struct perso_chip *c, struct perso_span cert);

/* Makes the file and writes it. PERSO_E_CARD_STATE: it is there and resume
 * is not set. */
PERSO_MUST perso_rc perso_chip_write(
    struct perso_chip *c, const struct perso_chip_file *f);

/* Reads the file under personalisation rights and compares each byte:
 * PERSO_E_MISMATCH with the offset. Products that cannot be read before
 * they are locked: PERSO_E_UNSUPPORTED, see profile->reads_before_lock. */
PERSO_MUST perso_rc perso_chip_compare(
    struct perso_chip *c, const struct perso_chip_file *f);

/* Irreversible. Afterwards the chip is operational and the channel gone.
 * After PERSO_E_TORN and the like it may be locked or not: connect tells,
 * PERSO_E_CARD_STATE if it is. */
PERSO_MUST perso_rc perso_chip_lock(struct perso_chip *c);

/* Commands sent so far over the link. */
uint64_t perso_chip_commands(const struct perso_chip *c);

#endif
