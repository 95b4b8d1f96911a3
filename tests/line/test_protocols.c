/*
 * Every combination of mapping, key agreement and cipher that a profile can
 * name, and every set of domain parameters: personalised, then opened by
 * each way that the chip announces, with Chip and Terminal Authentication.
 */
#include "world.h"

/* The shipped profile, to be changed: it belongs to the world. */
static struct perso_doc_profile *
profile_of(struct world *w, const char *id)
{
	union {
		const struct perso_doc_profile *fixed;
		struct perso_doc_profile *p;
	} u = { .fixed = perso_profiles_doc(w->profiles, id) };

	cr_assert_not_null(u.p);
	return u.p;
}

struct combination {
	unsigned mappings;
	unsigned parameters;
	enum perso_protocol_cipher cipher;
	enum perso_key_origin origin;
};

static void
set_up(struct perso_doc_profile *p, const struct combination *c)
{
	p->pace.mappings = c->mappings;
	p->pace.parameters = c->parameters;
	p->pace.cipher = c->cipher;
	p->ca = (struct perso_ca_profile){ .parameters = c->parameters,
		.cipher = c->cipher,
		.has_key_id = true,
		.key_id = c->parameters,
		.origin = c->origin };
	p->mf_files &= ~(unsigned)PERSO_MF_CARD_SECURITY;
	if (c->mappings & PERSO_MAPPING_CAM)
		p->mf_files |= PERSO_MF_CARD_SECURITY;
	OK(perso_doc_profile_check(p));
}

static void
try_one(const struct combination *c)
{
	struct perso_line_result r;
	struct station st;
	struct world w;

	world_open(&w);
	w.reader = true;
	set_up(profile_of(&w, "lv-passport-eac"), c);
	world_order(&w, "lv-passport-eac", "T-1");
	world_start(&w, world_blank(&w, "LV1234567"), &st);
	LET(perso_line_run_order(st.line, "T-1", st.link, &r));
	cr_expect_eq(r.outcome, PERSO_LINE_GOOD,
	    "mappings %u parameters %u cipher %d: %s", c->mappings,
	    c->parameters, (int)c->cipher, r.text);
	world_stop(&st);
	world_check(&w, false, "protocols");
	world_close(&w);
}

Test(protocols, combine_with_elliptic_curves)
{
	static const unsigned mappings[] = { PERSO_MAPPING_GM, PERSO_MAPPING_IM,
		PERSO_MAPPING_GM | PERSO_MAPPING_CAM };
	struct combination c = { .parameters = 13 };

	for (size_t m = 0; m < 3; m++)
		for (int cipher = 1; cipher <= 4; cipher++) {
			if (m == 2 && cipher == PERSO_PROTOCOL_3DES)
				continue;
			c.mappings = mappings[m];
			c.cipher = (enum perso_protocol_cipher)cipher;
			c.origin =
			    cipher % 2 ? PERSO_KEY_CHIP : PERSO_KEY_LOADED;
			try_one(&c);
		}
}

Test(protocols, combine_with_finite_fields)
{
	struct combination c = { .parameters = 2 };

	for (unsigned m = 0; m < 2; m++)
		for (int cipher = 1; cipher <= 4; cipher++) {
			c.mappings =
			    m == 0 ? PERSO_MAPPING_GM : PERSO_MAPPING_IM;
			c.cipher = (enum perso_protocol_cipher)cipher;
			c.origin =
			    cipher % 2 ? PERSO_KEY_CHIP : PERSO_KEY_LOADED;
			try_one(&c);
		}
}

/* All mappings at once over every set of parameters. */
Test(protocols, work_with_all_parameters)
{
	struct combination c = { .cipher = PERSO_PROTOCOL_AES256 };

	for (unsigned id = 0; id < 32; id++) {
		if (perso_profile_parameters_name(id) == NULL)
			continue;
		c.parameters = id;
		c.mappings = PERSO_MAPPING_GM | PERSO_MAPPING_IM;
		if (id > 2)
			c.mappings |= PERSO_MAPPING_CAM;
		c.origin = id % 2 ? PERSO_KEY_CHIP : PERSO_KEY_LOADED;
		try_one(&c);
	}
}
