/*
 * The rules of national numbers in document profiles.
 */
#include "profile_int.h"

perso_rc
perso_profile_pattern(
    const struct yaml_file *f, const yaml_node_t *node, char *dst)
{
	PERSO_TRY(perso_yaml_text(f, node, dst, PERSO_PATTERN_MAX + 1));
	if (!perso_pattern_is_valid(dst))
		return perso_yaml_fail(f, node->start_mark,
		    "not a pattern: classes [A-Z0-9], characters, {n}, ?");
	return PERSO_OK;
}

perso_rc
perso_profile_date(
    const struct yaml_file *f, const yaml_node_t *node, struct perso_date *ret)
{
	char text[12];

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	if (perso_date_parse(perso_span_str(text), ret) != PERSO_OK)
		return perso_yaml_fail(
		    f, node->start_mark, "a date YYYY-MM-DD is expected");
	return PERSO_OK;
}

#define RULE(member) Y_AT(struct perso_number_rule, member)

static perso_rc
read_rule_pattern(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_pattern(
	    f, node, ((struct perso_number_rule *)dst)->pattern);
}

static perso_rc
read_until(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_date(
	    f, node, &((struct perso_number_rule *)dst)->born_until);
}

static perso_rc
read_since(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return perso_profile_date(
	    f, node, &((struct perso_number_rule *)dst)->born_since);
}

static perso_rc
read_bytes(const struct yaml_file *f, const yaml_node_t *node, uint8_t *dst,
    size_t *count)
{
	size_t n = 0, max = *count;
	uint64_t v = 0;

	PERSO_TRY(perso_yaml_list(f, node, max, &n));
	for (size_t i = 0; i < n; i++) {
		PERSO_TRY(
		    perso_yaml_uint(f, perso_yaml_item(f, node, i), 0, 96, &v));
		dst[i] = (uint8_t)v;
	}
	*count = n;
	return PERSO_OK;
}

static perso_rc
read_weights(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_number_rule *r = dst;

	r->weight_count = PERSO_WEIGHTS_MAX;
	return read_bytes(f, node, r->weights, &r->weight_count);
}

static perso_rc
read_forbidden(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_number_rule *r = dst;

	r->forbidden_count = sizeof(r->forbidden);
	return read_bytes(f, node, r->forbidden, &r->forbidden_count);
}

static perso_rc
read_centuries(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_number_rule *r = dst;
	size_t n = 0;
	uint64_t v = 0;

	PERSO_TRY(perso_yaml_list(f, node, 10, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(perso_yaml_uint(f, item, 0, 2900, &v));
		if (v % 100 != 0)
			return perso_yaml_fail(f, item->start_mark,
			    "the first year of a century is expected");
		r->centuries[i] = (uint16_t)v;
	}
	return PERSO_OK;
}

static const struct yaml_field rule_fields[] = {
	{ .key = "id", .kind = Y_TEXT, .required = true, RULE(id) },
	{ .key = "pattern",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_rule_pattern },
	{ .key = "born-until", .kind = Y_CUSTOM, .fn = read_until },
	{ .key = "born-since", .kind = Y_CUSTOM, .fn = read_since },
	{ .key = "weights", .kind = Y_CUSTOM, .fn = read_weights },
	{ .key = "modulus",
	    .kind = Y_UINT,
	    RULE(modulus),
	    .min = 2,
	    .max = 97 },
	{ .key = "offset", .kind = Y_UINT, RULE(offset), .max = 9999 },
	{ .key = "check-at",
	    .kind = Y_UINT,
	    RULE(check_at),
	    .min = 1,
	    .max = PERSO_WEIGHTS_MAX },
	{ .key = "forbidden", .kind = Y_CUSTOM, .fn = read_forbidden },
	{ .key = "date-at",
	    .kind = Y_UINT,
	    RULE(date_at),
	    .min = 1,
	    .max = PERSO_WEIGHTS_MAX - 5 },
	{ .key = "century-at",
	    .kind = Y_UINT,
	    RULE(century_at),
	    .min = 1,
	    .max = PERSO_WEIGHTS_MAX },
	{ .key = "centuries", .kind = Y_CUSTOM, .fn = read_centuries }, { 0 }
};

static perso_rc
check_rule(const struct yaml_file *f, const yaml_node_t *node,
    const struct perso_number_rule *r)
{
	bool weights = r->weight_count != 0;

	if (weights != (r->modulus != 0) || weights != (r->check_at != 0))
		return perso_yaml_fail(f, node->start_mark,
		    "weights, modulus and check-at go together");
	if (!weights && (r->offset || r->forbidden_count))
		return perso_yaml_fail(
		    f, node->start_mark, "offset and forbidden need weights");
	if (weights && r->check_at <= r->weight_count &&
	    r->weights[r->check_at - 1] != 0)
		return perso_yaml_fail(
		    f, node->start_mark, "the check digit weighs into itself");
	bool century = r->centuries[0] != 0 || r->centuries[1] != 0;
	if ((r->date_at != 0) != (r->century_at != 0) ||
	    (r->date_at != 0) != century)
		return perso_yaml_fail(f, node->start_mark,
		    "date-at, century-at and centuries go together");
	return PERSO_OK;
}

perso_rc
perso_profile_number_rules(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_RULES_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(perso_yaml_map(f, item, rule_fields, &p->rules[i]));
		PERSO_TRY(check_rule(f, item, &p->rules[i]));
	}
	p->rule_count = n;
	return PERSO_OK;
}
