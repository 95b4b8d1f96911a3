/*
 * Chip products: the field table, ATR patterns, what a product can hold.
 */
#include <ctype.h>

#include "perso/buf.h"
#include "perso/hex.h"

#include "profile_int.h"

#define CHIP(member) Y_AT(struct perso_chip_profile, member)

static const struct yaml_name levels[] = { { "mac", 0x01 }, { "mac-enc", 0x03 },
	{ "mac-rmac", 0x11 }, { "mac-enc-rmac", 0x13 },
	{ "mac-enc-rmac-renc", 0x33 }, { NULL, 0 } };
static const struct yaml_name locks[] = {
	{ "activate-file", PERSO_LOCK_ACTIVATE_FILE }, { NULL, 0 }
};
static const struct yaml_name ca_origin_bits[] = { { "chip",
						       1U << PERSO_KEY_CHIP },
	{ "loaded", 1U << PERSO_KEY_LOADED }, { NULL, 0 } };
static const struct yaml_name cipher_bits[] = { { "3DES",
						    1U << PERSO_PROTOCOL_3DES },
	{ "AES-128", 1U << PERSO_PROTOCOL_AES128 },
	{ "AES-192", 1U << PERSO_PROTOCOL_AES192 },
	{ "AES-256", 1U << PERSO_PROTOCOL_AES256 }, { NULL, 0 } };
static const struct yaml_name origin_bits[] = { { "chip", 1U << PERSO_AA_CHIP },
	{ "loaded", 1U << PERSO_AA_LOADED }, { NULL, 0 } };

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "3B 8. 80 01 *" */
static bool
parse_atr(const char *s, struct perso_chip_profile *p)
{
	size_t n = 0; /* half bytes */

	for (; *s && *s != '*'; s++) {
		int v = nibble(*s);
		if (*s == ' ')
			continue;
		if ((v < 0 && *s != '.') || n == 2 * PERSO_ATR_MAX)
			return false;
		unsigned shift = n % 2 ? 0 : 4;
		if (v >= 0) {
			p->atr[n / 2] |= (uint8_t)((unsigned)v << shift);
			p->atr_mask[n / 2] |= (uint8_t)(0xFU << shift);
		}
		n++;
	}
	p->atr_open = *s == '*';
	p->atr_len = n / 2;
	return n >= 4 && n % 2 == 0 && (*s == '\0' || s[1] == '\0');
}

static perso_rc
read_atr(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	char text[PERSO_ATR_MAX * 3 + 4];

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	if (!parse_atr(text, dst))
		return perso_yaml_fail(f, node->start_mark,
		    "an ATR pattern is expected: hex, \".\" and a last \"*\"");
	return PERSO_OK;
}

static perso_rc
read_hex(const struct yaml_file *f, const yaml_node_t *node, size_t min,
    struct perso_buf *ret)
{
	char text[64];

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	if (perso_hex_decode(perso_span_str(text), ret) != PERSO_OK ||
	    ret->n < min)
		return perso_yaml_fail(f, node->start_mark,
		    "bytes in hex are expected, from %zu to %zu", min,
		    ret->max);
	return PERSO_OK;
}

static perso_rc
read_aid(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_chip_profile *p = dst;
	PERSO_BUF(b, sizeof(p->aid));

	PERSO_TRY(read_hex(f, node, 5, &b));
	PERSO_TRY(perso_span_copy(p->aid, sizeof(p->aid), perso_buf_span(&b)));
	p->aid_len = b.n;
	return PERSO_OK;
}

static perso_rc
read_pair(const struct yaml_file *f, const yaml_node_t *node, uint8_t dst[2])
{
	PERSO_BUF(b, 2);

	PERSO_TRY(read_hex(f, node, 2, &b));
	return perso_span_copy(dst, 2, perso_buf_span(&b));
}

static perso_rc
read_type(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_pair(f, node, ((struct perso_chip_profile *)dst)->ic_type);
}

static perso_rc
read_fabricator(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_pair(
	    f, node, ((struct perso_chip_profile *)dst)->ic_fabricator);
}

