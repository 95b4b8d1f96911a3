/*
 * From a record to the fields of its MRZ.
 */
#include <ctype.h>

#include "record_int.h"

/* see perso/record.h */
enum perso_mrz_format
perso_record_format(const struct perso_doc_profile *p)
{
	switch (p->format) {
	case PERSO_DOC_TD1:
		return PERSO_MRZ_TD1;
	case PERSO_DOC_TD2:
		return PERSO_MRZ_TD2;
	case PERSO_DOC_MRVA:
		return PERSO_MRZ_MRVA;
	case PERSO_DOC_MRVB:
		return PERSO_MRZ_MRVB;
	case PERSO_DOC_TD3:
		break;
	}
	return PERSO_MRZ_TD3;
}

perso_rc
perso_record_translit(const struct perso_doc_profile *p,
    struct perso_mrz_choice choice[PERSO_TRANSLIT_MAX],
    struct perso_mrz_options *ret)
{
	const struct perso_translit_profile *t = &p->translit;
	struct perso_mrz_options o = {
		.choice = choice, .choices = t->count, .keep = t->keep
	};

	for (size_t i = 0; i < t->count; i++)
		choice[i] = (struct perso_mrz_choice){ t->letters[i].letter,
			t->letters[i].as };
	if (t->language[0] != '\0' &&
	    perso_mrz_language_parse(
		perso_span_str(t->language), &o.language) != PERSO_OK)
		PERSO_FAIL(PERSO_E_CONFIG, "%s: names.language", p->id);
	if (t->cut[0] != '\0' &&
	    perso_mrz_cut_parse(perso_span_str(t->cut), &o.cut) != PERSO_OK)
		PERSO_FAIL(PERSO_E_CONFIG, "%s: names.cut", p->id);
	*ret = o;
	return PERSO_OK;
}

perso_rc
perso_record_optional(
    const struct perso_record *r, char ret[PERSO_MRZ_OPTIONAL_MAX + 1])
{
	const struct perso_doc_profile *p = r->profile;
	unsigned width = perso_mrz_optional_width(perso_record_format(p), 1);
	char text[PERSO_MRZ_OPTIONAL_MAX + 1] = "";
	size_t n = 0;

	if (!p->number_in_mrz)
		width = 0;
	for (const char *s = r->personal_number; width != 0 && *s; s++) {
		bool is_alnum =
		    isdigit((unsigned char)*s) || (*s >= 'A' && *s <= 'Z');
		if (!is_alnum && p->mrz_separator == PERSO_SEPARATOR_DROP)
			continue;
		if (n == width)
			PERSO_FAIL(PERSO_E_RANGE,
			    "does not fit the %u characters of the MRZ", width);
		text[n++] = is_alnum ? *s : '<';
	}
	return perso_span_copy(
	    ret, PERSO_MRZ_OPTIONAL_MAX + 1, perso_span(text, sizeof(text)));
}

static enum perso_sex
mrz_sex(char sex)
{
	return sex == 'M'   ? PERSO_SEX_MALE
	       : sex == 'F' ? PERSO_SEX_FEMALE
			    : PERSO_SEX_UNSPECIFIED;
}

/* Text with its end; PERSO_E_RANGE. */
static perso_rc
copy(char *dst, size_t cap, const char *s)
{
	return perso_span_copy(dst, cap, perso_span(s, strlen(s) + 1));
}

/* see perso/record.h */
perso_rc
perso_record_mrz(const struct perso_record *r, struct perso_mrz *ret)
{
	const struct perso_doc_profile *p = r->profile;
	struct perso_mrz_choice choice[PERSO_TRANSLIT_MAX];
	struct perso_mrz_options o;
	struct perso_mrz_name name;
	struct perso_mrz m = { .format = perso_record_format(p),
		.birth = r->birth,
		.sex = mrz_sex(r->sex),
		.expiry = r->expiry };

	if (r->number[0] == '\0')
		PERSO_FAIL(PERSO_E_STATE, "document number is not bound yet");
	PERSO_TRY(perso_record_translit(p, choice, &o));
	PERSO_TRY_CTX(perso_mrz_name(perso_span_str(r->surname),
			  perso_span_str(r->given_names),
			  perso_mrz_name_width(m.format), &o, &name),
	    "name");
	PERSO_TRY_CTX(perso_record_optional(r, m.optional1), "personal number");
	PERSO_TRY(copy(m.document_code, sizeof(m.document_code),
	    perso_doc_profile_code(p, r->issue)));
	PERSO_TRY(copy(m.issuer, sizeof(m.issuer), p->issuer));
	PERSO_TRY(copy(m.number, sizeof(m.number), r->number));
	PERSO_TRY(copy(m.primary, sizeof(m.primary), name.primary));
	PERSO_TRY(copy(m.secondary, sizeof(m.secondary), name.secondary));
	PERSO_TRY(copy(m.nationality, sizeof(m.nationality), r->nationality));
	*ret = m;
	return PERSO_OK;
}
