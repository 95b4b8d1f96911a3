/* tests/golden/pki-cvc: a refused input and what is said of it. */
#include "cvc_test.h"

#define GOLDEN "tests/golden/pki-cvc"

/* Refuses, and leaves what was there. */
static perso_rc
parse(const char *ext, struct perso_span s)
{
	PERSO_CVC(cert);
	PERSO_CVC_REQUEST(request);
	perso_rc rc;

	cert.chr[0] = request.outer_car[0] = 'X';
	if (strcmp(ext, ".cvcert") == 0) {
		rc = perso_cvc_parse(s, &cert);
		cr_assert(cert.chr[0] == 'X' && cert.der.n == 0);
		return rc;
	}
	cr_assert_str_eq(ext, ".cvreq");
	rc = perso_cvc_request_parse(s, &request);
	cr_assert(request.outer_car[0] == 'X' && request.der.n == 0 &&
		  request.inner.der.n == 0);
	return rc;
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
	rc = parse(ext, perso_buf_span(&in));
	cr_assert_neq(rc, PERSO_OK, "%s", name);
	perso_trail_text(why, sizeof(why));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), why);
	read_into(path, &want);
	cr_assert(perso_span_equal(perso_buf_span(&want), perso_span_str(got)),
	    "%s: %s", name, got);
	(*seen)++;
	return PERSO_OK;
}

Test(cvc_golden, every_refusal_says_what_is_written)
{
	size_t seen = 0;

	OK(perso_dir_each(GOLDEN, judge, &seen));
	cr_assert(seen >= 80, "%zu", seen);
}
