/*
 * A profile as a list of lines: see perso/outlook.h.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "perso/outlook.h"
#include "record_int.h"

PERSO_PRINTF(3, 4)
static void
line(struct perso_profile_view *v, const char *key, const char *fmt, ...)
{
	struct perso_profile_line *l;
	va_list ap;

	if (v->count == PERSO_PROFILE_LINES)
		return;
	l = &v->v[v->count++];
	snprintf(l->key, sizeof(l->key), "%s", key);
	va_start(ap, fmt);
	vsnprintf(l->value, sizeof(l->value), fmt, ap);
	va_end(ap);
}

static const char *
word(enum perso_profile_words w, uint64_t value)
{
	const char *s = perso_profile_word(w, value);

	return s ? s : "?";
}

/* The words of all bits, parted by commas. */
static void
bits(struct perso_profile_view *v, const char *key, uint64_t set,
    enum perso_profile_words w)
{
	char text[sizeof(v->v[0].value)] = "";

	for (unsigned i = 0; i < 64; i++) {
		size_t n = strlen(text);

		if (set >> i & 1)
			snprintf(text + n, sizeof(text) - n, "%s%s",
			    n ? ", " : "", word(w, UINT64_C(1) << i));
	}
	if (text[0] != '\0')
		line(v, key, "%s", text);
}

/* How names reach the MRZ, where the profile says. */
static void
view_translit(
    const struct perso_translit_profile *t, struct perso_profile_view *v)
{
	char text[160] = "";

	for (size_t i = 0; i < t->count; i++) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof(text) - n, "%sU+%04" PRIX32 " as %s",
		    i ? ", " : "", t->letters[i].letter, t->letters[i].as);
	}
	if (t->cut[0] != '\0')
		line(v, "names.cut", "%s", t->cut);
	if (t->keep != 0)
		line(v, "names.keep", "%u", t->keep);
	if (t->language[0] != '\0')
		line(v, "names.language", "%s", t->language);
	if (text[0] != '\0')
		line(v, "names.letters", "%s", text);
}

static void
view_holder(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	char text[PERSO_CODES_MAX * sizeof(p->nationalities[0]) * 2] = "";

	for (size_t i = 0; i < p->nationality_count; i++) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof(text) - n, "%s%s", i ? ", " : "",
		    p->nationalities[i]);
	}
	line(v, "nationality", "%s%s%s", p->nationality_any ? "any" : text,
	    p->nationality[0] ? "; default " : "", p->nationality);
	line(v, "sexes", "%s", p->sexes);
	line(v, "names", "surname up to %u, given names up to %u characters",
	    p->surname_max, p->given_names_max);
	view_translit(&p->translit, v);
}

static void
view_numbers(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	char text[160] = "";

	line(v, "document-number", "%s, from: %s", p->number.pattern,
	    word(PERSO_WORDS_SOURCE, p->number.kind));
	if (p->number.kind == PERSO_NUMBER_RANGE)
		line(v, "document-number.range",
		    "%s and %u digits, %" PRIu64 " to %" PRIu64,
		    p->number.prefix, p->number.digits, p->number.first,
		    p->number.last);
	for (size_t i = 0; i < p->rule_count; i++) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof(text) - n, "%s%s%s", i ? ", " : "",
		    p->rules[i].id,
		    p->rules[i].weight_count ? " (check digit)" : "");
	}
	if ((p->required | p->optional) & PERSO_FIELD_PERSONAL_NUMBER)
		line(v, "personal-number", "%s%s%s", text, text[0] ? "; " : "",
		    !p->number_in_mrz ? "not in the MRZ"
		    : p->mrz_separator == PERSO_SEPARATOR_DROP
			? "in the MRZ without separators"
			: "in the MRZ, its separators as <");
}

