/*
 * perso pki cvca|dv|is: keys, requests and certificates for Terminal
 * Authentication.
 */
#include <unistd.h>

#include "cvc_int.h"
#include "perso/hooks.h"

/* Maximum periods of Doc 9303-12, 2: CVCA 3 years, DV 3 months, terminal
 * 1 month. */
#define CVCA_DAYS 1095
#define DV_DAYS 90
#define IS_DAYS 30

/* What one command works on. */
struct work {
	struct cli *c;
	enum perso_cvc_role role;
	const char *chr;
	struct perso_cvc ca, old;
	struct perso_cvc_request request;
	bool has_ca, has_old, has_request;
	struct perso_keyref *ca_key, *old_key, *key;
	struct perso_pubkey *subject; /* of a request */
	struct perso_cvc_values v;
	json_t *out;
};

static void
work_init(struct work *w, struct cli *c, enum perso_cvc_role role)
{
	*w = (struct work){ .c = c, .role = role };
	perso_buf_init(&w->ca.der, PERSO_CVC_MAX);
	perso_buf_init(&w->old.der, PERSO_CVC_MAX);
	perso_buf_init(&w->request.der, PERSO_CVC_MAX);
	perso_buf_init(&w->request.inner.der, PERSO_CVC_MAX);
}

static void
work_done(struct work *w)
{
	perso_cvc_done(&w->ca);
	perso_cvc_done(&w->old);
	perso_cvc_request_done(&w->request);
	perso_keyref_free(&w->ca_key);
	perso_keyref_free(&w->old_key);
	perso_keyref_free(&w->key);
	perso_pubkey_free(&w->subject);
	json_decref(w->out);
}

#define WORK(name) __attribute__((cleanup(work_done))) struct work name

/* ---- Files. ---- */

/* A CHR that is to be part of a file's name. */
static perso_rc
check_chr(const char *chr)
{
	if (chr == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--chr is wanted: two letters, a "
					"mnemonic, five digits");
	PERSO_TRY_CTX(perso_cvc_name_check(perso_span_str(chr)), "--chr");
	for (const char *p = chr; *p != '\0'; p++)
		if (strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz_-",
			*p) == NULL)
			PERSO_FAIL(PERSO_E_ARG,
			    "--chr: letters, digits, - and _ only, as files "
			    "are named after it");
	return PERSO_OK;
}

static perso_rc
out_path(const struct work *w, const char *suffix, char dst[PERSO_PATH_MAX])
{
	const char *dir = cli_value(w->c, "out");
	char name[64];

	snprintf(name, sizeof(name), "%s%s", w->chr, suffix);
	PERSO_TRY(perso_path_join(
	    dst, PERSO_PATH_MAX, dir != NULL ? dir : ".", name));
	if (access(dst, F_OK) == 0)
		PERSO_FAIL(PERSO_E_CONFLICT, "%s exists already", dst);
	return PERSO_OK;
}

static perso_rc
write_out(struct work *w, const char *suffix, const char *member,
    const struct perso_buf *b)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(out_path(w, suffix, path));
	PERSO_TRY(perso_file_write(path, perso_buf_span(b), 0644));
	json_object_set_new(w->out, member, json_string(path));
	return PERSO_OK;
}

/* The key first: what is signed must not outlive its key. Nothing is written
 * where the file that follows is in the way. */
static perso_rc
write_key(struct work *w, const char *next)
{
	const char *dir = cli_value(w->c, "out");
	char path[PERSO_PATH_MAX];

	PERSO_TRY(out_path(w, next, path));
	PERSO_TRY(perso_dir_make(dir != NULL ? dir : ".", 0755));
	if (w->key == NULL)
		return PERSO_OK;
	PERSO_TRY(out_path(w, ".key", path));
	PERSO_TRY(perso_keyref_save(w->key, path));
	json_object_set_new(w->out, "private_key", json_string(path));
	return PERSO_OK;
}

static perso_rc
print_out(struct work *w)
{
	json_t *o = w->out;

	w->out = NULL;
	if (w->c->json)
		return cli_json(o);
	cli_print_tree(o, 0);
	json_decref(o);
	return PERSO_OK;
}

/* ---- Keys. ---- */

static bool
is_rsa(struct perso_sig_alg alg)
{
	return alg.kind == PERSO_SIG_RSA_PKCS1 || alg.kind == PERSO_SIG_RSA_PSS;
}

/* Algorithm and kind of a new key: the options, else as the authority's
 * certificate says. */
