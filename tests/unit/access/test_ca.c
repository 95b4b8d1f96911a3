/* Chip Authentication, version 1. */
#include "pace_test.h"

#include "perso/chipauth.h"
#include "perso/sm.h"

#define EAC "tests/vectors/eac.txt"
#define CA "0.4.0.127.0.7.2.2.3."

/* The session before: its commands are seen in the clear. */
static void
old_session(struct perso_card *card)
{
	perso_card_set_channel(card, through_channel());
}

static bool
is_old(const struct perso_card *card)
{
	return strcmp(card->channel->ops->name, "through") == 0;
}

/* SubjectPublicKeyInfo of the vector's chip, standardised parameters. */
static struct perso_span
spki_of(uint64_t id, struct perso_span pk)
{
	const struct perso_group *g = NULL;
	PERSO_ELEM(e);
	PERSO_BUF(b, 2048);

	ok(perso_group_get(id, &g));
	ok(perso_elem_decode(g, pk, &e));
	ok(perso_group_spki(g, true, e, &b));
	return hx(hx_text(perso_buf_span(&b)));
}

static struct perso_ca_choice
vector_choice(const struct vec *v, enum perso_cipher c)
{
	return (struct perso_ca_choice){
		.agreement = PERSO_AGREE_ECDH,
		.cipher = c,
		.spki = spki_of(11, vec_hex(v, "ca_chip_pk")),
	};
}

/* The first protected command and its answer, under these keys. */
static void
expect_protected(struct perso_link *l, enum perso_cipher c,
    struct perso_span ks_enc, struct perso_span ks_mac, bool right)
{
	struct perso_channel *ch = NULL;
	struct perso_apdu a = {
		.ins = 0xA4,
		.p1 = 0x02,
		.p2 = 0x0C,
		.data = hx("011E"),
	};
	struct perso_apdu out = { 0 };
	PERSO_BUF(data, 128);
	PERSO_BUF(cmd, 128);
	PERSO_BUF(text, 64);
	size_t block = perso_cipher_block(c);
	struct perso_span part;
	uint8_t mac[16];
	char rsp[64];

	ok(perso_sm_open(c, ks_enc, ks_mac, PERSO_SPAN_EMPTY, &ch));
	ok(ch->ops->wrap(ch, &a, false, &data, &out));
	ok(perso_apdu_encode(&out, false, &cmd));
	perso_channel_free(&ch);
	/* SSC 2 || 99 02 90 00, padded for AES */
	ok(perso_buf_resize(&text, block));
	text.p[block - 1] = 2;
	ok(perso_buf_append(&text, hx("99029000")));
	if (c != PERSO_3DES)
		ok(perso_buf_append(&text, hx("800000000000000000000000")));
	part = perso_buf_span(&text);
	if (c == PERSO_3DES)
		ok(perso_retail_mac(ks_mac, &part, 1, mac));
	else
		ok(perso_cmac(ks_mac, &part, 1, mac));
	mac[7] ^= !right;
	snprintf(rsp, sizeof(rsp), "990290008E08%s9000",
	    hx_text(perso_span(mac, 8)));
	wire_add(l, hx_text(perso_buf_span(&cmd)), rsp);
}

static const struct {
	enum perso_cipher cipher;
	const char *name, *oid;
} ciphers[] = {
	{ PERSO_3DES, "3DES", NULL },
	{ PERSO_AES128, "AES128", "04007F00070202030202" },
	{ PERSO_AES192, "AES192", "04007F00070202030203" },
	{ PERSO_AES256, "AES256", "04007F00070202030204" },
};

static void
expect_ca(struct perso_link *l, const struct vec *v, const char *oid)
{
	const char *pk = vec_text(v, "ca_terminal_pk");
	char s[256];

	if (oid == NULL) {
		wire_add(l, vec_text(v, "ca_mse_set_kat"), "9000");
		return;
	}
	snprintf(s, sizeof(s), "002241A40C800A%s", oid);
	wire_add(l, s, "9000");
	snprintf(s, sizeof(s), "008600003D7C3B8039%s00", pk);
	wire_add(l, s, "7C009000");
}