static void
view_files(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	char text[128] = "";

	for (unsigned dg = 1; dg <= 16; dg++) {
		size_t n = strlen(text);
		if (perso_doc_profile_has_dg(p, dg))
			snprintf(text + n, sizeof(text) - n, "%sDG%u",
			    n ? ", " : "", dg);
	}
	line(v, "lds.version", "%s", p->lds_version);
	line(v, "lds.files", "%s%s%s, EF.SOD", text, p->com ? ", EF.COM" : "",
	    p->cvca ? ", EF.CVCA" : "");
	bits(v, "lds.mf-files", p->mf_files, PERSO_WORDS_MF_FILE);
	line(v, "lds.hash", "%s", p->hash);
	line(v, "lds.biometrics", "%s", perso_biometrics_name(p->biometrics));
	bits(v, "lds.dg11", p->dg11, PERSO_WORDS_DG11);
	bits(v, "lds.dg12", p->dg12, PERSO_WORDS_DG12);
	if (p->system_serial[0] != '\0')
		line(v, "lds.system-serial", "%s", p->system_serial);
	line(v, "sod.hash", "%s", p->sod_hash);
	line(v, "sod.rsa-padding", "%s",
	    p->sod_rsa == PERSO_RSA_PSS ? "pss" : "pkcs1");
}

static void
view_aa(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	const struct perso_aa_profile *a = &p->aa;

	if (a->kind == PERSO_AA_NONE)
		line(v, "active-authentication", "none");
	else if (a->kind == PERSO_AA_RSA)
		line(v, "active-authentication", "RSA %u, key: %s", a->bits,
		    word(PERSO_WORDS_ORIGIN, a->origin));
	else
		line(v, "active-authentication", "ECDSA %s, %s, key: %s",
		    perso_profile_parameters_name((unsigned)a->curve), a->hash,
		    word(PERSO_WORDS_ORIGIN, a->origin));
}

static void
view_access(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	bits(v, "access", p->access, PERSO_WORDS_ACCESS);
	if (p->pace.mappings != 0) {
		bits(v, "pace.mappings", p->pace.mappings, PERSO_WORDS_MAPPING);
		line(v, "pace.parameters", "%s, %s",
		    perso_profile_parameters_name(p->pace.parameters),
		    word(PERSO_WORDS_CIPHER, p->pace.cipher));
		bits(v, "pace.passwords", p->pace.passwords,
		    PERSO_WORDS_PASSWORD);
	}
	view_aa(p, v);
	if (p->ca.cipher != 0)
		line(v, "chip-authentication", "%s, %s, key: %s",
		    perso_profile_parameters_name(p->ca.parameters),
		    word(PERSO_WORDS_CIPHER, p->ca.cipher),
		    word(PERSO_WORDS_ORIGIN, p->ca.origin));
	if (p->ta.data_groups != 0)
		line(v, "terminal-authentication", "for %s%s%s",
		    p->ta.data_groups >> 3 & 1 ? "DG3" : "",
		    (p->ta.data_groups & 0x18) == 0x18 ? ", " : "",
		    p->ta.data_groups >> 4 & 1 ? "DG4" : "");
	if (p->ta.trust_point[0] != '\0')
		line(v, "trust-point", "%s", p->ta.trust_point);
	line(v, "anti-cloning", "%s", p->anti_cloning ? "due" : "not due");
}

static void
view_validity(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	char term[24];

	for (size_t i = 0; i < p->step_count; i++) {
		perso_term_text(p->steps[i].term, term);
		line(v, "validity", "from age %u: %s", p->steps[i].from_age,
		    term);
	}
	perso_term_text(p->max_validity, term);
	line(v, "validity.max", "%s", term);
	perso_term_text(p->min_validity, term);
	if (term[0] != '\0')
		line(v, "validity.min", "%s", term);
}

static void
view_order(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	if (p->authority[0] != '\0')
		line(v, "authority", "%s", p->authority);
	bits(v, "order.required", p->required, PERSO_WORDS_FIELD);
	bits(v, "order.optional", p->optional, PERSO_WORDS_FIELD);
	bits(v, "order.reasons", p->reasons, PERSO_WORDS_REASON);
	for (unsigned bit = 1; perso_reason_name(bit); bit <<= 1) {
		uint64_t needs = perso_doc_profile_needs(p, bit);
		char key[32];

		snprintf(key, sizeof(key), "needs.%s", perso_reason_name(bit));
		if (p->reasons & bit && needs != 0)
			bits(v, key, needs, PERSO_WORDS_FIELD);
	}
}

