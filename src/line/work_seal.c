/* The seal of a document without a chip: from the record to a symbol. */
#include "perso/layout.h"
#include "perso/record.h"
#include "perso/seal.h"
#include "perso/secret.h"
#include "perso/symbol.h"
#include "line_int.h"

#define MODULE_LEAST 25 /* hundredths of a millimetre */

/* ---- values ------------------------------------------------------------ */

static perso_rc
mrz_text(const struct perso_record *r, char *dst, size_t cap)
{
	struct perso_mrz m = { 0 };
	struct perso_mrz_text text = { 0 };
	perso_rc rc = perso_record_mrz(r, &m);

	if (rc == PERSO_OK)
		rc = perso_mrz_compose(&m, &text);
	if (rc == PERSO_OK)
		(void)snprintf(dst, cap, "%s", text.text);
	perso_wipe(&m, sizeof(m));
	perso_wipe(&text, sizeof(text));
	return rc;
}

/* C40 has no hyphen. */
static void
without_hyphens(const char *s, char *dst)
{
	for (; *s != '\0'; s++)
		if (*s != '-')
			*dst++ = *s;
	*dst = '\0';
}

static void
date_text(struct perso_date d, char *dst, size_t cap)
{
	(void)snprintf(dst, cap, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static perso_rc
type_text(
    const char *type, enum perso_seal_coding coding, char *dst, size_t cap)
{
	if (coding != PERSO_SEAL_BYTES)
		return perso_span_copy(
		    dst, cap, perso_span(type, strlen(type) + 1));
	for (size_t i = 0; type[i] != '\0'; i++)
		(void)snprintf(
		    dst + 2 * i, cap - 2 * i, "%02X", (unsigned)type[i]);
	return PERSO_OK;
}

/* The text of a value; "": the order has none. */
static perso_rc
value_text(const struct perso_record *r, enum perso_seal_source source,
    enum perso_seal_coding coding, char dst[128])
{
	dst[0] = '\0';
	switch (source) {
	case PERSO_SEAL_FROM_MRZ:
		return mrz_text(r, dst, 128);
	case PERSO_SEAL_FROM_NUMBER:
		(void)snprintf(dst, 128, "%s", r->number);
		break;
	case PERSO_SEAL_FROM_PERSONAL_NUMBER:
		without_hyphens(r->personal_number, dst);
		break;
	case PERSO_SEAL_FROM_ISSUE_DATE:
		date_text(r->issue, dst, 128);
		break;
	case PERSO_SEAL_FROM_EXPIRY_DATE:
		date_text(r->expiry, dst, 128);
		break;
	case PERSO_SEAL_FROM_ENTRIES:
		if (r->visa.entries != 0)
			(void)snprintf(dst, 128, "%u", r->visa.entries);
		break;
	case PERSO_SEAL_FROM_DURATION:
		(void)snprintf(dst, 128, "%s", r->visa.duration);
		break;
	case PERSO_SEAL_FROM_PASSPORT:
		(void)snprintf(dst, 128, "%s", r->visa.passport_number);
		break;
	case PERSO_SEAL_FROM_TYPE:
		return type_text(r->visa.type, coding, dst, 128);
	}
	return PERSO_OK;
}

static enum perso_seal_coding
coding_of(const struct perso_seal_definition *d, const char *feature)
{
	for (size_t i = 0; i < d->feature_count; i++)
		if (strcmp(d->features[i].name, feature) == 0)
			return d->features[i].coding;
	return PERSO_SEAL_UTF8;
}

static perso_rc
set_messages(const struct perso_work *w, const struct perso_seal_definition *d,
    struct perso_seal_messages *m)
{
	const struct perso_seal_profile *s = &w->doc->seal;
	char text[128];
	perso_rc rc = PERSO_OK;

	for (size_t i = 0; i < s->value_count && rc == PERSO_OK; i++) {
		const char *feature = s->values[i].feature;

		rc = value_text(&w->order->record, s->values[i].source,
		    coding_of(d, feature), text);
		if (rc == PERSO_OK && text[0] != '\0')
			rc =
			    perso_seal_set(d, feature, perso_span_str(text), m);
	}
	perso_wipe(text, sizeof(text));
	return rc;
}

static perso_rc
find_definition(
    const struct perso_work *w, const struct perso_seal_definition **ret)
{
	*ret =
	    perso_profiles_seal(w->line->cfg.profiles, w->doc->seal.definition);
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "%s names no seal", w->doc->id);
	return PERSO_OK;
}

static perso_rc
build(
    const struct perso_work *w, struct perso_keyref *key, struct perso_buf *ret)
{
	PERSO_SEAL_MESSAGES_OF(m);
	struct perso_seal_values v = { .version = w->doc->seal.version,
		.country = w->doc->issuer,
		.issued = w->order->record.issue,
		.signed_on = perso_date_of((time_t)w->clock),
		.messages = &m };

	PERSO_TRY(find_definition(w, &v.definition));
	PERSO_TRY(perso_seal_signer_of(w->sealer.cert, v.version, &v.signer));
	PERSO_TRY(set_messages(w, v.definition, &m));
	return perso_seal_build(&v, key, ret);
}

/* ---- symbol ------------------------------------------------------------ */

static const struct perso_layout_element *
find_frame(const struct perso_layout *l)
{
	for (size_t i = 0; l != NULL && i < l->side_count; i++)
		for (size_t k = 0; k < l->sides[i].count; k++)
			if (l->sides[i].v[k].kind == PERSO_LAYOUT_SYMBOL)
				return &l->sides[i].v[k];
	return NULL;
}

/* No module smaller than what a reader resolves. */
static perso_rc
make_symbol(const struct perso_work *w, struct perso_span seal,
    struct perso_symbol *ret)
{
	const struct perso_layout_element *e = find_frame(
	    perso_profiles_layout(w->line->cfg.profiles, w->doc->layout));
	struct perso_symbol_spec spec = { 0 };
	unsigned most, quiet;

	if (e == NULL)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "layout %s has no symbol", w->doc->layout);
	spec.kind = (enum perso_symbol_kind)w->doc->seal.symbol;
	spec.level = (enum perso_symbol_level)w->doc->seal.level;
	quiet = perso_work_quiet(spec.kind);
	most = (e->width < e->height ? e->width : e->height) / MODULE_LEAST;
	spec.max_side = most > 2 * quiet ? most - 2 * quiet : 1;
	PERSO_TRY_CTX(perso_symbol_make(&spec, seal, ret),
	    "symbol of %u.%02u mm", e->width / 100, e->width % 100);
	return PERSO_OK;
}