Test(ca, keys_and_commands_for_every_cipher)
{
	VEC(v, EAC);

	for (size_t i = 0; i < 4; i++) {
		CARD(card);
		struct perso_ca_choice c = vector_choice(v, ciphers[i].cipher);
		struct perso_ca_result r = { 0 };

		old_session(&card);
		expect_ca(card.link, v, ciphers[i].oid);
		expect_protected(card.link, ciphers[i].cipher,
		    vec_hex(v, "ca_session_keys_%s_KSEnc", ciphers[i].name),
		    vec_hex(v, "ca_session_keys_%s_KSMAC", ciphers[i].name),
		    true);
		wire_random(vec_text(v, "ca_terminal_sk"));
		ok(perso_ca_open(&card, &c, &r));
		eq_hex(perso_comp_span(&r.comp),
		    vec_text(v, "ca_comp_terminal_pk"));
		cr_assert_str_eq(r.parameters, "brainpoolP224r1");
		cr_assert_str_eq(r.agreement_name, "ECDH");
		ok(perso_ca_prove(&card, 0x011E));
		cr_assert(wire_is_over(card.link));
	}
}

Test(ca, a_chip_without_the_private_key_fails_the_first_command)
{
	VEC(v, EAC);
	CARD(card);
	struct perso_ca_choice c = vector_choice(v, PERSO_AES128);
	struct perso_ca_result r = { 0 };

	old_session(&card);
	expect_ca(card.link, v, ciphers[1].oid);
	expect_protected(card.link, PERSO_AES128,
	    vec_hex(v, "ca_session_keys_AES128_KSEnc"),
	    vec_hex(v, "ca_session_keys_AES128_KSMAC"), false);
	wire_random(vec_text(v, "ca_terminal_sk"));
	ok(perso_ca_open(&card, &c, &r));
	is_rc(perso_ca_prove(&card, 0x011E), PERSO_E_CARD_AUTH, "checksum");
}

/* Plain answers under the new keys: the session has ended on the chip. */
Test(ca, a_plain_answer_proves_nothing)
{
	static const char *const answers[] = { "6988", "6982", "9000",
		"990290008E0800000000000000009000" };
	struct perso_span key = hx("000102030405060708090A0B0C0D0E0F");

	for (size_t i = 0; i < 4; i++) {
		CARD(card);
		CARD(other);
		struct perso_channel *ch = NULL, *twin = NULL;
		struct perso_apdu out = { 0 };
		struct perso_apdu a = {
			.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = hx("0101")
		};
		PERSO_BUF(data, 128);
		PERSO_BUF(cmd, 128);

		ok(perso_sm_open(
		    PERSO_AES128, key, key, PERSO_SPAN_EMPTY, &ch));
		ok(perso_sm_open(
		    PERSO_AES128, key, key, PERSO_SPAN_EMPTY, &twin));
		ok(twin->ops->wrap(twin, &a, false, &data, &out));
		ok(perso_apdu_encode(&out, false, &cmd));
		perso_channel_free(&twin);
		perso_card_set_channel(&card, ch);
		wire_add(card.link, hx_text(perso_buf_span(&cmd)), answers[i]);
		is_rc(perso_ca_prove(&card, 0x0101), PERSO_E_CARD_AUTH, "%s",
		    answers[i]);
		is_rc(perso_ca_prove(&other, 0x0101), PERSO_E_ARG, "plain");
	}
}

/* ---- Refusals and second attempts. ---- */

#define AT_PLAIN "002241A40C800A04007F00070202030202"
#define AT_84 "002241A40F800A04007F00070202030202840107"

static void
run_refused(struct perso_ca_choice c, const char *const *play, perso_rc want,
    bool sent84, const char *name)
{
	VEC(v, EAC);
	CARD(card);
	struct perso_ca_result r = { 0 };

	old_session(&card);
	for (; *play != NULL; play += 2)
		wire_add(card.link, play[0], play[1]);
	wire_random(vec_text(v, "ca_terminal_sk"));
	is_rc(perso_ca_open(&card, &c, &r), want, "%s", name);
	cr_assert(wire_is_over(card.link), "%s", name);
	cr_assert_eq(is_old(&card), want != PERSO_OK, "%s", name);
	cr_assert_eq(r.sent_tag84, sent84, "%s", name);
}

