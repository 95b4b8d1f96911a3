/* PACE against the worked examples of Doc 9303-11 and TR-03110. */
#include "pace_test.h"

#include "perso/sm.h"

#define ECDH_GM "tests/vectors/pace_ecdh_gm.txt"
#define DH_GM "tests/vectors/pace_dh_gm.txt"
#define ECDH_IM "tests/vectors/pace_ecdh_im.txt"
#define DH_IM "tests/vectors/pace_dh_im.txt"
#define ECDH_CAM "tests/vectors/pace_ecdh_cam.txt"
#define TR_ECDH "tests/vectors/pace_tr03110_ecdh.txt"
#define TR_DH "tests/vectors/pace_tr03110_dh.txt"

/* A point as the examples print it, without 04. */
static struct perso_span
point(const struct perso_group *g, struct perso_span v)
{
	if (perso_group_kind(g) == PERSO_AGREE_ECDH &&
	    v.n == 2 * perso_group_field_len(g))
		return hx(joined("04", hx_text(v)));
	if (v.n == perso_group_elem_len(g) + 1 && v.p[0] == 0)
		return perso_span_sub(v, 1, v.n - 1);
	return v;
}

static void
is_elem(const struct perso_group *g, const struct perso_elem *e,
    struct perso_span want)
{
	PERSO_BUF(b, PK_MAX);

	ok(perso_elem_encode(g, e, &b));
	eq_hex(perso_buf_span(&b), hx_text(point(g, want)));
}

/* sk times the generator is pk. */
static void
is_pair(const struct perso_group *g, struct perso_span sk, struct perso_span pk)
{
	PERSO_NUM(k);
	PERSO_ELEM(e);

	ok(perso_scalar_reduce(g, sk, &k));
	ok(perso_elem_base_mul(g, &k, &e));
	is_elem(g, e, pk);
}

static void
is_nonce(struct perso_span k_pi, struct perso_span z, struct perso_span s)
{
	PERSO_BUF(b, PACE_NONCE_MAX);

	ok(pace_decrypt_nonce(PERSO_AES128, k_pi, z, &b));
	eq_hex(perso_buf_span(&b), hx_text(s));
}

static void
is_password(const struct vec *v)
{
	PERSO_SECRET(k);
	PERSO_SECRET(k_pi);

	ok(perso_pace_password_key(PERSO_PACE_MRZ,
	    perso_span_str(vec_text(v, "password_MRZ_information")), &k));
	eq_hex(perso_secret_span(&k), vec_text(v, "password_K_sha1"));
	ok(perso_kdf(
	    PERSO_AES128, perso_secret_span(&k), PERSO_KDF_PACE, &k_pi));
	eq_hex(perso_secret_span(&k_pi), vec_text(v, "password_K_pi"));
	is_nonce(perso_secret_span(&k_pi), vec_hex(v, "nonce_z"),
	    vec_hex(v, "nonce_s"));
}

struct agreed {
	struct perso_span terminal_sk, terminal_pk, chip_sk, chip_pk;
	struct perso_span secret, ks_enc, ks_mac, t_ifd, t_ic;
};

/* The key agreement over g, the keys and the tokens. */
static void
is_agreed(const struct perso_group *g, const struct perso_pace_protocol *p,
    const struct agreed *w)
{
	PERSO_NUM(k);
	PERSO_NUM(secret);
	PERSO_ELEM(pk);
	PERSO_SECRET(ks);
	uint8_t token[PACE_TOKEN];

	is_pair(g, w->terminal_sk, w->terminal_pk);
	is_pair(g, w->chip_sk, w->chip_pk);
	ok(perso_scalar_reduce(g, w->terminal_sk, &k));
	ok(access_decode_pk(g, point(g, w->chip_pk), &pk));
	ok(access_agree(g, &k, pk, &secret));
	eq_hex(perso_num_span(&secret), hx_text(w->secret));
	ok(perso_kdf(p->cipher, perso_num_span(&secret), PERSO_KDF_ENC, &ks));
	eq_hex(perso_secret_span(&ks), hx_text(w->ks_enc));
	ok(perso_kdf(p->cipher, perso_num_span(&secret), PERSO_KDF_MAC, &ks));
	eq_hex(perso_secret_span(&ks), hx_text(w->ks_mac));
	ok(pace_token(p, perso_secret_span(&ks), point(g, w->chip_pk), token));
	eq_hex(perso_span_of(token), hx_text(w->t_ifd));
	ok(pace_token(
	    p, perso_secret_span(&ks), point(g, w->terminal_pk), token));
	eq_hex(perso_span_of(token), hx_text(w->t_ic));
}

