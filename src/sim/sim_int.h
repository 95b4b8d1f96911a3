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
 *	sim_keys.c   the keys and passwords of PACE and Chip Authentication
 *	sim_crypt.c  padding, MACs, KDF
 *	sim_num.c    arithmetic modulo a group's order
 *	sim_sm.c     the reader's channel
 *	sim_oper.c   operational commands; BAC and Active Authentication
 *	sim_infos.c  what EF.CardAccess and EF.DG14 announce
 *	sim_pace.c   PACE: MSE:SET AT and GENERAL AUTHENTICATE
 *	sim_map.c    PACE: the mappings
 *	sim_ca.c     Chip Authentication
 *	sim_cvc.c    a CV certificate's form
 *	sim_trust.c  a CV certificate's checks, trust points
 *	sim_ta.c     Terminal Authentication
 *	sim_vpcd.c   client of a vpcd reader
 *	sim_speed.c  time model
 */
#ifndef SIM_INT_H
#define SIM_INT_H

#include "perso/agree.h"
#include "perso/buf.h"
#include "perso/cipher.h"
#include "perso/digest.h"
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
	SIM_BAC,  /* BAC, or PACE with MRZ, CAN or PIN */
	SIM_PACE, /* any PACE */
	SIM_DG3,  /* Terminal Authentication with the right to it */
	SIM_DG4
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

#define SIM_CA_KEYS 4 /* key references 03..06 */
#define SIM_CA_FIRST 3

struct sim_ca_key {
	const struct perso_group *group; /* NULL: no key; static */
	bool has_id;
	uint32_t id; /* keyId of DG14 */
	struct perso_num sk;
};

enum sim_password { SIM_MRZ = 1, SIM_CAN, SIM_PIN, SIM_PUK };
#define SIM_PASSWORDS 5 /* the first is not used */
#define SIM_PASSWORD_MAX 20

struct sim_secret {
	uint8_t p[SIM_PASSWORD_MAX];
	uint8_t n;     /* 0: not loaded */
	uint8_t tries; /* left; PIN and PUK */
};

#define SIM_NAME_MAX 16
#define SIM_SPKI_MAX 2048

/* A key that a CV certificate certifies, and what the chip remembers of
 * that certificate. */
struct sim_cv {
	uint8_t chr[SIM_NAME_MAX];
	uint8_t chr_n;	    /* 0: none */
	uint8_t chat;	    /* role and rights of an inspection system */
	uint32_t effective; /* YYMMDD as a decimal number */
	uint32_t expires;
	uint8_t alg[2];	       /* last arcs of id-TA-...: what it signs with */
	struct perso_buf spki; /* SubjectPublicKeyInfo */
};

#define SIM_TRUST 2

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
	struct sim_ca_key ca[SIM_CA_KEYS];
	struct sim_secret passwords[SIM_PASSWORDS]; /* by enum */
	uint32_t today;			/* YYMMDD as a decimal number */
	struct sim_cv trust[SIM_TRUST]; /* newest first */
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
	enum perso_cipher cipher; /* 3DES or AES */
	uint8_t enc[32];
	uint8_t mac[32];
	uint64_t ssc; /* AES: the low half of it */
};

/* A compressed public key: x-coordinate, or SHA-1 of a DH value. */
struct sim_comp {
	uint8_t p[72];
	size_t n;
};

/* Who is at the other end of the session; all zero without one. */
struct sim_auth {
	bool bac;
	enum sim_password pace; /* 0: none */
	bool cam, ca;
	struct sim_comp ic;  /* ours of PACE */
	struct sim_comp ifd; /* the terminal's, of CA or of PACE-CAM */
	bool ta;
	uint8_t rights; /* effective; lowest bits DG3, DG4 */
};

enum sim_mapping { SIM_GM, SIM_IM, SIM_CAM };

/* A protocol of PACE or CA, from its object identifier's last arcs. */
struct sim_protocol {
	enum sim_mapping mapping; /* PACE */
	enum perso_agree_kind kind;
	enum perso_cipher cipher;
};

enum sim_step {
	SIM_STEP_NONE,
	SIM_STEP_NONCE, /* awaited */
	SIM_STEP_MAP,
	SIM_STEP_KEY,
	SIM_STEP_TOKEN
};

#define SIM_PACE_OID 10 /* bytes of id-PACE-x-y */
#define SIM_POINT_MAX 512

/* PACE while it runs. */
struct sim_pace {
	enum sim_step step;
	uint8_t oid[SIM_PACE_OID];
	struct sim_protocol proto;
	enum sim_password password;
	const struct perso_group *group;
	const struct sim_ca_key *cam; /* the static key of CAM */
	struct perso_secret k_pi;
	struct perso_secret nonce;
	struct perso_num sk_map;
	struct perso_group *mapped;
	struct perso_secret enc, mac;
	struct perso_buf pk_ic, pk_ifd;
	struct sim_comp comp_ic, comp_ifd;
};

