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

/* Rp(s, t), modulo p: 4.4.3.3.2. */
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

#endif
