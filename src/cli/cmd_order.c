/* perso order check|sign|new|import: orders as files. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/order.h"
#include "perso/secret.h"

/* What checking orders needs, opened once. */
struct intake {
	struct cli_config cfg;
	struct perso_profiles *profiles;
	struct perso_approvers *approvers;
	struct perso_store *store; /* import only */
	struct perso_order *order;
	size_t done;
	size_t refused;
	perso_rc last; /* of the last refusal */
};

static void
close_intake(struct intake *in)
{
	perso_profiles_free(&in->profiles);
	perso_approvers_free(&in->approvers);
	perso_store_close(&in->store);
	perso_order_free(&in->order);
}

#define AUTO_INTAKE(name) \
	__attribute__((   \
	    cleanup(close_intake))) struct intake name = { .last = PERSO_OK }

static perso_rc
open_intake(struct cli *c, struct intake *in)
{
	PERSO_TRY(cli_config_load(c, &in->cfg));
	PERSO_TRY(cli_open_profiles(&in->cfg, &in->profiles));
	PERSO_TRY_CTX(perso_approvers_open(in->cfg.approvers, &in->approvers),
	    "approvers");
	in->order = perso_order_new();
	if (in->order == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	return PERSO_OK;
}

static json_t *
findings_json(const struct perso_findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->count; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:o, s:o}", "code", f->v[i].code,
			      "path", cli_json_text(f->v[i].path), "text",
			      cli_json_text(f->v[i].text)));
	return list;
}

/* see cli_int.h */
perso_rc
cli_print_refusal(struct cli *c, const char *path,
    const struct perso_findings *f, perso_rc rc)
{
	if (c->json)
		return cli_json_line(json_pack("{s:o, s:b, s:s, s:o}", "file",
		    cli_json_text(path), "ok", 0, "error", perso_rc_name(rc),
		    "findings", findings_json(f)));
	cli_print("%s: refused\n", path);
	for (size_t i = 0; i < f->count; i++)
		cli_print("  %-22s %-28s %s\n", f->v[i].code, f->v[i].path,
		    f->v[i].text);
	if (f->dropped > 0)
		cli_print("  and %zu more\n", f->dropped);
	return PERSO_OK;
}

/* One file more that is refused. A file that cannot be read has no findings
 * of the order's: what stopped it is its finding, and the other files go on. */
static perso_rc
refuse(struct cli *c, struct intake *in, const char *path, perso_rc rc)
{
	struct perso_findings *f = &in->order->findings;

	if (rc == PERSO_E_NOMEM)
		return rc;
	if (f->count == 0)
		perso_findings_add(f,
		    rc == PERSO_E_CONFLICT ? "E-ORDER-CONFLICT"
					   : "E-ORDER-FILE",
		    "$", "%s", perso_trail_get(0));
	in->refused++;
	in->last = rc;
	return cli_print_refusal(c, path, f, rc);
}

static perso_rc
check_one(struct cli *c, struct intake *in, const char *path, bool *ret_ok)
{
	struct perso_order_input input = { .profiles = in->profiles,
		.approvers = in->approvers,
		.now = perso_now() };
	perso_rc rc;

	/* a file that cannot be read leaves those of the one before */
	in->order->findings = (struct perso_findings){ 0 };
	rc = perso_order_check_file(path, input, in->order);
	*ret_ok = rc == PERSO_OK;
	return rc == PERSO_OK ? PERSO_OK : refuse(c, in, path, rc);
}

