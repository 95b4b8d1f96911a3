/*
 * How long a document is valid: by the holder's age, within bounds.
 */
#include "profile_int.h"

#define DOC(member) Y_AT(struct perso_doc_profile, member)
#define STEP(member) Y_AT(struct perso_validity_step, member)

/* see perso/profile.h */
bool
perso_term_is_set(struct perso_term t)
{
	return t.years != 0 || t.months != 0 || t.days != 0;
}

/* see perso/profile.h */
struct perso_date
perso_term_end(struct perso_term t, struct perso_date from)
{
	struct perso_date d = perso_date_add_years(from, (int)t.years);
	int month = d.month - 1 + (int)t.months;

	d.year += month / 12;
	d.month = month % 12 + 1;
	while (t.months != 0 && d.day > 28 && !perso_date_is_valid(d))
		d.day--;
	return perso_date_add_days(d, (int)t.days);
}

/* see perso/profile.h */
void
perso_term_text(struct perso_term t, char dst[24])
{
	unsigned n = t.years ? t.years : t.months ? t.months : t.days;
	const char *unit = t.years ? "year" : t.months ? "month" : "day";

	dst[0] = '\0';
	if (n != 0)
		snprintf(dst, 24, "%u %s%s", n, unit, n == 1 ? "" : "s");
}

/* Terms of different units, from a day on that makes none of them short. */
static bool
is_longer(struct perso_term a, struct perso_term b)
{
	const struct perso_date from = { 2001, 1, 1 };

	return perso_date_compare(
		   perso_term_end(a, from), perso_term_end(b, from)) > 0;
}

static const struct yaml_field step_fields[] = { { .key = "from-age",
						     .kind = Y_UINT,
						     .required = true,
						     STEP(from_age),
						     .max = 120 },
	{ .key = "years",
	    .kind = Y_UINT,
	    STEP(term.years),
	    .min = 1,
	    .max = 50 },
	{ .key = "months",
	    .kind = Y_UINT,
	    STEP(term.months),
	    .min = 1,
	    .max = 600 },
	{ .key = "days",
	    .kind = Y_UINT,
	    STEP(term.days),
	    .min = 1,
	    .max = 3660 },
	{ 0 } };

static bool
is_one(struct perso_term t)
{
	return (t.years != 0) + (t.months != 0) + (t.days != 0) == 1;
}

static perso_rc
read_steps(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_doc_profile *p = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_STEPS_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(perso_yaml_map(f, item, step_fields, &p->steps[i]));
		unsigned age = p->steps[i].from_age;
		if (i == 0 ? age != 0 : age <= p->steps[i - 1].from_age)
			return perso_yaml_fail(f, item->start_mark,
			    "ages must start at 0 and ascend");
		if (!is_one(p->steps[i].term))
			return perso_yaml_fail(f, item->start_mark,
			    "one of years, months, days is expected");
	}
	p->step_count = n;
	return PERSO_OK;
}

#define TERM_FIELDS(key_, member)                                      \
	{ .key = key_ "-years",                                        \
		.kind = Y_UINT,                                        \
		DOC(member.years),                                     \
		.min = 1,                                              \
		.max = 50 },                                           \
	    { .key = key_ "-months",                                   \
		    .kind = Y_UINT,                                    \
		    DOC(member.months),                                \
		    .min = 1,                                          \
		    .max = 600 },                                      \
	{                                                              \
		.key = key_ "-days", .kind = Y_UINT, DOC(member.days), \
		.min = 1, .max = 3660                                  \
	}

const struct yaml_field perso_validity_fields[] = {
	{ .key = "steps", .kind = Y_CUSTOM, .fn = read_steps },
	TERM_FIELDS("max", max_validity), TERM_FIELDS("min", min_validity),
	{ 0 }
};

/* ------------------------------------------------------------ checks */

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

static struct perso_term
extreme_step(const struct perso_doc_profile *p, bool longest)
{
	struct perso_term t = p->steps[0].term;

	for (size_t i = 1; i < p->step_count; i++)
		if (is_longer(p->steps[i].term, t) == longest)
			t = p->steps[i].term;
	return t;
}

RULE_OF(
    no_steps, p->step_count == 0 && !(p->required & PERSO_FIELD_EXPIRY_DATE))
RULE_OF(bad_max, !is_one(p->max_validity))
RULE_OF(bad_min, perso_term_is_set(p->min_validity) && !is_one(p->min_validity))
RULE_OF(long_steps,
    p->step_count != 0 && is_longer(extreme_step(p, true), p->max_validity))
RULE_OF(short_steps,
    p->step_count != 0 && is_longer(p->min_validity, extreme_step(p, false)))
RULE_OF(min_above_max, is_longer(p->min_validity, p->max_validity))

const struct profile_rule perso_validity_checks[] = {
	{ "validity", "without steps, expiry-date must be required", no_steps },
	{ "validity", "one of max-years, max-months, max-days is expected",
	    bad_max },
	{ "validity", "one of min-years, min-months, min-days at most",
	    bad_min },
	{ "validity.max-years", "less than a step gives", long_steps },
	{ "validity.steps", "less than the minimum", short_steps },
	{ "validity", "minimum above maximum", min_above_max },
	{ NULL, NULL, NULL }
};

/* see perso/profile.h */
struct perso_term
perso_doc_profile_term(const struct perso_doc_profile *p, unsigned age)
{
	struct perso_term t = { 0 };

	for (size_t i = 0; i < p->step_count; i++)
		if (age >= p->steps[i].from_age)
			t = p->steps[i].term;
	return t;
}

/* see perso/profile.h */
struct perso_term
perso_doc_profile_longest(const struct perso_doc_profile *p)
{
	return p->step_count != 0 ? extreme_step(p, true) : p->max_validity;
}
