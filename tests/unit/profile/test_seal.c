/* Definitions of seals: what the file says, and what is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/buf.h"
#include "perso/profile.h"

#define HEAD                                                            \
	"id: x\ntitle: X\ncode: 0A02\nmin-version: 4\nfeatures:\n"      \
	"  - tag: 1\n    name: a\n    coding: utf8\n    min-bytes: 1\n" \
	"    max-bytes: 9\n"
#define FEATURE(tag, name, coding, min, max)                             \
	"  - tag: " tag "\n    name: " name "\n    coding: " coding "\n" \
	"    min-bytes: " min "\n    max-bytes: " max "\n"

Test(seal_definition, says_what_the_file_says)
{
	struct perso_seal_definition d = { 0 };
	const char *text = HEAD FEATURE("254", "b", "mrz", "48",
	    "48") "    characters: 72\n    required: true\n";

	cr_assert_eq(
	    perso_seal_definition_parse(perso_span_str(text), "x.yaml", &d),
	    PERSO_OK);
	cr_assert_str_eq(d.id, "x");
	cr_assert(d.definition == 0x0A && d.category == 2);
	cr_assert(d.min_version == 4 && d.feature_count == 2);
	cr_assert(!d.features[0].required && d.features[0].max == 9);
	cr_assert(d.features[0].coding == PERSO_SEAL_UTF8);
	cr_assert(d.features[1].tag == 254 && d.features[1].required);
	cr_assert(d.features[1].chars == 72);
}

Test(seal_definition, contradictions_are_refused_with_their_line)
{
	static const struct {
		const char *more, *says;
	} t[] = {
		{ FEATURE("1", "b", "utf8", "1", "2"), "x.yaml:11:5: tag or "
						       "name" },
		{ FEATURE("2", "a", "utf8", "1", "2"), "stands twice" },
		{ FEATURE("255", "b", "utf8", "1", "2"), "from 0 to 254" },
		{ FEATURE("2", "B", "utf8", "1", "2"), "small letters" },
		{ FEATURE("2", "b", "latin1", "1", "2"), "must be one of" },
		{ FEATURE("2", "b", "utf8", "3", "2"), "above max" },
		{ FEATURE("2", "b", "utf8", "0", "2049"), "from 1 to 2048" },
		{ FEATURE("2", "b", "c40", "3", "6"), "even" },
		{ FEATURE("2", "b", "date", "2", "3"), "3 bytes" },
		{ FEATURE("2", "b", "duration", "4", "4"), "3 bytes" },
		{ FEATURE("2", "b", "number", "1", "2"), "one length" },
		{ FEATURE("2", "b", "number", "8", "8"), "up to 7" },
		{ FEATURE("2", "b", "mrz", "48", "48"), "has characters" },
		{ FEATURE("2", "b", "mrz", "46", "46") "    characters: 72\n",
		    "in C40" },
		{ FEATURE("2", "b", "utf8", "1", "2") "    characters: 72\n",
		    "others have none" },
		{ FEATURE("2", "b", "utf8", "1", "2") "    one-of: g\n",
		    "another feature" },
		{ FEATURE("2", "b", "utf8", "1",
		      "2") "    one-of: g\n    required: true\n",
		    "contradicts" },
		{ FEATURE("2", "b", "utf8", "1", "2") "    colour: red\n",
		    "unknown key" },
	};
	struct perso_seal_definition d = { .min_version = 77 };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char text[2048], why[1024];

		snprintf(text, sizeof(text), "%s%s", HEAD, t[i].more);
		cr_assert_eq(perso_seal_definition_parse(
				 perso_span_str(text), "x.yaml", &d),
		    PERSO_E_CONFIG, "%s", t[i].says);
		perso_trail_text(why, sizeof(why));
		cr_assert_not_null(strstr(why, t[i].says), "%s", why);
		cr_assert_eq(d.min_version, 77);
	}
}

Test(seal_definition, codes_are_four_hexadecimal_digits)
{
	static const char *const bad[] = { "5D", "5D0102", "XY01", "0001",
		"FF01", "5D 1" };
	struct perso_seal_definition d;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text),
		    "id: x\ntitle: X\ncode: %s\nmin-version: 3\nfeatures:\n"
		    "  - tag: 1\n    name: a\n    coding: utf8\n"
		    "    min-bytes: 1\n    max-bytes: 9\n",
		    bad[i]);
		cr_assert_eq(perso_seal_definition_parse(
				 perso_span_str(text), "x.yaml", &d),
		    PERSO_E_CONFIG, "%s", bad[i]);
	}
}

Test(seal_definition, those_that_ship_are_found_by_name_and_code)
{
	struct perso_profiles *set = NULL;
	const struct perso_seal_definition *visa;
	size_t n = 0;

	cr_assert_eq(perso_profile_load_dir("profiles", &set), PERSO_OK);
	visa = perso_profiles_seal(set, "visa");
	cr_assert_not_null(visa);
	cr_assert_eq(perso_profiles_seal_by_code(set, 0x5D, 1), visa);
	cr_assert_null(perso_profiles_seal_by_code(set, 0x5D, 3));
	cr_assert_null(perso_profiles_seal(set, "none"));
	cr_assert_eq(perso_profiles_seal(set, "etd")->min_version, 4);
	while (perso_profiles_seal_at(set, n) != NULL)
		n++;
	cr_assert_eq(n, 9);
	for (size_t i = 0; i < n; i++) {
		const struct perso_seal_definition *d =
		    perso_profiles_seal_at(set, i);

		/* national ones of others say so */
		cr_assert(strncmp(d->id, "example-", 8) != 0 ||
			      strstr(d->title, "not Latvia's") != NULL,
		    "%s", d->id);
	}
	perso_profiles_free(&set);
}