/* After all files: the exit code of the last refusal. */
static perso_rc
sum_up(struct cli *c, const struct intake *in, const char *verb)
{
	if (!c->json)
		cli_print("%zu %s, %zu refused\n", in->done, verb, in->refused);
	if (in->refused > 0)
		c->exit = cli_exit_code(in->last);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_check(struct cli *c)
{
	AUTO_INTAKE(in);
	bool ok = false;

	PERSO_TRY(open_intake(c, &in));
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY(check_one(c, &in, c->argv[i], &ok));
		if (!ok)
			continue;
		in.done++;
		if (c->json)
			PERSO_TRY(
			    cli_json_line(json_pack("{s:o, s:b, s:s, s:s}",
				"file", cli_json_text(c->argv[i]), "ok", 1,
				"order", in.order->record.order_id, "document",
				in.order->record.profile->id)));
		else
			cli_print("%s: order %s for %s, approved by %s\n",
			    c->argv[i], in.order->record.order_id,
			    in.order->record.profile->id,
			    in.order->approver_serial);
	}
	return sum_up(c, &in, "right");
}

static perso_rc
copy_text(char *dst, size_t cap, const char *src)
{
	return perso_span_copy(dst, cap, perso_span(src, strlen(src) + 1));
}

static perso_rc
store_entry(
    const struct intake *in, const char *path, struct perso_store_order *o)
{
	char full[PERSO_PATH_MAX];
	struct perso_md md;
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	if (realpath(path, full) == NULL)
		PERSO_FAIL(PERSO_E_IO, "%s: cannot be found", path);
	PERSO_TRY(copy_text(o->path, sizeof(o->path), full));
	PERSO_TRY(perso_order_read(full, &json, &cms));
	PERSO_TRY(perso_digest(PERSO_SHA256, perso_buf_span(&json), &md));
	if (!perso_span_equal(
		perso_md_span(&md), perso_md_span(&in->order->sha256)))
		PERSO_FAIL(
		    PERSO_E_MISMATCH, "%s changed while it was read", path);
	PERSO_TRY(perso_span_copy(o->json_hash, 32, perso_md_span(&md)));
	PERSO_TRY(perso_digest(PERSO_SHA256, perso_buf_span(&cms), &md));
	PERSO_TRY(perso_span_copy(o->cms_hash, 32, perso_md_span(&md)));
	PERSO_TRY(copy_text(o->id, sizeof(o->id), in->order->record.order_id));
	PERSO_TRY(copy_text(
	    o->profile, sizeof(o->profile), in->order->record.profile->id));
	return copy_text(
	    o->approver, sizeof(o->approver), in->order->approver_serial);
}

static perso_rc
import_one(struct cli *c, struct intake *in, const char *path)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	bool fresh = false, of_file;
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = store_entry(in, path, o);
	of_file = rc != PERSO_OK;
	if (rc == PERSO_OK)
		rc = perso_store_order_import(in->store, o, &fresh);
	free(o);
	if (rc != PERSO_OK && (of_file || rc == PERSO_E_CONFLICT))
		return refuse(c, in, path, rc);
	PERSO_TRY_CTX(rc, "%s", path);
	in->done++;
	if (c->json)
		return cli_json_line(json_pack("{s:o, s:b, s:s, s:b}", "file",
		    cli_json_text(path), "ok", 1, "order",
		    in->order->record.order_id, "new", fresh));
	cli_print("%s: order %s %s\n", path, in->order->record.order_id,
	    fresh ? "imported" : "was imported before; nothing changed");
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_import(struct cli *c)
{
	AUTO_INTAKE(in);
	bool ok = false;

	PERSO_TRY(open_intake(c, &in));
	PERSO_TRY(cli_open_store(&in.cfg, &in.store));
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY(check_one(c, &in, c->argv[i], &ok));
		if (ok)
			PERSO_TRY(import_one(c, &in, c->argv[i]));
	}
	return sum_up(c, &in, "accepted");
}

static void
free_key(struct perso_keyref **k)
{
	perso_keyref_free(k);
}

static perso_rc
check_pair(const struct perso_keyref *key, const struct perso_cert *cert)
{
	struct perso_pubkey *pub = NULL;
	bool same;

	PERSO_TRY(perso_cert_key(cert, &pub));
	same = perso_pubkey_equal(pub, perso_keyref_pubkey(key));
	perso_pubkey_free(&pub);
	if (!same)
		PERSO_FAIL(PERSO_E_KEY, "the certificate is not that of the "
					"key");
	return PERSO_OK;
}

