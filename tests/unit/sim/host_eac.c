#include <criterion/criterion.h>
#include <string.h>

#include "host_eac.h"

const uint8_t test_k_mrz[20] = { 0x7E, 0x2D, 0x2A, 0x41, 0xC7, 0x4E, 0xA0, 0xB3,
	0x8C, 0xD3, 0x6F, 0x86, 0x39, 0x39, 0xBF, 0xA8, 0xE9, 0x03, 0x2A,
	0xAD };

static const enum perso_cipher ciphers[] = { 0, PERSO_3DES, PERSO_AES128,
	PERSO_AES192, PERSO_AES256 };

#define OK(e) cr_assert_eq((e), PERSO_OK, "%s", #e)

uint16_t
host_cmd(struct host *h, unsigned cla, unsigned ins, unsigned p1p2,
    struct perso_span data, long le)
{
	return host_send(
	    h, (struct cmd){ (uint8_t)cla, (uint8_t)ins, (uint8_t)(p1p2 >> 8),
		   (uint8_t)p1p2, data, le, data.n > 200 });
}

static void
oid(uint8_t out[10], unsigned arc, unsigned x, unsigned y)
{
	memcpy(out, "\x04\x00\x7F\x00\x07\x02\x02", 7);
	out[7] = (uint8_t)arc;
	out[8] = (uint8_t)x;
	out[9] = (uint8_t)y;
}

void
eac_info(struct perso_buf *b, unsigned x, unsigned y, unsigned group)
{
	uint8_t o[10];

	oid(o, 4, x, y);
	host_put(b, "\x30\x12\x06\x0A", 4);
	host_put(b, o, 10);
	host_put(b, "\x02\x01\x02\x02\x01", 5);
	host_put8(b, group);
}

struct perso_span
eac_set(struct perso_buf *b)
{
	static uint8_t mem[4096];
	PERSO_BUF(s, 4096);

	host_put8(&s, 0x31);
	host_put_len(&s, b->n);
	host_put(&s, b->p, b->n);
	memcpy(mem, s.p, s.n);
	return perso_span(mem, s.n);
}

void
eac_file(struct host *h, bool app, unsigned fid, unsigned sfi,
    struct perso_span data)
{
	SHOULD_BE(h, app ? host_select_app(h) : host_select(h, 0x3F00), 0x9000);
	SHOULD_BE(h, host_create(h, fid, sfi, data.n), 0x9000);
	for (size_t i = 0; i < data.n; i += 200)
		SHOULD_BE(
		    h, host_update(h, i, perso_span_sub(data, i, 200)), 0x9000);
}

void
eac_begin(struct host *h)
{
	static const char mrz[] =
	    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
	    "C11T002JM4UTO9608122F1310317<<<<<<<<<<<<<<<6";
	PERSO_BUF(dg1, 100);
	uint8_t zero[36] = { 0 };

	cr_assert_eq(strlen(mrz), 88);
	host_put(&dg1, "\x61\x5B\x5F\x1F\x58", 5);
	host_put(&dg1, mrz, 88);
	host_new(h, NULL);
	SHOULD_BE(h, host_scp(h, 0x33), 0x9000);
	eac_file(h, true, 0x0101, 1, perso_buf_span(&dg1));
	eac_file(h, true, 0x011D, 0x1D, hex("7703020100"));
	eac_file(h, true, 0x011E, 0x1E, hex("6000"));
	eac_file(h, true, 0x0103, 3, hex("63030201AA"));
	eac_file(h, true, 0x0104, 4, hex("76030201BB"));
	eac_file(h, true, 0x011C, 0x1C, perso_span_of(zero));
	eac_file(h, false, 0x2F01, 1, hex("43010247"));
	eac_file(h, false, 0x2F00, 0x1E, hex("61094F07A0000002471001"));
}

