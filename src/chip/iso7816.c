/*
 * The family iso7816: GlobalPlatform SCP03 around ISO/IEC 7816-9 file
 * commands. A product of it is described in perso/sim.h.
 */
#include "chip_int.h"
#include "perso/digest.h"
#include "perso/hex.h"
#include "perso/rd.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define CLA 0x80 /* 84 once the channel has protected it */
#define OFFSET_EVEN_MAX 0x7FFF
#define SW_EXISTS 0x6A89
#define CPLC_TAG 0x9F7F
#define DH_LAST 2 /* domain parameters 0..2 are DH groups */

enum {
	INS_ACTIVATE_FILE = 0x44,
	INS_GENERATE_KEY = 0x47,
	INS_GET_DATA = 0xCA,
	INS_UPDATE = 0xD6,
	INS_UPDATE_ODD = 0xD7,
	INS_PUT_DATA = 0xDB,
	INS_CREATE_FILE = 0xE0
};

static bool
recognise(const struct perso_chip_profile *p, struct perso_span atr)
{
	return perso_chip_profile_matches(p, atr);
}

/* IC fabricator and type, serial number, batch: GP CPLC. */
static void
write_serial(struct perso_span cplc, char dst[PERSO_CHIP_SERIAL])
{
	perso_hex_str(perso_span_sub(cplc, 0, 4), dst, PERSO_CHIP_SERIAL);
	perso_hex_str(
	    perso_span_sub(cplc, 12, 6), dst + 8, PERSO_CHIP_SERIAL - 8);
}

static perso_rc
check_product(const struct perso_chip_profile *p, struct perso_span cplc)
{
	if (!perso_span_equal(
		perso_span_sub(cplc, 0, 2), perso_span_of(p->ic_fabricator)))
		PERSO_FAIL(
		    PERSO_E_PRODUCT, "IC fabricator is not that of %s", p->id);
	if (!perso_span_equal(
		perso_span_sub(cplc, 2, 2), perso_span_of(p->ic_type)))
		PERSO_FAIL(PERSO_E_PRODUCT, "IC type is not that of %s", p->id);
	return PERSO_OK;
}

static perso_rc
read_identity(struct perso_chip *c, struct perso_chip_identity *ret)
{
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_GET_DATA,
		.p1 = CPLC_TAG >> 8,
		.p2 = CPLC_TAG & 0xFF,
		.le = PERSO_LE_SHORT,
	};
	PERSO_BUF(answer, PERSO_LE_SHORT);
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_card_expect(&c->card, &a, &answer));
	if (perso_tlv_only(perso_buf_span(&answer), CPLC_TAG, &t) != PERSO_OK ||
	    t.val.n != PERSO_CPLC_LEN)
		PERSO_FAIL(PERSO_E_ANSWER, "answer is not a CPLC");
	PERSO_TRY(check_product(c->p.profile, t.val));
	write_serial(t.val, ret->serial);
	return perso_span_copy(ret->cplc, sizeof(ret->cplc), t.val);
}

static perso_rc
connect_chip(struct perso_chip *c, struct perso_chip_identity *ret)
{
	perso_rc rc;

	c->df = PERSO_CHIP_DF_UNKNOWN;
	c->card.cla = CLA;
	rc = perso_scp03_open(
	    &c->card, c->p.keys, c->p.profile->scp03_level, NULL);
	/* Personalisation commands are gone once the chip is operational;
	 * a blocked key set says 6983. */
	if (rc == PERSO_E_SW &&
	    (perso_card_last_sw() == 0x6985 || perso_card_last_sw() == 0x6D00 ||
		perso_card_last_sw() == 0x6E00 ||
		perso_card_last_sw() == 0x6983)) {
		perso_trail_add("the chip is not to be personalised (any "
				"more)");
		return PERSO_E_CARD_STATE;
	}
	PERSO_TRY(rc);
	PERSO_TRY_CTX(read_identity(c, ret), "identity");
	return PERSO_OK;
}

/* 7F49{86 point} or 7F49{81 modulus 82 exponent}: ISO/IEC 7816-8. */
static perso_rc
parse_public(
    struct perso_span s, struct perso_key_spec spec, struct perso_pubkey **ret)
{
	struct perso_tlv whole = { 0 }, n = { 0 }, e = { 0 };
	struct perso_rd rd;

	PERSO_TRY(perso_tlv_only(s, 0x7F49, &whole));
	rd = perso_rd(whole.val);
	if (spec.kind == PERSO_KEY_EC) {
		PERSO_TRY(perso_tlv_expect(&rd, 0x86, &n));
		PERSO_TRY(perso_rd_finish(&rd));
		return perso_pubkey_from_point(spec.curve, n.val, ret);
	}
	PERSO_TRY(perso_tlv_expect(&rd, 0x81, &n));
	PERSO_TRY(perso_tlv_expect(&rd, 0x82, &e));
	PERSO_TRY(perso_rd_finish(&rd));
	return perso_pubkey_from_rsa(n.val, e.val, ret);
}

