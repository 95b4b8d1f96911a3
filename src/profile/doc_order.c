/*
 * What an order for a document has: fields, reasons, what a reason needs.
 */
#include "profile_int.h"

#define DOC(member) Y_AT(struct perso_doc_profile, member)

/* In the order of enum perso_doc_field. */
const struct yaml_name perso_field_bits[] = { { "surname",
						  PERSO_FIELD_SURNAME },
	{ "given-names", PERSO_FIELD_GIVEN_NAMES },
	{ "native-name", PERSO_FIELD_NATIVE_NAME },
	{ "other-names", PERSO_FIELD_OTHER_NAMES },
	{ "birth-date", PERSO_FIELD_BIRTH_DATE }, { "sex", PERSO_FIELD_SEX },
	{ "nationality", PERSO_FIELD_NATIONALITY },
	{ "personal-number", PERSO_FIELD_PERSONAL_NUMBER },
	{ "birth-place", PERSO_FIELD_BIRTH_PLACE },
	{ "address", PERSO_FIELD_ADDRESS }, { "phone", PERSO_FIELD_PHONE },
	{ "profession", PERSO_FIELD_PROFESSION },
	{ "title", PERSO_FIELD_TITLE }, { "height", PERSO_FIELD_HEIGHT },
	{ "number", PERSO_FIELD_NUMBER },
	{ "issue-date", PERSO_FIELD_ISSUE_DATE },
	{ "expiry-date", PERSO_FIELD_EXPIRY_DATE },
	{ "authority", PERSO_FIELD_AUTHORITY },
	{ "remarks", PERSO_FIELD_REMARKS },
	{ "replaces", PERSO_FIELD_REPLACES },
	{ "portrait", PERSO_FIELD_PORTRAIT },
	{ "signature", PERSO_FIELD_SIGNATURE }, { "dg3", PERSO_FIELD_DG3 },
	{ "dg4", PERSO_FIELD_DG4 },
	{ "former-personal-number", PERSO_FIELD_FORMER_NUMBER },
	{ "summary", PERSO_FIELD_SUMMARY },
	{ "other-documents", PERSO_FIELD_OTHER_DOCUMENTS },
	{ "custody", PERSO_FIELD_CUSTODY }, { "notify", PERSO_FIELD_NOTIFY },
	{ "other-persons", PERSO_FIELD_OTHER_PERSONS },
	{ "tax-exit", PERSO_FIELD_TAX_EXIT },
	{ "issuer-data", PERSO_FIELD_ISSUER_DATA },
	{ "citizenship", PERSO_FIELD_CITIZENSHIP },
	{ "front", PERSO_FIELD_FRONT }, { "rear", PERSO_FIELD_REAR },
	{ "visa", PERSO_FIELD_VISA }, { NULL, 0 } };
const struct yaml_name perso_reason_bits[] = { { "first", PERSO_REASON_FIRST },
	{ "renewal", PERSO_REASON_RENEWAL }, { "lost", PERSO_REASON_LOST },
	{ "stolen", PERSO_REASON_STOLEN }, { "damaged", PERSO_REASON_DAMAGED },
	{ "change", PERSO_REASON_CHANGE },
	{ "change-name", PERSO_REASON_CHANGE_NAME },
	{ "change-sex", PERSO_REASON_CHANGE_SEX },
	{ "change-status", PERSO_REASON_CHANGE_STATUS },
	{ "naturalisation", PERSO_REASON_NATURALISATION },
	{ "repatriation", PERSO_REASON_REPATRIATION }, { NULL, 0 } };
static const struct yaml_field need_fields[] = {
	{ .key = "reasons",
	    .kind = Y_BITS,
	    .required = true,
	    Y_AT(struct perso_reason_need, reasons),
	    .names = perso_reason_bits },
	{ .key = "fields",
	    .kind = Y_BITS,
	    .required = true,
	    Y_AT(struct perso_reason_need, fields),
	    .names = perso_field_bits },
	{ 0 }
};

static perso_rc
read_needs(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_NEEDS_MAX, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_map(
		    f, perso_yaml_item(f, node, i), need_fields, &p->needs[i]));
	p->need_count = n;
	return PERSO_OK;
}

const struct yaml_field perso_order_rule_fields[] = {
	{ .key = "required",
	    .kind = Y_BITS,
	    .required = true,
	    DOC(required),
	    .names = perso_field_bits },
	{ .key = "optional",
	    .kind = Y_BITS,
	    DOC(optional),
	    .names = perso_field_bits },
	{ .key = "reasons",
	    .kind = Y_BITS,
	    DOC(reasons),
	    .names = perso_reason_bits },
	{ .key = "replacing",
	    .kind = Y_BITS,
	    DOC(replacing),
	    .names = perso_reason_bits },
	{ .key = "needs", .kind = Y_CUSTOM, .fn = read_needs }, { 0 }
};

/* ------------------------------------------------------------ checks */

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

static bool
reasons_unknown(const struct perso_doc_profile *p)
{
	for (size_t i = 0; i < p->need_count; i++)
		if (p->needs[i].reasons & ~p->reasons)
			return true;
	return (p->replacing & ~p->reasons) != 0;
}

static bool
needs_unfed(const struct perso_doc_profile *p)
{
	for (size_t i = 0; i < p->need_count; i++)
		if (p->needs[i].fields & ~p->optional)
			return true;
	return false;
}

RULE_OF(both_lists, (p->required & p->optional) != 0)
RULE_OF(bad_replacing, (p->replacing & ~p->reasons) != 0)
RULE_OF(bad_needs, reasons_unknown(p))
RULE_OF(unfed, needs_unfed(p))
RULE_OF(no_replaces, p->replacing != 0 && !(p->optional & PERSO_FIELD_REPLACES))
RULE_OF(
    former_alone, ((p->required | p->optional) & PERSO_FIELD_FORMER_NUMBER) &&
		      p->rule_count == 0)

const struct profile_rule perso_order_checks[] = {
	{ "order.optional", "a field is required and optional", both_lists },
	{ "order.replacing", "not among the reasons", bad_replacing },
	{ "order.replacing", "replaces must be an optional field",
	    no_replaces },
	{ "order.needs", "not among the reasons", bad_needs },
	{ "order.needs", "fields must be optional ones", unfed },
	{ "order", "former-personal-number needs rules of the number",
	    former_alone },
	{ NULL, NULL, NULL }
};

/* see perso/profile.h */
uint64_t
perso_doc_profile_needs(const struct perso_doc_profile *p, unsigned reason)
{
	uint64_t fields = reason & p->replacing ? PERSO_FIELD_REPLACES : 0;

	for (size_t i = 0; i < p->need_count; i++)
		if (p->needs[i].reasons & reason)
			fields |= p->needs[i].fields;
	return fields;
}
