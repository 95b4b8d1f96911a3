/* Nonce, token and chip authentication data: Doc 9303-11, 4.4.3. */
#include "pace_int.h"

#include "perso/digest.h"
#include "perso/mac.h"

#define TAG_KEY 0x7F49
#define TAG_POINT 0x86
#define TAG_DH_VALUE 0x84
#define BLOCK_MAX 16
#define CA_MAX 128

/* see pace_int.h */
perso_rc
pace_decrypt_nonce(enum perso_cipher c, struct perso_span k_pi,
    struct perso_span z, struct perso_buf *ret)
{
	return perso_cbc_decrypt(c, k_pi, PERSO_SPAN_EMPTY, z, ret);
}

/* see pace_int.h */
perso_rc
pace_token_input(const struct perso_pace_protocol *p, struct perso_span pk,
    struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	const char *oid = NULL;
	size_t key;

	PERSO_TRY(perso_pace_oid(p, &oid));
	key = perso_wr_open(&w, TAG_KEY);
	perso_wr_oid(&w, oid);
	perso_wr_tlv(
	    &w, p->agreement == PERSO_AGREE_DH ? TAG_DH_VALUE : TAG_POINT, pk);
	perso_wr_close(&w, key);
	return perso_wr_end(&w);
}

/* see pace_int.h */
perso_rc
pace_token(const struct perso_pace_protocol *p, struct perso_span ks_mac,
    struct perso_span pk, uint8_t ret[PACE_TOKEN])
{
	PERSO_BUF(input, COMMAND_MAX);
	uint8_t full[PERSO_CMAC_SIZE];
	struct perso_span part;

	PERSO_TRY(pace_token_input(p, pk, &input));
	part = perso_buf_span(&input);
	if (p->cipher == PERSO_3DES)
		return perso_retail_mac(ks_mac, &part, 1, ret);
	PERSO_TRY(perso_cmac(ks_mac, &part, 1, full));
	return perso_span_copy(ret, PACE_TOKEN, perso_span(full, PACE_TOKEN));
}

static perso_rc
unpad_ca(
    const struct perso_group *g, struct perso_span plain, struct perso_num *ret)
{
	size_t n = 0;

	PERSO_TRY(perso_unpad2(plain, BLOCK_MAX, &n));
	if (n != perso_group_order_len(g))
		PERSO_FAIL(PERSO_E_DATA, "%zu bytes, the order has %zu", n,
		    perso_group_order_len(g));
	return perso_scalar_set(g, perso_span_sub(plain, 0, n), ret);
}

/* see pace_int.h */
perso_rc
pace_decrypt_ca(const struct perso_group *g, enum perso_cipher c,
    struct perso_span ks_enc, struct perso_span a_ic, struct perso_num *ret)
{
	PERSO_BUF(plain, CA_MAX);
	uint8_t iv[BLOCK_MAX];
	perso_rc rc;

	for (size_t i = 0; i < sizeof(iv); i++)
		iv[i] = 0xFF;
	if (a_ic.n == 0 || a_ic.n > CA_MAX || a_ic.n % BLOCK_MAX != 0)
		PERSO_FAIL(PERSO_E_ANSWER,
		    "chip authentication data of %zu bytes", a_ic.n);
	PERSO_TRY(perso_block_encrypt(c, ks_enc, iv, iv));
	PERSO_TRY(
	    perso_cbc_decrypt(c, ks_enc, perso_span_of(iv), a_ic, &plain));
	rc = unpad_ca(g, perso_buf_span(&plain), ret);
	if (rc == PERSO_E_DATA || rc == PERSO_E_RANGE) {
		perso_trail_add("chip authentication data");
		return PERSO_E_ANSWER;
	}
	return rc;
}