/* AC{80 curve 84 key} or AC{82 bits 84 key} */
static perso_rc
build_crt(const struct perso_chip *c, struct perso_key_spec spec,
    struct perso_buf *ret)
{
	uint8_t curve = (uint8_t)spec.curve;
	uint8_t bits[] = { (uint8_t)(spec.bits >> 8), (uint8_t)spec.bits };
	struct perso_wr w = perso_wr(ret);
	size_t mark = perso_wr_open(&w, 0xAC);

	if (spec.kind == PERSO_KEY_EC)
		perso_wr_tlv(&w, 0x80, perso_span(&curve, 1));
	else
		perso_wr_tlv(&w, 0x82, perso_span_of(bits));
	perso_wr_tlv(&w, 0x84, perso_span(&c->p.profile->key_id_aa, 1));
	perso_wr_close(&w, mark);
	return perso_wr_end(&w);
}

static perso_rc
make_aa(
    struct perso_chip *c, struct perso_key_spec spec, struct perso_pubkey **ret)
{
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_GENERATE_KEY,
		.p1 = 0x80,
		.le = PERSO_LE_SHORT,
	};
	PERSO_BUF(crt, 32);
	PERSO_BUF(answer, PERSO_RSP_MAX);
	perso_rc rc;

	if (spec.kind == PERSO_KEY_RSA && c->card.limits.extended)
		a.le = (uint32_t)perso_card_max_answer(&c->card);
	PERSO_TRY(build_crt(c, spec, &crt));
	a.data = perso_buf_span(&crt);
	PERSO_TRY(perso_card_expect(&c->card, &a, &answer));
	rc = parse_public(perso_buf_span(&answer), spec, ret);
	if (rc != PERSO_OK)
		perso_trail_add("public key of the chip");
	return rc == PERSO_OK ? PERSO_OK : PERSO_E_ANSWER;
}

/* The number that DG14 gives a CA key, in as few bytes as it takes. */
static void
write_key_id(struct perso_wr *w, const struct perso_chip_ca *spec)
{
	uint8_t id[] = { (uint8_t)(spec->key_id >> 24),
		(uint8_t)(spec->key_id >> 16), (uint8_t)(spec->key_id >> 8),
		(uint8_t)spec->key_id };
	size_t skip = 0;

	if (!spec->has_key_id)
		return;
	while (skip < 3 && id[skip] == 0)
		skip++;
	perso_wr_tlv(w, 0x87, perso_span(id + skip, sizeof(id) - skip));
}

struct key_slot {
	uint8_t id;
	bool padded;			/* before it is encrypted */
	const struct perso_chip_ca *ca; /* NULL: no CA key */
};

/* 70{84 key-id 85 sealed 86 kcv [87 keyId]}; the check value is over the
 * plain key. */
static perso_rc
put_key(struct perso_chip *c, struct key_slot slot, struct perso_span key)
{
	enum perso_hash kcv_hash = slot.padded ? PERSO_SHA256 : PERSO_SHA1;
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_PUT_DATA,
		.p1 = 0x3F,
		.p2 = 0xFF,
	};
	PERSO_BUF(sealed, key.n + 32);
	PERSO_BUF(data, key.n + 64);
	struct perso_wr w = perso_wr(&data);
	struct perso_md md = { 0 };
	size_t mark;

	PERSO_TRY(perso_scp03_wrap_key(c->p.keys, key, slot.padded, &sealed));
	PERSO_TRY(perso_digest(kcv_hash, key, &md));
	mark = perso_wr_open(&w, 0x70);
	perso_wr_tlv(&w, 0x84, perso_span(&slot.id, 1));
	perso_wr_tlv(&w, 0x85, perso_buf_span(&sealed));
	perso_wr_tlv(&w, 0x86, perso_span(md.p, 3));
	if (slot.ca != NULL)
		write_key_id(&w, slot.ca);
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	return perso_card_expect(&c->card, &a, NULL);
}

static perso_rc
load_aa(struct perso_chip *c, struct perso_span pkcs8)
{
	return put_key(
	    c, (struct key_slot){ c->p.profile->key_id_aa, true, NULL }, pkcs8);
}

static perso_rc
load_bac(struct perso_chip *c, struct perso_span seed)
{
	return put_key(c,
	    (struct key_slot){ c->p.profile->key_id_bac, false, NULL }, seed);
}

static perso_rc
load_password(struct perso_chip *c, enum perso_password_bit which,
    struct perso_span secret)
{
	const struct perso_chip_profile *p = c->p.profile;
	uint8_t id = p->key_id_pace_mrz;

