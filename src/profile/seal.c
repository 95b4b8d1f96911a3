/*
 * Definitions of visible digital seals: profiles/seals.
 */
#include <string.h>

#include "perso/hex.h"

#include "profile_int.h"

#define DEF(m) Y_AT(struct perso_seal_definition, m)
#define FEATURE(m) Y_AT(struct perso_seal_feature, m)
#define MRZ_CHARS_MAX 90

static const struct yaml_name codings[] = { { "c40", PERSO_SEAL_C40 },
	{ "mrz", PERSO_SEAL_MRZ }, { "bytes", PERSO_SEAL_BYTES },
	{ "number", PERSO_SEAL_NUMBER }, { "date", PERSO_SEAL_DATE },
	{ "duration", PERSO_SEAL_DURATION }, { "utf8", PERSO_SEAL_UTF8 },
	{ NULL, 0 } };

/* Feature definition reference and document type category, as the two bytes
 * stand in the header: "5D01". */
static perso_rc
read_code(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_seal_definition *d = dst;
	char text[5];
	PERSO_BUF(bytes, 2);

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	if (strlen(text) != 4 ||
	    perso_hex_decode(perso_span_str(text), &bytes) != PERSO_OK ||
	    bytes.n != 2)
		return perso_yaml_fail(f, node->start_mark,
		    "four hexadecimal digits are expected");
	if (bytes.p[0] == 0 || bytes.p[0] == 255)
		return perso_yaml_fail(f, node->start_mark,
		    "the first byte must be from 01 to FE");
	d->definition = bytes.p[0];
	d->category = bytes.p[1];
	return PERSO_OK;
}

static const struct yaml_field feature_fields[] = { { .key = "tag",
							.kind = Y_UINT,
							.required = true,
							FEATURE(tag),
							.max = 254 },
	{ .key = "name", .kind = Y_TEXT, .required = true, FEATURE(name) },
	{ .key = "coding",
	    .kind = Y_CHOICE,
	    .required = true,
	    FEATURE(coding),
	    .names = codings },
	{ .key = "min-bytes",
	    .kind = Y_UINT,
	    .required = true,
	    FEATURE(min),
	    .max = PERSO_SEAL_VALUE_MAX },
	{ .key = "max-bytes",
	    .kind = Y_UINT,
	    .required = true,
	    FEATURE(max),
	    .min = 1,
	    .max = PERSO_SEAL_VALUE_MAX },
	{ .key = "characters",
	    .kind = Y_UINT,
	    FEATURE(chars),
	    .min = 1,
	    .max = MRZ_CHARS_MAX },
	{ .key = "required", .kind = Y_BOOL, FEATURE(required) },
	{ .key = "one-of", .kind = Y_TEXT, FEATURE(one_of) }, { 0 } };

static bool
is_word(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* What a coding leaves no choice of; NULL if all is well. */
static const char *
length_fault(const struct perso_seal_feature *t)
{
	bool fixed = t->min == t->max;

	if (t->min > t->max)
		return "min-bytes is above max-bytes";
	if ((t->coding == PERSO_SEAL_MRZ) != (t->chars != 0))
		return "mrz has characters, others have none";
	if (t->coding == PERSO_SEAL_MRZ &&
	    (!fixed || t->min != (t->chars + 2) / 3 * 2))
		return "min-bytes and max-bytes are not those of the "
		       "characters in C40";
	if (t->coding == PERSO_SEAL_NUMBER && (!fixed || t->max > 7))
		return "a number has one length, up to 7 bytes";
	if ((t->coding == PERSO_SEAL_DATE ||
		t->coding == PERSO_SEAL_DURATION) &&
	    (!fixed || t->max != 3))
		return "a date or duration has 3 bytes";
	if (t->coding == PERSO_SEAL_C40 && (t->min % 2 || t->max % 2))
		return "C40 has an even number of bytes";
	return NULL;
}

static perso_rc
check_feature(const struct yaml_file *f, const yaml_node_t *node,
    const struct perso_seal_definition *d, size_t n)
{
	const struct perso_seal_feature *t = &d->features[n];
	const char *fault = length_fault(t);

	if (!is_word(t->name) || !is_word(t->one_of))
		return perso_yaml_fail(f, node->start_mark,
		    "names are of small letters, digits and hyphens");
	if (fault != NULL)
		return perso_yaml_fail(f, node->start_mark, "%s", fault);
	if (t->required && t->one_of[0] != '\0')
		return perso_yaml_fail(f, node->start_mark,
		    "required contradicts one-of: one of them is required");
	for (size_t i = 0; i < n; i++)
		if (d->features[i].tag == t->tag ||
		    strcmp(d->features[i].name, t->name) == 0)
			return perso_yaml_fail(
			    f, node->start_mark, "tag or name stands twice");
	return PERSO_OK;
}

static bool
is_alone(const struct perso_seal_definition *d, size_t n)
{
	const char *word = d->features[n].one_of;

	for (size_t i = 0; i < d->feature_count; i++)
		if (i != n && strcmp(d->features[i].one_of, word) == 0)
			return false;
	return word[0] != '\0';
}

static perso_rc
read_features(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_seal_definition *d = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_SEAL_FEATURES_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);

		PERSO_TRY(
		    perso_yaml_map(f, item, feature_fields, &d->features[i]));
		PERSO_TRY(check_feature(f, item, d, i));
	}
	d->feature_count = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		if (is_alone(d, i))
			return perso_yaml_fail(f,
			    perso_yaml_item(f, node, i)->start_mark,
			    "one-of needs another feature with the same word");
	return PERSO_OK;
}

static const struct yaml_field seal_fields[] = {
	{ .key = "id", .kind = Y_TEXT, .required = true, DEF(id) },
	{ .key = "title", .kind = Y_TEXT, .required = true, DEF(title) },
	{ .key = "code", .kind = Y_CUSTOM, .required = true, .fn = read_code },
	{ .key = "min-version",
	    .kind = Y_UINT,
	    .required = true,
	    DEF(min_version),
	    .min = 3,
	    .max = 4 },
	{ .key = "features",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_features },
	{ 0 }
};

/* see perso/profile.h */
perso_rc
perso_seal_definition_parse(
    struct perso_span yaml, const char *name, struct perso_seal_definition *ret)
{
	struct perso_seal_definition d = { 0 };
	struct yaml_file f;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = perso_yaml_walk(&f, seal_fields, &d);
	if (rc == PERSO_OK && !is_word(d.id))
		rc = perso_yaml_fail(&f, perso_yaml_mark(&f, "id"),
		    "id: small letters, digits and hyphens only");
	perso_yaml_done(&f);
	if (rc == PERSO_OK)
		*ret = d;
	return rc;
}
