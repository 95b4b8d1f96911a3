#include <stdio.h>
#include <unistd.h>

#include "perso/date.h"
#include "perso/devpki.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/secret.h"
#include "perso/trust.h"

#include "pki_int.h"

#define DAY 86400
#define CHIP_KVN 48
#define CHIP_KEY 16
#define DS_CN "Development DS"

#define PUBLIC_MODE 0644
#define SECRET_MODE 0600
#define DIR_MODE 0700

#define KEYREF(name)    \
	__attribute__(( \
	    cleanup(perso_keyref_free))) struct perso_keyref *name = NULL

struct maker {
	const char *dir;
	const struct perso_devpki_conf *conf;
	time_t from; /* 00:00 of today: all validities begin here */
};

/* ------------------------------------------------------------ file names */

/* <dir>/<folder>/<file>; either may be empty. */
static perso_rc
path_of(const struct maker *m, const char *folder, const char *file,
    char dst[PERSO_PATH_MAX])
{
	int n = snprintf(dst, PERSO_PATH_MAX, "%s%s%s%s%s", m->dir,
	    *folder == '\0' ? "" : "/", folder, *file == '\0' ? "" : "/", file);

	if (n < 0 || n >= PERSO_PATH_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	return PERSO_OK;
}

static void
folder_of(const struct perso_devpki_state *s, char dst[sizeof(s->state)])
{
	size_t i = 0;

	for (; s->state[i] != '\0'; i++)
		dst[i] = (char)(s->state[i] - 'A' + 'a');
	dst[i] = '\0';
}

static perso_rc
check_absent(const struct maker *m, const char *name)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(path_of(m, "", name, path));
	if (access(path, F_OK) == 0)
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "%s exists already; nothing is "
		    "overwritten",
		    path);
	return PERSO_OK;
}

static perso_rc
check_all_absent(const struct maker *m)
{
	char state[sizeof(m->conf->states[0].state)];

	PERSO_TRY(check_absent(m, PERSO_DEVPKI_MARK));
	PERSO_TRY(check_absent(m, "trust"));
	PERSO_TRY(check_absent(m, "approver"));
	PERSO_TRY(check_absent(m, "chip-keys.txt"));
	for (size_t i = 0; i < m->conf->state_count; i++) {
		folder_of(&m->conf->states[i], state);
		PERSO_TRY(check_absent(m, state));
	}
	return PERSO_OK;
}

static perso_rc
make_folder(const struct maker *m, const char *name)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(path_of(m, "", name, path));
	return perso_dir_make(path, DIR_MODE);
}

static perso_rc
write_file(const struct maker *m, const char *folder, const char *file,
    struct perso_span s)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(path_of(m, folder, file, path));
	return perso_file_write(path, s, PUBLIC_MODE);
}

static perso_rc
make_key(const struct maker *m, const char *folder, const char *file,
    struct perso_key_spec spec, struct perso_keyref **ret)
{
	KEYREF(key);
	char path[PERSO_PATH_MAX];

	PERSO_TRY(path_of(m, folder, file, path));
	PERSO_TRY(perso_keyref_generate(spec, &key));
	PERSO_TRY(perso_keyref_save(key, path));
	*ret = key;
	key = NULL;
	return PERSO_OK;
}

static perso_rc
make_cert(const struct perso_cert_values *v, struct perso_keyref *key,
    struct perso_cert *ret)
{
	PERSO_BUF(der, PERSO_CERT_MAX);

	PERSO_TRY(perso_cert_build(v, key, &der));
	return perso_cert_parse(perso_buf_span(&der), ret);
}

/* ---------------------------------------------------------- certificates */

static struct perso_sig_alg
alg_of(struct perso_key_spec spec, enum perso_hash hash)
{
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA, hash, 0 };

	if (spec.kind == PERSO_KEY_RSA) {
		alg.kind = PERSO_SIG_RSA_PSS;
		alg.salt = perso_hash_size(hash);
	}
	return alg;
}

static time_t
years_on(time_t from, int years)
{
	return perso_date_time(
	    perso_date_add_years(perso_date_of(from), years));
}

/* What CSCA and DS of a state share. */
static struct perso_cert_values
state_values(
    const struct maker *m, const struct perso_devpki_state *s, const char *crl)
{
	const struct perso_devpki_conf *c = m->conf;

	return (struct perso_cert_values){
		.subject.country = s->country,
		.alg = alg_of(c->csca_key, c->csca_hash),
		.not_before = m->from,
		.use_from = m->from,
		.explicit_params = c->explicit_params,
		.state = s->state,
		.contact = c->contact,
		.crl_uri = crl,
	};
}

