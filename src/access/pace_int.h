/*
 * Private to access: the arithmetic of PACE, apart from its commands.
 */
#ifndef PACE_INT_H
#define PACE_INT_H

#include "access_int.h"
#include "perso/pace.h"

#define PACE_TOKEN 8
#define PACE_NONCE_MAX 64

/* Bytes of the nonce t of the Integrated Mapping: k of 4.4.3.3. */
size_t pace_t_len(enum perso_cipher c);
/* Bytes of the nonce s with it: l of 4.4.3.3. */
size_t pace_s_len(enum perso_cipher c);

/* R(s, t), appended; Rp(s, t), modulo p: 4.4.3.3.2. */
PERSO_MUST perso_rc pace_random_bits(const struct perso_group *g,
    enum perso_cipher c, struct perso_span s, struct perso_span t,
    struct perso_buf *ret);
PERSO_MUST perso_rc pace_random_map(const struct perso_group *g,
    enum perso_cipher c, struct perso_span s, struct perso_span t,
    struct perso_num *ret);

/* fG(x) or fg(x): the mapped generator of the Integrated Mapping. */
PERSO_MUST perso_rc pace_encode_point(const struct perso_group *g,
    const struct perso_num *x, struct perso_elem **ret);

/* s * G + H of the Generic Mapping, H = sk * pk. */
PERSO_MUST perso_rc pace_generic_map(const struct perso_group *g,
    struct perso_span s, const struct perso_num *sk,
    const struct perso_elem *pk, struct perso_elem **ret);

/* s = D(K_pi, z). */
PERSO_MUST perso_rc pace_decrypt_nonce(enum perso_cipher c,
    struct perso_span k_pi, struct perso_span z, struct perso_buf *ret);

/* T = MAC(KS_mac, public key object): 4.4.3.4. pk: as it crossed. */
PERSO_MUST perso_rc pace_token_input(const struct perso_pace_protocol *p,
    struct perso_span pk, struct perso_buf *ret);
PERSO_MUST perso_rc pace_token(const struct perso_pace_protocol *p,
    struct perso_span ks_mac, struct perso_span pk, uint8_t ret[PACE_TOKEN]);

/* CA_IC from A_IC: 4.4.3.5. PERSO_E_ANSWER. */
PERSO_MUST perso_rc pace_decrypt_ca(const struct perso_group *g,
    enum perso_cipher c, struct perso_span ks_enc, struct perso_span a_ic,
    struct perso_num *ret);

/* ---- A run of the protocol. ---- */

enum {
	TAG_OID = 0x80,
	TAG_PASSWORD = 0x83,
	TAG_PARAMETERS = 0x84,
	TAG_CHAT = 0x7F4C,
	TAG_CHAT_RIGHTS = 0x53,
	TAG_AUTH = 0x7C,
	TAG_NONCE = 0x80,
	TAG_MAP_IFD = 0x81,
	TAG_MAP_IC = 0x82,
	TAG_KEY_IFD = 0x83,
	TAG_KEY_IC = 0x84,
	TAG_TOKEN_IFD = 0x85,
	TAG_TOKEN_IC = 0x86,
	TAG_CAR = 0x87,
	TAG_CAR_OLD = 0x88,
	TAG_CA_DATA = 0x8A
};

/* A run. Names as in Doc 9303-11, 4.4.1. */
struct pace {
	struct perso_card *card;
	const struct perso_pace_params *p;
	struct perso_pace_result *r;
	const struct perso_group *g;
	struct perso_secret k_pi;
	struct perso_secret ks_enc;
	struct perso_secret ks_mac;
	struct perso_buf s;	 /* the nonce */
	struct perso_buf map_ic; /* chip's mapping data, as it came */
	struct perso_buf pk_ifd; /* ephemeral keys, as they crossed */
	struct perso_buf pk_ic;
	struct perso_group *mapped;
	bool sent_tag84, retried;
};

/* MSE:Set AT: 4.4.4.1. */
PERSO_MUST perso_rc pace_set_at(struct pace *t, bool tag84);

/* Step 0..3 of GENERAL AUTHENTICATE: {7C{tag value}} there, the contents of 7C
 * back, as a span into answer. 4.4.4.2, 4.4.4.3. PERSO_E_ANSWER. */
PERSO_MUST perso_rc pace_general_authenticate(struct pace *t, int step,
    struct perso_span value, struct perso_buf *answer, struct perso_span *ret);

/* The one object that a step's answer holds. PERSO_E_ANSWER. */
PERSO_MUST perso_rc pace_take_only(
    struct perso_span auth, uint32_t tag, struct perso_span *ret);

/* What the status word behind a PERSO_E_SW says of the password, before a try
 * is spent (PERSO_OK: go on; TR-03110-3, B.11.1), and after our token has been
 * seen. Other codes pass. */
PERSO_MUST perso_rc pace_judge_early(struct pace *t, perso_rc rc);
PERSO_MUST perso_rc pace_judge_late(struct pace *t, perso_rc rc);

#endif
