/*
 * The field table of document profiles.
 */
#include "perso/hex.h"

#include "profile_int.h"

#define DOC(member) Y_AT(struct perso_doc_profile, member)
#define BIT_COM (1U << 0)
#define BIT_SOD (1U << 17)
#define BIT_CVCA (1U << 18)

static const struct yaml_name group_bits[] = { { "com", BIT_COM },
	{ "1", 1U << 1 }, { "2", 1U << 2 }, { "3", 1U << 3 }, { "4", 1U << 4 },
	{ "5", 1U << 5 }, { "7", 1U << 7 }, { "11", 1U << 11 },
	{ "12", 1U << 12 }, { "13", 1U << 13 }, { "14", 1U << 14 },
	{ "15", 1U << 15 }, { "16", 1U << 16 }, { "cvca", BIT_CVCA },
	{ "sod", BIT_SOD }, { NULL, 0 } };
static const struct yaml_name dg11_bits[] = { { "name", PERSO_DG11_NAME },
	{ "other-names", PERSO_DG11_OTHER_NAMES },
	{ "personal-number", PERSO_DG11_PERSONAL_NUMBER },
	{ "birth-date", PERSO_DG11_BIRTH_DATE },
	{ "birth-place", PERSO_DG11_BIRTH_PLACE },
	{ "address", PERSO_DG11_ADDRESS }, { "phone", PERSO_DG11_PHONE },
	{ "profession", PERSO_DG11_PROFESSION }, { "title", PERSO_DG11_TITLE },
	{ "summary", PERSO_DG11_SUMMARY },
	{ "citizenship", PERSO_DG11_CITIZENSHIP },
	{ "other-documents", PERSO_DG11_OTHER_DOCUMENTS },
	{ "custody", PERSO_DG11_CUSTODY }, { NULL, 0 } };
static const struct yaml_name dg12_bits[] = { { "authority",
						  PERSO_DG12_AUTHORITY },
	{ "issue-date", PERSO_DG12_ISSUE_DATE },
	{ "remarks", PERSO_DG12_REMARKS },
	{ "other-persons", PERSO_DG12_OTHER_PERSONS },
	{ "tax-exit", PERSO_DG12_TAX_EXIT }, { "front", PERSO_DG12_FRONT },
	{ "rear", PERSO_DG12_REAR },
	{ "personalised", PERSO_DG12_PERSONALISED },
	{ "system-serial", PERSO_DG12_SYSTEM_SERIAL }, { NULL, 0 } };
static const struct yaml_name formats[] = { { "td1", PERSO_DOC_TD1 },
	{ "td2", PERSO_DOC_TD2 }, { "td3", PERSO_DOC_TD3 },
	{ "mrv-a", PERSO_DOC_MRVA }, { "mrv-b", PERSO_DOC_MRVB }, { NULL, 0 } };
static const struct yaml_name sources[] = { { "blank", PERSO_NUMBER_BLANK },
	{ "range", PERSO_NUMBER_RANGE }, { "order", PERSO_NUMBER_ORDER },
	{ NULL, 0 } };
static const struct yaml_name separators[] = { { "drop", PERSO_SEPARATOR_DROP },
	{ "filler", PERSO_SEPARATOR_FILLER }, { NULL, 0 } };
static const struct yaml_name paddings[] = { { "pkcs1", PERSO_RSA_PKCS1 },
	{ "pss", PERSO_RSA_PSS }, { NULL, 0 } };
static const struct yaml_name algorithms[] = { { "none", PERSO_AA_NONE },
	{ "ecdsa", PERSO_AA_ECDSA }, { "rsa", PERSO_AA_RSA }, { NULL, 0 } };
static const struct yaml_name origins[] = { { "chip", PERSO_AA_CHIP },
	{ "loaded", PERSO_AA_LOADED }, { NULL, 0 } };
