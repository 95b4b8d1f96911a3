#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_eac.h"
#include "wire.h"

/* Published examples: Doc 9303-11, appendices G, H and I, the chip's side
 * with its random numbers pinned. */

static char *
join(const char *a, const char *b, const char *c)
{
	static char mem[4][8192];
	static unsigned turn;
	char *p = mem[turn++ % 4];

	snprintf(p, 8192, "%s%s%s", a, b, c);
	return p;
}

/* A chip with this protocol and K, not from vectors: locked. */
static void
chip(struct host *h, const struct vec *v, unsigned group)
{
	const char *dot = strrchr(vec_text(v, "oid"), '.');
	unsigned x = (unsigned)dot[-1] - '0', y = (unsigned)dot[1] - '0';

	eac_begin(h);
	eac_pace(h, x == 6 ? 2 : x, y, group);
	eac_file(h, false, 0x011D, 0x1D, hex("3003020100"));
	eac_lock(h);
	/* EF.CardAccess and K as the example has them */
	h->s->nv.files[sim_find(SIM_MF, 0x011C)].data.p[14] = (uint8_t)x;
	h->s->nv.files[sim_find(SIM_MF, 0x011C)].data.p[15] = (uint8_t)y;
}

static void
give_k(struct host *h, const struct vec *v)
{
	struct perso_span k = vec_hex(v, "password_K_sha1");

	cr_assert_eq(k.n, 20);
	memcpy(h->s->nv.passwords[SIM_MRZ].p, k.p, 20);
}

static void
play(struct host *h, const struct vec *v)
{
	for (unsigned i = 1; i <= 9; i += 2) {
		struct perso_span want = vec_hex(v, "apdu%u", i + 1);
		uint16_t sw = host_raw(h, vec_hex(v, "apdu%u", i));
		bool has_sw = i < 9 || want.p[want.n - 2] == 0x90;
		size_t n = has_sw ? want.n - 2 : want.n;

		cr_assert_eq(sw, 0x9000, "%u: %04X", i, sw);
		cr_assert_eq(h->n, n, "%u", i);
		cr_assert_arr_eq(h->rsp, want.p, n, "%u", i);
	}
	cr_assert(h->s->sm.active);
	cr_assert_arr_eq(h->s->sm.enc, vec_hex(v, "KSEnc").p, 16);
	cr_assert_arr_eq(h->s->sm.mac, vec_hex(v, "KSMAC").p, 16);
	cr_assert_eq(h->s->sm.ssc, 0);
}

/* Some printed private values are not below the order. */
static const char *
below_order(const struct perso_group *g, struct perso_span v)
{
	static char text[200];
	PERSO_NUM(sk);

	cr_assert_eq(perso_scalar_reduce(g, v, &sk), PERSO_OK);
	for (size_t i = 0; i < sk.n; i++)
		snprintf(text + 2 * i, 3, "%02X", sk.p[i]);
	return text;
}

static void
pin_random(const struct vec *v, unsigned group)
{
	const struct perso_group *g;

	cr_assert_eq(perso_group_get(group, &g), PERSO_OK);
	wire_random(join(vec_text(v, "nonce_s"), vec_text(v, "map_chip_sk"),
	    below_order(g, vec_hex(v, "ka_chip_sk"))));
}

Test(sim_pace_vectors, generic_mapping_on_a_curve)
{
	VEC(v, "tests/vectors/pace_ecdh_gm.txt");
	struct host h;

	chip(&h, v, 13);
	give_k(&h, v);
	pin_random(v, 13);
	play(&h, v);
	wire_random(NULL);
	host_done(&h);
}

Test(sim_pace_vectors, generic_mapping_modulo_p)
{
	VEC(v, "tests/vectors/pace_dh_gm.txt");
	struct host h;

	chip(&h, v, 0);
	give_k(&h, v);
	memcpy(h.s->nv.trust[0].chr, "DETESTCVCA00003", 15);
	h.s->nv.trust[0].chr_n = 15;
	pin_random(v, 0);
	play(&h, v);
	wire_random(NULL);
	host_done(&h);
}

