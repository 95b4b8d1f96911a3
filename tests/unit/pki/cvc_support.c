#include "cvc_test.h"

void
cvc_party_done(struct cvc_party *p)
{
	perso_keyref_free(&p->key);
	perso_cvc_done(&p->c);
}

void
cvc_prepare(struct cvc_party *p, const char *chr, enum perso_cvc_role role,
    struct perso_key_spec spec)
{
	bool ca = role == PERSO_CVC_CVCA;

	OK(perso_keyref_generate(spec, &p->key));
	p->v = (struct perso_cvc_values){
		.chr = chr,
		.key = perso_keyref_pubkey(p->key),
		.alg = spec.kind == PERSO_KEY_RSA ? RSAPSS256 : ECDSA256,
		.chat = perso_cvc_auth(PERSO_CVC_IS, role),
		.effective = { 2026, ca ? 1 : 11, 1 },
		.expires = { 2026, ca ? 12 : 11, ca ? 31 : 30 },
	};
	perso_cvc_set_right(&p->v.chat, PERSO_CVC_DG3);
	if (role != PERSO_CVC_TERMINAL)
		perso_cvc_set_right(&p->v.chat, PERSO_CVC_DG4);
}

void
cvc_issue(struct cvc_party *p, struct cvc_party *by)
{
	PERSO_BUF(der, PERSO_CVC_MAX);

	OK(perso_cvc_issue(&p->v, by != NULL ? &by->c : NULL,
	    by != NULL ? by->key : p->key, &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &p->c));
}

void
cvc_force(struct cvc_party *p, struct cvc_party *by)
{
	PERSO_BUF(der, PERSO_CVC_MAX);

	OK(perso_cvc_build(&p->v, by->key, by->v.alg, &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &p->c));
}

void
cvc_three(struct cvc_party *ca, struct cvc_party *dv, struct cvc_party *is,
    struct perso_key_spec spec)
{
	cvc_prepare(ca, "UTCVCA00001", PERSO_CVC_CVCA, spec);
	cvc_issue(ca, NULL);
	cvc_prepare(dv, "UTDVBORDER00001", PERSO_CVC_DV_DOMESTIC, spec);
	cvc_issue(dv, ca);
	cvc_prepare(is, "UTISGATE7A0001", PERSO_CVC_TERMINAL, spec);
	cvc_issue(is, dv);
}

struct perso_cvc
cvc_copy(const struct cvc_party *p)
{
	return p->c;
}