static void
is_token_input(
    const struct perso_pace_protocol *p, struct perso_span pk, const char *want)
{
	PERSO_BUF(b, COMMAND_MAX);

	ok(pace_token_input(p, pk, &b));
	eq_hex(perso_buf_span(&b), want);
}

/* H, the mapped generator, and the group with it. */
static void
is_mapped(const struct perso_group *g, struct perso_span s,
    const struct agreed *map, const char *generator, struct perso_group **ret)
{
	PERSO_NUM(sk);
	PERSO_ELEM(pk);
	PERSO_ELEM(h);
	PERSO_ELEM(mapped);

	is_pair(g, map->terminal_sk, map->terminal_pk);
	is_pair(g, map->chip_sk, map->chip_pk);
	ok(perso_scalar_reduce(g, map->terminal_sk, &sk));
	ok(access_decode_pk(g, point(g, map->chip_pk), &pk));
	ok(perso_elem_mul(g, pk, &sk, &h));
	is_elem(g, h, map->secret);
	ok(pace_generic_map(g, s, &sk, pk, &mapped));
	is_elem(g, mapped, hx(generator));
	ok(perso_group_with_generator(g, mapped, ret));
}

/* Appendices G.1, G.2 and I.1: every value. */
static void
values_of_generic_mapping(const char *path, uint64_t id)
{
	VEC(v, path);
	struct perso_pace_choice c = choice_of(vec_text(v, "oid"), id);
	struct agreed map = {
		vec_hex(v, "map_terminal_sk"),
		vec_hex(v, "map_terminal_pk"),
		vec_hex(v, "map_chip_sk"),
		vec_hex(v, "map_chip_pk"),
		.secret = vec_hex(v, "map_shared_secret_H"),
	};
	struct agreed ka = {
		vec_hex(v, "ka_terminal_sk"),
		vec_hex(v, "ka_terminal_pk"),
		vec_hex(v, "ka_chip_sk"),
		vec_hex(v, "ka_chip_pk"),
		vec_hex(v, "ka_shared_secret"),
		vec_hex(v, "KSEnc"),
		vec_hex(v, "KSMAC"),
		vec_hex(v, "T_IFD"),
		vec_hex(v, "T_IC"),
	};
	PERSO_GROUP(mapped);

	is_password(v);
	is_mapped(c.group, vec_hex(v, "nonce_s"), &map,
	    vec_text(v, "map_mapped_generator"), &mapped);
	is_agreed(mapped, &c.protocol, &ka);
	is_token_input(&c.protocol, point(c.group, ka.chip_pk),
	    vec_text(v, "token_input_IFD"));
	is_token_input(&c.protocol, point(c.group, ka.terminal_pk),
	    vec_text(v, "token_input_IC"));
}

Test(pace, every_value_of_generic_mapping_with_ecdh)
{
	values_of_generic_mapping(ECDH_GM, 13);
}

Test(pace, every_value_of_generic_mapping_with_dh)
{
	values_of_generic_mapping(DH_GM, 0);
}

Test(pace, every_value_of_chip_authentication_mapping)
{
	VEC(v, ECDH_CAM);
	struct perso_pace_choice c = choice_of(vec_text(v, "oid"), 13);
	PERSO_NUM(ca);
	PERSO_ELEM(pk);
	PERSO_ELEM(map_pk);
	uint8_t iv[16];

	values_of_generic_mapping(ECDH_CAM, 13);
	memset(iv, 0xFF, sizeof(iv));
	ok(perso_block_encrypt(PERSO_AES128, vec_hex(v, "KSEnc"), iv, iv));
	eq_hex(perso_span_of(iv), vec_text(v, "IV_CA_data"));
	ok(pace_decrypt_ca(c.group, PERSO_AES128, vec_hex(v, "KSEnc"),
	    vec_hex(v, "encrypted_CA_data"), &ca));
	eq_hex(perso_num_span(&ca), vec_text(v, "decrypted_CA_data"));
	ok(access_decode_pk(c.group, point(c.group, vec_hex(v, "PK_IC")), &pk));
	ok(perso_elem_mul(c.group, pk, &ca, &map_pk));
	is_elem(c.group, map_pk, vec_hex(v, "map_chip_pk"));
}

