/*
 * A document that takes keys over from a common file.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/profile.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static const char document[] = "id: small\n"
			       "extends: both\n"
			       "title: Small\n"
			       "document-code: VX\n"
			       "validity:\n"
			       "  max-days: 30\n"
			       "  steps:\n"
			       "    - {from-age: 0, days: 10}\n";
static const char common[] =
    "mrz-format: mrv-b\n"
    "issuer: UTO\n"
    "country: UT\n"
    "document-code: VA\n"
    "nationality: {any: true}\n"
    "sexes: [M, F, X]\n"
    "names: {surname-max: 39, given-names-max: 39}\n"
    "document-number: {source: order, pattern: \"[A-Z]{2}[0-9]{7}\"}\n"
    "validity:\n"
    "  min-days: 5\n"
    "  max-years: 3\n"
    "  steps:\n"
    "    - {from-age: 0, years: 1}\n"
    "    - {from-age: 20, years: 2}\n"
    "order:\n"
    "  required: [number, surname, birth-date, sex, nationality, portrait]\n"
    "images:\n"
    "  portrait: {formats: [jpeg], max-bytes: 20000, min-width: 1,\n"
    "    max-width: 900, min-height: 1, max-height: 900}\n";

static perso_rc
parse(const char *doc, const char *base, struct perso_doc_profile *ret)
{
	return perso_doc_profile_parse_on(
	    perso_span_str(doc), "d.yaml", perso_span_str(base), "c.yaml", ret);
}

Test(profile_extends, takes_over_what_the_document_has_not)
{
	struct perso_doc_profile p;

	OK(parse(document, common, &p));
	cr_assert(eq(int, p.format, PERSO_DOC_MRVB));
	cr_assert(eq(str, p.issuer, "UTO"));
	cr_assert(eq(str, p.extends, "both"));
	cr_assert(p.nationality_any);
	cr_assert(perso_doc_profile_is_chipless(&p));
}

Test(profile_extends, a_key_of_the_document_replaces_the_whole_key)
{
	struct perso_doc_profile p;

	OK(parse(document, common, &p));
	cr_assert(eq(str, p.document_code, "VX"));
	cr_assert(eq(sz, p.step_count, 1));
	cr_assert(eq(uint, p.max_validity.years, 0));
	cr_assert(eq(uint, p.max_validity.days, 30));
	cr_assert(eq(uint, p.min_validity.days, 0));
}

Test(profile_extends, says_what_is_extended)
{
	char id[PERSO_PROFILE_ID_MAX + 1];

	OK(perso_doc_profile_extends(perso_span_str(document), "d", id));
	cr_assert(eq(str, id, "both"));
	OK(perso_doc_profile_extends(perso_span_str(common), "c", id));
	cr_assert(eq(str, id, ""));
	cr_assert(eq(int,
	    perso_doc_profile_extends(
		perso_span_str("extends: ../../etc/passwd\n"), "d", id),
	    PERSO_E_CONFIG));
	cr_assert(eq(str, id, ""));
}

/* What is wrong is named in the file that says it. */
static void
refuses(const char *doc, const char *base, const char *text)
{
	struct perso_doc_profile p = { .id = "untouched" };
	char trail[400];

	cr_assert(eq(int, parse(doc, base, &p), PERSO_E_CONFIG), "%s", text);
	perso_trail_text(trail, sizeof(trail));
	cr_assert(eq(str, trail, (char *)text));
	cr_assert(eq(str, p.id, "untouched"));
}

static void
with(char *dst, size_t cap, const char *src, const char *a, const char *b)
{
	const char *at = strstr(src, a);

	cr_assert(at != NULL, "%s", a);
	snprintf(dst, cap, "%.*s%s%s", (int)(at - src), src, b, at + strlen(a));
}