void
eac_pace(struct host *h, unsigned x, unsigned y, unsigned group)
{
	PERSO_BUF(b, 64);

	eac_info(&b, x, y, group);
	eac_file(h, false, 0x011C, 0x1C, eac_set(&b));
	SHOULD_BE(h, host_put_key(h, 0x10, TEST_CAN, true), 0x9000);
	SHOULD_BE(
	    h, host_put_key(h, 0x11, perso_span_of(test_k_mrz), true), 0x9000);
}

void
eac_lock(struct host *h)
{
	SHOULD_BE(h, host_lock(h), 0x9000);
	host_reset(h);
}

struct perso_span
eac_pkcs8(unsigned group, struct perso_span sk, bool standardised)
{
	static uint8_t mem[2048];
	const struct perso_group *g;
	PERSO_BUF(b, 2048);
	struct perso_wr w = perso_wr(&b);
	size_t all, key, seq;

	OK(perso_group_get(group, &g));
	all = perso_wr_open(&w, 0x30);
	perso_wr_int(&w, 0);
	OK(perso_group_params(g, standardised, &b));
	key = perso_wr_open(&w, 0x04);
	if (group < 3)
		perso_wr_uint(&w, sk);
	else {
		seq = perso_wr_open(&w, 0x30);
		perso_wr_int(&w, 1);
		perso_wr_tlv(&w, 0x04, sk);
		perso_wr_close(&w, seq);
	}
	perso_wr_close(&w, key);
	perso_wr_close(&w, all);
	OK(perso_wr_end(&w));
	memcpy(mem, b.p, b.n);
	return perso_span(mem, b.n);
}

uint16_t
pace_set_at(struct host *h, const struct pace_run *r)
{
	PERSO_BUF(b, 64);
	uint8_t o[10];

	oid(o, 4, r->x, r->y);
	host_put(&b, "\x80\x0A", 2);
	host_put(&b, o, 10);
	host_put(&b, "\x83\x01", 2);
	host_put8(&b, r->password);
	if (r->tag84) {
		host_put(&b, "\x84\x01", 2);
		host_put8(&b, r->group);
	}
	return host_cmd(h, 0, 0x22, 0xC1A4, perso_buf_span(&b), -1);
}

uint16_t
pace_ga(struct host *h, bool last, struct perso_span data)
{
	struct cmd c = { last ? 0 : 0x10, 0x86, 0, 0, data, 0, data.n > 200 };

	return host_send(h, c);
}

/* 7C { tag value }, and out of the answer the value of want. */
static uint16_t
step(struct host *h, unsigned tag, struct perso_span v, unsigned want,
    struct perso_buf *ret)
{
	PERSO_BUF(b, 1024);
	struct perso_wr w = perso_wr(&b);
	size_t mark = perso_wr_open(&w, 0x7C);
	struct perso_tlv t;

	if (tag != 0)
		perso_wr_tlv(&w, tag, v);
	perso_wr_close(&w, mark);
	if (pace_ga(h, tag == 0x85, perso_buf_span(&b)) != 0x9000)
		return h->sw;
	OK(perso_tlv_only(perso_span(h->rsp, h->n), 0x7C, &t));
	OK(perso_tlv_find(t.val, want, &t));
	OK(perso_buf_set(ret, t.val));
	return h->sw;
}

/* A key pair and what is sent of it. */
static void
key_pair(const struct host *h, const struct perso_group *g,
    struct perso_num *sk, struct perso_elem **pk, struct perso_buf *sent)
{
	do {
		perso_elem_free(pk);
		perso_buf_clear(sent);
		OK(perso_scalar_random(g, sk));
		OK(perso_elem_base_mul(g, sk, pk));
		OK(perso_elem_encode(g, *pk, sent));
	} while (h->short_dh && sent->p[0] != 0);
	if (perso_group_kind(g) == PERSO_AGREE_DH)
		while (sent->p[0] == 0)
			perso_buf_remove(sent, 0, 1);
}

