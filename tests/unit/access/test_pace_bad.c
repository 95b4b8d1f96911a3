/* PACE with chips that do not keep to it, and what is done about it. */
#include "pace_test.h"

#define ECDH_GM "tests/vectors/pace_ecdh_gm.txt"
#define DH_GM "tests/vectors/pace_dh_gm.txt"
#define ECDH_CAM "tests/vectors/pace_ecdh_cam.txt"
#define STEPS 5

static void
pin_random(const struct vec *v)
{
	wire_random(joined(
	    vec_text(v, "map_terminal_sk"), vec_text(v, "ka_terminal_sk")));
}

static struct perso_pace_params
params_of(const struct vec *v, uint64_t id)
{
	return (struct perso_pace_params){
		.choice = choice_of(vec_text(v, "oid"), id),
		.password = PERSO_PACE_MRZ,
		.secret =
		    perso_span_str(vec_text(v, "password_MRZ_information")),
	};
}

/* The example up to this step's answer, which is another one. */
static void
play(struct perso_link *l, const struct vec *v, int step, const char *answer)
{
	for (int i = 0; i <= step; i++)
		wire_add(l, vec_text(v, "apdu%d", 2 * i + 1),
		    i == step ? answer : vec_text(v, "apdu%d", 2 * i + 2));
}

static void
refuses(const char *path, int step, const char *answer, perso_rc want,
    const char *name)
{
	VEC(v, path);
	CARD(card);
	struct perso_pace_params p =
	    params_of(v, strcmp(path, DH_GM) == 0 ? 0 : 13);
	PERSO_PACE_RESULT(r);

	play(card.link, v, step, answer);
	pin_random(v);
	is_rc(perso_pace_open(&card, &p, &r), want, "%s", name);
	cr_assert(wire_is_over(card.link), "%s", name);
	cr_assert_null(card.channel, "%s", name);
	cr_assert_null(r.group, "%s", name);
	cr_assert_eq(r.id_ic.n + r.ca_ic.n + r.map_pk.n + r.cars.count, 0);
}

static const char *
auth(const char *content)
{
	static char t[4][8192];
	static int at;
	char *s = t[at++ & 3];
	size_t n = strlen(content) / 2;

	if (n < 128)
		snprintf(s, sizeof(t[0]), "7C%02zX%s9000", n, content);
	else
		snprintf(s, sizeof(t[0]), "7C81%02zX%s9000", n, content);
	return s;
}