static perso_rc
choose_alg(const struct work *w, struct perso_sig_alg *ret)
{
	const char *hash = cli_value(w->c, "hash");
	bool rsa = cli_value(w->c, "rsa") != NULL;
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 };

	if (w->has_ca && w->role != PERSO_CVC_CVCA)
		alg = w->ca.key.alg;
	else if (rsa)
		alg.kind = PERSO_SIG_RSA_PSS;
	if (cli_flag(w->c, "pkcs1"))
		alg.kind = PERSO_SIG_RSA_PKCS1;
	if (hash != NULL)
		PERSO_TRY_CTX(perso_hash_from_name(hash, &alg.hash), "--hash");
	if (perso_cvc_alg_oid(alg) == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--hash: not defined for this kind "
					"of key");
	*ret = alg;
	return PERSO_OK;
}

/* The curve of the authority: of its key, else of its certificate. */
static enum perso_curve
authority_curve(const struct work *w)
{
	CVC_PUBKEY(key);

	if (w->ca_key != NULL && perso_keyref_pubkey(w->ca_key) != NULL)
		return perso_pubkey_curve(perso_keyref_pubkey(w->ca_key));
	if (w->has_ca && perso_cvc_pubkey(&w->ca, NULL, &key) == PERSO_OK)
		return perso_pubkey_curve(key);
	return PERSO_CURVE_NONE;
}

static perso_rc
choose_key(const struct work *w, struct perso_key_spec *ret)
{
	const char *curve = cli_value(w->c, "curve");
	struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_CURVE_NONE, 0 };
	uint64_t bits = 3072;

	PERSO_TRY(cli_number(w->c, "rsa", 4096, &bits));
	if (is_rsa(w->v.alg)) {
		spec.kind = PERSO_KEY_RSA;
		spec.bits = (unsigned)bits;
		if (bits != 2048 && bits != 3072)
			PERSO_FAIL(PERSO_E_ARG, "--rsa is 2048 or 3072");
	} else if (curve != NULL) {
		PERSO_TRY_CTX(
		    perso_curve_from_name(curve, &spec.curve), "--curve");
	} else if (w->role == PERSO_CVC_CVCA) {
		spec.curve = PERSO_BP256;
	} else {
		spec.curve = authority_curve(w);
		if (spec.curve == PERSO_CURVE_NONE)
			PERSO_FAIL(PERSO_E_ARG, "--curve is wanted: it must "
						"be that of the CVCA");
	}
	*ret = spec;
	return PERSO_OK;
}

/* A hash as strong as the curve, where nobody says which. */
static void
fit_hash(const struct work *w, enum perso_curve curve, enum perso_hash *hash)
{
	size_t field = perso_curve_field(curve);

	if (cli_value(w->c, "hash") != NULL ||
	    (w->has_ca && w->role != PERSO_CVC_CVCA))
		return;
	if (field >= 48)
		*hash = field >= 64 ? PERSO_SHA512 : PERSO_SHA384;
}

static perso_rc
make_key(struct work *w)
{
	struct perso_key_spec spec;

	PERSO_TRY(choose_alg(w, &w->v.alg));
	PERSO_TRY(choose_key(w, &spec));
	fit_hash(w, spec.curve, &w->v.alg.hash);
	PERSO_TRY(perso_keyref_generate(spec, &w->key));
	w->v.key = perso_keyref_pubkey(w->key);
	return PERSO_OK;
}

/* ---- Role, rights, dates. ---- */

static perso_rc
add_right(struct perso_cvc_auth *a, struct perso_span name)
{
	for (unsigned i = 0; i < perso_cvc_right_count(a->type); i++) {
		const char *known = perso_cvc_right_name(a->type, i);

		if (known != NULL &&
		    perso_span_equal(perso_span_str(known), name)) {
			perso_cvc_set_right(a, i);
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_ARG, "--rights: type %s has no right of that name",
	    perso_cvc_type_name(a->type));
}

/* "read-dg3,read-dg4", "none"; without it all the issuer's, or all that
 * have a name. */
static perso_rc
choose_rights(const struct work *w, struct perso_cvc_auth *a)
{
	const char *list = cli_value(w->c, "rights");

	if (list != NULL && strcmp(list, "none") == 0)
		return PERSO_OK;
	for (unsigned i = 0; list == NULL && i < perso_cvc_right_count(a->type);
	     i++)
		if (perso_cvc_right_name(a->type, i) != NULL &&
		    (w->role == PERSO_CVC_CVCA ||
			perso_cvc_has_right(&w->ca.chat, i)))
			perso_cvc_set_right(a, i);
	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");

		PERSO_TRY(add_right(a, perso_span(list, n)));
		list += n + (list[n] == ',');
	}
	return PERSO_OK;
}

