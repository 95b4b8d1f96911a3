/*
 * The longest legal names, numbers and places through every document profile
 * of profiles/documents: exact in DG11, DG12 and DG16, by the rule of Doc
 * 9303-4 to -6, 4.2.3, in the MRZ. What is expected is worked out here from
 * what the order was given, without the library's own functions for it.
 *
 * A new profile is taken up by itself. If it requires a field of the order
 * that fill() does not know, the test says so.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/digest.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/image_build.h"
#include "perso/lds.h"
#include "perso/order.h"

#define NOW INT64_C(1795348800) /* 2026-11-22 */
#define ORDERS "tests/data/orders/"

#define OK(call)                                                            \
	do {                                                                \
		perso_rc rc_ = (call);                                      \
		char t_[512];                                               \
		perso_trail_text(t_, sizeof(t_));                           \
		cr_assert_eq(rc_, PERSO_OK, "%s: %s: %d %s", now_id, #call, \
		    (int)rc_, t_);                                          \
	} while (0)

static const char *now_id = ""; /* of the profile under test */

/* ---- texts ----------------------------------------------------------- */

struct both {
	char text[512];	 /* UTF-8 */
	char ascii[128]; /* as the zone has it, in full */
};

static const struct {
	const char *upper, *lower;
	char ascii;
} alphabet[] = { { "Ā", "ā", 'A' }, { "Č", "č", 'C' }, { "W", "w", 'W' },
	{ "Ē", "ē", 'E' }, { "Ģ", "ģ", 'G' }, { "Ī", "ī", 'I' },
	{ "Ķ", "ķ", 'K' }, { "Ļ", "ļ", 'L' }, { "Ņ", "ņ", 'N' },
	{ "Š", "š", 'S' }, { "Ū", "ū", 'U' }, { "Ž", "ž", 'Z' } };
#define LETTERS (sizeof(alphabet) / sizeof(alphabet[0]))

/* Exactly n characters; a component after every `part` letters (0: one
 * component), by a space or a hyphen. from: the letter to begin with. */
static struct both
make(size_t n, size_t part, size_t from)
{
	struct both b = { "", "" };
	size_t t = 0, run = 0;
	bool hyphen = false;

	for (size_t i = 0; i < n; i++) {
		const char *s = alphabet[(from + i) % LETTERS].lower;

		if (part != 0 && run == part && i + 1 < n) {
			s = hyphen ? "-" : " ";
			b.ascii[i] = '<';
			hyphen = !hyphen;
			run = 0;
		} else {
			if (run == 0)
				s = alphabet[(from + i) % LETTERS].upper;
			b.ascii[i] = alphabet[(from + i) % LETTERS].ascii;
			run++;
		}
		for (; *s != '\0'; s++)
			b.text[t++] = *s;
	}
	return b;
}

/* The most bytes that n characters can be. */
static struct both
wide(size_t n)
{
	struct both b = { "", "" };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 4; k++)
			b.text[4 * i + k] = "\U00020000"[k];
	return b;
}

/* ---- numbers --------------------------------------------------------- */

/* The longest text of a pattern: of each class its first character. */
static void
expand(const char *p, char *dst)
{
	for (; *p != '\0';) {
		char c = p[0] == '[' ? p[1] : p[0];
		unsigned count = 1;

		p = p[0] == '[' ? strchr(p, ']') + 1 : p + 1;
		if (*p == '{') {
			count = (unsigned)strtoul(p + 1, NULL, 10);
			p = strchr(p, '}') + 1;
		} else if (*p == '?') {
			p++;
		}
		while (count-- > 0)
			*dst++ = c;
	}
	*dst = '\0';
}

/* Where the k-th letter or digit (from 1) stands. */
static char *
place(char *s, unsigned k)
{
	for (; *s != '\0'; s++)
		if (*s != '-' && --k == 0)
			return s;
	cr_assert(false, "%s: a position beyond the number", now_id);
	return NULL;
}

