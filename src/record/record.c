#include "record_int.h"

/* see perso/record.h */
void
perso_record_init(struct perso_record *r)
{
	*r = (struct perso_record){ 0 };
	perso_buf_init(&r->portrait.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->signature.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->citizenship.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->front.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->rear.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->dg3.bytes, PERSO_IMAGE_MAX);
	perso_buf_init(&r->dg4.bytes, PERSO_IMAGE_MAX);
	for (size_t i = 0; i < PERSO_FINGERS; i++)
		perso_buf_init(&r->fingers[i].bytes, PERSO_IMAGE_MAX);
}

/* see perso/record.h */
void
perso_record_done(struct perso_record *r)
{
	perso_buf_done(&r->portrait.bytes);
	perso_buf_done(&r->signature.bytes);
	perso_buf_done(&r->citizenship.bytes);
	perso_buf_done(&r->front.bytes);
	perso_buf_done(&r->rear.bytes);
	perso_buf_done(&r->dg3.bytes);
	perso_buf_done(&r->dg4.bytes);
	for (size_t i = 0; i < PERSO_FINGERS; i++)
		perso_buf_done(&r->fingers[i].bytes);
	explicit_bzero(r, sizeof(*r));
	perso_record_init(r);
}

/* see perso/record.h */
perso_rc
perso_record_image_take(struct perso_record_image *img, struct perso_buf *from)
{
	struct perso_image_info info;

	PERSO_TRY(perso_image_probe(perso_buf_span(from), &info));
	perso_buf_move(&img->bytes, from);
	img->info = info;
	return PERSO_OK;
}

static bool
has_date(struct perso_date d)
{
	return d.year != 0 || d.month != 0 || d.day != 0;
}

/* see perso/record.h */
uint64_t
perso_record_fields(const struct perso_record *r)
{
	const struct {
		uint64_t field;
		bool is_there;
	} map[] = {
		{ PERSO_FIELD_SURNAME, r->surname[0] != '\0' },
		{ PERSO_FIELD_GIVEN_NAMES, r->given_names[0] != '\0' },
		{ PERSO_FIELD_NATIVE_NAME, r->native_name.surname[0] != '\0' },
		{ PERSO_FIELD_OTHER_NAMES, r->other_name_count != 0 },
		{ PERSO_FIELD_BIRTH_DATE, r->has_birth },
		{ PERSO_FIELD_SEX, r->sex != 0 },
		{ PERSO_FIELD_NATIONALITY, r->nationality[0] != '\0' },
		{ PERSO_FIELD_PERSONAL_NUMBER, r->personal_number[0] != '\0' },
		{ PERSO_FIELD_BIRTH_PLACE, r->birth_place[0] != '\0' },
		{ PERSO_FIELD_ADDRESS, r->address_count != 0 },
		{ PERSO_FIELD_PHONE, r->phone[0] != '\0' },
		{ PERSO_FIELD_PROFESSION, r->profession[0] != '\0' },
		{ PERSO_FIELD_TITLE, r->title[0] != '\0' },
		{ PERSO_FIELD_HEIGHT, r->height_cm != 0 },
		{ PERSO_FIELD_NUMBER, r->number[0] != '\0' },
		{ PERSO_FIELD_ISSUE_DATE, has_date(r->issue) },
		{ PERSO_FIELD_EXPIRY_DATE, has_date(r->expiry) },
		{ PERSO_FIELD_AUTHORITY, r->authority[0] != '\0' },
		{ PERSO_FIELD_REMARKS, r->remarks[0] != '\0' },
		{ PERSO_FIELD_REPLACES, r->replaces[0] != '\0' },
		{ PERSO_FIELD_PORTRAIT, r->portrait.bytes.n != 0 },
		{ PERSO_FIELD_SIGNATURE, r->signature.bytes.n != 0 },
		{ PERSO_FIELD_DG3,
		    r->dg3.bytes.n != 0 || perso_record_finger_count(r) != 0 },
		{ PERSO_FIELD_DG4, r->dg4.bytes.n != 0 },
		{ PERSO_FIELD_SUMMARY, r->summary[0] != '\0' },
		{ PERSO_FIELD_OTHER_DOCUMENTS, r->other_document_count != 0 },
		{ PERSO_FIELD_CUSTODY, r->custody[0] != '\0' },
		{ PERSO_FIELD_NOTIFY, r->notify_count != 0 },
		{ PERSO_FIELD_OTHER_PERSONS, r->other_person_count != 0 },
		{ PERSO_FIELD_TAX_EXIT, r->tax_exit[0] != '\0' },
		{ PERSO_FIELD_ISSUER_DATA, r->issuer_data_n != 0 },
		{ PERSO_FIELD_CITIZENSHIP, r->citizenship.bytes.n != 0 },
		{ PERSO_FIELD_FRONT, r->front.bytes.n != 0 },
		{ PERSO_FIELD_REAR, r->rear.bytes.n != 0 },
		{ PERSO_FIELD_VISA, r->visa.passport_number[0] != '\0' },
		{ PERSO_FIELD_FORMER_NUMBER, r->former_number[0] != '\0' },
	};
	uint64_t fields = 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i].is_there)
			fields |= map[i].field;
	return fields;
}

