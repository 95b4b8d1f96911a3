/*
 * Padding, retail MAC and key derivation, the chip's own.
 */
#include "sim_int.h"

#include "perso/digest.h"

/* ISO/IEC 9797-1, padding method 2 */
perso_rc
sim_pad(struct perso_buf *b, size_t block)
{
	size_t n = b->n + block - b->n % block;

	PERSO_TRY(perso_buf_reserve(b, n));
	PERSO_TRY(perso_buf_append_u8(b, 0x80));
	return perso_buf_resize(b, n);
}

/* ISO/IEC 9797-1, padding method 2: at most one block of it */
bool
sim_unpad(struct perso_buf *b, size_t block)
{
	size_t n = b->n;

	while (n > 0 && b->n - n < block - 1 && b->p[n - 1] == 0)
		n--;
	if (n == 0 || b->p[n - 1] != 0x80)
		return false;
	return perso_buf_resize(b, n - 1) == PERSO_OK;
}

/* see sim_int.h */
perso_rc
sim_retail_mac(const uint8_t key[16], struct perso_span in, uint8_t ret[8])
{
	struct perso_span k1 = perso_span(key, 8);
	struct perso_span k2 = perso_span(key + 8, 8);
	uint8_t block[8];
	PERSO_BUF(padded, in.n + 8);
	PERSO_BUF(out, in.n + 8);

	PERSO_TRY(perso_buf_append(&padded, in));
	PERSO_TRY(sim_pad(&padded, 8));
	PERSO_TRY(perso_cbc_encrypt(
	    PERSO_DES, k1, PERSO_SPAN_EMPTY, perso_buf_span(&padded), &out));
	PERSO_TRY(perso_block_decrypt(PERSO_DES, k2, out.p + out.n - 8, block));
	return perso_block_encrypt(PERSO_DES, k1, block, ret);
}

/* see sim_int.h */
void
sim_parity(uint8_t *key, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned v = key[i] >> 1, odd = 1;

		for (unsigned b = v; b != 0; b >>= 1)
			odd ^= b & 1;
		key[i] = (uint8_t)(v << 1 | odd);
	}
}

/* see sim_int.h */
perso_rc
sim_kdf(const uint8_t seed[16], uint32_t counter, uint8_t ret[16])
{
	const uint8_t c[4] = { (uint8_t)(counter >> 24),
		(uint8_t)(counter >> 16), (uint8_t)(counter >> 8),
		(uint8_t)counter };
	const struct perso_span parts[] = { { seed, 16 }, { c, 4 } };
	struct perso_md md;

	PERSO_TRY(perso_digest_parts(PERSO_SHA1, parts, 2, &md));
	PERSO_TRY(perso_span_copy(ret, 16, perso_span(md.p, 16)));
	perso_wipe(&md, sizeof(md));
	sim_parity(ret, 16);
	return PERSO_OK;
}
