/*
 * Access to the chip: PACE, Chip and Terminal Authentication.
 */
#include "profile_int.h"

#define DOC(member) Y_AT(struct perso_doc_profile, member)
#define EAC_GROUPS (1U << 3 | 1U << 4)
#define DH_IDS 3
#define KEY_ID_MAX 0x7FFFFFFF

const struct yaml_name perso_access_bits[] = { { "bac", PERSO_ACCESS_BAC },
	{ "pace", PERSO_ACCESS_PACE }, { NULL, 0 } };
static const struct yaml_name eac_bits[] = { { "3", 1U << 3 }, { "4", 1U << 4 },
	{ NULL, 0 } };

static perso_rc
read_key_id(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	uint64_t id = 0;

	PERSO_TRY(perso_yaml_uint(f, node, 0, KEY_ID_MAX, &id));
	p->ca.key_id = (uint32_t)id;
	p->ca.has_key_id = true;
	return PERSO_OK;
}

const struct yaml_field perso_pace_fields[] = {
	{ .key = "mappings",
	    .kind = Y_BITS,
	    .required = true,
	    DOC(pace.mappings),
	    .names = perso_profile_mappings },
	{ .key = "parameters",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(pace.parameters),
	    .names = perso_profile_parameters },
	{ .key = "cipher",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(pace.cipher),
	    .names = perso_profile_ciphers },
	{ .key = "passwords",
	    .kind = Y_BITS,
	    .required = true,
	    DOC(pace.passwords),
	    .names = perso_profile_passwords },
	{ .key = "pin-digits",
	    .kind = Y_UINT,
	    DOC(pace.pin_digits),
	    .min = PERSO_PIN_MIN,
	    .max = PERSO_PIN_MAX },
	{ .key = "puk-digits",
	    .kind = Y_UINT,
	    DOC(pace.puk_digits),
	    .min = PERSO_PUK_MIN,
	    .max = PERSO_PUK_MAX },
	{ 0 }
};
const struct yaml_field perso_ca_fields[] = {
	{ .key = "parameters",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(ca.parameters),
	    .names = perso_profile_parameters },
	{ .key = "cipher",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(ca.cipher),
	    .names = perso_profile_ciphers },
	{ .key = "key-id", .kind = Y_CUSTOM, .fn = read_key_id },
	{ .key = "origin",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(ca.origin),
	    .names = perso_profile_origins },
	{ 0 }
};
const struct yaml_field perso_ta_fields[] = { { .key = "data-groups",
						  .kind = Y_BITS,
						  .required = true,
						  DOC(ta.data_groups),
						  .names = eac_bits },
	{ .key = "trust-point",
	    .kind = Y_TEXT,
	    .required = true,
	    DOC(ta.trust_point) },
	{ 0 } };

/* ------------------------------------------------------------ checks */

static bool
has_pace(const struct perso_doc_profile *p)
{
	return (perso_profile_all_access(p) & PERSO_ACCESS_PACE) != 0;
}

static bool
has_cam(const struct perso_doc_profile *p)
{
	return (p->pace.mappings & PERSO_MAPPING_CAM) != 0;
}

/* The mapping proves possession of the key with the parameters' number. */
static bool
has_cam_key(const struct perso_doc_profile *p)
{
	return p->ca.cipher != 0 && p->ca.parameters == p->pace.parameters &&
	       p->ca.has_key_id && p->ca.key_id == p->pace.parameters;
}

static bool
is_file_name(const char *s)
{
	for (const char *c = s; *c; c++)
		if (*c == '/' || *c == '\\' || *c == ' ')
			return false;
	return s[0] != '.';
}

static bool
has_password(const struct perso_doc_profile *p, enum perso_password_bit which)
{
	return (p->pace.passwords & which) != 0;
}

static uint64_t
fields(const struct perso_doc_profile *p)
{
	return p->required | p->optional;
}

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

RULE_OF(pace_unsaid, has_pace(p) && p->pace.mappings == 0)
RULE_OF(pace_unused, !has_pace(p) && p->pace.mappings != 0)
RULE_OF(cam_alone, p->pace.mappings == PERSO_MAPPING_CAM)
RULE_OF(cam_dh, has_cam(p) && p->pace.parameters < DH_IDS)
RULE_OF(cam_3des, has_cam(p) && p->pace.cipher == PERSO_PROTOCOL_3DES)
RULE_OF(cam_no_key, has_cam(p) && !has_cam_key(p))
RULE_OF(no_mrz, has_pace(p) && !(p->pace.passwords & PERSO_PASSWORD_MRZ))
RULE_OF(pin_digits,
    has_password(p, PERSO_PASSWORD_PIN) != (p->pace.pin_digits != 0))