static perso_rc
make_csca(const struct maker *m, struct perso_cert_values v,
    struct perso_keyref *key, struct perso_cert *ret)
{
	v.role = PERSO_CERT_CSCA;
	v.subject.common_name = PERSO_DEVPKI_CN;
	v.key = perso_keyref_pubkey(key);
	v.not_after = years_on(m->from, m->conf->csca_years);
	v.use_to = years_on(m->from, m->conf->csca_use_years);
	return make_cert(&v, key, ret);
}

static perso_rc
make_ds(const struct maker *m, struct perso_cert_values v,
    struct perso_keyref *csca_key, struct perso_cert *ret)
{
	v.role = PERSO_CERT_DS;
	v.subject.common_name = DS_CN;
	v.not_after = m->from + (time_t)m->conf->ds_days * DAY;
	v.use_to = m->from + (time_t)m->conf->ds_use_days * DAY;
	return make_cert(&v, csca_key, ret);
}

/* A serial of five hexadecimal digits, the first one not 0: it is the
 * certificate reference, and header version 3 has room for no more. */
static perso_rc
seal_serial(uint8_t serial[3])
{
	PERSO_TRY(perso_random(serial, 3));
	serial[0] = (uint8_t)(serial[0] & 0x0F);
	if (serial[0] == 0)
		serial[0] = 0x01;
	return PERSO_OK;
}

/* v: as for the document signer of the state. */
static perso_rc
make_seal_signer(const struct maker *m, const char *folder,
    struct perso_cert_values v, struct perso_keyref *csca_key)
{
	KEYREF(key);
	PERSO_CERT(c);
	const char *types[PERSO_CERT_TYPES];
	uint8_t serial[3];

	for (size_t i = 0; i < m->conf->seal_type_count; i++)
		types[i] = m->conf->seal_types[i];
	PERSO_TRY(make_key(m, folder, "seal.key", m->conf->seal_key, &key));
	PERSO_TRY(seal_serial(serial));
	v.role = PERSO_CERT_SEAL;
	v.serial = perso_span_of(serial);
	v.subject.common_name = m->conf->seal_name;
	v.key = perso_keyref_pubkey(key);
	v.not_after = m->from + (time_t)m->conf->seal_days * DAY;
	v.types = types;
	v.type_count = m->conf->seal_type_count;
	PERSO_TRY(make_cert(&v, csca_key, &c));
	return write_file(m, folder, "seal.cer", perso_buf_span(&c.der));
}

static perso_rc
make_state(const struct maker *m, const struct perso_devpki_state *s)
{
	KEYREF(csca_key);
	KEYREF(ds_key);
	PERSO_CERT(csca);
	PERSO_CERT(ds);
	const char *types[PERSO_CERT_TYPES];
	char folder[sizeof(s->state)], crl[160], anchor[32];
	struct perso_cert_values v;

	for (size_t i = 0; i < s->type_count; i++)
		types[i] = s->types[i];
	folder_of(s, folder);
	snprintf(anchor, sizeof(anchor), "%s-csca.cer", folder);
	snprintf(crl, sizeof(crl), "%s%s.crl", m->conf->crl_base, s->state);
	PERSO_TRY(make_folder(m, folder));
	PERSO_TRY(
	    make_key(m, folder, "csca.key", m->conf->csca_key, &csca_key));
	PERSO_TRY(make_key(m, folder, "ds.key", m->conf->ds_key, &ds_key));
	v = state_values(m, s, crl);
	PERSO_TRY(make_csca(m, v, csca_key, &csca));
	v.issuer = &csca;
	v.key = perso_keyref_pubkey(ds_key);
	v.types = types;
	v.type_count = s->type_count;
	PERSO_TRY(make_ds(m, v, csca_key, &ds));
	PERSO_TRY_CTX(make_seal_signer(m, folder, v, csca_key), "seal signer");
	PERSO_TRY(write_file(m, folder, "csca.cer", perso_buf_span(&csca.der)));
	PERSO_TRY(write_file(m, folder, "ds.cer", perso_buf_span(&ds.der)));
	return write_file(m, "trust", anchor, perso_buf_span(&csca.der));
}

/* -------------------------------------------------------------- approver */

static void
write_quoted(struct perso_wr *w, const char *s)
{
	perso_wr_u8(w, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			perso_wr_u8(w, '\\');
		perso_wr_u8(w, (uint8_t)*s);
	}
	perso_wr_u8(w, '"');
}

