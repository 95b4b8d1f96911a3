/*
 * What DG11, DG12, DG13 and DG16 should say, element by element, from the
 * order's record and the profile. As in expect.c, nothing here is the line's.
 */
#include <string.h>

#include "verify_int.h"

/* The first element that is not as it should be. */
struct judge {
	const struct perso_record *r;
	unsigned set;	/* elements that the profile shows */
	uint32_t wrong; /* its tag; 0: none */
};

static void
note(struct judge *j, uint32_t tag, bool is_right)
{
	if (!is_right && j->wrong == 0)
		j->wrong = tag;
}

#define NOT_THERE SIZE_MAX

/* got goes on with s at this place; where it goes on then. The spaces of a
 * name are fillers (Doc 9303-10, 4.7.11). */
static size_t
follow(struct perso_span got, size_t at, const char *s, bool is_name)
{
	for (; at != NOT_THERE && *s != '\0'; s++, at++) {
		uint8_t c = (uint8_t)*s;

		if (is_name && c == ' ')
			c = '<';
		if (at >= got.n || got.p[at] != c)
			return NOT_THERE;
	}
	return at;
}

static bool
is_name(struct perso_span got, const char *surname, const char *given_names)
{
	size_t at = follow(got, 0, surname, true);

	if (given_names[0] != '\0')
		at = follow(
		    got, follow(got, at, "<<", false), given_names, true);
	return at == got.n;
}

static bool
are_lines(
    struct perso_span got, const char (*lines)[PERSO_TEXT_BYTES], size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		at = follow(got, i == 0 ? at : follow(got, at, "<", false),
		    lines[i], false);
	return at == got.n;
}

static bool
is_text(struct perso_span got, const char *want)
{
	return follow(got, 0, want, false) == got.n;
}

static bool
are_names(const struct perso_span *got, size_t n,
    const struct perso_record_name *want, size_t count)
{
	if (n != count)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_name(got[i], want[i].surname, want[i].given_names))
			return false;
	return true;
}

static bool
shows(const struct judge *j, unsigned element)
{
	return (j->set & element) != 0;
}

static void
text(struct judge *j, uint32_t tag, unsigned element, struct perso_span got,
    const char *want)
{
	note(j, tag, is_text(got, shows(j, element) ? want : ""));
}

static void
image(struct judge *j, uint32_t tag, unsigned element, struct perso_span got,
    const struct perso_record_image *want)
{
	note(j, tag,
	    perso_span_equal(got, shows(j, element)
				      ? perso_buf_span(&want->bytes)
				      : PERSO_SPAN_EMPTY));
}