/* SK_IC is not printed: SK_map,IC / CA_IC. It must belong to PK_IC. */
Test(sim_pace_vectors, chip_authentication_mapping)
{
	VEC(v, "tests/vectors/pace_ecdh_cam.txt");
	struct perso_span pk = vec_hex(v, "PK_IC");
	const struct perso_group *g;
	struct sim_ca_key *key;
	struct host h;
	PERSO_NUM(n);
	PERSO_NUM(ca);
	PERSO_NUM(sk);
	PERSO_ELEM(e);
	PERSO_BUF(b, 100);

	chip(&h, v, 13);
	give_k(&h, v);
	cr_assert_eq(perso_group_get(13, &g), PERSO_OK);
	cr_assert_eq(perso_group_num(g, PERSO_GROUP_ORDER, &n), PERSO_OK);
	cr_assert_eq(perso_scalar_set(g, vec_hex(v, "decrypted_CA_data"), &ca),
	    PERSO_OK);
	cr_assert_eq(
	    perso_scalar_set(g, vec_hex(v, "map_chip_sk"), &sk), PERSO_OK);
	/* another key of the same curve stands first: it must not be taken */
	h.s->nv.ca[0] = (struct sim_ca_key){ g, true, 7, { { 0 }, 32 } };
	h.s->nv.ca[0].sk.p[31] = 5;
	key = &h.s->nv.ca[1];
	*key = (struct sim_ca_key){ g, true, 13, { { 0 }, 32 } };
	sim_inv_mod(&ca, &n, &key->sk);
	sim_mul_mod(&key->sk, &sk, &n, &key->sk);
	cr_assert_eq(perso_elem_base_mul(g, &key->sk, &e), PERSO_OK);
	cr_assert_eq(perso_elem_encode(g, e, &b), PERSO_OK);
	cr_assert_arr_eq(b.p + 1, pk.p, 64);
	pin_random(v, 13);
	play(&h, v);
	cr_assert(h.s->auth.cam);
	wire_random(NULL);
	host_done(&h);
}

/* Appendix H gives K_pi itself. */
static void
integrated(const char *path, unsigned group, const char *prefix)
{
	VEC(v, path);
	const struct perso_group *g;
	bool dh = group < 3;
	char *cmd;
	struct host h;
	struct pace_run r = { dh ? 3 : 4, 2, group, 1, { 0 }, false, false };

	chip(&h, v, group);
	cr_assert_eq(perso_group_get(group, &g), PERSO_OK);
	wire_random(join(
	    vec_text(v, "nonce_s"), below_order(g, vec_hex(v, "chip_sk")), ""));
	SHOULD_BE(&h, pace_set_at(&h, &r), 0x9000);
	memcpy(h.s->pace.k_pi.p, vec_hex(v, "K_pi").p, 16);
	SHOULD_BE(&h, host_hex(&h, "10860000027C0000"), 0x9000);
	cr_assert_arr_eq(h.rsp, hx("7C128010").p, 4);
	cr_assert_arr_eq(h.rsp + 4, vec_hex(v, "nonce_z").p, 16);
	cmd = join("10860000147C128110", vec_text(v, "nonce_t"), "00");
	SHOULD_BE(&h, host_hex(&h, cmd), 0x9000);
	cr_assert_arr_eq(h.rsp, hx("7C028200").p, 4);
	cmd = join(dh ? "10860000867C8183838180" : "10860000457C43834104",
	    vec_text(v, "terminal_pk"), "00");
	SHOULD_BE(&h, host_hex(&h, cmd), 0x9000);
	cmd = join(prefix, vec_text(v, "chip_pk"), "");
	cr_assert_arr_eq(h.rsp, hx(cmd).p, h.n);
	cr_assert_eq(h.n, strlen(cmd) / 2);
	cmd = join("008600000C7C0A8508", vec_text(v, "T_IFD"), "00");
	SHOULD_BE(&h, host_hex(&h, cmd), 0x9000);
	cmd = join("7C0A8608", vec_text(v, "T_IC"), "");
	cr_assert_eq(h.n, 12);
	cr_assert_arr_eq(h.rsp, hx(cmd).p, 12);
	cr_assert_arr_eq(h.s->sm.enc, vec_hex(v, "KSEnc").p, 16);
	cr_assert_arr_eq(h.s->sm.mac, vec_hex(v, "KSMAC").p, 16);
	wire_random(NULL);
	host_done(&h);
}

