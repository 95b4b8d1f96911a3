/*
 * A record against its profile: every breach is a finding.
 */
#include "perso/hex.h"

#include "record_int.h"

#define PATH_LEN sizeof(((struct perso_finding *)0)->path)
#define YEARS_MAX 130

static void
check_fields(const struct perso_record *r, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	uint64_t have = perso_record_fields(r);
	char path[PATH_LEN];

	uint64_t wrong = (p->required & ~(have | r->unread)) |
			 (r->given & ~(p->required | p->optional));

	for (uint64_t bit = 1; bit != 0; bit <<= 1) {
		if ((wrong & bit) == 0)
			continue;
		perso_record_path(bit, path, sizeof(path));
		if ((p->required & bit) && !((have | r->unread) & bit))
			perso_findings_add(ret, "E-ORDER-MISSING", path,
			    "%s is required for %s", perso_doc_field_name(bit),
			    p->id);
		if ((r->given & bit) && !((p->required | p->optional) & bit))
			perso_findings_add(ret, "E-ORDER-FIELD", path,
			    "%s is not for %s", perso_doc_field_name(bit),
			    p->id);
	}
}

static bool
check_name(const char *name, unsigned max, const char *path,
    const struct perso_mrz_options *o, struct perso_findings *ret)
{
	char letters[PERSO_MRZ_LETTERS_MAX + 1];
	struct perso_span s = perso_span_str(name);
	size_t n = 0;

	if (perso_utf8_count(s, &n) != PERSO_OK) {
		perso_findings_trail(ret, "E-ORDER-TEXT", path);
		return false;
	}
	if (n > max)
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu characters, %u are allowed", n, max);
	if (perso_mrz_transliterate(s, o, letters, sizeof(letters)) !=
	    PERSO_OK) {
		perso_findings_trail(ret, "E-ORDER-NAME", path);
		return false;
	}
	return true;
}

static void
check_names(const struct perso_record *r, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	struct perso_mrz_choice choice[PERSO_TRANSLIT_MAX];
	struct perso_mrz_options o;
	struct perso_mrz_name name;

	if (perso_record_translit(p, choice, &o) != PERSO_OK) {
		perso_findings_trail(ret, "E-ORDER-PROFILE", "$.document");
		return;
	}
	bool ok =
	    check_name(r->surname, p->surname_max, "$.holder.surname", &o, ret);
	ok &= check_name(r->given_names, p->given_names_max,
	    "$.holder.given-names", &o, ret);
	if (!ok || r->surname[0] == '\0')
		return;
	if (perso_mrz_name(perso_span_str(r->surname),
		perso_span_str(r->given_names),
		perso_mrz_name_width(perso_record_format(p)), &o,
		&name) != PERSO_OK)
		perso_findings_trail(ret, "E-ORDER-NAME", "$.holder.surname");
}

/* Unknown parts as early as they can be. */
static void
check_birth(
    const struct perso_record *r, time_t now, struct perso_findings *ret)
{
	const char *path = "$.holder.birth-date";
	struct perso_date d = r->birth, today = perso_date_of(now);

	if (!r->has_birth || d.year == 0)
		return;
	d.month = d.month ? d.month : 1;
	d.day = d.day ? d.day : 1;
	if (!perso_date_is_valid(d))
		perso_findings_add(
		    ret, "E-ORDER-DATE", path, "no such day in the calendar");
	else if (perso_date_compare(d, today) > 0)
		perso_findings_add(
		    ret, "E-ORDER-DATE", path, "lies in the future");
	else if (today.year - d.year > YEARS_MAX)
		perso_findings_add(ret, "E-ORDER-DATE", path,
		    "lies more than %d years back", YEARS_MAX);
}

static bool
state_is_allowed(const struct perso_doc_profile *p, const char *code)
{
	for (size_t i = 0; i < p->nationality_count; i++)
		if (strcmp(p->nationalities[i], code) == 0)
			return true;
	return p->nationality_any;
}

static bool
is_specimen(const char *code)
{
	const struct perso_state *s = perso_state_find(code);

	return s && (s->flags & PERSO_STATE_SPECIMEN);
}