/* The date 1985-03-07, and the check digit by trying. */
static bool
fit_rule(const struct perso_number_rule *r, char *s)
{
	static const char date[] = "070385";
	struct perso_date in_number;

	expand(r->pattern, s);
	for (unsigned i = 0; r->date_at != 0 && i < 6; i++)
		*place(s, r->date_at + i) = date[i];
	for (unsigned c = 0; r->century_at != 0 && c < 10; c++)
		if (r->centuries[c] == 1900)
			*place(s, r->century_at) = (char)('0' + c);
	for (char serial = '0'; serial <= '9'; serial++) {
		for (char digit = '0'; digit <= '9'; digit++) {
			if (r->check_at > 1) {
				*place(s, r->check_at) = digit;
				*place(s, r->check_at - 1) = serial;
			}
			if (perso_number_rule_check(
				r, perso_span_str(s), &in_number) == PERSO_OK)
				return true;
		}
	}
	return false;
}

static void
personal_number(const struct perso_doc_profile *p, char s[24])
{
	size_t width = !p->number_in_mrz	    ? 23
		       : p->format == PERSO_DOC_TD3 ? 14
		       : p->format == PERSO_DOC_TD2 ? 7
						    : 15;

	for (size_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].born_since.year == 0 &&
		    fit_rule(&p->rules[i], s))
			return;
	cr_assert_eq(p->rule_count, 0, "%s: no number fits its rules", now_id);
	for (size_t i = 0; i < width; i++)
		s[i] = i % 2 ? '9' : 'Z';
	s[width] = '\0';
}

static void
document_number(const struct perso_doc_profile *p, char *s)
{
	if (p->number.kind == PERSO_NUMBER_RANGE)
		OK(perso_number_format(&p->number, p->number.last, s));
	else
		expand(p->number.pattern, s);
}

/* ---- the order ------------------------------------------------------- */

struct given {
	const struct perso_doc_profile *p;
	json_t *root, *holder, *data, *images;
	struct both surname, given_names, native[2], other[2], text;
	char personal[24], number[PERSO_DOCNUM_MAX + 1];
	bool has_given_names, has_native;
};

static void
set(json_t *o, const char *key, json_t *v)
{
	cr_assert_eq(json_object_set_new(o, key, v), 0);
}

static json_t *
name_json(const struct both n[2])
{
	return json_pack(
	    "{s:s, s:s}", "surname", n[0].text, "given-names", n[1].text);
}

static void
add_file(struct given *g, const char *role, const char *file)
{
	PERSO_BUF(bytes, 1 << 20);
	struct perso_md md;
	char path[96], hex[65];

	snprintf(path, sizeof(path), ORDERS "%s", file);
	OK(perso_file_read(path, &bytes));
	OK(perso_digest(PERSO_SHA256, perso_buf_span(&bytes), &md));
	perso_hex_str(perso_md_span(&md), hex, sizeof(hex));
	json_array_append_new(
	    g->images, json_pack("{s:s, s:s, s:s}", "role", role, "file", file,
			   "sha256", hex));
}

static json_t *
lines(const char *text)
{
	return json_pack("[s, s, s, s]", text, text, text, text);
}

/* Fields that are one string of at most a hundred characters. */
static bool
fill_text(struct given *g, uint64_t bit)
{
	static const uint64_t holder[] = { PERSO_FIELD_BIRTH_PLACE,
		PERSO_FIELD_PROFESSION, PERSO_FIELD_TITLE, PERSO_FIELD_SUMMARY,
		PERSO_FIELD_CUSTODY };
	static const uint64_t data[] = { PERSO_FIELD_AUTHORITY,
		PERSO_FIELD_REMARKS, PERSO_FIELD_TAX_EXIT };
	const char *name = perso_doc_field_name(bit);

	for (size_t i = 0; i < sizeof(holder) / sizeof(holder[0]); i++)
		if (bit == holder[i])
			set(g->holder, name, json_string(g->text.text));
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
		if (bit == data[i])
			set(g->data, name, json_string(g->text.text));
	return json_object_get(g->holder, name) != NULL ||
	       json_object_get(g->data, name) != NULL;
}

