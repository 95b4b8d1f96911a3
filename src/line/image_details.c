/* DG11, DG12, DG13 and DG16 from a record. */
#include "line_int.h"

#define TEXT_MAX 8192 /* bytes of all texts of one data group */
#define TEXTS 12

/* Texts that are put together, one behind the other; they have addresses
 * only when all are there. */
struct texts {
	struct perso_buf all;
	size_t end[TEXTS];
	size_t count;
	perso_rc rc;
};

static void
texts_done(struct texts *t)
{
	perso_buf_done(&t->all);
}

#define TEXTS_OF(name)          \
	__attribute__((cleanup( \
	    texts_done))) struct texts name = { .all = { .max = TEXT_MAX } }

static void
put(struct texts *t, const char *s)
{
	if (t->rc == PERSO_OK)
		t->rc = perso_buf_append(&t->all, perso_span_str(s));
}

/* Components are separated by '<': Doc 9303-10 4.7.11. */
static void
put_components(struct texts *t, const char *s)
{
	size_t at = t->all.n;

	put(t, s);
	for (; at < t->all.n; at++)
		if (t->all.p[at] == ' ')
			t->all.p[at] = '<';
}

static void
end_text(struct texts *t)
{
	t->end[t->count++] = t->all.n;
}

static void
add_name(struct texts *t, const char *surname, const char *given_names)
{
	put_components(t, surname);
	if (given_names[0] != '\0')
		put(t, "<<");
	put_components(t, given_names);
	end_text(t);
}

static void
add_names(struct texts *t, const struct perso_record_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_name(t, names[i].surname, names[i].given_names);
}

static void
add_lines(struct texts *t, const char lines[][PERSO_TEXT_BYTES], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(t, i > 0 ? "<" : "");
		put(t, lines[i]);
	}
	end_text(t);
}

static struct perso_span
text(const struct texts *t, size_t i)
{
	size_t start = i == 0 ? 0 : t->end[i - 1];

	return perso_span_sub(
	    perso_buf_span(&t->all), start, t->end[i] - start);
}

static struct perso_span
pick(unsigned set, unsigned bit, struct perso_span s)
{
	return (set & bit) != 0 ? s : PERSO_SPAN_EMPTY;
}

static struct perso_span
pick_text(unsigned set, unsigned bit, const char *s)
{
	return pick(set, bit, perso_span_str(s));
}

static struct perso_span
pick_image(unsigned set, unsigned bit, const struct perso_record_image *i)
{
	return pick(set, bit, perso_buf_span(&i->bytes));
}

enum { T_NAME, T_ADDRESS, T_DOCUMENTS, T_OTHERS };

static perso_rc
dg11_texts(const struct perso_record *r, struct texts *t)
{
	if (r->native_name.surname[0] != '\0')
		add_names(t, &r->native_name, 1);
	else
		add_name(t, r->surname, r->given_names);
	add_lines(t, r->address, r->address_count);
	add_lines(t, r->other_documents, r->other_document_count);
	add_names(t, r->other_names, r->other_name_count);
	return t->rc;
}