Test(profile_extends, names_the_file_that_is_wrong)
{
	char text[2000];

	with(text, sizeof(text), common, "mrv-b", "mrv-c");
	refuses(document, text,
	    "c.yaml:1:13: must be one of: td1, td2, td3, mrv-a, mrv-b");
	with(text, sizeof(text), common, "country: UT", "country: UTO");
	refuses(document, text, "c.yaml:3:10: longer than 2 bytes");
	with(text, sizeof(text), common, "issuer: UTO", "issuer: uto");
	refuses(
	    document, text, "c.yaml:2:1: issuer: one to three capital letters");
	with(text, sizeof(text), document, "VX", "P");
	refuses(text, common,
	    "d.yaml:4:1: document-code: does not go with this MRZ format");
	with(text, sizeof(text), common, "issuer: UTO\n", "");
	refuses(document, text, "d.yaml:1:1: key issuer is missing");
	with(text, sizeof(text), common, "issuer", "color");
	refuses(document, text, "c.yaml:2:1: unknown key color");
}

Test(profile_extends, a_common_file_is_no_document)
{
	char text[2000];

	snprintf(text, sizeof(text), "%s%s", common, "id: both\n");
	refuses(document, text, "c.yaml:20:1: id is not for a common file");
	snprintf(text, sizeof(text), "%s%s", common, "extends: more\n");
	refuses(
	    document, text, "c.yaml:20:1: extends is not for a common file");
	snprintf(text, sizeof(text), "%s%s", common, "country: UT\n");
	refuses(document, text, "c.yaml:20:1: key country appears twice");
	refuses(document, "- 1\n", "c.yaml:1:1: a mapping is expected");
}

/* ---- folders ---------------------------------------------------------- */

static char dir[64];

static void
put(const char *name, const char *text)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	OK(perso_file_write(path, perso_span_str(text), 0600));
}

static void
folder(void)
{
	static const char *const parts[] = { "documents", "chips", "common" };
	char path[200];

	snprintf(dir, sizeof(dir), "/tmp/perso-profiles-XXXXXX");
	cr_assert(mkdtemp(dir) != NULL);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, parts[i]);
		OK(perso_dir_make(path, 0700));
	}
	put("common/both.yaml", common);
	put("documents/small.yaml", document);
}

static void
sweep(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert(eq(int, system(command), 0));
}

TestSuite(profile_tree, .init = folder, .fini = sweep);

Test(profile_tree, loads_the_common_file_of_a_document)
{
	struct perso_profiles *set = NULL;

	OK(perso_profile_load_dir(dir, &set));
	cr_assert(eq(sz, perso_profiles_doc_count(set), 1));
	cr_assert(perso_profiles_policy(set) == NULL);
	perso_profiles_free(&set);
}

Test(profile_tree, misses_the_common_file)
{
	struct perso_profiles *set = NULL;
	char text[2000];

	with(text, sizeof(text), document, "extends: both", "extends: other");
	put("documents/small.yaml", text);
	cr_assert(ne(int, perso_profile_load_dir(dir, &set), PERSO_OK));
	perso_trail_text(text, sizeof(text));
	cr_assert(
	    strstr(text, "documents/small.yaml: extends") != NULL, "%s", text);
	cr_assert(set == NULL);
}

Test(profile_tree, reads_the_policy)
{
	struct perso_profiles *set = NULL;

	put("policy.yaml",
	    "notice-days: 100\nrules:\n"
	    "  - {from: 2030-01-01, needs: [pace], source: s}\n");
	OK(perso_profile_load_dir(dir, &set));
	cr_assert(perso_profiles_policy(set) != NULL);
	cr_assert(eq(uint, perso_profiles_policy(set)->notice_days, 100));
	perso_profiles_free(&set);
	put("policy.yaml", "notice-days: none\n");
	cr_assert(eq(int, perso_profile_load_dir(dir, &set), PERSO_E_CONFIG));
}

static size_t wrongs;

static void
count(void *ctx, perso_rc rc)
{
	(void)rc;
	cr_assert(eq(ptr, ctx, dir));
	cr_assert(ne(str, (char *)perso_trail_get(0), ""));
	wrongs++;
}

Test(profile_tree, says_all_that_is_wrong_and_loads_the_rest)
{
	struct perso_profiles *set = NULL;

	put("documents/a.yaml", "id: a\n");
	put("documents/b.yaml", document); /* the id of another */
	put("chips/c.yaml", "- 1\n");
	OK(perso_profile_load_each(dir, count, dir, &set));
	cr_assert(eq(sz, wrongs, 3));
	cr_assert(eq(sz, perso_profiles_doc_count(set), 1));
	perso_profiles_free(&set);
}
