#include "perso/sm.h"

#include "perso/keyed.h"
#include "perso/mac.h"
#include "perso/rd.h"
#include "perso/secret.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define SM_CLASS 0x0C /* secured, header authenticated */
#define MAC_LEN 8
#define DO8E_LEN (2 + MAC_LEN)
#define DO99_LEN 4
#define BLOCK_MAX 16
#define HEAD_LEN 4 /* CLA INS P1 P2 */

enum {
	TAG_DATA = 0x87,     /* padding indicator 01, cryptogram */
	TAG_DATA_ODD = 0x85, /* cryptogram */
	TAG_LE = 0x97,
	TAG_SW = 0x99,
	TAG_MAC = 0x8E
};

struct sm {
	struct perso_channel base;
	enum perso_cipher cipher;
	struct perso_keyed *enc;
	struct perso_keyed *mac;     /* AES */
	struct perso_retail *retail; /* 3DES */
	uint8_t ssc[BLOCK_MAX];
	size_t block; /* of the cipher, and length of the SSC */
	bool odd;     /* INS of the command under way */
};

static void
count_up(struct sm *sm)
{
	for (size_t i = sm->block; i-- > 0;)
		if (++sm->ssc[i] != 0)
			break;
}

/* The IV of the command or answer under way: 9.8.6.1 (AES: 9.8.7). */
static perso_rc
make_iv(struct sm *sm, uint8_t iv[BLOCK_MAX])
{
	if (sm->cipher == PERSO_3DES)
		return PERSO_OK; /* all zero */
	return perso_keyed_block(sm->enc, sm->ssc, iv);
}

/* MAC over SSC || head || objects, padded. */
static perso_rc
make_mac(struct sm *sm, struct perso_span head, struct perso_span objects,
    uint8_t ret[MAC_LEN])
{
	static const uint8_t padding[BLOCK_MAX] = { 0x80 };
	size_t over = (head.n + objects.n) % sm->block;
	struct perso_span parts[] = { perso_span(sm->ssc, sm->block), head,
		objects, perso_span(padding, sm->block - over) };
	uint8_t full[PERSO_CMAC_SIZE];

	if (sm->cipher == PERSO_3DES) /* it pads itself */
		return perso_retail_run(sm->retail, parts, 3, ret);
	PERSO_TRY(perso_keyed_cmac(sm->mac, parts, 4, full));
	return perso_span_copy(ret, MAC_LEN, perso_span(full, MAC_LEN));
}

/* DO87 or DO85 from plain data, enciphered where it stands. */
static perso_rc
write_data(struct sm *sm, struct perso_span data, struct perso_wr *w)
{
	size_t n = data.n - data.n % sm->block + sm->block, mark;
	uint8_t iv[BLOCK_MAX] = { 0 };

	if (sm->odd) {
		perso_wr_head(w, TAG_DATA_ODD, n);
	} else {
		perso_wr_head(w, TAG_DATA, n + 1);
		perso_wr_u8(w, 0x01);
	}
	mark = w->b->n;
	perso_wr_bytes(w, data);
	PERSO_TRY(perso_wr_end(w));
	PERSO_TRY(perso_pad2(w->b, mark, sm->block));
	PERSO_TRY(make_iv(sm, iv));
	return perso_keyed_encrypt(
	    sm->enc, perso_span(iv, sm->block), w->b, mark);
}

/* The largest Le that a length field can say is written as zero. */
static void
write_le(uint32_t le, struct perso_wr *w)
{
	if (le > PERSO_LE_SHORT) {
		perso_wr_head(w, TAG_LE, 2);
		perso_wr_u16(w, (uint16_t)(le & 0xFFFF));
	} else {
		perso_wr_head(w, TAG_LE, 1);
		perso_wr_u8(w, (uint8_t)(le & 0xFF));
	}
}

static perso_rc
protect(struct sm *sm, const struct perso_apdu *plain, struct perso_buf *data,
    struct perso_apdu *out)
{
	/* As it goes into the MAC: filled to a block of its own if objects
	 * follow; otherwise the padding of the MAC fills it. */
	uint8_t head[BLOCK_MAX] = { out->cla, out->ins, out->p1, out->p2,
		0x80 };
	struct perso_wr w = perso_wr(data);
	uint8_t mac[MAC_LEN];

	if (plain->data.n > 0)
		PERSO_TRY(write_data(sm, plain->data, &w));
	if (plain->le > 0)
		write_le(plain->le, &w);
	PERSO_TRY(perso_wr_end(&w));
	PERSO_TRY(
	    make_mac(sm, perso_span(head, data->n > 0 ? sm->block : HEAD_LEN),
		perso_buf_span(data), mac));
	perso_wr_tlv(&w, TAG_MAC, perso_span_of(mac));
	return perso_wr_end(&w);
}