/* see line_int.h */
perso_rc
perso_image_dg11(const struct perso_image_values *v, struct perso_buf *ret)
{
	const struct perso_record *r = v->record;
	unsigned set = v->profile->dg11;
	TEXTS_OF(t);

	PERSO_TRY(dg11_texts(r, &t));
	struct perso_dg11 dg = {
		.name = pick(set, PERSO_DG11_NAME, text(&t, T_NAME)),
		.personal_number = pick_text(
		    set, PERSO_DG11_PERSONAL_NUMBER, r->personal_number),
		.has_birth = r->has_birth && (set & PERSO_DG11_BIRTH_DATE) != 0,
		.birth = r->birth,
		.place_of_birth =
		    pick_text(set, PERSO_DG11_BIRTH_PLACE, r->birth_place),
		.address = pick(set, PERSO_DG11_ADDRESS, text(&t, T_ADDRESS)),
		.telephone = pick_text(set, PERSO_DG11_PHONE, r->phone),
		.profession =
		    pick_text(set, PERSO_DG11_PROFESSION, r->profession),
		.title = pick_text(set, PERSO_DG11_TITLE, r->title),
		.summary = pick_text(set, PERSO_DG11_SUMMARY, r->summary),
		.citizenship_proof =
		    pick_image(set, PERSO_DG11_CITIZENSHIP, &r->citizenship),
		.other_documents = pick(
		    set, PERSO_DG11_OTHER_DOCUMENTS, text(&t, T_DOCUMENTS)),
		.custody = pick_text(set, PERSO_DG11_CUSTODY, r->custody),
	};
	if ((set & PERSO_DG11_OTHER_NAMES) != 0)
		for (size_t i = 0; i < r->other_name_count; i++)
			dg.other_names[dg.other_name_count++] =
			    text(&t, T_OTHERS + i);
	return perso_dg11_build(&dg, ret);
}

/* The time of building in UTC. It is the job's, which is durable before the
 * image is built for the first time: so it stays through a stop. */
static struct perso_lds_time
time_of(time_t clock)
{
	unsigned s = (unsigned)(clock % 86400);

	return (struct perso_lds_time){ perso_date_of(clock),
		(uint8_t)(s / 3600), (uint8_t)(s / 60 % 60),
		(uint8_t)(s % 60) };
}

/* see line_int.h */
perso_rc
perso_image_dg12(const struct perso_image_values *v, struct perso_buf *ret)
{
	const struct perso_record *r = v->record;
	unsigned set = v->profile->dg12;
	TEXTS_OF(t);
	struct perso_dg12 dg = {
		.authority = pick_text(set, PERSO_DG12_AUTHORITY, r->authority),
		.has_issued = (set & PERSO_DG12_ISSUE_DATE) != 0,
		.issued = r->issue,
		.endorsements = pick_text(set, PERSO_DG12_REMARKS, r->remarks),
		.tax_exit = pick_text(set, PERSO_DG12_TAX_EXIT, r->tax_exit),
		.front = pick_image(set, PERSO_DG12_FRONT, &r->front),
		.rear = pick_image(set, PERSO_DG12_REAR, &r->rear),
		.has_personalised = (set & PERSO_DG12_PERSONALISED) != 0,
		.personalised = time_of(v->clock),
		.system_serial = pick_text(
		    set, PERSO_DG12_SYSTEM_SERIAL, v->profile->system_serial),
	};

	add_names(&t, r->other_persons, r->other_person_count);
	PERSO_TRY(t.rc);
	if ((set & PERSO_DG12_OTHER_PERSONS) != 0)
		for (size_t i = 0; i < r->other_person_count; i++)
			dg.other_persons[dg.other_person_count++] = text(&t, i);
	return perso_dg12_build(&dg, ret);
}

/* see line_int.h */
perso_rc
perso_image_dg13(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_dg13 dg = { .data = { v->record->issuer_data,
				     v->record->issuer_data_n } };

	return perso_dg13_build(&dg, ret);
}

/* see line_int.h */
perso_rc
perso_image_dg16(const struct perso_image_values *v, struct perso_buf *ret)
{
	const struct perso_record *r = v->record;
	struct perso_dg16 dg = { .count = r->notify_count };
	TEXTS_OF(t);

	for (size_t i = 0; i < r->notify_count; i++) {
		add_names(&t, &r->notify[i].name, 1);
		add_lines(&t, r->notify[i].address, r->notify[i].address_count);
	}
	PERSO_TRY(t.rc);
	for (size_t i = 0; i < r->notify_count; i++)
		dg.persons[i] = (struct perso_notify){ .has_recorded = true,
			.recorded = r->notify[i].recorded.year != 0
					? r->notify[i].recorded
					: r->issue,
			.name = text(&t, 2 * i),
			.telephone = perso_span_str(r->notify[i].phone),
			.address = text(&t, 2 * i + 1) };
	return perso_dg16_build(&dg, ret);
}