static perso_rc
choose_type(const struct work *w, enum perso_cvc_type *ret)
{
	const char *name = cli_value(w->c, "type");

	if (name == NULL) {
		*ret = w->has_ca ? w->ca.chat.type : PERSO_CVC_IS;
		return PERSO_OK;
	}
	for (int t = PERSO_CVC_IS; t <= PERSO_CVC_ST; t++)
		if (strcmp(name, perso_cvc_type_name((enum perso_cvc_type)t)) ==
		    0)
			return *ret = (enum perso_cvc_type)t, PERSO_OK;
	PERSO_FAIL(PERSO_E_ARG, "--type is IS, AT or ST");
}

static perso_rc
choose_dates(struct work *w)
{
	const char *from = cli_value(w->c, "from");
	uint64_t days = w->role == PERSO_CVC_CVCA	? CVCA_DAYS
			: w->role == PERSO_CVC_TERMINAL ? IS_DAYS
							: DV_DAYS;

	w->v.effective = perso_date_of(perso_now());
	if (from != NULL)
		PERSO_TRY_CTX(
		    perso_date_parse(perso_span_str(from), &w->v.effective),
		    "--from");
	PERSO_TRY(cli_number(w->c, "days", 36500, &days));
	if (days == 0)
		PERSO_FAIL(PERSO_E_ARG, "--days is at least 1");
	w->v.expires = perso_date_add_days(w->v.effective, (int)days - 1);
	/* no day was asked for: as long as the issuer's allows */
	if (w->role != PERSO_CVC_CVCA && cli_value(w->c, "days") == NULL &&
	    perso_date_compare(w->v.expires, w->ca.expires) > 0)
		w->v.expires = w->ca.expires;
	return PERSO_OK;
}

static perso_rc
choose_authority(struct work *w)
{
	enum perso_cvc_type type;
	enum perso_cvc_role role = w->role;

	PERSO_TRY(choose_type(w, &type));
	if (role == PERSO_CVC_DV_DOMESTIC &&
	    (cli_flag(w->c, "foreign") ||
		(type == PERSO_CVC_IS && strncmp(w->chr, w->ca.chr, 2) != 0)))
		role = PERSO_CVC_DV_FOREIGN;
	w->v.chat = perso_cvc_auth(type, role);
	PERSO_TRY(choose_rights(w, &w->v.chat));
	return choose_dates(w);
}

/* ---- What was given. ---- */

static perso_rc
load_pair(const struct cli *c, const char *key_option, const char *cert_option,
    struct perso_keyref **ret_key, struct perso_cvc *ret_cert)
{
	const char *key = cli_value(c, key_option);
	const char *cert = cli_value(c, cert_option);

	if (key != NULL && cert == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--%s wants --%s, too", key_option,
		    cert_option);
	if (cert != NULL)
		PERSO_TRY(perso_cvc_load(cert, ret_cert));
	if (key != NULL)
		PERSO_TRY(perso_keyref_open(key, ret_key));
	return PERSO_OK;
}

/* An authenticated request is as good as its outer signature. */
static perso_rc
check_outer(struct work *w)
{
	const struct perso_pubkey *domain = perso_keyref_pubkey(w->ca_key);
	CVC_PUBKEY(key);

	if (!w->request.authenticated)
		return PERSO_OK;
	if (!w->has_old)
		PERSO_FAIL(PERSO_E_ARG,
		    "the request is authenticated: name the certificate of "
		    "its outer signature with --old-cert");
	if (strcmp(w->request.outer_car, w->old.chr) != 0)
		PERSO_FAIL(
		    PERSO_E_TRUST, "outer CAR is not the CHR of --old-cert");
	if (strcmp(w->old.car, w->ca.chr) == 0)
		PERSO_TRY_CTX(perso_cvc_verify(&w->old, domain, w->ca.key.alg),
		    "--old-cert");
	PERSO_TRY(perso_cvc_pubkey(&w->old, domain, &key));
	return perso_cvc_request_verify_outer(&w->request, key, w->old.key.alg);
}

static perso_rc
take_request(struct work *w, const char *path)
{
	PERSO_TRY(perso_cvc_request_load(path, &w->request));
	w->has_request = true;
	if (w->ca_key == NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "--request wants --ca-key and --ca-cert, too");
	PERSO_TRY_CTX(perso_cvc_request_verify(&w->request), "%s", path);
	PERSO_TRY_CTX(check_outer(w), "%s", path);
	PERSO_TRY(perso_cvc_pubkey(&w->request.inner, NULL, &w->subject));
	w->chr = w->request.inner.chr;
	PERSO_TRY(check_chr(w->chr));
	w->v.key = w->subject;
	w->v.alg = w->request.inner.key.alg;
	return PERSO_OK;
}

