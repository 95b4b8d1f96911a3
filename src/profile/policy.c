/*
 * profiles/policy.yaml: the days that hold for documents of all kinds.
 */
#include "profile_int.h"

static const struct yaml_name bits[] = { { "bac", PERSO_POLICY_BAC },
	{ "pace", PERSO_POLICY_PACE }, { "iso19794", PERSO_POLICY_ISO19794 },
	{ "iso39794", PERSO_POLICY_ISO39794 }, { NULL, 0 } };

static perso_rc
read_from(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_date(
	    f, node, &((struct perso_policy_rule *)dst)->from);
}

#define RULE(member) Y_AT(struct perso_policy_rule, member)

static const struct yaml_field rule_fields[] = {
	{ .key = "from", .kind = Y_CUSTOM, .required = true, .fn = read_from },
	{ .key = "needs", .kind = Y_BITS, RULE(needs), .names = bits },
	{ .key = "forbids", .kind = Y_BITS, RULE(forbids), .names = bits },
	{ .key = "source", .kind = Y_TEXT, .required = true, RULE(source) },
	{ 0 }
};

static perso_rc
read_rules(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_policy *p = dst;
	struct perso_policy_rule *r = p->rules;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_POLICY_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(perso_yaml_map(f, item, rule_fields, &r[i]));
		if ((r[i].needs | r[i].forbids) == 0 ||
		    (r[i].needs & r[i].forbids) != 0)
			return perso_yaml_fail(f, item->start_mark,
			    "needs or forbids is expected, no word in both");
		if (i > 0 && perso_date_compare(r[i - 1].from, r[i].from) > 0)
			return perso_yaml_fail(
			    f, item->start_mark, "dates must ascend");
	}
	p->count = n;
	return PERSO_OK;
}

static const struct yaml_field policy_fields[] = {
	{ .key = "notice-days",
	    .kind = Y_UINT,
	    .required = true,
	    Y_AT(struct perso_policy, notice_days),
	    .min = 1,
	    .max = 3660 },
	{ .key = "rules",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_rules },
	{ 0 }
};

/* see perso/profile.h */
perso_rc
perso_policy_parse(
    struct perso_span yaml, const char *name, struct perso_policy *ret)
{
	struct perso_policy p = { 0 };
	struct yaml_file f;

	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	perso_rc rc = perso_yaml_walk(&f, policy_fields, &p);
	perso_yaml_done(&f);
	PERSO_TRY(rc);
	*ret = p;
	return PERSO_OK;
}

/* see perso/profile.h */
const char *
perso_policy_breach(
    const struct perso_policy_rule *r, const struct perso_doc_profile *on)
{
	static const struct {
		unsigned bit;
		const char *missing, *present;
	} words[] = { { PERSO_POLICY_BAC, "has no BAC", "has BAC" },
		{ PERSO_POLICY_PACE, "has no PACE", "has PACE" },
		{ PERSO_POLICY_ISO19794, "has no ISO/IEC 19794 records",
		    "has ISO/IEC 19794 records" },
		{ PERSO_POLICY_ISO39794, "has no ISO/IEC 39794 records",
		    "has ISO/IEC 39794 records" } };
	unsigned has = 0;

	if (perso_doc_profile_is_chipless(on))
		return NULL;
	has |= on->access & PERSO_ACCESS_BAC ? PERSO_POLICY_BAC : 0;
	has |= on->access & PERSO_ACCESS_PACE ? PERSO_POLICY_PACE : 0;
	has |= on->biometrics == PERSO_BIOMETRICS_39794 ? PERSO_POLICY_ISO39794
							: PERSO_POLICY_ISO19794;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (r->needs & words[i].bit & ~has)
			return words[i].missing;
		if (r->forbids & words[i].bit & has)
			return words[i].present;
	}
	return NULL;
}