Test(pace_bad, refuses_a_nonce_of_another_length)
{
	static const struct {
		const char *name, *answer;
		perso_rc rc;
	} rows[] = {
		{ "empty", "7C0280009000", PERSO_E_ANSWER },
		{ "short",
		    "7C11800F000000000000000000000000000000"
		    "9000",
		    PERSO_E_ANSWER },
		{ "long",
		    "7C138011000000000000000000000000000000000000"
		    "9000",
		    PERSO_E_ANSWER },
		{ "no data", "9000", PERSO_E_ANSWER },
		{ "empty 7C", "7C009000", PERSO_E_ANSWER },
		{ "another tag", "7C128110000000000000000000000000000000009000",
		    PERSO_E_ANSWER },
		{ "not 7C", "7D128010000000000000000000000000000000009000",
		    PERSO_E_ANSWER },
		{ "two nonces",
		    "7C14801000000000000000000000000000000000"
		    "8000"
		    "9000",
		    PERSO_E_ANSWER },
		{ "bytes after 7C",
		    "7C128010000000000000000000000000000000000"
		    "09000",
		    PERSO_E_ANSWER },
		{ "cut", "7C12801000000000009000", PERSO_E_ANSWER },
		{ "length not shortest",
		    "7C81128010000000000000000000000000000000009000",
		    PERSO_E_ANSWER },
		{ "refused", "6982", PERSO_E_SW },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuses(ECDH_GM, 1, rows[i].answer, rows[i].rc, rows[i].name);
}

/* 80 bytes: longer than any cipher asks for. */
Test(pace_bad, refuses_a_nonce_beyond_measure)
{
	char s[512] = "8050";

	for (int i = 0; i < 80; i++)
		strcat(s, "55");
	refuses(ECDH_GM, 1, auth(s), PERSO_E_ANSWER, "80 bytes");
}

/* Both in the mapping and in the key agreement. */
static void
refuses_point(const char *point, const char *name)
{
	char s[1024];

	snprintf(s, sizeof(s), "82%02zX%s", strlen(point) / 2, point);
	refuses(ECDH_GM, 2, auth(s), PERSO_E_KEY, joined("mapping: ", name));
	refuses(ECDH_CAM, 2, auth(s), PERSO_E_KEY, joined("CAM: ", name));
	snprintf(s, sizeof(s), "84%02zX%s", strlen(point) / 2, point);
	refuses(ECDH_GM, 3, auth(s), PERSO_E_KEY, joined("agreement: ", name));
}

Test(pace_bad, refuses_what_is_no_point_of_the_curve)
{
	VEC(v, ECDH_GM);
	const char *good = vec_text(v, "map_chip_pk");
	char s[300], zero[129], high[129];

	memset(zero, '0', 128);
	memset(high, 'F', 128);
	zero[128] = high[128] = '\0';
	refuses_point("", "empty");
	refuses_point("00", "infinity");
	refuses_point(joined("04", zero), "zero");
	refuses_point(joined("04", high), "coordinates above p");
	snprintf(s, sizeof(s), "04%s", good);
	s[129] = s[129] == '0' ? '1' : '0';
	refuses_point(s, "off the curve");
	snprintf(s, sizeof(s), "02%.64s", good);
	refuses_point(s, "compressed");
	snprintf(s, sizeof(s), "04%.126s", good);
	refuses_point(s, "short");
	snprintf(s, sizeof(s), "04%s00", good);
	refuses_point(s, "long");
	snprintf(s, sizeof(s), "%s", good);
	refuses_point(s, "without 04");
	snprintf(s, sizeof(s), "06%s", good);
	refuses_point(s, "hybrid");
	/* of another curve: the generator of P-256 */
	refuses_point("04"
		      "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945"
		      "D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECE"
		      "CBB6406837BF51F5",
	    "another curve");
}

Test(pace_bad, refuses_the_terminals_own_key)
{
	VEC(v, ECDH_GM);
	VEC(d, DH_GM);
	const char *map = vec_text(v, "map_terminal_pk");
	const char *ka = vec_text(v, "ka_terminal_pk");

	refuses(ECDH_GM, 2, auth(joined("824104", map)), PERSO_E_KEY, "map");
	refuses(ECDH_GM, 3, auth(joined("844104", ka)), PERSO_E_KEY, "key");
	refuses(DH_GM, 2,
	    auth(joined("828180", vec_text(d, "map_terminal_pk"))), PERSO_E_KEY,
	    "DH map");
	refuses(DH_GM, 3, auth(joined("848180", vec_text(d, "ka_terminal_pk"))),
	    PERSO_E_KEY, "DH key");
}

static void
refuses_value(struct perso_span y, const char *name)
{
	char s[1024];

	snprintf(s, sizeof(s), y.n < 128 ? "82%02zX%s" : "8281%02zX%s", y.n,
	    hx_text(y));
	refuses(DH_GM, 2, auth(s), PERSO_E_KEY, joined("map: ", name));
	snprintf(s, sizeof(s), y.n < 128 ? "84%02zX%s" : "8481%02zX%s", y.n,
	    hx_text(y));
	refuses(DH_GM, 3, auth(s), PERSO_E_KEY, joined("agreement: ", name));
}

Test(pace_bad, refuses_dh_values_of_small_order_and_outside_the_group)
{
	const struct perso_group *g = NULL;
	PERSO_NUM(p);

	ok(perso_group_get(0, &g));
	ok(perso_group_num(g, PERSO_GROUP_P, &p));
	refuses_value(PERSO_SPAN_EMPTY, "empty");
	refuses_value(hx("00"), "0");
	refuses_value(hx("01"), "1");
	refuses_value(hx("02"), "2, not in the subgroup");
	refuses_value(perso_num_span(&p), "p");
	p.p[p.n - 1]--;
	refuses_value(perso_num_span(&p), "p - 1, of order 2");
	p.p[p.n - 1] += 3;
	refuses_value(perso_num_span(&p), "p + 2");
	refuses_value(hx(joined("00", hx_text(perso_num_span(&p)))), "long");
}

Test(pace_bad, refuses_another_structure_of_the_key_steps)
{
	VEC(v, ECDH_GM);
	const char *pk = vec_text(v, "map_chip_pk");

	refuses(ECDH_GM, 2, auth(joined("844104", pk)), PERSO_E_ANSWER, "84");
	refuses(ECDH_GM, 2, auth(joined(joined("824104", pk), "8000")),
	    PERSO_E_ANSWER, "more than 82");
	refuses(ECDH_GM, 2, "7C009000", PERSO_E_ANSWER, "nothing");
	refuses(ECDH_GM, 2, "9000", PERSO_E_ANSWER, "no data");
	refuses(ECDH_GM, 3, auth(joined("824104", pk)), PERSO_E_ANSWER, "82");
	refuses(ECDH_GM, 2, "6A80", PERSO_E_SW, "refused");
	refuses(ECDH_GM, 3, "6300", PERSO_E_SW, "refused");
	refuses(ECDH_GM, 0, "6A81", PERSO_E_SW, "refused");
}

Test(pace_bad, a_tear_at_any_step_leaves_no_channel)
{
	for (int step = 0; step < STEPS; step++) {
		refuses(ECDH_GM, step, NULL, PERSO_E_TORN, "GM");
		refuses(DH_GM, step, NULL, PERSO_E_TORN, "DH");
		refuses(ECDH_CAM, step, NULL, PERSO_E_TORN, "CAM");
	}
}

/* Bytes for no key, for one, for one and a half. */
Test(pace_bad, without_random_bytes_there_is_no_key)
{
	VEC(v, ECDH_GM);
	const char *sk = vec_text(v, "map_terminal_sk");
	const char *const pinned[] = { "", sk, joined(sk, "7F4EF07B") };

	for (int i = 0; i < 3; i++) {
		CARD(card);
		struct perso_pace_params p = params_of(v, 13);
		PERSO_PACE_RESULT(r);

		play(card.link, v, i == 0 ? 1 : 2,
		    vec_text(v, "apdu%d", i == 0 ? 4 : 6));
		wire_random(pinned[i]);
		is_rc(perso_pace_open(&card, &p, &r), PERSO_E_CRYPTO, "%d", i);
		cr_assert_null(card.channel);
		cr_assert(wire_is_over(card.link));
	}
}

Test(pace_bad, refuses_a_token_with_any_bit_wrong)
{
	VEC(v, ECDH_GM);
	uint8_t t[8];

	for (size_t i = 0; i < 64; i++) {
		memcpy(t, vec_hex(v, "T_IC").p, sizeof(t));
		t[i / 8] ^= (uint8_t)(1 << i % 8);
		refuses(ECDH_GM, 4,
		    auth(joined("8608", hx_text(perso_span_of(t)))),
		    PERSO_E_CARD_AUTH, "bit");
	}
	/* our own, reflected */
	refuses(ECDH_GM, 4, auth(joined("8608", vec_text(v, "T_IFD"))),
	    PERSO_E_CARD_AUTH, "reflected");
}

Test(pace_bad, refuses_another_structure_of_the_last_step)
{
	VEC(v, ECDH_GM);
	const char *t = vec_text(v, "T_IC");
	char s[256];

	snprintf(s, sizeof(s), "8607%.14s", t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "short");
	snprintf(s, sizeof(s), "8609%s00", t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "long");
	refuses(ECDH_GM, 4, auth("8600"), PERSO_E_ANSWER, "empty");
	refuses(ECDH_GM, 4, auth(""), PERSO_E_ANSWER, "none");
	refuses(ECDH_GM, 4, auth(joined("8508", t)), PERSO_E_ANSWER, "85");
	snprintf(s, sizeof(s), "8608%s8608%s", t, t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "twice");
	snprintf(s, sizeof(s),
	    "870D44454953435643413030303031"
	    "8608%s",
	    t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "order");
	snprintf(s, sizeof(s), "8608%s870244%s", t, "45");
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "CAR");
	snprintf(s, sizeof(s), "8608%s8A0101", t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "8A without CAM");
	snprintf(s, sizeof(s), "8608%s9000", t);
	refuses(ECDH_GM, 4, auth(s), PERSO_E_ANSWER, "trailing");
	refuses(ECDH_GM, 4, "6300", PERSO_E_CARD_AUTH, "6300");
	refuses(ECDH_GM, 4, "6A80", PERSO_E_CARD_AUTH, "6A80");
	refuses(ECDH_GM, 4, "6F00", PERSO_E_SW, "6F00");
}

