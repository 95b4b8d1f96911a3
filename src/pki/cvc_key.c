/*
 * Card-verifiable certificates: public keys, TR-03110-3, D.3.
 */
#include "cvc_int.h"
#include "pki_int.h"

#define OID_EC_KEY "1.2.840.10045.2.1"
#define OID_PRIME_FIELD "1.2.840.10045.1.1"
#define FIELD_MAX 80 /* bytes: what crypto takes */
#define POINT_MAX (1 + 2 * FIELD_MAX)
#define RSA_MAX 2048

/* D.2.1.1: an unsigned integer has no leading zero byte. */
static perso_rc
take_uint(
    struct perso_rd *rd, uint32_t tag, const char *what, struct perso_span *ret)
{
	struct perso_span v;

	PERSO_TRY(cvc_take(rd, tag, what, &v));
	if (v.n == 0 || v.n > RSA_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "%s of %zu bytes", what, v.n);
	if (v.n > 1 && v.p[0] == 0)
		PERSO_FAIL(PERSO_E_DATA, "%s begins with a zero byte", what);
	*ret = v;
	return PERSO_OK;
}

/* Some write coefficients as long as p. */
static perso_rc
take_coefficient(struct perso_rd *rd, uint32_t tag, const char *what,
    const struct perso_span *p, struct perso_span *ret)
{
	PERSO_TRY(cvc_take(rd, tag, what, ret));
	if (ret->n == 0 || ret->n > p->n)
		PERSO_FAIL(PERSO_E_RANGE, "%s of %zu bytes", what, ret->n);
	if (ret->n > 1 && ret->n < p->n && ret->p[0] == 0)
		PERSO_FAIL(PERSO_E_DATA, "%s begins with a zero byte", what);
	return PERSO_OK;
}

static perso_rc
take_point(
    struct perso_rd *rd, uint32_t tag, const char *what, struct perso_span *ret)
{
	PERSO_TRY(cvc_take(rd, tag, what, ret));
	if (ret->n < 3 || ret->n > POINT_MAX || ret->n % 2 == 0)
		PERSO_FAIL(PERSO_E_RANGE, "%s of %zu bytes", what, ret->n);
	if (ret->p[0] != 4)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s is not uncompressed", what);
	return PERSO_OK;
}

static perso_rc
parse_domain(struct perso_rd *rd, struct perso_cvc_key *k)
{
	PERSO_TRY(take_uint(rd, CVC_EC_P, "prime", &k->p));
	if (k->p.n > FIELD_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "prime of %zu bytes", k->p.n);
	PERSO_TRY(
	    take_coefficient(rd, CVC_EC_A, "coefficient a", &k->p, &k->a));
	PERSO_TRY(
	    take_coefficient(rd, CVC_EC_B, "coefficient b", &k->p, &k->b));
	PERSO_TRY(take_point(rd, CVC_EC_G, "base point", &k->g));
	PERSO_TRY(take_uint(rd, CVC_EC_ORDER, "order", &k->order));
	if (k->order.n > FIELD_MAX + 1)
		PERSO_FAIL(PERSO_E_RANGE, "order of %zu bytes", k->order.n);
	return PERSO_OK;
}

static perso_rc
parse_ec(struct perso_rd *rd, struct perso_cvc_key *k)
{
	uint8_t first = 0;

	if (perso_rd_peek(rd, &first) == PERSO_OK && first == CVC_EC_P) {
		k->has_domain = true;
		PERSO_TRY(parse_domain(rd, k));
	}
	PERSO_TRY(take_point(rd, CVC_EC_POINT, "public point", &k->point));
	if (!k->has_domain)
		return PERSO_OK;
	PERSO_TRY(take_uint(rd, CVC_EC_COFACTOR, "cofactor", &k->cofactor));
	if (k->cofactor.n > FIELD_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "cofactor of %zu bytes", k->cofactor.n);
	return PERSO_OK;
}

/* see cvc_int.h */
perso_rc
cvc_key_parse(struct perso_span contents, struct perso_cvc_key *ret)
{
	struct perso_rd rd = perso_rd(contents);
	struct perso_cvc_key k = { .raw = ret->raw };
	struct perso_span oid;

	PERSO_TRY(cvc_take(&rd, CVC_OID, "algorithm", &oid));
	PERSO_TRY(perso_cvc_alg_from_oid(oid, &k.alg));
	k.kind =
	    k.alg.kind == PERSO_SIG_ECDSA_PLAIN ? PERSO_KEY_EC : PERSO_KEY_RSA;
	if (k.kind == PERSO_KEY_EC) {
		PERSO_TRY(parse_ec(&rd, &k));
	} else {
		PERSO_TRY(take_uint(&rd, CVC_RSA_N, "modulus", &k.n));
		PERSO_TRY(take_uint(&rd, CVC_RSA_E, "exponent", &k.e));
	}
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = k;
	return PERSO_OK;
}

