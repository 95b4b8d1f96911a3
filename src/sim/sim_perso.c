/*
 * The personaliser's commands on keys and data, and the lock.
 */
#include "sim_int.h"

#define KEY_BAC 0x01
#define KEY_AA 0x02
#define KEY_CAN 0x10
#define KEY_MRZ 0x11
#define KEY_PIN 0x12
#define KEY_PUK 0x13
#define EF_DG1 0x0101
#define EF_SOD 0x011D

/* GlobalPlatform Card Specification 2.3, H.2: card recognition data, GP
 * 2.3, card identification, SCP03 with i = 70 */
static const uint8_t recognition[] = { 0x66, 0x30, 0x73, 0x2E, 0x06, 0x07, 0x2A,
	0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01, 0x60, 0x0B, 0x06, 0x09, 0x2A, 0x86,
	0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x03, 0x63, 0x09, 0x06, 0x07, 0x2A,
	0x86, 0x48, 0x86, 0xFC, 0x6B, 0x03, 0x64, 0x0B, 0x06, 0x09, 0x2A, 0x86,
	0x48, 0x86, 0xFC, 0x6B, 0x04, 0x03, 0x70 };

/* see sim_int.h */
perso_rc
sim_serial(const struct perso_sim *s, struct perso_buf *ret)
{
	struct perso_span cplc = perso_span_of(s->nv.cfg.cplc);

	PERSO_TRY(perso_buf_append(ret, perso_span_sub(cplc, 0, 4)));
	PERSO_TRY(perso_buf_append(ret, perso_span_sub(cplc, 12, 4)));
	return perso_buf_append(ret, perso_span_sub(cplc, 16, 2));
}

/* see sim_int.h */
perso_rc
sim_get_data(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	const uint8_t seq[3] = { (uint8_t)(s->nv.sequence >> 16),
		(uint8_t)(s->nv.sequence >> 8), (uint8_t)s->nv.sequence };
	unsigned tag = (unsigned)c->p1 << 8 | c->p2;
	bool inside = s->scp.state == SIM_SCP_OPEN;
	struct perso_wr w = perso_wr(&a->data);

	if (tag == 0x0066)
		perso_wr_bytes(&w, perso_span_of(recognition));
	else if (tag == 0x9F7F && inside)
		perso_wr_tlv(&w, 0x9F7F, perso_span_of(s->nv.cfg.cplc));
	else if (tag == 0x00C1 && inside)
		perso_wr_tlv(&w, 0xC1, perso_span_of(seq));
	else
		return sim_sw(a, s->nv.operational || inside ? 0x6A88 : 0x6982);
	PERSO_TRY(perso_wr_end(&w));
	if (sim_fits(c, a->data.n, a))
		a->sw = SIM_OK;
	return PERSO_OK;
}

struct put_key {
	uint8_t id;
	struct perso_span sealed;
	struct perso_span kcv;
	struct perso_span key_id; /* of DG14; p NULL: none */
};

static bool
is_ca(uint8_t id)
{
	return id >= SIM_CA_FIRST && id < SIM_CA_FIRST + SIM_CA_KEYS;
}

/* [87 keyId], the last object */
static perso_rc
read_key_id(struct perso_rd *rd, uint8_t key, struct perso_span *ret)
{
	struct perso_tlv t;
	bool there = false;

	PERSO_TRY(perso_tlv_optional(rd, 0x87, &t, &there));
	if (there && !is_ca(key))
		return PERSO_E_DATA;
	if (there && t.val.n == 0)
		return PERSO_E_DATA;
	if (there)
		*ret = t.val;
	return perso_rd_finish(rd);
}

static perso_rc
read_put_key(struct perso_span data, struct put_key *k)
{
	struct perso_tlv t;
	struct perso_rd rd;

	PERSO_TRY(perso_tlv_only(data, 0x70, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x84, &t));
	if (t.val.n != 1)
		return PERSO_E_DATA;
	k->id = t.val.p[0];
	PERSO_TRY(perso_tlv_expect(&rd, 0x85, &t));
	k->sealed = t.val;
	PERSO_TRY(perso_tlv_expect(&rd, 0x86, &t));
	k->kcv = t.val;
	if (k->sealed.n == 0 || k->sealed.n % 16 != 0 || k->kcv.n != 3)
		return PERSO_E_DATA;
	return read_key_id(&rd, k->id, &k->key_id);
}