static perso_rc
read_hash(const struct yaml_file *f, const yaml_node_t *node, char dst[12])
{
	PERSO_TRY(perso_yaml_text(f, node, dst, 12));
	if (!perso_profile_is_hash(dst))
		return perso_yaml_fail(f, node->start_mark,
		    "must be one of: SHA-224, SHA-256, SHA-384, SHA-512");
	return PERSO_OK;
}

static perso_rc
read_lds_hash(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_hash(f, node, ((struct perso_doc_profile *)dst)->hash);
}

static perso_rc
read_sod_hash(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_hash(f, node, ((struct perso_doc_profile *)dst)->sod_hash);
}

static perso_rc
read_aa_hash(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_hash(f, node, ((struct perso_doc_profile *)dst)->aa.hash);
}

static perso_rc
read_states(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_CODES_MAX, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_text(f, perso_yaml_item(f, node, i),
		    p->nationalities[i], sizeof(p->nationalities[i])));
	p->nationality_count = n;
	return PERSO_OK;
}

static perso_rc
read_sexes(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;
	char one[2];

	PERSO_TRY(perso_yaml_list(f, node, 3, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(perso_yaml_text(f, item, one, sizeof(one)));
		if (!strchr("MFX", one[0]) || strchr(p->sexes, one[0]))
			return perso_yaml_fail(f, item->start_mark,
			    "M, F and X are expected, each once");
		p->sexes[i] = one[0];
		p->sexes[i + 1] = '\0';
	}
	return PERSO_OK;
}

static perso_rc
read_number_pattern(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_pattern(
	    f, node, ((struct perso_doc_profile *)dst)->number.pattern);
}

/* ------------------------------------------------------- other lists */

static perso_rc
read_letter(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_translit_choice *c = dst;
	char text[8];
	size_t at = 0;

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	struct perso_span s = perso_span_str(text);
	if (perso_utf8_next(s, &at, &c->letter) != PERSO_OK || at != s.n)
		return perso_yaml_fail(
		    f, node->start_mark, "one letter is expected");
	return PERSO_OK;
}

static const struct yaml_field letter_fields[] = { { .key = "letter",
						       .kind = Y_CUSTOM,
						       .required = true,
						       .fn = read_letter },
	{ .key = "as",
	    .kind = Y_TEXT,
	    .required = true,
	    Y_AT(struct perso_translit_choice, as) },
	{ 0 } };

static perso_rc
read_letters(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_TRANSLIT_MAX, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_map(f, perso_yaml_item(f, node, i),
		    letter_fields, &p->translit.letters[i]));
	p->translit.count = n;
	return PERSO_OK;
}

static perso_rc
read_chips(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_CHIPS_MAX, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_text(f, perso_yaml_item(f, node, i),
		    p->chips[i], sizeof(p->chips[i])));
	p->chip_count = n;
	snprintf(p->chips_place, sizeof(p->chips_place), "%.50s:%zu:1", f->name,
	    node->start_mark.line + 1);
	return PERSO_OK;
}

/* --------------------------------------------------------- the table */

static const struct yaml_field nationality_fields[] = {
	{ .key = "default", .kind = Y_TEXT, DOC(nationality) },
	{ .key = "allowed", .kind = Y_CUSTOM, .fn = read_states },
	{ .key = "any", .kind = Y_BOOL, DOC(nationality_any) }, { 0 }
};
static const struct yaml_field name_fields[] = { { .key = "surname-max",
						     .kind = Y_UINT,
						     .required = true,
						     DOC(surname_max),
						     .min = 1,
						     .max = 60 },
	{ .key = "given-names-max",
	    .kind = Y_UINT,
	    .required = true,
	    DOC(given_names_max),
	    .min = 1,
	    .max = 60 },
	{ .key = "language", .kind = Y_TEXT, DOC(translit.language) },
	{ .key = "cut", .kind = Y_TEXT, DOC(translit.cut) },
	{ .key = "keep",
	    .kind = Y_UINT,
	    DOC(translit.keep),
	    .min = 1,
	    .max = 20 },
	{ .key = "letters", .kind = Y_CUSTOM, .fn = read_letters }, { 0 } };