Test(ca, key_ids_are_sent_where_they_are_needed)
{
	VEC(v, EAC);
	struct perso_ca_choice c = vector_choice(v, PERSO_AES128);
	const char *ga = joined(
	    "008600003D7C3B8039", joined(vec_text(v, "ca_terminal_pk"), "00"));
	const char *kat = vec_text(v, "ca_mse_set_kat");
	const char *kat84 = joined(
	    "002241A63E9139", joined(vec_text(v, "ca_terminal_pk"), "840107"));
	const char *at3 = "002241A40C800A04007F00070202030201";

	c.has_id = true;
	c.key_id = 7;
	run_refused(c,
	    (const char *[]){ AT_PLAIN, "9000", ga, "7C009000", NULL },
	    PERSO_OK, false, "one key");
	c.ambiguous = true;
	run_refused(c, (const char *[]){ AT_84, "9000", ga, "7C009000", NULL },
	    PERSO_OK, true, "two keys");
	run_refused(c,
	    (const char *[]){
		AT_84, "6A80", AT_PLAIN, "9000", ga, "7C009000", NULL },
	    PERSO_OK, false, "not wanted");
	c.ambiguous = false;
	run_refused(c,
	    (const char *[]){
		AT_PLAIN, "9000", ga, "6A88", AT_84, "9000", ga, "9000", NULL },
	    PERSO_OK, true, "wanted, said late");
	run_refused(c,
	    (const char *[]){ AT_PLAIN, "6A80", AT_84, "6A80", NULL },
	    PERSO_E_SW, false, "both refused");
	run_refused(c, (const char *[]){ AT_PLAIN, "6982", NULL }, PERSO_E_SW,
	    false, "security status");
	c.cipher = PERSO_3DES;
	run_refused(c, (const char *[]){ kat, "6A88", kat84, "9000", NULL },
	    PERSO_OK, true, "KAT wants the id");
	c.has_id = false;
	run_refused(c,
	    (const char *[]){ kat, "6D00", at3, "9000", ga, "7C009000", NULL },
	    PERSO_OK, false, "3DES by MSE:Set AT");
}