static void
view_image(const struct perso_image_profile *i, const char *key,
    struct perso_profile_view *v)
{
	char name[40];

	if (i->formats == 0)
		return;
	snprintf(name, sizeof(name), "%s.formats", key);
	bits(v, name, i->formats, PERSO_WORDS_IMAGE);
	line(v, key, "%ux%u to %ux%u pixels, up to %u bytes", i->min_width,
	    i->min_height, i->max_width, i->max_height, i->max_bytes);
	snprintf(name, sizeof(name), "%s.frame", key);
	if (i->frame_width != 0)
		line(v, name, "%ux%u %s", i->frame_width, i->frame_height,
		    word(PERSO_WORDS_IMAGE, i->frame_format));
	snprintf(name, sizeof(name), "%s.checks", key);
	if (i->checks)
		line(v, name, "portraits are judged when an order comes in");
}

static void
view_printed(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	if (p->layout[0] == '\0')
		return;
	line(v, "layout", "%s", p->layout);
	line(v, "printed.state", "%s", p->printed_state);
	line(v, "printed.document", "%s", p->printed_document);
	if (p->letter[0] != '\0')
		line(v, "letter", "%s: PIN and PUK for the holder", p->letter);
}

static void
view_seal(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	const struct perso_seal_profile *s = &p->seal;
	bool is_qr = strcmp(word(PERSO_WORDS_SYMBOL, s->symbol), "qr") == 0;

	if (s->definition[0] == '\0')
		return;
	line(v, "seal", "%s, header version %u", s->definition, s->version);
	line(v, "seal.symbol", "%s%s%s", word(PERSO_WORDS_SYMBOL, s->symbol),
	    is_qr ? ", error correction " : "",
	    is_qr ? word(PERSO_WORDS_LEVEL, s->level) : "");
	for (size_t i = 0; i < s->value_count; i++) {
		char key[sizeof(v->v[0].key)];

		snprintf(key, sizeof(key), "seal.%s", s->values[i].feature);
		line(v, key, "from: %s",
		    word(PERSO_WORDS_SEAL_SOURCE, s->values[i].source));
	}
}

static void
view_chips(const struct perso_doc_profile *p, struct perso_profile_view *v)
{
	char text[200] = "none";

	for (size_t i = 0; i < p->chip_count; i++) {
		size_t n = i == 0 ? 0 : strlen(text);
		snprintf(text + n, sizeof(text) - n, "%s%s", i ? ", " : "",
		    p->chips[i]);
	}
	line(v, "chips", "%s", text);
	if (p->blanks[0] != '\0')
		line(v, "blanks", "%s", p->blanks);
}

/* see perso/outlook.h */
void
perso_profile_view(const struct perso_doc_profile *profile,
    struct perso_date day, struct perso_profile_view *ret)
{
	struct perso_doc_profile on;
	const struct perso_doc_profile *p = &on;

	*ret = (struct perso_profile_view){ 0 };
	perso_doc_profile_on(profile, day, &on);
	line(ret, "title", "%s", p->title);
	if (p->extends[0] != '\0')
		line(ret, "extends", "%s", p->extends);
	line(ret, "document-code", "%s", p->document_code);
	line(ret, "mrz-format", "%s", perso_doc_format_name(p->format));
	line(ret, "issuer", "%s (%s)", p->issuer, p->country);
	view_holder(p, ret);
	view_numbers(p, ret);
	if (!perso_doc_profile_is_chipless(p)) {
		view_files(p, ret);
		view_access(p, ret);
	}
	view_validity(p, ret);
	view_order(p, ret);
	view_image(&p->portrait, "images.portrait", ret);
	view_image(&p->signature, "images.signature", ret);
	view_image(&p->scan, "images.scan", ret);
	view_chips(p, ret);
	view_printed(p, ret);
	view_seal(p, ret);
}
