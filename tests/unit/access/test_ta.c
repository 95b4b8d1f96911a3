/* Terminal Authentication, version 1. */
#include "pace_test.h"

#include "perso/termauth.h"

/* A chip that takes note of what it is shown and refuses the n-th command. */
struct chip {
	struct perso_link base;
	struct perso_buf log; /* hexadecimal, without signatures */
	struct perso_buf signature;
	size_t commands;
	size_t refuse_at; /* 0: nothing */
	uint16_t refuse_sw;
	size_t challenge; /* bytes */
};

static void
note(struct chip *c, const char *what, struct perso_span data)
{
	ok(perso_buf_append(&c->log, perso_span_str(what)));
	ok(perso_buf_append(&c->log, data));
	ok(perso_buf_append(&c->log, perso_span_str(" ")));
}

static perso_rc
chip_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct chip *c = (struct chip *)l;
	struct perso_apdu a = { 0 };
	bool extended = false;
	uint8_t sw[] = { 0x90, 0x00 };

	ok(perso_apdu_decode(cmd, &a, &extended));
	cr_assert_eq(a.cla, 0);
	if (++c->commands == c->refuse_at) {
		sw[0] = (uint8_t)(c->refuse_sw >> 8);
		sw[1] = (uint8_t)c->refuse_sw;
		return perso_buf_append(rsp, perso_span_of(sw));
	}
	switch (a.ins << 16 | a.p1 << 8 | a.p2) {
	case 0x2281B6:
		note(c, "DST:", perso_span_sub(a.data, 2, a.data.n));
		break;
	case 0x2A00BE:
		cr_assert_eq(a.data.p[0], 0x7F);
		cr_assert_eq(a.data.p[1], 0x4E);
		note(c, "PSO", PERSO_SPAN_EMPTY);
		break;
	case 0x2281A4:
		note(c, "AT:", perso_span_sub(a.data, 2, a.data.n));
		break;
	case 0x840000:
		cr_assert_eq(a.le, 8);
		note(c, "CHALLENGE", PERSO_SPAN_EMPTY);
		for (size_t i = 0; i < c->challenge; i++)
			ok(perso_buf_append_u8(rsp, (uint8_t)i));
		break;
	case 0x820000:
		ok(perso_buf_set(&c->signature, a.data));
		break;
	default:
		cr_assert_fail("INS %02X", a.ins);
	}
	return perso_buf_append(rsp, perso_span_of(sw));
}

static perso_rc
chip_reset(struct perso_link *l)
{
	(void)l;
	return PERSO_OK;
}

static void
chip_destroy(struct perso_link *l)
{
	struct chip *c = (struct chip *)l;

	perso_buf_done(&c->log);
	perso_buf_done(&c->signature);
	free(c);
}

static const struct perso_link_ops chip_ops = {
	.name = "ta chip",
	.transmit = chip_transmit,
	.reset = chip_reset,
	.destroy = chip_destroy,
};

static struct perso_link *
chip_open(void)
{
	struct chip *c = calloc(1, sizeof(*c));

	c->base.ops = &chip_ops;
	c->log.max = c->signature.max = 4096;
	c->challenge = 8;
	return &c->base;
}

#define TA_CARD(name)                                                         \
	__attribute__((cleanup(free_card))) struct perso_card name;           \
	perso_card_init(&name, chip_open());                                  \
	name.limits = (struct perso_card_limits)                              \
	{                                                                     \
		.max_command = 65535, .max_response = 65536, .extended = true \
	}

/* ---- Certificates. ---- */

#define POOL 8

struct world {
	struct perso_cvc pool[POOL];
	struct perso_keyref *key[POOL];
	size_t count;
};

static void
world_done(struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		perso_cvc_done(&w->pool[i]);
		perso_keyref_free(&w->key[i]);
	}
}

#define WORLD(name) \
	__attribute__((cleanup(world_done))) struct world name = { .count = 0 }

static const struct perso_key_spec p256 = { .kind = PERSO_KEY_EC,
	.curve = PERSO_P256 };
static const struct perso_sig_alg ecdsa256 = { .kind = PERSO_SIG_ECDSA_PLAIN,
	.hash = PERSO_SHA256 };