static perso_rc
sm_wrap(struct perso_channel *c, const struct perso_apdu *plain, bool extended,
    struct perso_buf *data, struct perso_apdu *ret)
{
	struct sm *sm = (struct sm *)c;
	struct perso_apdu out = *plain;

	perso_buf_clear(data);
	count_up(sm);
	sm->odd = plain->ins & 1;
	out.cla |= SM_CLASS;
	PERSO_TRY(protect(sm, plain, data, &out));
	out.data = perso_buf_span(data);
	out.le = extended ? PERSO_LE_MAX : PERSO_LE_SHORT;
	*ret = out;
	return PERSO_OK;
}

/* The objects of an answer; spans into it. */
struct answer {
	struct perso_span cryptogram; /* empty: no data */
	struct perso_span sw;
	struct perso_span mac;
	struct perso_span covered; /* what the MAC is over */
	bool has_data;
};

static perso_rc
parse_answer(struct sm *sm, struct perso_span data, struct answer *ret)
{
	struct perso_rd rd = perso_rd(data);
	struct perso_tlv t = { 0 };
	struct answer a = { 0 };
	uint32_t tag = sm->odd ? TAG_DATA_ODD : TAG_DATA;
	uint8_t indicator = 0;

	PERSO_TRY(perso_tlv_optional(&rd, tag, &t, &a.has_data));
	if (a.has_data) {
		struct perso_rd in = perso_rd(t.val);

		if (!sm->odd) {
			PERSO_TRY(perso_rd_u8(&in, &indicator));
			if (indicator != 0x01)
				PERSO_FAIL(PERSO_E_DATA, "padding indicator");
		}
		a.cryptogram = perso_rd_rest(&in);
	}
	PERSO_TRY(perso_tlv_expect(&rd, TAG_SW, &t));
	a.sw = t.val;
	a.covered = perso_span_sub(data, 0, rd.at);
	PERSO_TRY(perso_tlv_expect(&rd, TAG_MAC, &t));
	a.mac = t.val;
	PERSO_TRY(perso_rd_finish(&rd));
	if (a.sw.n != 2 || a.mac.n != MAC_LEN)
		PERSO_FAIL(PERSO_E_DATA, "length of DO99 or DO8E");
	*ret = a;
	return PERSO_OK;
}

/* Appends the plain data, deciphered where it stands; ret is as it was
 * after a failure. */
static perso_rc
decrypt(struct sm *sm, struct perso_span cryptogram, struct perso_buf *ret)
{
	uint8_t iv[BLOCK_MAX] = { 0 };
	size_t mark = ret->n, n = 0;
	perso_rc rc;

	if (cryptogram.n == 0 || cryptogram.n % sm->block != 0)
		PERSO_FAIL(PERSO_E_DATA, "cryptogram is not whole blocks");
	PERSO_TRY(make_iv(sm, iv));
	PERSO_TRY(perso_buf_append(ret, cryptogram));
	PERSO_TRY(
	    perso_keyed_decrypt(sm->enc, perso_span(iv, sm->block), ret, mark));
	rc = perso_unpad2(
	    perso_span_sub(perso_buf_span(ret), mark, cryptogram.n), sm->block,
	    &n);
	perso_buf_remove(ret, mark + n, cryptogram.n - n);
	return rc;
}

static perso_rc
check_answer(
    struct sm *sm, struct perso_span data, uint16_t sw, struct perso_buf *ret)
{
	struct answer a = { 0 };
	uint8_t mac[MAC_LEN];

	PERSO_TRY(parse_answer(sm, data, &a));
	PERSO_TRY(make_mac(sm, PERSO_SPAN_EMPTY, a.covered, mac));
	if (!perso_secret_equal(perso_span_of(mac), a.mac))
		PERSO_FAIL(PERSO_E_SM, "checksum is wrong");
	if ((a.sw.p[0] << 8 | a.sw.p[1]) != sw)
		PERSO_FAIL(PERSO_E_SM, "DO99 is not the status word");
	if (a.has_data)
		PERSO_TRY(decrypt(sm, a.cryptogram, ret));
	return PERSO_OK;
}

static perso_rc
sm_unwrap(struct perso_channel *c, struct perso_span data, uint16_t sw,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	struct sm *sm = (struct sm *)c;
	perso_rc rc;

	count_up(sm);
	if (data.n == 0 && sw >= 0x6400 && sw < 0x7000) {
		/* the chip has ended the session */
		c->dead = true;
		*ret_sw = sw;
		return PERSO_OK;
	}
	rc = check_answer(sm, data, sw, ret_data);
	if (rc != PERSO_OK) {
		if (rc != PERSO_E_NOMEM && rc != PERSO_E_CRYPTO)
			rc = PERSO_E_SM;
		perso_trail_add("protected answer, SW %04X", sw);
		return rc;
	}
	*ret_sw = sw;
	return PERSO_OK;
}