static bool
fill_image(struct given *g, uint64_t bit)
{
	const char *name = perso_doc_field_name(bit);
	bool jp2 = (g->p->portrait.formats & PERSO_IMAGE_KIND_JP2) != 0;

	switch (bit) {
	case PERSO_FIELD_PORTRAIT:
		add_file(g, name, jp2 ? "portrait.jp2" : "portrait.jpg");
		return true;
	case PERSO_FIELD_SIGNATURE:
	case PERSO_FIELD_CITIZENSHIP:
	case PERSO_FIELD_FRONT:
	case PERSO_FIELD_REAR:
		add_file(g, name, "signature.jpg");
		return true;
	case PERSO_FIELD_DG3:
		add_file(g, name, "fingers.dg3");
		return true;
	default:
		return false;
	}
}

static bool
fill_list(struct given *g, uint64_t bit)
{
	const char *name = perso_doc_field_name(bit), *s = g->text.text;
	json_t *list = json_array();

	for (size_t i = 0; i < 4; i++)
		json_array_append_new(list,
		    bit == PERSO_FIELD_NOTIFY
			? json_pack("{s:s, s:s, s:s, s:o}", "surname",
			      g->other[0].text, "given-names", g->other[1].text,
			      "phone", "+999 0123456789 0123456", "address",
			      lines(s))
			: name_json(g->other));
	switch (bit) {
	case PERSO_FIELD_NOTIFY:
	case PERSO_FIELD_OTHER_NAMES:
		set(g->holder, name, list);
		return true;
	case PERSO_FIELD_OTHER_PERSONS:
		set(g->data, name, list);
		return true;
	case PERSO_FIELD_ADDRESS:
	case PERSO_FIELD_OTHER_DOCUMENTS:
		set(g->holder, name, lines(s));
		break;
	default:
		break;
	}
	json_decref(list);
	return json_object_get(g->holder, name) != NULL;
}

static const char *
state_of(const struct perso_doc_profile *p)
{
	return p->nationality[0] != '\0'   ? p->nationality
	       : p->nationality_count != 0 ? p->nationalities[0]
					   : "UKR";
}

/* A day that the profile allows, for documents of 2026-11-22. */
static json_t *
expiry(const struct perso_doc_profile *p)
{
	struct perso_term t = perso_term_is_set(p->min_validity)
				  ? p->min_validity
				  : perso_doc_profile_longest(p);
	struct perso_date d =
	    perso_term_end(t, (struct perso_date){ 2026, 11, 22 });

	return json_sprintf("%04d-%02d-%02d", d.year, d.month, d.day);
}

static bool
fill_word(struct given *g, uint64_t bit)
{
	const char *name = perso_doc_field_name(bit);
	char sex[] = { g->p->sexes[0], '\0' }, hex[1025];

	memset(hex, 'F', 1024);
	hex[1024] = '\0';
	switch (bit) {
	case PERSO_FIELD_BIRTH_DATE:
		return json_object_set_new(
			   g->holder, name, json_string("1985-03-07")) == 0;
	case PERSO_FIELD_SEX:
		return json_object_set_new(g->holder, name, json_string(sex)) ==
		       0;
	case PERSO_FIELD_NATIONALITY:
		return json_object_set_new(
			   g->holder, name, json_string(state_of(g->p))) == 0;
	case PERSO_FIELD_PERSONAL_NUMBER:
		return json_object_set_new(
			   g->holder, name, json_string(g->personal)) == 0;
	case PERSO_FIELD_PHONE:
		return json_object_set_new(g->holder, name,
			   json_string("+999 0123456789 0123456")) == 0;
	case PERSO_FIELD_HEIGHT:
		return json_object_set_new(
			   g->holder, name, json_integer(250)) == 0;
	case PERSO_FIELD_NUMBER:
		return json_object_set_new(
			   g->data, name, json_string(g->number)) == 0;
	case PERSO_FIELD_ISSUE_DATE:
		return json_object_set_new(
			   g->data, name, json_string("2026-11-22")) == 0;
	case PERSO_FIELD_EXPIRY_DATE:
		return json_object_set_new(g->data, name, expiry(g->p)) == 0;
	case PERSO_FIELD_VISA:
		return json_object_set_new(g->data, name,
			   json_pack("{s:s, s:s, s:i, s:s}", "passport-number",
			       "W23456789", "duration-of-stay", "255-255-255",
			       "entries", 255, "type", "WWWW")) == 0;
	case PERSO_FIELD_ISSUER_DATA:
		return json_object_set_new(g->data, name, json_string(hex)) ==
		       0;
	default:
		return false;
	}
}