RULE_OF(puk_digits,
    has_password(p, PERSO_PASSWORD_PUK) != (p->pace.puk_digits != 0))
RULE_OF(puk_alone,
    has_password(p, PERSO_PASSWORD_PUK) && !has_password(p, PERSO_PASSWORD_PIN))
RULE_OF(
    no_letter, has_password(p, PERSO_PASSWORD_SECRET) && p->letter[0] == '\0')
RULE_OF(useless_letter,
    !has_password(p, PERSO_PASSWORD_SECRET) && p->letter[0] != '\0')
RULE_OF(no_card_access, has_pace(p) && !(p->mf_files & PERSO_MF_CARD_ACCESS))
RULE_OF(
    useless_card_access, !has_pace(p) && (p->mf_files & PERSO_MF_CARD_ACCESS))
RULE_OF(no_card_security, has_cam(p) && !(p->mf_files & PERSO_MF_CARD_SECURITY))
RULE_OF(useless_card_security,
    !has_cam(p) && (p->mf_files & PERSO_MF_CARD_SECURITY))
RULE_OF(pace_no_dg14, has_pace(p) && !perso_doc_profile_has_dg(p, 14))
RULE_OF(ca_no_dg14, p->ca.cipher != 0 && !perso_doc_profile_has_dg(p, 14))
RULE_OF(ta_no_ca, p->ta.data_groups != 0 && p->ca.cipher == 0)
RULE_OF(ta_no_file, (p->ta.data_groups & ~p->data_groups) != 0)
RULE_OF(eac_open, (p->data_groups & EAC_GROUPS & ~p->ta.data_groups) != 0)
RULE_OF(bad_trust_point, !is_file_name(p->ta.trust_point))
RULE_OF(no_cvca, p->ta.data_groups != 0 && !p->cvca)
RULE_OF(useless_cvca, p->ta.data_groups == 0 && p->cvca)
RULE_OF(dg3_unfed,
    perso_doc_profile_has_dg(p, 3) != ((fields(p) & PERSO_FIELD_DG3) != 0))
RULE_OF(dg4_unfed,
    perso_doc_profile_has_dg(p, 4) != ((fields(p) & PERSO_FIELD_DG4) != 0))
RULE_OF(clonable,
    p->anti_cloning && p->aa.kind == PERSO_AA_NONE && p->ca.cipher == 0)

const struct profile_rule perso_access_checks[] = {
	{ "access", "pace has no parameters: pace", pace_unsaid },
	{ "pace", "pace is not among access or its rules", pace_unused },
	{ "pace.mappings", "cam needs gm or im beside it", cam_alone },
	{ "pace.parameters", "cam is for elliptic curves", cam_dh },
	{ "pace.cipher", "cam is for AES", cam_3des },
	{ "pace.mappings",
	    "cam needs chip-authentication with the same parameters and their "
	    "number as key-id",
	    cam_no_key },
	{ "pace.passwords", "mrz is mandatory", no_mrz },
	{ "pace.passwords", "pin and pin-digits go together", pin_digits },
	{ "pace.passwords", "puk and puk-digits go together", puk_digits },
	{ "pace.passwords", "puk without pin", puk_alone },
	{ "pace.passwords", "pin needs a letter, the layout that tells it",
	    no_letter },
	{ "letter", "without pin there is nothing to tell", useless_letter },
	{ "access", "pace needs card-access among the mf-files",
	    no_card_access },
	{ "lds.mf-files", "card-access without pace", useless_card_access },
	{ "pace.mappings", "cam needs card-security among the mf-files",
	    no_card_security },
	{ "lds.mf-files", "card-security without cam", useless_card_security },
	{ "access", "pace needs 14 among the files", pace_no_dg14 },
	{ "chip-authentication", "needs 14 among the files", ca_no_dg14 },
	{ "terminal-authentication", "needs chip-authentication", ta_no_ca },
	{ "terminal-authentication.data-groups", "not among the files",
	    ta_no_file },
	{ "lds.files", "3 and 4 need terminal-authentication", eac_open },
	{ "terminal-authentication.trust-point", "not the name of a file",
	    bad_trust_point },
	{ "terminal-authentication", "needs cvca among the files", no_cvca },
	{ "lds.files", "cvca without terminal-authentication", useless_cvca },
	{ "lds.files", "3 and dg3 as a field of the order go together",
	    dg3_unfed },
	{ "lds.files", "4 and dg4 as a field of the order go together",
	    dg4_unfed },
	{ "anti-cloning", "needs active-authentication or chip-authentication",
	    clonable },
	{ NULL, NULL, NULL }
};