static const struct yaml_field number_fields[] = { { .key = "source",
						       .kind = Y_CHOICE,
						       .required = true,
						       DOC(number.kind),
						       .names = sources },
	{ .key = "pattern",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_number_pattern },
	{ .key = "prefix", .kind = Y_TEXT, DOC(number.prefix) },
	{ .key = "first",
	    .kind = Y_UINT,
	    DOC(number.first),
	    .max = 999999999999999999 },
	{ .key = "last",
	    .kind = Y_UINT,
	    DOC(number.last),
	    .min = 1,
	    .max = 999999999999999999 },
	{ .key = "digits",
	    .kind = Y_UINT,
	    DOC(number.digits),
	    .min = 1,
	    .max = 18 },
	{ 0 } };
static const struct yaml_field personal_fields[] = { { .key = "in-mrz",
							 .kind = Y_BOOL,
							 .required = true,
							 DOC(number_in_mrz) },
	{ .key = "separator",
	    .kind = Y_CHOICE,
	    DOC(mrz_separator),
	    .names = separators },
	{ .key = "rules", .kind = Y_CUSTOM, .fn = perso_profile_number_rules },
	{ 0 } };
static const struct yaml_field lds_fields[] = { { .key = "version",
						    .kind = Y_TEXT,
						    .required = true,
						    DOC(lds_version) },
	{ .key = "files",
	    .kind = Y_BITS,
	    .required = true,
	    DOC(data_groups),
	    .names = group_bits },
	{ .key = "mf-files",
	    .kind = Y_BITS,
	    DOC(mf_files),
	    .names = perso_profile_mf_files },
	{ .key = "hash",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_lds_hash },
	{ .key = "biometrics",
	    .kind = Y_CHOICE,
	    DOC(biometrics),
	    .names = perso_biometrics_names },
	{ .key = "dg11", .kind = Y_BITS, DOC(dg11), .names = dg11_bits },
	{ .key = "dg12", .kind = Y_BITS, DOC(dg12), .names = dg12_bits },
	{ .key = "system-serial", .kind = Y_TEXT, DOC(system_serial) }, { 0 } };
static const struct yaml_field sod_fields[] = { { .key = "hash",
						    .kind = Y_CUSTOM,
						    .required = true,
						    .fn = read_sod_hash },
	{ .key = "rsa-padding",
	    .kind = Y_CHOICE,
	    DOC(sod_rsa),
	    .names = paddings },
	{ 0 } };
static const struct yaml_field aa_fields[] = { { .key = "algorithm",
						   .kind = Y_CHOICE,
						   .required = true,
						   DOC(aa.kind),
						   .names = algorithms },
	{ .key = "curve",
	    .kind = Y_CHOICE,
	    DOC(aa.curve),
	    .names = perso_profile_curves },
	{ .key = "bits",
	    .kind = Y_UINT,
	    DOC(aa.bits),
	    .min = 1024,
	    .max = 4096 },
	{ .key = "hash", .kind = Y_CUSTOM, .fn = read_aa_hash },
	{ .key = "origin", .kind = Y_CHOICE, DOC(aa.origin), .names = origins },
	{ 0 } };
static const struct yaml_field printed_fields[] = {
	{ .key = "state", .kind = Y_TEXT, DOC(printed_state) },
	{ .key = "document", .kind = Y_TEXT, DOC(printed_document) }, { 0 }
};