static uint16_t
map(struct host *h, const struct pace_run *r, const struct perso_group *g,
    struct perso_span s, struct perso_group **mapped)
{
	enum perso_cipher c = ciphers[r->y];
	uint8_t t[32];
	PERSO_BUF(ours, 600);
	PERSO_BUF(theirs, 600);
	PERSO_NUM(sk);
	PERSO_NUM(n);
	PERSO_ELEM(pk);
	PERSO_ELEM(e);
	PERSO_ELEM(hh);
	PERSO_ELEM(sg);
	PERSO_ELEM(sum);

	if (r->x == 3 || r->x == 4) {
		memset(t, 0x5C, sizeof(t));
		if (step(h, 0x81, perso_span(t, perso_cipher_key(c)), 0x82,
			&theirs) != 0x9000)
			return h->sw;
		cr_assert_eq(theirs.n, 0);
		OK(sim_map_integrated(
		    g, c, s, perso_span(t, perso_cipher_key(c)), mapped));
		return 0x9000;
	}
	key_pair(h, g, &sk, &pk, &ours);
	if (step(h, 0x81, perso_buf_span(&ours), 0x82, &theirs) != 0x9000)
		return h->sw;
	OK(perso_elem_decode(g, perso_buf_span(&theirs), &e));
	OK(perso_elem_mul(g, e, &sk, &hh));
	OK(perso_scalar_reduce(g, s, &n));
	OK(perso_elem_base_mul(g, &n, &sg));
	OK(perso_elem_add(g, sg, hh, &sum));
	OK(perso_group_with_generator(g, sum, mapped));
	return 0x9000;
}

static void
token(const struct pace_run *r, const uint8_t *key, struct perso_buf *pk,
    uint8_t out[8])
{
	PERSO_BUF(b, 700);
	struct perso_wr w = perso_wr(&b);
	size_t mark = perso_wr_open(&w, 0x7F49);
	uint8_t o[10];

	oid(o, 4, r->x, r->y);
	perso_wr_tlv(&w, 0x06, perso_span_of(o));
	perso_wr_tlv(
	    &w, r->x == 1 || r->x == 3 ? 0x84 : 0x86, perso_buf_span(pk));
	perso_wr_close(&w, mark);
	host_mac(ciphers[r->y], key, &b, out);
}

static void
take_answer(struct host *h, struct pace_out *out)
{
	struct perso_tlv t, c;

	OK(perso_tlv_only(perso_span(h->rsp, h->n), 0x7C, &t));
	for (unsigned i = 0; i < 2; i++)
		if (perso_tlv_find(t.val, 0x87 + i, &c) == PERSO_OK)
			memcpy(out->car[i], c.val.p, c.val.n);
	if (perso_tlv_find(t.val, 0x8A, &c) == PERSO_OK) {
		memcpy(out->ca, c.val.p, c.val.n);
		out->ca_n = c.val.n;
	}
}

static uint16_t
finish(struct host *h, const struct pace_run *r, const struct perso_group *g,
    struct pace_out *out)
{
	enum perso_cipher c = ciphers[r->y];
	PERSO_BUF(ours, 600);
	PERSO_BUF(theirs, 600);
	PERSO_BUF(t_ic, 16);
	PERSO_NUM(sk);
	PERSO_NUM(x);
	PERSO_ELEM(pk);
	PERSO_ELEM(e);
	PERSO_ELEM(k);
	uint8_t mac[32], t[8];

	key_pair(h, g, &sk, &pk, &ours);
	if (step(h, 0x83, perso_buf_span(&ours), 0x84, &theirs) != 0x9000)
		return h->sw;
	OK(perso_elem_decode(g, perso_buf_span(&theirs), &e));
	OK(perso_elem_mul(g, e, &sk, &k));
	OK(perso_elem_x(g, k, &x));
	host_kdf(c, perso_num_span(&x), 2, mac);
	token(r, mac, &theirs, t);
	t[7] ^= r->wrong;
	if (step(h, 0x85, perso_span_of(t), 0x86, &t_ic) != 0x9000)
		return h->sw;
	token(r, mac, &ours, t);
	cr_assert(perso_span_equal(perso_buf_span(&t_ic), perso_span_of(t)));
	take_answer(h, out);
	OK(sim_compress(g, e, &out->ic));
	OK(sim_compress(g, pk, &out->ifd));
	host_sm_start(h, c, perso_num_span(&x));
	return 0x9000;
}