static bool
fill(struct given *g, uint64_t bit)
{
	switch (bit) {
	case PERSO_FIELD_SURNAME:
		set(g->holder, "surname", json_string(g->surname.text));
		return true;
	case PERSO_FIELD_GIVEN_NAMES:
		set(g->holder, "given-names", json_string(g->given_names.text));
		g->has_given_names = true;
		return true;
	case PERSO_FIELD_NATIVE_NAME:
		if (g->has_native)
			set(g->holder, "native-name", name_json(g->native));
		return true;
	case PERSO_FIELD_REPLACES:
		return true; /* with the reason */
	default:
		return fill_word(g, bit) || fill_image(g, bit) ||
		       fill_text(g, bit) || fill_list(g, bit);
	}
}

static void
fill_reason(struct given *g)
{
	unsigned reason = 1;

	if (g->p->reasons == 0)
		return;
	while ((g->p->reasons & reason) == 0)
		reason <<= 1;
	set(g->root, "reason", json_string(perso_reason_name(reason)));
	if ((g->p->replacing & reason) != 0)
		set(g->root, "replaces", json_string("A1"));
}

/* part: letters of a component of the names; 0: one component each. */
static void
give(struct given *g, const struct perso_doc_profile *p, size_t part,
    bool native)
{
	*g = (struct given){ .p = p,
		.surname = make(p->surname_max, part, 0),
		.given_names = make(p->given_names_max, part, 1),
		.native = { make(60, 7, 3), wide(60) },
		.other = { make(60, 9, 5), make(60, 0, 2) },
		.text = native ? wide(100) : make(100, 13, 6),
		.has_native = native };
	personal_number(p, g->personal);
	document_number(p, g->number);
	g->root = json_pack("{s:i, s:s, s:s}", "perso-order", 1, "order",
	    "T-2026-000001", "document", p->id);
	set(g->root, "holder", g->holder = json_object());
	set(g->root, "document-data", g->data = json_object());
	set(g->root, "images", g->images = json_array());
	fill_reason(g);
	for (uint64_t bit = 1; bit != 0; bit <<= 1) {
		bool required = (p->required & bit) != 0;

		if ((required || (p->optional & bit)) && !fill(g, bit))
			cr_assert(!required, "%s requires %s: teach this test",
			    p->id, perso_doc_field_name(bit));
	}
}

static void
check_order(const struct given *g, const struct perso_profiles *all,
    struct perso_order *o)
{
	char *text = json_dumps(g->root, 0);
	struct perso_order_input in = { .json = perso_span_str(text),
		.dir = ORDERS,
		.profiles = all,
		.now = NOW,
		.imported = true };
	PERSO_BUF(why, 65536);
	perso_rc rc = perso_order_check(&in, o);

	OK(perso_findings_text(&o->findings, &why));
	OK(perso_buf_append_u8(&why, 0));
	cr_assert_eq(rc, PERSO_OK, "%s: %s", g->p->id, (char *)why.p);
	if (o->record.number[0] == '\0')
		OK(perso_record_bind(&o->record, g->number));
	free(text);
}

/* ---- the zone -------------------------------------------------------- */

/* One component each: the primary whole if that leaves the secondary its
 * share, the secondary in what is left. */
static void
expect_single(const struct given *g, size_t width, char *dst)
{
	const char *p = g->surname.ascii, *s = g->given_names.ascii;
	size_t np = strlen(p), ns = g->has_given_names ? strlen(s) : 0, n;
	size_t keep = g->p->translit.keep ? g->p->translit.keep : 1;

	memset(dst, '<', width);
	dst[width] = '\0';
	if (np + (ns != 0 ? ns + 2 : 0) > width) {
		n = np + 2 + keep <= width ? width - 2 - np : keep;
		ns = ns < n ? ns : n;
		n = ns != 0 ? width - 2 - ns : width;
		np = np < n ? np : n;
	}
	memcpy(dst, p, np);
	if (ns != 0)
		memcpy(dst + np + 2, s, ns);
}