/* A certificate for a new key, signed by the by-th one (SIZE_MAX: by
 * itself). Returns its index. */
static size_t
issue(struct world *w, const char *chr, enum perso_cvc_role role,
    uint8_t rights, size_t by, struct perso_key_spec spec,
    struct perso_sig_alg alg)
{
	size_t i = w->count++;
	size_t signer = by == SIZE_MAX ? i : by;
	struct perso_cvc_values v = {
		.chr = chr,
		.alg = alg,
		.chat = perso_cvc_auth(PERSO_CVC_IS, role),
		.effective = { 2026, 1, 1 },
		.expires = { 2027, 1, 1 },
		.domain = by == SIZE_MAX,
	};
	PERSO_BUF(der, PERSO_CVC_MAX);

	w->pool[i] = (struct perso_cvc){ .der = { .max = PERSO_CVC_MAX } };
	ok(perso_keyref_generate(spec, &w->key[i]));
	v.key = perso_keyref_pubkey(w->key[i]);
	v.car = by == SIZE_MAX ? chr : w->pool[by].chr;
	v.chat.bits[0] |= rights;
	ok(perso_cvc_build(&v, w->key[signer],
	    by == SIZE_MAX ? alg : w->pool[by].key.alg, &der));
	ok(perso_cvc_parse(perso_buf_span(&der), &w->pool[i]));
	return i;
}

/* 0: CVCA 1, 1: link to CVCA 2, 2: DV under CVCA 2, 3: IS; 4: DV and 5: IS of
 * another CVCA. */
static void
make_world(struct world *w)
{
	issue(w, "XYCVCA00001", PERSO_CVC_CVCA, 3, SIZE_MAX, p256, ecdsa256);
	issue(w, "XYCVCA00002", PERSO_CVC_CVCA, 3, 0, p256, ecdsa256);
	issue(w, "XYDV00001", PERSO_CVC_DV_DOMESTIC, 3, 1, p256, ecdsa256);
	issue(w, "XYIS00001", PERSO_CVC_TERMINAL, 1, 2, p256, ecdsa256);
	issue(w, "ZZCVCA00001", PERSO_CVC_CVCA, 3, SIZE_MAX, p256, ecdsa256);
}

static struct perso_cars
cars_of(const char *a, const char *b)
{
	struct perso_cars cars = { .count = b == NULL ? 1 : 2 };

	snprintf(cars.name[0], sizeof(cars.name[0]), "%s", a);
	snprintf(cars.name[1], sizeof(cars.name[1]), "%s", b ? b : "");
	return cars;
}

static const struct perso_pubkey *
pub(const struct world *w, size_t i)
{
	return perso_keyref_pubkey(w->key[i]);
}

Test(ta, the_chain_starts_where_the_chip_is)
{
	static const struct {
		const char *name, *a, *b;
		perso_rc rc;
		const char *car;
		size_t count;
	} rows[] = {
		{ "current", "XYCVCA00002", NULL, PERSO_OK, "XYCVCA00002", 2 },
		{ "years behind: a link certificate is sent", "XYCVCA00001",
		    NULL, PERSO_OK, "XYCVCA00001", 3 },
		{ "both, newest first", "XYCVCA00002", "XYCVCA00001", PERSO_OK,
		    "XYCVCA00002", 2 },
		{ "the newest is not known to us", "XYCVCA00003", "XYCVCA00002",
		    PERSO_OK, "XYCVCA00002", 2 },
		{ "another state's", "ZZCVCA00001", NULL, PERSO_E_TRUST, NULL,
		    0 },
		{ "neither", "XYCVCA00004", "XYCVCA00003", PERSO_E_TRUST, NULL,
		    0 },
	};
	WORLD(w);

	make_world(&w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct perso_cars cars = cars_of(rows[i].a, rows[i].b);
		struct perso_ta_chain chain = { .count = 99 };

		is_rc(perso_ta_find_chain(
			  w.pool, w.count, pub(&w, 3), &cars, &chain),
		    rows[i].rc, "%s", rows[i].name);
		if (rows[i].rc != PERSO_OK) {
			cr_assert_eq(chain.count, 99);
			continue;
		}
		cr_assert_eq(chain.count, rows[i].count, "%s", rows[i].name);
		cr_assert_str_eq(chain.car, rows[i].car);
		cr_assert_eq(chain.certs[chain.count - 1], &w.pool[3]);
		cr_assert(perso_cvc_has_right(&chain.effective, PERSO_CVC_DG3));
		cr_assert_not(
		    perso_cvc_has_right(&chain.effective, PERSO_CVC_DG4));
	}
}

