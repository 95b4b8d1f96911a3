/*
 * Profiles of both kinds, the policy, a document on a common file and as one;
 * what came out on a day, ahead, and as lines.
 */
#include <stddef.h>
#include <stdint.h>

#include "perso/outlook.h"
#include "perso/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char document[] = "id: d\nextends: c\ntitle: D\n";

static void
look_ahead(const struct perso_doc_profile *d, struct perso_span s)
{
	static struct perso_profile_view view;
	struct perso_policy policy = { 0 };
	struct perso_date from = { 2026, 1, 1 }, until = { 2041, 1, 1 };
	struct perso_outlook o;
	struct perso_doc_profile on;

	if (perso_policy_parse(s, "fuzz", &policy) == PERSO_OK)
		policy.notice_days = 1;
	perso_doc_profile_on(d, until, &on);
	(void)perso_term_end(perso_doc_profile_term(d, 30), from);
	perso_outlook(&policy, d, from, until, &o);
	perso_profile_view(d, from, &view);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perso_span s = perso_span(data, size);
	struct perso_doc_profile d;
	struct perso_chip_profile c;
	struct perso_date date;
	struct perso_policy policy;
	char id[PERSO_PROFILE_ID_MAX + 1];

	if (perso_doc_profile_parse(s, "fuzz", &d) == PERSO_OK) {
		for (size_t i = 0; i < d.rule_count; i++)
			if (perso_number_rule_check(&d.rules[i], s, &date))
				continue;
		look_ahead(&d, s);
	}
	if (perso_doc_profile_parse_on(
		perso_span_str(document), "d", s, "c", &d) == PERSO_OK)
		look_ahead(&d, s);
	if (perso_doc_profile_extends(s, "fuzz", id) == PERSO_OK &&
	    perso_doc_profile_parse_on(s, "d", s, "c", &d) == PERSO_OK)
		look_ahead(&d, s);
	if (perso_policy_parse(s, "fuzz", &policy) == PERSO_OK)
		(void)policy.count;
	if (perso_chip_profile_parse(s, "fuzz", &c) == PERSO_OK)
		perso_chip_profile_matches(&c, s);
	return 0;
}
