#include "doors.h"

#include "perso/cardsec.h"
#include "perso/chipauth.h"
#include "perso/digest.h"
#include "sim/sim_int.h"

static const struct perso_sig_alg ecdsa_plain = { PERSO_SIG_ECDSA_PLAIN,
	PERSO_SHA256, 0 };

void
doors_done(struct doors *d)
{
	perso_buf_done(&d->ca_spki);
	perso_buf_done(&d->decoy_spki);
	perso_keyref_free(&d->cvca_key);
	perso_keyref_free(&d->dv_key);
	perso_keyref_free(&d->is_key);
	for (size_t i = 0; i < 3; i++)
		perso_cvc_done(&d->certs[i]);
}

/* -------------------------------------------------------- SecurityInfos */

static struct perso_secinfo *
add(struct doors *d, enum perso_secinfo_kind kind, const char *oid)
{
	struct perso_secinfo *s = &d->infos[d->info_count++];

	cr_assert_leq(d->info_count, 12);
	*s = (struct perso_secinfo){ .kind = kind, .version = 1 };
	snprintf(s->oid, sizeof(s->oid), "%s", oid);
	return s;
}

static void
add_pace(struct doors *d, const struct perso_group *g)
{
	for (unsigned m = 0; m < 3; m++) {
		const struct perso_pace_protocol p = {
			(enum perso_pace_mapping)m, perso_group_kind(g),
			d->cipher
		};
		const char *oid = NULL;

		if ((d->mappings >> m & 1) == 0)
			continue;
		OK(perso_pace_oid(&p, &oid));
		OK(perso_secinfo_pace(
		    oid, d->parameters, &d->infos[d->info_count++]));
	}
}

static void
make_key(
    const struct perso_group *g, struct perso_num *sk, struct perso_buf *spki)
{
	PERSO_ELEM(pk);

	OK(perso_scalar_random(g, sk));
	OK(perso_elem_base_mul(g, sk, &pk));
	perso_buf_clear(spki);
	OK(perso_group_spki(g, true, pk, spki));
}

static void
add_ca(struct doors *d)
{
	const struct perso_group *g = NULL;
	const char *oid = NULL;
	struct perso_secinfo *s;
	PERSO_NUM(decoy);

	OK(perso_group_get(d->ca, &g));
	make_key(g, &d->ca_sk, &d->ca_spki);
	make_key(g, &decoy, &d->decoy_spki);
	OK(perso_ca_oid(perso_group_kind(g), d->ca_cipher, &oid));
	s = add(d, PERSO_SECINFO_CA, oid);
	s->has_id = true;
	s->id = d->ca_id;
	s = add(d, PERSO_SECINFO_CA_PUBKEY,
	    perso_group_kind(g) == PERSO_AGREE_DH ? PERSO_OID_PK_DH
						  : PERSO_OID_PK_ECDH);
	s->has_id = true;
	s->id = d->ca_id;
	s->spki = perso_buf_span(&d->ca_spki);
}

/* --------------------------------------------------------- the terminal */

static void
issue(struct doors *d, size_t i, const char *chr, struct perso_keyref **key,
    struct perso_keyref *by)
{
	static const enum perso_cvc_role roles[] = { PERSO_CVC_CVCA,
		PERSO_CVC_DV_DOMESTIC, PERSO_CVC_TERMINAL };
	const struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_BP256, 0 };
	PERSO_BUF(der, PERSO_CVC_MAX);
	struct perso_cvc_values v = { .chr = chr,
		.alg = ecdsa_plain,
		.chat = perso_cvc_auth(PERSO_CVC_IS, roles[i]),
		.effective = { 2026, i == 0 ? 1 : 11, 1 },
		.expires = { 2026, i == 0 ? 12 : 11, i == 0 ? 31 : 30 } };

	OK(perso_keyref_generate(spec, key));
	v.key = perso_keyref_pubkey(*key);
	perso_cvc_set_right(&v.chat, PERSO_CVC_DG3);
	if (i < 2)
		perso_cvc_set_right(&v.chat, PERSO_CVC_DG4);
	OK(perso_cvc_issue(&v, i == 0 ? NULL : &d->certs[i - 1],
	    by != NULL ? by : *key, &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &d->certs[i]));
}

static void
make_terminal(struct doors *d)
{
	issue(d, 0, "UTCVCA00001", &d->cvca_key, NULL);
	issue(d, 1, "UTDV00001", &d->dv_key, d->cvca_key);
	issue(d, 2, "UTIS00001", &d->is_key, d->dv_key);
	d->terminal = (struct perso_inspect_terminal){
		.key = d->is_key, .certs = d->certs, .cert_count = 3
	};
}

void
doors_make(struct doors *d)
{
	const struct perso_group *g = NULL;

	OK(perso_secinfo_aa(PERSO_SHA256, &d->infos[d->info_count++]));
	if (d->mappings != 0) {
		OK(perso_group_get(d->parameters, &g));
		add_pace(d, g);
	}
	if (!d->no_ca)
		add_ca(d);
	if (d->ta) {
		add(d, PERSO_SECINFO_TA, PERSO_OID_TA);
		make_terminal(d);
	}
}

void
doors_drop(struct doors *d, enum perso_secinfo_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < d->info_count; i++)
		if (d->infos[i].kind != kind)
			d->infos[n++] = d->infos[i];
	d->info_count = n;
}

/* ---------------------------------------------------------------- files */