uint16_t
host_pace(struct host *h, const struct pace_run *r, struct pace_out *out)
{
	enum perso_cipher c = ciphers[r->y];
	const struct perso_group *g;
	struct pace_out none = { { { 0 }, 0 }, { { 0 }, 0 }, { { 0 } }, { 0 },
		0, { { 0 }, 0 } };
	PERSO_GROUP(mapped);
	PERSO_BUF(z, 64);
	PERSO_BUF(s, 64);
	uint8_t k_pi[32];

	OK(perso_group_get(r->group, &g));
	if (out == NULL)
		out = &none;
	memset(out, 0, sizeof(*out));
	if (pace_set_at(h, r) != 0x9000 && (h->sw & 0xFFF0) != 0x63C0)
		return h->sw;
	if (step(h, 0, PERSO_SPAN_EMPTY, 0x80, &z) != 0x9000)
		return h->sw;
	host_kdf(c, r->secret, 3, k_pi);
	OK(perso_cbc_decrypt(c, perso_span(k_pi, perso_cipher_key(c)),
	    PERSO_SPAN_EMPTY, perso_buf_span(&z), &s));
	if (map(h, r, g, perso_buf_span(&s), &mapped) != 0x9000)
		return h->sw;
	return finish(h, r, mapped, out);
}

uint16_t
pace_can(struct host *h)
{
	struct pace_run r = { 2, 2, 12, 2, TEST_CAN, false, false };

	return host_pace(h, &r, NULL);
}

uint16_t
host_ca(struct host *h, unsigned group, struct perso_span pk, unsigned y,
    int id, struct sim_comp *comp)
{
	const struct perso_group *g;
	PERSO_NUM(sk);
	PERSO_NUM(x);
	PERSO_ELEM(ours);
	PERSO_ELEM(theirs);
	PERSO_ELEM(k);
	PERSO_BUF(mine, 600);
	PERSO_BUF(b, 700);
	struct perso_wr w = perso_wr(&b);
	uint8_t o[10], ident = (uint8_t)id;
	size_t mark;

	OK(perso_group_get(group, &g));
	OK(perso_elem_decode(g, pk, &theirs));
	key_pair(h, g, &sk, &ours, &mine);
	if (y == 0)
		perso_wr_tlv(&w, 0x91, perso_buf_span(&mine));
	else {
		oid(o, 3, group < 3 ? 1 : 2, y);
		perso_wr_tlv(&w, 0x80, perso_span_of(o));
	}
	if (id >= 0)
		perso_wr_tlv(&w, 0x84, perso_span(&ident, 1));
	if (host_cmd(h, 0, 0x22, y == 0 ? 0x41A6 : 0x41A4, perso_buf_span(&b),
		-1) != 0x9000)
		return h->sw;
	if (y > 0) {
		perso_buf_clear(&b);
		w = perso_wr(&b);
		mark = perso_wr_open(&w, 0x7C);
		perso_wr_tlv(&w, 0x80, perso_buf_span(&mine));
		perso_wr_close(&w, mark);
		if (host_cmd(h, 0, 0x86, 0, perso_buf_span(&b), 0) != 0x9000)
			return h->sw;
		cr_assert_eq(h->n, 2);
		cr_assert_arr_eq(h->rsp, "\x7C\x00", 2);
	}
	OK(perso_elem_mul(g, theirs, &sk, &k));
	OK(perso_elem_x(g, k, &x));
	if (comp != NULL)
		OK(sim_compress(g, ours, comp));
	host_sm_start(h, y == 0 ? PERSO_3DES : ciphers[y], perso_num_span(&x));
	return 0x9000;
}