/* Terminal Authentication while it runs. */
struct sim_ta {
	const struct sim_cv *issuer; /* MSE:SET DST; NULL: none */
	struct sim_cv dv, terminal;
	uint8_t dv_rights; /* with those of its trust point */
	uint8_t rights;	   /* of the terminal's whole chain */
	bool selected;	   /* MSE:SET AT */
	bool challenged;
	uint8_t challenge[8];
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
	bool more;     /* chaining bit, where it is the command's own */
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
	struct sim_auth auth;
	struct sim_sm next; /* active: counts from the next command on */
	struct sim_auth next_auth;
	struct sim_pace pace;
	const struct sim_ca_key *ca; /* MSE:SET AT for it; NULL: none */
	enum perso_cipher ca_cipher;
	struct sim_ta ta;
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
	unsigned quirks; /* enum perso_sim_quirk */
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
/* Also all that was begun and is not finished. */
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
void sim_nv_init(struct sim_nv *nv);
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

/* sim_keys.c */
/* One more key or password, as PUT DATA gives it; returns a status word. */
uint16_t sim_put_ca(struct perso_sim *s, unsigned ref, struct perso_span pkcs8,
    struct perso_span id);
uint16_t sim_put_password(
    struct perso_sim *s, enum sim_password which, struct perso_span value);
/* Makes a CA key and appends 7F49{..} with its public half. */
PERSO_MUST perso_rc sim_generate_ca(struct perso_sim *s, unsigned ref,
    unsigned group, struct perso_span id, struct sim_ans *a);
/* May this CA key have this keyId (empty: none) beside the others? */
bool sim_ca_id_ok(const struct sim_nv *nv, unsigned ref, struct perso_span id);
size_t sim_ca_count(const struct sim_nv *nv);
/* By keyId; NULL: any, if there is but one. NULL if there is none. */
const struct sim_ca_key *sim_ca_find(
    const struct sim_nv *nv, const uint64_t *id);
#define SIM_TRIES_PIN 3
#define SIM_TRIES_PUK 10

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
/* The same of any secret, for any cipher. */
PERSO_MUST perso_rc sim_kdf_for(enum perso_cipher cipher,
    struct perso_span secret, uint8_t counter, struct perso_secret *ret);
void sim_parity(uint8_t *key, size_t n);
/* Retail MAC, or CMAC cut to 8 bytes over the message as it is. */
PERSO_MUST perso_rc sim_mac(enum perso_cipher cipher, struct perso_span key,
    struct perso_span in, uint8_t ret[8]);
/* Doc 9303-11, 6.2 and 7.1: Comp(). */
PERSO_MUST perso_rc sim_compress(const struct perso_group *g,
    const struct perso_elem *e, struct sim_comp *ret);
/* Is that the length of a public key? A DH value is an integer without
 * leading zeros and may be shorter than p: Doc 9303-11, 9.4.1. */
bool sim_public_fits(const struct perso_group *g, struct perso_span pk);
/* PERSO_E_RANGE: another length; else as perso_elem_decode. */
PERSO_MUST perso_rc sim_public_read(
    const struct perso_group *g, struct perso_span pk, struct perso_elem **ret);
/* The data objects of a template: value of the first with each tag; p NULL
 * where it is missing. False: malformed, or one of them twice. */
bool sim_objects(struct perso_span data, const uint32_t *tags, size_t count,
    struct perso_span *ret);
/* Big-endian, at most 8 bytes, at least one. */
bool sim_number(struct perso_span v, uint64_t *ret);

/* sim_num.c: numbers of the modulus' length, below it; modulus odd. */
void sim_mul_mod(const struct perso_num *a, const struct perso_num *b,
    const struct perso_num *n, struct perso_num *ret);
/* a not 0, n prime. */
void sim_inv_mod(const struct perso_num *a, const struct perso_num *n,
    struct perso_num *ret);

/* sim_sm.c */
PERSO_MUST perso_rc sim_sm_unwrap(struct sim_sm *sm, struct sim_cmd *c,
    struct perso_buf *plain, bool *ret_ok);
PERSO_MUST perso_rc sim_sm_wrap(
    struct sim_sm *sm, uint8_t ins, struct sim_ans *a);
size_t sim_sm_room(const struct sim_sm *sm, uint8_t ins, size_t total);
/* Keys of a new session from the shared secret; its counter is 0. */
PERSO_MUST perso_rc sim_sm_start(
    struct sim_sm *sm, enum perso_cipher cipher, struct perso_span secret);

/* sim_oper.c */
PERSO_MUST perso_rc sim_oper(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
/* ISO/IEC 9796-2 scheme 1 message representative, SHA-256, for a modulus of
 * n bytes; appended. */
PERSO_MUST perso_rc sim_aa_rsa_block(
    size_t n, struct perso_span challenge, struct perso_buf *ret);

/* sim_infos.c */
/* id-PACE-x-y, contents of the object identifier; false: none, or a
 * combination that is not defined. */
bool sim_pace_oid(struct perso_span oid, struct sim_protocol *ret);
/* id-CA-x-y. */
bool sim_ca_oid(struct perso_span oid, struct sim_protocol *ret);
/* The group in which this chip does the protocol: of parameterId *id, or
 * (NULL) the only one announced. SIM_OK, 6A80 not announced, 6A88. */
uint16_t sim_pace_group(const struct perso_sim *s, struct perso_span oid,
    const uint64_t *id, const struct perso_group **ret);
/* Does EF.CardAccess announce PACE as this chip can do it, and is all there
 * that it needs? */
bool sim_pace_complete(const struct perso_sim *s);
/* Does DG14, as far as it speaks of it, name this protocol for this key? */
bool sim_ca_announced(const struct perso_sim *s, struct sim_protocol p,
    const struct sim_ca_key *key);

/* sim_pace.c */
PERSO_MUST perso_rc sim_pace_set_at(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_pace_step(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
void sim_pace_end(struct sim_pace *p);
PERSO_MUST perso_rc sim_reset_retry_counter(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);

/* sim_map.c: Doc 9303-11, 4.4.3.3 */
PERSO_MUST perso_rc sim_map_generic(const struct perso_group *g,
    struct perso_span nonce, const struct perso_num *sk,
    const struct perso_elem *theirs, struct perso_group **ret);
PERSO_MUST perso_rc sim_map_integrated(const struct perso_group *g,
    enum perso_cipher cipher, struct perso_span s, struct perso_span t,
    struct perso_group **ret);
/* Bytes of the nonce s. */
size_t sim_nonce_size(enum perso_cipher cipher);

/* sim_ca.c */
PERSO_MUST perso_rc sim_ca_set_kat(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ca_set_at(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ca_step(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);

/* sim_cvc.c */
/* One certificate's parts; spans borrowed. */
struct sim_cvc {
	struct perso_span body; /* 7F4E, whole */
	struct perso_span car, chr;
	uint8_t alg[2];
	bool domain;
	struct perso_span num[8]; /* by the last bits of the tags 81..87 */
	uint8_t chat;
	uint32_t effective, expires;
	struct perso_span signature;
};
/* data: 7F4E and 5F37. False: not a certificate for an inspection system. */
bool sim_cvc_parse(struct perso_span data, struct sim_cvc *ret);
/* YYMMDD, unpacked digits, to a decimal number; false: no date. */
bool sim_cvc_date(struct perso_span v, uint32_t *ret);
/* How a key with these arcs signs; false: unknown. */
bool sim_cvc_alg(const uint8_t arcs[2], struct perso_sig_alg *ret);
/* SubjectPublicKeyInfo of the certified key; domain: that of the issuer, or
 * empty. False: not a key. */
bool sim_cvc_spki(
    const struct sim_cvc *c, struct perso_span domain, struct perso_buf *ret);

/* sim_trust.c */
enum sim_role { SIM_IS, SIM_DV_FOREIGN, SIM_DV_DOMESTIC, SIM_CVCA };
enum sim_role sim_role(uint8_t chat);
void sim_cv_done(struct sim_cv *cv);
void sim_cv_init(struct sim_cv *cv);
/* Judges a certificate that issuer should have signed; fills *ret (its
 * spki empty). Returns a status word; changes nothing else. */
uint16_t sim_cv_judge(const struct perso_sim *s, const struct sim_cv *issuer,
    const struct sim_cvc *c, struct sim_cv *ret);
/* A trust point by PUT DATA; returns a status word. */
uint16_t sim_put_trust(struct perso_sim *s, struct perso_span cert);
/* Takes cv as the newest trust point; EF.CVCA follows. */
void sim_trust_add(struct sim_nv *nv, struct sim_cv *cv);
PERSO_MUST perso_rc sim_write_cvca(struct sim_nv *nv);
bool sim_is_name(const struct sim_cv *cv, struct perso_span name);

/* sim_ta.c */
void sim_ta_end(struct sim_ta *t);
PERSO_MUST perso_rc sim_ta_set_dst(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ta_verify(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ta_set_at(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ta_challenge(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
PERSO_MUST perso_rc sim_ta_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);

/* sim_speed.c */
void sim_delay(const struct perso_sim *s, size_t bytes);

#endif