/* Appendices H.1 and H.2: every value. */
static void
values_of_integrated_mapping(const char *path, uint64_t id)
{
	VEC(v, path);
	struct perso_pace_choice c = choice_of(vec_text(v, "oid"), id);
	struct perso_span s = vec_hex(v, "nonce_s"), t = vec_hex(v, "nonce_t");
	struct agreed ka = {
		vec_hex(v, "terminal_sk"),
		vec_hex(v, "terminal_pk"),
		vec_hex(v, "chip_sk"),
		vec_hex(v, "chip_pk"),
		vec_hex(v, "shared_secret"),
		vec_hex(v, "KSEnc"),
		vec_hex(v, "KSMAC"),
		vec_hex(v, "T_IFD"),
		vec_hex(v, "T_IC"),
	};
	PERSO_BUF(r, 512);
	PERSO_NUM(x);
	PERSO_ELEM(e);
	PERSO_GROUP(mapped);

	is_nonce(vec_hex(v, "K_pi"), vec_hex(v, "nonce_z"), s);
	ok(pace_random_bits(c.group, PERSO_AES128, s, t, &r));
	eq_hex(perso_buf_span(&r), vec_text(v, "R_st"));
	ok(pace_random_map(c.group, PERSO_AES128, s, t, &x));
	eq_hex(perso_num_span(&x), vec_text(v, "Rp_st"));
	ok(pace_encode_point(c.group, &x, &e));
	is_elem(c.group, e, vec_hex(v, "mapped_generator"));
	ok(perso_group_with_generator(c.group, e, &mapped));
	is_agreed(mapped, &c.protocol, &ka);
	is_token_input(&c.protocol, point(c.group, ka.chip_pk),
	    vec_text(v, "token_input_IFD"));
	is_token_input(&c.protocol, point(c.group, ka.terminal_pk),
	    vec_text(v, "token_input_IC"));
}

Test(pace, every_value_of_integrated_mapping_with_ecdh)
{
	values_of_integrated_mapping(ECDH_IM, 13);
}

Test(pace, every_value_of_integrated_mapping_with_dh)
{
	values_of_integrated_mapping(DH_IM, 0);
}

/* TR-03110, worked example, with the PIN. */
static void
values_of_tr03110(const char *path, const char *oid, uint64_t id)
{
	VEC(v, path);
	struct perso_pace_choice c = choice_of(oid, id);
	struct agreed map = {
		vec_hex(v, "map_pcd_priv_key"),
		vec_hex(v, "map_pcd_pub_key"),
		vec_hex(v, "map_picc_priv_key"),
		vec_hex(v, "map_picc_pub_key"),
		.secret = vec_hex(v, "map_shared_secret_h"),
	};
	struct agreed ka = {
		vec_hex(v, "pcd_priv_key"),
		vec_hex(v, "pcd_pub_key"),
		vec_hex(v, "picc_priv_key"),
		vec_hex(v, "picc_pub_key"),
		vec_hex(v, "shared_secret_k"),
		vec_hex(v, "k_enc"),
		vec_hex(v, "k_mac"),
		vec_hex(v, "authentication_token_pcd"),
		vec_hex(v, "authentication_token_picc"),
	};
	PERSO_SECRET(k);
	PERSO_SECRET(k_pi);
	PERSO_GROUP(mapped);

	ok(perso_pace_password_key(
	    PERSO_PACE_PIN, perso_span_str("123456"), &k));
	ok(perso_kdf(
	    PERSO_AES128, perso_secret_span(&k), PERSO_KDF_PACE, &k_pi));
	is_nonce(perso_secret_span(&k_pi), vec_hex(v, "nonce_enc"),
	    vec_hex(v, "nonce"));
	is_mapped(c.group, vec_hex(v, "nonce"), &map,
	    vec_text(v, "map_generator"), &mapped);
	is_agreed(mapped, &c.protocol, &ka);
}

