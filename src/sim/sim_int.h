/*
 * The simulated chip from inside. What it does for those outside stands in
 * perso/sim.h.
 *
 *	sim.c        transmit: faults, saving, reset
 *	sim_apdu.c   parsing, chaining, which channel a command belongs to
 *	sim_fs.c     files: SELECT, READ BINARY, UPDATE BINARY, CREATE FILE
 *	sim_state.c  the state file
 *	sim_scp03.c  the personaliser's channel
 *	sim_perso.c  personalisation commands but those on files
 *	sim_crypt.c  padding, retail MAC, KDF
 *	sim_sm.c     the reader's channel
 *	sim_oper.c   BAC and Active Authentication
 *	sim_vpcd.c   client of a vpcd reader
 *	sim_speed.c  time model
 */
#ifndef SIM_INT_H
#define SIM_INT_H

#include "perso/buf.h"
#include "perso/cipher.h"
#include "perso/keyref.h"
#include "perso/rd.h"
#include "perso/secret.h"
#include "perso/sim.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define SIM_ANSWER_MAX 65533 /* with SW a vpcd frame of 65535 bytes */
#define SIM_CHAIN_MAX 65535
#define SIM_MEMORY_MAX (16u << 20)
#define SIM_STATE_MAX (SIM_MEMORY_MAX + 65536)
#define SIM_TRIES 10 /* wrong host cryptograms */
#define SIM_SEED 16  /* bytes of K_seed */

#define SIM_OK 0x9000

enum sim_df { SIM_MF, SIM_APP };

enum sim_access {
	SIM_FREE,
	SIM_BAC,
	SIM_NEVER /* wants PACE or Terminal Authentication */
};

struct sim_ef {
	uint16_t fid;
	uint8_t sfi;
	enum sim_df df;
	enum sim_access access;
};

#define SIM_EFS 23
#define SIM_NO_EF SIM_EFS
extern const struct sim_ef sim_ef[SIM_EFS];

struct sim_file {
	bool there;
	struct perso_buf data;
};

/* What survives a loss of power. */
struct sim_nv {
	struct perso_sim_config cfg;
	bool operational;
	uint32_t sequence; /* SCP03 sequence counter, 24 bits */
	uint8_t fails;	   /* wrong host cryptograms in a row */
	bool has_seed;
	uint8_t seed[SIM_SEED];
	struct perso_buf aa; /* PKCS#8; empty: no key */
	struct perso_keyref *aa_key;
	struct sim_file files[SIM_EFS];
};

enum sim_scp_state { SIM_SCP_IDLE, SIM_SCP_READY, SIM_SCP_OPEN };

struct sim_scp {
	enum sim_scp_state state;
	uint8_t level;
	uint8_t enc[16]; /* S-ENC */
	uint8_t mac[16]; /* S-MAC */
	uint8_t rmac[16];
	uint8_t chain[16]; /* MAC chaining value */
	uint8_t card_cryptogram[8];
	uint8_t host_cryptogram[8];
	uint64_t counter; /* encryption counter */
};

struct sim_sm {
	bool active;
	uint8_t enc[16];
	uint8_t mac[16];
	uint64_t ssc;
};

/* One command after parsing; data is borrowed. */
struct sim_cmd {
	uint8_t cla, ins, p1, p2;
	struct perso_span data;
	bool has_le;
	uint32_t le;   /* 1..65536 */
	bool extended; /* form of the (last) APDU: size of the answer */
	bool long_lc;  /* Lc of the unsplit APDU has three bytes */
	size_t room;   /* plain bytes that an answer can have */
};

struct sim_ans {
	struct perso_buf data;
	uint16_t sw;
};

struct perso_sim {
	struct sim_nv nv;
	char *path; /* NULL: memory only */
	bool no_sync;

	/* gone at reset */
	enum sim_df df;
	size_t ef; /* index, SIM_NO_EF: none */
	bool was_read;
	struct sim_scp scp;
	struct sim_sm sm;
	bool has_challenge;
	uint8_t challenge[8];
	bool chaining;
	struct sim_cmd chain_head;
	struct perso_buf chain;

	/* while a command runs */
	bool inside; /* tear in the memory write */
	bool dirty;  /* nv has changed */
	uint32_t pages;

	enum perso_sim_fault fault;
	unsigned fault_in;
	bool torn;
	bool mute;
	bool stale; /* nv may differ from the state file */
	struct perso_sim_speed speed;
	uint8_t atr[33];
	size_t atr_len;
};