/* Those of some kinds (bits), as elements; they point into der. */
static void
pick(const struct doors *d, unsigned kinds, struct perso_buf *der,
    struct perso_lds_infos *ret)
{
	struct perso_secinfo list[14];
	struct perso_secinfos parsed;
	size_t n = 0;

	for (size_t i = 0; i < d->info_count; i++) {
		if ((kinds >> d->infos[i].kind & 1) == 0)
			continue;
		if (d->decoy && kinds >> 31 != 0 &&
		    d->infos[i].kind == PERSO_SECINFO_CA_PUBKEY) {
			list[n] = d->infos[i];
			list[n].id = d->ca_id + 1;
			list[n++].spki = perso_buf_span(&d->decoy_spki);
		}
		list[n++] = d->infos[i];
	}
	OK(perso_secinfos_build(list, n, true, der));
	OK(perso_secinfos_parse(perso_buf_span(der), &parsed));
	*ret = (struct perso_lds_infos){ .count = parsed.count };
	for (size_t i = 0; i < parsed.count; i++)
		ret->infos[i] = parsed.items[i].raw;
}

void
doors_security(struct doors *d, struct world *w, struct perso_keyref *key,
    const struct perso_cert *ds)
{
	struct perso_cardsec_values v = { .cert = perso_buf_span(&ds->der),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 } };
	PERSO_BUF(der, 8192);
	PERSO_BUF(file, 16384);

	pick(d,
	    1u << PERSO_SECINFO_PACE | 1u << PERSO_SECINFO_CA_PUBKEY | 1u << 31,
	    &der, &v.infos);
	OK(perso_cardsec_build(&v, key, &file));
	world_put(w, "EF.CardSecurity", perso_buf_span(&file));
}

void
doors_files(struct doors *d, struct world *w)
{
	static const uint8_t dg3[] = { 0x63, 0x10, 0x7F, 0x61, 0x03, 0x02, 0x01,
		0x00, 0x53, 0x08, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct perso_lds_infos infos;
	PERSO_BUF(access, 8192);
	PERSO_BUF(all, 8192);
	PERSO_BUF(file, 8192);

	pick(d, ~0u >> 1, &all, &infos);
	OK(perso_dg14_build(&infos, &file));
	world_put(w, "EF.DG14", perso_buf_span(&file));
	if (d->mappings != 0) {
		perso_buf_clear(&file);
		pick(d, 1u << PERSO_SECINFO_PACE, &access, &infos);
		OK(perso_card_access_build(&infos, &file));
		world_put(w, "EF.CardAccess", perso_buf_span(&file));
	}
	if ((d->mappings & CAM) != 0)
		doors_security(d, w, w->ds_key, &w->ds);
	if (d->ta)
		world_put(w, "EF.DG3", perso_span_of(dg3));
	world_sign(w, 0);
}

/* ----------------------------------------------------------------- chip */

static void
put_password(struct world *w, enum sim_password which, struct perso_span s)
{
	cr_assert_eq(sim_put_password(w->sim, which, s), SIM_OK);
}

static void
put_trust(struct doors *d, struct world *w)
{
	struct sim_file *f = &world_nv(w)->files[sim_find(SIM_APP, 0x011C)];
	uint8_t zeros[36] = { 0 };

	OK(perso_buf_set(&f->data, perso_span_of(zeros)));
	f->there = true;
	cr_assert_eq(
	    sim_put_trust(w->sim, perso_buf_span(&d->certs[0].der)), SIM_OK);
	OK(sim_write_cvca(world_nv(w)));
}

void
doors_chip(struct doors *d, struct world *w)
{
	struct perso_md md;
	struct sim_nv *nv;

	world_chip(w);
	nv = world_nv(w);
	nv->has_seed = !d->no_bac;
	if (!d->no_ca) {
		OK(perso_group_get(d->ca, &nv->ca[0].group));
		nv->ca[0].has_id = true;
		nv->ca[0].id = (uint32_t)d->ca_id;
		nv->ca[0].sk = d->ca_sk;
	}
	if (d->mappings != 0) {
		OK(perso_digest(PERSO_SHA1, perso_span_str(w->key), &md));
		put_password(w, SIM_MRZ, perso_md_span(&md));
		put_password(w, SIM_CAN, perso_span_str(DOORS_CAN));
		OK(perso_sim_set_pin_puk(w->sim, perso_span_str(DOORS_PIN),
		    perso_span_str(DOORS_PUK)));
	}
	if (d->ta)
		put_trust(d, w);
}

void
doors_open(struct doors *d, struct world *w)
{
	doors_make(d);
	doors_files(d, w);
	doors_chip(d, w);
}

void
doors_verify(struct doors *d, struct world *w, struct perso_verify_input in)
{
	in.link = w->link;
	in.trust = w->trust;
	in.now = NOW;
	if (d->ta && in.terminal == NULL)
		in.terminal = &d->terminal;
	OK(perso_link_reset(w->link));
	OK(perso_verify(&in, &w->report, NULL));
}

const struct perso_authentication *
doors_auth(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->report.auth_count; i++)
		if (strcmp(w->report.auths[i].name, name) == 0)
			return &w->report.auths[i];
	cr_assert_fail("no %s: %s", name, world_text(w));
	return NULL;
}

const char *
doors_text(const struct world *w, const char *id)
{
	for (size_t i = w->report.count; i-- > 0;)
		if (strcmp(w->report.checks[i].id, id) == 0)
			return w->report.checks[i].text;
	return "";
}
