/*
 * The form of a CV certificate, read by the chip: TR-03110-3, appendices C
 * and D.
 */
#include "sim_int.h"

/* id-TA: 0.4.0.127.0.7.2.2.2; id-IS: 0.4.0.127.0.7.3.1.2.1 */
static const uint8_t id_ta[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02,
	0x02 };
static const uint8_t id_is[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02,
	0x01 };

#define RSA 1
#define ECDSA 2

/* see sim_int.h; TR-03110-3, A.6.4, A.6.5 */
bool
sim_cvc_alg(const uint8_t arcs[2], struct perso_sig_alg *ret)
{
	static const struct {
		uint8_t arcs[2];
		enum perso_sig_kind kind;
		enum perso_hash hash;
	} known[] = {
		{ { RSA, 1 }, PERSO_SIG_RSA_PKCS1, PERSO_SHA1 },
		{ { RSA, 2 }, PERSO_SIG_RSA_PKCS1, PERSO_SHA256 },
		{ { RSA, 3 }, PERSO_SIG_RSA_PSS, PERSO_SHA1 },
		{ { RSA, 4 }, PERSO_SIG_RSA_PSS, PERSO_SHA256 },
		{ { RSA, 5 }, PERSO_SIG_RSA_PKCS1, PERSO_SHA512 },
		{ { RSA, 6 }, PERSO_SIG_RSA_PSS, PERSO_SHA512 },
		{ { ECDSA, 1 }, PERSO_SIG_ECDSA_PLAIN, PERSO_SHA1 },
		{ { ECDSA, 2 }, PERSO_SIG_ECDSA_PLAIN, PERSO_SHA224 },
		{ { ECDSA, 3 }, PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256 },
		{ { ECDSA, 4 }, PERSO_SIG_ECDSA_PLAIN, PERSO_SHA384 },
		{ { ECDSA, 5 }, PERSO_SIG_ECDSA_PLAIN, PERSO_SHA512 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].arcs[0] != arcs[0] || known[i].arcs[1] != arcs[1])
			continue;
		*ret = (struct perso_sig_alg){ .kind = known[i].kind,
			.hash = known[i].hash,
			.salt = perso_hash_size(known[i].hash) };
		return true;
	}
	return false;
}

/* see sim_int.h; Gregorian, 2000..2099 */
bool
sim_cvc_date(struct perso_span v, uint32_t *ret)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	unsigned y, m, d;

	if (v.n != 6)
		return false;
	for (size_t i = 0; i < 6; i++)
		if (v.p[i] > 9)
			return false;
	y = v.p[0] * 10u + v.p[1];
	m = v.p[2] * 10u + v.p[3];
	d = v.p[4] * 10u + v.p[5];
	if (m < 1 || m > 12 || d < 1 || d > days[m - 1] ||
	    (m == 2 && d == 29 && y % 4 != 0))
		return false;
	*ret = y * 10000 + m * 100 + d;
	return true;
}

static bool
is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Country code, mnemonic, five characters of a sequence number. */
static bool
is_holder(struct perso_span v)
{
	if (v.n < 2 + 1 + 5 || v.n > SIM_NAME_MAX || !is_capital(v.p[0]) ||
	    !is_capital(v.p[1]))
		return false;
	for (size_t i = 2; i < v.n; i++)
		if (v.p[i] < 0x20 || (v.p[i] > 0x7E && v.p[i] < 0xA0))
			return false;
	for (size_t i = v.n - 5; i < v.n; i++)
		if (!is_capital(v.p[i]) && !is_digit(v.p[i]))
			return false;
	return true;
}

/* The next object must have this tag and a length in shortest form. */
static bool
take(struct perso_rd *rd, uint32_t tag, struct perso_span *ret)
{
	struct perso_tlv t;

	if (perso_tlv_expect(rd, tag, &t) != PERSO_OK || !t.minimal)
		return false;
	*ret = t.val;
	return true;
}

/* Objects tag, in order; what is optional may be missing. */
static bool
take_numbers(struct perso_rd *rd, struct sim_cvc *c)
{
	bool ec = c->alg[0] == ECDSA;
	struct perso_tlv t;

	while (perso_rd_left(rd) > 0) {
		uint32_t last = 0x80;

		for (size_t i = 1; i < 8; i++)
			if (c->num[i].n > 0)
				last = (uint32_t)(0x80 + i);
		if (perso_tlv_next(rd, &t) != PERSO_OK || !t.minimal ||
		    t.tag <= last || t.tag > (ec ? 0x87u : 0x82u) ||
		    t.val.n == 0)
			return false;
		c->num[t.tag & 7] = t.val;
	}
	if (!ec)
		return c->num[1].n > 0 && c->num[2].n > 0;
	c->domain = c->num[1].n > 0;
	for (size_t i = 1; i <= 5; i++)
		if ((c->num[i].n > 0) != c->domain)
			return false;
	return c->num[6].n > 0 && (c->num[7].n == 0 || c->domain);
}

/* 7F49: OID and numbers, D.3 */
static bool
read_key(struct perso_span v, struct sim_cvc *c)
{
	struct perso_rd rd = perso_rd(v);
	struct perso_span oid;
	struct perso_sig_alg alg;

	if (!take(&rd, 0x06, &oid) || oid.n != sizeof(id_ta) + 2 ||
	    !perso_span_equal(
		perso_span_sub(oid, 0, sizeof(id_ta)), perso_span_of(id_ta)))
		return false;
	c->alg[0] = oid.p[oid.n - 2];
	c->alg[1] = oid.p[oid.n - 1];
	return sim_cvc_alg(c->alg, &alg) && take_numbers(&rd, c);
}