/* A status word is the chip's answer, not a failure of ours. */
static inline perso_rc
sim_sw(struct sim_ans *a, uint16_t sw)
{
	a->sw = sw;
	return PERSO_OK;
}

/* sim_apdu.c */
/* Returns a status word: SIM_OK or 6700. */
uint16_t sim_apdu_parse(const struct perso_sim_config *cfg,
    struct perso_span raw, struct sim_cmd *ret);
/* Everything from the parsed command to the answer as it goes out. */
PERSO_MUST perso_rc sim_route(
    struct perso_sim *s, struct sim_cmd *c, struct sim_ans *a);
/* False, with 6Cxx or 6700 set and the data dropped, if n bytes are more
 * than the answer may have. */
bool sim_fits(const struct sim_cmd *c, size_t n, struct sim_ans *a);
void sim_sessions_end(struct perso_sim *s);

/* sim_fs.c */
void sim_fs_reset(struct perso_sim *s);
PERSO_MUST perso_rc sim_select(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_read(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_update(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_create_file(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
/* Index in sim_ef, or SIM_NO_EF. */
size_t sim_find(enum sim_df df, uint16_t fid);

/* sim_state.c */
void sim_nv_done(struct sim_nv *nv);
PERSO_MUST perso_rc sim_state_encode(
    const struct sim_nv *nv, struct perso_buf *ret);
/* ret is empty memory. */
PERSO_MUST perso_rc sim_state_decode(struct perso_span s, struct sim_nv *ret);
PERSO_MUST perso_rc sim_save(struct perso_sim *s);
PERSO_MUST perso_rc sim_config_check(const struct perso_sim_config *cfg);

/* sim_scp03.c */
/* Session keys and both cryptograms from the two challenges. */
PERSO_MUST perso_rc sim_scp_derive(struct sim_scp *scp,
    const struct perso_sim_keys *keys, struct perso_span host,
    struct perso_span card);
PERSO_MUST perso_rc sim_initialize_update(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_external_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
/* *ret_ok false: the session must end. plain receives the data field. */
PERSO_MUST perso_rc sim_scp_unwrap(struct sim_scp *scp, const struct sim_cmd *c,
    struct perso_buf *plain, bool *ret_ok);
/* Protects the answer in place. */
PERSO_MUST perso_rc sim_scp_wrap(struct sim_scp *scp, struct sim_ans *a);
/* Plain bytes that fit into an answer of total bytes. */
size_t sim_scp_room(const struct sim_scp *scp, size_t total);

/* sim_perso.c */
/* Under SCP03. */
PERSO_MUST perso_rc sim_perso(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_get_data(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
bool sim_is_perso_ins(uint8_t ins);
/* The ten bytes that name a blank: fabricator, type, serial, batch. */
PERSO_MUST perso_rc sim_serial(
    const struct perso_sim *s, struct perso_buf *ret);

/* sim_crypt.c */
PERSO_MUST perso_rc sim_pad(struct perso_buf *b, size_t block);
/* False if the padding is not there. */
bool sim_unpad(struct perso_buf *b, size_t block);
/* ISO/IEC 9797-1 MAC algorithm 3, padding method 2, DES. */
PERSO_MUST perso_rc sim_retail_mac(
    const uint8_t key[16], struct perso_span in, uint8_t ret[8]);
/* Doc 9303-11, 9.7.1: 3DES key from seed and counter, parity adjusted. */
PERSO_MUST perso_rc sim_kdf(
    const uint8_t seed[16], uint32_t counter, uint8_t ret[16]);
void sim_parity(uint8_t *key, size_t n);

/* sim_sm.c */
PERSO_MUST perso_rc sim_sm_unwrap(struct sim_sm *sm, struct sim_cmd *c,
    struct perso_buf *plain, bool *ret_ok);
PERSO_MUST perso_rc sim_sm_wrap(
    struct sim_sm *sm, uint8_t ins, struct sim_ans *a);
size_t sim_sm_room(uint8_t ins, size_t total);

/* sim_oper.c */
PERSO_MUST perso_rc sim_oper(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
/* ISO/IEC 9796-2 scheme 1 message representative, SHA-256, for a modulus of
 * n bytes; appended. */
PERSO_MUST perso_rc sim_aa_rsa_block(
    size_t n, struct perso_span challenge, struct perso_buf *ret);

/* sim_speed.c */
void sim_delay(const struct perso_sim *s, size_t bytes);

#endif