Test(ta, a_chain_needs_the_keys_own_certificate_and_names)
{
	WORLD(w);
	struct perso_cars cars = cars_of("XYCVCA00002", NULL), none = { 0 };
	struct perso_ta_chain chain = { 0 };

	make_world(&w);
	is_rc(perso_ta_find_chain(w.pool, w.count, pub(&w, 2), &cars, &chain),
	    PERSO_E_KEY, "a DV's key");
	is_rc(perso_ta_find_chain(w.pool, 3, pub(&w, 3), &cars, &chain),
	    PERSO_E_KEY, "no certificate");
	is_rc(perso_ta_find_chain(w.pool, w.count, pub(&w, 3), &none, &chain),
	    PERSO_E_TRUST, "the chip names none");
	is_rc(perso_ta_find_chain(w.pool + 3, 1, pub(&w, 3), &cars, &chain),
	    PERSO_E_TRUST, "no DV");
	is_rc(perso_ta_find_chain(w.pool, 257, pub(&w, 3), &cars, &chain),
	    PERSO_E_ARG, "too many");
}

Test(ta, rights_are_those_that_all_have)
{
	WORLD(w);
	struct perso_cars cars = cars_of("XYCVCA00001", NULL);
	struct perso_ta_chain chain = { 0 };

	issue(&w, "XYCVCA00001", PERSO_CVC_CVCA, 2, SIZE_MAX, p256, ecdsa256);
	issue(&w, "XYDV00001", PERSO_CVC_DV_DOMESTIC, 3, 0, p256, ecdsa256);
	issue(&w, "XYIS00001", PERSO_CVC_TERMINAL, 3, 1, p256, ecdsa256);
	ok(perso_ta_find_chain(w.pool, 3, pub(&w, 2), &cars, &chain));
	cr_assert_not(perso_cvc_has_right(&chain.effective, PERSO_CVC_DG3));
	cr_assert(perso_cvc_has_right(&chain.effective, PERSO_CVC_DG4));
	cr_assert_eq(perso_cvc_role(&chain.effective), PERSO_CVC_TERMINAL);
	/* without the trust point at hand: DV and terminal */
	ok(perso_ta_find_chain(w.pool + 1, 2, pub(&w, 2), &cars, &chain));
	cr_assert(perso_cvc_has_right(&chain.effective, PERSO_CVC_DG3));
}

/* ---- The protocol. ---- */

static struct perso_ta_params
params_of(const struct perso_ta_chain *chain, struct perso_keyref *key)
{
	return (struct perso_ta_params){
		.chain = chain,
		.key = key,
		.id_ic = perso_span_str("C11T002JM4"),
		.comp = hx("7FF6B6D972FDE427EC06293270F27B052F1DC6E7"),
	};
}

/* The signature is over ID_IC || RND.IC || Comp(PK_IFD). */
static void
check_signature(const struct chip *c, const struct perso_ta_params *p,
    const struct perso_pubkey *key, struct perso_sig_alg alg)
{
	struct perso_span parts[] = { p->id_ic, hx("0001020304050607"),
		p->comp };

	ok(perso_pubkey_verify(
	    key, alg, parts, 3, perso_buf_span(&c->signature)));
}

Test(ta, link_dv_and_terminal_are_shown_and_the_challenge_signed)
{
	WORLD(w);
	TA_CARD(card);
	struct chip *chip = (struct chip *)card.link;
	struct perso_cars cars = cars_of("XYCVCA00001", NULL);
	struct perso_ta_chain chain = { 0 };
	struct perso_ta_params p;
	struct perso_ta_result r = { 0 };

	make_world(&w);
	ok(perso_ta_find_chain(w.pool, w.count, pub(&w, 3), &cars, &chain));
	p = params_of(&chain, w.key[3]);
	ok(perso_ta_authenticate(&card, &p, &r));
	ok(perso_buf_append_u8(&chip->log, 0));
	cr_assert_str_eq((const char *)chip->log.p,
	    "DST:XYCVCA00001 PSO DST:XYCVCA00002 PSO DST:XYDV00001 PSO "
	    "AT:XYIS00001 CHALLENGE ");
	cr_assert_eq(chip->signature.n, 64);
	check_signature(chip, &p, pub(&w, 3), ecdsa256);
	cr_assert_str_eq(r.car, "XYCVCA00001");
	cr_assert_str_eq(r.chr, "XYIS00001");
	cr_assert_str_eq(r.algorithm, "id-TA-ECDSA-SHA-256");
	cr_assert_eq(r.certificates, 3);
	cr_assert(perso_cvc_has_right(&r.effective, PERSO_CVC_DG3));
}