static void
check_holder(const struct perso_record *r, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	const struct perso_state *s = perso_state_find(r->nationality);
	const char *path = "$.holder.nationality";

	if (r->sex && !strchr(p->sexes, r->sex))
		perso_findings_add(ret, "E-ORDER-VALUE", "$.holder.sex",
		    "must be one of %s for %s", p->sexes, p->id);
	if (r->nationality[0] == '\0')
		return;
	if (!s || !(s->flags & PERSO_STATE_NATIONALITY) ||
	    (s->flags & PERSO_STATE_DEPRECATED))
		perso_findings_add(
		    ret, "E-ORDER-STATE", path, "not a code for a nationality");
	else if ((s->flags & PERSO_STATE_SPECIMEN) && !is_specimen(p->issuer))
		perso_findings_add(
		    ret, "E-ORDER-STATE", path, "a specimen's code");
	else if (!state_is_allowed(p, r->nationality))
		perso_findings_add(ret, "E-ORDER-STATE", path,
		    "not among those that %s allows", p->id);
}

static void
check_expiry(
    const struct perso_record *r, time_t now, struct perso_findings *ret)
{
	const char *path = "$.document-data.expiry-date";
	const struct perso_doc_profile *p = r->profile;
	struct perso_term max = p->max_validity;
	char text[24];

	if (p->step_count != 0 && r->has_birth)
		max = perso_doc_profile_term(
		    p, perso_record_age(r->birth, r->issue));
	perso_term_text(max, text);
	if (perso_date_compare(r->expiry, r->issue) <= 0)
		perso_findings_add(
		    ret, "E-ORDER-VALIDITY", path, "not after the issue date");
	else if (perso_date_compare(r->expiry, perso_date_of(now)) < 0)
		perso_findings_add(
		    ret, "E-ORDER-VALIDITY", path, "lies in the past");
	else if (perso_date_compare(r->expiry, perso_term_end(max, r->issue)) >
		 0)
		perso_findings_add(ret, "E-ORDER-VALIDITY", path,
		    "more than %s after the issue date", text);
	else if (perso_date_compare(r->expiry,
		     perso_term_end(p->min_validity, r->issue)) < 0) {
		perso_term_text(p->min_validity, text);
		perso_findings_add(ret, "E-ORDER-VALIDITY", path,
		    "less than %s after the issue date", text);
	}
	if (perso_mrz_document_check(perso_record_format(p),
		perso_doc_profile_code(p, r->issue), false, r->issue,
		r->expiry) != PERSO_OK)
		perso_findings_trail(ret, "E-ORDER-CODE", "$.document");
}

static void
check_dates(
    const struct perso_record *r, time_t now, struct perso_findings *ret)
{
	const char *path = "$.document-data.issue-date";
	struct perso_date today = perso_date_of(now);
	bool has_expiry = r->expiry.year || r->expiry.month || r->expiry.day;

	check_birth(r, now, ret);
	if (!perso_date_is_valid(r->issue)) {
		perso_findings_add(
		    ret, "E-ORDER-DATE", path, "no such day in the calendar");
		return;
	}
	if (perso_date_compare(r->issue, perso_date_add_years(today, 1)) > 0 ||
	    perso_date_compare(r->issue, perso_date_add_years(today, -1)) < 0)
		perso_findings_add(
		    ret, "E-ORDER-DATE", path, "more than a year from today");
	if (has_expiry && !perso_date_is_valid(r->expiry))
		perso_findings_add(ret, "E-ORDER-DATE",
		    "$.document-data.expiry-date",
		    "no such day in the calendar");
	else if (has_expiry)
		check_expiry(r, now, ret);
	else if (!(r->profile->required & PERSO_FIELD_EXPIRY_DATE) &&
		 r->has_birth)
		perso_findings_add(ret, "E-ORDER-MISSING",
		    "$.document-data.expiry-date",
		    "neither given nor computable");
}

/* The reason and what it needs. */
static void
check_reason(const struct perso_record *r, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	uint64_t missing = perso_doc_profile_needs(p, r->reason) &
			   ~(perso_record_fields(r) | r->unread);
	char path[PATH_LEN];

	if (!r->reason && p->reasons)
		perso_findings_add(ret, "E-ORDER-MISSING", "$.reason",
		    "reason is required for %s", p->id);
	else if (r->reason & ~p->reasons)
		perso_findings_add(ret, "E-ORDER-REASON", "$.reason",
		    "not a reason for %s", p->id);
	if (missing & PERSO_FIELD_REPLACES)
		perso_findings_add(ret, "E-ORDER-MISSING", "$.replaces",
		    "this reason needs the replaced document");
	missing &= ~(uint64_t)PERSO_FIELD_REPLACES;
	for (uint64_t bit = 1; missing != 0; bit <<= 1, missing &= ~(bit / 2)) {
		if (!(missing & bit))
			continue;
		perso_record_path(bit, path, sizeof(path));
		perso_findings_add(ret, "E-ORDER-MISSING", path,
		    "%s is required for %s", perso_doc_field_name(bit),
		    perso_reason_name(r->reason));
	}
}

