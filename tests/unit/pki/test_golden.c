/* tests/golden/pki: a refused input and what is said of it. */
#include "pki_test.h"

#include "perso/devpki.h"
#include "perso/secinfo.h"
#include "perso/trust.h"

#define GOLDEN "tests/golden/pki"

static perso_rc
parse(const char *ext, struct perso_span s)
{
	PERSO_CERT(cert);
	struct perso_cms cms;
	struct perso_secinfos infos;
	struct perso_devpki_conf conf;
	size_t count;

	if (strcmp(ext, ".cer") == 0)
		return perso_cert_parse(s, &cert);
	if (strcmp(ext, ".cms") == 0)
		return perso_cms_parse(s, &cms);
	if (strcmp(ext, ".secinfos") == 0)
		return perso_secinfos_parse(s, &infos);
	if (strcmp(ext, ".roles") == 0)
		return perso_approvers_list_check(s, &count);
	cr_assert_str_eq(ext, ".conf");
	return perso_devpki_conf_parse(s, &conf);
}

static perso_rc
judge(void *ctx, const char *name)
{
	PERSO_BUF(in, 65536);
	PERSO_BUF(want, 4096);
	char path[256], why[1024], got[1200];
	const char *ext = strrchr(name, '.');
	size_t *seen = ctx;
	perso_rc rc;

	cr_assert_not_null(ext);
	if (strcmp(ext, ".expect") == 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	read_into(path, &in);
	snprintf(
	    path, sizeof(path), GOLDEN "/%.*s.expect", (int)(ext - name), name);
	read_into(path, &want);
	rc = parse(ext, perso_buf_span(&in));
	cr_assert_neq(rc, PERSO_OK, "%s", name);
	perso_trail_text(why, sizeof(why));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), why);
	cr_assert(perso_span_equal(perso_buf_span(&want), perso_span_str(got)),
	    "%s: %s", name, got);
	(*seen)++;
	return PERSO_OK;
}

Test(golden, every_refusal_says_what_is_written)
{
	size_t seen = 0;

	OK(perso_dir_each(GOLDEN, judge, &seen));
	cr_assert(seen >= 20, "%zu", seen);
}