	if (which == PERSO_PASSWORD_CAN)
		id = p->key_id_can;
	else if (which == PERSO_PASSWORD_PIN)
		id = p->key_id_pin;
	else if (which == PERSO_PASSWORD_PUK)
		id = p->key_id_puk;
	return put_key(c, (struct key_slot){ id, true, NULL }, secret);
}

static perso_rc
load_ca(struct perso_chip *c, const struct perso_chip_ca *spec,
    struct perso_span pkcs8)
{
	return put_key(
	    c, (struct key_slot){ c->p.profile->key_id_ca, true, spec }, pkcs8);
}

static perso_rc
load_trust(struct perso_chip *c, struct perso_span cert)
{
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_PUT_DATA,
		.p1 = 0x3F,
		.p2 = 0xFF,
		.data = cert,
	};

	return perso_card_expect(&c->card, &a, NULL);
}

/* 7F49{86 point} or 7F49{84 public value}: ISO/IEC 7816-8. */
static perso_rc
parse_value(struct perso_span s, bool is_dh, struct perso_buf *ret)
{
	struct perso_tlv whole = { 0 }, v = { 0 };
	struct perso_rd rd;

	PERSO_TRY(perso_tlv_only(s, 0x7F49, &whole));
	rd = perso_rd(whole.val);
	PERSO_TRY(perso_tlv_expect(&rd, is_dh ? 0x84 : 0x86, &v));
	PERSO_TRY(perso_rd_finish(&rd));
	return perso_buf_append(ret, v.val);
}

/* AC{80 parameters 84 key [87 keyId]} */
static perso_rc
make_ca(struct perso_chip *c, const struct perso_chip_ca *spec,
    struct perso_buf *ret)
{
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_GENERATE_KEY,
		.p1 = 0x80,
		.le = PERSO_LE_SHORT,
	};
	bool is_dh = spec->parameters <= DH_LAST;
	uint8_t algorithm = (uint8_t)spec->parameters;
	PERSO_BUF(crt, 32);
	PERSO_BUF(answer, PERSO_RSP_MAX);
	struct perso_wr w = perso_wr(&crt);
	size_t mark = perso_wr_open(&w, 0xAC);

	if (is_dh && c->card.limits.extended)
		a.le = (uint32_t)perso_card_max_answer(&c->card);
	perso_wr_tlv(&w, 0x80, perso_span(&algorithm, 1));
	perso_wr_tlv(&w, 0x84, perso_span(&c->p.profile->key_id_ca, 1));
	write_key_id(&w, spec);
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&crt);
	PERSO_TRY(perso_card_expect(&c->card, &a, &answer));
	if (parse_value(perso_buf_span(&answer), is_dh, ret) != PERSO_OK) {
		perso_trail_add("public key of the chip");
		return PERSO_E_ANSWER;
	}
	return PERSO_OK;
}

/* At most one SELECT for as long as the files lie in one DF. */
static perso_rc
enter_df(struct perso_chip *c, bool mf)
{
	const struct perso_chip_profile *p = c->p.profile;
	enum perso_chip_df want = mf ? PERSO_CHIP_DF_MF : PERSO_CHIP_DF_APP;

	if (c->df == want)
		return PERSO_OK;
	c->df = PERSO_CHIP_DF_UNKNOWN;
	if (mf)
		PERSO_TRY(perso_card_select_mf(&c->card));
	else
		PERSO_TRY(perso_card_select_app(
		    &c->card, perso_span(p->aid, p->aid_len)));
	c->df = want;
	return PERSO_OK;
}

/* 62{80 size 82 01 83 fid 88 sfi}: a transparent EF, current afterwards. */
static perso_rc
create_file(struct perso_chip *c, const struct perso_chip_file *f)
{
	uint8_t fid[] = { (uint8_t)(f->fid >> 8), (uint8_t)f->fid };
	uint8_t size[] = { (uint8_t)(f->data.n >> 16),
		(uint8_t)(f->data.n >> 8), (uint8_t)f->data.n };
	size_t short_size = f->data.n <= 0xFFFF;
	uint8_t type = 0x01, sfi = (uint8_t)(f->sfi << 3);
	struct perso_apdu a = { .cla = CLA, .ins = INS_CREATE_FILE };
	PERSO_BUF(fcp, 32);
	struct perso_wr w = perso_wr(&fcp);
	size_t mark = perso_wr_open(&w, 0x62);

	perso_wr_tlv(
	    &w, 0x80, perso_span(size + short_size, sizeof(size) - short_size));
	perso_wr_tlv(&w, 0x82, perso_span(&type, 1));
	perso_wr_tlv(&w, 0x83, perso_span_of(fid));
	if (f->sfi != 0)
		perso_wr_tlv(&w, 0x88, perso_span(&sfi, 1));
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&fcp);
	return perso_card_expect(&c->card, &a, NULL);
}