/* ---- To a key that verifies. ---- */

/* ECParameters, RFC 3279, 2.3.5 */
static void
write_params(struct perso_wr *w, const struct perso_cvc_key *k)
{
	size_t seq = perso_wr_open(w, DER_SEQ), mark;

	perso_wr_int(w, 1);
	mark = perso_wr_open(w, DER_SEQ);
	perso_wr_oid(w, OID_PRIME_FIELD);
	perso_wr_uint(w, k->p);
	perso_wr_close(w, mark);
	mark = perso_wr_open(w, DER_SEQ);
	perso_wr_tlv(w, DER_OCTETS, k->a);
	perso_wr_tlv(w, DER_OCTETS, k->b);
	perso_wr_close(w, mark);
	perso_wr_tlv(w, DER_OCTETS, k->g);
	perso_wr_uint(w, k->order);
	perso_wr_uint(w, k->cofactor);
	perso_wr_close(w, seq);
}

static perso_rc
own_domain(const struct perso_cvc_key *k, struct perso_pubkey **ret)
{
	PERSO_BUF(spki, 2048);
	struct perso_wr w = perso_wr(&spki);
	size_t seq = perso_wr_open(&w, DER_SEQ), alg;

	alg = perso_wr_open(&w, DER_SEQ);
	perso_wr_oid(&w, OID_EC_KEY);
	write_params(&w, k);
	perso_wr_close(&w, alg);
	pki_wr_bits(&w, k->point);
	perso_wr_close(&w, seq);
	PERSO_TRY(perso_wr_end(&w));
	return perso_pubkey_from_spki(perso_buf_span(&spki), ret);
}

/* The algorithm of the other key's SubjectPublicKeyInfo, our point. */
static perso_rc
unknown_domain(const struct perso_pubkey *domain, struct perso_span point,
    struct perso_pubkey **ret)
{
	PERSO_BUF(theirs, 2048);
	PERSO_BUF(ours, 2048);
	struct perso_wr w = perso_wr(&ours);
	struct perso_rd rd;
	struct perso_tlv alg;
	size_t seq;

	PERSO_TRY(perso_pubkey_spki(domain, true, &theirs));
	PERSO_TRY(pki_enter_only(perso_buf_span(&theirs), DER_SEQ, &rd));
	PERSO_TRY(pki_take(&rd, DER_SEQ, &alg));
	seq = perso_wr_open(&w, DER_SEQ);
	perso_wr_bytes(&w, alg.raw);
	pki_wr_bits(&w, point);
	perso_wr_close(&w, seq);
	PERSO_TRY(perso_wr_end(&w));
	return perso_pubkey_from_spki(perso_buf_span(&ours), ret);
}

static perso_rc
make_pubkey(const struct perso_cvc_key *k, const struct perso_pubkey *domain,
    struct perso_pubkey **ret)
{
	enum perso_curve c;

	if (k->kind == PERSO_KEY_RSA)
		return perso_pubkey_from_rsa(k->n, k->e, ret);
	if (k->has_domain)
		return own_domain(k, ret);
	if (domain == NULL)
		PERSO_FAIL(PERSO_E_MISSING, "no domain parameters");
	if (perso_pubkey_kind(domain) != PERSO_KEY_EC)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "domain parameters of an RSA key cannot be inherited");
	c = perso_pubkey_curve(domain);
	if (c != PERSO_CURVE_NONE)
		return perso_pubkey_from_point(c, k->point, ret);
	return unknown_domain(domain, k->point, ret);
}

/* see perso/cvc.h */
perso_rc
perso_cvc_pubkey(const struct perso_cvc *c, const struct perso_pubkey *domain,
    struct perso_pubkey **ret)
{
	PERSO_TRY_CTX(make_pubkey(&c->key, domain, ret), "public key");
	return PERSO_OK;
}