static perso_rc
check_kcv(enum perso_hash h, const struct perso_buf *key, struct perso_span kcv,
    bool *ret)
{
	struct perso_md md;

	PERSO_TRY(perso_digest(h, perso_buf_span(key), &md));
	*ret = perso_span_equal(perso_span(md.p, 3), kcv);
	return PERSO_OK;
}

static bool
is_known_curve(enum perso_curve c)
{
	return c == PERSO_P256 || c == PERSO_BP256 || c == PERSO_P384 ||
	       c == PERSO_BP384 || c == PERSO_BP512 || c == PERSO_P521;
}

static bool
is_usable(const struct perso_keyref *key)
{
	const struct perso_pubkey *pub = perso_keyref_pubkey(key);
	size_t bits;

	if (pub == NULL)
		return false;
	bits = perso_pubkey_bits(pub);
	if (perso_pubkey_kind(pub) == PERSO_KEY_EC)
		return is_known_curve(perso_pubkey_curve(pub));
	return bits >= 1024 && bits <= 4096 && bits % 8 == 0;
}

/* Takes both. */
static void
keep_aa(struct sim_nv *nv, struct perso_keyref **key, struct perso_buf *pkcs8)
{
	perso_keyref_free(&nv->aa_key);
	nv->aa_key = *key;
	*key = NULL;
	perso_buf_move(&nv->aa, pkcs8);
}

static perso_rc
put_seed(struct perso_sim *s, const struct put_key *k,
    const struct perso_buf *key, struct sim_ans *a)
{
	bool ok = false;

	if (key->n != SIM_SEED)
		return sim_sw(a, 0x6A80);
	PERSO_TRY(check_kcv(PERSO_SHA1, key, k->kcv, &ok));
	if (!ok)
		return sim_sw(a, 0x6A80);
	PERSO_TRY(perso_span_copy(s->nv.seed, SIM_SEED, perso_buf_span(key)));
	s->nv.has_seed = !s->inside;
	if (s->inside)
		perso_wipe(s->nv.seed, SIM_SEED);
	return sim_sw(a, SIM_OK);
}

static perso_rc
put_aa(struct perso_sim *s, const struct put_key *k, struct perso_buf *key,
    struct sim_ans *a)
{
	__attribute__((cleanup(perso_keyref_free))) struct perso_keyref *ref =
	    NULL;
	bool ok = false;

	if (!sim_unpad(key, 16))
		return sim_sw(a, 0x6A80);
	PERSO_TRY(check_kcv(PERSO_SHA256, key, k->kcv, &ok));
	if (!ok || perso_keyref_from_pkcs8(perso_buf_span(key), &ref) ||
	    !is_usable(ref))
		return sim_sw(a, 0x6A80);
	if (s->inside) {
		perso_keyref_free(&ref);
		perso_buf_clear(key);
	}
	keep_aa(&s->nv, &ref, key);
	return sim_sw(a, SIM_OK);
}

static bool
password_of(uint8_t id, enum sim_password *ret)
{
	static const struct {
		uint8_t id;
		enum sim_password which;
	} known[] = { { KEY_CAN, SIM_CAN }, { KEY_MRZ, SIM_MRZ },
		{ KEY_PIN, SIM_PIN }, { KEY_PUK, SIM_PUK } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].id != id)
			continue;
		*ret = known[i].which;
		return true;
	}
	return false;
}

/* Keys of Chip Authentication, passwords. */
static perso_rc
put_access(struct perso_sim *s, const struct put_key *k, struct perso_buf *key,
    struct sim_ans *a)
{
	enum sim_password which = SIM_MRZ;
	bool ok = false;

	if (!sim_unpad(key, 16))
		return sim_sw(a, 0x6A80);
	PERSO_TRY(check_kcv(PERSO_SHA256, key, k->kcv, &ok));
	if (!ok)
		return sim_sw(a, 0x6A80);
	if (is_ca(k->id))
		return sim_sw(
		    a, sim_put_ca(s, k->id, perso_buf_span(key), k->key_id));
	if (!password_of(k->id, &which))
		return sim_sw(a, 0x6A80);
	return sim_sw(a, sim_put_password(s, which, perso_buf_span(key)));
}