/* The components of got (n characters) begin those of full, in order. */
static bool
begin(const char *got, size_t n, const char *full)
{
	for (size_t i = 0; i < n; i++) {
		if (got[i] != '<') {
			if (*full++ != got[i])
				return false;
			continue;
		}
		if (i == 0 || got[i - 1] == '<')
			return false;
		full = strchr(full, '<');
		if (full++ == NULL)
			return false;
	}
	return n != 0 && got[n - 1] != '<';
}

/* 4.2.3 for names of several components, whichever way of cutting. */
static void
judge_parts(const struct given *g, const char *field, size_t width)
{
	const char *p = g->surname.ascii, *s = g->given_names.ascii;
	const char *gap = strstr(field, "<<");
	size_t np = strlen(p), ns = g->has_given_names ? strlen(s) : 0, at;

	at = gap != NULL ? (size_t)(gap - field) : width;
	if (np + (ns != 0 ? ns + 2 : 0) <= width) {
		cr_assert(strncmp(field, p, np) == 0 && at == np, "%s", now_id);
		cr_assert(strncmp(field + np + 2, s, ns) == 0, "%s", now_id);
		return;
	}
	cr_assert_neq(field[width - 1], '<', "%s: %s", now_id, field);
	cr_assert(begin(field, at, p), "%s: %s", now_id, field);
	if (ns != 0)
		cr_assert(
		    at + 2 < width && begin(field + at + 2, width - at - 2, s),
		    "%s: %s", now_id, field);
	if (np + 3 <= width && g->p->translit.keep <= 1 &&
	    strcmp(g->p->translit.cut, "initials") != 0)
		cr_assert(at + 1 >= np, "%s: cut too much: %s", now_id, field);
}

/* What of the personal number the zone has. */
static void
zone_number(const struct given *g, char *dst)
{
	const char *s = g->personal;

	for (; g->p->number_in_mrz && g->p->required &&
	       json_object_get(g->holder, "personal-number") && *s != '\0';
	     s++) {
		bool is_separator = *s == '-';

		if (!is_separator)
			*dst++ = *s;
		else if (g->p->mrz_separator == PERSO_SEPARATOR_FILLER)
			*dst++ = '<';
	}
	*dst = '\0';
}

static void
judge_zone(const struct given *g, struct perso_span zone, bool single)
{
	size_t width = zone.n == 90 ? 30 : zone.n / 2 - 5;
	size_t at = zone.n == 90 ? 60 : 5;
	char field[40], want[40], number[24];
	struct perso_mrz m;

	cr_assert(zone.n == 90 || zone.n == 72 || zone.n == 88);
	memcpy(field, zone.p + at, width);
	field[width] = '\0';
	if (single) {
		expect_single(g, width, want);
		cr_assert_str_eq(field, want, "%s", now_id);
	} else {
		judge_parts(g, field, width);
	}
	OK(perso_mrz_parse(zone, (struct perso_date){ 2026, 11, 22 }, &m));
	cr_assert_str_eq(m.number, g->number, "%s", now_id);
	zone_number(g, number);
	cr_assert_str_eq(m.optional1, number, "%s", now_id);
}

/* ---- the data groups ------------------------------------------------- */

/* The components of one identifier were separated by spaces. */
static char *
fillers(char *dst, const char *s)
{
	for (; *s != '\0'; s++)
		*dst++ = *s == ' ' ? '<' : *s;
	*dst = '\0';
	return dst;
}

static void
judge_name(struct perso_span got, const struct both *p, const struct both *s)
{
	char want[1024], *end = fillers(want, p->text);

	if (s != NULL) {
		*end++ = '<';
		*end++ = '<';
		fillers(end, s->text);
	}
	cr_assert(perso_span_equal(got, perso_span_str(want)), "%s: %.*s",
	    now_id, (int)got.n, (const char *)got.p);
}

/* Either absent, if the profile does not have it there, or exact. */
static void
judge_text(struct perso_span got, bool is_due, const char *want)
{
	cr_assert(perso_span_equal(
		      got, is_due ? perso_span_str(want) : PERSO_SPAN_EMPTY),
	    "%s: %.*s instead of %s", now_id, (int)got.n, (const char *)got.p,
	    want);
}