/* see cvc_int.h */
bool
cvc_key_is(const struct perso_cvc_key *k, const struct perso_pubkey *pub)
{
	PERSO_BUF(point, RSA_MAX);

	if (perso_pubkey_kind(pub) != k->kind ||
	    perso_pubkey_point(pub, &point) != PERSO_OK)
		return false;
	return perso_span_equal(
	    perso_buf_span(&point), k->kind == PERSO_KEY_RSA ? k->n : k->point);
}

/* ---- From a key. ---- */

static struct perso_span
strip(struct perso_span s)
{
	while (s.n > 1 && s.p[0] == 0)
		s = perso_span(s.p + 1, s.n - 1);
	return s;
}

static perso_rc
take_number(struct perso_rd *rd, struct perso_span *ret)
{
	struct perso_tlv t;

	PERSO_TRY(pki_take(rd, DER_INTEGER, &t));
	return perso_der_uint(t.val, ret);
}

static perso_rc
take_octets(struct perso_rd *rd, struct perso_span *ret)
{
	struct perso_tlv t;

	PERSO_TRY(pki_take(rd, DER_OCTETS, &t));
	*ret = t.val;
	return PERSO_OK;
}

/* Domain parameters of our own SubjectPublicKeyInfo. */
static perso_rc
read_params(struct perso_span spki, struct perso_cvc_key *k)
{
	struct perso_rd rd, alg, params, in;
	char oid[PERSO_OID_MAX];
	uint64_t version;

	PERSO_TRY(pki_enter_only(spki, DER_SEQ, &rd));
	PERSO_TRY(pki_enter(&rd, DER_SEQ, &alg));
	PERSO_TRY(pki_oid(&alg, oid));
	PERSO_TRY(pki_enter(&alg, DER_SEQ, &params));
	PERSO_TRY(pki_u63(&params, &version));
	PERSO_TRY(pki_enter(&params, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, oid));
	PERSO_TRY(take_number(&in, &k->p));
	PERSO_TRY(pki_enter(&params, DER_SEQ, &in));
	PERSO_TRY(take_octets(&in, &k->a));
	PERSO_TRY(take_octets(&in, &k->b));
	PERSO_TRY(take_octets(&params, &k->g));
	PERSO_TRY(take_number(&params, &k->order));
	return take_number(&params, &k->cofactor);
}

static perso_rc
write_ec(struct perso_wr *w, const struct perso_pubkey *pub, bool domain)
{
	PERSO_BUF(spki, 2048);
	PERSO_BUF(point, POINT_MAX);
	struct perso_cvc_key k = { .kind = PERSO_KEY_EC };

	PERSO_TRY(perso_pubkey_point(pub, &point));
	if (domain) {
		PERSO_TRY(perso_pubkey_spki(pub, true, &spki));
		PERSO_TRY(read_params(perso_buf_span(&spki), &k));
		perso_wr_tlv(w, CVC_EC_P, k.p);
		perso_wr_tlv(w, CVC_EC_A, strip(k.a));
		perso_wr_tlv(w, CVC_EC_B, strip(k.b));
		perso_wr_tlv(w, CVC_EC_G, k.g);
		perso_wr_tlv(w, CVC_EC_ORDER, k.order);
	}
	perso_wr_tlv(w, CVC_EC_POINT, perso_buf_span(&point));
	if (domain)
		perso_wr_tlv(w, CVC_EC_COFACTOR, k.cofactor);
	return PERSO_OK;
}

static perso_rc
write_rsa(struct perso_wr *w, const struct perso_pubkey *pub)
{
	PERSO_BUF(n, RSA_MAX);
	PERSO_BUF(e, RSA_MAX);

	PERSO_TRY(perso_pubkey_point(pub, &n));
	PERSO_TRY(perso_pubkey_exponent(pub, &e));
	perso_wr_tlv(w, CVC_RSA_N, strip(perso_buf_span(&n)));
	perso_wr_tlv(w, CVC_RSA_E, strip(perso_buf_span(&e)));
	return PERSO_OK;
}

/* see cvc_int.h */
void
cvc_key_write(struct perso_wr *w, const struct perso_pubkey *k,
    struct perso_sig_alg alg, bool domain)
{
	size_t mark = perso_wr_open(w, CVC_KEY);
	perso_rc rc;

	perso_wr_oid(w, perso_cvc_alg_oid(alg));
	rc = perso_pubkey_kind(k) == PERSO_KEY_RSA ? write_rsa(w, k)
						   : write_ec(w, k, domain);
	if (rc != PERSO_OK && w->rc == PERSO_OK)
		w->rc = rc;
	perso_wr_close(w, mark);
}