static const struct yaml_field doc_fields[] = {
	{ .key = "id", .kind = Y_TEXT, .required = true, DOC(id) },
	{ .key = "extends", .kind = Y_TEXT, DOC(extends) },
	{ .key = "title", .kind = Y_TEXT, .required = true, DOC(title) },
	{ .key = "document-code",
	    .kind = Y_TEXT,
	    .required = true,
	    DOC(document_code) },
	{ .key = "mrz-format",
	    .kind = Y_CHOICE,
	    .required = true,
	    DOC(format),
	    .names = formats },
	{ .key = "issuer", .kind = Y_TEXT, .required = true, DOC(issuer) },
	{ .key = "country", .kind = Y_TEXT, .required = true, DOC(country) },
	{ .key = "nationality",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = nationality_fields },
	{ .key = "sexes",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_sexes },
	{ .key = "names", .kind = Y_MAP, .required = true, .sub = name_fields },
	{ .key = "document-number",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = number_fields },
	{ .key = "personal-number", .kind = Y_MAP, .sub = personal_fields },
	{ .key = "lds", .kind = Y_MAP, .sub = lds_fields },
	{ .key = "sod", .kind = Y_MAP, .sub = sod_fields },
	{ .key = "access",
	    .kind = Y_BITS,
	    DOC(access),
	    .names = perso_access_bits },
	{ .key = "rules", .kind = Y_CUSTOM, .fn = perso_profile_days },
	{ .key = "pace", .kind = Y_MAP, .sub = perso_pace_fields },
	{ .key = "active-authentication", .kind = Y_MAP, .sub = aa_fields },
	{ .key = "chip-authentication", .kind = Y_MAP, .sub = perso_ca_fields },
	{ .key = "terminal-authentication",
	    .kind = Y_MAP,
	    .sub = perso_ta_fields },
	{ .key = "anti-cloning", .kind = Y_BOOL, DOC(anti_cloning) },
	{ .key = "validity",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = perso_validity_fields },
	{ .key = "authority", .kind = Y_TEXT, DOC(authority) },
	{ .key = "order",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = perso_order_rule_fields },
	{ .key = "images",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = perso_image_fields },
	{ .key = "chips", .kind = Y_CUSTOM, .fn = read_chips },
	{ .key = "blanks", .kind = Y_TEXT, DOC(blanks) },
	{ .key = "seal", .kind = Y_CUSTOM, .fn = perso_profile_seal },
	{ .key = "layout", .kind = Y_TEXT, DOC(layout) },
	{ .key = "letter", .kind = Y_TEXT, DOC(letter) },
	{ .key = "printed", .kind = Y_MAP, .sub = printed_fields }, { 0 }
};

/* With chips the first four are there, without them none is. */
static const char *const chip_keys[] = { "lds", "sod", "access",
	"active-authentication", "pace", "chip-authentication",
	"terminal-authentication", "anti-cloning" };
#define CHIP_KEYS (sizeof(chip_keys) / sizeof(chip_keys[0]))
#define CHIP_KEYS_NEEDED 4

static perso_rc
check_chip_keys(const struct yaml_file *f, const struct perso_doc_profile *p)
{
	for (size_t i = 0; i < CHIP_KEYS; i++) {
		const struct yaml_file *at =
		    perso_yaml_file_of(f, chip_keys[i]);

		if (perso_doc_profile_is_chipless(p) && at)
			return perso_yaml_fail(at,
			    perso_yaml_mark(at, chip_keys[i]),
			    "%s: there is no chip: key chips is missing",
			    chip_keys[i]);
		if (!perso_doc_profile_is_chipless(p) && !at &&
		    i < CHIP_KEYS_NEEDED)
			return perso_yaml_fail(f, perso_yaml_mark(f, ""),
			    "key %s is missing", chip_keys[i]);
	}
	return PERSO_OK;
}

static perso_rc
read_files(const struct yaml_file *f, struct perso_doc_profile *p)
{
	const struct yaml_file *at = perso_yaml_file_of(f, "lds");

	PERSO_TRY(check_chip_keys(f, p));
	if (at && !(p->data_groups & BIT_SOD))
		return perso_yaml_fail(at, perso_yaml_mark(at, "lds.files"),
		    "lds.files: sod is missing");
	p->com = (p->data_groups & BIT_COM) != 0;
	p->cvca = (p->data_groups & BIT_CVCA) != 0;
	p->data_groups &= ~(uint32_t)(BIT_COM | BIT_SOD | BIT_CVCA);
	return PERSO_OK;
}

