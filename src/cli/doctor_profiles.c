/* perso doctor: what profiles will do, and have to, within the notice. */
#include "doctor_int.h"
#include "perso/outlook.h"

#define NOTICE_DAYS 366
#define GROUPS_MAX 32

/* The same thing on the same day is said once, with all documents. */
struct group {
	struct perso_outlook_row row;
	char documents[800];
	size_t count;
};

static void
add(struct group *g, size_t *count, const struct perso_outlook_row *row,
    const char *document)
{
	size_t at = 0, n;

	while (
	    at < *count && (perso_date_compare(g[at].row.day, row->day) != 0 ||
			       g[at].row.kind != row->kind ||
			       strcmp(g[at].row.text, row->text) != 0))
		at++;
	if (at == GROUPS_MAX)
		return;
	if (at == *count) {
		g[at].row = *row;
		(*count)++;
	}
	n = strlen(g[at].documents);
	snprintf(g[at].documents + n, sizeof(g[at].documents) - n, "%s%s",
	    n ? " " : "", document);
	g[at].count++;
}

static void
say(struct doctor *d, const struct group *g)
{
	const struct perso_date *day = &g->row.day;
	bool breach = g->row.kind == PERSO_OUTLOOK_BREACH;
	bool now = perso_date_compare(*day, perso_date_of(d->now)) <= 0;

	doctor_add(d, breach && now ? DOCTOR_FAIL : DOCTOR_WARN, "profiles",
	    breach ? "give the profile a rule from that day on: perso profile "
		     "show"
		   : "have readers, blanks and keys ready: perso profile "
		     "diff shows it",
	    "from %04d-%02d-%02d %s: %s", day->year, day->month, day->day,
	    g->row.text, g->documents);
}

/* see doctor_int.h */
void
doctor_profiles(struct doctor *d)
{
	const struct perso_policy *policy = perso_profiles_policy(d->profiles);
	struct perso_date from = perso_date_of(d->now);
	struct group *g = calloc(GROUPS_MAX, sizeof(*g));
	size_t count = 0;

	if (policy == NULL)
		doctor_add(d, DOCTOR_WARN, "profiles",
		    "take over the policy.yaml that Perso comes with",
		    "no policy.yaml: the days of Doc 9303 are not looked at");
	for (size_t i = 0; g && i < perso_profiles_doc_count(d->profiles);
	     i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(d->profiles, i);
		struct perso_outlook o;

		perso_outlook(policy, p, from,
		    perso_date_add_days(
			from, policy ? (int)policy->notice_days : NOTICE_DAYS),
		    &o);
		for (size_t k = 0; k < o.count; k++)
			add(g, &count, &o.v[k], p->id);
	}
	for (size_t i = 0; i < count; i++)
		say(d, &g[i]);
	free(g);
}
