/*
 * The visible digital seal of a document without a chip: which definition,
 * which symbol, and where each of its features comes from.
 */
#include "layout_int.h"
#include "profile_int.h"

#define SEAL(m) Y_AT(struct perso_seal_profile, m)
#define VALUE(m) Y_AT(struct perso_seal_value, m)

/* The numbers of enum perso_symbol_kind and _level. */
const struct yaml_name perso_profile_symbols[] = { { "qr", 1 },
	{ "datamatrix", 2 }, { NULL, 0 } };
const struct yaml_name perso_profile_levels[] = { { "L", 0 }, { "M", 1 },
	{ "Q", 2 }, { "H", 3 }, { NULL, 0 } };

const struct yaml_name perso_profile_seal_sources[] = {
	{ "mrz", PERSO_SEAL_FROM_MRZ }, { "number", PERSO_SEAL_FROM_NUMBER },
	{ "personal-number", PERSO_SEAL_FROM_PERSONAL_NUMBER },
	{ "issue-date", PERSO_SEAL_FROM_ISSUE_DATE },
	{ "expiry-date", PERSO_SEAL_FROM_EXPIRY_DATE },
	{ "entries", PERSO_SEAL_FROM_ENTRIES },
	{ "duration-of-stay", PERSO_SEAL_FROM_DURATION },
	{ "passport-number", PERSO_SEAL_FROM_PASSPORT },
	{ "visa-type", PERSO_SEAL_FROM_TYPE }, { NULL, 0 }
};

static const struct yaml_field value_fields[] = {
	{ .key = "feature", .kind = Y_TEXT, .required = true, VALUE(feature) },
	{ .key = "from",
	    .kind = Y_CHOICE,
	    .required = true,
	    VALUE(source),
	    .names = perso_profile_seal_sources },
	{ 0 }
};

static perso_rc
read_values(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_seal_profile *s = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_SEAL_VALUES_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);

		PERSO_TRY(perso_yaml_map(f, item, value_fields, &s->values[i]));
		s->values[i].line = (unsigned)item->start_mark.line + 1;
		for (size_t k = 0; k < i; k++)
			if (strcmp(s->values[i].feature,
				s->values[k].feature) == 0)
				return perso_yaml_fail(f, item->start_mark,
				    "feature %s stands twice",
				    s->values[k].feature);
	}
	s->value_count = n;
	return PERSO_OK;
}

static const struct yaml_field seal_fields[] = { { .key = "definition",
						     .kind = Y_TEXT,
						     .required = true,
						     SEAL(definition) },
	{ .key = "version",
	    .kind = Y_UINT,
	    .required = true,
	    SEAL(version),
	    .min = 3,
	    .max = 4 },
	{ .key = "symbol",
	    .kind = Y_CHOICE,
	    .required = true,
	    SEAL(symbol),
	    .names = perso_profile_symbols },
	{ .key = "level",
	    .kind = Y_CHOICE,
	    SEAL(level),
	    .names = perso_profile_levels },
	{ .key = "values",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_values },
	{ 0 } };

/* see profile_int.h */
perso_rc
perso_profile_seal(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_seal_profile s = { .level = 1 };

	PERSO_TRY(perso_yaml_map(f, node, seal_fields, &s));
	snprintf(s.file, sizeof(s.file), "%.50s", f->name);
	s.line = (unsigned)node->start_mark.line + 1;
	((struct perso_doc_profile *)dst)->seal = s;
	return PERSO_OK;
}

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

static bool
has_seal(const struct perso_doc_profile *p)
{
	return p->seal.definition[0] != '\0';
}

static bool
needs_visa(const struct perso_doc_profile *p)
{
	for (size_t i = 0; i < p->seal.value_count; i++)
		if (p->seal.values[i].source >= PERSO_SEAL_FROM_ENTRIES)
			return true;
	return false;
}

RULE_OF(blanks_and_chips, p->blanks[0] != '\0' && p->chip_count != 0)
RULE_OF(no_word, p->blanks[0] != '\0' && !perso_profile_is_id(p->blanks))
RULE_OF(seal_and_chips, has_seal(p) && p->chip_count != 0)
RULE_OF(no_page, has_seal(p) && p->layout[0] == '\0')
RULE_OF(no_visa, needs_visa(p) && !(p->required & PERSO_FIELD_VISA))

const struct profile_rule perso_seal_checks[] = {
	{ "blanks", "documents with a chip have chips, not blanks",
	    blanks_and_chips },
	{ "blanks", "small letters, digits and hyphens only", no_word },
	{ "seal", "only documents without a chip are sealed", seal_and_chips },
	{ "seal", "there is no layout that it could stand in", no_page },
	{ "seal", "a value comes from the visa, which order.required lacks",
	    no_visa },
	{ NULL, NULL, NULL }
};

/* ------------------------------------- against definitions and layouts */