Test(pace, every_value_of_the_worked_example_of_tr03110_with_ecdh)
{
	values_of_tr03110(TR_ECDH, "0.4.0.127.0.7.2.2.4.2.2", 13);
}

Test(pace, every_value_of_the_worked_example_of_tr03110_with_dh)
{
	values_of_tr03110(TR_DH, "0.4.0.127.0.7.2.2.4.1.2", 0);
}

/* The first command after PACE in that example: its cryptogram, and the
 * chip's answer with its checksum. */
static void
secure_messaging_of_tr03110(const char *path)
{
	VEC(v, path);
	CARD(card);
	struct perso_channel *ch = NULL;
	struct perso_apdu a = {
		.ins = 0x22,
		.p1 = 0x81,
		.p2 = 0xB6,
		.data = vec_hex(v, "d1"),
	};
	struct perso_apdu out = { 0 };
	PERSO_BUF(data, 128);
	PERSO_BUF(answer, 16);
	struct perso_span e1 = vec_hex(v, "e1");
	uint16_t sw = 0;

	ok(perso_sm_open(PERSO_AES128, vec_hex(v, "k_enc"), vec_hex(v, "k_mac"),
	    PERSO_SPAN_EMPTY, &ch));
	ok(ch->ops->wrap(ch, &a, false, &data, &out));
	eq_hex(perso_span_sub(out.data, 3, e1.n), hx_text(e1));
	ok(ch->ops->unwrap(ch,
	    hx(joined(joined(vec_text(v, "ad1"), "8E08"), vec_text(v, "a1"))),
	    0x9000, &answer, &sw));
	cr_assert_eq(sw, 0x9000);
	perso_channel_free(&ch);
}

Test(pace, secure_messaging_of_the_worked_example_of_tr03110)
{
	secure_messaging_of_tr03110(TR_ECDH);
	secure_messaging_of_tr03110(TR_DH);
}

Test(pace, the_worked_examples_chip_is_chosen_from_its_card_access)
{
	VEC(v, TR_ECDH);
	struct perso_secinfos infos = { 0 };
	struct perso_pace_choice c = { 0 };

	ok(perso_secinfos_parse(vec_hex(v, "ef_cardaccess"), &infos));
	ok(perso_pace_choose(&infos, 0, &c));
	cr_assert_eq(c.id, 13);
	cr_assert_eq(c.protocol.mapping, PERSO_PACE_GM);
	cr_assert_eq(c.protocol.cipher, PERSO_AES128);
	cr_assert_not(c.ambiguous);
}

/* ---- Every byte on the wire. ---- */

static void
run_example(const char *path, uint64_t id, struct perso_pace_result *r)
{
	VEC(v, path);
	CARD(card);
	struct perso_pace_params p = {
		.choice = choice_of(vec_text(v, "oid"), id),
		.password = PERSO_PACE_MRZ,
		.secret =
		    perso_span_str(vec_text(v, "password_MRZ_information")),
	};

	for (int i = 1; i <= 10; i += 2)
		wire_add(card.link, vec_text(v, "apdu%d", i),
		    vec_text(v, "apdu%d", i + 1));
	wire_random(joined(
	    vec_text(v, "map_terminal_sk"), vec_text(v, "ka_terminal_sk")));
	ok(perso_pace_open(&card, &p, r));
	cr_assert(wire_is_over(card.link));
	cr_assert_str_eq(card.channel->ops->name, "SM AES-128");
	cr_assert_not(r->sent_tag84);
	cr_assert_not(r->retried);
}

Test(pace, commands_of_generic_mapping_with_ecdh)
{
	VEC(v, ECDH_GM);
	PERSO_PACE_RESULT(r);

	run_example(ECDH_GM, 13, &r);
	cr_assert_str_eq(r.mapping, "GM");
	cr_assert_str_eq(r.agreement, "ECDH");
	cr_assert_str_eq(r.cipher, "AES-128");
	cr_assert_str_eq(r.parameters, "brainpoolP256r1");
	eq_hex(perso_comp_span(&r.id_ic),
	    hx_text(perso_span_sub(vec_hex(v, "ka_chip_pk"), 0, 32)));
	eq_hex(perso_comp_span(&r.comp_ifd),
	    hx_text(perso_span_sub(vec_hex(v, "ka_terminal_pk"), 0, 32)));
	cr_assert_eq(r.cars.count, 0);
	cr_assert_eq(r.tries, PERSO_PACE_TRIES_UNKNOWN);
}

