#include "lds_int.h"

#include <string.h>

static perso_rc
read_sod(struct perso_span file, struct perso_sod *v)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x77, &rd));
	PERSO_TRY_CTX(perso_cms_parse(perso_rd_rest(&rd), &v->cms), "contents");
	if (strcmp(v->cms.content_type, PERSO_OID_LDS_OBJECT) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH, "eContentType is %s",
		    v->cms.content_type);
	if (!v->cms.has_content)
		PERSO_FAIL(PERSO_E_MISSING, "no eContent");
	if (v->cms.cert_count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no DS certificate");
	return perso_lds_object_parse(v->cms.content, &v->object);
}

/* see perso/sod.h */
perso_rc
perso_sod_parse(struct perso_span file, struct perso_sod *ret)
{
	struct perso_sod v = { .object = { .version = 0 } };

	PERSO_TRY_CTX(read_sod(file, &v), "EF.SOD");
	*ret = v;
	return PERSO_OK;
}

/* see perso/sod.h */
perso_rc
perso_sod_values_of(const struct perso_sod *sod, struct perso_sod_values *ret)
{
	struct perso_sod_values v = {
		.object = sod->object,
		.alg = sod->cms.alg,
		.has_signing_time = sod->cms.has_signing_time,
		.signing_time = sod->cms.signing_time,
		.sid_ski = sod->cms.sid_ski.n > 0,
		.digest_null = sod->cms.digest_null,
	};

	PERSO_TRY_CTX(perso_cms_signer_cert(&sod->cms, &v.cert), "EF.SOD");
	*ret = v;
	return PERSO_OK;
}
