/*
 * What a chip's file says, as JSON; `lds show` prints it as a tree. Images
 * are told by kind and size, never shown.
 */
#include "cli_int.h"
#include "perso/date.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/secinfo.h"
#include "perso/sod.h"

static void
set(json_t *o, const char *key, json_t *value)
{
	(void)json_object_set_new(o, key, value);
}

/* Text of a file; what is not UTF-8 is shown as hex. */
static void
set_text(json_t *o, const char *key, struct perso_span s)
{
	json_t *v;

	if (s.n == 0)
		return;
	v = json_stringn((const char *)s.p, s.n);
	set(o, key, v != NULL ? v : cli_json_hex(s));
}

static void
set_hex(json_t *o, const char *key, struct perso_span s)
{
	if (s.n > 0)
		set(o, key, cli_json_hex(s));
}

static void
set_int(json_t *o, const char *key, uint64_t v)
{
	set(o, key, json_integer((json_int_t)v));
}

/* Unknown parts are 0: "1985-XX-XX". */
static void
set_date(json_t *o, const char *key, struct perso_date d)
{
	char year[16] = "XXXX", month[16] = "XX", day[16] = "XX", text[52];

	if (d.year != 0)
		snprintf(year, sizeof(year), "%04d", d.year);
	if (d.month != 0)
		snprintf(month, sizeof(month), "%02d", d.month);
	if (d.day != 0)
		snprintf(day, sizeof(day), "%02d", d.day);
	snprintf(text, sizeof(text), "%s-%s-%s", year, month, day);
	set(o, key, json_string(text));
}

static json_t *
texts(const struct perso_span *s, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    list, json_stringn((const char *)s[i].p, s[i].n));
	return list;
}

static json_t *
image_json(struct perso_span s)
{
	struct perso_image_info info = { 0 };

	if (perso_image_probe(s, &info) != PERSO_OK)
		return json_pack("{s:s, s:I}", "format", "unknown", "bytes",
		    (json_int_t)s.n);
	return json_pack("{s:s, s:i, s:i, s:I}", "format",
	    perso_image_format_name(info.format), "width", (int)info.width,
	    "height", (int)info.height, "bytes", (json_int_t)s.n);
}

static perso_rc
show_com(struct perso_span s, json_t *o)
{
	struct perso_com com;
	json_t *dgs = json_array();

	set(o, "data-groups", dgs);
	PERSO_TRY(perso_com_parse(s, &com));
	set(o, "lds-version", json_string(com.lds_version));
	set(o, "unicode-version", json_string(com.unicode_version));
	for (size_t i = 0; i < com.dg_count; i++)
		json_array_append_new(
		    dgs, json_string(perso_lds_by_dg(com.dgs[i])->name));
	return PERSO_OK;
}

static perso_rc
show_dg1(struct perso_span s, json_t *o)
{
	struct perso_dg1 dg1;
	struct perso_mrz m;
	json_t *lines = json_array();
	size_t width;

	set(o, "mrz", lines);
	PERSO_TRY(perso_dg1_parse(s, &dg1));
	width = dg1.mrz.n == 90 ? 30 : dg1.mrz.n / 2;
	for (size_t at = 0; at < dg1.mrz.n; at += width)
		json_array_append_new(
		    lines, json_stringn((const char *)dg1.mrz.p + at, width));
	PERSO_TRY(perso_mrz_parse(dg1.mrz, perso_date_of(perso_now()), &m));
	set(o, "fields", cli_mrz_json(&m));
	return PERSO_OK;
}

static json_t *
face_json(const struct perso_face *f)
{
	static const char *const types[] = { "basic", "full frontal", "token" };
	json_t *o = image_json(f->image);

	set(o, "image-type",
	    json_string(f->image_type < 3 ? types[f->image_type] : "other"));
	set_int(o, "gender", f->gender);
	set_int(o, "eye-colour", f->eye);
	set_int(o, "hair-colour", f->hair);
	set_int(o, "expression", f->expression);
	set_int(o, "feature-points", f->point_count);
	set_int(o, "colour-space", f->colour_space);
	set_int(o, "source", f->source);
	set_int(o, "quality", f->quality);
	return o;
}

