/*
 * What cannot be true together in a document profile.
 */
#include <ctype.h>

#include "profile_int.h"

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

static bool
is_upper(const char *s, size_t min, size_t max)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] < 'A' || s[i] > 'Z')
			return false;
	return n >= min && n <= max;
}

static bool
has_dg(const struct perso_doc_profile *p, unsigned dg)
{
	return (p->data_groups >> dg & 1) != 0;
}

bool
perso_profile_is_id(const char *s)
{
	for (; *s; s++)
		if (!islower((unsigned char)*s) &&
		    !isdigit((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

/* Doc 9303-4 4.4, -5 4.2.2, -6 4.2.2, -7 4.2.2: P on TD3; A, C, I on cards;
 * V on visas. */
bool
perso_profile_code_fits(const struct perso_doc_profile *p, const char *code)
{
	char c = code[0];

	if (!is_upper(code, 1, 2))
		return false;
	if (p->format == PERSO_DOC_TD3)
		return c == 'P';
	if (p->format == PERSO_DOC_MRVA || p->format == PERSO_DOC_MRVB)
		return c == 'V';
	if (code[1] == 'V' || (c == 'A' && code[1] == 'I'))
		return false;
	return c == 'A' || c == 'C' || c == 'I' ||
	       (c == 'P' && p->format == PERSO_DOC_TD2);
}

static bool
states_are_upper(const struct perso_doc_profile *p)
{
	for (size_t i = 0; i < p->nationality_count; i++)
		if (!is_upper(p->nationalities[i], 1, 3))
			return false;
	return p->nationality[0] == '\0' || is_upper(p->nationality, 1, 3);
}

static bool
default_is_allowed(const struct perso_doc_profile *p)
{
	if (p->nationality[0] == '\0' || p->nationality_any)
		return true;
	for (size_t i = 0; i < p->nationality_count; i++)
		if (strcmp(p->nationality, p->nationalities[i]) == 0)
			return true;
	return false;
}

static unsigned
decimals(uint64_t n)
{
	unsigned d = 1;

	while (n >= 10) {
		n /= 10;
		d++;
	}
	return d;
}

static bool
has_range_keys(const struct perso_doc_profile *p)
{
	return p->number.last != 0 || p->number.digits != 0 ||
	       p->number.first != 0 || p->number.prefix[0] != '\0';
}

static bool
range_fits(const struct perso_doc_profile *p)
{
	const struct perso_number_source *s = &p->number;
	char text[PERSO_DOCNUM_MAX + 1];

	if (s->kind != PERSO_NUMBER_RANGE)
		return true;
	return perso_number_format(s, s->first, text) == PERSO_OK &&
	       perso_pattern_matches(s->pattern, perso_span_str(text)) &&
	       perso_number_format(s, s->last, text) == PERSO_OK &&
	       perso_pattern_matches(s->pattern, perso_span_str(text));
}

static bool
has_bits(uint64_t have, uint64_t want)
{
	return (have & want) == want;
}

/* Fields that DG11 and DG12 show have to come from somewhere. */
static bool
dg11_is_fed(const struct perso_doc_profile *p)
{
	static const struct {
		unsigned shown;
		uint64_t field;
	} map[] = {
		{ PERSO_DG11_OTHER_NAMES, PERSO_FIELD_OTHER_NAMES },
		{ PERSO_DG11_PERSONAL_NUMBER, PERSO_FIELD_PERSONAL_NUMBER },
		{ PERSO_DG11_BIRTH_PLACE, PERSO_FIELD_BIRTH_PLACE },
		{ PERSO_DG11_ADDRESS, PERSO_FIELD_ADDRESS },
		{ PERSO_DG11_PHONE, PERSO_FIELD_PHONE },
		{ PERSO_DG11_PROFESSION, PERSO_FIELD_PROFESSION },
		{ PERSO_DG11_TITLE, PERSO_FIELD_TITLE },
		{ PERSO_DG11_SUMMARY, PERSO_FIELD_SUMMARY },
		{ PERSO_DG11_CITIZENSHIP, PERSO_FIELD_CITIZENSHIP },
		{ PERSO_DG11_OTHER_DOCUMENTS, PERSO_FIELD_OTHER_DOCUMENTS },
		{ PERSO_DG11_CUSTODY, PERSO_FIELD_CUSTODY },
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if ((p->dg11 & map[i].shown) &&
		    !((p->required | p->optional) & map[i].field))
			return false;
	return true;
}

static bool
dg12_is_fed(const struct perso_doc_profile *p)
{
	static const struct {
		unsigned shown;
		uint64_t field;
	} map[] = {
		{ PERSO_DG12_REMARKS, PERSO_FIELD_REMARKS },
		{ PERSO_DG12_OTHER_PERSONS, PERSO_FIELD_OTHER_PERSONS },
		{ PERSO_DG12_TAX_EXIT, PERSO_FIELD_TAX_EXIT },
		{ PERSO_DG12_FRONT, PERSO_FIELD_FRONT },
		{ PERSO_DG12_REAR, PERSO_FIELD_REAR },
	};
	uint64_t fields = p->required | p->optional;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if ((p->dg12 & map[i].shown) && !(fields & map[i].field))
			return false;
	return !(p->dg12 & PERSO_DG12_AUTHORITY) || p->authority[0] ||
	       (fields & PERSO_FIELD_AUTHORITY);
}

/* Every order has what these elements are made of, so that neither data
 * group can come out empty. */
static bool
dg11_is_sure(const struct perso_doc_profile *p)
{
	return (p->dg11 & (PERSO_DG11_NAME | PERSO_DG11_BIRTH_DATE)) ||
	       ((p->dg11 & PERSO_DG11_PERSONAL_NUMBER) &&
		   (p->required & PERSO_FIELD_PERSONAL_NUMBER)) ||
	       ((p->dg11 & PERSO_DG11_BIRTH_PLACE) &&
		   (p->required & PERSO_FIELD_BIRTH_PLACE));
}

static bool
dg12_is_sure(const struct perso_doc_profile *p)
{
	return (p->dg12 & (PERSO_DG12_ISSUE_DATE | PERSO_DG12_PERSONALISED |
			      PERSO_DG12_SYSTEM_SERIAL)) ||
	       ((p->dg12 & PERSO_DG12_AUTHORITY) &&
		   (p->authority[0] || (p->required & PERSO_FIELD_AUTHORITY)));
}

static bool
is_field(const struct perso_doc_profile *p, uint64_t fields)
{
	return ((p->required | p->optional) & fields) != 0;
}

RULE_OF(bad_id, !perso_profile_is_id(p->id))
RULE_OF(bad_code, !perso_profile_code_fits(p, p->document_code))
RULE_OF(bad_issuer, !is_upper(p->issuer, 1, 3))
RULE_OF(bad_country, !is_upper(p->country, 2, 2))
RULE_OF(bad_states, !states_are_upper(p))
RULE_OF(no_states, !p->nationality_any && p->nationality_count == 0)
RULE_OF(two_states, p->nationality_any && p->nationality_count != 0)
RULE_OF(bad_default, !default_is_allowed(p))
RULE_OF(no_range, p->number.kind == PERSO_NUMBER_RANGE &&
		      (p->number.last == 0 || p->number.digits == 0))
RULE_OF(
    useless_range, p->number.kind != PERSO_NUMBER_RANGE && has_range_keys(p))
RULE_OF(empty_range, p->number.kind == PERSO_NUMBER_RANGE &&
			 (p->number.first > p->number.last ||
			     decimals(p->number.last) > p->number.digits))
RULE_OF(bad_range, !range_fits(p))
RULE_OF(no_order_number,
    p->number.kind == PERSO_NUMBER_ORDER && !(p->required & PERSO_FIELD_NUMBER))
RULE_OF(useless_number, p->number.kind != PERSO_NUMBER_ORDER &&
			    ((p->required | p->optional) & PERSO_FIELD_NUMBER))
RULE_OF(no_personal_number,
    (p->number_in_mrz || p->rule_count) &&
	!((p->required | p->optional) & PERSO_FIELD_PERSONAL_NUMBER))
RULE_OF(chip_on_visa,
    !perso_doc_profile_is_chipless(p) &&
	(p->format == PERSO_DOC_MRVA || p->format == PERSO_DOC_MRVB))
RULE_OF(groups_alone, perso_doc_profile_is_chipless(p) &&
			  (p->data_groups | p->access | p->mf_files) != 0)
RULE_OF(bad_version, !perso_doc_profile_is_chipless(p) &&
			 strcmp(p->lds_version, "0107") != 0 &&
			 strcmp(p->lds_version, "0108") != 0)
RULE_OF(no_com, !p->com && strcmp(p->lds_version, "0107") == 0)
RULE_OF(no_dg1,
    !perso_doc_profile_is_chipless(p) && (!has_dg(p, 1) || !has_dg(p, 2)))
RULE_OF(dg11_unused, !has_dg(p, 11) && p->dg11 != 0)
RULE_OF(dg11_empty, has_dg(p, 11) && p->dg11 == 0)
RULE_OF(dg12_unused, !has_dg(p, 12) && p->dg12 != 0)
RULE_OF(dg12_empty, has_dg(p, 12) && p->dg12 == 0)
RULE_OF(dg11_unfed, !dg11_is_fed(p))
RULE_OF(dg12_unfed, !dg12_is_fed(p))
RULE_OF(dg11_unsure, p->dg11 != 0 && !dg11_is_sure(p))
RULE_OF(dg12_unsure, p->dg12 != 0 && !dg12_is_sure(p))
RULE_OF(dg13_unfed, has_dg(p, 13) != is_field(p, PERSO_FIELD_ISSUER_DATA))
RULE_OF(dg16_unfed, has_dg(p, 16) != is_field(p, PERSO_FIELD_NOTIFY))
RULE_OF(serial_alone, (p->system_serial[0] != '\0') !=
			  ((p->dg12 & PERSO_DG12_SYSTEM_SERIAL) != 0))
RULE_OF(dg7_unfed, has_dg(p, 7) && !(p->required & PERSO_FIELD_SIGNATURE))
RULE_OF(dg15_alone, has_dg(p, 15) && p->aa.kind == PERSO_AA_NONE)
RULE_OF(aa_alone, !has_dg(p, 15) && p->aa.kind != PERSO_AA_NONE)
RULE_OF(aa_no_dg14, p->aa.kind == PERSO_AA_ECDSA && !has_dg(p, 14))
RULE_OF(dg14_alone, has_dg(p, 14) && !perso_doc_profile_has_infos(p))
RULE_OF(aa_no_curve,
    p->aa.kind == PERSO_AA_ECDSA && (p->aa.curve == 0 || p->aa.hash[0] == '\0'))
RULE_OF(aa_no_bits, p->aa.kind == PERSO_AA_RSA && p->aa.bits == 0)
RULE_OF(aa_no_origin, p->aa.kind != PERSO_AA_NONE && p->aa.origin == 0)
RULE_OF(aa_mixed,
    (p->aa.kind != PERSO_AA_ECDSA && p->aa.curve != 0) ||
	(p->aa.kind != PERSO_AA_RSA && p->aa.bits != 0) ||
	(p->aa.kind == PERSO_AA_NONE && (p->aa.origin != 0 || p->aa.hash[0])))
RULE_OF(no_core,
    !has_bits(p->required, PERSO_FIELD_SURNAME | PERSO_FIELD_BIRTH_DATE |
			       PERSO_FIELD_SEX | PERSO_FIELD_PORTRAIT))
RULE_OF(no_nationality,
    p->nationality[0] == '\0' && !(p->required & PERSO_FIELD_NATIONALITY))

/* First those of single values, so that the others can rely on them. */
static const struct profile_rule doc_rules[] = {
	{ "id", "small letters, digits and hyphens only", bad_id },
	{ "document-code", "does not go with this MRZ format", bad_code },
	{ "issuer", "one to three capital letters", bad_issuer },
	{ "country", "two capital letters", bad_country },
	{ "nationality", "codes are one to three capital letters", bad_states },
	{ "nationality", "neither allowed nor any is given", no_states },
	{ "nationality.allowed", "contradicts any", two_states },
	{ "nationality.default", "is not among those allowed", bad_default },
	{ "document-number", "a range needs last and digits", no_range },
	{ "document-number.source",
	    "contradicts prefix, first, last or digits: no range",
	    useless_range },
	{ "document-number.last", "less than first, or longer than digits",
	    empty_range },
	{ "document-number.pattern", "the range's numbers do not match",
	    bad_range },
	{ "order.required", "number comes with the order: must be listed",
	    no_order_number },
	{ "order", "number does not come with the order: not to be listed",
	    useless_number },
	{ "personal-number", "personal-number is no field of the order",
	    no_personal_number },
	{ "chips", "a visa has none", chip_on_visa },
	{ "chips", "without chips no data groups, files, access",
	    groups_alone },
	{ "lds.version", "must be one of: 0107, 0108", bad_version },
	{ "lds.files", "LDS 0107 needs com", no_com },
	{ "lds.files", "1 and 2 are mandatory", no_dg1 },
	{ "lds.dg11", "11 is not among the files", dg11_unused },
	{ "lds.files", "11 has no fields: dg11", dg11_empty },
	{ "lds.dg12", "12 is not among the files", dg12_unused },
	{ "lds.files", "12 has no fields: dg12", dg12_empty },
	{ "lds.dg11", "shows what is no field of the order", dg11_unfed },
	{ "lds.dg12", "shows what is no field of the order", dg12_unfed },
	{ "lds.dg11", "needs an element that every order has", dg11_unsure },
	{ "lds.dg12", "needs an element that every order has", dg12_unsure },
	{ "lds.files", "13 and the field issuer-data belong together",
	    dg13_unfed },
	{ "lds.files", "16 and the field notify belong together", dg16_unfed },
	{ "lds.system-serial", "it and the element of dg12 belong together",
	    serial_alone },
	{ "lds.files", "7 needs signature as a required field", dg7_unfed },
	{ "lds.files", "15 without active authentication", dg15_alone },
	{ "active-authentication", "needs 15 among the files", aa_alone },
	{ "active-authentication", "ECDSA needs 14 among the files",
	    aa_no_dg14 },
	{ "lds.files", "14 would be empty", dg14_alone },
	{ "active-authentication", "ECDSA needs curve and hash", aa_no_curve },
	{ "active-authentication", "RSA needs bits", aa_no_bits },
	{ "active-authentication", "origin is missing", aa_no_origin },
	{ "active-authentication", "keys of another algorithm", aa_mixed },
	{ "order.required",
	    "surname, birth-date, sex and portrait are mandatory", no_core },
	{ "order.required", "without a default, nationality is mandatory",
	    no_nationality },
	{ NULL, NULL, NULL }
};

const struct profile_rule *const perso_doc_checks[] = { doc_rules,
	perso_validity_checks, perso_order_checks, perso_image_checks,
	perso_day_checks, perso_access_checks, perso_seal_checks, NULL };

/* see perso/profile.h */
perso_rc
perso_doc_profile_check(const struct perso_doc_profile *p)
{
	for (size_t i = 0; perso_doc_checks[i]; i++)
		PERSO_TRY(perso_profile_rules(perso_doc_checks[i], p, NULL));
	return PERSO_OK;
}

/* see perso/profile.h */
bool
perso_doc_profile_has_dg(const struct perso_doc_profile *p, unsigned dg)
{
	return dg >= 1 && dg <= 16 && has_dg(p, dg);
}

/* see perso/profile.h */
bool
perso_doc_profile_has_chip(const struct perso_doc_profile *p, const char *chip)
{
	for (size_t i = 0; i < p->chip_count; i++)
		if (strcmp(p->chips[i], chip) == 0)
			return true;
	return false;
}
