#include <criterion/criterion.h>
#include <string.h>

#include "host_cv.h"
#include "host_eac.h"

void
cv_tlv(struct perso_buf *b, uint32_t tag, struct perso_span v)
{
	struct perso_wr w = perso_wr(b);

	perso_wr_tlv(&w, tag, v);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
}

static void
text(struct perso_buf *b, uint32_t tag, const char *s)
{
	cv_tlv(b, tag, perso_span_str(s));
}

static void
date(struct perso_buf *b, uint32_t tag, const char *d)
{
	uint8_t v[8];

	for (size_t i = 0; i < strlen(d); i++)
		v[i] = (uint8_t)(d[i] - (d[i] > '9' ? 'A' - 10 : '0'));
	cv_tlv(b, tag, perso_span(v, strlen(d)));
}

static void
domain(struct perso_buf *b)
{
	static const struct {
		uint32_t tag;
		enum perso_group_num n;
	} nums[] = { { 0x81, PERSO_GROUP_P }, { 0x82, PERSO_GROUP_A },
		{ 0x83, PERSO_GROUP_B } };
	const struct perso_group *g;
	PERSO_BUF(point, 200);
	PERSO_NUM(n);

	cr_assert_eq(perso_group_get(12, &g), PERSO_OK);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(perso_group_num(g, nums[i].n, &n), PERSO_OK);
		cv_tlv(b, nums[i].tag, perso_num_span(&n));
	}
	cr_assert_eq(
	    perso_elem_encode(g, perso_group_generator(g), &point), PERSO_OK);
	cv_tlv(b, 0x84, perso_buf_span(&point));
	cr_assert_eq(perso_group_num(g, PERSO_GROUP_ORDER, &n), PERSO_OK);
	cv_tlv(b, 0x85, perso_num_span(&n));
}

static bool
is_rsa(const struct perso_keyref *k)
{
	return perso_pubkey_kind(perso_keyref_pubkey(k)) == PERSO_KEY_RSA;
}

/* RSA: PSS with SHA-256; EC: SHA-256 */
static void
public_key(const struct spec *c, struct perso_buf *b)
{
	const struct perso_pubkey *k = perso_keyref_pubkey(c->key);
	uint8_t o[] = { 4, 0, 0x7F, 0, 7, 2, 2, 2, is_rsa(c->key) ? 1 : 2,
		is_rsa(c->key) ? 4 : 3 };
	PERSO_BUF(v, 1000);
	PERSO_BUF(p, 600);
	PERSO_BUF(e, 16);

	o[9] = c->twist == KEY_OID ? 9 : o[9];
	if (c->twist != KEY_NO_OID)
		cv_tlv(&v, 0x06, perso_span_of(o));
	cr_assert_eq(perso_pubkey_point(k, &p), PERSO_OK);
	if (is_rsa(c->key)) {
		cr_assert_eq(perso_pubkey_exponent(k, &e), PERSO_OK);
		cv_tlv(&v, 0x81, perso_buf_span(&p));
		cv_tlv(&v, 0x82, perso_buf_span(&e));
	} else {
		if (c->domain || c->twist == DOMAIN)
			domain(&v);
		p.p[p.n - 1] ^= c->twist == KEY_OFF_CURVE;
		p.n -= c->twist == KEY_SHORT;
		if (c->twist != KEY_NO_POINT)
			cv_tlv(&v, 0x86, perso_buf_span(&p));
		p.n += c->twist == KEY_SHORT;
		if (c->domain || c->twist == DOMAIN)
			cv_tlv(&v, 0x87, hex("01"));
	}
	cv_tlv(b, 0x7F49, perso_buf_span(&v));
}

static void
chat(const struct spec *c, struct perso_buf *b)
{
	uint8_t bits[5] = { (uint8_t)c->chat };
	PERSO_BUF(v, 50);

	cv_tlv(&v, 0x06,
	    c->twist == CHAT_OF_AT ? hex("04007F000703010202")
				   : hex("04007F000703010201"));
	if (c->twist != CHAT_NO_BITS)
		cv_tlv(
		    &v, 0x53, perso_span(bits, c->twist == CHAT_LONG ? 5 : 1));
	cv_tlv(b, 0x7F4C, perso_buf_span(&v));
}

static void
body(const struct spec *c, struct perso_buf *ret)
{
	PERSO_BUF(b, 2000);

	if (c->twist != NO_PROFILE)
		cv_tlv(&b, 0x5F29, hex(c->twist == PROFILE ? "01" : "00"));
	if (c->twist != NO_CAR && c->twist != SWAPPED)
		text(&b, 0x42, c->twist == OTHER_CAR ? "UTOTHER00001" : c->car);
	if (c->twist != NO_KEY)
		public_key(c, &b);
	if (c->twist == SWAPPED)
		text(&b, 0x42, c->car);
	if (c->twist != NO_CHR)
		text(&b, 0x5F20, c->chr);
	if (c->twist != NO_CHAT)
		chat(c, &b);
	if (c->twist != NO_FROM)
		date(&b, 0x5F25, c->from);
	if (c->twist != NO_TO)
		date(&b, 0x5F24, c->to);
	if (c->twist == EXTENSION)
		cv_tlv(&b, 0x65, hex("7300"));
	if (c->twist == EXTRA)
		cv_tlv(&b, 0x5F26, hex("00"));
	cv_tlv(ret, 0x7F4E, perso_buf_span(&b));
}

struct perso_sig_alg
cv_alg(const struct perso_keyref *k)
{
	return (struct perso_sig_alg){ is_rsa(k) ? PERSO_SIG_RSA_PSS
						 : PERSO_SIG_ECDSA_PLAIN,
		PERSO_SHA256, 32 };
}

/* 7F4E and 5F37 */
void
cv_make(const struct spec *c, struct perso_buf *ret)
{
	PERSO_BUF(sig, 600);
	PERSO_BUF(b, 2000);
	struct perso_span part;

	body(c, &b);
	part = perso_buf_span(&b);
	cr_assert_eq(
	    perso_keyref_sign(c->signer, cv_alg(c->signer), &part, 1, &sig),
	    PERSO_OK);
	if (c->twist == BAD_SIGNATURE)
		sig.p[5] ^= 1;
	if (c->twist == ZERO_SIGNATURE)
		memset(sig.p, 0, sig.n / 2);
	if (c->twist == SHORT_SIGNATURE)
		sig.n--;
	if (c->twist == LONG_SIGNATURE)
		host_put8(&sig, 0);
	if (c->twist == LONG_LENGTH) {
		host_put(ret, b.p, 2);
		host_put(ret, "\x82\x00", 2);
		host_put(ret, b.p + 3, b.n - 3);
	} else if (c->twist != NO_BODY)
		host_put(ret, b.p, b.n);
	if (c->twist != NO_SIGNATURE)
		cv_tlv(ret, 0x5F37, perso_buf_span(&sig));
	if (c->twist == TRAILING)
		host_put8(ret, 0);
}