static void
judge_lines(struct perso_span got, bool is_due, const char *line)
{
	char want[2048];

	snprintf(want, sizeof(want), "%s<%s<%s<%s", line, line, line, line);
	judge_text(got, is_due, want);
}

static void
judge_dg11(const struct given *g, struct perso_span file)
{
	const char *s = g->text.text;
	unsigned set_ = g->p->dg11;
	struct perso_dg11 d;

	OK(perso_dg11_parse(file, &d));
	if (set_ & PERSO_DG11_NAME && g->has_native &&
	    json_object_get(g->holder, "native-name"))
		judge_name(d.name, &g->native[0], &g->native[1]);
	else if (set_ & PERSO_DG11_NAME)
		judge_name(d.name, &g->surname,
		    g->has_given_names ? &g->given_names : NULL);
	if (set_ & PERSO_DG11_OTHER_NAMES) {
		cr_assert_eq(d.other_name_count, 4);
		judge_name(d.other_names[3], &g->other[0], &g->other[1]);
	}
	judge_text(
	    d.personal_number, set_ & PERSO_DG11_PERSONAL_NUMBER, g->personal);
	judge_text(d.place_of_birth, set_ & PERSO_DG11_BIRTH_PLACE, s);
	judge_lines(d.address, set_ & PERSO_DG11_ADDRESS, s);
	judge_text(
	    d.telephone, set_ & PERSO_DG11_PHONE, "+999 0123456789 0123456");
	judge_text(d.profession, set_ & PERSO_DG11_PROFESSION, s);
	judge_text(d.title, set_ & PERSO_DG11_TITLE, s);
	judge_text(d.summary, set_ & PERSO_DG11_SUMMARY, s);
	judge_lines(d.other_documents, set_ & PERSO_DG11_OTHER_DOCUMENTS, s);
	judge_text(d.custody, set_ & PERSO_DG11_CUSTODY, s);
}

static void
judge_dg12(const struct given *g, struct perso_span file)
{
	const char *s = g->text.text;
	unsigned set_ = g->p->dg12;
	struct perso_dg12 d;

	OK(perso_dg12_parse(file, &d));
	if (json_object_get(g->data, "authority"))
		judge_text(d.authority, set_ & PERSO_DG12_AUTHORITY, s);
	judge_text(d.endorsements, set_ & PERSO_DG12_REMARKS, s);
	judge_text(d.tax_exit, set_ & PERSO_DG12_TAX_EXIT, s);
	if (set_ & PERSO_DG12_OTHER_PERSONS) {
		cr_assert_eq(d.other_person_count, 4);
		judge_name(d.other_persons[3], &g->other[0], &g->other[1]);
	}
}

static void
judge_dg16(const struct given *g, struct perso_span file)
{
	struct perso_dg16 d;

	OK(perso_dg16_parse(file, &d));
	cr_assert_eq(d.count, 4);
	judge_name(d.persons[3].name, &g->other[0], &g->other[1]);
	judge_lines(d.persons[3].address, true, g->text.text);
	judge_text(d.persons[3].telephone, true, "+999 0123456789 0123456");
}

/* ---- whole ----------------------------------------------------------- */

struct desk {
	struct perso_keyref *csca_key, *key;
	struct perso_cert csca;
	struct perso_signer *signer;
};

