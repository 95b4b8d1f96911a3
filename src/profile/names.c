/*
 * The words that profiles and orders use, and what they stand for.
 */
#include "profile_int.h"

static const char *const field_names[] = { "surname", "given-names",
	"native-name", "other-names", "birth-date", "sex", "nationality",
	"personal-number", "birth-place", "address", "phone", "profession",
	"title", "height", "number", "issue-date", "expiry-date", "authority",
	"remarks", "replaces", "portrait", "signature", "dg3", "dg4",
	"former-personal-number" };

/* From bit 32 on. */
static const char *const more_field_names[] = { "summary", "other-documents",
	"custody", "notify", "other-persons", "tax-exit", "issuer-data",
	"citizenship", "front", "rear", "visa" };

static const char *const reason_names[] = { "first", "renewal", "lost",
	"stolen", "damaged", "change", "change-name", "change-sex",
	"change-status", "naturalisation", "repatriation" };
static const char *const format_names[] = { "td1", "td2", "td3", "mrv-a",
	"mrv-b" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
name_of(const char *const *names, size_t count, uint64_t bit)
{
	for (size_t i = 0; i < count; i++)
		if (bit == UINT64_C(1) << i)
			return names[i];
	return NULL;
}

/* see perso/profile.h */
const char *
perso_doc_field_name(uint64_t bit)
{
	if (bit > UINT32_MAX)
		return (bit & UINT32_MAX) != 0
			   ? NULL
			   : name_of(more_field_names, COUNT(more_field_names),
				 bit >> 32);
	return name_of(field_names, COUNT(field_names), bit);
}

/* see perso/profile.h */
const char *
perso_doc_format_name(enum perso_doc_format f)
{
	return f < 1 || f > COUNT(format_names) ? "" : format_names[f - 1];
}

/* see perso/profile.h */
const char *
perso_biometrics_name(enum perso_biometrics b)
{
	return b == PERSO_BIOMETRICS_39794 ? "iso39794" : "iso19794";
}

/* see perso/profile.h */
const char *
perso_reason_name(unsigned bit)
{
	return name_of(reason_names, COUNT(reason_names), bit);
}

/* see perso/profile.h */
unsigned
perso_reason_from_name(const char *name)
{
	for (size_t i = 0; i < COUNT(reason_names); i++)
		if (strcmp(name, reason_names[i]) == 0)
			return 1U << i;
	return 0;
}

/* Doc 9303-11, table 6; those that documents may be issued with. */
const struct yaml_name perso_profile_curves[] = { { "P-256", 12 },
	{ "P-384", 15 }, { "P-521", 18 }, { "brainpoolP256r1", 13 },
	{ "brainpoolP384r1", 16 }, { "brainpoolP512r1", 17 }, { NULL, 0 } };

const struct yaml_name perso_profile_mf_files[] = { { "atr-info",
							PERSO_MF_ATR_INFO },
	{ "dir", PERSO_MF_DIR }, { "card-access", PERSO_MF_CARD_ACCESS },
	{ "card-security", PERSO_MF_CARD_SECURITY }, { NULL, 0 } };

/* Doc 9303-11, table 6; those that documents may be issued with. */
const struct yaml_name perso_profile_parameters[] = { { "DH-1024-160", 0 },
	{ "DH-2048-224", 1 }, { "DH-2048-256", 2 }, { "P-256", 12 },
	{ "brainpoolP256r1", 13 }, { "brainpoolP320r1", 14 }, { "P-384", 15 },
	{ "brainpoolP384r1", 16 }, { "brainpoolP512r1", 17 }, { "P-521", 18 },
	{ NULL, 0 } };
const struct yaml_name perso_profile_ciphers[] = {
	{ "3DES", PERSO_PROTOCOL_3DES }, { "AES-128", PERSO_PROTOCOL_AES128 },
	{ "AES-192", PERSO_PROTOCOL_AES192 },
	{ "AES-256", PERSO_PROTOCOL_AES256 }, { NULL, 0 }
};
const struct yaml_name perso_profile_mappings[] = { { "gm", PERSO_MAPPING_GM },
	{ "im", PERSO_MAPPING_IM }, { "cam", PERSO_MAPPING_CAM }, { NULL, 0 } };
const struct yaml_name perso_profile_passwords[] = { { "mrz",
							 PERSO_PASSWORD_MRZ },
	{ "can", PERSO_PASSWORD_CAN }, { "pin", PERSO_PASSWORD_PIN },
	{ "puk", PERSO_PASSWORD_PUK }, { NULL, 0 } };
const struct yaml_name perso_profile_origins[] = { { "chip", PERSO_KEY_CHIP },
	{ "loaded", PERSO_KEY_LOADED }, { NULL, 0 } };

/* see perso/profile.h */
const char *
perso_profile_parameters_name(unsigned id)
{
	const struct yaml_name *n = perso_profile_parameters;

	while (n->name && n->value != id)
		n++;
	return n->name;
}

bool
perso_profile_is_hash(const char *name)
{
	static const char *const hashes[] = { "SHA-224", "SHA-256", "SHA-384",
		"SHA-512" };

	for (size_t i = 0; i < COUNT(hashes); i++)
		if (strcmp(name, hashes[i]) == 0)
			return true;
	return false;
}