Test(ca, answers_that_are_none_are_refused_and_the_session_stays)
{
	VEC(v, EAC);
	struct perso_ca_choice c = vector_choice(v, PERSO_AES128);
	const char *ga = joined(
	    "008600003D7C3B8039", joined(vec_text(v, "ca_terminal_pk"), "00"));
	static const struct {
		const char *answer;
		perso_rc rc;
	} rows[] = {
		{ "7C0281009000", PERSO_E_ANSWER },
		{ "7C00009000", PERSO_E_ANSWER },
		{ "7D009000", PERSO_E_ANSWER },
		{ "7C029000", PERSO_E_ANSWER },
		{ "6300", PERSO_E_CARD_AUTH },
		{ "6F00", PERSO_E_SW },
		{ NULL, PERSO_E_TORN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CARD(card);
		struct perso_ca_result r = { 0 };

		old_session(&card);
		wire_add(card.link, AT_PLAIN, "9000");
		wire_add(card.link, ga, rows[i].answer);
		wire_random(vec_text(v, "ca_terminal_sk"));
		is_rc(perso_ca_open(&card, &c, &r), rows[i].rc, "row %zu", i);
		cr_assert(is_old(&card));
		cr_assert_eq(r.comp.n, 0);
	}
}

Test(ca, refuses_a_key_that_is_none_before_anything_is_sent)
{
	VEC(v, EAC);
	struct perso_ca_choice good = vector_choice(v, PERSO_AES128);

	for (size_t i = 0; i < good.spki.n; i++) {
		CARD(card);
		struct perso_ca_choice c = good;
		struct perso_ca_result r = { 0 };
		uint8_t bad[256];

		memcpy(bad, good.spki.p, good.spki.n);
		bad[i] ^= 0x01;
		c.spki = perso_span(bad, good.spki.n);
		old_session(&card);
		cr_assert_neq(
		    perso_ca_open(&card, &c, &r), PERSO_OK, "byte %zu", i);
		cr_assert_eq(card.link->commands, 0, "byte %zu", i);
		cr_assert_eq(r.comp.n, 0);
	}
}

Test(ca, wants_a_session_and_a_key_of_the_kind_it_was_told)
{
	VEC(v, EAC);
	CARD(card);
	struct perso_ca_choice c = vector_choice(v, PERSO_AES128);
	struct perso_ca_result r = { 0 };

	is_rc(perso_ca_open(&card, &c, &r), PERSO_E_ARG, "plain");
	old_session(&card);
	c.agreement = PERSO_AGREE_DH;
	is_rc(perso_ca_open(&card, &c, &r), PERSO_E_KEY, "kind");
}

/* ---- DH: both sides agree, over each group. ---- */

static void
dh_run(uint64_t id, enum perso_cipher cipher)
{
	CARD(card);
	const struct perso_group *g = NULL;
	PERSO_NUM(sk);
	PERSO_NUM(ifd);
	PERSO_NUM(k);
	PERSO_ELEM(pk);
	PERSO_ELEM(pk_ifd);
	PERSO_BUF(spki, 2048);
	PERSO_BUF(ours, 1024);
	PERSO_SECRET(enc);
	PERSO_SECRET(mac);
	struct perso_comp comp = { 0 };
	struct perso_ca_result r = { 0 };
	struct perso_ca_choice c = { .agreement = PERSO_AGREE_DH,
		.cipher = cipher };
	struct perso_apdu a = { 0 };
	PERSO_BUF(body, 1024);
	PERSO_BUF(cmd, 1024);
	struct perso_wr w = perso_wr(&body);

	ok(perso_group_get(id, &g));
	ok(access_ephemeral(g, &sk, &pk));
	ok(access_ephemeral(g, &ifd, &pk_ifd));
	ok(perso_elem_encode(g, pk_ifd, &ours));
	ok(perso_group_spki(g, false, pk, &spki));
	c.spki = perso_buf_span(&spki);
	ok(access_agree(g, &sk, pk_ifd, &k));
	ok(perso_kdf(cipher, perso_num_span(&k), PERSO_KDF_ENC, &enc));
	ok(perso_kdf(cipher, perso_num_span(&k), PERSO_KDF_MAC, &mac));
	if (cipher == PERSO_3DES) {
		perso_wr_tlv(&w, 0x91, perso_buf_span(&ours));
		a = (struct perso_apdu){ .ins = 0x22, .p1 = 0x41, .p2 = 0xA6 };
	} else {
		size_t auth = perso_wr_open(&w, 0x7C);

		perso_wr_tlv(&w, 0x80, perso_buf_span(&ours));
		perso_wr_close(&w, auth);
		wire_add(
		    card.link, "002241A40C800A04007F00070202030103", "9000");
		a = (struct perso_apdu){ .ins = 0x86, .le = 256 };
	}
	ok(perso_wr_end(&w));
	a.data = perso_buf_span(&body);
	ok(perso_apdu_encode(&a, false, &cmd));
	wire_add(card.link, hx_text(perso_buf_span(&cmd)),
	    cipher == PERSO_3DES ? "9000" : "7C009000");
	expect_protected(card.link, cipher, perso_secret_span(&enc),
	    perso_secret_span(&mac), true);
	old_session(&card);
	card.limits.extended = true;
	card.limits.max_command = PERSO_LC_MAX;
	wire_random(hx_text(perso_num_span(&ifd)));
	ok(perso_ca_open(&card, &c, &r));
	ok(perso_comp(g, pk_ifd, &comp));
	eq_hex(perso_comp_span(&r.comp), hx_text(perso_comp_span(&comp)));
	cr_assert_eq(r.comp.n, 20);
	ok(perso_ca_prove(&card, 0x011E));
	cr_assert(wire_is_over(card.link));
}

Test(ca, dh_over_every_standardised_group)
{
	for (uint64_t id = 0; id < 3; id++) {
		dh_run(id, PERSO_3DES);
		dh_run(id, PERSO_AES192);
	}
}

/* ---- Which key. ---- */

static struct perso_secinfo
ca_info(const char *arcs, bool has_id, uint64_t id)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_CA,
		.version = 1,
		.has_id = has_id,
		.id = id };

	snprintf(i.oid, sizeof(i.oid), CA "%s", arcs);
	return i;
}

static struct perso_secinfo
ca_key(bool dh, const char *spki, bool has_id, uint64_t id)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_CA_PUBKEY,
		.has_id = has_id,
		.id = id,
		.spki = hx(spki) };

	snprintf(i.oid, sizeof(i.oid), "%s",
	    dh ? PERSO_OID_PK_DH : PERSO_OID_PK_ECDH);
	return i;
}

Test(ca, the_best_pair_of_info_and_key_is_chosen)
{
	struct perso_secinfos s = { .count = 6 };
	struct perso_ca_choice c = { 0 }, list[PERSO_SECINFO_MAX];
	uint64_t id = 1;
	size_t count = 0;

	s.items[0] = ca_info("1.4", true, 2);
	s.items[1] = ca_key(false, "3001", true, 1);
	s.items[2] = ca_info("2.1", true, 1);
	s.items[3] = ca_key(true, "3002", true, 2);
	s.items[4] = ca_info("2.3", true, 3);
	s.items[5] = ca_key(false, "3003", true, 3);
	ok(perso_ca_list(&s, list, &count));
	cr_assert_eq(count, 3);
	cr_assert_eq(list[0].key_id, 3);
	cr_assert_eq(list[0].cipher, PERSO_AES192);
	cr_assert(list[0].ambiguous);
	cr_assert_eq(list[1].key_id, 1);
	cr_assert_eq(list[2].agreement, PERSO_AGREE_DH);
	ok(perso_ca_choose(&s, &id, &c));
	eq_hex(c.spki, "3001");
	cr_assert_not(c.assumed);
	id = 9;
	is_rc(perso_ca_choose(&s, &id, &c), PERSO_E_UNSUPPORTED, "no such");
	cr_assert_eq(c.key_id, 1);
}