static bool
may_feed(enum perso_seal_source from, enum perso_seal_coding to)
{
	bool text = to == PERSO_SEAL_C40 || to == PERSO_SEAL_UTF8;

	switch (from) {
	case PERSO_SEAL_FROM_MRZ:
		return to == PERSO_SEAL_MRZ;
	case PERSO_SEAL_FROM_ISSUE_DATE:
	case PERSO_SEAL_FROM_EXPIRY_DATE:
		return to == PERSO_SEAL_DATE;
	case PERSO_SEAL_FROM_ENTRIES:
		return to == PERSO_SEAL_NUMBER;
	case PERSO_SEAL_FROM_DURATION:
		return to == PERSO_SEAL_DURATION;
	case PERSO_SEAL_FROM_TYPE:
		return text || to == PERSO_SEAL_BYTES;
	case PERSO_SEAL_FROM_NUMBER:
	case PERSO_SEAL_FROM_PERSONAL_NUMBER:
	case PERSO_SEAL_FROM_PASSPORT:
		return text;
	}
	return false;
}

static const struct perso_seal_feature *
find_feature(const struct perso_seal_definition *d, const char *name)
{
	for (size_t i = 0; i < d->feature_count; i++)
		if (strcmp(d->features[i].name, name) == 0)
			return &d->features[i];
	return NULL;
}

static bool
has_value(const struct perso_seal_profile *s, const char *feature)
{
	for (size_t i = 0; i < s->value_count; i++)
		if (strcmp(s->values[i].feature, feature) == 0)
			return true;
	return false;
}

static perso_rc
check_values(
    const struct perso_seal_profile *s, const struct perso_seal_definition *d)
{
	for (size_t i = 0; i < s->value_count; i++) {
		const struct perso_seal_value *v = &s->values[i];
		const struct perso_seal_feature *f =
		    find_feature(d, v->feature);

		if (f == NULL)
			PERSO_FAIL(PERSO_E_CONFIG,
			    "%s:%u: seal: a seal of %s has no feature %s",
			    s->file, v->line, d->id, v->feature);
		if (!may_feed(v->source, f->coding))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "%s:%u: seal: %s cannot be made of that field",
			    s->file, v->line, v->feature);
	}
	return PERSO_OK;
}

/* How many features of a group have a source. */
static size_t
count_group(const struct perso_seal_profile *s,
    const struct perso_seal_definition *d, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < d->feature_count; i++)
		n += strcmp(d->features[i].one_of, word) == 0 &&
		     has_value(s, d->features[i].name);
	return n;
}

static perso_rc
check_wanted(
    const struct perso_seal_profile *s, const struct perso_seal_definition *d)
{
	for (size_t i = 0; i < d->feature_count; i++) {
		const struct perso_seal_feature *f = &d->features[i];

		if (f->required && !has_value(s, f->name))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "%s:%u: seal: %s is wanted and has no source",
			    s->file, s->line, f->name);
		if (f->one_of[0] != '\0' && count_group(s, d, f->one_of) != 1)
			PERSO_FAIL(PERSO_E_CONFIG,
			    "%s:%u: seal: exactly one feature of %s must have "
			    "a source",
			    s->file, s->line, f->one_of);
	}
	return PERSO_OK;
}

static size_t
count_symbols(const struct perso_layout *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->side_count; i++)
		for (size_t k = 0; k < l->sides[i].count; k++)
			n += l->sides[i].v[k].kind == PERSO_LAYOUT_SYMBOL;
	return n;
}

/* Seal and symbol go together; on a card the symbol's place may stay empty. */
static perso_rc
check_symbol(const struct perso_doc_profile *p, const struct perso_layout *l)
{
	size_t n = l != NULL ? count_symbols(l) : 0;

	if (l == NULL || p->chip_count != 0 || n == (has_seal(p) ? 1 : 0))
		return PERSO_OK;
	if (!has_seal(p))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: layout %s has a symbol, but the "
		    "document no seal",
		    p->id, l->id);
	PERSO_FAIL(PERSO_E_CONFIG,
	    "%s:%u: seal: layout %s has %zu symbols, one is needed",
	    p->seal.file, p->seal.line, l->id, n);
}

/* see profile_int.h */
perso_rc
perso_profile_seal_suits(
    const struct perso_profiles *set, const struct perso_doc_profile *p)
{
	const struct perso_seal_profile *s = &p->seal;
	const struct perso_seal_definition *d;

	PERSO_TRY(check_symbol(p, perso_profiles_layout(set, p->layout)));
	if (!has_seal(p))
		return PERSO_OK;
	d = perso_profiles_seal(set, s->definition);
	if (d == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s:%u: seal: there is no definition %s", s->file, s->line,
		    s->definition);
	if (s->version < d->min_version)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s:%u: seal: a seal of %s has header version %u at least",
		    s->file, s->line, d->id, (unsigned)d->min_version);
	PERSO_TRY(check_values(s, d));
	return check_wanted(s, d);
}
