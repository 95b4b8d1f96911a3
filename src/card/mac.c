#include "perso/mac.h"

#include "perso/keyed.h"

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

struct perso_retail {
	struct perso_keyed *single; /* K */
	struct perso_keyed *triple; /* K, K', K */
	struct perso_buf text;	    /* empty between two messages */
};

/* see perso/mac.h */
void
perso_retail_free(struct perso_retail **r)
{
	if (r == NULL || *r == NULL)
		return;
	perso_keyed_free(&(*r)->single);
	perso_keyed_free(&(*r)->triple);
	perso_buf_done(&(*r)->text);
	free(*r);
	*r = NULL;
}

/* see perso/mac.h */
perso_rc
perso_retail_new(struct perso_span key, struct perso_retail **ret)
{
	struct perso_retail *r;
	perso_rc rc;

	if (key.n != MAC_KEY)
		PERSO_FAIL(PERSO_E_KEY, "retail MAC key has %zu bytes", key.n);
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a MAC key");
	perso_buf_init(&r->text, SIZE_MAX);
	rc = perso_keyed_new(PERSO_DES, perso_span_sub(key, 0, DES_BLOCK),
	    PERSO_KEYED_MAC, &r->single);
	if (rc == PERSO_OK)
		rc = perso_keyed_new(
		    PERSO_3DES, key, PERSO_KEYED_MAC, &r->triple);
	if (rc != PERSO_OK) {
		perso_retail_free(&r);
		return rc;
	}
	*ret = r;
	return PERSO_OK;
}

/* All blocks but the last under K, the last under K, K', K. */
static perso_rc
run(struct perso_retail *r, const struct perso_span *parts, size_t count,
    uint8_t ret[DES_BLOCK])
{
	struct perso_buf *text = &r->text;
	uint8_t last[DES_BLOCK];
	size_t cut;

	for (size_t i = 0; i < count; i++)
		PERSO_TRY(perso_buf_append(text, parts[i]));
	PERSO_TRY(perso_pad2(text, 0, DES_BLOCK));
	cut = text->n - DES_BLOCK;
	PERSO_TRY(perso_span_copy(last, sizeof(last),
	    perso_span_sub(perso_buf_span(text), cut, DES_BLOCK)));
	perso_buf_remove(text, cut, DES_BLOCK);
	PERSO_TRY(perso_keyed_encrypt(r->single, PERSO_SPAN_EMPTY, text, 0));
	for (size_t i = 0; cut > 0 && i < DES_BLOCK; i++)
		last[i] ^= text->p[cut - DES_BLOCK + i];
	return perso_keyed_block(r->triple, last, ret);
}

/* see perso/mac.h */
perso_rc
perso_retail_run(struct perso_retail *r, const struct perso_span *parts,
    size_t count, uint8_t ret[8])
{
	perso_rc rc = run(r, parts, count, ret);

	perso_buf_clear(&r->text);
	return rc;
}

/* see perso/mac.h */
perso_rc
perso_retail_mac(struct perso_span key, const struct perso_span *parts,
    size_t count, uint8_t ret[8])
{
	__attribute__((cleanup(perso_retail_free))) struct perso_retail *r =
	    NULL;

	PERSO_TRY(perso_retail_new(key, &r));
	return perso_retail_run(r, parts, count, ret);
}
