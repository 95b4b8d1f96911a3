/*
 * The days from which something else holds: access, document code, biometric
 * records; and the profile as it is on one day.
 */
#include "profile_int.h"

const struct yaml_name perso_biometrics_names[] = {
	{ "iso19794", PERSO_BIOMETRICS_19794 },
	{ "iso39794", PERSO_BIOMETRICS_39794 }, { NULL, 0 }
};

/* 0 is what a rule does not set. */
static const struct yaml_name set_biometrics[] = {
	{ "iso19794", PERSO_BIOMETRICS_19794 + 1 },
	{ "iso39794", PERSO_BIOMETRICS_39794 + 1 }, { NULL, 0 }
};

struct day_read {
	struct perso_day_rule rule;
	unsigned biometrics;
};

static perso_rc
read_from(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_date(
	    f, node, &((struct day_read *)dst)->rule.from);
}

static const struct yaml_field day_fields[] = {
	{ .key = "from", .kind = Y_CUSTOM, .required = true, .fn = read_from },
	{ .key = "access",
	    .kind = Y_BITS,
	    Y_AT(struct day_read, rule.access),
	    .names = perso_access_bits },
	{ .key = "document-code",
	    .kind = Y_TEXT,
	    Y_AT(struct day_read, rule.document_code) },
	{ .key = "biometrics",
	    .kind = Y_CHOICE,
	    Y_AT(struct day_read, biometrics),
	    .names = set_biometrics },
	{ 0 }
};

static perso_rc
read_day(const struct yaml_file *f, const yaml_node_t *node,
    struct perso_day_rule *ret)
{
	struct day_read d = { .biometrics = 0 };

	PERSO_TRY(perso_yaml_map(f, node, day_fields, &d));
	if (d.rule.access == 0 && d.rule.document_code[0] == '\0' &&
	    d.biometrics == 0)
		return perso_yaml_fail(f, node->start_mark,
		    "sets none of access, document-code, biometrics");
	d.rule.sets_biometrics = d.biometrics != 0;
	if (d.rule.sets_biometrics)
		d.rule.biometrics = (enum perso_biometrics)(d.biometrics - 1);
	*ret = d.rule;
	return PERSO_OK;
}

perso_rc
perso_profile_days(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	struct perso_day_rule *r = p->days;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_DAYS_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(read_day(f, item, &r[i]));
		if (i > 0 && perso_date_compare(r[i - 1].from, r[i].from) >= 0)
			return perso_yaml_fail(
			    f, item->start_mark, "dates must ascend");
	}
	p->day_count = n;
	return PERSO_OK;
}

/* ------------------------------------------------------------ checks */

unsigned
perso_profile_all_access(const struct perso_doc_profile *p)
{
	unsigned all = p->access;

	for (size_t i = 0; i < p->day_count; i++)
		all |= p->days[i].access;
	return all;
}

static bool
code_unfit(const void *profile)
{
	const struct perso_doc_profile *p = profile;

	for (size_t i = 0; i < p->day_count; i++)
		if (p->days[i].document_code[0] != '\0' &&
		    !perso_profile_code_fits(p, p->days[i].document_code))
			return true;
	return false;
}

static bool
chip_rule_alone(const void *profile)
{
	const struct perso_doc_profile *p = profile;

	for (size_t i = 0; i < p->day_count; i++)
		if (perso_doc_profile_is_chipless(p) &&
		    (p->days[i].access != 0 || p->days[i].sets_biometrics))
			return true;
	return false;
}

const struct profile_rule perso_day_checks[] = {
	{ "rules", "document-code does not go with this MRZ format",
	    code_unfit },
	{ "rules", "access and biometrics are for documents with chips",
	    chip_rule_alone },
	{ NULL, NULL, NULL }
};

/* ----------------------------------------------------------- by date */

/* see perso/profile.h */
bool
perso_doc_profile_is_chipless(const struct perso_doc_profile *p)
{
	return p->chip_count == 0;
}

/* see perso/profile.h */
bool
perso_doc_profile_has_infos(const struct perso_doc_profile *p)
{
	return p->aa.kind == PERSO_AA_ECDSA || p->ca.cipher != 0 ||
	       p->pace.mappings != 0;
}

/* see perso/profile.h */
const char *
perso_doc_profile_code(
    const struct perso_doc_profile *p, struct perso_date issued)
{
	const char *code = p->document_code;

	for (size_t i = 0; i < p->day_count; i++)
		if (p->days[i].document_code[0] != '\0' &&
		    perso_date_compare(issued, p->days[i].from) >= 0)
			code = p->days[i].document_code;
	return code;
}

static void
apply(const struct perso_day_rule *r, struct perso_doc_profile *on)
{
	if (r->access != 0)
		on->access = r->access;
	if (r->sets_biometrics)
		on->biometrics = r->biometrics;
	if (r->document_code[0] != '\0')
		snprintf(on->document_code, sizeof(on->document_code), "%s",
		    r->document_code);
}

/* see perso/profile.h */
void
perso_doc_profile_on(const struct perso_doc_profile *p,
    struct perso_date issued, struct perso_doc_profile *ret)
{
	*ret = *p;
	for (size_t i = 0; i < p->day_count; i++)
		if (perso_date_compare(issued, p->days[i].from) >= 0)
			apply(&p->days[i], ret);
	ret->day_count = 0;
	if (!(ret->access & PERSO_ACCESS_PACE)) {
		ret->pace = (struct perso_pace_profile){ .mappings = 0 };
		ret->mf_files &=
		    ~(unsigned)(PERSO_MF_CARD_ACCESS | PERSO_MF_CARD_SECURITY);
	}
	if (!perso_doc_profile_has_infos(ret))
		ret->data_groups &= ~(UINT32_C(1) << 14);
}