static perso_rc
write_role_list(const struct maker *m, const struct perso_cert *c)
{
	PERSO_BUF(text, 65536);
	struct perso_wr w = perso_wr(&text);
	char issuer[PERSO_NAME_TEXT], serial[64];

	PERSO_TRY(perso_name_text(c->issuer, issuer, sizeof(issuer)));
	perso_hex_str(c->serial, serial, sizeof(serial));
	perso_wr_str(&w, "# serial issuer role document-types\n");
	perso_wr_str(&w, serial);
	perso_wr_u8(&w, ' ');
	write_quoted(&w, issuer);
	perso_wr_str(&w, " " PERSO_ROLE_APPROVER);
	for (size_t i = 0; i < m->conf->document_count; i++) {
		perso_wr_u8(&w, ' ');
		perso_wr_str(&w, m->conf->documents[i]);
	}
	perso_wr_u8(&w, '\n');
	PERSO_TRY(perso_wr_end(&w));
	return write_file(
	    m, "approver", PERSO_APPROVERS_FILE, perso_buf_span(&text));
}

static perso_rc
make_approver(const struct maker *m)
{
	KEYREF(key);
	PERSO_CERT(c);
	const struct perso_devpki_conf *conf = m->conf;
	struct perso_cert_values v = {
		.role = PERSO_CERT_APPROVER,
		.subject.country = conf->approver_country,
		.subject.common_name = conf->approver_name,
		.alg = alg_of(conf->approver_key, conf->approver_hash),
		.not_before = m->from,
		.not_after = years_on(m->from, conf->approver_years),
	};

	PERSO_TRY(make_folder(m, "approver"));
	PERSO_TRY(
	    make_key(m, "approver", "approver.key", conf->approver_key, &key));
	v.key = perso_keyref_pubkey(key);
	PERSO_TRY(make_cert(&v, key, &c));
	PERSO_TRY(
	    write_file(m, "approver", "approver.cer", perso_buf_span(&c.der)));
	return write_role_list(m, &c);
}

/* ------------------------------------------------------------- chip keys */

static perso_rc
write_chip_keys(const struct maker *m)
{
	static const char *const names[] = { "enc", "mac", "dek" };
	PERSO_BUF(text, 1024);
	struct perso_wr w = perso_wr(&text);
	char path[PERSO_PATH_MAX], line[64];

	snprintf(line, sizeof(line), "kvn = %d\n", CHIP_KVN);
	perso_wr_str(&w, line);
	for (size_t i = 0; i < 3; i++) {
		PERSO_SECRET(key);

		key.n = CHIP_KEY;
		PERSO_TRY(perso_random(key.p, key.n));
		perso_wr_str(&w, names[i]);
		perso_wr_str(&w, " = ");
		PERSO_TRY(perso_hex_encode(perso_secret_span(&key), &text));
		perso_wr_str(&w, "\n");
	}
	PERSO_TRY(perso_wr_end(&w));
	PERSO_TRY(path_of(m, "", "chip-keys.txt", path));
	return perso_file_write(path, perso_buf_span(&text), SECRET_MODE);
}

static perso_rc
write_mark(const struct maker *m)
{
	return write_file(m, "", PERSO_DEVPKI_MARK,
	    perso_span_str(
		"Keys and certificates for development. The private keys are "
		"plain files:\nnothing signed with them may leave this "
		"machine as a document.\n"));
}

/* see perso/devpki.h */
perso_rc
perso_devpki_init(
    const char *dir, const struct perso_devpki_conf *conf, time_t now)
{
	struct maker m = { dir, conf, perso_date_time(perso_date_of(now)) };

	PERSO_TRY(check_all_absent(&m));
	PERSO_TRY(perso_dir_make(dir, DIR_MODE));
	PERSO_TRY(make_folder(&m, "trust"));
	for (size_t i = 0; i < conf->state_count; i++)
		PERSO_TRY_CTX(make_state(&m, &conf->states[i]), "state %s",
		    conf->states[i].state);
	PERSO_TRY_CTX(make_approver(&m), "approver");
	PERSO_TRY_CTX(write_chip_keys(&m), "chip keys");
	return write_mark(&m);
}

/* see perso/devpki.h */
bool
perso_devpki_is(const char *dir)
{
	char path[PERSO_PATH_MAX];

	return perso_path_join(path, sizeof(path), dir, PERSO_DEVPKI_MARK) ==
		   PERSO_OK &&
	       access(path, F_OK) == 0;
}

/* see perso/devpki.h */
bool
perso_devpki_is_cert(const struct perso_cert *c)
{
	char cn[64];

	return perso_name_attr(c->issuer, "2.5.4.3", cn, sizeof(cn)) ==
		   PERSO_OK &&
	       strcmp(cn, PERSO_DEVPKI_CN) == 0;
}
