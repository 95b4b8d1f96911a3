/*
 * Secrets that are kept, under a key of their own:
 *
 *	nonce(12) AES-256-GCM(wrap key, key)(48)
 *	nonce(12) AES-256-GCM(key, secrets)
 *
 * both bound to what they are for. Destroying the first line destroys the
 * second one.
 */
#include "perso/gcm.h"
#include "perso/hooks.h"
#include "perso/rd.h"
#include "line_int.h"

#define WRAPPED (PERSO_WRAP_KEY + PERSO_GCM_TAG)

/* Appends nonce and box. */
static perso_rc
seal(struct perso_span key, struct perso_span aad, struct perso_span plain,
    struct perso_buf *ret)
{
	uint8_t nonce[PERSO_GCM_NONCE];

	PERSO_TRY(perso_random(nonce, sizeof(nonce)));
	PERSO_TRY(perso_buf_append(ret, perso_span_of(nonce)));
	return perso_gcm_seal(key, perso_span_of(nonce), aad, plain, ret);
}

/* see line_int.h */
perso_rc
line_box_seal(struct perso_span wrap_key, struct perso_span bound,
    struct perso_span plain, struct perso_buf *ret)
{
	PERSO_SECRET(key);

	PERSO_TRY(perso_random(key.p, PERSO_WRAP_KEY));
	key.n = PERSO_WRAP_KEY;
	PERSO_TRY(seal(wrap_key, bound, perso_secret_span(&key), ret));
	return seal(perso_secret_span(&key), bound, plain, ret);
}

/* see line_int.h */
perso_rc
line_box_open(struct perso_span wrap_key, struct perso_span bound,
    struct perso_span box, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(box);
	struct perso_span nonce, part;
	PERSO_BUF(key, PERSO_WRAP_KEY);

	PERSO_TRY(perso_rd_take(&rd, PERSO_GCM_NONCE, &nonce));
	PERSO_TRY(perso_rd_take(&rd, WRAPPED, &part));
	PERSO_TRY_CTX(perso_gcm_open(wrap_key, nonce, bound, part, &key),
	    "the job's key");
	PERSO_TRY(perso_rd_take(&rd, PERSO_GCM_NONCE, &nonce));
	return perso_gcm_open(
	    perso_buf_span(&key), nonce, bound, perso_rd_rest(&rd), ret);
}
