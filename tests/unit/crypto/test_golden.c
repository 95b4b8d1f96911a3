/*
 * Golden refusals: tests/golden/crypto/NAME.spki and NAME.pkcs8, each with
 * NAME.expect: the code's name and the trail.
 */
#include "perso/file.h"
#include "perso/keyref.h"
#include "rows.h"

#define DIR "tests/golden/crypto"

static size_t seen;

static const char *
refuse(struct perso_span in, bool is_private)
{
	struct perso_pubkey *pub = NULL;
	struct perso_keyref *key = NULL;
	static char got[1024];
	char trail[512];
	perso_rc rc;
	int n;

	rc = is_private ? perso_keyref_from_pkcs8(in, &key)
			: perso_pubkey_from_spki(in, &pub);
	cr_assert(pub == NULL && key == NULL);
	perso_trail_text(trail, sizeof(trail));
	n = snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), trail);
	cr_assert(n > 0 && (size_t)n < sizeof(got));
	return got;
}

static perso_rc
one_file(void *ctx, const char *name)
{
	const char *dot = strrchr(name, '.');
	PERSO_BUF(in, 65536);
	PERSO_BUF(want, 1024);
	char path[256];
	const char *got;

	(void)ctx;
	if (strcmp(dot, ".expect") == 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), DIR "/%s", name);
	cr_ok(perso_file_read(path, &in));
	got = refuse(perso_buf_span(&in), strcmp(dot, ".pkcs8") == 0);
	snprintf(
	    path, sizeof(path), DIR "/%.*s.expect", (int)(dot - name), name);
	cr_ok(perso_file_read(path, &want));
	cr_expect(perso_span_equal(perso_span_str(got), perso_buf_span(&want)),
	    "%s: %s", name, got);
	seen++;
	return PERSO_OK;
}

Test(golden, refusals_of_keys_are_as_recorded)
{
	cr_ok(perso_dir_each(DIR, one_file, NULL));
	cr_assert_geq(seen, 60, "%zu", seen);
}
