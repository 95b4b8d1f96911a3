/*
 * The inspector against chips that are not what their profile says: each
 * difference in the ways in is a bad document.
 */
#include "perso/hooks.h"

#include "cli/link_sim.h"
#include "world.h"

struct change {
	const char *name;
	void (*alter)(struct perso_doc_profile *p, struct perso_inspection *x);
	const char *want; /* in the verdict; NULL: it is good */
};

static struct perso_inspect_terminal terminal;

static void
nothing(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)p;
	(void)x;
}

static void
no_bac(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->access = PERSO_ACCESS_PACE;
}

static void
no_pace(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->access = PERSO_ACCESS_BAC;
}

static void
both(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->access = PERSO_ACCESS_BAC | PERSO_ACCESS_PACE;
}

static void
pace_cipher(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->pace.cipher = PERSO_PROTOCOL_AES192;
}

static void
pace_parameters(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->pace.parameters = 16;
}

static void
pace_mappings(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->pace.mappings = PERSO_MAPPING_GM;
}

static void
other_can(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)p;
	x->can = perso_span("12345x", 6); /* no line draws that */
}

static void
no_can(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)p;
	x->can = PERSO_SPAN_EMPTY;
}

static void
ca_cipher(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->ca.cipher = PERSO_PROTOCOL_AES192;
}

static void
ca_key_id(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->ca.key_id++;
	p->ca.has_key_id = true;
}

static void
no_ca(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->ca.cipher = (enum perso_protocol_cipher)0;
}

static void
fingers(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->ta.data_groups = 1u << 3;
}

static void
no_aa(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)x;
	p->aa.kind = PERSO_AA_NONE; /* what is there may be there */
}

static void
no_terminal(struct perso_doc_profile *p, struct perso_inspection *x)
{
	(void)p;
	x->terminal = NULL;
}

static const struct change passport[] = {
	{ "as it is", nothing, NULL },
	{ "no BAC", no_bac, "no-bac" },
	{ "no PACE", no_pace, "ways" },
	{ "cipher", pace_cipher, "ways" },
	{ "parameters", pace_parameters, "ways" },
	{ "mappings", pace_mappings, "ways" },
	{ "another CAN", other_can, "pace" },
	{ "no CAN", no_can, "ways" },
	{ "cipher of CA", ca_cipher, "ways" },
	{ "key id of CA", ca_key_id, "ways" },
	{ "no CA", no_ca, "ways" },
	{ "no terminal", no_terminal, NULL },
	{ NULL, NULL, NULL },
};

static const struct change card[] = {
	{ "as it is", nothing, NULL },
	{ "BAC, too", both, "bac" },
	{ "fingers", fingers, "ways" },
	{ "no AA", no_aa, NULL },
	{ "another CAN", other_can, "pace" },
	{ NULL, NULL, NULL },
};

struct judge {
	struct perso_inspector in;
	const struct change *changes;
	bool eac;
};

static perso_rc
inspect(void *ctx, struct perso_link *link, const struct perso_inspection *what,
    struct perso_verdict *ret)
{
	struct judge *j = ctx;

	for (const struct change *c = j->changes; c->name != NULL; c++) {
		struct perso_doc_profile p = *what->profile;
		struct perso_inspection x = *what;
		struct perso_verdict v = { .ok = false };

		x.profile = &p;
		if (j->eac)
			x.terminal = &terminal;
		c->alter(&p, &x);
		OK(perso_link_reset(link));
		OK(j->in.inspect(j->in.ctx, link, &x, &v));
		cr_assert_eq(v.ok, c->want == NULL, "%s: %s", c->name, v.text);
		if (c->want != NULL)
			cr_assert_not_null(
			    strstr(v.text, c->want), "%s: %s", c->name, v.text);
		cr_assert_eq(strstr(v.text, "EF.DG3 cannot be read") != NULL,
		    c->alter == no_terminal, "%s: %s", c->name, v.text);
		*ret = v;
	}
	ret->ok = true;
	return PERSO_OK;
}

static void
run(const struct change *changes, const char *template, const char *number)
{
	struct perso_line_config cfg;
	struct perso_line_result r;
	struct judge j = { .changes = changes, .eac = number != NULL };
	struct station st;
	struct world w;
	size_t chip;

	world_open(&w);
	terminal = (struct perso_inspect_terminal){
		.key = w.cv_key[2], .certs = w.cv, .cert_count = 3
	};
	world_order(&w, template, "T-1");
	chip = world_blank(&w, number);
	world_start(&w, chip, &st);
	perso_line_free(&st.line);
	cfg = world_config(&w, st.store);
	j.in = cfg.inspector;
	cfg.inspector = (struct perso_inspector){
		.name = "judge", .ctx = &j, .inspect = inspect
	};
	OK(perso_line_new(&cfg, &st.line));
	OK(perso_line_run_order(st.line, "T-1", st.link, &r));
	world_stop(&st);
	world_close(&w);
}

Test(ways, of_a_passport_are_those_of_its_profile)
{
	run(passport, "lv-passport-eac", "LV1234567");
}

Test(ways, of_a_card_without_bac_are_those_of_its_profile)
{
	run(card, "lv-eid-pace", NULL);
}