static perso_rc
read_curves(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_chip_profile *p = dst;
	size_t n = 0;
	char name[24];

	PERSO_TRY(perso_yaml_list(f, node, 16, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		const struct yaml_name *c = perso_profile_curves;
		PERSO_TRY(perso_yaml_text(f, item, name, sizeof(name)));
		while (c->name && strcmp(c->name, name) != 0)
			c++;
		if (!c->name)
			return perso_yaml_fail(
			    f, item->start_mark, "unknown curve");
		p->keygen_curves |= 1U << c->value;
	}
	return PERSO_OK;
}

static perso_rc
read_parameters(
    const struct yaml_file *f, const yaml_node_t *node, uint32_t *ret)
{
	size_t n = 0;
	char name[24];

	PERSO_TRY(perso_yaml_list(f, node, 16, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		const struct yaml_name *c = perso_profile_parameters;
		PERSO_TRY(perso_yaml_text(f, item, name, sizeof(name)));
		while (c->name && strcmp(c->name, name) != 0)
			c++;
		if (!c->name)
			return perso_yaml_fail(
			    f, item->start_mark, "unknown parameters");
		*ret |= UINT32_C(1) << c->value;
	}
	return PERSO_OK;
}

static perso_rc
read_pace_parameters(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_parameters(
	    f, node, &((struct perso_chip_profile *)dst)->pace_parameters);
}

static perso_rc
read_ca_parameters(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_parameters(
	    f, node, &((struct perso_chip_profile *)dst)->ca_parameters);
}

static perso_rc
read_rsa(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_chip_profile *p = dst;
	size_t n = 0;
	uint64_t bits = 0;

	PERSO_TRY(perso_yaml_list(f, node, 4, &n));
	for (size_t i = 0; i < n; i++) {
		PERSO_TRY(perso_yaml_uint(
		    f, perso_yaml_item(f, node, i), 1024, 4096, &bits));
		p->keygen_rsa[i] = (unsigned)bits;
	}
	p->keygen_rsa_count = n;
	return PERSO_OK;
}

static const struct yaml_field scp_fields[] = { { .key = "kvn",
						    .kind = Y_UINT,
						    .required = true,
						    CHIP(scp03_kvn),
						    .min = 1,
						    .max = 127 },
	{ .key = "level",
	    .kind = Y_CHOICE,
	    .required = true,
	    CHIP(scp03_level),
	    .names = levels },
	{ 0 } };
static const struct yaml_field length_fields[] = {
	{ .key = "extended", .kind = Y_BOOL, .required = true, CHIP(extended) },
	{ .key = "max-command",
	    .kind = Y_UINT,
	    .required = true,
	    CHIP(max_command),
	    .min = 128,
	    .max = 65535 },
	{ .key = "max-response",
	    .kind = Y_UINT,
	    .required = true,
	    CHIP(max_response),
	    .min = 128,
	    .max = 65536 },
	{ 0 }
};
static const struct yaml_field key_fields[] = { { .key = "bac",
						    .kind = Y_UINT,
						    .required = true,
						    CHIP(key_id_bac),
						    .min = 1,
						    .max = 255 },
	{ .key = "aa",
	    .kind = Y_UINT,
	    .required = true,
	    CHIP(key_id_aa),
	    .min = 1,
	    .max = 255 },
	{ .key = "aa-origins",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(aa_origins),
	    .names = origin_bits },
	{ .key = "pace-mrz",
	    .kind = Y_UINT,
	    CHIP(key_id_pace_mrz),
	    .min = 1,
	    .max = 255 },
	{ .key = "can",
	    .kind = Y_UINT,
	    CHIP(key_id_can),
	    .min = 1,
	    .max = 255 },
	{ .key = "pin",
	    .kind = Y_UINT,
	    CHIP(key_id_pin),
	    .min = 1,
	    .max = 255 },
	{ .key = "puk",
	    .kind = Y_UINT,
	    CHIP(key_id_puk),
	    .min = 1,
	    .max = 255 },
	{ .key = "ca", .kind = Y_UINT, CHIP(key_id_ca), .min = 1, .max = 255 },
	{ .key = "curves", .kind = Y_CUSTOM, .fn = read_curves },
	{ .key = "rsa-bits", .kind = Y_CUSTOM, .fn = read_rsa }, { 0 } };
static const struct yaml_field pace_fields[] = {
	{ .key = "mappings",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(pace_mappings),
	    .names = perso_profile_mappings },
	{ .key = "parameters",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_pace_parameters },
	{ .key = "ciphers",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(pace_ciphers),
	    .names = cipher_bits },
	{ .key = "passwords",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(pace_passwords),
	    .names = perso_profile_passwords },
	{ 0 }
};
static const struct yaml_field ca_fields[] = { { .key = "parameters",
						   .kind = Y_CUSTOM,
						   .required = true,
						   .fn = read_ca_parameters },
	{ .key = "ciphers",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(ca_ciphers),
	    .names = cipher_bits },
	{ .key = "origins",
	    .kind = Y_BITS,
	    .required = true,
	    CHIP(ca_origins),
	    .names = ca_origin_bits },
	{ 0 } };
static const struct yaml_field chip_fields[] = {
	{ .key = "id", .kind = Y_TEXT, .required = true, CHIP(id) },
	{ .key = "title", .kind = Y_TEXT, .required = true, CHIP(title) },
	{ .key = "family", .kind = Y_TEXT, .required = true, CHIP(family) },
	{ .key = "atr", .kind = Y_CUSTOM, .required = true, .fn = read_atr },
	{ .key = "ic-fabricator",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_fabricator },
	{ .key = "ic-type",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_type },
	{ .key = "application",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_aid },
	{ .key = "scp03", .kind = Y_MAP, .required = true, .sub = scp_fields },
	{ .key = "length",
	    .kind = Y_MAP,
	    .required = true,
	    .sub = length_fields },
	{ .key = "memory",
	    .kind = Y_UINT,
	    .required = true,
	    CHIP(memory),
	    .min = 4096,
	    .max = 16777216 },
	{ .key = "keys", .kind = Y_MAP, .required = true, .sub = key_fields },
	{ .key = "pace", .kind = Y_MAP, .sub = pace_fields },
	{ .key = "chip-authentication", .kind = Y_MAP, .sub = ca_fields },
	{ .key = "trust-points", .kind = Y_BOOL, CHIP(trust_points) },
	{ .key = "reads-before-lock",
	    .kind = Y_BOOL,
	    .required = true,
	    CHIP(reads_before_lock) },
	{ .key = "lock",
	    .kind = Y_CHOICE,
	    .required = true,
	    CHIP(lock),
	    .names = locks },
	{ .key = "mf-files",
	    .kind = Y_BITS,
	    CHIP(mf_files),
	    .names = perso_profile_mf_files },
	{ 0 }
};

static bool
short_too_long(const void *profile)
{
	const struct perso_chip_profile *p = profile;

	return !p->extended && (p->max_command > 255 || p->max_response > 256);
}

static bool
same_keys(const void *profile)
{
	const struct perso_chip_profile *p = profile;

	const uint8_t ids[] = { p->key_id_bac, p->key_id_aa, p->key_id_pace_mrz,
		p->key_id_can, p->key_id_pin, p->key_id_puk, p->key_id_ca };

	for (size_t i = 0; i < sizeof(ids); i++)
		for (size_t k = 0; k < i; k++)
			if (ids[i] != 0 && ids[i] == ids[k])
				return true;
	return false;
}

/* A password or key that has no number cannot be loaded. */
static bool
unnumbered(const void *profile)
{
	const struct perso_chip_profile *p = profile;
	const struct {
		enum perso_password_bit which;
		uint8_t key_id;
	} passwords[] = { { PERSO_PASSWORD_MRZ, p->key_id_pace_mrz },
		{ PERSO_PASSWORD_CAN, p->key_id_can },
		{ PERSO_PASSWORD_PIN, p->key_id_pin },
		{ PERSO_PASSWORD_PUK, p->key_id_puk } };

	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++)
		if (((p->pace_passwords & passwords[i].which) != 0) !=
		    (passwords[i].key_id != 0))
			return true;
	return (p->ca_origins != 0) != (p->key_id_ca != 0);
}

static bool
trusts_without_ca(const void *profile)
{
	const struct perso_chip_profile *p = profile;

	return p->trust_points && p->ca_origins == 0;
}

static bool
makes_nothing(const void *profile)
{
	const struct perso_chip_profile *p = profile;

	return (p->aa_origins & 1U << PERSO_AA_CHIP) != 0 &&
	       p->keygen_curves == 0 && p->keygen_rsa_count == 0;
}

static bool
bad_id(const void *profile)
{
	const char *s = ((const struct perso_chip_profile *)profile)->id;

	for (; *s; s++)
		if (!islower((unsigned char)*s) &&
		    !isdigit((unsigned char)*s) && *s != '-')
			return true;
	return false;
}

static const struct profile_rule chip_rules[] = {
	{ "id", "small letters, digits and hyphens only", bad_id },
	{ "length", "short length holds 255 bytes of command, 256 of response",
	    short_too_long },
	{ "keys", "two keys have one number", same_keys },
	{ "keys",
	    "pace-mrz, can, pin, puk and ca go with pace and "
	    "chip-authentication",
	    unnumbered },
	{ "trust-points", "needs chip-authentication", trusts_without_ca },
	{ "keys.aa-origins", "chip makes keys, but no curves or rsa-bits",
	    makes_nothing },
	{ NULL, NULL, NULL }
};

static perso_rc
read_chip(const struct yaml_file *f, struct perso_chip_profile *ret)
{
	struct perso_chip_profile p = { 0 };

	PERSO_TRY(perso_yaml_walk(f, chip_fields, &p));
	PERSO_TRY(perso_profile_rules(chip_rules, &p, f));
	*ret = p;
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_chip_profile_parse(
    struct perso_span yaml, const char *name, struct perso_chip_profile *ret)
{
	struct yaml_file f;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = read_chip(&f, ret);
	perso_yaml_done(&f);
	return rc;
}

/* see perso/profile.h */
bool
perso_chip_profile_matches(
    const struct perso_chip_profile *p, struct perso_span atr)
{
	if (atr.n < p->atr_len || (atr.n > p->atr_len && !p->atr_open))
		return false;
	for (size_t i = 0; i < p->atr_len; i++)
		if ((atr.p[i] & p->atr_mask[i]) != p->atr[i])
			return false;
	return true;
}

static bool
makes_rsa(const struct perso_chip_profile *c, unsigned bits)
{
	for (size_t i = 0; i < c->keygen_rsa_count; i++)
		if (c->keygen_rsa[i] == bits)
			return true;
	return false;
}

static perso_rc
suits_aa(const struct perso_chip_profile *c, const struct perso_doc_profile *d)
{
	const struct perso_aa_profile *aa = &d->aa;

	if (aa->kind == PERSO_AA_NONE)
		return PERSO_OK;
	if (!(c->aa_origins & 1U << aa->origin))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "AA key of %s: chip %s does not take keys of this origin",
		    d->id, c->id);
	if ((aa->kind == PERSO_AA_ECDSA &&
		!(c->keygen_curves >> aa->curve & 1)) ||
	    (aa->kind == PERSO_AA_RSA && !makes_rsa(c, aa->bits)))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "AA key of %s: chip %s does not have this algorithm", d->id,
		    c->id);
	return PERSO_OK;
}