/* see line_int.h */
unsigned
perso_work_quiet(enum perso_symbol_kind kind)
{
	return kind == PERSO_SYMBOL_QR ? 4 : 1;
}

/* ---- steps ------------------------------------------------------------- */

/* see perso/line.h */
perso_rc
perso_line_sealer_check(const struct perso_line_sealer *s,
    const struct perso_doc_profile *profile, time_t at)
{
	struct perso_pubkey *pub = NULL;
	bool fits;

	PERSO_TRY_CTX(perso_cert_key(s->cert, &pub), "seal signer");
	fits = perso_pubkey_equal(pub, perso_keyref_pubkey(s->key));
	perso_pubkey_free(&pub);
	if (!fits)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "seal signer: the certificate belongs to another key");
	PERSO_TRY_CTX(perso_cert_check_time(s->cert, at), "seal signer");
	PERSO_TRY_CTX(perso_cert_check_type(s->cert, profile->document_code),
	    "seal signer");
	if (strcmp(s->cert->subject_country, profile->country) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "seal signer of %s for documents of %s",
		    s->cert->subject_country, profile->country);
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_sealer(struct perso_work *w)
{
	const struct perso_line_config *c = &w->line->cfg;

	if (c->sealer == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "the line has no seal signer");
	PERSO_TRY_CTX(c->sealer(c->signer_ctx, w->doc, &w->sealer),
	    "seal signer for %s", w->doc->id);
	return perso_line_sealer_check(&w->sealer, w->doc, (time_t)w->clock);
}

/* see line_int.h */
perso_rc
perso_work_seal_try(struct perso_work *w)
{
	const struct perso_pubkey *own = perso_keyref_pubkey(w->sealer.key);
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = perso_pubkey_curve(own) };
	struct perso_record *r = &w->order->record;
	struct perso_keyref *key = NULL;
	bool unknown = r->number[0] == '\0';
	PERSO_BUF(seal, PERSO_SEAL_MAX);
	PERSO_SYMBOL(symbol);
	perso_rc rc;

	PERSO_TRY(perso_keyref_generate(spec, &key));
	rc = unknown ? perso_pattern_longest(
			   w->doc->number.pattern, r->number, sizeof(r->number))
		     : PERSO_OK;
	if (rc == PERSO_OK)
		rc = build(w, key, &seal);
	if (unknown)
		r->number[0] = '\0';
	perso_keyref_free(&key);
	if (rc == PERSO_OK)
		rc = make_symbol(w, perso_buf_span(&seal), &symbol);
	PERSO_TRY_CTX(rc, "seal");
	return PERSO_OK;
}

/* Held against the certificate before anybody sees it. */
static perso_rc
check_own(const struct perso_work *w)
{
	struct perso_seal s;
	struct perso_seal_verdict *v = calloc(1, sizeof(*v));
	struct perso_seal_question q = {
		.seal = &s, .cert = w->sealer.cert, .now = (time_t)w->clock
	};
	perso_rc rc;

	if (v == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a seal");
	rc = perso_seal_parse(perso_buf_span(&w->seal), &s);
	if (rc == PERSO_OK)
		rc = find_definition(w, &q.definition);
	if (rc == PERSO_OK && !perso_seal_judge(&q, v)) {
		rc = PERSO_E_SIGNATURE;
		for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++)
			if (v->fact[f].judged && v->fact[f].rc != PERSO_OK)
				perso_trail_add("the seal would be refused: %s",
				    v->fact[f].text);
	}
	free(v);
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_seal(struct perso_work *w)
{
	PERSO_TRY(build(w, w->sealer.key, &w->seal));
	PERSO_TRY(check_own(w));
	PERSO_TRY(
	    perso_work_stored(w, perso_store_job_seal(w->line->cfg.store,
				     w->job.id, perso_buf_span(&w->seal))));
	w->job.state = PERSO_JOB_SEALED;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_seal_symbol(struct perso_work *w)
{
	PERSO_SYMBOL(symbol);

	PERSO_TRY_CTX(
	    make_symbol(w, perso_buf_span(&w->seal), &symbol), "seal");
	return perso_work_pages_symbol(w, &symbol);
}
