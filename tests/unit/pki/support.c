#include <stdarg.h>
#include <sys/wait.h>

#include "pki_test.h"

void
temp_make(char dir[64])
{
	snprintf(dir, 64, "/tmp/perso-pki-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

void
temp_remove(const char *dir)
{
	char out[256];

	cr_assert(strncmp(dir, "/tmp/perso-pki-", 15) == 0);
	run(out, sizeof(out), "rm -rf '%s'", dir);
}

void
put(const char *dir, const char *name, struct perso_span s)
{
	char path[PERSO_PATH_MAX];

	OK(perso_path_join(path, sizeof(path), dir, name));
	OK(perso_file_write(path, s, 0600));
}

int
run(char *out, size_t cap, const char *fmt, ...)
{
	char cmd[2048];
	va_list ap;
	size_t n;
	int status;
	FILE *f;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd) - 6, fmt, ap);
	va_end(ap);
	strcat(cmd, " 2>&1");
	f = popen(cmd, "r");
	cr_assert_not_null(f);
	n = fread(out, 1, cap - 1, f);
	out[n] = '\0';
	while (fgetc(f) != EOF)
		;
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
read_into(const char *path, struct perso_buf *b)
{
	OK(perso_file_read(path, b));
}

void
holder_done(struct holder *h)
{
	perso_keyref_free(&h->key);
	perso_cert_done(&h->cert);
}

struct perso_sig_alg
ecdsa(enum perso_hash h)
{
	return (struct perso_sig_alg){ PERSO_SIG_ECDSA, h, 0 };
}

struct perso_cert_values
csca_values(void)
{
	return (struct perso_cert_values){
		.role = PERSO_CERT_CSCA,
		.subject = { "UT", "Test Authority", "Test CSCA", NULL },
		.alg = ecdsa(PERSO_SHA256),
		.not_before = NOW - 10 * DAY,
		.not_after = NOW + 5000 * DAY,
		.use_from = NOW - 10 * DAY,
		.use_to = NOW + 1500 * DAY,
		.state = "UTO",
		.contact = "csca@example.org",
		.crl_uri = "https://pkd.example.org/CRLs/UTO.crl",
	};
}

struct perso_cert_values
ds_values(const struct perso_cert *csca)
{
	static const char *const types[] = { "P", "ID" };
	struct perso_cert_values v = csca_values();

	v.role = PERSO_CERT_DS;
	v.subject.common_name = "Test DS";
	v.issuer = csca;
	v.not_after = NOW + 3700 * DAY;
	v.use_to = NOW + 90 * DAY;
	v.types = types;
	v.type_count = 2;
	return v;
}

struct perso_cert_values
approver_values(void)
{
	return (struct perso_cert_values){
		.role = PERSO_CERT_APPROVER,
		.subject = { "UT", NULL, "Test Approver, \"first\"", NULL },
		.alg = ecdsa(PERSO_SHA256),
		.not_before = NOW - 10 * DAY,
		.not_after = NOW + 300 * DAY,
	};
}

void
make(struct holder *h, struct perso_key_spec spec, struct perso_cert_values v,
    struct holder *issuer)
{
	PERSO_BUF(der, PERSO_CERT_MAX);

	if (h->key == NULL)
		OK(perso_keyref_generate(spec, &h->key));
	v.key = perso_keyref_pubkey(h->key);
	v.issuer = issuer == NULL ? NULL : &issuer->cert;
	OK(perso_cert_build(&v, issuer == NULL ? h->key : issuer->key, &der));
	OK(perso_cert_parse(perso_buf_span(&der), &h->cert));
}