static perso_rc
suits_pace(
    const struct perso_chip_profile *c, const struct perso_doc_profile *d)
{
	const struct perso_pace_profile *p = &d->pace;

	if (p->mappings == 0)
		return PERSO_OK;
	if (p->mappings & ~c->pace_mappings)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "PACE of %s: chip %s does not have all mappings", d->id,
		    c->id);
	if (!(c->pace_parameters >> p->parameters & 1) ||
	    !(c->pace_ciphers >> p->cipher & 1))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "PACE of %s: chip %s does not have these parameters or "
		    "this cipher",
		    d->id, c->id);
	if (p->passwords & ~c->pace_passwords)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "PACE of %s: chip %s does not take all passwords", d->id,
		    c->id);
	return PERSO_OK;
}

static perso_rc
suits_eac(const struct perso_chip_profile *c, const struct perso_doc_profile *d)
{
	const struct perso_ca_profile *ca = &d->ca;

	if (ca->cipher != 0 && !(c->ca_origins & 1U << ca->origin))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "CA key of %s: chip %s does not take keys of this origin",
		    d->id, c->id);
	if (ca->cipher != 0 && (!(c->ca_parameters >> ca->parameters & 1) ||
				   !(c->ca_ciphers >> ca->cipher & 1)))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "CA key of %s: chip %s does not have these parameters or "
		    "this cipher",
		    d->id, c->id);
	if (d->ta.data_groups != 0 && !c->trust_points)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s needs Terminal Authentication: chip %s does not have "
		    "it",
		    d->id, c->id);
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_chip_profile_suits(
    const struct perso_chip_profile *c, const struct perso_doc_profile *d)
{
	if (!perso_doc_profile_has_chip(d, c->id))
		PERSO_FAIL(PERSO_E_CONFIG, "%s is not on chips of kind %s",
		    d->id, c->id);
	if (d->mf_files & ~c->mf_files)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "chip %s does not hold all MF files of %s", c->id, d->id);
	PERSO_TRY(suits_aa(c, d));
	PERSO_TRY(suits_pace(c, d));
	return suits_eac(c, d);
}