/* What a common file may not say. */
static perso_rc
check_common(const struct yaml_file *f)
{
	static const char *const own[] = { "id", "title", "extends" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (perso_yaml_file_of(f, own[i]))
			return perso_yaml_fail(f, perso_yaml_mark(f, own[i]),
			    "%s is not for a common file", own[i]);
	return PERSO_OK;
}

static perso_rc
read_doc(const struct yaml_file *f, struct perso_doc_profile *ret)
{
	struct perso_doc_profile p = { 0 };

	if (f->base)
		PERSO_TRY(check_common(f->base));
	else if (perso_yaml_file_of(f, "extends"))
		return perso_yaml_fail(f, perso_yaml_mark(f, "extends"),
		    "extends: there is no such file here");
	PERSO_TRY(perso_yaml_walk(f, doc_fields, &p));
	PERSO_TRY(read_files(f, &p));
	for (size_t i = 0; perso_doc_checks[i]; i++)
		PERSO_TRY(perso_profile_rules(perso_doc_checks[i], &p, f));
	*ret = p;
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_doc_profile_parse(
    struct perso_span yaml, const char *name, struct perso_doc_profile *ret)
{
	struct yaml_file f;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = read_doc(&f, ret);
	perso_yaml_done(&f);
	return rc;
}

/* see perso/profile.h */
perso_rc
perso_doc_profile_parse_on(struct perso_span yaml, const char *name,
    struct perso_span common, const char *common_name,
    struct perso_doc_profile *ret)
{
	struct yaml_file f, base;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = perso_yaml_load(common, common_name, &base);
	if (rc == PERSO_OK) {
		f.base = &base;
		rc = read_doc(&f, ret);
		perso_yaml_done(&base);
	}
	perso_yaml_done(&f);
	return rc;
}

static perso_rc
read_extends(const struct yaml_file *f, char ret[PERSO_PROFILE_ID_MAX + 1])
{
	const yaml_node_t *value = perso_yaml_value(f, "extends");
	char id[PERSO_PROFILE_ID_MAX + 1] = "";

	if (value)
		PERSO_TRY(perso_yaml_text(f, value, id, sizeof(id)));
	if (value && !perso_profile_is_id(id))
		return perso_yaml_fail(f, value->start_mark,
		    "small letters, digits and hyphens only");
	return perso_span_copy(
	    ret, PERSO_PROFILE_ID_MAX + 1, perso_span(id, sizeof(id)));
}

/* see perso/profile.h */
perso_rc
perso_doc_profile_extends(struct perso_span yaml, const char *name,
    char ret[PERSO_PROFILE_ID_MAX + 1])
{
	struct yaml_file f;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = read_extends(&f, ret);
	perso_yaml_done(&f);
	return rc;
}

/* see perso/profile.h */
const char *
perso_profile_word(enum perso_profile_words w, uint64_t value)
{
	static const struct yaml_name *const tables[] = { [PERSO_WORDS_ACCESS] =
							      perso_access_bits,
		[PERSO_WORDS_MAPPING] = perso_profile_mappings,
		[PERSO_WORDS_PASSWORD] = perso_profile_passwords,
		[PERSO_WORDS_CIPHER] = perso_profile_ciphers,
		[PERSO_WORDS_ORIGIN] = perso_profile_origins,
		[PERSO_WORDS_MF_FILE] = perso_profile_mf_files,
		[PERSO_WORDS_IMAGE] = perso_image_kinds,
		[PERSO_WORDS_DG11] = dg11_bits,
		[PERSO_WORDS_DG12] = dg12_bits,
		[PERSO_WORDS_SOURCE] = sources,
		[PERSO_WORDS_FIELD] = perso_field_bits,
		[PERSO_WORDS_REASON] = perso_reason_bits,
		[PERSO_WORDS_SYMBOL] = perso_profile_symbols,
		[PERSO_WORDS_LEVEL] = perso_profile_levels,
		[PERSO_WORDS_SEAL_SOURCE] = perso_profile_seal_sources };

	for (const struct yaml_name *n = tables[w]; n->name; n++)
		if (n->value == value)
			return n->name;
	return NULL;
}
