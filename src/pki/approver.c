#include <unistd.h>

#include "perso/date.h"
#include "perso/file.h"

#include "roles_int.h"

#define LIST_MAX 1048576

struct perso_approvers {
	struct pki_folder folder;
	struct role_list roles;
	struct perso_pubkey **keys; /* of folder.certs; NULL: not usable */
};

static perso_rc
read_roles(const char *dir, struct role_list *ret)
{
	PERSO_BUF(text, LIST_MAX);
	char path[PERSO_PATH_MAX];

	PERSO_TRY(
	    perso_path_join(path, sizeof(path), dir, PERSO_APPROVERS_FILE));
	if (access(path, F_OK) != 0)
		return PERSO_OK;
	PERSO_TRY(perso_file_read(path, &text));
	PERSO_TRY_CTX(role_list_parse(perso_buf_span(&text), ret), "%s", path);
	return PERSO_OK;
}

/* Parsed once: reading a key costs nearly as much as a verification. A key
 * that cannot be used is reported when somebody approves with it. */
static perso_rc
read_keys(struct perso_approvers *a)
{
	a->keys = calloc(a->folder.count + 1, sizeof(*a->keys));
	if (a->keys == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "approvers");
	for (size_t i = 0; i < a->folder.count; i++)
		if (perso_cert_key(&a->folder.certs[i], &a->keys[i]) !=
		    PERSO_OK)
			a->keys[i] = NULL;
	return PERSO_OK;
}

/* see perso/trust.h */
perso_rc
perso_approvers_open(const char *dir, struct perso_approvers **ret)
{
	struct perso_approvers *a = calloc(1, sizeof(*a));
	perso_rc rc;

	if (a == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "approvers");
	rc = pki_folder_open(dir, NULL, &a->folder);
	if (rc == PERSO_OK)
		rc = read_roles(dir, &a->roles);
	if (rc == PERSO_OK)
		rc = read_keys(a);
	if (rc != PERSO_OK) {
		perso_approvers_free(&a);
		return rc;
	}
	*ret = a;
	return PERSO_OK;
}

/* see perso/trust.h */
void
perso_approvers_free(struct perso_approvers **a)
{
	if (*a == NULL)
		return;
	for (size_t i = 0; (*a)->keys && i < (*a)->folder.count; i++)
		perso_pubkey_free(&(*a)->keys[i]);
	free((*a)->keys);
	pki_folder_done(&(*a)->folder);
	role_list_done(&(*a)->roles);
	free(*a);
	*a = NULL;
}

/* see perso/trust.h */
size_t
perso_approvers_count(const struct perso_approvers *a)
{
	return a->folder.count;
}

/* see perso/trust.h */
const struct perso_cert *
perso_approvers_get(const struct perso_approvers *a, size_t i)
{
	return pki_folder_get(&a->folder, i);
}

/* see perso/trust.h */
size_t
perso_approvers_bad_count(const struct perso_approvers *a)
{
	return a->folder.bad_count;
}

/* see perso/trust.h */
const char *
perso_approvers_bad(const struct perso_approvers *a, size_t i)
{
	return pki_folder_bad(&a->folder, i);
}

/* see perso/trust.h */
perso_rc
perso_approvers_list_check(struct perso_span text, size_t *ret_count)
{
	struct role_list l = { 0 };

	PERSO_TRY(role_list_parse(text, &l));
	*ret_count = l.count;
	role_list_done(&l);
	return PERSO_OK;
}

static bool
lists_type(const struct role_entry *e, const char *document_type)
{
	for (size_t i = 0; i < e->type_count; i++)
		if (strcmp(e->types[i], document_type) == 0)
			return true;
	return false;
}

static bool
may(const struct perso_approvers *a, const struct perso_cert *c,
    const char *role, const char *document_type)
{
	for (size_t i = 0; i < a->roles.count; i++) {
		const struct role_entry *e = &a->roles.entries[i];

		if (strcmp(e->role, role) == 0 &&
		    lists_type(e, document_type) && role_entry_names(e, c))
			return true;
	}
	return false;
}

/* see perso/trust.h */
bool
perso_approvers_may(const struct perso_approvers *a, size_t i, const char *role,
    const char *document_type)
{
	const struct perso_cert *c = pki_folder_get(&a->folder, i);

	return c != NULL && may(a, c, role, document_type);
}