Test(ta, every_algorithm_of_the_standard, .timeout = 120)
{
	static const struct {
		struct perso_key_spec spec;
		struct perso_sig_alg alg;
	} rows[] = {
		{ { .kind = PERSO_KEY_RSA, .bits = 2048 },
		    { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 } },
		{ { .kind = PERSO_KEY_RSA, .bits = 2048 },
		    { PERSO_SIG_RSA_PSS, PERSO_SHA512, 64 } },
		{ { .kind = PERSO_KEY_RSA, .bits = 2048 },
		    { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 } },
		{ { .kind = PERSO_KEY_EC, .curve = PERSO_BP224 },
		    { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA224, 0 } },
		{ { .kind = PERSO_KEY_EC, .curve = PERSO_BP256 },
		    { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 } },
		{ { .kind = PERSO_KEY_EC, .curve = PERSO_BP384 },
		    { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA384, 0 } },
		{ { .kind = PERSO_KEY_EC, .curve = PERSO_P521 },
		    { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA512, 0 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		WORLD(w);
		TA_CARD(card);
		struct perso_cars cars = cars_of("XYCVCA00001", NULL);
		struct perso_ta_chain chain = { 0 };
		struct perso_ta_params p;
		struct perso_ta_result r = { 0 };

		issue(&w, "XYCVCA00001", PERSO_CVC_CVCA, 3, SIZE_MAX, p256,
		    ecdsa256);
		issue(&w, "XYDV00001", PERSO_CVC_DV_DOMESTIC, 3, 0, p256,
		    ecdsa256);
		issue(&w, "XYIS00001", PERSO_CVC_TERMINAL, 1, 1, rows[i].spec,
		    rows[i].alg);
		ok(perso_ta_find_chain(w.pool, 3, pub(&w, 2), &cars, &chain));
		p = params_of(&chain, w.key[2]);
		ok(perso_ta_authenticate(&card, &p, &r));
		check_signature(
		    (struct chip *)card.link, &p, pub(&w, 2), rows[i].alg);
	}
}

Test(ta, what_the_chip_refuses_is_said)
{
	static const struct {
		size_t at;
		uint16_t sw;
		perso_rc rc;
		const char *trail;
	} rows[] = {
		{ 1, 0x6A88, PERSO_E_CARD_AUTH, "certificate XYDV00001" },
		{ 2, 0x6300, PERSO_E_CARD_AUTH, "certificate XYDV00001" },
		{ 3, 0x6A88, PERSO_E_CARD_AUTH, "certificate XYIS00001" },
		{ 4, 0x6982, PERSO_E_CARD_AUTH, "certificate XYIS00001" },
		{ 5, 0x6A88, PERSO_E_CARD_AUTH, "key XYIS00001" },
		{ 6, 0x6985, PERSO_E_SW, "GET CHALLENGE" },
		{ 7, 0x6300, PERSO_E_CARD_AUTH, "signature" },
	};
	WORLD(w);
	struct perso_cars cars = cars_of("XYCVCA00002", NULL);
	struct perso_ta_chain chain = { 0 };

	make_world(&w);
	ok(perso_ta_find_chain(w.pool, w.count, pub(&w, 3), &cars, &chain));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		TA_CARD(card);
		struct chip *chip = (struct chip *)card.link;
		struct perso_ta_params p = params_of(&chain, w.key[3]);
		struct perso_ta_result r = { 0 };

		chip->refuse_at = rows[i].at;
		chip->refuse_sw = rows[i].sw;
		is_rc(perso_ta_authenticate(&card, &p, &r), rows[i].rc,
		    "command %zu", rows[i].at);
		cr_assert_not_null(strstr(why(), rows[i].trail), "%s", why());
		cr_assert_eq(chip->commands, rows[i].at);
		cr_assert_eq(r.certificates, 0);
	}
}

Test(ta, a_challenge_of_another_length_is_refused)
{
	static const size_t lengths[] = { 0, 7, 9, 16 };
	WORLD(w);
	struct perso_cars cars = cars_of("XYCVCA00002", NULL);
	struct perso_ta_chain chain = { 0 };

	make_world(&w);
	ok(perso_ta_find_chain(w.pool, w.count, pub(&w, 3), &cars, &chain));
	for (size_t i = 0; i < 4; i++) {
		TA_CARD(card);
		struct chip *chip = (struct chip *)card.link;
		struct perso_ta_params p = params_of(&chain, w.key[3]);
		struct perso_ta_result r = { 0 };

		chip->challenge = lengths[i];
		is_rc(perso_ta_authenticate(&card, &p, &r), PERSO_E_ANSWER,
		    "%zu bytes", lengths[i]);
		cr_assert_eq(chip->signature.n, 0);
	}
}

Test(ta, nothing_is_sent_without_chain_and_names)
{
	WORLD(w);
	TA_CARD(card);
	struct perso_cars cars = cars_of("XYCVCA00002", NULL);
	struct perso_ta_chain chain = { 0 }, none = { 0 };
	struct perso_ta_params p;
	struct perso_ta_result r = { 0 };

	make_world(&w);
	ok(perso_ta_find_chain(w.pool, w.count, pub(&w, 3), &cars, &chain));
	p = params_of(&none, w.key[3]);
	is_rc(perso_ta_authenticate(&card, &p, &r), PERSO_E_ARG, "chain");
	p = params_of(&chain, w.key[3]);
	p.id_ic = PERSO_SPAN_EMPTY;
	is_rc(perso_ta_authenticate(&card, &p, &r), PERSO_E_ARG, "ID_IC");
	p = params_of(&chain, w.key[3]);
	p.comp = PERSO_SPAN_EMPTY;
	is_rc(perso_ta_authenticate(&card, &p, &r), PERSO_E_ARG, "comp");
	cr_assert_eq(card.link->commands, 0);
}

/* ---- The computed example. ---- */

/* The certificate with this holder in tests/vectors/cvc.txt. */
static void
load_cert(const char *chr, struct perso_cvc *ret)
{
	static char line[16384];
	FILE *f = fopen("tests/vectors/cvc.txt", "r");

	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *hex = strrchr(line, ' ');

		if (strncmp(line, "cert ", 5) != 0 || hex == NULL ||
		    strstr(line, chr) == NULL ||
		    strncmp(strchr(line + 5, ' ') + 1, chr, strlen(chr)) != 0)
			continue;
		hex[strcspn(hex, "\n")] = '\0';
		ok(perso_cvc_parse(hx(hex + 1), ret));
		fclose(f);
		return;
	}
	cr_assert_fail("no certificate %s", chr);
}

Test(ta, message_and_signature_of_the_computed_example)
{
	VEC(v, "tests/vectors/eac.txt");
	PERSO_CVC(ca);
	PERSO_CVC(is);
	PERSO_BUF(m, 256);
	struct perso_pubkey *domain = NULL, *key = NULL;
	struct perso_span part;

	load_cert("DEISCVCA00001", &ca);
	load_cert(vec_text(v, "ta_is_chr"), &is);
	ok(perso_cvc_pubkey(&ca, NULL, &domain));
	ok(perso_cvc_pubkey(&is, domain, &key));
	ok(perso_ta_message(perso_span_str(vec_text(v, "ta_ID_IC")),
	    vec_hex(v, "ta_RND_IC"), vec_hex(v, "ta_comp_PK_terminal"), &m));
	eq_hex(perso_buf_span(&m), vec_text(v, "ta_signed"));
	part = perso_buf_span(&m);
	ok(perso_pubkey_verify(
	    key, is.key.alg, &part, 1, vec_hex(v, "ta_signature_plain")));
	perso_pubkey_free(&domain);
	perso_pubkey_free(&key);
}