static bool
same_day(struct perso_date a, struct perso_date b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void
judge_holder(struct judge *j, const struct perso_dg11 *d)
{
	const struct perso_record *r = j->r;
	bool native = r->native_name.surname[0] != '\0';
	bool birth = shows(j, PERSO_DG11_BIRTH_DATE) && r->has_birth;

	if (!shows(j, PERSO_DG11_NAME))
		note(j, 0x5F0E, d->name.n == 0);
	else if (native)
		note(j, 0x5F0E,
		    is_name(d->name, r->native_name.surname,
			r->native_name.given_names));
	else
		note(j, 0x5F0E, is_name(d->name, r->surname, r->given_names));
	note(j, 0x5F0F,
	    are_names(d->other_names, d->other_name_count, r->other_names,
		shows(j, PERSO_DG11_OTHER_NAMES) ? r->other_name_count : 0));
	note(j, 0x5F2B,
	    d->has_birth == birth && !d->bcd_dates &&
		(!birth || same_day(d->birth, r->birth)));
	text(j, 0x5F10, PERSO_DG11_PERSONAL_NUMBER, d->personal_number,
	    r->personal_number);
	text(j, 0x5F11, PERSO_DG11_BIRTH_PLACE, d->place_of_birth,
	    r->birth_place);
	text(j, 0x5F12, PERSO_DG11_PHONE, d->telephone, r->phone);
	text(j, 0x5F13, PERSO_DG11_PROFESSION, d->profession, r->profession);
	text(j, 0x5F14, PERSO_DG11_TITLE, d->title, r->title);
}

static perso_rc
judge_dg11(struct judge *j, struct perso_span file)
{
	const struct perso_record *r = j->r;
	struct perso_dg11 d;

	PERSO_TRY(perso_dg11_parse(file, &d));
	judge_holder(j, &d);
	note(j, 0x5F42,
	    are_lines(d.address, r->address,
		shows(j, PERSO_DG11_ADDRESS) ? r->address_count : 0));
	text(j, 0x5F15, PERSO_DG11_SUMMARY, d.summary, r->summary);
	image(j, 0x5F16, PERSO_DG11_CITIZENSHIP, d.citizenship_proof,
	    &r->citizenship);
	note(j, 0x5F17,
	    are_lines(d.other_documents, r->other_documents,
		shows(j, PERSO_DG11_OTHER_DOCUMENTS) ? r->other_document_count
						     : 0));
	text(j, 0x5F18, PERSO_DG11_CUSTODY, d.custody, r->custody);
	return PERSO_OK;
}

/* When it was made is not known here; not later than now. */
static bool
is_past(const struct perso_lds_time *t, time_t now)
{
	time_t then = perso_date_time(t->date) + t->hour * 3600 +
		      t->minute * 60 + t->second;

	return then <= now;
}

static perso_rc
judge_dg12(struct judge *j, struct perso_span file, const struct verify *v)
{
	const struct perso_record *r = j->r;
	bool issued = shows(j, PERSO_DG12_ISSUE_DATE);
	bool timed = shows(j, PERSO_DG12_PERSONALISED);
	struct perso_dg12 d;

	PERSO_TRY(perso_dg12_parse(file, &d));
	text(j, 0x5F19, PERSO_DG12_AUTHORITY, d.authority, r->authority);
	note(j, 0x5F26,
	    d.has_issued == issued && !d.bcd_dates &&
		(!issued || same_day(d.issued, r->issue)));
	note(j, 0x5F1A,
	    are_names(d.other_persons, d.other_person_count, r->other_persons,
		shows(j, PERSO_DG12_OTHER_PERSONS) ? r->other_person_count
						   : 0));
	text(j, 0x5F1B, PERSO_DG12_REMARKS, d.endorsements, r->remarks);
	text(j, 0x5F1C, PERSO_DG12_TAX_EXIT, d.tax_exit, r->tax_exit);
	image(j, 0x5F1D, PERSO_DG12_FRONT, d.front, &r->front);
	image(j, 0x5F1E, PERSO_DG12_REAR, d.rear, &r->rear);
	note(j, 0x5F55,
	    d.has_personalised == timed &&
		(!timed || is_past(&d.personalised, v->in->now)));
	text(j, 0x5F56, PERSO_DG12_SYSTEM_SERIAL, d.system_serial,
	    v->in->expect->profile->system_serial);
	return PERSO_OK;
}

static perso_rc
judge_dg13(struct judge *j, struct perso_span file)
{
	struct perso_dg13 d;

	PERSO_TRY(perso_dg13_parse(file, &d));
	note(j, 0x6D,
	    perso_span_equal(
		d.data, perso_span(j->r->issuer_data, j->r->issuer_data_n)));
	return PERSO_OK;
}

static perso_rc
judge_dg16(struct judge *j, struct perso_span file)
{
	const struct perso_record *r = j->r;
	struct perso_dg16 d;

	PERSO_TRY(perso_dg16_parse(file, &d));
	note(j, 0x02, d.count == r->notify_count);
	for (size_t i = 0; i < d.count && i < r->notify_count; i++) {
		const struct perso_notify *p = &d.persons[i];
		const struct perso_record_contact *c = &r->notify[i];
		struct perso_date day =
		    c->recorded.year != 0 ? c->recorded : r->issue;

		note(j, 0x5F50, p->has_recorded && same_day(p->recorded, day));
		note(j, 0x5F51,
		    is_name(p->name, c->name.surname, c->name.given_names));
		note(j, 0x5F52, is_text(p->telephone, c->phone));
		note(j, 0x5F53,
		    are_lines(p->address, c->address, c->address_count));
	}
	return PERSO_OK;
}

static perso_rc
judge(const struct verify *v, int dg, struct perso_span file, struct judge *j)
{
	const struct perso_doc_profile *p = v->in->expect->profile;

	*j = (struct judge){ .r = v->in->expect->record,
		.set = dg == 11 ? p->dg11 : p->dg12 };
	switch (dg) {
	case 11:
		return judge_dg11(j, file);
	case 12:
		return judge_dg12(j, file, v);
	case 13:
		return judge_dg13(j, file);
	default:
		return judge_dg16(j, file);
	}
}

static bool
is_due(const struct perso_inspection *x, int dg)
{
	if (dg == 13 && x->record->issuer_data_n == 0)
		return false;
	if (dg == 16 && x->record->notify_count == 0)
		return false;
	return perso_doc_profile_has_dg(x->profile, (unsigned)dg);
}

/* see verify_int.h */
void
verify_details(struct verify *v)
{
	static const struct {
		int dg;
		const char *id;
	} all[] = { { 11, "dg11-order" }, { 12, "dg12-order" },
		{ 13, "dg13-order" }, { 16, "dg16-order" } };
	struct judge j;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct perso_lds_file *f = perso_lds_by_dg(all[i].dg);
		struct perso_span file = perso_lds_image_find(v->files, f);
		bool due = is_due(v->in->expect, all[i].dg);

		if (verify_shut(v, all[i].dg) != NULL || (!due && file.n == 0))
			continue;
		if (!due || file.n == 0)
			verify_fail(v, all[i].id, "%s is %s", f->name,
			    due ? "missing" : "there, and not to be");
		else if (judge(v, all[i].dg, file, &j) != PERSO_OK)
			verify_fail_trail(v, all[i].id);
		else if (j.wrong != 0)
			verify_fail(v, all[i].id,
			    "element %X is not what the order says",
			    (unsigned)j.wrong);
		else
			verify_pass(
			    v, all[i].id, "%s is what the order says", f->name);
	}
}
