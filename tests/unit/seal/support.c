#include <stdarg.h>
#include <sys/wait.h>

#include "seal_test.h"

void
says(const char *text)
{
	char why[PERSO_TRAIL_MAX * PERSO_TRAIL_LEN];

	perso_trail_text(why, sizeof(why));
	cr_assert_not_null(strstr(why, text), "%s: not in: %s", text, why);
}

const struct perso_profiles *
profiles(void)
{
	static struct perso_profiles *p;

	if (p == NULL)
		OK(perso_profile_load_dir("profiles", &p));
	return p;
}

const struct perso_seal_definition *
definition(const char *id)
{
	const struct perso_seal_definition *d =
	    perso_profiles_seal(profiles(), id);

	cr_assert_not_null(d, "%s", id);
	return d;
}

struct perso_cert_values
csca_values(void)
{
	return (struct perso_cert_values){
		.role = PERSO_CERT_CSCA,
		.subject = { "UT", NULL, "Test CSCA", NULL },
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA384, 0 },
		.not_before = NOW - 10 * DAY,
		.not_after = NOW + 5000 * DAY,
		.use_from = NOW - 10 * DAY,
		.use_to = NOW + 1500 * DAY,
		.state = "UTO",
		.contact = "csca@example.org",
		.crl_uri = "https://pkd.example.org/CRLs/UTO.crl",
		.explicit_params = true,
	};
}

struct perso_cert_values
seal_values(void)
{
	static const uint8_t serial[] = { 0x0A, 0xBC, 0xDE };
	static const char *const types[] = { "V", "PU", "A" };
	struct perso_cert_values v = csca_values();

	v.role = PERSO_CERT_SEAL;
	v.serial = perso_span_of(serial);
	v.subject.common_name = "VS";
	v.not_after = NOW + 700 * DAY;
	v.types = types;
	v.type_count = 3;
	return v;
}

void
signer_reissue(struct signer *s, struct perso_cert_values v)
{
	PERSO_BUF(der, PERSO_CERT_MAX);

	v.issuer = &s->csca;
	v.key = perso_keyref_pubkey(s->key);
	OK(perso_cert_build(&v, s->csca_key, &der));
	OK(perso_cert_parse(perso_buf_span(&der), &s->cert));
}

void
signer_make(struct signer *s, enum perso_curve curve)
{
	struct perso_cert_values v = csca_values();
	PERSO_BUF(der, PERSO_CERT_MAX);

	OK(perso_keyref_generate(
	    (struct perso_key_spec){ PERSO_KEY_EC, PERSO_P384, 0 },
	    &s->csca_key));
	OK(perso_keyref_generate(
	    (struct perso_key_spec){ PERSO_KEY_EC, curve, 0 }, &s->key));
	v.key = perso_keyref_pubkey(s->csca_key);
	OK(perso_cert_build(&v, s->csca_key, &der));
	OK(perso_cert_parse(perso_buf_span(&der), &s->csca));
	signer_reissue(s, seal_values());
	temp_make(s->dir);
	put(s->dir, "csca.cer", perso_buf_span(&der));
	OK(perso_trust_open(s->dir, &s->trust));
	cr_assert_eq(perso_trust_count(s->trust), 1);
}

void
signer_done(struct signer *s)
{
	perso_keyref_free(&s->csca_key);
	perso_keyref_free(&s->key);
	perso_cert_done(&s->csca);
	perso_cert_done(&s->cert);
	perso_trust_free(&s->trust);
	if (s->dir[0] != '\0')
		temp_remove(s->dir);
}

void
rows_open(struct rows *r, const char *path)
{
	memset(r, 0, sizeof(*r));
	r->f = fopen(path, "r");
	cr_assert_not_null(r->f, "%s", path);
}

bool
rows_next(struct rows *r, const char *first)
{
	while (fgets(r->line, sizeof(r->line), r->f) != NULL) {
		char *save = NULL, *p = r->line;

		cr_assert_not_null(strchr(r->line, '\n'));
		for (r->count = 0; r->count < 16; r->count++, p = NULL) {
			r->field[r->count] = strtok_r(p, " \n", &save);
			if (r->field[r->count] == NULL)
				break;
		}
		if (r->count > 0 && strcmp(r->field[0], first) == 0)
			return true;
	}
	fclose(r->f);
	return false;
}

void
from_hex(const char *text, struct perso_buf *ret)
{
	perso_buf_clear(ret);
	OK(perso_hex_decode(perso_span_str(text), ret));
}

int
run(struct perso_buf *out, const char *fmt, ...)
{
	char cmd[2048], block[4096];
	va_list ap;
	size_t n;
	int status;
	FILE *f;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	perso_buf_clear(out);
	f = popen(cmd, "r");
	cr_assert_not_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		OK(perso_buf_append(out, perso_span(block, n)));
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
temp_make(char dir[64])
{
	snprintf(dir, 64, "/tmp/perso-seal-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

void
temp_remove(const char *dir)
{
	PERSO_BUF(out, 65536);

	cr_assert(strncmp(dir, "/tmp/perso-seal-", 16) == 0);
	run(&out, "rm -rf '%s'", dir);
}

void
put(const char *dir, const char *name, struct perso_span s)
{
	char path[PERSO_PATH_MAX];

	OK(perso_path_join(path, sizeof(path), dir, name));
	OK(perso_file_write(path, s, 0600));
}
