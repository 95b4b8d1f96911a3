/*
 * Looking ahead: see perso/outlook.h.
 */
#include "perso/mrz.h"
#include "perso/outlook.h"
#include "record_int.h"

#define DAYS_MAX (PERSO_DAYS_MAX + PERSO_POLICY_MAX + 6)

struct days {
	size_t count;
	struct perso_date v[DAYS_MAX];
};

static void
add_day(struct days *d, struct perso_date day, struct perso_date from,
    struct perso_date until)
{
	size_t at = 0;

	if (perso_date_compare(day, from) < 0 ||
	    perso_date_compare(day, until) > 0)
		return;
	while (at < d->count && perso_date_compare(d->v[at], day) < 0)
		at++;
	if (d->count == DAYS_MAX ||
	    (at < d->count && perso_date_compare(d->v[at], day) == 0))
		return;
	for (size_t i = d->count; i > at; i--)
		d->v[i] = d->v[i - 1];
	d->v[at] = day;
	d->count++;
}

/* The first day of issue whose documents live until the end of those without
 * a second letter. */
static struct perso_date
first_too_long(const struct perso_doc_profile *p, struct perso_date ends)
{
	struct perso_term t = perso_doc_profile_longest(p);
	struct perso_date d =
	    perso_date_add_years(perso_date_add_days(ends, -(int)t.days),
		-(int)(t.years + (t.months + 11) / 12));

	while (perso_date_compare(perso_term_end(t, d), ends) < 0)
		d = perso_date_add_days(d, 1);
	return d;
}

static void
collect(const struct perso_policy *policy, const struct perso_doc_profile *p,
    struct perso_date from, struct perso_date until, struct days *ret)
{
	struct perso_mrz_document_days m = perso_mrz_document_days();

	add_day(ret, from, from, until);
	for (size_t i = 0; i < p->day_count; i++)
		add_day(ret, p->days[i].from, from, until);
	for (size_t i = 0; policy && i < policy->count; i++)
		add_day(ret, policy->rules[i].from, from, until);
	add_day(ret, m.in_table, from, until);
	add_day(ret, m.required, from, until);
	add_day(ret, first_too_long(p, m.ends), from, until);
}

static struct perso_outlook_row *
new_row(struct perso_outlook *o, struct perso_date day,
    enum perso_outlook_kind kind)
{
	struct perso_outlook_row *r;

	if (o->count == PERSO_OUTLOOK_MAX)
		return NULL;
	r = &o->v[o->count++];
	*r = (struct perso_outlook_row){ .day = day, .kind = kind };
	return r;
}

static const char *
access_name(unsigned access)
{
	static const char *const names[] = { "none", "bac", "pace",
		"bac, pace" };

	return names[access & 3];
}

static void
say_change(const struct perso_doc_profile *was,
    const struct perso_doc_profile *is, struct perso_date day,
    struct perso_outlook *ret)
{
	struct perso_outlook_row *r;

	if (was->access != is->access &&
	    (r = new_row(ret, day, PERSO_OUTLOOK_CHANGE)) != NULL)
		snprintf(r->text, sizeof(r->text), "access %s -> %s",
		    access_name(was->access), access_name(is->access));
	if (strcmp(was->document_code, is->document_code) != 0 &&
	    (r = new_row(ret, day, PERSO_OUTLOOK_CHANGE)) != NULL)
		snprintf(r->text, sizeof(r->text), "document code %s -> %s",
		    was->document_code, is->document_code);
	if (was->biometrics != is->biometrics &&
	    (r = new_row(ret, day, PERSO_OUTLOOK_CHANGE)) != NULL)
		snprintf(r->text, sizeof(r->text), "biometric records %s -> %s",
		    perso_biometrics_name(was->biometrics),
		    perso_biometrics_name(is->biometrics));
}

/* Bit n: rule n of the policy is broken; bit PERSO_POLICY_MAX: the code. */
static void
say_breaches(const struct perso_policy *policy,
    const struct perso_doc_profile *on, struct perso_date day, unsigned *broken,
    struct perso_outlook *ret)
{
	unsigned now = 0, code = 1U << PERSO_POLICY_MAX;
	struct perso_outlook_row *r;

	for (size_t i = 0; policy && i < policy->count; i++) {
		const struct perso_policy_rule *rule = &policy->rules[i];
		const char *what = perso_policy_breach(rule, on);

		if (!what || perso_date_compare(day, rule->from) < 0)
			continue;
		now |= 1U << i;
		if (!(*broken & 1U << i) &&
		    (r = new_row(ret, day, PERSO_OUTLOOK_BREACH)) != NULL)
			snprintf(r->text, sizeof(r->text), "%s, against %s",
			    what, rule->source);
	}
	if (perso_mrz_document_check(perso_record_format(on), on->document_code,
		false, day,
		perso_term_end(perso_doc_profile_longest(on), day)) !=
	    PERSO_OK) {
		now |= code;
		if (!(*broken & code) &&
		    (r = new_row(ret, day, PERSO_OUTLOOK_BREACH)) != NULL)
			snprintf(r->text, sizeof(r->text), "%.100s: %s",
			    perso_trail_get(0), on->document_code);
		perso_trail_reset();
	}
	*broken = now;
}

/* see perso/outlook.h */
void
perso_outlook(const struct perso_policy *policy,
    const struct perso_doc_profile *p, struct perso_date from,
    struct perso_date until, struct perso_outlook *ret)
{
	struct perso_doc_profile was, is;
	struct days days = { 0 };
	unsigned broken = 0;

	*ret = (struct perso_outlook){ 0 };
	collect(policy, p, from, until, &days);
	for (size_t i = 0; i < days.count; i++) {
		perso_doc_profile_on(p, days.v[i], &is);
		if (i > 0)
			say_change(&was, &is, days.v[i], ret);
		say_breaches(policy, &is, days.v[i], &broken, ret);
		was = is;
	}
}
