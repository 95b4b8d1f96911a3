/* The certificates of a folder, and the files in it that are none. */
#include <stdio.h>

#include "perso/file.h"
#include "perso/hex.h"
#include "perso/log.h"
#include "perso/trust.h"

#include "pki_int.h"

struct reading {
	const char *dir;
	perso_rc (*check)(const struct perso_cert *c);
	struct pki_folder *f;
};

static bool
is_cert_name(const char *name)
{
	static const char *const ends[] = { ".cer", ".crt", ".der", ".pem" };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (n > 4 && name[0] != '.' &&
		    pki_text_equal_nocase(name + n - 4, ends[i]))
			return true;
	return false;
}

/* Room for one more: a new block, the old contents moved. */
static perso_rc
grow_certs(struct pki_folder *f)
{
	struct perso_cert *p;
	size_t cap = f->cap == 0 ? 8 : 2 * f->cap;

	if (f->count < f->cap)
		return PERSO_OK;
	p = calloc(cap, sizeof(*p));
	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "certificates of a folder");
	for (size_t i = 0; i < f->count; i++)
		p[i] = f->certs[i];
	free(f->certs);
	f->certs = p;
	f->cap = cap;
	return PERSO_OK;
}

static perso_rc
grow_bad(struct pki_folder *f)
{
	char(*p)[2 * PERSO_TRAIL_LEN];
	size_t cap = f->bad_cap == 0 ? 4 : 2 * f->bad_cap;

	if (f->bad_count < f->bad_cap)
		return PERSO_OK;
	p = calloc(cap, sizeof(*p));
	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "bad files of a folder");
	for (size_t i = 0; i < f->bad_count; i++)
		snprintf(p[i], sizeof(p[i]), "%s", f->bad[i]);
	free(f->bad);
	f->bad = p;
	f->bad_cap = cap;
	return PERSO_OK;
}

static perso_rc
add_bad(struct pki_folder *f, const char *name)
{
	char why[PERSO_TRAIL_LEN];

	perso_trail_text(why, sizeof(why));
	PERSO_TRY(grow_bad(f));
	snprintf(
	    f->bad[f->bad_count], sizeof(f->bad[0]), "%.150s: %s", name, why);
	perso_utf8_clean(f->bad[f->bad_count], "");
	perso_log(PERSO_LOG_WARN, "not a usable certificate: %s",
	    f->bad[f->bad_count]);
	f->bad_count++;
	return PERSO_OK;
}

static perso_rc
load_one(const struct reading *r, const char *name, struct perso_cert *ret)
{
	PERSO_CERT(c);
	char path[PERSO_PATH_MAX];

	PERSO_TRY(perso_path_join(path, sizeof(path), r->dir, name));
	PERSO_TRY(perso_cert_load(path, &c));
	if (r->check != NULL)
		PERSO_TRY(r->check(&c));
	*ret = c;
	perso_buf_init(&c.der, PERSO_CERT_MAX);
	return PERSO_OK;
}

static perso_rc
read_one(void *ctx, const char *name)
{
	struct reading *r = ctx;
	struct pki_folder *f = r->f;
	perso_rc rc;

	if (!is_cert_name(name))
		return PERSO_OK;
	if (f->count + f->bad_count >= PERSO_TRUST_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "more than %d certificates",
		    PERSO_TRUST_MAX);
	PERSO_TRY(grow_certs(f));
	rc = load_one(r, name, &f->certs[f->count]);
	if (rc == PERSO_E_NOMEM)
		return rc;
	if (rc != PERSO_OK)
		return add_bad(f, name);
	f->count++;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_folder_open(const char *dir, perso_rc (*check)(const struct perso_cert *),
    struct pki_folder *ret)
{
	__attribute__((cleanup(pki_folder_done))) struct pki_folder f = { 0 };
	struct reading r = { dir, check, &f };

	PERSO_TRY_CTX(perso_dir_each(dir, read_one, &r),
	    "folder of certificates %s", dir);
	*ret = f;
	f = (struct pki_folder){ 0 };
	return PERSO_OK;
}

/* see pki_int.h */
void
pki_folder_done(struct pki_folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		perso_cert_done(&f->certs[i]);
	free(f->certs);
	free(f->bad);
	*f = (struct pki_folder){ 0 };
}

/* see pki_int.h */
const struct perso_cert *
pki_folder_get(const struct pki_folder *f, size_t i)
{
	return i < f->count ? &f->certs[i] : NULL;
}

/* see pki_int.h */
const char *
pki_folder_bad(const struct pki_folder *f, size_t i)
{
	return i < f->bad_count ? f->bad[i] : "";
}