/* see perso/record.h */
unsigned
perso_record_age(struct perso_date birth, struct perso_date at)
{
	if (birth.year == 0)
		return 0;
	int month = birth.month ? birth.month : 12;
	int day = birth.day ? birth.day : 31;
	int age = at.year - birth.year;

	if (at.month < month || (at.month == month && at.day < day))
		age--;
	return age > 0 ? (unsigned)age : 0;
}

static void
complete_text(char *dst, size_t cap, const char *fallback)
{
	if (dst[0] == '\0')
		snprintf(dst, cap, "%s", fallback);
}

/* see perso/record.h */
void
perso_record_complete(struct perso_record *r, time_t now)
{
	const struct perso_doc_profile *p = r->profile;

	complete_text(r->nationality, sizeof(r->nationality), p->nationality);
	complete_text(r->authority, sizeof(r->authority), p->authority);
	if (!has_date(r->issue))
		r->issue = perso_date_of(now);
	if (has_date(r->expiry) || !r->has_birth ||
	    !perso_date_is_valid(r->issue))
		return;
	struct perso_term term =
	    perso_doc_profile_term(p, perso_record_age(r->birth, r->issue));
	if (perso_term_is_set(term))
		r->expiry = perso_term_end(term, r->issue);
}

/* see perso/record.h */
perso_rc
perso_record_bind(struct perso_record *r, const char *number)
{
	struct perso_span s = perso_span_str(number);

	if (s.n > PERSO_DOCNUM_MAX ||
	    !perso_pattern_matches(r->profile->number.pattern, s))
		PERSO_FAIL(PERSO_E_RANGE,
		    "document number does not fit the pattern of %s",
		    r->profile->id);
	if (r->number[0] != '\0' && strcmp(r->number, number) != 0)
		PERSO_FAIL(
		    PERSO_E_STATE, "another document number is bound already");
	snprintf(r->number, sizeof(r->number), "%s", number);
	return PERSO_OK;
}

void
perso_record_path(uint64_t field, char *dst, size_t cap)
{
	const uint64_t data = PERSO_FIELD_NUMBER | PERSO_FIELD_ISSUE_DATE |
			      PERSO_FIELD_EXPIRY_DATE | PERSO_FIELD_AUTHORITY |
			      PERSO_FIELD_REMARKS | PERSO_FIELD_OTHER_PERSONS |
			      PERSO_FIELD_TAX_EXIT | PERSO_FIELD_ISSUER_DATA |
			      PERSO_FIELD_VISA;
	const char *name = perso_doc_field_name(field);

	if (field &
	    (PERSO_FIELD_PORTRAIT | PERSO_FIELD_SIGNATURE | PERSO_FIELD_DG3 |
		PERSO_FIELD_DG4 | PERSO_FIELD_CITIZENSHIP | PERSO_FIELD_FRONT |
		PERSO_FIELD_REAR))
		snprintf(dst, cap, "$.images");
	else if (field == PERSO_FIELD_REPLACES)
		snprintf(dst, cap, "$.%s", name);
	else if (field & data)
		snprintf(dst, cap, "$.document-data.%s", name);
	else
		snprintf(dst, cap, "$.holder.%s", name);
}
