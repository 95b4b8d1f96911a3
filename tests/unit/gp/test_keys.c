#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/scp03.h"
#include "wire.h"

#define GOLDEN "tests/golden/gp"

static const char good[] =
    "# delivery of invented blanks\n"
    "kvn = 48\r\n"
    "\n"
    "  enc = 000102030405060708090A0B0C0D0E0F  # encryption\n"
    "mac=101112131415161718191a1b1c1d1e1f\n"
    "dek = 202122232425262728292A2B2C2D2E2F";

static void
check_keys(const struct perso_scp03_keys *k)
{
	VEC(v, "tests/vectors/scp03.txt");
	uint8_t kcv[3];

	cr_assert_eq(k->kvn, 48);
	cr_assert_eq(perso_keyref_kcv(k->enc, kcv), 0);
	cr_assert_str_eq(hx_text(perso_span_of(kcv)), vec_text(v, "kcv_enc"));
	cr_assert_eq(perso_keyref_kcv(k->mac, kcv), 0);
	cr_assert_str_eq(hx_text(perso_span_of(kcv)), vec_text(v, "kcv_mac"));
	cr_assert_eq(perso_keyref_kcv(k->dek, kcv), 0);
	cr_assert_str_eq(hx_text(perso_span_of(kcv)), vec_text(v, "kcv_dek"));
}

Test(keys, a_key_file_is_parsed)
{
	struct perso_scp03_keys *k = NULL;

	cr_assert_eq(perso_scp03_keys_parse(perso_span_str(good), &k), 0);
	check_keys(k);
	perso_scp03_keys_free(&k);
	cr_assert_null(k);
	perso_scp03_keys_free(&k);
}

Test(keys, a_key_file_must_be_its_owners_alone)
{
	char path[] = "/tmp/perso-keys-XXXXXX", text[512];
	struct perso_scp03_keys *k = NULL;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, good, sizeof(good) - 1), sizeof(good) - 1);
	cr_assert_eq(perso_scp03_keys_load(path, &k), 0);
	check_keys(k);
	perso_scp03_keys_free(&k);
	cr_assert_eq(fchmod(fd, 0640), 0);
	cr_assert_eq(perso_scp03_keys_load(path, &k), PERSO_E_KEY);
	perso_trail_text(text, sizeof(text));
	cr_assert(strstr(text, "mode 640") != NULL, "%s", text);
	cr_assert_eq(fchmod(fd, 0600), 0);
	cr_assert_eq(ftruncate(fd, 5000), 0);
	cr_assert_eq(perso_scp03_keys_load(path, &k), PERSO_E_KEY);
	close(fd);
	unlink(path);
	cr_assert_eq(perso_scp03_keys_load(path, &k), PERSO_E_IO);
	cr_assert_null(k);
}

static perso_rc
one_golden(void *ctx, const char *name)
{
	char path[256], text[512], want[640], got[640];
	struct perso_scp03_keys *k = NULL;
	size_t n = strlen(name);
	int *count = ctx;
	perso_rc rc;
	PERSO_BUF(in, 8192);
	PERSO_BUF(expect, 640);

	if (n < 6 || strcmp(name + n - 5, ".keys") != 0)
		return PERSO_OK;
	++*count;
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	cr_assert_eq(perso_file_read(path, &in), 0);
	snprintf(path, sizeof(path), GOLDEN "/%.*s.expect", (int)n - 5, name);
	cr_assert_eq(perso_file_read(path, &expect), 0, "%s", path);
	rc = perso_scp03_keys_parse(perso_buf_span(&in), &k);
	cr_assert_null(k, "%s", name);
	perso_trail_text(text, sizeof(text));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), text);
	snprintf(want, sizeof(want), "%.*s", (int)expect.n, expect.p);
	cr_assert_str_eq(got, want, "%s: %s", name, got);
	/* a key never stands in an error */
	cr_assert(strstr(text, "0102") == NULL);
	return PERSO_OK;
}

Test(keys, refusals_are_the_golden_ones)
{
	int count = 0;

	cr_assert_eq(perso_dir_each(GOLDEN, one_golden, &count), 0);
	cr_assert_geq(count, 10);
}