static perso_rc
sign_one(const char *path, struct perso_keyref *key, struct perso_span cert)
{
	char out[PERSO_PATH_MAX];
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	PERSO_TRY(perso_order_cms_path(path, out, sizeof(out)));
	PERSO_TRY(perso_file_read(path, &json));
	PERSO_TRY(perso_order_sign(
	    perso_buf_span(&json), key, cert, perso_now(), &cms));
	PERSO_TRY(perso_file_write(out, perso_buf_span(&cms), 0644));
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_sign(struct cli *c)
{
	const char *key_path = cli_value(c, "key");
	const char *cert_path = cli_value(c, "cert");
	__attribute__((cleanup(free_key))) struct perso_keyref *key = NULL;
	PERSO_CERT(cert);

	if (key_path == NULL || cert_path == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "--key FILE and --cert FILE are wanted: the approver's");
	PERSO_TRY_CTX(perso_keyref_open(key_path, &key), "approver's key");
	PERSO_TRY_CTX(perso_cert_load(cert_path, &cert), "approver's "
							 "certificate");
	PERSO_TRY(check_pair(key, &cert));
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY_CTX(
		    sign_one(c->argv[i], key, perso_buf_span(&cert.der)), "%s",
		    c->argv[i]);
		if (c->json)
			PERSO_TRY(cli_json_line(json_pack(
			    "{s:s, s:b}", "file", c->argv[i], "signed", 1)));
		else
			cli_print("%s: signed\n", c->argv[i]);
	}
	return PERSO_OK;
}

/* Another document number, where the template carries one. */
static perso_rc
renumber(struct perso_buf *text, const char *number)
{
	json_error_t err;
	json_t *j = json_loadb(
	    (const char *)text->p, text->n, JSON_REJECT_DUPLICATES, &err);
	json_t *data = json_object_get(j, "document-data");
	char *dump = NULL;
	perso_rc rc = PERSO_OK;

	if (json_object_get(data, "number") != NULL) {
		if (json_object_set_new(data, "number", json_string(number)) ==
		    0)
			dump = json_dumps(j, JSON_INDENT(2));
		rc = dump != NULL ? perso_buf_set(text, perso_span_str(dump))
				  : PERSO_E_ARG;
		if (rc == PERSO_OK)
			rc = perso_buf_append_u8(text, '\n');
	}
	if (dump != NULL)
		perso_wipe(dump, strlen(dump));
	free(dump);
	json_decref(j);
	if (rc == PERSO_E_ARG)
		PERSO_FAIL(rc, "--number is not UTF-8 text");
	return rc;
}

/* see cli_int.h */
perso_rc
cli_run_order_new(struct cli *c)
{
	const char *id = cli_value(c, "id"), *out = cli_value(c, "out");
	PERSO_BUF(template, PERSO_ORDER_MAX);
	PERSO_BUF(json, PERSO_ORDER_MAX);

	if (id == NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "--id NUMBER is wanted: the order's number");
	PERSO_TRY(perso_file_read(c->argv[0], &template));
	PERSO_TRY_CTX(perso_order_fill(perso_buf_span(&template), id, &json),
	    "%s", c->argv[0]);
	if (cli_value(c, "number") != NULL)
		PERSO_TRY(renumber(&json, cli_value(c, "number")));
	if (out == NULL) {
		cli_print("%.*s", (int)json.n, (const char *)json.p);
		return PERSO_OK;
	}
	/* somebody's data: the owner may give it to others */
	return perso_file_write(out, perso_buf_span(&json), 0600);
}

/* see cli_int.h */
perso_rc
cli_run_order_schema(struct cli *c)
{
	PERSO_BUF(schema, 1 << 20);

	(void)c;
	PERSO_TRY(perso_order_schema(&schema));
	cli_print("%.*s", (int)schema.n, (const char *)schema.p);
	return PERSO_OK;
}