/* Its last answer names an authority. */
Test(pace, commands_of_generic_mapping_with_dh)
{
	PERSO_PACE_RESULT(r);

	run_example(DH_GM, 0, &r);
	cr_assert_str_eq(r.agreement, "DH");
	cr_assert_eq(r.cars.count, 1);
	cr_assert_str_eq(r.cars.name[0], "DETESTCVCA00003");
	cr_assert_eq(r.id_ic.n, 20);
}

Test(pace, commands_of_chip_authentication_mapping)
{
	VEC(v, ECDH_CAM);
	PERSO_PACE_RESULT(r);
	PERSO_BUF(set, 256);
	struct perso_secinfos infos = { 0 };
	struct perso_span key = vec_hex(v, "ChipAuthenticationPublicKeyInfo");

	run_example(ECDH_CAM, 13, &r);
	cr_assert(r.has_cam);
	eq_hex(perso_num_span(&r.ca_ic), vec_text(v, "decrypted_CA_data"));
	ok(perso_buf_append_u8(&set, 0x31));
	ok(perso_buf_append_u8(&set, (uint8_t)key.n));
	ok(perso_buf_append(&set, key));
	ok(perso_secinfos_parse(perso_buf_span(&set), &infos));
	ok(perso_pace_cam_check(&r, &infos));
}

/* ---- All mappings, groups and ciphers. ---- */

#define WORDS 20

static void
computed_run(char *line, unsigned char *seen)
{
	char *word[WORDS] = { 0 }, *save = NULL;
	struct perso_pace_params p = { 0 };
	PERSO_PACE_RESULT(r);
	CARD(card);
	size_t n = 0;

	for (char *w = strtok_r(line, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	cr_assert_eq(n, WORDS);
	p.choice = choice_of(word[0], strtoul(word[1], NULL, 10));
	p.password = (enum perso_pace_password)atoi(word[2]);
	p.secret = perso_span_str(word[3]);
	card.limits.extended = word[4][0] == '1';
	if (card.limits.extended) {
		card.limits.max_command = PERSO_LC_MAX;
		card.limits.max_response = PERSO_LE_MAX;
	}
	for (size_t i = 8; i < WORDS; i += 2)
		wire_add(card.link, word[i], word[i + 1]);
	wire_random(word[5]);
	is_rc(perso_pace_open(&card, &p, &r), PERSO_OK, "%s over %s", word[0],
	    word[1]);
	eq_hex(perso_comp_span(&r.id_ic), word[7]);
	card.limits = (struct perso_card_limits){ 255, 256, false, false };
	is_rc(
	    perso_card_select_ef(&card, 0x011E), PERSO_OK, "SM of %s", word[0]);
	cr_assert(wire_is_over(card.link));
	if (r.has_cam) {
		struct perso_secinfos infos = { .count = 1 };

		infos.items[0] = (struct perso_secinfo){
			.kind = PERSO_SECINFO_CA_PUBKEY,
			.has_id = true,
			.id = r.param_id,
			.spki = hx(word[6]),
		};
		ok(perso_pace_cam_check(&r, &infos));
	}
	seen[3 * r.param_id + r.protocol.mapping] |=
	    (unsigned char)(1 << r.protocol.cipher);
}

Test(pace, every_mapping_group_and_cipher, .timeout = 120)
{
	VEC(v, "tests/vectors/pace_computed.txt");
	size_t runs = strtoul(vec_text(v, "runs"), NULL, 10), covered = 0;
	unsigned char seen[3 * 19] = { 0 };

	for (size_t i = 0; i < runs; i++) {
		char *line = strdup(vec_text(v, "run.%zu", i));

		computed_run(line, seen);
		free(line);
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		covered += seen[i] != 0;
	/* GM 14, IM 13 (not over P-224), CAM 11 */
	cr_assert_eq(covered, 14 + 13 + 11);
}