/* 7F4C: of an inspection system, one byte; C.4 */
static bool
read_chat(struct perso_span v, struct sim_cvc *c)
{
	struct perso_rd rd = perso_rd(v);
	struct perso_span oid, bits;

	if (!take(&rd, 0x06, &oid) ||
	    !perso_span_equal(oid, perso_span_of(id_is)) ||
	    !take(&rd, 0x53, &bits) || bits.n != 1 || perso_rd_left(&rd) > 0)
		return false;
	c->chat = bits.p[0];
	return true;
}

/* 7F4E: C.1; extensions (65) are passed over */
static bool
read_body(struct perso_span v, struct sim_cvc *c)
{
	struct perso_rd rd = perso_rd(v);
	struct perso_span profile, key, chat, from, to, ext;

	if (!take(&rd, 0x5F29, &profile) || profile.n != 1 ||
	    profile.p[0] != 0 || !take(&rd, 0x42, &c->car) ||
	    !is_holder(c->car) || !take(&rd, 0x7F49, &key) ||
	    !read_key(key, c) || !take(&rd, 0x5F20, &c->chr) ||
	    !is_holder(c->chr) || !take(&rd, 0x7F4C, &chat) ||
	    !read_chat(chat, c))
		return false;
	if (!take(&rd, 0x5F25, &from) || !sim_cvc_date(from, &c->effective) ||
	    !take(&rd, 0x5F24, &to) || !sim_cvc_date(to, &c->expires) ||
	    c->expires < c->effective)
		return false;
	return perso_rd_left(&rd) == 0 ||
	       (take(&rd, 0x65, &ext) && perso_rd_left(&rd) == 0);
}

/* see sim_int.h */
bool
sim_cvc_parse(struct perso_span data, struct sim_cvc *ret)
{
	struct perso_rd rd = perso_rd(data);
	struct perso_tlv body;
	struct sim_cvc c = { .chat = 0 };

	if (perso_tlv_expect(&rd, 0x7F4E, &body) != PERSO_OK || !body.minimal ||
	    !read_body(body.val, &c) || !take(&rd, 0x5F37, &c.signature) ||
	    c.signature.n == 0 || perso_rd_left(&rd) > 0)
		return false;
	c.body = body.raw;
	*ret = c;
	return true;
}

/* ECParameters (RFC 3279, 2.3.5) as AlgorithmIdentifier */
static void
write_domain(struct perso_wr *w, const struct sim_cvc *c)
{
	size_t alg = perso_wr_open(w, 0x30), par, part;

	perso_wr_oid(w, "1.2.840.10045.2.1");
	par = perso_wr_open(w, 0x30);
	perso_wr_int(w, 1);
	part = perso_wr_open(w, 0x30);
	perso_wr_oid(w, "1.2.840.10045.1.1");
	perso_wr_uint(w, c->num[1]);
	perso_wr_close(w, part);
	part = perso_wr_open(w, 0x30);
	perso_wr_tlv(w, 0x04, c->num[2]);
	perso_wr_tlv(w, 0x04, c->num[3]);
	perso_wr_close(w, part);
	perso_wr_tlv(w, 0x04, c->num[4]);
	perso_wr_uint(w, c->num[5]);
	if (c->num[7].n > 0)
		perso_wr_uint(w, c->num[7]);
	perso_wr_close(w, par);
	perso_wr_close(w, alg);
}

static perso_rc
write_ec(
    const struct sim_cvc *c, struct perso_span domain, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t spki = perso_wr_open(&w, 0x30), bits;

	if (c->domain)
		write_domain(&w, c);
	else
		perso_wr_bytes(&w, domain);
	bits = perso_wr_open(&w, 0x03);
	perso_wr_u8(&w, 0);
	perso_wr_bytes(&w, c->num[6]);
	perso_wr_close(&w, bits);
	perso_wr_close(&w, spki);
	return perso_wr_end(&w);
}

/* The AlgorithmIdentifier of a SubjectPublicKeyInfo. */
static bool
domain_of(struct perso_span spki, struct perso_span *ret)
{
	struct perso_tlv t;
	struct perso_rd rd;

	if (perso_tlv_only(spki, 0x30, &t) != PERSO_OK)
		return false;
	rd = perso_rd(t.val);
	if (perso_tlv_expect(&rd, 0x30, &t) != PERSO_OK)
		return false;
	*ret = t.raw;
	return true;
}

/* see sim_int.h */
bool
sim_cvc_spki(
    const struct sim_cvc *c, struct perso_span domain, struct perso_buf *ret)
{
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *k =
	    NULL;
	struct perso_span alg = PERSO_SPAN_EMPTY;

	perso_buf_clear(ret);
	if (c->alg[0] == RSA)
		return perso_pubkey_from_rsa(c->num[1], c->num[2], &k) ==
			   PERSO_OK &&
		       perso_pubkey_spki(k, false, ret) == PERSO_OK;
	if (!c->domain && !domain_of(domain, &alg))
		return false;
	return write_ec(c, alg, ret) == PERSO_OK &&
	       perso_pubkey_from_spki(perso_buf_span(ret), &k) == PERSO_OK &&
	       perso_pubkey_kind(k) == PERSO_KEY_EC;
}
