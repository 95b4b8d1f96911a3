/* A page against its order, worked out from the record apart from the line's
 * own mapping. */
#include <stdio.h>
#include <stdlib.h>

#include "perso/hex.h"
#include "perso/secret.h"
#include "page_int.h"

static void
check_mrz(struct page *p)
{
	const struct perso_page_inspection *x = p->expect;
	const struct perso_inspection want = {
		.record = x->record, .profile = x->profile, .number = x->number
	};
	char mrz[91];
	size_t at = 0;

	if (!p->read) {
		verify_skip(&p->v, "order-mrz", "the zone could not be read");
		return;
	}
	if (perso_verify_expected_mrz(&want, mrz) != PERSO_OK) {
		verify_fail_trail(&p->v, "order-mrz");
		return;
	}
	while (mrz[at] != '\0' && mrz[at] == p->zone.text[at])
		at++;
	if (mrz[at] != p->zone.text[at])
		verify_fail(&p->v, "order-mrz",
		    "differs from the order's at character %zu", at + 1);
	else
		verify_pass(
		    &p->v, "order-mrz", "%zu characters are the order's", at);
	perso_wipe(mrz, sizeof(mrz));
}

static void
put_date(char *dst, size_t cap, struct perso_date d)
{
	snprintf(dst, cap, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* Letters and digits only, as C40 texts are compared. */
static void
put_plain(char *dst, size_t cap, const char *s)
{
	size_t n = 0;

	for (; *s != '\0' && n + 1 < cap; s++)
		if ((*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9'))
			dst[n++] = *s;
	dst[n] = '\0';
}

/* What the seal must say of a field; "": nothing. */
static void
expected_value(const struct page *p, const struct perso_seal_value *v,
    const struct perso_seal_feature *f, char *dst, size_t cap)
{
	const struct perso_record *r = p->expect->record;

	dst[0] = '\0';
	switch (v->source) {
	case PERSO_SEAL_FROM_MRZ:
		snprintf(dst, cap, "%.*s", (int)f->chars, p->zone.text);
		break;
	case PERSO_SEAL_FROM_NUMBER:
		snprintf(dst, cap, "%s", p->expect->number);
		break;
	case PERSO_SEAL_FROM_PERSONAL_NUMBER:
		put_plain(dst, cap, r->personal_number);
		break;
	case PERSO_SEAL_FROM_ISSUE_DATE:
		put_date(dst, cap, r->issue);
		break;
	case PERSO_SEAL_FROM_EXPIRY_DATE:
		put_date(dst, cap, r->expiry);
		break;
	case PERSO_SEAL_FROM_ENTRIES:
		if (r->visa.entries != 0)
			snprintf(dst, cap, "%u", r->visa.entries);
		break;
	case PERSO_SEAL_FROM_DURATION:
		snprintf(dst, cap, "%s", r->visa.duration);
		break;
	case PERSO_SEAL_FROM_PASSPORT:
		snprintf(dst, cap, "%s", r->visa.passport_number);
		break;
	case PERSO_SEAL_FROM_TYPE:
		if (f->coding == PERSO_SEAL_BYTES)
			perso_hex_str(perso_span_str(r->visa.type), dst, cap);
		else
			snprintf(dst, cap, "%s", r->visa.type);
		break;
	}
}

/* Durations may be written with leading zeros in an order. */
static bool
same_duration(const char *a, const char *b)
{
	for (int i = 0; i < 3; i++) {
		if (strtoul(a, NULL, 10) != strtoul(b, NULL, 10))
			return false;
		a += strcspn(a, "-") + (i < 2);
		b += strcspn(b, "-") + (i < 2);
	}
	return true;
}

/* *ret_there: the order wants this message; false: it must not be there. */
static const char *
value_fault(
    const struct page *p, const struct perso_seal_value *v, bool *ret_there)
{
	const struct perso_seal_feature *f = NULL;
	struct perso_span value = { 0 };
	char want[128], have[128];
	PERSO_BUF(text, 127);
	bool there;

	for (size_t i = 0; i < p->definition->feature_count; i++)
		if (strcmp(p->definition->features[i].name, v->feature) == 0)
			f = &p->definition->features[i];
	if (f == NULL)
		return "is not known";
	expected_value(p, v, f, want, sizeof(want));
	*ret_there = want[0] != '\0';
	there = perso_seal_find(&p->seal, f->tag, &value);
	if (there != *ret_there)
		return there ? "is not in the order" : "is missing";
	if (!there)
		return NULL;
	if (perso_seal_text(f, value, &text) != PERSO_OK)
		return "cannot be read";
	snprintf(have, sizeof(have), "%.*s", (int)text.n, (const char *)text.p);
	if (f->coding == PERSO_SEAL_DURATION ? same_duration(want, have)
					     : strcmp(want, have) == 0)
		return NULL;
	return "is another than the order's";
}

static void
check_values(struct page *p)
{
	const struct perso_seal_profile *s = &p->expect->profile->seal;
	size_t wanted = 0;

	for (size_t i = 0; i < s->value_count; i++) {
		bool there = false;
		const char *fault = value_fault(p, &s->values[i], &there);

		wanted += there;
		if (fault == NULL)
			continue;
		verify_fail(&p->v, "order-values", "%s %s",
		    s->values[i].feature, fault);
		return;
	}
	if (wanted != p->seal.message_count)
		verify_fail(&p->v, "order-values",
		    "%zu messages, the order gives %zu", p->seal.message_count,
		    wanted);
	else
		verify_pass(&p->v, "order-values",
		    "%zu messages are the order's", wanted);
}

static void
check_dates(struct page *p)
{
	struct perso_date a = p->seal.issued, b = p->expect->record->issue;

	if (a.year == b.year && a.month == b.month && a.day == b.day)
		verify_pass(
		    &p->v, "order-dates", "the seal has the day of issue");
	else
		verify_fail(
		    &p->v, "order-dates", "the seal has another day of issue");
}

static void
check_bytes(struct page *p)
{
	if (p->expect->seal.n == 0)
		return;
	if (perso_span_equal(perso_buf_span(&p->seal_bytes), p->expect->seal))
		verify_pass(&p->v, "order-seal", "%zu bytes as signed for it",
		    p->seal_bytes.n);
	else
		verify_fail(
		    &p->v, "order-seal", "not the seal that was signed for it");
}

/* see page_int.h */
void
page_order(struct page *p)
{
	check_mrz(p);
	if (!p->has_seal || p->definition == NULL) {
		verify_skip(&p->v, "order-values", "there is no known seal");
		return;
	}
	check_values(p);
	check_dates(p);
	check_bytes(p);
}