static void
open_desk(struct desk *d, const struct perso_doc_profile *p)
{
	const char *const types[] = { p->document_code };
	struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_P256, 0 };
	struct perso_cert_values v = { .role = PERSO_CERT_CSCA,
		.subject = { .country = p->country,
		    .common_name = "Test CSCA" },
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = NOW - 86400,
		.not_after = NOW + INT64_C(5000) * 86400,
		.use_from = NOW - 86400,
		.use_to = NOW + INT64_C(90) * 86400,
		.explicit_params = true,
		.state = p->issuer,
		.contact = "test@example.org",
		.crl_uri = "https://example.org/x.crl" };
	PERSO_BUF(csca, PERSO_CERT_MAX);
	PERSO_BUF(ds, PERSO_CERT_MAX);

	*d = (struct desk){ .csca.der.max = PERSO_CERT_MAX };
	OK(perso_keyref_generate(spec, &d->csca_key));
	OK(perso_keyref_generate(spec, &d->key));
	v.key = perso_keyref_pubkey(d->csca_key);
	OK(perso_cert_build(&v, d->csca_key, &csca));
	OK(perso_cert_parse(perso_buf_span(&csca), &d->csca));
	v.role = PERSO_CERT_DS;
	v.subject.common_name = "Test DS";
	v.issuer = &d->csca;
	v.key = perso_keyref_pubkey(d->key);
	v.not_after = NOW + INT64_C(4000) * 86400;
	v.types = types;
	v.type_count = 1;
	OK(perso_cert_build(&v, d->csca_key, &ds));
	OK(perso_signer_new(d->key, perso_buf_span(&ds), &d->signer));
}

static void
close_desk(struct desk *d)
{
	perso_signer_free(&d->signer);
	perso_cert_done(&d->csca);
	perso_keyref_free(&d->key);
	perso_keyref_free(&d->csca_key);
}

/* What the chip's keys feed is no matter here. */
static struct perso_doc_profile
without_keys(const struct perso_doc_profile *p)
{
	struct perso_doc_profile q = *p;

	q.data_groups &= 1u << 1 | 1u << 2 | 1u << 7 | 1u << 11 | 1u << 12 |
			 1u << 13 | 1u << 16;
	q.mf_files = 0;
	q.cvca = false;
	q.aa = (struct perso_aa_profile){ .kind = PERSO_AA_NONE };
	q.ca = (struct perso_ca_profile){ .cipher = 0 };
	q.ta = (struct perso_ta_profile){ .data_groups = 0 };
	return q;
}

static void
judge_image(
    const struct given *g, const struct perso_lds_image *img, bool single)
{
	struct perso_dg1 d;

	OK(perso_dg1_parse(perso_lds_image_find(img, perso_lds_by_dg(1)), &d));
	judge_zone(g, d.mrz, single);
	if (perso_doc_profile_has_dg(g->p, 11))
		judge_dg11(g, perso_lds_image_find(img, perso_lds_by_dg(11)));
	if (perso_doc_profile_has_dg(g->p, 12))
		judge_dg12(g, perso_lds_image_find(img, perso_lds_by_dg(12)));
	if (perso_doc_profile_has_dg(g->p, 16))
		judge_dg16(g, perso_lds_image_find(img, perso_lds_by_dg(16)));
}

/* A document without a chip has its zone alone. */
static void
judge_record(const struct given *g, const struct perso_record *r, bool single)
{
	struct perso_mrz_text t;
	struct perso_mrz m;

	OK(perso_record_mrz(r, &m));
	OK(perso_mrz_compose(&m, &t));
	judge_zone(g, perso_span_str(t.text), single);
}

static void
run(const struct perso_doc_profile *p, const struct perso_profiles *all,
    size_t part, bool native)
{
	struct perso_doc_profile bare = without_keys(p);
	struct perso_image_values v = { .profile = &bare, .clock = NOW };
	PERSO_LDS_IMAGE(img);
	PERSO_ORDER(o);
	struct given g;
	struct desk d;

	now_id = p->id;
	give(&g, p, part, native);
	check_order(&g, all, o);
	judge_record(&g, &o->record, part == 0);
	if (perso_doc_profile_has_dg(p, 1)) {
		open_desk(&d, p);
		v.record = &o->record;
		v.signer = d.signer;
		OK(perso_image_build(&v, &img));
		judge_image(&g, &img, part == 0);
		close_desk(&d);
	}
	json_decref(g.root);
}

Test(longest, values_go_through_every_profile_without_loss)
{
	static const size_t parts[] = { 0, 3, 7, 11, 15 };
	struct perso_profiles *all = NULL;
	size_t n;

	OK(perso_profile_load_dir("profiles", &all));
	n = perso_profiles_doc_count(all);
	cr_assert_geq(n, 7);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			for (int native = 0; native < 2; native++)
				run(perso_profiles_doc_at(all, i), all,
				    parts[k], native);
	perso_profiles_free(&all);
}