/* ---- The acts. ---- */

static perso_rc
issue(struct work *w, const struct perso_cvc *issuer, struct perso_keyref *key,
    struct perso_buf *ret)
{
	PERSO_CVC(made);

	PERSO_TRY(perso_cvc_issue(&w->v, issuer, key, ret));
	PERSO_TRY(perso_cvc_parse(perso_buf_span(ret), &made));
	if (w->out == NULL)
		w->out = cvc_json(&made);
	return PERSO_OK;
}

/* A request for the new key, authenticated where there is an old one. */
static perso_rc
request(struct work *w, struct perso_buf *ret)
{
	PERSO_BUF(inner, PERSO_CVC_MAX);
	PERSO_CVC_REQUEST(made);
	const char *car = cli_value(w->c, "car");

	w->v.car = car != NULL ? car : (w->has_ca ? w->ca.chr : NULL);
	PERSO_TRY(perso_cvc_request_build(&w->v, w->key, &inner));
	if (w->old_key != NULL)
		PERSO_TRY(perso_cvc_request_authenticate(perso_buf_span(&inner),
		    w->old.chr, w->old_key, w->old.key.alg, ret));
	else
		PERSO_TRY(perso_buf_append(ret, perso_buf_span(&inner)));
	PERSO_TRY(perso_cvc_request_parse(perso_buf_span(ret), &made));
	w->out = cvc_json(&made.inner);
	return PERSO_OK;
}

static perso_rc
prepare(struct work *w)
{
	const char *path = cli_value(w->c, "request");

	PERSO_TRY(load_pair(w->c, "ca-key", "ca-cert", &w->ca_key, &w->ca));
	PERSO_TRY(load_pair(w->c, "old-key", "old-cert", &w->old_key, &w->old));
	w->has_ca = w->ca.der.n > 0;
	w->has_old = w->old.der.n > 0;
	if (path != NULL)
		return take_request(w, path);
	w->chr = cli_value(w->c, "chr");
	w->v.chr = w->chr;
	PERSO_TRY(check_chr(w->chr));
	return make_key(w);
}

static perso_rc
run_holder(struct cli *c, enum perso_cvc_role role)
{
	WORK(w);
	PERSO_BUF(der, PERSO_CVC_MAX);

	work_init(&w, c, role);
	PERSO_TRY(prepare(&w));
	w.v.chr = w.chr;
	if (w.ca_key == NULL) {
		PERSO_TRY(request(&w, &der));
		PERSO_TRY(write_key(&w, ".cvreq"));
		PERSO_TRY(write_out(&w, ".cvreq", "request", &der));
		return print_out(&w);
	}
	PERSO_TRY(choose_authority(&w));
	PERSO_TRY(issue(&w, &w.ca, w.ca_key, &der));
	PERSO_TRY(write_key(&w, ".cvcert"));
	PERSO_TRY(write_out(&w, ".cvcert", "certificate", &der));
	return print_out(&w);
}

/* see cli_int.h */
perso_rc
cli_run_pki_dv(struct cli *c)
{
	return run_holder(c, PERSO_CVC_DV_DOMESTIC);
}

/* see cli_int.h */
perso_rc
cli_run_pki_is(struct cli *c)
{
	return run_holder(c, PERSO_CVC_TERMINAL);
}

/* see cli_int.h */
perso_rc
cli_run_pki_cvca(struct cli *c)
{
	WORK(w);
	PERSO_BUF(own, PERSO_CVC_MAX);
	PERSO_BUF(link, PERSO_CVC_MAX);

	work_init(&w, c, PERSO_CVC_CVCA);
	PERSO_TRY(load_pair(c, "link-key", "link-cert", &w.ca_key, &w.ca));
	w.has_ca = w.ca.der.n > 0;
	if (w.has_ca && w.ca_key == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--link-cert wants --link-key, too");
	w.chr = w.v.chr = cli_value(c, "chr");
	PERSO_TRY(check_chr(w.chr));
	PERSO_TRY(make_key(&w));
	PERSO_TRY(choose_authority(&w));
	PERSO_TRY(issue(&w, NULL, w.key, &own));
	w.v.domain = true; /* so that the link is a trust point, too */
	if (w.has_ca)
		PERSO_TRY(issue(&w, &w.ca, w.ca_key, &link));
	PERSO_TRY(write_key(&w, ".cvcert"));
	PERSO_TRY(write_out(&w, ".cvcert", "certificate", &own));
	if (w.has_ca)
		PERSO_TRY(write_out(&w, "-link.cvcert", "link", &link));
	return print_out(&w);
}