/* The longest plain data in an object of at most room bytes. */
static size_t
max_plain(const struct sm *sm, size_t room, bool odd)
{
	static const size_t len_max[] = { 0x7F, 0xFF, 0xFFFF };
	size_t best = 0;

	for (size_t i = 0; i < 3; i++) {
		size_t head = 2 + i + (odd ? 0 : 1), n;

		if (room <= head)
			break;
		n = room - head;
		if (n + (odd ? 0 : 1) > len_max[i])
			n = len_max[i] - (odd ? 0 : 1);
		n &= ~(sm->block - 1); /* a power of two */
		if (n > best)
			best = n;
	}
	return best > 0 ? best - 1 : 0;
}

static size_t
sm_max_data(
    const struct perso_channel *c, size_t lc, const struct perso_apdu *a)
{
	const struct sm *sm = (const struct sm *)c;
	size_t fixed = DO8E_LEN;

	if (a->le > 0)
		fixed += a->le > PERSO_LE_SHORT ? 4 : 3;
	return lc <= fixed ? 0 : max_plain(sm, lc - fixed, a->ins & 1);
}

static size_t
sm_max_answer(const struct perso_channel *c, size_t n)
{
	const struct sm *sm = (const struct sm *)c;
	size_t fixed = DO99_LEN + DO8E_LEN;

	return n <= fixed ? 0 : max_plain(sm, n - fixed, false);
}

static void
sm_destroy(struct perso_channel *c)
{
	struct sm *sm = (struct sm *)c;

	perso_keyed_free(&sm->enc);
	perso_keyed_free(&sm->mac);
	perso_retail_free(&sm->retail);
	perso_wipe(sm, sizeof(*sm));
	free(sm);
}

#define SM_OPS(title)                                                  \
	{                                                              \
		.name = (title), .wrap = sm_wrap, .unwrap = sm_unwrap, \
		.max_data = sm_max_data, .max_answer = sm_max_answer,  \
		.destroy = sm_destroy                                  \
	}

static const struct perso_channel_ops sm_ops[] = {
	[PERSO_3DES] = SM_OPS("SM 3DES"),
	[PERSO_AES128] = SM_OPS("SM AES-128"),
	[PERSO_AES192] = SM_OPS("SM AES-192"),
	[PERSO_AES256] = SM_OPS("SM AES-256"),
};

static perso_rc
fill(struct sm *sm, struct perso_span ks_enc, struct perso_span ks_mac,
    struct perso_span ssc)
{
	size_t key = perso_cipher_key(sm->cipher);

	if (ks_enc.n != key || ks_mac.n != key)
		PERSO_FAIL(PERSO_E_KEY, "%s session keys of %zu and %zu bytes",
		    perso_cipher_name(sm->cipher), ks_enc.n, ks_mac.n);
	if (ssc.n != 0 && ssc.n != sm->block)
		PERSO_FAIL(PERSO_E_ARG, "counter of %zu bytes", ssc.n);
	PERSO_TRY(
	    perso_keyed_new(sm->cipher, ks_enc, PERSO_KEYED_CIPHER, &sm->enc));
	if (sm->cipher == PERSO_3DES)
		PERSO_TRY(perso_retail_new(ks_mac, &sm->retail));
	else
		PERSO_TRY(perso_keyed_new(
		    sm->cipher, ks_mac, PERSO_KEYED_MAC, &sm->mac));
	return perso_span_copy(sm->ssc, sizeof(sm->ssc), ssc);
}

/* see perso/sm.h */
perso_rc
perso_sm_open(enum perso_cipher c, struct perso_span ks_enc,
    struct perso_span ks_mac, struct perso_span ssc, struct perso_channel **ret)
{
	struct sm *sm;
	perso_rc rc;

	if (c < PERSO_3DES || c > PERSO_AES256)
		PERSO_FAIL(PERSO_E_ARG, "no cipher of secure messaging");
	sm = calloc(1, sizeof(*sm));
	if (sm == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a channel");
	sm->base.ops = &sm_ops[c];
	sm->cipher = c;
	sm->block = perso_cipher_block(c);
	rc = fill(sm, ks_enc, ks_mac, ssc);
	if (rc != PERSO_OK) {
		sm_destroy(&sm->base);
		return rc;
	}
	*ret = &sm->base;
	return PERSO_OK;
}