static void
check_document(const struct perso_record *r, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;
	bool replaced = r->replaces[0] != '\0';

	check_reason(r, ret);

	if (r->number[0] != '\0' && !perso_pattern_matches(p->number.pattern,
					perso_span_str(r->number)))
		perso_findings_add(ret, "E-ORDER-NUMBER",
		    "$.document-data.number", "not of the form of %s", p->id);
	if (replaced && r->reason == PERSO_REASON_FIRST)
		perso_findings_add(ret, "E-ORDER-REASON", "$.replaces",
		    "a first document replaces none");
	if (replaced && strcmp(r->replaces, r->number) == 0)
		perso_findings_add(ret, "E-ORDER-NUMBER", "$.replaces",
		    "a document does not replace itself");
}

/* Days, months and years of a stay: three numbers of a byte each, not all
 * of them nothing. */
static void
check_visa(const struct perso_record *r, struct perso_findings *ret)
{
	const char *s = r->visa.duration;
	unsigned long sum = 0;
	bool ok = perso_pattern_matches(
	    "[0-9]{1}[0-9]?[0-9]?-[0-9]{1}[0-9]?[0-9]?-[0-9]{1}[0-9]?[0-9]?",
	    perso_span_str(s));

	if (s[0] == '\0')
		return;
	for (int i = 0; ok && i < 3; i++) {
		unsigned long v = strtoul(s, NULL, 10);

		ok = v <= 255;
		sum += v;
		s += strcspn(s, "-") + (i < 2);
	}
	if (!ok || sum == 0)
		perso_findings_add(ret, "E-ORDER-VALUE",
		    "$.document-data.visa.duration-of-stay",
		    "not days-months-years, each up to 255, not all 0");
}

static unsigned
kind_of(enum perso_image_format f)
{
	return f == PERSO_IMAGE_JPEG  ? PERSO_IMAGE_KIND_JPEG
	       : f == PERSO_IMAGE_JP2 ? PERSO_IMAGE_KIND_JP2
				      : 0;
}

static void
check_image(const struct perso_record_image *img, const char *role,
    const struct perso_image_profile *p, struct perso_findings *ret)
{
	const struct perso_image_info *i = &img->info;
	char path[PATH_LEN];

	if (img->bytes.n == 0 || p->formats == 0 || img->is_unfit)
		return;
	snprintf(path, sizeof(path), "$.images[%zu]", img->index);
	if (!(kind_of(i->format) & p->formats))
		perso_findings_add(ret, "E-IMAGE-FORMAT", path,
		    "%s: %s is not allowed", role,
		    perso_image_format_name(i->format));
	if (img->bytes.n > p->max_bytes)
		perso_findings_add(ret, "E-IMAGE-SIZE", path,
		    "%s: %zu bytes, %u are allowed", role, img->bytes.n,
		    p->max_bytes);
	if (i->width < p->min_width || i->width > p->max_width ||
	    i->height < p->min_height || i->height > p->max_height)
		perso_findings_add(ret, "E-IMAGE-SIZE", path,
		    "%s: %ux%u pixels, %ux%u to %ux%u are allowed", role,
		    i->width, i->height, p->min_width, p->min_height,
		    p->max_width, p->max_height);
}

/* see perso/record.h */
perso_rc
perso_record_validate(
    const struct perso_record *r, time_t now, struct perso_findings *ret)
{
	size_t before = ret->count + ret->dropped;

	if (!r->profile)
		PERSO_FAIL(PERSO_E_ARG, "record without a profile");
	check_fields(r, ret);
	check_names(r, ret);
	check_holder(r, ret);
	perso_record_check_personal(r, ret);
	check_dates(r, now, ret);
	check_document(r, ret);
	check_visa(r, ret);
	check_image(&r->portrait, "portrait", &r->profile->portrait, ret);
	check_image(&r->signature, "signature", &r->profile->signature, ret);
	check_image(&r->citizenship, "citizenship", &r->profile->scan, ret);
	check_image(&r->front, "front", &r->profile->scan, ret);
	check_image(&r->rear, "rear", &r->profile->scan, ret);
	if (ret->count + ret->dropped == before)
		return PERSO_OK;
	PERSO_FAIL(PERSO_E_DATA, "record breaks the rules of profile %s",
	    r->profile->id);
}
