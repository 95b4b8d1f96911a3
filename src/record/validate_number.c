/*
 * The national number of a holder against the rules of the profile.
 */
#include "record_int.h"

#define CODE "E-ORDER-PERSONAL-NUMBER"
#define PATH "$.holder.personal-number"
#define FORMER "$.holder.former-personal-number"

static bool
has_date(struct perso_date d)
{
	return d.year != 0;
}

/* Parts that are unknown contradict nothing. */
static bool
dates_agree(struct perso_date a, struct perso_date b)
{
	return (!a.year || !b.year || a.year == b.year) &&
	       (!a.month || !b.month || a.month == b.month) &&
	       (!a.day || !b.day || a.day == b.day);
}

/* The earliest and the latest day that a date with unknown parts can be. */
static struct perso_date
earliest(struct perso_date d)
{
	return (struct perso_date){ d.year, d.month ? d.month : 1,
		d.day ? d.day : 1 };
}

static struct perso_date
latest(struct perso_date d)
{
	return (struct perso_date){ d.year, d.month ? d.month : 12,
		d.day ? d.day : 31 };
}

static void
check_birth(const struct perso_record *r, const struct perso_number_rule *rule,
    struct perso_date in_number, const char *path, struct perso_findings *ret)
{
	if (!r->has_birth)
		return;
	if (has_date(in_number) && !dates_agree(in_number, r->birth))
		perso_findings_add(
		    ret, CODE, path, "contains another date than birth-date");
	if (r->birth.year == 0)
		return;
	if ((has_date(rule->born_until) &&
		perso_date_compare(earliest(r->birth), rule->born_until) > 0) ||
	    (has_date(rule->born_since) &&
		perso_date_compare(latest(r->birth), rule->born_since) < 0))
		perso_findings_add(ret, CODE, path,
		    "rule %s is not for holders born on that day", rule->id);
}

/* The first rule that it fits. Where none does: what the rule says whose
 * form it has. */
static void
check_rules(const struct perso_record *r, const char *text, const char *path,
    struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	struct perso_span number = perso_span_str(text);
	struct perso_date date = { 0 };
	const struct perso_number_rule *form = NULL;

	for (size_t i = 0; i < p->rule_count; i++) {
		perso_rc rc =
		    perso_number_rule_check(&p->rules[i], number, &date);
		if (rc == PERSO_OK) {
			check_birth(r, &p->rules[i], date, path, ret);
			return;
		}
		if (perso_pattern_matches(p->rules[i].pattern, number))
			form = &p->rules[i];
	}
	if (!form)
		perso_findings_add(ret, CODE, path,
		    "has none of the forms that %s allows", p->id);
	else if (perso_number_rule_check(form, number, &date) != PERSO_OK)
		perso_findings_trail(ret, CODE, path);
}

/* The number before a change: it must be one that was this holder's. */
static void
check_former(const struct perso_record *r, struct perso_findings *ret)
{
	if (r->former_number[0] == '\0')
		return;
	check_rules(r, r->former_number, FORMER, ret);
	if (strcmp(r->former_number, r->personal_number) == 0)
		perso_findings_add(
		    ret, CODE, FORMER, "is the same as personal-number");
}

void
perso_record_check_personal(
    const struct perso_record *r, struct perso_findings *ret)
{
	char text[PERSO_MRZ_OPTIONAL_MAX + 1];

	check_former(r, ret);
	if (r->personal_number[0] == '\0')
		return;
	if (r->profile->rule_count != 0)
		check_rules(r, r->personal_number, PATH, ret);
	if (perso_record_optional(r, text) != PERSO_OK)
		perso_findings_trail(ret, CODE, PATH);
}
