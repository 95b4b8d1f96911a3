#include "lds_int.h"

#include <string.h>

#include "perso/cardsec.h"

static perso_rc
read_file(struct perso_span file, struct perso_cardsec *v)
{
	struct perso_rd rd;

	PERSO_TRY(perso_cms_parse(file, &v->cms));
	if (strcmp(v->cms.content_type, PERSO_OID_SECURITY_OBJECT) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH, "eContentType is %s",
		    v->cms.content_type);
	if (!v->cms.has_content)
		PERSO_FAIL(PERSO_E_MISSING, "no eContent");
	if (v->cms.cert_count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no DS certificate");
	rd = perso_rd(v->cms.content);
	PERSO_TRY_CTX(lds_infos_parse(&rd, &v->infos), "SecurityInfos");
	return PERSO_OK;
}

/* see perso/cardsec.h */
perso_rc
perso_cardsec_parse(struct perso_span file, struct perso_cardsec *ret)
{
	struct perso_cardsec v = { .infos = { .count = 0 } };

	PERSO_TRY_CTX(read_file(file, &v), "EF.CardSecurity");
	*ret = v;
	return PERSO_OK;
}

/* see perso/cardsec.h */
perso_rc
perso_cardsec_values_of(
    const struct perso_cardsec *c, struct perso_cardsec_values *ret)
{
	struct perso_cardsec_values v = {
		.infos = c->infos,
		.alg = c->cms.alg,
		.has_signing_time = c->cms.has_signing_time,
		.signing_time = c->cms.signing_time,
		.sid_ski = c->cms.sid_ski.n > 0,
		.digest_null = c->cms.digest_null,
	};

	PERSO_TRY_CTX(
	    perso_cms_signer_cert(&c->cms, &v.cert), "EF.CardSecurity");
	*ret = v;
	return PERSO_OK;
}
