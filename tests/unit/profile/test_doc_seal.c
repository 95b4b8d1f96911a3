/* Seals of documents: what a profile says of them, against definitions and
 * layouts of its folder. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/profile.h"

#define DOC "documents/uto-visa.yaml"

static char dir[] = "/tmp/perso-seal-XXXXXX";

static void
put(const char *name, const char *from, const char *to)
{
	char path[128];
	PERSO_BUF(text, 65536);

	snprintf(path, sizeof(path), "profiles/%s", name);
	cr_assert_eq(perso_file_read(path, &text), PERSO_OK);
	cr_assert_eq(perso_buf_append_u8(&text, 0), PERSO_OK);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	cr_assert_not_null(f);
	char *at = from != NULL ? strstr((char *)text.p, from) : NULL;
	if (from != NULL)
		cr_assert_not_null(at, "%s has no '%s'", name, from);
	if (at == NULL) {
		fputs((char *)text.p, f);
	} else {
		*at = '\0';
		fprintf(f, "%s%s%s", (char *)text.p, to, at + strlen(from));
	}
	fclose(f);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

/* The folder with one replacement in the document; what loading says. */
static perso_rc
load(const char *from, const char *to, char text[PERSO_TRAIL_LEN])
{
	static const char *const parts[] = { "chips", "documents", "seals",
		"layouts" };
	struct perso_profiles *p = NULL;
	char path[128];

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, parts[i]);
		cr_assert_eq(mkdir(path, 0700), 0);
	}
	put("seals/visa.yaml", NULL, NULL);
	put("seals/etd.yaml", NULL, NULL);
	put("layouts/mrv-b.yaml", NULL, NULL);
	put(DOC, from, to);
	perso_trail_reset();
	perso_rc rc = perso_profile_load_dir(dir, &p);
	perso_trail_text(text, PERSO_TRAIL_LEN);
	perso_profiles_free(&p);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return rc;
}

Test(doc_seal, goes_with_definition_and_layout)
{
	char text[PERSO_TRAIL_LEN];

	cr_assert_eq(load(NULL, NULL, text), PERSO_OK, "%s", text);
}

Test(doc_seal, says_the_line_of_what_does_not_fit)
{
	static const struct {
		const char *from, *to, *want;
	} rows[] = {
		{ "definition: visa", "definition: viza",
		    DOC ":46: seal: there is no definition viza" },
		{ "definition: visa", "definition: etd",
		    "header version 4 at least" },
		{ "feature: entries", "feature: entrees",
		    DOC ":52: seal: a seal of visa has no feature entrees" },
		{ "    - {feature: passport-number, from: passport-number}\n",
		    "",
		    DOC
		    ":46: seal: passport-number is wanted and has no source" },
		{ "    - {feature: mrv-b, from: mrz}\n", "",
		    "exactly one feature of zone must have a source" },
		{ "feature: entries, from: entries",
		    "feature: mrv-a, from: mrz",
		    "exactly one feature of zone must have a source" },
		{ "feature: entries, from: entries",
		    "feature: entries, from: mrz",
		    DOC ":52: seal: entries cannot be made of that field" },
		{ "feature: entries, from: entries",
		    "feature: entries, from: colour", DOC ":52:" },
		{ "feature: entries,", "feature: mrv-b,", "stands twice" },
		{ "symbol: qr", "symbol: aztec", DOC ":48:" },
		{ "  version: 3\n", "", "version" },
		{ "nationality, visa,", "nationality,", "comes from the visa" },
		{ "layout: mrv-b\n", "", "no layout" },
	};
	char text[PERSO_TRAIL_LEN];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(load(rows[i].from, rows[i].to, text),
		    PERSO_E_CONFIG, "%s", rows[i].want);
		cr_assert_not_null(strstr(text, rows[i].want),
		    "'%s' is not in '%s'", rows[i].want, text);
	}
}

Test(doc_seal, is_wanted_where_the_layout_has_a_symbol)
{
	char text[PERSO_TRAIL_LEN], seal[600];
	PERSO_BUF(all, 65536);

	cr_assert_eq(perso_file_read("profiles/" DOC, &all), PERSO_OK);
	cr_assert_eq(perso_buf_append_u8(&all, 0), PERSO_OK);
	char *at = strstr((char *)all.p, "seal:\n");
	char *end = strstr(at, "\n\n");
	snprintf(seal, sizeof(seal), "%.*s", (int)(end - at), at);
	cr_assert_eq(load(seal, "", text), PERSO_E_CONFIG);
	cr_assert_not_null(
	    strstr(text, "has a symbol, but the document no seal"), "%s", text);
}
