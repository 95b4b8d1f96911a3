/*
 * The approver's signature over the exact bytes.
 */
#include "perso/hex.h"

#include "order_int.h"

#define ID_DATA "1.2.840.113549.1.7.1"

static const char *
code_of(perso_rc rc)
{
	switch (rc) {
	case PERSO_E_TRUST:
		return "E-APPROVAL-UNKNOWN";
	case PERSO_E_ROLE:
		return "E-APPROVAL-ROLE";
	case PERSO_E_EXPIRED:
		return "E-APPROVAL-EXPIRED";
	case PERSO_E_MISSING:
		return "E-APPROVAL-TIME";
	case PERSO_E_MISMATCH:
	case PERSO_E_SIGNATURE:
		return "E-APPROVAL-SIGNATURE";
	default:
		return "E-APPROVAL-FORMAT";
	}
}

static perso_rc
parse(struct perso_span der, struct perso_cms *ret)
{
	if (der.n > PERSO_ORDER_CMS_MAX)
		PERSO_FAIL(
		    PERSO_E_DATA, "longer than %d bytes", PERSO_ORDER_CMS_MAX);
	PERSO_TRY(perso_cms_parse(der, ret));
	if (ret->has_content)
		PERSO_FAIL(PERSO_E_DATA, "the signature is not detached");
	if (strcmp(ret->content_type, ID_DATA) != 0)
		PERSO_FAIL(PERSO_E_DATA, "content type is not data");
	return PERSO_OK;
}

static void
accept(const struct perso_cms *cms, const struct perso_cert *cert,
    struct perso_order *ret)
{
	ret->approved_at = cms->signing_time;
	perso_hex_str(
	    cert->serial, ret->approver_serial, sizeof(ret->approver_serial));
	/* the digest that was just verified is that of these bytes */
	if (cms->digest == PERSO_SHA256 &&
	    perso_span_copy(ret->sha256.p, sizeof(ret->sha256.p),
		cms->message_digest) == PERSO_OK)
		ret->sha256.n = cms->message_digest.n;
}

static void
check(const struct perso_order_input *in, const char *document,
    struct perso_order *ret)
{
	struct perso_cms cms;
	const struct perso_cert *cert = NULL;
	struct perso_approval q = { .cms = &cms,
		.content = in->json,
		.document_type = document,
		.now = in->now };

	if (in->cms.n == 0) {
		perso_findings_add(&ret->findings, "E-APPROVAL-MISSING", "$",
		    "there is no signature (.p7s): perso order sign makes it");
		return;
	}
	if (parse(in->cms, &cms) != PERSO_OK) {
		perso_findings_trail(&ret->findings, "E-APPROVAL-FORMAT", "$");
		return;
	}
	perso_rc rc = perso_approver_check(in->approvers, &q, &cert);
	if (rc == PERSO_OK)
		accept(&cms, cert, ret);
	else if (rc != PERSO_E_ROLE || ret->record.profile)
		perso_findings_trail(&ret->findings, code_of(rc), "$");
}

perso_rc
perso_order_approval(const struct perso_order_input *in, const char *document,
    struct perso_order *ret)
{
	if (!in->imported)
		check(in, document, ret);
	if (ret->sha256.n != 0)
		return PERSO_OK;
	return perso_digest(PERSO_SHA256, in->json, &ret->sha256);
}