static perso_rc
show_dg2(struct perso_span s, json_t *o)
{
	struct perso_dg2 *d = calloc(1, sizeof(*d));
	json_t *faces = json_array();
	perso_rc rc;

	set(o, "faces", faces);
	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for EF.DG2");
	rc = perso_dg2_parse(s, d);
	if (rc == PERSO_OK) {
		set(o, "record",
		    json_string(d->bit.format == PERSO_BIO_39794_5
				    ? "ISO/IEC 39794-5"
				    : "ISO/IEC 19794-5"));
		set_hex(o, "type", d->bit.type);
		set_hex(o, "created", d->bit.created);
		set_hex(o, "valid", d->bit.validity);
		set_hex(o, "creator", d->bit.creator);
		set_int(o, "record-bytes", d->bit.data.n);
		for (size_t i = 0; i < d->face.count; i++)
			json_array_append_new(
			    faces, face_json(&d->face.faces[i]));
	}
	free(d);
	return rc;
}

static perso_rc
show_displayed(int dg, struct perso_span s, json_t *o)
{
	struct perso_dg7 d;
	json_t *images = json_array();

	set(o, "images", images);
	PERSO_TRY(dg == 5 ? perso_dg5_parse(s, &d) : perso_dg7_parse(s, &d));
	for (size_t i = 0; i < d.count; i++)
		json_array_append_new(images, image_json(d.images[i]));
	return PERSO_OK;
}

static perso_rc
show_dg11(struct perso_span s, json_t *o)
{
	struct perso_dg11 d;

	PERSO_TRY(perso_dg11_parse(s, &d));
	set_text(o, "name", d.name);
	if (d.other_name_count > 0)
		set(o, "other-names", texts(d.other_names, d.other_name_count));
	set_text(o, "personal-number", d.personal_number);
	if (d.has_birth)
		set_date(o, "birth-date", d.birth);
	set_text(o, "birth-place", d.place_of_birth);
	set_text(o, "address", d.address);
	set_text(o, "telephone", d.telephone);
	set_text(o, "profession", d.profession);
	set_text(o, "title", d.title);
	set_text(o, "summary", d.summary);
	if (d.citizenship_proof.n > 0)
		set(o, "proof-of-citizenship", image_json(d.citizenship_proof));
	set_text(o, "other-documents", d.other_documents);
	set_text(o, "custody", d.custody);
	return PERSO_OK;
}

static perso_rc
show_dg12(struct perso_span s, json_t *o)
{
	struct perso_dg12 d;
	char text[64];

	PERSO_TRY(perso_dg12_parse(s, &d));
	set_text(o, "authority", d.authority);
	if (d.has_issued)
		set_date(o, "issue-date", d.issued);
	if (d.other_person_count > 0)
		set(o, "other-persons",
		    texts(d.other_persons, d.other_person_count));
	set_text(o, "endorsements", d.endorsements);
	set_text(o, "tax-exit", d.tax_exit);
	if (d.front.n > 0)
		set(o, "front", image_json(d.front));
	if (d.rear.n > 0)
		set(o, "rear", image_json(d.rear));
	if (d.has_personalised) {
		snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:%02d",
		    d.personalised.date.year, d.personalised.date.month,
		    d.personalised.date.day, d.personalised.hour,
		    d.personalised.minute, d.personalised.second);
		set(o, "personalised", json_string(text));
	}
	set_text(o, "system-serial", d.system_serial);
	return PERSO_OK;
}

static perso_rc
show_dg13(struct perso_span s, json_t *o)
{
	struct perso_dg13 d;

	PERSO_TRY(perso_dg13_parse(s, &d));
	set_hex(o, "data", d.data);
	return PERSO_OK;
}

static perso_rc
show_dg16(struct perso_span s, json_t *o)
{
	struct perso_dg16 d;
	json_t *list = json_array();

	set(o, "persons", list);
	PERSO_TRY(perso_dg16_parse(s, &d));
	for (size_t i = 0; i < d.count; i++) {
		json_t *p = json_object();

		if (d.persons[i].has_recorded)
			set_date(p, "recorded", d.persons[i].recorded);
		set_text(p, "name", d.persons[i].name);
		set_text(p, "telephone", d.persons[i].telephone);
		set_text(p, "address", d.persons[i].address);
		json_array_append_new(list, p);
	}
	return PERSO_OK;
}