/* ---- Chip Authentication Mapping. ---- */

static const char *
cam_answer(const struct vec *v, struct perso_span data)
{
	char s[1024];

	snprintf(s, sizeof(s), "8608%s8A%02zX%s", vec_text(v, "T_IC"), data.n,
	    hx_text(data));
	return auth(s);
}

static struct perso_span
flipped(struct perso_span s, size_t at)
{
	struct perso_span copy = hx(hx_text(s));
	uint8_t *p = (uint8_t *)(uintptr_t)copy.p;

	p[at] ^= 1;
	return copy;
}

Test(pace_bad, refuses_chip_authentication_data_that_is_none)
{
	VEC(v, ECDH_CAM);
	struct perso_span a = vec_hex(v, "encrypted_CA_data");

	refuses(ECDH_CAM, 4, auth(joined("8608", vec_text(v, "T_IC"))),
	    PERSO_E_ANSWER, "none");
	refuses(ECDH_CAM, 4, cam_answer(v, PERSO_SPAN_EMPTY), PERSO_E_ANSWER,
	    "empty");
	refuses(ECDH_CAM, 4, cam_answer(v, perso_span_sub(a, 0, 47)),
	    PERSO_E_ANSWER, "47 bytes");
	refuses(ECDH_CAM, 4, cam_answer(v, perso_span_sub(a, 0, 32)),
	    PERSO_E_ANSWER, "32 bytes");
	refuses(ECDH_CAM, 4, cam_answer(v, perso_span_sub(a, 16, 32)),
	    PERSO_E_ANSWER, "the last 32 bytes");
	refuses(ECDH_CAM, 4, cam_answer(v, flipped(a, 40)), PERSO_E_ANSWER,
	    "padding");
}

