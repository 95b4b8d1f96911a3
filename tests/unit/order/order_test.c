#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "order_test.h"

struct perso_profiles *
test_profiles(void)
{
	struct perso_profiles *p = NULL;

	cr_assert(eq(int, perso_profile_load_dir("profiles", &p), PERSO_OK));
	return p;
}

static void
write_list(const struct desk *d, const char *types)
{
	char path[160], text[600], serial[64], name[PERSO_NAME_TEXT];
	PERSO_CERT(c);

	cr_assert(
	    eq(int, perso_cert_parse(perso_buf_span(&d->cert), &c), PERSO_OK));
	perso_hex_str(c.serial, serial, sizeof(serial));
	cr_assert(
	    eq(int, perso_name_text(c.issuer, name, sizeof(name)), PERSO_OK));
	snprintf(path, sizeof(path), "%s/approver.cer", d->dir);
	cr_assert(eq(int,
	    perso_file_write(path, perso_buf_span(&d->cert), 0600), PERSO_OK));
	snprintf(path, sizeof(path), "%s/" PERSO_APPROVERS_FILE, d->dir);
	snprintf(text, sizeof(text), "%s \"%s\" %s %s\n", serial, name,
	    types[0] ? "approver" : "viewer", types[0] ? types : "lv-eid");
	cr_assert(eq(
	    int, perso_file_write(path, perso_span_str(text), 0600), PERSO_OK));
}

void
test_desk(struct desk *d, const char *types, time_t from, time_t to)
{
	struct perso_cert_values v = { .role = PERSO_CERT_APPROVER,
		.subject = { .country = "UT",
		    .organization = "Passport Office",
		    .common_name = "Approver" },
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = from,
		.not_after = to };

	*d = (struct desk){ .dir = "/tmp/perso-desk-XXXXXX" };
	perso_buf_init(&d->cert, PERSO_CERT_MAX);
	cr_assert(mkdtemp(d->dir) != NULL);
	cr_assert(eq(int,
	    perso_keyref_generate(
		(struct perso_key_spec){ PERSO_KEY_EC, PERSO_P256, 0 },
		&d->key),
	    PERSO_OK));
	v.key = perso_keyref_pubkey(d->key);
	cr_assert(eq(int, perso_cert_build(&v, d->key, &d->cert), PERSO_OK));
	write_list(d, types);
	cr_assert(
	    eq(int, perso_approvers_open(d->dir, &d->approvers), PERSO_OK));
}

void
test_desk_done(struct desk *d)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/approver.cer", d->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/" PERSO_APPROVERS_FILE, d->dir);
	unlink(path);
	rmdir(d->dir);
	perso_approvers_free(&d->approvers);
	perso_keyref_free(&d->key);
	perso_buf_done(&d->cert);
}

void
test_read(const char *name, struct perso_buf *ret)
{
	char path[160];

	snprintf(path, sizeof(path), ORDERS "%s", name);
	cr_assert(eq(int, perso_file_read(path, ret), PERSO_OK));
}

void
test_findings(const struct perso_order *o, struct perso_buf *ret)
{
	cr_assert(eq(int, perso_findings_text(&o->findings, ret), PERSO_OK));
	cr_assert(eq(int, perso_buf_append_u8(ret, 0), PERSO_OK));
}

bool
test_has(const struct perso_order *o, const char *code, const char *path)
{
	for (size_t i = 0; i < o->findings.count; i++)
		if (strcmp(o->findings.v[i].code, code) == 0 &&
		    strcmp(o->findings.v[i].path, path) == 0)
			return true;
	return false;
}