/* -------------------------------------------------------------- checking */

static bool
is_sid(const struct perso_cms *cms, const struct perso_cert *c)
{
	if (cms->sid_ski.n != 0)
		return perso_span_equal(cms->sid_ski, c->ski);
	return perso_span_equal(cms->sid_issuer, c->issuer) &&
	       perso_span_equal(cms->sid_serial, c->serial);
}

/* The carried certificate counts only if it is one of ours. */
static perso_rc
find_approver(const struct perso_approvers *a, const struct perso_cms *cms,
    const struct perso_cert **ret)
{
	struct perso_span carried = { 0 };
	bool has = perso_cms_signer_cert(cms, &carried) == PERSO_OK;

	for (size_t i = 0; i < a->folder.count; i++) {
		const struct perso_cert *c = &a->folder.certs[i];

		if (is_sid(cms, c) &&
		    (!has ||
			perso_span_equal(perso_buf_span(&c->der), carried))) {
			*ret = c;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_TRUST, "the signer is not one of the %zu approvers",
	    a->folder.count);
}

static perso_rc
check_signature(const struct perso_approvers *a, const struct perso_approval *q,
    const struct perso_cert *c)
{
	const struct perso_pubkey *key = a->keys[c - a->folder.certs];
	struct perso_pubkey *none = NULL;

	if (strcmp(q->cms->content_type, PERSO_OID_DATA) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "content type %s is not that of an approval",
		    q->cms->content_type);
	/* two orders with one digest are within reach */
	if (q->cms->digest == PERSO_SHA1 || q->cms->alg.hash == PERSO_SHA1)
		PERSO_FAIL(
		    PERSO_E_SIGNATURE, "SHA-1 is too weak for an approval");
	if (key != NULL)
		return perso_cms_verify(q->cms, q->content, key);
	PERSO_TRY(perso_cert_key(c, &none)); /* says why */
	perso_pubkey_free(&none);
	PERSO_FAIL(PERSO_E_NOMEM, "no memory for the approver's key");
}

static perso_rc
check_role(const struct perso_approvers *a, const struct perso_approval *q,
    const struct perso_cert *c)
{
	if ((c->exts & PERSO_EXT_KU) != 0 &&
	    (c->key_usage & PERSO_KU_DIGITAL_SIGNATURE) == 0)
		PERSO_FAIL(PERSO_E_ROLE, "key usage of the approver is not "
					 "digitalSignature");
	if ((c->exts_critical & PERSO_EXT_OTHER) != 0)
		PERSO_FAIL(PERSO_E_ROLE, "certificate of the approver has "
					 "an unknown critical extension");
	if (!may(a, c, PERSO_ROLE_APPROVER, q->document_type))
		PERSO_FAIL(PERSO_E_ROLE,
		    "the signer is not listed as " PERSO_ROLE_APPROVER
		    " for %s",
		    q->document_type);
	return PERSO_OK;
}

static perso_rc
check_times(const struct perso_approval *q, const struct perso_cert *c)
{
	char text[PERSO_TIME_LEN];

	if (!q->cms->has_signing_time)
		PERSO_FAIL(PERSO_E_MISSING, "approval has no signing time");
	if (q->cms->signing_time > q->now) {
		perso_time_text(q->cms->signing_time, text);
		PERSO_FAIL(
		    PERSO_E_EXPIRED, "signing time %s is in the future", text);
	}
	PERSO_TRY_CTX(
	    perso_cert_check_time(c, q->cms->signing_time), "at signing time");
	PERSO_TRY_CTX(perso_cert_check_time(c, q->now), "now");
	return PERSO_OK;
}

static perso_rc
check_approval(const struct perso_approvers *a, const struct perso_approval *q,
    const struct perso_cert **ret)
{
	const struct perso_cert *c = NULL;

	PERSO_TRY(find_approver(a, q->cms, &c));
	PERSO_TRY(check_signature(a, q, c));
	PERSO_TRY(check_role(a, q, c));
	PERSO_TRY(check_times(q, c));
	if (ret != NULL)
		*ret = c;
	return PERSO_OK;
}

/* see perso/trust.h */
perso_rc
perso_approver_check(const struct perso_approvers *a,
    const struct perso_approval *q, const struct perso_cert **ret)
{
	PERSO_TRY_CTX(check_approval(a, q, ret), "approval");
	return PERSO_OK;
}