Test(sim_pace_vectors, integrated_mapping_on_a_curve)
{
	integrated("tests/vectors/pace_ecdh_im.txt", 13, "7C43844104");
}

Test(sim_pace_vectors, integrated_mapping_modulo_p)
{
	integrated("tests/vectors/pace_dh_im.txt", 0, "7C8183848180");
}

/* Computed examples of every group and cipher: the terminal's public key on
 * the mapped generator is its private key times the chip's generator. */
static bool
mapped_as_computed(char *line)
{
	char *save = NULL, *f[20];
	unsigned n = 0, id, x, y;
	static const enum perso_cipher c[] = { 0, PERSO_3DES, PERSO_AES128,
		PERSO_AES192, PERSO_AES256 };
	const struct perso_group *g;
	struct perso_span rng, secret, z, pk;
	uint8_t k_pi[32];
	struct perso_md md;
	PERSO_BUF(s, 64);
	PERSO_BUF(b, 600);
	PERSO_NUM(sk);
	PERSO_GROUP(mapped);
	PERSO_ELEM(e);
	size_t t;

	for (char *p = strtok_r(line, " ", &save); p != NULL && n < 20;
	     p = strtok_r(NULL, " ", &save))
		f[n++] = p;
	x = (unsigned)(strrchr(f[0], '.')[-1] - '0');
	y = (unsigned)(strrchr(f[0], '.')[1] - '0');
	if (x != 3 && x != 4)
		return false;
	id = (unsigned)atol(f[1]);
	secret = perso_span_str(f[3]);
	if (f[2][0] == '1') {
		cr_assert_eq(perso_digest(PERSO_SHA1, secret, &md), PERSO_OK);
		secret = perso_md_span(&md);
	}
	rng = hx(f[5]);
	t = perso_cipher_key(c[y]);
	cr_assert_eq(perso_group_get(id, &g), PERSO_OK);
	host_kdf(c[y], secret, 3, k_pi);
	z = hx(f[11]);
	z = perso_span(z.p + 4, z.n - 6);
	cr_assert_eq(z.n, sim_nonce_size(c[y]), "%s", f[0]);
	cr_assert_eq(perso_cbc_decrypt(
			 c[y], perso_span(k_pi, t), PERSO_SPAN_EMPTY, z, &s),
	    PERSO_OK);
	cr_assert_eq(sim_map_integrated(g, c[y], perso_buf_span(&s),
			 perso_span(rng.p, t), &mapped),
	    PERSO_OK);
	cr_assert_eq(
	    perso_scalar_set(g, perso_span_sub(rng, t, 1000), &sk), PERSO_OK);
	cr_assert_eq(perso_elem_base_mul(mapped, &sk, &e), PERSO_OK);
	cr_assert_eq(perso_elem_encode(g, e, &b), PERSO_OK);
	pk = hx(f[14]);
	/* before the public key the header, behind it Le */
	for (size_t at = 0; at + b.n <= pk.n; at++)
		if (memcmp(pk.p + at, b.p, b.n) == 0)
			return true;
	cr_assert(false, "%s %s", f[0], f[1]);
	return false;
}

Test(sim_pace_vectors, integrated_mapping_as_computed_elsewhere)
{
	VEC(v, "tests/vectors/pace_computed.txt");
	unsigned runs = (unsigned)atol(vec_text(v, "runs")), seen = 0;

	for (unsigned i = 0; i < runs; i++) {
		char *line = strdup(vec_text(v, "run.%u", i));

		seen += mapped_as_computed(line);
		free(line);
	}
	cr_assert_geq(seen, 15);
}