static json_t *
info_json(const struct perso_secinfo *i)
{
	static const char *const kinds[] = { "unknown", "PACE",
		"PACE domain parameters", "Chip Authentication",
		"CA domain parameters", "CA public key",
		"Terminal Authentication", "Active Authentication", "EF.DIR",
		"card info" };
	json_t *o =
	    json_pack("{s:s, s:s}", "protocol", kinds[i->kind], "oid", i->oid);

	if (i->version != 0)
		set_int(o, "version", i->version);
	if (i->has_id)
		set_int(o, "id", i->id);
	if (i->alg[0] != '\0')
		set(o, "algorithm", json_string(i->alg));
	if (i->has_param)
		set_int(o, "parameter", i->param);
	set_hex(o, "public-key", i->spki);
	set_hex(o, "ef-cvca", i->efcvca);
	return o;
}

static perso_rc
show_infos(bool mf, struct perso_span s, json_t *o)
{
	struct perso_lds_infos infos;
	struct perso_secinfos *parsed;
	json_t *list = json_array();
	perso_rc rc;

	set(o, "security-infos", list);
	PERSO_TRY(mf ? perso_card_access_parse(s, &infos)
		     : perso_dg14_parse(s, &infos));
	parsed = calloc(1, sizeof(*parsed));
	if (parsed == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for SecurityInfos");
	rc = perso_secinfos_parse(infos.set, parsed);
	for (size_t i = 0; rc == PERSO_OK && i < parsed->count; i++)
		json_array_append_new(list, info_json(&parsed->items[i]));
	free(parsed);
	return rc;
}

static perso_rc
show_dg15(struct perso_span s, json_t *o)
{
	struct perso_pubkey *key = NULL;
	struct perso_dg15 d;

	PERSO_TRY(perso_dg15_parse(s, &d));
	PERSO_TRY(perso_pubkey_from_spki(d.spki, &key));
	set(o, "key",
	    json_string(perso_pubkey_kind(key) == PERSO_KEY_RSA
			    ? "RSA"
			    : perso_curve_name(perso_pubkey_curve(key))));
	set_int(o, "bits", perso_pubkey_bits(key));
	perso_pubkey_free(&key);
	return PERSO_OK;
}

static perso_rc
show_atr_info(struct perso_span s, json_t *o)
{
	struct perso_atr_info d;

	PERSO_TRY(perso_atr_info_parse(s, &d));
	if (d.has_service)
		set_hex(o, "service", perso_span(&d.service, 1));
	if (d.has_capabilities)
		set_hex(o, "capabilities", perso_span_of(d.capabilities));
	if (d.has_limits) {
		set_int(o, "longest-command", d.max_command);
		set_int(o, "longest-response", d.max_response);
	}
	if (d.other_count > 0)
		set_int(o, "other-elements", d.other_count);
	return PERSO_OK;
}

static perso_rc
show_dir(struct perso_span s, json_t *o)
{
	struct perso_dir d;
	json_t *list = json_array();

	set(o, "applications", list);
	PERSO_TRY(perso_dir_parse(s, &d));
	for (size_t i = 0; i < d.count; i++) {
		json_t *app = json_object();

		set_hex(app, "aid", d.apps[i].aid);
		set_text(app, "label", d.apps[i].label);
		json_array_append_new(list, app);
	}
	return PERSO_OK;
}

/* The signer; a certificate that cannot be read is told, not refused. */
static json_t *
signer_json(const struct perso_cms *cms)
{
	char name[PERSO_NAME_TEXT], when[PERSO_TIME_LEN];
	struct perso_span der;
	json_t *o = json_object();
	PERSO_CERT(cert);

	if (perso_cms_signer_cert(cms, &der) != PERSO_OK ||
	    perso_cert_parse(der, &cert) != PERSO_OK) {
		set(o, "certificate", json_string(perso_trail_get(0)));
		return o;
	}
	if (perso_name_text(cert.subject, name, sizeof(name)) == PERSO_OK)
		set(o, "subject", json_string(name));
	if (perso_name_text(cert.issuer, name, sizeof(name)) == PERSO_OK)
		set(o, "issuer", json_string(name));
	set_hex(o, "serial", cert.serial);
	perso_time_text(cert.not_before, when);
	set(o, "from", json_string(when));
	perso_time_text(cert.not_after, when);
	set(o, "to", json_string(when));
	return o;
}

static const char *
signature_name(enum perso_sig_kind k)
{
	return k == PERSO_SIG_RSA_PKCS1 ? "RSA PKCS#1"
	       : k == PERSO_SIG_RSA_PSS ? "RSA PSS"
					: "ECDSA";
}

static perso_rc
show_sod(struct perso_span s, json_t *o)
{
	struct perso_sod *sod = calloc(1, sizeof(*sod));
	json_t *hashes = json_object();
	char when[PERSO_TIME_LEN];
	perso_rc rc;

	set(o, "hashes", hashes);
	if (sod == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for EF.SOD");
	rc = perso_sod_parse(s, sod);
	if (rc == PERSO_OK) {
		const struct perso_lds_object *l = &sod->object;

		set_int(o, "version", l->version);
		if (l->version > 0)
			set(o, "lds-version", json_string(l->lds_version));
		set(o, "hash", json_string(perso_hash_name(l->hash)));
		for (size_t i = 0; i < l->count; i++)
			set(hashes, perso_lds_by_dg(l->hashes[i].dg)->name,
			    cli_json_hex(perso_md_span(&l->hashes[i].md)));
		set(o, "signature",
		    json_string(signature_name(sod->cms.alg.kind)));
		set(o, "signature-hash",
		    json_string(perso_hash_name(sod->cms.alg.hash)));
		perso_time_text(sod->cms.signing_time, when);
		if (sod->cms.has_signing_time)
			set(o, "signing-time", json_string(when));
		set(o, "signer", signer_json(&sod->cms));
	}
	free(sod);
	return rc;
}

/* A file that is not looked into: its frame at least. */
static perso_rc
show_frame(const struct perso_lds_file *f, struct perso_span s, json_t *o)
{
	struct perso_tlv t;

	if (f->tag != 0) {
		PERSO_TRY_CTX(perso_tlv_only(s, f->tag, &t), "%s", f->name);
		set_int(o, "value-bytes", t.val.n);
	}
	set(o, "note", json_string("contents are not taken apart"));
	return PERSO_OK;
}

static perso_rc
show(const struct perso_lds_file *f, struct perso_span s, json_t *o)
{
	if (f->fid == PERSO_FID_COM)
		return show_com(s, o);
	if (!f->mf && f->fid == PERSO_FID_SOD)
		return show_sod(s, o);
	if (f->mf && f->fid == PERSO_FID_ATR_INFO)
		return show_atr_info(s, o);
	if (f->mf && f->fid == PERSO_FID_DIR)
		return show_dir(s, o);
	if (f->dg == 14 || (f->mf && f->fid == PERSO_FID_CARD_ACCESS))
		return show_infos(f->mf, s, o);
	switch (f->dg) {
	case 1:
		return show_dg1(s, o);
	case 2:
		return show_dg2(s, o);
	case 5:
	case 7:
		return show_displayed(f->dg, s, o);
	case 11:
		return show_dg11(s, o);
	case 12:
		return show_dg12(s, o);
	case 13:
		return show_dg13(s, o);
	case 15:
		return show_dg15(s, o);
	case 16:
		return show_dg16(s, o);
	default:
		return show_frame(f, s, o);
	}
}

/* see cli_int.h */
perso_rc
cli_file_json(
    const struct perso_lds_file *f, struct perso_span bytes, json_t **ret)
{
	json_t *o = json_object();
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for %s", f->name);
	rc = show(f, bytes, o);
	if (rc != PERSO_OK) {
		json_decref(o);
		return rc;
	}
	*ret = o;
	return PERSO_OK;
}