/* 7F21: a trust point; 5F25: today */
static perso_rc
put_plain(struct perso_sim *s, struct perso_span data, struct sim_ans *a)
{
	struct perso_tlv t;
	uint32_t day = 0;

	if (data.p[0] == 0x7F)
		a->sw = sim_put_trust(s, data);
	else if (perso_tlv_only(data, 0x5F25, &t) != PERSO_OK ||
		 !sim_cvc_date(t.val, &day))
		a->sw = 0x6A80;
	else {
		s->nv.today = day;
		a->sw = SIM_OK;
	}
	if (a->sw == SIM_OK) {
		s->dirty = true;
		s->pages += (uint32_t)(data.n / 64 + 1);
	}
	return PERSO_OK;
}

static perso_rc
put_data(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	PERSO_BUF(key, SIM_CHAIN_MAX);
	struct put_key k = { .id = 0 };

	if (c->p1 != 0x3F || c->p2 != 0xFF)
		return sim_sw(a, 0x6A86);
	if (c->data.n > 0 && (c->data.p[0] == 0x7F || c->data.p[0] == 0x5F))
		return put_plain(s, c->data, a);
	if (read_put_key(c->data, &k) != PERSO_OK)
		return sim_sw(a, 0x6A80);
	PERSO_TRY(
	    perso_cbc_decrypt(PERSO_AES128, perso_span_of(s->nv.cfg.keys.dek),
		PERSO_SPAN_EMPTY, k.sealed, &key));
	if (k.id == KEY_BAC)
		PERSO_TRY(put_seed(s, &k, &key, a));
	else if (k.id == KEY_AA)
		PERSO_TRY(put_aa(s, &k, &key, a));
	else
		PERSO_TRY(put_access(s, &k, &key, a));
	if (a->sw == SIM_OK) {
		s->dirty = true;
		s->pages += (uint32_t)(k.sealed.n / 64 + 1);
	}
	return PERSO_OK;
}

/* What GENERATE is to make. */
struct make_key {
	uint8_t id;
	uint8_t algorithm; /* domain parameters; not for RSA */
	struct perso_span key_id;
	struct perso_key_spec spec; /* of an AA key */
};

