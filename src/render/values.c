/*
 * What the fields of a layout say for a record.
 */
#include "render_int.h"

#define NUMBER_END 3

/* Doc 9303-3, 3.8: unknown parts are X. */
static void
date_text(
    struct perso_date d, enum perso_layout_date how, char ret[RENDER_TEXT_MAX])
{
	static const char *const months[] = { "XXX", "JAN", "FEB", "MAR", "APR",
		"MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };
	char year[12] = "XXXX", month[12] = "XX", day[12] = "XX";

	if (d.year != 0)
		snprintf(year, sizeof(year), "%04d", d.year);
	if (d.month != 0)
		snprintf(month, sizeof(month), "%02d", d.month);
	if (d.day != 0)
		snprintf(day, sizeof(day), "%02d", d.day);
	if (how == PERSO_LAYOUT_DATE_ISO)
		snprintf(ret, RENDER_TEXT_MAX, "%s-%s-%s", year, month, day);
	else if (how == PERSO_LAYOUT_DATE_MONTH)
		snprintf(ret, RENDER_TEXT_MAX, "%s %s %s", day,
		    months[d.month >= 1 && d.month <= 12 ? d.month : 0], year);
	else
		snprintf(ret, RENDER_TEXT_MAX, "%s.%s.%s", day, month, year);
}

static void
join(const char *const *parts, size_t count, const char *between,
    char ret[RENDER_TEXT_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < count && n < RENDER_TEXT_MAX; i++)
		n += (size_t)snprintf(ret + n, RENDER_TEXT_MAX - n, "%s%s",
		    n ? between : "", parts[i]);
}

static void
name_text(
    const char *surname, const char *given_names, char ret[RENDER_TEXT_MAX])
{
	const char *parts[2] = { surname, given_names };

	join(parts, given_names[0] ? 2 : 1, " ", ret);
}

static void
other_names(const struct perso_record *r, char ret[RENDER_TEXT_MAX])
{
	char names[PERSO_OTHER_NAMES_MAX][RENDER_TEXT_MAX];
	const char *parts[PERSO_OTHER_NAMES_MAX];

	for (size_t i = 0; i < r->other_name_count; i++) {
		name_text(r->other_names[i].surname,
		    r->other_names[i].given_names, names[i]);
		parts[i] = names[i];
	}
	join(parts, r->other_name_count, ", ", ret);
	explicit_bzero(names, sizeof(names));
}

static void
address(const struct perso_record *r, char ret[RENDER_TEXT_MAX])
{
	const char *parts[PERSO_ADDRESS_MAX];

	for (size_t i = 0; i < r->address_count; i++)
		parts[i] = r->address[i];
	join(parts, r->address_count, ", ", ret);
}

static const char *
number_end(const char *number)
{
	size_t n = strlen(number);

	return n > NUMBER_END ? number + n - NUMBER_END : number;
}

/* Fields that are texts in the record already; NULL for others. */
static const char *
plain(enum perso_layout_source source, const struct perso_render_input *in)
{
	const struct perso_record *r = in->record;
	const struct perso_doc_profile *p = r->profile;
	const char *const texts[] = {
		[PERSO_SOURCE_SURNAME] = r->surname,
		[PERSO_SOURCE_GIVEN_NAMES] = r->given_names,
		[PERSO_SOURCE_NATIONALITY] = r->nationality,
		[PERSO_SOURCE_PERSONAL_NUMBER] = r->personal_number,
		[PERSO_SOURCE_BIRTH_PLACE] = r->birth_place,
		[PERSO_SOURCE_PROFESSION] = r->profession,
		[PERSO_SOURCE_TITLE] = r->title,
		[PERSO_SOURCE_NUMBER] = r->number,
		[PERSO_SOURCE_AUTHORITY] = r->authority,
		[PERSO_SOURCE_REMARKS] = r->remarks,
		[PERSO_SOURCE_CAN] = in->can != NULL ? in->can : "",
		[PERSO_SOURCE_CODE] = perso_doc_profile_code(p, r->issue),
		[PERSO_SOURCE_ISSUER] = p->issuer,
		[PERSO_SOURCE_STATE] = p->printed_state,
		[PERSO_SOURCE_DOCUMENT] = p->printed_document,
		[PERSO_SOURCE_NAME] = NULL,
		[PERSO_SOURCE_VISA_TYPE] = r->visa.type,
		[PERSO_SOURCE_VISA_ENTRIES] = NULL,
		[PERSO_SOURCE_VISA_DURATION] = r->visa.duration,
		[PERSO_SOURCE_VISA_PASSPORT] = r->visa.passport_number,
		[PERSO_SOURCE_PIN] = in->pin != NULL ? in->pin : "",
		[PERSO_SOURCE_PUK] = in->puk != NULL ? in->puk : "",
		[PERSO_SOURCE_ENVELOPE] =
		    in->envelope != NULL ? in->envelope : "",
	};

	return texts[source];
}

static void
made(const struct perso_layout_element *e, const struct perso_record *r,
    char ret[RENDER_TEXT_MAX])
{
	switch (e->source) {
	case PERSO_SOURCE_BIRTH_DATE:
		if (r->has_birth)
			date_text(r->birth, e->date, ret);
		break;
	case PERSO_SOURCE_ISSUE_DATE:
		if (r->issue.year != 0)
			date_text(r->issue, e->date, ret);
		break;
	case PERSO_SOURCE_EXPIRY_DATE:
		if (r->expiry.year != 0)
			date_text(r->expiry, e->date, ret);
		break;
	case PERSO_SOURCE_SEX:
		snprintf(ret, 2, "%c", r->sex);
		break;
	case PERSO_SOURCE_HEIGHT:
		if (r->height_cm != 0)
			snprintf(ret, RENDER_TEXT_MAX, "%u cm", r->height_cm);
		break;
	case PERSO_SOURCE_VISA_ENTRIES:
		if (r->visa.entries != 0)
			snprintf(ret, RENDER_TEXT_MAX, "%u", r->visa.entries);
		break;
	case PERSO_SOURCE_NAME:
		name_text(r->surname, r->given_names, ret);
		break;
	case PERSO_SOURCE_NATIVE_NAME:
		name_text(
		    r->native_name.surname, r->native_name.given_names, ret);
		break;
	case PERSO_SOURCE_NUMBER_END:
		snprintf(ret, RENDER_TEXT_MAX, "%s", number_end(r->number));
		break;
	case PERSO_SOURCE_ADDRESS:
		address(r, ret);
		break;
	default:
		other_names(r, ret);
		break;
	}
}

static perso_rc
capitals(char text[RENDER_TEXT_MAX])
{
	char *up = g_utf8_strup(text, -1);

	if (up == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a text");
	size_t n = strlen(up);
	perso_rc rc =
	    perso_span_copy(text, RENDER_TEXT_MAX, perso_span(up, n + 1));
	explicit_bzero(up, n);
	g_free(up);
	return rc;
}

perso_rc
render_value(const struct perso_layout_element *e,
    const struct perso_render_input *in, char ret[RENDER_TEXT_MAX])
{
	const char *text =
	    e->kind == PERSO_LAYOUT_TEXT ? e->text : plain(e->source, in);

	ret[0] = '\0';
	if (text != NULL)
		snprintf(ret, RENDER_TEXT_MAX, "%s", text);
	else
		made(e, in->record, ret);
	if (!g_utf8_validate(ret, -1, NULL))
		PERSO_FAIL(PERSO_E_DATA,
		    "%s: not UTF-8, or longer than %d "
		    "bytes",
		    perso_layout_word(e), RENDER_TEXT_MAX - 1);
	return e->upper ? capitals(ret) : PERSO_OK;
}