static perso_rc
cam_run(struct perso_span data, struct perso_pace_result *r)
{
	VEC(v, ECDH_CAM);
	CARD(card);
	struct perso_pace_params p = params_of(v, 13);

	play(card.link, v, 4, cam_answer(v, data));
	pin_random(v);
	return perso_pace_open(&card, &p, r);
}

static void
cam_open(struct perso_span data, struct perso_pace_result *r)
{
	ok(cam_run(data, r));
}

static struct perso_secinfo
static_key(uint64_t param, const char *point, bool has_id, uint64_t id)
{
	char s[512];

	snprintf(s, sizeof(s),
	    "3052300C060704007F00070102"
	    "0201%02X"
	    "03420004%s",
	    (unsigned)param, point);
	return (struct perso_secinfo){
		.kind = PERSO_SECINFO_CA_PUBKEY,
		.has_id = has_id,
		.id = id,
		.spki = hx(s),
	};
}

Test(pace_bad, a_chip_with_another_private_key_fails_chip_authentication)
{
	VEC(v, ECDH_CAM);
	struct perso_span a = vec_hex(v, "encrypted_CA_data");
	struct perso_secinfos infos = { .count = 1 };
	PERSO_PACE_RESULT(r);
	size_t wrong = 0;

	infos.items[0] = static_key(13, vec_text(v, "PK_IC"), true, 13);
	cam_open(a, &r);
	ok(perso_pace_cam_check(&r, &infos));
	for (size_t i = 0; i < 16; i++) {
		perso_rc rc = cam_run(flipped(a, i), &r);

		if (rc == PERSO_E_ANSWER) /* not below the order */
			continue;
		ok(rc);
		is_rc(perso_pace_cam_check(&r, &infos), PERSO_E_CARD_AUTH,
		    "byte %zu", i);
		wrong++;
	}
	cr_assert_gt(wrong, 0);
}

Test(pace_bad, the_key_of_the_mapping_is_the_one_with_the_parameter_id)
{
	VEC(v, ECDH_CAM);
	const char *right = vec_text(v, "PK_IC");
	const char *wrong = vec_text(v, "map_terminal_pk");
	struct perso_secinfos two = { .count = 2 };
	PERSO_PACE_RESULT(r);

	cam_open(vec_hex(v, "encrypted_CA_data"), &r);
	/* not the first on the curve */
	two.items[0] = static_key(13, wrong, true, 1);
	two.items[1] = static_key(13, right, true, 13);
	ok(perso_pace_cam_check(&r, &two));
	two.items[0] = static_key(13, right, true, 1);
	two.items[1] = static_key(13, wrong, true, 13);
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_CARD_AUTH, "other key");
	two.items[1] = static_key(13, right, false, 0);
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_MISSING, "no such id");
	two.items[0] = static_key(13, right, true, 13);
	two.items[1] = static_key(13, wrong, true, 13);
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_MISMATCH, "two keys");
	two.items[1] = two.items[0];
	ok(perso_pace_cam_check(&r, &two));
	two.count = 1;
	two.items[0] = static_key(12,
	    "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
	    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
	    true, 13);
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_MISMATCH, "curve");
	two.items[0] = static_key(12, right, true, 13);
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_KEY, "no point");
	r.has_cam = false;
	is_rc(perso_pace_cam_check(&r, &two), PERSO_E_ARG, "no CAM");
}