Test(ca, duplicates_missing_ids_and_unknown_infos)
{
	struct perso_secinfos s = { .count = 2 };
	struct perso_ca_choice list[PERSO_SECINFO_MAX];
	size_t count = 0;

	/* the id stands in one of the two only */
	s.items[0] = ca_info("2.2", false, 0);
	s.items[1] = ca_key(false, "3001", true, 5);
	ok(perso_ca_list(&s, list, &count));
	cr_assert_eq(count, 1);
	cr_assert_eq(list[0].key_id, 5);
	s.items[0] = ca_info("2.2", true, 5);
	s.items[1] = ca_key(false, "3001", false, 0);
	ok(perso_ca_list(&s, list, &count));
	cr_assert(list[0].has_id);
	/* duplicates */
	s.count = 4;
	s.items[2] = s.items[0];
	s.items[3] = s.items[1];
	ok(perso_ca_list(&s, list, &count));
	cr_assert_eq(count, 1);
	cr_assert_not(list[0].ambiguous);
	/* two keys of one id */
	s.items[1] = ca_key(false, "3001", true, 5);
	s.items[3] = ca_key(false, "3002", true, 5);
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_UNSUPPORTED, "two");
	/* other ids */
	s.count = 2;
	s.items[1] = ca_key(false, "3001", true, 6);
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_UNSUPPORTED, "ids");
	s.items[1] = ca_key(true, "3001", true, 5);
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_UNSUPPORTED, "kinds");
	s.items[1] = ca_key(false, "3001", true, 5);
	s.items[0].version = 2;
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_UNSUPPORTED, "v2");
	s.items[0] = ca_info("2.5", true, 5);
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_UNSUPPORTED, "arc");
	s.count = 1;
	is_rc(perso_ca_list(&s, list, &count), PERSO_E_MISSING, "no key");
}

Test(ca, a_key_alone_means_3des)
{
	struct perso_secinfos s = { .count = 1 };
	struct perso_ca_choice c = { 0 };

	s.items[0] = ca_key(false, "3001", false, 0);
	ok(perso_ca_choose(&s, NULL, &c));
	cr_assert_eq(c.cipher, PERSO_3DES);
	cr_assert(c.assumed);
	cr_assert_not(c.has_id);
}

/* ---- EF.CVCA. ---- */

Test(ca, authorities_are_read_from_ef_cvca)
{
	static const struct {
		const char *name, *hex;
		perso_rc rc;
		size_t count;
	} rows[] = {
		{ "one",
		    "420D44454953435643413030303032"
		    "000000",
		    PERSO_OK, 1 },
		{ "two, to the last byte",
		    "420D44454953435643413030303032420D444549534356434130303"
		    "03031",
		    PERSO_OK, 2 },
		{ "empty", "", PERSO_E_MISSING, 0 },
		{ "zeros", "0000", PERSO_E_MISSING, 0 },
		{ "three",
		    "420D44454953435643413030303032420D444549534356434130303"
		    "03031420D44454953435643413030303030",
		    PERSO_E_RANGE, 0 },
		{ "after zeros",
		    "420D4445495343564341303030303200"
		    "42",
		    PERSO_E_TRAILING, 0 },
		{ "another tag", "830D44454953435643413030303032", PERSO_E_DATA,
		    0 },
		{ "cut", "420D4445495343", PERSO_E_TRUNCATED, 0 },
		{ "no name", "4200", PERSO_E_RANGE, 0 },
		{ "small letters", "420D64656973637663613030303032",
		    PERSO_E_DATA, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct perso_cars cars = { .count = 7 };

		is_rc(perso_cars_parse(hx(rows[i].hex), &cars), rows[i].rc,
		    "%s", rows[i].name);
		cr_assert_eq(
		    cars.count, rows[i].rc == PERSO_OK ? rows[i].count : 7);
	}
}