/* Bytes of tag and length of a DO with n bytes. */
static size_t
do_head(size_t n)
{
	if (n < 0x80)
		return 2;
	return n < 0x100 ? 3 : 4;
}

/* 54{offset} 53{data}, with as much of left as fits. */
static perso_rc
build_update_odd(struct perso_chip *c, size_t offset, struct perso_span left,
    struct perso_buf *data, size_t *ret_n)
{
	size_t wide = offset > 0xFFFF ? 3 : 2;
	size_t room = perso_card_max_payload(&c->card);
	struct perso_wr w = perso_wr(data);
	size_t n = left.n;

	if (room <= 2 + wide + 4)
		PERSO_FAIL(PERSO_E_ARG, "no room for offset and data");
	room -= 2 + wide;
	while (do_head(n) + n > room)
		n = n > room ? room : n - 1;
	perso_wr_head(&w, 0x54, wide);
	if (wide == 3)
		perso_wr_u24(&w, (uint32_t)offset);
	else
		perso_wr_u16(&w, (uint16_t)offset);
	perso_wr_tlv(&w, 0x53, perso_span_sub(left, 0, n));
	PERSO_TRY(perso_wr_end(&w));
	*ret_n = n;
	return PERSO_OK;
}

/* One UPDATE BINARY; *ret_n: bytes written. */
static perso_rc
update(
    struct perso_chip *c, size_t offset, struct perso_span left, size_t *ret_n)
{
	size_t room = perso_card_max_payload(&c->card);
	PERSO_BUF(data, PERSO_LC_MAX);
	struct perso_apdu a = { .cla = CLA, .ins = INS_UPDATE };
	size_t n = left.n < room ? left.n : room;

	if (room == 0)
		PERSO_FAIL(PERSO_E_ARG, "no room for data");
	if (offset <= OFFSET_EVEN_MAX) {
		a.p1 = (uint8_t)(offset >> 8);
		a.p2 = (uint8_t)offset;
		a.data = perso_span_sub(left, 0, n);
	} else {
		PERSO_TRY(build_update_odd(c, offset, left, &data, &n));
		a.ins = INS_UPDATE_ODD;
		a.data = perso_buf_span(&data);
	}
	PERSO_TRY_CTX(perso_card_expect(&c->card, &a, NULL),
	    "UPDATE BINARY at offset %zu", offset);
	*ret_n = n;
	return PERSO_OK;
}

static perso_rc
write_file(struct perso_chip *c, const struct perso_chip_file *f)
{
	size_t done = 0, n = 0;
	perso_rc rc;

	if (f->data.n == 0 || f->data.n > 0xFFFFFF)
		PERSO_FAIL(PERSO_E_ARG, "file of %zu bytes", f->data.n);
	PERSO_TRY(enter_df(c, f->mf));
	rc = create_file(c, f);
	if (rc == PERSO_E_SW && perso_card_last_sw() == SW_EXISTS) {
		if (!c->p.resume) {
			perso_trail_add("the chip is no blank");
			return PERSO_E_CARD_STATE;
		}
		rc = perso_card_select_ef(&c->card, f->fid);
	}
	PERSO_TRY_CTX(rc, "CREATE FILE");
	while (done < f->data.n) {
		PERSO_TRY(update(c, done,
		    perso_span_sub(f->data, done, f->data.n - done), &n));
		done += n;
	}
	return PERSO_OK;
}

static perso_rc
compare_file(struct perso_chip *c, const struct perso_chip_file *f)
{
	PERSO_BUF(got, f->data.n);

	PERSO_TRY(enter_df(c, f->mf));
	PERSO_TRY(perso_card_select_ef(&c->card, f->fid));
	PERSO_TRY(perso_card_read_at(&c->card, 0, f->data.n, &got));
	for (size_t i = 0; i < f->data.n; i++)
		if (got.p[i] != f->data.p[i])
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "chip and image differ "
			    "at offset %zu",
			    i);
	return PERSO_OK;
}

static perso_rc
lock_chip(struct perso_chip *c)
{
	static const uint8_t mf[] = { 0x3F, 0x00 };
	struct perso_apdu a = {
		.cla = CLA,
		.ins = INS_ACTIVATE_FILE,
		.data = perso_span_of(mf),
	};

	return perso_card_expect(&c->card, &a, NULL);
}

/* see chip_int.h */
const struct perso_chip_ops chip_iso7816 = {
	.name = "iso7816",
	.recognise = recognise,
	.connect = connect_chip,
	.make_aa = make_aa,
	.load_aa = load_aa,
	.load_bac = load_bac,
	.make_ca = make_ca,
	.load_ca = load_ca,
	.load_password = load_password,
	.load_trust = load_trust,
	.write = write_file,
	.compare = compare_file,
	.lock = lock_chip,
};