/* AC { 80 algorithm | 82 bits, 84 key [, 87 keyId] } */
static perso_rc
read_crt(struct perso_span data, struct make_key *m)
{
	struct perso_key_spec *spec = &m->spec;
	struct perso_tlv t, size;
	struct perso_rd rd;
	bool rsa = false;

	PERSO_TRY(perso_tlv_only(data, 0xAC, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_optional(&rd, 0x82, &size, &rsa));
	if (!rsa)
		PERSO_TRY(perso_tlv_expect(&rd, 0x80, &size));
	PERSO_TRY(perso_tlv_expect(&rd, 0x84, &t));
	if (size.val.n != (rsa ? 2 : 1) || t.val.n != 1)
		return PERSO_E_DATA;
	m->id = t.val.p[0];
	m->algorithm = size.val.p[0];
	if (m->id != KEY_AA && (rsa || !is_ca(m->id)))
		return PERSO_E_DATA;
	spec->kind = rsa ? PERSO_KEY_RSA : PERSO_KEY_EC;
	if (rsa)
		spec->bits = (unsigned)size.val.p[0] << 8 | size.val.p[1];
	else
		spec->curve = (enum perso_curve)size.val.p[0];
	return read_key_id(&rd, m->id, &m->key_id);
}

static bool
is_offered(const struct perso_key_spec *spec)
{
	if (spec->kind == PERSO_KEY_EC)
		return is_known_curve(spec->curve);
	return spec->bits == 1024 || spec->bits == 2048 || spec->bits == 3072;
}

static perso_rc
write_public(const struct perso_pubkey *pub, struct perso_buf *ret)
{
	bool ec = perso_pubkey_kind(pub) == PERSO_KEY_EC;
	struct perso_wr w = perso_wr(ret);
	PERSO_BUF(point, 1024);
	PERSO_BUF(exponent, 16);
	size_t mark;

	PERSO_TRY(perso_pubkey_point(pub, &point));
	if (!ec)
		PERSO_TRY(perso_pubkey_exponent(pub, &exponent));
	mark = perso_wr_open(&w, 0x7F49);
	perso_wr_tlv(&w, ec ? 0x86 : 0x81, perso_buf_span(&point));
	if (!ec)
		perso_wr_tlv(&w, 0x82, perso_buf_span(&exponent));
	perso_wr_close(&w, mark);
	return perso_wr_end(&w);
}

static perso_rc
generate_aa(struct perso_sim *s, const struct sim_cmd *c,
    const struct perso_key_spec *spec, struct sim_ans *a)
{
	__attribute__((cleanup(perso_keyref_free))) struct perso_keyref *key =
	    NULL;
	PERSO_BUF(pkcs8, 8192);

	if (!is_offered(spec))
		return sim_sw(a, 0x6A80);
	if (spec->kind == PERSO_KEY_RSA && spec->bits / 8 >= c->room)
		return sim_sw(a, 0x6700);
	PERSO_TRY(perso_keyref_generate(*spec, &key));
	PERSO_TRY(write_public(perso_keyref_pubkey(key), &a->data));
	if (!sim_fits(c, a->data.n, a))
		return PERSO_OK;
	PERSO_TRY(perso_keyref_pkcs8(key, &pkcs8));
	keep_aa(&s->nv, &key, &pkcs8);
	s->pages += (uint32_t)(s->nv.aa.n / 64 + 1);
	s->dirty = true;
	return sim_sw(a, SIM_OK);
}

static perso_rc
generate_ca(struct perso_sim *s, const struct sim_cmd *c,
    const struct make_key *m, struct sim_ans *a)
{
	struct sim_ca_key *slot = &s->nv.ca[m->id - SIM_CA_FIRST];
	struct sim_ca_key old = *slot;

	PERSO_TRY(sim_generate_ca(s, m->id, m->algorithm, m->key_id, a));
	if (a->sw == SIM_OK && !sim_fits(c, a->data.n, a))
		*slot = old;
	perso_num_wipe(&old.sk);
	if (a->sw == SIM_OK) {
		s->pages += 4;
		s->dirty = true;
	}
	return PERSO_OK;
}

static perso_rc
generate(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct make_key m = { .spec.kind = PERSO_KEY_EC };

	if (c->p1 != 0x80 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (read_crt(c->data, &m) != PERSO_OK)
		return sim_sw(a, 0x6A80);
	return m.id == KEY_AA ? generate_aa(s, c, &m.spec, a)
			      : generate_ca(s, c, &m, a);
}

/* Is all there that a chip needs which is read with BAC or PACE, and that
 * Terminal Authentication needs? */
static bool
is_complete(const struct perso_sim *s)
{
	const struct sim_nv *nv = &s->nv;
	bool pace =
	    nv->passwords[SIM_CAN].n > 0 || nv->passwords[SIM_MRZ].n > 0;

	if (!nv->files[sim_find(SIM_APP, EF_DG1)].there ||
	    !nv->files[sim_find(SIM_APP, EF_SOD)].there)
		return false;
	if (!nv->has_seed && !pace)
		return false;
	if (pace && !sim_pace_complete(s))
		return false;
	return nv->trust[0].chr_n == 0 || sim_ca_count(nv) > 0;
}

static perso_rc
activate(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const uint8_t mf[] = { 0x3F, 0x00 };
	struct sim_nv *nv = &s->nv;

	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (!perso_span_equal(c->data, perso_span_of(mf)))
		return sim_sw(a, c->data.n == 2 ? 0x6A82 : 0x6700);
	if (!is_complete(s))
		return sim_sw(a, 0x6985);
	nv->operational = true;
	sim_fs_reset(s);
	s->pages += 1;
	s->dirty = true;
	return sim_sw(a, SIM_OK);
}

static const struct {
	uint8_t ins;
	bool low; /* also below level 33 */
	perso_rc (*run)(
	    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a);
} commands[] = {
	{ 0xA4, true, sim_select },
	{ 0xCA, true, sim_get_data },
	{ 0xB0, false, sim_read },
	{ 0xB1, false, sim_read },
	{ 0xD6, false, sim_update },
	{ 0xD7, false, sim_update },
	{ 0xE0, false, sim_create_file },
	{ 0xDB, false, put_data },
	{ 0x47, false, generate },
	{ 0x44, false, activate },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* see sim_int.h */
bool
sim_is_perso_ins(uint8_t ins)
{
	if (ins == 0x50 || ins == 0x82)
		return true;
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].ins == ins && !commands[i].low)
			return ins != 0xB0 && ins != 0xB1;
	return false;
}

/* see sim_int.h */
perso_rc
sim_perso(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (commands[i].ins != c->ins)
			continue;
		if (!commands[i].low && s->scp.level != 0x33)
			return sim_sw(a, 0x6982);
		return commands[i].run(s, c, a);
	}
	return sim_sw(a, 0x6D00);
}
