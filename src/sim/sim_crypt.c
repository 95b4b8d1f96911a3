/*
 * Padding, MACs, key derivation and reading of templates, the chip's own.
 */
#include "sim_int.h"

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

/* see sim_int.h */
perso_rc
sim_kdf_for(enum perso_cipher cipher, struct perso_span secret, uint8_t counter,
    struct perso_secret *ret)
{
	const uint8_t c[4] = { 0, 0, 0, counter };
	const struct perso_span parts[] = { secret, { c, 4 } };
	bool large = cipher == PERSO_AES192 || cipher == PERSO_AES256;
	struct perso_md md;
	perso_rc rc;

	PERSO_TRY(perso_digest_parts(
	    large ? PERSO_SHA256 : PERSO_SHA1, parts, 2, &md));
	rc = perso_secret_set(ret, perso_span(md.p, perso_cipher_key(cipher)));
	perso_wipe(&md, sizeof(md));
	if (rc == PERSO_OK && cipher == PERSO_3DES)
		sim_parity(ret->p, ret->n);
	return rc;
}

/* see sim_int.h; Doc 9303-11, 4.4.3.4, 9.8.5, 9.8.6 */
perso_rc
sim_mac(enum perso_cipher cipher, struct perso_span key, struct perso_span in,
    uint8_t ret[8])
{
	uint8_t mac[PERSO_CMAC_SIZE];

	if (cipher == PERSO_3DES)
		return sim_retail_mac(key.p, in, ret);
	PERSO_TRY(perso_cmac(key, &in, 1, mac));
	return perso_span_copy(ret, 8, perso_span(mac, 8));
}

/* see sim_int.h; Doc 9303-11, 9.4.1: of DH without leading zeros */
perso_rc
sim_compress(const struct perso_group *g, const struct perso_elem *e,
    struct sim_comp *ret)
{
	PERSO_NUM(x);
	struct perso_span v;
	struct perso_md md;

	PERSO_TRY(perso_elem_x(g, e, &x));
	if (perso_group_kind(g) == PERSO_AGREE_DH) {
		v = perso_num_span(&x);
		while (v.n > 1 && v.p[0] == 0)
			v = perso_span_sub(v, 1, v.n - 1);
		PERSO_TRY(perso_digest(PERSO_SHA1, v, &md));
		ret->n = md.n;
		return perso_span_copy(
		    ret->p, sizeof(ret->p), perso_md_span(&md));
	}
	ret->n = x.n;
	return perso_span_copy(ret->p, sizeof(ret->p), perso_num_span(&x));
}

/* see sim_int.h */
bool
sim_public_fits(const struct perso_group *g, struct perso_span pk)
{
	size_t n = perso_group_elem_len(g);

	if (perso_group_kind(g) == PERSO_AGREE_ECDH)
		return pk.n == n;
	return pk.n > 0 && pk.n <= n;
}

/* see sim_int.h */
perso_rc
sim_public_read(
    const struct perso_group *g, struct perso_span pk, struct perso_elem **ret)
{
	PERSO_BUF(full, SIM_POINT_MAX);

	if (!sim_public_fits(g, pk))
		PERSO_FAIL(PERSO_E_RANGE, "public key of %zu bytes", pk.n);
	PERSO_TRY(perso_buf_resize(&full, perso_group_elem_len(g) - pk.n));
	PERSO_TRY(perso_buf_append(&full, pk));
	return perso_elem_decode(g, perso_buf_span(&full), ret);
}

/* see sim_int.h; Doc 9303-11, 4.4.4.1: unknown tags are passed over */
bool
sim_objects(struct perso_span data, const uint32_t *tags, size_t count,
    struct perso_span *ret)
{
	struct perso_rd rd = perso_rd(data);
	struct perso_tlv t;

	for (size_t i = 0; i < count; i++)
		ret[i] = PERSO_SPAN_EMPTY;
	while (perso_rd_left(&rd) > 0) {
		if (perso_tlv_next(&rd, &t) != PERSO_OK)
			return false;
		for (size_t i = 0; i < count; i++) {
			if (tags[i] != t.tag)
				continue;
			if (ret[i].p != NULL)
				return false;
			/* what is there and empty is not what is missing */
			ret[i] = perso_span(
			    t.val.n > 0 ? t.val.p : t.raw.p, t.val.n);
		}
	}
	return true;
}

/* see sim_int.h */
bool
sim_number(struct perso_span v, uint64_t *ret)
{
	if (v.n == 0 || v.n > 8)
		return false;
	*ret = 0;
	for (size_t i = 0; i < v.n; i++)
		*ret = *ret << 8 | v.p[i];
	return true;
}
