#include "perso/mac.h"

#include "perso/cipher.h"

#define DES_BLOCK 8
#define MAC_KEY 16

/* see perso/mac.h */
perso_rc
perso_pad2(struct perso_buf *b, size_t mark, size_t block)
{
	size_t n = b->n - mark + 1;
	size_t over = n % block;
	size_t before = b->n;
	perso_rc rc;

	PERSO_TRY(perso_buf_append_u8(b, 0x80));
	if (over == 0)
		return PERSO_OK;
	rc = perso_buf_resize(b, b->n + (block - over));
	if (rc != PERSO_OK)
		perso_buf_remove(b, before, 1);
	return rc;
}

/* see perso/mac.h */
perso_rc
perso_unpad2(struct perso_span s, size_t block, size_t *ret)
{
	size_t n = s.n;

	if (n == 0 || n % block != 0)
		PERSO_FAIL(PERSO_E_DATA, "%zu bytes are not whole blocks", n);
	while (n > s.n - block && s.p[n - 1] == 0)
		n--;
	if (n == s.n - block || s.p[n - 1] != 0x80)
		PERSO_FAIL(PERSO_E_DATA, "padding is wrong");
	*ret = n - 1;
	return PERSO_OK;
}

/* see perso/mac.h */
perso_rc
perso_retail_mac(struct perso_span key, const struct perso_span *parts,
    size_t count, uint8_t ret[8])
{
	size_t total = DES_BLOCK;
	struct perso_span iv = PERSO_SPAN_EMPTY, body, last;
	size_t cut;

	for (size_t i = 0; i < count; i++)
		total += parts[i].n;
	PERSO_BUF(text, total);
	PERSO_BUF(chain, total);
	PERSO_BUF(mac, DES_BLOCK);

	if (key.n != MAC_KEY)
		PERSO_FAIL(PERSO_E_KEY, "retail MAC key has %zu bytes", key.n);
	PERSO_TRY(perso_buf_reserve(&text, total));
	for (size_t i = 0; i < count; i++)
		PERSO_TRY(perso_buf_append(&text, parts[i]));
	PERSO_TRY(perso_pad2(&text, 0, DES_BLOCK));

	/* All blocks but the last under K, the last under K, K', K: its IV
	 * is the chaining value so far. */
	cut = text.n - DES_BLOCK;
	body = perso_span_sub(perso_buf_span(&text), 0, cut);
	last = perso_span_sub(perso_buf_span(&text), cut, DES_BLOCK);
	if (body.n > 0) {
		PERSO_TRY(perso_cbc_encrypt(PERSO_DES,
		    perso_span_sub(key, 0, DES_BLOCK), iv, body, &chain));
		iv = perso_span_sub(
		    perso_buf_span(&chain), chain.n - DES_BLOCK, DES_BLOCK);
	}
	PERSO_TRY(perso_cbc_encrypt(PERSO_3DES, key, iv, last, &mac));
	return perso_span_copy(ret, DES_BLOCK, perso_buf_span(&mac));
}
